import { failureClass } from '../../astro/client.ts';
import { listObjects } from '../../astro/environment-objects.ts';
import type { Deployment } from '../../astro/deployments.ts';
import { kindOfType } from '../../core/objects/environment-objects.ts';
import { ApiError, UserError } from '../../core/errors.ts';
import { nameOf } from '../../core/plan/object-steps.ts';
import { withoutDeployments } from '../../core/sweep/orphan-links.ts';
import { oneLine } from '../../core/text.ts';
import { reconcileObject } from './reconcile.ts';
import { verbText } from '../../core/objects/verbs.ts';
import type { LinkStep, UnlinkGoneStep } from '../../core/plan/steps.ts';
import type { NamedObject } from '../../core/objects/stored-object.ts';
import type { Run } from '../run.ts';
import { ContendedError, unlinkObject } from './unlink.ts';
import { restoreLinks, verifyEffective } from './verify-links.ts';
import { realClock } from './clock.ts';
import type { ObjectLocation } from './object-location.ts';
import { isNamed, withoutDeployment } from '../../core/objects/entries.ts';

function locationOf({ plan, tools }: Run, deployment: Deployment): ObjectLocation {
  return {
    client: tools.client,
    organization: plan.organization,
    workspaceId: deployment.workspaceId,
    deploymentId: deployment.id,
  };
}

/** Carries one link step out. After a failure it is said which objects are linked and which are not. */
export async function linkObject(run: Run, step: LinkStep, deployment: Deployment | undefined): Promise<void> {
  if (!deployment) throw new Error('a plan that links names a Deployment or creates one before');
  const name = nameOf(step.wanted);
  try {
    const done = await run.timed('link', () =>
      reconcileObject(locationOf(run, deployment), step, realClock(run.tools.signal)),
    );
    if (!done || done.kind === 'nothing') return;
    run.written.push(step.wanted);
    run.linked.push(`${verbText(step.verbs)} ${name}`);
    run.progress({ linked: [...run.linked] });
  } catch (error) {
    const steps = run.plan.steps.filter((one) => one.kind === 'link');
    const open = steps.slice(steps.indexOf(step)).map((one) => nameOf(one.wanted));
    run.progress({
      left: [
        ...(run.linked.length > 0 ? [`Done in the Environment Manager: ${run.linked.join('; ')}.`] : []),
        `Not done yet: ${open.join(', ')}. The next run goes on from here.`,
      ],
    });
    throw error instanceof ApiError && error.status === 400
      ? new UserError(error.message, { at: step.wanted.at, cause: error })
      : error;
  }
}

/** Has every object of the plan looked at again, also those that this run did not write. */
export function verifyLinksOf(run: Run): void {
  // A look at what nobody wrote need not wait for concurrent runs.
  if (run.written.length === 0) run.settled = true;
  if (run.plan.kind !== 'preview') return;
  for (const one of run.plan.wanted) if (!run.written.includes(one)) run.written.push(one);
}

/** Looks once more at what this run wrote, and puts back what a run at the same time threw out. */
export async function verifyWrittenLinks(run: Run, deployment: Deployment): Promise<void> {
  if (run.written.length === 0) return;
  const { settled } = run;
  const restored = await run.timed('look at the links again', () =>
    restoreLinks(locationOf(run, deployment), run.written, realClock(run.tools.signal), { settled }),
  );
  for (const one of restored)
    run.tools.log.notice(
      `The link of the ${nameOf(one)} was gone, because another run or an update of the Deployment removed it: it is there again.`,
    );
  run.settled = true;
  if (!settled || restored.length > 0) await verifyEffective(locationOf(run, deployment), run.written);
}

/** Which environment objects name a Deployment that is removed, and when in the removal they are unlinked. */
export interface Unlinking {
  /** Objects that name the Deployment; `undefined` where they must be listed first. */
  readonly objects?: readonly NamedObject[];
  /** After the deletion a failure can only be a warning. */
  readonly when: 'before the deletion' | 'after the deletion';
}

/**
 * Takes a Deployment that goes away out of every environment object that names it. A missing permission is a warning
 * that names the objects: nothing of ours can ever remove these links, and the Deployment costs money. A passing failure
 * is an error while the Deployment still exists, so that the next run finishes. Resolves to whether anything was taken out.
 */
export async function unlinkDeployment(
  run: Run,
  deployment: Deployment,
  { objects, when }: Unlinking = { when: 'before the deletion' },
): Promise<boolean> {
  const { tools } = run;
  const name = oneLine(deployment.name);
  const keep = (error: unknown): void => {
    if (when === 'before the deletion' && isPassing(error))
      throw new UserError(
        `The Deployment ${name} (${deployment.id}) is kept: its links in the Environment Manager could not be removed. ${error.message} Run the job again, or leave it to the next sweep.`,
        { cause: error },
      );
    if (!(error instanceof ApiError || error instanceof UserError)) throw error;
  };
  let named = objects;
  try {
    named ??= await objectsNaming(run, deployment);
  } catch (error) {
    keep(error);
    tools.log.warning(
      `Links to ${name} may be left in the Environment Manager, because environment objects cannot be listed: ${messageOf(error)}`,
    );
    return false;
  }
  let some = false;
  const left: { readonly object: string; readonly why: string }[] = [];
  for (const object of named) {
    const without = (current: Parameters<typeof withoutDeployment>[0]) => withoutDeployment(current, deployment.id);
    try {
      if (!(await unlinkObject(locationOf(run, deployment), object, without, realClock(tools.signal)))) continue;
      some = true;
      tools.log.info(`Environment Manager: unlinked the ${nameOf(object)} from ${name}`);
    } catch (error) {
      keep(error);
      left.push({ object: nameOf(object), why: messageOf(error) });
    }
  }
  if (left[0])
    tools.log.warning(
      `Links to ${name} are left in the Environment Manager, in ${left.map(({ object }) => object).join(', ')}: ${left[0].why}`,
    );
  return some;
}

/** Takes Deployments that no longer exist out of an object. A failure is a warning: the next sweep tries again. */
export async function unlinkGone(run: Run, { object, workspaceId, gone }: UnlinkGoneStep): Promise<void> {
  const { plan, tools } = run;
  const location: ObjectLocation = {
    client: tools.client,
    organization: plan.organization,
    workspaceId,
    deploymentId: gone[0] ?? '',
  };
  try {
    await unlinkObject(location, object, (current) => withoutDeployments(current, gone), realClock(tools.signal));
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof UserError)) throw error;
    tools.log.warning(
      `Links to Deployments that no longer exist are left in the ${nameOf(object)}: ${error.message} The next sweep tries again.`,
    );
  }
}

async function objectsNaming({ tools, plan }: Run, deployment: Deployment): Promise<NamedObject[]> {
  const stored = await listObjects(tools.client, plan.organization, { workspaceId: deployment.workspaceId });
  return stored.flatMap((object) =>
    isNamed(object, deployment.id)
      ? [{ id: object.id, kind: kindOfType(object.objectType), key: object.objectKey }]
      : [],
  );
}

/** Whether a later try may succeed without anybody changing permissions: no answer, 408, 429, 5xx, or concurrent writers. */
const isPassing = (error: unknown): error is ApiError | ContendedError =>
  error instanceof ContendedError ||
  (error instanceof ApiError && (failureClass(error) !== 'refused' || error.status === 409));

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
