import { afterEach, expect, test } from '@jest/globals';
import { pullRequest, push } from '../../sandbox/events.ts';
import { startWorld, type Told, type World } from './world.ts';

let world: World;
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  await world.end();
});
const at = '2026-01-01T00:00:00.000Z';
const pool = {
  id: 'cm0pool000000000000000001',
  name: 'small',
  nodeInstanceType: 'm5.xlarge',
  cloudProvider: 'AWS',
  clusterId: 'cm0cluster000000000000000',
  isDefault: true,
  maxNodeCount: 10,
  createdAt: at,
  updatedAt: at,
};
const cluster = {
  id: 'cm0cluster000000000000000',
  name: 'hybrid',
  cloudProvider: 'AWS',
  type: 'HYBRID',
  region: 'eu-west-1',
  status: 'CREATED',
  organizationId: 'cm0organization0000000000',
  createdAt: at,
  updatedAt: at,
  dbInstanceType: 'db.m6g.large',
  drRegion: '',
  isDrEnabled: false,
  vpcSubnetRange: '10.0.0.0/16',
  nodePools: [pool],
} as never;
type Given = NonNullable<Parameters<World['astro']['addDeployment']>[0]>;
async function begin(deployment: Given = {}): Promise<string> {
  world = await startWorld({ clusters: [cluster] });
  return world.astro.addDeployment({
    name: 'etl-prod',
    type: 'HYBRID',
    executor: 'KUBERNETES',
    clusterId: 'cm0cluster000000000000000',
    clusterName: 'hybrid',
    taskPodNodePoolId: pool.id,
    schedulerAu: 5,
    ...deployment,
  }).id;
}
const merge = (files: Record<string, string>, inputs: Record<string, string> = {}): Promise<Told> =>
  world.step(push('main', world.commit('Merge', files)), inputs);

test.each([
  ['3.1-14', 'airflow.providers.standard.operators.bash'],
  ['12.1.0', 'from airflow.operators.bash'],
])('a HYBRID Deployment with Runtime %s gets the monitoring DAG that it wants', async (astroRuntimeVersion, words) => {
  const production = await begin({ astroRuntimeVersion });
  const shown = world.astro.deployments()[0] ?? {};
  for (const member of ['schedulerSize', 'isHighAvailability', 'isDevelopmentMode'])
    expect(shown).not.toHaveProperty(member);
  const result = await merge({ 'dags/a.py': '1\n' }, { 'deploy-type': 'dags-only' });
  expect(result).toMatchObject({ code: 0, annotations: [], outputs: { result: 'deployed' } });
  const files = await world.astro.archive(production);
  expect(files.map(({ name }) => name)).toEqual(['dags/a.py', 'dags/astronomer_monitoring_dag.py', 'dags/hello.py']);
  expect(files[1]?.text).toContain(words);
  expect(world.project.git('status', '--porcelain')).toBe('');
  // It is no change of the project.
  expect((await merge({ 'README.md': '1\n' }, { 'deploy-type': 'dags-only' })).outputs['deploy-type']).toBe('none');
});

test('one of the project’s own is left as it is, and hosted Deployments get none', async () => {
  const hybrid = await begin();
  await merge({ 'dags/astronomer_monitoring_dag.py': 'own\n' }, { 'deploy-type': 'dags-only' });
  expect((await world.astro.archive(hybrid)).map(({ name, text }) => `${name}: ${text}`)).toContain(
    'dags/astronomer_monitoring_dag.py: own\n',
  );
  await world.end();

  const hosted = await begin({ type: 'STANDARD' });
  await merge({ 'dags/a.py': '1\n' }, { 'deploy-type': 'dags-only' });
  expect((await world.astro.archive(hosted)).map(({ name }) => name)).toEqual(['dags/a.py', 'dags/hello.py']);
});

test('a preview that mirrors it: made, found in order by the next run, and removed', async () => {
  await begin();
  world.project.git('checkout', '--quiet', '-b', 'feature/x');
  const sha = world.commit('x', { 'dags/x.py': '1\n' });
  const inputs = { template: '' };
  const first = await world.step(pullRequest('opened', 'feature/x', sha), inputs);
  expect(first).toMatchObject({ code: 0, outputs: { result: 'created' } });
  const again = await world.step(pullRequest('reopened', 'feature/x', sha), inputs);
  expect(again).toMatchObject({ code: 0, outputs: { result: 'nothing' } });
  const closed = await world.step(pullRequest('closed', 'feature/x', sha), inputs);
  expect(closed).toMatchObject({ code: 0, outputs: { result: 'deleted' } });
});
