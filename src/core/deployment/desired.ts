import type { components } from '../../contract/astro-api.ts';
import { nearest, refuseProblems, type Findings } from '../yaml/problems.ts';
import type { Located } from '../yaml/reader.ts';
import { oneLine } from '../text.ts';
import type {
  DeploymentType,
  Executor,
  SchedulerSize,
  Template,
  TemplateQueue,
  TemplateSchedule,
  TemplateVariable,
} from './template-types.ts';

type Schemas = components['schemas'];
type Deployment = Schemas['Deployment'];

/** What a preview shall be: the template with every name resolved and every absent number filled in. */
export interface Desired {
  readonly type: DeploymentType;
  readonly executor: Executor;
  readonly description?: string;
  readonly runtimeVersion?: string;
  readonly isDagDeployEnabled: boolean;
  readonly isCicdEnforced: boolean;
  readonly isHighAvailability: boolean;
  readonly isDevelopmentMode: boolean;
  readonly schedulerSize?: SchedulerSize;
  readonly scheduler?: { readonly au: number; readonly replicas: number };
  readonly clusterId?: string;
  readonly cloudProvider?: 'AWS' | 'GCP' | 'AZURE';
  readonly region?: string;
  readonly defaultTaskPodCpu?: string;
  readonly defaultTaskPodMemory?: string;
  readonly resourceQuotaCpu?: string;
  readonly resourceQuotaMemory?: string;
  readonly taskPodNodePoolId?: string;
  readonly workloadIdentity?: string;
  readonly remoteExecution?: NonNullable<Template['remoteExecution']>;
  readonly queues: readonly DesiredQueue[];
  readonly variables: readonly TemplateVariable[];
  readonly schedules: readonly TemplateSchedule[];
  readonly contactEmails: readonly string[];
}

export interface DesiredQueue {
  readonly name: string;
  /** Astro machine (hosted) or node pool id (hybrid). */
  readonly machine: string;
  readonly min: number;
  readonly max: number;
  readonly concurrency: number;
  readonly podEphemeralStorage?: string;
}

/** What must be asked of Astro before the template can be resolved; each costs a request, so only what is needed. */
export interface NeededLookups {
  readonly workspaces: boolean;
  readonly clusters: boolean;
  /** Query of the deployment-options request. */
  readonly options?: Readonly<Record<string, string>>;
}

/** The answers. */
export interface Lookups {
  readonly workspaceId: string;
  readonly workspaces?: readonly { readonly id: string; readonly name: string }[];
  readonly clusters?: readonly Schemas['Cluster'][];
  readonly options?: Schemas['DeploymentOptions'];
}

/** Says what to ask. Of an existing preview most is known: the names that it answers to itself are not looked up again. */
export function neededLookups(template: Template, existing: Deployment | undefined): NeededLookups {
  const queues = template.queues.map((queue) => ({ queue, stored: storedQueue(existing, queue.name) }));
  const pools = template.type === 'HYBRID' && (queues.length > 0 || template.defaultWorkerType !== undefined);
  const known = existing?.clusterName !== undefined && existing.clusterName === template.clusterName?.value;
  const numbers = queues.some(
    ({ queue, stored }) => !stored && (queue.maxWorkers === undefined || queue.concurrency === undefined),
  );
  const query = {
    deploymentType: template.type,
    ...(template.cloudProvider && { cloudProvider: template.cloudProvider }),
  };
  return {
    workspaces: template.workspaceName !== undefined && existing?.workspaceName !== template.workspaceName.value,
    clusters: template.type !== 'STANDARD' && (pools || !known),
    ...((!existing || numbers) && { options: query }),
  };
}

const storedQueue = (existing: Deployment | undefined, name: string) =>
  existing?.workerQueues?.find((queue) => queue.name === name);

