import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { eachChunk } from '../runner/workspace-files.ts';
import type { CheckedOut } from './checkout.ts';
import { splitNames } from './names.ts';
import { git, gitRemote } from './run.ts';

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
 * make of a file; here a file is unchanged when its own bytes, its text with LF, its LFS object or what git's own
 * conversions make of it is the committed one. No filter of the checkout is started for that.
 */
export async function reallyChanged(
  checkout: CheckedOut,
  entries: readonly TreeEntry[],
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const changed: TreeEntry[] = [];
  for (const entry of entries) if (!(await isUnchanged(checkout, entry, signal))) changed.push(entry);
  const converted = await unchangedByGit(checkout, changed.filter(isSameFile).slice(0, mostAsked), signal);
  return changed.map(({ path }) => path).filter((path) => !converted.has(path));
}

/** So many files are asked about in one command. */
const mostAsked = 500;

/** Paths that only git's own conversions make different: another encoding in the work tree, `$Id$` lines. */
async function unchangedByGit(
  { location }: CheckedOut,
  entries: readonly TreeEntry[],
  signal: AbortSignal | undefined,
): Promise<Set<string>> {
  if (entries.length === 0) return new Set();
  const paths = entries.map(({ path }) => path);
  const asked = ['filter', 'ident', 'working-tree-encoding'];
  const answer = await git(location, ['check-attr', '-z', ...asked, '--', ...paths], { signal });
  const set = new Map<string, Set<string>>();
  const fields = splitNames(answer.stdout);
  for (let index = 0; index + 2 < fields.length; index += 3) {
    const [path = '', attribute = '', value = ''] = fields.slice(index, index + 3);
    if (!/^un(?:specified|set)$/.test(value)) set.set(path, (set.get(path) ?? new Set()).add(attribute));
  }
  // Where a filter is named its program would be run.
  const own = entries.filter(({ path }) => set.has(path) && set.get(path)?.has('filter') !== true);
  if (own.length === 0) return new Set();
  // Alone of all these commands it reads paths, and attributes, from where it is started.
  const hash = ['-C', location.workTree, 'hash-object', '--', ...own.map(({ path }) => path)];
  const hashed = await git(location, hash, { signal });
  const ids = hashed.code === 0 ? hashed.stdout.toString('utf8').split('\n') : [];
  return new Set(own.filter(({ id }, index) => ids[index] === id).map(({ path }) => path));
}

const isFile = (mode: string): boolean => mode.startsWith('100');

const isSameFile = ({ before, after }: TreeEntry): boolean => isFile(before) && before === after;

async function isUnchanged(checkout: CheckedOut, entry: TreeEntry, signal: AbortSignal | undefined): Promise<boolean> {
  if (!isSameFile(entry)) return false;
  const { path, id } = entry;
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
