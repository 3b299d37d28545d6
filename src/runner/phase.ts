import * as core from '@actions/core';
import { existsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const state = 'main-has-run';

/** The runner calls the same file as main and as post step: whether this is the post step. */
export function isPostStep(env: NodeJS.ProcessEnv): boolean {
  return core.getState(state) !== '' || existsSync(marker(env));
}

/**
 * Notes for the post step that main has run; gives back why it could not be noted. The post step then finds an empty file
 * in the runner's temporary folder instead.
 */
export function beginMainStep(env: NodeJS.ProcessEnv): string | undefined {
  try {
    core.saveState(state, 'true');
    return undefined;
  } catch (error) {
    try {
      writeFileSync(marker(env), '');
    } catch {
      // A full disk: the post step fails in the same way, with the same sentence.
    }
    return error instanceof Error ? error.message : String(error);
  }
}

/** One file for each step of a job that uses the Action, by the runner's name for the step. */
function marker(env: NodeJS.ProcessEnv): string {
  const step = [env['GITHUB_RUN_ID'], env['GITHUB_RUN_ATTEMPT'], env['GITHUB_JOB'], env['GITHUB_ACTION']].join('-');
  return join(env['RUNNER_TEMP'] || tmpdir(), `astro-branch-deploy-${step.replace(/[^\w-]/g, '_')}`);
}
