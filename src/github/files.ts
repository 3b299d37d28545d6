import { decodeText } from '../core/file-text.ts';
import { seesRepository } from './branches.ts';
import { ask, encodePath, reason } from './request.ts';
import type { GitHubClient } from './types.ts';

/** A file of the repository at a ref; `absent` only where the repository itself can be read with the same token. */
export type RemoteFile =
  | { readonly kind: 'file'; readonly text: string }
  | { readonly kind: 'absent' }
  /** `advice`: what helps where it is the file that cannot be read, not GitHub. */
  | { readonly kind: 'unknown'; readonly why: string; readonly advice?: string };

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
    const answer = await ask(github, `${base}/contents/${encodePath(path)}${query}`);
    if (answer.status === 200) return contentOf(answer.data);
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

/** The text of an answer; up to 1 MB GitHub gives the bytes as base64, and of more it gives none. */
function contentOf(data: unknown): RemoteFile {
  const { type, encoding, content } = data as Readonly<Record<string, unknown>>;
  if (type !== 'file') return { kind: 'unknown', why: 'it is not a file' };
  if (encoding !== 'base64' || typeof content !== 'string')
    return { kind: 'unknown', why: 'GitHub gives no content of it, as for files above 1 MB' };
  const text = decodeText(Buffer.from(content, 'base64'), 'own');
  return text.ok ? { kind: 'file', text: text.text } : { kind: 'unknown', why: text.why, advice: 'Save it as UTF-8.' };
}
