import {
  nearest,
  parseDocument,
  refuseProblems,
  type Findings,
  type MappingNode,
  type ScalarNode,
  type YamlNode,
} from './document.ts';
import type { Position, Problem } from './errors.ts';
import { ownedByAstro, ownedByAction } from './owned-variables.ts';
import { oneLine } from './text.ts';

/** A value of the file that only Astro can resolve: errors name its place. */
export interface Located<T> {
  readonly value: T;
  readonly at: Position;
}

export type DeploymentType = 'STANDARD' | 'DEDICATED' | 'HYBRID';
export type Executor = 'CELERY' | 'KUBERNETES' | 'ASTRO';
export type SchedulerSize = 'SMALL' | 'MEDIUM' | 'LARGE' | 'EXTRA_LARGE';

export interface TemplateQueue {
  readonly name: string;
  readonly at: Position;
  readonly workerType: Located<string>;
  readonly minWorkers: number;
  readonly maxWorkers?: number;
  readonly concurrency?: number;
  readonly podEphemeralStorage?: string;
}

export interface TemplateVariable {
  readonly key: string;
  readonly at: Position;
  readonly value?: string;
  readonly isSecret: boolean;
}

export interface TemplateSchedule {
  readonly hibernateAtCron: string;
  readonly wakeAtCron: string;
  readonly description: string;
  readonly isEnabled: boolean;
}

/** A Deployment template file as it is written, checked as far as the file alone goes. */
export interface Template {
  readonly file: string;
  readonly type: DeploymentType;
  readonly executor: Executor;
  readonly description?: string;
  readonly runtimeVersion?: Located<string>;
  readonly dagDeployEnabled?: boolean;
  readonly cicdEnforcement: boolean;
  readonly highAvailability: boolean;
  readonly developmentMode: boolean;
  readonly schedulerSize?: SchedulerSize;
  readonly schedulerAu?: number;
  readonly schedulerCount?: number;
  readonly workspaceName?: Located<string>;
  readonly clusterName?: Located<string>;
  readonly cloudProvider?: 'AWS' | 'GCP' | 'AZURE';
  readonly region?: string;
  readonly defaultTaskPodCpu?: string;
  readonly defaultTaskPodMemory?: string;
  readonly resourceQuotaCpu?: string;
  readonly resourceQuotaMemory?: string;
  readonly defaultWorkerType?: Located<string>;
  readonly workloadIdentity?: string;
  readonly remoteExecution?: {
    readonly allowedIpAddressRanges: readonly string[];
    readonly taskLogBucket?: string;
    readonly taskLogUrlPattern?: string;
  };
  readonly queues: readonly TemplateQueue[];
  readonly variables: readonly TemplateVariable[];
  readonly schedules: readonly TemplateSchedule[];
  readonly contactEmails: readonly string[];
  /** What was ignored, and where. */
  readonly notices: readonly Problem[];
}

