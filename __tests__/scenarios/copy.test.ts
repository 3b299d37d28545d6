import { afterEach, describe, expect, test } from '@jest/globals';
import { airflowObjects } from '../../sandbox/airflow.ts';
import { pullRequest } from '../../sandbox/events.ts';
import { sampleTemplate } from '../../sandbox/project.ts';
import { startWorld, type Told, type World } from './world.ts';

const canaries = ['stored-password-canary', 'stored-key-canary', 'stored-token-canary', 'given-password-canary', 'given-key-canary', 'given-token-canary']; // prettier-ignore
let world: World;
let prod: string;
let told: Told[] = [];
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  for (const { log, summary, outputs } of told)
    for (const one of canaries)
      expect(log.replace(/^::add-mask::.*$/gm, '') + summary + JSON.stringify(outputs)).not.toContain(one);
  await world.end();
});

const branch = 'feature/login-page';
async function begin(runtime: '13.2.0' | '3.1-14'): Promise<void> {
  told = [];
  world = await startWorld();
  prod = world.astro.addDeployment({ name: 'etl-prod', astroRuntimeVersion: runtime }).id;
  const { connections, variables, pools } = world.astro.airflow(prod);
  connections.set('snow', {
    conn_type: 'snowflake',
    login: 'SVC',
    schema: 'COOKIES',
    port: 443,
    password: 'stored-password-canary',
    extra: JSON.stringify({ account: 'abc', private_key: 'stored-key-canary', conf: { token: 'stored-token-canary' } }),
  });
  connections.set('open_http', { conn_type: 'http', host: 'https://api', description: 'The API' });
  variables.set('bucket', { value: 's3://prod', description: 'Where it goes' });
  variables.set('api_token', { value: 'stored-token-canary' });
  pools.set('default_pool', { slots: 7, description: 'Default pool', include_deferred: true });
  pools.set('etl', { slots: 3, description: 'Ours', include_deferred: false });
  world.project.git('checkout', '--quiet', '-b', branch);
  world.commit('Template', { '.astro/preview.yaml': sampleTemplate.replace('3.1-14', runtime) });
}
const all = { 'copy-connections': 'true', 'copy-airflow-variables': 'true', 'copy-pools': 'true' };
const opened = async (
  inputs: Readonly<Record<string, string>> = all,
  more: Parameters<World['step']>[2] = {},
): Promise<Told> => {
  const result = await world.step(pullRequest('opened', branch, world.project.git('rev-parse', 'HEAD')), inputs, more);
  told.push(result);
  return result;
};
const copyOf = ({ outputs }: Told) => airflowObjects(world.astro.airflow(outputs['deployment-id'] ?? ''));
/** Writes to any Airflow and the beginning of deploys, in their order. */
function watch(): string[] {
  const order: string[] = [];
  world.astro.onRequest = ({ operation }) => {
    if (operation === 'createDeploy') order.push(operation, ...airflowWrites().map((line) => `before it: ${line}`));
  };
  return order;
}
const airflowWrites = (): string[] =>
  world.astro.airflowRequests
    .filter((line) => !line.startsWith('GET'))
    .map((line) => line.replace(/\/api\/v\d|\?.*/g, ''));

