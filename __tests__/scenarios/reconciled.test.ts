import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { deletion, pullRequest, push, schedule } from '../../sandbox/events.ts';
import { githubViolations } from '../parts/github-contract.ts';
import { startWorld, type Told, type World } from './world.ts';

const branch = 'feature/login';
const on = { comment: 'true', 'github-deployments': 'true', 'deploy-type': 'dags-only' };
const hour = 60 * 60 * 1000;
const clock = { ahead: 0 };
let world: World;
let sha: string;
beforeEach(async () => {
  clock.ahead = 0;
  world = await startWorld({ now: () => Date.now() + clock.ahead });
  world.github.branches.set('main', world.project.git('rev-parse', 'HEAD'));
  world.project.git('checkout', '--quiet', '-B', branch);
  sha = world.commit('Add a DAG', { 'dags/login.py': 'x = 1\n' });
  world.github.pullRequests.push({ number: 42, branch, commit: sha, state: 'open' });
});
afterEach(async () => {
  await world.end();
  expect(world.astro.violations).toEqual([]);
  expect(githubViolations(world.github.requests)).toEqual([]);
});
const open = (): Promise<Told> => world.step(pullRequest('opened', branch, sha), on);
const environments = (): string[] =>
  world.github.deployments.map(
    ({ environment, statuses }) => `${environment}: ${statuses.at(-1)?.state ?? 'no status'}`,
  );
const title = (): string | undefined => /^### .*$/m.exec(world.github.comments[0]?.body ?? '')?.[0];
const gone = (): void => {
  world.github.branches.delete(branch);
  for (const one of world.github.pullRequests) one.state = 'closed';
};
const statuses = /deployments\/\d+\/statuses$/;

describe('a run that finds nothing to do says on GitHub what is true [I10]', () => {
  test.each([
    ['in_progress', 'in_progress'],
    ['failure', 'failure'],
  ])('a GitHub Deployment that was left %s is live', async (_, state) => {
    await open();
    const [made] = world.github.deployments;
    made?.statuses.push({ id: 9999, state, environmentUrl: '', logUrl: '', description: '' });
    expect(await open()).toMatchObject({ code: 0, outputs: { result: 'nothing' } });
    expect(environments()).toEqual(['preview/feature/login: success']);
  });

  test('a GitHub Deployment without a status, because GitHub refused all of them', async () => {
    world.github.fail = { path: statuses, status: 500 };
    await open();
    expect(environments()).toEqual(['preview/feature/login: no status']);
    world.github.fail = undefined;
    await open();
    expect(environments()).toEqual(['preview/feature/login: success']);
  });

  test('none at all, because GitHub took none', async () => {
    world.github.fail = { path: /\/deployments$/, status: 500 };
    await open();
    world.github.fail = undefined;
    await open();
    expect(environments()).toEqual(['preview/feature/login: success']);
  });

  test('an older one that was left open does not stay so', async () => {
    await open();
    world.github.deployments[0]?.statuses.splice(0, 9, {
      id: 1,
      state: 'in_progress',
      environmentUrl: '',
      logUrl: '',
      description: '',
    });
    sha = world.commit('Change it', { 'dags/login.py': 'x = 2\n' });
    await open();
    expect(environments()).toEqual(['preview/feature/login: inactive', 'preview/feature/login: success']);
  });

  test('the same for production', async () => {
    world.astro.addDeployment({ name: 'etl-prod' });
    world.project.git('checkout', '--quiet', 'main');
    const main = world.commit('Merge', { 'dags/a.py': 'a = 1\n' });
    await world.step(push('main', main), on);
    world.github.deployments[0]?.statuses.pop();
    expect(await world.step(push('main', main), on)).toMatchObject({ code: 0, outputs: { result: 'nothing' } });
    expect(environments()).toEqual(['etl-prod: success']);
  });

  test('one look at the newest is enough when it is right, and nothing is written', async () => {
    await open();
    const again = await open();
    const asked = again.requests.filter((request) => request.includes('/deployments'));
    expect(asked.filter((request) => request.startsWith('GitHub'))).toHaveLength(2);
    expect(asked.filter((request) => /GitHub (?:POST|PATCH)/.test(request))).toEqual([]);
  });
});

describe('a comment that GitHub did not let us update [I10]', () => {
  const body = (): string => world.github.comments[0]?.body ?? '';

  test('tells of an older deploy: the next run, which finds nothing to do, repairs it', async () => {
    await open();
    const old = sha.slice(0, 12);
    sha = world.commit('Change it', { 'dags/login.py': 'x = 2\n' });
    world.github.fail = { path: /comments/, status: 500 };
    expect((await open()).outputs['deploy-type']).toBe('dags-only');
    expect(body()).toContain(old);
    world.github.fail = undefined;
    expect((await open()).outputs['result']).toBe('nothing');
    expect(body()).not.toContain(old);
    expect(body()).toContain(sha.slice(0, 12));
  });

  test('one that is true stays as it is', async () => {
    await open();
    const before = body();
    const again = await open();
    expect(body()).toBe(before);
    expect(again.requests.filter((request) => /GitHub (?:POST|PATCH) .*comments/.test(request))).toEqual([]);
  });
});

describe('a preview that is gone does not look live [I10]', () => {
  test('the removal could not tell GitHub: the next delete event does', async () => {
    await open();
    gone();
    world.github.fail = { path: /deployments|comments/, status: 500 };
    expect((await world.step(deletion(branch), on, { workspace: '/' })).outputs['result']).toBe('deleted');
    expect(title()).toMatch(/live/);
    world.github.fail = undefined;
    await world.step(deletion(branch), on, { workspace: '/' });
    expect(title()).toMatch(/removed/);
    expect(environments()).toEqual(['preview/feature/login: inactive']);
  });

  test('or the next sweep, which asks no more when all is told', async () => {
    await open();
    gone();
    world.github.fail = { path: /deployments|comments/, status: 500 };
    await world.step(deletion(branch), on, { workspace: '/' });
    world.github.fail = undefined;
    clock.ahead = 2 * hour;
    expect(await world.step(schedule(), on, { workspace: '/' })).toMatchObject({ code: 0 });
    expect(title()).toMatch(/removed/);
    expect(environments()).toEqual(['preview/feature/login: inactive']);
    const again = await world.step(schedule(), on, { workspace: '/' });
    expect(again.requests.filter((request) => /GitHub (?:POST|PATCH) \/repos/.test(request))).toEqual([]);
  });
});
