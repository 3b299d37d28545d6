import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pullRequest, push } from '../../sandbox/events.ts';
import { makeProject } from '../../sandbox/project.ts';
import { startWorld, type Told, type World } from './world.ts';

const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12345\n`;
let world: World;
let production: string;
beforeEach(async () => {
  world = await startWorld();
  production = world.astro.addDeployment({ name: 'etl-prod' }).id;
});
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  await world.end();
});

const writes = ({ requests }: Told): string[] =>
  requests.filter((request) => /Astro (?:POST|PUT|PATCH|DELETE)/.test(request));
const errors = ({ annotations }: Told): string[] => annotations.filter((text) => text.startsWith('error: '));
const run = (sha: string, inputs: Readonly<Record<string, string>> = {}): Promise<Told> =>
  world.step(push('main', sha), inputs);

/** Adds a submodule, and empties its folder as a checkout without `submodules` leaves it. */
function addSubmodule(path: string): string {
  const library = makeProject(join(world.project.folder, '..', 'library'), { 'shared.py': 'x = 1\n' });
  world.project.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library.folder, path);
  const sha = world.commit('Share DAGs', { 'dags/b.py': '1' });
  world.project.git('submodule', '--quiet', 'deinit', '--force', '--all');
  return sha;
}

describe('a submodule that was not checked out', () => {
  test.each<[path: string, inputs: Readonly<Record<string, string>>]>([
    ['dags/lib', {}],
    ['include/lib', {}],
    ['dags/lib', { 'checkout-submodules': 'true' }],
    ['dags/lib', { 'deploy-type': 'dags-only' }],
  ])('%s %j is refused before anything is written', async (path, inputs) => {
    const result = await run(addSubmodule(path), inputs);
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed', 'deploy-type': 'none' } });
    expect(errors(result)).toEqual([
      expect.stringMatching(new RegExp(`not checked out: ${path}\\. .*\`submodules: true\` for actions/checkout`)),
    ]);
    expect(writes(result)).toEqual([]);
    expect(world.astro.deploys(production)).toEqual([]);
  });

  test('is refused before a preview is made, and in a dry run', async () => {
    world.project.git('checkout', '--quiet', '-b', 'feature/x');
    const sha = addSubmodule('dags/lib');
    for (const dry of ['true', 'false']) {
      const result = await world.step(pullRequest('opened', 'feature/x', sha), { 'dry-run': dry });
      expect(result.code).toBe(1);
      expect(errors(result)).toEqual([expect.stringContaining('`submodules: true`')]);
      expect(writes(result)).toEqual([]);
    }
    expect(world.astro.deployments().map(({ name }) => name)).toEqual(['etl-prod']);
  });

  test('does not matter where nothing of it is deployed', async () => {
    const sha = addSubmodule('docs/theme');
    world.commit('Ignore', { '.dockerignore': '.git\nREADME.md\ndocs\n' });
    rmSync(join(world.project.folder, 'docs'), { recursive: true, force: true });
    expect(sha).toHaveLength(40);
    expect(await run(world.project.git('rev-parse', 'HEAD'))).toMatchObject({ code: 0 });
  });
});

test('LFS pointers are deployed with a warning that names them', async () => {
  const sha = world.commit('Data', {
    '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
    'dags/model.bin': pointer,
    'README.bin': pointer,
  });
  const result = await run(sha, { 'deploy-type': 'dags-only' });
  expect(result.code).toBe(0);
  expect(result.annotations.filter((text) => text.includes('LFS'))).toEqual([
    'warning: Git LFS pointers are deployed in place of the content of dags/model.bin. Set `lfs: true` for actions/checkout.',
  ]);
});

test('what a sparse checkout leaves out of the DAG folder is not removed from production', async () => {
  const sha = world.commit('DAGs', { 'dags/team/a.py': '1', 'dags/b.py': '1' });
  world.project.git('sparse-checkout', 'set', '--no-cone', '/*', '!/dags/team');
  const result = await run(sha);
  expect(errors(result)).toEqual([
    expect.stringMatching(/sparse checkout leaves out dags\/team\/a\.py.*sparse-checkout/),
  ]);
  expect(writes(result)).toEqual([]);
});
