import { describe, expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { readdirSync } from 'node:fs';
import { read, stepsOf } from './markdown.ts';

const workflows = readdirSync(new URL('../../.github/workflows', import.meta.url)).map(
  (name) => `.github/workflows/${name}`,
);
const examples = readdirSync(new URL('../../examples', import.meta.url), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('workflow.yml'))
  .map((name) => `examples/${name.replaceAll('\\', '/')}`);
const pinned = /uses:\s*(?:\.\/|[^ @]+@[0-9a-f]{40}\s+#\s*v?[0-9])/;

test.each([...workflows, ...examples, 'README.md', 'docs/configuration.md', 'docs/environment-objects.md'])(
  '%s pins every action to a commit and says which version it is [S-01]',
  (file) => {
    const lines = read(file)
      .split('\n')
      .filter((line) => /^\s*(?:-\s*)?uses:/.test(line));
    expect(lines).not.toHaveLength(0);
    for (const line of lines) expect(line).toMatch(pinned);
  },
);

describe.each(workflows)('%s', (file) => {
  const workflow = load(read(file)) as {
    permissions: Record<string, string>;
    jobs: Record<string, { permissions: Record<string, string> }>;
  };

  test('each job names what it may, and only a release may write contents [S-02]', () => {
    expect(workflow.permissions).toEqual({});
    for (const [name, { permissions }] of Object.entries(workflow.jobs))
      expect(permissions).toMatchObject({
        contents: file.endsWith('/release.yml') && name === 'publish' ? 'write' : 'read',
      });
  });

  test('no expression stands inside a script, and checkouts keep no credentials [T-03]', () => {
    for (const { run = '', uses = '', with: inputs } of stepsOf(workflow)) {
      expect(run).not.toContain('${{');
      if (uses.startsWith('actions/checkout@')) expect(inputs).toMatchObject({ 'persist-credentials': false });
    }
  });
});

test('SECURITY.md says where to report, within how many days there is an answer, and what cannot be defended [S-17]', () => {
  const text = read('SECURITY.md');
  expect(text.match(/vuln|disclos/gi)?.length).toBeGreaterThanOrEqual(2);
  expect(text).toMatch(/[0-9]+ (?:business )?days/);
  expect(text).toContain('/security/advisories/new');
  expect(text).toContain('Whoever can push to the repository can use its secrets.');
});

test('what decides over the code that runs has an owner [S-18]', () => {
  const owned = Array.from(read('.github/CODEOWNERS').matchAll(/^(\/\S+)\s+@\S+/gm), ([, path]) => path);
  expect(owned).toEqual(expect.arrayContaining(['/dist', '/.github', '/action.yml', '/package*.json']));
});

test('updates of packages and actions come weekly, a week old, in groups [S-19]', () => {
  const { updates } = load(read('.github/dependabot.yml')) as {
    updates: { 'package-ecosystem': string; schedule: unknown; cooldown: { 'default-days': number }; groups: object }[];
  };
  expect(updates.map((update) => update['package-ecosystem']).sort()).toEqual(['github-actions', 'npm']);
  for (const update of updates) {
    expect(update.schedule).toEqual({ interval: 'weekly' });
    expect(update.cooldown['default-days']).toBeGreaterThanOrEqual(7);
    expect(Object.keys(update.groups)).not.toHaveLength(0);
  }
});

test('every dependency has its reason, and every reason its dependency [S-12]', () => {
  const manifest = JSON.parse(read('package.json')) as Record<
    'dependencies' | 'devDependencies' | 'optionalDependencies',
    Record<string, string>
  >;
  const [, production = '', development = ''] = read('docs/dependencies.md').split(/^## /m);
  const named = (part: string): string[] =>
    Array.from(part.matchAll(/^\| (`[^|]+)\|/gm), ([, cell = '']) => cell)
      .flatMap((cell) => Array.from(cell.matchAll(/`([^`]+)`/g), ([, name = '']) => name))
      .sort();
  expect(named(production)).toEqual(Object.keys(manifest.dependencies).sort());
  expect(named(development)).toEqual(
    [...Object.keys(manifest.devDependencies), ...Object.keys(manifest.optionalDependencies)].sort(),
  );
});
