import { ownedByAstro } from '../deployment/owned-variables.ts';
import { entryKeys, objectKinds, type ObjectKind } from './schema-objects.ts';
import type { ObjectEntry, WrittenField } from './object-entry.ts';
import type { MappingNode, YamlNode } from '../yaml/document.ts';
import { nearest } from '../yaml/problems.ts';
import type { Position } from '../errors.ts';
import { given } from '../yaml/reader.ts';
import { oneLine } from '../text.ts';

type Report = (message: string, at: Position) => void;

/** Fields that hold a map, whose members are set and taken back one by one. */
const maps: readonly string[] = ['extra', 'headers', 'labels'];

/** Airflow's rule for ids of connections, its limit for keys of variables, and the shell's rule for environment variables. */
const keyRules: Readonly<Record<ObjectKind, { pattern: RegExp; words: string }>> = {
  connection: { pattern: /^[\w.-]{1,200}$/, words: 'letters, digits, `_`, `.` and `-`, at most 200' },
  'airflow-variable': { pattern: /^[^\r\n]{1,250}$/, words: 'one line of at most 250 characters' },
  'environment-variable': { pattern: /^[A-Za-z_][A-Za-z0-9_]*$/, words: 'letters, digits and `_`, no digit first' },
  'metrics-export': { pattern: /^[^\r\n]{1,250}$/, words: 'one line of at most 250 characters' },
};

/**
 * Reads the entries of `environment-objects` and reports what the schema cannot know. `strangers` are the places of values
 * whose key is neither a setting nor a target: what their type should have been is beside the point.
 */
export function readEntries(root: YamlNode, report: Report): { entries: ObjectEntry[]; strangers: Position[] } {
  const targets = ['preview', ...entriesOf(childOf(root, 'environments')).map(({ key }) => key)];
  const list = childOf(root, 'environment-objects');
  const strangers: Position[] = [];
  const entries = (list?.kind === 'sequence' ? list.items : []).flatMap((node): ObjectEntry[] => {
    const kind = objectKinds.find((one) => childOf(node, one)?.kind === 'scalar');
    if (node.kind !== 'mapping' || kind === undefined) return [];
    return [readEntry(node, kind, { known: targets, strangers, report })];
  });
  entries.forEach((entry, index) => {
    if (entries.findIndex(({ kind, key }) => kind === entry.kind && key === entry.key) !== index)
      report(`the ${entry.kind} \`${oneLine(entry.key, 60)}\` is here twice`, entry.at);
  });
  return { entries, strangers };
}

const childOf = (node: YamlNode, key: string): YamlNode | undefined =>
  entriesOf(node).find((entry) => entry.key === key)?.value;
const entriesOf = (node: YamlNode | undefined): MappingNode['entries'] =>
  node?.kind === 'mapping' ? node.entries : [];
const textOf = (node: YamlNode | undefined): string | undefined => (node?.kind === 'scalar' ? node.text : undefined);

/** What every entry is read with. */
interface Reading {
  /** The targets of the file: `preview`, and its environments. */
  readonly known: readonly string[];
  readonly strangers: Position[];
  readonly report: Report;
}

function readEntry(node: MappingNode, kind: ObjectKind, reading: Reading): ObjectEntry {
  const { known, report } = reading;
  const name = childOf(node, kind) as YamlNode;
  const key = textOf(name) as string;
  const { at } = name;
  checkKey(kind, key, (message) => {
    report(message, at);
  });
  const link = namesIn(childOf(node, 'link'), known, report);
  const exclude = namesIn(childOf(node, 'exclude'), known, report);
  const overrides = node.entries.filter((entry) => isTarget(entry, reading));
  const linked = [...new Set([...link, ...overrides.map((entry) => entry.key)])];
  for (const target of exclude)
    if (linked.includes(target))
      report(`\`${oneLine(target, 40)}\` is both linked to \`${oneLine(key, 60)}\` and excluded from it`, at);
  const declared = readDeclared(node, kind, report);
  const share = textOf(childOf(node, 'share')) as ObjectEntry['share'];
  if (isIdle(node) && !(declared && share === 'all'))
    report(
      `this entry does nothing: say which targets \`${oneLine(key, 60)}\` is for (\`link: [preview]\`)${declared ? ', or share it with all (`share: all`)' : ''}`,
      at,
    );
  return {
    kind,
    key,
    at,
    ...given('share', share),
    ...given('declared', declared),
    targets: [
      ...linked.map((target) => ({
        name: target,
        excluded: false,
        overrides: fieldsOf(overrides.find((entry) => entry.key === target)?.value),
      })),
      ...[...new Set(exclude)].map((target) => ({ name: target, excluded: true, overrides: [] })),
    ],
  };
}

