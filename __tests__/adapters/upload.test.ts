import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createAgents } from '../../src/http/agents.ts';
import { uploadBundle, type Upload, type UploadOptions } from '../../src/astro/upload.ts';
import { ApiError, UserError } from '../../src/core/errors.ts';
import { startAzurite, type Azurite } from '../parts/azurite.ts';
import {
  answers,
  scripts,
  startMisbehavingServer,
  type MisbehavingServer,
  type Script,
} from '../parts/misbehaving-server.ts';

const agents = createAgents();
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
afterAll(() => {
  agents.http.destroy();
  agents.https.destroy();
});

const block = 4 * 1024 * 1024;

/** In pieces that fit no block. */
function streamOf(content: Buffer): Readable {
  return Readable.from(
    (function* () {
      for (let from = 0; from < content.length; from += 100_001) yield content.subarray(from, from + 100_001);
    })(),
  );
}

async function upload(content: Buffer | Readable, url: string, more: Partial<UploadOptions> = {}): Promise<Upload> {
  const stream = Buffer.isBuffer(content) ? streamOf(content) : content;
  const options = {
    agents,
    signal: new AbortController().signal,
    secrets: () => undefined,
    allowLoopbackHttp: true,
    remaining: () => 60_000,
    debug: () => undefined,
    pause: () => Promise.resolve(),
  };
  return uploadBundle(stream, url, { ...options, ...more });
}

