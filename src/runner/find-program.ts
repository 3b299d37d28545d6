import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, parse } from 'node:path';
import { inside } from './workspace-files.ts';

/**
 * The absolute path of a program, by the PATH of an environment; `undefined` where there is none. Folders that are
 * relative or lie in the workspace do not count: what a branch commits must not be taken for git or docker.
 */
export function findProgram(
  name: string,
  env: Readonly<Record<string, string>>,
  workspace: string | undefined,
): string | undefined {
  if (isAbsolute(name)) return name;
  const folders = (variable(env, 'PATH') ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  const endings = process.platform === 'win32' ? (variable(env, 'PATHEXT') ?? '.EXE;.CMD').split(';') : [''];
  return folders
    .flatMap((folder) => endings.map((ending) => join(folder, `${name}${ending}`)))
    .find((path) => isProgram(path) && !isOfWorkspace(path, workspace));
}

/** Windows writes names of variables in any case. */
const variable = (env: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.entries(env).find(([key]) => key.toUpperCase() === name)?.[1];

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function isOfWorkspace(path: string, workspace: string | undefined): boolean {
  // A workspace that is the whole file system says nothing about who wrote a file.
  if (!workspace || parse(workspace).root === workspace) return false;
  const folder = realFolder(workspace);
  return [path, realpathSync(path)].some((one) => inside(one, folder) || inside(one, workspace));
}

function realFolder(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
