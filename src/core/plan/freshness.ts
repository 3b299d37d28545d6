import { UserError } from '../errors.ts';
import { oneLine } from '../text.ts';
import type { Freshness } from './situation.ts';

/** A run whose commit is no longer the branch's head deploys nothing: a newer run does, or the branch is gone. */
export function checkFreshness(
  { branch, head, state, firstAttempt }: Freshness,
  what: string,
): { stale?: string; notices: string[] } {
  const name = oneLine(branch.name, 100);
  switch (state.kind) {
    case 'absent':
      return { stale: `the branch ${name} is gone, so nothing is ${what} for it`, notices: [] };
    case 'at':
      return state.commit === head
        ? { notices: [] }
        : {
            stale: `the branch ${name} has moved on from ${head.slice(0, 7)} to ${state.commit.slice(0, 7)}: the run of that commit deploys`,
            notices: [],
          };
    case 'unknown':
      if (firstAttempt)
        return {
          notices: [
            `GitHub cannot say where the branch ${name} stands (${state.why}): this run goes on because it is fresh.`,
          ],
        };
      throw new UserError(
        `GitHub cannot say whether the branch ${name} is still at ${head.slice(0, 7)} (${state.why}), and this is a re-run: deploying it could put an old commit in place of a newer one. Run the job again later, with \`permissions: { contents: read }\`.`,
      );
  }
}
