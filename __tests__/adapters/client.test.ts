import { afterEach, describe, expect, test } from '@jest/globals';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { call, listAll, path } from '../../src/astro/client.ts';
import { version } from '../../src/core/release.ts';
import { createAgents } from '../../src/http/agents.ts';
import { ApiError, UserError } from '../../src/core/errors.ts';
import { findOrganization, findWorkspace } from '../../src/astro/location.ts';
import { finalizeDeploy } from '../../src/astro/deploys.ts';
import type { Log } from '../../src/runner/log.ts';
import { readFileSync } from 'node:fs';
import type { AstroClient, AstroRequest } from '../../src/astro/types.ts';

type Answer = 'reset' | { status: number; body?: string; headers?: Record<string, string> };
interface Stub {
  readonly client: AstroClient;
  readonly seen: { method: string; url: string; headers: IncomingMessage['headers'] }[];
  /** Pauses that were made, in milliseconds. */
  readonly pauses: number[];
  readonly close: () => Promise<void>;
}

const silent = {
  info: () => undefined,
  debug: () => undefined,
  redact: (text: string) => text,
  notice: () => undefined,
  warning: () => undefined,
  error: () => undefined,
  secret: () => undefined,
  clean: (text: string) => text,
  group: (_: string, work: () => Promise<unknown>) => work(),
} as unknown as Log;
const open: Stub[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ close }) => close()));
});

