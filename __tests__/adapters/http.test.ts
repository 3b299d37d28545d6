import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  answers,
  scripts,
  startMisbehavingServer,
  type MisbehavingServer,
  type Script,
} from '../parts/misbehaving-server.ts';
import { HttpFailure } from '../../src/http/failure.ts';
import { createAgents } from '../../src/http/agents.ts';
import { send, type Deadlines, type HttpAnswer, type HttpRequest } from '../../src/http/request.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const patient: Deadlines = { connect: 20_000, headers: 20_000, bodyIdle: 20_000 };
const shortHeaders: Deadlines = { ...patient, headers: 150 };
const shortIdle: Deadlines = { ...patient, bodyIdle: 150 };

async function ask(url: string | URL, more: Partial<HttpRequest> = {}, within = patient): Promise<HttpAnswer> {
  const agents = createAgents();
  closing.push(() => {
    agents.http.destroy();
    agents.https.destroy();
  });
  return send({ method: 'GET', url: new URL(url), signal: new AbortController().signal, ...more }, agents, within);
}

async function failure(work: Promise<unknown>): Promise<HttpFailure> {
  const error: unknown = await work.then(
    (answer) => new Error(`an answer: ${JSON.stringify(answer)}`),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof HttpFailure)) throw error;
  return error;
}

async function misbehaving(...script: Script[]): Promise<MisbehavingServer> {
  const server = await startMisbehavingServer(...script);
  closing.push(server.close);
  return server;
}

async function listening(server: http.Server | https.Server | net.Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(
    () =>
      new Promise((resolve) => {
        if (server instanceof http.Server) server.closeAllConnections();
        server.close(resolve);
      }),
  );
  return (server.address() as AddressInfo).port;
}

describe('no answer [R-03, R-05]', () => {
  test.each<[keyof typeof scripts, Deadlines, string]>([
    ['reset', patient, 'closed the connection without an answer (ECONNRESET)'],
    ['closeWithoutAnswer', patient, 'closed the connection without an answer (ECONNRESET)'],
    ['resetInHeaders', patient, 'closed the connection without an answer (ECONNRESET)'],
    ['resetInBody', patient, 'broke off its answer (ECONNRESET)'],
    ['truncatedBody', patient, 'broke off its answer (ECONNRESET)'],
    ['truncatedChunks', patient, 'broke off its answer (ECONNRESET)'],
    ['notHttp', patient, 'answered with something that is not HTTP (HPE_INVALID_CONSTANT)'],
    ['hang', shortHeaders, 'did not answer within 0.15 s'],
    ['dripHeaders', shortHeaders, 'did not answer within 0.15 s'],
    ['hangInBody', shortIdle, 'stopped in the middle of its answer for 0.15 s'],
  ])('%s', async (name, within, message) => {
    const { origin } = await misbehaving(scripts[name]);
    const error = await failure(ask(`${origin}/path?sig=secret`, {}, within));
    expect(error.message).toBe(`${new URL(origin).host} ${message}`);
    expect(error.sent).toBe(true);
  });

  test('a refused connection was never sent', async () => {
    const { origin, close } = await startMisbehavingServer();
    await close();
    const error = await failure(ask(origin));
    expect(error).toMatchObject({ sent: false, message: `${new URL(origin).host} refused the connection` });
  });

  test('an unknown name was never sent', async () => {
    const error = await failure(ask('http://nowhere.invalid/'));
    expect(error.sent).toBe(false);
    expect(error.message).toMatch(/^the name of nowhere\.invalid could not be looked up \((?:ENOTFOUND|EAI_AGAIN)\)$/);
  });

  test('a TLS handshake that gets no reply ends at the connect deadline, unsent', async () => {
    const { origin } = await misbehaving(scripts.hang);
    const error = await failure(ask(origin.replace('http:', 'https:'), {}, { ...patient, connect: 100 }));
    expect(error).toMatchObject({ sent: false, message: `no connection to ${new URL(origin).host} within 0.1 s` });
  });

  test('TLS to a server that speaks none is unsent', async () => {
    const { origin } = await misbehaving(scripts.notHttp);
    const error = await failure(ask(origin.replace('http:', 'https:')));
    expect(error.sent).toBe(false);
    expect(error.message).toContain(`no connection to ${new URL(origin).host} (`);
  });

  test('a server that takes no more of a request ends at the idle deadline', async () => {
    const server = net.createServer((socket) => {
      socket.pause();
      closing.push(() => socket.destroy());
    });
    const port = await listening(server);
    const body = Buffer.alloc(64 * 1024 * 1024);
    const error = await failure(ask(`http://127.0.0.1:${port}`, { method: 'PUT', body }, shortIdle));
    expect(error).toMatchObject({
      sent: true,
      message: `127.0.0.1:${port} took nothing more of the request for 0.15 s`,
    });
  });

  test('a connection that the server closed while it was idle: perhaps sent', async () => {
    const server = net.createServer((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
        socket.once('data', () => socket.resetAndDestroy());
      });
    });
    const port = await listening(server);
    const agents = createAgents();
    closing.push(() => {
      agents.http.destroy();
    });
    const request = { method: 'GET', url: new URL(`http://127.0.0.1:${port}`), signal: new AbortController().signal };
    expect((await send(request, agents)).body).toBe('ok');
    await new Promise(setImmediate); // the agent takes the socket back one turn after the answer
    expect(await failure(send(request, agents))).toMatchObject({ sent: true });
  });
});

