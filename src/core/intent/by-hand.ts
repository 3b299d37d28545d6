import type { GitHubEvent } from '../event.ts';
import { branchOf, claim } from './deploy.ts';
import { queue } from './preview.ts';
import type { RunRequest } from './types.ts';

/**
 * The branch of a run by hand whose open pull request decides: its preview is the pull request's, which the payload does
 * not name. `undefined` where it does not matter.
 */
export function asksForPullRequest(event: GitHubEvent, request: RunRequest): string | undefined {
  const branch = branchOf(event);
  if (event.name !== 'workflow_dispatch' || branch === undefined || branch === event.defaultBranch) return undefined;
  if (request.config.preview.on === 'branch' || branch.startsWith(queue)) return undefined;
  switch (request.action) {
    case 'auto':
      return claim(request, branch, event.defaultBranch) ? undefined : branch;
    case 'create-deployment-preview':
    case 'deploy-deployment-preview':
      return branch;
    default:
      return undefined;
  }
}
