import { describe, expect, test } from '@jest/globals';
import { largestReport, readJunit, type TestFailure } from '../../src/core/report/junit.ts';
import { countsOf } from '../../src/core/report/test-runs.ts';

// What pytest 9.2 writes with `junit_family=xunit1`: lines count from 0, the traceback is the element's text.
const report = (...cases: string[]): string =>
  `<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="0" failures="0" skipped="0" tests="${String(cases.length)}" time="0.1" hostname="vm">${cases.join('')}</testsuite></testsuites>`;
const testcase = (inner: string, attributes = 'name="test_x" file="tests/test_a.py" line="11"'): string =>
  `<testcase classname="tests.test_a" ${attributes} time="0.000">${inner}</testcase>`;
const failing = (message: string, text: string, attributes?: string): string =>
  testcase(`<failure message="${message}">${text}</failure>`, attributes);
const only = (xml: string): TestFailure | undefined => readJunit(xml)?.failures[0];

describe('the numbers', () => {
  test('failures and errors, skipped and expected failures, the rest', () => {
    const xml = report(
      testcase(''),
      '<testcase classname="t" name="test_ok" file="t.py" line="1" time="0" />',
      testcase('<properties><property name="a" value="b"/></properties><system-out>hello</system-out>'),
      failing('assert 0', 'tests/test_a.py:3: AssertionError'),
      testcase(
        '<error message="failed on setup with &quot;RuntimeError: x&quot;">tests/test_a.py:6: RuntimeError</error>',
      ),
      testcase('<skipped type="pytest.skip" message="later">x</skipped>'),
      testcase('<skipped type="pytest.xfail" message="" />'),
    );
    const read = readJunit(xml);
    expect(read).toMatchObject({ passed: 3, failed: 2, skipped: 2 });
    expect(read?.failures.map(({ message }) => message)).toEqual([
      'assert 0',
      'failed on setup with "RuntimeError: x"',
    ]);
  });

  test.each([
    ['a suite without a root', '<testsuite><testcase name="a"/></testsuite>', 1],
    [
      'several suites',
      '<testsuites>\n<testsuite><testcase name="a"/></testsuite>\n<testsuite><testcase name="b"/>\n</testsuite></testsuites>\n',
      2,
    ],
    ['no tests', report(), 0],
    ['nothing at all', '<testsuites/>', 0],
  ])('%s', (_, xml, passed) => {
    expect(readJunit(xml)).toEqual({ passed, failed: 0, skipped: 0, failures: [] });
  });

  test.each([
    ['nothing', ''],
    ['no XML', 'Killed'],
    ['half a report', report(testcase('')).slice(0, -5)],
    ['other XML', '<html><body/></html>'],
    ['other XML that ends like one', '<html/>'],
    ['an open quote', '<testsuites><testsuite name="x></testsuite></testsuites>'],
    ['elements without end', `${'<testsuite>'.repeat(200)}</testsuite>`],
    ['more than anybody reads', report(' '.repeat(largestReport))],
  ])('%s is no report', (_, xml) => {
    expect(readJunit(xml)).toBeUndefined();
  });

  test('in words', () => {
    expect(countsOf({ passed: 3, failed: 1, skipped: 2 })).toBe('3 passed, 1 failed, 2 skipped');
    expect(countsOf({ passed: 0, failed: 1, skipped: 0 })).toBe('1 failed');
    expect(countsOf({ passed: 0, failed: 0, skipped: 0 })).toBe('passed');
  });
});

