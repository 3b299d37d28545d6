import type { Intent } from '../core/intent/types.ts';
import type { Plan } from '../core/plan/plan.ts';
import { commentTitle, plainTitle, summaryTitle, type PreviewState } from '../core/report/title.ts';
import { oneLine } from '../core/text.ts';
import { beginDeployment, confirmEnvironment, reportDeployment } from '../github/deployments.ts';
import { environmentOfPreview, type EnvironmentKey } from '../core/github-environment.ts';
import type { Context } from '../observe/context.ts';
import { againAfter, commentWriter, lastingOf } from './comment.ts';
import { createComplaints } from './complaints.ts';
import { environmentFor } from './environment.ts';
import { isAboutPreview, pullRequestOf, type AboutPreview } from './pull-request.ts';
import { deactivate, reportSwept } from './swept.ts';
import type { Outcome } from '../core/plan/outcome.ts';
import type { GitHubClient } from '../github/types.ts';
import type { DeploymentReport } from '../github/deployment-statuses.ts';
import { omitUndefined } from '../core/omit-undefined.ts';

/** Reports to GitHub how the run goes: the pull request's comment, and the GitHub Deployment of its environment. */
export interface Reporter {
  /** Before the first write; never throws, never fails the run. */
  readonly begin: (plan: Plan, outcome: Outcome) => Promise<void>;
  /** When the run is over, also when it failed; never throws, never fails the run. */
  readonly end: (outcome: Outcome) => Promise<void>;
  /** The plan of a dry run, into the comment alone; never throws, never fails the run. */
  readonly showPlan: (outcome: Outcome) => Promise<void>;
}

/**
 * Makes the reporter of one run. What GitHub refuses or does not answer is reported once and costs nothing else: the work
 * itself is done on Astro.
 */
