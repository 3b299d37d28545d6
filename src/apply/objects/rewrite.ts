import { readDeployment } from '../../astro/deployments.ts';
import { readObject, updateObject } from '../../astro/environment-objects.ts';
import type { WantedObject } from '../../core/config/wanted-objects.ts';
import { ApiError, UserError } from '../../core/errors.ts';
import type { EnvironmentObject, ObjectUpdate } from '../../core/objects/environment-objects.ts';
import { lostEntries, notRestored, restoring, stillLost, type LostEntry } from '../../core/objects/lost-entries.ts';
import type { Clock } from './clock.ts';
import { titleOf, type ObjectLocation } from './object-location.ts';

/** How long a concurrent run gets to restore its own link: longer than its second reading and its update take. */
const restoreTime = (random: number): number => 3_000 + 1_000 * random;
const looks = 3;

/** One update: the object, as it was read, and what is sent. */
export interface Rewrite {
  readonly object: Pick<WantedObject, 'kind' | 'key'>;
  readonly before: EnvironmentObject;
  readonly body: ObjectUpdate;
}

/**
 * Sends the update and looks at what it did to others. What it took from them is given back as far as it can be read,
 * after their own runs had the time to do it: theirs know the secrets.
 */
export async function rewrite(
  location: ObjectLocation,
  { object, before, body }: Rewrite,
  clock: Clock,
): Promise<EnvironmentObject | undefined> {
  const { client, organization, deploymentId } = location;
  const name = { id: before.id ?? '', key: object.key };
  let after = await updateObject(client, organization, name, body);
  let lost = await ofLiving(location, lostEntries(before, after, body, deploymentId));
  for (let look = 0; look < looks && lost.length > 0 && lost.every(({ mayBeRestored }) => mayBeRestored); look++) {
    await clock.pause(restoreTime(clock.random()));
    const later = await readObject(client, organization, name.id);
    if (!later) return undefined;
    after = later;
    lost = await ofLiving(location, stillLost(lost, after));
  }
  if (lost.length === 0) return after;
  const failure = `Updating ${titleOf(object)} took more away than it should: ${lost.map(({ what }) => what).join('; ')}.`;
  const advice =
    "Check the object in Astro's Environment Manager before anything else; nothing more was linked in this run.";
  const restored = await updateObject(client, organization, name, restoring(before, after, body, lost)).catch(
    (cause: unknown) => {
      if (!(cause instanceof ApiError)) throw cause;
      throw new UserError(`${failure} Putting it back failed: ${cause.message} ${advice}`, { cause });
    },
  );
  const left = notRestored(lost, restored);
  throw new UserError(
    `${failure} ${
      left.length === 0
        ? 'All of it was put back, but overridden secrets cannot be read and may be lost'
        : `Not put back, because it cannot be read: ${left.map(({ what }) => what).join('; ')}`
    }. ${advice}`,
  );
}

/** Lost entries of Deployments that exist: a Deployment that was deleted a moment ago took its entries with it. */
async function ofLiving({ client, organization }: ObjectLocation, lost: readonly LostEntry[]): Promise<LostEntry[]> {
  const living: LostEntry[] = [];
  for (const one of lost)
    if (one.deploymentId === undefined || (await readDeployment(client, organization, one.deploymentId)))
      living.push(one);
  return living;
}
