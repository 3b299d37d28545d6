import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { pullRequest, push } from '../../sandbox/events.ts';
import { startWorld, type Told, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  await world.end();
});

const merge = (files: Record<string, string>, inputs: Record<string, string> = {}): Promise<Told> =>
  world.step(push('main', world.commit('Merge', files)), inputs);
const remote = (isDagDeployEnabled: boolean): string =>
  world.astro.addDeployment({
    name: 'etl-prod',
    type: 'DEDICATED',
    executor: 'ASTRO',
    isDagDeployEnabled,
    remoteExecution: { enabled: true, allowedIpAddressRanges: [], remoteApiUrl: 'https://remote.astronomer.run' },
  }).id;

test.each([true, false])(
  'Remote Execution: the image goes without DAGs, DAGs alone deploy nothing and say why (DAG deploys on: %s)',
  async (on) => {
    const production = remote(on);
    const first = await merge({ 'dags/a.py': 'a = 1\n', '.dockerignore': 'docs\n' });
    expect(first).toMatchObject({
      code: 0,
      annotations: [],
      outputs: { result: 'deployed', 'deploy-type': 'image-only', reason: 'image: first deploy' },
    });
    expect(first.outputs).not.toHaveProperty('dag-tarball-version');
    expect(world.astro.deploys(production).every(({ dagTarballVersion }) => !dagTarballVersion)).toBe(true);
    expect(world.docker.ignored()).toContain('dags');
    const dags = await merge({ 'dags/a.py': 'a = 2\n' });
    expect(dags.outputs).toMatchObject({
      result: 'nothing',
      reason: expect.stringContaining('only DAGs changed, and with Remote Execution they reach the agents another way'),
    });
    const only = await merge({ 'requirements.txt': 'x\n' }, { 'deploy-type': 'image-only' });
    expect(only).toMatchObject({ code: 0, outputs: { result: 'deployed', 'deploy-type': 'image-only' } });
    const refused = await merge({ 'dags/a.py': 'a = 3\n' }, { 'deploy-type': 'dags-only' });
    expect(refused).toMatchObject({ code: 1, annotations: [expect.stringContaining('uses Remote Execution')] });
  },
);

test('an empty version of the CLI, which deleted the DAGs, is no baseline for them', async () => {
  const production = world.astro.addDeployment({ name: 'etl-prod' }).id;
  await merge({ 'dags/a.py': 'a = 1\n' });
  const [ours] = world.astro.deploys(production);
  world.astro.addDeploy(production, {
    ...(ours?.git && { git: ours.git }),
    type: 'IMAGE_AND_DAG',
    dagTarballVersion: '',
  });
  const result = await merge({ 'README.md': 'more\n' });
  expect(result.outputs).toMatchObject({
    result: 'deployed',
    reason: 'image and DAGs: the newest deploy of DAGs deleted all DAGs',
  });
});

test('a deploy of a type that is not known may have shipped anything', async () => {
  await world.end();
  world = await startWorld({ switches: { bundleDeploysReadAs: 'BUNDLE' } });
  const production = world.astro.addDeployment({ name: 'etl-prod' }).id;
  await merge({ 'dags/a.py': 'a = 1\n' });
  world.astro.addDeploy(production, { type: 'BUNDLE' as 'DAG_ONLY' });
  expect((await merge({ 'README.md': 'more\n' })).outputs).toMatchObject({
    result: 'deployed',
    'deploy-type': 'image-and-dags',
    reason: expect.stringContaining('has the type BUNDLE'),
  });
});

test('a preview is compared from its own record: rows of the list in short form cause no update', async () => {
  world.project.git('checkout', '--quiet', '-b', 'feature/short');
  const first = await world.step(
    pullRequest('opened', 'feature/short', world.commit('Add', { 'dags/a.py': 'a = 1\n' })),
  );
  expect(first).toMatchObject({ code: 0, outputs: { result: 'created' } });
  const second = await world.step(
    pullRequest('synchronize', 'feature/short', world.commit('Explain', { 'README.md': 'x\n' })),
  );
  expect(second).toMatchObject({ code: 0, outputs: { result: 'nothing' } });
  expect(second.requests.filter((request) => request.includes(' POST '))).toEqual([]);
});

test('`workspace` takes a name; one that is not there lists ids with names', async () => {
  world.astro.addDeployment({ name: 'etl-prod' });
  expect((await merge({ 'dags/a.py': 'a = 1\n' }, { workspace: 'Data' })).outputs).toMatchObject({
    result: 'deployed',
  });
  const wrong = await merge({ 'dags/a.py': 'a = 2\n' }, { workspace: 'Dta' });
  expect(wrong).toMatchObject({
    code: 1,
    annotations: [
      'error: `workspace`: There is no Workspace with the id or name `Dta`. Give the id of one of these: Data (cm0workspace0000000000000).',
    ],
  });
});

test('a Dockerfile that the template contradicts is refused before the first write', async () => {
  world.project.git('checkout', '--quiet', '-b', 'feature/old');
  const sha = world.commit('Old', { Dockerfile: 'FROM quay.io/astronomer/astro-runtime:12.1.0\n' });
  const result = await world.step(pullRequest('opened', 'feature/old', sha));
  expect(result).toMatchObject({ code: 1, outputs: { result: 'failed' } });
  expect(result.annotations).toEqual([expect.stringMatching(/^error Dockerfile:1: .*12\.1\.0.*3\.1-14/)]);
  expect(result.requests.filter((request) => request.includes(' POST '))).toEqual([]);
});

test('an ignore rule that leaves the DAGs out of the image is refused while DAG deploys are off', async () => {
  world.astro.addDeployment({ name: 'etl-prod', isDagDeployEnabled: false });
  const refused = await merge({ 'dags/a.py': 'a = 1\n', '.dockerignore': 'dags/\n' });
  expect(refused).toMatchObject({
    code: 1,
    annotations: [expect.stringContaining('the ignore file leaves `dags` out')],
  });
  expect(refused.requests.filter((request) => request.includes(' POST '))).toEqual([]);
  const forced = await merge({ 'README.md': 'x\n' }, { force: 'true' });
  expect(forced).toMatchObject({ code: 0, annotations: [expect.stringContaining('would have no DAGs')] });
});

test('force with the last DAG deleted: the reason names the file, and only DAGs are deployed', async () => {
  const production = world.astro.addDeployment({ name: 'etl-prod' }).id;
  await merge({ 'dags/a.py': 'a = 1\n' });
  world.project.git('rm', '-rq', 'dags');
  const sha = world.commit('Delete the last DAG', {});
  const result = await world.step(push('main', sha), { force: 'true' });
  expect(result).toMatchObject({
    code: 0,
    outputs: { result: 'deployed', 'deploy-type': 'dags-only', reason: expect.stringContaining('dags/a.py') },
  });
  expect(await world.astro.archive(production)).toEqual([]);
});
