import type { components } from '../../contract/astro-api.ts';
import type { ObjectKind } from '../config/schema-objects.ts';
import { omitUndefined } from '../omit-undefined.ts';
import type { Field, Json } from '../config/wanted-objects.ts';

type Schemas = components['schemas'];
export type EnvironmentObject = Schemas['EnvironmentObject'];
export type ObjectUpdate = Schemas['UpdateEnvironmentObjectBody'];
export type ObjectCreate = Schemas['CreateEnvironmentObjectBody'];
export type Link = Schemas['EnvironmentObjectLink'];
export type LinkRequest = Schemas['UpdateEnvironmentObjectLinkRequest'];
export type Fields = Readonly<Record<string, Json>>;

/** What the API calls each kind of object, and its members in bodies, answers and links. */
export const apiNames = {
  connection: { type: 'CONNECTION', body: 'connection', overrides: 'connectionOverrides' },
  'airflow-variable': {
    type: 'AIRFLOW_VARIABLE',
    body: 'airflowVariable',
    overrides: 'airflowVariableOverrides',
  },
  'environment-variable': {
    type: 'ENVIRONMENT_VARIABLE',
    body: 'environmentVariable',
    overrides: 'environmentVariableOverrides',
  },
  'metrics-export': { type: 'METRICS_EXPORT', body: 'metricsExport', overrides: 'metricsExportOverrides' },
} as const satisfies Record<ObjectKind, object>;

/** The kind of an object as the file names it. */
export const kindOfType = (type: EnvironmentObject['objectType']): ObjectKind =>
  (Object.keys(apiNames) as ObjectKind[]).find((kind) => apiNames[kind].type === type) as ObjectKind;

/** An update that changes nothing but the links and exclusions given. */
export function complete(
  object: EnvironmentObject,
  links: readonly LinkRequest[],
  excludeLinks: readonly Schemas['ExcludeLinkEnvironmentObjectRequest'][],
): ObjectUpdate {
  return {
    ...omitUndefined({ description: object.description }),
    autoLinkDeployments: object.autoLinkDeployments === true,
    links: [...links],
    excludeLinks: [...excludeLinks],
    ...typedBody(kindOfType(object.objectType), object, []),
  };
}

export const bare = (deploymentId: string) => ({ scope: 'DEPLOYMENT' as const, scopeEntityId: deploymentId });
export const linkOf = (object: EnvironmentObject, deploymentId: string): Link | undefined =>
  object.links?.find(({ scopeEntityId }) => scopeEntityId === deploymentId);
export const isExcluded = (object: EnvironmentObject, deploymentId: string): boolean =>
  object.excludeLinks?.some(({ scopeEntityId }) => scopeEntityId === deploymentId) === true;
export const otherLinks = (object: EnvironmentObject, deploymentId: string): LinkRequest[] =>
  (object.links ?? []).flatMap(({ scopeEntityId }) => (scopeEntityId === deploymentId ? [] : [bare(scopeEntityId)]));
export const otherExclusions = (object: EnvironmentObject, deploymentId: string) =>
  (object.excludeLinks ?? []).flatMap(({ scopeEntityId }) =>
    scopeEntityId === deploymentId ? [] : [bare(scopeEntityId)],
  );

/** The least typed body that an update takes: what only Astro knows is kept by leaving it out. */
export function typedBody(kind: ObjectKind, object: EnvironmentObject, changed: readonly Field[]): object {
  const fields = nested(changed);
  switch (kind) {
    case 'connection': {
      const { type = '', connectionAuthType } = object.connection ?? {};
      const form = connectionAuthType ? { authTypeId: connectionAuthType.id } : {};
      return { connection: { type, ...form, ...fields } };
    }
    case 'airflow-variable':
      return { airflowVariable: { value: valueOf(object.airflowVariable), ...fields } };
    case 'environment-variable':
      return { environmentVariable: { value: valueOf(object.environmentVariable), ...fields } };
    case 'metrics-export': {
      const { endpoint, exporterType } = object.metricsExport ?? {};
      return { metricsExport: { ...omitUndefined({ endpoint, exporterType }), ...fields } };
    }
  }
}

