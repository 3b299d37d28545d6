import { afterEach, expect, test } from '@jest/globals';
import { push } from '../../sandbox/events.ts';
import { startWorld, type Told, type World } from './world.ts';

let world: World;
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  await world.end();
});

async function begin(): Promise<void> {
  world = await startWorld({ docker: {} });
  world.astro.addDeployment({ name: 'etl-prod' });
}
const merge = (files: Record<string, string>, inputs: Record<string, string>): Promise<Told> =>
  world.step(push('main', world.commit('Merge', files)), inputs, { speed: 5 });
const done = ({ code, outputs }: Told): unknown => [code, outputs['deploy-type'], outputs['reason']];
const unchanged = [0, 'none', expect.stringContaining('nothing that is deployed changed')];

test('an image that an earlier step built is compared by its id, not by the files of the checkout', async () => {
  await begin();
  const inputs = { 'image-name': 'app:1' };
  expect(await merge({ 'a.txt': '1' }, inputs)).toMatchObject({
    code: 0,
    outputs: { 'deploy-type': 'image-and-dags' },
  });
  expect(done(await merge({ 'requirements.txt': 'x\n' }, inputs))).toEqual(unchanged);
  expect(done(await merge({ 'dags/new.py': 'x = 1\n' }, inputs))).toEqual([0, 'dags-only', expect.any(String)]);
  world.docker.setImage('2');
  expect(done(await merge({ 'b.txt': '1' }, inputs))).toEqual([
    0,
    'image-and-dags',
    'image: `image-name` names another image than the one that runs',
  ]);
  expect(done(await merge({ 'c.txt': '1' }, inputs))).toEqual(unchanged);
});

test('other build arguments build the image again; their values appear nowhere', async () => {
  await begin();
  const secret = 'build-argument-canary-93ab';
  const first = await merge({ 'a.txt': '1' }, { 'build-args': `PIP_INDEX=${secret}` });
  expect(first).toMatchObject({ code: 0, outputs: { 'deploy-type': 'image-and-dags' } });
  expect(done(await merge({ 'README.md': '2' }, { 'build-args': `PIP_INDEX=${secret}` }))).toEqual(unchanged);
  const other = await merge({ 'README.md': '3' }, { 'build-args': 'PIP_INDEX=other' });
  expect(done(other)).toEqual([0, 'image-and-dags', 'image: `build-args` are not those of the image that runs']);
  const stored = JSON.stringify(world.astro.deployments().map(({ id }) => world.astro.deploys(id)));
  expect(stored).toContain('args=');
  expect(stored).not.toContain(secret);
});
