import { realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { parseRemote, type Repository } from '../core/repository.ts';
import { findRepository, type GitLocation } from './repository.ts';
import { git } from './run.ts';

/** The commit that is checked out, and where. */
export interface CheckedOut {
  readonly kind: 'checkout';
  /** Full id of HEAD. */
  readonly commit: string;
  /** When the commit was made, in seconds since 1970. */
  readonly committedAt: number;
  readonly location: GitLocation;
  /** Absolute path of the working tree, links resolved. */
  readonly root: string;
  /** The project inside the repository: `''` at the root, else like `a/b`. */
  readonly prefix: string;
  /** First line of the commit message. */
  readonly subject: string;
  readonly author: string;
  /** The remote `origin`, without credentials. */
  readonly remote?: Repository;
  readonly shallow: boolean;
}

/** `none`: there is no commit to speak of, and why. */
export type Checkout = CheckedOut | { readonly kind: 'none'; readonly why: string };

/**
 * Reads what is checked out around a project folder, which may be a link, lie in a submodule or in a linked worktree.
 * Needs git 2.30 or newer for everything that follows.
 */
export async function readCheckout(projectFolder: string): Promise<Checkout> {
  const location = findRepository(projectFolder);
  if (!location) return { kind: 'none', why: 'there is no `.git` in it or above it' };
  const [depth, commit, remote] = await Promise.all([
    git(location, ['rev-parse', '--is-shallow-repository']),
    git(location, ['log', '--max-count=1', '--no-show-signature', '--format=%H%x00%an%x00%ct%x00%B', 'HEAD', '--']),
    git(location, ['config', '--get', 'remote.origin.url']),
  ]);
  if (depth.code !== 0) return { kind: 'none', why: depth.complaint };
  if (commit.code !== 0) return { kind: 'none', why: `nothing is checked out (${commit.complaint})` };
  const [id = '', author = '', time = '', message = ''] = commit.stdout.toString('utf8').split('\0');
  const root = location.workTree;
  const url = remote.code === 0 ? remote.stdout.toString('utf8').trim() : '';
  return {
    kind: 'checkout',
    commit: id,
    committedAt: Number(time),
    location,
    root,
    prefix: slashed(relative(root, realpathSync.native(projectFolder))),
    subject: message.split('\n')[0]?.trim() ?? '',
    author,
    ...(url !== '' && { remote: parseRemote(url) }),
    shallow: depth.stdout.toString('utf8').trim() === 'true',
  };
}

/** The first line of a commit's message; `undefined` where the clone lacks the commit. */
export async function subjectOf(
  { location }: CheckedOut,
  commit: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (!/^[0-9a-f]{40,64}$/.test(commit)) return undefined;
  const shown = await git(location, ['log', '--max-count=1', '--no-show-signature', '--format=%B', commit, '--'], {
    signal,
  });
  return shown.code === 0 ? shown.stdout.toString('utf8').split('\n')[0]?.trim() : undefined;
}

/**
 * The repository-relative paths of a folder: as it is named, and where it leads when it is a link; none of them outside
 * the repository. The folder need not exist.
 */
export function repositoryPaths(checkout: CheckedOut, folder: string): string[] {
  const named = join(realpath(dirname(folder)), basename(folder));
  const inside = [named, realpath(folder)].flatMap((path) => {
    const way = slashed(relative(checkout.root, path));
    return way === '..' || way.startsWith('../') || isAbsolute(way) ? [] : [way];
  });
  return [...new Set(inside)];
}

function realpath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error;
    return join(realpath(dirname(path)), basename(path));
  }
}

function slashed(path: string): string {
  return process.platform === 'win32' ? path.replaceAll('\\', '/') : path;
}
