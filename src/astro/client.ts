import pRetry from 'p-retry';
import { AstroApiError, UserError, type FieldError } from '../core/errors.ts';
import { oneLine } from '../core/text.ts';
import type { Log } from '../runner/log.ts';
import { HttpFailure, send, type Agents, type HttpAnswer } from '../http/request.ts';

/** Told to Astro with every request; the same as in package.json. */
export const version = '0.1.0';

/** One connection to the Astro API: where, who, and until when. */
export interface AstroClient {
  readonly url: URL;
  readonly token: string;
  readonly agents: Agents;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Milliseconds that are left for waiting. */
  readonly remaining: () => number;
  /** How far Astro's clock is ahead of this machine's, in milliseconds, kept up to date by every answer; and whether there was one. */
  readonly clock?: { skew: number; heard: boolean };
}

/**
 * What may be repeated after a failure. `read`, `update` and `delete` are repeatable (Astro's API overview documents
 * updates and deletes as idempotent); a `create` is repeated only when it provably was not carried out: never sent, or
 * turned away for its rate. Everything else about a create that is unclear is for its caller to find out by reading.
 * A `rewrite` holds what others wrote as it was read a moment before: it is never sent again without reading again.
 */
export type Verb = 'read' | 'create' | 'update' | 'delete' | 'rewrite';

export type FailureClass = 'unsent' | 'unclear' | 'rate' | 'busy' | 'refused';

/** The retry table: which class of failure each verb survives. */
export const repeats: Readonly<Record<Verb, readonly FailureClass[]>> = {
  read: ['unsent', 'unclear', 'rate', 'busy'],
  create: ['unsent', 'rate'],
  update: ['unsent', 'unclear', 'rate', 'busy'],
  delete: ['unsent', 'unclear', 'rate', 'busy'],
  rewrite: [],
};

const methods = { read: 'GET', create: 'POST', update: 'POST', delete: 'DELETE', rewrite: 'POST' } as const;
const attempts = 5;

export interface AstroRequest {
  readonly verb: Verb;
  /** Path below the API root, made by `path`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | readonly string[]>>;
  readonly body?: unknown;
  /** What this request does, for people: "list Deployments". */
  readonly purpose: string;
}

/** Builds a path from ids; an empty or missing id is a bug here or an answer without one, and never reaches a URL. */
export function path(parts: TemplateStringsArray, ...ids: (string | undefined)[]): string {
  return parts.reduce((built, part, index) => {
    const id = ids[index - 1];
    if (id === undefined || id === '')
      throw new UserError(`Astro's answer lacks an id that the next request needs (${built}…).`);
    return built + encodeURIComponent(id) + part;
  });
}

/**
 * Sends one request, repeats it as its verb allows, and gives back the parsed JSON (`undefined` for an empty answer).
 * Throws AstroApiError: status, request id and what to do. The token goes to `client.url` only; nothing is redirected.
 */
export async function call<T>(client: AstroClient, request: AstroRequest): Promise<T> {
  return pRetry(() => once<T>(client, request), {
    retries: attempts - 1,
    minTimeout: 500,
    factor: 2,
    maxTimeout: 8_000,
    randomize: true,
    signal: client.signal,
    shouldRetry: ({ error }) => {
      if (!(error instanceof AstroApiError) || !repeats[request.verb].includes(failureClass(error))) return false;
      return (error.retryAfter ?? 0) <= client.remaining();
    },
    onFailedAttempt: async ({ error, retriesLeft }) => {
      if (repeats[request.verb].length === 0) return;
      const asked = error instanceof AstroApiError ? error.retryAfter : undefined;
      if (retriesLeft === 0 || asked === undefined || asked > client.remaining()) return;
      client.log.debug(`${error.message} Waiting ${Math.ceil(asked / 1000)} s as asked.`);
      await pause(asked, client.signal);
    },
  });
}

/** Waits so many milliseconds, or until the run is cancelled (then it throws the signal's reason). */
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