describe.each([
  ['Airflow 2', '13.2.0'],
  ['Airflow 3', '3.1-14'],
] as const)('%s', (name, runtime) => {
  const isTwo = name === 'Airflow 2';

  test('a new preview has everything before its code; what Airflow hides is left out and told, and never copied again', async () => {
    await begin(runtime);
    const order = watch();
    const first = await opened();
    expect(first).toMatchObject({ code: 0, outputs: { result: 'created', 'deploy-type': 'image-and-dags' } });
    const writes = airflowWrites();
    expect(order).toEqual(['createDeploy', ...writes.map((line) => `before it: ${line}`)]);
    expect(writes).toEqual([
      'POST /connections',
      'POST /connections',
      'POST /variables',
      ...(isTwo ? ['POST /variables'] : []),
      'PATCH /pools/default_pool',
      'POST /pools',
    ]);
    const left = 'warning: Not copied whole:';
    expect(first.annotations.toSorted()).toEqual(
      [
        `${left} connection snow: password (\`CONN_SNOW_PASSWORD\` in the step's \`env:\` would supply it${isTwo ? ', and `CONN_SNOW_NO_PASSWORD: true` says that there is none' : ''}).`,
        `${left} connection snow: extra.private_key (\`CONN_SNOW_EXTRA_PRIVATE_KEY\` in the step's \`env:\` would supply it).`,
        `${left} connection snow: extra.conf (\`CONN_SNOW_EXTRA_CONF\` in the step's \`env:\` would supply it).`,
        isTwo
          ? `${left} connection open_http: password (\`CONN_OPEN_HTTP_PASSWORD\` in the step's \`env:\` would supply it, and \`CONN_OPEN_HTTP_NO_PASSWORD: true\` says that there is none).`
          : `${left} variable api_token: value (\`VAR_API_TOKEN\` in the step's \`env:\` would supply it).`,
      ].toSorted(),
    );
    const { connections, variables, pools } = copyOf(first);
    expect(connections['snow']).toMatchObject({ conn_type: 'snowflake', login: 'SVC', schema: 'COOKIES', port: 443 });
    expect(connections['snow']?.password ?? null).toBeNull();
    expect(JSON.parse(connections['snow']?.extra ?? '')).toEqual({ account: 'abc' });
    expect(connections['open_http']).toMatchObject({ host: 'https://api', description: 'The API' });
    expect(variables).toEqual({
      bucket: { value: 's3://prod', description: 'Where it goes' },
      ...(isTwo && { api_token: { value: 'stored-token-canary', description: null } }),
    });
    expect(pools).toMatchObject({
      default_pool: { slots: 7, include_deferred: true },
      etl: { slots: 3, description: 'Ours' },
    });
    expect(JSON.stringify(copyOf(first))).not.toContain('***');

    world.commit('More', { 'dags/more.py': '1\n' });
    const second = await opened();
    expect(second).toMatchObject({ code: 0, annotations: [], outputs: { result: 'deployed' } });
    expect(airflowWrites()).toEqual(writes);
  });

  test('what the step supplies arrives', async () => {
    await begin(runtime);
    const env = {
      CONN_SNOW_PASSWORD: 'given-password-canary',
      CONN_SNOW_EXTRA_PRIVATE_KEY: 'given-key-canary',
      CONN_SNOW_EXTRA_CONF: '{"token":"given-token-canary"}',
      CONN_OPEN_HTTP_NO_PASSWORD: 'true',
      VAR_API_TOKEN: 'given-token-canary',
    };
    const result = await opened(all, { env });
    expect(result).toMatchObject({ code: 0, annotations: [], outputs: { result: 'created' } });
    const { connections, variables } = copyOf(result);
    expect(connections['snow']?.password).toBe(env.CONN_SNOW_PASSWORD);
    expect(JSON.parse(connections['snow']?.extra ?? '')).toEqual({
      account: 'abc',
      private_key: env.CONN_SNOW_EXTRA_PRIVATE_KEY,
      conf: { token: 'given-token-canary' },
    });
    expect(connections['open_http']?.password ?? null).toBeNull();
    expect(variables['api_token']?.value).toBe(isTwo ? 'stored-token-canary' : env.VAR_API_TOKEN);
    expect(world.astro.airflow(prod).connections.size).toBe(2);
  });
});

test('only what is asked for is copied, and a plan tells it', async () => {
  await begin('3.1-14');
  const dry = await opened({ 'copy-pools': 'true', 'dry-run': 'true' });
  expect(dry).toMatchObject({ code: 0, outputs: { result: 'planned' } });
  expect(JSON.parse(dry.outputs['plan'] ?? '')).toContainEqual(
    expect.objectContaining({ step: 'copy', fields: ['pools'] }),
  );
  expect(world.astro.airflowRequests).toEqual([]);
  const result = await opened({ 'copy-pools': 'true' });
  expect(result).toMatchObject({ code: 0, annotations: [] });
  expect(airflowWrites()).toEqual(['PATCH /pools/default_pool', 'POST /pools']);
});

