import { isLoopback } from '../addresses.ts';
import { codeSpan, neutralise, oneLine } from '../text.ts';

/** Most entries of a kind that are listed one by one. */
const most = 20;

/** A character that changes how the one before it looks; written as an entity, because text that leaves is cleaned of it. */
export const asEmoji = '&#xFE0F;';

/** Breaks what GitHub links by itself (mentions, references, addresses): a space without width, as an entity. */
const gap = '&#8203;';

/**
 * Text from outside as plain text in Markdown, on one line: no syntax, HTML, mention, reference or address in it works.
 * What stands in single backticks becomes a code span.
 */
export function prose(text: string, limit = 2_000): string {
  return oneLine(text, limit)
    .split(/(?<!`)`(?!`)([^`]+)`(?!`)/)
    .map((part, index) => (index % 2 === 1 ? codeSpan(part) : escaped(part)))
    .join('');
}

/** What has a meaning in Markdown or HTML, or is linked by GitHub, each found once. */
const meaningful = /[@&<>$|[\]`"]|[\\*_~!]|#(?=\d)|GH-(?=\d)|:(?=\/\/)|www(?=\.)/gi;

const escaped = (text: string): string =>
  text
    .replace(meaningful, (found) => entities[found] ?? (/^[\\*_~!]$/.test(found) ? `\\${found}` : `${found}${gap}`))
    .replace(/^(\d+)([.)])/, '$1\\$2')
    .replace(/^[-+=#]/, '\\$&');

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '"',
  $: '&#36;',
  '|': '&#124;',
  '[': '&#91;',
  ']': '&#93;',
  '`': '&#96;',
};

/** Text from outside as plain text in HTML, where Markdown is not read. */
export const html = (text: string): string =>
  oneLine(text).replace(meaningful, (found) => {
    if (/^[[\]$|`\\*_~!]$/.test(found)) return found;
    return found === '"' ? '&quot;' : (entities[found] ?? `${found}${gap}`);
  });

/** A link whose text is Markdown already; the text alone where there is no address, or none that is safe to follow. */
export function linked(text: string, url: string | undefined): string {
  return link(text, url) ?? text;
}

/** A link; `undefined` where there is no address, or none that is safe to follow. */
export function link(text: string, url: string | undefined): string | undefined {
  const target = address(url ?? '');
  return target === undefined ? undefined : `[${text === '' ? 'open' : text}](${target})`;
}

/**
 * An address for a link: `https`, or `http` on this machine, without a user's name. Whatever could end the link, the
 * table's cell or a code span beside it is encoded; the parser has encoded all that is not ASCII.
 */
function address(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url || url.username !== '' || url.password !== '' || !/^[\w.:[\]-]+$/.test(url.host)) return undefined;
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) return undefined;
  const rest = `${url.pathname}${url.search}${url.hash}`.replace(
    /[^\w.~:/?#&+,;=%-]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${url.origin}${rest}`;
}

/** The entries that are shown, and how many more there are. */
export function list(entries: readonly string[], separator: string): string | undefined {
  if (entries.length === 0) return undefined;
  const more = entries.length > most ? [`and ${String(entries.length - most)} more`] : [];
  return [...entries.slice(0, most), ...more].join(separator);
}

/** A row of a table: its title and its Markdown; one without a value is left out. */
export type Row = readonly [title: string, value: string | undefined];

/** Rows as a table without a head; nothing where no row has a value. */
export function table(rows: readonly Row[], head: readonly [string, string] = ['', '']): string[] {
  const lines = rows.flatMap(([title, value]) => (value ? [`| ${title} | ${value} |`] : []));
  if (lines.length === 0) return [];
  return [head.join('') === '' ? '| | |' : `| ${head[0]} | ${head[1]} |`, '| --- | --- |', ...lines, ''];
}

/** A part that is folded up. `title` is text from outside, `lines` are Markdown. */
export const details = (title: string, lines: readonly string[]): string[] => [
  `<details><summary>${html(title)}</summary>`,
  '',
  ...lines,
  '',
  '</details>',
  '',
];

/** Lines from outside as a block of code, which nothing in them ends. */
export function fence(lines: readonly string[], language: 'text' | 'diff' = 'text'): string[] {
  const text = lines.map((line) => neutralise(line).replaceAll('\n', ' ').slice(0, 500));
  const longest = Math.max(2, ...Array.from(text.join('\n').matchAll(/`+/g), ([run]) => run.length));
  const mark = '`'.repeat(longest + 1);
  return [`${mark}${language}`, ...text, mark];
}

/** `1 DAG`, `2 DAGs`. */
export const counted = (count: number, noun: string): string => `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
