import { XMLParser } from 'fast-xml-parser';
import type { TestCounts } from './test-runs.ts';
import { oneLine } from '../text.ts';

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

/** Entities are not expanded by the library, which would take those that the document defines itself for good. */
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  trimValues: false,
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
});

/** An element as the library gives it: its children under its name, its attributes under `:@`. */
type Node = Readonly<Record<string, unknown>>;

/**
 * Reads a JUnit report of pytest in the form `xunit1` (docs.pytest.org, `junit_family`); `undefined` for what is none:
 * a process that was killed leaves half of one.
 */
export function readJunit(xml: string): TestReport | undefined {
  // The library takes what is cut off as if it were whole.
  const whole = /(?:<\/testsuites?>|\/>)$/.test(xml.trimEnd().slice(-20));
  if (!whole || xml.length > largestReport) return undefined;
  let nodes: readonly Node[];
  try {
    nodes = parser.parse(xml) as readonly Node[];
  } catch {
    return undefined;
  }
  const roots = [...children(nodes, 'testsuites'), ...nodes.filter((node) => 'testsuite' in node)];
  if (roots.length === 0 && !nodes.some((node) => 'testsuites' in node)) return undefined;
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const failures: TestFailure[] = [];
  for (const testcase of children(roots, 'testsuite').filter((node) => 'testcase' in node)) {
    const parts = children([testcase], 'testcase');
    const failure = parts.find((part) => 'failure' in part || 'error' in part);
    if (failure) failures.push(told(testcase, failure));
    if (failure) counts.failed++;
    else if (parts.some((part) => 'skipped' in part)) counts.skipped++;
    else counts.passed++;
  }
  return { ...counts, failures };
}

/** The children of all elements of that name. */
const children = (nodes: readonly Node[], name: string): Node[] =>
  nodes.flatMap((node) => (name in node ? (node[name] as Node[]) : []));

function attribute(node: Node, name: string): string | undefined {
  const given = (node[':@'] as Readonly<Record<string, string>> | undefined)?.[name];
  return given === undefined ? undefined : decode(given);
}

/** A text between tags; the library gives what stands in a CDATA section as a piece of its own. */
const textOf = (pieces: readonly Node[]): string =>
  decode(pieces.map((piece) => String(piece['#text'])).join('')).slice(-longestText);

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** XML's own five entities and characters by number (XML 1.0, 4.1 and 4.6); every other one stays as it is written. */
const decode = (text: string): string =>
  text.replace(/&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));/g, (whole, name, decimal, hex) => {
    if (typeof name === 'string') return entities[name] as string;
    const code = typeof decimal === 'string' ? Number(decimal) : parseInt(String(hex), 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });

/** Astro's integrity test names the DAG that it is about in its own words (Astro CLI, dagintegritytestdefault.py). */
const importFailure = /^(?:\w+: )?(\S[^\n]*?) failed to import with message/;

function told(testcase: Node, failure: Node): TestFailure {
  const text = textOf(children([failure], 'failure' in failure ? 'failure' : 'error'));
  const given = attribute(failure, 'message') ?? '';
  const dag = importFailure.exec(given)?.[1];
  const vague = dag !== undefined || given === 'collection failure';
  const reason = vague ? (lastOf(text, /^E[ \t]+(\S.*)$/gm) ?? given) : given;
  return {
    name: oneLine(attribute(testcase, 'name') ?? '') || 'a test',
    message:
      oneLine(reason, 300) || oneLine(lastOf(text, /^(.*\S.*)$/gm) ?? '', 300) || 'it does not say why it failed',
    ...place(testcase, text, dag),
  };
}

const lastOf = (text: string, pattern: RegExp): string | undefined => Array.from(text.matchAll(pattern)).at(-1)?.[1];

/**
 * Where to show it: the deepest place in the project that the exception's own traceback names (a DAG that cannot be
 * imported, a syntax error), else that of pytest's traceback, else the test itself, whose line `xunit1` counts from 0.
 */
function place(testcase: Node, text: string, dag: string | undefined): { file?: string; line?: number } {
  const own = frames(text, /^E[ \t]+File "([^"\n]+)", line ([1-9]\d{0,6})/gm);
  const deepest = own ?? (dag === undefined ? frames(text, /^(\S[^:\n]*):([1-9]\d{0,6}):(?: |$)/gm) : undefined);
  if (deepest) return deepest;
  if (dag !== undefined) return optional(inProject(dag));
  const line = Number(attribute(testcase, 'line'));
  return optional(inProject(attribute(testcase, 'file') ?? ''), Number.isSafeInteger(line) ? line + 1 : undefined);
}

const optional = (file: string | undefined, line?: number): { file?: string; line?: number } =>
  file === undefined ? {} : { file, ...(line !== undefined && { line }) };

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
