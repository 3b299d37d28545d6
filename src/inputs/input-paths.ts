import * as core from '@actions/core';
import { posix } from 'node:path';
import { UserError } from '../core/errors.ts';

/** Where the configuration file is looked for unless `config` says otherwise. */
export const defaultConfig = '.astro/branch-deploy.yaml';

/** The default is no wish: only another path that is given must exist. */
export function configFile(env: NodeJS.ProcessEnv): string | undefined {
  const given = insideWorkspace('config', core.getInput('config') || undefined, env);
  return given === defaultConfig ? undefined : given;
}

/**
 * A path of the repository, normalised: `./a`, `a/`, `a/../b` and `/a` (meant from the repository's root, as
 * deploy-action's README writes it) all work; a path that leaves the workspace does not.
 */
export function insideWorkspace(name: string, given: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  if (given === undefined) return undefined;
  const workspace = (env['GITHUB_WORKSPACE'] ?? '').replaceAll('\\', '/').replace(/\/+$/, '');
  const slashes = process.platform === 'win32' ? given.replaceAll('\\', '/') : given;
  const inside =
    workspace !== '' && (slashes === workspace || slashes.startsWith(`${workspace}/`))
      ? slashes.slice(workspace.length)
      : slashes;
  const path = posix.normalize(inside.replace(/^\/+/, '') || '.').replace(/\/+$/, '') || '.';
  if (path === '..' || path.startsWith('../'))
    throw new UserError(`\`${name}\`: \`${given}\` is outside the workspace.`);
  return path;
}
