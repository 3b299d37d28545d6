import { connectAirflow } from '../../airflow/client.ts';
import { deleteConnection, deleteVariable } from '../../airflow/objects.ts';
import { pause } from '../../astro/client.ts';
import type { Deployment } from '../../astro/deployments.ts';
import { deleteObject, listEffectiveObjects, listObjects } from '../../astro/environment-objects.ts';
import { linkOf, type EnvironmentObject } from '../../core/objects/environment-objects.ts';
import { ApiError, UserError } from '../../core/errors.ts';
import { verbText } from '../../core/objects/verbs.ts';
import { nameOf } from '../../core/plan/object-steps.ts';
import { exchange, finishReplacement, lackingIn } from './exchange.ts';
import { reconcileObject } from './reconcile.ts';
import type { MoveStep } from '../../core/plan/steps.ts';
import type { Run } from '../run.ts';
import { objectOf, titleOf, type ObjectLocation } from './object-location.ts';
import { realClock } from './clock.ts';
import { restoreLinks } from './verify-links.ts';

/** How long Airflow may go on without seeing a new environment object, in milliseconds (Astronomer: about a minute). */
const propagation = 90_000;

/**
 * Carries the moves out: first every object into the Workspace, looked at once more afterwards, and only then, where it
 * is asked for, the sources one by one. Broken off anywhere, the next run finds what is done and goes on.
 */
export async function moveObjects(run: Run, steps: readonly MoveStep[], deployment: Deployment): Promise<void> {
  const { tools, plan } = run;
  const location: ObjectLocation = {
    client: tools.client,
    organization: plan.organization,
    workspaceId: deployment.workspaceId,
    deploymentId: deployment.id,
  };
  const clock = realClock(tools.signal);
  const done: string[] = [];
  const tell = (what: string, step: MoveStep): void => {
    done.push(`${what} ${nameOf(step.wanted)}`);
    run.progress({ linked: [...done] });
  };
  const open = new Set(steps);
  /** Sources that are still there, and are to go. */
  const going = new Set(steps.filter(({ deleteSource }) => deleteSource));
  try {
    for (const step of steps) {
      tools.log.info(`${step.verbs.length === 0 ? 'check' : verbText(step.verbs)} ${nameOf(step.wanted)}: ${step.why}`);
      if ((await moveOne(location, step, run)) === 'replaced') going.delete(step);
      if (step.verbs.length > 0) tell(verbText(step.verbs), step);
      open.delete(step);
    }
    const written = steps.flatMap(({ isThere, wanted }) => (isThere ? [] : [wanted]));
    // A concurrent run that read an object before our write and wrote it afterwards has removed the link.
    if (written.length > 0) await restoreLinks(location, written, clock);
    await proveMoved(run, location, [...going]);
    for (const step of [...going]) {
      await deleteSource(location, step, deployment);
      tell('delete the source of', step);
      going.delete(step);
    }
  } catch (error) {
    const names = (rest: ReadonlySet<MoveStep>): string => [...rest].map(({ wanted }) => nameOf(wanted)).join(', ');
    run.progress({
      left: [
        ...(done.length > 0 ? [`Done: ${done.join('; ')}.`] : []),
        ...(open.size > 0 ? [`Not moved yet: ${names(open)}.`] : []),
        ...(going.size > 0 ? [`Not deleted yet: the source of ${names(going)}.`] : []),
        'Nothing was lost: run the job again and it goes on from here.',
      ],
    });
    throw error;
  }
}

/** Moves one object; where Astro does not take it beside its source, the source has to go first. */
async function moveOne(location: ObjectLocation, step: MoveStep, run: Run): Promise<'beside' | 'replaced'> {
  const { source, wanted, from } = step;
  const { client, organization } = location;
  if (from === 'deployment' && source.id === undefined) {
    await finishReplacement(location, step, run);
    return 'replaced';
  }
  if (!step.isThere) {
    const refusal = await reconcileBeside(location, step);
    if (refusal && from === 'deployment') {
      if (!step.deleteSource)
        throw new UserError(
          `Astro does not take ${titleOf(wanted)} in the Workspace for this Deployment as long as the Deployment has its own. With \`delete-source: true\` the own one is replaced (a copy is kept until the link stands). ${refusal.message}`,
          { cause: refusal },
        );
      await exchange(location, step, run);
      return 'replaced';
    }
    if (refusal) await reconcileObject(location, step, realClock(client.signal));
  }
  if (source.copyId !== undefined) await deleteObject(client, organization, source.copyId);
  return 'beside';
}

