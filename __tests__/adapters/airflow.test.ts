import { afterEach, describe, expect, test } from '@jest/globals';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { airflowPath, connectAirflow, request, type Airflow } from '../../src/airflow/client.ts';
import { readDag, readDagRun, triggerDag, unpauseDag } from '../../src/airflow/dag-runs.ts';
import { listImportErrors } from '../../src/airflow/import-errors.ts';
import {
  deleteConnection,
  deleteVariable,
  listConnections,
  listPools,
  listVariables,
  putConnection,
  putPool,
  putVariable,
} from '../../src/airflow/objects.ts';
import { createAgents } from '../../src/http/agents.ts';
import { ApiError, UserError } from '../../src/core/errors.ts';
import type { Log } from '../../src/runner/log.ts';
import {
  airflowObjects,
  handleAirflow,
  makeAirflow,
  type AirflowOptions,
  type AirflowState,
} from '../../sandbox/airflow.ts';
import type { AirflowConnection, AirflowVariable } from '../../src/core/migration/airflow-objects.ts';
import type { AstroClient } from '../../src/astro/types.ts';

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly body: string;
}
/** What happens to a request instead of, or (`then-reset`) after, its being served. */
type Trouble = 'reset' | 'then-reset' | { status: number; headers?: Record<string, string>; body?: string } | undefined;
interface World {
  readonly airflow: Airflow;
  readonly state: AirflowState;
  readonly seen: Seen[];
  /** Most requests that were under way at one time. */
  readonly peak: () => number;
  readonly close: () => Promise<void>;
}

const open: World[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ close }) => close()));
});

const silent = { debug: () => undefined, redact: (text: string) => text } as unknown as Log;
const turn = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function world(
  version: 2 | 3,
  options: AirflowOptions = {},
  {
    trouble = () => undefined,
    hold = () => undefined,
    remaining = 60_000,
  }: {
    trouble?: (seen: Seen, count: number) => Trouble;
    hold?: (seen: Seen) => Promise<void> | undefined;
    remaining?: number;
  } = {},
): Promise<World> {
  const state = makeAirflow(version, options);
  const airflows = new Map([['d1', state]]);
  const seen: Seen[] = [];
  let underWay = 0;
  let peak = 0;
  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    peak = Math.max(peak, ++underWay);
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const url = new URL(incoming.url ?? '', 'http://x');
    const one = { method: incoming.method ?? '', url: incoming.url ?? '', body: body.toString('utf8') };
    await hold(one);
    underWay--;
    seen.push(one);
    const wrong = trouble(one, seen.length);
    if (wrong === 'reset') incoming.socket.resetAndDestroy();
    else if (typeof wrong === 'object') response.writeHead(wrong.status, wrong.headers).end(wrong.body);
    else if (wrong === 'then-reset') {
      const nobody = { writeHead: () => nobody, end: () => nobody } as unknown as ServerResponse;
      handleAirflow(airflows, { request: incoming, response: nobody, url, body });
      incoming.socket.resetAndDestroy();
    } else if (!handleAirflow(airflows, { request: incoming, response, url, body })) response.writeHead(418).end();
  };
  const server = http.createServer((incoming, response) => void serve(incoming, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const client: AstroClient = {
    url: new URL(`http://${host}/v1`),
    token: 'secret-token',
    agents: createAgents(),
    signal: new AbortController().signal,
    log: silent,
    remaining: () => remaining,
    pause: () => Promise.resolve(),
  };
  const deployment = {
    webServerAirflowApiUrl: `${host}/airflow/d1/api/v${version === 2 ? 1 : 2}?orgId=o`,
    airflowVersion: `${version}.1.0`,
  };
  const made: World = {
    airflow: connectAirflow(deployment, client),
    state,
    seen,
    peak: () => peak,
    close: async () => {
      client.agents.http.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  open.push(made);
  return made;
}

const failure = async (work: Promise<unknown>): Promise<ApiError> =>
  work.then(
    () => {
      throw new Error('it went through');
    },
    (error: unknown) => {
      if (error instanceof ApiError) return error;
      throw error;
    },
  );
const writes = ({ seen }: World): Seen[] => seen.filter(({ method }) => method !== 'GET');
const many = <T>(count: number, one: (index: number) => T): Record<string, T> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`c${index}`, one(index)]));

const plain: AirflowConnection = {
  id: 'db',
  type: 'postgres',
  password: { kind: 'unknown' },
  extra: { kind: 'absent' },
};
const variable = (key: string, value: string, description?: string): AirflowVariable => ({
  key,
  value,
  masked: false,
  maskedMembers: [],
  ...(description !== undefined && { description }),
});
const both = [[2], [3]] as [2 | 3][];
/** Airflow 2, the first releases of Airflow 3, and Airflow 3. */
const all: [string, 2 | 3, boolean][] = [
  ['2', 2, false],
  ['early 3', 3, true],
  ['3', 3, false],
];

