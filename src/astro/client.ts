import { ApiError, UserError } from '../core/errors.ts';
import { AnswerTooLarge, HttpFailure } from '../http/failure.ts';
import { send, type HttpAnswer } from '../http/request.ts';
import { readPages, type Page } from '../http/paging.ts';
import { retry } from '../http/retry.ts';
import { checkAnswer } from './answers.ts';
import { version } from '../core/release.ts';
import { refusal, unreachable } from './refusal.ts';
import type { AstroClient, AstroRequest } from './types.ts';
import { omitUndefined } from '../core/omit-undefined.ts';

export { failureClass, pause } from '../http/retry.ts';

const methods: Record<AstroRequest['verb'], string> = {
  read: 'GET',
  create: 'POST',
  update: 'POST',
  delete: 'DELETE',
  rewrite: 'POST',
};

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
 * Throws ApiError: status, request id and what to do. The token goes to `client.url` only; nothing is redirected.
 */
export async function call<T>(client: AstroClient, request: AstroRequest): Promise<T> {
  const { signal, remaining, limit, log, pause } = client;
  const rules = { verb: request.verb, tempo: 'astro', signal, remaining, limit, debug: log.debug, pause } as const;
  return retry((within) => once<T>(client, request, within), rules);
}

async function once<T>(client: AstroClient, request: AstroRequest, within: number): Promise<T> {
  const method = methods[request.verb];
  const facts = { system: 'astro', method, path: request.path } as const;
  const answer = await transmit(client, request, within).catch((error: unknown) => {
    if (!(error instanceof HttpFailure)) throw error;
    const { sent, outOfTime } = error;
    throw new ApiError({
      ...facts,
      message: `Could not ${request.purpose}: ${error.message}.`,
      advice: unreachable(error, client.limit),
      status: 0,
      applied: sent ? 'maybe' : 'no',
      outOfTime,
      cause: error,
    });
  });
  noteClock(client, answer);
  if (answer.status < 200 || answer.status >= 300)
    throw refusal(request, method, { ...answer, body: client.log.redact(answer.body) });
  if (answer.body === '' && request.answer === undefined) return undefined as T;
  let parsed: unknown;
  try {
    parsed = answer.body === '' ? undefined : JSON.parse(answer.body);
  } catch (cause) {
    const message = `Could not ${request.purpose}: Astro's answer is not JSON, it may have been cut off.`;
    throw new ApiError({
      ...facts,
      message,
      advice: 'Run the job again.',
      status: answer.status,
      applied: 'maybe',
      cause,
    });
  }
  if (request.answer !== undefined)
    checkAnswer(parsed, request.answer, {
      ...facts,
      ...request,
      requestId: String(answer.headers['x-request-id'] ?? '') || undefined,
    });
  return parsed as T;
}

/** The header counts whole seconds: less than a minute is no difference. */
function noteClock({ clock }: AstroClient, answer: HttpAnswer): void {
  if (clock) clock.heard = true;
  const skew = Date.parse(answer.headers.date ?? '') - Date.now();
  if (clock && !Number.isNaN(skew)) clock.skew = Math.abs(skew) < 60_000 ? 0 : skew;
}

async function transmit(client: AstroClient, request: AstroRequest, within: number): Promise<HttpAnswer> {
  const url = new URL(client.url.href.replace(/\/+$/, '') + request.path);
  for (const [key, value] of Object.entries(request.query ?? {})) {
    for (const entry of Array.isArray(value) ? (value as readonly string[]) : [String(value)])
      url.searchParams.append(key, entry);
  }
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  return send(
    {
      method: methods[request.verb],
      url,
      within,
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
      ...omitUndefined({ body }),
      signal: client.signal,
      boundedBy: client.limit,
    },
    client.agents,
  );
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
  let limit = pageSize;
  const read = async (offset: number): Promise<Page<T> | undefined> => {
    const { answer, ...asked } = request;
    const query = { ...request.query, limit, offset };
    const page = await call<Record<string, unknown> | undefined>(client, { ...asked, verb: 'read', query }).then(
      (received) => received ?? {},
      (error: unknown) => {
        if (limit > 1 && error instanceof ApiError && error.cause instanceof AnswerTooLarge) return undefined;
        throw error;
      },
    );
    if (!page) {
      limit = Math.ceil(limit / 10);
      return undefined;
    }
    const rows = rowsOf(page);
    if (!Array.isArray(rows)) throw broken(request, "Astro's answer holds no list");
    if (answer !== undefined)
      for (const row of rows as unknown[]) checkAnswer(row, answer, { ...request, method: 'GET' });
    const total = typeof page['totalCount'] === 'number' ? page['totalCount'] : undefined;
    return { rows: rows as T[], total, limit };
  };
  const list = await readPages({ read, keyOf: ({ id }) => id, mostPages });
  if (!list) throw broken(request, `the list has no end after ${mostPages} pages`);
  return list.total === undefined || list.rows.length >= list.total ? list.rows : undefined;
}

function broken(request: Omit<AstroRequest, 'verb' | 'body'>, why: string): ApiError {
  const message = `Could not ${request.purpose}: ${why}.`;
  const advice = 'Nothing was decided on it; run the job again.';
  return new ApiError({
    system: 'astro',
    message,
    advice,
    method: 'GET',
    path: request.path,
    status: 200,
    applied: 'no',
  });
}
