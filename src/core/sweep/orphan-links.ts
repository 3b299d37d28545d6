import type { ObjectEntry } from '../config/object-entry.ts';
import {
  complete,
  kindOfType,
  bare,
  type EnvironmentObject,
  type ObjectUpdate,
} from '../objects/environment-objects.ts';
import { objectName } from '../objects/forgotten-objects.ts';
import type { NamedObject, StoredObject } from '../objects/stored-object.ts';

/** An environment object with entries of Deployments that no longer exist. */
export interface OrphanLinks {
  readonly object: NamedObject;
  readonly gone: readonly string[];
}

/** Most Deployments that one sweep asks for by id; the others wait for the next one. */
const mostAsked = 20;

/** Whether the configuration file links objects to previews, so that a preview may have left links behind. */
export const linksPreviews = (entries: readonly ObjectEntry[]): boolean => entries.some(isForPreviews);

/** Ids that objects of previews name and that the Workspace's list of Deployments lacks: each must be proven gone. */
export function missingDeployments(
  stored: readonly EnvironmentObject[],
  entries: readonly ObjectEntry[],
  living: ReadonlySet<string>,
): string[] {
  const ids = ofPreviews(stored, entries).flatMap(namedBy);
  return [...new Set(ids.filter((id) => !living.has(id)))].slice(0, mostAsked);
}

/** The objects to take entries out of, each with the Deployments that are proven gone. */
export function orphanLinks(
  stored: readonly StoredObject[],
  entries: readonly ObjectEntry[],
  gone: ReadonlySet<string>,
): OrphanLinks[] {
  return ofPreviews(stored, entries).flatMap((object) => {
    const dead = [...new Set(namedBy(object).filter((id) => gone.has(id)))];
    const named = { id: object.id, kind: kindOfType(object.objectType), key: object.objectKey };
    return dead.length === 0 ? [] : [{ object: named, gone: dead }];
  });
}

/** Takes several Deployments out of an object; `undefined` where it names none of them. */
export function withoutDeployments(object: EnvironmentObject, ids: readonly string[]): ObjectUpdate | undefined {
  if (!namedBy(object).some((id) => ids.includes(id))) return undefined;
  const alive = ({ scopeEntityId }: { readonly scopeEntityId: string }) =>
    ids.includes(scopeEntityId) ? [] : [bare(scopeEntityId)];
  return complete(object, (object.links ?? []).flatMap(alive), (object.excludeLinks ?? []).flatMap(alive));
}

const isForPreviews = ({ targets, declared, share }: ObjectEntry): boolean =>
  targets.some(({ name }) => name === 'preview') || (declared !== undefined && share === 'all');

function ofPreviews<T extends EnvironmentObject>(stored: readonly T[], entries: readonly ObjectEntry[]): T[] {
  const names = new Set(entries.filter(isForPreviews).map(objectName));
  return stored.filter((one) => names.has(objectName({ kind: kindOfType(one.objectType), key: one.objectKey })));
}

const namedBy = ({ links = [], excludeLinks = [] }: EnvironmentObject): string[] =>
  [...links, ...excludeLinks].map(({ scopeEntityId }) => scopeEntityId);
