import { environmentOf, previewsBranch, type Config, type Environment } from '../config/config.ts';
import { deployTypes, type DeployTypeInput } from '../code/choose-deploy-type.ts';
import { UserError } from '../errors.ts';
import { branchNamed, type Branch, type GitHubEvent, type PullRequest, type Target } from '../event.ts';
import { oneLine } from '../text.ts';

export const actions = [
  'auto',
  'deploy',
  'create-deployment-preview',
  'deploy-deployment-preview',
  'delete-deployment-preview',
  'sweep',
  'promote',
  'migrate',
  'export-template',
] as const;
export type Action = (typeof actions)[number];

/** What the event asks for. */
export type Intent =
  | { readonly kind: 'skip'; readonly why: string }
  | {
      readonly kind: 'ensure-preview';
      readonly branch: Branch;
      readonly pullRequest?: number;
      /** The commit that the event speaks of: where the branch stood. */
      readonly head: string;
      /** Whether the checkout must be that very commit (`pull_request_target` checks out the default branch by itself). */
      readonly checkoutMustBeHead: boolean;
      readonly dispatched: boolean;
    }
  | {
      readonly kind: 'deploy';
      readonly target: Target;
      /** The environment of the configuration file that this deploy belongs to. */
      readonly environment?: Environment;
      /** What a dispatch from outside asks to ship. */
      readonly deployType?: DeployTypeInput;
      readonly branch?: Branch;
      readonly head: string;
      readonly dispatched: boolean;
      readonly planOnly: boolean;
    }
  | {
      readonly kind: 'remove-preview';
      readonly branch: Branch;
      readonly because: 'branch-deleted' | 'pull-request-closed' | 'label-removed';
      /** The pull request that this is about: it does not count as another one that keeps the preview. */
      readonly pullRequest?: number;
    }
  | { readonly kind: 'sweep' }
  /** Only tells how the preview of a pull request is: pushes drive it. */
  | { readonly kind: 'tell-preview'; readonly branch: Branch; readonly pullRequest: number }
  | { readonly kind: 'promote'; readonly target: Target }
  | { readonly kind: 'migrate'; readonly target: Target }
  | { readonly kind: 'export-template'; readonly target: Target };

/** What the workflow and the configuration file ask for beside the event. */
export interface Wish {
  readonly action: Action;
  readonly target?: Target;
  readonly config: Config;
}

const queue = 'gh-readonly-queue/';
const skip = (why: string): Intent => ({ kind: 'skip', why });

/**
 * Forks never get further than here: their runs have no secrets under `pull_request`, and must not have them under the
 * two events that would hand them over. `undefined` where the run is no fork's. Throws UserError for those two.
 */
export function turnForksAway(event: GitHubEvent): Intent | undefined {
  const { pullRequest, repository } = event;
  const fork =
    (pullRequest !== undefined && pullRequest.headRepositoryId !== repository.id) ||
    (event.name === 'workflow_run' && event.runHeadRepositoryId !== repository.id);
  if (!fork) return undefined;
  if (event.name === 'pull_request_target' || event.name === 'workflow_run') {
    throw new UserError(
      `A \`${event.name}\` run for a fork is refused: it would run the fork's code with this repository's secrets. Use the \`pull_request\` event; pull requests from forks get no preview.`,
    );
  }
  return skip('The pull request comes from a fork: its runs get no secrets, so there is no preview for it.');
}

/**
 * The event table: what this event asks for under these inputs and this configuration.
 * Throws UserError where the event must not be served or does not fit the action.
 */