/**
 * Aligns an object whose source is there still. Resolves to the conflict that Astro answers: one with the Deployment's own
 * object does not pass by waiting.
 */
async function reconcileBeside(location: ObjectLocation, step: MoveStep): Promise<ApiError | undefined> {
  try {
    await reconcileObject({ ...location, conflicts: 'final' }, step, realClock(location.client.signal));
    return undefined;
  } catch (error) {
    if (error instanceof ApiError && error.status === 409) return error;
    throw error;
  }
}

/** Throws where sources are not in the Workspace, complete and linked, as a fresh reading shows. */
async function proveMoved(run: Run, location: ObjectLocation, steps: readonly MoveStep[]): Promise<void> {
  if (steps.length === 0) return;
  const latest = await verify(run, location, steps);
  if (!steps.some(({ from }) => from === 'airflow')) return;
  await untilSeen(run, latest);
  await verify(run, location, steps);
}

async function deleteSource(
  { client, organization }: ObjectLocation,
  { from, source }: MoveStep,
  deployment: Deployment,
): Promise<void> {
  const { kind, key, id = '' } = source;
  if (from === 'deployment') await deleteObject(client, organization, id);
  else if (kind === 'connection') await deleteConnection(connectAirflow(deployment, client), key);
  else await deleteVariable(connectAirflow(deployment, client), key);
}

/** Waits until Airflow sees objects for certain that were last written at this moment. */
async function untilSeen({ tools }: Run, latest: number): Promise<void> {
  const rest = Math.min(latest + propagation - tools.now().getTime(), propagation);
  if (rest <= 0) return;
  tools.log.info(
    `Waiting ${String(Math.ceil(rest / 1000))} s until Airflow sees the new objects for certain; then their sources are deleted.`,
  );
  await tools.budget.exempt(() => pause(rest, tools.signal));
}

/** Throws where the Workspace does not hold all of a source, or the Deployment does not see it; gives back the latest write. */
async function verify({ tools }: Run, location: ObjectLocation, steps: readonly MoveStep[]): Promise<number> {
  const { client, organization, workspaceId, deploymentId } = location;
  const stored = await listObjects(client, organization, { workspaceId });
  const effective = await listEffectiveObjects(client, organization, deploymentId);
  const problems = steps.flatMap((step) => {
    const why = gap(step, objectOf(stored, step.wanted), effective, deploymentId);
    return why === undefined
      ? []
      : [{ message: `The source of ${titleOf(step.wanted)} is kept: ${why}. Run the job again.` }];
  });
  if (problems.length > 0) throw new UserError(problems.map(({ message }) => message).join('\n'), { problems });
  // Where Astro does not tell, it may have been now.
  return Math.max(
    ...steps.map(({ wanted }) => Date.parse(objectOf(stored, wanted)?.updatedAt ?? '') || tools.now().getTime()),
  );
}

function gap(
  { wanted, from }: MoveStep,
  object: EnvironmentObject | undefined,
  effective: readonly EnvironmentObject[],
  deploymentId: string,
): string | undefined {
  const link = object && linkOf(object, deploymentId);
  if (!object || !(link ?? object.autoLinkDeployments))
    return 'the Deployment is not linked to the object in the Workspace';
  // The own object stands before the one in the Workspace: what would be seen without it follows from the link.
  const row = from === 'airflow' ? objectOf(effective, wanted) : object;
  if (!row) return 'the Deployment does not see the object in the Workspace yet';
  const lacking = lackingIn(row, wanted, from === 'airflow' ? [] : (link?.setFields ?? []));
  return lacking.length === 0 ? undefined : `the object in the Workspace lacks ${lacking.join(', ')}`;
}
