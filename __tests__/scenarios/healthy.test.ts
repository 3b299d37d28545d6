import { afterEach, describe, expect, test } from '@jest/globals';
import { push } from '../../sandbox/events.ts';
import { startWorld, type Told, type World } from './world.ts';

let world: World;
let production: string;
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  await world.end();
});
async function begin(options: Parameters<typeof startWorld>[0] = {}): Promise<void> {
  world = await startWorld(options);
  production = world.astro.addDeployment({ name: 'etl-prod' }).id;
}

/** Pushes an image to main; time passes ten times as fast for the step. */
let round = 0;
const ship = (inputs: Record<string, string> = {}): Promise<Told> =>
  world.step(
    push('main', world.commit('Merge', { 'requirements.txt': `a==${String(++round)}\n` })),
    { 'wait-time': '5m', ...inputs },
    { speed: 10 },
  );
/** Looks at the Deployment that a step made after its finalize. */
const looks = ({ requests }: Told): number =>
  requests
    .slice(requests.findLastIndex((request) => request.includes('/finalize')))
    .filter((request) => /GET .*\/deployments\/\{id\} /.test(request)).length;
/** What the looks after a finalize show from the given one on, counted from 1; `undefined` leaves it as it is. */
const show = (status: (look: number) => 'UNHEALTHY' | 'HEALTHY' | undefined): void => {
  let finalized = false;
  let look = 0;
  world.astro.onRequest = ({ operation }) => {
    finalized ||= operation === 'finalizeDeploy';
    if (operation === 'rollbackToDeploy') world.astro.onRequest = undefined;
    if (!finalized || operation !== 'getDeployment') return;
    const next = status(++look);
    if (next) world.astro.change(production, { status: next });
  };
};
/** A status that Astro shows late, and members that say at once that the new code runs. */
const lagging = { deployedMeans: 'finalized', versionMembers: 'absent', healthyAfterFinalize: 2 } as const;

describe('HEALTHY is about this image', () => {
  test('[R-19] Astro says HEALTHY for a while, then DEPLOYING, then UNHEALTHY: rolled back', async () => {
    await begin({ switches: lagging });
    expect(await ship()).toMatchObject({ code: 0, outputs: { result: 'deployed' } });
    show((look) => (look > 3 ? 'UNHEALTHY' : undefined));
    const result = await ship({ 'wait-time': '30s', 'rollback-on-failure': 'true' });
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed' } });
    expect(result.annotations).toEqual([expect.stringMatching(/UNHEALTHY.*was rolled back/)]);
    expect(world.astro.deploys(production).map(({ rollbackFromId }) => rollbackFromId !== undefined)).toEqual([
      false,
      false,
      true,
    ]);
  });

  test('counts at once when DEPLOYING was seen since the finalize', async () => {
    await begin();
    const result = await ship();
    expect(result).toMatchObject({ code: 0, outputs: { result: 'deployed', 'deploy-type': 'image-and-dags' } });
    expect(looks(result)).toBe(2);
  });

  test('counts on two looks at least 10 s apart where DEPLOYING never shows', async () => {
    await begin({ switches: { ...lagging, healthyAfterFinalize: 99 } });
    const result = await ship();
    expect(result).toMatchObject({ code: 0, outputs: { result: 'deployed' } });
    expect(looks(result)).toBeGreaterThan(4);
  });

  test('10 s of HEALTHY count from the last time that it was anything else', async () => {
    await begin({ switches: { ...lagging, healthyAfterFinalize: 99 } });
    show((look) => (look === 4 ? 'UNHEALTHY' : 'HEALTHY'));
    const result = await ship();
    expect(result).toMatchObject({ code: 0, outputs: { result: 'deployed' } });
    expect(looks(result)).toBeGreaterThan(6);
  });

  test('is not known with too little `wait-time`, which rolls nothing back', async () => {
    await begin({ switches: { ...lagging, healthyAfterFinalize: 99 } });
    const result = await ship({ 'wait-time': '8s', 'rollback-on-failure': 'true' });
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed', 'deploy-type': 'image-and-dags' } });
    expect(result.annotations).toEqual([
      expect.stringMatching(/whether .* runs is not known: .* HEALTHY, .*has not shown DEPLOYING .*`wait-time`/i),
    ]);
    expect(result.requests.filter((request) => request.includes('/rollback'))).toEqual([]);
  });

  test('a DAG deploy is not held up: 8 requests to Astro', async () => {
    await begin();
    await ship();
    const result = await world.step(push('main', world.commit('DAG', { 'dags/a.py': `x = ${String(++round)}\n` })));
    expect(result).toMatchObject({ code: 0, outputs: { 'deploy-type': 'dags-only' } });
    expect(result.requests.filter((request) => request.startsWith('Astro')).length).toBeLessThanOrEqual(8);
  });
});
