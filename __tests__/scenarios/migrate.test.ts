import { afterEach, describe, expect, test } from '@jest/globals';
import { push } from '../../sandbox/events.ts';
import { startWorld, type Told, type World } from './world.ts';

const secrets = {
  CONN_SNOW_PASSWORD: 'snow-password-canary-1',
  CONN_SNOW_EXTRA_PRIVATE_KEY: 'snow-private-key-canary-2',
  VAR_API_TOKEN: 'api-token-canary-3',
};
/** What Airflow holds and never gives out, or what must not be shown. */
const canaries = [...Object.values(secrets), 'stored-password-canary', 'stored-key-canary', 'stored-token-canary'];
let world: World;
let prod: string;
/** How far Astro's clock is ahead of this machine's. */
let ahead = 0;
let told: Told[] = [];

async function begin(runtime: '13.2.0' | '3.1-14', given: Parameters<World['astro']['addDeployment']>[0] = {}) {
  ahead = 0;
  told = [];
  world = await startWorld({ now: () => Date.now() + ahead });
  prod = world.astro.addDeployment({ name: 'etl-prod', astroRuntimeVersion: runtime, ...given }).id;
  return world.astro.airflow(prod);
}
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  expect(world.astro.requests.filter(({ query }) => query.includes('showSecrets'))).toEqual([]);
  expect(JSON.stringify(world.astro.objects())).not.toContain('***');
  for (const { log, summary, outputs } of told)
    for (const one of canaries)
      expect(log.replace(/^::add-mask::.*$/gm, '') + summary + JSON.stringify(outputs)).not.toContain(one);
  await world.end();
});

const migrate = async (
  inputs: Readonly<Record<string, string>> = {},
  more: Parameters<World['step']>[2] = {},
): Promise<Told> => {
  const event = { ...push('main', world.project.git('rev-parse', 'HEAD')), event: 'workflow_dispatch' };
  const result = await world.step(event, { action: 'migrate', ...inputs }, more);
  told.push(result);
  return result;
};
const writes = (): string[] =>
  world.astro.requests.filter(({ method }) => method !== 'GET').map(({ operation }) => operation);
const deletions = (): string[] => world.astro.airflowRequests.filter((line) => line.startsWith('DELETE'));
/** Lets Astro's clock run ahead as soon as what was written is looked at again: it was written long ago then. */
function letTimePass(query: string): void {
  if (writes().length > 0 && query.includes('workspaceId=') && !query.includes('objectKey=')) ahead = 10 * 60_000;
}
const keys = (): string[] => world.astro.objects().map(({ objectKey }) => objectKey);

function fill({ connections, variables }: Awaited<ReturnType<typeof begin>>): void {
  connections.set('snow', {
    conn_type: 'snowflake',
    description: 'The warehouse',
    host: 'h',
    login: 'SVC',
    schema: 'COOKIES',
    port: 443,
    password: 'stored-password-canary',
    extra: JSON.stringify({ account: 'abc', private_key: 'stored-key-canary' }),
  });
  connections.set('open_http', { conn_type: 'http', host: 'https://api', extra: '{}' });
  variables.set('api_token', { value: 'stored-token-canary' });
  variables.set('bucket', { value: 's3://prod', description: 'Where it goes' });
}

const snow = {
  objectKey: 'snow',
  objectType: 'CONNECTION',
  autoLink: false,
  body: {
    type: 'snowflake',
    host: 'h',
    login: 'SVC',
    schema: 'COOKIES',
    port: 443,
    password: secrets.CONN_SNOW_PASSWORD,
    extra: { account: 'abc', private_key: secrets.CONN_SNOW_EXTRA_PRIVATE_KEY },
  },
};

