import type { components } from '../../contract/astro-api.ts';
import { omitUndefined } from '../omit-undefined.ts';
import { oneLine } from '../text.ts';
import type { ProblemReport } from './resolve-names.ts';
import type { DeploymentType, TemplateQueue } from './template-types.ts';

type Schemas = components['schemas'];

/** A worker queue with its machine and every number. */
export interface DesiredQueue {
  readonly name: string;
  /** Astro machine (hosted) or node pool id (hybrid). */
  readonly machine: string;
  readonly min: number;
  readonly max: number;
  readonly concurrency: number;
  readonly podEphemeralStorage?: string;
}

/** What a queue is resolved with. */
export interface QueueContext {
  readonly type: DeploymentType;
  /** Id of the node pool, for HYBRID. */
  readonly pool: string | undefined;
  readonly stored: Schemas['WorkerQueue'] | undefined;
  readonly options: Schemas['DeploymentOptions'] | undefined;
  readonly problem: ProblemReport;
}

/** Fills in what the file leaves out of a worker queue, and reports what Astro does not take. */
export function resolveQueue(
  queue: TemplateQueue,
  { type, pool, stored, options, problem }: QueueContext,
): DesiredQueue {
  const hybrid = type === 'HYBRID';
  const machine = hybrid ? (pool ?? '') : queue.workerType.value.toUpperCase();
  const machines = options?.workerMachines ?? [];
  const offered = machines.find(({ name }) => name === machine);
  if (!hybrid && !/^A(?:5|10|20|40|60|120|160)$/.test(machine)) {
    const names =
      machines.length > 0 ? machines.map(({ name }) => name) : ['A5', 'A10', 'A20', 'A40', 'A60', 'A120', 'A160'];
    problem(
      `there is no worker type \`${oneLine(queue.workerType.value, 60)}\`; Astro offers ${names.join(', ')}`,
      queue.workerType.at,
    );
  }
  const range = hybrid ? options?.workerQueues.workerConcurrency : offered?.concurrency;
  // Astronomer's CLI takes 1 as the least for every machine, whatever the options say (workerqueue.go).
  const concurrencyRange = hybrid ? range : range && { ...range, floor: 1 };
  const max = queue.maxWorkers ?? stored?.maxWorkerCount ?? options?.workerQueues.maxWorkers.default ?? 10;
  const concurrency = queue.concurrency ?? stored?.workerConcurrency ?? concurrencyRange?.default ?? 5;
  const within = (what: string, value: number, range: Schemas['Range'] | undefined): void => {
    if (range && (value < range.floor || value > range.ceiling)) {
      problem(
        `the worker queue \`${queue.name}\` asks for a ${what} of ${value}; Astro takes ${range.floor} to ${range.ceiling}`,
        queue.at,
      );
    }
  };
  within('max_worker_count', max, options?.workerQueues.maxWorkers);
  within('min_worker_count', queue.minWorkers, options?.workerQueues.minWorkers);
  within('worker_concurrency', concurrency, concurrencyRange);
  return {
    name: queue.name,
    machine,
    min: queue.minWorkers,
    max,
    concurrency,
    ...omitUndefined({ podEphemeralStorage: hybrid ? undefined : queue.podEphemeralStorage }),
  };
}
