import { ApiError } from '../core/errors.ts';
import type { ListedDag } from '../core/code/parsed.ts';
import { request, type Airflow } from './client.ts';
import { given, listRows, text, time, type Row } from './rows.ts';

/** Which file a DAG is from and when that was parsed (Airflow REST API; `relative_fileloc` in Airflow 3 only). */
export const listedDag = (row: Row): ListedDag => ({
  id: text(row, 'dag_id') ?? '',
  file: text(row, 'relative_fileloc') ?? text(row, 'fileloc') ?? '',
  // Where the member itself is missing nobody can wait for it.
  ...given('parsedAt', 'last_parsed_time' in row ? time(row, 'last_parsed_time') : Number.POSITIVE_INFINITY),
});

/** Some or all DAGs of an Airflow. */
export interface Listing {
  readonly dags: readonly ListedDag[];
  /** Whether these are all. */
  readonly complete: boolean;
}

/** Reads DAGs look after look: by one request each where Airflow can put those first that it parsed last, and
 * one more where all of these were parsed since `after`. */
export type DagReader = (after: number) => Promise<Listing>;

/**
 * A reader of one Airflow. Releases that refuse the order (400 or 422) are asked for the whole list from then on, which
 * takes a request for each 100 DAGs.
 */
export function dagReader(airflow: Airflow): DagReader {
  let orders = true;
  const purpose = 'list the DAGs';
  return async (after) => {
    if (orders) {
      try {
        const query = { limit: '100', order_by: '-last_parsed_time' };
        const asked = { method: 'GET', path: '/dags', purpose, answer: ['dags'] } as const;
        const page = await request<Row>(airflow, { ...asked, query });
        const rows = Array.isArray(page['dags']) ? (page['dags'] as Row[]) : [];
        const total = page['total_entries'];
        const dags = rows.map(listedDag);
        const isWhole = typeof total === 'number' && total <= rows.length;
        const isAllNew = dags.length > 0 && dags.every(({ parsedAt = -Infinity }) => parsedAt > after);
        if (isWhole || !isAllNew) return { dags, complete: isWhole };
        const last = { limit: '1', order_by: 'last_parsed_time' };
        const [oldest] = (await request<Row>(airflow, { ...asked, query: last }))['dags'] as Row[];
        return { dags, complete: oldest !== undefined && (listedDag(oldest).parsedAt ?? -Infinity) > after };
      } catch (error) {
        if (!(error instanceof ApiError && (error.status === 400 || error.status === 422))) throw error;
        orders = false;
      }
    }
    const rows = await listRows(airflow, { path: '/dags', member: 'dags', key: 'dag_id', purpose });
    return { dags: rows.map(listedDag), complete: true };
  };
}