test('an Airflow that does not answer: no code is deployed, and the next run copies', async () => {
  await begin('3.1-14');
  const airflow = world.astro.airflow(prod);
  airflow.up = false;
  const first = await opened();
  expect(first).toMatchObject({ code: 1, outputs: { result: 'failed', created: 'true' } });
  expect(first.annotations).toEqual([
    expect.stringMatching(/^error: Could not list the connections: Airflow answered 503.*must be up/),
  ]);
  expect(world.astro.requests.map(({ operation }) => operation)).not.toContain('createDeploy');
  airflow.up = true;
  const second = await opened();
  expect(second.code).toBe(0);
  expect(Object.keys(copyOf(second).connections)).toEqual(['snow', 'open_http']);
});

test('refused half-way: the next run changes what is there and creates the rest', async () => {
  await begin('3.1-14');
  // Two lists, the first connection and its reading: the second connection is refused.
  world.astro.fault({ operation: 'airflow', nth: 5, mode: { status: 403 } });
  expect(await opened()).toMatchObject({ code: 1 });
  const second = await opened();
  expect(second.code).toBe(0);
  expect(airflowWrites().slice(4, 6)).toEqual(['PATCH /connections/snow', 'POST /connections']);
  expect(Object.keys(copyOf(second).pools)).toEqual(['default_pool', 'etl']);
});

/** Refuses the first new object of each of these lists. */
function refuseFirst(...lists: readonly string[]): void {
  const open = new Set(lists);
  world.astro.wire = ({ method, url = '' }, response) => {
    const list = /\/api\/v\d\/(\w+)$/.exec(url)?.[1] ?? '';
    if (method !== 'POST' || !open.delete(list)) return Promise.resolve('process');
    response.writeHead(422, { 'content-type': 'application/json' }).end('{"detail":"not this one"}');
    return Promise.resolve('handled');
  };
}

test('an object that Airflow refuses is named, and everything else is copied', async () => {
  await begin('3.1-14');
  refuseFirst('connections', 'variables', 'pools');
  const first = await opened();
  expect(first).toMatchObject({ code: 1, outputs: { result: 'failed', created: 'true' } });
  const errors = first.annotations.filter((one) => one.startsWith('error'));
  expect(errors).toEqual([
    expect.stringMatching(/^error: Not copied, because Airflow refuses it: connection snow: .*422/),
    expect.stringMatching(/^error: Not copied, because Airflow refuses it: variable bucket: .*422/),
    expect.stringMatching(/^error: Not copied, because Airflow refuses it: pool etl: .*422/),
  ]);
  const { connections, pools } = copyOf(first);
  expect(Object.keys(connections)).toEqual(['open_http']);
  expect(pools['default_pool']).toMatchObject({ slots: 7 });
  expect(world.astro.requests.map(({ operation }) => operation)).not.toContain('createDeploy');
  const second = await opened();
  expect(second.code).toBe(0);
  expect(Object.keys(copyOf(second).connections).toSorted()).toEqual(['open_http', 'snow']);
});

test('a preview that mirrors production is deployed although Airflow refuses an object, with a warning for each', async () => {
  await begin('3.1-14');
  refuseFirst('connections', 'pools');
  const result = await opened({ template: '' });
  expect(result).toMatchObject({ code: 0, outputs: { result: 'created' } });
  expect(result.annotations.filter((one) => one.includes('refuses it'))).toEqual([
    expect.stringMatching(/^warning: Not copied, because Airflow refuses it: connection snow: /),
    expect.stringMatching(/^warning: Not copied, because Airflow refuses it: pool etl: /),
  ]);
  expect(Object.keys(copyOf(result).connections)).toEqual(['open_http']);
  expect(copyOf(result).variables).toMatchObject({ bucket: { value: 's3://prod' } });
});
