import { parseDocument, type MappingNode, type YamlNode } from '../yaml/document.ts';
import { nearest, refuseProblems, type Findings } from '../yaml/problems.ts';
import { UserError, type Problem } from '../errors.ts';
import type { PlaceholderValues } from '../yaml/placeholders.ts';
import { given, makeReader, type Reader } from '../yaml/reader.ts';
import { oneLine } from '../text.ts';
import { placesIn } from './refused-fields.ts';
import { configurationKeys, deploymentKeys } from './template-keys.ts';
import { readEmails, readSchedules, readVariables } from './template-parts.ts';
import { clearSecrets, fillPlaceholders } from './template-placeholders.ts';
import { readQueues } from './template-queues.ts';
import { checkCombinations } from './template-rules.ts';
import { readBasics, readCloudProvider, readSettings } from './template-settings.ts';
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
  const root = fillPlaceholders(parseDocument(text, file), values, found);
  // What else is wrong with a value that could not be filled in follows from that.
  const unfilled = new Set(found.problems.map(({ at }) => at));
  const follows = (problem: Problem, index: number): boolean => index >= unfilled.size && unfilled.has(problem.at);
  refuseWithoutRoot(root, file);
  found.problems.push(...clearSecrets(root));
  const reader = makeReader(found, file);
  const { deployment, configuration } = readSections(reader, root);
  // Also those that this type of Deployment does not use.
  for (const key of configurationKeys.filter((one) => !structures.has(one))) reader.text(configuration, key);
  const basics = readBasics(reader, configuration);
  checkCombinations(reader, configuration, basics);
  const schedules = readSchedules(reader, deployment, configuration);
  if (schedules.length > 0 && !basics.developmentMode) {
    const holder = reader.member(deployment, 'hibernation_schedules') ? deployment : configuration;
    const at = reader.place(holder, 'hibernation_schedules');
    reader.problem('hibernation schedules need `is_development_mode: true`', at);
  }
  const cloudProvider = readCloudProvider(reader, configuration, basics);
  const template: Template = {
    file,
    type: basics.type,
    executor: basics.executor,
    highAvailability: basics.highAvailability,
    developmentMode: basics.developmentMode,
    cicdEnforcement: reader.flag(configuration, 'ci_cd_enforcement') ?? false,
    queues: readQueues(reader, deployment, basics.executor),
    variables: readVariables(reader, deployment),
    schedules,
    contactEmails: readEmails(reader, deployment),
    notices: found.notices,
    places: placesIn(root),
    ...readSettings(reader, configuration, basics),
    ...given('cloudProvider', cloudProvider),
  };
  refuseProblems(file, { ...found, problems: found.problems.filter((one, index) => !follows(one, index)) });
  return template;
}

/** The two mappings that hold everything; what is ignored in them is a notice. */
function readSections(
  reader: Reader,
  root: YamlNode,
): { readonly deployment: MappingNode; readonly configuration: MappingNode } {
  const { mapping, required, notice, member, text, place } = reader;
  const top = mapping(root, ['deployment'], 'the file');
  const deployment = mapping(required(top, 'deployment'), deploymentKeys, 'deployment');
  const configuration = mapping(required(deployment, 'configuration'), configurationKeys, 'configuration');
  if (text(configuration, 'name') !== undefined)
    notice('`name` is ignored: the Action names previews itself', place(configuration, 'name'));
  if (member(deployment, 'metadata'))
    notice('`metadata` is what Astro says of an existing Deployment: it is ignored', place(deployment, 'metadata'));
  return { deployment, configuration };
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