export function readIntent(event: GitHubEvent, wish: Wish): Intent {
  const away = turnForksAway(event);
  if (away) return away;
  const { pullRequest } = event;
  switch (wish.action) {
    case 'auto':
      return auto(event, wish);
    case 'deploy':
      return deploy(event, wish);
    case 'create-deployment-preview':
    case 'deploy-deployment-preview':
      if (event.name === 'create' && event.refType === 'tag') return skip('A tag was created: tags have no previews.');
      return pullRequest ? pullRequestPreview(event, pullRequest) : ensure(event, runBranch(event));
    case 'delete-deployment-preview':
      return explicitRemoval(event);
    case 'sweep':
      return { kind: 'sweep' };
    case 'promote':
    case 'migrate':
    case 'export-template':
      if (!wish.target) {
        throw new UserError(
          `\`action: ${wish.action}\` needs \`deployment-name\` or \`deployment-id\`: the Deployment to take from.`,
        );
      }
      return { kind: wish.action, target: wish.target };
  }
}

function auto(event: GitHubEvent, wish: Wish): Intent {
  switch (event.name) {
    case 'pull_request':
    case 'pull_request_target':
      return pullRequestEvent(event, wish.config);
    case 'push':
    case 'workflow_dispatch':
      return pushed(event, wish);
    case 'create':
      return event.refType === 'branch' && wish.config.preview.on === 'branch'
        ? pushed(event, wish)
        : skip(
            `${thing(event)} was created: ${event.refType === 'tag' ? 'tags have no previews' : 'pull requests drive previews, so there is nothing to do'}.`,
          );
    case 'delete':
      return removal(event, event.refType, event.payloadRef ?? '', 'branch-deleted');
    case 'schedule':
      return { kind: 'sweep' };
    case 'repository_dispatch':
      return dispatched(event, wish);
    case 'merge_group': {
      const target = claim(wish, event.defaultBranch ?? '', event.defaultBranch);
      return target
        ? { kind: 'deploy', ...target, head: event.sha, dispatched: false, planOnly: true }
        : skip('A merge queue checks this commit: nothing is deployed before it is merged.');
    }
    default:
      return skip(`The event \`${event.name}\` asks for nothing here.`);
  }
}

/** The long-lived Deployment of a branch: by the file's environments, else the default branch by the inputs. */
function claim(
  { config, target }: Wish,
  branch: string,
  defaultBranch: string | undefined,
): { target: Target; environment?: Environment } | undefined {
  const environment = environmentOf(config, branch);
  if (environment) return { target: environment.target, environment };
  return target && branch === defaultBranch ? { target } : undefined;
}

