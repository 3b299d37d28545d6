import { closeSync, constants, mkdirSync, openSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../core/errors.ts';
import { inside, workspaceFolder } from '../project.ts';

/** Writes a file of the workspace; never through a link, never outside. Throws UserError. */
export function writeWorkspaceFile(env: NodeJS.ProcessEnv, path: string, text: string): void {
  const workspace = workspaceFolder(env);
  const file = join(workspace, path);
  mkdirSync(dirname(file), { recursive: true });
  if (!inside(realpathSync(dirname(file)), workspace))
    throw new UserError(`\`template\`: \`${path}\` lies behind a link that leaves the workspace.`);
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
