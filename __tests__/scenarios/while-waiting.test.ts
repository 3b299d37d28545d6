import { afterEach, describe, expect, test } from '@jest/globals';
import { pullRequest, push } from '../../sandbox/events.ts';
import type { SandboxOptions } from '../../sandbox/server.ts';
import { startWorld, type Told, type World } from './world.ts';

let world: World;
let production: string;
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  await world.end();
});
const never = 3_600_000;

async function begin(delays: SandboxOptions['delays'], status: 'HEALTHY' | 'HIBERNATING' = 'HEALTHY'): Promise<void> {
  world = await startWorld({ ...(delays && { delays }) });
  const sleeps = status === 'HIBERNATING';
  production = world.astro.addDeployment({ name: 'etl-prod', status, isDevelopmentMode: sleeps }).id;
}

/** Time passes twenty times as fast for the step. */
const fast = { speed: 20 };
const merge = (inputs: Record<string, string> = {}): Promise<Told> =>
  world.step(
    push('main', world.commit('Merge', { 'dags/a.py': 'from airflow import DAG\nx = 1\n' })),
    { 'deploy-type': 'dags-only', 'wait-time': '80s', ...inputs },
    fast,
  );
const lines = ({ log }: Told): string[] => log.split('\n').filter((line) => line.startsWith('Waiting for '));

describe('every 30 s the log says what is waited for, its status, how long, and how long at most', () => {
  test('a creation', async () => {
    await begin({ create: never });
    world.project.git('checkout', '--quiet', '-b', 'feature/x');
    const event = pullRequest('opened', 'feature/x', world.commit('x', { 'dags/x.py': '1\n' }));
    const result = await world.step(event, { 'deploy-type': 'dags-only', 'wait-time': '80s' }, fast);
    expect(lines(result)[0]).toMatch(
      /^Waiting for the Deployment \S+ to be ready: CREATING \(\d+ s so far, at most .+\)$/,
    );
  });

  test('an answer to the request that creates', async () => {
    await begin({});
    world.project.git('checkout', '--quiet', '-b', 'feature/x');
    const event = pullRequest('opened', 'feature/x', world.commit('x', { 'dags/x.py': '1\n' }));
    world.astro.fault({ operation: 'createDeployment', mode: 'hang', times: 9 });
    const result = await world.step(event, { 'deploy-type': 'dags-only', 'wait-time': '80s' }, fast);
    expect(lines(result)[0]).toMatch(/^Waiting for Astro to create the Deployment \S+ \(\d+ s so far, at most .*\)$/);
  });

  test('waking', async () => {
    await begin({ wake: never }, 'HIBERNATING');
    const result = await merge({ 'wake-on-deploy': 'true' });
    expect(lines(result)[0]).toMatch(/^Waiting for the Deployment etl-prod to be ready: HIBERNATING \(\d+ s so far, /);
  });

  test('an upload', async () => {
    await begin({});
    world.astro.fault({ operation: 'upload', mode: 'hang', times: 9 });
    const result = await merge({ 'wait-time': '80s' });
    expect(lines(result)[0]).toMatch(/^Waiting for the upload to the Deployment etl-prod \(\d+ s so far, /);
  });

  test('a rollout', async () => {
    await begin({ deploy: never });
    const result = await merge();
    expect(lines(result)[0]).toMatch(
      /^Waiting for the deploy cm0\w+ to run: the deploy is INITIALIZED, the Deployment etl-prod DEPLOYING \(\d+ s so far, at most .+\)$/,
    );
  });

  test('`verify-dags`, whose own limit counts', async () => {
    await begin({ parse: never });
    const result = await merge({ 'verify-dags': 'fail', 'wait-time': '10m' });
    expect(lines(result)[0]).toMatch(
      /^Waiting for Airflow to parse 2 changed DAG files: 2 not parsed yet \(\d+ s so far, at most 1 min (?:2\d|30) s\)$/,
    );
  });

  test('`run-dags`: the parsing of the DAG, then its run', async () => {
    await begin({ parse: never });
    world.astro.airflow(production).dags.set('a', { is_paused: false, outcome: 'running', runs: new Map() });
    const unparsed = await merge({ 'run-dags': 'a', 'wait-time': '80s' });
    expect(lines(unparsed)[0]).toMatch(/^Waiting for Airflow to parse the DAG a \(\d+ s so far, /);
    await world.end();

    await begin({});
    world.astro.airflow(production).dags.set('a', { is_paused: false, outcome: 'running', runs: new Map() });
    const running = await merge({ 'run-dags': 'a', 'wait-time': '80s' });
    expect(lines(running)[0]).toMatch(
      /^Waiting for the DAG runs of `run-dags` to end: a \((?:queued|running)\) \(\d+ s so far, /,
    );
  });

  test('a quick run says nothing of it', async () => {
    await begin({});
    expect(lines(await merge())).toEqual([]);
  });
});

describe('what ended the waiting is named as it is', () => {
  test('a look that only serves a warning is not ended by `wait-time`', async () => {
    await begin({});
    world.astro.fault({ operation: 'airflow', mode: { status: 503 }, times: 99 });
    const result = await merge({ 'verify-dags': 'warn' });
    expect(result).toMatchObject({ code: 0, outputs: { result: 'deployed' } });
    expect(result.annotations).toEqual([
      expect.stringMatching(/^notice: Whether Airflow can import the DAGs is not known: (?!.*wait-time).*no time for/),
    ]);
  });
});
