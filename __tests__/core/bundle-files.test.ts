import { describe, expect, test } from '@jest/globals';
import { bundleFilter, type Deployignore } from '../../src/core/code/bundle-files.ts';
import { judgeGaps } from '../../src/core/code/checkout-gaps.ts';
import { gather } from '../../src/core/code/changed-files.ts';
import { placing, type Place, type Project } from '../../src/core/code/classify-files.ts';
import { readGitignore } from '../../src/core/code/gitignore.ts';

const leftovers = [
  '.git/config',
  'lib/.git',
  '__pycache__/a.cpython-312.pyc',
  'a/__pycache__/b',
  'a.pyc',
  'a/b.pyo',
  '.pytest_cache/x',
  '.mypy_cache/x',
  '.ruff_cache/x',
  '.ipynb_checkpoints/a.py',
  '.coverage',
  '.DS_Store',
  'a/gha-creds-0123456789abcdef.json',
];
const kept = ['a.py', 'git/a', 'pycache/a', 'a.pyx', '.airflowignore', 'coverage', 'gha-creds.json', 'x-gha-creds-1.json', 'gha-creds-/a.py']; // prettier-ignore

describe('what stays out of a bundle', () => {
  test.each(leftovers)('%s, always', (path) => {
    expect(bundleFilter(undefined)(path, 'file')).toBe(true);
  });
  test.each(kept)('not %s', (path) => {
    expect(bundleFilter(undefined)(path, 'file')).toBe(false);
  });

  test.each<[at: string, text: string, left: string[]]>([
    ['dags', 'scratch/\n', ['scratch/a.py']],
    ['dags', 'dags/scratch\n', ['scratch/a.py']],
    ['dags', '/scratch\n', []],
    ['dags', 'dags/*\n!dags/a.py\n', ['scratch/a.py', 'b.csv']],
    ['dags', '# all\n*.csv\r\n\n!\n', ['b.csv']],
    ['', '/b.csv\n', ['b.csv']],
    ['src/dags', 'src/dags/b.csv\n', ['b.csv']],
    ['dags', '!__pycache__\n', []],
  ])('rules of .astro/deployignore: in %j, %j', (at, text, left) => {
    const isLeftOut = bundleFilter({ at, text });
    expect(['a.py', 'scratch/a.py', 'b.csv'].filter((path) => isLeftOut(path, 'file'))).toEqual(left);
    expect(isLeftOut('__pycache__', 'folder')).toBe(true);
  });

  test('rules that are too long are refused', () => {
    expect(() => bundleFilter({ at: '', text: 'x'.repeat(65_537) })).toThrow(
      '`.astro/deployignore` is longer than 64 KiB. Use patterns in place of single files.',
    );
  });
});

test.each([
  ['b/', 'b', false],
  ['é?', 'éa', true],
  ['[é]', 'é', false],
  ['[[:nope:]]', 'a', false],
  ['[a', 'a', false],
  ['[a\\', 'a', false],
  ['[a-\\', 'a', false],
  ['[[:alpha]', ':', true],
  ['[+-9]', '/', false],
  ['a\\', 'a', false],
])('a pattern, a file: %j, %j', (pattern, path, ignored) => {
  expect(readGitignore(pattern)(path, 'file')).toBe(ignored);
});

describe('what is not shipped is not compared', () => {
  const project: Project = { path: '', dags: ['dags'], dockerfile: 'Dockerfile', dockerignore: '', steering: [] };
  const rules: Deployignore = { file: '.astro/deployignore', text: 'dags/scratch/\n*.md\n', at: 'dags' };
  const place = (path: string, more: Partial<Project> = {}): Place => placing({ ...project, ...more })(path);
  const nowhere = { dags: false, image: false };
  const dagsOnly = { dags: true, image: false };

  test.each([
    ['dags/__pycache__/a.pyc', {}, nowhere],
    ['dags/a.pyc', {}, nowhere],
    ['plugins/a.pyc', {}, { dags: false, image: true }],
    ['dags/scratch/a.py', {}, dagsOnly],
    ['dags/scratch/a.py', { deployignore: rules }, nowhere],
    ['dags/README.md', { deployignore: rules }, nowhere],
    ['include/README.md', { deployignore: rules }, { dags: false, image: true }],
    ['.astro/deployignore', { deployignore: rules }, dagsOnly],
    ['.astro/deployignore', { deployignore: rules, dags: [] }, nowhere],
    ['.astro/deployignore', {}, { dags: false, image: true }],
    ['gha-creds-1.json', { dags: [''] }, nowhere],
    ['keys/kube.yaml', { credentials: ['keys/kube.yaml'] }, nowhere],
    // The whole project as the DAG folder.
    ['__pycache__/a.pyc', { dags: [''] }, nowhere],
    ['scratch/a.py', { dags: [''], deployignore: { text: 'scratch', at: '' } }, { dags: false, image: true }],
  ])('%s %j', (path, more, expected) => {
    expect(place(path, more)).toEqual(expected);
  });

  test('a submodule that is left out may be empty', () => {
    const gaps = { submodules: [{ path: 'dags/scratch', kind: 'own' } as const], sparse: [], pointers: [] };
    expect(judgeGaps(gaps, 'dags-only', project).blocked).toHaveLength(1);
    expect(judgeGaps(gaps, 'dags-only', { ...project, deployignore: rules }).blocked).toEqual([]);
  });
});

describe('files that git ignores', () => {
  const project: Project = { path: '', dags: ['dags'], dockerfile: 'Dockerfile', dockerignore: '', steering: [] };
  const at = '2026-11-21T08:00:00Z';
  const look = (before: string | undefined, now: string | undefined, part: 'dags' | 'image' = 'dags') => {
    const known = {
      kind: 'known',
      commit: 'a'.repeat(40),
      at,
      paths: [],
      ...(before !== undefined && { notes: { ignored: before } }),
    } as const;
    return gather({
      project,
      changes: { image: known, dags: known, dbt: known },
      uncommitted: [],
      dagDeploysOn: true,
      ...(now !== undefined && { ignored: { paths: ['dags/m.json'], fingerprint: now } }),
    }).found(known, part);
  };

  test.each([
    [undefined, undefined, []],
    ['1', '1', []],
    [undefined, '1', ['dags/m.json']],
    ['1', '2', ['dags/m.json']],
    ['1', undefined, ['dags']],
  ])('before %s, now %s', (before, now, paths) => {
    expect(look(before, now).paths).toEqual(paths);
    expect(look(before, now, 'image').paths).toEqual([]);
  });

  test('are named', () => {
    expect(look('1', '2').sentence).toBe('files that git ignores changed, which are shipped too: dags/m.json');
  });
});

test('an ignore file without rules ignores nothing', () => {
  expect(readGitignore('# nothing\n\n')('dags/a.py', 'file')).toBe(false);
});