/** What kind of failure an error is. */
export function failureClass(error: AstroApiError): FailureClass {
  if (error.status === 0) return error.applied === 'no' ? 'unsent' : 'unclear';
  if (error.status === 429) return 'rate';
  if (error.status === 408 || error.status >= 500) return 'busy';
  return error.status >= 200 && error.status < 300 ? 'unclear' : 'refused';
}

async function once<T>(client: AstroClient, request: AstroRequest): Promise<T> {
  const method = methods[request.verb];
  const fail = (
    message: string,
    status: number,
    applied: 'no' | 'maybe',
    more: Partial<AstroApiError> = {},
  ): AstroApiError => new AstroApiError({ message, method, path: request.path, status, applied, ...more });
  const answer = await transmit(client, request, method).catch((error: unknown) => {
    if (!(error instanceof HttpFailure)) throw error;
    const sentence = `Could not ${request.purpose}: ${error.message}.`;
    throw fail(sentence, 0, error.sent ? 'maybe' : 'no', { cause: error });
  });
  noteClock(client, answer);
  if (answer.status >= 200 && answer.status < 300) {
    if (answer.body === '') return undefined as T;
    try {
      return JSON.parse(answer.body) as T;
    } catch (error) {
      throw fail(
        `Could not ${request.purpose}: Astro's answer is not JSON, it may have been cut off.`,
        answer.status,
        'maybe',
        { cause: error },
      );
    }
  }
  throw refusal(client, request, method, answer);
}

/** The header counts whole seconds: less than a minute is no difference. */
function noteClock({ clock }: AstroClient, answer: HttpAnswer): void {
  if (clock) clock.heard = true;
  const skew = Date.parse(answer.headers.date ?? '') - Date.now();
  if (clock && !Number.isNaN(skew)) clock.skew = Math.abs(skew) < 60_000 ? 0 : skew;
}

async function transmit(client: AstroClient, request: AstroRequest, method: string): Promise<HttpAnswer> {
  const url = new URL(client.url.href.replace(/\/+$/, '') + request.path);
  for (const [key, value] of Object.entries(request.query ?? {})) {
    for (const entry of Array.isArray(value) ? (value as readonly string[]) : [String(value)])
      url.searchParams.append(key, entry);
  }
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  return send(
    {
      method,
      url,
      headers: {
        authorization: `Bearer ${client.token}`,
        accept: 'application/json',
        'user-agent': `astro-branch-deploy/${version}`,
        'x-astro-client-identifier': 'astro-branch-deploy',
        'x-astro-client-version': version,
        ...(body !== undefined && {
          'content-type': 'application/json',
          'content-length': new TextEncoder().encode(body).length,
        }),
      },
      ...(body !== undefined && { body }),
      signal: client.signal,
    },
    client.agents,
  );
}

function refusal(client: AstroClient, request: AstroRequest, method: string, answer: HttpAnswer): AstroApiError {
  const said = parseError(answer.body);
  const fields = said.fieldErrors.map(({ field, message }) => `${oneLine(field, 60)}: ${oneLine(message)}`).join('; ');
  const words = [said.message && oneLine(said.message, 500), fields].filter(Boolean).join(' - ');
  const advice =
    advices[answer.status] ??
    (answer.status >= 300 && answer.status < 400
      ? 'It redirects elsewhere, which is not followed with a token: check `astro-api-url`.'
      : '');
  const id = said.requestId === undefined ? '' : ` (request ${oneLine(said.requestId, 80)})`;
  const retryAfter = answer.status === 429 || answer.status === 503 ? readRetryAfter(answer) : undefined;
  const left = Math.ceil(Math.max(0, client.remaining()) / 1000);
  const tooLong =
    retryAfter !== undefined && retryAfter > client.remaining()
      ? `It asks to wait ${Math.ceil(retryAfter / 1000)} s, and ${left} s of \`wait-time\` are left: run the job again later.`
      : '';
  return new AstroApiError({
    message: [
      `Could not ${request.purpose}: Astro answered ${answer.status}${words ? `, "${words}"` : ''}${id}.`,
      advice,
      tooLong,
    ]
      .filter(Boolean)
      .join(' '),
    method,
    path: request.path,
    status: answer.status,
    // A 4xx is answered before anything is done; after a 5xx or 408 nobody knows.
    applied: answer.status >= 500 || answer.status === 408 ? 'maybe' : 'no',
    requestId: said.requestId,
    fieldErrors: said.fieldErrors,
    retryAfter,
  });
}

