import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readGitignore } from '../../src/core/code/gitignore.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ignore-test-'));
  spawnSync('git', ['init', '--quiet', folder]);
  for (const path of folders) mkdirSync(join(folder, path), { recursive: true });
  for (const path of files) writeFileSync(join(folder, path), '');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const folders = ['a', 'a/b', 'a/b/c', 'b', '[a]', 'a b', 'x-y', 'a/ab'];
const names = ['a.py', 'b', 'ab', 'é', '!x', '#x', 'x ', 'a*b', 'x\\y', 'A.py', '-', ']', '^', '0', '_', '.hidden'];
const files = ['', ...folders]
  .flatMap((at) => names.map((name) => join(at, name)))
  .filter((path) => !folders.includes(path));

/** The files that git ignores with these patterns. */
function byGit(patterns: string): string[] {
  writeFileSync(join(folder, '.git/info/exclude'), patterns);
  const { stdout } = spawnSync(
    'git',
    ['-C', folder, 'ls-files', '-z', '--others', '--ignored', '--exclude-from=.git/info/exclude'],
    {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
    },
  );
  return stdout.split('\0').slice(0, -1).sort();
}
const byUs = (patterns: string): string[] => {
  const ignores = readGitignore(patterns);
  return files.filter((path) => ignores(path, 'file')).sort();
};

test.each([
  '*.py', '/a.py', 'a/', 'b/', '/b', 'a/b', 'a/*', 'a/**', '**/b', '**/c/', 'a/**/b', 'a/**/ab', '*', '*\n!a/', '*\n!*/\n!*.py', 'a/*\n!a/b/',
  'a/\n!a/a.py', '!a.py', '#x', '\\#x', '\\!x', 'x ', 'x\\ ', 'x\\  ', 'a.py   ', 'a\\*b', 'a?b', '[ab]', '[!a]', '[^a]*', '[a-z]*', '[]]', '[]-]', '[a', 'x\\',
  'x\\\\y', '[[:alpha:]]', '[[:digit:][:upper:]]*', '[[:nope:]]', '[[:alpha]', '[+-9]', '[\\]]', '[a\\-z]', '***/b', 'a**b', 'a**/b', '?**/b', '/a**/b', 'a**//', 'a**', '**', '/**', '**/', '/', '//', '!', 'a//b',
  'a/b/c/', 'a.py\r\nb\r\n', '\ufeffa.py', './a.py', 'a/./b', '\\a.py', '[a]/', '\\[a\\]/', 'A.PY', '.hidden', '*\n!.hidden', '?', '[é]', 'a/[!b]', 'a[/]b', 'a/?b', '-', '[--0]', '[z-a]', '[a-!]**',
])('%j means what git means by it', (patterns) => {
  expect(byUs(patterns)).toEqual(byGit(patterns));
}); // prettier-ignore

test('patterns made at random', () => {
  const piece = fc.constantFrom(
    ...'ab*?/![]\\-^ #.'.split(''),
    '**',
    '**/',
    '/**',
    'a.py',
    '[a-c]',
    '[!a]',
    '\n',
    '\n!',
    'b/',
  );
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 8 }), (pieces) => {
      const patterns = pieces.join('');
      expect(byUs(patterns)).toEqual(byGit(patterns));
    }),
    { numRuns: Number(process.env['IGNORE_RUNS'] ?? 100) },
  );
});
