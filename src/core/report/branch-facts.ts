import type { components } from '../../contract/astro-api.ts';
import type { GitHubEvent } from '../event.ts';
import { readMark, slug, sqlKey } from '../identity.ts';
import type { Intent } from '../intent/types.ts';
import type { BranchFacts } from '../plan/outcome.ts';
import { omitUndefined } from '../omit-undefined.ts';

/** Events that are about the branch of GITHUB_REF. */
const ofRef = ['push', 'create', 'workflow_dispatch'];

/** The branch of an event, also of one that is skipped; `undefined` for forks, tags, the merge queue and schedules. */
export function eventBranch(event: GitHubEvent): BranchFacts | undefined {
  const { pullRequest, repository, name, ref, refType, payloadRef } = event;
  if (pullRequest) {
    if (pullRequest.headRepositoryId !== repository.id) return undefined;
    return { branch: pullRequest.headRef, pullRequest: pullRequest.number };
  }
  if (name === 'delete') return refType === 'branch' && payloadRef !== undefined ? { branch: payloadRef } : undefined;
  const branch = /^refs\/heads\/(?!gh-readonly-queue\/)(.+)$/.exec(ref)?.[1];
  return branch !== undefined && ofRef.includes(name) ? { branch } : undefined;
}

/** The branch of a run; the event's where the intent names none, and no branch for work that is about no branch. */
export function intentBranch(intent: Intent, event: GitHubEvent): BranchFacts | undefined {
  switch (intent.kind) {
    case 'sweep':
      return intent.branch && { branch: intent.branch.name };
    case 'promote':
    case 'migrate':
    case 'export-template':
      return undefined;
    case 'skip':
      return eventBranch(event);
    case 'deploy':
      return intent.branch ? { branch: intent.branch.name } : eventBranch(event);
    default:
      return {
        branch: intent.branch.name,
        ...omitUndefined({ pullRequest: intent.pullRequest }),
      };
  }
}

/** Adds the pull request that the preview's mark names: the event of a deleted branch does not name it. */
export function withMarkedPullRequest(
  facts: BranchFacts | undefined,
  preview: components['schemas']['Deployment'] | undefined,
): BranchFacts | undefined {
  const marked = preview && readMark(preview.description)?.pullRequest;
  return facts && facts.pullRequest === undefined && marked !== undefined ? { ...facts, pullRequest: marked } : facts;
}

/** The outputs that name the branch, as the placeholders `${branch}`, `${branch.slug}`, `${branch.key}` and `${pr}` do. */
export function branchOutputs(facts: BranchFacts | undefined): Record<string, string | undefined> {
  return {
    branch: facts?.branch,
    'branch-slug': facts && slug(facts.branch),
    'branch-key': facts && sqlKey(facts.branch),
    'pull-request': facts?.pullRequest === undefined ? undefined : String(facts.pullRequest),
  };
}
