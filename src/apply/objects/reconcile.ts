import { failureClass, pause } from '../../astro/client.ts';
import {
  createObject,
  excludeDeployment,
  listEffectiveObjects,
  listObjects,
  readObject,
  updateObject,
} from '../../astro/environment-objects.ts';
import { listDeployments, readDeployment } from '../../astro/deployments.ts';
import {
  apiNames,
  fieldOf,
  type EnvironmentObject,
  type Fields,
  type ObjectUpdate,
} from '../../core/objects/environment-objects.ts';
import { ApiError, UserError, type Problem } from '../../core/errors.ts';
import { bringInLine, strangeScope, type ObjectAction } from '../../core/objects/reconcile-link.ts';
import { damageOf, restoring, unhealed, unmended, type Damage } from '../../core/objects/lost-entries.ts';
import { oneLine } from '../../core/text.ts';
import type { WantedObject } from '../../core/config/wanted-objects.ts';
import type { AstroClient } from '../../astro/types.ts';

/** Other runs wrote an object as often as this one: a later try may succeed. */
export class ContendedError extends UserError {}

/** Where objects are linked to: one Deployment of one Workspace. */
export interface ObjectSpot {
  readonly client: AstroClient;
  readonly organization: string;
  readonly workspaceId: string;
  readonly deploymentId: string;
  /** `final`: a 409 is an answer, not a race with another run that passes by waiting. */
  readonly conflicts?: 'final';
}

/** Chance and time, for the pauses between tries. */
export interface Rhythm {
  /** Waits so many milliseconds. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/** The rhythm of real life. */
export const realRhythm = (signal: AbortSignal): Rhythm => ({
  pause: (milliseconds) => pause(milliseconds, signal),
  random: Math.random,
});

/** Most tries at one object: with ten runs at one object each try of ours has a fair chance. */
const attempts = 8;

/** Pause before a further try, in milliseconds: doubling, jittered, at most 4 seconds. */
const backOff = (attempt: number, random: number): number => Math.min(4_000, 250 * 2 ** attempt) * (0.5 + random);

/** How long after a write it is looked at once more, in milliseconds: longer than a rival holds what it has read. */
const settling = (random: number): number => 1_000 + 1_000 * random;

/** How long a rival gets to mend its own link: longer than its second look takes, and the update that follows. */
const patience = (random: number): number => 3_000 + 1_000 * random;
const looks = 3;

export const titleOf = ({ kind, key }: Pick<WantedObject, 'kind' | 'key'>): string =>
  `the ${kind.replaceAll('-', ' ')} \`${oneLine(key, 80)}\``;

/**
 * Brings one environment object in line for one Deployment: reads it, writes the whole of it at once, and looks at what
 * became of it. There is no version to write against, so each further try starts from a new reading. Resolves to what
 * was written, `undefined` where it was right already. Throws UserError where other Deployments' entries were lost.
 */
export async function alignObject(
  spot: ObjectSpot,
  wanted: WantedObject,
  rewriteSecrets: boolean,
  rhythm: Rhythm,
): Promise<ObjectAction | undefined> {
  const { deploymentId } = spot;
  const dead = new Set<string>();
  const decide = (object: EnvironmentObject | undefined, again: boolean): ObjectAction =>
    bringInLine(wanted, object, deploymentId, {
      workspaceId: spot.workspaceId,
      rewriteSecrets: rewriteSecrets && !again,
    });
  let done: ObjectAction | undefined;
  /** Sent, and no answer came: if it is found to be there, it is this run's doing. */
  let perhaps: ObjectAction | undefined;
  let refusal: ApiError | undefined;
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt > 0) await rhythm.pause(refusal?.retryAfter ?? backOff(attempt, rhythm.random()));
    const found = await find(spot, wanted);
    const before = found && withoutDead(found, dead);
    const action = decide(before, done !== undefined);
    if (action.kind === 'nothing') return done ?? perhaps;
    if (action.kind === 'refuse')
      throw new UserError(`${sentence(titleOf(wanted))}: ${action.why}.`, { at: wanted.at });
    try {
      refusal = undefined;
      const after = await write(spot, wanted, before, action, rhythm);
      done = action;
      if (decide(after, true).kind === 'nothing') return done;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      refusal = error;
      if (error.applied === 'maybe') perhaps = action;
      if (!(await worthAnotherTry(spot, error, before, dead))) throw error;
    }
  }
  throw (
    refusal ??
    new UserError(
      `${sentence(titleOf(wanted))} does not stay as this run writes it: others change it as often, or Astro does not take the change. Run the job again.`,
    )
  );
}

