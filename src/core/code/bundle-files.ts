import { UserError } from '../errors.ts';
import { readGitignore } from './gitignore.ts';

/** Rules of `.astro/deployignore`, as far as they are about a folder that is shipped. */
export interface Deployignore {
  /** The file, relative to the repository's root; `undefined` where it lies outside the repository. */
  readonly file?: string;
  readonly text: string;
  /** The shipped folder as the rules name it: `''` where they are relative to it, else like `dags` or `a/b`. */
  readonly at: string;
}

/** What `.astro/deployignore` may hold, in characters. */
const longest = 64 * 1024;

/** Names that never go into a bundle: what tools leave behind. Neither Airflow nor dbt reads them. */
const leftovers = new Set([
  '.git',
  '__pycache__',
  '.pytest_cache',
  '.mypy_cache',
  '.ruff_cache',
  '.ipynb_checkpoints',
  '.coverage',
  '.DS_Store',
]);

/** The files that Google's auth action writes into the workspace (google-github-actions/auth, `generateCredentialsFileName`). */
const googleCredentials = /^gha-creds-[^/]*\.json$/;

/** Whether a path is what tools leave behind, such as cached bytecode. */
export const isLeftover = (path: string): boolean =>
  path.split('/').some((name) => leftovers.has(name)) || /\.py[co]$/.test(path);

/** Whether a path ends with a name that actions write credentials to. */
export const holdsCredentials = (path: string): boolean => googleCredentials.test(path.split('/').at(-1) as string);

/**
 * Makes the test for what stays out of the archive of a folder; paths are relative to it. Archive and comparison both ask
 * it, so that nothing is compared that is not shipped. Throws UserError for rules that are too long.
 */
export function bundleFilter(rules: Deployignore | undefined): (path: string, kind: 'file' | 'folder') => boolean {
  if (rules && rules.text.length > longest)
    throw new UserError(
      `\`.astro/deployignore\` is longer than ${String(longest / 1024)} KiB. Use patterns in place of single files.`,
    );
  const ignores = readGitignore(rules?.text ?? '');
  const start = rules?.at ? `${rules.at}/` : '';
  return (path, kind) => isLeftover(path) || holdsCredentials(path) || ignores(`${start}${path}`, kind);
}
