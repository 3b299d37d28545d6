import { describe, expect, test } from '@jest/globals';
import { joinsPreview, previewOfBranch } from '../../src/core/branch-previews.ts';
import { describePreview } from '../../src/core/identity.ts';

const branch = { repositoryId: 7, ref: 'refs/heads/feature/x' };
const preview = (name: string, project: string, of = branch) => ({
  name,
  description: describePreview('', { ...of, project }, name),
});
const root = preview('etl', '.');
const again = preview('etl-2', '.');
const airflow = preview('etl-airflow', 'airflow');
const copied = { name: 'another name', description: root.description };
const foreign = [
  preview('a', '.', { ...branch, repositoryId: 8 }),
  preview('b', '.', { ...branch, ref: 'refs/heads/Feature/x' }),
  copied,
  { name: 'etl-prod', description: 'somebody’s own' },
];

describe('the preview that a step joins', () => {
  test.each([
    ['none', foreign, {}, 'none'],
    ['the only one, whatever its project', [...foreign, airflow], {}, 'airflow: etl-airflow'],
    ['the only one, whatever its name', [airflow], { name: 'other' }, 'airflow: etl-airflow'],
    ['the only one, where the file names a project without one', [airflow], { project: 'etl' }, 'airflow: etl-airflow'],
    ['one and its duplicate', [root, again], {}, '.: etl, etl-2'],
    ['of two the one of the project in the file', [root, airflow], { project: 'airflow' }, 'airflow: etl-airflow'],
    ['of two the one of this name', [root, again, airflow], { name: 'etl-2' }, '.: etl, etl-2'],
    ['the file before the name', [root, airflow], { project: '.', name: 'etl-airflow' }, '.: etl'],
    ['of two none is told', [root, airflow], { name: 'other' }, 'several: etl, etl-airflow'],
  ] as const)('%s', (_, rows, wish, expected) => {
    const found = previewOfBranch(rows, branch, wish);
    const names = found.kind === 'none' ? '' : found.rows.map(({ name }) => name).join(', ');
    expect(
      found.kind === 'one'
        ? `${found.identity.project}: ${names}`
        : found.kind === 'none'
          ? 'none'
          : `several: ${names}`,
    ).toBe(expected);
    if (found.kind === 'one') expect(found.identity).toMatchObject(branch);
  });

  test.each([
    ['dbt', true],
    ['bundle', true],
    ['infer', false],
    ['image-and-dags', false],
  ])('a step with `deploy-type: %s` joins one: %s', (deployType, expected) => {
    expect(joinsPreview(deployType)).toBe(expected);
  });
});
