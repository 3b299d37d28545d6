import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { push } from '../../sandbox/events.ts';
import { startWorld, type Told, type World } from './world.ts';

type Options = Parameters<typeof startWorld>[0];
type More = Parameters<World['step']>[2];

const secret = 'own-password-canary-5d1f';
const member = 'own-private-key-canary-77';
let world: World;
let prod: string;
let told: Told[];
beforeEach(() => begin());
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  for (const { log, summary, outputs } of told)
    for (const one of [secret, member])
      expect(log.replace(/^::add-mask::.*$/gm, '') + summary + JSON.stringify(outputs)).not.toContain(one);
  await world.end();
});

async function begin(switches: NonNullable<Options>['switches'] = {}): Promise<void> {
  await (world as World | undefined)?.end();
  // Where both may stand side by side, or secrets are given out, less is asked of a promotion: stories of their own.
  world = await startWorld({
    switches: { sameKeyOnDeployment: 'refused', showSecrets: 'refused', ...switches },
  });
  prod = world.astro.addDeployment({ name: 'etl-prod' }).id;
  told = [];
}

/** Puts an own object of the Deployment in; by itself a connection with a password. */
const own = (given: Partial<Parameters<World['astro']['addObject']>[0]> = {}): string =>
  world.astro.addObject({
    objectKey: 'snow',
    objectType: 'CONNECTION',
    scope: 'DEPLOYMENT',
    scopeEntityId: prod,
    ...(given.objectType === undefined && {
      connection: { type: 'snowflake', login: 'SVC', password: secret, extra: { account: 'abc' } },
    }),
    ...given,
  });
const promote = async (inputs: Readonly<Record<string, string>> = {}, more: More = {}): Promise<Told> => {
  const event = { ...push('main', world.project.git('rev-parse', 'HEAD')), event: 'workflow_dispatch' };
  const result = await world.step(event, { action: 'promote', ...inputs }, more);
  told.push(result);
  return result;
};
const writes = (): string[] =>
  world.astro.requests.filter(({ method }) => method !== 'GET').map(({ operation }) => operation);
const revealed = (): string[] =>
  world.astro.requests.filter(({ query }) => query.includes('showSecrets')).map(({ query }) => query);
const inWorkspace = () => world.astro.objects().filter(({ scope }) => scope === 'WORKSPACE');
const onDeployment = () => world.astro.objects().filter(({ scope }) => scope === 'DEPLOYMENT');
const env = { CONN_SNOW_PASSWORD: secret };

describe('where the password comes from', () => {
  test("from the step's env: created, linked, the source kept, and Astro is not asked for secrets", async () => {
    await begin({ sameKeyOnDeployment: 'allowed', showSecrets: 'allowed' });
    own();
    const result = await promote({}, { env });
    expect(result.annotations).toEqual([]);
    expect(result).toMatchObject({ code: 0, outputs: { result: 'updated' } });
    expect(inWorkspace()).toMatchObject([
      {
        objectKey: 'snow',
        autoLink: false,
        links: [{ deploymentId: prod, overrides: {} }],
        body: { type: 'snowflake', login: 'SVC', password: secret, extra: { account: 'abc' } },
      },
    ]);
    expect(onDeployment()).toHaveLength(1);
    expect(revealed()).toEqual([]);

    const before = writes().length;
    const again = await promote({}, { env });
    expect(again).toMatchObject({ code: 0, outputs: { result: 'nothing' } });
    expect(again.annotations).toEqual([
      'notice: The connection snow is in the Workspace already. The source is kept: `delete-source: true` removes it.',
    ]);
    expect(writes()).toHaveLength(before);
  });

  test('from Astro, where the Organization allows it, and only for what env does not supply', async () => {
    await begin({ sameKeyOnDeployment: 'allowed', showSecrets: 'allowed' });
    own({
      connection: {
        type: 'snowflake',
        password: secret,
        extra: { private_key: member, role: { name: 'r', token: member } },
      },
    });
    own({ objectKey: 'open', connection: { type: 'http', host: 'h' } });
    const result = await promote({}, { env: { CONN_SNOW_PASSWORD: 'password-of-the-workflow' } });
    expect(result.annotations).toEqual([]);
    expect(result.code).toBe(0);
    expect(inWorkspace()).toMatchObject([
      {
        objectKey: 'snow',
        body: {
          password: 'password-of-the-workflow',
          extra: { private_key: member, role: { name: 'r', token: member } },
        },
      },
      { objectKey: 'open', body: { type: 'http', host: 'h' } },
    ]);
    expect(revealed()).toEqual([expect.stringMatching(/objectKey=snow&/)]);
  });

  test('from nowhere: told which variable is missing, and nothing at all is done', async () => {
    own();
    own({ objectKey: 'open', connection: { type: 'http', host: 'h' } });
    const dry = await promote({ 'dry-run': 'true' });
    const why =
      "The connection snow cannot be moved: password cannot be read: give CONN_SNOW_PASSWORD in the step's `env:`.";
    expect(dry).toMatchObject({ code: 1, outputs: { result: 'failed' }, annotations: [`error: ${why}`] });
    const result = await promote();
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed' }, annotations: [`error: ${why}`] });
    expect(result.summary).toContain('Nothing was done.');
    expect(writes()).toEqual([]);
    // The others can be moved without it.
    expect(await promote({ objects: 'connection:open', 'delete-source': 'true' })).toMatchObject({ code: 0 });
    expect(world.astro.objects().map(({ scope, objectKey }) => [scope, objectKey])).toEqual([
      ['DEPLOYMENT', 'snow'],
      ['WORKSPACE', 'open'],
    ]);
  });
});

