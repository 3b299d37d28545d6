import { UserError } from '../core/errors.ts';
import { decodeText } from '../core/file-text.ts';
import { oneLine } from '../core/text.ts';
import type { CheckedOut } from './checkout.ts';
import { git, gitRemote } from './run.ts';

/** Longest time, in milliseconds, that asking for one ref and fetching it may take. */
const deadline = 30_000;

/** What the name of a ref stands for in the repository that was cloned. */
export type ResolvedRef =
  | { readonly kind: 'commit'; readonly commit: string }
  /** There is a branch and a tag of this name. */
  | { readonly kind: 'ambiguous' }
  | { readonly kind: 'absent'; readonly names: readonly string[] }
  /** The repository cannot be asked. */
  | { readonly kind: 'unknown' };

/**
 * Resolves a ref as the remote repository has it now: a short name is a branch, unless `refs/tags/` is written before it.
 * A tag of the same name as a branch makes a short name ambiguous, because whoever may push may push a tag.
 */
export async function resolveRef(checkout: CheckedOut, ref: string, signal: AbortSignal): Promise<ResolvedRef> {
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(deadline)]);
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(ref)) return resolveCommit(checkout, ref, bounded);
  const refs = await remoteRefs(checkout, bounded);
  if (!refs) return { kind: 'unknown' };
  const isFull = ref.startsWith('refs/');
  if (!isFull && refs.has(`refs/heads/${ref}`) && refs.has(`refs/tags/${ref}`)) return { kind: 'ambiguous' };
  const full = isFull ? ref : `refs/heads/${ref}`;
  // An annotated tag lists the commit that it points to under this name.
  const commit = refs.get(`${full}^{}`) ?? refs.get(full);
  if (commit === undefined)
    return { kind: 'absent', names: [...refs.keys()].flatMap((name) => /^refs\/heads\/(.+)/.exec(name)?.[1] ?? []) };
  return resolveCommit(checkout, commit, bounded);
}

/** All branches and tags of `origin`, with their commits; `undefined` where it cannot be asked. */
async function remoteRefs({ location }: CheckedOut, signal: AbortSignal): Promise<Map<string, string> | undefined> {
  const listed = await gitRemote(
    location,
    ['ls-remote', '--quiet', '--heads', '--tags', '--end-of-options', 'origin'],
    {
      signal,
    },
  );
  if (listed.code !== 0) return undefined;
  const lines = listed.stdout.toString('utf8').split('\n').filter(Boolean);
  return new Map(lines.map((line) => [line.slice(line.indexOf('\t') + 1), line.slice(0, line.indexOf('\t'))]));
}

/** Whether the clone has a commit. */
export async function hasCommit({ location }: CheckedOut, commit: string, signal: AbortSignal): Promise<boolean> {
  return (await git(location, ['cat-file', '-e', `${commit}^{commit}`], { signal })).code === 0;
}

async function resolveCommit(checkout: CheckedOut, commit: string, signal: AbortSignal): Promise<ResolvedRef> {
  const has = (): Promise<boolean> => hasCommit(checkout, commit, signal);
  if (await has()) return { kind: 'commit', commit };
  const quiet = ['--quiet', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head'];
  const depth = checkout.shallow ? ['--depth=1'] : [];
  await gitRemote(checkout.location, ['fetch', ...quiet, ...depth, '--end-of-options', 'origin', commit], { signal });
  return (await has()) ? { kind: 'commit', commit } : { kind: 'unknown' };
}

/** The text of a file in a commit; `undefined` where the commit has no such file. Throws UserError for one that is no text. */
export async function fileAt(
  checkout: CheckedOut,
  commit: string,
  path: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const shown = await gitRemote(checkout.location, ['cat-file', 'blob', `${commit}:${path}`], { signal });
  if (shown.code !== 0) return undefined;
  const text = decodeText(shown.stdout, 'own');
  if (text.ok) return text.text;
  throw new UserError(
    `\`${oneLine(path, 200)}\` at ${commit.slice(0, 7)} cannot be read: ${text.why}. Save it as UTF-8.`,
    { at: { file: path } },
  );
}
