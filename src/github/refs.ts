import { ask, encodePath, reason } from './request.ts';
import type { GitHubClient } from './types.ts';

/** What the name of a ref stands for on GitHub; `ref` is the unambiguous name to read files at. */
export type RemoteRef =
  | { readonly kind: 'found'; readonly ref: string }
  | { readonly kind: 'ambiguous' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unknown'; readonly why: string };

/**
 * Looks a ref up through GitHub's API (docs.github.com, "Get a reference"): a short name is a branch, unless
 * `refs/tags/` is written before it; one that is a tag as well is ambiguous. A commit id stands for itself.
 */
export async function findRef(github: GitHubClient | undefined, ref: string): Promise<RemoteRef> {
  if (/^[0-9a-f]{40}$/.test(ref)) return { kind: 'found', ref };
  if (!github) return { kind: 'unknown', why: 'there is no `github-token`' };
  const commitOf = async (name: string): Promise<string | undefined> => {
    const answer = await ask(github, `/repos/${github.owner}/${github.repo}/git/ref/${encodePath(name)}`);
    const { ref: shown, object } = (answer.status === 200 ? answer.data : {}) as {
      ref?: unknown;
      object?: { sha?: unknown };
    };
    return shown === `refs/${name}` && typeof object?.sha === 'string' ? object.sha : undefined;
  };
  try {
    const tag = /^refs\/tags\/(.+)$/.exec(ref)?.[1];
    if (tag !== undefined)
      return (await commitOf(`tags/${tag}`)) === undefined
        ? { kind: 'absent' }
        : { kind: 'found', ref: `refs/tags/${tag}` };
    const branch = ref.replace(/^refs\/heads\//, '');
    const commit = await commitOf(`heads/${branch}`);
    const isShort = branch === ref;
    if (isShort && commit !== undefined && (await commitOf(`tags/${branch}`)) !== undefined)
      return { kind: 'ambiguous' };
    return commit === undefined ? { kind: 'absent' } : { kind: 'found', ref: commit };
  } catch (error) {
    return { kind: 'unknown', why: reason(error) };
  }
}
