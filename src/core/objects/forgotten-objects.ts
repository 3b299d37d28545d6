import type { ObjectKind } from '../config/schema-objects.ts';
import type { WantedObject } from '../config/wanted-objects.ts';
import { isAmong, readMark } from '../identity.ts';
import { kindOfType, linkOf, type EnvironmentObject } from './environment-objects.ts';

/** How the ownership mark knows an environment object. */
export const objectName = ({ kind, key }: { readonly kind: ObjectKind; readonly key: string }): string =>
  `${kind}:${key}`;

/**
 * Objects that an earlier run linked to a preview, and that its configuration file no longer names: they are unlinked.
 * The link's overrides prove it, or the mark. A bare link of an object that no file ever named is somebody else's.
 */
export function forgottenObjects(
  wanted: readonly WantedObject[],
  stored: readonly EnvironmentObject[],
  preview: { readonly id: string; readonly description?: string | null | undefined },
  file: string,
): WantedObject[] {
  const named = new Set(wanted.map(objectName));
  const ours = readMark(preview.description)?.objects;
  return stored.flatMap((object): WantedObject[] => {
    const one = { kind: kindOfType(object.objectType), key: object.objectKey };
    const link = linkOf(object, preview.id);
    if (!link || named.has(objectName(one))) return [];
    if (link.setFields.length === 0 && !isAmong(ours, objectName(one))) return [];
    return [{ ...one, at: { file }, link: 'unlink', overrides: [], forPreview: true, mayChangeObject: false }];
  });
}
