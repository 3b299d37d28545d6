import { describe, expect, test } from '@jest/globals';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../src/core/errors.ts';
import { childEnvironment, runCommand, runGroup } from '../../src/runner/run-program.ts';

const env = childEnvironment(process.env);
const signal = new AbortController().signal;
const node = (program: string, more: Partial<Parameters<typeof runGroup>[2]> = {}) =>
  runGroup(process.execPath, ['-e', program], { env, signal, ...more });

describe('a program', () => {
  test('ends with any exit code: output, last lines, nothing thrown', async () => {
    const lines: string[] = [];
    const result = await node('console.log("out"); console.error("err"); process.exitCode = 3', {
      onLine: (line) => lines.push(line),
    });
    expect(result).toMatchObject({ code: 3, stdout: 'out' });
    expect([...lines].sort()).toEqual(['err', 'out']);
    expect([...result.tail].sort()).toEqual(['err', 'out']);
  });

  test('only the last 50 lines are kept [R-28]', async () => {
    const { tail } = await node('for (let i = 0; i < 200; i++) console.log(i)');
    expect(tail).toHaveLength(50);
    expect(tail.at(-1)).toBe('199');
  });

  test('what is secret goes to its input, and one that does not read it is no error [T-18]', async () => {
    expect(
      (await node('process.stdin.on("data", (d) => process.stdout.write(d))', { stdin: 'pass\nword' })).stdout,
    ).toBe('pass\nword');
    expect((await node('process.exit(0)', { stdin: 'x'.repeat(1_000_000) })).code).toBe(0);
  });

  test('arguments are arguments, whatever they hold [T-03]', async () => {
    const hostile = ['$(id)', '`id`', ';', "'", '"', '--', '\n', '*'];
    const { stdout } = await runGroup(
      process.execPath,
      ['-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '--', ...hostile],
      { env, signal },
    );
    expect(JSON.parse(stdout)).toEqual(hostile);
  });

  test('a short command gives the same result without a group [R-28]', async () => {
    const lines: string[] = [];
    const result = await runCommand(
      process.execPath,
      ['-e', 'process.stdout.write("é\\nb\\n"); console.error("err"); process.exitCode = 3', ';', '$(id)', ' a '],
      { env, signal, onLine: (line) => lines.push(line) },
    );
    expect(result).toMatchObject({ code: 3, stdout: 'é\nb', stderr: 'err' });
    expect(result.bytes).toEqual(Buffer.from('é\nb\n'));
    expect([...lines].sort()).toEqual(['b', 'err', 'é']);
    await expect(runCommand(process.execPath, [], { env, signal: AbortSignal.abort() })).rejects.toThrow('aborted');
    await expect(runCommand('no-such-program', [], { env, signal })).rejects.toThrow(UserError);
  });

  test('that is missing is a UserError that names it', async () => {
    await expect(runGroup('no-such-program', [], { env, signal })).rejects.toThrow(UserError);
    await expect(runGroup('no-such-program', [], { env, signal })).rejects.toThrow(
      '`no-such-program` is not installed',
    );
  });

  test('cancelling ends the whole group, grandchildren too [R-16]', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'group-'));
    const file = join(folder, 'pid');
    const stop = new AbortController();
    const grandchild = `require('node:fs').writeFileSync(${JSON.stringify(file)}, String(process.pid)); console.log('ready'); setInterval(() => {}, 1000)`;
    const work = node(
      `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(grandchild)}], { stdio: 'inherit' }); process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)`,
      {
        signal: stop.signal,
        onLine: () => {
          stop.abort(new Error('cancelled'));
        },
      },
    );
    await expect(work).rejects.toThrow('cancelled');
    const pid = Number(readFileSync(file, 'utf8'));
    expect(
      existsSync(`/proc/${String(pid)}`) && /^State:\s+[^Z]/m.test(readFileSync(`/proc/${String(pid)}/status`, 'utf8')),
    ).toBe(false);
    rmSync(folder, { recursive: true });
  });

  test('is not begun after cancelling', async () => {
    await expect(node('', { signal: AbortSignal.abort(new Error('cancelled')) })).rejects.toThrow('cancelled');
  });
});

test('what a child gets of our environment [T-17]', () => {
  const passed = childEnvironment(
    {
      PATH: '/bin', HOME: '/h', LANG: 'C', LC_ALL: 'C', https_proxy: 'p', NO_PROXY: 'n', DOCKER_HOST: 'd', BUILDX_BUILDER: 'b', RUNNER_TRACKING_ID: 'r', TMPDIR: '/t',
      'INPUT_ASTRO-API-TOKEN': 'secret', ASTRO_API_TOKEN: 'secret', GITHUB_TOKEN: 'secret', ACTIONS_RUNTIME_TOKEN: 'secret', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'secret',
      GITHUB_OUTPUT: '/o', NODE_OPTIONS: '--require x', LD_PRELOAD: 'x', AWS_SECRET_ACCESS_KEY: 'secret', DOCKER_CONFIG: '/d', EMPTY: undefined,
    },
    { DOCKER_CONFIG: '/private' },
  ); // prettier-ignore
  expect(Object.keys(passed).sort()).toEqual([
    'BUILDX_BUILDER',
    'DOCKER_CONFIG',
    'DOCKER_HOST',
    'HOME',
    'LANG',
    'LC_ALL',
    'NO_PROXY',
    'PATH',
    'RUNNER_TRACKING_ID',
    'TMPDIR',
    'https_proxy',
  ]);
  expect(passed['DOCKER_CONFIG']).toBe('/private');
});
