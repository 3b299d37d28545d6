import type { MappingNode } from '../yaml/document.ts';
import { given, type Located, type Reader } from '../yaml/reader.ts';
import { clouds, executors, sizes, types } from './template-keys.ts';
import { readRemoteExecution } from './template-parts.ts';
import type { DeploymentType, Executor, SchedulerSize, Template } from './template-types.ts';

/** Settings on which it depends what else may be set. */
export interface Basics {
  readonly executor: Executor;
  readonly type: DeploymentType;
  readonly runtimeVersion?: Located<string>;
  readonly developmentMode: boolean;
  readonly highAvailability: boolean;
  readonly schedulerSize?: SchedulerSize;
}

/** Reads the settings on which it depends what else may be set. */
export function readBasics({ choice, located, flag }: Reader, configuration: MappingNode): Basics {
  const executor = choice(configuration, 'executor', executors, { isRequired: true }) ?? 'CELERY';
  const type = choice(configuration, 'deployment_type', types, { isRequired: true }) ?? 'STANDARD';
  return {
    executor,
    type,
    ...given('runtimeVersion', located(configuration, 'runtime_version')),
    developmentMode: flag(configuration, 'is_development_mode') ?? false,
    highAvailability: flag(configuration, 'is_high_availability') ?? false,
    ...given('schedulerSize', choice(configuration, 'scheduler_size', sizes)),
  };
}

/** The cloud of a STANDARD Deployment; others take that of their cluster. */
export function readCloudProvider(
  { choice }: Reader,
  configuration: MappingNode,
  { type }: Basics,
): Template['cloudProvider'] {
  return type === 'STANDARD' ? choice(configuration, 'cloud_provider', clouds) : undefined;
}

/** Reads the settings that may be left out. */
export function readSettings(
  reader: Reader,
  configuration: MappingNode,
  { type, executor, runtimeVersion, schedulerSize }: Basics,
): Partial<Template> {
  const { text, flag, located } = reader;
  const standard = type === 'STANDARD';
  const hybrid = type === 'HYBRID';
  const workers = hybrid && executor === 'KUBERNETES';
  return {
    ...given('description', text(configuration, 'description')),
    ...given('runtimeVersion', runtimeVersion),
    ...given('dagDeployEnabled', flag(configuration, 'dag_deploy_enabled')),
    ...(hybrid ? readSchedulerUnits(reader, configuration) : given('schedulerSize', schedulerSize)),
    ...given('workspaceName', located(configuration, 'workspace_name')),
    // For STANDARD, older files repeat the region here.
    ...given('clusterName', standard ? undefined : located(configuration, 'cluster_name')),
    ...given('region', standard ? text(configuration, 'region') : undefined),
    ...(hybrid ? {} : readPodSizes(reader, configuration)),
    ...given('defaultWorkerType', workers ? located(configuration, 'default_worker_type') : undefined),
    ...given('workloadIdentity', text(configuration, 'workload_identity')),
    ...given('remoteExecution', readRemoteExecution(reader, configuration, type, executor)),
  };
}

const readSchedulerUnits = ({ whole }: Reader, configuration: MappingNode): Partial<Template> => ({
  ...given('schedulerAu', whole(configuration, 'scheduler_au', 5, 30)),
  ...given('schedulerCount', whole(configuration, 'scheduler_count', 1, 4)),
});

const readPodSizes = ({ amount }: Reader, configuration: MappingNode): Partial<Template> => ({
  ...given('defaultTaskPodCpu', amount(configuration, 'default_task_pod_cpu')),
  ...given('defaultTaskPodMemory', amount(configuration, 'default_task_pod_memory')),
  ...given('resourceQuotaCpu', amount(configuration, 'resource_quota_cpu')),
  ...given('resourceQuotaMemory', amount(configuration, 'resource_quota_memory')),
});
