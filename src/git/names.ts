import { isUtf8 } from 'node:buffer';

/** Splits NUL-ended names. A segment that is not UTF-8 shows its bytes as `\xE9`, so that folders around it still match. */
export function splitNames(output: Buffer): string[] {
  const text = isUtf8(output) ? output.toString('utf8') : output.toString('latin1').replace(/[^/\0]+/g, segment);
  return text.split('\0').slice(0, -1);
}

function segment(latin1: string): string {
  const bytes = Buffer.from(latin1, 'latin1');
  if (isUtf8(bytes)) return bytes.toString('utf8');
  return latin1.replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).toUpperCase()}`);
}
