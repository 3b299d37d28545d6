import { globSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const root = new URL('../../', import.meta.url).pathname;
const legend = readFileSync(`${root}docs/requirements.md`, 'utf8');
const code = /\b(?:[TRSF]-\d{2}|I\d{1,2})\b/g;

test('every code in the name of a test is explained', () => {
  const files = globSync('__tests__/**/*.test.ts', { cwd: root });
  const used = files.flatMap((file) =>
    [...readFileSync(`${root}${file}`, 'utf8').matchAll(/\[((?:[TRSF]-\d{2}|I\d{1,2})(?:, [^\]\n]*)?)\]/g)].flatMap(
      ([, codes = '']) => codes.match(code) ?? [],
    ),
  );
  expect(used.length).toBeGreaterThan(100);
  const unknown = [...new Set(used)].filter((one) => !legend.includes(`| ${one} `));
  expect(unknown).toEqual([]);
});
