import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseFile } from '../../sandbox/runner.ts';
import { untouched, type Outcome } from '../../src/core/plan/outcome.ts';
import { outputs } from '../../src/core/report/outputs.ts';
import { publish } from '../../src/publish/outputs.ts';
import { createLog } from '../../src/runner/log.ts';
import { runCommand, runGroup } from '../../src/runner/run-program.ts';
import { commandsIn } from '../scenarios/world.ts';
import { viewOf } from '../../src/core/report/view.ts';

/*
 * Properties of what text from outside becomes in each place where something reads it again. Those of Markdown and of the
 * comment's marker are in core/markdown.test.ts, that of the ownership mark is in core/identity.test.ts.
 */

const pieces = [
  '::',
  '::error::',
  '::set-output name=x::',
  '::add-mask::',
  '##[',
  '##[error]',
  ',',
  ':',
  '=',
  'file=',
  '%0A',
  '%25',
  '%3A',
  '\n',
  '\r',
  '\r\n',
  '\u2028',
  '\u0085',
  '\u000b',
  '\u200b',
  '\ufeff',
  '\u202e',
  '\u001b[31m',
  '\ud800',
  '<<',
  '<<EOF\n',
  'EOF',
  'ghadelimiter_',
  'result=failed',
  'NODE_OPTIONS=x\n',
  ' ',
  '\t',
  'é',
  'x',
];
const hostile = fc.array(fc.constantFrom(...pieces), { maxLength: 16 }).map((parts) => parts.join(''));
const log = createLog();

let home: string;
let output: string;
let said: string;
let before: string | undefined;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sinks-'));
  output = join(home, 'output');
  before = process.env['GITHUB_OUTPUT'];
  process.env['GITHUB_OUTPUT'] = output;
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  if (before === undefined) delete process.env['GITHUB_OUTPUT'];
  else process.env['GITHUB_OUTPUT'] = before;
  rmSync(home, { recursive: true, force: true });
});

/** Reads a line as the runner does (actions/runner, ActionCommand.cs): the command, its properties, its data. */
function readCommand(line: string): { command: string; properties: Record<string, string>; data: string } {
  const [, command = '', list = '', data = ''] = /^::([a-z-]+)(?: (.*?))?::(.*)$/s.exec(line) ?? [];
  const unescape = (text: string): string =>
    text
      .replaceAll('%0D', '\r')
      .replaceAll('%0A', '\n')
      .replaceAll('%3A', ':')
      .replaceAll('%2C', ',')
      .replaceAll('%25', '%');
  const pairs = list === '' ? [] : list.split(',').map((pair) => pair.split(/=(.*)/s));
  const properties = Object.fromEntries(pairs.map(([name = '', value = '']) => [name, unescape(value)]));
  // The data of a command is escaped less than a property.
  return { command, properties, data: data.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%') };
}

describe('the log [T-04]', () => {
  test('property: an annotation is one command, with the text and the file that were meant', () => {
    fc.assert(
      fc.property(hostile, hostile, fc.constantFrom('error', 'warning', 'notice'), (text, file, kind) => {
        said = '';
        log[kind](text, { file, line: 7, column: 3 });
        const lines = said.replace(/\n$/, '').split(/\r\n|[\n\r]/);
        expect(lines).toHaveLength(1);
        const { command, properties, data } = readCommand(lines[0] ?? '');
        expect(command).toBe(kind);
        expect(data).toBe(log.clean(text));
        expect(properties).toEqual({
          ...(log.clean(file) !== '' && { file: log.clean(file) }),
          line: '7',
          col: '3',
        });
      }),
      { numRuns: 2_000 },
    );
  });

  test('property: a line, and the title of a group, is no command', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        said = '';
        log.info(text);
        expect(commandsIn(said)).toEqual([]);
        expect(said).not.toMatch(/^::/m);
        said = '';
        await log.group(text, () => Promise.resolve());
        expect(commandsIn(said)).toEqual([]);
        expect(said.match(/^::/gm)).toHaveLength(2);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the file of the outputs [T-05]', () => {
  const outcomes = fc
    .record({ text: hostile, other: hostile, result: fc.constantFrom('deployed', 'failed', 'swept', 'planned') })
    .map(({ text, other, result }): Outcome => ({
      ...untouched,
      result,
      why: text,
      reason: other,
      isPreview: true,
      branch: { branch: text },
      deploymentId: text,
      deploymentName: other,
      deploymentUrl: text,
      airflowUrl: other,
      deployId: text,
      deployType: 'dags-only',
      imageTag: text,
      dagTarballVersion: other,
      commitSha: text,
      deleted: [text, other],
      linked: [other],
      importErrors: [{ file: text, line: 1, message: other }],
      dagRuns: [{ dag: text, state: other }],
      left: [text],
      plan: [{ sign: '~', step: 'link', object: text, fields: [other], why: text }],
    }));

  test('property: the runner reads every output as it was meant, and no other one; the log gives no command', () => {
    fc.assert(
      fc.property(outcomes, (outcome) => {
        writeFileSync(output, '');
        said = '';
        expect(publish(outcome, viewOf({ runUrl: '' }, '.', new Date(0)), { GITHUB_OUTPUT: output }, log)).toBe(true);
        const read = parseFile(readFileSync(output, 'utf8'));
        const meant = Object.entries(outputs(outcome)).map(([name, value]) => [name, log.clean(value).toWellFormed()]);
        expect(read).toEqual(Object.fromEntries(meant));
        for (const name of Object.keys(read)) expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
        expect(commandsIn(said)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});

describe('the arguments of a program [T-03]', () => {
  const words = [
    '$(id)',
    '`id`',
    ';',
    '|',
    '&',
    "'",
    '"',
    '\\',
    '*',
    '~',
    '--',
    '-x',
    ' ',
    '\n',
    '%PATH%',
    '!',
    'é',
    'x',
  ];
  const argument = fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));

  test.each([
    ['in a group of its own', runGroup],
    ['without one', runCommand],
  ] as const)('property: each is one argument, whatever it holds, %s', async (_, run) => {
    const options = { env: { PATH: '/usr/bin:/bin' }, signal: new AbortController().signal };
    await fc.assert(
      fc.asyncProperty(fc.array(argument, { minLength: 1, maxLength: 40 }), async (given) => {
        const { bytes } = await run('printf', ['%s\\0', ...given], options);
        expect(bytes.toString('utf8').split('\0').slice(0, -1)).toEqual(given);
      }),
      { numRuns: 20 },
    );
  });
});