async function refusal(work: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  if (!(error instanceof ApiError)) throw new Error('no ApiError', { cause: error });
  expect(error.applied).toBe('no');
  // Neither the address nor its signature, in no form that an error is shown in.
  expect(`${error.message} ${error.stack ?? ''} ${JSON.stringify(error)} ${String(error.cause)}`).not.toMatch(
    /sig=|sig%3D|secret|\/c\/b/,
  );
  return error;
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

const version = { 'x-ms-version-id': 'v1' };

async function misbehaving(...script: Script[]): Promise<MisbehavingServer & { url: string }> {
  const server = await startMisbehavingServer(...script);
  closing.push(server.close);
  return { ...server, url: `${server.origin}/c/b?sv=2021&sig=secret%2Bsignature%3D` };
}

describe('Azurite', () => {
  let azurite: Azurite;
  beforeAll(async () => {
    azurite = await startAzurite();
  });
  afterAll(() => azurite.close());

  test.each<[string, number, string[]]>([
    ['nothing', 0, ['']],
    ['a small archive', 10_000, ['']],
    ['exactly one block', block, ['']],
    ['one byte more', block + 1, ['block', 'block', 'blocklist']],
    ['exactly two blocks', 2 * block, ['block', 'block', 'blocklist']],
    ['more blocks than are in flight', 6 * block + 12_345, [...Array<string>(7).fill('block'), 'blocklist']],
  ])('%s arrives as it is', async (name, size, requests) => {
    const content = randomBytes(size);
    const before = azurite.requests.length;
    const result = await upload(content, azurite.uploadUrl(name.replaceAll(' ', '-')));
    const sent = azurite.requests.slice(before);
    expect(sent.map(({ comp }) => comp)).toEqual(requests);
    expect(result).toEqual({
      version: expect.stringMatching(/^2024-01-12T18:32:20\.\d{7}Z$/),
      bytes: size,
      sha256: sha256(content),
    });
    expect(sha256(await azurite.read(name.replaceAll(' ', '-')))).toBe(sha256(content));
    for (const { method, headers } of sent) {
      expect(method).toBe('PUT');
      expect(headers).toMatchObject({ 'x-ms-version': '2021-08-06', 'content-length': expect.any(String) });
      expect(headers).not.toHaveProperty('authorization');
    }
    expect(sent[0]?.headers).toMatchObject({
      'content-type': 'application/gzip',
      ...(size <= block && { 'x-ms-blob-type': 'BlockBlob' }),
    });
  });

  test('two uploads to one address: the second version is the last', async () => {
    const url = azurite.uploadUrl('again');
    const first = await upload(Buffer.from('first'), url);
    const second = await upload(Buffer.from('second'), url);
    expect(second.version > first.version).toBe(true);
    expect((await azurite.read('again')).toString()).toBe('second');
  });

  test.each<[string, { minutes?: number; permissions?: string; key?: string }, string]>([
    ['an address that has expired [R-27]', { minutes: -5 }, 'AuthorizationFailure'],
    ['a wrong signature', { key: Buffer.alloc(64).toString('base64') }, 'AuthorizationFailure'],
    ['an address for reading', { permissions: 'r' }, 'AuthorizationPermissionMismatch'],
  ])('%s is refused, with advice', async (_, how, code) => {
    for (const size of [10, block + 1]) {
      const url = azurite.uploadUrl('refused', how);
      const error = await refusal(upload(randomBytes(size), url));
      expect(error).toMatchObject({
        status: 403,
        method: 'PUT',
        path: new URL(url).host,
        requestId: expect.any(String),
      });
      expect(error.message).toBe(
        `The DAGs could not be uploaded: ${new URL(url).host} answered 403 (${code}). No code was deployed. The upload address that Astro gave has expired, or the clock of this machine is wrong: run the job again.`,
      );
    }
  });
});

describe('a storage that fails [R-27]', () => {
  test.each<[string, Script[], number]>([
    ['reset', [scripts.reset], 2],
    ['closed without an answer', [scripts.closeWithoutAnswer], 2],
    ['reset in the middle of the answer', [scripts.resetInBody], 2],
    ['408', [answers(408)], 2],
    ['429 three times', [answers(429), answers(429), answers(429)], 4],
    ['500, 502, 503', [answers(500), answers(502), answers(503)], 4],
    ['429 that asks to wait no time', [answers(429, { 'retry-after': '0' })], 2],
  ])('%s: sent again, the whole of it', async (_, bad, connections) => {
    const server = await misbehaving(...bad, answers(201, version));
    expect(await upload(Buffer.from('content'), server.url)).toEqual({
      version: 'v1',
      bytes: 7,
      sha256: sha256(Buffer.from('content')),
    });
    expect(server.connections()).toBe(connections);
  });

  test('Retry-After is waited for', async () => {
    const server = await misbehaving(answers(503, { 'retry-after': '9' }), answers(201, version));
    const pauses: number[] = [];
    await upload(Buffer.from('content'), server.url, {
      pause: (milliseconds) => {
        pauses.push(milliseconds);
        return Promise.resolve();
      },
    });
    expect(pauses).toEqual([9_000]);
  });

  test('a Retry-After that goes beyond `wait-time` ends the upload at once', async () => {
    const server = await misbehaving(answers(429, { 'retry-after': '3600' }), answers(201, version));
    const error = await refusal(upload(Buffer.from('content'), server.url));
    expect(error).toMatchObject({ status: 429, outOfTime: true });
    expect(error.message).toMatch(/No code was deployed\. .*It asks to wait 3600 s, and `wait-time` leaves 60 s/);
    expect(server.connections()).toBe(1);
  });

  test.each<[string, Script, number, RegExp]>([
    [
      'reset for ever',
      scripts.reset,
      0,
      /^The DAGs could not be uploaded: 127\.0\.0\.1:\d+ closed the connection without an answer \(ECONNRESET\)\. No code was deployed\. It was tried 4 times\. .*then run the job again\.$/,
    ],
    [
      '503 for ever',
      answers(503, { 'x-ms-error-code': 'ServerBusy' }),
      503,
      /^The DAGs could not be uploaded: 127\.0\.0\.1:\d+ answered 503 \(ServerBusy\)\. No code was deployed\. It was tried 4 times\. Run the job again\.$/,
    ],
  ])('%s: given up after three repetitions', async (_, script, status, message) => {
    const server = await misbehaving(script);
    const error = await refusal(upload(Buffer.from('content'), server.url));
    expect(error.status).toBe(status);
    expect(error.message).toMatch(message);
    expect(server.connections()).toBe(4);
  });

  test.each([400, 401, 403, 404, 409, 412])('%d is final', async (status) => {
    const server = await misbehaving(answers(status, {}, '<Error><Code>Some::Code</Code></Error>'));
    const error = await refusal(upload(Buffer.from('content'), server.url));
    expect(error.message).toContain(`answered ${status} (Some::Code).`);
    expect(server.connections()).toBe(1);
  });

  test.each([301, 302, 307, 308])('%d is not followed [T-19]', async (status) => {
    const other = await misbehaving(answers(201, version));
    const server = await misbehaving(answers(status, { location: other.url }));
    const error = await refusal(upload(Buffer.from('content'), server.url));
    expect(error.message).toContain(
      `answered ${status}. No code was deployed. It redirects elsewhere, which is not followed`,
    );
    expect(other.connections()).toBe(0);
  });

  test.each<[string, Record<string, string>]>([
    ['none', {}],
    ['an empty one', { 'x-ms-version-id': '' }],
  ])('a success with a version id that is %s has failed', async (_, headers) => {
    const server = await misbehaving(answers(201, headers));
    const error = await refusal(upload(Buffer.from('content'), server.url));
    expect(error.message).toContain('the upload has no version id');
  });

  test('one block that is refused for ever ends the upload and the reading', async () => {
    const server = http.createServer((request, response) => {
      request
        .resume()
        .on('end', () =>
          response.writeHead(request.url?.includes(encodeURIComponent(btoa('000001'))) ? 403 : 201).end(),
        );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
    let pulled = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) {
          pulled++;
          yield Buffer.alloc(1024 * 1024);
        }
      })(),
    );
    const error = await refusal(
      upload(endless, `http://127.0.0.1:${(server.address() as AddressInfo).port}/c/b?sig=secret`),
    );
    expect(error.status).toBe(403);
    expect(endless.destroyed).toBe(true);
    expect(pulled).toBeLessThan(100);
  });

  test('an archive that breaks is the error, and nothing is committed', async () => {
    const seen: string[] = [];
    const server = http.createServer((request, response) => {
      seen.push(new URL(request.url ?? '', 'http://x').searchParams.get('comp') ?? '');
      request.resume().on('end', () => response.writeHead(201, version).end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
    const broken = new UserError('dags/x.py was changed');
    for (const size of [10, 3 * block + 10]) {
      const stream = Readable.from(
        (function* () {
          yield Buffer.alloc(size);
          throw broken;
        })(),
      );
      await expect(
        upload(stream, `http://127.0.0.1:${(server.address() as AddressInfo).port}/c/b?sig=secret`),
      ).rejects.toBe(broken);
    }
    expect(new Set(seen)).not.toContain('blocklist');
    expect(new Set(seen)).not.toContain('');
  });

  test('an abort ends it with the reason, at every stage', async () => {
    const server = await misbehaving(scripts.hang);
    const reason = new Error('cancelled');
    const late = new AbortController();
    const pending = upload(Buffer.alloc(block + 1), server.url, { signal: late.signal });
    setImmediate(() => {
      late.abort(reason);
    });
    await expect(pending).rejects.toBe(reason);
    await expect(upload(Buffer.alloc(1), server.url, { signal: late.signal })).rejects.toBe(reason);
    const stalled = new AbortController();
    const waiting = upload(new Readable({ read: () => undefined }), server.url, { signal: stalled.signal });
    setImmediate(() => {
      stalled.abort(reason);
    });
    await expect(waiting).rejects.toBe(reason);
  });
});

describe('the address [T-19]', () => {
  test.each<[string, boolean, string]>([
    ['http://storage.example/c/b?sig=secret', true, 'it is not https'],
    ['http://127.0.0.1:1/c/b?sig=secret', false, 'it is not https'],
    ['http://127.0.0.1.example/c/b?sig=secret', true, 'it is not https'],
    ['http://localhost.example/c/b?sig=secret', true, 'it is not https'],
    ['http://127.0.0.1@storage.example/c/b?sig=secret', true, 'it holds a user name'],
    ['https://user:secret@127.0.0.1:1/c/b', true, 'it holds a user name'],
    ['ftp://127.0.0.1/c/b?sig=secret', true, 'it is not https'],
    ['file:///c/b?sig=secret', true, 'it is not https'],
    ['//127.0.0.1/c/b?sig=secret', true, 'it is no URL'],
    ['', true, 'it is no URL'],
  ])('%s (loopback %j) is refused: %s', async (url, allowLoopbackHttp, why) => {
    const error = await refusal(upload(Buffer.from('x'), url, { allowLoopbackHttp }));
    expect(error.message).toMatch(`Astro gave an upload address that is not used: ${why}. Check \`astro-api-url\``);
  });

  test.each(['127.0.0.1', 'localhost', '[::1]', '127.9.9.9'])(
    'http on %s is tried where it is allowed',
    async (host) => {
      // Port 9 of this machine answers nobody: what matters is that the address was taken.
      const error = await refusal(upload(Buffer.from('x'), `http://${host}:9/c/b?sig=secret`));
      expect(error.message).toContain('refused the connection');
    },
  );

  test('address and signature are made known as secrets before the first request', async () => {
    const server = await misbehaving(answers(201, version));
    const masked: string[] = [];
    await upload(Buffer.from('x'), server.url, {
      secrets: (value) => {
        masked.push(value);
        expect(server.connections()).toBe(0);
      },
    });
    expect(masked).toEqual([server.url, 'secret+signature=']);
  });

  test('the signed query is sent as it was given', async () => {
    const urls: string[] = [];
    const server = http.createServer((request, response) => {
      urls.push(request.url ?? '');
      request.resume().on('end', () => response.writeHead(201, version).end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
    const given = '/c/a%20b+c~d?sv=2021&se=2024-01-12T18%3a32%3a20Z&sig=a%2Bb%2fc%3D&x=y+z%20~';
    await upload(Buffer.alloc(block + 1), `http://127.0.0.1:${(server.address() as AddressInfo).port}${given}`);
    expect(urls).toEqual([
      `${given}&comp=block&blockid=MDAwMDAw`,
      `${given}&comp=block&blockid=MDAwMDAx`,
      `${given}&comp=blocklist`,
    ]);
  });
});

/** The sources as JavaScript: a process that strips types itself begins with 40 MB more than the Action. */
function compiled(): string {
  const project = fileURLToPath(new URL('../..', import.meta.url));
  const folder = fs.mkdtempSync(join(tmpdir(), 'compiled-'));
  closing.push(() => {
    fs.rmSync(folder, { recursive: true });
  });
  fs.writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  fs.symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'));
  const source = join(project, 'src');
  for (const file of fs
    .readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))) {
    const script = stripTypeScriptTypes(fs.readFileSync(join(source, file), 'utf8'));
    fs.mkdirSync(join(folder, dirname(file)), { recursive: true });
    fs.writeFileSync(join(folder, file.replace(/ts$/, 'js')), script.replace(/(from '\.[^']*)\.ts'/g, "$1.js'"));
  }
  return folder;
}

describe('memory', () => {
  test('300 MB that do not compress take less than 150 MB, from the folder to the storage', async () => {
    const folder = fs.mkdtempSync(join(tmpdir(), 'large-'));
    closing.push(() => {
      fs.rmSync(folder, { recursive: true });
    });
    const megabyte = randomBytes(1024 * 1024);
    const file = fs.openSync(join(folder, 'large.zip'), 'w');
    for (let count = 0; count < 250; count++) fs.writeSync(file, megabyte);
    fs.closeSync(file);
    for (let count = 0; count < 2500; count++) fs.writeFileSync(join(folder, `${count}.py`), randomBytes(20_000));
    let received = 0;
    const server = http.createServer((request, response) => {
      request
        .on('data', (chunk: Buffer) => {
          received += chunk.length;
        })
        .on('end', () => response.writeHead(201, version).end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
    const source = compiled();
    const from = (file: string): string => JSON.stringify(pathToFileURL(join(source, file)).href);
    // Not resourceUsage().maxRSS: Linux begins that with what the parent had at the time of exec.
    const code = `
      import { readFileSync } from 'node:fs';
      import { packBundle } from ${from('astro/archive.js')};
      import { collectBundle } from ${from('astro/bundle.js')};
      import { createAgents } from ${from('http/agents.js')};
      import { uploadBundle } from ${from('astro/upload.js')};
      const bundle = collectBundle(process.argv[1], { prefix: 'dags', refuseOutsideLinks: true, allowEmpty: false });
      const options = { agents: createAgents(), signal: new AbortController().signal, secrets() {}, allowLoopbackHttp: true, remaining: () => Infinity, debug() {} };
      const { bytes } = await uploadBundle(packBundle(bundle, new Date(0)), process.argv[2], options);
      process.stdout.write(JSON.stringify({ bytes, peak: Number(/VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024 }));
      process.exit();`;
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/c/b?sig=secret`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code, folder, url], {
      env: { PATH: process.env['PATH'] },
    });
    const { bytes, peak } = JSON.parse(stdout) as { bytes: number; peak: number };
    expect(bytes).toBeGreaterThan(290_000_000);
    expect(received).toBeGreaterThan(bytes);
    expect(peak).toBeLessThan(150);
  });
});
