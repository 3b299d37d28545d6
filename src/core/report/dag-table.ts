import { codeSpan } from '../text.ts';
import { countChanges, mostListed, type DagChange, type DagChanges, type Difference } from '../code/dag-changes.ts';
import { asEmoji, counted, link, prose, table } from './markup.ts';

/** Most names that one cell lists. */
const mostNames = 10;

/** The section on DAG changes, as Markdown; `airflow` is the address of the preview's Airflow. */
export function dagSection(changes: DagChanges, airflow: string | undefined): string[] {
  const title = `**DAGs compared with ${prose(changes.target, 100)}**`;
  if (changes.unread !== undefined) return [`${title}: not known, ${prose(changes.unread, 500)}`, ''];
  const counts = countChanges(changes);
  const head = `${title}: ${String(counts.new)} new, ${String(counts.changed)} changed, ${String(counts.removed)} removed`;
  const shown = changes.dags.slice(0, mostListed);
  const more = changes.dags.length - shown.length;
  return [
    head,
    '',
    ...table(
      shown.map((dag) => [nameOf(dag, airflow), cell(dag)]),
      ['DAG', ''],
    ),
    ...(more > 0 ? [`and ${counted(more, 'more DAG')}`, ''] : []),
  ];
}

/** The way to a DAG in Airflow: the path is the same in versions 2 and 3. */
function nameOf({ id, change }: DagChange, airflow: string | undefined): string {
  const name = prose(id, 100);
  const url = airflow === undefined ? null : URL.parse(airflow);
  if (!url || change === 'removed') return name;
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/dags/${encodeURIComponent(id.toWellFormed())}`;
  return link(name, url.href) ?? name;
}

function cell(dag: DagChange): string {
  const { change, schedule, taskCount } = dag;
  if (change === 'removed') return `🗑${asEmoji} removed`;
  if (change === 'new') {
    const tasks = taskCount === undefined ? [] : [counted(taskCount, 'task')];
    return `🆕 ${[shownSchedule(schedule), ...tasks].join(', ')}`;
  }
  const parts = [
    dag.scheduleBefore === undefined
      ? ''
      : `schedule ${shownSchedule(dag.scheduleBefore)} → ${shownSchedule(schedule)}`,
    named('', dag.tasks),
    named('tags ', dag.tags),
    named('owners ', dag.owners),
  ].filter((part) => part !== '');
  return `✏${asEmoji} ${parts.length > 0 ? parts.join('; ') : `code of ${codeSpan(dag.file)}`}`;
}

const shownSchedule = (schedule: string | undefined): string => (schedule ? codeSpan(schedule) : 'no schedule');

/** `+ audit, − old_load`. */
function named(what: string, entries: Difference | undefined): string {
  if (!entries) return '';
  const signed = [
    ...entries.added.map((entry) => `+ ${codeSpan(entry)}`),
    ...entries.removed.map((entry) => `− ${codeSpan(entry)}`),
  ];
  const more = signed.length - mostNames;
  return `${what}${[...signed.slice(0, mostNames), ...(more > 0 ? [`${String(more)} more`] : [])].join(', ')}`;
}
