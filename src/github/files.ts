import { seesRepository } from './branches.ts';
import { ask, encodePath, reason } from './request.ts';
import type { GitHubClient } from './types.ts';

/** A file of the repository at a ref; `absent` only where the repository itself can be read with the same token. */
export type RemoteFile =
  | { readonly kind: 'file'; readonly text: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unknown'; readonly why: string };

/** Reads a file through GitHub's API (docs.github.com, "Get repository content"); `ref` left out is the default branch. */
export async function readRemoteFile(
  github: GitHubClient | undefined,
  path: string,
  ref: string | undefined,
): Promise<RemoteFile> {
  if (!github) return { kind: 'unknown', why: 'there is no `github-token`' };
  const base = `/repos/${github.owner}/${github.repo}`;
  const query = ref === undefined ? '' : `?ref=${encodeURIComponent(ref)}`;
  try {
    const answer = await ask(github, `${base}/contents/${encodePath(path)}${query}`, 'application/vnd.github.raw+json');
    if (answer.status === 200)
      return typeof answer.data === 'string'
        ? { kind: 'file', text: answer.data }
        : { kind: 'unknown', why: 'it is not a file' };
    if (!(await seesRepository(github)))
      return { kind: 'unknown', why: 'GitHub does not show the repository to this token (`contents: read` is needed)' };
    if (ref === undefined) return { kind: 'absent' };
    // A ref that does not exist answers 404 like a file that does not.
    const commit = await ask(github, `${base}/commits/${encodePath(ref)}`).catch(() => undefined); // 422: no such ref
    return commit?.status === 200 ? { kind: 'absent' } : { kind: 'unknown', why: `GitHub knows no ref ${ref}` };
  } catch (error) {
    return { kind: 'unknown', why: reason(error) };
  }
}
