import { existsSync, realpathSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { dagFiles } from '../../core/code/airflow-files.ts';
import { UserError } from '../../core/errors.ts';
import { isWorkspaceFile, readWorkspaceFile, workspaceFolder } from '../../runner/workspace-files.ts';
import type { Step } from '../../core/plan/steps.ts';
import type { Run } from '../run.ts';
import { shippedNames } from './shipped-folder.ts';

/** What a deploy changes in the DAG folder; paths are below it. */
export interface ChangedDags {
  /** Every file that the deploy changes, also the ones that it removes. */
  readonly paths: ReadonlySet<string>;
  /** Those that Airflow reads as DAG files: it is waited until they are parsed. */
  readonly awaited: readonly string[];
}

/** Which DAG files a deploy changes; every file where what ran before is not known. */
export function changedDags(run: Run, step: Extract<Step, { kind: 'deploy-code' }>, major: 2 | 3): ChangedDags {
  const { dagsFolder, project } = step.source;
  if (step.type === 'image-only' || !existsSync(dagsFolder)) return { paths: new Set(), awaited: [] };
  const root = project.dags[0] ?? 'dags';
  const every = shippedNames(step.source);
  const changed = step.changed
    ?.filter((path) => path.startsWith(`${root}/`))
    .map((path) => path.slice(root.length + 1));
  const paths = new Set(changed ?? every);
  const around = isAbsolute(run.inputs.dagsFolder) ? realpathSync(dagsFolder) : workspaceFolder(run.tools.env);
  const read = (names: readonly string[]): { path: string; text: string }[] =>
    names
      .filter((name) => isWorkspaceFile(around, join(dagsFolder, name)))
      .map((name) => ({
        path: name,
        text: textOf(around, join(dagsFolder, name)),
      }));
  const candidates = every.filter((name) => name.endsWith('.py') && paths.has(name));
  const ignores = every.filter((name) => /(?:^|\/)\.airflowignore$/.test(name));
  return { paths, awaited: dagFiles(read(candidates), read(ignores), major) };
}

/** A file that cannot be read here is not waited for: Airflow says what it makes of it. */
function textOf(folder: string, path: string): string {
  try {
    return readWorkspaceFile(folder, path, 'DAG file') ?? '';
  } catch (error) {
    if (error instanceof UserError) return '';
    throw error;
  }
}
