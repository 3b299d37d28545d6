import { Refused, type AirflowState, type Answer, type Call, type StoredDag } from './airflow-state.ts';
import { answerOf, checked, masked, noMethod } from './airflow-bodies.ts';

/** DAGs and their runs: each look at a run takes it one state further, unless its DAG is paused. */
export function dagRoutes(state: AirflowState, call: Call): Answer {
  if (call.id === '') return list(state, call);
  const [id = '', collection, runId] = call.id.split('/');
  const dag = state.dags.get(id);
  if (!dag) throw new Refused(404, `The Dag with ID: \`${id}\` was not found`);
  if (collection === undefined) return ofDag(state, call, id, dag);
  if (collection === 'tasks' && runId === undefined) return tasks(call, dag);
  if (collection !== 'dagRuns') throw new Refused(404, 'Not Found');
  return runId === undefined ? start(state, call, id, dag) : look(call, id, dag, runId);
}

function ofDag(state: AirflowState, call: Call, id: string, dag: StoredDag): Answer {
  const { method, body } = call;
  if (method === 'PATCH') {
    const { changes } = masked(state, call, checked(state, body, { is_paused: 'boolean' }, ['is_paused']), '');
    dag.is_paused = (changes['is_paused'] as boolean | undefined) ?? dag.is_paused;
  } else if (method !== 'GET') throw noMethod();
  return { status: 200, body: shown(state, id, dag) };
}

/** A DAG as both versions answer it; where its file lies in the bundle only Airflow 3 says. */
function shown({ version }: AirflowState, id: string, dag: StoredDag): Record<string, unknown> {
  const file = dag.file ?? (version === 2 ? '/usr/local/airflow/dags/seeded.py' : 'seeded.py');
  return {
    dag_id: id,
    is_paused: dag.is_paused,
    last_parsed_time: dag.lastParsed ?? null,
    tags: (dag.tags ?? []).map((name) => (version === 2 ? { name } : { name, dag_id: id })),
    owners: dag.owners ?? ['airflow'],
    ...scheduleOf(version, dag.schedule),
    fileloc: version === 2 ? file : `/usr/local/airflow/dags/${file}`,
    ...(version === 3 && { relative_fileloc: file }),
  };
}

const presets: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
};

/** Airflow 2 gives the schedule as it is written, wrapped; Airflow 3 the summary of its timetable, without presets. */
function scheduleOf(version: 2 | 3, schedule: string | undefined): Record<string, unknown> {
  if (version === 3) return { timetable_summary: schedule === undefined ? 'None' : (presets[schedule] ?? schedule) };
  const days = /^(\d+) days?, 0:00:00$/.exec(schedule ?? '')?.[1];
  if (days !== undefined)
    return { schedule_interval: { __type: 'TimeDelta', days: Number(days), seconds: 0, microseconds: 0 } };
  return { schedule_interval: schedule === undefined ? null : { __type: 'CronExpression', value: schedule } };
}

function tasks({ method }: Call, dag: StoredDag): Answer {
  if (method !== 'GET') throw noMethod();
  const rows = (dag.tasks ?? []).map((task_id) => ({ task_id, task_display_name: task_id, owner: 'airflow' }));
  return { status: 200, body: { tasks: rows, total_entries: rows.length } };
}

function list(state: AirflowState, { method, query }: Call): Answer {
  if (method !== 'GET') throw noMethod();
  const order = query.get('order_by') ?? 'dag_id';
  const rows = [...state.dags].filter(([, dag]) => !isLate(dag)).map(([id, dag]) => shown(state, id, dag));
  const byParsing = order.endsWith('last_parsed_time') && state.ordersByParsing;
  if (order !== 'dag_id' && !byParsing)
    throw new Refused(400, `Ordering with '${order}' is disallowed or the attribute does not exist on the model`);
  const key = byParsing ? 'last_parsed_time' : 'dag_id';
  rows.sort((a, b) => String(a[key]).localeCompare(String(b[key])) * (order.startsWith('-') ? -1 : 1));
  return answerOf(state, 'dags', rows, query);
}

function isLate(dag: StoredDag): boolean {
  const { lateBy = 0 } = dag;
  dag.lateBy = Math.max(0, lateBy - 1);
  return lateBy > 0;
}

const known = {
  dag_run_id: 'string',
  logical_date: 'string',
  data_interval_start: 'string',
  data_interval_end: 'string',
  conf: 'any',
  note: 'string',
} as const;

function start(state: AirflowState, { method, body }: Call, id: string, dag: StoredDag): Answer {
  if (method !== 'POST') throw noMethod();
  const given = checked(state, body, known, []);
  // Required in Airflow 3, though it may be null.
  if (state.version === 3 && !('logical_date' in given))
    throw new Refused(422, [{ type: 'missing', loc: ['body', 'logical_date'], msg: 'Field required', input: body }]);
  const runId = (given['dag_run_id'] as string | undefined) ?? `manual__${dag.runs.size + 1}`;
  if (dag.runs.has(runId))
    throw new Refused(409, `DAGRun with DAG ID: '${id}' and DAGRun ID: '${runId}' already exists`);
  dag.runs.set(runId, ['queued', 'running', dag.outcome]);
  return { status: 200, body: { dag_id: id, dag_run_id: runId, state: 'queued', logical_date: null } };
}

function look({ method }: Call, id: string, dag: StoredDag, runId: string): Answer {
  const states = dag.runs.get(runId);
  if (!states) throw new Refused(404, `The DagRun with dag_id: \`${id}\` and run_id: \`${runId}\` was not found`);
  if (method !== 'GET') throw noMethod();
  const [now] = states;
  if (!dag.is_paused && states.length > 1) states.shift();
  return { status: 200, body: { dag_id: id, dag_run_id: runId, state: now, logical_date: null } };
}
