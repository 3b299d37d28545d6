import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckoutGaps, EmptySubmodule } from '../core/code/checkout-gaps.ts';
import { eachChunk } from '../runner/workspace-files.ts';
import { splitNames } from './names.ts';
import { findRepository, type GitLocation } from './repository.ts';
import { git, type GitOptions } from './run.ts';
import { largestPointer, lfsObject } from './work-tree.ts';

/** Submodules inside each other that are looked into. */
const deepest = 10;

/**
 * What the checkout lacks of its commit in some folders of the repository: submodules, files outside a sparse checkout, and
 * content under Git LFS. Attributes are read, no filter is started. What git cannot tell is not a gap.
 */
export async function checkoutGaps(
  location: GitLocation,
  folders: readonly string[],
  options: GitOptions = {},
): Promise<CheckoutGaps> {
  return folders.length === 0 ? none : gapsIn(location, { folders, prefix: '', depth: 0 }, options);
}

const none: CheckoutGaps = { submodules: [], sparse: [], pointers: [] };

/** Folders of one repository, and where that repository lies in the outermost one: `''`, or ending with `/`. */
interface Area {
  readonly folders: readonly string[];
  readonly prefix: string;
  readonly depth: number;
}

async function gapsIn(location: GitLocation, area: Area, options: GitOptions): Promise<CheckoutGaps> {
  const { folders, prefix, depth } = area;
  const at = folders.includes('') ? [] : folders;
  const [index, underLfs] = await Promise.all([
    git(location, ['--literal-pathspecs', 'ls-files', '-z', '-t', '--stage', '--', ...at], options),
    // Of the whole repository: below a folder git 2.39 does not see the attributes of the folders around it.
    git(location, ['ls-files', '-z', '--', ':(top,attr:filter=lfs)'], options),
  ]);
  if (index.code !== 0) return none;
  const { links, skipped } = specialEntries(index.stdout);
  const here = (path: string): string => join(location.workTree, path);
  const empty = links.filter((path) => isEmpty(here(path)));
  const declared = lstatSync(here('.gitmodules'), { throwIfNoEntry: false }) !== undefined;
  const kind = !declared ? 'undeclared' : depth > 0 ? 'nested' : 'own';
  const nested: CheckoutGaps[] = [];
  for (const path of depth < deepest ? links.filter((one) => !empty.includes(one)) : []) {
    const inner = findRepository(here(path));
    if (inner?.workTree !== location.workTree && inner)
      nested.push(await gapsIn(inner, { folders: [''], prefix: `${prefix}${path}/`, depth: depth + 1 }, options));
  }
  const within = (path: string): boolean =>
    at.length === 0 || at.some((folder) => path === folder || path.startsWith(`${folder}/`));
  const pointers = splitNames(underLfs.stdout).filter((path) => within(path) && isPointer(here(path)));
  return {
    submodules: [
      ...empty.map((path): EmptySubmodule => ({ path: `${prefix}${path}`, kind })),
      ...nested.flatMap(({ submodules }) => submodules),
    ],
    sparse: [
      ...skipped
        .filter((path) => lstatSync(here(path), { throwIfNoEntry: false }) === undefined)
        .map((path) => `${prefix}${path}`),
      ...nested.flatMap(({ sparse }) => sparse),
    ],
    pointers: [...pointers.map((path) => `${prefix}${path}`), ...nested.flatMap((one) => one.pointers)],
  };
}

/** Submodules and skipped files of an index, which can list 100,000 files: `H 100644 <id> 0<tab>path`, each ended by NUL. */
function specialEntries(listing: Buffer): { links: string[]; skipped: string[] } {
  const links: string[] = [];
  const skipped: string[] = [];
  for (let start = 0; start < listing.length;) {
    const end = listing.indexOf(0, start);
    const isSkipped = listing[start] === 0x53; // S
    const isLink = listing.toString('latin1', start + 2, start + 8) === '160000';
    if (isSkipped || isLink) {
      const [path = ''] = splitNames(listing.subarray(listing.indexOf(9, start) + 1, end + 1));
      (isLink ? links : skipped).push(path);
    }
    start = end + 1;
  }
  return { links, skipped };
}

function isEmpty(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0;
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
}

function isPointer(path: string): boolean {
  const facts = lstatSync(path, { throwIfNoEntry: false });
  if (!facts?.isFile() || facts.size > largestPointer) return false;
  let text = '';
  eachChunk(path, (chunk) => (text += Buffer.from(chunk).toString('latin1')));
  return lfsObject(text) !== undefined;
}