/** An API that answers as it is told, one answer after the other, the last one for ever. */
async function stub(answers: readonly Answer[] | ((url: URL) => Answer), remaining = 60_000): Promise<Stub> {
  const seen: Stub['seen'] = [];
  const pauses: number[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    seen.push({
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
    });
    const next =
      typeof answers === 'function'
        ? answers(new URL(request.url ?? '', 'http://x'))
        : (answers[Math.min(seen.length, answers.length) - 1] ?? 'reset');
    if (next === 'reset') request.socket.resetAndDestroy();
    else response.writeHead(next.status, next.headers).end(next.body);
  };
  const server = http.createServer((request, response) => {
    request.resume().on('end', () => {
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client: AstroClient = {
    url: new URL(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/v1/`),
    token: 'secret-token',
    agents: createAgents(),
    signal: new AbortController().signal,
    log: silent,
    remaining: () => remaining,
    pause: (milliseconds) => {
      pauses.push(milliseconds);
      return Promise.resolve();
    },
  };
  const made = {
    client,
    seen,
    pauses,
    close: async () => {
      client.agents.http.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  open.push(made);
  return made;
}
const ok = { status: 200, body: '{"id":"x"}' };
const ask = (client: AstroClient, verb: AstroRequest['verb'] = 'read'): Promise<unknown> =>
  call(client, {
    verb,
    path: path`/things/${'a/b'}`,
    purpose: 'look at things',
    ...(verb === 'create' || verb === 'update' ? { body: { a: 1 } } : {}),
  });
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

test('the version that Astro is told is the one in package.json', () => {
  expect(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))).toMatchObject({ version });
});

test('what is sent: method, path, headers, and nothing twice', async () => {
  const { client, seen } = await stub([ok]);
  await call(client, {
    verb: 'read',
    path: path`/organizations/${'o1'}`,
    query: { limit: 5, names: ['a b', 'c&d'] },
    purpose: 'x',
  });
  expect(seen).toHaveLength(1);
  expect(seen[0]).toMatchObject({
    method: 'GET',
    url: '/v1/organizations/o1?limit=5&names=a+b&names=c%26d',
    headers: {
      authorization: 'Bearer secret-token',
      'x-astro-client-identifier': 'astro-branch-deploy',
      'user-agent': `astro-branch-deploy/${version}`,
    },
  });
});

describe('the retry table', () => {
  const transient: [string, Answer][] = [
    ['500', { status: 500 }],
    ['503 with a page', { status: 503, body: '<html>' }],
    ['408', { status: 408 }],
    ['reset', 'reset'],
    ['cut-off JSON', { status: 200, body: '{"id":' }],
  ];
  test.each(transient)(
    'after %s a read, an update and a delete are repeated, a create is not [R-02, R-03, R-06]',
    async (_, answer) => {
      for (const verb of ['read', 'update', 'delete'] as const) {
        const { client, seen } = await stub([answer, ok]);
        await ask(client, verb);
        expect([verb, seen.length]).toEqual([verb, 2]);
      }
      const { client, seen } = await stub([answer, ok]);
      expect((await failure(ask(client, 'create'))).applied).toBe('maybe');
      expect(seen).toHaveLength(1);
    },
  );

  test.each(['read', 'create', 'update', 'delete'] as const)(
    '429 is repeated for a %s after the time that was asked for [R-01]',
    async (verb) => {
      const { client, seen, pauses } = await stub([{ status: 429, headers: { 'retry-after': '7' } }, ok]);
      await ask(client, verb);
      expect(seen).toHaveLength(2);
      expect(pauses).toEqual([7_000]);
    },
  );

  test.each([
    ['a date', { 'retry-after': 'Sat, 21 Nov 2026 10:00:01 GMT', date: 'Sat, 21 Nov 2026 10:00:00 GMT' }],
    ['nothing', {}],
    ['0', { 'retry-after': '0' }],
    ['a negative number', { 'retry-after': '-5' }],
    ['nonsense', { 'retry-after': 'soon' }],
    ['the past', { 'retry-after': 'Sat, 21 Nov 2020 10:00:00 GMT' }],
  ])('Retry-After may be %s: never at once, always again [R-01]', async (_, headers) => {
    const { client, seen, pauses } = await stub([{ status: 429, headers }, ok]);
    await ask(client);
    expect(seen).toHaveLength(2);
    expect(pauses).toEqual([expect.any(Number)]);
    expect(pauses[0]).toBeGreaterThanOrEqual(500);
  });

  test('longer than there is time for: no second try [R-01]', async () => {
    const { client, seen } = await stub([{ status: 429, headers: { 'retry-after': '86400' } }], 5_000);
    expect((await failure(ask(client))).message).toContain('It asks to wait 86400 s, and `wait-time` leaves 5 s');
    expect(seen).toHaveLength(1);
  });

  test('a port that nobody listens on: tried again, then an error that says where [R-03]', async () => {
    const { client, close } = await stub([ok]);
    await close();
    const error = await failure(ask(client, 'create'));
    expect(error).toMatchObject({ status: 0, applied: 'no' });
    expect(error.message).toMatch(
      /^Could not look at things: 127\.0\.0\.1:\d+ refused the connection\. It was tried 5 times\. Check `astro-api-url` and the network of this runner/,
    );
  });
});

describe('answers that are final, in words [R-07]', () => {
  test.each([
    [
      401,
      '{"message":"no","requestId":"r1"}',
      'Could not look at things: Astro answered 401, "no" (request r1). The API token is expired, revoked or wrong: make a new one in Astro and put it into the secret that `astro-api-token` reads.',
    ],
    [
      403,
      '{"message":"no"}',
      'Could not look at things: Astro answered 403, "no". The API token lacks the permission for this, or the Organization allows other IP addresses only: use a Workspace token with the role Workspace Operator, which can do everything that previews need.',
    ],
    [
      404,
      '',
      'Could not look at things: Astro answered 404. Check that it still exists, that `organization-id`, `workspace`, `deployment-name` and `deployment-id` are right, and that the API token may see it.',
    ],
    [
      409,
      '[]',
      'Could not look at things: Astro answered 409. Something else has the name, or changes the same thing at this moment: run the job again. If it stays so, look at it in the Astro UI.',
    ],
    [
      400,
      '{"message":"bad","requestId":"r","fieldErrors":[{"field":"name","message":"too long","code":"x"},{"field":3}]}',
      'Could not look at things: Astro answered 400, "bad - name: too long" (request r). Correct what Astro names (the template, the configuration file or the inputs hold it), then run the job again.',
    ],
    [
      302,
      '',
      'Could not look at things: Astro answered 302. It redirects elsewhere, which is not followed with a token: check `astro-api-url`.',
    ],
  ])('%s', async (status, body, message) => {
    const { client, seen } = await stub([{ status, body, headers: { location: 'http://127.0.0.1:1/' } }]);
    const error = await failure(ask(client, 'update'));
    expect(error.message).toBe(message);
    expect(error).toMatchObject({ method: 'POST', path: '/things/a%2Fb', status, applied: 'no' });
    expect(seen).toHaveLength(1);
  });

  test.each([
    [
      'an exhausted 429',
      { status: 429 },
      /It was tried 5 times\. Astro's rate limit is used up: run the job again later/,
    ],
    [
      'a 500 that stays',
      { status: 500 },
      /It was tried 5 times\. .*https:\/\/status\.astronomer\.io\): run the job again later/,
    ],
    [
      'a connection that is cut again and again',
      'reset',
      /It was tried 5 times\. Run the job again\. If it stays so, see https:\/\/status\.astronomer\.io\.$/,
    ],
    ['418', { status: 418 }, /Check `astro-api-url` and the inputs, then run the job again\.$/],
  ] as const)('%s names a next step', async (_, answer, message) => {
    const { client } = await stub([answer]);
    expect((await failure(ask(client))).message).toMatch(message);
  });

  test('an empty answer is none; a missing id never gets into an address', async () => {
    const { client } = await stub([{ status: 204 }]);
    expect(await ask(client, 'delete')).toBeUndefined();
    expect(() => path`/a/${undefined}/b`).toThrow(UserError);
    expect(() => path`/a/${''}`).toThrow('lacks an id');
  });
});

describe('lists [R-08]', () => {
  const rows = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => ({ id: `row-${String(from + index)}` }));
  const pages = (total: number, page: (offset: number) => { id: string }[]) =>
    stub((url) => ({
      status: 200,
      body: JSON.stringify({
        rows: page(Number(url.searchParams.get('offset'))),
        totalCount: total,
        limit: 1000,
        offset: 0,
      }),
    }));
  const list = (client: AstroClient) =>
    listAll<{ id: string }>(client, { path: path`/rows`, purpose: 'list rows' }, (page) => page['rows']);

  test('are read to their end', async () => {
    const { client, seen } = await pages(2500, (offset) => rows(offset, Math.min(offset + 1000, 2500)));
    expect(await list(client)).toHaveLength(2500);
    expect(seen).toHaveLength(3);
  });

  test('of pages smaller than asked for, too', async () => {
    const { client } = await pages(5, (offset) => rows(offset, Math.min(offset + 2, 5)));
    expect(await list(client)).toHaveLength(5);
  });

  test('in smaller pages where one is longer than 10 MB [T-23]', async () => {
    const { client, seen } = await stub((url) => {
      const [limit, offset] = ['limit', 'offset'].map((name) => Number(url.searchParams.get(name))) as [number, number];
      const end = Math.min(offset + limit, 250);
      const wide = rows(offset, end).map((row) => ({ ...row, text: 'x'.repeat(90_000) }));
      return { status: 200, body: JSON.stringify({ rows: wide, totalCount: 250, limit, offset }) };
    });
    expect(await list(client)).toHaveLength(250);
    expect(seen.map(({ url }) => new URL(url, 'http://x').searchParams.get('limit'))).toEqual([
      '1000',
      '100',
      '100',
      '100',
    ]);
  });

  test('without a total end with a short page', async () => {
    const { client } = await stub([{ status: 200, body: JSON.stringify({ rows: rows(0, 3) }) }]);
    expect(await list(client)).toHaveLength(3);
  });

  test('that lose a row between two pages are read again', async () => {
    let reading = 0;
    const { client } = await pages(4, (offset) => {
      if (offset === 0) reading++;
      return offset === 0 ? rows(0, 2) : reading === 1 ? rows(1, 3) : rows(2, 4);
    });
    expect((await list(client)).map(({ id }) => id)).toEqual(['row-0', 'row-1', 'row-2', 'row-3']);
    expect(reading).toBe(2);
  });

  test.each([
    [
      'that never hold what they count',
      (offset: number) => (offset === 0 ? rows(0, 2) : []),
      9,
      'keeps changing while it is read',
    ],
    ['without an end', (offset: number) => rows(offset, offset + 1), 1_000_000, 'has no end after 100 pages'],
  ])('%s are an error, not a result', async (_, page, total, message) => {
    const { client } = await pages(total, page);
    expect((await failure(list(client))).message).toContain(message);
  });

  test('that are no lists are an error', async () => {
    const { client } = await stub([{ status: 200, body: '{"rows":{}}' }]);
    expect((await failure(list(client))).message).toContain("Astro's answer holds no list");
  });
});

describe('Organization and Workspace', () => {
  const claims = (organizationIds: string[], workspaceIds: string[]) => ({ organizationIds, workspaceIds });
  const answers = (key: string, rows: object[]) =>
    stub([{ status: 200, body: JSON.stringify({ [key]: rows, totalCount: rows.length }) }]);

  test('as given, or as the token says, without a request', async () => {
    const { client, seen } = await stub([]);
    expect(await findOrganization(client, 'o', claims(['x'], []))).toBe('o');
    expect(await findOrganization(client, undefined, claims(['x'], []))).toBe('x');
    expect(await findWorkspace(client, 'o', undefined, claims([], ['w']))).toBe('w');
    expect(seen).toEqual([]);
  });

  test('the only one that the token sees, else an error that lists them', async () => {
    expect(
      await findOrganization(
        (await answers('organizations', [{ id: 'o1', name: 'Acme' }])).client,
        undefined,
        claims(['a', 'b'], []),
      ),
    ).toBe('o1');
    await expect(
      findWorkspace((await answers('workspaces', [])).client, 'o', undefined, claims([], [])),
    ).rejects.toThrow('sees no Workspace');
    const many = Array.from({ length: 21 }, (_, index) => ({ id: `w${String(index)}`, name: `W${String(index)}` }));
    await expect(
      findWorkspace((await answers('workspaces', many)).client, 'o', undefined, claims([], [])),
    ).rejects.toThrow(/sees 21 Workspaces: say which one with `workspace`\. W0 \(w0\), .*W19 \(w19\), …$/);
  });
});

test('the registry that shows a pushed tag late is waited for, other refusals are not [R-29]', async () => {
  const digest = { status: 400, body: '{"message":"Cannot get digest for image: x"}' };
  const deploy = { id: 'x', status: 'DEPLOYED' };
  const late = await stub([digest, digest, { status: 200, body: JSON.stringify(deploy) }]);
  expect(await finalizeDeploy({ client: late.client, organization: 'o', deploymentId: 'd' }, 'p', {})).toEqual(deploy);
  expect(late.seen.map(({ method }) => method)).toEqual(['POST', 'POST', 'POST']);
  const refused = await stub([{ status: 400, body: '{"message":"no"}' }]);
  await failure(finalizeDeploy({ client: refused.client, organization: 'o', deploymentId: 'd' }, 'p', {}));
  expect(refused.seen).toHaveLength(1);
});
