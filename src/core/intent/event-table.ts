import { previewsBranch } from '../config/config.ts';
import { UserError } from '../errors.ts';
import { branchNamed, type Branch, type GitHubEvent } from '../event.ts';
import { oneLine } from '../text.ts';
import { claim, deploy, dispatched, refOf, toTarget } from './deploy.ts';
import { rejectForks } from './guards.ts';
import { ensure, pullRequestPreview, queue, removal } from './preview.ts';
import { isClosed, pullRequestEvent } from './pull-request.ts';
import { skip, type Intent, type RunRequest } from './types.ts';

/**
 * The event table: what this event asks for under these inputs and this configuration.
 * Throws UserError where the event must not be served or does not fit the action.
 */
export function readIntent(event: GitHubEvent, request: RunRequest): Intent {
  const rejected = rejectForks(event);
  if (rejected) return rejected;
  const { pullRequest } = event;
  switch (request.action) {
    case 'auto':
      return auto(event, request);
    case 'deploy':
      return deploy(event, request);
    case 'create-deployment-preview':
    case 'deploy-deployment-preview':
      if (event.name === 'create' && event.refType === 'tag') return skip('A tag was created: tags have no previews.');
      if (pullRequest && isClosed(event, pullRequest))
        return skip(`Pull request ${pullRequest.number} is closed, so it gets no preview.`);
      return pullRequest ? pullRequestPreview(event, pullRequest) : ensure(event, runBranch(event));
    case 'delete-deployment-preview':
      return explicitRemoval(event);
    case 'sweep':
      return { kind: 'sweep', ...(request.branch !== undefined && { branch: branchNamed(request.branch) }) };
    case 'promote':
    case 'migrate':
    case 'export-template':
      if (!request.target) {
        throw new UserError(
          `\`action: ${request.action}\` needs \`deployment-name\` or \`deployment-id\`: the Deployment to take from.`,
        );
      }
      return { kind: request.action, target: request.target };
  }
}

function auto(event: GitHubEvent, request: RunRequest): Intent {
  switch (event.name) {
    case 'pull_request':
    case 'pull_request_target':
      return pullRequestEvent(event, request);
    case 'push':
    case 'workflow_dispatch':
      return pushed(event, request);
    case 'create':
      return event.refType === 'branch' && request.config.preview.on === 'branch'
        ? pushed(event, request)
        : skip(
            `${thing(event)} was created: ${event.refType === 'tag' ? 'tags have no previews' : 'pull requests drive previews, so there is nothing to do'}.`,
          );
    case 'delete':
      return removal(event, event.refType, event.payloadRef ?? '', 'branch-deleted');
    case 'schedule':
      return { kind: 'sweep' };
    case 'repository_dispatch':
      return dispatched(event, request);
    case 'merge_group': {
      const target = claim(request, event.defaultBranch ?? '', event.defaultBranch);
      return target
        ? { kind: 'deploy', ...target, head: event.sha, dispatched: false, planOnly: true }
        : skip('A merge queue checks this commit: nothing is deployed before it is merged.');
    }
    default:
      return skip(`The event \`${event.name}\` asks for nothing here.`);
  }
}

const thing = (event: GitHubEvent): string => (event.refType === 'tag' ? 'A tag' : 'A branch');

/** The branch that the run itself is for; tags and everything else are refused. */
function runBranch(event: GitHubEvent): Branch {
  const ref = refOf(event);
  if (ref.startsWith('refs/heads/')) return branchNamed(ref.slice('refs/heads/'.length));
  throw new UserError(`This run is for \`${ref}\`, which is no branch: a preview belongs to a branch.`);
}

function pushed(event: GitHubEvent, request: RunRequest): Intent {
  if (event.deleted === true) return skip('This push deleted the branch: its `delete` event does the work.');
  const ref = refOf(event);
  if (!ref.startsWith('refs/heads/')) return skip('A tag deploys nothing.');
  const branch = branchNamed(ref.slice('refs/heads/'.length));
  if (branch.name.startsWith(queue)) return skip('This is a branch of the merge queue: it deploys nothing.');
  // A run by hand for a branch with an open pull request.
  if (event.pullRequest) return pullRequestEvent(event, request);
  const claimed = claim(request, branch.name, event.defaultBranch);
  if (claimed && event.name === 'create') return skip('The push of this branch deploys it.');
  if (claimed) return toTarget(event, claimed, branch);
  if (branch.name === event.defaultBranch)
    return skip(
      'Neither `deployment-name`, `deployment-id` nor `environments` in `.astro/branch-deploy.yaml` says where the default branch is deployed to.',
    );
  if (request.config.preview.on === 'branch') {
    if (previewsBranch(request.config, branch.name)) return ensure(event, branch);
    return skip(`\`preview.branches\` leaves \`${oneLine(branch.name, 100)}\` out, so it gets no preview.`);
  }
  const target = request.target
    ? ' To deploy it to the Deployment that the inputs name, use `action: deploy`, or name the branch under `environments` in `.astro/branch-deploy.yaml`.'
    : '';
  return skip(
    `\`${oneLine(branch.name, 100)}\` is not the default branch, and no environment claims it: pull requests drive previews, so this ${word(event)} deploys nothing.${target}`,
  );
}

const word = (event: GitHubEvent): string => (event.name === 'push' ? 'push' : 'run');

function explicitRemoval(event: GitHubEvent): Intent {
  if (event.pullRequest) return removal(event, 'branch', event.pullRequest.headRef, 'pull-request-closed');
  if (event.name === 'delete') return removal(event, event.refType, event.payloadRef ?? '', 'branch-deleted');
  if (event.name === 'workflow_dispatch') return removal(event, 'branch', runBranch(event).name, 'requested');
  throw new UserError(
    `\`action: delete-deployment-preview\` cannot tell from a \`${event.name}\` event whose preview is meant: use it on \`delete\`, on \`pull_request\` with type \`closed\`, or on \`workflow_dispatch\` for the branch.`,
  );
}