describe('an answer', () => {
  test('chunks are joined', async () => {
    const { origin } = await misbehaving(scripts.chunked);
    expect(await ask(origin)).toMatchObject({ status: 200, body: 'halfhalf' });
  });

  test.each([301, 302, 303, 307, 308])('%d is an answer, nothing goes to the other host [T-19]', async (status) => {
    const other = await misbehaving(answers(200));
    const { origin } = await misbehaving(answers(status, { location: other.origin }));
    const headers = { authorization: 'Bearer token' };
    expect(await ask(origin, { headers })).toMatchObject({ status, headers: { location: other.origin } });
    expect(other.connections()).toBe(0);
  });

  test('error statuses are answers', async () => {
    const { origin } = await misbehaving(answers(503, { 'retry-after': '7' }, 'busy'));
    expect(await ask(origin)).toMatchObject({ status: 503, body: 'busy', headers: { 'retry-after': '7' } });
  });

  test('a body beyond the limit is given up, not stored', async () => {
    const { origin } = await misbehaving(scripts.hugeBody);
    const error = await failure(ask(origin, { limit: 100_000 }));
    expect(error).toMatchObject({
      sent: true,
      message: `the answer of ${new URL(origin).host} is larger than 100000 bytes`,
    });
  });

  test('an answer that comes before the request was read counts', async () => {
    const { origin } = await misbehaving(scripts.refuseEarly);
    const outcome = await ask(origin, { method: 'PUT', body: Buffer.alloc(20_000_000) }).catch(
      (error: unknown) => error,
    );
    // The kernel may drop the answer when the rest of the request is reset: then it is a failure, never a hang.
    if (outcome instanceof Error) expect(outcome).toMatchObject({ sent: true });
    else expect(outcome).toMatchObject({ status: 413, body: 'no' });
  });

  test.each<[string, () => NonNullable<HttpRequest['body']>, number, http.OutgoingHttpHeaders]>([
    ['text', () => 'grüße', 7, {}],
    ['bytes', () => Buffer.alloc(1_000_000, 7), 1_000_000, {}],
    ['a stream', () => Readable.from([Buffer.alloc(5), Buffer.alloc(6)]), 11, { 'content-length': 11 }],
  ])('a request with %s arrives whole and with its length', async (_, body, length, headers) => {
    const server = http.createServer((request, response) => {
      let size = 0;
      request.on('data', (chunk: Buffer) => {
        size += chunk.length;
      });
      request.on('end', () => response.end(`${request.headers['content-length'] ?? ''} ${size}`));
    });
    const port = await listening(server);
    const answer = await ask(`http://127.0.0.1:${port}`, { method: 'PUT', body: body(), headers });
    expect(answer.body).toBe(`${length} ${length}`);
  });

  test('connections are kept and used again', async () => {
    const ports = new Set<number | undefined>();
    const server = http.createServer((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('ok');
    });
    const port = await listening(server);
    const agents = createAgents();
    closing.push(() => {
      agents.http.destroy();
    });
    for (let count = 0; count < 5; count++) {
      await send(
        { method: 'GET', url: new URL(`http://127.0.0.1:${port}`), signal: new AbortController().signal },
        agents,
      );
      await new Promise(setImmediate);
    }
    expect(ports.size).toBe(1);
  });
});

