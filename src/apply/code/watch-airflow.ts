import { connectAirflow, type Airflow } from '../../airflow/client.ts';
import { dagReader, type DagReader } from '../../airflow/dags.ts';
import { listImportErrors, type ImportError } from '../../airflow/import-errors.ts';
import type { Deployment } from '../../astro/deployments.ts';
import { newestOf, parsedAfter, unparsed, type ClockSample, type ListedDag } from '../../core/code/parsed.ts';
import { changedDags, type ChangedDags } from './changed-dags.ts';
import type { Step } from '../../core/plan/steps.ts';
import { planDeployment } from '../../core/plan/plan.ts';
import type { Run } from '../run.ts';
import type { AstroClient } from '../../astro/types.ts';

/** Pauses between two looks at Airflow, in milliseconds; the last one is repeated. */
const pauses = [100, 200, 500, 1_000, 2_000, 3_000, 5_000] as const;
export const pauseAt = (looks: number): number => pauses[Math.min(looks, pauses.length - 1)] ?? 0;

/** Longest time for the look before the deploy, in milliseconds: it holds nobody up. */
const hurry = 5_000;

/** What one run knows of an Airflow before and after its deploy. */
export interface Watch {
  readonly airflow: Airflow;
  readonly read: DagReader;
  readonly samples: ClockSample[];
  readonly changed: ChangedDags;
  /** Import errors before the deploy; `undefined` where they could not be read. */
  readonly before: readonly ImportError[] | undefined;
  /** When the finalize was sent, milliseconds since 1970 by this machine's clock. */
  finalizedAt: number;
  /** The newest time of the look before the deploy: whatever is not later is of the code before. */
  readonly floor: number;
  /** The newest time of the first look after the finalize. */
  firstNewest?: number;
  dags: readonly ListedDag[];
  complete: boolean;
  errors: readonly ImportError[];
}

/** Reads what Airflow says before a deploy; `undefined` where nobody asks for it afterwards. */
export async function watchAirflow(
  run: Run,
  deployment: Deployment,
  step: Extract<Step, { kind: 'deploy-code' }>,
): Promise<Watch | undefined> {
  const { inputs, plan, tools } = run;
  const verifies = inputs.verifyDags !== 'off' && step.type !== 'dbt';
  if (!inputs.wait || (!verifies && inputs.runDags.length === 0)) return undefined;
  const samples: ClockSample[] = [];
  const answered = (sample: ClockSample): void => void samples.push(sample);
  const airflow = { ...connectAirflow(deployment, tools.client), answered };
  const changed = changedDags(run, step, airflow.version === 'v1' ? 2 : 3);
  let before: readonly ImportError[] | undefined = planDeployment(plan) ? undefined : [];
  let floor = Number.NEGATIVE_INFINITY;
  if (planDeployment(plan)) {
    const quick = { ...airflow, client: hasty(tools.client, hurry) };
    const [errors, listing] = await Promise.all([
      verifies ? listImportErrors(quick).catch(() => undefined) : undefined,
      dagReader(quick)(Number.POSITIVE_INFINITY).catch(() => undefined),
    ]);
    before = errors;
    floor = listing === undefined || step.type === 'dbt' ? floor : newestBefore(listing.dags, errors ?? []);
  }
  tools.client.signal.throwIfAborted();
  return {
    airflow,
    read: dagReader(airflow),
    samples,
    changed,
    before,
    floor,
    finalizedAt: -Infinity,
    dags: [],
    complete: false,
    errors: [],
  };
}

const newestBefore = (dags: readonly ListedDag[], errors: readonly ImportError[]): number => {
  const newest = newestOf(dags, errors);
  return newest === Number.POSITIVE_INFINITY ? Number.NEGATIVE_INFINITY : newest;
};

/** A client that repeats nothing and gives up after so many milliseconds. */
export const hasty = (client: AstroClient, within: number): AstroClient => ({
  ...client,
  remaining: () => 0,
  limit: 'a look that holds nobody up',
  signal: AbortSignal.any([client.signal, AbortSignal.timeout(within)]),
});

/** The time by Airflow's clock after which something is parsed since the finalize. */
export const threshold = (watch: Watch): number =>
  Math.max(watch.floor, parsedAfter(watch.finalizedAt, watch.samples, watch.firstNewest ?? Number.POSITIVE_INFINITY));

/** Reads the DAGs after the finalize: one look. */
export async function lookAtDags(watch: Watch): Promise<void> {
  const { dags, complete } = await watch.read(threshold(watch));
  watch.dags = dags;
  watch.complete = complete;
  watch.firstNewest ??= newestOf(dags, []);
}

/** Changed DAG files that Airflow has not parsed since the finalize, as far as the last looks show. */
export const openFiles = (watch: Watch): string[] => unparsed(watch.changed.awaited, watch, threshold(watch));
