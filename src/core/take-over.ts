import type { ObjectKind } from './config-schema.ts';
import { apiNames, fieldOf, linkOf, same, type EnvironmentObject, type Fields } from './environment-objects.ts';
import { given } from './template-reader.ts';
import { oneLine } from './text.ts';
import type { Field, Json, WantedObject } from './wanted-objects.ts';

/** An object that is to move into the Workspace: one of a Deployment's own, or one of its Airflow's metadata database. */
export interface SourceObject {
  readonly kind: ObjectKind;
  readonly key: string;
  readonly description?: string;
  readonly connectionType?: string;
  readonly authTypeId?: string;
  /** Variables: whether the value is secret; decided once, it can never change. */
  readonly isSecret?: boolean;
  /** Fields whose value can be read. */
  readonly fields: readonly Field[];
  /** Names of fields that hold a value which cannot be read. */
  readonly hidden: readonly string[];
  /** Names of fields that may hold a value: Airflow 2 never tells whether there is a password. */
  readonly doubtful: readonly string[];
  /** Why it cannot become an environment object at all. */
  readonly impossible?: string;
  /** Id of the Deployment's own object. */
  readonly id?: string;
  /** Whether `id` is the copy that a run left behind which was broken off between deleting and linking. */
  readonly isBackup?: boolean;
}

/** What becomes of one source. */
export type TakeOver =
  | { readonly kind: 'move'; readonly wanted: WantedObject; readonly notes: readonly string[] }
  | { readonly kind: 'blocked'; readonly why: string; readonly missing: readonly string[] };

const upper = (text: string): string => text.toUpperCase().replace(/[^A-Z0-9]/g, '_');
const prefixes = {
  connection: 'CONN',
  'airflow-variable': 'VAR',
  'environment-variable': 'VAR',
  'metrics-export': 'METRICS',
} as const;

/** The variable of the step's `env:` that supplies a secret which nobody gives out: `CONN_<ID>_PASSWORD`, `VAR_<KEY>`. */
export function secretName(kind: ObjectKind, key: string, field: string): string {
  const start = `${prefixes[kind]}_${upper(key)}`;
  return field === 'value' ? start : `${start}_${upper(field)}`;
}

/** The variable that says that a connection has no password, where Airflow cannot. */
export const withoutPasswordName = (key: string): string => `CONN_${upper(key)}_NO_PASSWORD`;

/** Names of all variables that could matter for a source. */
export function secretNames(source: SourceObject): string[] {
  const fields = [...source.hidden, ...source.doubtful];
  return [
    ...fields.map((field) => secretName(source.kind, source.key, field)),
    ...(source.doubtful.length > 0 ? [withoutPasswordName(source.key)] : []),
  ];
}

const provenanceStart = '[astro-branch-deploy from=';

/** The description of an object that was made out of a Deployment's: a later run knows by it that the values are the same. */
export function describeOrigin(text: string | undefined, deploymentId: string): string {
  const own = (text ?? '').split('\n').filter((line) => !line.startsWith(provenanceStart));
  return [...own, `${provenanceStart}${deploymentId}]`].filter((line) => line !== '').join('\n');
}

const comesFrom = (object: EnvironmentObject, deploymentId: string): boolean =>
  (object.description ?? '').split('\n').includes(`${provenanceStart}${deploymentId}]`);

/**
 * Plans to move one object into the Workspace and link it back. An object of the same key that is there already gets an
 * override for what differs, never a twin. Blocked where a secret is missing: nothing masked or guessed is ever stored.
 */
export function takeOver(
  source: SourceObject,
  target: EnvironmentObject | undefined,
  deploymentId: string,
  secrets: ReadonlyMap<string, string>,
): TakeOver {
  const { kind, key } = source;
  const blocked = (why: string, missing: readonly string[] = []): TakeOver => ({ kind: 'blocked', why, missing });
  if (source.impossible !== undefined) return blocked(source.impossible);

  const secretOf = (field: string): Field[] => {
    const value = secrets.get(secretName(kind, key, field));
    return value === undefined || value === '' ? [] : [{ name: field, value, fromEnv: true }];
  };
  const confirmed = secrets.get(withoutPasswordName(key)) === 'true';
  const missing = [
    ...source.hidden.filter((field) => secretOf(field).length === 0),
    ...source.doubtful.filter((field) => secretOf(field).length === 0 && !confirmed),
  ];
  if (missing.length > 0) {
    const names = missing.map((field) => secretName(kind, key, field));
    const doubtful = missing.some((field) => source.doubtful.includes(field));
    return blocked(
      `${missing.join(', ')} cannot be read: give ${names.join(', ')} in the step's \`env:\`${doubtful ? `, or \`${withoutPasswordName(key)}: true\` where there is no password` : ''}`,
      names,
    );
  }
  const masked = source.fields.find(({ value }) => holdsMask(value));
  if (masked) return blocked(`${masked.name} holds \`***\`, which is a mask and no value`);
  const fields = [...source.fields, ...[...source.hidden, ...source.doubtful].flatMap(secretOf)];

  if (target) {
    const variable = target.airflowVariable ?? target.environmentVariable;
    if (source.isSecret === true && variable?.isSecret === false)
      return blocked('the object of this key in the Workspace is not secret, and an override would show the value');
    if (source.authTypeId !== undefined && target.connection?.connectionAuthType?.id !== source.authTypeId)
      return blocked(
        'the object of this key in the Workspace uses another connection form, which an override cannot change',
      );
  }
  const notes = target ? leftOvers(source, fields, target) : [];
  const wanted: WantedObject = {
    kind,
    key,
    at: { file: '' },
    link: 'link',
    overrides: target ? differences(source, fields, target, deploymentId) : [],
    declared: {
      isSecret: source.isSecret === true,
      description: describeOrigin(source.description, deploymentId),
      values: fields,
      ...given('connectionType', source.connectionType),
      ...given('authTypeId', source.authTypeId),
    },
    mayChangeObject: false,
  };
  return { kind: 'move', wanted, notes };
}