function checkKey(kind: ObjectKind, key: string, report: (message: string) => void): void {
  const rule = keyRules[kind];
  if (key !== '' && !rule.pattern.test(key))
    report(`\`${oneLine(key, 60)}\` cannot be the key of this ${kind}: ${rule.words}`);
  if (kind === 'environment-variable' && ownedByAstro.has(key))
    report(`\`${key}\` belongs to Astro: setting it breaks a Deployment in ways that are hard to see`);
}

/** Whether a member holds the overrides of a target; what is neither a target nor a setting is reported. */
function isTarget(entry: MappingNode['entries'][number], { known, strangers, report }: Reading): boolean {
  if (entryKeys.some((one) => one === entry.key)) return false;
  if (known.includes(entry.key)) return true;
  strangers.push(entry.value.at);
  const candidates = [...entryKeys.filter((one) => !objectKinds.some((other) => other === one)), ...known];
  const meant = nearest(entry.key, candidates);
  report(
    `\`${oneLine(entry.key, 60)}\` is neither a setting nor a target${meant ? `, did you mean \`${meant}\`?` : `; targets are ${known.map((one) => oneLine(one, 40)).join(', ')}`}`,
    entry.at,
  );
  return false;
}

/** Whether an entry names no target. What was meant for one counts, even where the target is misspelt and reported already. */
function isIdle(node: MappingNode): boolean {
  const settings: readonly string[] = entryKeys.filter((one) => one !== 'link' && one !== 'exclude');
  return node.entries.every((entry) => settings.includes(entry.key));
}

function namesIn(node: YamlNode | undefined, known: readonly string[], report: Report): string[] {
  const items = node?.kind === 'sequence' ? node.items : [];
  return items.flatMap((item) => {
    const name = textOf(item);
    if (name === undefined) return [];
    if (known.includes(name)) return [name];
    const meant = nearest(name, known);
    report(
      `there is no target \`${oneLine(name, 60)}\`${meant ? `, did you mean \`${meant}\`?` : '.'} An object can be linked to ${known.map((one) => `\`${oneLine(one, 40)}\``).join(', ')} (\`preview\` and the keys of \`environments\`)`,
      item.at,
    );
    return [];
  });
}

function readDeclared(node: MappingNode, kind: ObjectKind, report: Report): ObjectEntry['declared'] {
  const values = childOf(node, 'values');
  const type = textOf(childOf(node, 'type'));
  const fields = fieldsOf(values);
  const declaring = kind === 'connection' ? 'type' : 'values';
  if (!childOf(node, declaring)) {
    const why = kind === 'connection' ? ', the type of the connection, such as postgres' : '';
    for (const { key, value } of node.entries)
      if ((kind === 'connection' ? ['values', 'auth-type', 'description'] : ['secret', 'description']).includes(key))
        report(`\`${key}\` needs \`${declaring}\`${why}: without it this file does not declare the object`, value.at);
    return undefined;
  }
  if (kind === 'metrics-export')
    for (const field of ['endpoint', 'exporterType'])
      if (!fields.some(({ name }) => name === field))
        report(`\`values\` of a metrics export need \`${field}\``, (values as YamlNode).at);
  const secret = childOf(node, 'secret');
  return {
    values: fields,
    ...given('connectionType', type),
    ...given('authTypeId', textOf(childOf(node, 'auth-type'))),
    ...given('isSecret', secret?.kind === 'scalar' ? secret.value === true : undefined),
    ...given('description', textOf(childOf(node, 'description'))),
  };
}

const fieldsOf = (node: YamlNode | undefined): WrittenField[] =>
  entriesOf(node).flatMap(({ key, value }) =>
    maps.includes(key)
      ? entriesOf(value).map((entry) => ({ name: `${key}.${entry.key}`, value: entry.value }))
      : [{ name: key, value }],
  );
