import { listImportErrors } from '../../airflow/import-errors.ts';
import { pause } from '../../astro/client.ts';
import { pathInDags } from '../../core/code/airflow-files.ts';
import { partErrors } from '../../core/code/parsed.ts';
import { ApiError, UserError } from '../../core/errors.ts';
import { locate } from '../../core/report/import-errors.ts';
import { oneLine } from '../../core/text.ts';
import { Undecided } from '../deployment/wait.ts';
import { dagReader } from '../../airflow/dags.ts';
import { span } from '../../core/report/waiting.ts';
import { whileWaiting, type Note } from '../waiting.ts';
import { hasty, lookAtDags, openFiles, pauseAt, threshold, type Watch } from './watch-airflow.ts';
import type { ImportPlace } from '../../core/plan/outcome.ts';
import type { Run } from '../run.ts';
import { omitUndefined } from '../../core/omit-undefined.ts';

/** Longest time that changed files are waited for until Airflow has parsed them, in milliseconds. */
const longest = { fail: 90_000, warn: 30_000 } as const;

/** Most import errors that become annotations; GitHub shows ten of a kind for each step. */
const mostAnnotations = 8;

/** Most files that a message names. */
const mostNamed = 5;

/**
 * Waits until Airflow has parsed the DAG files that were changed, then shows what it could not import at file and line.
 * Only errors of this deploy count: with `verify-dags: fail` they throw UserError.
 */
export async function verifyDags(run: Run, watch: Watch | undefined, dagsFolder: string): Promise<void> {
  const { inputs, tools, progress } = run;
  if (inputs.verifyDags === 'off' || !watch) return;
  const mode = inputs.verifyDags;
  try {
    await untilParsed(run, watch, longest[mode]);
  } catch (error) {
    tools.client.signal.throwIfAborted();
    const late = error instanceof DOMException;
    if (!(late || error instanceof ApiError || error instanceof UserError)) throw error;
    const message = `Whether Airflow can import the DAGs is not known: ${late ? 'it did not answer in time.' : error.message}`;
    if (mode === 'fail') throw new Undecided(message, { cause: error });
    tools.log.notice(message);
    return;
  }
  nameUnparsed(run, openFiles(watch), dagsFolder, longest[mode]);
  const { ours, old } = partErrors(watch.errors, watch.before, watch.changed.paths, threshold(watch));
  for (const { file } of [...ours, ...old]) run.broken.add(pathInDags(file));
  const places = ours.map((error) => locate(error, dagsFolder));
  const earlier = old
    .map((error) => locate(error, dagsFolder))
    .map((place) => ({ ...place, message: `before this deploy: ${place.message}` }));
  progress({ importErrors: [...places, ...earlier] });
  for (const { file, message } of earlier.slice(0, mostNamed))
    tools.log.info(`Import error from ${message} (${oneLine(file, 200)})`);
  report(run, places);
}

/** Shows the errors of this deploy; throws UserError with `verify-dags: fail`. */
function report({ inputs, tools }: Run, places: readonly ImportPlace[]): void {
  if (places.length === 0) return;
  const strict = inputs.verifyDags === 'fail';
  const show = strict ? tools.log.error : tools.log.warning;
  for (const { file, line, message } of places.slice(0, mostAnnotations))
    show(`Airflow cannot import this: ${message}`, { file, ...omitUndefined({ line }) });
  if (places.length > mostAnnotations)
    tools.log.info(`There are ${String(places.length - mostAnnotations)} more import errors.`);
  if (strict)
    throw new UserError(
      `Airflow cannot import ${String(places.length)} of the files that were deployed, and \`verify-dags\` is \`fail\`: ${places
        .slice(0, 3)
        .map(({ file }) => oneLine(file, 100))
        .join(', ')}.`,
    );
}

function nameUnparsed({ tools }: Run, open: readonly string[], dagsFolder: string, limit: number): void {
  if (open.length === 0) return;
  const named = open.slice(0, mostNamed).map((file) => `\`${oneLine(`${dagsFolder}/${file}`, 200)}\``);
  const rest = open.length > named.length ? ` and ${String(open.length - named.length)} more` : '';
  tools.log.warning(
    `Airflow has not parsed ${String(open.length)} of the changed DAG files within ${String(limit / 1000)} s and \`wait-time\`, so that their import errors are not known: ${named.join(', ')}${rest}. Look at them in Airflow.`,
  );
}

/** Looks at DAGs and import errors in turn, one request a look, until every changed file is parsed or time is up. */
function untilParsed(run: Run, watch: Watch, limit: number): Promise<void> {
  const { client, log } = run.tools;
  const end = performance.now() + limit;
  const remaining = (): number => Math.min(client.remaining(), end - performance.now());
  const files = watch.changed.awaited.length;
  const what =
    files === 0
      ? 'what Airflow says of the DAGs'
      : `Airflow to parse ${String(files)} changed DAG file${files === 1 ? '' : 's'}`;
  return whileWaiting({ log, remaining }, what, (note) => looks(run, watch, { limit, remaining, note }));
}

async function looks(
  run: Run,
  watch: Watch,
  { limit, remaining, note }: { readonly limit: number; readonly remaining: () => number; readonly note: Note },
): Promise<void> {
  const { client } = run.tools;
  // Where it only serves a warning, an Airflow that does not answer at once holds nobody up.
  const own = client.remaining() > limit ? { limit: `\`verify-dags\` (${span(limit)})` } : {};
  const bounded = run.inputs.verifyDags === 'fail' ? { ...client, remaining, ...own } : hasty(client, limit);
  const airflow = { ...watch.airflow, client: bounded };
  const hurried: Watch = Object.assign(watch, { read: dagReader(airflow) });
  const readErrors = async (): Promise<void> => {
    watch.errors = await listImportErrors(airflow);
  };
  for (let made = 0; ; made++) {
    const errorsAreFresh = made % 2 === 1;
    if (errorsAreFresh) await readErrors();
    else if (!(await canLook(hurried))) return readErrors();
    const open = openFiles(watch).length;
    note(`${String(open)} not parsed yet`);
    if (open === 0 || remaining() < pauseAt(made)) return errorsAreFresh ? undefined : readErrors();
    await pause(pauseAt(made), client.signal);
  }
}

/** Reads the DAGs; `false` where this Airflow or this token has no list of them, so that there is nothing to wait for. */
async function canLook(watch: Watch): Promise<boolean> {
  try {
    await lookAtDags(watch);
    return true;
  } catch (error) {
    if (error instanceof ApiError && (error.status === 403 || error.status === 404)) return false;
    throw error;
  }
}
