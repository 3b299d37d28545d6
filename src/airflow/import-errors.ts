import type { Airflow } from './client.ts';
import { given, listRows, text } from './rows.ts';

/** A file of which Airflow could not read the DAGs. */
export interface ImportError {
  readonly file: string;
  readonly stackTrace: string;
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
    ...given('bundle', text(row, 'bundle_name')),
  }));
}
