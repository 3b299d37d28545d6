/**
 * The one exit for text: everything that the Action writes to a log, an annotation, a summary, an output or an Astro
 * description has passed `redact`; everything that the runner reads line by line has passed `neutralise` as well.
 */

const shortestSecret = 6;

/**
 * Every spelling under which a secret could show up: as it is, trimmed, line by line, URL-encoded, JSON-escaped, and
 * base64 wherever it stands in what was encoded. Spellings of under 6 characters are left out: masking them would blank
 * half the log.
 */
export function spellings(secret: string): string[] {
  const trimmed = secret.trim();
  const lines = secret.split(/[\r\n]+/).map((line) => line.trim());
  const encoded = [encodeURIComponent(trimmed.toWellFormed()), JSON.stringify(trimmed).slice(1, -1)];
  const all = [secret, trimmed, ...lines, ...encoded, ...base64(trimmed)].filter(
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

/** Replaces every spelling of every secret by `***`; `secrets` holds spellings, longest first within one secret. */
export function redact(text: string, secrets: Iterable<string>): string {
  let clean = text;
  for (const secret of secrets) clean = clean.replaceAll(secret, '***');
  return clean;
}

// C0 and C1 controls but tab and newline; characters without width, among them the marks that turn the writing direction.
const invisible =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;
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
