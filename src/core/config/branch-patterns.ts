import { accepts, closed, matchesWhole, nothing, step, takes, type State } from '../automaton.ts';

/**
 * GitHub's filter patterns for branches (docs.github.com, "Workflow syntax for GitHub Actions", "Filter pattern cheat
 * sheet"), each of them a small automaton.
 */

/** A pattern without its leading `!`, ready to be matched. */
export interface BranchPattern {
  readonly text: string;
  readonly states: readonly State[];
}

export type ParsedPattern =
  | { readonly ok: true; readonly negated: boolean; readonly pattern: BranchPattern }
  | { readonly ok: false; readonly why: string };

/** Parses one filter pattern; `why` is a part of a sentence. */
export function parsePattern(text: string): ParsedPattern {
  const negated = text.startsWith('!');
  // Whole characters, so that `?` after an emoji makes all of it optional.
  const characters = Array.from(negated ? text.slice(1) : text);
  if (characters.length === 0) return refused(negated ? 'there is nothing after `!`' : 'it is empty');
  const states: State[] = [];
  let single = false;
  let at = 0;
  while (at < characters.length) {
    const character = characters[at++] as string;
    if (character === '*') {
      const slash = characters[at] === '*';
      if (slash) at++;
      // The cheat sheet's `**/README.md` matches `README.md`, its `docs/**/*.md` matches `docs/README.md`.
      const folders = slash && characters[at] === '/' && [undefined, '/'].includes(characters[at - 3]);
      if (folders) states.push({ takes: nothing, repeats: false, skips: [states.length + 1, states.length + 3] });
      states.push({ takes: { slash }, repeats: true, skips: [states.length + 1] });
      single = false;
      continue;
    }
    if (character === '?' || character === '+') {
      const before = states.at(-1);
      if (!single || !before)
        return refused(`\`${character}\` has no character before it (\`\\${character}\` is the character itself)`);
      if (character === '?') states[states.length - 1] = { ...before, skips: [states.length] };
      else states.push({ ...before, repeats: true, skips: [states.length + 1] });
      single = false;
      continue;
    }
    let listed: ReadonlySet<string>;
    if (character === '[') {
      const found = parseBrackets(characters, at);
      if (typeof found === 'string') return refused(found);
      ({ listed, at } = found);
    } else if (character === '\\') {
      const escaped = characters[at++];
      if (escaped === undefined) return refused('there is nothing after its last `\\`');
      listed = new Set([escaped]);
    } else {
      listed = new Set([character]);
    }
    states.push({ takes: { listed }, repeats: false, skips: [] });
    single = true;
  }
  return { ok: true, negated, pattern: { text: characters.join(''), states } };
}

const refused = (why: string): ParsedPattern => ({ ok: false, why });

/** What stands in brackets, from behind `[`; a text says what is wrong. */
function parseBrackets(characters: readonly string[], start: number): { listed: Set<string>; at: number } | string {
  const listed = new Set<string>();
  let at = start;
  for (;;) {
    const first = characters[at++];
    if (first === undefined) return '`[` is not closed';
    if (first === ']') break;
    if (first === '\\') {
      const escaped = characters[at++];
      if (escaped === undefined) return '`[` is not closed';
      listed.add(escaped);
      continue;
    }
    const last = characters[at + 1];
    // `-` at either end stands for itself.
    if (characters[at] !== '-' || last === undefined || last === ']') {
      listed.add(first);
      continue;
    }
    if (!['09', 'az', 'AZ'].some((kind) => within(kind, first) && within(kind, last)))
      return `the range \`${first}-${last}\` is not one of a-z, A-Z, 0-9 or a part of one`;
    if (first > last) return `the range \`${first}-${last}\` runs backwards`;
    for (let code = first.charCodeAt(0); code <= last.charCodeAt(0); code++) listed.add(String.fromCharCode(code));
    at += 2;
  }
  return listed.size > 0 ? { listed, at } : '`[]` lists no character';
}

const within = (kind: string, character: string): boolean =>
  character.length === 1 && character >= kind.charAt(0) && character <= kind.charAt(1);

/** Whether a pattern matches the whole of a branch name, character by character as they are; its `!` plays no part. */
export const matches = (pattern: BranchPattern, branch: string): boolean => matchesWhole(pattern.states, branch);

/** Whether a list of patterns selects a branch: the last pattern that matches it decides (cheat sheet, "Patterns to match branches and tags"). */
export function selects(
  patterns: readonly { readonly negated: boolean; readonly pattern: BranchPattern }[],
  branch: string,
): boolean {
  const last = patterns.findLast(({ pattern }) => matches(pattern, branch));
  return last !== undefined && !last.negated;
}

/** So many steps are taken; patterns that people write need some hundreds. */
const mostSteps = 200_000;

/**
 * Whether every branch name that `later` matches is matched by one of `earlier` too, so that `later` never gets its turn.
 * Exact up to a bound on the work, beyond which the answer is no.
 */
export function covers(earlier: readonly BranchPattern[], later: BranchPattern): boolean {
  const alphabet = representatives([later, ...earlier]);
  const start = earlier.map((pattern) => closed(pattern.states, [0]));
  const todo = closed(later.states, [0]).map((state) => ({ state, reached: start }));
  const seen = new Set<string>();
  let steps = 0;
  for (const { state, reached } of todo) {
    const key = `${state};${reached.join(';')}`;
    if (seen.has(key)) continue;
    seen.add(key);
    for (const character of alphabet) {
      steps += 1 + earlier.length;
      if (steps > mostSteps) return false;
      const next = step(later.states, [state], character);
      if (next.length === 0) continue;
      const others = earlier.map((pattern, index) => step(pattern.states, reached[index] as number[], character));
      if (
        accepts(later.states, next) &&
        !earlier.some((pattern, index) => accepts(pattern.states, others[index] as number[]))
      )
        return false;
      todo.push(...next.map((one) => ({ state: one, reached: others })));
    }
  }
  return true;
}

/** One character for each kind that the patterns tell apart; the empty text stands for every character that none names. */
function representatives(patterns: readonly BranchPattern[]): string[] {
  const states = patterns.flatMap((pattern) => pattern.states);
  const named = states.flatMap((state) => ('listed' in state.takes ? [...state.takes.listed] : []));
  const kinds = new Map<string, string>();
  for (const character of new Set(['', '/', ...named]))
    kinds.set(states.map((state) => (takes(state, character) ? '1' : '0')).join(''), character);
  return [...kinds.values()];
}
