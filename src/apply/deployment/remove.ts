import { type Deployment, deleteDeployment, readDeployment } from '../../astro/deployments.ts';
import { ApiError, UserError } from '../../core/errors.ts';
import { isPreviewOf, readMark } from '../../core/identity.ts';
import { oneLine } from '../../core/text.ts';
import { branchState, pullRequestState } from '../../github/branches.ts';
import { listBranches } from '../../github/listing.ts';
import { unlinkDeployment } from '../objects/link.ts';
import { untilCreated } from './wait.ts';
import type { JoinPlan, PreviewPlan } from '../../core/plan/plan.ts';
import type { DeleteStep } from '../../core/plan/steps.ts';
import type { Run } from '../run.ts';

/** A branch that vanished while this run was working takes its preview with it: its `delete` run came too early to see it. */
export async function removeIfBranchGone(
  run: Run,
  { branch, identity }: PreviewPlan | JoinPlan,
  deployment: Deployment,
  deleted: string[],
): Promise<void> {
  const github = await run.tools.github();
  const state = await branchState(github, branch.name);
  if (state.kind !== 'absent') return;
  // One answer is no proof: the complete list of branches must lack it too, and so must a second answer after that.
  const listing = await listBranches(github);
  if (listing.kind !== 'complete' || listing.names.has(branch.name)) return;
  const again = await branchState(github, branch.name);
  if (again.kind !== 'absent') return;
  run.tools.log.notice(`The branch ${oneLine(branch.name, 100)} vanished during this run: its preview goes with it.`);
  await run.timed('delete', () => remove(run, { deployment, identity }, deleted));
}

/** Removes the preview of a pull request that was closed while this run was working: its own run came too early to see it. */
export async function removeIfClosed(
  run: Run,
  { branch, identity, pullRequest: number }: PreviewPlan | JoinPlan,
  deployment: Deployment,
  deleted: string[],
): Promise<void> {
  if (number === undefined) return;
  const state = await pullRequestState(await run.tools.github(), number, branch.name);
  if (state !== 'closed') return;
  run.tools.log.notice(`Pull request ${number} was closed during this run: its preview is removed.`);
  await run.timed('delete', () => remove(run, { deployment, identity }, deleted));
}

/** One of several removals that fails must not keep the others from happening; all failures are reported at the end. */
export async function removeAndContinue(
  run: Run,
  step: DeleteStep,
  deleted: string[],
  failures: string[],
): Promise<void> {
  if (run.plan.kind !== 'sweep') return remove(run, step, deleted);
  try {
    await remove(run, step, deleted);
  } catch (error) {
    run.tools.signal.throwIfAborted();
    if (!(error instanceof UserError || error instanceof ApiError)) throw error;
    failures.push(`${oneLine(step.deployment.name)} (${step.deployment.id}) was not removed: ${error.message}`);
  }
}

async function remove(
  run: Run,
  { deployment, unlink, identity }: Pick<DeleteStep, 'deployment' | 'unlink' | 'identity'>,
  deleted: string[],
): Promise<void> {
  const { plan, tools, progress } = run;
  const { client } = tools;
  const current = await readDeployment(client, plan.organization, deployment.id);
  if (current && !isPreviewOf(current, identity)) {
    throw new UserError(
      `The Deployment ${oneLine(current.name)} (${current.id}) lost this branch's mark a moment ago${readMark(current.description) ? ' to another one' : ''}: it was not deleted.`,
    );
  }
  const unlinked = await unlinkDeployment(run, deployment, {
    ...(unlink && { objects: unlink }),
    when: 'before the deletion',
  });
  const gone = current === undefined || !(await deleteOnceCreated(run, current));
  // A concurrent run that had read an object before it was unlinked brings the entry back with its own write.
  if (unlinked) await unlinkDeployment(run, deployment, { when: 'after the deletion' });
  if (gone) tools.log.info(`The Deployment ${oneLine(deployment.name)} was gone already.`);
  deleted.push(deployment.id);
  progress({ deleted: [...deleted] });
}

/** Deletes a Deployment; one that is still being created may have to be waited for first. `false`: it was gone. */
async function deleteOnceCreated({ plan, tools }: Run, deployment: Deployment): Promise<boolean> {
  const { client } = tools;
  try {
    return await deleteDeployment(client, plan.organization, deployment.id);
  } catch (error) {
    const early = error instanceof ApiError && (error.status === 400 || error.status === 409);
    if (!early || deployment.status !== 'CREATING') throw error;
    await untilCreated({ client, organization: plan.organization, deploymentId: deployment.id }, deployment);
    return deleteDeployment(client, plan.organization, deployment.id);
  }
}
