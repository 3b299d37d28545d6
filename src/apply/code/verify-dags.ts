import { connectAirflow, type Airflow } from '../../airflow/client.ts';
import { readDag, readDagRun, triggerDag, unpauseDag } from '../../airflow/dag-runs.ts';
import { listImportErrors } from '../../airflow/import-errors.ts';
import { pause, type AstroClient } from '../../astro/client.ts';
import { rollBackTo } from '../../astro/deploys.ts';
import type { Deployment } from '../../astro/deployments.ts';
import { ApiError, UserError } from '../../core/errors.ts';
import { locate, type ImportPlace } from '../../core/report/import-errors.ts';
import { oneLine } from '../../core/text.ts';
import type { Run } from '../apply.ts';
import { Undecided, untilItRuns, type Spot } from '../deployment/wait.ts';

/** Pauses between two looks at Airflow, in milliseconds; the last one is repeated. */
const pauses = [500, 1_000, 2_000, 3_000, 5_000] as const;
const pauseAt = (looks: number): number => pauses[Math.min(looks, pauses.length - 1)] ?? 0;

/** Longest time, in milliseconds, that Airflow may take for an answer that only serves a warning. */
const hurry = 10_000;

/** Most import errors that become annotations; GitHub shows ten of a kind for each step. */
const mostAnnotations = 8;

/**
 * Asks Airflow what it could not import and shows it at file and line. With `verify-dags: fail` errors that are there are
 * looked at again for a few seconds (within `wait-time`), because Airflow keeps those of a file until it has read its new version.
 * Throws UserError where they fail the step.
 */
export async function verifyDags(run: Run, deployment: Deployment, dagsFolder: string): Promise<void> {
  const { inputs, tools, progress } = run;
  if (inputs.verifyDags === 'off') return;
  const strict = inputs.verifyDags === 'fail';
  let places: ImportPlace[];
  // Where it only serves a warning, an Airflow that does not answer at once holds nobody up.
  const soon = AbortSignal.timeout(hurry);
  const hasty = { ...tools.client, remaining: () => 0, signal: AbortSignal.any([tools.client.signal, soon]) };
  try {
    const airflow = connectAirflow(deployment, strict ? tools.client : hasty);
    const look = async (): Promise<ImportPlace[]> =>
      (await listImportErrors(airflow)).map((error) => locate(error, dagsFolder));
    places = await look();
    for (
      let looks = 0;
      strict && places.length > 0 && looks < 4 && tools.client.remaining() >= pauseAt(looks);
      looks++
    ) {
      await pause(pauseAt(looks), tools.client.signal);
      places = await look();
    }
  } catch (error) {
    tools.client.signal.throwIfAborted();
    const late = !strict && soon.aborted;
    if (!(late || error instanceof ApiError || error instanceof UserError)) throw error;
    const why = late || !(error instanceof Error) ? 'it did not answer in time.' : error.message;
    const message = `Whether Airflow can import the DAGs is not known: ${why}`;
    if (strict) throw new Undecided(message, { cause: error });
    tools.log.notice(message);
    return;
  }
  if (places.length === 0) return;
  progress({ importErrors: places });
  const show = strict ? tools.log.error : tools.log.warning;
  for (const { file, line, message } of places.slice(0, mostAnnotations))
    show(`Airflow cannot import this: ${message}`, { file, ...(line !== undefined && { line }) });
  if (places.length > mostAnnotations)
    tools.log.info(`There are ${String(places.length - mostAnnotations)} more import errors: see the job summary.`);
  if (strict)
    throw new UserError(
      `Airflow cannot import ${String(places.length)} of the files that were deployed, and \`verify-dags\` is \`fail\`: ${places
        .slice(0, 3)
        .map(({ file }) => oneLine(file, 100))
        .join(', ')}.`,
    );
}

/**
 * Runs the DAGs that `run-dags` names, one after the other started and all waited for, within `wait-time`.
 * Throws UserError where one fails, is missing, or does not end in time.
 */
export async function runDags(run: Run, deployment: Deployment): Promise<void> {
  const { inputs, tools, progress } = run;
  if (inputs.runDags.length === 0) return;
  const airflow = connectAirflow(deployment, tools.client);
  const started: { dag: string; id: string; state: string }[] = [];
  const tell = (): void => {
    progress({ dagRuns: started.map(({ dag, state }) => ({ dag, state })) });
  };
  for (const dag of inputs.runDags) {
    const known = await untilKnown(airflow, dag, tools.client);
    if (known.isPaused) await unpauseDag(airflow, dag);
    started.push({ dag, id: await triggerDag(airflow, dag, tools.now()), state: 'queued' });
    tell();
  }
  const running = (): typeof started => started.filter(({ state }) => state !== 'success' && state !== 'failed');
  for (let looks = 0; running().length > 0; looks++) {
    for (const one of running()) one.state = (await readDagRun(airflow, one.dag, one.id)) ?? one.state;
    tell();
    const open = running();
    if (open.length === 0) break;
    if (tools.client.remaining() < pauseAt(looks))
      throw new UserError(
        `The runs of ${open.map(({ dag, state }) => `${dag} (${state})`).join(', ')} have not ended within \`wait-time\`. They go on: look at them in Airflow, or give a longer \`wait-time\`.`,
      );
    await pause(pauseAt(looks), tools.client.signal);
  }
  const failed = started.filter(({ state }) => state === 'failed').map(({ dag }) => dag);
  if (failed.length > 0)
    throw new UserError(
      `The DAG runs that \`run-dags\` asks for failed: ${failed.join(', ')}. Their logs are in Airflow.`,
    );
  for (const { dag } of started) tools.log.info(`The run of the DAG ${dag} succeeded`);
}

/** A DAG that was deployed a moment ago shows up when Airflow has read its file. */
async function untilKnown(airflow: Airflow, dag: string, client: AstroClient): Promise<{ readonly isPaused: boolean }> {
  for (let looks = 0; ; looks++) {
    const found = await readDag(airflow, dag);
    if (found) return found;
    if (client.remaining() < pauseAt(looks))
      throw new UserError(
        `Airflow knows no DAG \`${dag}\` (\`run-dags\`) within \`wait-time\`: check its id, and whether Airflow can import its file.`,
      );
    await pause(pauseAt(looks), client.signal);
  }
}

/** Longest time that a rollback is waited for, in milliseconds; `wait-time` may be used up when it begins. */
const rollbackTime = 10 * 60_000;

/**
 * Goes back to the deploy that ran before and waits until it runs. Resolves to a sentence that says so; where going back
 * fails too, the sentence says that.
 */
export async function rollBack(
  run: Run,
  deployment: Deployment,
  before: string | undefined,
  why: string,
): Promise<string> {
  const { plan, tools } = run;
  if (before === undefined) return 'There is no earlier deploy to roll back to.';
  const end = performance.now() + rollbackTime;
  const client: AstroClient = { ...tools.client, remaining: () => end - performance.now() };
  const spot: Spot = { client, organization: plan.organization, deploymentId: deployment.id };
  try {
    const description = tools.log.clean(oneLine(`Rolled back by astro-branch-deploy: ${why}`, 500));
    const again = await rollBackTo(client, plan.organization, deployment.id, before, description);
    await run.timed('roll back', () => untilItRuns(spot, again.id, {}, () => tools.now().getTime()));
    return `The Deployment was rolled back to the deploy ${before}, which ran before.`;
  } catch (error) {
    return `Rolling back to the deploy ${before} failed as well: ${error instanceof Error ? error.message : String(error)}`;
  }
}
