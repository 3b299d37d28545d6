import { connectAirflow } from '../airflow/client.ts';
import { deleteConnection, deleteVariable } from '../airflow/objects.ts';
import { pause } from '../astro/client.ts';
import { createObject, deleteObject, listEffectiveObjects, listObjects } from '../astro/environment-objects.ts';
import type { Deployment } from '../astro/deployments.ts';
import { apiNames, linkOf, nested, type EnvironmentObject, type ObjectCreate } from '../core/environment-objects.ts';
import { AstroApiError, UserError } from '../core/errors.ts';
import { nameOf } from '../core/plan-objects.ts';
import type { MoveStep } from '../core/plan-take-over.ts';
import { backupOf } from '../core/take-over.ts';
import { defined } from '../core/template.ts';
import type { Run } from './apply.ts';
import { alignObject, objectOf, realRhythm, titleOf, type ObjectSpot } from './objects.ts';

/** How long Airflow may go on without seeing a new environment object, in milliseconds (Astronomer: about a minute). */
const propagation = 90_000;

/**
 * Carries the moves out: first every object into the Workspace, each looked at afterwards, and only then, where it is
 * asked for, the sources one by one. Broken off anywhere, the next run finds what is done and goes on.
 */
export async function moveObjects(run: Run, steps: readonly MoveStep[], deployment: Deployment): Promise<void> {
  const { tools, plan } = run;
  const spot: ObjectSpot = {
    client: tools.client,
    organization: plan.organization,
    workspaceId: deployment.workspaceId,
    deploymentId: deployment.id,
  };
  const done: string[] = [];
  const tell = (what: string, step: MoveStep): void => {
    done.push(`${what} ${nameOf(step.wanted)}`);
    run.progress({ linked: [...done] });
  };
  try {
    for (const step of steps) {
      tools.log.info(`${step.what === 'nothing' ? 'check' : step.what} ${nameOf(step.wanted)}: ${step.why}`);
      if (step.what !== 'nothing' && (await moveOne(spot, step, run))) tell(step.what, step);
    }
    await removeSources(run, spot, steps, deployment, (step) => {
      tell('delete the source of', step);
    });
  } catch (error) {
    const open = steps
      .filter((step) => !done.some((line) => line.endsWith(nameOf(step.wanted))))
      .map(({ wanted }) => nameOf(wanted));
    run.progress({
      left: [
        ...(done.length > 0 ? [`Done: ${done.join('; ')}.`] : []),
        ...(open.length > 0 ? [`Not moved yet: ${open.join(', ')}.`] : []),
        'No source was lost: run the job again and it goes on from here.',
      ],
    });
    throw error;
  }
}

/** Moves one object; where Astro does not take it beside its source, the source has to go first. `false`: it was there. */
async function moveOne(spot: ObjectSpot, step: MoveStep, run: Run): Promise<boolean> {
  const rhythm = realRhythm(spot.client.signal);
  try {
    if (step.source.isBackup) await exchange(spot, step, run);
    else return (await alignObject(spot, step.wanted, false, rhythm)) !== undefined;
  } catch (error) {
    const conflict = error instanceof AstroApiError && error.status === 409 && step.from === 'deployment';
    if (!conflict || step.source.isBackup) throw error;
    if (!step.deleteSource)
      throw new UserError(
        `Astro does not take ${titleOf(step.wanted)} in the Workspace for this Deployment as long as the Deployment has its own. With \`delete-source: true\` the own one is replaced (a copy is kept until the link stands).`,
        { cause: error },
      );
    await exchange(spot, step, run);
  }
  return true;
}

/**
 * Replaces a Deployment's own object: a copy that nobody sees is made first, so that the values are never in this run
 * alone; then the own object goes, the link is made, and the copy goes. Should linking fail, the own object comes back.
 */
