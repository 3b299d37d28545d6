import type { StoredObject } from './environment-types.ts';
import { Refusal, wellFormed, type Astro } from './state.ts';

/** Every environment object, oldest first. */
export const all = (astro: Astro): StoredObject[] => [...astro.environmentObjects.values()];
/** Whether two objects would be one to a Deployment that sees both. */
export const sameName = (one: StoredObject, other: StoredObject): boolean =>
  one.objectType === other.objectType && one.objectKey === other.objectKey;
/** Whether an object has a link to a Deployment. */
export const isLinked = (object: StoredObject, id: string): boolean =>
  object.links.some(({ deploymentId }) => deploymentId === id);
/** Whether a Workspace object is seen in a Deployment of its Workspace. */
export const reaches = (object: StoredObject, deploymentId: string): boolean =>
  isLinked(object, deploymentId) || (object.autoLink && !object.excludes.includes(deploymentId));

/** The object of an id. */
export function objectOf(astro: Astro, id: string | undefined): StoredObject {
  const object = astro.environmentObjects.get(wellFormed(id));
  if (!object) throw new Refusal(404, 'Environment object not found');
  return object;
}
