import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this repository. */
export const root = fileURLToPath(new URL('..', import.meta.url));
/** A file of it as text. */
export const read = (path: string): string => readFileSync(join(root, path), 'utf8');
/** A folder that is removed when the program ends. */
export const scratch = mkdtempSync(join(tmpdir(), 'supply-chain-'));
process.once('exit', () => {
  rmSync(scratch, { recursive: true, force: true });
});

/** Runs a program in the repository to its end. */
export function run(program: string, args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return { ok: status === 0, stdout, text: `${stdout}${stderr}`.trim() };
}

/** The files that git knows. */
export const tracked = (...patterns: string[]): string[] =>
  run('git', ['ls-files', '-z', ...patterns])
    .stdout.split('\0')
    .filter(Boolean);

/** The lines of a file, each with its place. */
export const linesOf = (path: string): { at: string; line: string }[] =>
  read(path)
    .split('\n')
    .map((line, index) => ({ at: `${path}:${String(index + 1)}`, line }));
