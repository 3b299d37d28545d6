import { expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { readFileSync } from 'node:fs';
import { inputNames, replaced } from '../../src/inputs/names.ts';
import type { InputTable } from '../../src/inputs/table.ts';

test('the names of the inputs are those of action.yml, and what is replaced is none of them', () => {
  const { inputs } = load(readFileSync('action.yml', 'utf8')) as { inputs: Record<string, unknown> };
  expect([...inputNames].sort()).toEqual(Object.keys(inputs).sort());
  expect(Object.keys(replaced).filter((name) => name in inputs)).toEqual([]);
});

// Read by the compiler (`npm run types`): each line must be refused, else the directive above it is an error.
test('a misspelt key, a missing member and a value of another type do not compile', () => {
  // @ts-expect-error: `organisationId` is no member of the inputs.
  const misspelt: Partial<InputTable> = { organisationId: () => 'x' };
  // @ts-expect-error: the other members are missing.
  const incomplete: InputTable = { force: () => true };
  // @ts-expect-error: `waitTime` is a number, and never left out.
  const optional: Partial<InputTable> = { waitTime: () => undefined };
  // @ts-expect-error: `force` is a boolean.
  const mistyped: Partial<InputTable> = { force: () => 'true' };
  expect([misspelt, incomplete, optional, mistyped]).toHaveLength(4);
});
