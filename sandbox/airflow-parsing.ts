import type { AirflowState, StoredDag } from './airflow-state.ts';
import { readArchive, type ArchiveEntry } from './upload.ts';

/** Parses what is due by now; what was replaced before it was parsed is never seen. */
export async function parseDue(state: AirflowState, now: number): Promise<void> {
  const due = state.parsings.filter(({ at }) => at <= now);
  const last = due.at(-1);
  if (!last) return;
  state.parsings.splice(0, state.parsings.length, ...state.parsings.filter(({ at }) => at > now));
  const entries = last.archive === 'empty' ? [] : last.archive && (await readArchive(last.archive));
  parseFolder(state, entries, last.at + state.clockAhead);
}

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** All texts that a pattern finds in a file. */
const all = (text: string, pattern: RegExp): string[] => Array.from(text.matchAll(pattern), ([, found = '']) => found);

/**
 * Parses the DAG folder as Airflow's DAG processor does: a file that imports `nope` is an import error, any other DAG file
 * gives the DAGs that its `dag_id`s name, without one a DAG of its own name. Seeded DAGs and errors stay, with a new time.
 */
function parseFolder(state: AirflowState, entries: readonly ArchiveEntry[] | undefined, at: number): void {
  const files = (entries ?? []).filter(
    ({ name, text }) => name.endsWith('.py') && /airflow/i.test(text) && /dag/i.test(text),
  );
  const named = (name: string): string => {
    const below = name.replace(/^(?:\.\/)?dags\//, '');
    return state.version === 2 ? `/usr/local/airflow/dags/${below}` : below;
  };
  if (entries) {
    for (const [id, dag] of state.dags) if (dag.file !== undefined) state.dags.delete(id);
    const paths = new Set(entries.map(({ name }) => named(name)));
    const kept = state.importErrors.filter(({ filename, parsed }) => parsed !== true && !paths.has(filename));
    state.importErrors.splice(0, state.importErrors.length, ...kept);
  }
  for (const { name, text } of files) parseFile(state, named(name), text);
  for (const dag of state.dags.values()) dag.lastParsed = iso(at);
  state.importErrors.splice(
    0,
    state.importErrors.length,
    ...state.importErrors.map((error) => ({ ...error, timestamp: iso(at) })),
  );
}

function parseFile(state: AirflowState, file: string, text: string): void {
  const line = text.split('\n').findIndex((one) => one.includes('import nope')) + 1;
  if (line > 0) {
    const shown = `/usr/local/airflow/dags/${file.replace('/usr/local/airflow/dags/', '')}`;
    const stack_trace = `Traceback (most recent call last):\n  File "${shown}", line ${String(line)}, in <module>\n    import nope\nModuleNotFoundError: No module named 'nope'\n`;
    state.importErrors.push({ filename: file, stack_trace, bundle_name: 'dags-folder', parsed: true });
    return;
  }
  const stem = (file.split('/').at(-1) as string).replace(/\.py$/, '');
  for (const [id, part] of partsOf(text, stem)) {
    const seeded: Partial<StoredDag> = state.dags.get(id) ?? {};
    state.dags.set(id, { is_paused: true, outcome: 'success', runs: new Map(), ...seeded, ...readPart(part), file });
  }
}

/** The part of a file that each of its DAGs stands in; without any `dag_id` the file is one DAG of its own name. */
function partsOf(text: string, stem: string): [id: string, part: string][] {
  const found = Array.from(text.matchAll(/(?:dag_id\s*=\s*|DAG\(\s*)['"]([^'"]+)['"]/g));
  if (found.length === 0) return [[stem, text]];
  return found.map(({ 1: id = '', index }, place) => [id, text.slice(index, found[place + 1]?.index)]);
}

/** What a DAG's text says of it, in the ways that people write it. */
function readPart(text: string): Partial<StoredDag> {
  const schedule = /schedule(?:_interval)?\s*=\s*['"]([^'"]+)['"]/.exec(text)?.[1];
  const tags = /tags\s*=\s*\[([^\]]*)\]/.exec(text)?.[1] ?? '';
  const owner = /['"]?owner['"]?\s*[:=]\s*['"]([^'"]+)['"]/.exec(text)?.[1];
  const tasks = [...all(text, /task_id\s*=\s*['"]([^'"]+)['"]/g), ...all(text, /@task\b[^\n]*\n\s*def (\w+)/g)];
  return {
    schedule,
    tags: all(tags, /['"]([^'"]+)['"]/g),
    owners: [owner ?? 'airflow'],
    tasks,
  };
}
