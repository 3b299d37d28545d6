import { cronPreset } from './schedules.ts';
import { omitUndefined } from '../omit-undefined.ts';

/** A DAG as an Airflow lists it. */
export interface DagListing {
  readonly id: string;
  /** As Airflow writes it; `undefined` for a DAG without a schedule. */
  readonly schedule?: string;
  readonly tags: readonly string[];
  readonly owners: readonly string[];
  /** Path below the DAG folder. */
  readonly file: string;
}

/** Entries that are only in one of two lists. */
export interface Difference {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** What one DAG of the preview has different from the target. */
export interface DagChange {
  readonly id: string;
  readonly change: 'new' | 'changed' | 'removed';
  readonly file: string;
  readonly schedule?: string;
  /** The schedule before, where it is another one; empty for none. */
  readonly scheduleBefore?: string;
  readonly tags?: Difference;
  readonly owners?: Difference;
  /** Whether its file is in the change set. */
  readonly fileChanged?: true;
  /** How many tasks a new DAG has. */
  readonly taskCount?: number;
  readonly tasks?: Difference;
}

/** The comparison of a preview's DAGs with those of a long-lived Deployment. */
export interface DagChanges {
  /** Name of that Deployment. */
  readonly target: string;
  /** In this order: new, changed, removed; each by its id. */
  readonly dags: readonly DagChange[];
  /** Half a sentence: why there is no comparison. */
  readonly unread?: string;
}

/** Most DAGs that are listed one by one. */
export const mostListed = 50;

/** Most DAGs whose tasks are compared. */
export const mostByTask = 20;

/**
 * Compares two listings. A DAG that is in both is changed when schedule, tags or owners differ, or when its file is in
 * `touched`; a file that was only renamed makes no change.
 */
export function compareListings(
  target: readonly DagListing[],
  preview: readonly DagListing[],
  touched: ReadonlySet<string>,
): DagChange[] {
  const before = byId(target);
  const after = byId(preview);
  const found = [...after.values()].map((dag) => {
    const old = before.get(dag.id);
    return old ? changed(old, dag, touched) : plain(dag, 'new');
  });
  const removed = [...before.values()].filter(({ id }) => !after.has(id)).map((dag) => plain(dag, 'removed'));
  return [...found.filter((change) => change !== undefined), ...removed].sort(
    (one, other) => order.indexOf(one.change) - order.indexOf(other.change) || (one.id < other.id ? -1 : 1),
  );
}

const order = ['new', 'changed', 'removed'] as const satisfies readonly DagChange['change'][];

const byId = (dags: readonly DagListing[]): ReadonlyMap<string, DagListing> =>
  new Map(dags.map((dag) => [dag.id, dag]));

const plain = ({ id, file, schedule }: DagListing, change: 'new' | 'removed'): DagChange => ({
  id,
  change,
  file,
  ...omitUndefined({ schedule }),
});

function changed(before: DagListing, after: DagListing, touched: ReadonlySet<string>): DagChange | undefined {
  const reschedules = cronPreset(before.schedule) !== cronPreset(after.schedule);
  const tags = difference(before.tags, after.tags);
  const owners = difference(before.owners, after.owners);
  const fileChanged = before.file === after.file && touched.has(after.file);
  if (!reschedules && !tags && !owners && !fileChanged) return undefined;
  return {
    id: after.id,
    change: 'changed',
    file: after.file,
    ...omitUndefined({ schedule: after.schedule }),
    ...(reschedules && { scheduleBefore: before.schedule ?? '' }),
    ...(tags && { tags }),
    ...(owners && { owners }),
    ...(fileChanged && { fileChanged }),
  };
}

/** What is only in one of two lists; `undefined` where they hold the same, in any order. */
export function difference(before: readonly string[], after: readonly string[]): Difference | undefined {
  const added = [...new Set(after)].filter((entry) => !before.includes(entry)).sort();
  const removed = [...new Set(before)].filter((entry) => !after.includes(entry)).sort();
  return added.length + removed.length > 0 ? { added, removed } : undefined;
}

/** The DAGs whose tasks are asked for: new and changed ones, as many as are compared by task. */
export const toCompareByTask = (dags: readonly DagChange[]): readonly DagChange[] =>
  dags.filter(({ change }) => change !== 'removed').slice(0, mostByTask);

/** The ids of a DAG's tasks in both Airflows; `undefined` where they were not read. */
export interface TaskLists {
  readonly before?: readonly string[];
  readonly after?: readonly string[];
}

/** Adds what is known of the tasks. */
export function withTasks(dags: readonly DagChange[], read: ReadonlyMap<string, TaskLists>): DagChange[] {
  return dags.map((dag) => {
    const { before, after } = read.get(dag.id) ?? {};
    if (!after) return dag;
    if (dag.change === 'new') return { ...dag, taskCount: after.length };
    const tasks = before && difference(before, after);
    return tasks ? { ...dag, tasks } : dag;
  });
}

/** How many DAGs are new, changed and removed. */
export function countChanges({ dags }: DagChanges): Readonly<Record<DagChange['change'], number>> {
  const count = (kind: DagChange['change']): number => dags.filter(({ change }) => change === kind).length;
  return { new: count('new'), changed: count('changed'), removed: count('removed') };
}

/** The output `dag-changes`: counts of all, and the first 50 one by one. */
export function dagChangesOutput(changes: DagChanges): string {
  const { target, dags, unread } = changes;
  if (unread !== undefined) return JSON.stringify({ target, unread });
  return JSON.stringify({ target, ...countChanges(changes), dags: dags.slice(0, mostListed) });
}
