import { describe, expect, test } from '@jest/globals';
import { judgeGaps, type CheckoutGaps } from '../../src/core/code/checkout-gaps.ts';
import type { CodeChange } from '../../src/core/code/choose-deploy-type.ts';
import type { Project } from '../../src/core/code/classify-files.ts';

const project: Project = {
  path: '',
  dags: ['dags'],
  dockerfile: 'Dockerfile',
  dockerignore: 'docs/**\nvendor\n',
  steering: [],
};
const none: CheckoutGaps = { submodules: [], sparse: [], pointers: [] };
const own = (...paths: string[]): CheckoutGaps => ({
  ...none,
  submodules: paths.map((path) => ({ path, kind: 'own' })),
});
const judge = (gaps: CheckoutGaps, kind: CodeChange['kind'], more: Partial<Project> = {}) =>
  judgeGaps(gaps, kind, { ...project, ...more });

describe('a submodule that is not checked out', () => {
  test.each<[string, CodeChange['kind'], Partial<Project>, boolean]>([
    ['dags/lib', 'dags-only', {}, true],
    ['dags/lib', 'image-and-dags', {}, true],
    ['dags/lib', 'image-only', {}, false],
    ['dags/lib', 'none', {}, false],
    ['dags', 'dags-only', {}, true],
    ['include/lib', 'image-and-dags', {}, true],
    ['include/lib', 'image-only', {}, true],
    ['include/lib', 'dags-only', {}, false],
    ['include/lib', 'dbt', { dags: ['include'] }, true],
    ['docs/theme', 'image-and-dags', {}, false],
    ['docs', 'image-and-dags', {}, false],
    ['vendor', 'image-and-dags', {}, false],
    ['shared', 'dags-only', { path: 'airflow', dags: ['shared/dags'] }, true],
    ['shared', 'image-only', { path: 'airflow', dags: ['shared/dags'] }, false],
    ['other', 'image-and-dags', { path: 'airflow', dags: ['airflow/dags'] }, false],
  ])('%s, %s %j: refused %s', (path, kind, more, refused) => {
    expect(judge(own(path), kind, more).blocked).toHaveLength(refused ? 1 : 0);
  });

  test('is named together with the option of actions/checkout', () => {
    expect(judge(own('dags/lib'), 'dags-only').blocked).toEqual([
      'A submodule is not checked out: dags/lib. The deploy would lose its files. Set `submodules: true` for actions/checkout. If it does not belong into the deploy, leave it out with `.dockerignore`.',
    ]);
    const several = { ...none, submodules: (['own', 'nested', 'undeclared'] as const).flatMap(twice) };
    expect(judge(several, 'dags-only').blocked).toEqual([
      expect.stringMatching(
        /^Submodules are not checked out: dags\/own1, dags\/own2\. .*their files\..*`submodules: true`/,
      ),
      expect.stringMatching(
        /^Submodules are not checked out: dags\/nested1, dags\/nested2\. .*`submodules: recursive`/,
      ),
      expect.stringMatching(/^dags\/undeclared1, dags\/undeclared2: .*no `\.gitmodules`.*`git submodule add`\.$/),
    ]);
  });
});

const twice = (kind: CheckoutGaps['submodules'][number]['kind']): CheckoutGaps['submodules'] =>
  [1, 2].map((number) => ({ path: `dags/${kind}${String(number)}`, kind }));

test('a sparse checkout may leave out what is not deployed', () => {
  const sparse = { ...none, sparse: ['README.md', 'docs/a.md', 'dags/a.py'] };
  expect(judge(sparse, 'dags-only').blocked).toEqual([
    'The sparse checkout leaves out dags/a.py: the deploy would lose what the commit has. Add the folder to `sparse-checkout` of actions/checkout, or take that option out.',
  ]);
  expect(judge(sparse, 'dags-only', { dags: ['other'] }).blocked).toEqual([]);
});

test('a pointer in place of its content is a warning that names the file', () => {
  const pointers = { ...none, pointers: ['dags/model.bin', 'docs/film.mp4'] };
  expect(judge(pointers, 'image-and-dags')).toEqual({
    blocked: [],
    warnings: [
      'Git LFS pointers are deployed in place of the content of dags/model.bin. Set `lfs: true` for actions/checkout.',
    ],
  });
  expect(judge(pointers, 'image-only')).toEqual({ blocked: [], warnings: [] });
});
