import { afterEach, expect, test } from '@jest/globals';
import { pullRequest, push } from '../../sandbox/events.ts';
import { startWorld, type Told, type World } from './world.ts';

let world: World;
let production: string;
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  await world.end();
});
async function begin(deployment: Parameters<World['astro']['addDeployment']>[0] = {}): Promise<void> {
  world = await startWorld();
  production = world.astro.addDeployment({ name: 'etl-prod', ...deployment }).id;
}
const merge = (files: Record<string, string>, inputs: Record<string, string> = {}): Promise<Told> =>
  world.step(push('main', world.commit('Merge', files)), inputs);
const names = async (): Promise<string[]> => (await world.astro.archive(production)).map(({ name }) => name);
const done = ({ outputs }: Told): unknown => [outputs['deploy-type'], outputs['reason']];

test('`dags-base-dir: false` puts DAGs at the root of the archive; the other layout is deployed once, with its reason', async () => {
  await begin();
  const root = { 'dags-base-dir': 'false' };
  expect(await merge({ 'dags/team/a.py': '1\n' }, root)).toMatchObject({ code: 0 });
  expect(await names()).toEqual(['hello.py', 'team/a.py']);
  expect(done(await merge({ 'README.md': '1\n' }, root))).toEqual([
    'none',
    expect.stringContaining('nothing that is deployed changed'),
  ]);

  expect(done(await merge({ 'README.md': '2\n' }))).toEqual([
    'dags-only',
    'DAGs: what runs has them at the root of the archive, and `dags-base-dir` is `true`',
  ]);
  expect(await names()).toEqual(['dags/hello.py', 'dags/team/a.py']);
  expect(done(await merge({ 'README.md': '3\n' }))).toEqual(['none', expect.anything()]);

  expect(done(await merge({ 'dags/team/a.py': '2\n' }, root))).toEqual([
    'dags-only',
    'DAGs: what runs has them below `dags/`, and `dags-base-dir` is `false`',
  ]);
  expect(await names()).toEqual(['hello.py', 'team/a.py']);
});

test('after a change of the layout Airflow must have parsed every file', async () => {
  await begin();
  await merge({ 'dags/a.py': 'from airflow import DAG\n' });
  world.astro.airflow(production).clockAhead = 0;
  const result = await merge({ 'README.md': '1\n' }, { 'dags-base-dir': 'false', 'verify-dags': 'fail' });
  expect(result).toMatchObject({ code: 0, annotations: [], outputs: { 'deploy-type': 'dags-only' } });
});

test('is refused for Airflow 2 before anything is written', async () => {
  await begin({ astroRuntimeVersion: '12.1.0' });
  const refusal = [expect.stringMatching(/^error: `dags-base-dir` is `false`, but the Deployment runs Airflow 2/)];
  const result = await merge({ 'dags/a.py': '1\n' }, { 'dags-base-dir': 'false', 'deploy-type': 'dags-only' });
  expect(result).toMatchObject({ code: 1, annotations: refusal });

  world.project.git('checkout', '--quiet', '-b', 'feature/x');
  const template = world.project
    .git('show', 'HEAD:.astro/preview.yaml')
    .replace(/runtime_version: .*/, 'runtime_version: 12.1.0');
  const sha = world.commit('x', { '.astro/preview.yaml': `${template}\n` });
  const preview = await world.step(pullRequest('opened', 'feature/x', sha), { 'dags-base-dir': 'false' });
  expect(preview).toMatchObject({ code: 1, annotations: refusal });
  expect([...result.requests, ...preview.requests].filter((request) => / POST /.test(request))).toEqual([]);
});