describe('a key that the Workspace has already', () => {
  const shared = () =>
    world.astro.addObject({
      objectKey: 'snow',
      objectType: 'CONNECTION',
      connection: { type: 'snowflake', login: 'SVC', host: 'other', extra: { account: 'zzz', region: 'eu' } },
    });

  test.each(['allowed', 'refused'] as const)(
    'gets an override and no twin, %s beside the own one; a map is overridden as a whole',
    async (sameKeyOnDeployment) => {
      await begin({ sameKeyOnDeployment, mapsResolve: 'replaced' });
      shared();
      own({
        connection: { type: 'snowflake', login: 'SVC', password: secret, extra: { account: 'abc', region: 'eu' } },
      });
      const result = await promote({ 'delete-source': 'true' }, { env });
      expect(result.code).toBe(0);
      expect(result.annotations).toEqual([
        'notice: The connection snow of the Workspace also sets host, which the source does not: the Deployment will see it.',
      ]);
      expect(world.astro.objects()).toMatchObject([
        {
          scope: 'WORKSPACE',
          objectKey: 'snow',
          body: { host: 'other' },
          links: [{ deploymentId: prod, overrides: { password: secret, extra: { account: 'abc', region: 'eu' } } }],
        },
      ]);
      expect(world.astro.effective(prod)['CONNECTION:snow']).toEqual({
        type: 'snowflake',
        login: 'SVC',
        host: 'other',
        password: secret,
        extra: { account: 'abc', region: 'eu' },
      });
    },
  );

  test('that shows its value does not get a secret', async () => {
    world.astro.addObject({ objectKey: 'k', airflowVariable: { value: 'open', isSecret: false } });
    own({ objectKey: 'k', objectType: 'AIRFLOW_VARIABLE', airflowVariable: { value: secret, isSecret: true } });
    const result = await promote({ 'delete-source': 'true' }, { env: { VAR_K: secret } });
    expect(result).toMatchObject({
      code: 1,
      annotations: [
        'error: The airflow variable k cannot be moved: the object of this key in the Workspace is not secret, and an override would show the value.',
      ],
    });
    expect(writes()).toEqual([]);
  });
});

