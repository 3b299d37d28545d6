import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { codeSpan, neutralise, oneLine, redact, redactAll, spellings } from '../../src/core/text.ts';

/**
 * What GitHub's runner takes for a command: `::name` at the start of a line after white space, `##[name` anywhere in one.
 * Stricter than the runner: characters without width are dropped first (actions/runner, ActionCommand.cs).
 */
function commands(text: string): string[] {
  const visible = text.replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '');
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
      '\u034f',
      '\ufe0f',
      '\u3164',
      '\u{e0001}',
      '\u{e0100}',
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
  test('property: no text from outside becomes a command [T-04]', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(commands(neutralise(text))).toEqual([]);
      }),
      { numRuns: 20_000 },
    );
  });

  test('no character that can be ignored hides a command, whichever it is [T-04]', () => {
    const ignorable = Array.from({ length: 0x110000 }, (_, code) => code)
      .filter((code) => code < 0xd800 || code > 0xdfff)
      .map((code) => String.fromCodePoint(code))
      .filter((character) => /[\p{Cf}\p{Default_Ignorable_Code_Point}]/u.test(character));
    expect(ignorable.length).toBeGreaterThan(4_000);
    for (const character of ignorable) {
      expect(neutralise(`${character}::error::x`)).toBe('.::error::x');
      expect(neutralise(`x #${character}#${character}[error]`)).toBe('x ## [error]');
    }
  });

  test.each([
    ['::set-output name=x::y', '.::set-output name=x::y'],
    ['  ::stop-commands::t', '  .::stop-commands::t'],
    ['a ##[error]b', 'a ## [error]b'],
    ['\u001b[31mred\u001b[0m', 'red'],
    ['one\r\ntwo\rthree\u2028four', 'one\ntwo\nthree\nfour'],
    ['C:::D stays', 'C:::D stays'],
    ['#\u200b#[add-mask]x', '## [add-mask]x'],
  ])('%j [T-04]', (text, expected) => {
    expect(neutralise(text)).toBe(expected);
  });
});

describe('secrets', () => {
  const secret = 'canary-9f3b7c21-d4e8/=+"é';

  test('no spelling of a secret is left [T-15]', () => {
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

  test('inside other text its base64 is found at each alignment [T-15]', () => {
    for (const prefix of ['', 'x', 'xy', 'xyz']) {
      const encoded = btoa(`${prefix}canary-9f3b7c21-d4e8:tail`);
      expect(redact(encoded, spellings('canary-9f3b7c21-d4e8'))).toContain('***');
    }
  });

  test('each line of a key is a secret of its own, lines that are too short are not [T-16]', () => {
    expect(spellings('-----BEGIN KEY-----\nabcdefgh\n}\n')).toEqual(
      expect.arrayContaining(['-----BEGIN KEY-----', 'abcdefgh']),
    );
    expect(spellings('-----BEGIN KEY-----\nabcdefgh\n}\n')).not.toContain('}');
  });

  test.each(['', ' ', 'a', 'true', '12345'])('%j is too short to be masked [T-16]', (value) => {
    expect(spellings(value)).toEqual([]);
  });
});

describe('what a cut leaves of a secret', () => {
  const secret = 'canary-9f3b7c21-d4e8-0a1b2c3d4e5f-6789';
  const known = spellings(secret);

  test('property: no piece of 12 characters or more is left at a cut, wherever it is [T-15]', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(80), fc.constantFrom('', ' and more', '\nnext'), (before, limit, after) => {
        const cut = oneLine(`${'x'.repeat(before)} ${secret}`, Math.max(limit, 1));
        const clean = redact(`${cut}${after}`, known);
        for (let at = 0; at + 12 <= secret.length; at++) expect(clean).not.toContain(secret.slice(at, at + 12));
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([
    [`x ${secret.slice(0, 12)}… y`, 'x ***… y'],
    [`x ${secret.slice(0, 11)}… y`, `x ${secret.slice(0, 11)}… y`],
    [`x ${secret.slice(5, 25)}…`, 'x ***…'],
    [`${secret.slice(0, 20)}…${secret.slice(0, 30)}…`, '***…***…'],
    [`x ${secret.slice(0, 20)}`, `x ${secret.slice(0, 20)}`],
    ['short…', 'short…'],
    ['nothing of it at all…', 'nothing of it at all…'],
  ])('%j [T-15]', (text, expected) => {
    expect(redact(text, known)).toBe(expected);
  });

  test('the longest of several readings counts [T-15]', () => {
    expect(redact('abcdefghijkl…', ['abcdefghijkl-abcdefghijklmno'])).toBe('***…');
    expect(redact('x-abcdefghijkl…', ['abcdefghijklm x-abcdefghijklm'])).toBe('***…');
  });

  test('a secret is found on one line too [T-15]', () => {
    expect(redact(oneLine('a first\tpart  of it b'), spellings('first\tpart  of it'))).toBe('a *** b');
  });

  test('every text in a value is redacted, and nothing else is touched [T-15]', () => {
    const when = new Date(0);
    const value = { a: secret, b: [{ c: `x ${secret}` }], when, none: undefined, no: null, n: 1 };
    expect(redactAll(value, (text) => redact(text, known))).toEqual({
      ...value,
      a: '***',
      b: [{ c: 'x ***' }],
    });
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
  ])('%j as a code span [T-24]', (text, expected) => {
    expect(codeSpan(text)).toBe(expected);
  });
});
