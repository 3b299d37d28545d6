import { version as ownVersion } from '../core/release.ts';
import { HttpFailure } from '../http/failure.ts';
import { send, type HttpAnswer } from '../http/request.ts';
import { airflowApi, type WithAirflow } from '../core/airflow-address.ts';
import type { ClockSample } from '../core/code/parsed.ts';
import { ApiError, UserError } from '../core/errors.ts';
import { lacking } from '../core/lacking.ts';
import { readRetryAfter } from '../http/retry-after.ts';
import { retry } from '../http/retry.ts';
import { oneLine } from '../core/text.ts';
import type { AstroClient } from '../astro/types.ts';
import { omitUndefined } from '../core/omit-undefined.ts';

/** The Airflow of one Deployment, reached with the token of the Astro API. */
export interface Airflow {
  /** Address without `/api/vN`. */
  readonly root: URL;
  readonly version: 'v1' | 'v2';
  readonly client: AstroClient;
  /** Called with the clock of each answer. */
  readonly answered?: (sample: ClockSample) => void;
}

export interface AirflowRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path below `/api/vN`, made by `airflowPath`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: unknown;
  /** What this request does, for people: "list the connections". */
  readonly purpose: string;
  /** Members of the answer that are used; checked where they are given. */
  readonly answer?: readonly string[];
}

/** The Airflow REST API of a Deployment; throws UserError where Astro gives no address that can be used. */
export function connectAirflow(deployment: WithAirflow, client: AstroClient): Airflow {
  return { ...airflowApi(deployment, client.url, client.airflowHosts), client };
}

/** Builds a path from ids, each one segment; what no URL can carry as one (`..`, half a character) is refused. */
export function airflowPath(parts: TemplateStringsArray, ...ids: string[]): string {
  return parts.reduce((built, part, index) => {
    const id = ids[index - 1] ?? '';
    if (/^\.{0,2}$/.test(id) || !id.isWellFormed())
      throw new UserError(
        `Airflow cannot be asked for "${oneLine(id)}" (${built}…): no address can hold this name. Rename it in Airflow, or leave it out.`,
      );
    return built + encodeURIComponent(id) + part;
  });
}

/**
 * Sends one request and gives back the parsed JSON (`undefined` for an empty answer). Reads are repeated where no whole
 * answer came, on 408, 429 and 5xx; writes only where they were provably not sent and on 429, 502 and 503, as Astro's CLI
 * does. Throws ApiError. The token goes to the Deployment's Airflow only; nothing is redirected.
 */
export async function request<T>(airflow: Airflow, asked: AirflowRequest): Promise<T> {
  const { signal, remaining, limit, log, pause } = airflow.client;
  const verb = asked.method === 'GET' ? 'read' : 'airflow-write';
  const rules = { verb, tempo: 'airflow', signal, remaining, limit, debug: log.debug, pause } as const;
  return retry((within) => once<T>(airflow, asked, within), rules);
}

async function once<T>(airflow: Airflow, asked: AirflowRequest, within: number): Promise<T> {
  const { method, path, purpose } = asked;
  const askedAt = Date.now();
  const answer = await transmit(airflow, asked, within).catch((error: unknown) => {
    if (!(error instanceof HttpFailure)) throw error;
    const longer = airflow.client.limit === undefined ? ', or give a longer `wait-time`' : '';
    const advice = error.outOfTime ? `Run the job again${longer}.` : unreachable;
    throw new ApiError({
      system: 'airflow',
      message: `Could not ${purpose}: ${error.message}.`,
      advice,
      method,
      path,
      status: 0,
      applied: error.sent ? 'maybe' : 'no',
      outOfTime: error.outOfTime,
      cause: error,
    });
  });
  const date = Date.parse(answer.headers.date ?? '');
  if (Number.isFinite(date)) airflow.answered?.({ date, askedAt, answeredAt: Date.now() });
  const { status, body } = answer;
  if (status < 200 || status >= 300) throw refusal(asked, { ...answer, body: airflow.client.log.redact(body) });
  if (body === '' && asked.answer === undefined) return undefined as T;
  let parsed: unknown;
  try {
    parsed = body === '' ? undefined : JSON.parse(body);
  } catch (cause) {
    throw strange(asked, status, 'the answer is not JSON', cause);
  }
  const why = lacking('Airflow', parsed, asked.answer ?? []);
  if (why !== undefined) throw strange(asked, status, why);
  return parsed as T;
}

