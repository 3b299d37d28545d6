import { expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { actions } from '../../src/core/intent/types.ts';
import { anchorsOf, read, section, stepsOf, yamlOf } from './markdown.ts';

const path = 'docs/moving-from-deploy-action.md';
const page = read(path);
const action = load(read('action.yml')) as { inputs: Record<string, unknown>; outputs: Record<string, unknown> };

/** Cells of the rows of a section's tables, heads left out. */
const rows = (heading: string): string[][] =>
  Array.from(section(page, heading).matchAll(/^\| (.*) \|$/gm), ([, row = '']) =>
    row.split(/(?<!\\)\|/).map((cell) => cell.trim()),
  ).filter(([first = '']) => !/^(?:-+|#|Input|Value of `action`)$/.test(first));
const codeIn = (text: string): string[] => Array.from(text.matchAll(/`([^`]+)`/g), ([, name = '']) => name);

test('as many defects are named as there are tests of them', () => {
  const folder = new URL('../scenarios/deploy-action-defects/', import.meta.url);
  const tests = readdirSync(folder)
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('\n');
  const numbers = Array.from(tests.matchAll(/^test\('defect (\d+): /gm), ([, number]) => Number(number));
  expect(new Set(numbers).size).toBe(Number(/We played (\d+) defects/.exec(page)?.[1]));
});

test('every input of deploy-action is explained once, and is an input here', () => {
  const theirs =
    'action build-secrets checkout checkout-submodules cli-version copy-airflow-variables copy-connections copy-pools deploy-image deploy-type deployment-id deployment-name description force image-name mount-path parse preview-name pytest pytest-file root-folder wait-time wake-on-deploy workspace'.split(
      ' ',
    );
  const explained = rows('Inputs').flatMap(([names = '']) => codeIn(names));
  expect(explained.toSorted()).toEqual(theirs);
  expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(theirs));
  const source = read('src/inputs/input-values.ts');
  const retired = rows('Retired inputs').flatMap(([names = '']) => codeIn(names));
  expect(retired).toEqual(['checkout', 'checkout-submodules', 'cli-version', 'deploy-image']);
  for (const name of retired) expect(source).toMatch(new RegExp(`^    '?${name}'?: '`, 'm'));
});

test('the actions are those of the program', () => {
  const named = rows('Actions').flatMap(([name = '']) => codeIn(name));
  expect(named).toHaveLength(4);
  expect(actions).toEqual(expect.arrayContaining(named));
});

test('outputs that are named exist, and so do the inputs of the example', () => {
  const names = codeIn(section(page, 'Outputs'));
  expect(Object.keys(action.outputs)).toEqual(expect.arrayContaining(names));
  const [step] = yamlOf(page)
    .flatMap(stepsOf)
    .filter(({ uses }) => uses?.includes('/astro-branch-deploy@'));
  expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(step?.with ?? { none: '' })));
});

test('links lead to files and headings that exist', () => {
  const links = Array.from(page.matchAll(/\]\(([^)\s]+)\)/g), ([, target = '']) => target);
  expect(links.length).toBeGreaterThan(10);
  for (const link of links) {
    const [file = '', anchor] = link.split('#');
    const url = new URL(file, new URL(`../../${path}`, import.meta.url));
    expect({ link, exists: existsSync(url) }).toEqual({ link, exists: true });
    if (anchor !== undefined) expect(anchorsOf(file === '' ? page : readFileSync(url, 'utf8'))).toContain(anchor);
  }
});
