import { failureClass } from '../../http/retry.ts';
import { listDeployments, readDeployment } from '../../astro/deployments.ts';
import { readObject } from '../../astro/environment-objects.ts';
import type { ApiError } from '../../core/errors.ts';
import type { EnvironmentObject } from '../../core/objects/environment-objects.ts';
import type { ObjectLocation } from './object-location.ts';

/** Whether a failed write may be tried again from a new reading; one refused because of deleted Deployments is tried without them. */
export async function worthAnotherTry(
  { client, organization, workspaceId, deploymentId, conflicts }: ObjectLocation,
  error: ApiError,
  object: EnvironmentObject | undefined,
  dead: Set<string>,
): Promise<boolean> {
  const left = client.remaining();
  const waiting = left > 0 && (error.retryAfter ?? 0) <= left;
  if (failureClass(error) !== 'refused') return waiting;
  if (error.status === 409) return waiting && conflicts !== 'final';
  if (error.status !== 400 && error.status !== 404) return false;
  const named = [...(object?.links ?? []), ...(object?.excludeLinks ?? [])]
    .map(({ scopeEntityId }) => scopeEntityId)
    .filter((id) => id !== deploymentId && !dead.has(id));
  const living = new Set((await listDeployments(client, organization, workspaceId)).map(({ id }) => id));
  const missing: string[] = [];
  for (const id of named.filter((one) => !living.has(one)))
    if ((await readDeployment(client, organization, id)) === undefined) missing.push(id);
  for (const id of missing) dead.add(id);
  if (missing.length > 0) return true;
  // An object that was deleted a moment ago is for the next reading to judge.
  return error.status === 404 && object?.id !== undefined && !(await readObject(client, organization, object.id));
}

/** The object without entries of Deployments that are proven gone, which Astro may refuse to take back. */
export function withoutDead(
  object: EnvironmentObject & { readonly id: string },
  dead: ReadonlySet<string>,
): EnvironmentObject & { readonly id: string } {
  if (dead.size === 0) return object;
  const alive = ({ scopeEntityId }: { readonly scopeEntityId: string }): boolean => !dead.has(scopeEntityId);
  return {
    ...object,
    ...(object.links && { links: object.links.filter(alive) }),
    ...(object.excludeLinks && { excludeLinks: object.excludeLinks.filter(alive) }),
  };
}
