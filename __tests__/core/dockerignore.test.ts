import { expect, test } from '@jest/globals';
import { readDockerignore } from '../../src/core/code/dockerignore.ts';
import { dockerignoreCases } from '../parts/dockerignore-cases.ts';

// The same table is held against a real BuildKit in __tests__/adapters/git-dockerignore.test.ts.
test.each(dockerignoreCases)('s36 $name', ({ rules, kept, left }) => {
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

test.each(['[', '*.md\n[a', '*.md\n!(['])('a file that docker refuses (%j) ignores nothing', (rules) => {
  expect(readDockerignore(rules)('README.md')).toBe(false);
});
