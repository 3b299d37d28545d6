import {
  deleteDeployment,
  readDeployment,
  restoreOverride,
  updateDeployment,
  wakeDeployment,
  type Deployment,
} from '../astro/deployments.ts';
import { airflowUrl, astroUrl } from '../core/addresses.ts';
import { AstroApiError, UserError } from '../core/errors.ts';
import { isPreviewOf, readMark } from '../core/identity.ts';
import type { Branch } from '../core/github-event.ts';
import { nameOf } from '../core/plan-objects.ts';
import type { CopyStep, Plan, Step } from '../core/plan.ts';
import { rollBack, runDags, verifyDags } from './after.ts';
import { copied, type Outcome } from '../core/report.ts';
import type { WantedObject } from '../core/wanted-objects.ts';
import { updateBody } from '../core/deployment-bodies.ts';
import { compareDeployment } from '../core/deployment-diff.ts';
import { oneLine } from '../core/text.ts';
import { branchState } from '../github/branches.ts';
import type { Inputs } from '../inputs.ts';
import type { Tools } from '../tools.ts';
import { AirflowApiError } from '../airflow/client.ts';
import { copyObjects } from './copy.ts';
import { createOnce } from './deployments.ts';
import { shipCode } from './code.ts';
import { moveObjects } from './move.ts';
import { writeWorkspaceFile } from './template-file.ts';
import type { PreparedImage } from './image.ts';
import { prepareTestedImage, refuseUntestable } from './project-tests.ts';
import { linkObject, lookAgain, takeOut } from './linking.ts';
import { checkSyntax, refuseBadFiles } from './preflight.ts';
import { isUndecided, untilCreated, untilItRuns, untilItTakesDeploys, type Spot } from './wait.ts';

/** Should nobody take a wake-up back, because the runner died: Astro does it after this time, in milliseconds. */
const longestWake = 2 * 60 * 60 * 1000;

/** Told what is known of the outcome, as soon as it is known: a failure later on must not swallow it. */
export type Progress = (more: Partial<Outcome>) => void;

/**
 * Carries a plan out, step by step. Every step is safe to repeat: after a failure the next run observes what is there
 * and goes on from it. What a wake-up changed is put back also when the deploy fails.
 */
export async function apply(plan: Plan, inputs: Inputs, tools: Tools, progress: Progress): Promise<void> {
  const run: Run = { plan, inputs, tools, progress, timed: timer(progress), written: [], linked: [], settled: false };
  let deployment = plan.deployment;
  let asleep: Deployment | undefined;
  const deleted: string[] = [];
  const failures: string[] = [];
  if (deployment) progress(facts(deployment, tools));
  refuseBadFiles(plan, inputs);
  refuseUntestable(plan, inputs, tools);
  await checkSyntax(plan, inputs, tools);
  try {
    for (const step of plan.steps) {
      if (step.kind !== 'move') tools.log.info(`${label(step)}: ${step.why}`);
      switch (step.kind) {
        case 'create':
          deployment = await run.timed('create', () => create(run, step));
          break;
        case 'update':
          deployment = await run.timed('configure', () => update(run, step.deployment, step.body));
          progress({ updated: step.fields });
          break;
        case 'link':
          await linkObject(run, step, deployment);
          break;
        case 'wake':
          asleep = step.deployment;
          await run.timed('wake', () => wake(run, step.deployment));
          break;
        case 'deploy-code':
          deployment = await deployCode(run, step, deployment);
          break;
        case 'copy':
          deployment = await copy(run, step, deployment);
          break;
        case 'move':
          break; // all of them together, below: sources go last
        case 'write-template':
          writeWorkspaceFile(tools.env, step.path, step.text);
          progress({ updated: [step.path] });
          break;
        case 'delete':
          await run.timed('delete', () => removeOrGoOn(run, step, deleted, failures));
          break;
      }
      if (deployment && step.kind !== 'delete') progress(facts(deployment, tools));
    }
    const moves = plan.steps.filter((step) => step.kind === 'move');
    const home = deployment;
    if (home && moves.length > 0) await run.timed('move', () => moveObjects(run, moves, home));
    if (deployment) await lookAgain(run, deployment);
    if (deployment && plan.branch && plan.steps.length > 0)
      await goWithTheBranch(run, plan.branch, deployment, deleted);
    const failed = [...failures, ...(plan.failure === undefined ? [] : [plan.failure])];
    if (failed.length > 0) throw new UserError(failed.join('\n'), { problems: failed.map((message) => ({ message })) });
  } finally {
    if (asleep) await goBackToSleep(run, asleep);
  }
}

