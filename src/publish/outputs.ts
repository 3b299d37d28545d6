import * as core from '@actions/core';
import { appendFileSync } from 'node:fs';
import { closing, headline } from '../core/report/closing.ts';
import { outputs, type Outcome } from '../core/report/outputs.ts';
import { summary } from '../core/report/summary.ts';
import type { View } from '../core/report/view.ts';
import type { Log } from '../runner/log.ts';

/** Largest job summary that is written, in characters; GitHub drops one of more than 1 MiB (docs, "Workflow commands"). */
const longestSummary = 900 * 1024;

/**
 * Tells how the run ended: step outputs, job summary, last lines of the log. A summary that cannot be written is a
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
