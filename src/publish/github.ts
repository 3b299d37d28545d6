import { comment, commentMarker, type PreviewState } from '../core/markdown.ts';
import { readMark } from '../core/identity.ts';
import type { GitHubEvent } from '../core/github-event.ts';
import type { Intent } from '../core/intent.ts';
import type { Plan } from '../core/plan.ts';
import type { Outcome } from '../core/report.ts';
import { openPullRequests } from '../github/branches.ts';
import type { GitHubClient } from '../github/client.ts';
import { putComment } from '../github/comment.ts';
import { beginDeployment, deactivateEnvironment, reportDeployment } from '../github/deployments.ts';
import type { Inputs } from '../inputs.ts';
import type { Tools } from '../tools.ts';

/** Tells GitHub how the run goes: the pull request's comment, and the GitHub Deployment of its environment. */
export interface Reporter {
  /** Before the first write. */
  readonly begin: (plan: Plan, outcome: Outcome) => Promise<void>;
  /** When the run is over, also when it failed; never throws, never fails the run. */
  readonly end: (outcome: Outcome) => Promise<void>;
}

/** GitHub's name for the environment of a branch's preview. */
export const previewEnvironment = (branch: string): string => `preview/${branch}`;

/**
 * Makes the reporter of one run. What GitHub refuses or does not answer is told once and costs nothing else: the work
 * itself is done on Astro.
 */
export function createReporter(intent: Intent, inputs: Inputs, event: GitHubEvent, tools: Tools): Reporter {
  const { log } = tools;
  let deployment: number | undefined;
  let plan: Plan | undefined;
  let pull: Promise<number | undefined> | undefined;
  const told = new Set<string>();
  const once = (what: 'comment' | 'deployment', kind: string, why: string): void => {
    if (told.has(what)) return;
    told.add(what);
    if (what === 'comment')
      log.warning(
        `The pull request's comment could not be written: ${why}.${kind === 'refused' ? ' The job needs `permissions: { pull-requests: write }`, or `comment: false`.' : ''}`,
      );
    else
      log.notice(
        `The GitHub Deployment could not be kept up to date: ${why}.${kind === 'refused' ? ' The job needs `permissions: { deployments: write }`, or `github-deployments: false`.' : ''}`,
      );
  };

  const say = async (outcome: Outcome, state: PreviewState, createWhenMissing: boolean): Promise<void> => {
    if (!inputs.comment || !isAboutPreview(intent)) return;
    const { branch } = intent;
    const github = await tools.github();
    if (!github) {
      once('comment', 'none', 'there is no `github-token`');
      return;
    }
    pull ??= pullRequestOf(intent, plan, github);
    const number = await pull;
    if (number === undefined) return;
    const marker = commentMarker(event.repository.id, inputs.rootFolder);
    const body = log.clean(comment(outcome, { marker, branch: branch.name, state, runUrl: event.runUrl }));
    const result = await putComment(github, number, marker, body, { createWhenMissing });
    if ('why' in result) once('comment', result.kind, result.why);
  };

  return {
    begin: async (given, outcome) => {
      plan = given;
      if (plan.steps.length === 0) return;
      if (intent.kind !== 'remove-preview') await say(outcome, 'in progress', true);
      const target = environmentOf(intent, plan, event);
      const deploys = plan.steps.some(({ kind }) => kind === 'deploy-code' || kind === 'create');
      if (!inputs.githubDeployments || !target || !deploys) return;
      const github = await tools.github();
      if (!github) return;
      const begun = await beginDeployment(github, {
        ...target,
        description: log.clean(plan.why),
      });
      if ('why' in begun) {
        once('deployment', begun.kind, begun.why);
        return;
      }
      deployment = begun.id;
      const result = await reportDeployment(github, begun.id, { state: 'in_progress', logUrl: event.runUrl });
      if ('why' in result) once('deployment', result.kind, result.why);
    },
    end: async (outcome) => {
      try {
        const gone = outcome.deploymentId !== undefined && outcome.deleted.includes(outcome.deploymentId);
        await say(outcome, stateOf(outcome, gone, intent), !gone && intent.kind !== 'remove-preview');
        await report(outcome, gone);
      } catch (error) {
        log.warning(
          `GitHub could not be told how the run ended: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    },
  };

  async function report(outcome: Outcome, gone: boolean): Promise<void> {
    if (!inputs.githubDeployments) return;
    const github = await tools.github();
    if (!github) return;
    if (deployment !== undefined) {
      const state = outcome.result === 'failed' ? 'failure' : gone ? 'inactive' : 'success';
      const result = await reportDeployment(github, deployment, {
        state,
        logUrl: event.runUrl,
        ...(outcome.airflowUrl !== undefined && state === 'success' && { environmentUrl: outcome.airflowUrl }),
        autoInactive: true,
      });
      if ('why' in result) once('deployment', result.kind, result.why);
    }
    if (outcome.deleted.length > 0 && intent.kind === 'remove-preview') {
      const result = await deactivateEnvironment(github, previewEnvironment(intent.branch.name));
      if ('why' in result) once('deployment', result.kind, result.why);
    }
  }
}

function stateOf(outcome: Outcome, gone: boolean, intent: Intent): PreviewState {
  if (outcome.result === 'failed') return 'failed';
  if (gone || intent.kind === 'remove-preview') return 'removed';
  return intent.kind === 'tell-preview' && outcome.deploymentId === undefined ? 'missing' : 'live';
}

type AboutPreview = Extract<Intent, { kind: 'ensure-preview' | 'remove-preview' | 'tell-preview' }>;
const isAboutPreview = (intent: Intent): intent is AboutPreview =>
  intent.kind === 'ensure-preview' || intent.kind === 'remove-preview' || intent.kind === 'tell-preview';

/** The pull request to comment on: the event's, else the one in the preview's mark, else an open one of the branch. */
async function pullRequestOf(
  intent: AboutPreview,
  plan: Plan | undefined,
  github: GitHubClient,
): Promise<number | undefined> {
  if ('pullRequest' in intent) return intent.pullRequest;
  const marked = readMark(plan?.deployment?.description)?.pullRequest;
  if (marked !== undefined) return marked;
  if (intent.kind === 'remove-preview') return undefined;
  const open = await openPullRequests(github, intent.branch.name);
  return open.kind === 'known' ? open.numbers[0] : undefined;
}

function environmentOf(
  intent: Intent,
  plan: Plan,
  event: GitHubEvent,
): { environment: string; ref: string; transient: boolean; production: boolean } | undefined {
  if (intent.kind === 'ensure-preview')
    return {
      environment: previewEnvironment(intent.branch.name),
      ref: intent.head,
      transient: true,
      production: false,
    };
  if (intent.kind !== 'deploy') return undefined;
  return {
    environment: intent.environment?.name ?? plan.deployment?.name ?? intent.target.by,
    ref: intent.head,
    transient: false,
    production: intent.branch?.name === event.defaultBranch,
  };
}
