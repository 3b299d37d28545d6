import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { objectKinds } from '../../src/core/config/schema-objects.ts';
import { UserError } from '../../src/core/errors.ts';
import { isSelected, readPatterns } from '../../src/core/objects/patterns.ts';

test('reads kind, key and negation', () => {
  expect(readPatterns(['connection:snow*', '*:shared_*', '!metrics-export:a:b'])).toEqual([
    { negated: false, kind: 'connection', key: 'snow*' },
    { negated: false, key: 'shared_*' },
    { negated: true, kind: 'metrics-export', key: 'a:b' },
  ]);
});

test.each([
  ['connections:snow', 'did you mean `connection:snow`?'],
  ['snow', '(kinds: connection, '],
  ['connection:', '(kinds: connection, '],
  [':snow', '(kinds: connection, '],
  ['zebra:snow', '(kinds: connection, '],
])('%s is no pattern', (line, message) => {
  const error = (() => {
    try {
      return readPatterns(['connection:fine', line, '!']);
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toBeInstanceOf(UserError);
  const { problems } = error as UserError;
  expect(problems.map((problem) => problem.message)).toEqual([
    expect.stringContaining(message),
    expect.stringContaining('`!`'),
  ]);
});

describe('which objects are meant', () => {
  test.each([
    [[], 'connection', 'a', true],
    [[], 'environment-variable', 'a', false],
    [['connection:a'], 'connection', 'a', true],
    [['connection:a'], 'connection', 'A', false],
    [['connection:a'], 'airflow-variable', 'a', false],
    [['*:a'], 'airflow-variable', 'a', true],
    [['*:a'], 'environment-variable', 'a', false],
    [['environment-variable:*'], 'environment-variable', 'a', true],
    [['environment-variable:*', '*:a'], 'environment-variable', 'a', true],
    [['environment-variable:*', '!*:a'], 'environment-variable', 'a', false],
    [['!connection:a'], 'connection', 'b', true],
    [['!connection:a'], 'connection', 'a', false],
    [['!connection:a'], 'environment-variable', 'b', false],
    [['connection:*', '!connection:a*', 'connection:ab'], 'connection', 'ab', true],
    [['connection:*', '!connection:a*', 'connection:ab'], 'connection', 'ac', false],
    [['connection:*', '!connection:a*', 'connection:ab'], 'metrics-export', 'x', false],
  ] as const)('%j, %s:%s: %s', (lines, kind, key, meant) => {
    expect(isSelected(readPatterns(lines), kind, key)).toBe(meant);
  });

  test.each([
    ['a*c', 'abc', true],
    ['a*c', 'ac', true],
    ['a*c', 'acd', false],
    ['a*c', 'xac', false],
    ['aba*aba', 'aba', false],
    ['*b*', 'abc', true],
    ['*x*', 'abc', false],
    ['a*b*b', 'ab', false],
    ['a*bb*b', 'abb', false],
    ['a*b*c*d', 'a-b-c-d', true],
    ['a*c*b*d', 'a-b-c-d', false],
    ['**', '', true],
    ['a.c', 'abc', false],
  ])('`%s` and `%s`: %s', (glob, key, matches) => {
    expect(isSelected([{ negated: false, key: glob }], 'connection', key)).toBe(matches);
  });

  test('a pattern says the same as the regular expression of its pieces', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
    fc.assert(
      fc.property(letters, fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 }), (key, text) => {
        const expected = new RegExp(`^${key.replaceAll('*', '.*')}$`).test(text);
        expect(isSelected([{ negated: false, key }], 'connection', text)).toBe(expected);
      }),
    );
  });

  test('a long pattern of many pieces is quick', () => {
    const key = `${'*a'.repeat(2_000)}*b`;
    expect(isSelected([{ negated: false, key }], 'connection', 'a'.repeat(20_000))).toBe(false);
  });

  test('an environment variable is never meant where no pattern names its kind', () => {
    const line = fc.record({
      negated: fc.boolean(),
      kind: fc.constantFrom(...objectKinds.filter((kind) => kind !== 'environment-variable'), undefined),
      key: fc.constantFrom('*', 'a', 'a*'),
    });
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const patterns = lines.map(({ kind, ...rest }) => ({ ...rest, ...(kind && { kind }) }));
        expect(isSelected(patterns, 'environment-variable', 'a')).toBe(false);
      }),
    );
  });
});
