import type { Difference } from '../core/code/choose-deploy-type.ts';
import type { CheckedOut } from './checkout.ts';
import { splitNames } from './names.ts';
import { git, gitRemote, type GitResult } from './run.ts';
import { reallyChanged, type TreeEntry } from './work-tree.ts';

/** Longest time, in milliseconds, that git may take for a question, with the fetch that it may need. */
const deadline = 30_000;

// Plumbing by id, which reads neither attributes nor diff drivers. Both sides of a rename are wanted, every submodule counts.
const options = ['-z', '--no-renames', '--ignore-submodules=none', '--no-ext-diff', '--no-textconv'];

/**
 * The repository-relative paths that differ between a commit and the one that is checked out, a rename as both its
 * sides. A commit that the clone lacks is fetched from `origin`. `unknown` when it is not to be had in time.
 * Ask one question after the other: two fetches into a shallow clone at the same time lock each other out.
 */
export async function changedPaths(
  checkout: CheckedOut,
  base: string,
  more: { readonly signal?: AbortSignal } = {},
): Promise<Difference> {
  if (base === checkout.commit) return { kind: 'known', paths: [] };
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(base)) return { kind: 'unknown', why: 'it is not a commit id' };
  const signal = AbortSignal.any([AbortSignal.timeout(deadline), ...(more.signal ? [more.signal] : [])]);
  const first = await compare(checkout, base, signal);
  if (first.code === 0) return { kind: 'known', paths: splitNames(first.stdout) };
  const fetched = await fetchCommit(checkout, base, signal);
  if (fetched.code !== 0) return { kind: 'unknown', why: `not in the clone, and git fetch says: ${fetched.complaint}` };
  const second = await compare(checkout, base, signal);
  if (second.code === 0) return { kind: 'known', paths: splitNames(second.stdout) };
  return { kind: 'unknown', why: second.complaint };
}

function compare({ location, commit }: CheckedOut, base: string, signal: AbortSignal): Promise<GitResult> {
  // `^{commit}` refuses an object that is something else.
  const sides = ['--end-of-options', `${base}^{commit}`, commit, '--'];
  return gitRemote(location, ['diff-tree', '-r', '--name-only', ...options, ...sides], { signal });
}

/**
 * Fetches one commit: alone into a shallow clone, otherwise with what joins it to the history, because `--depth` would
 * make a complete clone shallow. Without `--filter`: that would turn the user's clone into a partial one, and git sends
 * only what the clone lacks anyway.
 */
function fetchCommit({ location, shallow }: CheckedOut, commit: string, signal: AbortSignal): Promise<GitResult> {
  const quiet = ['--quiet', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head'];
  const depth = shallow ? ['--depth=1'] : [];
  return gitRemote(location, ['fetch', ...quiet, ...depth, '--end-of-options', 'origin', commit], { signal });
}

const literal = ['--literal-pathspecs'];

/** What is in the checkout but not in its commit. */
export type Uncommitted =
  | {
      readonly kind: 'known';
      readonly paths: readonly string[];
      /** Files of the DAG folders that git ignores. */
      readonly ignored: readonly string[];
      /** Whether the DAG folder holds anything that git knows. */
      readonly dagsTracked: boolean;
    }
  | { readonly kind: 'unknown'; readonly why: string };

/**
 * Repository-relative paths that differ from the commit that is checked out: tracked files of the project and the DAG
 * folders, and files of the DAG folders that are neither tracked nor ignored.
 */
export async function uncommitted(
  checkout: CheckedOut,
  dagFolders: readonly string[],
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<Uncommitted> {
  const { location } = checkout;
  const at = (...folders: string[]): string[] => (folders.includes('') ? [] : folders);
  const tracked = [
    'diff-index',
    '--raw',
    '--no-abbrev',
    ...options,
    'HEAD',
    '--',
    ...at(checkout.prefix, ...dagFolders),
  ];
  const list = (...kinds: string[]): Promise<GitResult | undefined> =>
    dagFolders.length === 0
      ? Promise.resolve(undefined)
      : git(
          location,
          [...literal, 'ls-files', '-z', '-t', ...kinds, '--exclude-standard', '--', ...at(...dagFolders)],
          {
            signal,
          },
        );
  const [differing, dags, ignored] = await Promise.all([
    git(location, [...literal, ...tracked], { signal }),
    list('--cached', '--others'),
    list('--others', '--ignored'),
  ]);
  const failed = [differing, dags, ignored].find((result) => result !== undefined && result.code !== 0);
  if (failed) return { kind: 'unknown', why: failed.complaint };
  const listed = dags ? splitNames(dags.stdout) : [];
  const untracked = listed.filter((line) => line.startsWith('? ')).map((line) => line.slice(2).replace(/\/$/, ''));
  const changed = await reallyChanged(checkout, rawEntries(splitNames(differing.stdout)), signal);
  return {
    kind: 'known',
    paths: [...new Set([...changed, ...untracked])],
    ignored: ignored ? splitNames(ignored.stdout).map((line) => line.slice(2).replace(/\/$/, '')) : [],
    dagsTracked: listed.some((line) => !line.startsWith('? ')),
  };
}

/** Reads `:100644 100644 <id> <id> M`, `path`, … (git-scm.com, "Raw output format"). */
function rawEntries(fields: readonly string[]): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [before = '', after = '', id = ''] = (fields[index] ?? '').replace(/^:/, '').split(' ');
    entries.push({ path: fields[index + 1] ?? '', before, after, id });
  }
  return entries;
}

/** Those of some repository-relative paths that git knows, or what it knows below them; none where git cannot tell. */
export async function trackedPaths(
  { location }: CheckedOut,
  paths: readonly string[],
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<string[]> {
  if (paths.length === 0) return [];
  const listed = await git(location, ['--literal-pathspecs', 'ls-files', '-z', '--', ...paths], { signal });
  return splitNames(listed.stdout);
}
