import type { components } from '../../contract/astro-api.ts';
import { otherVariables, type Owned } from './bodies.ts';
import {
  queuesDiffer,
  remoteDiffers,
  sameSet,
  schedulesDiffer,
  unlike,
  unlikeAmount,
  variablesDiffer,
} from './differences.ts';
import { impossibleChanges } from './impossible-changes.ts';
import type { Problem } from '../errors.ts';
import type { Desired } from './desired.ts';
import { oneLine } from '../text.ts';

type Deployment = components['schemas']['Deployment'];

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
  return { changes, impossible: impossibleChanges(desired, existing) };
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