describe('connections are listed', () => {
  test.each(both)('Airflow %i: 250 of them, over pages', async (version) => {
    const connections = many(250, (index) => ({ conn_type: 'http', port: index, extra: `{"n":${index}}` }));
    const made = await world(version, { connections });
    const rows = await listConnections(made.airflow);
    expect(rows.map(({ id }) => id)).toEqual(Object.keys(connections));
    expect(rows[249]).toMatchObject({ port: 249, extra: { kind: 'object', members: { n: 249 }, masked: [] } });
    const pages = made.seen.filter(({ url }) => url.includes('offset='));
    expect(pages.map(({ url }) => url.replace(/.*\?/, ''))).toEqual([
      'limit=100&offset=0',
      'limit=100&offset=100',
      'limit=100&offset=200',
    ]);
    // Airflow 2 leaves `extra` out of its list: each connection is read alone.
    expect(made.seen).toHaveLength(version === 2 ? 253 : 3);
  });

  test('of Airflow 2, five are read at the same time and never more', async () => {
    const waiting: (() => void)[] = [];
    const release = async (): Promise<void> => {
      // A sixth one would have come by then.
      for (let turns = 0; turns < 50; turns++) await turn();
      for (const go of waiting.splice(0)) go();
    };
    const hold = async ({ url }: Seen): Promise<void> =>
      new Promise((resolve) => {
        if (url.includes('offset=')) resolve();
        else if (waiting.push(resolve) === 5) void release();
      });
    const made = await world(2, { connections: many(15, () => ({ conn_type: 'http' })) }, { hold });
    expect(await listConnections(made.airflow)).toHaveLength(15);
    expect(made.peak()).toBe(5);
  });

  test.each(both)('Airflow %i: what it hides is recognised', async (version) => {
    const { airflow } = await world(version, {
      connections: {
        full: {
          conn_type: 'postgres',
          description: 'Müller',
          host: 'h',
          login: 'l',
          schema: 's',
          port: 5432,
          password: 'p4ssword',
          extra: '{"region":"eu","api_key":"k","nested":{"deep":[{"token":"t"}]},"ports":[1,2]}',
        },
        bare: { conn_type: 'http' },
        empty: { conn_type: 'http', description: '', host: '', port: 0, password: '', extra: '' },
        text: { conn_type: 'http', extra: 'a=b' },
        list: { conn_type: 'http', extra: '[1]' },
        mask: { conn_type: 'http', extra: '***' },
        none: { conn_type: 'http', extra: '{}' },
      },
    });
    const missing = { kind: version === 2 ? 'unknown' : 'absent' };
    const absent = { type: 'http', password: missing, extra: { kind: 'absent' } };
    expect(await listConnections(airflow)).toEqual([
      {
        id: 'full',
        type: 'postgres',
        description: 'Müller',
        host: 'h',
        login: 'l',
        schema: 's',
        port: 5432,
        password: { kind: version === 2 ? 'unknown' : 'masked' },
        extra: {
          kind: 'object',
          members: { region: 'eu', api_key: '***', nested: { deep: [{ token: '***' }] }, ports: [1, 2] },
          masked: ['api_key', 'nested'],
        },
      },
      { id: 'bare', ...absent },
      { id: 'empty', ...absent },
      { id: 'text', ...absent, extra: { kind: 'unparsable' } },
      { id: 'list', ...absent, extra: { kind: 'unparsable' } },
      { id: 'mask', ...absent, extra: { kind: 'masked' } },
      { id: 'none', ...absent, extra: { kind: 'object', members: {}, masked: [] } },
    ]);
  });

  test('one that goes away while the list is read is left out', async () => {
    const made: World = await world(
      2,
      { connections: many(3, () => ({ conn_type: 'http' })) },
      {
        trouble: ({ url }) => {
          if (url.endsWith('/c1')) made.state.connections.delete('c1');
          return undefined;
        },
      },
    );
    expect((await listConnections(made.airflow)).map(({ id }) => id)).toEqual(['c0', 'c2']);
  });

  test('a secret within a longer text counts as hidden; a password that is shown is one', async () => {
    const rows = [{ connection_id: 'a', conn_type: 'x', password: 'clear', extra: '{"dsn":"pg://u:***@h"}' }];
    const answer = { status: 200, body: JSON.stringify({ connections: rows, total_entries: 1 }) };
    const { airflow } = await world(3, {}, { trouble: () => answer });
    expect(await listConnections(airflow)).toMatchObject([
      { password: { kind: 'value', value: 'clear' }, extra: { masked: ['dsn'] } },
    ]);
  });
});