/** For a secret an empty value means that it stays as it is; its mask, if Astro shows one, would become the value. */
const valueOf = (variable: Schemas['EnvironmentObjectVariable'] | undefined): string =>
  variable?.isSecret === true ? '' : (variable?.value ?? '');

/** A field by its dotted name; only the first dot separates, so that a member's own name may hold dots. */
export function fieldOf(fields: Fields, name: string): Json | undefined {
  const [parent = '', member] = split(name);
  const value = fields[parent];
  if (member === undefined) return value;
  return isMap(value) && Object.hasOwn(value, member) ? value[member] : undefined;
}

function split(name: string): string[] {
  const dot = name.indexOf('.');
  return dot < 0 ? [name] : [name.slice(0, dot), name.slice(dot + 1)];
}

/** Fields as a body has them: `extra.database` inside `extra`. */
export function nested(fields: readonly Field[]): Record<string, Json> {
  const body: Record<string, Json> = {};
  for (const { name, value } of fields) {
    const [parent = '', member] = split(name);
    body[parent] = member === undefined ? value : { ...(body[parent] as object), [member]: value };
  }
  return body;
}

const isMap = (value: unknown): value is Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether what Astro shows of a field can be a mask; elsewhere an empty text is an empty text. */
export const mayBeMasked = (object: EnvironmentObject, name: string): boolean =>
  name === 'value'
    ? (object.airflowVariable ?? object.environmentVariable)?.isSecret === true
    : /^(?:password|basicToken|extra|headers)(?:\.|$)/.test(name);

const isMask = (value: Json): boolean => typeof value === 'string' && /^\**$/.test(value);
const secretName = /secret|pass|token|private|api_?key|credential|authorization/i;

/**
 * How a value that Astro shows compares with one that is wanted; `hidden` where Astro shows too little of it to tell.
 * Members that are not shown are taken for hidden where they are secrets by their name or by where they come from.
 */
export function compare(
  shown: Json | undefined,
  { value: wanted, fromEnv }: Pick<Field, 'value' | 'fromEnv'>,
): 'same' | 'other' | 'hidden' {
  if (same(shown, wanted)) return 'same';
  if (shown === undefined || isMask(shown)) return 'hidden';
  if (!isMap(shown) || !isMap(wanted)) return 'other';
  if (Object.keys(shown).some((name) => !Object.hasOwn(wanted, name))) return 'other';
  const found = Object.entries(wanted).map(([name, value]) =>
    Object.hasOwn(shown, name) || fromEnv || secretName.test(name)
      ? compare(fieldOf({ shown }, `shown.${name}`), { value, fromEnv })
      : 'other',
  );
  return found.includes('other') ? 'other' : 'hidden';
}

/** The fields that Astro shows as they are, without masks and what holds one. */
export function readable(object: EnvironmentObject, fields: Fields): Record<string, Json> {
  const found = Object.entries(fields).map(([name, value]) => [
    name,
    mayBeMasked(object, name) ? unmasked(value) : value,
  ]);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined)) as Record<string, Json>;
}

function unmasked(value: Json): Json | undefined {
  if (isMask(value)) return undefined;
  if (!isMap(value)) return value;
  const members = Object.entries(value).map(([name, member]) => [name, unmasked(member)] as const);
  const left = members.filter(([, member]) => member !== undefined);
  return left.length > 0 ? (Object.fromEntries(left) as Record<string, Json>) : undefined;
}

/** Deep equality of JSON values; the order of keys means nothing. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = Object.entries(a);
  const right = new Map(Object.entries(b));
  return left.length === right.size && left.every(([key, value]) => right.has(key) && same(value, right.get(key)));
}
