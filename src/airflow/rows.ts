import { ApiError, UserError } from '../core/errors.ts';
import { lacking } from '../core/lacking.ts';
import { readPages, type Page } from '../http/paging.ts';
import { request, type Airflow } from './client.ts';

/** One object as Airflow answers it. */
export type Row = Readonly<Record<string, unknown>>;

/** Most rows that Airflow gives at one time, unless its `maximum_page_limit` says fewer (Airflow REST API, paging). */
const pageSize = 100;
/** Most pages that one list is followed for; beyond it something is wrong with the answers. */
const mostPages = 500;

/**
 * Reads a list to its end: to `total_entries`, or to a short page where there is no such number. A row that moves to the
 * next page while the list is read is taken once.
 */
export async function listRows(
  airflow: Airflow,
  { path, member, key, purpose }: { path: string; member: string; key: string; purpose: string },
): Promise<Row[]> {
  const broken = (why: string): ApiError =>
    new ApiError({
      system: 'airflow',
      message: `Could not ${purpose}: ${why}.`,
      advice: 'Run the job again.',
      method: 'GET',
      path,
      status: 200,
      applied: 'no',
    });
  const read = async (offset: number): Promise<Page<Row>> => {
    const query = { limit: String(pageSize), offset: String(offset) };
    const page = await request<Row | undefined>(airflow, { method: 'GET', path, query, purpose });
    const rows = page?.[member];
    if (!Array.isArray(rows)) throw broken(`Airflow's answer holds no list of ${member}`);
    const [lacks] = (rows as unknown[]).flatMap((row) => lacking('Airflow', row, [key]) ?? []);
    if (lacks !== undefined) throw broken(lacks);
    const total = page?.['total_entries'];
    return { rows: rows as Row[], total: typeof total === 'number' ? total : undefined, limit: pageSize };
  };
  const list = await readPages({ read, keyOf: (row) => row[key], mostPages });
  if (!list) throw broken(`the list has no end after ${mostPages} pages`);
  return list.rows;
}

/** What is there, or `undefined` where Airflow answers 404. */
export async function orMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

export interface Upsert {
  /** Paths of the list and of the object. */
  readonly list: string;
  readonly item: string;
  readonly body: Row;
  /** Members to change in an object that exists; without any, all that the body holds. */
  readonly mask: readonly string[];
  readonly exists: boolean;
  readonly purpose: string;
}

/** Changes an object that exists, else creates it, or changes it after all when somebody was faster (409). */
export async function upsert(airflow: Airflow, asked: Upsert): Promise<Row> {
  const { list, item, body, mask, purpose } = asked;
  if (!asked.exists) {
    try {
      return await request<Row>(airflow, { method: 'POST', path: list, body, purpose });
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 409)) throw error;
    }
  }
  return request<Row>(airflow, { method: 'PATCH', path: item, query: masks(airflow, mask), body, purpose });
}

/**
 * `update_mask` as each version reads it: Airflow 2 one list with commas (v1.yaml, `explode: false`: of a repeated one
 * only the last counts), Airflow 3 repeated (FastAPI, query parameter lists).
 */
export function masks({ version }: Airflow, members: readonly string[]): Record<string, string | readonly string[]> {
  if (members.length === 0) return {};
  return { update_mask: version === 'v1' ? members.join(',') : members };
}

/** Deletes an object; `false` where it was gone already. */
export async function remove(airflow: Airflow, path: string, purpose: string): Promise<boolean> {
  const done = request(airflow, { method: 'DELETE', path, purpose }).then(() => true);
  return (await orMissing(done)) ?? false;
}

/** A text member; an empty one counts as not set. */
export function text(row: Row, name: string): string | undefined {
  const value = row[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A member that is a time, in milliseconds since 1970; `undefined` where it is none. */
export function time(row: Row, name: string): number | undefined {
  const at = Date.parse(text(row, name) ?? '');
  return Number.isFinite(at) ? at : undefined;
}

/** A member for an object, none where there is no value. */
export function given<Name extends string, Value>(name: Name, value: Value | undefined): Partial<Record<Name, Value>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, Value>);
}

/** For a value that Airflow had hidden: it is never written, or the mask would take the secret's place. */
export function hidden(what: string): UserError {
  return new UserError(`The ${what} cannot be written: Airflow hides it. Supply its value, or leave it out.`);
}
