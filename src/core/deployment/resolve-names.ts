import { nearest, type Findings } from '../yaml/problems.ts';
import type { Located } from '../yaml/reader.ts';
import type { Position } from '../errors.ts';
import { oneLine } from '../text.ts';

/** Records what is wrong with a place of the file. */
export type ProblemReport = (message: string, at: Position) => void;

/** Finds what a template names; what is not there becomes a problem. */
export interface NameResolver {
  readonly problem: ProblemReport;
  /** The row of that name; `what` is what it is, for messages. */
  readonly named: <T>(
    what: string,
    name: Located<string>,
    rows: readonly T[],
    nameOf: (row: T) => string,
  ) => T | undefined;
}

/** A resolver that gathers problems in `found`. */
export function nameResolver(found: Findings): NameResolver {
  const problem: ProblemReport = (message, at) => {
    found.problems.push({ message, at });
  };
  return {
    problem,
    named: (what, name, rows, nameOf) => {
      const row = rows.find((one) => nameOf(one) === name.value);
      if (!row) problem(unknownName(what, name.value, [...new Set(rows.map(nameOf))]), name.at);
      return row;
    },
  };
}

function unknownName(what: string, name: string, names: readonly string[]): string {
  const meant = nearest(name, names);
  const known = names
    .slice(0, 20)
    .map((one) => oneLine(one, 60))
    .join(', ');
  const advice = meant === undefined ? '.' : `, did you mean \`${oneLine(meant, 60)}\`?`;
  return `there is no ${what} \`${oneLine(name, 60)}\`${advice}${known && ` The API token sees: ${known}`}`;
}
