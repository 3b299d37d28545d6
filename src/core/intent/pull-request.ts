import { environmentOf, previewsBranch } from '../config/config.ts';
import { UserError } from '../errors.ts';
import { branchNamed, type GitHubEvent, type PullRequest } from '../event.ts';
import { oneLine } from '../text.ts';
import { pullRequestPreview, removal } from './preview.ts';
import { skip, type Intent, type RunRequest } from './types.ts';

/** GitHub treats labels that differ only in case as the same. */
const sameLabel = (one: string, other: string | undefined): boolean => one.toLowerCase() === other?.toLowerCase();

/** Whether the pull request is closed now: the event that says so may be one about a label or a title. */
export const isClosed = (event: GitHubEvent, pullRequest: PullRequest): boolean =>
  event.action === 'closed' || pullRequest.closed === true;

/**
 * What a pull request event asks for. The pull request's state decides, not the event's type: in a concurrency group a
 * waiting run is replaced by a later one, which has to do the work of both. Throws UserError for an incomplete payload.
 */
export function pullRequestEvent(event: GitHubEvent, request: RunRequest): Intent {
  const { pullRequest } = event;
  if (!pullRequest)
    throw new UserError(`The payload of this \`${event.name}\` event holds no pull request: run the workflow again.`);
  const { config } = request;
  const { preview } = config;
  const branch = pullRequest.headRef;
  const shown = oneLine(branch, 100);
  const closed = isClosed(event, pullRequest);
  const environment = environmentOf(config, branch);
  const hasPreview = !environment && previewsBranch(config, branch) && branch !== event.defaultBranch;
  if (preview.on === 'branch' && (closed || hasPreview)) {
    return closed
      ? skip('Deletions of branches remove previews (`preview.on: branch`), so a closed pull request changes nothing.')
      : { kind: 'report-preview', branch: branchNamed(branch), pullRequest: pullRequest.number };
  }
  if (closed) return closedPullRequest(event, pullRequest, request);
  if (environment) return skip(`\`${shown}\` has a long-lived Deployment (\`environments\`), so it gets no preview.`);
  if (!previewsBranch(config, branch))
    return skip(`\`preview.branches\` leaves \`${shown}\` out, so it gets no preview.`);
  if (preview.label === undefined || pullRequest.labels.some((one) => sameLabel(one, preview.label)))
    return pullRequestPreview(event, pullRequest);
  // Any label that was taken off: of two runs the first may have been replaced while it waited.
  if (event.action === 'unlabeled') return removal(event, 'branch', branch, 'label-removed');
  return skip(
    `The pull request does not carry the label \`${oneLine(preview.label, 60)}\` (\`preview.label\`), so it gets no preview.`,
  );
}

function closedPullRequest(event: GitHubEvent, pullRequest: PullRequest, { config, target }: RunRequest): Intent {
  const intent = removal(event, 'branch', pullRequest.headRef, 'pull-request-closed');
  if (intent.kind !== 'remove-preview' || !pullRequest.merged || !target) return intent;
  const base = pullRequest.baseRef;
  const pushDeploys = base === event.defaultBranch || environmentOf(config, base) !== undefined;
  const hint = pushDeploys
    ? `The merge is deployed by a run for the \`push\` to \`${oneLine(base, 100)}\`, or by a step with \`action: deploy\``
    : `To deploy the merge, use \`action: deploy\`, or name \`${oneLine(base, 100)}\` under \`environments\` in \`.astro/branch-deploy.yaml\``;
  return { ...intent, hint };
}
