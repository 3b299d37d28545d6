import { closeSync, constants, existsSync, mkdirSync, openSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../core/errors.ts';
import { inside, refuseLink, workspaceFolder } from '../runner/workspace-files.ts';

/** Writes a file of the workspace; never through a link, never outside. Throws UserError. */
export function writeWorkspaceFile(env: NodeJS.ProcessEnv, path: string, text: string): void {
  const workspace = workspaceFolder(env);
  const file = join(workspace, path);
  // Folders are made only where their nearest one that exists is inside.
  let parent = dirname(file);
  while (!existsSync(parent)) parent = dirname(parent);
  if (!inside(realpathSync(parent), workspace))
    throw new UserError(`\`template\`: \`${path}\` lies behind a link that leaves the workspace.`);
  refuseLink(env, path);
  mkdirSync(dirname(file), { recursive: true });
  const handle = openSync(
    file,
    constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW,
    0o644,
  );
  try {
    writeFileSync(handle, text);
  } finally {
    closeSync(handle);
  }
}