const topKeys = [
  'configuration',
  'worker_queues',
  'environment_variables',
  'hibernation_schedules',
  'alert_emails',
  'metadata',
];
const configurationKeys = [
  'name', 'description', 'runtime_version', 'dag_deploy_enabled', 'ci_cd_enforcement', 'scheduler_size', 'is_high_availability',
  'is_development_mode', 'executor', 'scheduler_au', 'scheduler_count', 'cluster_name', 'workspace_name', 'deployment_type',
  'cloud_provider', 'region', 'default_task_pod_cpu', 'default_task_pod_memory', 'resource_quota_cpu', 'resource_quota_memory',
  'default_worker_type', 'workload_identity', 'remote_execution', 'hibernation_schedules',
]; // prettier-ignore
const queueKeys = [
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

const types: Readonly<Record<string, DeploymentType>> = {
  STANDARD: 'STANDARD', HOSTED_SHARED: 'STANDARD', HOSTED_STANDARD: 'STANDARD', DEDICATED: 'DEDICATED', HOSTED_DEDICATED: 'DEDICATED', HYBRID: 'HYBRID',
}; // prettier-ignore
const executors: Readonly<Record<string, Executor>> = {
  CELERY: 'CELERY', CELERYEXECUTOR: 'CELERY', KUBERNETES: 'KUBERNETES', KUBERNETESEXECUTOR: 'KUBERNETES', ASTRO: 'ASTRO', ASTROEXECUTOR: 'ASTRO',
}; // prettier-ignore
const sizes: Readonly<Record<string, SchedulerSize>> = {
  SMALL: 'SMALL',
  MEDIUM: 'MEDIUM',
  LARGE: 'LARGE',
  EXTRA_LARGE: 'EXTRA_LARGE',
};
const clouds: Readonly<Record<string, 'AWS' | 'GCP' | 'AZURE'>> = { AWS: 'AWS', GCP: 'GCP', AZURE: 'AZURE' };

/** A Kubernetes quantity (Terraform provider, internal/provider/validators/regex.go). */
const quantity = /^\+?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[KMGTPE]i|[mkMGTPE]|[eE][0-9]+)?$/;
const cron = /^(?:\S+\s+){4}\S+$/;
const cronField = /^[0-9A-Za-z*,/?#LW-]+$/;

/**
 * Reads a Deployment template: what `astro deployment inspect --template` writes, YAML or JSON. Strict where the CLI is
 * silent: an unknown key, a wrong type or value is refused, all of them in one UserError with their places.
 */
export function readTemplate(text: string, file: string): Template {
  const found: Findings = { problems: [], notices: [] };
  const root = parseDocument(text, file);
  const reader = makeReader(found, file);
  const top = reader.mapping(root, ['deployment'], 'the file');
  const deployment = reader.mapping(reader.required(top, 'deployment', root.at), topKeys, 'deployment');
  const configuration = reader.mapping(
    reader.required(deployment, 'configuration', deployment.at),
    configurationKeys,
    'configuration',
  );
  const { at } = configuration;
  const { problem, notice, member, text: textOf, flag, choice, whole, located, amount } = reader;

  if (textOf(configuration, 'name') !== undefined)
    notice('`name` is ignored: the Action names previews itself', member(configuration, 'name')?.at ?? at);
  if (member(deployment, 'metadata'))
    notice(
      '`metadata` is what Astro says of an existing Deployment: it is ignored',
      member(deployment, 'metadata')?.at ?? at,
    );

  const executor = choice(configuration, 'executor', executors, true) ?? 'CELERY';
  const type = choice(configuration, 'deployment_type', types, true) ?? 'STANDARD';
  const hybrid = type === 'HYBRID';
  const runtimeVersion = located(configuration, 'runtime_version');
  const developmentMode = flag(configuration, 'is_development_mode') ?? false;
  const highAvailability = flag(configuration, 'is_high_availability') ?? false;
  const schedulerSize = choice(configuration, 'scheduler_size', sizes, false);
  const place = (key: string): Position => member(configuration, key)?.at ?? at;
  const need = (key: string): void => {
    if (textOf(configuration, key) === undefined)
      problem(`\`${key}\` is required for a Deployment of type ${type}`, place(key));
  };

  if (type === 'STANDARD') ['cloud_provider', 'region'].forEach(need);
  else need('cluster_name');
  if (hybrid) ['scheduler_au', 'scheduler_count'].forEach(need);
  if (hybrid && executor === 'ASTRO')
    problem('the executor ASTRO is not available for HYBRID Deployments: use CELERY or KUBERNETES', place('executor'));
  if (executor === 'ASTRO' && runtimeVersion && /^v?[0-9]+\.[0-9]+\.[0-9]+/.test(runtimeVersion.value)) {
    problem(
      `the executor ASTRO needs Airflow 3, and runtime ${oneLine(runtimeVersion.value, 30)} has Airflow 2`,
      place('executor'),
    );
  }
  if (developmentMode && highAvailability)
    problem('a Deployment in development mode cannot have high availability', place('is_high_availability'));
  if (developmentMode && schedulerSize !== undefined && schedulerSize !== 'SMALL')
    problem('a Deployment in development mode has a SMALL scheduler', place('scheduler_size'));
  if (hybrid && developmentMode)
    problem('`is_development_mode` is not available for HYBRID Deployments', place('is_development_mode'));
  if (hybrid && highAvailability)
    problem('`is_high_availability` is not available for HYBRID Deployments', place('is_high_availability'));

  const schedules = readSchedules(reader, deployment, configuration);
  if (schedules.length > 0 && !developmentMode) {
    problem(
      'hibernation schedules need `is_development_mode: true`',
      (member(deployment, 'hibernation_schedules') ?? member(configuration, 'hibernation_schedules'))?.at ?? at,
    );
  }
  const cloudProvider = type === 'STANDARD' ? choice(configuration, 'cloud_provider', clouds, false) : undefined;
  const template: Template = {
    file,
    type,
    executor,
    cicdEnforcement: flag(configuration, 'ci_cd_enforcement') ?? false,
    highAvailability,
    developmentMode,
    queues: readQueues(reader, deployment, executor),
    variables: readVariables(reader, deployment),
    schedules,
    contactEmails: readEmails(reader, deployment),
    notices: found.notices,
    ...given('description', textOf(configuration, 'description')),
    ...given('runtimeVersion', runtimeVersion),
    ...given('dagDeployEnabled', flag(configuration, 'dag_deploy_enabled')),
    ...given('schedulerSize', hybrid ? undefined : schedulerSize),
    ...given('schedulerAu', hybrid ? whole(configuration, 'scheduler_au', 5, 30) : undefined),
    ...given('schedulerCount', hybrid ? whole(configuration, 'scheduler_count', 1, 4) : undefined),
    ...given('workspaceName', located(configuration, 'workspace_name')),
    // For STANDARD, older files repeat the region here.
    ...given('clusterName', type === 'STANDARD' ? undefined : located(configuration, 'cluster_name')),
    ...given('cloudProvider', cloudProvider),
    ...given('region', type === 'STANDARD' ? textOf(configuration, 'region') : undefined),
    ...given('defaultTaskPodCpu', hybrid ? undefined : amount(configuration, 'default_task_pod_cpu')),
    ...given('defaultTaskPodMemory', hybrid ? undefined : amount(configuration, 'default_task_pod_memory')),
    ...given('resourceQuotaCpu', hybrid ? undefined : amount(configuration, 'resource_quota_cpu')),
    ...given('resourceQuotaMemory', hybrid ? undefined : amount(configuration, 'resource_quota_memory')),
    ...given(
      'defaultWorkerType',
      hybrid && executor === 'KUBERNETES' ? located(configuration, 'default_worker_type') : undefined,
    ),
    ...given('workloadIdentity', textOf(configuration, 'workload_identity')),
    ...given('remoteExecution', readRemoteExecution(reader, configuration, type, executor)),
  };
  refuseProblems(file, found);
  return template;
}

function given<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}