describe('the own object stands in the way', () => {
  test('without `delete-source` it is said, and nothing is lost', async () => {
    const id = own();
    const result = await promote({}, { env });
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed' } });
    expect(result.annotations).toEqual([
      expect.stringContaining(
        'With `delete-source: true` the own one is replaced (a copy is kept until the link stands).',
      ),
    ]);
    expect(result.summary).toContain('Not moved yet: connection snow.');
    expect(world.astro.objects().map((one) => one.id)).toEqual([id]);
  });

  test('with it the own one is replaced, and a second run finds nothing', async () => {
    own({ description: 'Ours' });
    const result = await promote({ 'delete-source': 'true' }, { env });
    expect(result.annotations).toEqual([]);
    expect(result).toMatchObject({ code: 0, outputs: { result: 'updated' } });
    expect(writes()).toEqual([
      'createEnvironmentObject',
      'createEnvironmentObject',
      'deleteEnvironmentObject',
      'createEnvironmentObject',
      'deleteEnvironmentObject',
    ]);
    expect(world.astro.objects()).toMatchObject([
      {
        scope: 'WORKSPACE',
        objectKey: 'snow',
        description: `Ours\n[astro-branch-deploy from=${prod}]`,
        links: [{ deploymentId: prod, overrides: {} }],
        body: { type: 'snowflake', login: 'SVC', password: secret, extra: { account: 'abc' } },
      },
    ]);
    const before = writes().length;
    expect(await promote({ 'delete-source': 'true' })).toMatchObject({ code: 0, outputs: { result: 'nothing' } });
    expect(writes()).toHaveLength(before);
  });

  test('linking fails for good: the own one is put back, and no copy is left', async () => {
    own();
    let creates = 0;
    world.astro.onRequest = ({ operation }) => {
      if (operation === 'createEnvironmentObject' && ++creates === 2)
        world.astro.fault({ operation, nth: 1, mode: { status: 403 } });
    };
    const result = await promote({ 'delete-source': 'true' }, { env });
    world.astro.onRequest = undefined;
    expect(result.code).toBe(1);
    expect(result.annotations).toContainEqual(expect.stringContaining("the Deployment's own object is back"));
    expect(world.astro.objects()).toMatchObject([
      { scope: 'DEPLOYMENT', scopeEntityId: prod, objectKey: 'snow', body: { login: 'SVC', password: secret } },
    ]);
    expect(await promote({ 'delete-source': 'true' }, { env })).toMatchObject({ code: 0 });
    expect(world.astro.objects()).toMatchObject([
      { scope: 'WORKSPACE', objectKey: 'snow', body: { password: secret } },
    ]);
  });
});

test('where both may stand side by side the source goes last; what was changed since is written once more', async () => {
  await begin({ sameKeyOnDeployment: 'allowed' });
  own();
  await promote({}, { env });
  const [source] = onDeployment();
  const rotated = 'rotated-password-canary';
  world.astro.updateObject(source?.id ?? '', { connection: { type: 'snowflake', password: rotated } });
  const result = await promote({ 'delete-source': 'true' }, { env: { CONN_SNOW_PASSWORD: rotated } });
  expect(result).toMatchObject({ code: 0, annotations: [] });
  expect(writes().at(-1)).toBe('deleteEnvironmentObject');
  expect(onDeployment()).toEqual([]);
  expect(world.astro.effective(prod)['CONNECTION:snow']).toMatchObject({ login: 'SVC', password: rotated });
});

test('all four kinds; environment variables only where a pattern names them', async () => {
  own({ objectKey: 'bucket', objectType: 'AIRFLOW_VARIABLE', airflowVariable: { value: '', isSecret: false } });
  own({ objectKey: 'DBT', objectType: 'ENVIRONMENT_VARIABLE', environmentVariable: { value: 'prod' } });
  own({
    objectKey: 'grafana',
    objectType: 'METRICS_EXPORT',
    metricsExport: {
      endpoint: 'https://g',
      exporterType: 'PROMETHEUS',
      authType: 'AUTH_TOKEN',
      basicToken: secret,
      labels: { team: 'data' },
    },
  });
  const inputs = { 'delete-source': 'true' };
  const more = { env: { METRICS_GRAFANA_BASICTOKEN: secret } };
  const first = await promote(inputs, more);
  expect(first).toMatchObject({
    code: 0,
    annotations: [
      'notice: Left as it is: the environment variable DBT, because `objects` must name such variables (`environment-variable:DBT`).',
    ],
  });
  expect(onDeployment().map(({ objectKey }) => objectKey)).toEqual(['DBT']);
  expect(await promote({ ...inputs, objects: '*:*\nenvironment-variable:DBT' })).toMatchObject({
    code: 0,
    annotations: [],
  });
  expect(onDeployment()).toEqual([]);
  expect(world.astro.effective(prod)).toEqual({
    'AIRFLOW_VARIABLE:bucket': { value: '', isSecret: false },
    'ENVIRONMENT_VARIABLE:DBT': { value: 'prod', isSecret: false },
    'METRICS_EXPORT:grafana': {
      endpoint: 'https://g',
      exporterType: 'PROMETHEUS',
      authType: 'AUTH_TOKEN',
      basicToken: secret,
      labels: { team: 'data' },
    },
  });
});

