import { UserError } from './errors.ts';

/** The fields of the event and its payload that are used; any of them may be missing. */
export interface GitHubEvent {
  readonly name: string;
  readonly action?: string;
  readonly repository: { readonly id: number; readonly owner: string; readonly name: string };
  readonly defaultBranch?: string;
  /** GITHUB_REF. Never says which branch was deleted. */
  readonly ref: string;
  readonly sha: string;
  readonly actor: string;
  readonly runAttempt: number;
  readonly runUrl: string;
  readonly pullRequest?: PullRequest;
  /** `ref` of the payload: the full ref for push, the short name for create and delete. */
  readonly payloadRef?: string;
  readonly refType?: string;
  /** The pushed commit. */
  readonly after?: string;
  readonly deleted?: boolean;
  readonly baseChanged?: boolean;
  readonly runHeadRepositoryId?: number;
}

export interface PullRequest {
  readonly number: number;
  readonly headRef: string;
  readonly headSha: string;
  /** `null` where the fork was deleted. */
  readonly headRepositoryId: number | null;
  readonly baseRef: string;
  readonly merged: boolean;
  readonly labels: readonly string[];
}

export interface Branch {
  readonly name: string;
  readonly ref: string;
}

/** A long-lived Deployment, as the workflow names it. */
export type Target = { readonly by: 'name'; readonly name: string } | { readonly by: 'id'; readonly id: string };

export const actions = [
  'auto',
  'deploy',
  'create-deployment-preview',
  'deploy-deployment-preview',
  'delete-deployment-preview',
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
      readonly branch?: Branch;
      readonly head: string;
      readonly dispatched: boolean;
      readonly planOnly: boolean;
    }
  | {
      readonly kind: 'remove-preview';
      readonly branch: Branch;
      readonly because: 'branch-deleted' | 'pull-request-closed';
    };

/** What the workflow asks for beside the event. */
export interface Wish {
  readonly action: Action;
  readonly target?: Target;
}

const queue = 'gh-readonly-queue/';
const skip = (why: string): Intent => ({ kind: 'skip', why });
const branchNamed = (name: string): Branch => ({ name, ref: `refs/heads/${name}` });

/**
 * The event table: what this event asks for under these inputs. Forks never get further than here: their runs have no
 * secrets under `pull_request`, and must not have them under the two events that would hand them over.
 * Throws UserError where the event must not be served or does not fit the action.
 */
export function readIntent(event: GitHubEvent, wish: Wish): Intent {
  const { pullRequest, repository } = event;
  const fork =
    (pullRequest !== undefined && pullRequest.headRepositoryId !== repository.id) ||
    (event.name === 'workflow_run' && event.runHeadRepositoryId !== repository.id);
  if (fork && (event.name === 'pull_request_target' || event.name === 'workflow_run')) {
    throw new UserError(
      `A \`${event.name}\` run for a fork is refused: it would run the fork's code with this repository's secrets. Use the \`pull_request\` event; pull requests from forks get no preview.`,
    );
  }
  if (fork) return skip('The pull request comes from a fork: its runs get no secrets, so there is no preview for it.');
  switch (wish.action) {
    case 'auto':
      return auto(event, wish);
    case 'deploy':
      return deploy(event, wish);
    case 'create-deployment-preview':
    case 'deploy-deployment-preview':
      return pullRequest ? pullRequestPreview(event, pullRequest) : ensure(event, runBranch(event));
    case 'delete-deployment-preview':
      return explicitRemoval(event);
  }
}

function auto(event: GitHubEvent, wish: Wish): Intent {
  switch (event.name) {
    case 'pull_request':
    case 'pull_request_target':
      return pullRequestEvent(event);
    case 'push':
    case 'workflow_dispatch':
      return pushed(event, wish);
    case 'delete':
      return removal(event, event.refType, event.payloadRef ?? '', 'branch-deleted');
    case 'merge_group':
      return wish.target
        ? { kind: 'deploy', target: wish.target, head: event.sha, dispatched: false, planOnly: true }
        : skip('A merge queue checks this commit: nothing is deployed before it is merged.');
    case 'create':
      return skip(`${thing(event)} was created: pull requests drive previews, so there is nothing to do.`);
    default:
      return skip(`The event \`${event.name}\` asks for nothing here.`);
  }
}

