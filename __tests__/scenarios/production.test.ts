import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { push } from '../../sandbox/events.ts';
import { pastOrganizations, startWorld, type Told, type World } from './world.ts';

/** Not a question of what is there. */
const isWork = (name: string): boolean => !['--version', 'version', 'buildx', 'info'].includes(name);

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

const merge = (files: Record<string, string>, inputs: Record<string, string> = {}): Promise<Told> =>
  world.step(push('main', world.commit('Merge', files)), inputs);
const astro = (result: Told): string[] => result.requests.filter((request) => request.startsWith('Astro'));

test('the first merge ships the image, then DAGs alone, then nothing', async () => {
  const first = await merge({ 'dags/a.py': 'a = 1\n' });
  expect(first).toMatchObject({
    code: 0,
    outputs: { result: 'deployed', 'deploy-type': 'image-and-dags', 'deployment-id': production, created: 'false' },
  });
  expect(first.outputs).not.toHaveProperty('preview-id');
  const second = await merge({ 'dags/a.py': 'a = 2\n' });
  expect(second.outputs).toMatchObject({
    result: 'deployed',
    'deploy-type': 'dags-only',
    reason: expect.stringMatching(
      /^DAGs: dags\/a\.py changed since [0-9a-f]{7}, deployed [-0-9]{10} [0-9]{2}:[0-9]{2} UTC$/,
    ),
  });
  expect(astro(second).length).toBeLessThanOrEqual(8);
  expect(pastOrganizations(second.requests)).toMatchInlineSnapshot(`
   [
     "Astro GET /organizations/{id}/workspaces 200",
     "Astro GET /organizations/{id}/deployments 200",
     "Astro GET /organizations/{id}/deployments/{id}/deploys 200",
     "Astro POST /organizations/{id}/deployments/{id}/deploys 200",
     "Astro POST /organizations/{id}/deployments/{id}/deploys/{id}/finalize 200",
     "Astro GET /organizations/{id}/deployments/{id} 200",
     "Astro GET /organizations/{id}/deployments/{id}/deploys/{id} 200",
     "GitHub GET /repos/acme/etl/git/ref/heads/main 200",
   ]
  `);
  const third = await merge({ 'README.md': 'more\n' });
  expect(third.outputs).toMatchObject({ result: 'nothing', 'deploy-type': 'none' });
  expect(astro(third).length).toBeLessThanOrEqual(5);
});

test('by id, in one request less', async () => {
  const result = await merge({ 'dags/a.py': 'a = 1\n' }, { 'deployment-name': '', 'deployment-id': production });
  expect(result).toMatchObject({ code: 0, outputs: { 'deployment-name': 'etl-prod' } });
});

test('an unknown name lists the ones there are; an unknown id says so', async () => {
  const name = await merge({ 'dags/a.py': 'a = 1\n' }, { 'deployment-name': 'etl-pord' });
  expect(name.annotations).toEqual([
    'error: There is no Deployment called etl-pord in the Workspace cm0workspace0000000000000: check `deployment-name`. It has: etl-prod.',
  ]);
  const id = await merge(
    { 'dags/a.py': 'a = 1\n' },
    { 'deployment-name': '', 'deployment-id': 'cm0000000000000000000000x' },
  );
  expect(id).toMatchObject({ code: 1, annotations: [expect.stringContaining('no Deployment with the id')] });
});

test('a Deployment of another Workspace than the one that is given is not touched [T-27]', async () => {
  const result = await merge(
    { 'dags/a.py': 'a = 1\n' },
    { 'deployment-name': '', 'deployment-id': production, workspace: 'cm0another00000000000000' },
  );
  expect(result).toMatchObject({ code: 1, annotations: [expect.stringContaining('belongs to the Workspace')] });
  expect(result.requests.filter((request) => !request.includes(' GET '))).toEqual([]);
});

