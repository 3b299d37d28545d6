import type { ServerResponse } from 'node:http';
import { createGunzip } from 'node:zlib';
import { Readable } from 'node:stream';
import { extract } from 'tar-stream';
import type { Astro, StoredDeploy } from './state.ts';
import type { Exchange } from './wire.ts';

/** One entry of an archive that was uploaded. */
export interface ArchiveEntry {
  readonly name: string;
  readonly type: string;
  readonly text: string;
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml', 'x-ms-error-code': code });
  response.end(`<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}

/** Serves the address that a deploy's archive is put to, as Azure Blob Storage does: in one piece or in blocks. */
export function upload(astro: Astro, { request, response, url, body }: Exchange, version: () => string): void {
  const id = url.pathname.split('/')[2] ?? '';
  const deploys = [...astro.deployments.values()].flatMap((stored) => stored.deploys);
  const entry = deploys.find(({ deploy }) => deploy.id === id);
  if (
    !entry ||
    url.searchParams.get('sig') !== entry.signature ||
    Date.parse(url.searchParams.get('se') ?? '') < astro.now()
  ) {
    refuse(response, 403, 'AuthenticationFailed');
    return;
  }
  if (request.method !== 'PUT') {
    refuse(response, 405, 'UnsupportedHttpVerb');
    return;
  }
  if (request.headers['content-length'] === undefined) {
    refuse(response, 411, 'MissingContentLengthHeader');
    return;
  }
  const part = url.searchParams.get('comp');
  if (part === 'block') {
    entry.blocks.set(url.searchParams.get('blockid') ?? '', body);
    response.writeHead(201).end();
    return;
  }
  const whole = part === 'blocklist' ? assemble(entry, body.toString('utf8')) : body;
  if (part !== 'blocklist' && request.headers['x-ms-blob-type'] !== 'BlockBlob') {
    refuse(response, 400, 'MissingRequiredHeader');
    return;
  }
  if (!whole) {
    refuse(response, 400, 'InvalidBlockList');
    return;
  }
  const made = version();
  entry.uploads.set(made, whole);
  response.writeHead(201, { 'x-ms-version-id': made }).end();
}

function assemble(entry: StoredDeploy, list: string): Buffer | undefined {
  const ids = Array.from(list.matchAll(/<(?:Latest|Uncommitted)>([^<]+)</g), ([, id = '']) => id);
  const blocks = ids.map((id) => entry.blocks.get(id));
  return blocks.every((block) => block !== undefined) ? Buffer.concat(blocks) : undefined;
}

/** Reads a tar.gz. */
export async function readArchive(archive: Buffer): Promise<ArchiveEntry[]> {
  const entries: ArchiveEntry[] = [];
  const reader = extract();
  Readable.from([archive]).pipe(createGunzip()).pipe(reader);
  for await (const entry of reader) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk);
    const { name, type, linkname } = entry.header;
    entries.push({
      name,
      type: type ?? 'file',
      text: type === 'symlink' ? (linkname ?? '') : Buffer.concat(chunks).toString('utf8'),
    });
  }
  return entries;
}
