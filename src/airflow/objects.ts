import { airflowPath, request, type Airflow } from './client.ts';
import { arrived, hidesSomething, isMask, maskedMembers } from './masks.ts';
import { given, hidden, listRows, remove, text, upsert, type Row } from './rows.ts';
import type { AirflowVariable } from '../core/migration/airflow-objects.ts';

export * from './connections.ts';

/** A pool of the metadata database. */
export interface AirflowPool {
  readonly name: string;
  readonly slots: number;
  readonly description?: string;
  readonly includeDeferred: boolean;
}

const defaultPool = 'default_pool';

/** All variables (Airflow REST API, variables). */
export async function listVariables(airflow: Airflow): Promise<AirflowVariable[]> {
  const purpose = 'list the variables';
  const rows = await listRows(airflow, { path: '/variables', member: 'variables', key: 'key', purpose });
  return rows.map((row) => {
    const { value } = row;
    return {
      key: text(row, 'key') ?? '',
      ...given('description', text(row, 'description')),
      value: typeof value === 'string' ? value : '',
      // No value at all is one that Airflow cannot decrypt.
      masked: typeof value !== 'string' || hidesSomething(value),
      maskedMembers: maskedMembers(value),
    };
  });
}

/** Creates or changes a variable and reads it again; resolves to the names of members that did not arrive. */
export async function putVariable(airflow: Airflow, variable: AirflowVariable, exists: boolean): Promise<string[]> {
  const { key, value, description } = variable;
  if (variable.masked || variable.maskedMembers.length > 0 || isMask(value)) throw hidden(`variable ${key}`);
  const members: Row = { value, ...given('description', description) };
  const path = airflowPath`/variables/${key}`;
  await upsert(airflow, {
    list: '/variables',
    item: path,
    body: { key, ...members },
    // Airflow 2 refuses the value by its own name in a mask, and without one keeps what is left out (variable_endpoint.py).
    mask: airflow.version === 'v1' ? [] : Object.keys(members),
    exists,
    purpose: `write the variable ${key}`,
  });
  const seen = await request<Row>(airflow, {
    method: 'GET',
    path,
    purpose: `read the variable ${key}`,
    answer: ['key'],
  });
  return Object.keys(members).filter((name) => !arrived(members[name], seen[name]));
}

/** Deletes a variable; `false` where it was gone already. */
export function deleteVariable(airflow: Airflow, key: string): Promise<boolean> {
  return remove(airflow, airflowPath`/variables/${key}`, `delete the variable ${key}`);
}

/** All pools, `default_pool` included (Airflow REST API, pools). */
export async function listPools(airflow: Airflow): Promise<AirflowPool[]> {
  const rows = await listRows(airflow, { path: '/pools', member: 'pools', key: 'name', purpose: 'list the pools' });
  return rows.map((row) => ({
    name: text(row, 'name') ?? '',
    slots: Number(row['slots']),
    ...given('description', text(row, 'description')),
    includeDeferred: row['include_deferred'] === true,
  }));
}

/**
 * Creates or changes a pool; resolves to the names of members that did not arrive. `default_pool` always exists and takes
 * `slots` and `include_deferred` only.
 */
export async function putPool(airflow: Airflow, pool: AirflowPool, exists: boolean): Promise<string[]> {
  const { name, slots, includeDeferred, description } = pool;
  const members: Row = {
    slots,
    include_deferred: includeDeferred,
    ...(name !== defaultPool && given('description', description)),
  };
  const seen = await upsert(airflow, {
    list: '/pools',
    item: airflowPath`/pools/${name}`,
    body: { name, ...members },
    mask: Object.keys(members),
    exists: exists || name === defaultPool,
    purpose: `write the pool ${name}`,
  });
  const lost = Object.keys(members).filter((member) => !arrived(members[member], seen[member]));
  return lost.map((member) => (member === 'include_deferred' ? 'includeDeferred' : member));
}
