import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { deletion, pullRequest, push } from '../../../sandbox/events.ts';
import { sampleFiles } from '../../../sandbox/project.ts';
import { startWorld, type Told, type World } from '../world.ts';
import { creation, ended, inFolder, movedOver, refused, running, watch, writes } from './kit.ts';

// Every story: deploy-action's job was red for no reason of the user's, took minutes, or left something awake or open.

let world: World;
let production: string;
const begin = async (options: Parameters<typeof startWorld>[0] = {}): Promise<void> => {
  world = await startWorld(options);
  production = world.astro.addDeployment({ name: 'etl-prod' }).id;
};
beforeEach(() => begin());
afterEach(async () => {
  await world.end();
  expect(world.astro.violations).toEqual([]);
});

const branch = 'feature/login';
const merge = (
  files: Record<string, string>,
  inputs: Record<string, string> = {},
  more: Parameters<World['step']>[2] = {},
): Promise<Told> =>
  world.step(push('main', world.commit('Merge', files)), { ...movedOver(production), ...inputs }, more);
const dag = { 'dags/a.py': 'a = 1\n' };
const dbtProject = { 'dbt/dbt_project.yml': "name: 'shop'\n", 'dbt/models/orders.sql': 'select 1\n' };
const dbt = { 'deploy-type': 'dbt', 'root-folder': 'dbt' };

test('defect 38: a runner without npm, registry or CLI', async () => {
  const watched = watch(world);
  world.github.branches.delete(branch);
  const gone = await world.step(
    deletion(branch),
    { ...movedOver(production), action: 'delete-deployment-preview' },
    { env: { PATH: '/nowhere' } },
  );
  expect(ended(gone)).toBe('0 nothing none');
  running(world, production);
  expect(ended(await merge({ 'README.md': 'more\n' }, {}, watched))).toBe('0 nothing none');
  expect(ended(await merge(dag, {}, watched))).toBe('0 deployed dags-only');
  expect(watched.started().filter((line) => !line.startsWith('git '))).toEqual([]);
  watched.end();
});

test('defect 39: `cli-version` with `image-only` and with `dbt` on a fresh runner', async () => {
  const watched = watch(world);
  const pinned = { 'cli-version': '1.30.0' };
  expect(ended(await merge({ 'requirements.txt': 'x\n' }, { ...pinned, 'deploy-type': 'image-only' }, watched))).toBe(
    '0 deployed image-only',
  );
  expect(ended(await merge(dbtProject, { ...pinned, ...dbt }, watched))).toBe('0 deployed dbt');
  expect(watched.started().filter((line) => !line.startsWith('git '))).toEqual([]);
  watched.end();
});

test('defect 40: a version of the CLI is neither compared, looked up nor matched by its beginning', async () => {
  const watched = watch(world);
  for (const [index, version] of ['1.28.1', '1.2', '99.0.0'].entries()) {
    const files = { ...dbtProject, 'dbt/models/orders.sql': `select ${String(index)}\n` };
    const result = await merge(files, { ...dbt, 'cli-version': version }, watched);
    expect(ended(result)).toBe('0 deployed dbt');
    expect(result.annotations).toEqual([expect.stringMatching(/^notice: .*`cli-version`.*needs no Astro CLI/)]);
  }
  expect(watched.started().filter((line) => line.startsWith('astro '))).toEqual([]);
  watched.end();
});

test('defect 41: inputs that are given and empty', async () => {
  running(world, production);
  const empty = { 'image-name': '', parse: '', pytest: '', force: '', description: '', 'deploy-type': '' };
  expect(ended(await merge(dag, empty))).toBe('0 deployed dags-only');
});