test('one that hibernates is an error; with wake-on-deploy it is woken and sleeps again', async () => {
  world.astro.change(production, { status: 'HIBERNATING', isDevelopmentMode: true });
  const refused = await merge({ 'dags/a.py': 'a = 1\n' });
  expect(refused).toMatchObject({ code: 1, annotations: [expect.stringContaining('`wake-on-deploy: true`')] });
  const sleeper = world.astro.addDeployment({ name: 'etl-dev', status: 'HIBERNATING', isDevelopmentMode: true });
  const woken = await merge({ 'dags/a.py': 'a = 2\n' }, { 'deployment-name': 'etl-dev', 'wake-on-deploy': 'true' });
  expect(woken).toMatchObject({ code: 0, outputs: { result: 'deployed' } });
  expect(
    woken.requests
      .filter((request) => request.includes('hibernation-override'))
      .map((request) => request.split(' ')[1]),
  ).toEqual(['POST', 'DELETE']);
  expect(world.astro.deployments().find(({ id }) => id === sleeper.id)?.status).toBe('HIBERNATING');
});

test('an override that kept it asleep is put back as it was', async () => {
  const override = { isActive: true, isHibernating: true, overrideUntil: '2099-01-01T00:00:00Z' };
  const sleeper = world.astro.addDeployment({
    name: 'etl-dev',
    status: 'HIBERNATING',
    isDevelopmentMode: true,
    scalingSpec: { hibernationSpec: { schedules: [], override } },
  });
  const inputs = { 'deployment-name': 'etl-dev', 'wake-on-deploy': 'true' };
  expect(await merge({ 'dags/a.py': 'a = 2\n' }, inputs)).toMatchObject({ code: 0, outputs: { result: 'deployed' } });
  const after = world.astro.deployments().find(({ id }) => id === sleeper.id);
  expect(after).toMatchObject({ status: 'HIBERNATING', scalingSpec: { hibernationSpec: { override } } });
});

test('a deploy that fails gives the schedule back all the same', async () => {
  world.astro.addDeployment({ name: 'etl-dev', status: 'HIBERNATING', isDevelopmentMode: true });
  world.astro.fault({
    operation: 'finalizeDeploy',
    mode: { status: 400, body: '{"message":"no","requestId":"r","statusCode":400}' },
  });
  const result = await merge({ 'dags/a.py': 'a = 1\n' }, { 'deployment-name': 'etl-dev', 'wake-on-deploy': 'true' });
  expect(result).toMatchObject({ code: 1, outputs: { result: 'failed', 'deploy-type': 'none' } });
  expect(result.requests.at(-2)).toMatch(/DELETE .*hibernation-override 204/);
});

test('dags-only where other files changed too: a warning that names them, then the DAGs', async () => {
  await merge({ 'dags/a.py': 'a = 1\n' });
  const result = await merge({ 'dags/a.py': 'a = 2\n', 'requirements.txt': 'x\n' }, { 'deploy-type': 'dags-only' });
  expect(result.outputs).toMatchObject({ result: 'deployed', 'deploy-type': 'dags-only' });
  expect(result.annotations).toEqual([expect.stringMatching(/^warning: .*requirements\.txt/)]);
  // What was left out is not forgotten: the next run still sees it.
  expect((await merge({ 'README.md': 'x\n' })).outputs).toMatchObject({
    'deploy-type': 'image-and-dags',
    reason: expect.stringContaining('requirements.txt'),
  });
});

test('image-only leaves the DAGs that run', async () => {
  await merge({ 'dags/a.py': 'a = 1\n' });
  const before = world.astro.deployments()[0]?.dagTarballVersion;
  const result = await merge(
    { Dockerfile: 'FROM scratch\nLABEL io.astronomer.docker.runtime.version=3.1-14\n' },
    { 'deploy-type': 'image-only' },
  );
  expect(result.outputs).toMatchObject({ 'deploy-type': 'image-only' });
  expect(result.outputs).not.toHaveProperty('dag-tarball-version');
  expect(world.astro.deployments()[0]?.dagTarballVersion).toBe(before);
});

