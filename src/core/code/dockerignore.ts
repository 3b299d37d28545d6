import { matchesWhole, nothing, type Characters, type State } from '../automaton.ts';

/** One rule of an ignore file. */
interface Rule {
  readonly exception: boolean;
  readonly matches: (path: string, spend: (steps: number) => void) => boolean;
}

/** Whether each rule matches a folder, and whether the folder is ignored: what its content starts from. */
interface Verdict {
  readonly matched: readonly boolean[];
  readonly ignored: boolean;
}

/** Longest line that docker takes (Go, bufio.MaxScanTokenSize). */
const longestLine = 64 * 1024;

/** So many states are visited in one run; beyond that nothing counts as ignored, and at worst an image is built too many. */
const mostSteps = 5_000_000;

/** So many characters may all rules have together; people write some hundreds. */
const mostCharacters = 256 * 1024;

/**
 * Reads an ignore file as BuildKit does (github.com/moby/patternmatcher, `MatchesUsingParentResults`): paths are relative to
 * the build context, the last match wins, a matched folder takes its content along, upper and lower case differ. A file
 * that docker refuses ignores nothing: the build will say so.
 */
export function readDockerignore(text: string): (path: string) => boolean {
  const rules = readRules(text);
  if (!rules) return () => false;
  let left = mostSteps;
  const spend = (steps: number): void => {
    left -= steps;
  };
  const folders = new Map<string, Verdict>();
  const judge = (path: string): Verdict => {
    const end = path.lastIndexOf('/');
    return verdictOn(path, rules, end < 0 ? undefined : folderAt(path.slice(0, end)), spend);
  };
  const folderAt = (path: string): Verdict => {
    const verdict = folders.get(path) ?? judge(path);
    folders.set(path, verdict);
    return verdict;
  };
  return (path) => left >= 0 && judge(path).ignored && left >= 0;
}

function verdictOn(
  path: string,
  rules: readonly Rule[],
  parent: Verdict | undefined,
  spend: (steps: number) => void,
): Verdict {
  let ignored = false;
  const matched = rules.map((rule, index) => {
    // A rule that would change nothing is not looked at, and then does not count for what lies below either.
    const own = parent?.matched[index] === true || (rule.exception === ignored && rule.matches(path, spend));
    if (own) ignored = !rule.exception;
    return own;
  });
  spend(rules.length);
  return { matched, ignored };
}

/** The rules of an ignore file; `undefined` where docker refuses it, or it is too long (github.com/moby/patternmatcher/ignorefile). */
function readRules(text: string): Rule[] | undefined {
  if (text.length > mostCharacters) return undefined;
  const rules: Rule[] = [];
  for (const line of text.replace(/^\ufeff/, '').split(/\r?\n/)) {
    if (line.length >= longestLine) return undefined;
    const trimmed = line.startsWith('#') ? '' : line.trim();
    if (trimmed === '') continue;
    const negated = trimmed.startsWith('!');
    const written = negated ? trimmed.slice(1).trim() : trimmed;
    const path = written === '' ? '' : cleaned(written);
    const relative = path.length > 1 && path.startsWith('/') ? path.slice(1) : path;
    // Docker reads what comes out of that once more, with its `!`.
    const rule = cleaned(`${negated ? '!' : ''}${relative}`.trim());
    const exception = rule.startsWith('!');
    const pattern = exception ? rule.slice(1) : rule;
    if (pattern === '') return undefined;
    const states = statesOf(pattern);
    if (!states) return undefined;
    rules.push({ exception, matches: matcher(pattern, states, exception) });
  }
  return rules;
}

/** A path without `.`, `..` and repeated `/` (Go, path.Clean). */
function cleaned(path: string): string {
  const rooted = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (!rooted) parts.push(part);
  }
  return `${rooted ? '/' : ''}${parts.join('/')}` || '.';
}

function matcher(pattern: string, states: readonly State[], exception: boolean): Rule['matches'] {
  if (!/[*?[\\]/.test(pattern)) return (path) => path === pattern;
  // `**name` matches `any-name` from docker 23 on and did not before: a file that one of them keeps is kept.
  const ending = exception ? /^\*\*([^/*?[\\]+)$/.exec(pattern)?.[1] : undefined;
  return (path, spend) => (ending !== undefined && path.endsWith(ending)) || matchesWhole(states, path, spend);
}

const anything: Characters = { slash: true };
const exactly = (character: string): State => ({ takes: { listed: new Set([character]) }, repeats: false, skips: [] });

/** A pattern as an automaton; `undefined` where Go's `filepath.Match` finds it malformed. */
function statesOf(pattern: string): State[] | undefined {
  const characters = Array.from(pattern);
  const states: State[] = [];
  let at = 0;
  while (at < characters.length) {
    const character = characters[at++] as string;
    if (character === '*' && characters[at] === '*') {
      at += characters[at + 1] === '/' ? 2 : 1;
      const { length } = states;
      if (at >= characters.length) states.push({ takes: anything, repeats: true, skips: [length + 1] });
      else
        states.push(
          { takes: nothing, repeats: false, skips: [length + 1, length + 3] },
          { takes: anything, repeats: true, skips: [length + 2] },
          exactly('/'),
        );
    } else if (character === '*') {
      states.push({ takes: { slash: false }, repeats: true, skips: [states.length + 1] });
    } else if (character === '?') {
      states.push({ takes: { slash: false }, repeats: false, skips: [] });
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

/** What stands in brackets, from behind `[` (Go, path.Match); `undefined` where it is malformed. */
function readClass(characters: readonly string[], start: number): { takes: Characters; at: number } | undefined {
  const negated = characters[start] === '^';
  const ranges: [string, string][] = [];
  let at = negated ? start + 1 : start;
  const next = (): string | undefined => {
    const character = characters[at++];
    if (character === undefined || character === '-' || (character === ']' && ranges.length === 0)) return undefined;
    return character === '\\' ? characters[at++] : character;
  };
  while (characters[at] !== ']' || ranges.length === 0) {
    const first = next();
    if (first === undefined) return undefined;
    const isRange = characters[at] === '-';
    if (isRange) at++;
    const last = isRange ? next() : first;
    if (last === undefined || characters[at] === undefined) return undefined;
    ranges.push([first, last]);
  }
  return { takes: { ranges, negated }, at: at + 1 };
}
