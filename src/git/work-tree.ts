import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { eachChunk } from '../runner/workspace-files.ts';
import type { CheckedOut } from './checkout.ts';
import { gitRemote } from './run.ts';

/** A path that the commit and the working tree seem to have differently: modes, and the id in the commit. */
export interface TreeEntry {
  readonly path: string;
  readonly before: string;
  readonly after: string;
  readonly id: string;
}

/** Files larger than this are only compared as they are and as LFS content, in bytes. */
const largestConverted = 64 * 1024 * 1024;
/** An LFS pointer is smaller than this, in bytes (git-lfs, docs/spec.md). */
export const largestPointer = 1024;

/**
 * The paths whose content really differs from the commit. git compares times and sizes first, and then what its filters
 * make of a file; here a file is unchanged when its own bytes, its text with LF or its LFS object is the committed one.
 * No filter of the checkout is started for that.
 */
export async function reallyChanged(
  checkout: CheckedOut,
  entries: readonly TreeEntry[],
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const changed: string[] = [];
  for (const entry of entries) if (!(await isUnchanged(checkout, entry, signal))) changed.push(entry.path);
  return changed;
}

const isFile = (mode: string): boolean => mode.startsWith('100');

async function isUnchanged(
  checkout: CheckedOut,
  { path, before, after, id }: TreeEntry,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (!isFile(before) || before !== after) return false;
  const content = readContent(join(checkout.root, path), id.length === 64 ? 'sha256' : 'sha1');
  if (!content) return false;
  if (content.ids.includes(id)) return true;
  const pointer = await gitRemote(checkout.location, ['cat-file', '-s', id], { signal });
  if (pointer.code !== 0 || Number(pointer.stdout.toString()) > largestPointer) return false;
  const text = (await gitRemote(checkout.location, ['cat-file', 'blob', id], { signal })).stdout.toString('utf8');
  return lfsObject(text) === content.sha256;
}

/** The SHA-256 that an LFS pointer names; `undefined` for any other text. */
export const lfsObject = (text: string): string | undefined =>
  /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:.*\n)*oid sha256:([0-9a-f]{64})\n/.exec(text)?.[1];

/** The ids that git would give a file as it is and with LF line ends, and the SHA-256 of its bytes. */
function readContent(path: string, algorithm: string): { ids: readonly string[]; sha256: string } | undefined {
  const sha256 = createHash('sha256');
  const kept: Buffer[] = [];
  let size = 0;
  const ended = eachChunk(path, (chunk) => {
    sha256.update(chunk);
    size += chunk.length;
    if (size <= largestConverted) kept.push(Buffer.from(chunk));
  });
  if (!ended) return undefined;
  const whole = size <= largestConverted ? Buffer.concat(kept) : undefined;
  const blob = (bytes: Buffer): string =>
    createHash(algorithm)
      .update(`blob ${String(bytes.length)}\0`)
      .update(bytes)
      .digest('hex');
  const plain = whole && Buffer.from(whole.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
  return { ids: [whole, plain].flatMap((bytes) => (bytes ? [blob(bytes)] : [])), sha256: sha256.digest('hex') };
}
