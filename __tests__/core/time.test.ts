import { expect, test } from '@jest/globals';
import { span, utc } from '../../src/core/time.ts';

test.each([
  ['2026-11-27T13:40:59Z', '2026-11-27 13:40 UTC'],
  ['2026-11-27T23:40:00-03:00', '2026-11-28 02:40 UTC'],
  ['soon', undefined],
])('the moment %s', (at, shown) => {
  expect(utc(new Date(at))).toBe(shown);
});

test.each([
  [0, '1 s'],
  [9_400, '9 s'],
  [59_600, '1 min'],
  [252_000, '4 min 12 s'],
  [3_600_000, '1 h'],
  [3_900_000, '1 h 5 min'],
])('%i ms', (milliseconds, shown) => {
  expect(span(milliseconds)).toBe(shown);
});
