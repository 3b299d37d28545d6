import type { GitHub } from '@actions/github/lib/utils';
import { ApiError } from '../core/errors.ts';
import { readRetryAfter } from '../http/retry-after.ts';
import { retry, type Verb } from '../http/retry.ts';
import type { GitHubLimits } from './types.ts';

type Headers = Readonly<Record<string, string | number | undefined>>;

/** What a request may say about its repetition, beside what its method says. */
export interface RequestOptions {
  readonly verb?: Verb;
  /** When its time is over, by the monotonic clock, in milliseconds. */
  readonly until?: number;
}

/** For a limit that names no time: "wait for at least one minute" (docs.github.com, "Rate limits for the REST API"). */
const unnamedWait = 60_000;

const verbs: Readonly<Record<string, Verb>> = { GET: 'read', HEAD: 'read', POST: 'create', DELETE: 'delete' };

/** Longest time for one request, in milliseconds. */
const longestRequest = 20_000;

/**
 * Makes every request of an octokit go through the one retry engine; its failures become `ApiError`s. A request of the
 * work itself has the time that `wait-time` leaves; one of a report (`until`) has its own, so that Astro's is not used up.
 */
export function retryRequests(octokit: InstanceType<typeof GitHub>, limits: GitHubLimits): void {
  const { signal, budget } = limits;
  let lost = 0;
  octokit.hook.wrap('request', (request, options) => {
    const { verb, until } = options.request as RequestOptions;
    const { method, url } = options;
    const remaining = (): number =>
      Math.min(until === undefined ? limits.remaining() : until - performance.now(), budget - lost);
    const send = async (within: number) => {
      if (lost >= budget) {
        const message = `it was not asked any more after ${Math.round(lost / 1000)} s without an answer`;
        throw new ApiError({ system: 'github', method, path: url, message, status: 0, applied: 'no', outOfTime: true });
      }
      const begun = performance.now();
      const deadline = AbortSignal.timeout(Math.min(longestRequest, within));
      try {
        // Changed in place: hooks further in are bound to this very object.
        const bounded = { redirect: 'error', signal: AbortSignal.any([signal, deadline]) } as const;
        options.request = { ...options.request, ...bounded };
        return await request(options);
      } catch (error) {
        signal.throwIfAborted();
        const seconds = `${Math.round(Math.min(longestRequest, within) / 100) / 10} s`;
        const failure = failureOf(deadline.aborted ? new Error(`no answer within ${seconds}`) : error, method, url);
        if (failure.status === 0) lost += performance.now() - begun;
        throw failure;
      }
    };
    return retry(send, {
      verb: verb ?? (url.endsWith('/graphql') ? 'read' : (verbs[method] ?? 'update')),
      tempo: 'github',
      signal,
      remaining,
      limit: until === undefined && budget - lost > limits.remaining() ? undefined : 'the time for GitHub in one run',
      debug: limits.debug ?? (() => undefined),
      pause: limits.pause,
    });
  });
}

/** Octokit reports a request without an answer as a status 500 that has no response. */
function failureOf(error: unknown, method: string, path: string): ApiError {
  const { status, response } = error as { status?: unknown; response?: { headers?: Headers } };
  const text = error instanceof Error ? error.message.replace(/ - https?:\S+$/, '') : String(error);
  const facts = { system: 'github', method, path, cause: error } as const;
  if (typeof status !== 'number' || response === undefined)
    return new ApiError({ ...facts, message: text, status: 0, applied: 'maybe' });
  const wait = limited(status, text, response.headers ?? {});
  if (wait !== undefined)
    return new ApiError({ ...facts, message: text, status: 429, applied: 'no', retryAfter: wait });
  const retryAfter = status === 503 ? readRetryAfter(response.headers ?? {}) : undefined;
  return new ApiError({ ...facts, message: text, status, applied: status >= 500 ? 'maybe' : 'no', retryAfter });
}

/**
 * For how many milliseconds GitHub wants no more requests; `undefined` when this is no limit. Limits come as 403 or 429,
 * and `retry-after` counts before `x-ratelimit-reset` (docs.github.com, "Rate limits for the REST API").
 */
function limited(status: number, message: string, headers: Headers): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const after = headers['retry-after'];
  const spent = String(headers['x-ratelimit-remaining']) === '0';
  if (status === 403 && after === undefined && !spent && !/rate limit|abuse/i.test(message)) return undefined;
  if (after !== undefined && !Number.isNaN(Number(after))) return Math.max(1_000, readRetryAfter(headers) ?? 0);
  // By the server's own clock: this machine's may be days off.
  const now = Date.parse(String(headers['date']));
  const wait = Number(headers['x-ratelimit-reset']) * 1000 - (Number.isNaN(now) ? Date.now() : now);
  return spent && !Number.isNaN(wait) ? Math.max(1_000, wait) : unnamedWait;
}