/** Turns names into ids and fills in what the file leaves out. Throws one UserError with all that does not resolve. */
export function resolveTemplate(template: Template, lookups: Lookups, existing: Deployment | undefined): Desired {
  const found: Findings = { problems: [], notices: [] };
  const problem = (message: string, at: Located<string>['at']): void => {
    found.problems.push({ message, at });
  };
  const named = <T>(
    what: string,
    name: Located<string>,
    rows: readonly T[],
    nameOf: (row: T) => string,
  ): T | undefined => {
    const row = rows.find((one) => nameOf(one) === name.value);
    if (row) return row;
    const names = [...new Set(rows.map(nameOf))];
    const meant = nearest(name.value, names);
    const known = names
      .slice(0, 20)
      .map((one) => oneLine(one, 60))
      .join(', ');
    problem(
      `there is no ${what} \`${oneLine(name.value, 60)}\`${meant === undefined ? '.' : `, did you mean \`${oneLine(meant, 60)}\`?`}${known && ` The API token sees: ${known}`}`,
      name.at,
    );
    return undefined;
  };

  if (template.workspaceName && lookups.workspaces) {
    const workspace = named('Workspace', template.workspaceName, lookups.workspaces, ({ name }) => name);
    if (workspace && workspace.id !== lookups.workspaceId) {
      problem(
        `the template names the Workspace \`${oneLine(workspace.name, 60)}\`, but previews go to ${lookups.workspaceId}: correct \`workspace_name\`, or the input \`workspace\``,
        template.workspaceName.at,
      );
    }
  }
  const cluster =
    template.clusterName && lookups.clusters
      ? named('cluster', template.clusterName, lookups.clusters, ({ name }) => name)
      : undefined;
  const { options } = lookups;
  if (!existing && options && template.runtimeVersion) {
    const version = template.runtimeVersion.value.replace(/^v/, '');
    const releases = options.runtimeReleases.map((release) => release.version);
    if (!releases.includes(version)) {
      problem(
        `Astro does not offer the runtime version ${oneLine(version, 30)} (any more). It offers ${releases.slice(0, 10).join(', ')}`,
        template.runtimeVersion.at,
      );
    }
  }
  for (const variable of template.variables) {
    const held = existing?.environmentVariables?.some(({ key, isSecret }) => key === variable.key && isSecret);
    if (variable.value === undefined && held !== true) {
      problem(
        `the secret environment variable \`${variable.key}\` has no value, and the preview does not hold one yet: write \`value: \${env.${variable.key}}\`, and set ${variable.key} in the step's \`env:\``,
        variable.at,
      );
    }
  }
  const poolOf = (worker: Located<string>): string | undefined =>
    cluster && named('worker type', worker, cluster.nodePools ?? [], ({ nodeInstanceType }) => nodeInstanceType)?.id;
  const queues = template.queues.map((queue) =>
    resolveQueue(
      queue,
      template.type === 'HYBRID' ? poolOf(queue.workerType) : undefined,
      template.type,
      storedQueue(existing, queue.name),
      options,
      problem,
    ),
  );
  const pool = template.defaultWorkerType
    ? poolOf(template.defaultWorkerType)
    : template.type === 'HYBRID'
      ? cluster?.nodePools?.[0]?.id
      : undefined;
  refuseProblems(template.file, found);

  const {
    type,
    executor,
    description,
    runtimeVersion,
    schedulerSize,
    schedulerAu,
    schedulerCount,
    cloudProvider,
    region,
  } = template;
  const clusterId = cluster?.id ?? (type === 'STANDARD' ? undefined : existing?.clusterId);
  return {
    type,
    executor,
    isDagDeployEnabled: template.dagDeployEnabled ?? existing?.isDagDeployEnabled ?? type !== 'HYBRID',
    isCicdEnforced: template.cicdEnforcement,
    isHighAvailability: template.highAvailability,
    isDevelopmentMode: template.developmentMode,
    queues,
    variables: template.variables,
    schedules: template.schedules,
    contactEmails: template.contactEmails,
    ...defined({
      description,
      runtimeVersion: runtimeVersion?.value.replace(/^v/, ''),
      schedulerSize,
      clusterId,
      cloudProvider,
      region,
    }),
    ...(schedulerAu !== undefined &&
      schedulerCount !== undefined && { scheduler: { au: schedulerAu, replicas: schedulerCount } }),
    ...podSizes(template, existing, options),
    ...defined({
      taskPodNodePoolId: executor === 'KUBERNETES' ? pool : undefined,
      workloadIdentity: template.workloadIdentity,
      remoteExecution: template.remoteExecution,
    }),
  };
}

/** The members that have a value; Astro may answer `null` for one that has none. */
export function defined<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

function resolveQueue(
  queue: TemplateQueue,
  pool: string | undefined,
  type: DeploymentType,
  stored: Schemas['WorkerQueue'] | undefined,
  options: Schemas['DeploymentOptions'] | undefined,
  problem: (message: string, at: TemplateQueue['at']) => void,
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
    ...defined({ podEphemeralStorage: hybrid ? undefined : queue.podEphemeralStorage }),
  };
}

/** Pod sizes and quotas: the file's, else the stored ones, else what Astro has as defaults. Remote execution has none. */
function podSizes(
  template: Template,
  existing: Deployment | undefined,
  options: Schemas['DeploymentOptions'] | undefined,
) {
  const { defaultTaskPodCpu, defaultTaskPodMemory, resourceQuotaCpu, resourceQuotaMemory } = template;
  const given = defined({ defaultTaskPodCpu, defaultTaskPodMemory, resourceQuotaCpu, resourceQuotaMemory });
  if (template.type === 'HYBRID' || template.remoteExecution) return given;
  const quotas = options?.resourceQuotas;
  const fallback = existing
    ? defined({
        defaultTaskPodCpu: existing.defaultTaskPodCpu,
        defaultTaskPodMemory: existing.defaultTaskPodMemory,
        resourceQuotaCpu: existing.resourceQuotaCpu,
        resourceQuotaMemory: existing.resourceQuotaMemory,
      })
    : defined({
        defaultTaskPodCpu: quotas?.defaultPodSize.cpu.default,
        defaultTaskPodMemory: quotas?.defaultPodSize.memory.default,
        resourceQuotaCpu: quotas?.resourceQuota.cpu.default,
        resourceQuotaMemory: quotas?.resourceQuota.memory.default,
      });
  return { ...fallback, ...given };
}

/** Values of secret environment variables: to be masked before anything is said. */
export function secretValues(template: { readonly variables: readonly TemplateVariable[] }): string[] {
  return template.variables.flatMap(({ isSecret, value }) =>
    isSecret && value !== undefined && value !== '' ? [value] : [],
  );
}