type DeleteStep = Extract<Step, { kind: 'delete' }>;

/** What the parts of one run share. */
export interface Run {
  readonly plan: Plan;
  readonly inputs: Inputs;
  readonly tools: Tools;
  readonly progress: Progress;
  readonly timed: <T>(name: string, work: () => Promise<T>) => Promise<T>;
  /** Environment objects that this run wrote: they are looked at again. */
  readonly written: WantedObject[];
  /** What was done to them, for people. */
  readonly linked: string[];
  /** Whether a look after the last of these writes has found all of them. */
  settled: boolean;
}

function timer(progress: Progress): Run['timed'] {
  const parts: { name: string; milliseconds: number }[] = [];
  return async (name, work) => {
    const begun = performance.now();
    try {
      return await work();
    } finally {
      parts.push({ name, milliseconds: performance.now() - begun });
      progress({ parts: [...parts] });
    }
  };
}

function label(step: Exclude<Step, { kind: 'move' }>): string {
  switch (step.kind) {
    case 'create':
      return `Create the Deployment ${oneLine(step.name)}`;
    case 'update':
      return `Change ${step.fields.join(', ')} of the Deployment ${oneLine(step.deployment.name)}`;
    case 'wake':
      return `Wake the Deployment ${oneLine(step.deployment.name)}`;
    case 'deploy-code':
      return `Deploy (${step.type})`;
    case 'link':
      return `Environment Manager: ${step.what} ${nameOf(step.wanted)}${step.fields.length > 0 ? ` (${step.fields.join(', ')})` : ''}`;
    case 'copy':
      return `Copy ${copied(step).join(', ')} from the Deployment ${oneLine(step.from.name)}`;
    case 'write-template':
      return `Write ${step.path}`;
    case 'delete':
      return `Delete the Deployment ${oneLine(step.deployment.name)} (${step.deployment.id})`;
  }
}

function facts(deployment: Deployment, tools: Tools): Partial<Outcome> {
  const airflow = airflowUrl(deployment);
  return {
    deploymentId: deployment.id,
    deploymentName: deployment.name,
    deploymentUrl: astroUrl(deployment, tools.client.url),
    ...(airflow !== undefined && { airflowUrl: airflow }),
  };
}

async function create({ plan, tools, progress }: Run, step: Extract<Step, { kind: 'create' }>): Promise<Deployment> {
  const { organization, workspace = '', identity } = plan;
  if (!identity) throw new Error('a plan that creates a preview names its identity');
  const { deployment, created } = await createOnce(tools.client, organization, workspace, step.body, identity);
  progress({
    created,
    left: [
      `The Deployment ${deployment.name} (${deployment.id}) exists and carries this branch's mark: the next run goes on with it.`,
    ],
  });
  return deployment;
}

async function update(
  { plan, tools }: Run,
  deployment: Deployment,
  body: Parameters<typeof updateDeployment>[3],
): Promise<Deployment> {
  return updateDeployment(tools.client, plan.organization, deployment.id, body);
}

async function wake({ plan, tools }: Run, deployment: Deployment): Promise<void> {
  const until = new Date(tools.now().getTime() + longestWake).toISOString();
  await wakeDeployment(tools.client, plan.organization, deployment.id, until);
}

