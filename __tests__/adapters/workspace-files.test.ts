import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../src/core/errors.ts';
import { isWorkspaceFile, readRunnerFile, readWorkspaceFile, type FileKind } from '../../src/runner/workspace-files.ts';

let home: string;
let workspace: string;
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'reader-')));
  workspace = join(home, 'workspace');
  mkdirSync(join(workspace, '.git'), { recursive: true });
  writeFileSync(join(home, 'outside'), 'secret');
});
afterEach(() => {
  rmSync(home, { recursive: true });
});
const at = (path: string): string => join(workspace, path);

const followed: FileKind[] = ['Dockerfile', 'ignore file', 'dbt project', 'environment file'];
const refused: FileKind[] = ['configuration', 'Deployment template', 'test report'];

describe.each([...followed, ...refused])('a file of the kind %s', (kind) => {
  test('is read; a missing one is no error', () => {
    writeFileSync(at('f'), 'text');
    expect(readWorkspaceFile(workspace, 'f', kind)).toBe('text');
    expect(readWorkspaceFile(workspace, at('f'), kind)).toBe('text');
    expect(readWorkspaceFile(workspace, 'g', kind)).toBeUndefined();
    expect(readWorkspaceFile(workspace, 'f/g', kind)).toBeUndefined();
  });

  test.each<[string, string[], string]>([
    ['/proc/self/environ', ['ln', '-s', '/proc/self/environ', 'f'], 'leaves the workspace'],
    ['/dev/zero', ['ln', '-s', '/dev/zero', 'f'], 'leaves the workspace'],
    ['a file outside', ['ln', '-s', '../outside', 'f'], 'leaves the workspace'],
    ['the configuration of git', ['ln', '-s', '.git/config', 'f'], 'it is a link into `.git`'],
    ['nothing', ['ln', '-s', 'nowhere', 'f'], 'it is a link to a file that does not exist'],
    ['itself', ['ln', '-s', 'f', 'f'], 'it is a link that leads back to itself'],
    ['a pipe', ['mkfifo', 'f'], 'it is a named pipe'],
    ['a folder', ['mkdir', 'f'], 'it is a folder'],
    ['8 GB', ['truncate', '--size=8G', 'f'], 'it is larger than'],
  ])('that is or leads to %s is refused with file and reason [T-21, T-23]', (_, [program = '', ...args], why) => {
    writeFileSync(at('.git/config'), 'x');
    execFileSync(program, args, { cwd: workspace });
    const read = (): unknown => readWorkspaceFile(workspace, 'f', kind);
    expect(read).toThrow(UserError);
    expect(read).toThrow(why);
    expect(read).toThrow(/^`f` cannot be read: /);
  });

  test('that is a socket is refused [T-21]', async () => {
    const server = createServer().listen(at('f'));
    await new Promise((resolve) => server.once('listening', resolve));
    expect(() => readWorkspaceFile(workspace, 'f', kind)).toThrow('it is a socket');
    await new Promise((resolve) => server.close(resolve));
  });

  test('behind a folder that leaves the workspace is refused [T-21]', () => {
    symlinkSync('..', at('up'));
    expect(() => readWorkspaceFile(workspace, 'up/outside', kind)).toThrow('leaves the workspace');
    expect(() => readWorkspaceFile(workspace, '../outside', kind)).toThrow('leaves the workspace');
  });
});

test('a link inside the workspace is followed where docker or dbt would follow it, and nowhere else [T-21]', () => {
  writeFileSync(at('f'), 'text');
  symlinkSync('f', at('link'));
  for (const kind of followed) expect(readWorkspaceFile(workspace, 'link', kind)).toBe('text');
  for (const kind of refused) expect(() => readWorkspaceFile(workspace, 'link', kind)).toThrow('it is a link');
});

test('a file of the runner may be a link, but not into /proc, /sys or /dev [T-21]', () => {
  symlinkSync('outside', join(home, 'link'));
  expect(readRunnerFile(join(home, 'link'), 'docker configuration')).toBe('secret');
  for (const to of ['/proc/self/environ', '/dev/zero', '/proc/self/cmdline']) {
    rmSync(join(home, 'link'));
    symlinkSync(to, join(home, 'link'));
    expect(() => readRunnerFile(join(home, 'link'), 'docker configuration')).toThrow('cannot be read: it leads to');
  }
});

test('a Python file counts where it is a regular one inside the folder [T-21]', () => {
  writeFileSync(at('a.py'), '');
  symlinkSync('a.py', at('b.py'));
  symlinkSync(home, at('up'));
  execFileSync('mkfifo', [at('c.py')]);
  const counted = ['a.py', 'b.py', 'c.py', 'd.py', 'up/outside'].filter((path) => isWorkspaceFile(workspace, at(path)));
  expect(counted).toEqual(['a.py']);
});