describe('a list', () => {
  const page = (rows: unknown[], more = {}): Trouble => ({
    status: 200,
    body: JSON.stringify({ pools: rows, ...more }),
  });
  const rows = (from: number, count: number): unknown[] =>
    Array.from({ length: count }, (_, index) => ({ name: `p${from + index}`, slots: 1 }));

  test('ends at a short page where there is no total', async () => {
    const pages = [rows(0, 100), rows(100, 100), rows(200, 1)];
    const { airflow } = await world(3, {}, { trouble: (_, count) => page(pages[count - 1] ?? []) });
    expect(await listPools(airflow)).toHaveLength(201);
  });

  test('is read on where Airflow gives fewer rows than asked, and a row that moved is taken once', async () => {
    const pages = [rows(0, 50), rows(49, 50), rows(99, 1), []];
    const made = await world(3, {}, { trouble: (_, count) => page(pages[count - 1] ?? [], { total_entries: 103 }) });
    expect(await listPools(made.airflow)).toHaveLength(100);
    expect(made.seen.map(({ url }) => url.replace(/.*offset=/, ''))).toEqual(['0', '50', '100', '101']);
  });

  test('that never ends is an error', async () => {
    const { airflow } = await world(3, {}, { trouble: () => page(rows(0, 100)) });
    expect((await failure(listPools(airflow))).message).toContain('has no end after 500 pages');
  });

  test('that is none is an error', async () => {
    const { airflow } = await world(3, {}, { trouble: () => ({ status: 200, body: '{}' }) });
    expect((await failure(listPools(airflow))).message).toBe(
      "Could not list the pools: Airflow's answer holds no list of pools. Run the job again.",
    );
  });
});

describe('connections are written', () => {
  const whole: AirflowConnection = {
    id: 'db',
    type: 'postgres',
    description: 'Größe',
    host: 'h',
    login: 'l',
    schema: 's',
    port: 5432,
    password: { kind: 'value', value: 'p4ssword' },
    extra: { kind: 'object', members: { région: 'eu', api_key: 'k', n: [1.5, null] }, masked: [] },
  };
  const clear = {
    conn_type: 'postgres',
    description: 'Größe',
    host: 'h',
    login: 'l',
    schema: 's',
    port: 5432,
    password: 'p4ssword',
    extra: '{"région":"eu","api_key":"k","n":[1.5,null]}',
  };

  test.each(all)('Airflow %s: a new one arrives whole', async (_, version, early3) => {
    const made = await world(version, { early3 });
    expect(await putConnection(made.airflow, whole, false)).toEqual([]);
    expect(airflowObjects(made.state).connections).toEqual({ db: clear });
    expect(writes(made).map(({ method, url }) => `${method} ${url}`)).toEqual([
      `POST /airflow/d1/api/v${version === 2 ? 1 : 2}/connections`,
    ]);
  });

  test.each(all)('Airflow %s: a known one is changed, member by member', async (_, version, early3) => {
    const before = { ...clear, host: 'old', schema: 'old', password: 'kept', extra: '{"secret":"kept"}' };
    const made = await world(version, { early3, connections: { db: before } });
    const change = { ...plain, host: 'new', port: 1 };
    expect(await putConnection(made.airflow, change, true)).toEqual([]);
    expect(airflowObjects(made.state).connections['db']).toEqual({ ...before, host: 'new', port: 1 });
    const { searchParams } = new URL(writes(made)[0]?.url ?? '', 'http://x');
    expect(searchParams.getAll('update_mask')).toEqual(
      version === 2 ? ['conn_type,host,port'] : ['conn_type', 'host', 'port'],
    );
  });

  test.each(all)('Airflow %s: what does not arrive is named', async (_, version, early3) => {
    const made = await world(version, { early3, connections: { db: { ...clear, schema: 'old' } } });
    const lost = early3 ? ['schema'] : [];
    expect(await putConnection(made.airflow, whole, true)).toEqual(lost);
    expect(airflowObjects(made.state).connections['db']).toEqual({ ...clear, schema: early3 ? 'old' : 's' });
  });

  test.each(all)('Airflow %s: one that appeared meanwhile is changed after all', async (_, version, early3) => {
    const made = await world(version, { early3, connections: { db: { conn_type: 'http', extra: '{"kept":1}' } } });
    expect(await putConnection(made.airflow, { ...plain, login: 'me' }, false)).toEqual([]);
    expect(writes(made).map(({ method }) => method)).toEqual(['POST', 'PATCH']);
    expect(airflowObjects(made.state).connections['db']).toMatchObject({
      conn_type: 'postgres',
      login: 'me',
      extra: '{"kept":1}',
    });
  });

  test('a password that did not arrive, and a connection that is gone again, are named', async () => {
    const lost = await world(
      3,
      {},
      {
        trouble: ({ method }) =>
          method === 'GET'
            ? { status: 200, body: '{"connection_id":"db","conn_type":"postgres","password":null}' }
            : undefined,
      },
    );
    const sent: AirflowConnection = { ...plain, password: { kind: 'value', value: 'p4ssword' } };
    expect(await putConnection(lost.airflow, sent, false)).toEqual(['password']);
    const gone = await world(2, {}, { trouble: ({ method }) => (method === 'GET' ? { status: 404 } : undefined) });
    expect(await putConnection(gone.airflow, sent, false)).toEqual(['type', 'password']);
  });

  test('an extra with other members than sent did not arrive', async () => {
    const seen = { connection_id: 'db', conn_type: 'postgres', extra: '{"a": 1, "b": 2, "c": null}' };
    const { airflow } = await world(
      2,
      {},
      { trouble: ({ method }) => (method === 'GET' ? { status: 200, body: JSON.stringify(seen) } : undefined) },
    );
    const put = (members: Record<string, unknown>): Promise<string[]> =>
      putConnection(airflow, { ...plain, extra: { kind: 'object', members, masked: [] } }, true);
    await putConnection(airflow, plain, false);
    expect(await put({ a: 1 })).toEqual(['extra']);
    expect(await put({ a: 1, b: 3, c: null })).toEqual(['extra']);
    expect(await put({ a: 1, b: 2 })).toEqual(['extra']);
    expect(await put({ a: 1, b: 2, c: null, d: null })).toEqual(['extra']);
    expect(await put({ b: 2, a: 1, c: null })).toEqual([]);
  });

  test.each([
    ['a masked password', { password: { kind: 'masked' } }],
    ['a password that is a mask', { password: { kind: 'value', value: '***' } }],
    ['a masked extra', { extra: { kind: 'masked' } }],
    [
      'an extra of which a member is named as masked',
      { extra: { kind: 'object', members: { a: 'x' }, masked: ['a'] } },
    ],
    ['an extra with a mask deep inside', { extra: { kind: 'object', members: { a: { b: ['***'] } }, masked: [] } }],
    ['an extra that is no object', { extra: { kind: 'unparsable' } }],
  ] as [string, Partial<AirflowConnection>][])('%s is never sent', async (_, part) => {
    const made = await world(3, { early3: true });
    await expect(putConnection(made.airflow, { ...plain, ...part }, false)).rejects.toThrow(UserError);
    expect(made.seen).toEqual([]);
  });
});