async function goBackToSleep({ plan, tools }: Run, deployment: Deployment): Promise<void> {
  const before = deployment.scalingSpec?.hibernationSpec?.override;
  try {
    // A cancelled run still has a moment: its own signal would stop this request before it is sent.
    const client = { ...tools.client, signal: AbortSignal.timeout(10_000) };
    await restoreOverride(client, plan.organization, deployment.id, before);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    tools.log.warning(
      `The Deployment ${oneLine(deployment.name)} was woken and could not be given its schedule back: ${why} Astro does so by itself within two hours.`,
    );
  }
}

/** Copies into a preview that is up, because Airflow itself takes the objects. */
async function copy(run: Run, step: CopyStep, known: Deployment | undefined): Promise<Deployment> {
  const { plan, tools } = run;
  if (!known) throw new Error('a plan that copies names a Deployment or creates one before');
  const spot: Spot = { client: tools.client, organization: plan.organization, deploymentId: known.id };
  const ready = await run.timed('wait until Airflow is up', () => untilItTakesDeploys(spot, known));
  let result: Awaited<ReturnType<typeof copyObjects>>;
  try {
    result = await run.timed('copy', () => copyObjects(step, ready, tools));
  } catch (error) {
    if (step.optional !== true || !(error instanceof AirflowApiError || error instanceof UserError)) throw error;
    tools.log.warning(
      `Copying out of the metadata database of ${oneLine(step.from.name)} broke off, and is not tried again once the preview has its code: ${error.message} Set \`copy-connections\`, \`copy-airflow-variables\` and \`copy-pools\` to false where that is meant.`,
    );
    return ready;
  }
  const { copied: done, incomplete } = result;
  tools.log.info(`Copied ${done.join(', ')}`);
  for (const line of incomplete) tools.log.warning(`Not copied whole: ${line}.`);
  return ready;
}

async function deployCode(
  run: Run,
  step: Extract<Step, { kind: 'deploy-code' }>,
  known: Deployment | undefined,
): Promise<Deployment> {
  const { plan, inputs, tools, progress } = run;
  if (!known) throw new Error('a plan that deploys names a Deployment or creates one before');
  const spot: Spot = { client: tools.client, organization: plan.organization, deploymentId: known.id };
  const [ready, image] = await together(tools.signal, (signal) => [
    run.timed('wait until it takes a deploy', async () => {
      const ready = await confirm(run, await untilItTakesDeploys(spot, known));
      await lookAgain(run, ready);
      return ready;
    }),
    prepareTestedImage({ ...run, tools: { ...tools, signal } }, step, known.isDagDeployEnabled),
  ]);
  const shipped = await run
    .timed('ship', () => tools.budget.exempt(() => shipCode(spot, ready, step, image, inputs, tools)))
    .finally(() => image?.discard());
  progress({
    deployType: step.type,
    deployId: shipped.deployId,
    ...(shipped.imageTag !== undefined && { imageTag: shipped.imageTag }),
    ...(shipped.dagTarballVersion !== undefined && { dagTarballVersion: shipped.dagTarballVersion }),
  });
  if (!inputs.wait) return ready;
  progress({ left: [`The deploy ${shipped.deployId} is finalized: Astro goes on rolling it out.`] });
  const dagsFolder = step.source.project.dags[0] ?? 'dags';
  let rolledOut = ready;
  try {
    const rollout = await run.timed('rollout', () =>
      untilItRuns(spot, shipped.deployId, shipped, () => tools.now().getTime()),
    );
    rolledOut = rollout.deployment;
    progress({ left: [] });
    if (rollout.supersededBy !== undefined) {
      // What runs is not ours to judge, and least of all to roll back: its own run looks at it.
      tools.log.notice('A newer deploy of another run has taken the place of this one already.');
      return rolledOut;
    }
    if (step.type !== 'dbt') await run.timed('verify DAGs', () => verifyDags(run, rolledOut, dagsFolder));
  } catch (error) {
    // Going back would change image and DAGs, which a dbt deploy leaves alone.
    const goesBack = step.type !== 'dbt' && !plan.isPreview && inputs.rollbackOnFailure;
    if (!(error instanceof UserError) || !goesBack || isUndecided(error)) throw error;
    const said = await rollBack(run, rolledOut, step.before, error.message);
    progress({ left: [said] });
    throw new UserError(`${error.message} ${said}`, { cause: error });
  }
  await run.timed('run DAGs', () => runDags(run, rolledOut));
  return rolledOut;
}

