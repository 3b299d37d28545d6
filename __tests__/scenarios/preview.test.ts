import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { pullRequest } from '../../sandbox/events.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  await world.end();
});

test('s1: a pull request is opened: the Deployment is created from the template and gets the code', async () => {
  world.project.git('checkout', '--quiet', '-b', 'feature/login');
  const sha = world.project.commit('Add a DAG', { 'dags/login.py': 'x = 1\n' });
  world.github.branches.set('feature/login', sha);
  const result = await world.step(pullRequest('opened', 'feature/login', sha), { 'deploy-type': 'dags-only' });
  console.log(result.log, result.outputs, result.summary, result.requests);
  expect(result.code).toBe(0);
});
