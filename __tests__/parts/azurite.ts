import { createHmac } from 'node:crypto';
import type { Server, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';

/** Azurite, Microsoft's own stand-in for Azure Blob Storage, in this process. */
export interface Azurite {
  /** A blob address as Astro hands it out: signed for one blob. `minutes` until it expires, negative when it has. */
  readonly uploadUrl: (blob: string, how?: { minutes?: number; permissions?: string; key?: string }) => string;
  readonly read: (blob: string) => Promise<Buffer>;
  /** Method and query member `comp` of each request so far, and its headers. */
  readonly requests: readonly { method: string; comp: string; headers: Readonly<Record<string, unknown>> }[];
  readonly close: () => Promise<void>;
}

// The account that every Azurite has (learn.microsoft.com, "Use the Azurite emulator").
const account = 'devstoreaccount1';
const accountKey = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';
const container = 'bundles';
const version = '2021-08-06';

/** Starts it on a free loopback port with its blobs in memory. */
export async function startAzurite(): Promise<Azurite> {
  const require = createRequire(import.meta.url);
  type Part = Record<
    string,
    new (...of: unknown[]) => { start(): Promise<void>; close(): Promise<void>; httpServer: Server }
  >;
  const part = (path: string): Part => require(`azurite/dist/src/${path}`) as Part;
  const BlobServer = part('blob/BlobServer')['default'];
  const Configuration = part('blob/BlobConfiguration')['default'];
  const Memory = part('common/persistence/MemoryExtentStore')['MemoryExtentChunkStore'];
  if (!BlobServer || !Configuration || !Memory) throw new Error('azurite: another version than the pinned one');
  const none = undefined;
  const server = new BlobServer(
    // host, port, keep-alive seconds … in memory, no telemetry: the order of azurite 3.37.0.
    new Configuration(
      '127.0.0.1',
      0,
      5,
      none,
      none,
      none,
      false,
      none,
      false,
      none,
      false,
      true,
      '',
      '',
      '',
      none,
      false,
      true,
      new Memory(4 * 2 ** 30),
    ),
  );
  const requests: { method: string; comp: string; headers: Readonly<Record<string, unknown>> }[] = [];
  let versions = 0;
  server.httpServer.prependListener('request', (request, response: ServerResponse) => {
    const comp = new URL(request.url ?? '/', 'http://azurite').searchParams.get('comp') ?? '';
    requests.push({ method: request.method ?? '', comp, headers: request.headers });
    // Azurite keeps no versions; Azure names one with each success that writes a blob, not with a block.
    const writeHead = response.writeHead.bind(response) as (status: number, ...rest: unknown[]) => ServerResponse;
    response.writeHead = (status: number, ...rest: unknown[]): ServerResponse => {
      if (status === 201 && comp !== 'block')
        response.setHeader('x-ms-version-id', `2024-01-12T18:32:20.${String(++versions).padStart(7, '0')}Z`);
      return writeHead(status, ...rest);
    };
  });
  await server.start();
  const origin = `http://127.0.0.1:${(server.httpServer.address() as AddressInfo).port}`;

  const uploadUrl: Azurite['uploadUrl'] = (blob, { minutes = 10, permissions = 'cw', key = accountKey } = {}) => {
    const expiry = iso(minutes);
    const fields = [
      permissions,
      '',
      expiry,
      `/blob/${account}/${container}/${blob}`,
      '',
      '',
      '',
      version,
      'b',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
    ];
    const query = new URLSearchParams({
      sv: version,
      sr: 'b',
      sp: permissions,
      se: expiry,
      sig: sign(fields.join('\n'), key),
    });
    return `${origin}/${account}/${container}/${blob}?${query.toString()}`;
  };
  const expiry = iso(10);
  const accountFields = [account, 'rwdlac', 'b', 'sco', '', expiry, '', '', version, '', ''];
  const accountQuery = new URLSearchParams({
    sv: version,
    ss: 'b',
    srt: 'sco',
    sp: 'rwdlac',
    se: expiry,
    sig: sign(accountFields.join('\n'), accountKey),
  });
  const created = await fetch(`${origin}/${account}/${container}?restype=container&${accountQuery.toString()}`, {
    method: 'PUT',
  });
  if (created.status !== 201) throw new Error(`azurite: no container, ${created.status}`);
  requests.length = 0;

  return {
    uploadUrl,
    requests,
    read: async (blob) => {
      const answer = await fetch(uploadUrl(blob, { permissions: 'r' }));
      if (answer.status !== 200) throw new Error(`azurite: no blob ${blob}, ${answer.status}`);
      return Buffer.from(await answer.arrayBuffer());
    },
    close: () => server.close(),
  };
}

function iso(minutes: number): string {
  return new Date(Date.now() + minutes * 60_000).toISOString().replace(/\.\d+Z$/, 'Z');
}

function sign(text: string, key: string): string {
  return createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64');
}
