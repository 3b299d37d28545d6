import * as core from '@actions/core';
import { appendFileSync } from 'node:fs';
import { summary } from '../core/report/summary.ts';
import { viewOf, type View } from '../core/report/view.ts';
import { closing, headline } from '../core/report/closing.ts';
import { outputs } from '../core/report/outputs.ts';
import type { Log } from '../runner/log.ts';
import { untouched, type Outcome } from '../core/plan/outcome.ts';

/** Largest job summary that is written, in characters; GitHub drops one of more than 1 MiB (docs, "Workflow commands"). */
const longestSummary = 900 * 1024;

/**
 * Reports how the run ended: step outputs, job summary, last lines of the log. A summary that cannot be written is a
 * warning; outputs that cannot be written are an error (`false`), because later steps rely on them.
 */
export function publish(outcome: Outcome, view: View, env: NodeJS.ProcessEnv, log: Log): boolean {
  const file = env['GITHUB_STEP_SUMMARY'];
  if (file) {
    try {
      appendFileSync(file, `${log.clean(summary(outcome, view)).slice(0, longestSummary)}\n`);
    } catch (error) {
      log.warning(`The job summary could not be written: ${reason(error)}.`);
    }
  }
  let written = true;
  try {
    if (env['GITHUB_OUTPUT']) {
      for (const [name, value] of Object.entries(outputs(outcome))) core.setOutput(name, log.clean(value));
    }
  } catch (error) {
    written = false;
    log.error(
      `The step's outputs could not be written (${reason(error)}), so later steps do not have them. The run itself: ${outcome.result} - ${headline(outcome)}`,
    );
  }
  for (const line of closing(outcome)) log.info(line);
  return written;
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Ends a run whose post step could not find what to clean up, before anything is done. Returns `false`: it fails. */
export function refuseWithoutState(env: NodeJS.ProcessEnv, log: Log, why: string): false {
  const message = `The file \`GITHUB_STATE\` of the runner cannot be written: ${why}. Nothing was done. Free disk space on the runner, then run the job again.`;
  log.error(message);
  const view = viewOf({ runUrl: '' }, '.', new Date());
  publish({ ...untouched, result: 'failed', why: message, errorShown: true }, view, env, log);
  return false;
}
