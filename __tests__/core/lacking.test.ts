import { expect, test } from '@jest/globals';
import { lacking } from '../../src/core/lacking.ts';

test.each<[unknown, string | undefined]>([
  [{ a: 1, b: null }, undefined],
  [{ a: 1 }, "Airflow's answer lacks `b`"],
  [{}, "Airflow's answer lacks `a`, `b`"],
  [[], "Airflow's answer lacks `a`, `b`"],
  ['text', "Airflow's answer lacks `a`, `b`"],
  [null, "Airflow's answer lacks `a`, `b`"],
  [undefined, "Airflow's answer lacks `a`, `b`"],
])('%j', (answer, expected) => {
  expect(lacking('Airflow', answer, ['a', 'b'])).toBe(expected);
});
