import { describe, expect, test } from '@jest/globals';
import { span, waitLine } from '../../src/core/report/waiting.ts';

describe('a line while waiting', () => {
  test.each([
    [
      { what: 'the deploy d to run', status: 'DEPLOYING', waited: 30_000, left: 1_170_000 },
      'Waiting for the deploy d to run: DEPLOYING (30 s so far, at most 20 min)',
    ],
    [
      { what: 'Airflow to parse 2 DAG files', status: '', waited: 90_400, left: -1 },
      'Waiting for Airflow to parse 2 DAG files (1 min 30 s so far, at most 1 min 30 s)',
    ],
  ])('%o', (facts, line) => {
    expect(waitLine(facts)).toBe(line);
  });

  test.each([
    [0, '0 s'],
    [59_400, '59 s'],
    [59_600, '1 min'],
    [150_000, '2 min 30 s'],
    [3_600_000, '1 h'],
    [3_900_000, '1 h 5 min'],
  ])('%i ms are %s', (milliseconds, text) => {
    expect(span(milliseconds)).toBe(text);
  });
});
