import type { components } from '../../contract/astro-api.ts';
import { omitUndefined } from '../omit-undefined.ts';
import type { Desired } from './desired.ts';
import type { DesiredQueue } from './resolve-queue.ts';

type Schemas = components['schemas'];
type Machine = Schemas['WorkerQueueRequest']['astroMachine'];

const queueNumbers = ({ name, min, max, concurrency }: DesiredQueue) => ({
  name,
  isDefault: name === 'default',
  minWorkerCount: min,
  maxWorkerCount: max,
  workerConcurrency: concurrency,
});

/** A worker queue on a node pool, as a request has it. */
export const hybridQueue = (queue: DesiredQueue): Schemas['HybridWorkerQueueRequest'] => ({
  ...queueNumbers(queue),
  nodePoolId: queue.machine,
});

/** A worker queue on an Astro machine, as a request has it. */
export const hostedQueue = (queue: DesiredQueue): Schemas['WorkerQueueRequest'] => ({
  ...queueNumbers(queue),
  astroMachine: queue.machine as Machine,
  ...omitUndefined({ podEphemeralStorage: queue.podEphemeralStorage }),
});

/** The queues of an update, which keep their ids by name; the stored ones where the file names none. */
export function updatedQueues(
  desired: Desired,
  existing: Schemas['Deployment'],
): Schemas['UpdateWorkerQueueRequest'][] {
  const stored = existing.workerQueues ?? [];
  if (desired.executor === 'KUBERNETES') return [];
  if (desired.queues.length === 0) {
    return stored.map(
      ({
        id,
        name,
        isDefault,
        minWorkerCount,
        maxWorkerCount,
        workerConcurrency,
        astroMachine,
        nodePoolId,
        podEphemeralStorage,
      }) => ({
        id,
        name,
        isDefault,
        minWorkerCount,
        maxWorkerCount,
        workerConcurrency,
        ...(astroMachine ? { astroMachine: astroMachine as Machine } : {}),
        ...(nodePoolId ? { nodePoolId } : {}),
        ...(podEphemeralStorage ? { podEphemeralStorage } : {}),
      }),
    );
  }
  return desired.queues.map((queue) => {
    const before = stored.find(({ name }) => name === queue.name);
    const body = desired.type === 'HYBRID' ? hybridQueue(queue) : hostedQueue(queue);
    const storage = before?.podEphemeralStorage;
    return {
      ...(desired.type !== 'HYBRID' && storage ? { podEphemeralStorage: storage } : {}),
      ...body,
      ...(before && { id: before.id }),
    };
  });
}
