import type { components } from '../../contract/astro-api.ts';
import { isAmong, readMark } from '../identity.ts';
import { ownedByAction } from './owned-variables.ts';
import { omitUndefined } from '../omit-undefined.ts';
import type { Desired } from './desired.ts';
import { hostedQueue, hybridQueue, updatedQueues } from './queue-bodies.ts';

type Schemas = components['schemas'];
type Deployment = Schemas['Deployment'];

/** What the Action itself decides about a preview; nothing in a template can set it. */
export interface Owned {
  readonly name: string;
  /** With the ownership mark as its last line. */
  readonly description: string;
  readonly environmentVariables: readonly { readonly key: string; readonly value: string }[];
}

/** Environment variables of a preview: the template's, then the ones that the Action sets itself. */
export function variables(desired: Desired, owned: Owned): Schemas['DeploymentEnvironmentVariableRequest'][] {
  const own = owned.environmentVariables.map(({ key, value }) => ({ key, value, isSecret: false }));
  // A secret without a value keeps the one that Astro holds.
  return [
    ...desired.variables.map(({ key, value, isSecret }) => ({ key, isSecret, ...omitUndefined({ value }) })),
    ...own,
  ];
}

/**
 * What an update sends: the preview's own variables, and those that neither its template nor the Action ever set, such as
 * those of a secrets backend or of a person. A secret goes without its value, which keeps the stored one.
 */
export function updatedVariables(
  desired: Desired,
  existing: Deployment,
  owned: Owned,
): Schemas['DeploymentEnvironmentVariableRequest'][] {
  const own = variables(desired, owned);
  const { foreign } = otherVariables(desired, existing, owned);
  return [
    ...own,
    ...foreign.map(({ key, value, isSecret }) => ({ key, isSecret, ...(!isSecret && { value: value ?? '' }) })),
  ];
}

/** Stored variables that are not wanted: those to remove because they were ours, and those that others set. */
export function otherVariables(
  desired: Desired,
  existing: Deployment,
  owned: Owned,
): {
  readonly obsolete: readonly Schemas['DeploymentEnvironmentVariable'][];
  readonly foreign: readonly Schemas['DeploymentEnvironmentVariable'][];
} {
  const wanted = new Set(variables(desired, owned).map(({ key }) => key));
  const ours = readMark(existing.description)?.variables;
  const others = (existing.environmentVariables ?? []).filter(({ key }) => !wanted.has(key));
  const isOurs = ({ key }: { readonly key: string }): boolean => ownedByAction.has(key) || isAmong(ours, key);
  return { obsolete: others.filter(isOurs), foreign: others.filter((one) => !isOurs(one)) };
}

function remoteExecution(desired: Desired): Schemas['DeploymentRemoteExecutionRequest'] | undefined {
  const remote = desired.remoteExecution;
  return remote && { ...remote, enabled: true, allowedIpAddressRanges: [...remote.allowedIpAddressRanges] };
}

const scaling = (desired: Desired): Schemas['DeploymentScalingSpecRequest'] => ({
  hibernationSpec: { schedules: desired.schedules.map((schedule) => ({ ...schedule })) },
});

/** The create request. The mark is in it from the first instant on: what is made can always be found again. */
export function createBody(desired: Desired, owned: Owned, workspaceId: string): Schemas['CreateDeploymentRequest'] {
  const { name, description } = owned;
  const { executor, isCicdEnforced, isDagDeployEnabled, isHighAvailability, isDevelopmentMode, type } = desired;
  const shared = {
    name,
    description,
    workspaceId,
    isCicdEnforced,
    isDagDeployEnabled,
    contactEmails: [...desired.contactEmails],
    environmentVariables: variables(desired, owned),
    ...omitUndefined({ astroRuntimeVersion: desired.runtimeVersion, workloadIdentity: desired.workloadIdentity }),
  };
  if (type === 'HYBRID') {
    return {
      ...shared,
      type,
      executor: executor === 'KUBERNETES' ? 'KUBERNETES' : 'CELERY',
      ...omitUndefined({
        clusterId: desired.clusterId,
        scheduler: desired.scheduler,
        taskPodNodePoolId: desired.taskPodNodePoolId,
      }),
      ...(desired.queues.length > 0 && { workerQueues: desired.queues.map(hybridQueue) }),
    };
  }
  const hosted = {
    ...shared,
    executor,
    isHighAvailability,
    isDevelopmentMode,
    ...sizes(desired),
    ...omitUndefined({ schedulerSize: desired.schedulerSize }),
    ...(desired.queues.length > 0 && { workerQueues: desired.queues.map(hostedQueue) }),
    ...(isDevelopmentMode && { scalingSpec: scaling(desired) }),
  };
  return type === 'STANDARD'
    ? { ...hosted, type, ...omitUndefined({ cloudProvider: desired.cloudProvider, region: desired.region }) }
    : {
        ...hosted,
        type,
        ...omitUndefined({ clusterId: desired.clusterId, remoteExecution: remoteExecution(desired) }),
      };
}

const sizes = ({ defaultTaskPodCpu, defaultTaskPodMemory, resourceQuotaCpu, resourceQuotaMemory }: Desired) =>
  omitUndefined({ defaultTaskPodCpu, defaultTaskPodMemory, resourceQuotaCpu, resourceQuotaMemory });

/**
 * The update request. Astro takes it as the whole configuration: what the file leaves out is sent back as it is stored,
 * queues keep their ids by name.
 */
export function updateBody(desired: Desired, existing: Deployment, owned: Owned): Schemas['UpdateDeploymentRequest'] {
  const { name, description } = owned;
  const { executor, isCicdEnforced, isDagDeployEnabled, isHighAvailability, type } = desired;
  const workerQueues = updatedQueues(desired, existing);
  const shared = {
    name,
    description,
    workspaceId: existing.workspaceId,
    isCicdEnforced,
    isDagDeployEnabled,
    contactEmails: [...desired.contactEmails],
    environmentVariables: updatedVariables(desired, existing, owned),
    ...(workerQueues.length > 0 && { workerQueues }),
    ...omitUndefined({ workloadIdentity: desired.workloadIdentity }),
  };
  if (type === 'HYBRID') {
    const scheduler = desired.scheduler ?? { au: existing.schedulerAu ?? 5, replicas: existing.schedulerReplicas };
    const pool = desired.taskPodNodePoolId ?? (executor === 'KUBERNETES' ? existing.taskPodNodePoolId : undefined);
    return {
      ...shared,
      type,
      executor: executor === 'KUBERNETES' ? 'KUBERNETES' : 'CELERY',
      scheduler,
      ...omitUndefined({ taskPodNodePoolId: pool }),
    };
  }
  const hosted = {
    ...shared,
    executor,
    isHighAvailability,
    schedulerSize: desired.schedulerSize ?? existing.schedulerSize ?? ('SMALL' as const),
    ...sizes(desired),
    ...(existing.isDevelopmentMode === true && { scalingSpec: scaling(desired) }),
    ...(existing.isDevelopmentMode === true && !desired.isDevelopmentMode && { isDevelopmentMode: false }),
  };
  return type === 'STANDARD'
    ? { ...hosted, type }
    : { ...hosted, type, ...omitUndefined({ remoteExecution: remoteExecution(desired) }) };
}
