import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pullRequest, push } from '../../../sandbox/events.ts';
import { startWorld, type Told, type World } from '../world.ts';
import { builds, ended, event, inFolder, movedOver, refused, running, writes } from './kit.ts';

// Every story: something changed, deploy-action's job was green, and nothing (or the wrong thing) was deployed.

let world: World;
let production: string;
beforeEach(async () => {
  world = await startWorld();
  production = world.astro.addDeployment({ name: 'etl-prod' }).id;
});
afterEach(async () => {
  await world.end();
  expect(world.astro.violations).toEqual([]);
});

const merge = (files: Record<string, string>, inputs: Record<string, string> = {}): Promise<Told> =>
  world.step(push('main', world.commit('Merge', files)), { ...movedOver(production), ...inputs });
const deploys = (): string[] => world.astro.deploys(production).map(({ type, status }) => `${type} ${status}`);
const dag = { 'dags/a.py': 'a = 1\n' };

test('defect 1: an apostrophe in the description', async () => {
  running(world, production);
  for (const description of ["don't retry", "it's 'quoted'"]) {
    const result = await merge({ 'dags/a.py': `# ${description}\n` }, { description });
    expect(ended(result)).toBe('0 deployed dags-only');
    expect(world.astro.deploys(production).at(-1)?.description).toBe(description);
  }
});

test('defect 2: build secrets on two lines', async () => {
  const result = await merge(dag, { 'build-secrets': 'id=one,env=ONE\nid=two,env=TWO' });
  expect(ended(result)).toBe('0 deployed image-and-dags');
  const [build = []] = builds(world);
  expect(build.filter((_, index) => build[index - 1] === '--secret')).toEqual(['id=one,env=ONE', 'id=two,env=TWO']);
});

test('defect 3: the root folder `.`, as its own README has it, and `./astro`', async () => {
  running(world, production);
  expect(ended(await merge(dag, { 'root-folder': '.' }))).toBe('0 deployed dags-only');
  world.commit('A folder', inFolder('astro'));
  running(world, production, 'astro');
  expect(ended(await merge({ 'astro/dags/a.py': 'a = 1\n' }, { 'root-folder': './astro' }))).toBe(
    '0 deployed dags-only',
  );
});

test('defect 4: a file name that is not ASCII', async () => {
  world.commit('A folder', inFolder('astro'));
  running(world, production, 'astro');
  expect(ended(await merge({ 'astro/dags/é.py': 'e = 1\n' }, { 'root-folder': 'astro' }))).toBe('0 deployed dags-only');
});

test('defect 5: a file that moved out of the root folder', async () => {
  world.commit('A folder', inFolder('astro'));
  running(world, production, 'astro');
  world.project.git('mv', 'astro/include/query.sql', 'query.sql');
  const result = await merge({}, { 'root-folder': 'astro' });
  expect(ended(result)).toBe('0 deployed image-and-dags');
  expect(result.outputs['reason']).toMatch(/^image: astro\/include\/query\.sql changed since /);
});

test('defect 6: `dags-only` on events that name no two commits', async () => {
  const inputs = { ...movedOver(production), action: 'deploy', 'deploy-type': 'dags-only' };
  running(world, production);
  const events = [
    (sha: string) => event('workflow_dispatch', 'refs/heads/main', sha, { inputs: {} }),
    (sha: string) => push('topic', sha),
    (sha: string) => push('', sha, { ref: 'refs/tags/v1.0' }),
    (sha: string) => pullRequest('opened', 'topic', sha),
    (sha: string) => event('schedule', 'refs/heads/main', sha, { schedule: '0 0 * * *' }),
    (sha: string) => event('release', 'refs/tags/v1.0', sha, { action: 'published' }),
  ];
  for (const [index, given] of events.entries()) {
    const sha = world.commit('A DAG', { 'dags/a.py': `a = ${String(index)}\n` });
    world.github.branches.set('topic', sha);
    expect(ended(await world.step(given(sha), inputs))).toBe('0 deployed dags-only');
  }
  expect(deploys().filter((line) => line === 'DAG_ONLY DEPLOYED')).toHaveLength(events.length);
});

test('defect 7: `dags-only` where DAG deploys are off', async () => {
  world.astro.change(production, { isDagDeployEnabled: false });
  running(world, production);
  const result = await merge(dag, { 'deploy-type': 'dags-only' });
  expect(ended(result)).toBe('1 failed none');
  expect(result.annotations).toEqual([expect.stringMatching(/^error: .*DAG deploys are off on this Deployment/)]);
  expect(writes(result)).toEqual([]);
});

test('defect 8: a deploy type that is mistyped', async () => {
  const result = await merge(dag, { 'deploy-type': 'dags' });
  expect(ended(result)).toBe('1 failed none');
  expect(result.annotations).toEqual([
    expect.stringMatching(/^error: `deploy-type`: `dags` is not one of infer, dags-only, image-and-dags, image-only/),
  ]);
  expect(result.requests).toEqual([]);
});

test('defect 9: `deploy-image: true` did nothing', async () => {
  running(world, production);
  const result = await merge(dag, { 'deploy-image': 'true' });
  expect(ended(result)).toBe('0 deployed image-and-dags');
  expect(builds(world)).toHaveLength(1);
  expect(result.annotations).toEqual([expect.stringMatching(/^notice: .*`deploy-type: image-and-dags`/)]);
});

test('defect 10: `checkout: false` with the repository in a folder of the workspace', async () => {
  world.commit('A folder', inFolder('astro'));
  running(world, production, 'astro');
  const { folder } = world.project;
  const inputs = { ...movedOver(production), checkout: 'false', 'root-folder': `${basename(folder)}/astro` };
  const sha = world.commit('A DAG', { 'astro/dags/a.py': 'a = 1\n' });
  const result = await world.step(push('main', sha), inputs, { workspace: dirname(folder) });
  expect(ended(result)).toBe('0 deployed dags-only');
});

test('defect 11: a dirty tree, a Workspace that does not fit, no DAGs: what does not deploy does not end green', async () => {
  running(world, production);
  writeFileSync(join(world.project.folder, 'dags/hello.py'), 'h = 2\n');
  const sha = world.project.git('rev-parse', 'HEAD');
  world.github.branches.set('main', sha);
  const dirty = await world.step(push('main', sha), { ...movedOver(production), checkout: 'false' });
  expect(ended(dirty)).toBe('0 deployed dags-only');
  expect(await world.astro.archive(production)).toContainEqual(expect.objectContaining({ text: 'h = 2\n' }));

  const elsewhere = await merge(dag, { workspace: 'cm0another00000000000000' });
  expect(ended(elsewhere)).toBe('1 failed none');

  world.project.git('rm', '--quiet', '-r', 'dags');
  const empty = await merge({ 'dags/.keep': '' });
  expect(ended(empty)).toBe('1 failed none');
  expect(writes(elsewhere).concat(writes(empty))).toEqual([]);
});

test('defect 12: a deploy that failed is not forgotten by the pushes after it', async () => {
  for (const files of [dag, { 'README.md': 'more\n' }]) {
    running(world, production);
    world.astro.fault({ operation: 'finalizeDeploy', mode: refused });
    expect(ended(await merge({ 'requirements.txt': `# ${String(world.astro.requests.length)}\n` }))).toMatch(
      /^1 failed/,
    );
    const result = await merge(files);
    expect(ended(result)).toBe('0 deployed image-and-dags');
    expect(result.outputs['reason']).toMatch(/^image: requirements\.txt changed since /);
  }
});
