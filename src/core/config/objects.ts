import { ownedByAstro } from '../deployment/owned-variables.ts';
import { entryKeys, objectKinds, type ObjectKind } from './schema-objects.ts';
import type { MappingNode, YamlNode } from '../yaml/document.ts';
import { nearest } from '../yaml/problems.ts';
import type { Position } from '../errors.ts';
import { given } from '../yaml/reader.ts';
import { oneLine } from '../text.ts';

/** One field of an object as it is written; members of `extra`, `headers` and `labels` are fields of their own. */
export interface WrittenField {
  /** As the API names it: `schema`, `extra.database`. */
  readonly name: string;
  readonly value: YamlNode;
}

/** What the file says of an object for one target. */
export interface ObjectTarget {
  /** `preview`, or the name of an environment. */
  readonly name: string;
  readonly excluded: boolean;
  readonly overrides: readonly WrittenField[];
}

/** One entry of `environment-objects`. */
export interface ObjectEntry {
  readonly kind: ObjectKind;
  readonly key: string;
  readonly at: Position;
  readonly share?: 'restricted' | 'all';
  /** Present where the file declares the object itself, so that it is created when it is missing. */
  readonly declared?: {
    readonly connectionType?: string;
    readonly authTypeId?: string;
    readonly isSecret?: boolean;
    readonly description?: string;
    readonly values: readonly WrittenField[];
  };
  readonly targets: readonly ObjectTarget[];
}

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
    return [readEntry(node, kind, targets, strangers, report)];
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

function readEntry(
  node: MappingNode,
  kind: ObjectKind,
  known: readonly string[],
  strangers: Position[],
  report: Report,
): ObjectEntry {
  const key = textOf(childOf(node, kind)) as string;
  const at = (childOf(node, kind) as YamlNode).at;
  const rule = keyRules[kind];
  if (key !== '' && !rule.pattern.test(key))
    report(`\`${oneLine(key, 60)}\` cannot be the key of this ${kind}: ${rule.words}`, at);
  if (kind === 'environment-variable' && ownedByAstro.has(key))
    report(`\`${key}\` belongs to Astro: setting it breaks a Deployment in ways that are hard to see`, at);

  const link = namesIn(childOf(node, 'link'), known, report);
  const exclude = namesIn(childOf(node, 'exclude'), known, report);
  const overrides = node.entries.filter((entry) => {
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
  });
  const linked = [...new Set([...link, ...overrides.map((entry) => entry.key)])];
  for (const name of exclude)
    if (linked.includes(name))
      report(`\`${oneLine(name, 40)}\` is both linked to \`${oneLine(key, 60)}\` and excluded from it`, at);

  const declared = readDeclared(node, kind, report);
  const share = textOf(childOf(node, 'share')) as ObjectEntry['share'];
  // What was meant for a target counts, even where the target is misspelt and told already.
  const settings: readonly string[] = entryKeys.filter((one) => one !== 'link' && one !== 'exclude');
  if (node.entries.every((entry) => settings.includes(entry.key)) && !(declared && share === 'all'))
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
      ...linked.map((name) => ({
        name,
        excluded: false,
        overrides: fieldsOf(overrides.find((entry) => entry.key === name)?.value),
      })),
      ...[...new Set(exclude)].map((name) => ({ name, excluded: true, overrides: [] })),
    ],
  };
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
