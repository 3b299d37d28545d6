import { childEnvironment, runCommand, runGroup, type ProgramResult } from '../runner/run-program.ts';
import { UserError } from '../core/errors.ts';
import type { GitLocation } from './repository.ts';

/** How a git process ended; `code` is null when git could not be started or was ended. */
export interface GitResult {
  readonly code: number | null;
  readonly stdout: Buffer;
  /** What git, or the attempt to start it, complained about: one line without credentials, empty after success. */
  readonly complaint: string;
}

export interface GitOptions {
  readonly signal?: AbortSignal | undefined;
}

const settings = [
  'safe.directory=*', // the job's container often runs as another user than the one who checked out
  'safe.bareRepository=explicit',
  'core.quotePath=false',
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.attributesFile=/dev/null',
  'core.preloadIndex=true',
  'diff.external=',
  'log.showSignature=false',
  'submodule.recurse=false',
  'protocol.ext.allow=never',
  // Runners have git-lfs configured for every repository; it would read `.lfsconfig` of the checkout.
  'filter.lfs.clean=',
  'filter.lfs.smudge=',
  'filter.lfs.process=',
  'filter.lfs.required=false',
  'i18n.logOutputEncoding=UTF-8',
  'gc.auto=0',
  'maintenance.auto=false',
  'http.lowSpeedLimit=1000',
  'http.lowSpeedTime=15',
];

/** Runs a git command that reads the repository and asks nobody: no shell, no prompt, no hooks. Never throws for what git does. */
export const git = (location: GitLocation, args: readonly string[], options: GitOptions = {}): Promise<GitResult> =>
  attempt(runCommand, location, args, options);

/**
 * Runs a git command that may talk to the network, or fetch what a partial clone lacks. `signal` ends git together with
 * its helpers.
 */
export const gitRemote = (
  location: GitLocation,
  args: readonly string[],
  options: GitOptions = {},
): Promise<GitResult> => attempt(runGroup, location, args, options);

async function attempt(
  run: typeof runCommand,
  { gitDir, workTree }: GitLocation,
  args: readonly string[],
  { signal = new AbortController().signal }: GitOptions,
): Promise<GitResult> {
  const where = ['--git-dir', gitDir, '--work-tree', workTree];
  try {
    const result = await run('git', [...where, ...settings.flatMap((setting) => ['-c', setting]), ...args], {
      env: environment(),
      signal,
    });
    return { code: result.code, stdout: result.bytes, complaint: result.code === 0 ? '' : firstComplaint(result) };
  } catch (error) {
    if (signal.aborted) return { ...nothing, complaint: 'git took too long' };
    if (error instanceof UserError) return { ...nothing, complaint: 'git is not installed' };
    return {
      ...nothing,
      complaint: `git cannot be started: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

const nothing = { code: null, stdout: Buffer.alloc(0) };

const environment = (): Record<string, string> =>
  childEnvironment(process.env, {
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GCM_INTERACTIVE: 'never',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
  });

function firstComplaint({ stderr }: ProgramResult): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const line = lines.find((one) => /^(?:fatal|error):/.test(one)) ?? lines[0] ?? 'git failed without saying why';
  return line.replace(/^(?:fatal|error): /, '').replace(/:\/\/\S*@/g, '://');
}
