import {
  apiNames,
  compare,
  fieldOf,
  mayBeMasked,
  readable,
  same,
  type EnvironmentObject,
  type Fields,
  type Link,
} from './environment-objects.ts';
import { oneLine } from '../text.ts';
import type { Field, WantedObject } from '../config/wanted-objects.ts';

const bodyOf = (object: EnvironmentObject, { kind }: WantedObject): Fields =>
  (object[apiNames[kind].body] ?? {}) as Fields;

/** Fields of the object itself that differ from what the file declares; secrets only where they are to be written again. */
export function changedFields(
  wanted: WantedObject,
  object: EnvironmentObject,
  options: { readonly rewriteSecrets: boolean },
): Field[] {
  const { declared } = wanted;
  if (!declared) return [];
  const stored: Stored = { object, read: bodyOf(object, wanted), setFields: object.setFields };
  const changed = declared.values.filter(
    (field) =>
      // What is empty does not count as set, and need not be emptied.
      !(field.value === '' && !isSet(field.name, object.setFields)) && differs(field, stored, options),
  );
  return wholeMaps(changed, declared.values);
}

/**
 * Members that the file does not name, of maps that an update changes: they go along, in case the map is replaced.
 * Those that cannot be read would be lost for good then, so that such a map is not to be touched.
 */
export function keptMembers(
  changed: readonly Field[],
  wanted: WantedObject,
  object: EnvironmentObject,
): { fields: Field[]; why?: string } {
  const { declared } = wanted;
  if (!declared) return { fields: [] };
  const read = bodyOf(object, wanted);
  const maps = new Set(changed.filter(({ name }) => name.includes('.')).map(parentOf));
  const others = object.setFields.filter(
    (name) => name.includes('.') && maps.has(parentOf({ name })) && !covered(name, declared.values),
  );
  const fields: Field[] = [];
  const lost: string[] = [];
  for (const name of others) {
    const value = fieldOf(read, name);
    const known = value === undefined || typeof value === 'object' ? {} : readable(object, { [name]: value });
    if (value !== undefined && name in known) fields.push({ name, value, fromEnv: false });
    else lost.push(oneLine(name, 60));
  }
  if (lost.length === 0) return { fields };
  return {
    fields,
    why: `Astro may replace a map as a whole, and ${lost.join(', ')}, which cannot be read, would be lost: name every member of it in the file, or leave the map out`,
  };
}

/** Overrides of the link that must be written, whole maps included. */
export function changedOverrides(
  { kind }: WantedObject,
  overrides: readonly Field[],
  there: { readonly object: EnvironmentObject; readonly own: Link | undefined; readonly rewriteSecrets: boolean },
): Field[] {
  const { object, own } = there;
  if (!own) return [...overrides];
  const read = (own[apiNames[kind].overrides] ?? {}) as Fields;
  const changed = overrides.filter((field) => differs(field, { object, read, setFields: own.setFields }, there));
  return wholeMaps(changed, overrides);
}

const parentOf = ({ name }: Pick<Field, 'name'>): string => name.split('.', 1)[0] as string;

/** A map goes whole or not at all: whether Astro merges its members or replaces the map is not settled. */
function wholeMaps(changed: readonly Field[], all: readonly Field[]): Field[] {
  return all.filter(
    (field) =>
      changed.includes(field) || changed.some((one) => one.name.includes('.') && parentOf(one) === parentOf(field)),
  );
}

/** Fields of an object or of a link, as Astro shows them. */
interface Stored {
  readonly object: EnvironmentObject;
  readonly read: Fields;
  readonly setFields: readonly string[];
}

/** Whether a field must be written: it is not set, or it can be read and is another. Masked ones cannot be compared. */
function differs(
  field: Field,
  { object, read, setFields }: Stored,
  { rewriteSecrets }: { readonly rewriteSecrets: boolean },
): boolean {
  if (!isSet(field.name, setFields)) return true;
  const value = fieldOf(read, field.name);
  const found =
    value === undefined || mayBeMasked(object, field.name)
      ? compare(value, field)
      : same(value, field.value)
        ? 'same'
        : 'other';
  return found === 'other' || (found === 'hidden' && rewriteSecrets);
}

/** A map counts as set also where the list names its members. */
const isSet = (name: string, setFields: readonly string[]): boolean =>
  setFields.some((set) => set === name || set.startsWith(`${name}.`));

/** Whether wanted fields name this one, a map above it or a member of it. */
export const covered = (name: string, wanted: readonly Field[]): boolean =>
  wanted.some((field) => field.name === name || name.startsWith(`${field.name}.`) || field.name.startsWith(`${name}.`));