/** An answer that cannot be Airflow's, or not all of it. */
function strange({ purpose, method, path }: AirflowRequest, status: number, why: string, cause?: unknown): ApiError {
  const message = `Could not ${purpose}: ${why}, so it was cut off or is not Airflow's.`;
  return new ApiError({
    system: 'airflow',
    message,
    advice: unreachable,
    method,
    path,
    status,
    applied: 'maybe',
    cause,
  });
}

async function transmit(
  { root, version, client }: Airflow,
  asked: AirflowRequest,
  within: number,
): Promise<HttpAnswer> {
  const url = new URL(`${root.href.replace(/\/+$/, '')}/api/${version}${asked.path}`);
  for (const [key, value] of Object.entries(asked.query ?? {})) {
    for (const one of [value].flat()) url.searchParams.append(key, one);
  }
  const body = asked.body === undefined ? undefined : JSON.stringify(asked.body);
  return send(
    {
      method: asked.method,
      url,
      within,
      boundedBy: client.limit,
      headers: {
        authorization: `Bearer ${client.token}`,
        accept: 'application/json',
        'user-agent': `astro-branch-deploy/${ownVersion}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...omitUndefined({ body }),
      signal: client.signal,
    },
    client.agents,
  );
}

const unreachable =
  'The Airflow of this Deployment must be up (neither being created nor hibernating) and must let this machine in: look at the Deployment in Astro, then run the job again.';
const forbidden =
  'The API token may not do this in Airflow: give it a role in the Workspace or on the Deployment that may, such as Workspace Operator.';

function adviceOn(status: number): string {
  if (status === 401 || status === 403) return forbidden;
  if (status >= 300 && status < 400)
    return `It redirects elsewhere, which is not followed with a token. ${unreachable}`;
  if (status >= 502 && status <= 504) return unreachable;
  if (status >= 500 || status === 429 || status === 408)
    return 'Run the job again later; if it stays so, look at the logs of the API server (webserver) in Astro.';
  return status === 404
    ? 'Check in Airflow whether it is there.'
    : 'Correct what Airflow names, then run the job again.';
}

function refusal({ method, path, purpose }: AirflowRequest, answer: HttpAnswer): ApiError {
  const { status, headers } = answer;
  const detail = detailOf(answer.body);
  const said = detail === undefined ? '' : `, "${detail}"`;
  return new ApiError({
    system: 'airflow',
    message: `Could not ${purpose}: Airflow answered ${status}${said}.`,
    advice: adviceOn(status),
    method,
    path,
    status,
    detail,
    // A 4xx is answered before anything is done; after a 5xx or 408 nobody knows.
    applied: status >= 500 || status === 408 ? 'maybe' : 'no',
    retryAfter: status === 429 || status === 503 ? readRetryAfter(headers) : undefined,
  });
}

/**
 * What went wrong, in Airflow's words: a problem object with `title` and `detail` in Airflow 2; in Airflow 3 `detail` is
 * a text, a list (FastAPI's validation errors) or an object with a `reason`. `input` and SQL statements are left out:
 * they hold the values that were sent.
 */
function detailOf(body: string): string | undefined {
  try {
    const { title, detail } = JSON.parse(body) as { title?: unknown; detail?: unknown };
    const entries = (Array.isArray(detail) ? detail : [detail]) as unknown[];
    const words = [typeof title === 'string' ? title : '', ...entries.map(wordsOf)].filter((text) => text !== '');
    return words.length > 0 ? oneLine(words.join(' - '), 500) : undefined;
  } catch {
    return undefined; // a proxy's HTML, or nothing: the status says it all
  }
}

function wordsOf(entry: unknown): string {
  if (typeof entry === 'string') return entry;
  const { loc, msg, reason } = (entry ?? {}) as { loc?: unknown; msg?: unknown; reason?: unknown };
  const where = Array.isArray(loc) ? `${loc.join('.')}: ` : '';
  return typeof msg === 'string' ? `${where}${msg}` : typeof reason === 'string' ? reason : '';
}
