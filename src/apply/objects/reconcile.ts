import { createObject, excludeDeployment, listObjects, readObject } from '../../astro/environment-objects.ts';
import type { WantedObject } from '../../core/config/wanted-objects.ts';
import { ApiError, UserError } from '../../core/errors.ts';
import { apiNames, type EnvironmentObject } from '../../core/objects/environment-objects.ts';
import { reconcileLink, type ObjectAction } from '../../core/objects/reconcile-link.ts';
import type { LinkStep } from '../../core/plan/steps.ts';
import { attempts, backOff, type Clock } from './clock.ts';
import { titleAtStart, type ObjectLocation } from './object-location.ts';
import { withoutDead, worthAnotherTry } from './retry-write.ts';
import { rewrite } from './rewrite.ts';

/**
 * Reconciles one environment object for one Deployment: reads it, writes the whole of it at once, and looks at what
 * became of it. There is no version to write against, so each further try starts from a new reading. Resolves to what
 * was written, `undefined` where it was right already. Throws UserError where other Deployments' entries were lost.
 */
export async function reconcileObject(
  location: ObjectLocation,
  { wanted, rewriteSecrets }: Pick<LinkStep, 'wanted' | 'rewriteSecrets'>,
  clock: Clock,
): Promise<ObjectAction | undefined> {
  const { deploymentId } = location;
  const dead = new Set<string>();
  const decide = (object: EnvironmentObject | undefined, again: boolean): ObjectAction =>
    reconcileLink(wanted, object, deploymentId, {
      workspaceId: location.workspaceId,
      rewriteSecrets: rewriteSecrets && !again,
    });
  let done: ObjectAction | undefined;
  /** Sent, and no answer came: if it is found to be there, it is this run's doing. */
  let perhaps: ObjectAction | undefined;
  let refusal: ApiError | undefined;
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt > 0) await clock.pause(refusal?.retryAfter ?? backOff(attempt, clock.random()));
    const found = await find(location, wanted);
    const before = found && withoutDead(found, dead);
    const action = decide(before, done !== undefined);
    if (action.kind === 'nothing') return done ?? perhaps;
    if (action.kind === 'refuse') throw new UserError(`${titleAtStart(wanted)}: ${action.why}.`, { at: wanted.at });
    try {
      refusal = undefined;
      const after = await write(location, { wanted, before, action }, clock);
      done = action;
      if (decide(after, true).kind === 'nothing') return done;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      refusal = error;
      if (error.applied === 'maybe') perhaps = action;
      if (!(await worthAnotherTry(location, error, before, dead))) throw error;
    }
  }
  throw (
    refusal ??
    new UserError(
      `${titleAtStart(wanted)} does not stay as this run writes it: others change it as often, or Astro does not take the change. Run the job again.`,
    )
  );
}

interface Write {
  readonly wanted: WantedObject;
  readonly before: EnvironmentObject | undefined;
  readonly action: Extract<ObjectAction, { kind: 'create' | 'update' | 'exclude' }>;
}

/** Writes, and gives back the object as it is then. */
async function write(
  location: ObjectLocation,
  { wanted, before, action }: Write,
  clock: Clock,
): Promise<EnvironmentObject | undefined> {
  const { client, organization } = location;
  switch (action.kind) {
    case 'create':
      return readObject(client, organization, await createObject(client, organization, action.body));
    case 'exclude': {
      const id = before?.id ?? '';
      await excludeDeployment(location, { id, key: wanted.key });
      return readObject(client, organization, id);
    }
    case 'update':
      return rewrite(location, { object: wanted, before: before as EnvironmentObject, body: action.body }, clock);
  }
}

async function find(
  location: ObjectLocation,
  wanted: WantedObject,
): Promise<(EnvironmentObject & { readonly id: string }) | undefined> {
  const [found] = await listObjects(location.client, location.organization, {
    workspaceId: location.workspaceId,
    objectType: apiNames[wanted.kind].type,
    objectKey: wanted.key,
  });
  return found;
}
