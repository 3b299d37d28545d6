import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pullRequest, push, schedule } from '../../sandbox/events.ts';
import { startWorld, type Told, type World } from './world.ts';

const branch = 'feature/x';
let world: World;
let sha: string;
async function begin(options: Parameters<typeof startWorld>[0] = {}): Promise<void> {
  world = await startWorld(options);
  world.project.git('checkout', '--quiet', '-b', branch);
  sha = world.commit('x', { 'dags/x.py': '1\n' });
}
async function restart(options: Parameters<typeof startWorld>[0]): Promise<void> {
  await world.end();
  await begin(options);
}
beforeEach(() => begin());
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  await world.end();
});
const open = (inputs: Record<string, string> = {}, more: Parameters<World['step']>[2] = {}): Promise<Told> =>
  world.step(pullRequest('opened', branch, sha), { 'deploy-type': 'dags-only', ...inputs }, { speed: 20, ...more });
const errors = ({ annotations }: Told): string[] => annotations.filter((line) => line.startsWith('error'));

describe('finalize', () => {
  test('processed, reply lost, shown late by Astro, and refused the second time: it is ours and goes on [R-29]', async () => {
    // Only the version on the Deployment tells whose deploy runs.
    await restart({ switches: { versionMembers: 'filled' } });
    world.astro.fault({ operation: 'finalizeDeploy', mode: 'processed-then-reset' });
    // The first look comes before Astro shows what the lost request did.
    const stale = { id: 'cm0stale', status: 'INITIALIZED' };
    world.astro.fault({ operation: 'getDeploy', mode: { status: 200, body: JSON.stringify(stale) } });
    const refused = { message: 'The deploy is finalized already', requestId: 'r', statusCode: 400 };
    world.astro.fault({ operation: 'finalizeDeploy', nth: 2, mode: { status: 400, body: JSON.stringify(refused) } });
    const result = await open();
    expect(result).toMatchObject({ code: 0, outputs: { result: 'created', 'deploy-type': 'dags-only' } });
    expect(result.requests.filter((request) => request.includes('/finalize'))).toHaveLength(2);
  });

  test('a refusal without an unclear try before it is final', async () => {
    const refused = { message: 'no', requestId: 'r', statusCode: 400 };
    world.astro.fault({ operation: 'finalizeDeploy', mode: { status: 400, body: JSON.stringify(refused) } });
    const result = await open();
    expect(result.code).toBe(1);
    expect(result.requests.filter((request) => request.includes('/finalize'))).toHaveLength(1);
  });
});

