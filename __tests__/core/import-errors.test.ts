import { describe, expect, test } from '@jest/globals';
import { locate } from '../../src/core/report/import-errors.ts';

const root = '/usr/local/airflow/dags';
const loading =
  'Traceback (most recent call last):\n  File "<frozen importlib._bootstrap>", line 241, in _call_with_frames_removed\n';
const trace = (...frames: (readonly [string, number])[]): string =>
  `${loading}${frames.map(([file, line]) => `  File "${file}", line ${line}, in <module>\n    x\n`).join('')}`;

describe('the file', () => {
  test.each([
    ['Airflow 2, absolute', `${root}/a/b.py`, 'dags', 'dags/a/b.py'],
    ['relative to the project', 'dags/a/b.py', 'dags', 'dags/a/b.py'],
    ['Airflow 3, relative to the bundle', 'a/b.py', 'dags', 'dags/a/b.py'],
    ['a project in a folder', `${root}/b.py`, 'data/etl/dags/', 'data/etl/dags/b.py'],
    ['another DAG folder', `${root}/b.py`, './src/flows', 'src/flows/b.py'],
    ['the root as DAG folder', 'b.py', '.', 'b.py'],
    ['a folder of that name further down', `${root}/team/dags/b.py`, 'dags', 'dags/team/dags/b.py'],
    ['no DAG folder in it', '/opt/elsewhere/b.py', 'dags', 'dags/b.py'],
    ['a way out', `${root}/../../etc/passwd`, 'dags', 'dags/etc/passwd'],
    ['a package', '/usr/lib/python3.12/site-packages/x/dags/b.py', 'dags', 'dags/b.py'],
  ])('%s', (_, file, folder, expected) => {
    expect(locate({ file, stackTrace: 'ValueError: x' }, folder)).toEqual({ file: expected, message: 'ValueError: x' });
  });
});

describe('the line', () => {
  test('is the one of the deepest frame in the DAG folder', () => {
    const stackTrace = `${trace([`${root}/b.py`, 3], [`${root}/b.py`, 17], ['/usr/lib/python3.12/site-packages/pandas/dags/io.py', 99])}ModuleNotFoundError: No module named 'pandas'\n`;
    expect(locate({ file: `${root}/b.py`, stackTrace }, 'dags')).toEqual({
      file: 'dags/b.py',
      line: 17,
      message: "ModuleNotFoundError: No module named 'pandas'",
    });
  });

  test('Airflow 3: frames are absolute where the file is relative', () => {
    const stackTrace = `${trace([`${root}/a/b.py`, 5])}KeyError: 'x'`;
    expect(locate({ file: 'a/b.py', stackTrace }, 'etl/dags')).toEqual({
      file: 'etl/dags/a/b.py',
      line: 5,
      message: "KeyError: 'x'",
    });
  });

  test('in a module that the DAG imports comes with the module’s file', () => {
    const stackTrace = `${trace([`${root}/b.py`, 3], [`${root}/lib/util.py`, 7])}NameError: name 'y' is not defined`;
    expect(locate({ file: `${root}/b.py`, stackTrace }, 'dags')).toEqual({
      file: 'dags/lib/util.py',
      line: 7,
      message: "NameError: name 'y' is not defined (imported by dags/b.py)",
    });
  });

  test('of a SyntaxError is its own', () => {
    const stackTrace = `${loading}  File "${root}/b.py", line 12\n    x = = 1\n        ^\nSyntaxError: invalid syntax\n`;
    expect(locate({ file: `${root}/b.py`, stackTrace }, 'dags')).toEqual({
      file: 'dags/b.py',
      line: 12,
      message: 'SyntaxError: invalid syntax',
    });
  });

  test('of the last of a chain of errors, also in a group and outside any DAG folder', () => {
    const chain = `${trace([`${root}/b.py`, 2])}KeyError: 1\n\nDuring handling of the above exception, another exception occurred:\n\n${trace(['/opt/flows/b.py', 9])}ValueError: 2\n`;
    expect(locate({ file: '/opt/flows/b.py', stackTrace: chain }, 'dags')).toMatchObject({
      line: 9,
      message: 'ValueError: 2',
    });
    const group = `  + Exception Group Traceback (most recent call last):\n  |   File "${root}/b.py", line 4, in <module>\n  | ExceptionGroup: two (2 sub-exceptions)\n  +------------------------------------\n`;
    expect(locate({ file: 'b.py', stackTrace: group }, 'dags')).toEqual({
      file: 'dags/b.py',
      line: 4,
      message: '| ExceptionGroup: two (2 sub-exceptions)',
    });
  });
});

describe('the message', () => {
  test.each([
    ['nothing', '', 'Airflow cannot import it and does not say why'],
    ['white space', '\n \n', 'Airflow cannot import it and does not say why'],
    ['a command for the runner', '::error::x', '.::error::x'],
    ['other scripts', 'Traceback\n説明\n---', '説明'],
  ])('of %s', (_, stackTrace, message) => {
    expect(locate({ file: 'b.py', stackTrace }, 'dags')).toEqual({ file: 'dags/b.py', message });
  });

  test('is bounded, and so is the time it takes', () => {
    expect(locate({ file: 'b.py', stackTrace: 'x'.repeat(5000) }, 'dags').message).toHaveLength(300);
    const started = performance.now();
    locate({ file: 'b.py', stackTrace: `${'\n \t|+'.repeat(200_000)}File "` }, 'dags');
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
