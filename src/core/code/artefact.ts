import type { DeployNotes } from './deploy-notes.ts';

/** What goes into a deploy beside the files of the repository. */
export interface Artefact {
  /** Whether DAGs lie below `dags/` in their archive (`dags-base-dir`). */
  readonly dagsBaseDir: boolean;
}

/** What differs in the layout of the DAG archive from the one that runs, as a sentence; `undefined` where nothing is known to. */
export function layoutDiffers(runs: DeployNotes, { dagsBaseDir }: Artefact): string | undefined {
  if ((runs.dags === 'root') !== dagsBaseDir) return undefined;
  return dagsBaseDir
    ? 'what runs has them at the root of the archive, and `dags-base-dir` is `true`'
    : 'what runs has them below `dags/`, and `dags-base-dir` is `false`';
}
