import pRetry from 'p-retry';
import { AnswerTooLarge } from './failure.ts';
import { ApiError, type ApiFacts, type System } from '../core/errors.ts';

/**
 * What a request does, as far as repeating it goes. Astro documents updates and deletes as idempotent. A `create` is
 * repeated only when it provably was not carried out; whatever else is unclear about it is for its caller to find out by
 * reading. A `rewrite` holds what others wrote as it was read a moment before: it is never sent again without reading again.
 */
export type Verb = 'read' | 'create' | 'update' | 'delete' | 'rewrite' | 'upload' | 'airflow-write';

/** What kind of failure it was: never sent · sent without a usable answer · rate limit · 502 or 503 · 408 or another 5xx · refused. */
export type FailureClass = 'unsent' | 'unclear' | 'rate' | 'gateway' | 'busy' | 'refused';

/** The retry table: which failures each kind of request is repeated after. */
export const repeats: Readonly<Record<Verb, readonly FailureClass[]>> = {
  read: ['unsent', 'unclear', 'rate', 'gateway', 'busy'],
  create: ['unsent', 'rate'],
  update: ['unsent', 'unclear', 'rate', 'gateway', 'busy'],
  delete: ['unsent', 'unclear', 'rate', 'gateway', 'busy'],
  rewrite: [],
  // A block or a blob that arrives twice is the same one.
  upload: ['unsent', 'unclear', 'rate', 'gateway', 'busy'],
  // As Astro's own CLI does.
  'airflow-write': ['unsent', 'rate', 'gateway'],
};

/** How often and how quickly a request is repeated; pauses in milliseconds, doubled each time and spread at random. */
interface Tempo {
  readonly tries: number;
  readonly firstPause: number;
  readonly longestPause: number;
}

/** The uploads follow Azure's own SDK. */
export const tempos: Readonly<Record<System | 'upload', Tempo>> = {
  astro: { tries: 5, firstPause: 500, longestPause: 8_000 },
  airflow: { tries: 4, firstPause: 500, longestPause: 8_000 },
  github: { tries: 3, firstPause: 500, longestPause: 8_000 },
  upload: { tries: 4, firstPause: 800, longestPause: 60_000 },
};

/** Waits so many milliseconds, or until the signal aborts (then it throws the signal's reason). */
export type Pause = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** What one request needs to know for its deadline and its repetitions. */
export interface RetryRules {
  readonly verb: Verb;
  readonly tempo: keyof typeof tempos;
  readonly signal: AbortSignal;
  /** Milliseconds that are left for waiting. */
  readonly remaining: () => number;
  /** What bounds it, for messages; `wait-time` where it is left out. */
  readonly limit?: string | undefined;
  /** Called with the reason, before a request is repeated. */
  readonly debug: (text: string) => void;
  readonly pause?: Pause | undefined;
}

/** Least time that a single request gets, in milliseconds, when nothing is left. */
const leastTime = 5_000;

/** Milliseconds that one request may take: what is left for waiting, but at least 5 s. */
export const requestTime = (remaining: () => number): number => Math.max(leastTime, remaining());

/**
 * Sends a request as often as the table allows. Each try gets the time that is left (`within`, milliseconds); no pause
 * goes beyond it. Throws the last ApiError, and whatever else a try throws.
 */
export async function retry<T>(send: (within: number) => Promise<T>, rules: RetryRules): Promise<T> {
  const { verb, signal, remaining, pause: wait = pause } = rules;
  const { tries, firstPause, longestPause } = tempos[rules.tempo];
  const allowed = repeats[verb];
  let tooLong: Pick<ApiFacts, 'message' | 'advice'> | undefined;
  let sent = 0;
  const begun = performance.now();
  try {
    return await pRetry(
      () => {
        sent++;
        return send(requestTime(remaining));
      },
      {
        retries: allowed.length === 0 ? 0 : tries - 1,
        minTimeout: 0,
        signal,
        shouldRetry: async ({ error, retriesConsumed }) => {
          if (!(error instanceof ApiError) || !allowed.includes(failureClass(error))) return false;
          if (error.cause instanceof AnswerTooLarge) return false;
          const backoff = Math.min(longestPause, firstPause * 2 ** retriesConsumed * (1 + Math.random()));
          const next = Math.max(error.retryAfter ?? 0, error.retryAfter === undefined ? backoff : 0);
          const left = remaining();
          if (next > left) {
            tooLong = error.outOfTime
              ? { message: '', advice: error.advice }
              : outOfTime(error, left, rules.limit, { sent, since: begun });
            return false;
          }
          rules.debug(`${error.message} Trying again in ${String(Math.ceil(next / 1000))} s.`);
          await wait(next, signal);
          return true;
        },
      },
    );
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (tooLong !== undefined) throw error.because(tooLong.message, { ...tooLong, outOfTime: true });
    throw sent > 1 ? error.because(`It was tried ${String(sent)} times.`) : error;
  }
}

function outOfTime(
  { retryAfter }: ApiError,
  left: number,
  limit: string | undefined,
  { sent, since }: { readonly sent: number; readonly since: number },
): Pick<ApiFacts, 'message' | 'advice'> {
  const leaves = `${limit ?? '`wait-time`'} leaves ${left > 0 ? seconds(left) : 'no time'}`;
  if (retryAfter !== undefined)
    return { message: `It asks to wait ${seconds(retryAfter)}, and ${leaves}.`, advice: 'Run the job again later.' };
  const tried = `It was tried ${sent === 1 ? 'once' : `${String(sent)} times`} in ${seconds(performance.now() - since)}`;
  const longer = limit === undefined ? ', or give a longer `wait-time`' : '';
  return { message: `${tried}, and ${leaves} for another try.`, advice: `Run the job again${longer}.` };
}

const seconds = (milliseconds: number): string => `${String(Math.ceil(milliseconds / 1000))} s`;

/** What kind of failure an error is. */
export function failureClass({ status, applied }: Pick<ApiError, 'status' | 'applied'>): FailureClass {
  if (status === 0) return applied === 'no' ? 'unsent' : 'unclear';
  if (status === 429) return 'rate';
  if (status === 502 || status === 503) return 'gateway';
  if (status === 408 || status >= 500) return 'busy';
  return status >= 200 && status < 300 ? 'unclear' : 'refused';
}

/** Waits on the machine's own clock. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal.addEventListener('abort', stop, { once: true });
  });
}
