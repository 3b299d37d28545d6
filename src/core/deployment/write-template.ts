import type { components } from '../../contract/astro-api.ts';
import { ownedByAction, ownedByAstro } from './owned-variables.ts';
import { placeholderProblem } from '../yaml/placeholders.ts';
import { modeline } from '../release.ts';
import { indented, list, members, scalar, unprintable } from '../yaml/write.ts';
import { oneLine } from '../text.ts';

type Schemas = components['schemas'];
type Deployment = Schemas['Deployment'];
type Cluster = Schemas['Cluster'];

/**
 * Writes the template of an existing Deployment, with the keys and the order of `astro deployment inspect --deployment-name <name> --template`
 * (astro-cli, cloud/deployment/inspect/inspect.go), and says what could not be carried over.
 */
export function writeTemplate(
  deployment: Deployment,
  clusters: readonly Cluster[],
): { readonly text: string; readonly notes: string[] } {
  const notes: string[] = [];
  const cluster = clusters.find(({ id }) => id === deployment.clusterId);
  const developmentMode = deployment.type !== 'HYBRID' && deployment.isDevelopmentMode === true;
  const lines = [
    modeline('deployment-template'),
    '# What astro-branch-deploy creates previews from. Cron times are UTC.',
    `# Exported from the Deployment ${oneLine(deployment.name).replace(unprintable, '')}.`,
    'deployment:',
    ...indented([
      ...list('environment_variables', variables(deployment, notes)),
      'configuration:',
      ...indented(configuration(deployment, cluster, notes)),
      // The executor KUBERNETES has no worker queues.
      ...(deployment.executor === 'KUBERNETES' ? [] : list('worker_queues', queues(deployment, cluster, notes))),
      ...list(
        'alert_emails',
        (deployment.contactEmails ?? []).map((address) => [scalar(address)]),
      ),
      // Astro keeps schedules of Deployments in development mode only.
      ...(developmentMode ? list('hibernation_schedules', schedules(deployment)) : []),
    ]),
  ];
  return { text: `${lines.join('\n')}\n`, notes };
}

function configuration(deployment: Deployment, cluster: Cluster | undefined, notes: string[]): string[] {
  const type = deployment.type ?? 'STANDARD';
  const executor = deployment.executor ?? 'CELERY';
  const hybrid = type === 'HYBRID';
  const standard = type === 'STANDARD';
  // With remote execution pods run elsewhere, and Astro has no sizes for them.
  const sizes = hybrid || deployment.remoteExecution?.enabled === true ? undefined : deployment;
  const pool = hybrid && executor === 'KUBERNETES' ? deployment.taskPodNodePoolId : undefined;
  return [
    ...members({
      name: '',
      description: ownDescription(deployment.description),
      runtime_version: deployment.runtimeVersion,
      dag_deploy_enabled: deployment.isDagDeployEnabled,
      ci_cd_enforcement: deployment.isCicdEnforced,
      scheduler_size: hybrid ? undefined : deployment.schedulerSize,
      is_high_availability: hybrid ? undefined : deployment.isHighAvailability === true,
      is_development_mode: hybrid ? undefined : deployment.isDevelopmentMode === true,
      executor,
      scheduler_au: hybrid ? deployment.schedulerAu : undefined,
      scheduler_count: hybrid ? deployment.schedulerReplicas : undefined,
      cluster_name: standard ? undefined : (cluster?.name ?? deployment.clusterName),
      workspace_name: deployment.workspaceName,
      deployment_type: type,
      cloud_provider: standard ? deployment.cloudProvider : undefined,
      region: standard ? deployment.region : undefined,
      default_task_pod_cpu: sizes?.defaultTaskPodCpu || undefined,
      default_task_pod_memory: sizes?.defaultTaskPodMemory || undefined,
      resource_quota_cpu: sizes?.resourceQuotaCpu || undefined,
      resource_quota_memory: sizes?.resourceQuotaMemory || undefined,
      default_worker_type: pool ? workerType('`default_worker_type`', pool, cluster, notes) : undefined,
    }),
    ...workloadIdentity(deployment),
    ...remoteExecution(deployment),
  ];
}

/** The description without the ownership marks of previews: a copy of one is not that preview. */
const ownDescription = (description: string | undefined): string =>
  (description ?? '')
    .split('\n')
    .filter((line) => !line.includes('[astro-branch-deploy v'))
    .join('\n')
    .trimEnd();

