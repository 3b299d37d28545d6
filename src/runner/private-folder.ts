import { randomBytes } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

const sentinel = '.astro-branch-deploy';
const folderName = /^astro-[0-9a-f]{32}$/;

/** Makes a folder that only this user can read, in the runner's folder for temporary files. */
export function makePrivateFolder(env: NodeJS.ProcessEnv): string {
  const folder = join(realpathSync(env['RUNNER_TEMP'] || tmpdir()), `astro-${randomBytes(16).toString('hex')}`);
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(join(folder, sentinel), '', { mode: 0o600 });
  return folder;
}

/** Removes it, with the credentials in it; done already is done. */
export function removePrivateFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/**
 * Why a path that the post step was handed is not one of ours, or `undefined` when it is. The path went through the
 * runner's state, which a hostile log line could have written: it is removed only when it is a folder that we made.
 */
export function notOurs(path: string, env: NodeJS.ProcessEnv): string | undefined {
  if (!folderName.test(basename(path))) return 'its name is not one that this Action gives';
  const facts = lstatSync(path, { throwIfNoEntry: false });
  if (!facts) return undefined;
  if (!facts.isDirectory()) return 'it is not a folder';
  if (realpathSync(dirname(path)) !== realpathSync(env['RUNNER_TEMP'] || tmpdir()))
    return "it is not in the runner's folder for temporary files";
  if (process.getuid && facts.uid !== process.getuid()) return 'it belongs to another user';
  return existsSync(join(path, sentinel)) ? undefined : 'it was not made by this Action';
}