describe('variables', () => {
  test('what Airflow hides is recognised', async () => {
    const variables = {
      plain: { value: 'x', description: 'd' },
      db_password: { value: 'p' },
      json: { value: '{"b":1,"token":"t","in":{"secret":"s"}}' },
      list: { value: '[{"secret":"s"}]' },
      empty: { value: '' },
    };
    const { airflow } = await world(3, { variables });
    expect(await listVariables(airflow)).toEqual([
      { ...variable('plain', 'x'), description: 'd' },
      { ...variable('db_password', '***'), masked: true },
      {
        ...variable('json', '{"b": 1, "token": "***", "in": {"secret": "***"}}'),
        masked: true,
        maskedMembers: ['token', 'in'],
      },
      { ...variable('list', '[{"secret": "***"}]'), masked: true },
      variable('empty', ''),
    ]);
    const two = await world(2, { variables });
    expect((await listVariables(two.airflow)).filter(({ masked }) => masked)).toEqual([]);
  });

  test('one that Airflow cannot decrypt counts as hidden', async () => {
    const body = '{"variables":[{"key":"k","value":null,"description":null}],"total_entries":1}';
    const { airflow } = await world(3, {}, { trouble: () => ({ status: 200, body }) });
    expect(await listVariables(airflow)).toEqual([{ ...variable('k', ''), masked: true }]);
  });

  const keys = ['a/b', 'a#b', '100%', '%2F', 'a?b=c', 'größe', '数据', 'a b', 'x/../y', '../v', 'a\\b', "it's+(1)*"];
  test.each(all)('Airflow %s: every key is written, changed and deleted as it is', async (_, version, early3) => {
    const made = await world(version, { early3 });
    for (const key of keys) {
      expect(await putVariable(made.airflow, variable(key, '{"a":"ü"}', 'first'), false)).toEqual([]);
      expect(await putVariable(made.airflow, variable(key, 'second'), true)).toEqual([]);
    }
    expect(airflowObjects(made.state).variables).toEqual(
      Object.fromEntries(keys.map((key) => [key, { value: 'second', description: 'first' }])),
    );
    expect((await listVariables(made.airflow)).map(({ key }) => key)).toEqual(keys);
    for (const key of keys) expect(await deleteVariable(made.airflow, key)).toBe(true);
    expect(airflowObjects(made.state).variables).toEqual({});
  });

  test.each(all)('Airflow %s: one that appeared meanwhile gets the value all the same', async (_, version, early3) => {
    const made = await world(version, { early3, variables: { api_key: { value: 'old' } } });
    expect(await putVariable(made.airflow, variable('api_key', 'new'), false)).toEqual([]);
    expect(airflowObjects(made.state).variables['api_key']?.value).toBe('new');
  });

  test('a value that did not arrive is named', async () => {
    const { airflow } = await world(
      3,
      {},
      {
        trouble: ({ method }) => (method === 'GET' ? { status: 200, body: '{"key":"k","value":"other"}' } : undefined),
      },
    );
    expect(await putVariable(airflow, variable('k', 'v', 'd'), false)).toEqual(['value', 'description']);
  });

  test.each([
    { ...variable('k', '***') },
    { ...variable('k', '{"a":"***"}') },
    { ...variable('k', 'v'), masked: true },
    { ...variable('k', '{}'), maskedMembers: ['a'] },
  ])('%j is never sent', async (one) => {
    const made = await world(3);
    await expect(putVariable(made.airflow, one, false)).rejects.toThrow('Airflow hides it');
    expect(made.seen).toEqual([]);
  });

  test.each(['', '.', '..', '\ud800'])('the key %j, which no address can hold, is refused', async (key) => {
    const made = await world(3);
    await expect(async () => deleteVariable(made.airflow, key)).rejects.toThrow('no address can hold this name');
    expect(made.seen).toEqual([]);
  });
});

