import { ApiError } from '../core/errors.ts';
import { lacking } from '../core/lacking.ts';
import { oneLine } from '../core/text.ts';
import type { RequestOptions } from './retry.ts';
import type { GitHubClient } from './types.ts';

export interface Answer {
  readonly status: number;
  readonly data: unknown;
}

type Headers = Readonly<Record<string, string | number | undefined>>;
interface Response {
  readonly data: unknown;
  readonly headers: Headers;
}

/** GitHub says no, and would say so again. */
export interface Refused {
  readonly kind: 'refused';
  readonly status: number;
  readonly why: string;
}

/** There was no usable answer; what was asked may have been done all the same where it is `unclear`. */
export interface Unreachable {
  readonly kind: 'unreachable';
  readonly unclear: boolean;
  readonly why: string;
}

/** What became of a request. */
export type Reply = { readonly kind: 'ok'; readonly data: unknown } | Refused | Unreachable;

/** Why something was not written; never more than a warning for a run that did its work on Astro. */
export interface Failure {
  readonly kind: 'refused' | 'unreachable';
  readonly why: string;
  /** This token may do it nowhere in the repository. */
  readonly everywhere?: boolean;
}

/** Until when requests are repeated and limits waited for, by a clock that nobody can set back. */
export interface RetryBudget {
  readonly until: number;
}

const secondsForRetries = 30;
/** A server that always names a next page must not keep a run busy for ever. */
const mostPages = 100;

/** Starts the 30 seconds for which a failing GitHub holds up a run. */
export const startRetryBudget = (): RetryBudget => ({ until: performance.now() + secondsForRetries * 1000 });

/** What a request that belongs to a report is sent with: how it may be repeated, and until when. */
export const transport = (verb: RequestOptions['verb'], { until }: RetryBudget): RequestOptions => ({
  ...(verb && { verb }),
  until,
});

/** Each segment encoded on its own: an unescaped `#`, `?` or `%` would ask for another branch and get a 404. */
export const encodePath = (text: string): string => text.split('/').map(encodeURIComponent).join('/');

/** GET, repeated as the retry table says; a 404 is an answer, everything else an error. */
export async function ask(github: GitHubClient, url: string): Promise<Answer> {
  try {
    return await github.octokit.request(`GET ${url}`);
  } catch (error) {
    if (status(error) === 404) return { status: 404, data: {} };
    throw error;
  }
}

/** Sends a request; `repeat: false` for what must not be done twice, such as creating something. */
export async function send(
  github: GitHubClient,
  route: string,
  parameters: Readonly<Record<string, unknown>>,
  { repeat, budget }: { readonly repeat: boolean; readonly budget: RetryBudget },
): Promise<Reply> {
  const { octokit, owner, repo } = github;
  const request = transport(repeat ? 'update' : 'create', budget);
  const reply = await attempt(() => octokit.request(route, { owner, repo, ...parameters, request }));
  return reply.kind === 'ok' ? { kind: 'ok', data: reply.response.data } : reply;
}

/** Reads all pages of a list; one that cannot be read fails them all. */
export async function readPages(
  github: GitHubClient,
  route: string,
  parameters: Readonly<Record<string, unknown>>,
  budget: RetryBudget,
): Promise<{ readonly kind: 'ok'; readonly rows: readonly unknown[] } | Refused | Unreachable> {
  const { octokit, owner, repo } = github;
  const rows: unknown[] = [];
  for (let page = 1; page <= mostPages; page++) {
    const query = { owner, repo, ...parameters, per_page: 100, page };
    const reply = await attempt(() => octokit.request(route, { ...query, request: transport('read', budget) }));
    if (reply.kind !== 'ok') return reply;
    if (!Array.isArray(reply.response.data))
      return { kind: 'unreachable', unclear: false, why: 'GitHub does not answer with a list' };
    const received = reply.response.data as unknown[];
    const [why] = received.flatMap((row) => lacking('GitHub', row, ['id']) ?? []);
    if (why !== undefined) return { kind: 'unreachable', unclear: false, why };
    rows.push(...received);
    // The address itself is not followed: it is the server's, and could lead the token elsewhere.
    if (!/;\s*rel="?next"?/.test(String(reply.response.headers['link'] ?? ''))) return { kind: 'ok', rows };
  }
  return { kind: 'unreachable', unclear: false, why: `GitHub has more than ${mostPages} pages of them` };
}

/** What became of a request, which octokit repeated as far as that can help. */
export async function attempt(
  request: () => Promise<Response>,
): Promise<{ readonly kind: 'ok'; readonly response: Response } | Refused | Unreachable> {
  try {
    return { kind: 'ok', response: await request() };
  } catch (error) {
    const code = status(error);
    if (code !== undefined && code >= 400 && code < 500 && code !== 429)
      return { kind: 'refused', status: code, why: `${code}: ${oneLine((error as Error).message)}` };
    return { kind: 'unreachable', unclear: code !== 429, why: reason(error) };
  }
}

const status = (error: unknown): number | undefined =>
  error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : undefined;

/** Why GitHub gave no answer. */
export function reason(error: unknown): string {
  if (error instanceof ApiError && error.status === 429)
    return `GitHub's rate limit asks to wait ${Math.ceil((error.retryAfter ?? 0) / 1000)} s`;
  const code = status(error) ?? 0;
  return code === 0 || code >= 500
    ? `GitHub does not answer (${error instanceof Error ? error.message : String(error)})`
    : `GitHub refuses to say (${code})`;
}

/** A refusal as a sentence that names the permission, where it is one that is missing. */
export function failure(reply: Refused | Unreachable, what: string, permission: string): Failure {
  if (reply.kind === 'unreachable') return { kind: 'unreachable', why: reply.why };
  const missing = reply.status === 404 || (reply.status === 403 && /not accessible|must have/i.test(reply.why));
  return {
    kind: 'refused',
    ...((reply.status === 401 || (reply.status === 403 && missing)) && { everywhere: true }),
    why: missing
      ? `GitHub does not let this token ${what} (${reply.why}); \`${permission}\` is needed`
      : `GitHub refuses to ${what} (${reply.why})`,
  };
}
