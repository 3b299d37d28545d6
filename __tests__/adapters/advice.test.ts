import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { request } from '../../src/airflow/client.ts';
import { listRows } from '../../src/airflow/rows.ts';
import { call, listAll } from '../../src/astro/client.ts';
import { uploadBundle } from '../../src/astro/upload.ts';
import { ApiError } from '../../src/core/errors.ts';
import { createAgents } from '../../src/http/agents.ts';
import { createLog } from '../../src/runner/log.ts';
import type { AstroClient } from '../../src/astro/types.ts';

/** What the server answers, set by each test. */
const answer = { status: 200, body: '', headers: {} as Record<string, string> };
let server: Server;
let address: string;
const agents = createAgents();
beforeAll(async () => {
  server = createServer((_, response) => {
    if (answer.status === 0) response.socket?.destroy();
    else response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterAll(() => {
  agents.http.destroy();
  server.close();
  server.closeAllConnections();
});

const client = (url = address, left = Infinity): AstroClient => ({
  url: new URL(url),
  token: 't',
  agents,
  signal: new AbortController().signal,
  log: createLog(),
  remaining: () => left,
  pause: () => Promise.resolve(),
});
const airflow = (url?: string, left?: number) => ({
  root: new URL(url ?? address),
  version: 'v2' as const,
  client: client(url, left),
});
const asked = { path: '/things', purpose: 'do the thing' };

/** Every way in which a request is sent. */
const ways: Readonly<Record<string, (url?: string, left?: number) => Promise<unknown>>> = {
  'Astro, a read': (url, left) => call(client(url, left), { verb: 'read', ...asked }),
  'Astro, a create': (url, left) => call(client(url, left), { verb: 'create', ...asked, answer: 'Deployment' }),
  'Astro, a list': (url, left) => listAll(client(url, left), asked, (page) => page['things']),
  'Airflow, a read': (url, left) => request(airflow(url, left), { method: 'GET', ...asked }),
  'Airflow, a write': (url, left) => request(airflow(url, left), { method: 'POST', body: {}, ...asked }),
  'Airflow, a list': (url, left) => listRows(airflow(url, left), { ...asked, member: 'things', key: 'id' }),
  'an upload': (url = address, left = Infinity) =>
    uploadBundle(Readable.from([Buffer.from('x')]), `${url}/blob?sig=s`, {
      agents,
      signal: new AbortController().signal,
      secrets: () => undefined,
      allowLoopbackHttp: true,
      remaining: () => left,
      debug: () => undefined,
      pause: () => Promise.resolve(),
    }),
};
/** Words of a sentence that says what to do. */
const todo = /\b(?:run the job again|check|correct|give|make|look at|use|create)\b/i;
const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('every failure of a request ends with what to do [I10]', () => {
  const statuses = [0, 301, 400, 401, 403, 404, 405, 408, 409, 413, 415, 418, 422, 429, 500, 502, 503, 504, 507];
  const cases = Object.keys(ways).flatMap((way) => statuses.map((status) => [way, status] as const));
  test.each(cases)('%s: %d', async (way, status) => {
    Object.assign(answer, { status, body: '{"message":"no","detail":"no"}', headers: {} });
    const error = await failureOf(ways[way]?.() ?? Promise.resolve());
    expect(error).toBeInstanceOf(ApiError);
    const { message, advice } = error as ApiError;
    expect(advice).toMatch(todo);
    expect(message.endsWith(advice)).toBe(true);
  });

  test.each(Object.keys(ways))('%s: refused connection, exhausted time, an answer of another shape', async (way) => {
    const send = ways[way];
    const refused = createServer();
    await new Promise<void>((resolve) => refused.listen(0, '127.0.0.1', resolve));
    const { port } = refused.address() as AddressInfo;
    await new Promise((resolve) => refused.close(resolve));
    const found = [await failureOf(send?.(`http://127.0.0.1:${String(port)}`) ?? Promise.resolve())];
    Object.assign(answer, { status: 429, body: '', headers: { 'retry-after': '3600' } });
    found.push(await failureOf(send?.(address, 10_000) ?? Promise.resolve()));
    Object.assign(answer, { status: 200, body: '<html>', headers: {} });
    if (way !== 'an upload') found.push(await failureOf(send?.() ?? Promise.resolve()));
    for (const error of found) {
      expect(error).toBeInstanceOf(ApiError);
      const { message, advice } = error as ApiError;
      expect(advice).toMatch(todo);
      expect(message.endsWith(advice)).toBe(true);
    }
  });
});
