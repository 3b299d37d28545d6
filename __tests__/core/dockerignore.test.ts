import { expect, test } from '@jest/globals';
import { readDockerignore } from '../../src/core/code/dockerignore.ts';
import { readFileSync } from 'node:fs';
import { dockerignoreCases } from '../parts/dockerignore-cases.ts';

// The same table is held against a real BuildKit in __tests__/adapters/git-dockerignore.test.ts.
test.each(dockerignoreCases)('$name', ({ rules, kept, left }) => {
  const ignored = readDockerignore(rules);
  expect([...kept, ...left].filter((path) => !ignored(path))).toEqual(kept);
});

// Docker 23 and newer take these as they are (github.com/moby/patternmatcher); older engines stumble over some.
test.each(['c++', 'a(b)', 'a|b', 'x{2}', 'a\\+b', '\\d', 'a$'])('`%s` is a plain name', (rule) => {
  const ignored = readDockerignore(rule);
  expect(ignored(rule.replace('\\', ''))).toBe(true);
  expect(['c', 'cc', 'ab', 'b', 'xx', 'aab', '1'].filter(ignored)).toEqual([]);
});

test.each(['..', '../x', '/', '.', '!', 'x/..', '!../x'])('`%s` names nothing in the context', (rule) => {
  expect(['x', 'd/x', '..x'].filter(readDockerignore(rule))).toEqual([]);
});

test.each(['[', '*.md\n[a', '*.md\n!([', '*.md\na\\', '*.md\n[-a]', '*.md\n[a-]', '*.md\n[]a]', '*.md\n[\\'])(
  'a file that docker refuses (%j) ignores nothing',
  (rules) => {
    expect(readDockerignore(rules)('README.md')).toBe(false);
  },
);

/**
 * What the matcher of BuildKit answers (github.com/moby/patternmatcher v0.6.0, `MatchesUsingParentResults`): for each ignore
 * file which of the paths are ignored, or `null` where it refuses the file. Recorded for files made at random.
 */
const recorded = JSON.parse(
  readFileSync(new URL('../fixtures/dockerignore-answers.json', import.meta.url), 'utf8'),
) as { paths: string[]; answers: [rules: string, ignored: string | null][] };

test.each(recorded.answers)('%j is read as BuildKit reads it', (rules, ignored) => {
  const matches = readDockerignore(rules);
  const found = recorded.paths.map((path) => (matches(path) ? '1' : '0')).join('');
  expect(found).toBe(ignored ?? recorded.paths.map(() => '0').join(''));
});

test('what is ignored with its folder comes back by an exception alone', () => {
  const ignored = readDockerignore('d*\n!d/keep\nd\n');
  expect(['d/keep', 'd/x', 'd2'].map(ignored)).toEqual([false, true, true]);
});

test('of `**name` an exception keeps what any version of docker keeps', () => {
  expect(readDockerignore('*\n!**ab')('xab')).toBe(false);
  expect(readDockerignore('**ab')('xab')).toBe(false);
});

test.each([
  ['stars', `${'*a'.repeat(30)}b`],
  ['folders', `${'**/'.repeat(40)}x`],
  ['both, many times', `${'**/*a*/'.repeat(20)}x\n`.repeat(100)],
  ['as long as a line may be', '*?'.repeat(30_000)],
  ['ranges', '[a-z]*[^b]*[c-d]*'.repeat(500)],
  ['sixty thousand rules', 'z*\n'.repeat(60_000)],
  ['more than is read', 'x\n'.repeat(200_000)],
  ['a line that docker does not take', 'x'.repeat(64 * 1024)],
])('patterns that made a regular expression run for ever end soon: %s [T-23]', (_, rules) => {
  const ignored = readDockerignore(rules);
  const paths = Array.from({ length: 300 }, (__, index) => `${'a/'.repeat(20)}${'a'.repeat(100)}${String(index)}`);
  expect(paths.filter(ignored)).toEqual([]);
});
