import { readObject } from '../../astro/environment-objects.ts';
import type { WantedObject } from '../../core/config/wanted-objects.ts';
import { ApiError, UserError } from '../../core/errors.ts';
import type { EnvironmentObject, ObjectUpdate } from '../../core/objects/environment-objects.ts';
import { attempts, backOff, settling, type Clock } from './clock.ts';
import { titleAtStart, type ObjectLocation } from './object-location.ts';
import { withoutDead, worthAnotherTry } from './retry-write.ts';
import { rewrite } from './rewrite.ts';
import { strangeScope } from '../../core/objects/entries.ts';

/** Other runs wrote an object as often as this one: a later try may succeed. */
export class ContendedError extends UserError {}

/**
 * Takes a Deployment that goes away out of an object, from a fresh reading and as often as concurrent runs bring it back; a look
 * after a pause finds those that had read the object before. `false` where the object did not name it.
 */
export async function unlinkObject(
  location: ObjectLocation,
  object: Pick<WantedObject, 'kind' | 'key'> & { readonly id: string },
  without: (object: EnvironmentObject) => ObjectUpdate | undefined,
  clock: Clock,
): Promise<boolean> {
  const dead = new Set<string>();
  let done = false;
  let refusal: ApiError | undefined;
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt > 0) {
      const asked = refusal?.retryAfter ?? backOff(attempt, clock.random());
      await clock.pause(done ? Math.max(refusal?.retryAfter ?? 0, settling(clock.random())) : asked);
    }
    const found = await readObject(location.client, location.organization, object.id);
    const before = found && withoutDead({ ...found, id: object.id }, dead);
    const body = before && without(before);
    if (!body) return done;
    const strange = strangeScope(before);
    if (strange !== undefined) throw new UserError(`${titleAtStart(object)}: ${strange}.`);
    try {
      refusal = undefined;
      await rewrite(location, { object, before, body }, clock);
      done = true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      refusal = error;
      if (error.applied === 'maybe') done = true;
      if (!(await worthAnotherTry(location, error, before, dead))) throw error;
    }
  }
  throw refusal ?? new ContendedError(`${titleAtStart(object)} is changed by others as often as this run changes it.`);
}