test('defect 42: a forced push, where the commit before is gone, also of a dbt project', async () => {
  running(world, production);
  const forced = (files: Record<string, string>, inputs: Record<string, string>): Promise<Told> => {
    const given = push('main', world.commit('Forced', files), { before: 'b'.repeat(40) });
    return world.step(given, { ...movedOver(production), ...inputs });
  };
  expect(ended(await forced(dag, {}))).toBe('0 deployed dags-only');
  expect(ended(await forced(dbtProject, dbt))).toBe('0 deployed dbt');
});

test('defect 43: waking has an end, is taken back after a failure, and does not happen for nothing', async () => {
  await world.end();
  await begin({ delays: { wake: 60_000 } });
  const sleeper = world.astro.addDeployment({ name: 'etl-dev', status: 'HIBERNATING', isDevelopmentMode: true }).id;
  running(world, sleeper);
  const inputs = { 'deployment-id': sleeper, 'wake-on-deploy': 'true', 'wait-time': '2s' };
  const overrides = (result: Told): string[] =>
    writes(result).map((request) => `${request.split(' ')[1] ?? ''} ${request.split('/').at(-1) ?? ''}`);
  expect(overrides(await merge({ 'README.md': 'more\n' }, inputs))).toEqual([]);

  const late = await merge(dag, inputs);
  expect(ended(late)).toBe('1 failed none');
  expect(late.milliseconds).toBeLessThan(30_000);
  expect(overrides(late).at(0)).toBe('POST hibernation-override 200');
  expect(overrides(late).at(-1)).toMatch(/^DELETE hibernation-override 204/);
  expect(world.astro.deployments().find(({ id }) => id === sleeper)?.status).toBe('HIBERNATING');
});

test('defect 43: a deploy that fails leaves nothing awake', async () => {
  const sleeper = world.astro.addDeployment({ name: 'etl-dev', status: 'HIBERNATING', isDevelopmentMode: true }).id;
  running(world, sleeper);
  world.astro.fault({ operation: 'finalizeDeploy', mode: refused });
  const result = await merge(dag, { 'deployment-id': sleeper, 'wake-on-deploy': 'true' });
  expect(ended(result)).toBe('1 failed none');
  expect(writes(result).at(-1)).toMatch(/DELETE .*hibernation-override 204$/);
  expect(world.astro.deployments().find(({ id }) => id === sleeper)?.status).toBe('HIBERNATING');
});

test('defect 44: an image of the team’s own, with tests; build secrets beside it are refused at once', async () => {
  await world.end();
  const integrity = '.astro/test_dag_integrity_default.py';
  const report = '<testsuites><testsuite><testcase name="a" file="tests/a.py" line="0"/></testsuite></testsuites>';
  const passed = { exitCode: 0, report };
  await begin({
    files: { ...sampleFiles, [integrity]: 'def test(): pass\n', 'tests/test_a.py': 'def test_a(): pass\n' },
    docker: { tests: { [integrity]: passed, 'tests/': passed } },
  });
  const result = await merge(dag, { 'image-name': 'my/etl:1', parse: 'true', pytest: 'true' });
  expect(ended(result)).toBe('0 deployed image-and-dags');
  const calls = world.docker.calls().map(({ args }) => args);
  expect(
    calls.filter(([word]) => word === 'create' || word === 'build').map((args) => args.includes('my/etl:1')),
  ).toEqual([true, true]);
  const both = await merge({ 'dags/a.py': 'a = 2\n' }, { 'image-name': 'my/etl:1', 'build-secrets': 'id=a,env=A' });
  expect(ended(both)).toBe('1 failed none');
  expect(both.annotations).toEqual([expect.stringContaining('`build-secrets` and `image-name` contradict each other')]);
  expect(both.requests).toEqual([]);
});

test('defect 45: a root folder with a space, and `/example-dags/` as its own README writes it', async () => {
  for (const [folder, given] of [
    ['a b', 'a b'],
    ['example-dags', '/example-dags/'],
  ] as const) {
    world.commit('A folder', inFolder(folder));
    running(world, production, folder);
    const result = await merge({ [`${folder}/dags/a.py`]: 'a = 1\n' }, { 'root-folder': given });
    expect(ended(result)).toBe('0 deployed dags-only');
  }
});

