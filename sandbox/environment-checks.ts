import { invalid } from './environment-shapes.ts';
import { all, isLinked, reaches, sameName } from './environment-store.ts';
import type { StoredObject, UpdateObject } from './environment-types.ts';
import { deploymentOf } from './lifecycle.ts';
import { Refusal, wellFormed, type Astro } from './state.ts';

/** The Workspace or Deployment of a scope must be there. */
export function checkEntity(astro: Astro, scope: StoredObject['scope'], id: string): void {
  if (scope === 'DEPLOYMENT') deploymentOf(astro, id);
  else if (!astro.workspaces.some((workspace) => workspace.id === id)) throw new Refusal(404, 'Workspace not found');
}

/** A Deployment must be of the object's Workspace. */
export function checkWorkspace(object: StoredObject, workspaceId: string): void {
  if (workspaceId !== object.scopeEntityId) throw invalid('scopeEntityId', 'is a deployment of another workspace');
}

/** The Deployments that a body names must be there, in the Workspace of the object, and once. */
export function checkEntries(
  astro: Astro,
  object: StoredObject,
  given: Pick<UpdateObject, 'links' | 'excludeLinks'>,
): void {
  for (const field of ['links', 'excludeLinks'] as const) {
    const ids = (given[field] ?? []).map(({ scopeEntityId }) => wellFormed(scopeEntityId));
    if (new Set(ids).size < ids.length) throw invalid(field, 'names a deployment twice');
    for (const id of ids) {
      const found = astro.deployments.get(id);
      if (found) checkWorkspace(object, found.deployment.workspaceId);
      else if (astro.switches.deadLinks === 'refused') throw invalid(field, `names ${id}, which is no deployment`);
    }
  }
}

/** What an object says must agree with itself and with the other objects, as the switches have it. */
export function checkConflicts(astro: Astro, before: StoredObject | undefined, after: StoredObject): void {
  const { excludeConflicts, sameKeyOnDeployment } = astro.switches;
  if (excludeConflicts === 'refused' && after.excludes.some((id) => isLinked(after, id)))
    throw new Refusal(409, 'Conflict: a deployment is both linked and excluded');
  if (sameKeyOnDeployment === 'allowed') return;
  const clash = all(astro).some((other) => {
    if (!sameName(after, other) || after.scope === other.scope) return false;
    const [shared, owned] = after.scope === 'WORKSPACE' ? [after, other] : [other, after];
    const id = owned.scopeEntityId;
    const workspaceId = astro.deployments.get(id)?.deployment.workspaceId;
    // What an update found as it is, it may leave so.
    const isNew = !before || (after === shared && !reaches(before, id));
    return workspaceId === shared.scopeEntityId && reaches(shared, id) && isNew;
  });
  if (clash) throw new Refusal(409, 'Conflict: a deployment would see two environment objects with this key');
}
