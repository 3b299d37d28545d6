import type { Deployment } from '../../astro/deployments.ts';
import { ApiError, UserError } from '../../core/errors.ts';
import { rollBack } from './roll-back.ts';
import { runDags } from './run-dags.ts';
import { verifyDags } from './verify-dags.ts';
import { watchAirflow } from './watch-airflow.ts';
import { oneLine } from '../../core/text.ts';
import { copyObjects } from '../objects/copy-airflow.ts';
import { shipCode } from './ship.ts';
import type { PreparedImage } from './image.ts';
import { prepareTestedImage } from './project-tests.ts';
import { verifyWrittenLinks } from '../objects/link.ts';
import { completeCreation } from '../deployment/complete-creation.ts';
import { refusedWith } from '../deployment/refused-with.ts';
import { untilItRuns } from '../deployment/rollout.ts';
import { isUndecided, untilItTakesDeploys } from '../deployment/wait.ts';
import type { CopyStep, Step } from '../../core/plan/steps.ts';
import type { Run } from '../run.ts';
import { whileWaiting } from '../waiting.ts';
import type { DeploymentLocation } from '../../astro/types.ts';
import { omitUndefined } from '../../core/omit-undefined.ts';

/** Copies into a preview that is up, because Airflow itself takes the objects. */
export async function copy(run: Run, step: CopyStep, known: Deployment | undefined): Promise<Deployment> {
  const { plan, tools } = run;
  if (!known) throw new Error('a plan that copies names a Deployment or creates one before');
  const location: DeploymentLocation = {
    client: tools.client,
    organization: plan.organization,
    deploymentId: known.id,
  };
  const ready = await run.timed('wait until Airflow is up', () => untilItTakesDeploys(location, known));
  let result: Awaited<ReturnType<typeof copyObjects>>;
  try {
    result = await run.timed('copy', () => copyObjects(step, ready, tools));
  } catch (error) {
    if (step.optional !== true || !(error instanceof ApiError || error instanceof UserError)) throw error;
    tools.log.warning(
      `Copying out of the metadata database of ${oneLine(step.from.name)} broke off, and is not tried again once the preview has its code: ${error.message} Set \`copy-connections\`, \`copy-airflow-variables\` and \`copy-pools\` to false where that is meant.`,
    );
    return ready;
  }
  const { copied: done, incomplete, refused } = result;
  tools.log.info(`Copied ${done.join(', ')}`);
  for (const line of incomplete) tools.log.warning(`Not copied whole: ${line}.`);
  const problems = refused.map((line) => ({ message: `Not copied, because Airflow refuses it: ${line}` }));
  if (problems.length > 0 && step.optional !== true)
    throw new UserError(problems.map(({ message }) => message).join('\n'), { problems });
  for (const { message } of problems) tools.log.warning(message);
  return ready;
}

/** Ships code, waits until it runs, and looks at what Airflow makes of it. */
export async function deployCode(
  run: Run,
  step: Extract<Step, { kind: 'deploy-code' }>,
  known: Deployment | undefined,
): Promise<Deployment> {
  const { plan, inputs, tools, progress } = run;
  if (!known) throw new Error('a plan that deploys names a Deployment or creates one before');
  const location: DeploymentLocation = {
    client: tools.client,
    organization: plan.organization,
    deploymentId: known.id,
  };
  const [ready, image] = await together(tools.signal, (signal) => [
    run.timed('wait until it takes a deploy', async () => {
      const up = await untilItTakesDeploys(location, known);
      const ready = await completeCreation(run, up).catch(refusedWith(run.plan));
      await verifyWrittenLinks(run, ready);
      return ready;
    }),
    prepareTestedImage({ ...run, tools: { ...tools, signal } }, step, keepsDagsOut(known)),
  ]);
  const watch = await watchAirflow(run, ready, step);
  const { group } = tools.log;
  const shipped = await run
    .timed('ship', () =>
      group('Upload the code', () =>
        whileWaiting(tools.client, `the upload to the Deployment ${oneLine(ready.name)}`, () =>
          shipCode(location, ready, step, image, inputs, tools),
        ),
      ),
    )
    .finally(() => image?.discard());
  progress({
    deployType: step.type,
    deployId: shipped.deployId,
    ...omitUndefined({ imageTag: shipped.imageTag }),
    ...omitUndefined({ dagTarballVersion: shipped.dagTarballVersion }),
  });
  if (watch && step.type !== 'dbt') watch.finalizedAt = shipped.finalizedAt;
  if (!inputs.wait) return ready;
  progress({ left: [`The deploy ${shipped.deployId} is finalized and may still roll out.`] });
  const dagsFolder = step.source.project.dags[0] ?? 'dags';
  let rolledOut = ready;
  try {
    const rollout = await run.timed('rollout', () =>
      group('Wait for the rollout', () =>
        untilItRuns(location, shipped.deployId, shipped, ready.desiredDagTarballVersion ?? ready.dagTarballVersion),
      ),
    );
    rolledOut = rollout.deployment;
    progress({ left: [] });
    if (rollout.supersededBy !== undefined) {
      // What runs is not ours to judge, and least of all to roll back: its own run looks at it.
      tools.log.notice('A newer deploy of another run has taken the place of this one already.');
      return rolledOut;
    }
    if (step.type !== 'dbt' && watch && inputs.verifyDags !== 'off')
      await run.timed('verify DAGs', () => group('Verify the DAGs', () => verifyDags(run, watch, dagsFolder)));
  } catch (error) {
    // Going back would change image and DAGs, which a dbt deploy leaves alone.
    const goesBack = step.type !== 'dbt' && plan.kind === 'deploy' && inputs.rollbackOnFailure;
    if (!(error instanceof UserError) || !goesBack || isUndecided(error)) throw error;
    const said = await rollBack(run, rolledOut, step.before, error.message);
    progress({ left: [said] });
    throw new UserError(`${error.message} ${said}`, { cause: error });
  }
  await run.timed('run DAGs', () => runDags(run, watch));
  return rolledOut;
}

/** Whether DAGs stay out of the image: they go by archive or, with Remote Execution, reach the agents without Astro. */
const keepsDagsOut = ({ isDagDeployEnabled, remoteExecution }: Deployment): boolean =>
  isDagDeployEnabled || remoteExecution?.enabled === true;

/** Runs two parts side by side; when one fails the other is stopped, and both have ended before this does. */
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
