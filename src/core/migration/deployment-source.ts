import type { ObjectKind } from '../config/schema-objects.ts';
import { apiNames, fieldOf, type EnvironmentObject, type Fields } from '../objects/environment-objects.ts';
import { authTypeOf, holdsMask, notFields } from './sources.ts';
import { given } from '../yaml/reader.ts';
import type { Field, Json } from '../config/wanted-objects.ts';
import type { SourceObject } from './source-object.ts';

/**
 * A Deployment's own environment object as a source. `clear` are its values where Astro gave them out; what the workflow
 * supplies is not taken from there.
 */
export function sourceOf(
  object: EnvironmentObject,
  kind: ObjectKind,
  clear: EnvironmentObject | undefined,
  isSupplied: (field: string) => boolean = () => false,
): SourceObject {
  const member = apiNames[kind].body;
  const read = (object[member] ?? {}) as Fields;
  const shown = (clear?.[member] ?? {}) as Fields;
  const variable = object.airflowVariable ?? object.environmentVariable;
  const fields: Field[] = [];
  const hidden: string[] = [];
  const structured: string[] = [];
  for (const name of namesOf(object)) {
    const seen = fieldOf(read, name) ?? (name === 'authType' ? authTypeOf(object.setFields) : undefined);
    const revealed = isSupplied(name) ? undefined : fieldOf(shown, name);
    // Secret members of a nested map are left out without a trace, so that only the whole one is believed.
    if (isWhole(seen)) fields.push({ name, value: seen, fromEnv: false });
    else if (revealed !== undefined && revealed !== '' && !holdsMask(revealed))
      fields.push({ name, value: revealed, fromEnv: true });
    else {
      hidden.push(name);
      if (typeof seen === 'object') structured.push(name);
    }
  }
  return {
    kind,
    key: object.objectKey,
    // An empty text is a value like any other where nothing is hidden.
    fields: variable?.isSecret === false ? [{ name: 'value', value: variable.value, fromEnv: false }] : fields,
    hidden: variable?.isSecret === false ? [] : hidden,
    doubtful: [],
    ...(structured.length > 0 && { structured }),
    ...given('description', object.description || undefined),
    ...given('connectionType', object.connection?.type),
    ...given('authTypeId', object.connection?.connectionAuthType?.id),
    ...given('isSecret', variable?.isSecret),
    // A server that does not list them may hold secrets that nobody would miss before they are needed.
    ...(object.setFields.length === 0 &&
      variable?.isSecret !== false && { impossible: 'Astro does not tell which fields it sets' }),
  };
}

const isWhole = (value: Json | undefined): value is string | number | boolean =>
  value !== undefined && value !== '' && typeof value !== 'object' && !holdsMask(value);

/** Names of the fields that hold something; `extra` beside `extra.role` says nothing more. */
function namesOf({ setFields }: EnvironmentObject): string[] {
  const names = setFields.filter(
    (name) => !notFields.includes(name) && !setFields.some((one) => one.startsWith(`${name}.`)),
  );
  return authTypeOf(setFields) === undefined || names.includes('authType') ? names : [...names, 'authType'];
}

const suffixOf = (deploymentId: string): string => `_promoting_${deploymentId.slice(-8)}`;
const lineOf = (deploymentId: string): string =>
  `[astro-branch-deploy copy of an own object of the Deployment ${deploymentId} while it is promoted]`;

/** Key and description of the copy that stands in for a source between its deletion and the link to what replaces it. */
export function backupOf(
  { key, description }: SourceObject,
  deploymentId: string,
): { readonly key: string; readonly description: string } {
  return {
    key: `${key}${suffixOf(deploymentId)}`,
    description: `${description === undefined ? '' : `${description}\n`}${lineOf(deploymentId)}`,
  };
}

/** Reads whose copy an object is; `undefined` where it is none of this Deployment's. */
export function readBackup(
  { objectKey, description = '' }: EnvironmentObject,
  deploymentId: string,
): { readonly key: string; readonly description: string } | undefined {
  const suffix = suffixOf(deploymentId);
  const lines = description.split('\n');
  const left = lines.filter((line) => line !== lineOf(deploymentId));
  if (!objectKey.endsWith(suffix) || left.length === lines.length) return undefined;
  return { key: objectKey.slice(0, -suffix.length), description: left.join('\n') };
}
