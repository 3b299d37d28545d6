import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pullRequest, schedule } from '../../sandbox/events.ts';
import type { Fault } from '../../sandbox/faults.ts';
import { startWorld, type Told, type World } from './world.ts';

const branch = 'feature/x';
let world: World;
let sha: string;
beforeEach(async () => {
  world = await startWorld();
  world.project.git('checkout', '--quiet', '-b', branch);
  sha = world.commit('x', {
    'dags/x.py': '1\n',
    '.astro/branch-deploy.yaml':
      'version: 1\npreview: { template: .astro/preview.yaml }\nenvironment-objects:\n  - { connection: new, type: http, link: [preview], values: { host: h } }\n  - { connection: c, link: [preview], preview: { schema: x } }\n',
  });
  world.astro.addObject({ objectType: 'CONNECTION', objectKey: 'c', connection: { type: 'postgres' } });
});
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  await world.end();
});

/** Time passes five times as fast for the step: a `wait-time` of 6 s takes 1.2 s here. */
const open = (inputs: Record<string, string> = {}): Promise<Told> =>
  world.step(
    pullRequest('opened', branch, sha),
    { template: '', 'deploy-type': 'dags-only', 'wait-time': '6s', ...inputs },
    { speed: 5 },
  );
/** Seconds of the step's own clock. */
const seconds = ({ milliseconds }: Told): number => (milliseconds * 5) / 1000;

describe('`wait-time` bounds every request', () => {
  const late = { status: 429, headers: { 'retry-after': '3600' }, body: '{}' };
  test.each<[string, Fault['mode'], RegExp]>([
    ['upload', 'hang', /did not answer within the [\d.]+ s that `wait-time` left.*No code was deployed/],
    ['upload', late, /asks to wait 3600 s, and `wait-time` leaves (?:\d+ s|no time)/],
    ['createDeployment', 'hang', /`wait-time` is used up, and Astro lists no such Deployment yet/],
    ['createDeploy', 'hang', /Could not begin the deploy: .*`wait-time`/],
    ['finalizeDeploy', 'hang', /Whether the deploy cm0\w+ was finalized is not known: it may still roll out/],
    ['finalizeDeploy', late, /asks to wait 3600 s, and `wait-time` leaves (?:\d+ s|no time)/],
    ['getDeployment', 'hang', /`wait-time`/],
    ['getDeploy', 'hang', /`wait-time`.*The deploy cm0\w+ is finalized and may still roll out/],
    ['listDeployments', 'hang', /Could not list Deployments: .*`wait-time`/],
    ['listEnvironmentObjects', 'hang', /Could not list environment objects: .*`wait-time`/],
    ['getEnvironmentObject', 'hang', /`wait-time`/],
  ])('%s: %o ends the run with a sentence that names it', async (operation, mode, message) => {
    world.astro.fault({ operation, mode, times: 99 });
    const result = await open();
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed' } });
    expect(result.annotations.filter((line) => line.startsWith('error'))).toEqual([expect.stringMatching(message)]);
    if (!['createDeployment', 'listDeployments'].includes(operation) && !/Objects$/.test(operation))
      expect(result.outputs['deployment-id']).not.toBe('');
    // No request begins a second full deadline of 30 s.
    expect(seconds(result)).toBeLessThan(60);
  });

  test.each(['listDeployments', 'listDeploys', 'listEnvironmentObjects'])(
    '%s hangs: the sweep ends too',
    async (operation) => {
      await open({ 'wait-time': '5m' });
      world.github.branches.set('main', sha);
      world.github.branches.delete(branch);
      for (const { id } of world.astro.deployments())
        world.astro.change(id, { createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z' });
      world.astro.fault({ operation, mode: 'hang', times: 99 });
      const result = await world.step(schedule(sha), { template: '', 'wait-time': '6s' }, { speed: 5 });
      expect(seconds(result)).toBeLessThan(60);
      expect(result.log).toContain('`wait-time`');
    },
  );
});

describe('GitHub has a budget of its own', () => {
  test('a hung status does not use up the time for Astro', async () => {
    world.github.failNext({ path: /\/deployments\/\d+\/statuses$/, method: 'POST', hangs: true }, 9);
    const result = await open({ 'github-deployments': 'true', 'wait-time': '20s' });
    expect(result).toMatchObject({ code: 0, outputs: { result: 'created' } });
    expect(result.log).toContain(
      'The GitHub Deployment could not be kept up to date: GitHub does not answer (no answer within',
    );
  });

  test('reads wait as long as GitHub asks them to', async () => {
    world.github.failNext({ path: /\/git\/ref\//, method: 'GET', status: 429, headers: { 'retry-after': '20' } });
    const result = await open({ 'wait-time': '5m' });
    expect(result).toMatchObject({ code: 0, outputs: { result: 'created' } });
  });

  test('a read that GitHub leaves hanging ends with `wait-time`', async () => {
    world.github.failNext({ path: /\/git\/ref\//, method: 'GET', hangs: true }, 99);
    const result = await open();
    expect(seconds(result)).toBeLessThan(60);
  });

  test('cancelling does not wait for GitHub', async () => {
    world.github.failNext({ path: /\/git\/ref\//, method: 'GET', hangs: true }, 99);
    let cancel: (signal: NodeJS.Signals) => Promise<void> = () => Promise.resolve();
    const running = world.step(
      pullRequest('opened', branch, sha),
      { template: '', 'deploy-type': 'dags-only' },
      { onStart: (send) => (cancel = send) },
    );
    while (!world.github.requests.some(({ path }) => path.includes('/git/ref/')))
      await new Promise((resolve) => setTimeout(resolve, 10));
    await cancel('SIGTERM');
    expect(await running).toMatchObject({
      code: 130,
      outputs: { result: 'failed' },
      annotations: ['error: The run was cancelled (SIGTERM).'],
    });
  });
});
