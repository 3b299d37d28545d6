import { parseDocument, resolvePlain, type YamlNode } from '../yaml/document.ts';
import { nearest, refuseProblems, type Findings } from '../yaml/problems.ts';
import { UserError, type Position, type Problem } from '../errors.ts';
import { placesIn } from './refused-fields.ts';
import { expand, hasPlaceholder, type PlaceholderValues } from '../yaml/placeholders.ts';
import { readEmails, readQueues, readRemoteExecution, readSchedules, readVariables } from './template-parts.ts';
import { given, makeReader } from '../yaml/reader.ts';
import { clouds, configurationKeys, deploymentKeys, executors, sizes, types } from './template-keys.ts';
import { oneLine } from '../text.ts';
import type { Template } from './template-types.ts';

/** Keys of `configuration` that are no single values. */
const structures: ReadonlySet<string> = new Set(['remote_execution', 'hibernation_schedules']);

/**
 * Reads a Deployment template: what `astro deployment inspect --deployment-name <name> --template` writes, YAML or JSON. Strict where the CLI is
 * silent: an unknown key, a wrong type or value is refused, all of them in one UserError with their places.
 * Placeholders in its values are filled in first.
 */
export function readTemplate(text: string, file: string, values: PlaceholderValues): Template {
  const found: Findings = { problems: [], notices: [] };
  const root = fill(parseDocument(text, file), values, found);
  // What else is wrong with a value that could not be filled in follows from that.
  const unfilled = new Set(found.problems.map(({ at }) => at));
  const follows = (problem: Problem, index: number): boolean => index >= unfilled.size && unfilled.has(problem.at);
  refuseWithoutRoot(root, file);
  found.problems.push(...clearSecrets(root));
  const reader = makeReader(found, file);
  const top = reader.mapping(root, ['deployment'], 'the file');
  const deployment = reader.mapping(reader.required(top, 'deployment'), deploymentKeys, 'deployment');
  const configuration = reader.mapping(
    reader.required(deployment, 'configuration'),
    configurationKeys,
    'configuration',
  );
  const { problem, notice, member, text: textOf, flag, choice, whole, located, amount } = reader;

  if (textOf(configuration, 'name') !== undefined)
    notice('`name` is ignored: the Action names previews itself', reader.place(configuration, 'name'));
  if (member(deployment, 'metadata'))
    notice(
      '`metadata` is what Astro says of an existing Deployment: it is ignored',
      reader.place(deployment, 'metadata'),
    );

  // Also those that this type of Deployment does not use.
  for (const key of configurationKeys.filter((one) => !structures.has(one))) textOf(configuration, key);
  const executor = choice(configuration, 'executor', executors, true) ?? 'CELERY';
  const type = choice(configuration, 'deployment_type', types, true) ?? 'STANDARD';
  const hybrid = type === 'HYBRID';
  const runtimeVersion = located(configuration, 'runtime_version');
  const developmentMode = flag(configuration, 'is_development_mode') ?? false;
  const highAvailability = flag(configuration, 'is_high_availability') ?? false;
  const schedulerSize = choice(configuration, 'scheduler_size', sizes, false);
  const place = (key: string): Position => reader.place(configuration, key);
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
      reader.place(member(deployment, 'hibernation_schedules') ? deployment : configuration, 'hibernation_schedules'),
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
    places: placesIn(root),
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
  refuseProblems(file, { ...found, problems: found.problems.filter((one, index) => !follows(one, index)) });
  return template;
}

/** Values of `${env.…}` in places that Astro shows in clear: everywhere but in the value of an environment variable. */
function clearSecrets(node: YamlNode, path: readonly string[] = []): Problem[] {
  if (node.kind === 'sequence') return node.items.flatMap((item) => clearSecrets(item, [...path, '*']));
  if (node.kind === 'mapping') return node.entries.flatMap(({ key, value }) => clearSecrets(value, [...path, key]));
  if (node.fromEnv !== true || path.join('/') === 'deployment/environment_variables/*/value') return [];
  return [
    {
      message:
        '`${env.…}` is a secret, and Astro shows this value in clear. Use it only in the `value` of an environment variable with `is_secret: true`',
      at: node.at,
    },
  ];
}

/** What else is wrong with such a file follows from that. */
function refuseWithoutRoot(root: YamlNode, file: string): void {
  if (root.kind !== 'mapping') return;
  const keys = root.entries.map(({ key }) => key);
  if (keys.includes('deployment')) return;
  const meant = keys.find((key) => nearest(key, ['deployment']) !== undefined);
  const advice =
    meant !== undefined
      ? `Write \`deployment:\` for \`${oneLine(meant, 60)}:\`.`
      : [...deploymentKeys, ...configurationKeys].some((key) => keys.includes(key))
        ? 'Put its content below `deployment:`, as `astro deployment inspect --deployment-name <name> --template` writes it.'
        : 'A Deployment template begins with `deployment:`: let `action: export-template` or `astro deployment inspect --deployment-name <name> --template` write one.';
  throw new UserError(`${file} has no \`deployment:\` at its root, so it is no Deployment template. ${advice}`, {
    at: root.at,
  });
}

/** The document with every placeholder filled in; a scalar that took a value from the step's `env:` remembers it. */
function fill(node: YamlNode, values: PlaceholderValues, found: Findings): YamlNode {
  if (node.kind === 'sequence') return { ...node, items: node.items.map((item) => fill(item, values, found)) };
  if (node.kind === 'mapping')
    return { ...node, entries: node.entries.map((entry) => ({ ...entry, value: fill(entry.value, values, found) })) };
  if (!hasPlaceholder(node.text)) return node;
  const expanded = expand(node.text, values);
  if (!expanded.ok) {
    found.problems.push({ message: expanded.why, at: node.at });
    return node;
  }
  const { text, fromEnv } = expanded;
  // A branch may be called `null`, which is a value all the same.
  return { ...node, text, value: resolvePlain(text) ?? text, ...(fromEnv && { fromEnv }) };
}
