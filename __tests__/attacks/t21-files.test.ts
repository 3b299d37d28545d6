import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pullRequest } from '../../sandbox/events.ts';
import { sampleFiles } from '../../sandbox/project.ts';
import { githubToken, startWorld, token, type World } from '../scenarios/world.ts';

const branch = 'feature/x';
const integrity = '.astro/test_dag_integrity_default.py';
let world: World;
let sha: string;
let home: string;
beforeAll(async () => {
  const files = { ...sampleFiles, 'dbt/dbt_project.yml': 'name: shop\n', [integrity]: 'def test(): pass\n' };
  world = await startWorld({ files });
  world.project.git('checkout', '--quiet', '-b', branch);
  sha = world.commit('x', { 'README.md': 'x\n' });
  home = mkdtempSync(join(tmpdir(), 'attack-home-'));
});
afterAll(async () => {
  await world.end();
  rmSync(home, { recursive: true });
});

/** What stands in the place of a file. */
const hazards: readonly (readonly [name: string, make: (path: string) => void, why: RegExp])[] = [
  [
    'a link to the environment of the process',
    (path) => {
      symlinkSync('/proc/self/environ', path);
    },
    /is a link|leads to `\/proc/,
  ],
  [
    'a link to a device without end',
    (path) => {
      symlinkSync('/dev/zero', path);
    },
    /is a link|leads to `\/dev\/zero/,
  ],
  [
    'a named pipe',
    (path) => {
      execFileSync('mkfifo', [path]);
    },
    /is a named pipe/,
  ],
  [
    'a folder',
    (path) => {
      mkdirSync(path);
    },
    /is a folder/,
  ],
  [
    'a file of 3 GB',
    (path) => {
      writeFileSync(path, '');
      truncateSync(path, 3 * 1024 ** 3);
    },
    /is larger than 1024 KiB/,
  ],
];

/** Each file that the Action reads, with the inputs by which it does. */
const kinds: readonly (readonly [path: string, inputs?: Record<string, string>])[] = [
  ['Dockerfile'],
  ['.dockerignore'],
  ['Dockerfile.dockerignore'],
  ['.astro/preview.yaml'],
  ['.astro/branch-deploy.yaml'],
  ['dbt/dbt_project.yml', { 'deploy-type': 'dbt', 'root-folder': 'dbt' }],
  ['.env', { pytest: 'true' }],
];

describe.each(kinds)('`%s` in the checkout is', (path, inputs) => {
  let before: string | undefined;
  const place = (): string => join(world.project.folder, path);
  afterEach(() => {
    rmSync(place(), { recursive: true, force: true });
    if (before !== undefined) writeFileSync(place(), before);
  });

  test.each(hazards)(
    '%s: refused with file and reason before anything is written or started [T-21, T-23]',
    async (_, make, why) => {
      before = readdirSync(dirname(place())).includes(path.split('/').at(-1) ?? '')
        ? readFileSync(place(), 'utf8')
        : undefined;
      rmSync(place(), { force: true });
      make(place());
      const result = await world.step(pullRequest('opened', branch, sha), { ...inputs });
      expect(result.annotations).toEqual([
        expect.stringMatching(
          new RegExp(`^error ${path.replaceAll('.', '\\.')}: \`.*\` cannot be read: it ${why.source}`),
        ),
      ]);
      expect(result).toMatchObject({ code: 1, outputs: { result: 'failed' } });
      expect(result.requests.filter((request) => !/ GET /.test(request))).toEqual([]);
      expect(world.docker.calls().filter(({ args }) => args.includes('build'))).toEqual([]);
      const shown = `${result.log.replaceAll(/^::add-mask::.*$/gm, '')}${result.summary}`;
      for (const secret of [token, githubToken, 'INPUT_']) expect(shown).not.toContain(secret);
    },
  );
});

test.each(hazards)(
  '`~/.docker/config.json` is %s: refused before anything is written [T-21, T-23]',
  async (_, make, why) => {
    const file = join(home, 'config.json');
    make(file);
    try {
      const result = await world.step(pullRequest('opened', branch, sha), {}, { env: { DOCKER_CONFIG: home } });
      expect(result.annotations).toEqual([expect.stringMatching(new RegExp(`cannot be read: it ${why.source}`))]);
      expect(result).toMatchObject({ code: 1, outputs: { result: 'failed' } });
      expect(result.requests.filter((request) => !/ GET /.test(request))).toEqual([]);
    } finally {
      rmSync(file, { recursive: true });
    }
  },
);

test.each(['Dockerfile', '.dockerignore', '.env'])(
  '`%s` may be a link inside the workspace, but not into `.git`, where a checkout keeps its token [T-21]',
  async (name) => {
    const file = join(world.project.folder, name);
    const before = name === 'Dockerfile' ? readFileSync(file, 'utf8') : undefined;
    rmSync(file, { force: true });
    symlinkSync('.git/config', file);
    const result = await world.step(pullRequest('opened', branch, sha), { 'dry-run': 'false', pytest: 'true' });
    rmSync(file);
    writeFileSync(join(world.project.folder, 'linked'), before ?? '');
    symlinkSync('linked', file);
    const linked = await world.step(pullRequest('opened', branch, sha), { 'dry-run': 'true', pytest: 'true' });
    rmSync(file);
    rmSync(join(world.project.folder, 'linked'));
    if (before !== undefined) writeFileSync(file, before);
    expect(result.annotations).toEqual([
      expect.stringContaining(`\`${name}\` cannot be read: it is a link into \`.git\``),
    ]);
    expect(linked).toMatchObject({ code: 0, annotations: [] });
  },
);

test('one module opens the files of the checkout; a lint rule keeps it so, with two exceptions [T-21]', () => {
  const source = fileURLToPath(new URL('../../src', import.meta.url));
  const opens =
    /\b(?:read(?:File|v)?(?:Sync)?|open(?:Sync|AsBlob)?|createReadStream|promises)\b[^;]*\} from 'node:fs'|'node:fs\/promises'|\* as \w+ from 'node:fs'/;
  const found = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && opens.test(readFileSync(join(source, file), 'utf8')))
    .sort();
  expect(found).toEqual(['apply/template-file.ts', 'astro/archive.ts', 'runner/workspace-files.ts']);
  const violation = "import { readFileSync } from 'node:fs';\nexport const text = readFileSync('x', 'utf8');\n";
  const probe = join(source, 'observe/config.ts');
  const eslint = fileURLToPath(new URL('../../node_modules/.bin/eslint', import.meta.url));
  const lint = (): string => {
    try {
      return execFileSync(eslint, ['--stdin', '--stdin-filename', probe], { input: violation, encoding: 'utf8' });
    } catch (error) {
      return (error as { stdout: string }).stdout;
    }
  };
  expect(lint()).toContain('no-restricted-imports');
});
