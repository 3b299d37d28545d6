import { afterEach, describe, expect, test } from '@jest/globals';
import type { GivenObject } from '../../sandbox/environment-types.ts';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/server.ts';
import { defaultSwitches, type Switches } from '../../sandbox/switches.ts';

const workspace = 'cm0workspace0000000000000';
const nobody = 'cm0000000000000000000000x';
const running: Sandbox[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.close()));
});

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}
interface Client {
  readonly sandbox: Sandbox;
  /** Below `/environment-objects`. */
  readonly call: (method: string, path: string, body?: unknown) => Promise<Answer>;
  readonly list: (query: string) => Promise<Record<string, unknown>[]>;
  /** Deployments of the first Workspace. */
  readonly dev: string;
  readonly prod: string;
}

async function start(switches: Partial<Switches> = {}, options: SandboxOptions = {}): Promise<Client> {
  const sandbox = await startSandbox({ ...options, switches: { ...defaultSwitches, ...switches } });
  running.push(sandbox);
  const call = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(`${sandbox.url}/organizations/${sandbox.organizationId}/environment-objects${path}`, {
      method,
      headers: { authorization: 'Bearer t', 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Answer['body'] };
  };
  return {
    sandbox,
    call,
    list: async (query) => {
      const { body } = await call('GET', `?${query}`);
      return body['environmentObjects'] as Record<string, unknown>[];
    },
    dev: sandbox.addDeployment({ name: 'dev' }).id,
    prod: sandbox.addDeployment({ name: 'prod' }).id,
  };
}

const to = (scopeEntityId: string, overrides?: object) => ({
  scope: 'DEPLOYMENT' as const,
  scopeEntityId,
  ...(overrides && { overrides }),
});
const snowflake = {
  objectKey: 'snowflake',
  objectType: 'CONNECTION',
  scope: 'WORKSPACE',
  scopeEntityId: workspace,
  connection: {
    type: 'snowflake',
    authTypeId: 'snowflake-password',
    host: 'h',
    port: 1,
    password: 'pw',
    extra: { database: 'DEV', account: 'a', private_key_content: 'pk', nested: { Token: 't', ok: 1 } },
  },
} satisfies GivenObject;
const variable = (isSecret: boolean, value = 'v') =>
  ({ objectKey: 'table', airflowVariable: { isSecret, value } }) satisfies GivenObject;
const bare = { connection: { type: 'snowflake' } };
/** The only object there is, in clear. */
const only = ({ sandbox }: Client) => {
  const [object] = sandbox.objects();
  if (!object) throw new Error('there is no object');
  return object;
};

describe('reading', () => {
  test('secrets are hidden, and named among the fields that are set', async () => {
    const { sandbox, call } = await start();
    const { status, body: made } = await call('POST', '', snowflake);
    expect([status, made]).toEqual([200, { id: expect.any(String) }]);
    const { body } = await call('GET', `/${String(made['id'])}`);
    expect(body).toEqual({
      ...made,
      objectKey: 'snowflake',
      objectType: 'CONNECTION',
      scope: 'WORKSPACE',
      scopeEntityId: workspace,
      connection: {
        type: 'snowflake',
        host: 'h',
        port: 1,
        extra: { database: 'DEV', account: 'a', nested: { ok: 1 } },
        connectionAuthType: expect.objectContaining({ id: 'snowflake-password', airflowType: 'snowflake' }),
      },
      setFields: [
        ...['type', 'authTypeId', 'host', 'port', 'password'],
        ...['extra.database', 'extra.account', 'extra.private_key_content', 'extra.nested'],
      ],
      createdAt: expect.any(String),
      createdBy: expect.objectContaining({ subjectType: 'SERVICEKEY' }),
      updatedAt: expect.any(String),
      updatedBy: expect.objectContaining({ subjectType: 'SERVICEKEY' }),
    });
    expect(sandbox.objects()[0]).toEqual({
      ...made,
      objectKey: 'snowflake',
      objectType: 'CONNECTION',
      scope: 'WORKSPACE',
      scopeEntityId: workspace,
      description: '',
      autoLink: false,
      links: [],
      excludes: [],
      body: snowflake.connection,
    });
    expect(sandbox.violations).toEqual([]);
  });

  test.each([
    ['absent', {}],
    ['empty', { private_key_content: '' }],
    ['mask', { private_key_content: '***' }],
  ] as const)('secret members of extra: %s', async (maskedExtra, expected) => {
    const { sandbox, list } = await start({ maskedExtra });
    sandbox.addObject({ objectKey: 'c', connection: { type: 't', extra: { private_key_content: 'pk', a: 'b' } } });
    expect(await list('')).toMatchObject([{ connection: { extra: { a: 'b', ...expected } } }]);
    expect(JSON.stringify(await list(''))).not.toContain('"pk"');
  });

  test('the overrides of a secret are left out, and so is every secret of an override', async () => {
    const { sandbox, list, dev } = await start();
    const override = to(dev, { airflowVariable: { value: 'o' } });
    sandbox.addObject({ ...variable(true), links: [override] });
    sandbox.addObject({ ...variable(false), objectKey: 'open', links: [override] });
    sandbox.addObject({
      objectKey: 'metrics',
      metricsExport: {
        endpoint: 'e',
        exporterType: 'PROMETHEUS',
        authType: 'BASIC',
        password: 'p',
        headers: { 'X-A': 'h' },
      },
      links: [to(dev, { metricsExport: { basicToken: 'b', authType: 'AUTH_TOKEN', labels: { team: 'x' } } })],
      excludeLinks: [to(nobody)],
    });
    const [secret, open, metrics] = await list('resolveLinked=false');
    expect(secret).toMatchObject({ airflowVariable: { isSecret: true, value: '' }, setFields: ['value'] });
    expect(secret?.['links']).toEqual([{ ...to(dev), setFields: ['value'] }]);
    expect(open?.['links']).toEqual([{ ...to(dev), airflowVariableOverrides: { value: 'o' }, setFields: ['value'] }]);
    expect(metrics).toMatchObject({ excludeLinks: [to(nobody)] });
    expect(metrics?.['metricsExport']).toEqual({ endpoint: 'e', exporterType: 'PROMETHEUS', headers: { 'X-A': 'h' } });
    expect(metrics?.['setFields']).toEqual(['endpoint', 'exporterType', 'authType', 'password', 'headers.X-A']);
    expect(metrics?.['links']).toEqual([
      {
        ...to(dev),
        metricsExportOverrides: { labels: { team: 'x' } },
        setFields: ['basicToken', 'authType', 'labels.team'],
      },
    ]);
  });

  test('showSecrets: refused by the Organization, or everything in clear', async () => {
    const strict = await start();
    expect(await strict.call('GET', '?showSecrets=true')).toMatchObject({
      status: 403,
      body: { message: 'showSecrets is not allowed for this organization' },
    });
    const { sandbox, list, dev } = await start({ showSecrets: 'allowed' });
    sandbox.addObject({ ...variable(true), links: [to(dev, { airflowVariable: { value: 'o' } })] });
    sandbox.addObject(snowflake);
    expect(await list('showSecrets=true')).toMatchObject([
      { airflowVariable: { value: 'v' }, links: [{ airflowVariableOverrides: { value: 'o' } }] },
      { connection: { password: 'pw', extra: snowflake.connection.extra } },
    ]);
  });

  test('lists: filters and pages', async () => {
    const { sandbox, call, list, dev } = await start();
    for (const objectKey of ['b', 'a', 'c']) sandbox.addObject({ ...variable(false), objectKey });
    sandbox.addObject({ objectKey: 'a', connection: { type: 't' } });
    sandbox.addObject({ ...variable(false), scope: 'DEPLOYMENT', scopeEntityId: dev });
    const keys = async (query: string) => (await list(query)).map((row) => row['objectKey']);
    expect(await keys(`workspaceId=${workspace}&resolveLinked=false`)).toEqual(['b', 'a', 'c', 'a']);
    expect(await keys('limit=2&offset=1')).toEqual(['a', 'c']);
    expect(await keys(`deploymentId=${dev}&resolveLinked=false`)).toEqual(['table']);
    expect(await keys('objectType=CONNECTION')).toEqual(['a']);
    expect((await list('objectKey=a&resolveLinked=false')).map((row) => typeof row['id'])).toEqual([
      'string',
      'string',
    ]);
    expect((await list(`workspaceId=${workspace}`)).filter((row) => 'id' in row)).toEqual([]);
    expect((await call('GET', '?limit=2')).body).toMatchObject({ limit: 2, offset: 0, totalCount: 5 });
    const status = async (query: string) => (await call('GET', query)).status;
    expect(await status(`?workspaceId=${workspace}&deploymentId=${dev}`)).toBe(400);
    expect(await status(`?workspaceId=${nobody}`)).toBe(404);
    expect(await status(`?deploymentId=${nobody}`)).toBe(404);
    expect(await status('?deploymentId=dev')).toBe(500);
    expect(sandbox.violations).toEqual([]);
  });

  test('resolved for a Deployment: its own, then what reaches it, overrides folded in', async () => {
    const { sandbox, list, dev, prod } = await start();
    const elsewhere = sandbox.addDeployment({ workspaceId: 'cm0workspace0000000000001' }).id;
    const extra = { database: 'PROD' };
    sandbox.addObject({
      ...snowflake,
      autoLinkDeployments: true,
      links: [to(prod, { connection: { host: '', password: 'prod', extra } })],
    });
    sandbox.addObject({ ...variable(false), objectKey: 'no', autoLinkDeployments: true, excludeLinks: [to(prod)] });
    sandbox.addObject({ ...variable(false), objectKey: 'restricted', links: [to(dev)] });
    sandbox.addObject({ ...variable(false), links: [to(prod)] });
    sandbox.addObject({ ...variable(false, 'own'), scope: 'DEPLOYMENT', scopeEntityId: prod });
    const rows = await list(`deploymentId=${prod}&resolveLinked=true`);
    expect(rows).toMatchObject([
      { objectKey: 'table', scope: 'DEPLOYMENT', airflowVariable: { value: 'own' } },
      {
        objectKey: 'snowflake',
        scopeEntityId: prod,
        sourceScope: 'WORKSPACE',
        sourceScopeEntityId: workspace,
        connection: { extra: { database: 'PROD', account: 'a' } },
      },
    ]);
    expect(rows.flatMap((row) => ['id', 'links', 'autoLinkDeployments'].filter((name) => name in row))).toEqual([]);
    expect(rows[0]).not.toHaveProperty('sourceScope');
    expect(rows[1]?.['setFields']).not.toContain('host');
    expect(sandbox.effective(prod)).toEqual({
      'AIRFLOW_VARIABLE:table': { value: 'own', isSecret: false },
      'CONNECTION:snowflake': {
        ...{ type: 'snowflake', authTypeId: 'snowflake-password', port: 1, password: 'prod' },
        extra: { ...snowflake.connection.extra, ...extra },
      },
    });
    expect(Object.keys(sandbox.effective(dev))).toEqual([
      'CONNECTION:snowflake',
      'AIRFLOW_VARIABLE:no',
      'AIRFLOW_VARIABLE:restricted',
    ]);
    expect(sandbox.effective(elsewhere)).toEqual({});
    expect(await list(`deploymentId=${prod}`)).toEqual(rows);
    expect(sandbox.violations).toEqual([]);
  });

  test.each([
    ['GET', 'x', 500],
    ['GET', nobody, 404],
    ['DELETE', nobody, 404],
  ])('%s of %s answers %i', async (method, id, status) => {
    const { call } = await start();
    expect((await call(method, `/${id}`)).status).toBe(status);
  });
});

describe('creating and deleting', () => {
  test('links with overrides at once; deleted once', async () => {
    const client = await start();
    const { call, sandbox, prod } = client;
    const links = [to(prod, { connection: { extra: { database: 'PROD' } } })];
    const { body } = await call('POST', '', { ...snowflake, description: 'd', autoLinkDeployments: true, links });
    expect(only(client)).toMatchObject({
      description: 'd',
      autoLink: true,
      links: [{ deploymentId: prod, overrides: { extra: { database: 'PROD' } } }],
    });
    expect((await call('GET', `/${String(body['id'])}`)).body).toMatchObject({
      description: 'd',
      autoLinkDeployments: true,
      links: [{ connectionOverrides: { extra: { database: 'PROD' } }, setFields: ['extra.database'] }],
    });
    expect((await call('DELETE', `/${String(body['id'])}`)).status).toBe(204);
    expect((await call('DELETE', `/${String(body['id'])}`)).status).toBe(404);
    expect(sandbox.violations).toEqual([]);
  });

  test('a key is unique by scope and type, or by scope alone', async () => {
    const both = { ...snowflake, objectType: 'AIRFLOW_VARIABLE', connection: undefined, airflowVariable: {} };
    for (const [keysUniqueAcrossTypes, status] of [
      [false, 200],
      [true, 409],
    ] as const) {
      const { call, dev } = await start({ keysUniqueAcrossTypes });
      await call('POST', '', snowflake);
      expect((await call('POST', '', snowflake)).status).toBe(409);
      expect((await call('POST', '', both)).status).toBe(status);
      expect((await call('POST', '', { ...snowflake, scope: 'DEPLOYMENT', scopeEntityId: dev })).status).toBe(200);
    }
  });

  test.each<[string, number, (client: Client) => object]>([
    ['an unknown Workspace', 404, () => ({ scopeEntityId: nobody })],
    ['an unknown Deployment', 404, () => ({ scope: 'DEPLOYMENT', scopeEntityId: nobody })],
    ['a malformed Deployment', 500, () => ({ scope: 'DEPLOYMENT', scopeEntityId: 'dev' })],
    ['links of a Deployment’s object', 400, ({ dev }) => ({ scope: 'DEPLOYMENT', scopeEntityId: dev, links: [] })],
    ['a body of another type', 400, () => ({ objectType: 'METRICS_EXPORT' })],
    ['a link to nothing', 400, () => ({ links: [to(nobody)] })],
    ['a link twice', 400, ({ dev }) => ({ links: [to(dev), to(dev)] })],
    ['overrides of another type', 400, ({ dev }) => ({ links: [to(dev, { airflowVariable: { value: '' } })] })],
    ['an override that empties the type', 400, ({ dev }) => ({ links: [to(dev, { connection: { type: '' } })] })],
    ['an entry in both sets', 409, ({ dev }) => ({ links: [to(dev)], excludeLinks: [to(dev)] })],
    [
      'a link into another Workspace',
      400,
      ({ sandbox }) => ({ links: [to(sandbox.addDeployment({ workspaceId: nobody }).id)] }),
    ],
  ])('%s is refused with %i', async (_, status, change) => {
    const client = await start();
    expect((await client.call('POST', '', { ...snowflake, ...change(client) })).status).toBe(status);
    expect(client.sandbox.objects()).toEqual([]);
  });
});

describe('updating', () => {
  /** A linked connection, and its update. */
  async function linked(switches: Partial<Switches> = {}) {
    const client = await start(switches);
    const id = client.sandbox.addObject({
      ...snowflake,
      description: 'd',
      autoLinkDeployments: true,
      links: [to(client.prod, { connection: { password: 'prod', extra: { database: 'PROD', role: 'R' } } })],
      excludeLinks: [to(client.dev)],
    });
    return {
      ...client,
      object: () => only(client),
      update: (body: object) => client.call('POST', `/${id}`, body),
    };
  }

  test.each([
    ['cleared', { autoLink: false, links: [], excludes: [] }],
    ['kept', { autoLink: true, links: [expect.anything()], excludes: [expect.any(String)] }],
  ] as const)('what else is left out: %s', async (omittedArrays, expected) => {
    const { sandbox, update, object } = await linked({ omittedArrays });
    const { status, body } = await update(bare);
    expect([status, body['description']]).toEqual([200, 'd']);
    expect(body).toMatchObject({ connection: { host: 'h' }, setFields: expect.arrayContaining(['password']) });
    expect(object()).toMatchObject({ ...expected, body: snowflake.connection });
    expect(sandbox.violations).toEqual([]);
  });

  test('an entry without overrides keeps its own; one that is not sent is unlinked', async () => {
    const { update, object, dev, prod } = await linked();
    const { links } = object();
    await update({ ...bare, links: [to(prod), to(dev)], excludeLinks: [], description: '' });
    expect(object()).toMatchObject({
      description: '',
      links: [...links, { deploymentId: dev, overrides: {} }],
      excludes: [],
    });
    await update({ ...bare, links: [to(dev)] });
    expect(object().links).toEqual([{ deploymentId: dev, overrides: {} }]);
  });

  test.each([
    ['merged', { database: 'NEW', role: 'R' }],
    ['replaced', { database: 'NEW' }],
  ] as const)('a sent override leaves other fields alone; maps are %s', async (mapOverrides, extra) => {
    const { update, object, prod } = await linked({ mapOverrides });
    await update({ ...bare, links: [to(prod, { connection: { host: 'p', extra: { database: 'NEW' } } })] });
    expect(object().links[0]?.overrides).toEqual({ password: 'prod', host: 'p', extra });
  });

  test('fields are given up by name', async () => {
    const { update, object, prod, sandbox } = await linked();
    const unset = (unsetFields: string[], connection?: object) =>
      update({ ...bare, links: [to(prod, { unsetFields, ...(connection && { connection }) })] });
    expect((await unset(['extra.role', 'host'], { schema: 's' })).status).toBe(200);
    expect(object().links[0]?.overrides).toEqual({ password: 'prod', extra: { database: 'PROD' }, schema: 's' });
    for (const refused of [
      await unset(['host'], { host: 'h' }),
      await unset(['extra'], { extra: { role: 'R' } }),
      await unset(['connection.host']),
      await unset(['host.name']),
    ])
      expect(refused).toMatchObject({ status: 400, body: { fieldErrors: [{ field: 'unsetFields' }] } });
    await unset(['extra.database', 'password', 'schema']);
    expect(object().links[0]?.overrides).toEqual({});
    expect(sandbox.violations).toEqual([]);
  });

  test('the typed body: must match, its empty texts clear, its maps replace', async () => {
    const { update, object } = await linked();
    expect(await update({ airflowVariable: { value: 'v' } })).toMatchObject({
      status: 400,
      body: { fieldErrors: [{ field: 'connection' }] },
    });
    expect((await update({ links: [] })).status).toBe(400);
    expect((await update({ connection: {} })).status).toBe(400);
    await update({ connection: { type: 'x', password: '', authTypeId: '', extra: { a: 'b' } } });
    expect(object().body).toEqual({ type: 'x', host: 'h', port: 1, extra: { a: 'b' } });
  });

  test('fields left out of it: cleared where so set, and then some are missing', async () => {
    const { sandbox, update, object, call } = await linked({ partialBodies: 'cleared' });
    await update(bare);
    expect(object().body).toEqual({ type: 'snowflake' });
    const metrics = sandbox.addObject({
      objectKey: 'm',
      metricsExport: { endpoint: 'e', exporterType: 'PROMETHEUS' },
    });
    expect(await call('POST', `/${metrics}`, { metricsExport: { endpoint: 'f' } })).toMatchObject({
      status: 400,
      body: { fieldErrors: [{ field: 'metricsExport.exporterType' }] },
    });
  });

  test.each([
    ['kept', 'v', 'o'],
    ['cleared', '', ''],
  ] as const)('a secret’s empty value: %s', async (emptySecretVariable, value, override) => {
    const client = await start({ emptySecretVariable });
    const { sandbox, call, dev } = client;
    const id = sandbox.addObject({ ...variable(true), links: [to(dev, { airflowVariable: { value: 'o' } })] });
    const airflowVariable = { value: '' };
    const { body } = await call('POST', `/${id}`, { airflowVariable, links: [to(dev, { airflowVariable })] });
    expect(body).toMatchObject({ airflowVariable: { isSecret: true, value: '' } });
    expect(body['setFields']).toEqual(value === '' ? [] : ['value']);
    expect(only(client)).toMatchObject({
      body: { value, isSecret: true },
      links: [{ overrides: { value: override } }],
    });
  });

  test('a variable that is no secret can be empty, and its secrecy is not the update’s to say', async () => {
    const client = await start();
    const id = client.sandbox.addObject(variable(false));
    await client.call('POST', `/${id}`, { airflowVariable: { value: '' } });
    expect(only(client).body).toEqual({ value: '', isSecret: false });
    expect((await client.call('POST', `/${id}`, { airflowVariable: { isSecret: true } })).status).toBe(400);
  });

  test('a Deployment’s object takes empty sets, and no others', async () => {
    const { sandbox, call, dev, prod } = await start();
    const id = sandbox.addObject({ ...snowflake, scope: 'DEPLOYMENT', scopeEntityId: dev });
    const update = async (body: object) => (await call('POST', `/${id}`, { ...bare, ...body })).status;
    expect(await update({ links: [], excludeLinks: [], autoLinkDeployments: false })).toBe(200);
    expect(await update({ links: [to(prod)] })).toBe(400);
    expect(await update({ excludeLinks: [to(prod)] })).toBe(400);
    expect(await update({ autoLinkDeployments: true })).toBe(400);
    expect((await call('POST', `/${id}/exclude-linking`, to(prod))).status).toBe(400);
    expect(sandbox.violations).toEqual([]);
  });

  test('another client writes through the same rules', async () => {
    const { sandbox, object, dev } = await linked();
    sandbox.updateObject(object().id, { connection: { type: 'snowflake', host: 'rival' }, links: [to(dev)] });
    expect(object()).toMatchObject({ body: { host: 'rival' }, links: [{ deploymentId: dev }], excludes: [] });
    expect(() => {
      sandbox.updateObject(object().id, {});
    }).toThrow('Invalid request: connection must be there');
  });
});

describe('Deployments that go', () => {
  test.each([
    ['kept', 1],
    ['removed', 0],
  ] as const)('their objects go as well; what names them is %s', async (linksOfDeletedDeployments, count) => {
    const { sandbox, dev, prod } = await start({ linksOfDeletedDeployments });
    sandbox.addObject({ ...snowflake, links: [to(dev)], excludeLinks: [to(prod)] });
    for (const scopeEntityId of [dev, prod])
      sandbox.addObject({ ...variable(false), scope: 'DEPLOYMENT', scopeEntityId });
    sandbox.remove(prod);
    await fetch(`${sandbox.url}/organizations/${sandbox.organizationId}/deployments/${dev}`, {
      method: 'DELETE',
      headers: { authorization: 'Bearer t' },
    });
    expect(sandbox.objects().map(({ links, excludes }) => [links.length, excludes.length])).toEqual([[count, count]]);
  });

  test.each([
    ['refused', 400],
    ['accepted', 200],
  ] as const)('a body that names one is %s', async (deadLinks, status) => {
    const { sandbox, call, dev } = await start({ deadLinks });
    const id = sandbox.addObject({ ...snowflake, links: [to(dev)] });
    sandbox.remove(dev);
    expect((await call('POST', `/${id}`, { ...bare, links: [to(dev)] })).status).toBe(status);
    expect((await call('POST', `/${id}`, { ...bare, excludeLinks: [to(dev)] })).status).toBe(status);
    expect((await call('POST', `/${id}`, { ...bare, links: [to('dev')] })).status).toBe(500);
    expect((await call('POST', `/${id}/exclude-linking`, to(dev))).status).toBe(404);
    expect((await call('POST', `/${id}`, bare)).status).toBe(200);
  });
});

describe('conflicts', () => {
  test.each([
    ['refused', 409],
    ['allowed', 200],
  ] as const)('one key, of a Deployment’s own and linked: %s', async (sameKeyOnDeployment, status) => {
    const { sandbox, call, dev, prod } = await start({ sameKeyOnDeployment });
    const own = (scopeEntityId: string) => ({ ...snowflake, scope: 'DEPLOYMENT', scopeEntityId });
    const { body } = await call('POST', '', { ...snowflake, links: [to(dev)] });
    expect((await call('POST', '', own(dev))).status).toBe(status);
    // Where nothing reaches it, an object of its own is no conflict; linking it later is.
    expect((await call('POST', '', own(prod))).status).toBe(200);
    const update = async (change: object) =>
      (await call('POST', `/${String(body['id'])}`, { ...bare, ...change })).status;
    expect(await update({ links: [to(dev), to(prod)] })).toBe(status);
    expect(await update({ autoLinkDeployments: true })).toBe(status);
    expect(await update({ autoLinkDeployments: true, excludeLinks: [to(prod), to(dev)] })).toBe(200);
    expect(sandbox.violations).toEqual([]);
  });

  test('an update need not mend what it finds', async () => {
    const { sandbox, call, dev } = await start();
    const id = sandbox.addObject({ ...snowflake, links: [to(dev)] });
    const own = sandbox.addObject({ ...snowflake, scope: 'DEPLOYMENT', scopeEntityId: dev });
    expect((await call('POST', `/${id}`, { ...bare, links: [to(dev)] })).status).toBe(200);
    expect((await call('POST', `/${own}`, bare)).status).toBe(200);
  });

  test.each([
    ['refused', 409],
    ['allowed', 200],
  ] as const)('excluding what is linked or excluded: %s', async (excludeConflicts, status) => {
    const client = await start({ excludeConflicts });
    const { sandbox, call, dev, prod } = client;
    const id = sandbox.addObject({ ...snowflake, autoLinkDeployments: true, links: [to(dev)] });
    const exclude = async (deploymentId: string) => await call('POST', `/${id}/exclude-linking`, to(deploymentId));
    expect(await exclude(prod)).toEqual({ status: 200, body: {} });
    expect((await exclude(prod)).status).toBe(status);
    expect((await exclude(dev)).status).toBe(status);
    expect(only(client)).toMatchObject({
      autoLink: true,
      links: [{ deploymentId: dev }],
      excludes: status === 409 ? [prod] : [prod, dev],
    });
    const both = { links: [to(dev)], excludeLinks: [to(dev)] };
    expect((await call('POST', `/${id}`, { ...bare, ...both })).status).toBe(status);
    // Lifting an exclusion by linking instead is one update.
    expect((await call('POST', `/${id}`, { ...bare, links: [to(prod)], excludeLinks: [] })).status).toBe(200);
    expect(sandbox.violations).toEqual([]);
  });

  test('Deployments of other Workspaces cannot be excluded', async () => {
    const { sandbox, call } = await start();
    const { id } = sandbox.addDeployment({ workspaceId: nobody });
    expect((await call('POST', `/${sandbox.addObject(snowflake)}/exclude-linking`, to(id))).status).toBe(400);
  });
});
