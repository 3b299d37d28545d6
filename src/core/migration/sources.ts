import {
  apiNames,
  fieldOf,
  linkOf,
  same,
  type EnvironmentObject,
  type Fields,
} from '../objects/environment-objects.ts';
import { secretName, withoutPasswordName } from './secret-names.ts';
import { given } from '../yaml/reader.ts';
import { oneLine } from '../text.ts';
import type { Field, Json, WantedObject } from '../config/wanted-objects.ts';
import type { SourceObject } from './source-object.ts';

/** What becomes of one source. */
export type MoveDecision =
  | {
      readonly kind: 'move';
      readonly wanted: WantedObject;
      /** Whether secrets are written that Astro holds already: the source was changed after they were. */
      readonly rewriteSecrets: boolean;
      readonly notes: readonly string[];
    }
  | { readonly kind: 'blocked'; readonly why: string };

const originStart = '[astro-branch-deploy from=';

/** The description of an object that was made out of a Deployment's: a later run knows by it that the values are the same. */
export function describeOrigin(text: string | undefined, deploymentId: string): string {
  const own = (text ?? '').split('\n').filter((line) => !line.startsWith(originStart));
  return [...own, `${originStart}${deploymentId}]`].filter((line) => line !== '').join('\n');
}

const comesFrom = (object: EnvironmentObject, deploymentId: string): boolean =>
  (object.description ?? '').split('\n').includes(`${originStart}${deploymentId}]`);

/**
 * Plans to move one object into the Workspace and link it back. An object of the same key that is there already gets an
 * override for what differs, never a duplicate. Blocked where a secret is missing: nothing masked or guessed is ever stored.
 */
export function planMove(
  source: SourceObject,
  target: EnvironmentObject | undefined,
  deploymentId: string,
  secrets: ReadonlyMap<string, string>,
): MoveDecision {
  const { kind, key } = source;
  const why = source.impossible ?? missingSecrets(source, secrets) ?? clash(source, target);
  if (why !== undefined) return { kind: 'blocked', why };
  const supplied = supply(source, secrets);
  if ('why' in supplied) return { kind: 'blocked', why: supplied.why };
  const fields = [...source.fields, ...supplied.fields];
  const masked = fields.find(({ value }) => holdsMask(value));
  if (masked) return { kind: 'blocked', why: `${masked.name} holds \`***\`, which is a mask and no value` };
  const isNewer = target !== undefined && Date.parse(source.updatedAt ?? '') > Date.parse(target.updatedAt ?? '');
  return {
    kind: 'move',
    rewriteSecrets: isNewer,
    notes: target ? leftOvers(source, fields, target) : [],
    wanted: {
      kind,
      key,
      at: { file: '' },
      link: 'link',
      overrides: target ? differences(source, fields, target, isNewer ? undefined : deploymentId) : [],
      declared: {
        isSecret: source.isSecret === true,
        description: describeOrigin(source.description, deploymentId),
        values: fields,
        ...given('connectionType', source.connectionType),
        ...given('authTypeId', source.authTypeId),
      },
      mayChangeObject: false,
    },
  };
}

const valueIn = (secrets: ReadonlyMap<string, string>, { kind, key }: SourceObject, field: string): string =>
  secrets.get(secretName(kind, key, field)) ?? '';

