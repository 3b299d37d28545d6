import { describe, expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { readdirSync } from 'node:fs';
import { configSchema } from '../../src/core/config/schema.ts';
import { overridable } from '../../src/core/config/schema-objects.ts';
import { environmentOf, noConfig, previewsBranch } from '../../src/core/config/config.ts';
import { readConfig } from '../../src/core/config/read.ts';
import { slug, sqlKey } from '../../src/core/identity.ts';
import { readPatterns } from '../../src/core/objects/patterns.ts';
import { expand, placeholderProblem } from '../../src/core/yaml/placeholders.ts';
import { secretName, withoutPasswordName } from '../../src/core/migration/secret-names.ts';
import { wantedObjects } from '../../src/core/config/wanted-objects.ts';
import { blocksOf, read, section, stepsOf } from './markdown.ts';

const inputs = Object.keys((load(read('action.yml')) as { inputs: object }).inputs);
const pages = readdirSync(new URL('../../docs', import.meta.url)).map((name) => `docs/${name}`);
const page = read('docs/configuration.md');
const guide = read('docs/environment-objects.md');

/** The YAML blocks of all pages, and what each of them is. */
const examples = ['README.md', ...pages].flatMap((file) =>
  blocksOf(read(file))
    .filter(({ language }) => language === 'yaml')
    .map(({ text }, index) => {
      const parsed = load(text) as Record<string, unknown>;
      const kind =
        'deployment' in parsed
          ? 'template'
          : ['on', 'jobs', 'steps'].some((key) => key in parsed)
            ? 'workflow'
            : 'file';
      return { name: `${file}, block ${index + 1}`, kind, text, parsed };
    }),
);
const of = (kind: string) => examples.filter((one) => one.kind === kind);
const values = {
  branch: 'feature/Login',
  pullRequest: 42,
  sha: '1a2b3c4'.padEnd(40, '0'),
  repository: 'etl',
  actor: 'octocat',
  rules: { tokens: [] },
  env: new Map(['AWS_KEY_ID', 'AWS_SECRET'].map((name) => [name, `the value of ${name}`])),
};

describe('examples of the configuration file [S-26]', () => {
  test('there is one for each flow that needs one', () => {
    expect(of('file').map(({ name }) => name.split(',')[0])).toEqual([
      'docs/configuration.md',
      ...Array<string>(4).fill('docs/environment-objects.md'),
      ...Array<string>(2).fill('docs/guides.md'),
    ]);
  });

  test.each(of('file'))('$name is accepted, and can be filled in for every target', ({ text }) => {
    const config = readConfig(text, '.astro/branch-deploy.yaml');
    for (const target of ['preview', ...config.environments.map(({ name }) => name)])
      expect(() => wantedObjects(config, target, values)).not.toThrow();
  });

  test('the complete one does what the page says of its patterns', () => {
    const config = readConfig(of('file')[0]?.text ?? '', '.astro/branch-deploy.yaml');
    expect(environmentOf(config, 'release/2.1/x')?.target).toEqual({ by: 'name', name: 'etl-staging' });
    expect(previewsBranch(config, 'feature/login')).toBe(true);
    expect(previewsBranch(config, 'dependabot/npm/x')).toBe(false);
    expect(previewsBranch(noConfig, 'dependabot/npm/x')).toBe(true);
  });

  test('those with a schema for editors name the address that the schema has', () => {
    const named = of('file').flatMap(({ text }) => /\$schema=(\S+)/.exec(text)?.[1] ?? []);
    expect(named).toEqual([configSchema.$id]);
  });

  test('a wrong one would be noticed', () => {
    expect(() => readConfig('environments:\n  main: { deploymnt: x }\n', 'x.yaml')).toThrow('deploymnt');
  });
});

describe('examples of workflows [S-26]', () => {
  test.each(of('workflow'))('$name gives inputs that exist, and no expression to a script', ({ parsed }) => {
    for (const { uses = '', with: given = {}, run = '' } of stepsOf(parsed)) {
      if (uses.includes('/astro-branch-deploy@')) expect(inputs).toEqual(expect.arrayContaining(Object.keys(given)));
      if (given['objects'] !== undefined)
        expect(() => readPatterns((given['objects'] ?? '').trim().split('\n'))).not.toThrow();
      expect(run).not.toContain('${{');
    }
  });
});

describe('what the pages say of the program', () => {
  const keysIn = (text: string): string[] =>
    Array.from(text.matchAll(/^\| `([\w-]+)` +\|/gm), ([, key = '']) => key).filter((key) => key !== 'version');
  const part = (heading: string): string =>
    section(page, 'Keys')
      .split(/^### /m)
      .find((one) => one.startsWith(`${heading}\n`)) ?? '';
  const { properties } = configSchema;

  test('every key of the file is explained, and no other', () => {
    const [top = ''] = section(page, 'Keys').split(/^### /m);
    expect(['version', ...keysIn(top)]).toEqual(Object.keys(properties));
    expect(keysIn(part('environments'))).toEqual(Object.keys(properties.environments.additionalProperties.properties));
    expect(keysIn(part('preview')).sort()).toEqual(Object.keys(properties.preview.properties).sort());
    const [entry = '', fields = ''] = part('environment-objects').split('What `values` and overrides can set:');
    const settings = ['link', 'exclude', 'share', 'type', 'auth-type', 'values', 'secret', 'description'];
    expect(keysIn(entry)).toEqual(settings);
    for (const [kind, names] of Object.entries(overridable)) {
      const row = fields.split('\n').find((line) => line.startsWith(`| \`${kind}\``));
      for (const name of names) expect(row).toContain(`\`${name}\``);
    }
  });

  test('every placeholder is explained, with what it gives on the example branch', () => {
    const rows = Array.from(page.matchAll(/^\| `(\$\{[^`]+)` +\|[^|]*\| *(?:`([^`]*)`)? *\|$/gm));
    expect(rows.map(([, placeholder = '']) => placeholderProblem(placeholder))).toEqual(Array(8).fill(undefined));
    const shown = rows.flatMap(([, placeholder = '', value]) => (value === undefined ? [] : [{ placeholder, value }]));
    expect(shown).toHaveLength(4);
    for (const { placeholder, value } of shown) expect(expand(placeholder, values)).toMatchObject({ text: value });
    expect(placeholderProblem('${other}')).toContain(rows.map(([, placeholder]) => placeholder).join(', '));
    for (const same of [slug, sqlKey]) expect(same('feature/login')).toBe(same('feature-login'));
  });

  test('the names of secrets are those that the program looks for', () => {
    const names = [
      secretName('connection', 'aws-prod', 'password'),
      secretName('connection', 'snowflake', 'extra.private_key_content'),
      `${withoutPasswordName('public_api')}: 'true'`,
      secretName('airflow-variable', 'api_token', 'value'),
      secretName('metrics-export', 'grafana', 'password'),
    ];
    for (const name of names) expect(guide).toContain(`\`${name}\``);
  });

  const sources = readdirSync(new URL('../../src', import.meta.url), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => read(`src/${name}`).replaceAll('\\`', '`').replaceAll("\\'", "'"))
    .join('\n');
  const headings = Array.from(section(guide, 'When it fails').matchAll(/^### (.+)$/gm), ([, title = '']) => title);
  test.each(headings)('the program really says: %s', (sentence) => {
    for (const fragment of sentence.split('…')) expect(sources).toContain(fragment);
  });
  test('the warning of config-ref is the one that the program gives', () => {
    const [, warning = ''] = /^> The connection `vault` (.+)$/m.exec(page) ?? [];
    expect(warning).not.toBe('');
    expect(sources).toContain(warning);
  });
});