test('defect 46: no fixed sleep, no end before the new code runs, and `wait-time` is all the waiting there is', async () => {
  await world.end();
  await begin({ delays: { create: 1_000, deploy: 1_500 } });
  world.project.git('checkout', '--quiet', '-b', branch);
  const result = await world.step(pullRequest('opened', branch, world.commit('x', dag)));
  expect(ended(result)).toBe('0 created image-and-dags');
  // Creating and an image deploy: the CLI sleeps for 270 s before it looks for the first time.
  expect(result.milliseconds).toBeLessThan(60_000);
  expect(world.astro.deployments().find(({ id }) => id !== production)).toMatchObject({
    imageTag: result.outputs['image-tag'],
    dagTarballVersion: result.outputs['dag-tarball-version'],
    status: 'HEALTHY',
  });

  await world.end();
  await begin({ delays: { deploy: 120_000 } });
  running(world, production);
  const late = await merge(dag, { 'wait-time': '2s' });
  expect(late).toMatchObject({ code: 1, outputs: { result: 'failed' } });
  expect(late.annotations).toEqual([expect.stringContaining('does not run yet after `wait-time`')]);
  expect(late.milliseconds).toBeLessThan(30_000);
});

test('defect 47: a comment, a summary, a GitHub Deployment and addresses; every group of the log is closed', async () => {
  world.project.git('checkout', '--quiet', '-b', branch);
  const sha = world.commit('x', dag);
  world.github.pullRequests.push({ number: 42, branch, commit: sha, state: 'open' });
  const told = { comment: 'true', 'github-deployments': 'true' };
  const result = await world.step(pullRequest('opened', branch, sha), told);
  expect(ended(result)).toBe('0 created image-and-dags');
  const { 'deployment-url': url = '', 'airflow-url': airflow = '' } = result.outputs;
  expect([url, airflow]).not.toContain('');
  expect(world.github.comments.map(({ pullRequest: number, body }) => [number, body.includes(url)])).toEqual([
    [42, true],
  ]);
  expect(world.github.deployments[0]?.statuses.at(-1)).toMatchObject({ state: 'success', environmentUrl: airflow });
  expect(result.summary).toContain(url);
  world.astro.fault({ operation: 'createDeploy', times: 9, mode: refused });
  const failed = await world.step(
    pullRequest('synchronize', branch, world.commit('y', { 'packages.txt': 'x\n' })),
    told,
  );
  expect(ended(failed)).toBe('1 failed none');
  for (const { log } of [result, failed])
    expect(log.match(/^::group::/gm)?.length).toBe(log.match(/^::endgroup::/gm)?.length);
});

test('defect 48: two creates at one moment leave one preview, and an older commit never wins', async () => {
  await world.end();
  await begin({ switches: { uniqueNames: 'allowed' } });
  const dags = { 'deploy-type': 'dags-only' };
  world.project.git('checkout', '--quiet', '-b', branch);
  const sha = world.commit('x', dag);
  const both = await Promise.all([
    world.step(creation(branch, sha), { ...dags, action: 'create-deployment-preview' }),
    world.step(pullRequest('opened', branch, sha), dags),
  ]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  // Should both have made one, the next run takes the younger away.
  await world.step(pullRequest('reopened', branch, sha), dags);
  expect(world.astro.deployments().filter(({ id }) => id !== production)).toHaveLength(1);

  world.project.git('checkout', '--quiet', 'main');
  const older = world.commit('Older', { 'dags/b.py': 'b = 1\n' });
  world.commit('Newer', { 'dags/b.py': 'b = 2\n' });
  world.project.git('checkout', '--quiet', '--detach', older);
  expect(ended(await world.step(push('main', older), movedOver(production)))).toBe('0 skipped none');
  expect(world.astro.deploys(production)).toEqual([]);
});
