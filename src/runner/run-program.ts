import { exec } from '@actions/exec';
import { spawn, type ChildProcess } from 'node:child_process';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { UserError } from '../core/errors.ts';
import { findProgram } from './find-program.ts';

export interface CommandOptions {
  readonly cwd?: string;
  /** The whole environment of the child: see `childEnvironment`. */
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Called with every line of both outputs as it comes. */
  readonly onLine?: (line: string) => void;
}

export interface GroupOptions extends CommandOptions {
  /** Text for the child's standard input, such as a password. */
  readonly stdin?: string;
}

export interface ProgramResult {
  /** Exit code; `null` when a signal ended it. */
  readonly code: number | null;
  /** Without its last newline. */
  readonly stdout: string;
  /** Standard output, byte by byte. */
  readonly bytes: Buffer;
  readonly stderr: string;
  /** The last lines of both outputs, in the order in which they came. */
  readonly tail: readonly string[];
}

const tailLength = 50;
/** Milliseconds between asking a process group to end and ending it. */
const killAfter = 1_000;

/**
 * Runs a short command that needs no deadline, without a shell; any exit code is a result. It is not ended when the run
 * is cancelled: what may hang or start children of its own goes through `runGroup`. Throws UserError where the program
 * is missing.
 */
export async function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<ProgramResult> {
  options.signal.throwIfAborted();
  const output = collectOutput(options.onLine);
  // @actions/exec splits the program's path at blanks unless it is quoted.
  const code = await exec(`"${pathOf(program, options)}"`, [...args], {
    cwd: options.cwd ?? neutralFolder,
    env: { ...options.env },
    silent: true,
    ignoreReturnCode: true,
    listeners: {
      stdout: output.stdout,
      stderr: output.stderr,
      stdline: output.line,
      errline: output.line,
    },
  });
  options.signal.throwIfAborted();
  return output.result(code);
}

/**
 * Runs a program without a shell in a process group of its own; any exit code is a result. When `signal` aborts, the
 * whole group is ended, because GitHub's runner signals only the Action itself. Throws UserError where the program is
 * missing, and the signal's reason.
 */
export async function runGroup(
  program: string,
  args: readonly string[],
  options: GroupOptions,
): Promise<ProgramResult> {
  options.signal.throwIfAborted();
  const child = spawn(pathOf(program, options), args, {
    cwd: options.cwd ?? neutralFolder,
    env: options.env,
    detached: process.platform !== 'win32',
    windowsHide: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const kill = (): void => {
    signalGroup(child, 'SIGTERM');
    setTimeout(() => {
      signalGroup(child, 'SIGKILL');
    }, killAfter).unref();
  };
  options.signal.addEventListener('abort', kill, { once: true });
  try {
    return await finished(child, options);
  } finally {
    options.signal.removeEventListener('abort', kill);
  }
}

/** Windows looks for programs in the working directory first, so that this must not be the checkout. */
const neutralFolder = dirname(process.execPath);

function pathOf(program: string, { env }: CommandOptions): string {
  const path = findProgram(program, env, process.env['GITHUB_WORKSPACE']);
  if (path === undefined)
    throw new UserError(`\`${program}\` is not installed on this runner, or not on its PATH outside the workspace.`);
  return path;
}

interface Output {
  readonly stdout: (data: Buffer) => void;
  readonly stderr: (data: Buffer) => void;
  readonly line: (line: string) => void;
  readonly result: (code: number | null) => ProgramResult;
}

function collectOutput(onLine: ((line: string) => void) | undefined): Output {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  const tail: string[] = [];
  return {
    stdout: (data) => stdout.push(data),
    stderr: (data) => stderr.push(data),
    line: (line) => {
      tail.push(line);
      if (tail.length > tailLength) tail.shift();
      onLine?.(line);
    },
    result: (code) => {
      const bytes = Buffer.concat(stdout);
      const text = (data: Buffer): string => data.toString('utf8').replace(/\r?\n$/, '');
      return { code, bytes, stdout: text(bytes), stderr: text(Buffer.concat(stderr)), tail };
    },
  };
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it has ended by itself
  }
}

function finished(child: ReturnType<typeof spawn>, options: GroupOptions): Promise<ProgramResult> {
  const output = collectOutput(options.onLine);
  return new Promise((resolve, reject) => {
    for (const [stream, take] of [
      [child.stdout, output.stdout],
      [child.stderr, output.stderr],
    ] as const) {
      stream?.on('data', take);
      if (stream) createInterface({ input: stream }).on('line', output.line);
    }
    child.once('error', reject);
    child.once('close', (code) => {
      if (options.signal.aborted) reject(options.signal.reason as Error);
      else resolve(output.result(code));
    });
    // A program that ends without reading its input is no error: its exit code decides.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.stdin ?? '');
  });
}

/** What programs need to find their files, their daemon, their certificates and their proxy. */
const passedOn = new RegExp(
  `^(?:${[
    'path|pathext|home|homedrive|homepath|userprofile|systemroot|windir|comspec|appdata|localappdata',
    'programdata|programfiles|te?mp|tmpdir|tz|lang|lc_\\w+|(?:https?|all|no|ftp)_proxy|ssl_cert_(?:file|dir)',
    'ssh_auth_sock|xdg_runtime_dir|xdg_config_home|runner_tracking_id',
    'docker_(?:host|context|cert_path|tls|tls_verify|api_version|default_platform)|buildx_\\w+|buildkit_\\w+',
    'container_(?:host|sshkey)|containers_\\w+',
    'git_ssh(?:_command)?|git_ssl_[a-z]+|git_config_(?:global|system|nosystem|count|(?:key|value)_\\d+)',
  ].join('|')})$`,
  'i',
);

/**
 * The environment for a child, and nothing else: inputs, tokens and the runner's own variables stay here.
 * RUNNER_TRACKING_ID lets the runner end what is left behind.
 */
export function childEnvironment(
  env: NodeJS.ProcessEnv,
  extra: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && passedOn.test(entry[0]),
  );
  return { ...Object.fromEntries(kept), ...extra };
}