/** A dispatch from outside, such as a sync of DAGs from a bucket: deploys to the Deployment that it or the inputs name. */
function dispatched(event: GitHubEvent, wish: Wish): Intent {
  const named = event.dispatch?.deployment;
  const environment = wish.config.environments.find(({ name, target }) =>
    named === undefined
      ? wish.target !== undefined && sameTarget(target, wish.target)
      : name === named || (target.by === 'name' && target.name === named),
  );
  const target: Target | undefined =
    environment?.target ?? (named === undefined ? wish.target : { by: 'name', name: named });
  const fallback = target ? undefined : claim(wish, event.defaultBranch ?? '', event.defaultBranch);
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

/** GitHub takes names of labels that differ in case for the same. */
const sameLabel = (one: string, other: string | undefined): boolean => one.toLowerCase() === other?.toLowerCase();

const thing = (event: GitHubEvent): string => (event.refType === 'tag' ? 'A tag' : 'A branch');

function pullRequestEvent(event: GitHubEvent, config: Config): Intent {
  const pullRequest = event.pullRequest;
  if (!pullRequest)
    throw new UserError(`The payload of this \`${event.name}\` event holds no pull request: run the workflow again.`);
  const { preview } = config;
  const branch = pullRequest.headRef;
  const environment = environmentOf(config, branch);
  const hasPreview = !environment && previewsBranch(config, branch) && branch !== event.defaultBranch;
  if (preview.on === 'branch' && (event.action === 'closed' || hasPreview)) {
    return event.action === 'closed'
      ? skip('Deletions of branches remove previews (`preview.on: branch`), so a closed pull request changes nothing.')
      : { kind: 'tell-preview', branch: branchNamed(branch), pullRequest: pullRequest.number };
  }
  const wanted = (): Intent => {
    if (environment)
      return skip(`\`${oneLine(branch, 100)}\` has a long-lived Deployment (\`environments\`), so it gets no preview.`);
    if (!previewsBranch(config, branch))
      return skip(`\`preview.branches\` leaves \`${oneLine(branch, 100)}\` out, so it gets no preview.`);
    if (preview.label !== undefined && !pullRequest.labels.some((one) => sameLabel(one, preview.label)))
      return skip(
        `The pull request does not carry the label \`${oneLine(preview.label, 60)}\` (\`preview.label\`), so it gets no preview.`,
      );
    return pullRequestPreview(event, pullRequest);
  };
  switch (event.action) {
    case 'opened':
    case 'reopened':
    case 'synchronize':
    case 'ready_for_review':
      return wanted();
    case 'edited':
      return event.baseChanged === true
        ? wanted()
        : skip('Only the text of the pull request was edited: the preview stays as it is.');
    case 'labeled':
      return event.label !== undefined && sameLabel(event.label, preview.label)
        ? wanted()
        : skip('This label has nothing to do with the preview.');
    case 'unlabeled':
      return event.label !== undefined && sameLabel(event.label, preview.label)
        ? removal(event, 'branch', branch, 'label-removed')
        : skip('This label has nothing to do with the preview.');
    case 'closed':
      return removal(event, 'branch', branch, 'pull-request-closed');
    default:
      return skip(`\`${event.name}\` with action \`${event.action ?? 'none'}\` asks for nothing here.`);
  }
}

function pullRequestPreview(event: GitHubEvent, pullRequest: PullRequest): Intent {
  const intent = ensure(event, branchNamed(pullRequest.headRef));
  if (intent.kind !== 'ensure-preview') return intent;
  return {
    ...intent,
    pullRequest: pullRequest.number,
    head: pullRequest.headSha,
    checkoutMustBeHead: event.name === 'pull_request_target',
  };
}

function ensure(event: GitHubEvent, branch: Branch): Intent {
  if (branch.name === '')
    throw new UserError(`The \`${event.name}\` event names no branch: a preview belongs to a branch.`);
  if (branch.name.startsWith(queue)) return skip('This is a branch of the merge queue: it gets no preview.');
  if (branch.name === event.defaultBranch) return skip(`\`${branch.name}\` is the default branch: it gets no preview.`);
  return {
    kind: 'ensure-preview',
    branch,
    head: event.after ?? event.sha,
    checkoutMustBeHead: false,
    dispatched: event.name === 'workflow_dispatch',
  };
}

/** The branch that the run itself is for; tags and everything else are refused. */
function runBranch(event: GitHubEvent): Branch {
  const ref = refOf(event);
  if (ref.startsWith('refs/heads/')) return branchNamed(ref.slice('refs/heads/'.length));
  throw new UserError(`This run is for \`${ref}\`, which is no branch: a preview belongs to a branch.`);
}

function pushed(event: GitHubEvent, wish: Wish): Intent {
  if (event.deleted === true) return skip('This push deleted the branch: its `delete` event does the work.');
  const ref = refOf(event);
  if (!ref.startsWith('refs/heads/')) return skip('A tag deploys nothing.');
  const branch = branchNamed(ref.slice('refs/heads/'.length));
  if (branch.name.startsWith(queue)) return skip('This is a branch of the merge queue: it deploys nothing.');
  const claimed = claim(wish, branch.name, event.defaultBranch);
  if (claimed && event.name === 'create') return skip('The push of this branch deploys it.');
  if (claimed) return toTarget(event, claimed, branch);
  if (branch.name === event.defaultBranch)
    return skip(
      'Neither `deployment-name`, `deployment-id` nor `environments` in `.astro/branch-deploy.yaml` says where the default branch is deployed to.',
    );
  if (wish.config.preview.on === 'branch') {
    if (previewsBranch(wish.config, branch.name)) return ensure(event, branch);
    return skip(`\`preview.branches\` leaves \`${oneLine(branch.name, 100)}\` out, so it gets no preview.`);
  }
  return skip(
    `\`${oneLine(branch.name, 100)}\` is not the default branch, and no environment claims it: pull requests drive previews, so this ${word(event)} deploys nothing.`,
  );
}

/** Events whose run and code are of one and the same ref. All others may have been made to check out anything. */
const ownCode: readonly string[] = [
  'push',
  'create',
  'release',
  'schedule',
  'workflow_dispatch',
  'repository_dispatch',
  'pull_request',
  'merge_group',
];

/** Whether an event runs with the default branch's secrets, and may be about somebody else's commit. */
export const carriesForeignCode = (event: string): boolean => !ownCode.includes(event);

/** The branch that a run is for by its ref; `undefined` for tags and pull requests. */
export function branchOf(event: GitHubEvent): string | undefined {
  const ref = refOf(event);
  return ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : undefined;
}

/** The full ref that a run is for. */
const refOf = (event: GitHubEvent): string => (event.name === 'push' ? (event.payloadRef ?? event.ref) : event.ref);

const word = (event: GitHubEvent): string => (event.name === 'push' ? 'push' : 'run');

function toTarget(
  event: GitHubEvent,
  claimed: { readonly target: Target; readonly environment?: Environment },
  branch: Branch | undefined,
): Intent {
  return {
    kind: 'deploy',
    ...claimed,
    ...(branch && { branch }),
    head: event.after ?? event.sha,
    dispatched: event.name === 'workflow_dispatch',
    planOnly: false,
  };
}

function deploy(event: GitHubEvent, wish: Wish): Intent {
  if (event.name === 'repository_dispatch') return dispatched(event, wish);
  const ref = refOf(event);
  const branch = ref.startsWith('refs/heads/') ? branchNamed(ref.slice('refs/heads/'.length)) : undefined;
  const environment = branch && environmentOf(wish.config, branch.name);
  const target = wish.target ?? environment?.target;
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

function explicitRemoval(event: GitHubEvent): Intent {
  if (event.pullRequest) return removal(event, 'branch', event.pullRequest.headRef, 'pull-request-closed');
  if (event.name === 'delete') return removal(event, event.refType, event.payloadRef ?? '', 'branch-deleted');
  throw new UserError(
    `\`action: delete-deployment-preview\` cannot tell from a \`${event.name}\` event whose preview is meant: use it on \`delete\` or on \`pull_request\` with type \`closed\`.`,
  );
}

function removal(
  event: GitHubEvent,
  refType: string | undefined,
  name: string,
  because: Extract<Intent, { kind: 'remove-preview' }>['because'],
): Intent {
  if (refType !== 'branch') return skip('A tag was deleted: tags have no previews.');
  if (name === '') throw new UserError('The event does not name the branch that is gone: nothing was removed.');
  if (event.defaultBranch === undefined) {
    throw new UserError('The event does not name the default branch, which must be spared: nothing was removed.');
  }
  if (name === event.defaultBranch) return skip(`\`${name}\` is the default branch: it has no preview to remove.`);
  if (name.startsWith(queue)) return skip('This was a branch of the merge queue: it has no preview.');
  const own = event.pullRequest?.number;
  return {
    kind: 'remove-preview',
    branch: branchNamed(name),
    because,
    ...(own !== undefined && { pullRequest: own }),
  };
}

/**
 * The intent of a run that may have no API token: Dependabot's runs get no Actions secrets and are skipped; anybody
 * else's missing token is a mistake. Throws UserError.
 */
export function requireToken(intent: Intent, event: GitHubEvent, hasToken: boolean): Intent {
  if (hasToken || intent.kind === 'skip') return intent;
  if (event.actor === 'dependabot[bot]') {
    return skip(
      'Dependabot started this run: it gets no Actions secrets, so there is no API token. Add it to the Dependabot secrets if its pull requests shall have previews.',
    );
  }
  throw new UserError(
    "There is no Astro API token: `astro-api-token` is empty and ASTRO_API_TOKEN is not set. Check that the secret exists under this name, in this repository or the job's environment.",
  );
}
