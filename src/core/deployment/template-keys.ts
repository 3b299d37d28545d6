import type { DeploymentType, Executor, SchedulerSize } from './template-types.ts';

/** Keys under `deployment`. */
export const deploymentKeys = [
  'configuration',
  'worker_queues',
  'environment_variables',
  'hibernation_schedules',
  'alert_emails',
  'metadata',
];
/** Keys under `configuration`. */
export const configurationKeys = [
  'name', 'description', 'runtime_version', 'dag_deploy_enabled', 'ci_cd_enforcement', 'scheduler_size', 'is_high_availability',
  'is_development_mode', 'executor', 'scheduler_au', 'scheduler_count', 'cluster_name', 'workspace_name', 'deployment_type',
  'cloud_provider', 'region', 'default_task_pod_cpu', 'default_task_pod_memory', 'resource_quota_cpu', 'resource_quota_memory',
  'default_worker_type', 'workload_identity', 'remote_execution', 'hibernation_schedules',
]; // prettier-ignore
/** Spellings of `deployment_type`: of the API, and older ones. */
export const types: Readonly<Record<string, DeploymentType>> = {
  STANDARD: 'STANDARD', HOSTED_SHARED: 'STANDARD', HOSTED_STANDARD: 'STANDARD', DEDICATED: 'DEDICATED', HOSTED_DEDICATED: 'DEDICATED', HYBRID: 'HYBRID',
}; // prettier-ignore
/** Spellings of `executor`. */
export const executors: Readonly<Record<string, Executor>> = {
  CELERY: 'CELERY', CELERYEXECUTOR: 'CELERY', KUBERNETES: 'KUBERNETES', KUBERNETESEXECUTOR: 'KUBERNETES', ASTRO: 'ASTRO', ASTROEXECUTOR: 'ASTRO',
}; // prettier-ignore
/** Values of `scheduler_size`. */
export const sizes: Readonly<Record<string, SchedulerSize>> = {
  SMALL: 'SMALL',
  MEDIUM: 'MEDIUM',
  LARGE: 'LARGE',
  EXTRA_LARGE: 'EXTRA_LARGE',
};
/** Values of `cloud_provider`. */
export const clouds: Readonly<Record<string, 'AWS' | 'GCP' | 'AZURE'>> = { AWS: 'AWS', GCP: 'GCP', AZURE: 'AZURE' };

/** Keys of a worker queue. */
export const queueKeys = [
  'name',
  'worker_type',
  'min_worker_count',
  'max_worker_count',
  'worker_concurrency',
  'pod_ephemeral_storage',
  'pod_cpu',
  'pod_ram',
  'id',
];
/** Keys of an environment variable. */
export const variableKeys = ['key', 'value', 'is_secret', 'updated_at'];
/** Keys of a hibernation schedule. */
export const scheduleKeys = ['hibernate_at', 'wake_at', 'description', 'enabled'];
/** Keys of `remote_execution`. */
export const remoteKeys = ['enabled', 'allowed_ip_address_ranges', 'task_log_bucket', 'task_log_url_pattern'];

/** Name of a worker queue. */
export const queueName = /^[a-z0-9-]{1,63}$/;
/** Name of an environment variable. */
export const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** A cron expression of five fields. */
export const cron = /^(?:[0-9A-Za-z*,/?#-]+\s+){4}[0-9A-Za-z*,/?#-]+$/;
/** An e-mail address, with or without a name before it. */
export const emailAddress = /^(?:[^<>\r\n]*<[^\s@<>]+@[^\s@<>]+>|[^\s@<>]+@[^\s@<>]+)$/;