describe('pools', () => {
  test.each(all)('Airflow %s: created, changed, listed', async (_, version, early3) => {
    const made = await world(version, { early3 });
    const names = version === 2 ? ['größe #1', '50%'] : ['größe #1', '50%', 'a/b'];
    for (const name of names) {
      expect(await putPool(made.airflow, { name, slots: 4, description: 'd', includeDeferred: false }, false)).toEqual(
        [],
      );
      expect(await putPool(made.airflow, { name, slots: -1, includeDeferred: true }, true)).toEqual([]);
      expect(await putPool(made.airflow, { name, slots: 7, includeDeferred: true }, false)).toEqual([]);
    }
    expect((await listPools(made.airflow)).slice(1)).toEqual(
      names.map((name) => ({ name, slots: 7, description: 'd', includeDeferred: true })),
    );
  });

  test.each(all)('Airflow %s: of default_pool only slots and include_deferred change', async (_, version, early3) => {
    const made = await world(version, { early3 });
    const pool = { name: 'default_pool', slots: 7, description: 'ours', includeDeferred: true };
    expect(await putPool(made.airflow, pool, false)).toEqual([]);
    expect(airflowObjects(made.state).pools['default_pool']).toEqual({
      slots: 7,
      description: 'Default pool',
      include_deferred: true,
    });
    expect(writes(made).map(({ method }) => method)).toEqual(['PATCH']);
  });

  test('what Airflow does not take is named', async () => {
    const body = '{"name":"p","slots":1,"include_deferred":false}';
    const { airflow } = await world(3, {}, { trouble: () => ({ status: 201, body }) });
    expect(await putPool(airflow, { name: 'p', slots: 2, includeDeferred: true }, false)).toEqual([
      'slots',
      'includeDeferred',
    ]);
  });
});

test.each(all)('Airflow %s: a copy of everything brings no mask along', async (_, version, early3) => {
  const from = await world(3, {
    connections: {
      open: { conn_type: 'http', host: 'h', extra: '{"a":1}' },
      shut: { conn_type: 'http', password: 'p', extra: '{"token":"t"}' },
    },
    variables: { open: { value: '{"a":1}' }, api_key: { value: 'k' }, json: { value: '{"secret":"s"}' } },
  });
  const to = await world(version, { early3 });
  const outcomes = await Promise.allSettled([
    ...(await listConnections(from.airflow)).map((one) => putConnection(to.airflow, one, false)),
    ...(await listVariables(from.airflow)).map((one) => putVariable(to.airflow, one, false)),
    ...(await listPools(from.airflow)).map((one) => putPool(to.airflow, one, false)),
  ]);
  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(3);
  const { connections, variables } = airflowObjects(to.state);
  expect([Object.keys(connections), Object.keys(variables)]).toEqual([['open'], ['open']]);
  expect(JSON.stringify([connections, variables])).not.toContain('***');
});

