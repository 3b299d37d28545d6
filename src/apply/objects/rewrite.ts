import { readDeployment } from '../../astro/deployments.ts';
import { readObject, updateObject } from '../../astro/environment-objects.ts';
import type { WantedObject } from '../../core/config/wanted-objects.ts';
import { ApiError, UserError } from '../../core/errors.ts';
import type { EnvironmentObject, ObjectUpdate } from '../../core/objects/environment-objects.ts';
import { damageOf, restoring, unhealed, unmended, type Damage } from '../../core/objects/lost-entries.ts';
import type { Rhythm } from './clock.ts';
import { titleOf, type ObjectSpot } from './object-location.ts';

/** How long a rival gets to mend its own link: longer than its second look takes, and the update that follows. */
const patience = (random: number): number => 3_000 + 1_000 * random;
const looks = 3;

/**
 * Sends the update and looks at what it did to others. What it took from them is given back as far as it can be read,
 * after their own runs had the time to do it: theirs know the secrets.
 */
export async function rewrite(
  spot: ObjectSpot,
  wanted: Pick<WantedObject, 'kind' | 'key'>,
  before: EnvironmentObject,
  body: ObjectUpdate,
  rhythm: Rhythm,
): Promise<EnvironmentObject | undefined> {
  const { client, organization, deploymentId } = spot;
  const id = before.id ?? '';
  let after = await updateObject(client, organization, id, wanted.key, body);
  let damage = await ofLiving(spot, damageOf(before, after, body, deploymentId));
  for (let look = 0; look < looks && damage.length > 0 && damage.every(({ mayHeal }) => mayHeal); look++) {
    await rhythm.pause(patience(rhythm.random()));
    const later = await readObject(client, organization, id);
    if (!later) return undefined;
    after = later;
    damage = await ofLiving(spot, unhealed(damage, after));
  }
  if (damage.length === 0) return after;
  const told = `Updating ${titleOf(wanted)} took more away than it should: ${damage.map(({ what }) => what).join('; ')}.`;
  const advice =
    "Check the object in Astro's Environment Manager before anything else; nothing more was linked in this run.";
  const restored = await updateObject(
    client,
    organization,
    id,
    wanted.key,
    restoring(before, after, body, damage),
  ).catch((cause: unknown) => {
    if (!(cause instanceof ApiError)) throw cause;
    throw new UserError(`${told} Putting it back failed: ${cause.message} ${advice}`, { cause });
  });
  const left = unmended(damage, restored);
  throw new UserError(
    `${told} ${
      left.length === 0
        ? 'All of it was put back, but overridden secrets cannot be read and may be lost'
        : `Not put back, because it cannot be read: ${left.map(({ what }) => what).join('; ')}`
    }. ${advice}`,
  );
}

/** Damage without that to Deployments that were deleted a moment ago: those took their entries with them. */
async function ofLiving({ client, organization }: ObjectSpot, damage: readonly Damage[]): Promise<Damage[]> {
  const living: Damage[] = [];
  for (const one of damage)
    if (one.deploymentId === undefined || (await readDeployment(client, organization, one.deploymentId)))
      living.push(one);
  return living;
}
