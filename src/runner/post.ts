import * as core from '@actions/core';
import { notOurs, removePrivateFolder } from './private-folder.ts';

/** Name under which the main step tells the post step where its private folder is. */
export const privateFolderState = 'private-folder';

/** The post step: takes credentials off the disk where the main step could not. Never fails the job. */
export function cleanUp(env: NodeJS.ProcessEnv): void {
  const folder = core.getState(privateFolderState);
  if (folder === '') return;
  try {
    const doubt = notOurs(folder, env);
    if (doubt === undefined) removePrivateFolder(folder);
    else core.warning(`The folder that this step should clean up was left alone: ${doubt}.`);
  } catch (error) {
    core.warning(
      `The private folder of this step could not be removed: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
