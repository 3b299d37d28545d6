import { describe, expect, test } from '@jest/globals';
import { dagFiles, pathInDags } from '../../src/core/code/airflow-files.ts';
import { clockOffset, newestOf, parsedAfter, partErrors, unparsed } from '../../src/core/code/parsed.ts';

const text = 'from airflow import DAG\n';
const named = (...paths: string[]) => paths.map((path) => ({ path, text }));

describe('which files Airflow reads as DAG files', () => {
  test('Python that names airflow and dag in any case', () => {
    const files = [
      ...named('a.py', 'b.txt'),
      { path: 'c.py', text: 'import airflow' },
      { path: 'd.py', text: 'dag = 1' },
      { path: 'e.py', text: 'AIRFLOW Dag' },
    ];
    expect(dagFiles(files, [], 3)).toEqual(['a.py', 'e.py']);
  });

  test.each<[2 | 3, string, string, string[]]>([
    [3, '', '# note\n\nlib\n!keep.py\n', ['a.py', 'old/a.py', 'old/b-1.py']],
    [3, '', 'old/*-1.py', ['a.py', 'lib/x.py', 'old/a.py']],
    [3, 'old/', '*.py', ['a.py', 'lib/x.py']],
    [2, '', 'old # note', ['a.py', 'lib/x.py']],
    [2, '', '^old/.*1\\.py$', ['a.py', 'lib/x.py', 'old/a.py']],
    [2, '', '^a', ['lib/x.py', 'old/a.py', 'old/b-1.py']],
    [2, '', 'x.py$', ['a.py', 'old/a.py', 'old/b-1.py']],
    [2, '', 'l.b', ['a.py', 'old/a.py', 'old/b-1.py']],
    [2, '', 'old/a.py.*much longer than the path$', ['a.py', 'lib/x.py', 'old/a.py', 'old/b-1.py']],
    [2, '', '(old|lib)', ['a.py', 'lib/x.py', 'old/a.py', 'old/b-1.py']],
  ])('Airflow %i, %s.airflowignore %j', (major, folder, rules, left) => {
    const files = named('a.py', 'lib/x.py', 'old/a.py', 'old/b-1.py');
    expect(dagFiles(files, [{ path: `${folder}.airflowignore`, text: rules }], major)).toEqual(left);
  });

  test.each([
    ['/usr/local/airflow/dags/team/a.py', 'team/a.py'],
    ['team/a.py', 'team/a.py'],
    ['/elsewhere/a.py', 'a.py'],
    ['/usr/lib/site-packages/x/dags/a.py', 'a.py'],
  ])('%s is %s', (file, path) => {
    expect(pathInDags(file)).toBe(path);
  });
});

describe('what was parsed since the finalize', () => {
  const sample = (date: number, askedAt: number, answeredAt: number) => ({ date, askedAt, answeredAt });

  test.each([
    ['no sample', [], 0],
    ['the right time, cut to seconds', [sample(5_000, 5_700, 5_800)], 0],
    ['an hour ahead', [sample(3_605_000, 5_700, 5_800)], 3_599_200],
    ['an hour behind', [sample(5_000, 3_605_700, 3_605_800)], -3_600_800],
  ])('clock: %s', (_, samples, offset) => {
    expect(clockOffset(samples)).toBe(offset);
  });

  test('the newest time of the first look bounds it', () => {
    expect(parsedAfter(10_000, [], 9_000)).toBe(9_000);
    expect(parsedAfter(10_000, [], newestOf([], []))).toBe(10_000);
    expect(newestOf([{ id: 'a', file: 'a.py', parsedAt: 3 }], [{ file: 'b.py', stackTrace: '', at: 4 }])).toBe(4);
  });

  const dag = (file: string, parsedAt?: number) => ({ id: file, file, ...(parsedAt !== undefined && { parsedAt }) });
  test.each([
    ['a DAG of the file', [dag('a.py', 11)], [], false, ['b.py']],
    ['an error of the file', [], [{ file: 'b.py', stackTrace: '', at: 11 }], true, ['a.py']],
    ['old times', [dag('a.py', 10), dag('b.py')], [], true, ['a.py', 'b.py']],
    ['every DAG', [dag('x.py', 11), dag('y.py', 12)], [], true, []],
    ['every DAG of a part', [dag('x.py', 11)], [], false, ['a.py', 'b.py']],
    ['no DAG at all', [], [], true, ['a.py', 'b.py']],
  ])('%s', (_, dags, errors, complete, open) => {
    expect(unparsed(['a.py', 'b.py'], { dags, errors, complete }, 10)).toEqual(open);
  });

  const error = (file: string, message: string, at?: number) => ({
    file,
    stackTrace: `Traceback\n${message}\n`,
    ...(at !== undefined && { at }),
  });
  test.each([
    ['changed, newer', error('a.py', 'old', 11), true],
    ['changed, not parsed again', error('a.py', 'old', 9), false],
    ['changed, without a time, known', error('a.py', 'old'), false],
    ['changed, without a time, new', error('a.py', 'new'), true],
    ['untouched, known, with a new time', error('b.py', 'old', 11), false],
    ['untouched, new', error('b.py', 'new', 11), true],
  ])('an error of a file: %s', (_, one, isOurs) => {
    const before = [error('a.py', 'old', 5), error('b.py', 'old', 5)];
    const { ours, old } = partErrors([one], before, new Set(['a.py']), 10);
    expect([ours.length, old.length]).toEqual(isOurs ? [1, 0] : [0, 1]);
  });

  test.each([
    [error('b.py', 'x', 11), 1],
    [error('b.py', 'x', 9), 0],
    [error('b.py', 'x'), 1],
  ])('where nobody could read the errors before, the time decides', (one, ours) => {
    expect(partErrors([one], undefined, new Set(), 10).ours).toHaveLength(ours);
  });
});
