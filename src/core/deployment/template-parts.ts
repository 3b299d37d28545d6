import type { MappingNode } from '../yaml/document.ts';
import {
  cron,
  emailAddress,
  queueKeys,
  queueName,
  remoteKeys,
  scheduleKeys,
  variableKeys,
  variableName,
} from './template-keys.ts';
import { ownedByAction, ownedByAstro } from './owned-variables.ts';
import { given, type Reader } from '../yaml/reader.ts';
import { oneLine } from '../text.ts';
import type {
  DeploymentType,
  Executor,
  Template,
  TemplateQueue,
  TemplateSchedule,
  TemplateVariable,
} from './template-types.ts';

/** Worker queues; none under KUBERNETES. */
export function readQueues(
  { items, mapping, required, place, member, text, located, whole, amount, problem, notice }: Reader,
  deployment: MappingNode,
  executor: Executor,
): TemplateQueue[] {
  const nodes = items(deployment, 'worker_queues');
  const queues = nodes.flatMap((node): TemplateQueue[] => {
    const queue = mapping(node, queueKeys, 'a worker queue');
    required(queue, 'name');
    required(queue, 'worker_type');
    const name = text(queue, 'name');
    const workerType = located(queue, 'worker_type');
    if (name !== undefined && !queueName.test(name))
      problem(
        `a worker queue's name has lower-case letters and hyphens, at most 63: \`${oneLine(name, 60)}\` does not`,
        place(queue, 'name'),
      );
    const minWorkers = whole(queue, 'min_worker_count', 0, 1000) ?? 0;
    // 0 stands for "the default" in what the CLI writes.
    const maxWorkers = whole(queue, 'max_worker_count', 0, 1000) || undefined;
    const concurrency = whole(queue, 'worker_concurrency', 0, 1000) || undefined;
    if (maxWorkers !== undefined && minWorkers > maxWorkers)
      problem('`min_worker_count` is above `max_worker_count`', node.at);
    for (const key of ['name', 'worker_type']) {
      const value = member(queue, key);
      if (value?.kind === 'scalar' && value.text === '') problem(`\`${key}\` is empty`, value.at);
    }
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

/** Environment variables of the Deployment itself. */
export function readVariables(
  { items, mapping, required, place, text, flag, member, problem }: Reader,
  deployment: MappingNode,
): TemplateVariable[] {
  const seen = new Set<string>();
  return items(deployment, 'environment_variables').flatMap((node) => {
    const variable = mapping(node, variableKeys, 'an environment variable');
    required(variable, 'key');
    const key = text(variable, 'key');
    const isSecret = flag(variable, 'is_secret') ?? false;
    const value = member(variable, 'value');
    if (value && value.kind !== 'scalar') problem('`value` must be a single value', value.at);
    const at = place(variable, 'key');
    if (key === undefined) {
      if (member(variable, 'key')?.kind === 'scalar') problem('`key` is empty', at);
      return [];
    }
    if (!variableName.test(key)) problem(`\`${oneLine(key, 60)}\` cannot be the name of an environment variable`, at);
    if (seen.has(key)) problem(`the environment variable \`${key}\` is here twice`, at);
    seen.add(key);
    if (ownedByAstro.has(key))
      problem(`\`${key}\` belongs to Astro: setting it breaks a Deployment in ways that are hard to see`, at);
    if (ownedByAction.has(key)) problem(`\`${key}\` is set by the Action on every preview`, at);
    if (!value && !isSecret)
      problem(`the environment variable \`${oneLine(key, 60)}\` has no value (\`value: ""\` makes an empty one)`, at);
    // What came as a secret is kept as one, whatever the file says: Astro would show it otherwise.
    const fromEnv = value?.kind === 'scalar' && value.fromEnv === true;
    if (fromEnv && flag(variable, 'is_secret') === false)
      problem(
        '`${env.…}` is a secret, and `is_secret: false` would show it in Astro: write `is_secret: true`',
        value.at,
      );
    const secret = isSecret || fromEnv;
    // `astro deployment inspect` writes an empty value, or asterisks, for a secret that it does not show.
    const isGiven = value?.kind === 'scalar' && !(secret && /^\**$/.test(value.text));
    return [{ key, at, isSecret: secret, ...(isGiven && { value: value.text }) }];
  });
}

/** Hibernation schedules, from the place where the CLI reads them and from the one that the documentation shows. */
export function readSchedules(
  { items, mapping, required, place, text, flag, member, problem, notice }: Reader,
  deployment: MappingNode,
  configuration: MappingNode,
): TemplateSchedule[] {
  const misplaced = member(configuration, 'hibernation_schedules');
  if (misplaced)
    notice("`hibernation_schedules` is read here too, but Astro's CLI reads it under `deployment` only", misplaced.at);
  const nodes = [...items(deployment, 'hibernation_schedules'), ...items(configuration, 'hibernation_schedules')];
  if (nodes.length > 10 && nodes[10]) problem('a Deployment has at most 10 hibernation schedules', nodes[10].at);
  return nodes.map((node) => {
    const schedule = mapping(node, scheduleKeys, 'a hibernation schedule');
    const expression = (key: string): string => {
      required(schedule, key);
      const value = text(schedule, key) ?? '';
      if (member(schedule, key)?.kind === 'scalar' && !cron.test(value)) {
        problem(
          `\`${key}\`: \`${oneLine(value, 60)}\` is not a cron expression of five fields, such as \`0 20 * * *\``,
          place(schedule, key),
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

/** Addresses that alerts go to. */
export function readEmails({ items, problem }: Reader, deployment: MappingNode): string[] {
  return items(deployment, 'alert_emails').flatMap((node) => {
    if (node.kind === 'scalar' && emailAddress.test(node.text)) return [node.text];
    problem(`${node.kind === 'scalar' ? `\`${oneLine(node.text, 60)}\`` : 'this'} is not an e-mail address`, node.at);
    return [];
  });
}

/** Remote execution, where it is switched on. */
export function readRemoteExecution(
  { mapping, member, flag, text, texts, problem }: Reader,
  configuration: MappingNode,
  type: DeploymentType,
  executor: Executor,
): Template['remoteExecution'] {
  const node = member(configuration, 'remote_execution');
  if (!node) return undefined;
  const remote = mapping(node, remoteKeys, 'remote_execution');
  const read = {
    allowedIpAddressRanges: texts(remote, 'allowed_ip_address_ranges'),
    ...given('taskLogBucket', text(remote, 'task_log_bucket')),
    ...given('taskLogUrlPattern', text(remote, 'task_log_url_pattern')),
  };
  if (flag(remote, 'enabled') !== true) return undefined;
  if (type !== 'DEDICATED' || executor !== 'ASTRO')
    problem('remote execution needs a DEDICATED Deployment with the executor ASTRO', node.at);
  return read;
}