type Reader = ReturnType<typeof makeReader>;

function makeReader(found: Findings, file: string) {
  const problem = (message: string, at: Position): void => {
    found.problems.push({ message, at });
  };
  const notice = (message: string, at: Position): void => {
    found.notices.push({ message: `${file}:${at.line ?? 1}: ${message}.`, at });
  };
  const empty = (at: Position): MappingNode => ({ kind: 'mapping', at, entries: [] });

  const mapping = (node: YamlNode | undefined, keys: readonly string[], name: string): MappingNode => {
    if (!node) return empty({ file });
    if (node.kind !== 'mapping') {
      problem(`${name} must be a mapping (\`key: value\`)`, node.at);
      return empty(node.at);
    }
    for (const { key, at } of node.entries) {
      if (keys.includes(key)) continue;
      const meant = nearest(key, keys);
      problem(
        `unknown key \`${oneLine(key, 60)}\` in ${name}${meant ? `, did you mean \`${meant}\`?` : `; it knows ${keys.join(', ')}`}`,
        at,
      );
    }
    return node;
  };
  const entry = (parent: MappingNode, key: string) => parent.entries.find((one) => one.key === key);
  const isNull = (node: YamlNode): boolean => node.kind === 'scalar' && node.value === null;
  const member = (parent: MappingNode, key: string): YamlNode | undefined => {
    const value = entry(parent, key)?.value;
    return value && !isNull(value) ? value : undefined;
  };
  const required = (parent: MappingNode, key: string, at: Position): YamlNode | undefined => {
    const value = member(parent, key);
    if (!value) problem(`\`${key}\` is missing`, entry(parent, key)?.at ?? at);
    return value;
  };
  const scalar = (parent: MappingNode, key: string): ScalarNode | undefined => {
    const value = member(parent, key);
    if (value && value.kind !== 'scalar') {
      problem(`\`${key}\` must be a single value`, value.at);
      return undefined;
    }
    return value;
  };
  const text = (parent: MappingNode, key: string): string | undefined => scalar(parent, key)?.text || undefined;
  const located = (parent: MappingNode, key: string): Located<string> | undefined => {
    const value = scalar(parent, key);
    return value && value.text !== '' ? { value: value.text, at: value.at } : undefined;
  };
  const flag = (parent: MappingNode, key: string): boolean | undefined => {
    const value = scalar(parent, key);
    if (!value || typeof value.value === 'boolean') return value?.value as boolean | undefined;
    problem(`\`${key}\` must be true or false, not \`${oneLine(value.text, 60)}\``, value.at);
    return undefined;
  };
  const choice = <T>(
    parent: MappingNode,
    key: string,
    values: Readonly<Record<string, T>>,
    needed: boolean,
  ): T | undefined => {
    const value = scalar(parent, key);
    if (!value || value.text === '') {
      if (needed && !member(parent, key))
        problem(
          `\`${key}\` is missing: ${[...new Set(Object.values(values))].join(', ')}`,
          entry(parent, key)?.at ?? parent.at,
        );
      return undefined;
    }
    const word = value.text.toUpperCase();
    if (Object.hasOwn(values, word)) return values[word];
    problem(
      `\`${key}\`: \`${oneLine(value.text, 60)}\` is not one of ${[...new Set(Object.values(values))].join(', ')}`,
      value.at,
    );
    return undefined;
  };
  const whole = (parent: MappingNode, key: string, least: number, most: number): number | undefined => {
    const value = scalar(parent, key);
    if (!value) return undefined;
    if (typeof value.value === 'number' && Number.isInteger(value.value) && value.value >= least && value.value <= most)
      return value.value;
    problem(`\`${key}\` must be a whole number from ${least} to ${most}, not \`${oneLine(value.text, 60)}\``, value.at);
    return undefined;
  };
  const amount = (parent: MappingNode, key: string): string | undefined => {
    const value = scalar(parent, key);
    if (!value || value.text === '') return undefined;
    if (quantity.test(value.text)) return value.text;
    problem(`\`${key}\` must be a quantity such as 0.25, 500m or 0.5Gi, not \`${oneLine(value.text, 60)}\``, value.at);
    return undefined;
  };
  const items = (parent: MappingNode, key: string): readonly YamlNode[] => {
    const value = member(parent, key);
    if (!value) return [];
    if (value.kind === 'sequence') return value.items;
    problem(`\`${key}\` must be a list (\`- …\`)`, value.at);
    return [];
  };
  return { problem, notice, mapping, member, required, text, located, flag, choice, whole, amount, items };
}