describe.each([
  ['Airflow 2', '13.2.0'],
  ['Airflow 3', '3.1-14'],
] as const)('%s', (name, runtime) => {
  const isTwo = name === 'Airflow 2';
  // Only Airflow 3 hides variables, and only Airflow 2 does not tell that there is no password.
  const env: Record<string, string> = { ...secrets, ...(isTwo && { CONN_OPEN_HTTP_NO_PASSWORD: 'true' }) };

  test('connections and variables become Workspace objects linked to it; the sources stay; a second run does nothing', async () => {
    const airflow = await begin(runtime);
    fill(airflow);
    const result = await migrate({}, { env });
    expect(result.annotations).toEqual([]);
    expect(result).toMatchObject({ code: 0, outputs: { result: 'updated' } });
    const links = [{ deploymentId: prod, overrides: {} }];
    const from = `[astro-branch-deploy from=${prod}]`;
    expect(world.astro.objects()).toMatchObject([
      { ...snow, links, description: `The warehouse\n${from}` },
      { objectKey: 'open_http', links, body: { type: 'http', host: 'https://api' } },
      {
        objectKey: 'api_token',
        links,
        body: { value: isTwo ? 'stored-token-canary' : secrets.VAR_API_TOKEN, isSecret: true },
      },
      {
        objectKey: 'bucket',
        links,
        body: { value: 's3://prod', isSecret: false },
        description: `Where it goes\n${from}`,
      },
    ]);
    expect([airflow.connections.size, airflow.variables.size, deletions()]).toEqual([2, 2, []]);

    const before = writes().length;
    expect(await migrate({}, { env })).toMatchObject({ code: 0, outputs: { result: 'nothing' } });
    expect(writes()).toHaveLength(before);
  });

  test('what is missing is listed, one sentence for each, and nothing is done', async () => {
    const airflow = await begin(runtime);
    fill(airflow);
    const result = await migrate();
    const sentences = isTwo
      ? [
          "The connection snow cannot be moved: extra.private_key, password cannot be read: give CONN_SNOW_EXTRA_PRIVATE_KEY, CONN_SNOW_PASSWORD in the step's `env:`, or `CONN_SNOW_NO_PASSWORD: true` where there is no password.",
          "The connection open_http cannot be moved: password cannot be read: give CONN_OPEN_HTTP_PASSWORD in the step's `env:`, or `CONN_OPEN_HTTP_NO_PASSWORD: true` where there is no password.",
        ]
      : [
          "The connection snow cannot be moved: password, extra.private_key cannot be read: give CONN_SNOW_PASSWORD, CONN_SNOW_EXTRA_PRIVATE_KEY in the step's `env:`.",
          "The airflow variable api_token cannot be moved: value cannot be read: give VAR_API_TOKEN in the step's `env:`.",
        ];
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed' } });
    expect(result.annotations).toEqual(sentences.map((sentence) => `error: ${sentence}`));
    const dry = await migrate({ 'dry-run': 'true' });
    expect(dry).toMatchObject({ code: 1, outputs: { result: 'failed' } });
    expect(dry.outputs['reason']).toBe(`The real run would fail: ${sentences.join(' ')}`);
    expect(dry.annotations).toEqual(sentences.map((sentence) => `error: ${sentence}`));
    expect(writes()).toEqual([]);
  });

  test('patterns say which ones', async () => {
    fill(await begin(runtime));
    const result = await migrate({ objects: 'airflow-variable:*\n!*:api_*' });
    expect(result).toMatchObject({ code: 0, annotations: [] });
    expect(keys()).toEqual(['bucket']);
    const wrong = await migrate({ objects: 'connections:snow' });
    expect(wrong).toMatchObject({ code: 1 });
    expect(wrong.annotations).toEqual([expect.stringContaining('did you mean `connection:snow`?')]);
  });

  test('a key that the Workspace has gets an override for what differs', async () => {
    fill(await begin(runtime));
    const { objectKey, objectType } = snow;
    world.astro.addObject({
      objectKey,
      objectType: objectType as 'CONNECTION',
      connection: { type: 'snowflake', host: 'h', login: 'OTHER', schema: 'COOKIES', port: 443 },
    });
    const result = await migrate({ objects: 'connection:snow' }, { env });
    expect(result).toMatchObject({ code: 0, annotations: [] });
    const overrides = { login: 'SVC', password: snow.body.password, extra: snow.body.extra };
    expect(world.astro.objects()).toMatchObject([
      { body: { login: 'OTHER' }, links: [{ deploymentId: prod, overrides }] },
    ]);
    expect(world.astro.effective(prod)).toMatchObject({ 'CONNECTION:snow': snow.body });
    const before = writes().length;
    expect(await migrate({ objects: 'connection:snow' }, { env })).toMatchObject({ outputs: { result: 'nothing' } });
    expect(writes()).toHaveLength(before);
  });

  test('`delete-source`: one by one, after the waiting time, and only what was moved', async () => {
    const airflow = await begin(runtime);
    fill(airflow);
    airflow.variables.set('kept', { value: '1' });
    const seen: string[] = [];
    world.astro.onRequest = ({ query }) => {
      letTimePass(query);
      if (query.includes('resolveLinked=true')) seen.push(...deletions());
    };
    const result = await migrate({ 'delete-source': 'true', objects: '*:*\n!*:kept' }, { env });
    expect(result).toMatchObject({ code: 0, annotations: [], outputs: { result: 'updated' } });
    expect(seen).toEqual([]);
    const api = isTwo ? '/api/v1' : '/api/v2';
    expect(deletions()).toEqual([
      `DELETE ${api}/connections/snow`,
      `DELETE ${api}/connections/open_http`,
      `DELETE ${api}/variables/api_token`,
      `DELETE ${api}/variables/bucket`,
    ]);
    expect([airflow.connections.size, [...airflow.variables.keys()]]).toEqual([0, ['kept']]);
    expect(world.astro.effective(prod)).toMatchObject({ 'CONNECTION:snow': snow.body });
    world.astro.onRequest = undefined;
    expect(await migrate({ 'delete-source': 'true', objects: '*:*\n!*:kept' })).toMatchObject({
      code: 0,
      outputs: { result: 'nothing' },
    });
  });
});

const plain = { conn_type: 'http', host: 'h', extra: '{}' };
const withoutPassword = { CONN_A_NO_PASSWORD: 'true', CONN_B_NO_PASSWORD: 'true' };

