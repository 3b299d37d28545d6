import { pathInDags } from '../code/airflow-files.ts';
import type { ImportPlace } from '../plan/outcome.ts';
import { oneLine } from '../text.ts';

/**
 * Places an import error of Airflow in the repository: the deepest place of the traceback that lies in the DAG folder, else
 * the DAG's file. Airflow 2 names the file by its path on the Deployment, Airflow 3 relative to its bundle (Airflow REST
 * API, importErrors).
 */
export function locate(error: { readonly file: string; readonly stackTrace: string }, dagsFolder: string): ImportPlace {
  const dag = pathInDags(error.file);
  const inRepository = (path: string): string => [...parts(dagsFolder), ...parts(path)].join('/');
  const deepest = frames(error.stackTrace)
    .map(({ file, line }) => ({ file: file === error.file ? dag : inDags(file), line }))
    .findLast((frame): frame is { file: string; line: number } => frame.file !== undefined);
  const lastLine = error.stackTrace.split('\n').findLast((line) => /[\p{L}\p{N}]/u.test(line)) ?? '';
  const message = oneLine(lastLine, 300) || 'Airflow cannot import it and does not say why';
  if (!deepest) return { file: inRepository(dag), message };
  // A line number belongs to the file it was counted in, which may be a module that the DAG imports.
  const by = deepest.file === dag ? '' : ` (imported by ${oneLine(inRepository(dag), 200)})`;
  return { file: inRepository(deepest.file), line: deepest.line, message: `${message}${by}` };
}

/** Places that a traceback names, outermost first: frames, and the one of a SyntaxError, which has no frame. */
function frames(stackTrace: string): { file: string; line: number }[] {
  return Array.from(stackTrace.matchAll(/^[ \t|+]*File "([^"\n]+)", line ([1-9][0-9]{0,7})/gm), ([, file, line]) => ({
    file: file as string,
    line: Number(line),
  }));
}

/** The path below the DAG folder, as Astro's images have it; packages may have a folder of that name of their own. */
function inDags(path: string): string | undefined {
  return /\/(?:site|dist)-packages\//.test(path) ? undefined : /(?:^|\/)dags\/(.+)$/.exec(path)?.[1];
}

const parts = (path: string): string[] =>
  path.split('/').filter((part) => part !== '' && part !== '.' && part !== '..');