describe('abort', () => {
  test('throws the reason, before and during a request', async () => {
    const { origin } = await misbehaving(scripts.hang);
    const controller = new AbortController();
    const reason = new Error('cancelled');
    const pending = ask(origin, { signal: controller.signal });
    setImmediate(() => {
      controller.abort(reason);
    });
    await expect(pending).rejects.toBe(reason);
    await expect(ask(origin, { signal: controller.signal })).rejects.toBe(reason);
  });

  test('a stream that breaks is the error, not a failure of the server', async () => {
    const { origin } = await misbehaving(scripts.hang);
    const broken = new Error('file changed');
    const body = Readable.from(
      (function* () {
        yield Buffer.alloc(10);
        throw broken;
      })(),
    );
    await expect(ask(origin, { method: 'PUT', body, headers: { 'content-length': 20 } })).rejects.toBe(broken);
  });
});

describe('TLS and proxies [T-20]', () => {
  let folder = '';
  const certificate = (): { key: Buffer; cert: Buffer } => ({
    key: readFileSync(join(folder, 'key')),
    cert: readFileSync(join(folder, 'cert')),
  });
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tls-'));
    const request = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
    ];
    const name = ['-subj', '/CN=loopback', '-addext', 'subjectAltName=IP:127.0.0.1'];
    execFileSync('openssl', [...request, ...name, '-keyout', join(folder, 'key'), '-out', join(folder, 'cert')], {
      stdio: 'ignore',
    });
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** Runs `send` in a process of its own, as Node reads these variables for the whole process. */
  async function childAnswer(url: string, env: Record<string, string>): Promise<string> {
    const code = `
      const { createAgents } = await import(${JSON.stringify(new URL('../../src/http/agents.ts', import.meta.url).href)});
      const { send } = await import(${JSON.stringify(new URL('../../src/http/request.ts', import.meta.url).href)});
      const within = { connect: 2000, headers: 5000, bodyIdle: 5000 };
      const request = { method: 'GET', url: new URL(${JSON.stringify(url)}), signal: new AbortController().signal };
      const text = await send(request, createAgents(), within).then((answer) => answer.body, (error) => error.sent + ' ' + error.message);
      process.stdout.write(text);
      process.exit();`;
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], {
      env: { PATH: process.env['PATH'], ...env },
    });
    return (await run).stdout;
  }

  async function secureServer(): Promise<number> {
    return listening(
      https.createServer(certificate(), (_, response) => {
        response.end('ok');
      }),
    );
  }

  test('a certificate that nobody vouches for is refused', async () => {
    const port = await secureServer();
    const error = await failure(ask(`https://127.0.0.1:${port}/?sig=secret`));
    expect(error.sent).toBe(false);
    expect(error.message).toMatch(
      new RegExp(`^127\\.0\\.0\\.1:${port}: certificate not trusted: self-signed certificate`),
    );
  });

  test('NODE_TLS_REJECT_UNAUTHORIZED=0 does not change that', async () => {
    const port = await secureServer();
    const text = await childAnswer(`https://127.0.0.1:${port}`, { NODE_TLS_REJECT_UNAUTHORIZED: '0' });
    expect(text).toContain('false 127.0.0.1:');
    expect(text).toContain('certificate not trusted');
  });

  test('NODE_EXTRA_CA_CERTS is honoured', async () => {
    const port = await secureServer();
    expect(await childAnswer(`https://127.0.0.1:${port}`, { NODE_EXTRA_CA_CERTS: join(folder, 'cert') })).toBe('ok');
  });

  test('HTTPS_PROXY is honoured', async () => {
    const port = await secureServer();
    const asked: string[] = [];
    const proxy = http.createServer();
    proxy.on('connect', (request, client: net.Socket) => {
      asked.push(request.url ?? '');
      const upstream = net.connect(port, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        client.pipe(upstream).pipe(client);
      });
      client.on('error', () => upstream.destroy());
      upstream.on('error', () => client.destroy());
    });
    const proxyPort = await listening(proxy);
    const env = { HTTPS_PROXY: `http://127.0.0.1:${proxyPort}`, NODE_EXTRA_CA_CERTS: join(folder, 'cert') };
    expect(await childAnswer(`https://127.0.0.1:${port}`, env)).toBe('ok');
    expect(asked).toEqual([`127.0.0.1:${port}`]);
    // Nothing has passed the proxy's refusal: provably unsent.
    proxy.removeAllListeners('connect');
    proxy.on('connect', (_, client: net.Socket) => client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'));
    expect(await childAnswer(`https://127.0.0.1:${port}`, env)).toMatch(/^false no connection to 127\.0\.0\.1:\d+ \(/);
  });
});
