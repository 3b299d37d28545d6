import { listEffectiveObjects, listObjects } from '../../astro/environment-objects.ts';
import type { WantedObject } from '../../core/config/wanted-objects.ts';
import { UserError, type Problem } from '../../core/errors.ts';
import { apiNames, fieldOf, type EnvironmentObject, type Fields } from '../../core/objects/environment-objects.ts';
import { reconcileLink } from '../../core/objects/reconcile-link.ts';
import { oneLine } from '../../core/text.ts';
import { attempts, settling, type Clock } from './clock.ts';
import { objectOf, titleOf, type ObjectLocation } from './object-location.ts';
import { reconcileObject } from './reconcile.ts';

/**
 * Reads once more the objects that were written: a concurrent run that read one before our write and wrote it afterwards
 * has removed our entry. Restores it until a reading finds nothing missing. `settled`: a reading after the last write has
 * found them already, so this one need not wait. Resolves to what was restored.
 */
export async function restoreLinks(
  location: ObjectLocation,
  wanted: readonly WantedObject[],
  clock: Clock,
  { settled = false }: { readonly settled?: boolean } = {},
): Promise<WantedObject[]> {
  const restored = new Set<WantedObject>();
  let missing = wanted;
  for (let round = 0; round < attempts; round++) {
    if (round > 0 || !settled) await clock.pause(settling(clock.random()));
    const stored = await listObjects(location.client, location.organization, { workspaceId: location.workspaceId });
    missing = wanted.filter(
      (one) =>
        reconcileLink(one, objectOf(stored, one), location.deploymentId, {
          workspaceId: location.workspaceId,
          rewriteSecrets: false,
        }).kind !== 'nothing',
    );
    if (missing.length === 0) return [...restored];
    for (const one of missing) {
      if (await reconcileObject(location, { wanted: one, rewriteSecrets: false }, clock)) restored.add(one);
    }
  }
  throw new UserError(
    `Others keep changing ${missing.map(titleOf).join(', ')}: the links to this Deployment did not last. Run the job again.`,
  );
}

/**
 * Looks at what the Deployment sees of objects of which it overrides members of a map. Throws UserError where it lost the
 * members that it does not override; costs two requests, and none where no member is overridden.
 */
export async function verifyEffective(location: ObjectLocation, wanted: readonly WantedObject[]): Promise<void> {
  const concerned = wanted.filter(
    ({ link, overrides }) => link === 'link' && overrides.some(({ name }) => name.includes('.')),
  );
  if (concerned.length === 0) return;
  const stored = await listObjects(location.client, location.organization, { workspaceId: location.workspaceId });
  const effective = await listEffectiveObjects(location.client, location.organization, location.deploymentId);
  const problems = concerned.flatMap((one): Problem[] => {
    const lost = lostMembers(one, objectOf(stored, one), objectOf(effective, one));
    if (lost.length === 0) return [];
    const message = `The Deployment does not see ${lost.map((name) => oneLine(name, 60)).join(', ')} of ${titleOf(one)}: the override of some members hides all others. Override every member of the map that the Deployment needs.`;
    return [{ message, at: one.at }];
  });
  if (problems.length > 0) throw new UserError(problems.map(({ message }) => message).join('\n'), { problems });
}

/** Members that an object has, of maps that the link overrides in part, and that the Deployment does not see. */
function lostMembers(
  { kind, overrides }: WantedObject,
  parent: EnvironmentObject | undefined,
  seen: EnvironmentObject | undefined,
): string[] {
  if (!parent || !seen) return [];
  const { body } = apiNames[kind];
  const shown = (object: EnvironmentObject, name: string): boolean =>
    fieldOf((object[body] ?? {}) as Fields, name) !== undefined;
  const mapOf = (name: string): string => name.slice(0, name.indexOf('.') + 1);
  const maps = new Set(overrides.map(({ name }) => mapOf(name)).filter((map) => map !== ''));
  return parent.setFields.filter((name) => {
    if (!maps.has(mapOf(name)) || seen.setFields.includes(name) || shown(seen, name)) return false;
    // Without a list of its fields, a row says nothing of those that are never shown.
    return seen.setFields.length > 0 || shown(parent, name);
  });
}