const advices: Readonly<Record<number, string>> = {
  401: 'The API token is expired, revoked or wrong: make a new one in Astro and put it into the secret that `astro-api-token` reads.',
  403: 'The API token lacks the permission for this, or the Organization allows other IP addresses only: a Workspace token with the role Workspace Operator can do everything that previews need.',
};

/** Milliseconds of a Retry-After header, in seconds or as a date; nonsense and the past count as not given. */
function readRetryAfter(answer: HttpAnswer): number | undefined {
  const text = answer.headers['retry-after'] ?? '';
  const milliseconds = /^\d+$/.test(text)
    ? Number(text) * 1000
    : Date.parse(text) - Date.parse(answer.headers.date ?? '');
  return milliseconds > 0 ? milliseconds : undefined;
}

function parseError(body: string): { message?: string; requestId?: string; fieldErrors: FieldError[] } {
  try {
    const value = JSON.parse(body) as { message?: unknown; requestId?: unknown; fieldErrors?: unknown };
    const fields = Array.isArray(value.fieldErrors) ? (value.fieldErrors as Partial<FieldError>[]) : [];
    return {
      ...(typeof value.message === 'string' && { message: value.message }),
      ...(typeof value.requestId === 'string' && { requestId: value.requestId }),
      fieldErrors: fields.flatMap(({ field, message }) =>
        typeof field === 'string' && typeof message === 'string' ? [{ field, message }] : [],
      ),
    };
  } catch {
    return { fieldErrors: [] }; // a proxy's HTML, or nothing: the status says it all
  }
}

/** Most pages that one list is followed for; beyond it something is wrong with the answers. */
const mostPages = 100;
const pageSize = 1000;
const readings = 3;

/**
 * Reads a list to its end. A list that changes between two pages can come out short: it is then read again, and an
 * incomplete one is an error, never a result, because deletions are decided on lists.
 */
export async function listAll<T extends { readonly id: string }>(
  client: AstroClient,
  request: Omit<AstroRequest, 'verb' | 'body'>,
  rowsOf: (page: Record<string, unknown>) => unknown,
): Promise<T[]> {
  for (let reading = 0; reading < readings; reading++) {
    const rows = await readOnce<T>(client, request, rowsOf);
    if (rows) return rows;
  }
  throw broken(request, 'the list keeps changing while it is read');
}

async function readOnce<T extends { readonly id: string }>(
  client: AstroClient,
  request: Omit<AstroRequest, 'verb' | 'body'>,
  rowsOf: (page: Record<string, unknown>) => unknown,
): Promise<T[] | undefined> {
  const found = new Map<string, T>();
  let received = 0;
  for (let pages = 0; pages < mostPages; pages++) {
    const query = { ...request.query, limit: pageSize, offset: received };
    const page = await call<Record<string, unknown>>(client, { ...request, verb: 'read', query });
    const rows = rowsOf(page);
    if (!Array.isArray(rows)) throw broken(request, "Astro's answer holds no list");
    for (const row of rows as T[]) found.set(row.id, row);
    received += rows.length;
    const total = typeof page['totalCount'] === 'number' ? page['totalCount'] : undefined;
    const ended = total === undefined ? rows.length < pageSize : rows.length === 0 || received >= total;
    if (ended) return total === undefined || found.size >= total ? [...found.values()] : undefined;
  }
  throw broken(request, `the list has no end after ${mostPages} pages`);
}

function broken(request: Omit<AstroRequest, 'verb' | 'body'>, why: string): AstroApiError {
  const message = `Could not ${request.purpose}: ${why}. Nothing was decided on it; run the job again.`;
  return new AstroApiError({ message, method: 'GET', path: request.path, status: 200, applied: 'no' });
}
