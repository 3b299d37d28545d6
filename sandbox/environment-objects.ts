import type { shown } from './environment-answers.ts';
import { checkConflicts, checkEntity, checkEntries, checkWorkspace } from './environment-checks.ts';
import { getObject } from './environment-reads.ts';
import { invalid, kept, updatedBody, updatedOverrides } from './environment-shapes.ts';
import { all, isLinked, objectOf } from './environment-store.ts';
import {
  memberOf,
  type CreateObject,
  type GivenObject,
  type StoredObject,
  type UpdateObject,
} from './environment-types.ts';
import { deploymentOf } from './lifecycle.ts';
import { Refusal, iso, type Astro } from './state.ts';

type Answered = ReturnType<typeof shown>;
/** Creates an object with everything that a create may hold; answers its id, and nothing else. */
export function createObject(astro: Astro, given: CreateObject): { readonly id: string } {
  checkEntity(astro, given.scope, given.scopeEntityId);
  const object = made(astro, given);
  const { keysUniqueAcrossTypes } = astro.switches;
  const twin = all(astro).some(
    (other) =>
      other.scopeEntityId === object.scopeEntityId &&
      other.objectKey === object.objectKey &&
      (keysUniqueAcrossTypes || other.objectType === object.objectType),
  );
  if (twin) throw new Refusal(409, 'Conflict: an environment object with this key exists already');
  checkEntries(astro, object, given);
  checkConflicts(astro, undefined, object);
  astro.environmentObjects.set(object.id, object);
  return { id: object.id };
}

/** Puts an object into the sandbox without asking whether Astro would take it. */
export function seedObject(astro: Astro, given: GivenObject): string {
  const types = Object.keys(memberOf) as (keyof typeof memberOf)[];
  const object = made(astro, {
    objectType: types.find((type) => given[memberOf[type]] !== undefined) ?? 'AIRFLOW_VARIABLE',
    scope: 'WORKSPACE',
    scopeEntityId: astro.workspaces[0]?.id ?? '',
    ...given,
  });
  astro.environmentObjects.set(object.id, object);
  return object.id;
}

function made(astro: Astro, given: CreateObject): StoredObject {
  const { objectKey, objectType, scope, scopeEntityId } = given;
  const body = kept(objectType, given[memberOf[objectType]] ?? {});
  const at = iso(astro.now());
  return {
    id: astro.newId(),
    objectKey,
    objectType,
    scope,
    scopeEntityId,
    description: given.description ?? '',
    autoLink: given.autoLinkDeployments ?? false,
    links: (given.links ?? []).map((link) => ({
      deploymentId: link.scopeEntityId,
      overrides: updatedOverrides(astro, { objectType, body }, {}, link.overrides),
    })),
    excludes: (given.excludeLinks ?? []).map((entry) => entry.scopeEntityId),
    body,
    createdAt: at,
    updatedAt: at,
  };
}

/** Replaces the sets of links and exclusions, merges what is inside an entry, keeps what else is left out. */
export function updateObject(astro: Astro, id: string | undefined, given: UpdateObject): Answered {
  const before = objectOf(astro, id);
  const body = given[memberOf[before.objectType]];
  if (!body) throw invalid(memberOf[before.objectType], `must be there: the object is a ${before.objectType}`);
  const keeps = astro.switches.omittedArrays === 'kept';
  const after: StoredObject = {
    ...before,
    description: given.description ?? before.description,
    autoLink: given.autoLinkDeployments ?? (keeps && before.autoLink),
    links:
      given.links?.map((link) => {
        const stored = before.links.find(({ deploymentId }) => deploymentId === link.scopeEntityId);
        return {
          deploymentId: link.scopeEntityId,
          overrides: updatedOverrides(astro, before, stored?.overrides ?? {}, link.overrides),
        };
      }) ?? (keeps ? before.links : []),
    excludes: given.excludeLinks?.map((entry) => entry.scopeEntityId) ?? (keeps ? before.excludes : []),
    body: updatedBody(astro, before, body),
    updatedAt: iso(astro.now()),
  };
  if (before.scope === 'DEPLOYMENT' && (after.autoLink || after.links.length > 0 || after.excludes.length > 0))
    throw invalid('scope', 'DEPLOYMENT has neither links nor exclusions');
  checkEntries(astro, after, given);
  checkConflicts(astro, before, after);
  astro.environmentObjects.set(after.id, after);
  return getObject(astro, after.id);
}

/** Deletes an object, whoever is linked to it. */
export function deleteObject(astro: Astro, id: string | undefined): void {
  astro.environmentObjects.delete(objectOf(astro, id).id);
}

/** Adds one exclusion, and leaves everything else to whoever else writes. */
export function excludeLinking(astro: Astro, id: string | undefined, deploymentId: string): void {
  const object = objectOf(astro, id);
  if (object.scope === 'DEPLOYMENT') throw invalid('scope', 'DEPLOYMENT has no exclusions');
  checkWorkspace(object, deploymentOf(astro, deploymentId).deployment.workspaceId);
  const there = object.excludes.includes(deploymentId);
  if (astro.switches.excludeConflicts === 'refused' && (there || isLinked(object, deploymentId)))
    throw new Refusal(409, `Conflict: the deployment is ${there ? 'excluded' : 'linked'} already`);
  const excludes = there ? object.excludes : [...object.excludes, deploymentId];
  astro.environmentObjects.set(object.id, { ...object, excludes, updatedAt: iso(astro.now()) });
}

/** Deletes what belongs to a Deployment that is deleted; what others hold about it goes by a switch. */
export function forgetDeployment(astro: Astro, id: string): void {
  for (const object of all(astro)) {
    if (object.scopeEntityId === id) astro.environmentObjects.delete(object.id);
    else if (astro.switches.linksOfDeletedDeployments === 'removed')
      astro.environmentObjects.set(object.id, {
        ...object,
        links: object.links.filter(({ deploymentId }) => deploymentId !== id),
        excludes: object.excludes.filter((deploymentId) => deploymentId !== id),
      });
  }
}
