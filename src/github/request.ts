import pRetry from 'p-retry';
import { setTimeout as sleep } from 'node:timers/promises';
import { oneLine } from '../core/text.ts';
import type { GitHubClient } from './client.ts';

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
}

/** Until when requests are repeated and limits waited for, by a clock that nobody can set back. */
export interface Patience {
  readonly until: number;
}

const secondsOfPatience = 30;
/** For a limit that names no time: "wait for at least one minute" (docs.github.com, "Rate limits for the REST API"). */
const secondsWhenNotTold = 60;
/** A server that always names a next page must not keep a run busy for ever. */
const mostPages = 100;

/** Starts the 30 seconds for which a failing GitHub holds up a run. */
export const startPatience = (): Patience => ({ until: performance.now() + secondsOfPatience * 1000 });

/** What every request is sent with. */
export const transport = (): { redirect: 'error'; signal: AbortSignal } => ({
  redirect: 'error',
  signal: AbortSignal.timeout(20_000),
});

/** Each segment encoded on its own: an unescaped `#`, `?` or `%` would ask for another branch and get a 404. */
export const encodePath = (text: string): string => text.split('/').map(encodeURIComponent).join('/');

/** GET with two repetitions on network trouble and 5xx; a 404 is an answer, everything else an error. */
export async function ask(github: GitHubClient, url: string, accept?: string): Promise<Answer> {
  return pRetry(
    async () => {
      try {
        return await github.octokit.request(`GET ${url}`, {
          ...(accept !== undefined && { headers: { accept } }),
          request: transport(),
        });
      } catch (error) {
        if (status(error) === 404) return { status: 404, data: {} };
        throw error;
      }
    },
    { retries: 2, minTimeout: 500, shouldRetry: ({ error }) => (status(error) ?? 500) >= 500 },
  );
}

/** Sends a request; `repeat: false` for what must not be done twice, such as creating something. */
export async function send(
  github: GitHubClient,
  route: string,
  parameters: Readonly<Record<string, unknown>>,
  { repeat, patience }: { readonly repeat: boolean; readonly patience: Patience },
): Promise<Reply> {
  const { octokit, owner, repo } = github;
  const reply = await attempt(
    () => octokit.request(route, { owner, repo, ...parameters, request: transport() }),
    repeat,
    patience,
  );
  return reply.kind === 'ok' ? { kind: 'ok', data: reply.response.data } : reply;
}

/** Reads all pages of a list; one that cannot be read fails them all. */
export async function readPages(
  github: GitHubClient,
  route: string,
  parameters: Readonly<Record<string, unknown>>,
  patience: Patience,
): Promise<{ readonly kind: 'ok'; readonly rows: readonly unknown[] } | Refused | Unreachable> {
  const { octokit, owner, repo } = github;
  const rows: unknown[] = [];
  for (let page = 1; page <= mostPages; page++) {
    const reply = await attempt(
      async () => {
        const query = { owner, repo, ...parameters, per_page: 100, page };
        const response = await octokit.request(route, { ...query, request: transport() });
        if (!Array.isArray(response.data)) throw new Error('its list cannot be read');
        return response;
      },
      true,
      patience,
    );
    if (reply.kind !== 'ok') return reply;
    rows.push(...(reply.response.data as unknown[]));
    // The address itself is not followed: it is the server's, and could lead the token elsewhere.
    if (!/;\s*rel="?next"?/.test(String(reply.response.headers['link'] ?? ''))) return { kind: 'ok', rows };
  }
  return { kind: 'unreachable', unclear: false, why: `GitHub has more than ${mostPages} pages of them` };
}

/** Tries until there is an answer; what a limit turned away was not done, so it may be sent again in any case. */
export async function attempt(
  request: () => Promise<Response>,
  repeat: boolean,
  patience: Patience,
): Promise<{ readonly kind: 'ok'; readonly response: Response } | Refused | Unreachable> {
  for (let failures = 0; ;) {
    try {
      return { kind: 'ok', response: await request() };
    } catch (error) {
      const seconds = limited(error);
      const code = status(error);
      if (seconds !== undefined) {
        if (performance.now() + seconds * 1000 > patience.until)
          return { kind: 'unreachable', unclear: false, why: `GitHub's rate limit asks to wait ${seconds} s` };
        await sleep(seconds * 1000);
      } else if (code !== undefined && code < 500) {
        const message = (error as Error).message.replace(/ - https?:\S+$/, '');
        return { kind: 'refused', status: code, why: `${code}: ${oneLine(message)}` };
      } else if (!repeat || failures === 2 || performance.now() > patience.until) {
        return { kind: 'unreachable', unclear: true, why: reason(error) };
      } else {
        await sleep(500 * 2 ** failures++);
      }
    }
  }
}

/**
 * For how many seconds GitHub wants no more requests; `undefined` when this is no limit. Limits come as 403 or 429, and
 * `retry-after` counts before `x-ratelimit-reset` (docs.github.com, "Rate limits for the REST API").
 */
function limited(error: unknown): number | undefined {
  const code = status(error);
  if (code !== 403 && code !== 429) return undefined;
  const { headers = {} } = (error as { response?: { headers?: Headers } }).response ?? {};
  const after = headers['retry-after'];
  const spent = String(headers['x-ratelimit-remaining']) === '0';
  if (code === 403 && after === undefined && !spent && !/rate limit|abuse/i.test((error as Error).message))
    return undefined;
  if (/^\d+$/.test(String(after))) return Math.max(1, Number(after));
  // By the server's own clock: this machine's may be days off.
  const now = Date.parse(String(headers['date']));
  const wait = Math.ceil(Number(headers['x-ratelimit-reset']) - (Number.isNaN(now) ? Date.now() : now) / 1000);
  return spent && !Number.isNaN(wait) ? Math.max(1, wait) : secondsWhenNotTold;
}

const status = (error: unknown): number | undefined =>
  error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : undefined;

/** Why GitHub gave no answer. */
export function reason(error: unknown): string {
  const code = status(error);
  return code === undefined || code >= 500
    ? `GitHub does not answer (${error instanceof Error ? error.message : String(error)})`
    : `GitHub refuses to say (${code})`;
}

/** A refusal as a sentence that names the permission, where it is one that is missing. */
export function failure(reply: Refused | Unreachable, what: string, permission: string): Failure {
  if (reply.kind === 'unreachable') return { kind: 'unreachable', why: reply.why };
  const missing = reply.status === 404 || (reply.status === 403 && /not accessible|must have/i.test(reply.why));
  return {
    kind: 'refused',
    why: missing
      ? `GitHub does not let this token ${what} (${reply.why}); \`${permission}\` is needed`
      : `GitHub refuses to ${what} (${reply.why})`,
  };
}