describe('answers of the wrong shape', () => {
  test.each([
    ['createDeployment', 0],
    ['createDeploy', 1],
    ['finalizeDeploy', 0],
    ['getDeploy', 1],
    ['getDeployment', 1],
    ['getDeploymentOptions', 1],
    ['listDeployments', 1],
  ] as const)('%s answers {}: exit %i, a sentence, no stack', async (operation, code) => {
    world.astro.fault({ operation, mode: 'empty-object', times: operation.startsWith('create') ? 2 : 99 });
    const result = await open();
    expect([operation, result.code]).toEqual([operation, code]);
    expect(result.log).not.toMatch(/undefined|Unexpected|\n {4}at /);
    if (code === 1)
      expect(errors(result)).toEqual([
        expect.stringMatching(/Astro's answer (?:lacks `\w+`|holds no list).*[Rr]un (?:the|it)/),
      ]);
    else expect(world.astro.deployments()).toHaveLength(1);
  });
});

describe('a run that ends early', () => {
  test('a failing run names the Deployment that it knows', async () => {
    world.astro.addDeployment({ id: 'cm0prod000000000000000000', name: 'etl-prod' });
    world.project.git('checkout', '--quiet', '-B', 'main');
    world.github.branches.set('main', sha);
    world.astro.fault({ operation: 'listDeploys', mode: { status: 403, body: '{}' }, times: 9 });
    const result = await world.step(push('main', sha), {});
    expect(result).toMatchObject({
      code: 1,
      outputs: { result: 'failed', 'deployment-id': 'cm0prod000000000000000000', 'deployment-name': 'etl-prod' },
    });
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s while the comment is written: an error, and `failed` [R-16]',
    async (signal) => {
      world.github.failNext({ path: /\/comments/, hangs: true }, 9);
      let cancel: (signal: NodeJS.Signals) => Promise<void> = () => Promise.resolve();
      const running = open({ comment: 'true' }, { onStart: (send) => (cancel = send), speed: 1 });
      while (!world.github.requests.some(({ path }) => path.includes('/comments')))
        await new Promise((resolve) => setTimeout(resolve, 10));
      await cancel(signal);
      const result = await running;
      expect(result).toMatchObject({ code: 130, outputs: { result: 'failed' } });
      expect(errors(result)).toEqual([`error: The run was cancelled (${signal}).`]);
    },
  );

  const withFullDevice = existsSync('/dev/full') ? test : test.skip;
  withFullDevice.each([
    ['full', '/dev/full'],
    ['missing', '/nonexistent/state'],
  ])('GITHUB_STATE is %s: an error before anything is done, outputs, and a quiet post step', async (_, state) => {
    const temp = mkdtempSync(join(tmpdir(), 'runner-temp-'));
    const event = pullRequest('opened', branch, sha);
    const env = { GITHUB_STATE: state, RUNNER_TEMP: temp, GITHUB_ACTION: 'astro', GITHUB_JOB: 'deploy' };
    const main = await world.step(event, {}, { env });
    expect(main).toMatchObject({ code: 1, outputs: { result: 'failed' }, requests: [] });
    expect(errors(main)).toEqual([
      expect.stringMatching(/`GITHUB_STATE` of the runner cannot be written: .* Nothing was done\. /),
    ]);
    expect(main.log).not.toMatch(/\n {4}at /);
    // The runner calls the same file again as the post step, with no state.
    const post = await world.step(event, {}, { env });
    expect(post).toMatchObject({ code: 0, log: '', requests: [] });
    rmSync(temp, { recursive: true });
  });
});

describe('a preview whose branch seems to vanish', () => {
  test('one wrong answer about a living branch deletes nothing [T-11]', async () => {
    world.github.branches.set('main', sha);
    // The look at the end of the run; the one before the deploy is answered.
    let looks = 0;
    world.astro.onRequest = ({ operation }) => {
      if (operation === 'finalizeDeploy' && looks++ === 0)
        world.github.failNext({ path: /\/git\/ref\//, method: 'GET', status: 404, message: 'Not Found' });
    };
    const result = await open();
    expect(result).toMatchObject({ code: 0, outputs: { result: 'created', deleted: '[]' } });
    expect(world.astro.deployments()).toHaveLength(1);
  });
});

describe('a sweep reports on each preview for itself', () => {
  test.each([
    ['an unreadable GraphQL answer', { path: /\/graphql$/, status: 200, text: 'oops' }],
    ['a 404 on one comment', { path: /\/issues\/comments\/\d+$/, method: 'PATCH', status: 404, message: 'Not Found' }],
  ])('%s does not silence the others', async (_, fault) => {
    world.github.branches.set('main', sha);
    for (const number of [7, 8]) {
      world.github.branches.set(`feature/${String(number)}`, sha);
      world.github.pullRequests.push({ number, branch: `feature/${String(number)}`, commit: sha, state: 'open' });
      const event = pullRequest('opened', `feature/${String(number)}`, sha, { number });
      expect(await world.step(event, { comment: 'true', 'deploy-type': 'dags-only' })).toMatchObject({ code: 0 });
      world.github.branches.delete(`feature/${String(number)}`);
    }
    for (const { id } of world.astro.deployments())
      world.astro.change(id, { createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z' });
    for (const pull of world.github.pullRequests) pull.state = 'closed';
    world.github.failNext(fault);
    const result = await world.step(schedule(sha), { comment: 'true' });
    expect(result.outputs['result']).toBe('swept');
    const removed = world.github.comments.filter(({ body }) => /removed|deleted/i.test(body));
    expect(removed.length).toBeGreaterThanOrEqual(1);
  });
});