test.each(both)('Airflow %i: deleting what is gone is done', async (version) => {
  const made = await world(version, { connections: { c: { conn_type: 'http' } } });
  expect(await deleteConnection(made.airflow, 'c')).toBe(true);
  expect(await deleteConnection(made.airflow, 'c')).toBe(false);
  expect(await deleteVariable(made.airflow, 'none')).toBe(false);
});

test.each(both)('Airflow %i: import errors', async (version) => {
  const importErrors = [
    { filename: 'dags/a.py', stack_trace: 'Traceback', bundle_name: 'dags-folder' },
    { filename: 'dags/b.py', stack_trace: 'Oops' },
  ];
  const { airflow } = await world(version, { importErrors });
  const at = Date.parse('2026-01-01T00:00:00Z');
  expect(await listImportErrors(airflow)).toEqual([
    { file: 'dags/a.py', stackTrace: 'Traceback', at, ...(version === 3 && { bundle: 'dags-folder' }) },
    { file: 'dags/b.py', stackTrace: 'Oops', at },
  ]);
});

describe('DAG runs', () => {
  const now = new Date('2026-02-03T04:05:06.789Z');
  const runId = 'branch_deploy__2026-02-03T04:05:06.789Z';
  const dags = { smoke: { outcome: 'failed' as const } };

  test.each(both)('Airflow %i: unpaused, started, watched', async (version) => {
    const { airflow, state } = await world(version, { dags });
    expect(await readDag(airflow, 'none')).toBeUndefined();
    expect(await readDag(airflow, 'smoke')).toMatchObject({ id: 'smoke', isPaused: true });
    await unpauseDag(airflow, 'smoke');
    expect(await readDag(airflow, 'smoke')).toMatchObject({ isPaused: false });
    expect(await triggerDag(airflow, 'smoke', now)).toBe(runId);
    const states: unknown[] = [];
    for (let look = 0; look < 4; look++) states.push(await readDagRun(airflow, 'smoke', runId));
    expect(states).toEqual(['queued', 'running', 'failed', 'failed']);
    expect(await readDagRun(airflow, 'smoke', 'other')).toBeUndefined();
    expect([...(state.dags.get('smoke')?.runs.keys() ?? [])]).toEqual([runId]);
  });

  test.each(both)('Airflow %i: a run of which no answer came is found, not started again', async (version) => {
    const made = await world(
      version,
      { dags },
      { trouble: ({ method }) => (method === 'POST' ? 'then-reset' : undefined) },
    );
    expect(await triggerDag(made.airflow, 'smoke', now)).toBe(runId);
    expect(writes(made)).toHaveLength(1);
    expect(made.state.dags.get('smoke')?.runs.size).toBe(1);
  });

  test.each(both)('Airflow %i: a run that was started behind a 503 is found by its conflict', async (version) => {
    const made: World = await world(
      version,
      { dags },
      {
        trouble: (_, count) => {
          if (count === 1) made.state.dags.get('smoke')?.runs.set(runId, ['queued']);
          return count === 1 ? { status: 503 } : undefined;
        },
      },
    );
    expect(await triggerDag(made.airflow, 'smoke', now)).toBe(runId);
    expect(made.state.dags.get('smoke')?.runs.size).toBe(1);
  });

  test('a run that was not started is an error, the first one', async () => {
    const lost = await world(3, { dags }, { trouble: ({ method }) => (method === 'POST' ? 'reset' : undefined) });
    expect(await failure(triggerDag(lost.airflow, 'smoke', now))).toMatchObject({ status: 0, applied: 'maybe' });
    const none = await world(3);
    expect(await failure(triggerDag(none.airflow, 'smoke', now))).toMatchObject({ status: 404, applied: 'no' });
  });
});

