import { readMark } from '../core/identity.ts';
import type { Plan } from '../core/plan/plan.ts';
import { allPullRequests } from '../github/branches.ts';
import { deactivateEnvironment, environmentsSince } from '../github/deployments.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { CommentWriter } from './comment.ts';
import type { Complaints } from './complaints.ts';
import type { Config } from '../core/config/config.ts';
import { branchOfEnvironment, environmentOfPreview, type EnvironmentKey } from '../core/github-environment.ts';
import type { Outcome } from '../core/plan/outcome.ts';
import type { GitHubClient } from '../github/types.ts';

/** How far back the sweep looks for what still looks live, in milliseconds, and how many environments it repairs. */
const window = 30 * 24 * 60 * 60 * 1000;
const mostRepaired = 20;

const again = 'Reopen the pull request, or push to it, for a new preview.';

/** What reporting a sweep needs. */
export interface SweepReport {
  readonly github: GitHubClient;
  readonly inputs: Inputs;
  readonly config: Config;
  readonly complaints: Complaints;
  readonly write: CommentWriter;
}

/** Reports what a sweep removed where the preview's own runs would have reported it. */
export async function reportSwept(
  plan: Plan | undefined,
  outcome: Outcome,
  asked: SweepReport,
  now: Date,
): Promise<void> {
  const { github, inputs, complaints, write } = asked;
  for (const step of plan?.steps ?? []) {
    if (step.kind !== 'delete' || !outcome.deleted.includes(step.deployment.id)) continue;
    const { project, ref } = step.identity;
    const pullRequest = readMark(step.deployment.description)?.pullRequest;
    const state = { state: 'removed', createWhenMissing: false, again } as const;
    if (inputs.comment && pullRequest !== undefined)
      await complaints.guarded(() => write(github, { ...outcome, why: step.why }, { pullRequest, project, ...state }));
    if (inputs.githubDeployments)
      await complaints.guarded(() =>
        deactivate(asked, environmentOfPreview(asked.config.preview.githubEnvironments, branchOf(ref))),
      );
  }
  await complaints.guarded(() => repairForgotten(outcome, asked, now));
}

/** Sets the GitHub Deployments of a branch's preview to inactive. */
export async function deactivate(
  { github, complaints }: Pick<SweepReport, 'github' | 'complaints'>,
  key: EnvironmentKey,
): Promise<void> {
  if (complaints.isRefused('deployment')) return;
  const result = await deactivateEnvironment(github, key);
  if ('why' in result) complaints.note('deployment', result);
}

/**
 * What still looks live although its preview is gone, because GitHub did not answer at the time: environments with
 * GitHub Deployments of the last 30 days, at most 20 of them in one sweep.
 */
async function repairForgotten(outcome: Outcome, asked: SweepReport, now: Date): Promise<void> {
  const { github, inputs, complaints, write } = asked;
  if (!inputs.githubDeployments || complaints.isRefused('deployment')) return;
  const found = await environmentsSince(github, new Date(now.getTime() - window));
  if ('why' in found) {
    complaints.note('deployment', found);
    return;
  }
  const living = new Set(
    (outcome.sweep ?? []).filter(({ verdict }) => verdict === 'keep').map(({ ref }) => branchOf(ref)),
  );
  const forgotten = found.keys.flatMap((key) => {
    const branch = branchOfEnvironment(key);
    return branch === undefined || living.has(branch) ? [] : [{ key, branch }];
  });
  for (const { key, branch } of forgotten.slice(0, mostRepaired)) {
    await deactivate(asked, key);
    if (!inputs.comment) continue;
    const pulls = await allPullRequests(github, branch);
    const pullRequest = pulls.kind === 'known' ? pulls.numbers[0] : undefined;
    if (pullRequest === undefined) continue;
    const why = 'the sweep found no preview of this branch any more';
    const message = { state: 'removed', createWhenMissing: false, lasting: 'state', again } as const;
    await write(github, { ...outcome, why }, { pullRequest, project: inputs.rootFolder, ...message });
  }
}

const branchOf = (ref: string): string => ref.replace(/^refs\/heads\//, '');
