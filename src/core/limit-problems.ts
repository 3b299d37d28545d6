import type { Problem } from './errors.ts';

/** Most problems of one kind that are shown; GitHub shows ten annotations of a level for each step. */
export const mostOfKind = 8;

/**
 * The problems to show: the first eight of each kind, then for each kind how many more there are. Of one kind are those
 * whose sentence is the same but for what stands in backticks, and for numbers.
 */
export function limitProblems(problems: readonly Problem[]): Problem[] {
  const kinds = new Map<string, Problem[]>();
  const shown: Problem[] = [];
  for (const problem of problems) {
    const kind = kindOf(problem.message);
    const same = kinds.get(kind) ?? [];
    kinds.set(kind, same);
    same.push(problem);
    if (same.length <= mostOfKind) shown.push(problem);
  }
  const more = [...kinds.values()].flatMap((same): Problem[] => {
    const [first] = same as [Problem];
    const count = same.length - mostOfKind;
    if (count <= 0) return [];
    const message = `${String(count)} more ${count === 1 ? 'problem' : 'problems'} like this one: ${first.message}`;
    return [{ message, ...(first.at && { at: { file: first.at.file } }) }];
  });
  return [...shown, ...more];
}

/** `limitProblems` for sentences without a place. */
export const limitSentences = (sentences: readonly string[]): string[] =>
  limitProblems(sentences.map((message) => ({ message }))).map(({ message }) => message);

/** A sentence without what differs from case to case; long ones are compared by their beginning. */
const kindOf = (message: string): string =>
  message
    .slice(0, 2_000)
    .replace(/`[^`]*`/g, '`')
    .replace(/\d+/g, '0')
    .slice(0, 200);