test('DAG deploys are off: nothing for README, an image for DAGs, an error for dags-only', async () => {
  world.astro.change(production, { isDagDeployEnabled: false });
  await merge({ 'dags/a.py': 'a = 1\n' });
  expect((await merge({ 'README.md': 'x\n' })).outputs['result']).toBe('nothing');
  const dags = await merge({ 'dags/a.py': 'a = 2\n' });
  expect(dags.outputs).toMatchObject({
    'deploy-type': 'image-and-dags',
    reason: expect.stringContaining('DAG deploys are off'),
  });
  expect(dags.outputs).not.toHaveProperty('dag-tarball-version');
  expect(world.docker.calls().findLast(({ args }) => args[0] === 'build')?.args).toContain(
    `${world.project.folder}/Dockerfile`,
  );
  const refused = await merge({ 'dags/a.py': 'a = 3\n' }, { 'deploy-type': 'dags-only' });
  expect(refused).toMatchObject({ code: 1, outputs: { result: 'failed' } });
});

test('a run that was overtaken deploys nothing', async () => {
  const old = world.commit('One', { 'dags/a.py': 'a = 1\n' });
  world.commit('Two', { 'dags/a.py': 'a = 2\n' });
  const result = await world.step(push('main', old));
  expect(result).toMatchObject({ code: 0, outputs: { result: 'skipped' } });
});

test('an empty DAG folder is refused without force', async () => {
  await merge({ 'dags/a.py': 'a = 1\n' });
  world.project.git('rm', '--quiet', '-r', 'dags');
  const refused = await merge({ 'dags/.keep': '' }, { 'deploy-type': 'dags-only' });
  expect(refused).toMatchObject({ code: 1, annotations: [expect.stringContaining('force: true')] });
  expect(refused.requests.filter((request) => !request.includes(' GET '))).toEqual([]);
  const forced = await merge({ 'dags/.keep': 'x' }, { 'deploy-type': 'dags-only', force: 'true' });
  expect(forced).toMatchObject({ code: 0, outputs: { 'deploy-type': 'dags-only' } });
});

test('image-name: an image that was built before is pushed, not built', async () => {
  const result = await merge({ 'dags/a.py': 'a = 1\n' }, { 'image-name': 'my/etl:1' });
  expect(result).toMatchObject({ code: 0, outputs: { 'deploy-type': 'image-and-dags' } });
  expect(
    world.docker
      .calls()
      .map(({ args }) => args[0] ?? '')
      .filter(isWork),
  ).toEqual(['image', 'image', 'image', 'login', 'tag', 'push', 'rmi']);
});

test.each([
  ['3.0-10', 'Astro does not go back to an older version'],
  ['3.2-99', 'Astro does not offer Runtime 3.2-99'],
])('an image with Runtime %s is refused before anything is begun', async (label, message) => {
  await world.end();
  world = await startWorld({ docker: { label } });
  world.astro.addDeployment({ name: 'etl-prod' });
  const result = await merge({ 'dags/a.py': 'a = 1\n' });
  expect(result).toMatchObject({ code: 1, annotations: [expect.stringContaining(message)] });
  expect(result.requests.filter((request) => !request.includes(' GET '))).toEqual([]);
});

test('a Deployment that takes deploys from CI/CD only takes ours', async () => {
  world.astro.change(production, { isCicdEnforced: true });
  const result = await merge({ 'dags/a.py': 'a = 1\n' });
  expect(result).toMatchObject({ code: 0, outputs: { result: 'deployed', 'deploy-type': 'image-and-dags' } });
  expect(world.astro.deploys(production)[0]).toMatchObject({ status: 'DEPLOYED' });
  expect(world.astro.deployments()[0]?.isCicdEnforced).toBe(true);
});

test.each(['build', 'push', 'login'])(
  'docker %s fails: nothing is finalized, the reason is told [R-28]',
  async (dockerFails) => {
    await world.end();
    world = await startWorld({ docker: { fails: dockerFails } });
    const id = world.astro.addDeployment({ name: 'etl-prod' }).id;
    const result = await merge({ 'dags/a.py': 'a = 1\n' });
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed', 'deploy-type': 'none' } });
    expect(result.annotations).toEqual([expect.stringContaining('stand-in: told to fail')]);
    expect(world.astro.deploys(id).map(({ status }) => status)).toEqual(dockerFails === 'build' ? [] : ['INITIALIZED']);
  },
);
