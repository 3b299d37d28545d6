import pRetry from 'p-retry';
import { pause, version as ownVersion, type AstroClient } from '../astro/client.ts';
import { HttpFailure, send, type HttpAnswer } from '../http/request.ts';
import { airflowApi, type WithAirflow } from '../core/airflow-address.ts';
import { UserError } from '../core/errors.ts';
import { oneLine } from '../core/text.ts';

/** The Airflow of one Deployment, reached with the token of the Astro API. */
export interface Airflow {
  /** Address without `/api/vN`. */
  readonly root: URL;
  readonly version: 'v1' | 'v2';
  readonly client: AstroClient;
  /** Milliseconds before the first repetition, doubled for each further one. */
  readonly firstPause: number;
}

/**
 * Airflow answered with an error status, or with something that is no answer (`status` 0: none came back).
 * `applied` tells whether the request may have taken effect: 'no' only where it was never sent or was refused.
 */
export class AirflowApiError extends Error {
  override readonly name = 'AirflowApiError';
  readonly method: string;
  /** Path below `/api/vN`. */
  readonly path: string;
  readonly status: number;
  /** What Airflow said. */
  readonly detail: string | undefined;
  readonly applied: 'no' | 'maybe';
  /** Milliseconds that Airflow asked to wait before the next try. */
  readonly retryAfter: number | undefined;

  constructor(facts: {
    message: string;
    method: string;
    path: string;
    status: number;
    applied: 'no' | 'maybe';
    detail?: string | undefined;
    retryAfter?: number | undefined;
    cause?: unknown;
  }) {
    super(facts.message, facts.cause === undefined ? {} : { cause: facts.cause });
    this.method = facts.method;
    this.path = facts.path;
    this.status = facts.status;
    this.detail = facts.detail;
    this.applied = facts.applied;
    this.retryAfter = facts.retryAfter;
  }
}

export interface AirflowRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path below `/api/vN`, made by `airflowPath`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: unknown;
  /** What this request does, for people: "list the connections". */
  readonly purpose: string;
}

const attempts = { read: 4, write: 3 } as const;

/** The Airflow REST API of a Deployment; throws UserError where Astro gives no address that can be used. */
export function connectAirflow(
  deployment: WithAirflow,
  client: AstroClient,
  { firstPause = 500 }: { readonly firstPause?: number } = {},
): Airflow {
  return { ...airflowApi(deployment, client.url), client, firstPause };
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
 * does. Throws AirflowApiError. The token goes to the Deployment's Airflow only; nothing is redirected.
 */
export async function request<T>(airflow: Airflow, asked: AirflowRequest): Promise<T> {
  const { client } = airflow;
  return pRetry(() => once<T>(airflow, asked), {
    retries: attempts[asked.method === 'GET' ? 'read' : 'write'] - 1,
    minTimeout: airflow.firstPause,
    factor: 2,
    maxTimeout: 8_000,
    randomize: true,
    signal: client.signal,
    shouldRetry: async ({ error }) => {
      if (!(error instanceof AirflowApiError) || !isRepeated(asked.method, error)) return false;
      const wait = error.retryAfter ?? 0;
      if (wait >= client.remaining()) return false;
      client.log.debug(`${error.message} Trying again.`);
      await pause(wait, client.signal);
      return true;
    },
  });
}

function isRepeated(method: AirflowRequest['method'], { status, applied }: AirflowApiError): boolean {
  if (status === 429 || status === 502 || status === 503 || (status === 0 && applied === 'no')) return true;
  const refused = status >= 300 && status < 500 && status !== 408;
  return method === 'GET' && !refused;
}

async function once<T>(airflow: Airflow, asked: AirflowRequest): Promise<T> {
  const { method, path, purpose } = asked;
  const answer = await transmit(airflow, asked).catch((error: unknown) => {
    if (!(error instanceof HttpFailure)) throw error;
    const message = `Could not ${purpose}: ${error.message}. ${unreachable}`;
    throw new AirflowApiError({
      message,
      method,
      path,
      status: 0,
      applied: error.sent ? 'maybe' : 'no',
      cause: error,
    });
  });
  const { status, body } = answer;
  if (status < 200 || status >= 300) throw refusal(asked, answer);
  if (body === '') return undefined as T;
  try {
    return JSON.parse(body) as T;
  } catch (cause) {
    const message = `Could not ${purpose}: the answer is not JSON, so it was cut off or is not Airflow's. ${unreachable}`;
    throw new AirflowApiError({ message, method, path, status, applied: 'maybe', cause });
  }
}

async function transmit({ root, version, client }: Airflow, asked: AirflowRequest): Promise<HttpAnswer> {
  const url = new URL(`${root.href.replace(/\/+$/, '')}/api/${version}${asked.path}`);
  for (const [key, value] of Object.entries(asked.query ?? {})) {
    for (const one of [value].flat()) url.searchParams.append(key, one);
  }
  const body = asked.body === undefined ? undefined : JSON.stringify(asked.body);
  return send(
    {
      method: asked.method,
      url,
      headers: {
        authorization: `Bearer ${client.token}`,
        accept: 'application/json',
        'user-agent': `astro-branch-deploy/${ownVersion}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body }),
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
  return status >= 502 && status <= 504 ? unreachable : '';
}

function refusal({ method, path, purpose }: AirflowRequest, answer: HttpAnswer): AirflowApiError {
  const { status, headers } = answer;
  const detail = detailOf(answer.body);
  const wait = Number(headers['retry-after']) * 1000;
  const said = detail === undefined ? '' : `, "${detail}"`;
  return new AirflowApiError({
    message: `Could not ${purpose}: Airflow answered ${status}${said}. ${adviceOn(status)}`.trimEnd(),
    method,
    path,
    status,
    detail,
    // A 4xx is answered before anything is done; after a 5xx or 408 nobody knows.
    applied: status >= 500 || status === 408 ? 'maybe' : 'no',
    retryAfter: (status === 429 || status === 503) && wait > 0 ? wait : undefined,
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
