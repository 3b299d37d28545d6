import type { AggregatedResult } from '@jest/reporters';

/** Prints jest's counts once more as one plain line, for people and programs that read only the end of a log. */
export default class ClosingLine {
  onRunComplete(_contexts: unknown, results: AggregatedResult): void {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests > 0 ? `, ${String(results.numPendingTests)} skipped` : '';
    // On exit: jest prints its own summary after every reporter has ended.
    process.once('exit', () =>
      process.stdout.write(`\n${String(results.numPassedTests)} passed, ${String(failed)} failed${skipped}\n`),
    );
  }
}
