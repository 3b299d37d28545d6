import { run } from './main.ts';
import { refuseWithoutState } from './publish/outputs.ts';
import { createLog } from './runner/log.ts';
import { beginMainStep, isPostStep } from './runner/phase.ts';
import { cleanUp } from './runner/post.ts';

/** GitHub gives 7.5 s between SIGINT and SIGTERM: time enough to take secrets off the disk, not to finish anything. */
const lastResort = 1_500;

if (isPostStep(process.env)) {
  cleanUp(process.env);
} else {
  const unwritable = beginMainStep(process.env);
  const cancelled = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      cancelled.abort(new Error(`The run was cancelled (${name}).`));
      setTimeout(() => process.exit(130), lastResort).unref();
    });
  }
  const success =
    unwritable === undefined
      ? await run(process.env, cancelled.signal)
      : refuseWithoutState(process.env, createLog(), unwritable);
  if (!success) process.exitCode = cancelled.signal.aborted ? 130 : 1;
}
