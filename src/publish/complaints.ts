import type { Failure } from '../github/request.ts';
import type { Log } from '../runner/log.ts';

/** What GitHub refuses is said once, and what it refuses everywhere is not asked for again. */
export interface Complaints {
  readonly note: (what: 'comment' | 'deployment', failure: Pick<Failure, 'everywhere' | 'why'>) => void;
  readonly isRefused: (what: 'comment' | 'deployment') => boolean;
  /** Runs work whose failure costs nothing but a warning. */
  readonly guarded: (work: () => Promise<unknown>) => Promise<void>;
}

/** Makes the complaints of one run. */
export function createComplaints(log: Log): Complaints {
  const reported = new Set<string>();
  const refused = new Set<string>();
  return {
    isRefused: (what) => refused.has(what),
    note: (what, { everywhere, why }) => {
      // A permission that is missing is missing for all of them; what is wrong with one says nothing about the others.
      if (everywhere === true) refused.add(what);
      if (reported.has(what)) return;
      reported.add(what);
      if (what === 'comment')
        log.warning(`The pull request's comment could not be written: ${why}. \`comment: false\` does without it.`);
      else
        log.notice(
          `The GitHub Deployment could not be kept up to date: ${why}. \`github-deployments: false\` does without it.`,
        );
    },
    guarded: async (work) => {
      try {
        await work();
      } catch (error) {
        log.warning(
          `GitHub could not be told about the run: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    },
  };
}
