/**
 * Small automata for patterns, walked with sets of states: what a match costs grows with pattern and text, whatever the
 * pattern says. A backtracking regular expression can take for ever for the same pattern.
 */

/** One step of a pattern: which characters it takes, whether it takes more of them, and where one may go without any. */
export interface State {
  readonly takes: Characters;
  readonly repeats: boolean;
  readonly skips: readonly number[];
}

/**
 * `listed` holds what a state names one by one, `ranges` what lies between two characters; a state with neither takes any
 * character, but `/` where `slash` is false.
 */
export type Characters =
  | { readonly listed: ReadonlySet<string> }
  | { readonly ranges: readonly (readonly [first: string, last: string])[]; readonly negated: boolean }
  | { readonly slash: boolean };

export const nothing: Characters = { listed: new Set() };

/** Whether a state takes a character. */
export function takes({ takes }: State, character: string): boolean {
  if ('listed' in takes) return takes.listed.has(character);
  if ('slash' in takes) return takes.slash || character !== '/';
  const code = character.codePointAt(0) as number;
  const within = takes.ranges.some(
    ([first, last]) => (first.codePointAt(0) as number) <= code && code <= (last.codePointAt(0) as number),
  );
  return within !== takes.negated;
}

/** The states that can be reached from these without a character, in ascending order. */
export function closed(states: readonly State[], from: Iterable<number>): number[] {
  const reached = new Set<number>();
  const todo = [...from];
  for (const state of todo) {
    if (reached.has(state)) continue;
    reached.add(state);
    todo.push(...(states[state]?.skips ?? []));
  }
  return [...reached].sort((a, b) => a - b);
}

/** The states that can be reached from these with one character. */
export const step = (states: readonly State[], from: readonly number[], character: string): number[] =>
  closed(
    states,
    from.flatMap((at) => {
      const state = states[at];
      return state && takes(state, character) ? [state.repeats ? at : at + 1] : [];
    }),
  );

/** The last state is the one behind the pattern. */
export const accepts = (states: readonly State[], reached: readonly number[]): boolean =>
  reached.at(-1) === states.length;

/** Whether a pattern matches the whole of a text; `onStep` hears how many states each character was held against. */
export function matchesWhole(
  states: readonly State[],
  text: string,
  onStep: (visited: number) => void = () => undefined,
): boolean {
  let reached = closed(states, [0]);
  for (const character of text) {
    onStep(reached.length);
    reached = step(states, reached, character);
    if (reached.length === 0) return false;
  }
  return accepts(states, reached);
}