function missingSecrets(source: SourceObject, secrets: ReadonlyMap<string, string>): string | undefined {
  const { kind, key, hidden, doubtful } = source;
  const confirmed = secrets.get(withoutPasswordName(key)) === 'true';
  const missing = [...hidden, ...(confirmed ? [] : doubtful)].filter((field) => valueIn(secrets, source, field) === '');
  if (missing.length === 0) return undefined;
  const names = missing.map((field) => secretName(kind, key, field));
  const doubt = missing.some((field) => doubtful.includes(field));
  return `${missing.join(', ')} cannot be read: give ${names.join(', ')} in the step's \`env:\`${doubt ? `, or \`${withoutPasswordName(key)}: true\` where there is no password` : ''}`;
}

/** The fields that `env:` supplies; a map or a list is given as JSON. */
function supply(
  source: SourceObject,
  secrets: ReadonlyMap<string, string>,
): { readonly fields: readonly Field[] } | { readonly why: string } {
  const fields: Field[] = [];
  for (const name of [...source.hidden, ...source.doubtful]) {
    const text = valueIn(secrets, source, name);
    if (text === '') continue;
    const value = source.structured?.includes(name) === true ? readStructure(text) : text;
    if (value === undefined)
      return {
        why: `${name} is a map or a list, and what ${secretName(source.kind, source.key, name)} gives is not one in JSON`,
      };
    fields.push({ name, value, fromEnv: true });
  }
  return { fields };
}

/** A map or a list out of its JSON; `undefined` where the text is something else. */
export function readStructure(text: string): Json | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Why an object of the same key in the Workspace cannot be overridden with this one. */
function clash({ isSecret, authTypeId }: SourceObject, target: EnvironmentObject | undefined): string | undefined {
  const variable = target?.airflowVariable ?? target?.environmentVariable;
  if (isSecret === true && variable?.isSecret === false)
    return 'the object of this key in the Workspace is not secret, and an override would show the value';
  if (target && authTypeId !== undefined && target.connection?.connectionAuthType?.id !== authTypeId)
    return 'the object of this key in the Workspace uses another connection form, which an override cannot change';
  return undefined;
}

/** A mask as a value, or as a member of one. */
export function holdsMask(value: Json): boolean {
  if (typeof value === 'string') return /^\*{3,}$/.test(value);
  return typeof value === 'object' && value !== null && Object.values(value).some((one) => holdsMask(one));
}

/**
 * What the Deployment's values override of an object that is there: what differs, and every secret, unless an earlier run
 * made the object out of this very source (`maker`: the Deployment that may have been the source).
 */
function differences(
  { kind, connectionType }: SourceObject,
  fields: readonly Field[],
  target: EnvironmentObject,
  maker: string | undefined,
): Field[] {
  const read = (target[apiNames[kind].body] ?? {}) as Fields;
  const ours = maker !== undefined && comesFrom(target, maker) && linkOf(target, maker) !== undefined;
  const differs = ({ name, value }: Field): boolean => {
    const stored = fieldOf(read, name) ?? (name === 'authType' ? authTypeOf(target.setFields) : undefined);
    if (stored === undefined || stored === '' || holdsMask(stored)) return !(ours && target.setFields.includes(name));
    return !same(stored, value);
  };
  // Whether Astro merges the members of a map or replaces it is not settled: it goes whole or not at all.
  const changed = new Set(fields.filter(differs).map(({ name }) => parentOf(name)));
  const type: Field[] =
    connectionType !== undefined && read['type'] !== connectionType
      ? [{ name: 'type', value: connectionType, fromEnv: false }]
      : [];
  return [...type, ...fields.filter(({ name }) => changed.has(parentOf(name)))];
}

const parentOf = (name: string): string => name.replace(/\..*$/s, '');

/** Fields that the Workspace object has and the source does not: an override cannot take them away. */
function leftOvers(source: SourceObject, fields: readonly Field[], target: EnvironmentObject): string[] {
  const extra = target.setFields.filter(
    (name) =>
      !notFields.includes(name) &&
      !fields.some(
        (field) => field.name === name || name.startsWith(`${field.name}.`) || field.name.startsWith(`${name}.`),
      ),
  );
  if (extra.length === 0) return [];
  return [
    `The ${source.kind.replaceAll('-', ' ')} ${oneLine(source.key, 80)} of the Workspace also sets ${extra.join(', ')}, which the source does not: the Deployment will see it.`,
  ];
}

/** What stands beside the fields and is carried over on its own. */
export const notFields: readonly string[] = ['type', 'authTypeId', 'isSecret'];

/** How a metrics export signs in, which is in no answer, by the credentials that it has. */
export function authTypeOf(setFields: readonly string[]): 'AUTH_TOKEN' | 'SIGV4' | 'BASIC' | undefined {
  if (setFields.includes('basicToken')) return 'AUTH_TOKEN';
  if (setFields.includes('sigV4AssumeArn')) return 'SIGV4';
  return setFields.includes('username') ? 'BASIC' : undefined;
}
