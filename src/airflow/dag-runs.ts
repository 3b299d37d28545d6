import { ApiError } from '../core/errors.ts';
import { airflowPath, request, type Airflow } from './client.ts';
import type { ListedDag } from '../core/code/parsed.ts';
import { listedDag } from './dags.ts';
import { masks, orMissing, text, type Row } from './rows.ts';

/** A DAG, or `undefined` where Airflow has none of this id (yet). */
export async function readDag(
  airflow: Airflow,
  dagId: string,
): Promise<(ListedDag & { isPaused: boolean }) | undefined> {
  const path = airflowPath`/dags/${dagId}`;
  const purpose = `read the DAG ${dagId}`;
  const dag = await orMissing(request<Row>(airflow, { method: 'GET', path, purpose, answer: ['dag_id'] }));
  return dag && { ...listedDag(dag), isPaused: dag['is_paused'] === true };
}

/** Lets the runs of a DAG start. */
export async function unpauseDag(airflow: Airflow, dagId: string): Promise<void> {
  await request(airflow, {
    method: 'PATCH',
    path: airflowPath`/dags/${dagId}`,
    query: masks(airflow, ['is_paused']),
    body: { is_paused: false },
    purpose: `unpause the DAG ${dagId}`,
  });
}

/**
 * Starts a run of a DAG and gives back its id (Airflow REST API, trigger DAG run). The id is ours, made of the time, so
 * that a run of which no answer came is found again instead of being started twice.
 */
export async function triggerDag(airflow: Airflow, dagId: string, now: Date): Promise<string> {
  const runId = `branch_deploy__${now.toISOString()}`;
  const started = request<Row | undefined>(airflow, {
    method: 'POST',
    path: airflowPath`/dags/${dagId}/dagRuns`,
    // Airflow 3 wants the date named even where there is none.
    body: { dag_run_id: runId, ...(airflow.version === 'v2' && { logical_date: null }) },
    purpose: `start the DAG ${dagId}`,
    answer: ['dag_run_id'],
  });
  try {
    return text((await started) ?? {}, 'dag_run_id') ?? runId;
  } catch (error) {
    if (!(error instanceof ApiError) || (error.applied === 'no' && error.status !== 409)) throw error;
    const found = await readDagRun(airflow, dagId, runId).catch(() => undefined);
    if (found === undefined) throw error;
    return runId;
  }
}

/** State of a run (`queued`, `running`, `success`, `failed`); `undefined` where there is none of this id. */
export async function readDagRun(airflow: Airflow, dagId: string, runId: string): Promise<string | undefined> {
  const path = airflowPath`/dags/${dagId}/dagRuns/${runId}`;
  const purpose = `read the run ${runId} of the DAG ${dagId}`;
  const run = await orMissing(request<Row>(airflow, { method: 'GET', path, purpose, answer: ['state'] }));
  return run && text(run, 'state');
}
