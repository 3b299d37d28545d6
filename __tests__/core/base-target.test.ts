import { expect, test } from '@jest/globals';
import { baseTarget } from '../../src/core/config/base-target.ts';
import { readConfig } from '../../src/core/config/read.ts';

const config = readConfig('environments:\n  main: { deployment: etl-prod }\n  dev: { deployment-id: cm1 }\n', 'f');
const given = { by: 'name', name: 'given' } as const;

test.each([
  ['main', given, { by: 'name', name: 'etl-prod' }],
  ['dev', undefined, { by: 'id', id: 'cm1' }],
  ['other', given, given],
  ['other', undefined, undefined],
  [undefined, given, given],
])('base branch %s, inputs %j: %j', (base, target, expected) => {
  expect(baseTarget(config, base, target)).toEqual(expected);
});