/** A mask as a value, or as a member of one. */
export function holdsMask(value: Json): boolean {
  if (typeof value === 'string') return /^\*{3,}$/.test(value);
  return typeof value === 'object' && value !== null && Object.values(value).some((one) => holdsMask(one));
}

/** What the Deployment's values override of an object that is there: what differs, and every secret. */
function differences(
  source: SourceObject,
  fields: readonly Field[],
  target: EnvironmentObject,
  deploymentId: string,
): Field[] {
  const read = (target[apiNames[source.kind].body] ?? {}) as Fields;
  // Made out of this very object by an earlier run: what cannot be compared is the same.
  const ours = comesFrom(target, deploymentId) && linkOf(target, deploymentId) !== undefined;
  const type: Field[] =
    source.kind === 'connection' && source.connectionType !== undefined && read['type'] !== source.connectionType
      ? [{ name: 'type', value: source.connectionType, fromEnv: false }]
      : [];
  const others = fields.filter(({ name, value }) => {
    const stored = fieldOf(read, name);
    if (stored === undefined || stored === '' || holdsMask(stored)) return !(ours && target.setFields.includes(name));
    return !same(stored, value);
  });
  return [...type, ...others];
}

/** Fields that the Workspace object has and the source does not: an override cannot take them away. */
function leftOvers(source: SourceObject, fields: readonly Field[], target: EnvironmentObject): string[] {
  const extra = target.setFields.filter(
    (name) =>
      name !== 'type' &&
      name !== 'authTypeId' &&
      name !== 'isSecret' &&
      !fields.some(
        (field) => field.name === name || name.startsWith(`${field.name}.`) || field.name.startsWith(`${name}.`),
      ),
  );
  if (extra.length === 0) return [];
  return [
    `The ${source.kind.replaceAll('-', ' ')} ${oneLine(source.key, 80)} of the Workspace also sets ${extra.join(', ')}, which the Deployment's own does not: the Deployment will see it.`,
  ];
}

/** Variables of `env:` that two different sources would both take their secret from. */
export function sharedNames(sources: readonly SourceObject[]): string[] {
  const users = new Map<string, string[]>();
  for (const source of sources)
    for (const name of secretNames(source))
      users.set(name, [...(users.get(name) ?? []), `${source.kind}:${oneLine(source.key, 60)}`]);
  return [...users].flatMap(([name, keys]) =>
    keys.length > 1
      ? [`${name} would be the secret of ${keys.join(' and of ')}: move one of them at a time with \`objects\``]
      : [],
  );
}

/** A Deployment's own environment object as a source; `clear` are its values where Astro gave them out. */
export function sourceOf(
  object: EnvironmentObject,
  kind: ObjectKind,
  clear: EnvironmentObject | undefined,
): SourceObject {
  const member = apiNames[kind].body;
  const read = (object[member] ?? {}) as Fields;
  const shown = (clear?.[member] ?? {}) as Fields;
  const skipped = ['type', 'authTypeId', 'isSecret'];
  const names = object.setFields.filter((name) => !skipped.includes(name) && !isWholeMap(name, object.setFields));
  const valueOf = (name: string): Json | undefined => {
    for (const fields of [read, shown]) {
      const value = fieldOf(fields, name);
      if (value !== undefined && value !== '' && !holdsMask(value)) return value;
    }
    return undefined;
  };
  const variable = object.airflowVariable ?? object.environmentVariable;
  // An empty text is a value like any other where nothing is hidden.
  const plain: Field[] = variable?.isSecret === false ? [{ name: 'value', value: variable.value, fromEnv: false }] : [];
  const fields =
    plain.length > 0
      ? plain
      : names.flatMap((name): Field[] => {
          const value = valueOf(name);
          return value === undefined ? [] : [{ name, value, fromEnv: fieldOf(read, name) !== value }];
        });
  return {
    kind,
    key: object.objectKey,
    fields,
    hidden: names.filter((name) => !fields.some((field) => field.name === name)),
    doubtful: [],
    ...given('id', object.id),
    ...given('description', object.description || undefined),
    ...given('connectionType', object.connection?.type),
    ...given('authTypeId', object.connection?.connectionAuthType?.id),
    ...given('isSecret', variable?.isSecret),
  };
}

/** `extra` beside `extra.role` says nothing more. */
const isWholeMap = (name: string, all: readonly string[]): boolean => all.some((one) => one.startsWith(`${name}.`));

const backupStart = '[astro-branch-deploy backup of=';

/** Key and description of the copy that stands in for a source between its deletion and the link to what replaces it. */
export function backupOf(source: SourceObject, deploymentId: string): { key: string; description: string } {
  return {
    key: `${source.key}_promoting_${deploymentId.slice(-8)}`,
    description: `${source.description === undefined ? '' : `${source.description}\n`}${backupStart}${encodeURIComponent(source.key)} deployment=${deploymentId}]`,
  };
}

/** Reads whose copy an object is; `undefined` where it is none of this Deployment's. */
export function readBackup(
  object: EnvironmentObject,
  deploymentId: string,
): { key: string; description: string } | undefined {
  const lines = (object.description ?? '').split('\n');
  const line = lines.find((one) => one.startsWith(backupStart));
  const [, key, owner] = /^\[astro-branch-deploy backup of=(\S+) deployment=(\w+)\]$/.exec(line ?? '') ?? [];
  if (key === undefined || owner !== deploymentId) return undefined;
  return { key: decodeURIComponent(key), description: lines.filter((one) => one !== line).join('\n') };
}