/** Writes, and gives back the object as it is then. */
async function write(
  spot: ObjectSpot,
  wanted: WantedObject,
  before: EnvironmentObject | undefined,
  action: Extract<ObjectAction, { kind: 'create' | 'update' | 'exclude' }>,
  rhythm: Rhythm,
): Promise<EnvironmentObject | undefined> {
  const { client, organization, deploymentId } = spot;
  switch (action.kind) {
    case 'create':
      return readObject(client, organization, await createObject(client, organization, action.body));
    case 'exclude': {
      const id = before?.id ?? '';
      await excludeDeployment(client, organization, id, wanted.key, deploymentId);
      return readObject(client, organization, id);
    }
    case 'update':
      return rewrite(spot, wanted, before as EnvironmentObject, action.body, rhythm);
  }
}

async function find(
  spot: ObjectSpot,
  wanted: WantedObject,
): Promise<(EnvironmentObject & { readonly id: string }) | undefined> {
  const [found] = await listObjects(spot.client, spot.organization, {
    workspaceId: spot.workspaceId,
    objectType: apiNames[wanted.kind].type,
    objectKey: wanted.key,
  });
  return found;
}

/**
 * Sends the update and looks at what it did to others. What it took from them is given back as far as it can be read,
 * after their own runs had the time to do it: theirs know the secrets.
 */
async function rewrite(
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

/** Whether a failed write may be tried again from a new reading; a refusal because of dead Deployments mends itself. */
async function worthAnotherTry(
  { client, organization, workspaceId, deploymentId, conflicts }: ObjectSpot,
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
function withoutDead(
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

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * Takes a Deployment that goes away out of an object, from a fresh reading and as often as rivals bring it back; a look
 * after a pause finds those that had read the object before. `false` where the object did not name it.
 */
export async function unlinkObject(
  spot: ObjectSpot,
  object: Pick<WantedObject, 'kind' | 'key'> & { readonly id: string },
  without: (object: EnvironmentObject) => ObjectUpdate | undefined,
  rhythm: Rhythm,
): Promise<boolean> {
  const dead = new Set<string>();
  let done = false;
  let refusal: ApiError | undefined;
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt > 0) {
      const asked = refusal?.retryAfter ?? backOff(attempt, rhythm.random());
      await rhythm.pause(done ? Math.max(refusal?.retryAfter ?? 0, settling(rhythm.random())) : asked);
    }
    const found = await readObject(spot.client, spot.organization, object.id);
    const before = found && withoutDead({ ...found, id: object.id }, dead);
    const body = before && without(before);
    if (!body) return done;
    const strange = strangeScope(before);
    if (strange !== undefined) throw new UserError(`${sentence(titleOf(object))}: ${strange}.`);
    try {
      refusal = undefined;
      await rewrite(spot, object, before, body, rhythm);
      done = true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      refusal = error;
      if (error.applied === 'maybe') done = true;
      if (!(await worthAnotherTry(spot, error, before, dead))) throw error;
    }
  }
  throw (
    refusal ?? new ContendedError(`${sentence(titleOf(object))} is changed by others as often as this run changes it.`)
  );
}

/**
 * Looks once more at objects that were written: a rival that had read one before our write and wrote it after has thrown
 * our entry out without knowing. Puts it back until a look finds nothing missing. `settled`: a look after the last write
 * has found them already, so this one need not wait. Resolves to what was put back.
 */
export async function reassertObjects(
  spot: ObjectSpot,
  wanted: readonly WantedObject[],
  rhythm: Rhythm,
  settled = false,
): Promise<WantedObject[]> {
  const healed = new Set<WantedObject>();
  let missing = wanted;
  for (let round = 0; round < attempts; round++) {
    if (round > 0 || !settled) await rhythm.pause(settling(rhythm.random()));
    const stored = await listObjects(spot.client, spot.organization, { workspaceId: spot.workspaceId });
    missing = wanted.filter(
      (one) =>
        bringInLine(one, objectOf(stored, one), spot.deploymentId, {
          workspaceId: spot.workspaceId,
          rewriteSecrets: false,
        }).kind !== 'nothing',
    );
    if (missing.length === 0) return [...healed];
    for (const one of missing) {
      if (await alignObject(spot, one, false, rhythm)) healed.add(one);
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
export async function verifyEffective(spot: ObjectSpot, wanted: readonly WantedObject[]): Promise<void> {
  const concerned = wanted.filter(
    ({ link, overrides }) => link === 'link' && overrides.some(({ name }) => name.includes('.')),
  );
  if (concerned.length === 0) return;
  const stored = await listObjects(spot.client, spot.organization, { workspaceId: spot.workspaceId });
  const effective = await listEffectiveObjects(spot.client, spot.organization, spot.deploymentId);
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

/** The stored object that an entry of the file is about. */
export function objectOf<T extends EnvironmentObject>(
  stored: readonly T[],
  { kind, key }: Pick<WantedObject, 'kind' | 'key'>,
): T | undefined {
  return stored.find((one) => one.objectKey === key && one.objectType === apiNames[kind].type);
}
