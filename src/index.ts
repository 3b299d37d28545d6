import * as core from '@actions/core';
import { run } from './main.ts';
import { cleanUp } from './runner/post.ts';

/** GitHub gives 7.5 s between SIGINT and SIGTERM: time enough to take secrets off the disk, not to finish anything. */
const lastResort = 1_500;

const phase = 'main-has-run';
if (core.getState(phase) !== '') {
  cleanUp(process.env);
} else {
  core.saveState(phase, 'true');
  const cancelled = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      cancelled.abort(new Error(`The run was cancelled (${name}).`));
      setTimeout(() => process.exit(130), lastResort).unref();
    });
  }
  const success = await run(process.env, cancelled.signal);
  if (!success) process.exitCode = cancelled.signal.aborted ? 130 : 1;
}
