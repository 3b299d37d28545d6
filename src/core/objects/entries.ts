import {
  complete,
  isExcluded,
  linkOf,
  otherExclusions,
  otherLinks,
  type EnvironmentObject,
  type ObjectUpdate,
} from './environment-objects.ts';
import { oneLine } from '../text.ts';

/** Takes a Deployment that goes away out of an object; `undefined` where the object does not name it. */
export function withoutDeployment(object: EnvironmentObject, deploymentId: string): ObjectUpdate | undefined {
  if (!linkOf(object, deploymentId) && !isExcluded(object, deploymentId)) return undefined;
  return complete(object, otherLinks(object, deploymentId), otherExclusions(object, deploymentId));
}

/** Whether an object names the Deployment, as linked or as excluded. */
export const isNamed = (object: EnvironmentObject, deploymentId: string): boolean =>
  linkOf(object, deploymentId) !== undefined || isExcluded(object, deploymentId);

/**
 * Why an object must not be updated: it has links to other things than Deployments, and how those come through an update
 * is not known. `undefined` where nothing is in the way.
 */
export function strangeScope(object: EnvironmentObject): string | undefined {
  const strange = [...(object.links ?? []), ...(object.excludeLinks ?? [])].find(({ scope }) => scope !== 'DEPLOYMENT');
  return (
    strange &&
    `it is linked to something other than a Deployment (${oneLine(strange.scope, 40)}), and whether that link would survive an update is not known: change it in the Astro UI`
  );
}
