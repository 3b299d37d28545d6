import { pathInDags } from '../core/code/airflow-files.ts';
import type { DagListing } from '../core/code/dag-changes.ts';
import { pythonTimeSpan } from '../core/code/schedules.ts';
import { airflowPath, request, type Airflow } from './client.ts';
import { text, type Row } from './rows.ts';
import { omitUndefined } from '../core/omit-undefined.ts';

/** Rows of one page, and most pages of one list. */
const pageSize = 100;
const mostPages = 10;

/** The DAGs of an Airflow, or `undefined` where there are more than 1,000: a request for each 100. */
export async function listDagsToCompare(airflow: Airflow): Promise<DagListing[] | undefined> {
  const found = new Map<string, DagListing>();
  for (let page = 0; page < mostPages; page++) {
    const query = { limit: String(pageSize), offset: String(page * pageSize), order_by: 'dag_id' };
    const answer = await request<Row>(airflow, { method: 'GET', path: '/dags', query, purpose: 'list the DAGs' });
    const rows = Array.isArray(answer['dags']) ? (answer['dags'] as Row[]) : [];
    for (const row of rows) found.set(text(row, 'dag_id') ?? '', listing(row));
    const total = answer['total_entries'];
    if (typeof total === 'number' ? (page + 1) * pageSize >= total : rows.length < pageSize) return [...found.values()];
  }
  return undefined;
}

/** The ids of a DAG's tasks. */
export async function listTasks(airflow: Airflow, dagId: string): Promise<string[]> {
  const path = airflowPath`/dags/${dagId}/tasks`;
  const answer = await request<Row>(airflow, { method: 'GET', path, purpose: `list the tasks of the DAG ${dagId}` });
  const rows = Array.isArray(answer['tasks']) ? (answer['tasks'] as Row[]) : [];
  return rows.flatMap((row) => text(row, 'task_id') ?? []);
}

/** A row of the list of DAGs (Airflow REST API, DAG in version 2, DAGResponse in version 3). */
function listing(row: Row): DagListing {
  const schedule = scheduleOf(row);
  return {
    id: text(row, 'dag_id') ?? '',
    ...omitUndefined({ schedule }),
    tags: texts(row['tags'], (tag) => (tag as { name?: unknown } | null)?.name),
    owners: texts(row['owners'], (owner) => owner),
    file: pathInDags(text(row, 'relative_fileloc') ?? text(row, 'fileloc') ?? ''),
  };
}

const texts = (list: unknown, member: (entry: unknown) => unknown): string[] =>
  (Array.isArray(list) ? (list as unknown[]) : [])
    .map(member)
    .filter((one) => typeof one === 'string')
    .sort();

/** `timetable_summary` in Airflow 3, where a DAG without a schedule says "None"; an object of some kind in Airflow 2. */
function scheduleOf(row: Row): string | undefined {
  const summary = text(row, 'timetable_summary');
  if (summary !== undefined) return summary === 'None' ? undefined : summary;
  const interval = row['schedule_interval'];
  if (typeof interval === 'string') return interval;
  if (typeof interval !== 'object' || interval === null) return undefined;
  const { value, days, seconds, ...others } = interval as Record<string, unknown>;
  if (typeof value === 'string') return value;
  if (typeof days === 'number' && typeof seconds === 'number') return pythonTimeSpan(days * 86_400 + seconds);
  return text(row, 'timetable_description') ?? JSON.stringify(others);
}
