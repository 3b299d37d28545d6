import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { codeSpan, neutralise, oneLine, redact, spellings } from '../../src/core/text.ts';

/**
 * What GitHub's runner takes for a command: `::name` at the start of a line after white space, `##[name` anywhere in one.
 * Stricter than the runner: characters without width are dropped first (actions/runner, ActionCommand.cs).
 */
function commands(text: string): string[] {
  const visible = text.replace(/\p{Cf}/gu, '');
  return visible
    .split(/\r\n|[\n\r\u2028\u2029\u0085\u000b\u000c]/)
    .filter((line) => line.trimStart().startsWith('::') || line.includes('##['));
}

const hostile = fc
  .array(
    fc.constantFrom(
      '::',
      '##[',
      '##',
      '[',
      ':',
      'set-output name=x',
      'add-mask',
      '\n',
      '\r',
      '\r\n',
      '\u2028',
      '\u2029',
      '\u0085',
      '\u000b',
      '\u000c',
      '\u200b',
      '\ufeff',
      '\u202e',
      '\u00ad',
      '\u00a0',
      ' ',
      '\t',
      '\u001b[31m',
      '\u001b]0;x\u0007',
      '\u0000',
      '%0A',
      'x',
    ),
    { maxLength: 24 },
  )
  .map((parts) => parts.join(''));

describe('workflow commands', () => {
  test('T-04 property: no text from outside becomes a command', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(commands(neutralise(text))).toEqual([]);
      }),
      { numRuns: 20_000 },
    );
  });

  test.each([
    ['::set-output name=x::y', '.::set-output name=x::y'],
    ['  ::stop-commands::t', '  .::stop-commands::t'],
    ['a ##[error]b', 'a ## [error]b'],
    ['\u001b[31mred\u001b[0m', 'red'],
    ['one\r\ntwo\rthree\u2028four', 'one\ntwo\nthree\nfour'],
    ['C:::D stays', 'C:::D stays'],
    ['#\u200b#[add-mask]x', '## [add-mask]x'],
  ])('T-04: %j', (text, expected) => {
    expect(neutralise(text)).toBe(expected);
  });
});

describe('secrets', () => {
  const secret = 'canary-9f3b7c21-d4e8/=+"é';

  test('T-15: no spelling of a secret is left', () => {
    const forms = [
      secret,
      ` ${secret}\n`,
      `Bearer ${secret}`,
      btoa(Array.from(new TextEncoder().encode(`cli:${secret}`), (byte) => String.fromCharCode(byte)).join('')),
      encodeURIComponent(secret),
      JSON.stringify({ token: secret }),
    ];
    for (const form of forms) {
      const clean = redact(`before ${form} after`, spellings(secret));
      expect(clean).toContain('***');
      expect(clean).not.toContain('9f3b7c21');
      expect(clean).not.toContain('Y2FuYXJ5');
    }
  });

  test('T-15: inside other text its base64 is found at each alignment', () => {
    for (const prefix of ['', 'x', 'xy', 'xyz']) {
      const encoded = btoa(`${prefix}canary-9f3b7c21-d4e8:tail`);
      expect(redact(encoded, spellings('canary-9f3b7c21-d4e8'))).toContain('***');
    }
  });

  test('T-16: each line of a key is a secret of its own, lines that are too short are not', () => {
    expect(spellings('-----BEGIN KEY-----\nabcdefgh\n}\n')).toEqual(
      expect.arrayContaining(['-----BEGIN KEY-----', 'abcdefgh']),
    );
    expect(spellings('-----BEGIN KEY-----\nabcdefgh\n}\n')).not.toContain('}');
  });

  test.each(['', ' ', 'a', 'true', '12345'])('T-16: %j is too short to be masked', (value) => {
    expect(spellings(value)).toEqual([]);
  });
});

describe('text in sentences and tables', () => {
  test('one line, of bounded length', () => {
    expect(oneLine(' a\n\n b\tc ')).toBe('a b c');
    expect(oneLine('x'.repeat(300))).toHaveLength(200);
  });

  test.each([
    ['feature/x', '`feature/x`'],
    ['a`b``c', '```a`b``c```'],
    ['`x`', '`` `x` ``'],
    ['a|b', '`a\\|b`'],
    ['@org/team <img src=x> --> [x](javascript:y)', '`@org/team <img src=x> --> [x](javascript:y)`'],
    ['', ''],
    ['\n', ''],
  ])('T-24: %j as a code span', (text, expected) => {
    expect(codeSpan(text)).toBe(expected);
  });
});
