import { listObjects } from '../../astro/environment-objects.ts';
import type { Deployment } from '../../astro/deployments.ts';
import { kindOfType } from '../../core/objects/environment-objects.ts';
import { ApiError, UserError } from '../../core/errors.ts';
import { isNamed, withoutDeployment } from '../../core/objects/reconcile-link.ts';
import { nameOf, type LinkStep } from '../../core/plan/object-steps.ts';
import type { NamedObject } from '../../core/plan/plan.ts';
import { oneLine } from '../../core/text.ts';
import type { Run } from '../apply.ts';
import {
  alignObject,
  reassertObjects,
  realRhythm,
  unlinkObject,
  verifyEffective,
  type ObjectSpot,
} from './reconcile.ts';

function spotOf({ plan, tools }: Run, deployment: Deployment): ObjectSpot {
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
      alignObject(spotOf(run, deployment), step.wanted, step.rewriteSecrets, realRhythm(run.tools.signal)),
    );
    if (!done || done.kind === 'nothing') return;
    run.written.push(step.wanted);
    run.linked.push(`${step.what} ${name}`);
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
    throw error;
  }
}

/** Looks once more at what this run wrote, and puts back what a run at the same time threw out. */
export async function lookAgain(run: Run, deployment: Deployment): Promise<void> {
  if (run.written.length === 0) return;
  const { settled } = run;
  const healed = await run.timed('look at the links again', () =>
    reassertObjects(spotOf(run, deployment), run.written, realRhythm(run.tools.signal), settled),
  );
  for (const one of healed)
    run.tools.log.notice(`Another run had thrown the link of the ${nameOf(one)} out; it is back.`);
  run.settled = true;
  if (!settled || healed.length > 0) await verifyEffective(spotOf(run, deployment), run.written);
}

/**
 * Takes a Deployment that goes away out of every environment object that names it. What fails is a warning: the
 * Deployment costs money, a dangling entry does not. Resolves to whether anything was taken out.
 */
export async function takeOut(
  run: Run,
  deployment: Deployment,
  objects: readonly NamedObject[] | undefined,
): Promise<boolean> {
  const { tools, plan } = run;
  let named = objects;
  let some = false;
  const warn = (error: unknown): void => {
    if (!(error instanceof ApiError || error instanceof UserError)) throw error;
    tools.log.warning(`Links to ${oneLine(deployment.name)} may be left in the Environment Manager: ${error.message}`);
  };
  try {
    named ??= (await listObjects(tools.client, plan.organization, { workspaceId: deployment.workspaceId })).flatMap(
      (object) =>
        isNamed(object, deployment.id)
          ? [{ id: object.id, kind: kindOfType(object.objectType), key: object.objectKey }]
          : [],
    );
  } catch (error) {
    warn(error);
    return false;
  }
  for (const object of named) {
    const without = (current: Parameters<typeof withoutDeployment>[0]) => withoutDeployment(current, deployment.id);
    try {
      if (await unlinkObject(spotOf(run, deployment), object, without, realRhythm(tools.signal))) {
        some = true;
        tools.log.info(`Environment Manager: unlinked the ${nameOf(object)} from ${oneLine(deployment.name)}`);
      }
    } catch (error) {
      warn(error);
    }
  }
  return some;
}