describe('broken off while the own object is replaced', () => {
  /** What a clean run leaves: nothing lost, no copy, no twin. */
  const expectReplaced = (): void => {
    expect(world.astro.objects().map(({ scope, objectKey }) => [scope, objectKey])).toEqual([['WORKSPACE', 'snow']]);
    expect(world.astro.effective(prod)['CONNECTION:snow']).toEqual({
      type: 'snowflake',
      login: 'SVC',
      password: secret,
      extra: { account: 'abc' },
    });
  };
  const keysWith = (password: string) => world.astro.objects().filter(({ body }) => body['password'] === password);

  test.each([
    ['the password from env', 'before it is carried out', 'refused'],
    ['the password from env', 'after it was carried out', 'refused'],
    ['the password from Astro', 'before it is carried out', 'allowed'],
    ['the password from Astro', 'after it was carried out', 'allowed'],
  ] as const)(
    '%s, SIGKILL at every write %s: the values are never lost, and the next run ends as a clean one does',
    async (_, fate, showSecrets) => {
      const supplied = showSecrets === 'refused' ? { env } : {};
      await begin({ showSecrets });
      own();
      await promote({ 'delete-source': 'true' }, supplied);
      expectReplaced();
      const all = writes().length;
      expect(all).toBe(5);
      for (let index = 0; index < all; index++) {
        await begin({ showSecrets });
        own();
        let kill: (signal: NodeJS.Signals) => Promise<void> = () => Promise.resolve();
        let seen = 0;
        world.astro.onRequest = async ({ method }) => {
          if (method === 'GET' || seen++ !== index) return;
          await kill('SIGKILL');
          if (fate.startsWith('before')) await new Promise<never>(() => undefined);
        };
        const broken = await promote(
          { 'delete-source': 'true' },
          {
            ...supplied,
            onStart: (send) => {
              kill = send;
            },
          },
        );
        expect([index, broken.code]).toEqual([index, null]);
        world.astro.onRequest = undefined;
        expect(keysWith(secret).length).toBeGreaterThan(0);
        expect(await promote({ 'delete-source': 'true' }, supplied)).toMatchObject({ code: 0 });
        expectReplaced();
      }
    },
    240_000,
  );

  test.each(['reset-before', 'processed-then-reset'] as const)(
    'a connection that breaks at every write (%s): nothing is lost, and the next run goes on',
    async (mode) => {
      for (const [operation, times] of [
        ['createEnvironmentObject', 3],
        ['deleteEnvironmentObject', 2],
      ] as const)
        for (let nth = 1; nth <= times; nth++) {
          await begin();
          own();
          world.astro.fault({ operation, nth, mode });
          await promote({ 'delete-source': 'true' }, { env });
          expect(keysWith(secret).length).toBeGreaterThan(0);
          expect(await promote({ 'delete-source': 'true' }, { env })).toMatchObject({ code: 0 });
          expectReplaced();
        }
    },
    240_000,
  );

  test('a copy of older values is not what replaces an own object that was changed since', async () => {
    const id = own({ connection: { type: 'snowflake', login: 'SVC', host: 'old', password: secret } });
    let kill: (signal: NodeJS.Signals) => Promise<void> = () => Promise.resolve();
    world.astro.onRequest = async ({ operation }) => {
      if (operation !== 'deleteEnvironmentObject') return;
      await kill('SIGKILL');
      await new Promise<never>(() => undefined);
    };
    await promote(
      { 'delete-source': 'true' },
      {
        env,
        onStart: (send) => {
          kill = send;
        },
      },
    );
    world.astro.onRequest = undefined;
    expect(inWorkspace()).toHaveLength(1);
    world.astro.updateObject(id, { connection: { type: 'snowflake', host: 'new' } });
    expect(await promote({ 'delete-source': 'true' }, { env })).toMatchObject({ code: 0 });
    expect(world.astro.objects()).toMatchObject([{ scope: 'WORKSPACE', objectKey: 'snow', body: { host: 'new' } }]);
  });

  test('SIGINT is told, with what is done and what is not', async () => {
    own();
    let kill: (signal: NodeJS.Signals) => Promise<void> = () => Promise.resolve();
    let deletes = 0;
    world.astro.onRequest = async ({ operation }) => {
      if (operation === 'deleteEnvironmentObject' && deletes++ === 0) await kill('SIGINT');
    };
    const result = await promote(
      { 'delete-source': 'true' },
      {
        env,
        onStart: (send) => {
          kill = send;
        },
      },
    );
    world.astro.onRequest = undefined;
    expect(result).toMatchObject({ code: 130, outputs: { result: 'failed' } });
    expect(result.summary).toContain('Nothing was lost: run the job again and it goes on from here.');
    expect(await promote({ 'delete-source': 'true' }, { env })).toMatchObject({ code: 0 });
    expectReplaced();
  });
});
