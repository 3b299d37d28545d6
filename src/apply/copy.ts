import { connectAirflow, type Airflow } from '../airflow/client.ts';
import { listConnections, listPools, listVariables, putConnection, putPool, putVariable } from '../airflow/objects.ts';
import type { AirflowConnection, AirflowVariable } from '../airflow/objects.ts';
import type { Deployment } from '../astro/deployments.ts';
import { connectionSource, secretsIn, variableSource } from '../core/airflow-sources.ts';
import type { CopyStep } from '../core/plan.ts';
import { secretName } from '../core/take-over.ts';
import { oneLine } from '../core/text.ts';
import type { Tools } from '../tools.ts';

/**
 * Copies what lives in the metadata database of one Deployment to another, before its first code: what is there already
 * is changed, nothing is deleted, and what Airflow does not give out comes from the step's `env:` or is left out and
 * said. Resolves to what was copied, and to one sentence for each thing that is not complete.
 */
export async function copyObjects(
  step: CopyStep,
  target: Deployment,
  tools: Tools,
): Promise<{ readonly copied: readonly string[]; readonly incomplete: readonly string[] }> {
  const source = connectAirflow(step.from, tools.client);
  const destination = connectAirflow(target, tools.client);
  const incomplete: string[] = [];
  const supplied = (kind: 'connection' | 'airflow-variable', key: string, field: string): string | undefined => {
    const name = secretName(kind, key, field);
    const value = tools.env[name];
    if (value === undefined || value === '') {
      incomplete.push(
        `${kind === 'connection' ? 'connection' : 'variable'} ${oneLine(key, 80)}: ${field} (\`${name}\` in the step's \`env:\` would supply it)`,
      );
      return undefined;
    }
    tools.log.secret(value, name);
    return value;
  };
  const lost = (what: string, key: string, members: readonly string[]): void => {
    if (members.length > 0)
      incomplete.push(`${what} ${oneLine(key, 80)}: ${members.join(', ')} did not arrive in Airflow`);
  };
  const copied: string[] = [];
  if (step.connections) {
    const [rows, there] = await Promise.all([listConnections(source), ids(destination)]);
    for (const row of rows) {
      for (const value of secretsIn(connectionSource(row))) tools.log.secret(value, 'A secret of a connection');
      const whole = complete(row, (field) => supplied('connection', row.id, field), incomplete);
      lost('connection', row.id, await putConnection(destination, whole, there.has(row.id)));
    }
    copied.push(`${String(rows.length)} connections`);
  }
  if (step.variables) {
    const [rows, there] = await Promise.all([listVariables(source), listVariables(destination)]);
    let count = 0;
    for (const row of rows) {
      for (const value of secretsIn(variableSource(row))) tools.log.secret(value, 'A secret variable');
      const value = row.masked ? supplied('airflow-variable', row.key, 'value') : row.value;
      if (value === undefined) continue;
      const whole: AirflowVariable = { ...row, value, masked: false, maskedMembers: [] };
      lost(
        'variable',
        row.key,
        await putVariable(
          destination,
          whole,
          there.some(({ key }) => key === row.key),
        ),
      );
      count++;
    }
    copied.push(`${String(count)} variables`);
  }
  if (step.pools) {
    const [rows, there] = await Promise.all([listPools(source), listPools(destination)]);
    for (const row of rows)
      lost(
        'pool',
        row.name,
        await putPool(
          destination,
          row,
          there.some(({ name }) => name === row.name),
        ),
      );
    copied.push(`${String(rows.length)} pools`);
  }
  return { copied, incomplete };
}

async function ids(airflow: Airflow): Promise<Set<string>> {
  return new Set((await listConnections(airflow)).map(({ id }) => id));
}

/** The connection with what was supplied in place of what Airflow hides; what nobody supplies is left out. */
function complete(
  row: AirflowConnection,
  supplied: (field: string) => string | undefined,
  incomplete: string[],
): AirflowConnection {
  const hidden = row.password.kind === 'masked' || row.password.kind === 'unknown';
  const password = hidden ? supplied('password') : undefined;
  const { extra } = row;
  let known: AirflowConnection['extra'] = extra;
  if (extra.kind === 'object') {
    const members = Object.entries(extra.members).flatMap(([name, value]) => {
      if (!extra.masked.includes(name)) return [[name, value] as const];
      const given = supplied(`extra.${name}`);
      return given === undefined ? [] : [[name, given] as const];
    });
    known = { kind: 'object', members: Object.fromEntries(members), masked: [] };
  } else if (extra.kind !== 'absent') {
    incomplete.push(`connection ${oneLine(row.id, 80)}: extra (it is hidden, or no JSON object)`);
    known = { kind: 'absent' };
  }
  return {
    ...row,
    password: hidden
      ? password === undefined
        ? { kind: 'absent' }
        : { kind: 'value', value: password }
      : row.password,
    extra: known,
  };
}
