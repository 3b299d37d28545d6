import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { UserError } from '../core/errors.ts';

export interface ProcessOptions {
  readonly cwd?: string;
  /** The whole environment of the child: see `childEnvironment`. */
  readonly env: Readonly<Record<string, string>>;
  /** Text for the child's standard input, such as a password. */
  readonly stdin?: string;
  readonly signal: AbortSignal;
  /** Told every line of both outputs as it comes. */
  readonly onLine?: (line: string) => void;
}

export interface ProcessResult {
  /** Exit code; `null` when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  /** The last lines of both outputs, in the order in which they came. */
  readonly tail: readonly string[];
}

const tailLength = 50;
const killAfter = 1_000;

/**
 * Runs a program without a shell and waits for its end; any exit code is a result. When the run is cancelled the
 * program's whole process group is ended, because GitHub's runner signals only the Action itself. Throws UserError
 * where the program is missing.
 */
export async function run(file: string, args: readonly string[], options: ProcessOptions): Promise<ProcessResult> {
  options.signal.throwIfAborted();
  const posix = process.platform !== 'win32';
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: options.env,
    detached: posix,
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
    return await finished(child, file, options);
  } finally {
    options.signal.removeEventListener('abort', kill);
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // gone already
  }
}

function finished(child: ReturnType<typeof spawn>, file: string, options: ProcessOptions): Promise<ProcessResult> {
  return new Promise((resolve, reject) => {
    const tail: string[] = [];
    const stdout: string[] = [];
    const take =
      (lines: string[] | undefined) =>
      (line: string): void => {
        lines?.push(line);
        tail.push(line);
        if (tail.length > tailLength) tail.shift();
        options.onLine?.(line);
      };
    if (child.stdout) createInterface({ input: child.stdout }).on('line', take(stdout));
    if (child.stderr) createInterface({ input: child.stderr }).on('line', take(undefined));
    child.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'ENOENT'
          ? new UserError(`\`${file}\` is not installed on this runner, or not on its PATH.`, { cause: error })
          : error,
      );
    });
    child.once('close', (code) => {
      if (options.signal.aborted) reject(options.signal.reason as Error);
      else resolve({ code, stdout: stdout.join('\n'), tail });
    });
    // A program that ends without reading its input is no error of ours; its exit code tells.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.stdin ?? '');
  });
}

const passedOn =
  /^(?:path|pathext|home|homedrive|homepath|userprofile|systemroot|windir|comspec|appdata|localappdata|programdata|programfiles|te?mp|tmpdir|tz|lang|lc_\w+|(?:https?|all|no|ftp)_proxy|ssl_cert_(?:file|dir)|ssh_auth_sock|xdg_runtime_dir|xdg_config_home|docker_(?:host|context|cert_path|tls|tls_verify|api_version|default_platform)|buildx_\w+|buildkit_\w+|container_(?:host|sshkey)|containers_\w+|runner_tracking_id)$/i;

/**
 * The environment for a child: what programs need to find their files, their daemon and their proxy, and nothing else.
 * Inputs, tokens and the runner's own variables stay here. RUNNER_TRACKING_ID lets the runner end what is left behind.
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
