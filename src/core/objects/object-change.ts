import { changedFields, covered, keptMembers } from './changed-fields.ts';
import { otherLinks, typedBody, type EnvironmentObject } from './environment-objects.ts';
import type { ObjectVerb } from './verbs.ts';
import type { Field, WantedObject } from '../config/wanted-objects.ts';
import { omitUndefined } from '../omit-undefined.ts';

/** What a run changes of the object itself, which every linked Deployment sees. */
export interface ObjectChange {
  readonly autoLinked: boolean;
  /** The typed part of an update's body. */
  readonly body: object;
  readonly fields: readonly string[];
  readonly verbs: readonly ObjectVerb[];
  /** Why the object must not be updated. */
  readonly why?: string;
}

/** What the file asks for and this run may change: the object's fields, and whether it is linked to all Deployments. */
export function changeObject(
  wanted: WantedObject,
  object: EnvironmentObject,
  deploymentId: string,
  options: { readonly rewriteSecrets: boolean },
): ObjectChange {
  const autoLink = object.autoLinkDeployments === true;
  const mayChange = mayChangeObject(wanted, object, deploymentId);
  // `share` takes effect on the run of a long-lived environment only.
  const autoLinked =
    wanted.share !== undefined && mayChange && wanted.forPreview !== true ? wanted.share === 'all' : autoLink;
  const changed = mayChange ? changedFields(wanted, object, options) : [];
  const kept = keptMembers(changed, wanted, object);
  return {
    autoLinked,
    body: typedBody(wanted.kind, object, [...changed, ...kept.fields]),
    fields: changed.map(({ name }) => name),
    verbs: [
      ...(autoLinked === autoLink ? [] : [autoLinked ? ('share' as const) : ('restrict' as const)]),
      ...(changed.length > 0 ? (['change'] as const) : []),
    ],
    ...omitUndefined({ why: kept.why }),
  };
}

/**
 * Whether this run may change what every Deployment sees of an object. A preview's run may only where Astro shows that
 * nobody but this preview uses the object: what the branch's file says of it proves nothing.
 */
function mayChangeObject(wanted: WantedObject, object: EnvironmentObject, deploymentId: string): boolean {
  if (!wanted.mayChangeObject || wanted.forPreview !== true) return wanted.mayChangeObject;
  return object.autoLinkDeployments !== true && otherLinks(object, deploymentId).length === 0;
}

/**
 * Declared fields that differ from those of an object which a preview must not change: they become overrides of the
 * preview's own link. Secrets that Astro holds already cannot be compared and stay as they are.
 */
export function divertedFields(
  wanted: WantedObject,
  object: EnvironmentObject,
  deploymentId: string,
): readonly Field[] {
  const isDiverted = wanted.forPreview === true && wanted.mayChangeObject && wanted.link === 'link';
  if (!isDiverted || mayChangeObject(wanted, object, deploymentId)) return [];
  const differing = changedFields(wanted, object, { rewriteSecrets: false });
  return differing.filter(({ name }) => !covered(name, wanted.overrides));
}
