import {
  EVENT_ID,
  SCALAR_STYLE,
  getScalarValue,
  parseEvents,
  type Event,
  type YAMLException,
  type ScalarEvent,
} from 'js-yaml';
import { UserError, type Position } from '../errors.ts';
import { oneLine } from '../text.ts';

/** A value of a YAML or JSON file that knows where it stands. */
export type YamlNode = MappingNode | SequenceNode | ScalarNode;
export interface MappingNode {
  readonly kind: 'mapping';
  readonly at: Position;
  readonly entries: readonly { readonly key: string; readonly at: Position; readonly value: YamlNode }[];
}
export interface SequenceNode {
  readonly kind: 'sequence';
  readonly at: Position;
  readonly items: readonly YamlNode[];
}
export interface ScalarNode {
  readonly kind: 'scalar';
  readonly at: Position;
  /** The characters as written: a text member gets `3.10` and not 3.1. */
  readonly text: string;
  readonly value: string | number | boolean | null;
  /** Whether it took a value from the step's `env:` and is a secret therefore. */
  readonly fromEnv?: true;
}

const largest = 1024 * 1024;
const deepest = 30;
/** Keys and values of a file together. The largest templates have some hundred. */
const mostNodes = 40_000;

/**
 * Reads YAML or JSON text. Plain scalars mean what YAML 1.1 says, as in the Astro CLI (ghodss/yaml): `yes` and `on` are
 * booleans. Aliases, tags, duplicate keys and further documents are refused. Throws UserError with the position.
 */
export function parseDocument(text: string, file: string): YamlNode {
  if (text.length > largest) throw new UserError(`${file} is larger than ${largest / 1024} KiB.`, { at: { file } });
  const source = text.replace(/^\ufeff/, '');
  const events = eventsOf(source, file);
  if (events.length > mostNodes)
    throw new UserError(`${file} holds more than ${mostNodes} keys and values. Make it smaller.`, { at: { file } });
  if (events.length === 0) throw new UserError(`${file} has no content.`, { at: { file } });
  // The first event opens the document.
  const parse: Parse = { file, source, events, place: positions(source, file), next: 1 };
  const root = readNode(parse);
  if (root.kind === 'scalar' && root.text === '') throw new UserError(`${file} has no content.`, { at: { file } });
  if (events[parse.next + 1] !== undefined)
    throw new UserError(`${file} holds more than one YAML document (\`---\`): only one is read.`, { at: { file } });
  return root;
}

/** A walk through the events of a document. */
interface Parse {
  readonly file: string;
  readonly source: string;
  readonly events: readonly Event[];
  readonly place: (offset: number) => Position;
  /** Index of the next event. */
  next: number;
}

function readNode(parse: Parse): YamlNode {
  const { events, place } = parse;
  const event = events[parse.next++] as Event;
  refuseUnsupported(parse, event);
  if (event.type === EVENT_ID.SCALAR) return readScalar(parse, event);
  if (event.type !== EVENT_ID.SEQUENCE) return readMapping(parse, (event as { start: number }).start);
  const items: YamlNode[] = [];
  while (events[parse.next]?.type !== EVENT_ID.POP) items.push(readNode(parse));
  parse.next++;
  return { kind: 'sequence', at: place(event.start), items };
}

function refuseUnsupported({ file, place }: Parse, event: Event): void {
  const refuse = (message: string, offset: number): UserError =>
    new UserError(`${file}: ${message}.`, { at: place(offset) });
  if (event.type === EVENT_ID.ALIAS)
    throw refuse(
      `aliases (\`*name\`) are not supported: write the value out, or put a pattern in quotes, such as \`'**'\``,
      event.anchorStart - 1,
    );
  if ('tagStart' in event && event.tagStart >= 0)
    throw refuse(
      `tags (\`!name\`) are not supported: put a pattern in quotes, such as \`'!release/**'\``,
      event.tagStart,
    );
}

function readMapping(parse: Parse, start: number): MappingNode {
  const { file, events, place } = parse;
  const entries: MappingNode['entries'][number][] = [];
  const seen = new Set<string>();
  while (events[parse.next]?.type !== EVENT_ID.POP) {
    const key = readNode(parse);
    if (key.kind !== 'scalar') throw new UserError(`${file}: a key must be plain text.`, { at: key.at });
    if (seen.has(key.text))
      throw new UserError(`${file}: the key \`${oneLine(key.text, 60)}\` is here twice.`, { at: key.at });
    seen.add(key.text);
    entries.push({ key: key.text, at: key.at, value: readNode(parse) });
  }
  parse.next++;
  return { kind: 'mapping', at: place(start), entries };
}

function readScalar({ source, events, place, next }: Parse, event: ScalarEvent): ScalarNode {
  const content = getScalarValue(source, event);
  const plain = event.style === SCALAR_STYLE.PLAIN;
  const start = event.valueStart < 0 ? lastOffset(events, next - 1) : event.valueStart - (plain ? 0 : 1);
  return { kind: 'scalar', at: place(start), text: content, value: plain ? resolvePlain(content) : content };
}

function eventsOf(source: string, file: string): Event[] {
  try {
    return parseEvents(source, { maxDepth: deepest });
  } catch (error) {
    // The parser throws nothing else, and it always knows where it stopped.
    const { reason, mark } = error as YAMLException;
    const at = { file, line: (mark?.line as number) + 1, column: (mark?.column as number) + 1 };
    const line = source.split('\n', at.line)[at.line - 1] ?? '';
    throw new UserError(`${file} is not valid YAML: ${oneLine(reason)}.${quotingHint(line)}`, { at, cause: error });
  }
}

/** What most often makes a line no YAML: something that has to be quoted and is not. */
function quotingHint(line: string): string {
  if (/\$\{/.test(line)) return ' Put values that contain `${` in quotes, such as `"PR_${pr}"`.';
  return /(?:^|[[,:-])\s*[*!]/.test(line)
    ? " Put patterns that begin with `*` or `!` in quotes, such as `['**', '!release/**']`."
    : '';
}

/** Where an empty value stands: after what came before it. */
function lastOffset(events: readonly Event[], index: number): number {
  const before = events[index - 1] as Event;
  if (before.type === EVENT_ID.SCALAR) return Math.max(before.valueEnd, 0);
  return 'start' in before ? before.start : 0;
}

function positions(source: string, file: string): (offset: number) => Position {
  const starts = [0];
  for (const { index } of source.matchAll(/\n/g)) starts.push(index + 1);
  return (offset) => {
    // A file may have as many lines as characters: halving, not walking.
    let [line, after] = [0, starts.length];
    while (after - line > 1) {
      const middle = (line + after) >> 1;
      if ((starts[middle] as number) <= offset) line = middle;
      else after = middle;
    }
    return { file, line: line + 1, column: offset - (starts[line] as number) + 1 };
  };
}

/** YAML 1.1's plain scalars (yaml.org/type), without sexagesimal numbers, which nobody means. */
export function resolvePlain(text: string): string | number | boolean | null {
  if (/^(?:~|null|Null|NULL|)$/.test(text)) return null;
  if (/^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/.test(text)) return true;
  if (/^(?:n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/.test(text)) return false;
  if (/^[-+]?0[0-7]+$/.test(text)) return parseInt(text, 8);
  if (/^[-+]?(?:0|[1-9][0-9]*)$/.test(text)) return Number(text);
  if (/^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$/.test(text)) return Number(text);
  return text;
}
