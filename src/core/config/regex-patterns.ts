import type { Position, Problem } from '../errors.ts';
import { oneLine } from '../text.ts';

const looksLikeRegex = /^!?\^|\$$|(?:^|\/)\.[*+]|\\[dwsDWS]|\([^)]*\|/;

/** Warns of patterns that look like regular expressions: they are valid globs, and match no branch that was meant. */
export const regexWarnings = (patterns: readonly { readonly text: string; readonly at: Position }[]): Problem[] =>
  patterns
    .filter(({ text }) => looksLikeRegex.test(text))
    .map(({ text, at }) => ({
      message: `\`${oneLine(text, 60)}\` looks like a regular expression, but branch patterns are globs as in GitHub's branch filters: write \`feature/**\` for \`^feature/.*$\`.`,
      at,
    }));