async function exchange(spot: ObjectSpot, step: MoveStep, run: Run): Promise<void> {
  const { client, organization, workspaceId, deploymentId } = spot;
  const { source, wanted } = step;
  const copy = backupOf(source, deploymentId);
  const body = (scope: 'WORKSPACE' | 'DEPLOYMENT', key: string, description: string | undefined): ObjectCreate => ({
    objectKey: key,
    objectType: apiNames[source.kind].type,
    scope,
    scopeEntityId: scope === 'WORKSPACE' ? workspaceId : deploymentId,
    ...defined({ description }),
    [apiNames[source.kind].body]: {
      ...defined({ type: source.connectionType, authTypeId: source.authTypeId, isSecret: source.isSecret }),
      ...nested(wanted.declared?.values ?? []),
    },
  });
  const find = async (): Promise<EnvironmentObject | undefined> =>
    objectOf(await listObjects(client, organization, { workspaceId }), { kind: source.kind, key: copy.key });
  const backup =
    (await find())?.id ?? (await createObject(client, organization, body('WORKSPACE', copy.key, copy.description)));
  if (!source.isBackup) await deleteObject(client, organization, source.id ?? '');
  try {
    await alignObject(spot, wanted, false, realRhythm(client.signal));
  } catch (error) {
    run.tools.log.warning(`${titleOf(wanted)} could not be linked: the Deployment's own object is put back.`);
    await createObject(client, organization, body('DEPLOYMENT', source.key, source.description));
    await deleteObject(client, organization, backup);
    throw error;
  }
  await deleteObject(client, organization, backup);
}

/** Removes sources that are in the Workspace, complete and linked, as a fresh reading shows. */
async function removeSources(
  run: Run,
  spot: ObjectSpot,
  steps: readonly MoveStep[],
  deployment: Deployment,
  told: (step: MoveStep) => void,
): Promise<void> {
  const going = steps.filter(({ deleteSource, source }) => deleteSource && !source.isBackup);
  if (going.length === 0) return;
  const { tools } = run;
  const { client, organization, workspaceId, deploymentId } = spot;
  const stored = await listObjects(client, organization, { workspaceId });
  const effective = await listEffectiveObjects(client, organization, deploymentId);
  for (const step of going) refuseIncomplete(step, objectOf(stored, step.wanted), effective, deploymentId);
  const newest = Math.max(
    ...going.map(({ wanted }) => Date.parse(objectOf(stored, wanted)?.updatedAt ?? '') || tools.now().getTime()),
  );
  const rest = going.some(({ from }) => from === 'airflow') ? newest + propagation - tools.now().getTime() : 0;
  if (rest > 0) {
    tools.log.info(
      `Waiting ${String(Math.ceil(rest / 1000))} s until Airflow sees the new objects for certain; then their sources are deleted.`,
    );
    await tools.budget.exempt(() => pause(Math.min(rest, propagation), client.signal));
  }
  for (const step of going) {
    const { source } = step;
    if (step.from === 'deployment') {
      if (!(await deleteObject(client, organization, source.id ?? ''))) continue;
    } else {
      const airflow = connectAirflow(deployment, client);
      const gone =
        source.kind === 'connection' ? deleteConnection(airflow, source.key) : deleteVariable(airflow, source.key);
      if (!(await gone)) continue;
    }
    told(step);
  }
}

/** Throws where the Workspace does not hold everything that the source holds, or the Deployment does not see it. */
function refuseIncomplete(
  { wanted, from }: MoveStep,
  object: EnvironmentObject | undefined,
  effective: readonly EnvironmentObject[],
  deploymentId: string,
): void {
  const seen = effective.some((row) => row.objectKey === wanted.key && row.objectType === apiNames[wanted.kind].type);
  const linked =
    object !== undefined && (object.autoLinkDeployments === true || linkOf(object, deploymentId) !== undefined);
  const set = [...(object?.setFields ?? []), ...((object && linkOf(object, deploymentId)?.setFields) ?? [])];
  const lacking = (wanted.declared?.values ?? [])
    .filter(({ name, value }) => value !== '' && !set.some((one) => one === name || one.startsWith(`${name}.`)))
    .map(({ name }) => name);
  if (linked && (seen || from === 'deployment') && lacking.length === 0) return;
  throw new UserError(
    `The source of ${titleOf(wanted)} is kept: ${!linked ? 'the Deployment is not linked to the object in the Workspace' : lacking.length > 0 ? `the Workspace lacks ${lacking.join(', ')}` : 'the Deployment does not see it yet'}. Run the job again.`,
  );
}
