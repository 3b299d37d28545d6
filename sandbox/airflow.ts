import { answerOf, noMethod } from './airflow-bodies.ts';
import { connectionRoutes } from './airflow-connections.ts';
import { dagRoutes } from './airflow-dags.ts';
import { poolRoutes, variableRoutes } from './airflow-objects.ts';
import { Refused, type AirflowState, type Answer, type Route } from './airflow-state.ts';
import type { Exchange } from './wire.ts';

export * from './airflow-state.ts';

const routes: Readonly<Record<string, Route>> = {
  version: (state) => ({ status: 200, body: { version: state.version === 2 ? '2.10.4' : '3.1.0', git_version: null } }),
  connections: connectionRoutes,
  variables: variableRoutes,
  pools: poolRoutes,
  importErrors: (state, { method, id, query }) => {
    if (method !== 'GET' || id !== '') throw noMethod();
    const rows = state.importErrors.map(({ bundle_name, timestamp, filename, stack_trace }, index) => ({
      import_error_id: index + 1,
      timestamp: timestamp ?? '2026-01-01T00:00:00Z',
      filename,
      stack_trace,
      ...(state.version === 3 && { bundle_name: bundle_name ?? null }),
    }));
    return answerOf(state, 'import_errors', rows, query);
  },
  dags: dagRoutes,
};

const titles: Readonly<Record<number, string>> = { 400: 'Bad Request', 404: 'Not Found', 409: 'Conflict' };

/**
 * Serves `/airflow/<Deployment>/api/...` out of the Airflows that there are; `false` where the request is for something
 * else.
 */
export function handleAirflow(airflows: ReadonlyMap<string, AirflowState>, exchange: Exchange): boolean {
  const { response, url } = exchange;
  const id = /^\/airflow\/([^/]+)\/api(?:\/|$)/.exec(url.pathname)?.[1];
  if (id === undefined) return false;
  const state = airflows.get(decodeURIComponent(id));
  if (state?.up && state.asleep !== true) serveAirflow(state, exchange);
  else response.writeHead(state ? 503 : 404, { 'content-type': 'text/html' }).end('<html>no Airflow here</html>');
  return true;
}

/** Answers one request to the REST API of an Airflow, whatever stands before `/api/` in its path. */
export function serveAirflow(state: AirflowState, { request, response, url, body }: Exchange): void {
  const date = new Date(Date.now() + state.clockAhead).toUTCString();
  const reply = (status: number, value?: unknown): void => {
    response
      .writeHead(status, { 'content-type': 'application/json', date })
      .end(value === undefined ? '' : JSON.stringify(value));
  };
  try {
    if (!/^Bearer \S+$/.test(request.headers.authorization ?? '')) throw new Refused(401, 'Not authenticated');
    const answer = route(state, request.method ?? '', url, body);
    reply(answer.status, answer.body);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { status, detail, message } = error;
    const problem = { type: 'about:blank', title: titles[status] ?? 'Error', status, detail: message };
    reply(status, state.version === 2 ? problem : { detail });
  }
}

function route(state: AirflowState, method: string, url: URL, body: Buffer): Answer {
  const [, version, name = '', rest = ''] = /^.*?\/api\/v(\d+)\/([^/]+)(?:\/(.*))?$/.exec(url.pathname) ?? [];
  const found = Object.hasOwn(routes, name) ? routes[name] : undefined;
  if (!found || version !== (state.version === 2 ? '1' : '2')) throw new Refused(404, 'Not Found');
  return found(state, { method, id: decodeURIComponent(rest), query: url.searchParams, body: parse(body) });
}

function parse(body: Buffer): unknown {
  try {
    return body.length === 0 ? undefined : (JSON.parse(body.toString('utf8')) as unknown);
  } catch {
    throw new Refused(400, 'Request body is not valid JSON');
  }
}
