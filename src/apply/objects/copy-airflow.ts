import { connectAirflow, type Airflow } from '../../airflow/client.ts';
import {
  listConnections,
  listPools,
  listVariables,
  putConnection,
  putPool,
  putVariable,
} from '../../airflow/objects.ts';
import { failureClass } from '../../astro/client.ts';
import type { Deployment } from '../../astro/deployments.ts';
import { ApiError, UserError } from '../../core/errors.ts';
import { connectionSource, secretsIn, variableSource } from '../../core/migration/airflow-sources.ts';
import { secretName, withoutPasswordName } from '../../core/migration/secret-names.ts';
import { readStructure } from '../../core/migration/sources.ts';
import { oneLine } from '../../core/text.ts';
import type { Tools } from '../../observe/tools.ts';
import type { CopyStep } from '../../core/plan/steps.ts';
import type { AirflowConnection, AirflowVariable } from '../../core/migration/airflow-objects.ts';

/** One copy: where from, where to, and what is said of it. */
interface Copy {
  readonly source: Airflow;
  readonly destination: Airflow;
  readonly tools: Tools;
  /** One sentence for each thing that is not complete. */
  readonly incomplete: string[];
  /** One sentence for each object that Airflow refuses; the others are copied all the same. */
  readonly refused: string[];
}

/**
 * Copies what lives in the metadata database of one Deployment to another, before its first code: what is there already
 * is changed, nothing is deleted, and what Airflow does not give out comes from the step's `env:` or is left out and
 * said. Resolves to what was copied, and to one sentence for each thing that is not complete and for each object that
 * Airflow refused. Throws ApiError where Airflow is unavailable.
 */
export async function copyObjects(
  step: CopyStep,
  target: Deployment,
  tools: Tools,
): Promise<{
  readonly copied: readonly string[];
  readonly incomplete: readonly string[];
  readonly refused: readonly string[];
}> {
  const copy: Copy = {
    source: connectAirflow(step.from, tools.client),
    destination: connectAirflow(target, tools.client),
    tools,
    incomplete: [],
    refused: [],
  };
  const copied = [
    ...(step.connections ? [`${String(await copyConnections(copy))} connections`] : []),
    ...(step.variables ? [`${String(await copyVariables(copy))} variables`] : []),
    ...(step.pools ? [`${String(await copyPools(copy))} pools`] : []),
  ];
  return { copied, incomplete: copy.incomplete, refused: copy.refused };
}

async function copyConnections(copy: Copy): Promise<number> {
  const { source, destination, tools } = copy;
  const [rows, there] = await Promise.all([listConnections(source), listConnections(destination)]);
  let count = 0;
  for (const row of rows) {
    for (const value of secretsIn(connectionSource(row))) tools.log.secret(value, 'A secret of a connection');
    const exists = there.some(({ id }) => id === row.id);
    if (
      await put(copy, `connection ${oneLine(row.id, 80)}`, () =>
        putConnection(destination, complete(copy, row), exists),
      )
    )
      count++;
  }
  return count;
}

async function copyVariables(copy: Copy): Promise<number> {
  const { source, destination, tools } = copy;
  const [rows, there] = await Promise.all([listVariables(source), listVariables(destination)]);
  let count = 0;
  for (const row of rows) {
    for (const value of secretsIn(variableSource(row))) tools.log.secret(value, 'A secret variable');
    const value = row.masked ? supplied(copy, { kind: 'airflow-variable', key: row.key, field: 'value' }) : row.value;
    if (value === undefined) continue;
    const whole: AirflowVariable = { ...row, value, masked: false, maskedMembers: [] };
    const exists = there.some(({ key }) => key === row.key);
    if (await put(copy, `variable ${oneLine(row.key, 80)}`, () => putVariable(destination, whole, exists))) count++;
  }
  return count;
}

async function copyPools(copy: Copy): Promise<number> {
  const { source, destination } = copy;
  const [rows, there] = await Promise.all([listPools(source), listPools(destination)]);
  let count = 0;
  for (const row of rows) {
    const exists = there.some(({ name }) => name === row.name);
    if (await put(copy, `pool ${oneLine(row.name, 80)}`, () => putPool(destination, row, exists))) count++;
  }
  return count;
}

/**
 * Writes one object; `false` where Airflow refuses it, which is recorded and concerns this object alone. An Airflow that
 * does not answer ends the copy: the next object would only wait as long.
 */
async function put(
  { incomplete, refused }: Copy,
  what: string,
  write: () => Promise<readonly string[]>,
): Promise<boolean> {
  try {
    const missing = await write();
    if (missing.length > 0) incomplete.push(`${what}: ${missing.join(', ')} did not arrive in Airflow`);
    return true;
  } catch (error) {
    const itsOwn = error instanceof UserError || (error instanceof ApiError && isAboutTheObject(error));
    if (!itsOwn) throw error;
    refused.push(`${what}: ${error.message}`);
    return false;
  }
}

/** Airflow answers 4xx to what it does not take, and 500 where an object breaks it. */
const isAboutTheObject = (error: ApiError): boolean => failureClass(error) === 'refused' || error.status === 500;

/** A value that Airflow hides. */
interface Secret {
  readonly kind: 'connection' | 'airflow-variable';
  readonly key: string;
  readonly field: string;
}

/** A secret out of the step's `env:`; without one it is said what would supply it. */
function supplied({ tools, incomplete }: Copy, { kind, key, field }: Secret, or = ''): string | undefined {
  const name = secretName(kind, key, field);
  const value = tools.env[name] ?? '';
  if (value !== '') {
    tools.log.secret(value, name);
    return value;
  }
  const noun = kind === 'connection' ? 'connection' : 'variable';
  incomplete.push(`${noun} ${oneLine(key, 80)}: ${field} (\`${name}\` in the step's \`env:\` would supply it${or})`);
  return undefined;
}

/** The connection with what was supplied in place of what Airflow hides; what nobody supplies is left out. */
function complete(copy: Copy, row: AirflowConnection): AirflowConnection {
  return { ...row, password: passwordOf(copy, row), extra: extraOf(copy, row) };
}

function passwordOf(copy: Copy, { id, password }: AirflowConnection): AirflowConnection['password'] {
  if (password.kind === 'value' || password.kind === 'absent') return password;
  const doubtful = password.kind === 'unknown';
  const none = withoutPasswordName(id);
  if (doubtful && copy.tools.env[none] === 'true') return { kind: 'absent' };
  const or = doubtful ? `, and \`${none}: true\` says that there is none` : '';
  const value = supplied(copy, { kind: 'connection', key: id, field: 'password' }, or);
  return value === undefined ? { kind: 'absent' } : { kind: 'value', value };
}

function extraOf(copy: Copy, { id, extra }: AirflowConnection): AirflowConnection['extra'] {
  if (extra.kind === 'absent') return extra;
  if (extra.kind !== 'object') {
    copy.incomplete.push(`connection ${oneLine(id, 80)}: extra (it is hidden, or no JSON object)`);
    return { kind: 'absent' };
  }
  const members = Object.entries(extra.members).flatMap(([name, value]) => {
    if (!extra.masked.includes(name)) return [[name, value] as const];
    const text = supplied(copy, { kind: 'connection', key: id, field: `extra.${name}` });
    // A map or a list is given as JSON.
    const whole = text !== undefined && typeof value === 'object' ? (readStructure(text) ?? text) : text;
    return whole === undefined ? [] : [[name, whole] as const];
  });
  return { kind: 'object', members: Object.fromEntries(members), masked: [] };
}
