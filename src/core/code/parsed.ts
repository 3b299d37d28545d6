import { pathInDags } from './airflow-files.ts';

/** What one answer says of Airflow's clock: its `Date`, in whole seconds, and when it was asked and answered here; milliseconds since 1970. */
export interface ClockSample {
  readonly date: number;
  readonly askedAt: number;
  readonly answeredAt: number;
}

/** A DAG as Airflow lists it, as far as the question is which code it is of. */
export interface ListedDag {
  readonly id: string;
  readonly file: string;
  /** Milliseconds since 1970 by Airflow's clock; `undefined` where Airflow never parsed it. */
  readonly parsedAt?: number;
}

/** An import error as Airflow lists it. */
export interface ListedError {
  readonly file: string;
  readonly stackTrace: string;
  /** Milliseconds since 1970 by Airflow's clock. */
  readonly at?: number;
}

/**
 * How far Airflow's clock is ahead of this machine's, in milliseconds: the smallest difference that explains all samples,
 * so that two machines with the right time are taken at their word although `Date` has no fractions.
 */
export function clockOffset(samples: readonly ClockSample[]): number {
  const least = Math.max(...samples.map(({ date, answeredAt }) => date - answeredAt));
  const most = Math.min(...samples.map(({ date, askedAt }) => date + 999 - askedAt));
  if (samples.length === 0) return 0;
  return least > 0 || most < 0 ? least : 0;
}

/**
 * The time by Airflow's clock after which something is parsed since the finalize. The newest time that the first look
 * after the finalize showed bounds it, so that a parsing that a later look shows first counts however wrong the clocks are.
 */
export function parsedAfter(finalizedAt: number, samples: readonly ClockSample[], newestAtFirstLook: number): number {
  return Math.min(finalizedAt + clockOffset(samples), newestAtFirstLook);
}

/** The newest time that a listing holds; without any, infinite: then it bounds nothing. */
export function newestOf(dags: readonly ListedDag[], errors: readonly ListedError[]): number {
  const times = [...dags.map(({ parsedAt }) => parsedAt), ...errors.map(({ at }) => at)].filter(
    (time): time is number => time !== undefined && Number.isFinite(time),
  );
  return times.length === 0 ? Number.POSITIVE_INFINITY : times.reduce((one, other) => Math.max(one, other));
}

/** What Airflow lists at one look; `complete` says whether `dags` are all DAGs, or only the ones parsed last. */
export interface AirflowLook {
  readonly dags: readonly ListedDag[];
  readonly complete: boolean;
  readonly errors: readonly ListedError[];
}

/** Files that Airflow has not parsed since `after`; none where every DAG that it lists was parsed since. */
export function unparsed(files: readonly string[], look: AirflowLook, after: number): string[] {
  const since = (time: number | undefined): boolean => time !== undefined && time > after;
  if (look.complete && look.dags.length > 0 && look.dags.every(({ parsedAt }) => since(parsedAt))) return [];
  const parsed = new Set([
    ...look.dags.filter(({ parsedAt }) => since(parsedAt)).map(({ file }) => pathInDags(file)),
    ...look.errors.filter(({ at }) => since(at)).map(({ file }) => pathInDags(file)),
  ]);
  return files.filter((file) => !parsed.has(file));
}

/** What an error is about, without the frames, which differ from one parsing to the next. */
const gist = (error: ListedError): string =>
  `${pathInDags(error.file)}\n${error.stackTrace.trimEnd().split('\n').at(-1) as string}`;

/**
 * Parts import errors into those of this deploy and those from before it. An error of a changed file is of this deploy
 * when it is newer than the finalize, or was not there before; an error of another file only when it was not there before,
 * because Airflow gives an old error a new time whenever it parses its file again. Where nobody could read the errors
 * before (`undefined`), the time decides.
 */
export function partErrors<E extends ListedError>(
  errors: readonly E[],
  before: readonly ListedError[] | undefined,
  changed: ReadonlySet<string>,
  after: number,
): { readonly ours: readonly E[]; readonly old: readonly E[] } {
  const known = new Set(before?.map(gist));
  const isOurs = (error: E): boolean => {
    const isNewer = error.at === undefined ? undefined : error.at > after;
    if (changed.has(pathInDags(error.file))) return isNewer ?? !known.has(gist(error));
    return before === undefined ? (isNewer ?? true) : !known.has(gist(error));
  };
  return { ours: errors.filter(isOurs), old: errors.filter((error) => !isOurs(error)) };
}
