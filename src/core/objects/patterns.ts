import { objectKinds, type ObjectKind } from '../config/schema-objects.ts';
import { UserError } from '../errors.ts';
import { nearest } from '../yaml/problems.ts';
import { oneLine } from '../text.ts';

/** One line of the input `objects`. */
export interface ObjectPattern {
  readonly negated: boolean;
  /** `undefined`: every kind. */
  readonly kind?: ObjectKind;
  /** The key, with `*` for any characters. */
  readonly key: string;
}

/** Reads the lines of `objects`: `connection:snow*`, `*:shared_*`, `!connection:aws`. Throws UserError with all wrong ones. */
export function readPatterns(lines: readonly string[]): ObjectPattern[] {
  const wrong: string[] = [];
  const patterns = lines.flatMap((line): ObjectPattern[] => {
    const negated = line.startsWith('!');
    const [, kind = '', key = ''] = /^!?([^:]*):(.+)$/.exec(line) ?? [];
    const known = objectKinds.find((one) => one === kind);
    if (key !== '' && (known !== undefined || kind === '*')) return [{ negated, key, ...(known && { kind: known }) }];
    const meant = nearest(kind, objectKinds);
    wrong.push(
      `\`objects\`: \`${oneLine(line, 80)}\` is not a pattern such as \`connection:snowflake\`${key !== '' && meant !== undefined ? `, did you mean \`${meant}:${oneLine(key, 60)}\`?` : ` (kinds: ${objectKinds.join(', ')}, or \`*\`)`}.`,
    );
    return [];
  });
  if (wrong.length > 0) throw new UserError(wrong.join('\n'), { problems: wrong.map((message) => ({ message })) });
  return patterns;
}

/**
 * Whether an object is meant: the last pattern that matches decides; without any pattern every object is. Environment
 * variables only where a pattern names their kind: they change what every process of the Deployment sees.
 */
export function isSelected(patterns: readonly ObjectPattern[], kind: ObjectKind, key: string): boolean {
  const careful = kind === 'environment-variable';
  const matching = patterns.filter((one) => (one.kind === undefined || one.kind === kind) && globMatches(one.key, key));
  const last = matching.at(-1);
  if (last?.negated === true) return false;
  if (careful) return matching.some((one) => !one.negated && one.kind === kind);
  return last !== undefined || patterns.every(({ negated }) => negated);
}

/** `*` stands for any characters, everything else for itself; each piece is looked for once, so no pattern is slow. */
function globMatches(glob: string, text: string): boolean {
  const pieces = glob.split('*');
  if (pieces.length === 1) return glob === text;
  const first = pieces[0] as string;
  const last = pieces.at(-1) as string;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  const end = text.length - last.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}