const thing = (event: GitHubEvent): string => (event.refType === 'tag' ? 'A tag' : 'A branch');

function pullRequestEvent(event: GitHubEvent): Intent {
  const pullRequest = event.pullRequest;
  if (!pullRequest)
    throw new UserError(`The payload of this \`${event.name}\` event holds no pull request: run the workflow again.`);
  switch (event.action) {
    case 'opened':
    case 'reopened':
    case 'synchronize':
    case 'ready_for_review':
      return pullRequestPreview(event, pullRequest);
    case 'edited':
      return event.baseChanged === true
        ? pullRequestPreview(event, pullRequest)
        : skip('Only the text of the pull request was edited: the preview stays as it is.');
    case 'closed':
      return removal(event, 'branch', pullRequest.headRef, 'pull-request-closed');
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
  const ref = event.name === 'push' ? (event.payloadRef ?? event.ref) : event.ref;
  if (ref.startsWith('refs/heads/')) return branchNamed(ref.slice('refs/heads/'.length));
  throw new UserError(`This run is for \`${ref}\`, which is no branch: a preview belongs to a branch.`);
}

function pushed(event: GitHubEvent, wish: Wish): Intent {
  const ref = event.name === 'push' ? (event.payloadRef ?? event.ref) : event.ref;
  if (event.deleted === true) return skip('This push deleted the branch: its `delete` event does the work.');
  if (!ref.startsWith('refs/heads/')) return skip('A tag deploys nothing.');
  const branch = branchNamed(ref.slice('refs/heads/'.length));
  if (branch.name.startsWith(queue)) return skip('This is a branch of the merge queue: it deploys nothing.');
  if (branch.name !== event.defaultBranch) {
    return skip(
      `\`${branch.name}\` is not the default branch: pull requests drive previews, so this ${word(event)} deploys nothing.`,
    );
  }
  if (!wish.target)
    return skip('Neither `deployment-name` nor `deployment-id` says where the default branch is deployed to.');
  return toTarget(event, wish.target, branch);
}

const word = (event: GitHubEvent): string => (event.name === 'push' ? 'push' : 'run');

function toTarget(event: GitHubEvent, target: Target, branch: Branch | undefined): Intent {
  const dispatched = event.name === 'workflow_dispatch' || event.name === 'repository_dispatch';
  return {
    kind: 'deploy',
    target,
    ...(branch && { branch }),
    head: event.after ?? event.sha,
    dispatched,
    planOnly: false,
  };
}

function deploy(event: GitHubEvent, wish: Wish): Intent {
  if (!wish.target) {
    throw new UserError('`action: deploy` needs `deployment-name` or `deployment-id`: the Deployment to deploy to.');
  }
  const ref = event.name === 'push' ? (event.payloadRef ?? event.ref) : event.ref;
  const branch = ref.startsWith('refs/heads/') ? branchNamed(ref.slice('refs/heads/'.length)) : undefined;
  // Only a run for a branch can be overtaken by a newer push to it.
  return toTarget(event, wish.target, event.pullRequest ? undefined : branch);
}

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
  because: 'branch-deleted' | 'pull-request-closed',
): Intent {
  if (refType !== 'branch') return skip('A tag was deleted: tags have no previews.');
  if (name === '') throw new UserError('The event does not name the branch that is gone: nothing was removed.');
  if (event.defaultBranch === undefined) {
    throw new UserError('The event does not name the default branch, which must be spared: nothing was removed.');
  }
  if (name === event.defaultBranch) return skip(`\`${name}\` is the default branch: it has no preview to remove.`);
  if (name.startsWith(queue)) return skip('This was a branch of the merge queue: it has no preview.');
  return { kind: 'remove-preview', branch: branchNamed(name), because };
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
