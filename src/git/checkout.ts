import { realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { parseRemote, type Repository } from '../core/repository.ts';
import { git } from './run.ts';

/** The commit that is checked out, and where. */
export interface CheckedOut {
  readonly kind: 'checkout';
  /** Full id of HEAD. */
  readonly commit: string;
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
  const [place, commit, remote] = await Promise.all([
    // The way up instead of the path itself: it cannot hold a newline, which a folder's name can.
    git(projectFolder, ['rev-parse', '--is-inside-work-tree', '--is-shallow-repository', '--show-cdup']),
    git(projectFolder, ['log', '--max-count=1', '--no-show-signature', '--format=%H%x00%an%x00%B', 'HEAD', '--']),
    git(projectFolder, ['config', '--get', 'remote.origin.url']),
  ]);
  if (place.code !== 0) return { kind: 'none', why: place.complaint };
  const [inTree, shallow, up = ''] = place.stdout.toString('utf8').split('\n');
  if (inTree !== 'true') return { kind: 'none', why: 'the folder belongs to a repository without a working tree' };
  if (commit.code !== 0) return { kind: 'none', why: `nothing is checked out (${commit.complaint})` };
  const [id = '', author = '', message = ''] = commit.stdout.toString('utf8').split('\0');
  const folder = realpathSync.native(projectFolder);
  const root = resolve(folder, up);
  const url = remote.code === 0 ? remote.stdout.toString('utf8').trim() : '';
  return {
    kind: 'checkout',
    commit: id,
    root,
    prefix: slashed(relative(root, folder)),
    subject: message.split('\n')[0]?.trim() ?? '',
    author,
    ...(url !== '' && { remote: parseRemote(url) }),
    shallow: shallow === 'true',
  };
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
