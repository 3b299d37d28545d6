import { spawn, type ChildProcess } from 'node:child_process';
import { dirname } from 'node:path';

/** How a git process ended; `code` is null when git could not be started or was ended. */
export interface GitResult {
  readonly code: number | null;
  readonly stdout: Buffer;
  /** What git, or the attempt to start it, complained about: one line without credentials, empty after success. */
  readonly complaint: string;
}

// What git needs to find programs, settings, certificates and proxies. Inputs, tokens and GIT_DIR are not among them.
const passedOn =
  /^(?:path|pathext|home|homedrive|homepath|userprofile|systemroot|windir|appdata|localappdata|programdata|xdg_config_home|te?mp|tmpdir|lang|(?:https?|all|no)_proxy|ssl_cert_(?:file|dir)|ssh_auth_sock|runner_tracking_id|git_ssh(?:_command)?|git_ssl_[a-z]+|git_config_(?:global|system|nosystem|count|(?:key|value)_\d+))$/i;

const settings = [
  'safe.directory=*', // the job's container often runs as another user than the one who checked out
  'core.quotePath=false',
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.preloadIndex=true',
  'i18n.logOutputEncoding=UTF-8',
  'gc.auto=0',
  'maintenance.auto=false',
  'http.lowSpeedLimit=1000',
  'http.lowSpeedTime=15',
];

/**
 * Runs git in `folder`: no shell, no prompt, no hooks, no translation, an environment by allow-list. Never throws for
 * what git does. `signal` ends git with the helpers that talk to the network; @actions/exec cannot end a child, which is
 * why it is not used here.
 */
export function git(folder: string, args: readonly string[], signal?: AbortSignal): Promise<GitResult> {
  if (signal?.aborted) return Promise.resolve(tookTooLong);
  return new Promise((resolve) => {
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const child = spawn('git', ['-C', folder, ...settings.flatMap((setting) => ['-c', setting]), ...args], {
      // Windows looks for programs in the working directory first: that must not be the checkout.
      cwd: dirname(process.execPath),
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      detached: process.platform !== 'win32', // a process group of its own, so that git-remote-https ends with git
    });
    const settle = (result: GitResult): void => {
      signal?.removeEventListener('abort', abandon);
      resolve(result);
    };
    const abandon = (): void => {
      endGroup(child);
      settle(tookTooLong);
    };
    signal?.addEventListener('abort', abandon, { once: true });
    child.stdout.on('data', (data: Buffer) => stdout.push(data));
    child.stderr.on('data', (data: Buffer) => stderr.push(data));
    child.once('error', (error: NodeJS.ErrnoException) => {
      const complaint = error.code === 'ENOENT' ? 'git is not installed' : `git cannot be started: ${error.message}`;
      settle({ code: null, stdout: Buffer.alloc(0), complaint });
    });
    child.once('close', (code) => {
      const complaint = code === 0 ? '' : firstComplaint(Buffer.concat(stderr).toString('utf8'));
      settle({ code, stdout: Buffer.concat(stdout), complaint });
    });
  });
}

const tookTooLong: GitResult = { code: null, stdout: Buffer.alloc(0), complaint: 'git took too long' };

function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  child.stdout?.destroy();
  child.stderr?.destroy();
  if (process.platform === 'win32') {
    child.kill(); // helpers that outlive it give up after `http.lowSpeedTime`
    return;
  }
  try {
    process.kill(-child.pid, 'SIGTERM');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it has just ended by itself
  }
}

function environment(): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => passedOn.test(name))),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GCM_INTERACTIVE: 'never',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
  };
}

function firstComplaint(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const line = lines.find((one) => /^(?:fatal|error):/.test(one)) ?? lines[0] ?? 'git failed without saying why';
  return line.replace(/^(?:fatal|error): /, '').replace(/:\/\/\S*@/g, '://');
}
