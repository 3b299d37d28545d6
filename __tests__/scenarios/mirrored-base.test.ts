import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { pullRequest, workflowDispatch } from '../../sandbox/events.ts';
import { startWorld, type Told, type World } from './world.ts';

const branch = 'feature/login';
const file = '.astro/branch-deploy.yaml';
const environments = `environments:
  main: { deployment: etl-prod }
  release/**: { deployment: etl-staging }
`;
let world: World;
beforeEach(async () => {
  world = await startWorld();
  for (const name of ['etl-prod', 'etl-staging', 'etl-secret'])
    world.astro.addDeployment({ name, description: `made like ${name}` });
  world.github.files.set('main', new Map([[file, environments]]));
  world.project.git('checkout', '--quiet', '-b', branch);
});
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  await world.end();
});

const inputs = { template: '', 'deploy-type': 'dags-only' };
const open = (base: string, more: Record<string, string> = {}, config = environments): Promise<Told> =>
  world.step(pullRequest('opened', branch, world.commit('Work', { [file]: config }), { base }), { ...inputs, ...more });
const likeWhat = (result: Told): string =>
  world.astro
    .deployments()
    .find(({ id }) => id === result.outputs['deployment-id'])
    ?.description?.split('\n')[0] ?? '';

test.each([
  ['the environment of the base branch', 'release/1.0', {}, 'made like etl-staging'],
  ['of the default branch', 'main', { 'deployment-name': 'etl-secret' }, 'made like etl-prod'],
  ['of the base branch, without any input', 'release/1.0', { 'deployment-name': '' }, 'made like etl-staging'],
  ['the inputs for a base branch that no environment claims', 'next', {}, 'made like etl-prod'],
])('without a template a preview mirrors %s', async (_, base, more, expected) => {
  const result = await open(base, more);
  expect(result).toMatchObject({ code: 0, outputs: { result: 'created' } });
  expect(likeWhat(result)).toBe(expected);
});

test('a base that is changed changes what is mirrored; connections are copied from there', async () => {
  const staging = world.astro.deployments().find(({ name }) => name === 'etl-staging');
  world.astro.airflow(staging?.id ?? '').connections.set('snow', { conn_type: 'snowflake' });
  const first = await open('release/1.0');
  expect([...world.astro.airflow(first.outputs['deployment-id'] ?? '').connections.keys()]).toEqual(['snow']);
  const event = pullRequest('edited', branch, world.project.git('rev-parse', 'HEAD'), { baseBefore: 'release/1.0' });
  const second = await world.step(event, inputs);
  expect(second.outputs).toMatchObject({ result: 'updated', 'deployment-id': first.outputs['deployment-id'] });
  expect(likeWhat(second)).toBe('made like etl-prod');
});

test('a run by hand has no base: the default branch counts', async () => {
  const sha = world.commit('Work', { [file]: environments });
  const result = await world.step(workflowDispatch(`refs/heads/${branch}`, sha), {
    ...inputs,
    action: 'deploy-deployment-preview',
    'deployment-name': 'etl-staging',
  });
  expect(likeWhat(result)).toBe('made like etl-prod');
});

test('a branch cannot choose the Deployment by its own file [T-12]', async () => {
  const own = environments.replace('etl-prod', 'etl-secret');
  expect(likeWhat(await open('main', {}, own))).toBe('made like etl-prod');
  world.github.files.delete('main');
  world.project.git('checkout', '--quiet', '-B', 'feature/other', 'main');
  const second = await world.step(
    pullRequest('opened', 'feature/other', world.commit('Work', { [file]: own })),
    inputs,
  );
  expect(likeWhat(second)).toBe('made like etl-prod');
});
