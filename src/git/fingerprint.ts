import { createHash } from 'node:crypto';
import { lstatSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { IgnoredFiles } from '../core/code/source.ts';
import { eachChunk } from '../runner/workspace-files.ts';

/** Names and content of some files of a repository, as one short text; `undefined` where there are none. */
export function fingerprintFiles(root: string, paths: readonly string[]): IgnoredFiles | undefined {
  if (paths.length === 0) return undefined;
  const hash = createHash('sha256');
  for (const path of paths.toSorted()) {
    hash.update(`${path}\0`);
    hash.update(digestOf(join(root, path)));
  }
  return { paths, fingerprint: hash.digest('hex').slice(0, 16) };
}

/** Of the content of a file and of whether it is executable, or of where a link leads. */
function digestOf(path: string): Buffer {
  const hash = createHash('sha256');
  const facts = lstatSync(path, { throwIfNoEntry: false });
  if (facts?.isSymbolicLink()) return hash.update(`link ${readlinkSync(path)}`).digest();
  hash.update(facts && facts.mode & 0o100 ? 'executable' : 'file');
  eachChunk(path, (chunk) => hash.update(chunk));
  return hash.digest();
}
