import { answerOf, checked, created, masked, noMethod, nothing, twice, type Body } from './airflow-bodies.ts';
import { redactText, unmasked } from './airflow-masking.ts';
import { Refused, type AirflowState, type Route, type StoredConnection } from './airflow-state.ts';

const connectionMembers = {
  connection_id: 'string',
  conn_type: 'string',
  description: 'string',
  host: 'string',
  login: 'string',
  schema: 'string',
  port: 'number',
  password: 'string',
  extra: 'string',
} as const;

export const connectionRoutes: Route = (state, call) => {
  const { method, id, query } = call;
  const shown = (key: string, single: boolean): Body => {
    const { password, extra, ...plain } = { ...noConnection, ...state.connections.get(key) };
    const readable = extra && redactText(extra);
    return {
      connection_id: key,
      ...plain,
      ...((single || state.version === 3) && { extra: readable ?? null }),
      ...(state.version === 3 && { password: password ? '***' : null, team_name: null }),
    };
  };
  if (id === '' && method === 'GET')
    return answerOf(
      state,
      'connections',
      [...state.connections.keys()].map((key) => shown(key, false)),
      query,
    );
  if (id === '' && method === 'POST') {
    const { connection_id: given, ...body } = checkConnection(state, call.body, ['connection_id', 'conn_type']);
    const key = given as string;
    if (!/^[\w.-]{1,200}$/.test(key)) throw new Refused(state.version === 2 ? 400 : 422, 'connection_id is not valid');
    if (state.connections.has(key)) throw twice(state, 'Connection', key);
    state.connections.set(key, { ...noConnection, ...(body as unknown as StoredConnection) });
    return created(state, shown(key, true));
  }
  const stored = state.connections.get(id);
  if (!stored || id.includes('/')) throw nothing('Connection with connection_id', id);
  if (method === 'GET') return { status: 200, body: shown(id, true) };
  if (method === 'DELETE') {
    state.connections.delete(id);
    return { status: 204 };
  }
  if (method !== 'PATCH') throw noMethod();
  // Airflow 3 has the whole connection in the body whatever the mask says.
  const body = checkConnection(state, call.body, state.version === 3 ? ['connection_id', 'conn_type'] : []);
  if (body['connection_id'] !== undefined && body['connection_id'] !== id)
    throw new Refused(400, 'The connection_id in the request body does not match the URL parameter');
  const { changes, mask } = masked(state, call, body, 'connection_id');
  state.connections.set(id, { ...stored, ...connectionChanges(state, stored, changes, mask) });
  return { status: 200, body: shown(id, true) };
};

const noConnection = {
  description: null,
  host: null,
  login: null,
  schema: null,
  port: null,
  password: null,
  extra: null,
};

function checkConnection(state: AirflowState, given: unknown, required: readonly string[]): Body {
  const body = checked(state, given, connectionMembers, required);
  const { extra } = body;
  if (state.version === 2 || typeof extra !== 'string') return body;
  if (extra === '') return { ...body, extra: '{}' };
  const value = parsed(extra);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Refused(422, [
      { type: 'value_error', loc: ['body', 'extra'], msg: 'The `extra` field must be a valid JSON object' },
    ]);
  return body;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Where Airflow 3 had not found its way yet: `early3` resets an extra that is left out, and loses a masked schema. */
function connectionChanges(
  state: AirflowState,
  stored: StoredConnection,
  changes: Body,
  mask: readonly string[],
): Partial<StoredConnection> {
  const changed: Record<string, unknown> = { ...changes };
  // An empty password changes nothing, an empty extra clears (Airflow, set_password and set_extra).
  if (!changed['password']) delete changed['password'];
  if (changed['extra'] === '') changed['extra'] = null;
  if (state.early3 && mask.includes('schema')) delete changed['schema'];
  if (state.early3 && mask.length === 0 && changed['extra'] === undefined) changed['extra'] = null;
  if (state.version === 2 || state.early3) return changed;
  const { password, extra } = changed;
  return {
    ...changed,
    ...(typeof password === 'string' && { password: unmasked(password, stored.password) as string }),
    ...(typeof extra === 'string' && { extra: JSON.stringify(unmasked(parsed(extra), parsed(stored.extra ?? ''))) }),
  };
}
