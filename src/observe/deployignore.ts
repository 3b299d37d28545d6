import { join, relative, sep } from 'node:path';
import type { Deployignore } from '../core/code/bundle-files.ts';
import { repositoryPaths } from '../git/checkout.ts';
import { inside, readWorkspaceFile } from '../runner/workspace-files.ts';
import type { Project } from './project.ts';
import { omitUndefined } from '../core/omit-undefined.ts';

const name = '.astro/deployignore';

/**
 * Reads what stays out of the archive of a project's DAG folder: `.astro/deployignore` of the project, else the one of the
 * workspace; patterns are relative to the folder that holds `.astro`. Throws UserError for what `readWorkspaceFile` refuses.
 */
export function readDeployignore(project: Project, workspace: string): Deployignore | undefined {
  const { checkout, dagsFolder } = project;
  for (const folder of [project.folder, workspace]) {
    const text = readWorkspaceFile(workspace, join(folder, name), 'deploy ignore file');
    if (text === undefined) continue;
    const [file] = checkout.kind === 'checkout' ? repositoryPaths(checkout, join(folder, name)) : [];
    const at = inside(dagsFolder, folder) ? relative(folder, dagsFolder).replaceAll(sep, '/') : 'dags';
    return { text, at, ...omitUndefined({ file }) };
  }
  return undefined;
}