function readQueues(
  { items, mapping, required, text, located, whole, amount, problem, notice, member }: Reader,
  deployment: MappingNode,
  executor: Executor,
): TemplateQueue[] {
  const nodes = items(deployment, 'worker_queues');
  const queues = nodes.flatMap((node): TemplateQueue[] => {
    const queue = mapping(node, queueKeys, 'a worker queue');
    required(queue, 'name', node.at);
    required(queue, 'worker_type', node.at);
    const name = text(queue, 'name');
    const workerType = located(queue, 'worker_type');
    if (name !== undefined && !/^[a-z0-9-]{1,63}$/.test(name))
      problem(
        `a worker queue's name has lower-case letters and hyphens, at most 63: \`${oneLine(name, 60)}\` does not`,
        member(queue, 'name')?.at ?? node.at,
      );
    const minWorkers = whole(queue, 'min_worker_count', 0, 1000) ?? 0;
    // 0 stands for "the default" in what the CLI writes.
    const maxWorkers = whole(queue, 'max_worker_count', 0, 1000) || undefined;
    const concurrency = whole(queue, 'worker_concurrency', 0, 1000) || undefined;
    if (maxWorkers !== undefined && minWorkers > maxWorkers)
      problem('`min_worker_count` is above `max_worker_count`', node.at);
    if (name === undefined || !workerType) return [];
    return [
      {
        name,
        at: node.at,
        workerType,
        minWorkers,
        ...given('maxWorkers', maxWorkers),
        ...given('concurrency', concurrency),
        ...given('podEphemeralStorage', amount(queue, 'pod_ephemeral_storage')),
      },
    ];
  });
  queues.forEach((queue, index) => {
    if (queues.findIndex(({ name }) => name === queue.name) !== index)
      problem(`there are two worker queues called \`${queue.name}\``, queue.at);
  });
  const [first] = queues;
  if (!first) return [];
  if (executor === 'KUBERNETES') {
    if (queues.every(({ name }) => name === 'default'))
      notice('worker queues are ignored: the executor KUBERNETES has none', first.at);
    else
      problem(
        'the executor KUBERNETES has no worker queues: use default_task_pod_cpu and default_task_pod_memory (HYBRID: default_worker_type)',
        first.at,
      );
    return [];
  }
  if (!queues.some(({ name }) => name === 'default'))
    problem('one of the worker queues must be called `default`', first.at);
  return queues;
}

