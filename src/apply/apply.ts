import { type Deployment, restoreOverride, updateDeployment, wakeDeployment } from '../astro/deployments.ts';
import { UserError } from '../core/errors.ts';
import { nameOf } from '../core/plan/object-steps.ts';
import { planDeployment, type Plan } from '../core/plan/plan.ts';
import { verbText } from '../core/objects/verbs.ts';
import type { Progress, Run } from './run.ts';
import { deploymentFacts } from '../core/report/outputs.ts';
import { copied } from '../core/report/planned.ts';
import { oneLine } from '../core/text.ts';
import type { Context } from '../observe/context.ts';
import { completeWhileCreating } from './deployment/complete-creation.ts';
import { createOnce } from './deployment/create-once.ts';
import { refusedWith } from './deployment/refused-with.ts';
import { moveObjects } from './objects/migrate.ts';
import { writeWorkspaceFile } from './template-file.ts';
import { refuseUntestable } from './code/project-tests.ts';
import { refuseUnreadyEngine } from './code/image.ts';
import { linkObject, verifyWrittenLinks, unlinkGone, verifyLinksOf } from './objects/link.ts';
import { whileWaiting } from './waiting.ts';
import { checkSyntax, refuseBadFiles } from './code/preflight.ts';
import { copy, deployCode } from './code/deploy.ts';
import { removeIfBranchGone, removeIfClosed, removeAndContinue } from './deployment/remove.ts';
import type { Step } from '../core/plan/steps.ts';
import { compareDags } from './code/compare-dags.ts';

/** Should nobody take a wake-up back, because the runner died: Astro does it after this time, in milliseconds. */
const longestWake = 2 * 60 * 60 * 1000;

/**
 * Carries a plan out, step by step. Every step is safe to repeat: after a failure the next run observes what is there
 * and goes on from it. What a wake-up changed is put back also when the deploy fails.
 */
export async function apply(plan: Plan, { inputs, tools }: Context, progress: Progress): Promise<void> {
  const run: Run = {
    plan,
    inputs,
    tools,
    progress,
    timed: timer(progress),
    written: [],
    linked: [],
    broken: new Set(),
    settled: false,
  };
  let deployment = planDeployment(plan);
  let asleep: Deployment | undefined;
  const deleted: string[] = [];
  const failures: string[] = [];
  refuseBadFiles(plan, inputs, tools);
  refuseUntestable(plan, inputs, tools);
  await refuseUnreadyEngine(plan, inputs, tools);
  await checkSyntax(plan, inputs, tools, progress);
  try {
    for (const step of plan.steps) {
      if (step.kind !== 'move') tools.log.info(`${label(step)}: ${step.why}`);
      switch (step.kind) {
        case 'create':
          deployment = await run.timed('create', () => create(run, step));
          break;
        case 'update':
          deployment = await run.timed('configure', () => update(run, step.deployment, step.body));
          // Astro was seen to drop links in updates of a Deployment that other tools sent.
          verifyLinksOf(run);
          progress({ updated: step.changes });
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
        case 'unlink-gone':
          await run.timed('unlink', () => unlinkGone(run, step));
          break;
        case 'write-template':
          writeWorkspaceFile(tools.env, step.path, step.text);
          progress({ wrote: step.path });
          break;
        case 'delete':
          await run.timed('delete', () => removeAndContinue(run, step, deleted, failures));
          break;
      }
      if (deployment && step.kind !== 'delete') progress(deploymentFacts(deployment, tools.client.url));
    }
    const moves = plan.steps.filter((step) => step.kind === 'move');
    const home = deployment;
    if (home && moves.length > 0) await run.timed('move', () => moveObjects(run, moves, home));
    if (deployment) await verifyWrittenLinks(run, deployment);
    if (deployment && (plan.kind === 'preview' || plan.kind === 'join') && plan.steps.length > 0) {
      await removeIfBranchGone(run, plan, deployment, deleted);
      if (deleted.length === 0) await removeIfClosed(run, plan, deployment, deleted);
    }
    if (deployment && plan.kind === 'preview' && plan.compare && !deleted.includes(deployment.id))
      await compareDags(run, plan.compare, deployment);
    const failed = [...failures, ...(plan.failure === undefined ? [] : [plan.failure])];
    if (failed.length > 0) throw new UserError(failed.join('\n'), { problems: failed.map((message) => ({ message })) });
  } finally {
    if (asleep) await restoreSchedule(run, asleep);
  }
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
      return `Change ${step.changes.join(', ')} of the Deployment ${oneLine(step.deployment.name)}`;
    case 'wake':
      return `Wake the Deployment ${oneLine(step.deployment.name)}`;
    case 'deploy-code':
      return `Deploy (${step.type})`;
    case 'link':
      return `Environment Manager: ${verbText(step.verbs)} ${nameOf(step.wanted)}${step.fields.length > 0 ? ` (${step.fields.join(', ')})` : ''}`;
    case 'copy':
      return `Copy ${copied(step).join(', ')} from the Deployment ${oneLine(step.from.name)}`;
    case 'unlink-gone':
      return `Environment Manager: unlink ${nameOf(step.object)}`;
    case 'write-template':
      return `Write ${step.path}`;
    case 'delete':
      return `Delete the Deployment ${oneLine(step.deployment.name)} (${step.deployment.id})`;
  }
}

async function create(run: Run, step: Extract<Step, { kind: 'create' }>): Promise<Deployment> {
  const { plan, tools, progress } = run;
  const { body, identity } = step;
  const what = `Astro to create the Deployment ${oneLine(step.name)}`;
  const { deployment, created } = await whileWaiting(tools.client, what, () =>
    createOnce(tools.client, plan.organization, body, identity).catch(refusedWith(plan)),
  );
  progress({
    created,
    left: [
      `The Deployment ${deployment.name} (${deployment.id}) exists and carries this branch's mark: the next run goes on with it.`,
    ],
  });
  return created ? completeWhileCreating(run, deployment) : deployment;
}

async function update(
  { plan, tools }: Run,
  deployment: Deployment,
  body: Parameters<typeof updateDeployment>[3],
): Promise<Deployment> {
  return updateDeployment(tools.client, plan.organization, deployment.id, body).catch(refusedWith(plan));
}

async function wake({ plan, tools }: Run, deployment: Deployment): Promise<void> {
  const until = new Date(tools.now().getTime() + longestWake).toISOString();
  await wakeDeployment(tools.client, plan.organization, deployment.id, until);
}

async function restoreSchedule({ plan, tools }: Run, deployment: Deployment): Promise<void> {
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
