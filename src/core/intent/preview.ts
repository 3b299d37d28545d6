import { UserError } from '../errors.ts';
import { branchNamed, type Branch, type GitHubEvent, type PullRequest } from '../event.ts';
import { skip, type Intent } from './types.ts';
import { omitUndefined } from '../omit-undefined.ts';

/** What the names of a merge queue's branches begin with. */
export const queue = 'gh-readonly-queue/';

/** The preview of a pull request's head. */
export function pullRequestPreview(event: GitHubEvent, pullRequest: PullRequest): Intent {
  const intent = ensure(event, branchNamed(pullRequest.headRef));
  if (intent.kind !== 'ensure-preview') return intent;
  return {
    ...intent,
    pullRequest: pullRequest.number,
    head: pullRequest.headSha,
    checkoutMustBeHead: event.name === 'pull_request_target',
  };
}

/** The preview of a branch. */
export function ensure(event: GitHubEvent, branch: Branch): Intent {
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

/** The removal of a branch's preview. Throws UserError where the event does not say enough. */
export function removal(
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
    ...omitUndefined({ pullRequest: own }),
  };
}