test('broken off while it waits and at the second deletion: the next run goes on', async () => {
  const airflow = await begin('3.1-14');
  for (const id of ['a', 'b']) airflow.connections.set(id, plain);
  const waiting = await migrate(
    { 'delete-source': 'true' },
    { signalAfter: { pattern: /Waiting \d+ s until Airflow sees/, signal: 'SIGINT' } },
  );
  expect(waiting).toMatchObject({ code: 130 });
  expect(waiting.summary).toContain('Not deleted yet: the source of connection a, connection b.');
  expect([keys(), deletions()]).toEqual([['a', 'b'], []]);
  ahead = 10 * 60_000;
  // Four reads of Airflow come before: two lists and the first deletion.
  world.astro.fault({ operation: 'airflow', nth: 4, mode: { status: 403 } });
  const broken = await migrate({ 'delete-source': 'true' });
  expect(broken).toMatchObject({ code: 1 });
  expect(broken.annotations).toEqual([
    expect.stringContaining('Could not delete the connection b: Airflow answered 403'),
  ]);
  expect([...airflow.connections.keys()]).toEqual(['b']);
  expect(await migrate({ 'delete-source': 'true' })).toMatchObject({ code: 0, annotations: [] });
  expect([keys(), airflow.connections.size]).toEqual([['a', 'b'], 0]);
});

test('a source whose object lost its link meanwhile is kept', async () => {
  const airflow = await begin('3.1-14');
  airflow.connections.set('a', plain);
  const spoil = (): void => {
    const [object] = world.astro.objects();
    world.astro.updateObject(object?.id ?? '', { connection: { type: 'http' }, links: [], excludeLinks: [] });
  };
  let lists = 0;
  world.astro.onRequest = ({ query }) => {
    letTimePass(query);
    // Between the look at the links and the verification.
    if (query.includes('resolveLinked=true') && lists++ === 0) spoil();
  };
  const result = await migrate({ 'delete-source': 'true' });
  expect(result).toMatchObject({ code: 1 });
  expect(result.annotations).toEqual([
    'error: The source of the connection `a` is kept: the Deployment does not see the object in the Workspace yet. Run the job again.',
  ]);
  expect(deletions()).toEqual([]);
  world.astro.onRequest = undefined;
  ahead = 20 * 60_000;
  expect(await migrate()).toMatchObject({ code: 0, annotations: [], outputs: { result: 'updated' } });
  expect([world.astro.effective(prod), airflow.connections.size]).toMatchObject([{ 'CONNECTION:a': { host: 'h' } }, 1]);
});

test('what cannot become an environment object, and masks that somebody supplies, are refused', async () => {
  const airflow = await begin('13.2.0');
  airflow.connections.set('a', { ...plain, extra: 'no json' });
  airflow.connections.set('b', { ...plain, extra: '[1]' });
  airflow.connections.set('c', plain);
  airflow.connections.set('d-e', plain);
  airflow.connections.set('d_e', plain);
  const result = await migrate({ objects: 'connection:*' }, { env: { ...withoutPassword, CONN_C_PASSWORD: '***' } });
  expect(result).toMatchObject({ code: 1 });
  const unparsable = 'its `extra` is not a JSON object, and the Environment Manager holds nothing else.';
  expect(result.annotations).toEqual(
    expect.arrayContaining([
      `error: The connection a cannot be moved: ${unparsable}`,
      `error: The connection b cannot be moved: ${unparsable}`,
      'error: The connection c cannot be moved: password holds `***`, which is a mask and no value.',
      'error: CONN_D_E_PASSWORD would be the secret of connection:d-e and of connection:d_e: move one of them at a time with `objects`.',
    ]),
  );
  expect(writes()).toEqual([]);
});

test.each([
  ['hibernates', { status: 'HIBERNATING' as const, isDevelopmentMode: true }, /is HIBERNATING.*wake it in Astro/],
  ['is being created', { status: 'CREATING' as const }, /is CREATING.*wait until it is healthy/],
  [
    'has remote execution',
    { remoteExecution: { enabled: true, allowedIpAddressRanges: [], remoteApiUrl: 'https://remote' } },
    /has remote execution/,
  ],
])('a Deployment that %s is refused before Airflow is asked', async (_, given, message) => {
  await begin('3.1-14', given);
  const result = await migrate();
  expect(result).toMatchObject({ code: 1, outputs: { result: 'failed' } });
  expect(result.annotations).toEqual([expect.stringMatching(message)]);
  expect(world.astro.airflowRequests).toEqual([]);
});

test('an Airflow that does not answer is told', async () => {
  const airflow = await begin('3.1-14');
  airflow.up = false;
  const result = await migrate();
  expect(result).toMatchObject({ code: 1, outputs: { result: 'failed' } });
  expect(result.annotations).toEqual([
    expect.stringMatching(/^error: Could not list the .* Airflow answered 503.*must be up/),
  ]);
  expect(writes()).toEqual([]);
});
