import { readMark } from '../core/identity.ts';
import type { Intent } from '../core/intent/types.ts';
import { planDeployment, type Plan } from '../core/plan/plan.ts';
import { allPullRequests, openPullRequests, type PullRequestsOfBranch } from '../github/branches.ts';
import type { GitHubClient } from '../github/types.ts';

/** What a run about a preview is asked for. */
export type AboutPreview = Extract<Intent, { kind: 'ensure-preview' | 'remove-preview' | 'report-preview' }>;

/** Whether a run is about the preview of one branch. */
export const isAboutPreview = (intent: Intent): intent is AboutPreview =>
  intent.kind === 'ensure-preview' || intent.kind === 'remove-preview' || intent.kind === 'report-preview';

/**
 * The pull request to comment on: the event's; else the branch's newest open one; for a preview that goes the one in its
 * mark, or the branch's newest, which GitHub closed together with the branch.
 */
export async function pullRequestOf(
  intent: AboutPreview,
  plan: Plan | undefined,
  github: GitHubClient,
): Promise<PullRequestsOfBranch> {
  const known = (number: number | undefined): PullRequestsOfBranch => ({
    kind: 'known',
    numbers: number === undefined ? [] : [number],
  });
  if (intent.pullRequest !== undefined) return known(intent.pullRequest);
  if (intent.kind !== 'remove-preview') return openPullRequests(github, intent.branch.name);
  const marked = readMark(plan && planDeployment(plan)?.description)?.pullRequest;
  return marked === undefined ? allPullRequests(github, intent.branch.name) : known(marked);
}
