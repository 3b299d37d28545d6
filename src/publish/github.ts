import { comment, commentMarker, runs, type PreviewState } from '../core/report/markdown.ts';
import { environmentOf, type Config } from '../core/config/config.ts';
import { readMark } from '../core/identity.ts';
import type { GitHubEvent } from '../core/event.ts';
import type { Intent } from '../core/intent/types.ts';
import { planDeployment, type Plan } from '../core/plan/plan.ts';
import { oneLine } from '../core/text.ts';
import { allPullRequests, openPullRequests, type PullRequestsOfBranch } from '../github/branches.ts';
import { putComment } from '../github/comment.ts';
import {
  beginDeployment,
  confirmEnvironment,
  deactivateEnvironment,
  environmentsSince,
  reportDeployment,
  type DeploymentRequest,
} from '../github/deployments.ts';
import type { DeploymentReport } from '../github/deployment-statuses.ts';
import type { Failure } from '../github/request.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { Context } from '../observe/context.ts';
import type { Outcome } from '../core/plan/outcome.ts';
import type { GitHubClient } from '../github/types.ts';

/** Tells GitHub how the run goes: the pull request's comment, and the GitHub Deployment of its environment. */
export interface Reporter {
  /** Before the first write; never throws, never fails the run. */
  readonly begin: (plan: Plan, outcome: Outcome) => Promise<void>;
  /** When the run is over, also when it failed; never throws, never fails the run. */
  readonly end: (outcome: Outcome) => Promise<void>;
}

/** GitHub's name for the environment of a branch's preview. */
export const previewEnvironment = (branch: string): string => `preview/${branch}`;

/** A comment to be put on a pull request. */
interface Message {
  readonly pullRequest: number;
  readonly branch: string;
  readonly project: string;
  readonly state: PreviewState;
  readonly createWhenMissing: boolean;
  /** Beginnings of the lines that tell whether a comment that is there may stay. */
  readonly lasting?: readonly string[];
}

/**
 * Makes the reporter of one run. What GitHub refuses or does not answer is told once and costs nothing else: the work
 * itself is done on Astro.
 */