function readVariables(
  { items, mapping, required, text, flag, member, problem }: Reader,
  deployment: MappingNode,
): TemplateVariable[] {
  const seen = new Set<string>();
  return items(deployment, 'environment_variables').flatMap((node) => {
    const variable = mapping(node, ['key', 'value', 'is_secret', 'updated_at'], 'an environment variable');
    required(variable, 'key', node.at);
    const key = text(variable, 'key');
    const isSecret = flag(variable, 'is_secret') ?? false;
    const value = member(variable, 'value');
    if (value && value.kind !== 'scalar') problem('`value` must be a single value', value.at);
    if (key === undefined) return [];
    const at = member(variable, 'key')?.at ?? node.at;
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key))
      problem(`\`${oneLine(key, 60)}\` cannot be the name of an environment variable`, at);
    if (seen.has(key)) problem(`the environment variable \`${key}\` is here twice`, at);
    seen.add(key);
    if (ownedByAstro.has(key))
      problem(`\`${key}\` belongs to Astro: setting it breaks a Deployment in ways that are hard to see`, at);
    if (ownedByAction.has(key)) problem(`\`${key}\` is set by the Action on every preview`, at);
    if (!value && !isSecret)
      problem(`the environment variable \`${oneLine(key, 60)}\` has no value (\`value: ""\` makes an empty one)`, at);
    return [{ key, at, isSecret, ...(value?.kind === 'scalar' && { value: value.text }) }];
  });
}

function readSchedules(
  { items, mapping, required, text, flag, member, problem, notice }: Reader,
  deployment: MappingNode,
  configuration: MappingNode,
): TemplateSchedule[] {
  const misplaced = member(configuration, 'hibernation_schedules');
  if (misplaced)
    notice("`hibernation_schedules` is read here too, but Astro's CLI reads it under `deployment` only", misplaced.at);
  const nodes = [...items(deployment, 'hibernation_schedules'), ...items(configuration, 'hibernation_schedules')];
  if (nodes.length > 10 && nodes[10]) problem('a Deployment has at most 10 hibernation schedules', nodes[10].at);
  return nodes.map((node) => {
    const schedule = mapping(node, ['hibernate_at', 'wake_at', 'description', 'enabled'], 'a hibernation schedule');
    const expression = (key: string): string => {
      required(schedule, key, node.at);
      const value = text(schedule, key) ?? '';
      if (value !== '' && !(cron.test(value) && value.split(/\s+/).every((field) => cronField.test(field)))) {
        problem(
          `\`${key}\`: \`${oneLine(value, 60)}\` is not a cron expression of five fields, such as \`0 20 * * *\``,
          member(schedule, key)?.at ?? node.at,
        );
      }
      return value;
    };
    return {
      hibernateAtCron: expression('hibernate_at'),
      wakeAtCron: expression('wake_at'),
      description: text(schedule, 'description') ?? '',
      isEnabled: flag(schedule, 'enabled') ?? false,
    };
  });
}

function readEmails({ items, problem }: Reader, deployment: MappingNode): string[] {
  return items(deployment, 'alert_emails').flatMap((node) => {
    if (node.kind === 'scalar' && /^(?:[^<>\r\n]*<[^\s@<>]+@[^\s@<>]+>|[^\s@<>]+@[^\s@<>]+)$/.test(node.text))
      return [node.text];
    problem(`${node.kind === 'scalar' ? `\`${oneLine(node.text, 60)}\`` : 'this'} is not an e-mail address`, node.at);
    return [];
  });
}

function readRemoteExecution(
  { mapping, member, flag, text, items, problem }: Reader,
  configuration: MappingNode,
  type: DeploymentType,
  executor: Executor,
): Template['remoteExecution'] {
  const node = member(configuration, 'remote_execution');
  if (!node) return undefined;
  const remote = mapping(
    node,
    ['enabled', 'allowed_ip_address_ranges', 'task_log_bucket', 'task_log_url_pattern'],
    'remote_execution',
  );
  if (flag(remote, 'enabled') !== true) return undefined;
  if (type !== 'DEDICATED' || executor !== 'ASTRO')
    problem('remote execution needs a DEDICATED Deployment with the executor ASTRO', node.at);
  const ranges = items(remote, 'allowed_ip_address_ranges').flatMap((range) =>
    range.kind === 'scalar' ? [range.text] : [],
  );
  return {
    allowedIpAddressRanges: ranges,
    ...given('taskLogBucket', text(remote, 'task_log_bucket')),
    ...given('taskLogUrlPattern', text(remote, 'task_log_url_pattern')),
  };
}
