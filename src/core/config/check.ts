import { Validator, type OutputUnit, type Schema } from '@cfworker/json-schema';
import { configSchema } from './schema.ts';
import { objectKinds } from './schema-objects.ts';
import type { MappingNode, YamlNode } from '../yaml/document.ts';
import { nearest } from '../yaml/problems.ts';
import type { Position, Problem } from '../errors.ts';
import { oneLine } from '../text.ts';

/** What the configuration file breaks of its JSON Schema, in words for people and with places. */
export function checkConfig(root: YamlNode): Problem[] {
  const { errors } = new Validator(configSchema as unknown as Schema, '2020-12', false).validate(plain(root));
  const unclear = new Set(
    errors.filter(({ keyword }) => keyword === 'oneOf').map(({ instanceLocation }) => instanceLocation),
  );
  const problems: Problem[] = [];
  const reported = new Set<string>();
  let within = '';
  for (const error of errors) {
    const { keyword, instanceLocation } = error;
    // Where a key is refused, the error before says by which rule.
    if (keyword === 'additionalProperties' || keyword === 'properties') within = error.keywordLocation;
    // What else is wrong with an entry whose kind is not clear follows from that.
    if (keyword !== 'oneOf' && unclear.has(instanceLocation.split('/', 3).join('/'))) continue;
    const path = segments(instanceLocation);
    const message = words(error, path, within, root);
    if (message === undefined || reported.has(instanceLocation)) continue;
    reported.add(instanceLocation);
    problems.push({ message, at: keyword === 'false' ? keyAt(root, path) : nodeAt(root, path).at });
  }
  return problems;
}

/** The value of a node as the validator takes it; keys such as `__proto__` are keys like any other. */
export function plain(node: YamlNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'sequence') return node.items.map(plain);
  const object = Object.create(null) as Record<string, unknown>;
  // Half of a surrogate pair cannot be written into the validator's pointers.
  for (const { key, value } of node.entries) object[key.toWellFormed()] = plain(value);
  return object;
}

const typeWords: Readonly<Record<string, string>> = {
  object: 'a mapping (`key: value`)',
  array: 'a list (`- …`)',
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  integer: 'a whole number',
};

function words(error: OutputUnit, path: readonly string[], within: string, root: YamlNode): string | undefined {
  if (error.keyword === 'false') return unknownKey(path, within, root);
  const key = String(path.at(-1));
  const named = label(path, root);
  const rule = schemaAt(error.keywordLocation) as string | number | readonly string[];
  switch (error.keyword) {
    case 'oneOf':
      return `an entry of \`environment-objects\` has exactly one of ${objectKinds.join(', ')}`;
    case 'type': {
      const types = typeof rule === 'string' ? [rule] : (rule as readonly string[]);
      const wanted =
        types.includes('boolean') && types.length > 1 ? 'a single value' : (typeWords[types[0] as string] as string);
      return `${named} must be ${wanted}${exampleFor(path, root)}`;
    }
    case 'enum':
      return `${named} must be one of ${(rule as readonly string[]).join(', ')}`;
    case 'const':
      return `${named} must be ${String(rule)}: other versions of the file are not known`;
    case 'pattern':
      return `${named} ${patternWords[key] as string}`;
    case 'minimum':
    case 'maximum':
      return `${named} must be ${error.keyword === 'minimum' ? 'at least' : 'at most'} ${String(rule)}`;
    case 'minLength':
    case 'minItems':
    case 'minProperties':
      return `${named} is empty`;
    case 'maxItems':
    case 'maxProperties':
      return `${named} has more than ${String(rule)} entries`;
    default:
      return undefined; // a rule around the one that says what is wrong
  }
}

/** How an environment is written that has only the name of its Deployment. */
function exampleFor(path: readonly string[], root: YamlNode): string {
  const node = nodeAt(root, path);
  if (path.length !== 2 || path[0] !== 'environments' || node.kind !== 'scalar' || node.text === '') return '';
  return `, such as \`${oneLine(path[1] as string, 60)}: { deployment: ${oneLine(node.text, 60)} }\``;
}

const patternWords: Readonly<Record<string, string>> = {
  'deployment-id': 'is not an Astro id (letters and digits, as the address bar of the Astro UI shows it)',
  ttl: 'must be a duration such as 3d, 12h or 90m',
  hibernate: 'must be a cron expression of five fields, such as `0 20 * * *`',
  port: 'must be a whole number from 1 to 65535',
};

function label(path: readonly string[], root: YamlNode): string {
  const key = path.at(-1);
  if (key === undefined) return 'the file';
  return nodeAt(root, path.slice(0, -1)).kind === 'sequence' ? 'this entry' : `\`${oneLine(key, 60)}\``;
}

function unknownKey(path: readonly string[], within: string, root: YamlNode): string {
  const key = path.at(-1) as string;
  const { properties } = schemaAt(within.slice(0, within.lastIndexOf('/'))) as { properties: object };
  const known = Object.keys(properties);
  const meant = nearest(key, known);
  const [section, , target] = path;
  if (section === 'environment-objects' && target !== 'values') {
    const kind = kindOf(nodeAt(root, path.slice(0, 2)));
    if (path.length === 3) return `\`${key}\` is not a setting of ${kind}`;
    return `\`${oneLine(key, 60)}\` cannot be overridden${meant ? `, did you mean \`${meant}\`?` : `; for ${kind} these can: ${known.join(', ')}${asExtra(key, known)}`}`;
  }
  const where = label(path.slice(0, -1), root);
  return `unknown key \`${oneLine(key, 60)}\` in ${where}${meant ? `, did you mean \`${meant}\`?` : `; it knows ${known.join(', ')}${asExtra(key, known)}`}`;
}

/** What a connection has beside its own fields is in `extra`, such as the database of a Snowflake connection. */
const asExtra = (key: string, known: readonly string[]): string =>
  known.includes('extra') && !/type/i.test(key)
    ? `. A field of the connection type belongs to \`extra: { ${oneLine(key, 60)}: … }\``
    : '';

/** What an entry of `environment-objects` is about, with its article; only for entries that have exactly one kind. */
function kindOf(entry: YamlNode): string {
  const kind = objectKinds.find((one) => (entry as MappingNode).entries.some(({ key }) => key === one)) as string;
  return `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind.replaceAll('-', ' ')}`;
}

const segments = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'));

const schemaAt = (pointer: string): unknown =>
  segments(pointer).reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], configSchema);

// The validator only names what is there.
const entryAt = (parent: MappingNode, name: string) =>
  parent.entries.find(({ key }) => key.toWellFormed() === name) as MappingNode['entries'][number];
const childOf = (node: YamlNode, key: string): YamlNode =>
  node.kind === 'sequence' ? (node.items[Number(key)] as YamlNode) : entryAt(node as MappingNode, key).value;
const nodeAt = (root: YamlNode, path: readonly string[]): YamlNode => path.reduce(childOf, root);

/** Where the key itself stands. */
const keyAt = (root: YamlNode, path: readonly string[]): Position =>
  entryAt(nodeAt(root, path.slice(0, -1)) as MappingNode, path.at(-1) as string).at;
