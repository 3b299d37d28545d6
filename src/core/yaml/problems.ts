import { UserError, type Problem } from '../errors.ts';
import { limitProblems } from '../limit-problems.ts';

/** Where problems of one file are gathered, so that the user sees all of them at once. */
export interface Findings {
  readonly problems: Problem[];
  readonly notices: Problem[];
}

/** Throws one UserError with everything that was found. */
export function refuseProblems(file: string, { problems }: Findings): void {
  if (problems.length === 0) return;
  const shown = limitProblems(problems);
  const lines = shown.map(
    ({ message, at }) => `${file}${at?.line === undefined ? '' : `:${at.line}:${at.column ?? 1}`}: ${message}`,
  );
  throw new UserError(lines.join('\n'), { problems: shown });
}

/** The name that was probably meant: at most two letters off, or `undefined`. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const ranked = names
    // The lengths alone say that so many letters are off.
    .filter((candidate) => Math.abs(candidate.length - name.length) <= 2)
    .map((candidate) => ({ candidate, distance: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best && best.distance <= Math.min(2, Math.floor(name.length / 2)) ? best.candidate : undefined;
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (above[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min((above[j] as number) + 1, (row[j - 1] as number) + 1, change));
    }
  }
  return row[b.length] as number;
}