describe('what is repeated', () => {
  const ask = ({ airflow }: World, method: 'GET' | 'POST' | 'PATCH' | 'DELETE'): Promise<unknown> =>
    request(airflow, { method, path: '/variables/k', ...(method !== 'GET' && { body: {} }), purpose: 'try' });
  const cases: [string, Trouble, boolean, boolean][] = [
    ['429', { status: 429 }, true, true],
    ['502', { status: 502 }, true, true],
    ['503', { status: 503 }, true, true],
    ['500', { status: 500 }, true, false],
    ['504', { status: 504 }, true, false],
    ['408', { status: 408 }, true, false],
    ['a reset connection', 'reset', true, false],
    ['cut-off JSON', { status: 200, body: '{"key"' }, true, false],
    ['400', { status: 400 }, false, false],
    ['401', { status: 401 }, false, false],
    ['404', { status: 404 }, false, false],
    ['409', { status: 409 }, false, false],
    ['a redirect', { status: 302, headers: { location: '/elsewhere' } }, false, false],
  ];
  test.each(cases)('after %s: reads %#, writes', async (_, first, readsAgain, writesAgain) => {
    for (const method of ['GET', 'POST', 'PATCH', 'DELETE'] as const) {
      const made = await world(3, {}, { trouble: (__, count) => (count === 1 ? first : { status: 200, body: '{}' }) });
      const again = method === 'GET' ? readsAgain : writesAgain;
      if (again) await ask(made, method);
      else await failure(ask(made, method));
      expect([method, made.seen.length]).toEqual([method, again ? 2 : 1]);
    }
  });

  test('a write that was never sent is repeated, and known not to have happened', async () => {
    const made = await world(3);
    await made.close();
    open.splice(open.indexOf(made), 1);
    let tries = 0;
    const log = {
      ...silent,
      redact: (text: string) => text,
      debug: () => {
        tries++;
      },
    };
    const airflow = { ...made.airflow, client: { ...made.airflow.client, log, agents: createAgents() } };
    const error = await failure(ask({ ...made, airflow }, 'POST'));
    expect(error).toMatchObject({ status: 0, applied: 'no', method: 'POST', path: '/variables/k' });
    expect(error.message).toMatch(
      /^Could not try: 127\.0\.0\.1:\d+ refused the connection\. It was tried 4 times\. The Airflow of this Deployment must be up/,
    );
    expect(tries).toBe(3);
  });

  test('it ends: four tries of a read and of a write, one without time', async () => {
    const trouble = (): Trouble => ({ status: 503 });
    const made = await world(3, {}, { trouble });
    await failure(ask(made, 'GET'));
    expect(made.seen).toHaveLength(4);
    await failure(ask(made, 'PATCH'));
    expect(made.seen).toHaveLength(8);
    const late = await world(3, {}, { trouble, remaining: 0 });
    await failure(ask(late, 'GET'));
    expect(late.seen).toHaveLength(1);
  });

  test('a wait that is asked for is not begun where it would not end in time', async () => {
    const trouble = (): Trouble => ({ status: 429, headers: { 'retry-after': '61' } });
    const made = await world(3, {}, { trouble });
    expect((await failure(ask(made, 'GET'))).retryAfter).toBe(61_000);
    expect(made.seen).toHaveLength(1);
  });
});

describe('errors are for people', () => {
  test.each(both)('Airflow %i: status and words of a refusal', async (version) => {
    const { airflow } = await world(version);
    const error = await failure(putConnection(airflow, { ...plain, id: 'größe' }, false));
    expect(error).toMatchObject({
      method: 'POST',
      path: '/connections',
      status: version === 2 ? 400 : 422,
      applied: 'no',
    });
    expect(error.message).toMatch(
      /^Could not write the connection größe: Airflow answered 4\d\d, ".*connection_id is not valid"\. Correct what Airflow names, then run the job again\.$/,
    );
  });

  test('a refused member is named, and what was sent is not repeated', async () => {
    const made = await world(3);
    const body = { connection_id: 'c', conn_type: 'x', password: 'p4ssword', is_encrypted: true };
    const error = await failure(request(made.airflow, { method: 'POST', path: '/connections', body, purpose: 'try' }));
    expect(error.detail).toBe('body.is_encrypted: Extra inputs are not permitted');
    expect(error.message).not.toContain('p4ssword');
    const conflict = await world(3, { pools: { p: { slots: 1, include_deferred: false } } });
    const twice = { method: 'POST', path: '/pools', body: { name: 'p', slots: 1 }, purpose: 'try' } as const;
    expect((await failure(request(conflict.airflow, twice))).detail).toBe('Unique constraint violation');
  });

  test('a Deployment that sleeps, a token that may not, a page that is no answer', async () => {
    const made = await world(3);
    made.state.up = false;
    expect((await failure(listPools(made.airflow))).message).toBe(
      'Could not list the pools: Airflow answered 503. It was tried 4 times. The Airflow of this Deployment must be up (neither being created nor hibernating) and must let this machine in: look at the Deployment in Astro, then run the job again.',
    );
    const denied = await world(3, {}, { trouble: () => ({ status: 403, body: '{"detail":"Forbidden"}' }) });
    expect((await failure(listPools(denied.airflow))).message).toMatch(
      /answered 403, "Forbidden"\. The API token may not/,
    );
    const moved = await world(3, {}, { trouble: () => ({ status: 302, headers: { location: 'https://login' } }) });
    expect((await failure(listPools(moved.airflow))).message).toContain('redirects elsewhere');
    const page = await world(3, {}, { trouble: () => ({ status: 200, body: '<html>' }) });
    expect((await failure(listPools(page.airflow))).message).toContain('the answer is not JSON');
  });
});

