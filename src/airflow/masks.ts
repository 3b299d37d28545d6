import { isDeepStrictEqual } from 'node:util';
import type { AirflowExtra } from '../core/migration/airflow-objects.ts';

/** What Airflow writes in place of a secret (Airflow, "Masking sensitive data"). */
const mask = '***';

/** Reads the extra of an answer, which is the text of a JSON object, or whatever an older Airflow let in. */
export function readExtra(given: unknown): AirflowExtra {
  if (given === undefined || given === null || given === '') return { kind: 'absent' };
  const value = parsed(given);
  if (isObject(value)) return { kind: 'object', members: value, masked: maskedMembers(value) };
  return value === mask ? { kind: 'masked' } : { kind: 'unparsable' };
}

/**
 * Whether Airflow hides something of a value that it answered. It also replaces known secrets within a longer text, so
 * a mask anywhere in one counts.
 */
export function hidesSomething(value: unknown): boolean {
  return anyText(value, (text) => text.includes(mask));
}

/** Whether a value is a mask, or a JSON value with one: such a value is never stored. */
export function isMask(value: unknown): boolean {
  return anyText(parsed(value), (text) => text === mask);
}

/** Names of the members of which something is hidden, however deep; none of what is no JSON object. */
export function maskedMembers(value: unknown): string[] {
  const read = parsed(value);
  return isObject(read) ? Object.keys(read).filter((name) => hidesSomething(read[name])) : [];
}

/**
 * Whether what was sent is what is there now. What Airflow hides cannot be seen and counts as arrived; JSON in a text is
 * compared by value, because Airflow 3 formats it again when it masks it.
 */
export function arrived(sent: unknown, seen: unknown): boolean {
  const [one, other] = [parsed(sent), parsed(seen)];
  if (typeof other === 'string' && other.includes(mask)) return true;
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((entry, index) => arrived(entry, other[index]));
  if (isObject(one) && isObject(other)) {
    const names = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...names].every((name) => name in one && name in other && arrived(one[name], other[name]));
  }
  return isDeepStrictEqual(one === '' ? null : one, other === '' || other === undefined ? null : other);
}

function anyText(value: unknown, holds: (text: string) => boolean): boolean {
  if (typeof value === 'string') return holds(value);
  return typeof value === 'object' && value !== null && Object.values(value).some((one) => anyText(one, holds));
}

/** The value of a JSON text; anything else as it is. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
