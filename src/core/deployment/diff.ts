import type { components } from '../../contract/astro-api.ts';
import { otherVariables, variables, type Owned } from './bodies.ts';
import type { Problem } from '../errors.ts';
import type { Desired } from './desired.ts';
import { oneLine } from '../text.ts';

type Schemas = components['schemas'];
type Deployment = Schemas['Deployment'];

/** One thing that an update would change, by its name in the template. */
export interface Change {
  readonly field: string;
  /** Value before and after, where it is one word: sizes, executor, worker counts. */
  readonly values?: readonly [from: string, to: string];
  /** Keys of environment variables that the update removes. */
  readonly removed?: readonly string[];
}

/** A change for people: `scheduler_size: SMALL → MEDIUM`. */
export function describeChange({ field, values, removed = [] }: Change): string {
  if (removed.length > 0) return `${field} (removed: ${removed.map((key) => oneLine(key, 60)).join(', ')})`;
  return values === undefined ? field : `${field}: ${values.map((value) => oneLine(value, 60)).join(' → ')}`;
}

/**
 * Compares a preview with what it shall be: what an update changes, and what no update can. A member that Astro does not
 * give back is no change. A secret's value cannot be compared; its fingerprint in the description stands for it.
 */
export function compareDeployment(
  desired: Desired,
  existing: Deployment,
  owned: Owned,
): { readonly changes: readonly Change[]; readonly impossible: readonly Problem[] } {
  const differs: Record<string, boolean> = {
    name: existing.name !== owned.name,
    description: (existing.description ?? '') !== owned.description,
    executor: unlike(existing.executor, desired.executor),
    dag_deploy_enabled: existing.isDagDeployEnabled !== desired.isDagDeployEnabled,
    ci_cd_enforcement: existing.isCicdEnforced !== desired.isCicdEnforced,
    is_high_availability: unlike(
      existing.isHighAvailability,
      desired.type === 'HYBRID' ? undefined : desired.isHighAvailability,
    ),
    is_development_mode: existing.isDevelopmentMode === true && !desired.isDevelopmentMode,
    scheduler_size: unlike(existing.schedulerSize, desired.schedulerSize),
    scheduler_au: unlike(existing.schedulerAu, desired.scheduler?.au),
    scheduler_count: unlike(existing.schedulerReplicas, desired.scheduler?.replicas),
    default_task_pod_cpu: unlikeAmount(existing.defaultTaskPodCpu, desired.defaultTaskPodCpu),
    default_task_pod_memory: unlikeAmount(existing.defaultTaskPodMemory, desired.defaultTaskPodMemory),
    resource_quota_cpu: unlikeAmount(existing.resourceQuotaCpu, desired.resourceQuotaCpu),
    resource_quota_memory: unlikeAmount(existing.resourceQuotaMemory, desired.resourceQuotaMemory),
    default_worker_type: unlike(existing.taskPodNodePoolId, desired.taskPodNodePoolId),
    workload_identity:
      desired.workloadIdentity !== undefined && unlike(existing.effectiveWorkloadIdentity, desired.workloadIdentity),
    worker_queues: desired.queues.length > 0 && queuesDiffer(desired, existing),
    environment_variables: variablesDiffer(desired, existing, owned),
    hibernation_schedules: existing.isDevelopmentMode === true && schedulesDiffer(desired, existing),
    alert_emails: !sameSet(existing.contactEmails ?? [], desired.contactEmails),
    remote_execution: desired.remoteExecution !== undefined && remoteDiffers(desired.remoteExecution, existing),
  };
  const values = shownValues(desired, existing);
  const removed = otherVariables(desired, existing, owned).obsolete.map(({ key }) => key);
  const changes = Object.entries(differs).flatMap(([field, yes]): Change[] => {
    const shown = values[field];
    if (!yes) return [];
    if (field === 'environment_variables' && removed.length > 0) return [{ field, removed }];
    return [{ field, ...(shown && { values: shown }) }];
  });
  return { changes, impossible: impossible(desired, existing) };
}

type Scalar = string | number | boolean | null | undefined;