describe('the fakes', () => {
  const raw = (
    { airflow }: World,
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    body?: unknown,
    query = {},
  ): Promise<unknown> => request(airflow, { method, path, query, purpose: 'try', ...(body !== undefined && { body }) });

  test.each(both)('Airflow %i: the other version has no API here', async (version) => {
    const made = await world(version);
    expect(await raw(made, 'GET', '/version')).toMatchObject({ version: version === 2 ? '2.10.4' : '3.1.0' });
    const other = { ...made, airflow: { ...made.airflow, version: version === 2 ? ('v2' as const) : ('v1' as const) } };
    expect((await failure(raw(other, 'GET', '/version'))).status).toBe(404);
    expect((await failure(raw(made, 'GET', '/constructor'))).status).toBe(404);
  });

  test('no token, no Deployment, no Airflow', async () => {
    const made = await world(3);
    const { root } = made.airflow;
    expect((await fetch(`${root.href}/api/v2/pools`)).status).toBe(401);
    expect((await fetch(`${root.href}/api/v2/pools`, { headers: { authorization: 'Bearer ' } })).status).toBe(401);
    expect((await fetch(new URL('/airflow/other/api/v2/pools', root))).status).toBe(404);
    expect((await fetch(new URL('/v1/organizations', root))).status).toBe(418);
  });

  test('Airflow 3 gives 50 rows unless asked, and never more than 100', async () => {
    const made = await world(3, { variables: many(250, () => ({ value: '' })) });
    const count = async (query: object): Promise<number> =>
      ((await raw(made, 'GET', '/variables', undefined, query)) as { variables: unknown[] }).variables.length;
    expect([await count({}), await count({ limit: '1000' }), await count({ limit: '9' })]).toEqual([50, 100, 9]);
  });

  test.each(both)('Airflow %i: strict bodies', async (version) => {
    const made = await world(version);
    const status = version === 2 ? 400 : 422;
    const pool = { name: 'p', slots: 1 };
    for (const [path, body] of [
      ['/pools', { ...pool, occupied_slots: 0 }],
      ['/pools', { name: 'p' }],
      ['/pools', { ...pool, slots: '1' }],
      ['/variables', { key: 'k', value: 'v', is_encrypted: false }],
      ['/connections', { connection_id: 'c', conn_type: 'x', extra: {} }],
      ['/connections', { connection_id: 'c' }],
    ] as const)
      expect([path, (await failure(raw(made, 'POST', path, body))).status]).toEqual([path, status]);
    const list = { connection_id: 'c', conn_type: 'x', extra: '[1]' };
    if (version === 2) await raw(made, 'POST', '/connections', list);
    else expect((await failure(raw(made, 'POST', '/connections', list))).status).toBe(422);
  });

  test('Airflow 2 reads one mask with commas: of a repeated one only the last counts', async () => {
    const made = await world(2, { connections: { c: { conn_type: 'x' } } });
    const body = { connection_id: 'c', host: 'h', login: 'l' };
    await raw(made, 'PATCH', '/connections/c', body, { update_mask: ['host', 'login'] });
    expect(airflowObjects(made.state).connections['c']).toEqual({ conn_type: 'x', login: 'l' });
    expect((await failure(raw(made, 'PATCH', '/connections/c', body, { update_mask: 'host,nothing' }))).status).toBe(
      400,
    );
  });

  test('early releases of Airflow 3 reset what is left out and store masks; later ones do neither', async () => {
    const connections = { c: { conn_type: 'x', password: 'p', extra: '{"token":"t"}' } };
    const body = { connection_id: 'c', conn_type: 'y' };
    const early = await world(3, { early3: true, connections });
    await raw(early, 'PATCH', '/connections/c', { ...body, password: '***' });
    expect(airflowObjects(early.state).connections['c']).toEqual({ conn_type: 'y', password: '***', extra: null });
    const later = await world(3, { connections });
    await raw(later, 'PATCH', '/connections/c', { ...body, password: '***', extra: '{"token":"***","new":1}' });
    expect(airflowObjects(later.state).connections['c']).toEqual({
      conn_type: 'y',
      password: 'p',
      extra: '{"token":"t","new":1}',
    });
  });
});

test('an id is one segment of a path', () => {
  expect(airflowPath`/dags/${'a/b'}/dagRuns/${'x#%+ü'}`).toBe('/dags/a%2Fb/dagRuns/x%23%25%2B%C3%BC');
});
