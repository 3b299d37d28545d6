import { matchesWhole, nothing, type Characters, type State } from '../automaton.ts';

/** Whether a path, relative to the folder that the patterns are about, is ignored. */
export type Ignores = (path: string, kind: 'file' | 'folder') => boolean;

/** One line: what it matches, and what becomes of that. */
interface Rule {
  readonly exception: boolean;
  readonly foldersOnly: boolean;
  /** Whether the pattern is about the whole path, not only its last name. */
  readonly anchored: boolean;
  readonly matches: (text: string) => boolean;
}

/**
 * Reads ignore patterns as git does (git-scm.com, gitignore): the last match wins, an ignored folder takes its content
 * along, upper and lower case differ. A malformed pattern matches nothing.
 */
export function readGitignore(text: string): Ignores {
  const rules = bytes(text.replace(/^\ufeff/, ''))
    .split('\n')
    .flatMap((line) => readRule(line) ?? []);
  const folders = new Map<string, boolean>();
  const decide: Ignores = (path, kind) => {
    const end = path.lastIndexOf('/');
    const name = path.slice(end + 1);
    if (end > 0 && folderIgnored(path.slice(0, end))) return true;
    const last = rules.findLast(
      ({ foldersOnly, anchored, matches }) => (kind === 'folder' || !foldersOnly) && matches(anchored ? path : name),
    );
    return last !== undefined && !last.exception;
  };
  const folderIgnored = (path: string): boolean => {
    const known = folders.get(path) ?? decide(path, 'folder');
    folders.set(path, known);
    return known;
  };
  if (rules.length === 0) return () => false;
  return (path, kind) => (kind === 'folder' ? folderIgnored(bytes(path)) : decide(bytes(path), kind));
}

/** A text with a character for each of its bytes: git matches bytes, so that `?` is half an `é`. */
function bytes(text: string): string {
  if (!/[^\0-\x7f]/.test(text)) return text;
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
}

function readRule(line: string): Rule | undefined {
  const trimmed = line.replace(/\r$/, '').replace(/((?:^|[^\\])(?:\\\\)*(?:\\ )?) +$/, '$1');
  if (trimmed === '' || trimmed.startsWith('#')) return undefined;
  const exception = trimmed.startsWith('!');
  const written = exception ? trimmed.slice(1) : trimmed;
  const foldersOnly = written.endsWith('/');
  const body = foldersOnly ? written.slice(0, -1) : written;
  const pattern = body.replace(/^\//, '');
  const states = pattern === '' ? undefined : statesOf(Array.from(pattern));
  if (!states) return undefined;
  const isPlain = !/[*?[\\]/.test(pattern);
  return {
    exception,
    foldersOnly,
    anchored: body.includes('/'),
    matches: isPlain ? (text) => text === pattern : (text) => matchesWhole(states, text),
  };
}

const anything: Characters = { slash: true };
const inName: Characters = { slash: false };
const exactly = (character: string): State => ({ takes: { listed: new Set([character]) }, repeats: false, skips: [] });

/** A pattern as an automaton (git, wildmatch.c); `undefined` where it is malformed. */
function statesOf(characters: readonly string[]): State[] | undefined {
  const states: State[] = [];
  let at = 0;
  while (at < characters.length) {
    const character = characters[at++] as string;
    if (character === '*') {
      at = readStars(characters, at, states);
    } else if (character === '?') {
      states.push({ takes: inName, repeats: false, skips: [] });
    } else if (character === '[') {
      const found = readClass(characters, at);
      if (!found) return undefined;
      ({ at } = found);
      states.push({ takes: found.takes, repeats: false, skips: [] });
    } else if (character === '\\') {
      const escaped = characters[at++];
      if (escaped === undefined) return undefined;
      states.push(exactly(escaped));
    } else {
      states.push(exactly(character));
    }
  }
  return states;
}

/** One star, or a run of stars, from behind the first; gives back where the pattern goes on. */
function readStars(characters: readonly string[], start: number, states: State[]): number {
  let at = start;
  while (characters[at] === '*') at++;
  const next = characters[at];
  // git compares what stands before the first wildcard by itself, so that a run of stars behind it counts as the beginning.
  const before = characters[start - 2] === '/' || !characters.slice(0, start - 1).some((one) => '*?[\\'.includes(one));
  const { length } = states;
  if (at === start || !before || (next !== undefined && next !== '/')) {
    states.push({ takes: inName, repeats: true, skips: [length + 1] });
    return at;
  }
  if (next === undefined) {
    states.push({ takes: anything, repeats: true, skips: [length + 1] });
    return at;
  }
  states.push(
    { takes: nothing, repeats: false, skips: [length + 1, length + 3] },
    { takes: anything, repeats: true, skips: [length + 2] },
    exactly('/'),
  );
  return at + 1;
}

/** POSIX classes that patterns name in brackets (git, wildmatch.c), for ASCII. */
const classes: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  alnum: [['0', '9'], ['A', 'Z'], ['a', 'z']],
  alpha: [['A', 'Z'], ['a', 'z']],
  blank: [['\t', '\t'], [' ', ' ']],
  cntrl: [['\0', '\u001f'], ['\u007f', '\u007f']],
  digit: [['0', '9']],
  graph: [['!', '~']],
  lower: [['a', 'z']],
  print: [[' ', '~']],
  punct: [['!', '/'], [':', '@'], ['[', '`'], ['{', '~']],
  space: [['\t', '\r'], [' ', ' ']],
  upper: [['A', 'Z']],
  xdigit: [['0', '9'], ['A', 'F'], ['a', 'f']],
}; // prettier-ignore

/** What stands in brackets, from behind `[`; `undefined` where it is malformed. It never takes a `/`. */
function readClass(characters: readonly string[], start: number): { takes: Characters; at: number } | undefined {
  const negated = characters[start] === '!' || characters[start] === '^';
  const ranges: (readonly [string, string])[] = [];
  let at = negated ? start + 1 : start;
  const first = at;
  const literal = (): string | undefined => (characters[at] === '\\' ? characters[++at] : characters[at]);
  for (; characters[at] !== ']' || at === first; at++) {
    const named = characters[at] === '[' && characters[at + 1] === ':' ? posixClass(characters, at + 2) : undefined;
    if (named !== undefined) {
      const listed = classes[named.name];
      if (!listed) return undefined;
      ranges.push(...listed);
      at = named.end;
      continue;
    }
    const from = literal();
    if (from === undefined) return undefined;
    const isRange = characters[at + 1] === '-' && characters[at + 2] !== undefined && characters[at + 2] !== ']';
    if (isRange) at += 2;
    const to = isRange ? literal() : from;
    if (to === undefined) return undefined;
    // Of a range that runs backwards git still takes the first.
    ranges.push([from, from], [from, to]);
  }
  return { takes: { ranges: withoutSlash(ranges, negated), negated }, at: at + 1 };
}

/** The name in `[:name:]`, and where its last `:]` ends; `undefined` where it is no such class. */
function posixClass(characters: readonly string[], start: number): { name: string; end: number } | undefined {
  const end = characters.indexOf(']', start);
  return end > start && characters[end - 1] === ':'
    ? { name: characters.slice(start, end - 1).join(''), end }
    : undefined;
}

function withoutSlash(ranges: readonly (readonly [string, string])[], negated: boolean): (readonly [string, string])[] {
  if (negated) return [...ranges, ['/', '/']];
  return ranges.flatMap(([from, to]): (readonly [string, string])[] =>
    from <= '/' && '/' <= to
      ? [
          [from, '.'],
          ['0', to],
        ]
      : [[from, to]],
  );
}
