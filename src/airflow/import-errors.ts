import type { Airflow } from './client.ts';
import { given, listRows, text, time } from './rows.ts';

/** A file of which Airflow could not read the DAGs. */
export interface ImportError {
  readonly file: string;
  readonly stackTrace: string;
  /** When Airflow found it, milliseconds since 1970 by its clock. */
  readonly at?: number;
  /** DAG bundle that the file belongs to; Airflow 3 only. */
  readonly bundle?: string;
}

/** All import errors that Airflow has now (Airflow REST API, importErrors). */
export async function listImportErrors(airflow: Airflow): Promise<ImportError[]> {
  const rows = await listRows(airflow, {
    path: '/importErrors',
    member: 'import_errors',
    key: 'import_error_id',
    purpose: 'list the import errors',
  });
  return rows.map((row) => ({
    file: text(row, 'filename') ?? '',
    stackTrace: airflow.client.log.redact(text(row, 'stack_trace') ?? ''),
    ...given('at', time(row, 'timestamp')),
    ...given('bundle', text(row, 'bundle_name')),
  }));
}
