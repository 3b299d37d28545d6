import { describe, expect, test } from '@jest/globals';
import { defaultMountPath } from '../../src/core/code/dbt-project.ts';
import { readMountPath } from '../../src/core/code/mount-path.ts';
import { UserError, type Problem } from '../../src/core/errors.ts';

const file = 'dbt/dbt_project.yml';
const problems = (text: string): readonly Problem[] => {
  try {
    defaultMountPath(text, file);
  } catch (error) {
    if (error instanceof UserError) return error.problems;
    throw error;
  }
  return [];
};

describe('the name in dbt_project.yml', () => {
  test.each([
    ["name: 'shop'\nversion: '1.0.0'\n", '/usr/local/airflow/dbt/shop'],
    [
      '# comment\nversion: 2\nname: shop_2\nmodels:\n  shop_2:\n    +materialized: view\n',
      '/usr/local/airflow/dbt/shop_2',
    ],
    ['{"name": "a.b-c"}', '/usr/local/airflow/dbt/a.b-c'],
    ["name: '42'", '/usr/local/airflow/dbt/42'],
  ])('%j', (text, path) => {
    expect(defaultMountPath(text, file)).toBe(path);
  });

  test.each<[string, string, number | undefined, number | undefined]>([
    ['', 'has no content', undefined, undefined],
    ['- name: shop', 'it must be a mapping with a `name`', 1, 1],
    ['version: 1', 'it has no `name`', undefined, undefined],
    ['version: 1\nname:\n', '`name` must be text that is not empty', 2, 5],
    ["name: ''", '`name` must be text that is not empty', 1, 7],
    ['name: 42', '`name` must be text that is not empty', 1, 7],
    ['name: [shop]', '`name` must be text that is not empty', 1, 7],
    ['name: ../shop', '`name` is `../shop`, but dbt takes letters, digits and _ only', 1, 7],
    ["name: '..'", '`name` is `..`, but', 1, 7],
    ['version: 1\nname: a b', '`name` is `a b`, but', 2, 7],
    [`name: ${'x'.repeat(201)}`, '`name` is `xxx', 1, 7],
    ['name: shop\nvars: &v {a: 1}\nmore: *v\n', 'aliases (`*name`) are not supported', 3, 7],
    ['name: "shop', 'is not valid YAML', 1, 12],
  ])('%j: %s', (text, message, line, column) => {
    expect(problems(text)).toEqual([
      {
        message: expect.stringContaining(message),
        at: { file, ...(line !== undefined && { line, column }) },
      },
    ]);
    expect(problems(text)[0]?.message).toMatch(/^dbt\/dbt_project\.yml.*`mount-path`/);
  });
});

describe('mount-path', () => {
  test.each([
    ['/usr/local/airflow/dbt/shop', '/usr/local/airflow/dbt/shop'],
    ['/dbt/', '/dbt'],
    ['/a/b c/é//', '/a/b c/é'],
    ['/a/..b/.c', '/a/..b/.c'],
  ])('%j', (given, path) => {
    expect(readMountPath(given)).toBe(path);
  });

  test.each([
    '',
    '/',
    '//',
    'dbt',
    './dbt',
    '/a//b',
    '/a/../b',
    '/a/./b',
    '/a/..',
    '/a\nb',
    'C:\\dbt',
    `/${'x'.repeat(500)}`,
  ])('%j is refused', (given) => {
    expect(() => readMountPath(given)).toThrow(UserError);
  });
});
