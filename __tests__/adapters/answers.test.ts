import { expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { readFileSync } from 'node:fs';
import { checkAnswer, required, type Answer } from '../../src/astro/answers.ts';

const contract = load(readFileSync(new URL('../../contract/astro-api.openapi.yaml', import.meta.url), 'utf8')) as {
  components: { schemas: Record<string, { required: string[] }> };
};
const kinds = Object.keys(required) as Answer[];
const facts = { purpose: 'try', method: 'GET', path: '/p', requestId: 'r-1' };

test.each(kinds)('%s: what the Action relies on is what the contract promises', (kind) => {
  expect(contract.components.schemas[kind]?.required).toEqual(expect.arrayContaining([...required[kind]]));
});

test.each(kinds)('%s: an answer without them is an error that names them and the request', (kind) => {
  const whole = Object.fromEntries(required[kind].map((member) => [member, 'x']));
  expect(() => {
    checkAnswer(whole, kind, facts);
  }).not.toThrow();
  for (const member of required[kind])
    for (const value of [undefined, null])
      expect(() => {
        checkAnswer({ ...whole, [member]: value }, kind, facts);
      }).toThrow(
        `Could not try: Astro's answer lacks \`${member}\` (request r-1), so it was cut off or is not Astro's.`,
      );
  for (const answer of [undefined, null, 'text', [], {}])
    expect(() => {
      checkAnswer(answer, kind, { ...facts, requestId: undefined });
    }).toThrow(/^Could not try: Astro's answer lacks `\w+`(, `\w+`)*, so it was cut off/);
});
