import type { Operation } from './contract.ts';
import { playBefore, type Faults } from './faults.ts';
import { operations } from './operations.ts';
import type { RecordedRequest } from './sandbox-types.ts';
import { Refusal, type Astro } from './state.ts';
import type { Exchange } from './wire.ts';

/** What a running sandbox holds beside the state of Astro. */
export interface Running {
  readonly astro: Astro;
  readonly contract: readonly Operation[];
  readonly faults: Faults;
  readonly requests: RecordedRequest[];
  readonly violations: string[];
  readonly airflowRequests: string[];
  readonly accepts: (token: string) => boolean;
  readonly count: () => number;
  readonly onRequest: (request: RecordedRequest) => Promise<void> | void;
}

interface Answered {
  readonly status: number;
  readonly body: unknown;
}

/** Records a request to the API, and answers it as the contract says or as a fault spoils it. */
export async function answerApi(running: Running, { request, response, url, body }: Exchange): Promise<void> {
  const { contract, faults, requests } = running;
  const operation = contract.find(({ method, pattern }) => method === request.method && pattern.test(url.pathname));
  const record: RecordedRequest = {
    operation: operation?.id ?? 'unknown',
    method: request.method ?? '',
    path: url.pathname,
    query: url.search,
    body: parse(body),
    status: 0,
  };
  requests.push(record);
  const fault = operation && faults.next(operation.id);
  if (playBefore(fault, request, response)) return;
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const answer = await serve(running, operation, { record, url, token });
  record.status = answer.status;
  if (fault?.mode === 'processed-then-reset') {
    request.socket.resetAndDestroy();
    return;
  }
  const text = fault?.mode === 'empty-object' ? '{}' : answer.body === undefined ? '' : JSON.stringify(answer.body);
  response.writeHead(answer.status, { 'content-type': 'application/json' });
  response.end(fault?.mode === 'truncated-json' ? text.slice(0, text.length / 2) : text);
}

async function serve(
  running: Running,
  operation: Operation | undefined,
  { record, url, token }: { readonly record: RecordedRequest; readonly url: URL; readonly token: string },
): Promise<Answered> {
  if (!running.accepts(token)) return refused(running, new Refusal(401, 'Unauthorized'));
  const implemented = operation && operations[operation.id];
  if (!operation || !implemented) return refused(running, new Refusal(404, 'Not found'));
  await running.onRequest(record);
  const problems = operation.checkRequest(url.searchParams, record.body);
  if (problems.length > 0) {
    running.violations.push(...problems.map((problem) => `${operation.id} request: ${problem}`));
    return refused(running, new Refusal(400, `Invalid request: ${problems.join('; ')}`));
  }
  const values = operation.pattern.exec(url.pathname)?.slice(1).map(decodeURIComponent) ?? [];
  const ids = Object.fromEntries(operation.names.map((name, index) => [name, values[index] ?? '']));
  try {
    if (ids['organizationId'] !== undefined && ids['organizationId'] !== running.astro.organizationId)
      throw new Refusal(404, 'Organization not found');
    const made = implemented(running.astro, { ids, query: url.searchParams, body: record.body });
    return checked(running, operation, made);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const refusal = refused(running, error);
    const wrong = operation.checkAnswer(refusal.status, refusal.body);
    running.violations.push(...wrong.map((problem) => `${operation.id} refusal: ${problem}`));
    return refusal;
  }
}

/** An answer as it is sent, or what is wrong with it. */
function checked(running: Running, operation: Operation, { status, body }: Answered): Answered {
  // Members without a value do not exist in JSON.
  const sent = body === undefined ? undefined : (JSON.parse(JSON.stringify(body)) as unknown);
  const wrong = operation.checkAnswer(status, withoutNulls(sent));
  running.violations.push(...wrong.map((problem) => `${operation.id} answer: ${problem}`));
  if (wrong.length === 0) return { status, body: sent };
  return refused(running, new Refusal(500, `The sandbox breaks the contract: ${wrong.join('; ')}`));
}

const refused = ({ count }: Running, { status, message, fieldErrors }: Refusal): Answered => ({
  status,
  body: {
    message,
    requestId: `req-${String(count())}`,
    statusCode: status,
    ...(fieldErrors.length > 0 && { fieldErrors }),
  },
});

function parse(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return '(no JSON)';
  }
}

/**
 * The contract declares neither `null` nor deploys that read as BUNDLE; switches answer both all the same, as generated
 * clients of Astro allow for.
 */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) =>
      member === null ? [] : [[key, key === 'type' && member === 'BUNDLE' ? 'DAG_ONLY' : withoutNulls(member)]],
    ),
  );
}
