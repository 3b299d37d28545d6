import type { components } from '../../contract/astro-api.ts';
import { otherVariables, variables, type Owned } from './bodies.ts';
import type { Desired } from './desired.ts';

type Schemas = components['schemas'];
type Deployment = Schemas['Deployment'];

/** Whether a member differs; one that is not stored or not wanted is no difference. */
export const unlike = (stored: unknown, wanted: unknown): boolean =>
  stored !== undefined && stored !== null && wanted !== undefined && stored !== wanted;

const units: Readonly<Record<string, number>> = {
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** A Kubernetes quantity as a number: `0.5`, `500m` and `5e-1` are the same. */
function amount(text: string): number {
  const [, digits = '', unit = ''] = /^\+?([0-9.]+(?:[eE][0-9]+)?)([A-Za-z]*)$/.exec(text) ?? [];
  return Number(digits) * (units[unit] ?? 1);
}

/** Whether two Kubernetes quantities differ. */
export const unlikeAmount = (stored: string | null | undefined, wanted: string | undefined): boolean =>
  stored ? wanted !== undefined && amount(stored) !== amount(wanted) : false;

/** Whether two lists hold the same texts, in any order. */
export const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.toSorted().join('\n') === b.toSorted().join('\n');

/** Whether the stored worker queues are other ones than those wanted. */
export function queuesDiffer(desired: Desired, existing: Deployment): boolean {
  const stored = existing.workerQueues ?? [];
  return (
    stored.length !== desired.queues.length ||
    desired.queues.some((queue) => {
      const before = stored.find(({ name }) => name === queue.name);
      return (
        !before ||
        before.minWorkerCount !== queue.min ||
        before.maxWorkerCount !== queue.max ||
        before.workerConcurrency !== queue.concurrency ||
        unlike(desired.type === 'HYBRID' ? before.nodePoolId : before.astroMachine, queue.machine) ||
        unlikeAmount(before.podEphemeralStorage, queue.podEphemeralStorage)
      );
    })
  );
}

/** Whether an update would change environment variables; the value of a secret cannot be compared. */
export function variablesDiffer(desired: Desired, existing: Deployment, owned: Owned): boolean {
  const wanted = variables(desired, owned);
  const stored = existing.environmentVariables ?? [];
  return (
    otherVariables(desired, existing, owned).obsolete.length > 0 ||
    wanted.some(({ key, value, isSecret }) => {
      const before = stored.find((variable) => variable.key === key);
      return before?.isSecret !== isSecret || (!isSecret && (before.value ?? '') !== value);
    })
  );
}

/** Whether the stored hibernation schedules are other ones than those wanted, in any order. */
export function schedulesDiffer(desired: Desired, existing: Deployment): boolean {
  const spell = (schedules: readonly Schemas['DeploymentHibernationSchedule'][]): string =>
    schedules
      .map(({ hibernateAtCron, wakeAtCron, description, isEnabled }) =>
        JSON.stringify([hibernateAtCron, wakeAtCron, description ?? '', isEnabled]),
      )
      .toSorted()
      .join();
  return spell(existing.scalingSpec?.hibernationSpec?.schedules ?? []) !== spell(desired.schedules);
}

const otherText = (a: string | null | undefined, b: string | undefined): boolean => (a ?? '') !== (b ?? '');

/** Whether remote execution is set up in another way than it is wanted. */
export function remoteDiffers(wanted: NonNullable<Desired['remoteExecution']>, existing: Deployment): boolean {
  const stored = existing.remoteExecution;
  return (
    stored?.enabled !== true ||
    !sameSet(stored.allowedIpAddressRanges, wanted.allowedIpAddressRanges) ||
    otherText(stored.taskLogBucket, wanted.taskLogBucket) ||
    otherText(stored.taskLogUrlPattern, wanted.taskLogUrlPattern)
  );
}