/**
 * Compares a new preview with what was asked for: whether creating honours environment variables and e-mail addresses
 * is not settled, and Astro's CLI sends them once more in an update.
 */
async function confirm({ plan, tools }: Run, deployment: Deployment): Promise<Deployment> {
  if (!plan.preview || plan.deployment) return deployment;
  const { desired, owned } = plan.preview;
  const missing = compareDeployment(desired, deployment, owned).changes.map(({ field }) => field);
  if (missing.length === 0) return deployment;
  tools.log.info(`Astro did not take everything at creation: sending ${missing.join(', ')} once more.`);
  return updateDeployment(tools.client, plan.organization, deployment.id, updateBody(desired, deployment, owned));
}

/** A branch that vanished while this run was working takes its preview with it: its `delete` run came too early to see it. */
async function goWithTheBranch(run: Run, branch: Branch, deployment: Deployment, deleted: string[]): Promise<void> {
  const state = await branchState(await run.tools.github(), branch.name);
  if (state.kind !== 'absent') return;
  run.tools.log.notice(`The branch ${oneLine(branch.name, 100)} vanished during this run: its preview goes with it.`);
  await run.timed('delete', () => remove(run, { deployment }, deleted));
}

/** One of several removals that fails must not keep the others from happening; all failures are told at the end. */
async function removeOrGoOn(run: Run, step: DeleteStep, deleted: string[], failures: string[]): Promise<void> {
  if (step.identity === undefined) return remove(run, step, deleted);
  try {
    await remove(run, step, deleted);
  } catch (error) {
    run.tools.signal.throwIfAborted();
    if (!(error instanceof UserError || error instanceof AstroApiError)) throw error;
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
  const owner = identity ?? plan.identity;
  const current = await readDeployment(client, plan.organization, deployment.id);
  if (current && (!owner || !isPreviewOf(current, owner))) {
    throw new UserError(
      `The Deployment ${oneLine(current.name)} (${current.id}) lost this branch's mark a moment ago${readMark(current.description) ? ' to another one' : ''}: it was not deleted.`,
    );
  }
  const unlinked = await takeOut(run, deployment, unlink);
  const gone = current === undefined || !(await deleteOnceCreated(run, current));
  // A rival that had read an object before it was unlinked brings the entry back with its own write.
  if (unlinked) await takeOut(run, deployment, undefined);
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
    const early = error instanceof AstroApiError && (error.status === 400 || error.status === 409);
    if (!early || deployment.status !== 'CREATING') throw error;
    await untilCreated({ client, organization: plan.organization, deploymentId: deployment.id }, deployment);
    return deleteDeployment(client, plan.organization, deployment.id);
  }
}

/** Runs two parts side by side; when one fails the other is told to stop, and both have ended before this does. */
async function together(
  signal: AbortSignal,
  begin: (signal: AbortSignal) => [Promise<Deployment>, Promise<PreparedImage | undefined>],
): Promise<[Deployment, PreparedImage | undefined]> {
  const stop = new AbortController();
  const parts = begin(AbortSignal.any([signal, stop.signal]));
  try {
    return await Promise.all(parts);
  } catch (error) {
    stop.abort(error);
    const [, image] = await Promise.allSettled(parts);
    if (image.status === 'fulfilled') await image.value?.discard();
    throw error;
  }
}