export function createReporter(intent: Intent, { inputs, configuration: { config }, event, tools }: Context): Reporter {
  const { log } = tools;
  let deployment: number | undefined;
  let plan: Plan | undefined;
  let pull: Promise<number | undefined> | undefined;
  const told = new Set<string>();
  const refused = new Set<string>();
  const once = (what: 'comment' | 'deployment', { everywhere, why }: Pick<Failure, 'everywhere' | 'why'>): void => {
    // A permission that is missing is missing for all of them; what is wrong with one says nothing about the others.
    if (everywhere === true) refused.add(what);
    if (told.has(what)) return;
    told.add(what);
    if (what === 'comment')
      log.warning(`The pull request's comment could not be written: ${why}. \`comment: false\` does without it.`);
    else
      log.notice(
        `The GitHub Deployment could not be kept up to date: ${why}. \`github-deployments: false\` does without it.`,
      );
  };
  const guarded = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      log.warning(`GitHub could not be told about the run: ${error instanceof Error ? error.message : String(error)}`);
    }
  };

  const put = async (github: GitHubClient, outcome: Outcome, message: Message): Promise<void> => {
    if (refused.has('comment')) return;
    const { pullRequest, branch, project, state, createWhenMissing, lasting } = message;
    const marker = commentMarker(event.repository.id, project);
    const body = log.clean(comment(outcome, { marker, branch, state, runUrl: event.runUrl }));
    const result = await putComment(
      github,
      { pullRequest, marker, body },
      {
        createWhenMissing,
        ...(lasting && { mayStay: (old) => only(old, lasting) === only(body, lasting) }),
      },
    );
    if ('why' in result) once('comment', result);
  };

  const say = async (outcome: Outcome, state: PreviewState, createWhenMissing: boolean): Promise<void> => {
    if (!inputs.comment || !isAboutPreview(intent)) return;
    const github = await tools.github();
    if (!github) {
      once('comment', { why: 'there is no `github-token`' });
      return;
    }
    pull ??= pullRequestOf(intent, plan, github).then((found) => {
      if (found.kind === 'known') return found.numbers[0];
      once('comment', { why: found.why });
      return undefined;
    });
    const pullRequest = await pull;
    if (pullRequest === undefined) return;
    const lasting = lastingLines(intent, outcome, state);
    await put(github, outcome, {
      pullRequest,
      branch: intent.branch.name,
      project: inputs.rootFolder,
      state,
      createWhenMissing,
      ...(lasting && { lasting }),
    });
  };

  const begin = async (): Promise<void> => {
    const target = plan && targetOf(intent, plan, config, inputs, event);
    const deploys = plan?.steps.some(({ kind }) => kind === 'deploy-code' || kind === 'create') ?? false;
    if (!inputs.githubDeployments || !plan || !target || !deploys) return;
    const github = await tools.github();
    if (!github) return;
    const begun = await beginDeployment(github, { ...target, description: log.clean(plan.why) });
    if ('why' in begun) {
      once('deployment', begun);
      return;
    }
    deployment = begun.id;
    const result = await reportDeployment(github, begun.id, { state: 'in_progress', logUrl: event.runUrl });
    if ('why' in result) once('deployment', result);
  };

  const report = async (outcome: Outcome, gone: boolean): Promise<void> => {
    if (!inputs.githubDeployments) return;
    const github = await tools.github();
    if (!github) return;
    if (deployment !== undefined && outcome.result === 'failed') {
      const result = await reportDeployment(github, deployment, { state: 'failure', logUrl: event.runUrl });
      if ('why' in result) once('deployment', result);
      return;
    }
    if (isAboutPreview(intent) && (gone || isRemoved(intent, outcome))) return deactivate(github, intent.branch.name);
    if (outcome.result !== 'failed') await confirm(github, outcome);
  };

  /** What is live is shown as live, also where an earlier run was broken off or refused before it could say so. */
  const confirm = async (github: GitHubClient, outcome: Outcome): Promise<void> => {
    const target = plan && targetOf(intent, plan, config, inputs, event);
    const isLive =
      outcome.deploymentId !== undefined && ['created', 'updated', 'deployed', 'nothing'].includes(outcome.result);
    if (!target || !isLive || refused.has('deployment')) return;
    const live: DeploymentReport = {
      state: 'success',
      logUrl: event.runUrl,
      autoInactive: true,
      ...(outcome.airflowUrl !== undefined && { environmentUrl: outcome.airflowUrl }),
    };
    const confirmed = await confirmEnvironment(github, target.environment, live);
    if ('why' in confirmed) once('deployment', confirmed);
    else if (confirmed.kind === 'none') {
      const begun = await beginDeployment(github, { ...target, description: log.clean(plan?.why ?? '') });
      const result = 'why' in begun ? begun : await reportDeployment(github, begun.id, live);
      if ('why' in result) once('deployment', result);
    }
  };

  const deactivate = async (github: GitHubClient, branch: string): Promise<void> => {
    if (refused.has('deployment')) return;
    const result = await deactivateEnvironment(github, previewEnvironment(branch));
    if ('why' in result) once('deployment', result);
  };

  /** What a sweep removed is told where the preview's own runs would have told it. */
  const sweptAway = async (outcome: Outcome): Promise<void> => {
    const github = await tools.github();
    if (!github) return;
    for (const step of plan?.steps ?? []) {
      if (step.kind !== 'delete' || !outcome.deleted.includes(step.deployment.id)) continue;
      const branch = step.identity.ref.replace(/^refs\/heads\//, '');
      const pullRequest = readMark(step.deployment.description)?.pullRequest;
      const { project } = step.identity;
      if (inputs.comment && pullRequest !== undefined)
        await guarded(() =>
          put(
            github,
            { ...outcome, why: step.why },
            { pullRequest, branch, project, state: 'removed', createWhenMissing: false },
          ),
        );
      if (inputs.githubDeployments) await guarded(() => deactivate(github, branch));
    }
    await guarded(() => repairForgotten(github, outcome));
  };

  /**
   * What still looks live although its preview is gone, because GitHub could not be told at the time: environments with
   * GitHub Deployments of the last 30 days, at most 20 of them in one sweep.
   */
  const repairForgotten = async (github: GitHubClient, outcome: Outcome): Promise<void> => {
    if (!inputs.githubDeployments || refused.has('deployment')) return;
    const since = new Date(tools.now().getTime() - 30 * 24 * 60 * 60 * 1000);
    const found = await environmentsSince(github, since);
    if ('why' in found) {
      once('deployment', found);
      return;
    }
    const living = new Set(
      (outcome.sweep ?? [])
        .filter(({ verdict }) => verdict === 'keep')
        .map(({ ref }) => previewEnvironment(ref.replace(/^refs\/heads\//, ''))),
    );
    const forgotten = found.names.filter((name) => name.startsWith(previewEnvironment('')) && !living.has(name));
    for (const name of forgotten.slice(0, 20)) {
      const branch = name.slice(previewEnvironment('').length);
      const result = await deactivateEnvironment(github, name);
      if ('why' in result) once('deployment', result);
      if (!inputs.comment) continue;
      const pulls = await allPullRequests(github, branch);
      const pullRequest = pulls.kind === 'known' ? pulls.numbers[0] : undefined;
      if (pullRequest === undefined) continue;
      await put(
        github,
        { ...outcome, why: 'the sweep found no preview of this branch any more' },
        {
          pullRequest,
          branch,
          project: inputs.rootFolder,
          state: 'removed',
          createWhenMissing: false,
          lasting: ['### '],
        },
      );
    }
  };

  return {
    begin: async (given, outcome) => {
      plan = given;
      if (given.steps.length === 0) return;
      const about = intent.kind !== 'remove-preview';
      await Promise.all([about && guarded(() => say(outcome, 'in progress', true)), guarded(begin)]);
    },
    end: async (outcome) => {
      if (intent.kind === 'sweep') return guarded(() => sweptAway(outcome));
      const gone = outcome.deploymentId !== undefined && outcome.deleted.includes(outcome.deploymentId);
      const vanished = gone && intent.kind === 'ensure-preview' && outcome.result !== 'failed';
      const why = vanished && { why: `the branch ${oneLine(intent.branch.name, 100)} vanished during a run` };
      const createWhenMissing = !gone && intent.kind !== 'remove-preview';
      await guarded(() => say({ ...outcome, ...why }, stateOf(outcome, gone, intent), createWhenMissing));
      await guarded(() => report(outcome, gone));
    },
  };
}

function stateOf(outcome: Outcome, gone: boolean, intent: Intent): PreviewState {
  if (outcome.result === 'failed') return 'failed';
  if (gone || intent.kind === 'remove-preview') return 'removed';
  return intent.kind === 'tell-preview' && outcome.deploymentId === undefined ? 'missing' : 'live';
}

type AboutPreview = Extract<Intent, { kind: 'ensure-preview' | 'remove-preview' | 'tell-preview' }>;
const isAboutPreview = (intent: Intent): intent is AboutPreview =>
  intent.kind === 'ensure-preview' || intent.kind === 'remove-preview' || intent.kind === 'tell-preview';

/** Whether a run for a removal ended with no preview, removed by it or gone before. */
const isRemoved = (intent: AboutPreview, outcome: Outcome): boolean =>
  intent.kind === 'remove-preview' && (outcome.deleted.length > 0 || outcome.result === 'nothing');

/**
 * By which lines a run that changed nothing tells that the comment is right as it is: it knows no better than the run
 * that deployed what was deployed and why, and `deployed 2 h ago` would make every run another text.
 */
function lastingLines(intent: Intent, outcome: Outcome, state: PreviewState): readonly string[] | undefined {
  if (outcome.result !== 'nothing') return undefined;
  // Why it went was said by the run that removed it.
  if (state === 'removed') return ['### '];
  if (state !== 'live') return undefined;
  const always = ['### ', '| Deployment |'];
  return intent.kind === 'tell-preview' ? always : [...always, runs, '| Airflow |', '| Linked |', '| Goes |'];
}

const only = (body: string, starts: readonly string[]): string =>
  body
    .split('\n')
    .filter((line) => starts.some((start) => line.startsWith(start)))
    .join('\n');

/**
 * The pull request to comment on: the event's; else the branch's newest open one; for a preview that goes the one in its
 * mark, or the branch's newest, which GitHub closed together with the branch.
 */
async function pullRequestOf(
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

function targetOf(
  intent: Intent,
  plan: Plan,
  config: Config,
  inputs: Inputs,
  event: GitHubEvent,
): Omit<DeploymentRequest, 'description'> | undefined {
  if (intent.kind === 'ensure-preview')
    return {
      environment: previewEnvironment(intent.branch.name),
      ref: intent.head,
      transient: true,
      production: false,
    };
  if (intent.kind !== 'deploy') return undefined;
  return {
    environment: intent.environment?.name ?? planDeployment(plan)?.name ?? intent.target.by,
    ref: intent.head,
    transient: false,
    production: isProduction(intent, config, inputs, event),
  };
}

/** Whether a deploy goes where the default branch goes; a dispatch from outside is of no branch. */
function isProduction(
  { branch, environment, target }: Extract<Intent, { kind: 'deploy' }>,
  config: Config,
  inputs: Inputs,
  { name, defaultBranch }: GitHubEvent,
): boolean {
  if (defaultBranch === undefined) return false;
  if (branch) return branch.name === defaultBranch;
  if (name !== 'repository_dispatch') return false;
  const claimed = environmentOf(config, defaultBranch);
  return claimed ? claimed === environment : target === inputs.target;
}
