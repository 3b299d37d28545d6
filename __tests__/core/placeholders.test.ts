import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  expand,
  hasPlaceholder,
  placeholderProblem,
  variablesIn,
  type PlaceholderValues,
} from '../../src/core/yaml/placeholders.ts';

const values: PlaceholderValues = {
  branch: 'Feature/X-1',
  pullRequest: 42,
  sha: 'c0ffee',
  repository: 'etl',
  actor: 'octocat',
  rules: { tokens: [] },
  env: new Map([
    ['DB', 'dev${branch}'],
    ['EMPTY', ''],
    ['__proto__', 'p'],
  ]),
};
const elsewhere: PlaceholderValues = { repository: 'etl', actor: '', rules: { tokens: [] }, env: new Map() };

describe('what a text becomes', () => {
  test.each([
    ['${branch}', 'Feature/X-1', false],
    ['${branch.slug}', 'feature-x-1', false],
    ['${branch.key}', 'FEATURE_X_1', false],
    ['PR_${pr}', 'PR_42', false],
    ['${sha}${repo}', 'c0ffeeetl', false],
    ['by ${actor}.', 'by octocat.', false],
    // What a value holds is not looked at again.
    ['<${env.DB}>', '<dev${branch}>', true],
    ['${env.__proto__}', 'p', true],
    ['$${branch}', '${branch}', false],
    ['$${env.DB}', '${env.DB}', false],
    ['$$${branch}', '$${branch}', false],
    ['a$b {branch} $ {branch} }${pr}}', 'a$b {branch} $ {branch} }42}', false],
    ['$${', '${', false],
  ])('%s', (text, expected, fromEnv) => {
    expect(expand(text, values)).toEqual({ ok: true, text: expected, fromEnv });
  });

  test.each([
    ['${pr}', '`${pr}` has no value here: this run is not for a pull request'],
    ['${branch}', '`${branch}` has no value in this run'],
    ['${branch.slug}', '`${branch.slug}` has no value in this run'],
    ['${branch.key}', '`${branch.key}` has no value in this run'],
    ['${sha}', '`${sha}` has no value in this run'],
    ['${actor}', '`${actor}` has no value in this run'],
    [
      '${env.DB} ${pr}',
      "`${env.DB}` has no value: the step's `env:` does not set DB, or sets it to nothing (a secret of that name may be missing)",
    ],
  ])('%s where it has no value', (text, why) => {
    expect(expand(text, elsewhere)).toEqual({ ok: false, why });
  });

  test('an empty variable is a missing one, never an empty text', () => {
    expect(expand('x${env.EMPTY}', values)).toMatchObject({ ok: false });
    expect(expand('${env.toString}', values)).toMatchObject({ ok: false });
  });

  test('property: a text without `$` is left alone', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const plain = text.replaceAll('$', '');
        expect(hasPlaceholder(plain)).toBe(false);
        expect(expand(plain, elsewhere)).toEqual({ ok: true, text: plain, fromEnv: false });
      }),
    );
  });

  test('property: an escaped text is itself again, whatever it holds', () => {
    const text = fc.string({
      unit: fc.constantFrom('$', '{', '}', 'branch', 'env.X', '\n', 'é', '.'),
      maxLength: 20,
    });
    fc.assert(
      fc.property(text, (one) => {
        const escaped = one.replaceAll('${', () => '$${');
        expect(placeholderProblem(escaped)).toBeUndefined();
        expect(variablesIn(escaped)).toEqual([]);
        expect(expand(escaped, elsewhere)).toEqual({ ok: true, text: one, fromEnv: false });
      }),
      { numRuns: 2000 },
    );
  });
});

describe('what is wrong whatever the values are', () => {
  const all =
    '; there are ${branch}, ${branch.slug}, ${branch.key}, ${pr}, ${sha}, ${repo}, ${actor}, ${env.NAME} (`$${` writes a literal `${`)';
  test.each([
    ['a ${branch', '`${branch` has no closing brace (`$${` writes a literal `${`)'],
    ['${', '`${` has no closing brace (`$${` writes a literal `${`)'],
    ['${}', `there is no placeholder \`\${}\`${all}`],
    ['${BRANCHES_OF_US}', `there is no placeholder \`\${BRANCHES_OF_US}\`${all}`],
    ['${a\n::error::b}', `there is no placeholder \`\${a .::error::b}\`${all}`],
    ['${brnch}', 'there is no placeholder `${brnch}`, did you mean `${branch}`? (`$${` writes a literal `${`)'],
    ['${PR}', 'there is no placeholder `${PR}`, did you mean `${pr}`? (`$${` writes a literal `${`)'],
    ['${env.na-e}', 'there is no placeholder `${env.na-e}`, did you mean `${env.NAME}`? (`$${` writes a literal `${`)'],
    ['${pr} ${env.ASTRO_API_TOKEN}', '`${env.ASTRO_API_TOKEN}` is a secret of the step itself and is not handed on'],
    ['${env.INPUT_TEMPLATE}', '`${env.INPUT_TEMPLATE}` is a secret of the step itself and is not handed on'],
    [
      '${env.ACTIONS_ID_TOKEN_REQUEST_TOKEN}',
      '`${env.ACTIONS_ID_TOKEN_REQUEST_TOKEN}` is a secret of the step itself and is not handed on',
    ],
    // Windows would give the same variable.
    ['${env.astro_api_token}', '`${env.astro_api_token}` is a secret of the step itself and is not handed on'],
  ])('%j', (text, why) => {
    expect(placeholderProblem(text)).toBe(why);
    const all = new Map(['ASTRO_API_TOKEN', 'astro_api_token'].map((name) => [name, 'secret']));
    expect(expand(text, { ...values, env: all })).toEqual({ ok: false, why });
  });

  test.each(['', '$', '$${x', '${pr}', '${env.MY_ASTRO_API_TOKEN}', '${env.INPUTS}'])('nothing is in %j', (text) => {
    expect(placeholderProblem(text)).toBeUndefined();
  });
});

test.each([
  ['a: ${env.A} ${env.B}${env.A} $${env.C} ${pr} ${env.1}', ['A', 'B', 'A']],
  ['nothing', []],
])('the variables that %s asks for', (text, names) => {
  expect(variablesIn(text)).toEqual(names);
});
