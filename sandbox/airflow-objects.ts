import { answerOf, checked, created, masked, noMethod, nothing, twice, type Body } from './airflow-bodies.ts';
import { redactText } from './airflow-masking.ts';
import { Refused, type AirflowState, type Route } from './airflow-state.ts';

const variableMembers = { key: 'string', value: 'any', description: 'string' } as const;

export const variableRoutes: Route = (state, call) => {
  const { method, id, query } = call;
  const shown = (key: string): Body => {
    const { value = '', description = null } = state.variables.get(key) ?? {};
    if (state.version === 2) return { key, value, description };
    return { key, value: redactText(value, key), description, is_encrypted: true, team_name: null };
  };
  const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  if (id === '' && method === 'GET') return answerOf(state, 'variables', [...state.variables.keys()].map(shown), query);
  if (id === '' && method === 'POST') {
    const { key: given, value, description } = checked(state, call.body, variableMembers, ['key', 'value']);
    const key = given as string;
    if (key.length > 250) throw new Refused(state.version === 2 ? 400 : 422, 'key is too long');
    // Airflow 2 sets a variable that exists anew (Variable.set).
    if (state.version === 3 && state.variables.has(key))
      throw new Refused(409, `The Variable with key: \`${key}\` already exists`);
    state.variables.set(key, { value: text(value), description: (description as string | undefined) ?? null });
    return created(state, shown(key));
  }
  const stored = state.variables.get(id);
  if (!stored) throw nothing('Variable with key', id);
  if (method === 'GET') return { status: 200, body: shown(id) };
  if (method === 'DELETE') {
    state.variables.delete(id);
    return { status: 204 };
  }
  if (method !== 'PATCH') throw noMethod();
  const body = checked(state, call.body, variableMembers, ['key', 'value']);
  if (body['key'] !== id) throw new Refused(400, "Invalid body, key from request body doesn't match uri parameter");
  // Airflow 2 looks for the names of its columns in the mask, where the value is `val`.
  if (state.version === 2 && query.getAll('update_mask').at(-1)?.split(',').includes('value'))
    throw new Refused(400, "'value' is unknown or cannot be updated.");
  const { changes } = masked(state, call, body, 'key');
  state.variables.set(id, { ...stored, ...changes, ...('value' in changes && { value: text(changes['value']) }) });
  return { status: 200, body: shown(id) };
};

const poolMembers = { name: 'string', slots: 'number', description: 'string', include_deferred: 'boolean' } as const;

export const poolRoutes: Route = (state, call) => {
  const { method, id, query } = call;
  const shown = (name: string): Body => {
    const pool = state.pools.get(name);
    const open = { occupied_slots: 0, running_slots: 0, queued_slots: 0, scheduled_slots: 0, deferred_slots: 0 };
    return { name, description: null, ...pool, ...open, open_slots: pool?.slots };
  };
  if (id === '' && method === 'GET') return answerOf(state, 'pools', [...state.pools.keys()].map(shown), query);
  if (id === '' && method === 'POST') {
    const { name: given, ...body } = checked(state, call.body, poolMembers, ['name', 'slots']);
    const name = given as string;
    checkSlots(state, body);
    if (state.pools.has(name)) throw twice(state, 'Pool', name);
    state.pools.set(name, { include_deferred: false, slots: 0, description: null, ...body });
    return created(state, shown(name));
  }
  const stored = state.pools.get(id);
  // Routes of Airflow 2 match one segment, decoded.
  if (!stored || (state.version === 2 && id.includes('/'))) throw nothing('Pool with name', id);
  if (method === 'GET') return { status: 200, body: shown(id) };
  if (method === 'DELETE') {
    if (id === 'default_pool') throw new Refused(400, 'Default Pool cannot be deleted');
    state.pools.delete(id);
    return { status: 204 };
  }
  if (method !== 'PATCH') throw noMethod();
  // Airflow 3 has the whole pool in the body whatever the mask says, but for the default pool.
  const isDefault = id === 'default_pool';
  const whole = state.version === 3 && !isDefault ? ['name', 'slots', 'include_deferred'] : [];
  const body = checked(state, call.body, poolMembers, whole);
  checkSlots(state, body);
  const { changes, mask } = masked(state, call, body, 'name');
  if (isDefault && (mask.length === 0 || mask.some((name) => name !== 'slots' && name !== 'include_deferred')))
    throw new Refused(400, 'Only slots and included_deferred can be modified on Default Pool');
  state.pools.set(id, { ...stored, ...changes });
  return { status: 200, body: shown(id) };
};

function checkSlots(state: AirflowState, { slots }: Body): void {
  if (state.version === 3 && typeof slots === 'number' && slots < -1)
    throw new Refused(422, [{ type: 'greater_than_equal', loc: ['body', 'slots'], msg: 'Input should be -1 or more' }]);
}