export function createReporter(intent: Intent, { inputs, configuration: { config }, event, tools }: Context): Reporter {
  const { log } = tools;
  const complaints = createComplaints(log);
  const { note, guarded, isRefused } = complaints;
  const write = commentWriter(event, tools, complaints);
  let deployment: number | undefined;
  let plan: Plan | undefined;
  let pull: Promise<number | undefined> | undefined;

  const say = async (outcome: Outcome, state: PreviewState, createWhenMissing: boolean): Promise<void> => {
    if (!inputs.comment || !isAboutPreview(intent)) return;
    const github = await tools.github();
    if (!github) {
      note('comment', { why: 'there is no `github-token`' });
      return;
    }
    pull ??= pullRequestOf(intent, plan, github).then((found) => {
      if (found.kind === 'known') return found.numbers[0];
      note('comment', { why: found.why });
      return undefined;
    });
    const pullRequest = await pull;
    if (pullRequest === undefined) return;
    const lasting = lastingOf(intent, outcome, state);
    await write(github, outcome, {
      pullRequest,
      project: inputs.rootFolder,
      state,
      createWhenMissing,
      again: againAfter(intent),
      ...(lasting && { lasting }),
    });
  };

  /** The first line of the comment or the summary, as the description of the GitHub Deployment. */
  const described = (outcome: Outcome, state: PreviewState): string =>
    log.clean(
      plainTitle(
        isAboutPreview(intent) || state === 'in progress'
          ? commentTitle(outcome, state, inputs.rootFolder)
          : summaryTitle(outcome, inputs.rootFolder),
      ),
    );

  const begin = async (outcome: Outcome): Promise<void> => {
    const target = plan && environmentFor({ intent, inputs, config, event }, plan);
    const deploys = plan?.steps.some(({ kind }) => kind === 'deploy-code' || kind === 'create') ?? false;
    if (!inputs.githubDeployments || !plan || !target || !deploys) return;
    const github = await tools.github();
    if (!github) return;
    const description = described(outcome, 'in progress');
    const begun = await beginDeployment(github, { ...target, description });
    if ('why' in begun) {
      note('deployment', begun);
      return;
    }
    deployment = begun.id;
    const result = await reportDeployment(github, begun.id, {
      state: 'in_progress',
      logUrl: event.runUrl,
      description,
    });
    if ('why' in result) note('deployment', result);
  };

  const report = async (outcome: Outcome, gone: boolean): Promise<void> => {
    if (!inputs.githubDeployments) return;
    const github = await tools.github();
    if (!github) return;
    if (deployment !== undefined && outcome.result === 'failed') {
      const description = described(outcome, 'failed');
      const result = await reportDeployment(github, deployment, {
        state: 'failure',
        logUrl: event.runUrl,
        description,
      });
      if ('why' in result) note('deployment', result);
      return;
    }
    if (isAboutPreview(intent) && (gone || isRemoved(intent, outcome)))
      return deactivate(
        { github, complaints },
        environmentOfPreview(config.preview.githubEnvironments, intent.branch.name),
      );
    if (outcome.result !== 'failed') await confirm(github, outcome);
  };

  /** What is live is shown as live, also where an earlier run was broken off or refused before it could say so. */
  const confirm = async (github: GitHubClient, outcome: Outcome): Promise<void> => {
    const target = plan && environmentFor({ intent, inputs, config, event }, plan);
    const isLive =
      outcome.deploymentId !== undefined && ['created', 'updated', 'deployed', 'nothing'].includes(outcome.result);
    if (!target || !isLive || isRefused('deployment')) return;
    const description = described(outcome, 'live');
    const live: DeploymentReport = {
      state: 'success',
      logUrl: event.runUrl,
      autoInactive: true,
      description,
      ...omitUndefined({ environmentUrl: outcome.airflowUrl }),
    };
    const confirmed = await confirmEnvironment(github, keyOf(target), live);
    if ('why' in confirmed) note('deployment', confirmed);
    else if (confirmed.kind === 'none') {
      const begun = await beginDeployment(github, { ...target, description });
      const result = 'why' in begun ? begun : await reportDeployment(github, begun.id, live);
      if ('why' in result) note('deployment', result);
    }
  };

  return {
    begin: async (given, outcome) => {
      plan = given;
      if (given.steps.length === 0) return;
      const about = intent.kind !== 'remove-preview';
      await Promise.all([about && guarded(() => say(outcome, 'in progress', true)), guarded(() => begin(outcome))]);
    },
    end: async (outcome) => {
      if (intent.kind === 'sweep')
        return guarded(async () => {
          const github = await tools.github();
          if (github) await reportSwept(plan, outcome, { github, inputs, config, complaints, write }, tools.now());
        });
      const gone = outcome.deploymentId !== undefined && outcome.deleted.includes(outcome.deploymentId);
      const vanished = gone && intent.kind === 'ensure-preview' && outcome.result !== 'failed';
      const why = vanished && { why: `the branch ${oneLine(intent.branch.name, 100)} vanished during a run` };
      const createWhenMissing = !gone && intent.kind !== 'remove-preview';
      await guarded(() => say({ ...outcome, ...why }, stateOf(outcome, gone, intent), createWhenMissing));
      await guarded(() => report(outcome, gone));
    },
    showPlan: (outcome) => guarded(() => say(outcome, 'planned', true)),
  };
}

function stateOf(outcome: Outcome, gone: boolean, intent: Intent): PreviewState {
  if (outcome.result === 'failed') return 'failed';
  if (gone || intent.kind === 'remove-preview') return 'removed';
  return intent.kind === 'report-preview' && outcome.deploymentId === undefined ? 'missing' : 'live';
}

/** Whether a run for a removal ended with no preview, removed by it or gone before. */
const isRemoved = (intent: AboutPreview, outcome: Outcome): boolean =>
  intent.kind === 'remove-preview' && (outcome.deleted.length > 0 || outcome.result === 'nothing');

const keyOf = ({ environment, task }: EnvironmentKey): EnvironmentKey => ({
  environment,
  ...omitUndefined({ task }),
});
