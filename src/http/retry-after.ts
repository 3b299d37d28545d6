type Header = string | number | readonly string[] | undefined;

/**
 * Milliseconds that a `Retry-After` header asks to wait: seconds, or a date by the server's own clock (`Date`). Nonsense
 * and the past count as not given.
 */
export function readRetryAfter(headers: Readonly<Record<string, Header>>): number | undefined {
  const text = String(headers['retry-after'] ?? '');
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.parse(String(headers['date'] ?? ''));
  return wait > 0 ? wait : undefined;
}