/** What the size and cost of a preview depends on, before and after. */
function shownValues(
  desired: Desired,
  existing: Deployment,
): Readonly<Record<string, readonly [string, string] | undefined>> {
  const pair = (stored: Scalar, wanted: Scalar): readonly [string, string] | undefined =>
    stored === undefined || stored === null || wanted === undefined ? undefined : [String(stored), String(wanted)];
  const queues = (
    list: readonly {
      readonly name: string;
      readonly min: number;
      readonly max: number;
      readonly machine: string | undefined;
    }[],
  ): string =>
    list
      .map(({ name, min, max, machine }) => `${name} ${machine ?? ''} ${String(min)}–${String(max)}`.replace('  ', ' '))
      .join(', ');
  const stored = (existing.workerQueues ?? []).map((queue) => ({
    name: queue.name,
    min: queue.minWorkerCount,
    max: queue.maxWorkerCount,
    machine: desired.type === 'HYBRID' ? undefined : (queue.astroMachine ?? undefined),
  }));
  const wanted = desired.queues.map((queue) => ({
    ...queue,
    machine: desired.type === 'HYBRID' ? undefined : queue.machine,
  }));
  const [before, after] = [queues(stored), queues(wanted)];
  return {
    executor: pair(existing.executor, desired.executor),
    is_high_availability: pair(
      existing.isHighAvailability,
      desired.type === 'HYBRID' ? undefined : desired.isHighAvailability,
    ),
    is_development_mode: pair(existing.isDevelopmentMode, desired.isDevelopmentMode),
    scheduler_size: pair(existing.schedulerSize, desired.schedulerSize),
    scheduler_au: pair(existing.schedulerAu, desired.scheduler?.au),
    scheduler_count: pair(existing.schedulerReplicas, desired.scheduler?.replicas),
    default_task_pod_cpu: pair(existing.defaultTaskPodCpu, desired.defaultTaskPodCpu),
    default_task_pod_memory: pair(existing.defaultTaskPodMemory, desired.defaultTaskPodMemory),
    resource_quota_cpu: pair(existing.resourceQuotaCpu, desired.resourceQuotaCpu),
    resource_quota_memory: pair(existing.resourceQuotaMemory, desired.resourceQuotaMemory),
    worker_queues: before === after ? undefined : [before || 'none', after || 'none'],
  };
}

const unlike = (stored: unknown, wanted: unknown): boolean =>
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

const unlikeAmount = (stored: string | null | undefined, wanted: string | undefined): boolean =>
  stored ? wanted !== undefined && amount(stored) !== amount(wanted) : false;

const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.toSorted().join('\n') === b.toSorted().join('\n');

function queuesDiffer(desired: Desired, existing: Deployment): boolean {
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

function variablesDiffer(desired: Desired, existing: Deployment, owned: Owned): boolean {
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

function schedulesDiffer(desired: Desired, existing: Deployment): boolean {
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

function remoteDiffers(wanted: NonNullable<Desired['remoteExecution']>, existing: Deployment): boolean {
  const stored = existing.remoteExecution;
  return (
    stored?.enabled !== true ||
    !sameSet(stored.allowedIpAddressRanges, wanted.allowedIpAddressRanges) ||
    otherText(stored.taskLogBucket, wanted.taskLogBucket) ||
    otherText(stored.taskLogUrlPattern, wanted.taskLogUrlPattern)
  );
}

function impossible(desired: Desired, existing: Deployment): Problem[] {
  const name = oneLine(existing.name);
  const fixed: [string, unknown, unknown][] = [
    ['deployment_type', existing.type, desired.type],
    ['cluster_name', existing.clusterId || undefined, desired.type === 'STANDARD' ? undefined : desired.clusterId],
    ['cloud_provider', existing.cloudProvider, desired.cloudProvider],
    ['region', existing.region?.toLowerCase(), desired.region?.toLowerCase()],
  ];
  const found = fixed.flatMap(([field, stored, wanted]) =>
    unlike(stored, wanted)
      ? [`${field} is ${oneLine(String(stored), 60)} and the template asks for ${oneLine(String(wanted), 60)}`]
      : [],
  );
  if (existing.isDevelopmentMode === false && desired.isDevelopmentMode)
    found.push('is_development_mode is false and the template asks for true');
  if (existing.remoteExecution?.enabled === true && !desired.remoteExecution)
    found.push('remote_execution is on and the template does not ask for it');
  if (existing.executor === 'KUBERNETES' && desired.executor !== 'KUBERNETES' && desired.queues.length === 0) {
    found.push(`executor is KUBERNETES and the template asks for ${desired.executor}, which needs \`worker_queues\``);
  }
  for (const { key, isSecret } of desired.variables) {
    if (!isSecret && existing.environmentVariables?.some((variable) => variable.key === key && variable.isSecret)) {
      found.push(`the environment variable ${key} is a secret and the template makes it readable`);
    }
  }
  return found.map((what) => ({
    message: `Astro cannot change this about the preview ${name}: ${what}. Put the template back, or delete the preview (close the pull request and reopen it) so that it is made anew.`,
  }));
}
