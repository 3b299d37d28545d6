import { UserError } from '../core/errors.ts';
import { airflowPath, request, type Airflow } from './client.ts';
import { arrived, hidesSomething, isMask, readExtra } from './masks.ts';
import { given, hidden, listRows, orMissing, remove, text, upsert, type Row } from './rows.ts';
import type { AirflowConnection, AirflowPassword } from '../core/migration/airflow-objects.ts';

/** Connections that are read alone at the same time. */
const atOnce = 5;

/** All connections (Airflow REST API, connections). The list of Airflow 2 has no `extra`, so each is read alone there. */
export async function listConnections(airflow: Airflow): Promise<AirflowConnection[]> {
  const purpose = 'list the connections';
  const rows = await listRows(airflow, { path: '/connections', member: 'connections', key: 'connection_id', purpose });
  if (airflow.version === 'v2') return rows.map(connectionOf);
  const whole: (Row | undefined)[] = [];
  const left = rows.entries();
  // Each worker takes the next row from the same iterator.
  const work = async (): Promise<void> => {
    for (const [index, row] of left) whole[index] = await readConnection(airflow, text(row, 'connection_id') ?? '');
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return whole.flatMap((row) => (row ? [connectionOf(row)] : []));
}

/**
 * Creates or changes a connection (`exists`: it was in the list), writing exactly the members given, and reads it again.
 * Resolves to the names of members that did not arrive: early releases of Airflow 3 drop some silently. Throws UserError
 * where it is handed something that Airflow had hidden.
 */
export async function putConnection(
  airflow: Airflow,
  connection: AirflowConnection,
  exists: boolean,
): Promise<string[]> {
  const { id } = connection;
  const members = membersOf(connection);
  await upsert(airflow, {
    list: '/connections',
    item: airflowPath`/connections/${id}`,
    body: { connection_id: id, ...members },
    mask: Object.keys(members),
    exists,
    purpose: `write the connection ${id}`,
  });
  const seen = await readConnection(airflow, id);
  const lost = Object.entries(members).filter(([name, sent]) => {
    // Airflow 2 never answers with a password: there is nothing to compare.
    const unseen = name === 'password' && seen !== undefined && !('password' in seen);
    return !unseen && !arrived(sent, seen?.[name]);
  });
  return lost.map(([name]) => (name === 'conn_type' ? 'type' : name));
}

/** Deletes a connection; `false` where it was gone already. */
export function deleteConnection(airflow: Airflow, id: string): Promise<boolean> {
  return remove(airflow, airflowPath`/connections/${id}`, `delete the connection ${id}`);
}

async function readConnection(airflow: Airflow, id: string): Promise<Row | undefined> {
  const path = airflowPath`/connections/${id}`;
  const purpose = `read the connection ${id}`;
  return orMissing(request<Row>(airflow, { method: 'GET', path, purpose, answer: ['connection_id'] }));
}

function connectionOf(row: Row): AirflowConnection {
  const port = Number(row['port']);
  return {
    id: text(row, 'connection_id') ?? '',
    type: text(row, 'conn_type') ?? '',
    ...given('description', text(row, 'description')),
    ...given('host', text(row, 'host')),
    ...given('login', text(row, 'login')),
    ...given('schema', text(row, 'schema')),
    // 0 stands for none where Astro's CLI wrote the connection.
    ...(port > 0 && { port }),
    password: passwordOf(row['password']),
    extra: readExtra(row['extra']),
  };
}

function passwordOf(value: unknown): AirflowPassword {
  if (value === undefined) return { kind: 'unknown' };
  if (typeof value !== 'string' || value === '') return { kind: 'absent' };
  return hidesSomething(value) ? { kind: 'masked' } : { kind: 'value', value };
}

/** Members as Airflow names them. */
function membersOf({ id, type, password, extra, ...plain }: AirflowConnection): Row {
  if (password.kind === 'masked' || (password.kind === 'value' && isMask(password.value)))
    throw hidden(`password of the connection ${id}`);
  if (extra.kind === 'masked' || (extra.kind === 'object' && (extra.masked.length > 0 || isMask(extra.members))))
    throw hidden(`extra of the connection ${id}`);
  if (extra.kind === 'unparsable')
    throw new UserError(`The extra of the connection ${id} cannot be written: it is not a JSON object.`);
  return {
    conn_type: type,
    ...given('description', plain.description),
    ...given('host', plain.host),
    ...given('login', plain.login),
    ...given('schema', plain.schema),
    ...given('port', plain.port),
    ...(password.kind === 'value' && { password: password.value }),
    ...(extra.kind === 'object' && { extra: JSON.stringify(extra.members) }),
  };
}
