import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { connectAirflow, type Airflow } from '../../airflow/client.ts';
import { listDagsToCompare, listTasks } from '../../airflow/dag-listing.ts';
import { pause } from '../../astro/client.ts';
import type { Deployment } from '../../astro/deployments.ts';
import { ApiError, UserError } from '../../core/errors.ts';
import type { DagComparison } from '../../core/plan/plan.ts';
import {
  compareListings,
  toCompareByTask,
  withTasks,
  type DagChange,
  type DagListing,
  type TaskLists,
} from '../../core/code/dag-changes.ts';
import { changedPaths } from '../../git/changed.ts';
import { readCheckout } from '../../git/checkout.ts';
import { hasty } from './watch-airflow.ts';
import type { Run } from '../run.ts';
import { omitUndefined } from '../../core/omit-undefined.ts';

/** Longest time that the comparison may take, in milliseconds: it only informs. */
const longest = 20_000;

/** How long DAGs that a file makes while it runs may appear later than others, in milliseconds. */
const late = 3_000;

/** Lists of tasks that are asked for side by side. */
const atOnce = 5;

/** Compares the preview's DAGs with the target's and notes the result; what cannot be read is one sentence of it. */
export async function compareDags(run: Run, comparison: DagComparison, preview: Deployment): Promise<void> {
  const { inputs, progress, tools } = run;
  const { target } = comparison;
  if (!inputs.wait || preview.id === target.id) return;
  const report = (dags: readonly DagChange[], unread?: string): void => {
    progress({ dagChanges: { target: target.name, dags, ...omitUndefined({ unread }) } });
  };
  try {
    await run.timed('compare DAGs', async () => {
      report(await changesOf(run, comparison, preview));
    });
  } catch (error) {
    tools.signal.throwIfAborted();
    if (error instanceof DOMException) report([], 'Airflow did not answer in time');
    else if (error instanceof ApiError || error instanceof UserError) report([], error.message);
    else throw error;
  }
}

async function changesOf(
  run: Run,
  { target, baseCommit, source }: DagComparison,
  preview: Deployment,
): Promise<DagChange[]> {
  const client = hasty(run.tools.client, longest);
  const [ours, theirs] = [awake(preview, 'the preview'), awake(target, target.name)].map((one) =>
    connectAirflow(one, client),
  ) as [Airflow, Airflow];
  const [touched, before, after] = await Promise.all([
    touchedFiles(run, source.folder, source.project.dags[0] ?? 'dags', baseCommit),
    listed(theirs, target.name),
    listed(ours, 'the preview'),
  ]);
  const isThere = (file: string): boolean => existsSync(join(source.dagsFolder, file));
  const shipped = run.plan.steps.some(
    (step) => step.kind === 'deploy-code' && (step.type === 'dags-only' || step.type === 'image-and-dags'),
  );
  // Airflow keeps listing the DAGs of a deleted file for minutes.
  const current = (dags: readonly DagListing[]): readonly DagListing[] =>
    shipped ? dags.filter(({ file }) => isThere(file) || !/\.py$/.test(file)) : dags;
  let changes = compareListings(before, current(after), touched);
  const isLate = ({ change, file }: DagChange): boolean =>
    change === 'removed' && isThere(file) && !run.broken.has(file);
  if (shipped && run.inputs.verifyDags !== 'off' && changes.some(isLate) && run.tools.client.remaining() > late) {
    await pause(late, client.signal);
    changes = compareListings(before, current(await listed(ours, 'the preview')), touched);
  }
  const known = changes.filter(({ change, file }) => change !== 'removed' || !run.broken.has(file));
  return withTasks(known, await readTasks(known, ours, theirs));
}

function awake(deployment: Deployment, name: string): Deployment {
  if (deployment.status !== 'HIBERNATING' && deployment.status !== 'CREATING') return deployment;
  throw new UserError(`${name} ${deployment.status === 'HIBERNATING' ? 'hibernates' : 'is still being created'}`);
}

async function listed(airflow: Airflow, name: string): Promise<DagListing[]> {
  const dags = await listDagsToCompare(airflow);
  if (dags) return dags;
  throw new UserError(`${name} has more than 1,000 DAGs`);
}

/** Files below the DAG folder that the pull request changes; none where git cannot tell. */
async function touchedFiles(
  { tools }: Run,
  folder: string,
  dags: string,
  baseCommit: string | undefined,
): Promise<ReadonlySet<string>> {
  const checkout = baseCommit === undefined ? undefined : await readCheckout(folder);
  if (baseCommit === undefined || checkout?.kind !== 'checkout') return new Set();
  const difference = await changedPaths(checkout, baseCommit, { signal: tools.signal });
  const paths = difference.kind === 'known' ? difference.paths : [];
  return new Set(paths.filter((path) => path.startsWith(`${dags}/`)).map((path) => path.slice(dags.length + 1)));
}

/** The tasks of the first DAGs, a few at a time. A DAG whose tasks cannot be read is compared without them. */
async function readTasks(
  changes: readonly DagChange[],
  ours: Airflow,
  theirs: Airflow,
): Promise<ReadonlyMap<string, TaskLists>> {
  const read = new Map<string, TaskLists>();
  const open = [...toCompareByTask(changes)];
  const one = async (airflow: Airflow, id: string): Promise<string[] | undefined> =>
    listTasks(airflow, id).catch((error: unknown) => {
      if (error instanceof ApiError || error instanceof UserError) return undefined;
      throw error;
    });
  while (open.length > 0) {
    const batch = open.splice(0, atOnce);
    await Promise.all(
      batch.map(async ({ id, change }) => {
        const [after, before] = await Promise.all([one(ours, id), change === 'changed' ? one(theirs, id) : undefined]);
        read.set(id, { ...(after && { after }), ...(before && { before }) });
      }),
    );
  }
  return read;
}
