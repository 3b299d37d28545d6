import { join } from 'node:path';
import { UserError } from '../core/errors.ts';
import { projectHint } from '../runner/nearby-files.ts';
import { readWorkspaceFile } from '../runner/workspace-files.ts';

/** What a build reads of the Astro project to know what to build. */
export interface BuildFiles {
  /** Absolute path of the Dockerfile. */
  readonly dockerfile: string;
  readonly text: string;
  /** Text of the ignore file that docker uses; empty where there is none. */
  readonly ignoreRules: string;
}

/**
 * Reads the files that docker itself will read again: `workspace` and `project` are absolute paths. Throws UserError where
 * there is no Dockerfile, and for what `readWorkspaceFile` refuses.
 */
export function readBuildFiles(workspace: string, project: string): BuildFiles {
  const dockerfile = join(project, 'Dockerfile');
  const text = readWorkspaceFile(workspace, dockerfile, 'Dockerfile');
  if (text === undefined)
    throw new UserError(
      `There is no \`Dockerfile\` in the Astro project, so there is no image to build.${projectHint(workspace) || ' Correct `root-folder`, or use `deploy-type: dags-only`.'}`,
    );
  return { dockerfile, text, ignoreRules: readIgnoreFile(workspace, project) };
}

/** Text of the ignore file of a project; `<Dockerfile>.dockerignore` takes the place of `.dockerignore` (docs.docker.com, "Build context"). */
export function readIgnoreFile(workspace: string, project: string): string {
  for (const name of ['Dockerfile.dockerignore', '.dockerignore']) {
    const text = readWorkspaceFile(workspace, join(project, name), 'ignore file');
    if (text !== undefined) return text;
  }
  return '';
}
