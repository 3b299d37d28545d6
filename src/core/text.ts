/**
 * Text is redacted twice: where it enters, before anything trims or cuts it, and where it leaves, to a log, an annotation,
 * a summary, an output, a comment or Astro. What the runner reads line by line has passed `neutralise` as well.
 */

const shortestSecret = 6;

/** Pieces of a secret that are left by a cut count from this length on. */
const shortestPiece = 12;

/**
 * Every spelling under which a secret could show up: as it is, trimmed, line by line, on one line, URL-encoded,
 * JSON-escaped, and base64 wherever it stands in what was encoded. Spellings of under 6 characters are left out: masking them would blank
 * half the log.
 */
export function spellings(secret: string): string[] {
  const trimmed = secret.trim();
  const lines = secret.split(/[\r\n]+/).map((line) => line.trim());
  const encoded = [encodeURIComponent(trimmed.toWellFormed()), JSON.stringify(trimmed).slice(1, -1)];
  const all = [secret, trimmed, ...lines, trimmed.replace(/\s+/g, ' '), ...encoded, ...base64(trimmed)].filter(
    (text) => text.length >= shortestSecret,
  );
  return trimmed.length < shortestSecret ? [] : [...new Set(all)].sort((a, b) => b.length - a.length);
}

/** The characters of a base64 text that come from the secret alone, for each of the three places in a group of three bytes. */
function base64(secret: string): string[] {
  const bytes = Array.from(new TextEncoder().encode(secret), (byte) => String.fromCharCode(byte)).join('');
  return [0, 1, 2].map((before) => {
    const whole = Math.floor(((before + bytes.length) * 8) / 6);
    return btoa('\0'.repeat(before) + bytes).slice(Math.ceil((before * 8) / 6), whole);
  });
}

/**
 * Replaces every spelling of every secret by `***`, and what a cut (`…`) left of one. `secrets` holds spellings, longest
 * first within one secret.
 */
export function redact(text: string, secrets: Iterable<string>): string {
  const all = [...secrets];
  const whole = all.reduce((clean, secret) => clean.replaceAll(secret, '***'), text);
  if (!whole.includes('…')) return whole;
  const pieces = whole.split('…');
  const last = pieces.pop() as string;
  return [...pieces.map((piece) => withoutPiece(piece, all)), last].join('…');
}

/** A text that was cut, without the piece of a secret that it ends in. */
function withoutPiece(text: string, secrets: readonly string[]): string {
  const end = text.slice(-shortestPiece);
  const lengths = end.length < shortestPiece ? [] : secrets.map((secret) => pieceLength(text, end, secret));
  const longest = Math.max(0, ...lengths);
  return longest === 0 ? text : `${text.slice(0, -longest)}***`;
}

/** How many of the last characters of a text are a piece of a secret; 0 where they are none. */
function pieceLength(text: string, end: string, secret: string): number {
  let longest = 0;
  for (let at = secret.indexOf(end); at >= 0; at = secret.indexOf(end, at + 1)) {
    let length = shortestPiece;
    const before = at + shortestPiece;
    while (length < before && text.at(-length - 1) === secret[before - length - 1]) length++;
    longest = Math.max(longest, length);
  }
  return longest;
}

/** Redacts every text in a value made of objects and lists; anything else stays as it is. */
export function redactAll<T>(value: T, redactText: (text: string) => string): T {
  if (typeof value === 'string') return redactText(value) as T;
  if (Array.isArray(value)) return value.map((one: unknown) => redactAll(one, redactText)) as T;
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, redactAll(one as unknown, redactText)]),
  ) as T;
}

// C0 and C1 controls but tab and newline, and what has no width of its own: .NET, which the runner is written in, leaves
// such characters out when it compares texts (learn.microsoft.com, "Best practices for comparing strings in .NET").
const invisible = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]|\p{Cf}|\p{Default_Ignorable_Code_Point}/gu;
const ansi = /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g;

/**
 * Makes text that came from outside harmless for the runner, which takes `::command::` at the start of a line (after
 * white space) and `##[command]` anywhere in one (actions/runner, ActionCommand.cs). Lines keep their order; every kind
 * of line break becomes `\n`.
 */
export function neutralise(text: string): string {
  return text
    .replace(ansi, '')
    .replace(/\r\n|\r|\u2028|\u2029|\u0085|\u000b|\u000c/g, '\n')
    .replace(invisible, '')
    .split('\n')
    .map((line) => line.replace(/##\[/g, '## [').replace(/^(\s*)::/, '$1.::'))
    .join('\n');
}

/** `neutralise` for text that belongs in the middle of a sentence: one line, at most `limit` characters. */
export function oneLine(text: string, limit = 200): string {
  const line = neutralise(text).replace(/\s+/g, ' ').trim();
  return line.length <= limit ? line : `${line.slice(0, limit - 1).trimEnd()}…`;
}

/**
 * Untrusted text as a Markdown code span: shown as it is, never as a mention, link, image or HTML. The fence is one
 * backtick longer than any in the text; `|` would end a table cell.
 */
export const codeSpan = (text: string): string => span(text, 300);

/** `codeSpan` for what says at its end what to do: an error. */
export const longCodeSpan = (text: string): string => span(text, 2_000);

function span(text: string, limit: number): string {
  const line = oneLine(text, limit).replaceAll('|', '\\|');
  if (line === '') return '';
  const longest = Math.max(0, ...Array.from(line.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}
