import { SaxesParser } from 'saxes';
import { oneLine } from '../text.ts';
import type { TestCounts } from '../plan/outcome.ts';
import { omitUndefined } from '../omit-undefined.ts';

/** A test that failed, or a file that could not be collected. */
export interface TestFailure {
  readonly name: string;
  /** Relative to the project, as the image has it (`dags/a.py`); `undefined` where the report names no file. */
  readonly file?: string;
  /** Counts from 1. */
  readonly line?: number;
  readonly message: string;
}

export interface TestReport extends TestCounts {
  readonly failures: readonly TestFailure[];
}

/** Largest report that is read, in characters. */
export const largestReport = 10 * 1024 * 1024;

/** Most of one failure's text that is looked at; its end says most. */
const longestText = 64 * 1024;

/** A `testcase` element: its attributes, its first failure or error, and whether it was skipped. */
interface Testcase {
  readonly attributes: Readonly<Record<string, string>>;
  failure?: { readonly message: string; text: string };
  isSkipped: boolean;
}

/**
 * Reads a JUnit report of pytest in the form `xunit1` (docs.pytest.org, `junit_family`); `undefined` for anything else,
 * such as the half of a report that a killed process leaves.
 */
export function readJunit(xml: string): TestReport | undefined {
  if (xml.length > largestReport) return undefined;
  let testcases: readonly Testcase[];
  try {
    testcases = readTestcases(xml);
  } catch {
    return undefined;
  }
  const failures = testcases.flatMap(({ attributes, failure }) =>
    failure ? [describeFailure(attributes, failure)] : [],
  );
  const skipped = testcases.filter(({ failure, isSkipped }) => isSkipped && !failure).length;
  return {
    passed: testcases.length - failures.length - skipped,
    failed: failures.length,
    skipped,
    failures,
  };
}

/** Throws for a document that is not well-formed, uses entities of its own or is no JUnit report. */
function readTestcases(xml: string): readonly Testcase[] {
  const found: Testcase[] = [];
  const path: string[] = [];
  const parser = new SaxesParser();
  let testcase: Testcase | undefined;
  const append = (text: string): void => {
    const failure = testcase?.failure;
    const element = path.at(-1);
    if (failure && (element === 'failure' || element === 'error'))
      failure.text = (failure.text + text).slice(-longestText);
  };
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const parent = path.at(-1);
    if (parent === undefined && name !== 'testsuites' && name !== 'testsuite') throw new Error('not a JUnit report');
    if (name === 'testcase' && parent === 'testsuite') found.push((testcase = { attributes, isSkipped: false }));
    if (testcase && parent === 'testcase' && (name === 'failure' || name === 'error'))
      testcase.failure ??= { message: attributes['message'] ?? '', text: '' };
    if (testcase && parent === 'testcase' && name === 'skipped') testcase.isSkipped = true;
    path.push(name);
  });
  parser.on('closetag', () => {
    path.pop();
  });
  parser.on('text', append);
  parser.on('cdata', append);
  parser.write(xml).close();
  return found;
}

/** Astro's integrity test names the DAG that it is about in its own words (Astro CLI, dagintegritytestdefault.py). */
const importFailure = /^(?:\w+: )?(\S[^\n]*?) failed to import with message/;

function describeFailure(
  attributes: Testcase['attributes'],
  { message: given, text }: NonNullable<Testcase['failure']>,
): TestFailure {
  const dag = importFailure.exec(given)?.[1];
  const vague = dag !== undefined || given === 'collection failure';
  const reason = vague ? (lastOf(text, /^E[ \t]+(\S.*)$/gm) ?? given) : given;
  return {
    name: oneLine(attributes['name'] ?? '') || 'a test',
    message:
      oneLine(reason, 300) || oneLine(lastOf(text, /^(.*\S.*)$/gm) ?? '', 300) || 'it does not say why it failed',
    ...locate(attributes, text, dag),
  };
}

const lastOf = (text: string, pattern: RegExp): string | undefined => Array.from(text.matchAll(pattern)).at(-1)?.[1];

/**
 * Where to show it: the deepest place in the project that the exception's own traceback names (a DAG that cannot be
 * imported, a syntax error), else that of pytest's traceback, else the test itself, whose line `xunit1` counts from 0.
 */
function locate(
  attributes: Testcase['attributes'],
  text: string,
  dag: string | undefined,
): { file?: string; line?: number } {
  const own = frames(text, /^E[ \t]+File "([^"\n]+)", line ([1-9]\d{0,6})/gm);
  const deepest = own ?? (dag === undefined ? frames(text, /^(\S[^:\n]*):([1-9]\d{0,6}):(?: |$)/gm) : undefined);
  if (deepest) return deepest;
  if (dag !== undefined) return optional(inProject(dag));
  const line = Number(attributes['line']);
  return optional(inProject(attributes['file'] ?? ''), Number.isSafeInteger(line) ? line + 1 : undefined);
}

const optional = (file: string | undefined, line?: number): { file?: string; line?: number } =>
  file === undefined ? {} : { file, ...omitUndefined({ line }) };

function frames(text: string, pattern: RegExp): { file: string; line: number } | undefined {
  return Array.from(text.matchAll(pattern))
    .map(([, file, line]) => ({ file: inProject(file as string), line: Number(line) }))
    .findLast((frame): frame is { file: string; line: number } => frame.file !== undefined);
}

/** A path below the project's folder in Astro's images; `undefined` for anything else, packages among it. */
function inProject(path: string): string | undefined {
  const inside = path.replace(/^\/usr\/local\/airflow\//, '').replace(/^(?:\.\/)+/, '');
  const segments = inside.split('/');
  const foreign =
    inside === '' || /^[/<]/.test(inside) || segments.some((one) => /^(?:\.\.|(?:site|dist)-packages)$/.test(one));
  return foreign ? undefined : inside;
}
