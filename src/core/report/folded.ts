import { codeSpan } from '../text.ts';
import { runningCommit } from '../plan/code-report.ts';
import { counted, details, fence, linked, prose } from './markup.ts';
import type { View } from './view.ts';
import type { ReportedObject, ImportPlace, Outcome } from '../plan/outcome.ts';

/** Most import errors that are shown one by one. */
const mostErrors = 10;

/** Most lines of a program's output. */
const mostLines = 20;

/** Most objects and settings that are listed. */
const mostListed = 50;

/** Each syntax or import error folded up, its place linked at the commit that runs; the latter where a file has both. */
export function importErrorDetails(outcome: Outcome, view: View): string[] {
  const { importErrors, syntaxErrors } = outcome;
  const broken = new Set(importErrors.map(({ file }) => file));
  const errors = [...importErrors, ...syntaxErrors.filter(({ file }) => !broken.has(file))];
  const commit = runningCommit(outcome.code, outcome.deployType)?.id;
  const shown = errors.slice(0, mostErrors).flatMap((place) => {
    const where = place.line === undefined ? place.file : `${place.file}:${String(place.line)}`;
    return details(where, [`${linked(prose(where, 300), fileUrl(place, commit, view))} ${prose(place.message, 500)}`]);
  });
  const more = errors.length - mostErrors;
  return more > 0 ? [...shown, `${counted(more, 'more import error')}: see Airflow.`, ''] : shown;
}

function fileUrl({ file, line }: ImportPlace, commit: string | undefined, { repositoryUrl }: View): string | undefined {
  if (commit === undefined) return undefined;
  const path = file.toWellFormed().split('/').map(encodeURIComponent).join('/');
  return `${repositoryUrl}/blob/${commit}/${path}${line === undefined ? '' : `#L${String(line)}`}`;
}

/** Linked objects with the names of overridden fields, and settings that differ from the target's; values of secrets never. */
export function objectDetails({ objects, settings, deploymentId }: Outcome): string[] {
  if (deploymentId === undefined) return [];
  const { differ, target } = settings ?? { differ: [], target: '' };
  const title = [objectsTitle(objects), settingsTitle(differ.length, target)].filter((part) => part !== '');
  if (title.length === 0) return [];
  const lines = [...objects.map(objectLine), ...differ.map((setting) => `- ${codeSpan(setting)}`)];
  const more = lines.length - mostListed;
  return details(title.join(', '), [...lines.slice(0, mostListed), ...(more > 0 ? [`- ${String(more)} more`] : [])]);
}

function objectsTitle(objects: readonly ReportedObject[]): string {
  if (objects.length === 0) return '';
  const connections = objects.every(({ object }) => object.startsWith('connection '));
  const states = (['linked', 'present', 'excluded', 'unlinked'] as const).flatMap((state) => {
    const count = objects.filter((object) => object.state === state).length;
    return count === 0 ? [] : [`${counted(count, connections ? 'connection' : 'object')} ${state}`];
  });
  const fields = objects.reduce((sum, { overrides }) => sum + overrides.length, 0);
  return `${states.join(', ')}${fields === 0 ? '' : ` (${counted(fields, 'field')} overridden)`}`;
}

const settingsTitle = (count: number, target: string): string =>
  count === 0 ? '' : `${counted(count, 'setting')} ${count === 1 ? 'differs' : 'differ'} from ${target}`;

const objectLine = ({ object, state, overrides }: ReportedObject): string => {
  const fields = overrides.length === 0 ? '' : ` (${overrides.map(codeSpan).join(', ')})`;
  return `- ${codeSpan(object)}${state === 'linked' ? '' : ` ${state}`}${fields}`;
};

/** The last lines of a program that failed. */
export function outputDetails({ output }: Outcome): string[] {
  const lines = output?.lines.slice(-mostLines) ?? [];
  return lines.length === 0 ? [] : details(`Last ${counted(lines.length, 'line')} of the output`, fence(lines));
}
