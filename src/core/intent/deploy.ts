import { deployTypes } from '../code/choose-deploy-type.ts';
import { environmentOf, type Environment } from '../config/config.ts';
import { UserError } from '../errors.ts';
import { branchNamed, type Branch, type GitHubEvent, type Target } from '../event.ts';
import { oneLine } from '../text.ts';
import { isClosed } from './pull-request.ts';
import { skip, type Intent, type RunRequest } from './types.ts';

/** The long-lived Deployment of a branch: by the file's environments, else the default branch by the inputs. */
export function claim(
  { config, target }: RunRequest,
  branch: string,
  defaultBranch: string | undefined,
): { target: Target; environment?: Environment } | undefined {
  const environment = environmentOf(config, branch);
  if (environment) return { target: environment.target, environment };
  return target && branch === defaultBranch ? { target } : undefined;
}

/** A dispatch from outside, such as a sync of DAGs from a bucket: deploys to the Deployment that it or the inputs name. */
export function dispatched(event: GitHubEvent, request: RunRequest): Intent {
  const named = event.dispatch?.deployment;
  const environment = request.config.environments.find(({ name, target }) =>
    named === undefined
      ? request.target !== undefined && sameTarget(target, request.target)
      : name === named || (target.by === 'name' && target.name === named),
  );
  const target: Target | undefined =
    environment?.target ?? (named === undefined ? request.target : { by: 'name', name: named });
  const fallback = target ? undefined : claim(request, event.defaultBranch ?? '', event.defaultBranch);
  if (!target && !fallback) {
    throw new UserError(
      'This `repository_dispatch` names no Deployment to deploy to: give `deployment` in its `client_payload`, or `deployment-name` in the step.',
    );
  }
  const type = event.dispatch?.deployType;
  const deployType = deployTypes.find((one) => one === type);
  if (type !== undefined && deployType === undefined)
    throw new UserError(
      `\`deploy-type\` in the \`client_payload\` of this dispatch: \`${oneLine(type, 60)}\` is not one of ${deployTypes.join(', ')}.`,
    );
  return {
    kind: 'deploy',
    ...(deployType && { deployType }),
    ...(fallback ?? { target: target as Target, ...(environment && { environment }) }),
    head: event.sha,
    dispatched: true,
    planOnly: false,
  };
}

/** The full ref that a run is for. */
export const refOf = (event: GitHubEvent): string =>
  event.name === 'push' ? (event.payloadRef ?? event.ref) : event.ref;

/** A deploy to a long-lived Deployment. */
export function toTarget(
  event: GitHubEvent,
  claimed: { readonly target: Target; readonly environment?: Environment },
  branch: Branch | undefined,
): Intent {
  return {
    kind: 'deploy',
    ...claimed,
    ...(branch && { branch }),
    head: event.after ?? event.sha,
    // A nightly rebuild is wanted as much as a run by hand.
    dispatched: event.name === 'workflow_dispatch' || event.name === 'schedule',
    planOnly: false,
  };
}

/** The branch that a run is for by its ref; `undefined` for tags and pull requests. */
export function branchOf(event: GitHubEvent): string | undefined {
  const ref = refOf(event);
  return ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : undefined;
}

/** `action: deploy`: the Deployment that the inputs name, else the one of the branch's environment. Throws UserError without either. */
export function deploy(event: GitHubEvent, request: RunRequest): Intent {
  if (event.name === 'repository_dispatch') return dispatched(event, request);
  const { pullRequest, runConclusion } = event;
  if (pullRequest && isClosed(event, pullRequest) && !pullRequest.merged)
    return skip(`Pull request ${pullRequest.number} was closed without a merge: nothing is deployed.`);
  if (runConclusion !== undefined && runConclusion !== 'success')
    return skip(
      `The workflow run that started this one ended with \`${oneLine(runConclusion, 40)}\`: nothing is deployed. Only a successful run is followed by a deploy.`,
    );
  const ref = refOf(event);
  const branch = ref.startsWith('refs/heads/') ? branchNamed(ref.slice('refs/heads/'.length)) : undefined;
  const environment = branch && environmentOf(request.config, branch.name);
  const target = request.target ?? environment?.target;
  if (!target) {
    throw new UserError(
      '`action: deploy` needs `deployment-name` or `deployment-id`, or an entry for this branch under `environments` in `.astro/branch-deploy.yaml`: the Deployment to deploy to.',
    );
  }
  // The environment's own options go with its own Deployment only.
  const own = environment !== undefined && sameTarget(environment.target, target);
  // Only a run for a branch can be overtaken by a newer push to it.
  return toTarget(event, { target, ...(own && { environment }) }, event.pullRequest ? undefined : branch);
}

const sameTarget = (a: Target, b: Target): boolean =>
  (a.by === 'id' && b.by === 'id' && a.id === b.id) || (a.by === 'name' && b.by === 'name' && a.name === b.name);
