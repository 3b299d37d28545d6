import { describe, expect, test } from '@jest/globals';
import {
  compareRuntime,
  parseRuntime,
  refuseRuntime,
  type RuntimeVersion,
} from '../../src/core/deployment/runtime-version.ts';

const read = (text: string): RuntimeVersion => {
  const version = parseRuntime(text);
  if (!version) throw new Error(text);
  return version;
};

describe('runtime versions', () => {
  test('in their order, oldest first', () => {
    const order = [
      '4.1.0',
      '9.3.0',
      '11.9.9',
      '12.0.0-rc1',
      '12.0.0',
      '12.1.0',
      '13.2.0',
      '3.0-1',
      '3.0-7',
      '3.1-1.alpha1',
      '3.1-1.beta1',
      '3.1-1',
      '3.1-14',
      '3.10-1',
      '4.0-1',
    ];
    for (const [index, newer] of order.entries()) {
      for (const older of order.slice(0, index)) {
        expect([older, newer, Math.sign(compareRuntime(read(older), read(newer)))]).toEqual([older, newer, -1]);
        expect([newer, older, Math.sign(compareRuntime(read(newer), read(older)))]).toEqual([newer, older, 1]);
      }
      expect(compareRuntime(read(newer), read(`v${newer}`))).toBe(0);
    }
  });

  test.each(['', '3', '3.1', '3.1.', 'latest', '12.1.0.0', 'x12.1.0', '3.1-', '3.1-x'])('%j is none', (text) => {
    expect(parseRuntime(text)).toBeUndefined();
  });
});

describe('which image may be deployed', () => {
  const offered = ['3.1-14', '3.1-12', '3.0-10', '13.2.0', '12.5.0', '12.1.0', '11.3.0'];
  test.each([
    ['the same version', '3.1-14', '3.1-14', undefined],
    ['a newer one', '3.1-14', '3.0-10', undefined],
    ['from Airflow 2 to 3', 'v3.1-14', '12.1.0', undefined],
    ['to a Deployment that does not say its version', '11.3.0', '', undefined],
    [
      'no version',
      'latest',
      '12.1.0',
      'The image says that its Astro Runtime version is `latest`, which is no such version.',
    ],
    [
      'an older one',
      '12.1.0',
      '12.5.0',
      'The image has Astro Runtime 12.1.0, and the Deployment runs 12.5.0: Astro does not go back to an older version. Use 12.5.0 or a newer one in the Dockerfile.',
    ],
    [
      'from Airflow 3 to 2',
      '13.2.0',
      '3.0-10',
      'The image has Astro Runtime 13.2.0, and the Deployment runs 3.0-10: Astro does not go back to an older version. Use 3.0-10 or a newer one in the Dockerfile.',
    ],
    [
      'one that is not on offer',
      '3.1-13',
      '3.0-10',
      'Astro does not offer Runtime 3.1-13 (any more). It offers 3.1-14, 3.1-12, 3.0-10.',
    ],
    [
      'one of a kind that is not on offer',
      '14.0.0',
      '13.2.0',
      `Astro does not offer Runtime 14.0.0 (any more). It offers ${offered.join(', ')}.`,
    ],
    [
      'to Airflow 3 too early',
      '3.1-14',
      '11.3.0',
      'The Deployment runs Runtime 11.3.0: the step to Airflow 3 needs Runtime 12.0.0 or newer first.',
    ],
  ])('%s', (_, image, deployed, expected) => {
    expect(refuseRuntime(image, deployed, offered)).toBe(expected);
  });
  test('something odd on offer is not a version', () => {
    expect(refuseRuntime('3.1-13', '', ['odd', '3.0-10'])).toContain('It offers 3.0-10.');
  });
});
