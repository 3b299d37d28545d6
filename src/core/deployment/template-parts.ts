import { isCron } from '../cron.ts';
import type { MappingNode } from '../yaml/document.ts';
import { emailAddress, remoteKeys, scheduleKeys, variableKeys, variableName } from './template-keys.ts';
import { ownedByAction, ownedByAstro } from './owned-variables.ts';
import { given, type Reader } from '../yaml/reader.ts';
import { oneLine } from '../text.ts';
import type { DeploymentType, Executor, Template, TemplateSchedule, TemplateVariable } from './template-types.ts';

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
      if (member(schedule, key)?.kind === 'scalar' && !isCron(value)) {
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