describe('the place', () => {
  const long =
    '    def test_fail(self):\n&gt;       assert x == 2\nE       assert 1 == 2\n\ntests/test_a.py:14: AssertionError';
  test.each([
    ['the line of the assertion', failing('assert 1 == 2', long), 'tests/test_a.py', 14],
    [
      'the deepest place',
      failing(
        'ValueError: deep',
        'tests/test_a.py:17: in test_deep\n    boom()\ninclude/helper.py:2: in boom\n    raise\nE   ValueError: deep',
      ),
      'include/helper.py',
      2,
    ],
    ['with nothing after it', failing('x', 'tests/test_a.py:17:\n_ _ _\n'), 'tests/test_a.py', 17],
    [
      'not that of a package',
      failing(
        'x',
        'tests/test_a.py:17: in test\n../lib/python3.12/json.py:9: in loads\n/usr/local/lib/python3.12/site-packages/x.py:5: KeyError\n.venv/lib/site-packages/y.py:6: KeyError\n&lt;string&gt;:1: KeyError',
      ),
      'tests/test_a.py',
      17,
    ],
    ['an absolute path', failing('x', '/usr/local/airflow/dags/a.py:3: KeyError'), 'dags/a.py', 3],
    ['a path from here', failing('x', './dags/a.py:3: KeyError'), 'dags/a.py', 3],
    ['a way out', failing('x', 'dags/../../../etc/passwd:3: KeyError'), 'tests/test_a.py', 12],
    ['no traceback', failing('[XPASS(strict)] ', '[XPASS(strict)] '), 'tests/test_a.py', 12],
    ['no line', failing('x', '', 'name="x" file="tests/test_a.py" line="many"'), 'tests/test_a.py', undefined],
    ['no file', failing('x', '', 'name="x"'), undefined, undefined],
    [
      'a file that cannot be collected',
      testcase(
        '<error message="collection failure">/usr/local/lib/python3.12/ast.py:50: in parse\n    return compile(\nE     File "/usr/local/airflow/tests/sub/test_c.py", line 7\nE       def (:\nE   SyntaxError: invalid syntax</error>',
        'name="tests.sub.test_c" file="tests/sub/test_c.py"',
      ),
      'tests/sub/test_c.py',
      7,
    ],
    [
      'an import error of a test',
      testcase(
        '<error message="collection failure">tests/test_b.py:3: in &lt;module&gt;\n    import nope\nE   ModuleNotFoundError: No module named \'nope\'</error>',
        'name="tests.test_b" file="tests/test_b.py"',
      ),
      'tests/test_b.py',
      3,
    ],
  ])('%s', (_, one, file, line) => {
    const failure = only(report(one));
    expect([failure?.file, failure?.line]).toEqual([file, line]);
  });

  const integrity = 'name="test_file_imports[dags/bad.py]" file=".astro/test_dag_integrity_default.py" line="130"';
  const raised = 'Exception: dags/bad.py failed to import with message &#10; Traceback (most recent call last):';
  const frames = (...lines: string[]): string =>
    `&gt;   raise Exception(f"{rel_path} failed to import with message \\n {rv}")\nE   Exception: dags/bad.py failed to import with message \n${lines.map((line) => `E    ${line}`).join('\n')}\n\n.astro/test_dag_integrity_default.py:141: Exception`;

  test('a DAG that cannot be imported: the place in the DAG', () => {
    const text = frames(
      'Traceback (most recent call last):',
      '  File "/usr/local/airflow/dags/bad.py", line 3, in &lt;module&gt;',
      '    x()',
      '  File "/usr/local/lib/python3.12/site-packages/x.py", line 9, in x',
      "NameError: name 'y' is not defined",
    );
    expect(only(report(failing(raised, text, integrity)))).toEqual({
      name: 'test_file_imports[dags/bad.py]',
      file: 'dags/bad.py',
      line: 3,
      message: "NameError: name 'y' is not defined",
    });
  });

  test('without a traceback: the DAG’s file', () => {
    expect(only(report(failing(raised, frames('AirflowTimeout: DagBag import timeout'), integrity)))).toMatchObject({
      file: 'dags/bad.py',
      message: 'AirflowTimeout: DagBag import timeout',
    });
    expect(only(report(failing(raised, '', integrity)))).toEqual({
      name: 'test_file_imports[dags/bad.py]',
      file: 'dags/bad.py',
      message: 'Exception: dags/bad.py failed to import with message Traceback (most recent call last):',
    });
  });
});

describe('the words', () => {
  test.each([
    [
      'the message, in one line',
      failing('AssertionError: one is&#10;  not two&#xA;assert 1', ''),
      'AssertionError: one is not two assert 1',
    ],
    ['the last line where there is none', testcase('<failure>boom\nthe last\n  \n</failure>'), 'the last'],
    ['nothing', testcase('<failure/>'), 'it does not say why it failed'],
    ['a CDATA section', testcase('<failure>a &lt; <![CDATA[b <c> ]]>d</failure>'), 'a < b <c> d'],
    ['entities once', failing('&amp;lt; &lt;&gt;&quot;&apos; &#9731; &#x2603;', ''), '&lt; <>"\' ☃ ☃'],
    ['no command for the runner', failing('::error::x ##[add-mask]y', ''), '.::error::x ## [add-mask]y'],
  ])('%s', (_, one, message) => {
    expect(only(report(one))?.message).toBe(message);
  });

  test('a test without a name', () => {
    expect(only(report(failing('x', '', 'file="a.py"')))?.name).toBe('a test');
  });

  test.each([
    ['an entity of its own', (xml: string) => xml.replace('?>', '?><!DOCTYPE testsuites [<!ENTITY a "boom">]>')],
    [
      'a file as an entity',
      (xml: string) => xml.replace('?>', '?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
    ],
    ['an undefined entity', (xml: string) => xml],
    ['a number that is no character', (xml: string) => xml.replace('&a;', '&#x110000;')],
  ])('a report with %s is none: pytest writes no such thing [T-23]', (_, changed) => {
    expect(readJunit(changed(report(failing('&a;', ''))))).toBeUndefined();
  });
});
