import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { childEnvironment } from '../../src/runner/run-program.ts';
import { syntaxErrors, type PythonFile } from '../../src/python/syntax.ts';

const env = childEnvironment(process.env);
const signal = new AbortController().signal;
const version = spawnSync('python3', ['-c', 'import sys; print(sys.version_info >= (3, 9))'], {
  env,
  encoding: 'utf8',
});
const here = version.stdout.trim() === 'True';
const withPython = here ? describe : describe.skip;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'syntax-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const write = (name: string, content: string | Buffer): PythonFile => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return { path, shown: `dags/${name}` };
};
/** A `python3` of its own, in front of the PATH. */
const stub = (name: string, script: string): Record<string, string> => {
  const bin = join(folder, name);
  mkdirSync(bin);
  writeFileSync(join(bin, 'python3'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, 'python3'), 0o755);
  return { ...env, PATH: `${bin}${delimiter}${env['PATH'] ?? ''}` };
};

withPython(here ? 'with python3' : 'with python3 (skipped: no python3 of 3.9 or newer on this machine)', () => {
  test('errors with line and column, in files of any name', async () => {
    const files = [
      write('good.py', 'x: int = 1\n'),
      write('bad.py', 'x = 1\ny = = 2\n'),
      write('with "quotes"\n and ünïcode.py', 'def f(:\n  pass\n'),
      write('tabs.py', 'def f():\n\tx = 1\n        y = 2\n'),
      write('latin.py', Buffer.from('x = "\xe9"\n', 'latin1')),
      write('cookie.py', Buffer.from('# -*- coding: latin-1 -*-\nx = "\xe9"\n', 'latin1')),
      write('bom.py', '\ufeffx = 1\r\n'),
      write('nul.py', 'x = 1\0'),
      write('outside.py', 'return 1\n'),
      write('empty.py', ''),
    ];
    const found = await syntaxErrors(files, env, signal);
    expect(found).toEqual([
      { file: 'dags/bad.py', line: 2, column: 5, message: 'SyntaxError: invalid syntax' },
      expect.objectContaining({ file: 'dags/with "quotes"\n and ünïcode.py', line: 1 }),
      expect.objectContaining({ file: 'dags/tabs.py', line: 3, message: expect.stringMatching(/^TabError: /) }),
      expect.objectContaining({ file: 'dags/latin.py', message: expect.stringMatching(/utf-8/) }),
      expect.objectContaining({ file: 'dags/nul.py', message: expect.stringMatching(/null bytes/) }),
      expect.objectContaining({ file: 'dags/outside.py', message: "SyntaxError: 'return' outside function" }),
    ]);
  });

  test('nothing is run, imported or written', async () => {
    const inside = join(folder, 'inside');
    mkdirSync(inside);
    const made = join(inside, 'made');
    const content = `import os\nopen(${JSON.stringify(made)}, 'w')\nos.abort()\n`;
    writeFileSync(join(inside, 'json.py'), content);
    const path = join(inside, 'dag.py');
    writeFileSync(path, `import json\n${content}`);
    const hostile = { ...env, PYTHONPATH: inside, PYTHONSTARTUP: path, PYTHONWARNINGS: 'error' };
    expect(await syntaxErrors([{ path, shown: 'dag.py' }], hostile, signal)).toEqual([]);
    expect(readdirSync(inside).sort()).toEqual(['dag.py', 'json.py']);
  });

  test('files that are missing, links or larger than 1 MiB are left out', async () => {
    const bad = write('x.py', '= =');
    symlinkSync(bad.path, join(folder, 'link.py'));
    symlinkSync('/dev/zero', join(folder, 'zero.py'));
    const files = [
      { path: join(folder, 'missing.py'), shown: 'missing.py' },
      { path: join(folder, 'link.py'), shown: 'link.py' },
      { path: join(folder, 'zero.py'), shown: 'zero.py' },
      { path: folder, shown: 'folder' },
      write('large.py', `= =${' '.repeat(1 << 20)}`),
      write('limit.py', `= =${' '.repeat((1 << 20) - 3)}`),
    ];
    expect(await syntaxErrors(files, env, signal)).toEqual([expect.objectContaining({ file: 'dags/limit.py' })]);
  });

  test('syntax that some Python in use does not know yet is no error', async () => {
    const newer = [
      'match x:\n    case 1:\n        pass\n',
      'try:\n    pass\nexcept* ValueError:\n    pass\n',
      'type X = int\n',
      'def f[T](x: T) -> T:\n    return x\n',
      'class A[T]:\n    pass\n',
      'x = f"{d["a"]}"\n',
      'x = f"{a!r:{b}}{\n  c  # why\n}"\n',
      'x = t"{a}"\n',
      'try:\n    pass\nexcept KeyError, ValueError:\n    pass\n',
      'a[*b]\n',
    ];
    const files = newer.map((content, index) => write(`newer-${String(index)}.py`, content));
    expect(await syntaxErrors(files, env, signal)).toEqual([]);
  });

  test('10,000 files go in one process', async () => {
    const file = write('one.py', 'x = 1\n');
    expect(
      await syntaxErrors(
        Array.from({ length: 10_000 }, () => file),
        env,
        signal,
      ),
    ).toEqual([]);
  });
});

describe('without an answer nothing is known', () => {
  const file = { path: '/nowhere.py', shown: 'nowhere.py' };
  test('no file, no process', async () => {
    expect(await syntaxErrors([], { PATH: '/nowhere' }, signal)).toEqual([]);
  });
  test('no python3', async () => {
    expect(await syntaxErrors([file], { PATH: '/nowhere' }, signal)).toBe('no python');
  });
  const posix = process.platform === 'win32' ? test.skip : test;
  posix.each([
    ['a stub that only tells where to get one', 'echo get it; exit 127'],
    ['one that crashes', 'kill -SEGV $$'],
    ['one that says something else', 'echo hello'],
    ['one that is too old', 'echo null'],
  ])('%s', async (name, script) => {
    expect(await syntaxErrors([file], stub(name, script), signal)).toBe('no python');
  });
  posix('one that does not end', async () => {
    const started = performance.now();
    expect(await syntaxErrors([file], stub('slow', 'sleep 60'), signal, 200)).toBe('no python');
    expect(performance.now() - started).toBeLessThan(20_000);
  });
  posix('a run that is cancelled', async () => {
    const stop = new AbortController();
    setTimeout(() => {
      stop.abort(new Error('cancelled'));
    }, 100);
    await expect(syntaxErrors([file], stub('cancelled', 'sleep 60'), stop.signal)).rejects.toThrow('cancelled');
  });
});
