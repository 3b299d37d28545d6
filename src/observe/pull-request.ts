import type { GitHubEvent } from '../core/event.ts';
import { asksForPullRequest } from '../core/intent/by-hand.ts';
import type { RunRequest } from '../core/intent/types.ts';
import { newestOpenPullRequest } from '../github/branches.ts';
import type { Tools } from './tools.ts';

/**
 * The event of a run by hand with the open pull request of its branch, which its payload does not name: its preview is the
 * pull request's. One request to GitHub, and only where it matters. What GitHub does not answer becomes a warning.
 */
export async function withOpenPullRequest(event: GitHubEvent, request: RunRequest, tools: Tools): Promise<GitHubEvent> {
  const branch = asksForPullRequest(event, request);
  if (branch === undefined) return event;
  const found = await newestOpenPullRequest(await tools.github(), branch);
  if (found.kind === 'unknown') {
    tools.log.warning(
      `Whether the branch has an open pull request is not known: ${found.why}. Give the job \`permissions: { pull-requests: read }\`, so that this run finds the pull request's preview.`,
    );
    return event;
  }
  // The run's own commit: a newer one has a run of its own.
  return found.pullRequest ? { ...event, pullRequest: { ...found.pullRequest, headSha: event.sha } } : event;
}
