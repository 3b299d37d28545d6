import { expect, test } from '@jest/globals';
import { limitProblems, limitSentences } from '../../src/core/limit-problems.ts';

const at = { file: 'a.yaml', line: 1, column: 2 };
const many = (count: number, message: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => ({ message: message(index), at }));

test('eight of a kind and a count; other kinds are not pushed out [R-34, T-23]', () => {
  const found = limitProblems([
    ...many(60_000, (index) => `unknown key \`k${String(index)}\` in configuration`),
    ...many(9, (index) => `line ${String(index)} is wrong`),
    { message: 'something else' },
  ]);
  expect(found).toHaveLength(8 + 8 + 1 + 2);
  expect(found.slice(-2)).toEqual([
    {
      message: '59992 more problems like this one: unknown key `k0` in configuration',
      at: { file: 'a.yaml' },
    },
    { message: '1 more problem like this one: line 0 is wrong', at: { file: 'a.yaml' } },
  ]);
  expect(found).toContainEqual({ message: 'something else' });
});

test('what is few stays as it is', () => {
  const few = many(8, () => 'x');
  expect(limitProblems(few)).toEqual(few);
  expect(limitSentences(Array.from({ length: 9 }, () => 'a'))).toEqual([
    ...Array.from({ length: 8 }, () => 'a'),
    '1 more problem like this one: a',
  ]);
});
