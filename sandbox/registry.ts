import { createHash, randomUUID } from 'node:crypto';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A registry for images on loopback, just enough for `docker push`: no other program has to be installed. */
export interface Registry {
  readonly host: string;
  readonly has: (repository: string, tag: string) => boolean;
  /** A label of an image; of the first one where a tag stands for several. */
  readonly label: (repository: string, tag: string, name: string) => string | undefined;
  /** `repository:tag` of everything that was pushed. */
  readonly images: () => string[];
  readonly close: () => Promise<void>;
}

interface Store {
  readonly blobs: Map<string, Buffer>;
  readonly uploads: Map<string, Buffer[]>;
  readonly manifests: Map<string, { readonly bytes: Buffer; readonly type: string }>;
  readonly tags: Map<string, string>;
}

const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** Starts the registry; user `cli` logs in with a token that `accepts` takes (OCI distribution specification 1.1). */
export async function startRegistry(
  accepts: (token: string) => boolean,
  { host = '127.0.0.1', port = 0 }: { readonly host?: string | undefined; readonly port?: number | undefined } = {},
): Promise<Registry> {
  const store: Store = { blobs: new Map(), uploads: new Map(), manifests: new Map(), tags: new Map() };
  const server = http.createServer((request, response) => {
    void answer(store, accepts, request, response).catch(() => response.writeHead(500).end());
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  return {
    host: `${host}:${String((server.address() as AddressInfo).port)}`,
    has: (repository, tag) => store.tags.has(`${repository}:${tag}`),
    label: (repository, tag, name) => labelOf(store, store.tags.get(`${repository}:${tag}`), name),
    images: () => [...store.tags.keys()],
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Reads a label out of the configuration that a manifest names, or the first manifest of an index. */
function labelOf(store: Store, digest: string | undefined, name: string): string | undefined {
  const manifest = read(store.manifests.get(digest ?? '')?.bytes) as
    | { readonly config?: { readonly digest: string }; readonly manifests?: readonly { readonly digest: string }[] }
    | undefined;
  const [first] = manifest?.manifests ?? [];
  if (first) return labelOf(store, first.digest, name);
  const config = read(store.blobs.get(manifest?.config?.digest ?? '')) as
    { readonly config?: { readonly Labels?: Readonly<Record<string, string>> | null } } | undefined;
  return config?.config?.Labels?.[name];
}

const read = (bytes: Buffer | undefined): unknown => (bytes ? JSON.parse(bytes.toString('utf8')) : undefined);

/** A request to the registry, with how it is answered. */
interface Call {
  readonly store: Store;
  readonly method: string | undefined;
  readonly url: URL;
  readonly body: Buffer;
  readonly type: string;
  readonly send: (status: number, headers?: Record<string, string | number>, text?: Buffer | string) => void;
}

async function answer(
  store: Store,
  accepts: (token: string) => boolean,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await buffer(request);
  const url = new URL(request.url ?? '/', 'http://registry');
  const send: Call['send'] = (status, headers = {}, text = '') => {
    response.writeHead(status, {
      'docker-distribution-api-version': 'registry/2.0',
      'content-length': text.length,
      ...headers,
    });
    response.end(request.method === 'HEAD' ? undefined : text);
  };
  const [user, password = ''] = Buffer.from((request.headers.authorization ?? '').replace(/^Basic /, ''), 'base64')
    .toString('utf8')
    .split(/:(.*)/s);
  if (user !== 'cli' || !accepts(password)) {
    send(
      401,
      { 'www-authenticate': 'Basic realm="sandbox"' },
      '{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}',
    );
    return;
  }
  const call: Call = { store, method: request.method, url, body, type: request.headers['content-type'] ?? '', send };
  if (url.pathname === '/v2/') send(200);
  else if (!answerBlob(call) && !answerUpload(call) && !answerManifest(call)) send(404);
}

function answerBlob({ store, url, send }: Call): boolean {
  const [, , digest] = /^\/v2\/(.+)\/blobs\/(sha256:[0-9a-f]{64})$/.exec(url.pathname) ?? [];
  if (digest === undefined) return false;
  const found = store.blobs.get(digest);
  if (found) send(200, { 'content-length': found.length, 'docker-content-digest': digest }, found);
  else send(404);
  return true;
}

function answerUpload({ store, method, url, body, send }: Call): boolean {
  const begin = /^\/v2\/(.+)\/blobs\/uploads\/?$/.exec(url.pathname);
  if (begin && method === 'POST') {
    const id = randomUUID();
    store.uploads.set(id, []);
    send(202, { location: `/v2/${begin[1] ?? ''}/blobs/uploads/${id}`, range: '0-0' });
    return true;
  }
  const going = /^\/v2\/(.+)\/blobs\/uploads\/([0-9a-f-]{36})$/.exec(url.pathname);
  const parts = store.uploads.get(going?.[2] ?? '');
  if (!going || !parts) return false;
  if (body.length > 0) parts.push(body);
  const bytes = Buffer.concat(parts);
  if (method === 'PATCH') {
    send(202, { location: url.pathname, range: `0-${String(Math.max(0, bytes.length - 1))}` });
    return true;
  }
  const digest = digestOf(bytes);
  if (digest !== url.searchParams.get('digest')) {
    send(400, {}, '{"errors":[{"code":"DIGEST_INVALID"}]}');
    return true;
  }
  store.blobs.set(digest, bytes);
  store.uploads.delete(going[2] ?? '');
  send(201, { location: `/v2/${going[1] ?? ''}/blobs/${digest}`, 'docker-content-digest': digest });
  return true;
}

function answerManifest({ store, method, url, body, type, send }: Call): boolean {
  const manifest = /^\/v2\/(.+)\/manifests\/([^/]+)$/.exec(url.pathname);
  if (!manifest) return false;
  const [, repository = '', reference = ''] = manifest;
  if (method === 'PUT') {
    const digest = digestOf(body);
    store.manifests.set(digest, { bytes: body, type });
    if (!reference.startsWith('sha256:')) store.tags.set(`${repository}:${reference}`, digest);
    send(201, { location: `/v2/${repository}/manifests/${digest}`, 'docker-content-digest': digest });
    return true;
  }
  const digest = reference.startsWith('sha256:') ? reference : (store.tags.get(`${repository}:${reference}`) ?? '');
  const found = store.manifests.get(digest);
  if (found) {
    const headers = { 'content-type': found.type, 'content-length': found.bytes.length };
    send(200, { ...headers, 'docker-content-digest': digest }, found.bytes);
  } else send(404, {}, '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
  return true;
}
