import * as core from '@actions/core';
import { appendFileSync } from 'node:fs';
import { closing, outputs, summary, type Outcome } from '../core/report.ts';
import type { Log } from '../log.ts';

/** Largest job summary that is written, in characters; GitHub drops one of more than 1 MiB (docs, "Workflow commands"). */
const longestSummary = 900 * 1024;

/**
 * Tells how the run ended: step outputs, job summary, last lines of the log. A summary that cannot be written is a
 * warning; outputs that cannot be written are an error, because later steps rely on them.
 */
export function publish(outcome: Outcome, env: NodeJS.ProcessEnv, log: Log): void {
  const file = env['GITHUB_STEP_SUMMARY'];
  if (file) {
    try {
      appendFileSync(file, `${log.clean(summary(outcome)).slice(0, longestSummary)}\n`);
    } catch (error) {
      log.warning(`The job summary could not be written: ${error instanceof Error ? error.message : String(error)}.`);
    }
  }
  if (env['GITHUB_OUTPUT']) {
    for (const [name, value] of Object.entries(outputs(outcome))) core.setOutput(name, log.clean(value));
  }
  for (const line of closing(outcome)) log.info(line);
}
