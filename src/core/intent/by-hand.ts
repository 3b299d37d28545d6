import type { GitHubEvent } from '../event.ts';
import { branchOf, claim } from './deploy.ts';
import { queue } from './preview.ts';
import type { Wish } from './types.ts';

/**
 * The branch of a run by hand whose open pull request decides: its preview is the pull request's, which the payload does
 * not name. `undefined` where it does not matter.
 */
export function asksForPullRequest(event: GitHubEvent, wish: Wish): string | undefined {
  const branch = branchOf(event);
  if (event.name !== 'workflow_dispatch' || branch === undefined || branch === event.defaultBranch) return undefined;
  if (wish.config.preview.on === 'branch' || branch.startsWith(queue)) return undefined;
  switch (wish.action) {
    case 'auto':
      return claim(wish, branch, event.defaultBranch) ? undefined : branch;
    case 'create-deployment-preview':
    case 'deploy-deployment-preview':
      return branch;
    default:
      return undefined;
  }
}
