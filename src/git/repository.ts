import { lstatSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readRunnerFile } from '../runner/workspace-files.ts';

/** Where a repository is; git is always given both, so that it never looks for one itself. */
export interface GitLocation {
  /** Absolute path of the `.git` directory, or of what a `.git` file points to. */
  readonly gitDir: string;
  /** Absolute path of the working tree, links resolved. */
  readonly workTree: string;
}

/**
 * Finds the repository that a folder was checked out from: the nearest `.git` at it or above it. git takes any folder with
 * the files `HEAD`, `objects` and `refs` for a bare repository and obeys its configuration, and a branch can commit
 * these. No path that is called `.git` can be committed. `undefined` where there is none.
 */
export function findRepository(folder: string): GitLocation | undefined {
  for (let workTree = realpathSync.native(folder); ; workTree = dirname(workTree)) {
    const gitDir = gitDirAt(workTree);
    if (gitDir !== undefined) return { gitDir, workTree };
    if (dirname(workTree) === workTree) return undefined;
  }
}

function gitDirAt(workTree: string): string | undefined {
  const path = join(workTree, '.git');
  const facts = lstatSync(path, { throwIfNoEntry: false });
  if (facts?.isDirectory()) return path;
  if (!facts?.isFile()) return undefined;
  // Submodules and linked worktrees have a file that says where theirs is (git-scm.com, gitrepository-layout).
  const target = /^gitdir: (.+?)\n?$/s.exec(readRunnerFile(path, 'git link') ?? '')?.[1];
  if (target === undefined) return undefined;
  const gitDir = resolve(workTree, target);
  return statSync(gitDir, { throwIfNoEntry: false })?.isDirectory() === true ? gitDir : undefined;
}
