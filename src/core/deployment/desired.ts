import type { components } from '../../contract/astro-api.ts';
import { omitUndefined } from '../omit-undefined.ts';
import { oneLine } from '../text.ts';
import { refuseProblems, type Findings } from '../yaml/problems.ts';
import type { Located } from '../yaml/reader.ts';
import { storedQueue, type Lookups } from './lookups.ts';
import { podSizes } from './pod-sizes.ts';
import { nameResolver, type NameResolver } from './resolve-names.ts';
import { resolveQueue, type DesiredQueue } from './resolve-queue.ts';
import type {
  DeploymentType,
  Executor,
  SchedulerSize,
  Template,
  TemplateSchedule,
  TemplateVariable,
} from './template-types.ts';

type Deployment = components['schemas']['Deployment'];

/** What a preview should be: the template with every name resolved and every absent number filled in. */
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

/** Turns names into ids and fills in what the file leaves out. Throws one UserError with all that does not resolve. */
export function resolveTemplate(template: Template, lookups: Lookups, existing: Deployment | undefined): Desired {
  const { type, executor } = template;
  const { options } = lookups;
  const found: Findings = { problems: [], notices: [] };
  const resolver = nameResolver(found);
  const { problem, named } = resolver;
  checkWorkspace(template, lookups, resolver);
  const cluster =
    template.clusterName && lookups.clusters
      ? named('cluster', template.clusterName, lookups.clusters, ({ name }) => name)
      : undefined;
  if (!existing) checkRuntimeVersion(template, lookups, resolver);
  checkSecrets(template, existing, resolver);
  const poolOf = (worker: Located<string>): string | undefined =>
    cluster && named('worker type', worker, cluster.nodePools ?? [], ({ nodeInstanceType }) => nodeInstanceType)?.id;
  const queues = template.queues.map((queue) => {
    const pool = type === 'HYBRID' ? poolOf(queue.workerType) : undefined;
    return resolveQueue(queue, { type, pool, stored: storedQueue(existing, queue.name), options, problem });
  });
  const firstPool = type === 'HYBRID' ? cluster?.nodePools?.[0]?.id : undefined;
  const pool = template.defaultWorkerType ? poolOf(template.defaultWorkerType) : firstPool;
  refuseProblems(template.file, found);

  return {
    ...settings(template, existing),
    queues,
    ...podSizes(template, existing, options),
    ...omitUndefined({
      clusterId: cluster?.id ?? (type === 'STANDARD' ? undefined : existing?.clusterId),
      taskPodNodePoolId: executor === 'KUBERNETES' ? pool : undefined,
    }),
  };
}

/** The parts of the template that hold no name. */
function settings(template: Template, existing: Deployment | undefined): Omit<Desired, 'queues'> {
  const { type, executor, description, runtimeVersion, schedulerSize, schedulerAu, schedulerCount } = template;
  const { cloudProvider, region, workloadIdentity, remoteExecution } = template;
  return {
    type,
    executor,
    isDagDeployEnabled: template.dagDeployEnabled ?? existing?.isDagDeployEnabled ?? type !== 'HYBRID',
    isCicdEnforced: template.cicdEnforcement,
    isHighAvailability: template.highAvailability,
    isDevelopmentMode: template.developmentMode,
    variables: template.variables,
    schedules: template.schedules,
    contactEmails: template.contactEmails,
    ...omitUndefined({
      description,
      runtimeVersion: runtimeVersion && withoutPrefix(runtimeVersion.value),
      schedulerSize,
      cloudProvider,
      region,
      workloadIdentity,
      remoteExecution,
    }),
    ...(schedulerAu !== undefined &&
      schedulerCount !== undefined && { scheduler: { au: schedulerAu, replicas: schedulerCount } }),
  };
}

const withoutPrefix = (version: string): string => version.replace(/^v/, '');

function checkWorkspace({ workspaceName }: Template, lookups: Lookups, { problem, named }: NameResolver): void {
  if (!workspaceName || !lookups.workspaces) return;
  const workspace = named('Workspace', workspaceName, lookups.workspaces, ({ name }) => name);
  if (!workspace || workspace.id === lookups.workspaceId) return;
  problem(
    `the template names the Workspace \`${oneLine(workspace.name, 60)}\`, but previews go to ${lookups.workspaceId}: correct \`workspace_name\`, or the input \`workspace\``,
    workspaceName.at,
  );
}

function checkRuntimeVersion({ runtimeVersion }: Template, { options }: Lookups, { problem }: NameResolver): void {
  if (!options || !runtimeVersion) return;
  const version = withoutPrefix(runtimeVersion.value);
  const releases = options.runtimeReleases.map((release) => release.version);
  if (releases.includes(version)) return;
  problem(
    `Astro does not offer the runtime version ${oneLine(version, 30)} (any more). It offers ${releases.slice(0, 10).join(', ')}`,
    runtimeVersion.at,
  );
}

function checkSecrets({ variables }: Template, existing: Deployment | undefined, { problem }: NameResolver): void {
  for (const variable of variables) {
    const held = existing?.environmentVariables?.some(({ key, isSecret }) => key === variable.key && isSecret);
    if (variable.value !== undefined || held === true) continue;
    problem(
      `the secret environment variable \`${variable.key}\` has no value, and the preview does not hold one yet: write \`value: \${env.${variable.key}}\`, and set ${variable.key} in the step's \`env:\``,
      variable.at,
    );
  }
}

/** Values of secret environment variables: to be masked before anything is said. */
export function secretValues(template: { readonly variables: readonly TemplateVariable[] }): string[] {
  return template.variables.flatMap(({ isSecret, value }) =>
    isSecret && value !== undefined && value !== '' ? [value] : [],
  );
}