/**
 * Astro answers with the identity in force and not with what was set: written down, its default would be pinned. It does
 * so for every Deployment, so a comment says it, and no notice in every run.
 */
function workloadIdentity({ effectiveWorkloadIdentity: identity }: Deployment): string[] {
  if (!identity) return [];
  return [
    '# Left out, because Astro does not tell whether it was set or is the default. To set it:',
    `# workload_identity: ${scalar(identity)}`,
  ];
}

function remoteExecution({ remoteExecution: remote }: Deployment): string[] {
  if (remote?.enabled !== true) return [];
  const ranges = remote.allowedIpAddressRanges.map((range) => [scalar(range)]);
  return [
    'remote_execution:',
    ...indented([
      ...members({ enabled: true }),
      ...list('allowed_ip_address_ranges', ranges),
      ...members({ task_log_bucket: remote.taskLogBucket, task_log_url_pattern: remote.taskLogUrlPattern }),
    ]),
  ];
}

/** The machine of a node pool, by which a template names it; nothing where that would name none or another one. */
function workerType(
  what: string,
  pool: string | undefined,
  cluster: Cluster | undefined,
  notes: string[],
): string | undefined {
  const pools = cluster?.nodePools ?? [];
  const type = pools.find(({ id }) => id === pool)?.nodeInstanceType;
  if (type === undefined) {
    notes.push(`${what} is left out: the API token does not see its node pool. Fill it in`);
  } else if (pools.find(({ nodeInstanceType }) => nodeInstanceType === type)?.id !== pool) {
    notes.push(
      `${what} names the machine ${oneLine(type, 60)}, of which the cluster has several node pools: the first is used`,
    );
  }
  return type;
}

function queues(deployment: Deployment, cluster: Cluster | undefined, notes: string[]): string[][] {
  const hybrid = deployment.type === 'HYBRID';
  return (deployment.workerQueues ?? []).map((queue) => {
    const what = `\`worker_type\` of the worker queue \`${oneLine(queue.name, 60)}\``;
    const machine = hybrid ? workerType(what, queue.nodePoolId, cluster, notes) : queue.astroMachine || undefined;
    if (!hybrid && machine === undefined) notes.push(`${what} is left out: Astro does not tell it. Fill it in`);
    return members({
      name: queue.name,
      max_worker_count: queue.maxWorkerCount,
      min_worker_count: queue.minWorkerCount,
      worker_concurrency: queue.workerConcurrency,
      worker_type: machine,
      pod_ephemeral_storage: hybrid ? undefined : queue.podEphemeralStorage || undefined,
    });
  });
}

function variables({ environmentVariables }: Deployment, notes: string[]): string[][] {
  const secrets: string[] = [];
  const refused: string[] = [];
  const written = (environmentVariables ?? []).flatMap(({ key, value, isSecret }) => {
    if (ownedByAction.has(key)) return [];
    if (ownedByAstro.has(key) || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) {
      refused.push(oneLine(key, 60));
      return [];
    }
    if (!isSecret) return [members({ is_secret: false, key, value: value ?? '' })];
    // The step's own secrets cannot be asked for by their names.
    const own = `\${env.${key}}`;
    const placeholder = placeholderProblem(own) === undefined ? own : `\${env.PREVIEW_${key}}`;
    secrets.push(placeholder.slice('${env.'.length, -1));
    return [[...members({ is_secret: true, key }), `# secret: give it as ${placeholder}`, `value: "${placeholder}"`]];
  });
  if (secrets.length > 0)
    notes.push(
      `Astro does not give out secret environment variables: give them in the step's \`env:\` as ${secrets.join(', ')}`,
    );
  if (refused.length > 0)
    notes.push(`environment variables that a template cannot set are left out: ${refused.join(', ')}`);
  return written;
}

const schedules = ({ scalingSpec }: Deployment): string[][] =>
  (scalingSpec?.hibernationSpec?.schedules ?? []).map(({ hibernateAtCron, wakeAtCron, description, isEnabled }) =>
    members({
      hibernate_at: hibernateAtCron,
      wake_at: wakeAtCron,
      description: description || undefined,
      enabled: isEnabled,
    }),
  );
