import type { Intent } from '../core/intent/types.ts';
import { comment, commentMarker } from '../core/report/comment.ts';
import { saysTheSame, type Lasting } from '../core/report/lasting.ts';
import type { PreviewState } from '../core/report/title.ts';
import { viewOf } from '../core/report/view.ts';
import type { GitHubEvent } from '../core/event.ts';
import { putComment } from '../github/comment.ts';
import type { Tools } from '../observe/tools.ts';
import type { Complaints } from './complaints.ts';
import type { Outcome } from '../core/plan/outcome.ts';
import type { GitHubClient } from '../github/types.ts';
import { omitUndefined } from '../core/omit-undefined.ts';

/** A comment to be put on a pull request. */
export interface Message {
  readonly pullRequest: number;
  readonly project: string;
  readonly state: PreviewState;
  readonly createWhenMissing: boolean;
  /** How much must agree for a comment that is there to stay; without it every difference is written. */
  readonly lasting?: Lasting;
  readonly again?: string;
}

/** Writes comments. */
export type CommentWriter = (github: GitHubClient, outcome: Outcome, message: Message) => Promise<void>;

/** Makes the writer of one run. */
export const commentWriter =
  (event: GitHubEvent, { log, now }: Tools, complaints: Complaints): CommentWriter =>
  async (github, outcome, { pullRequest, project, state, createWhenMissing, lasting, again }) => {
    if (complaints.isRefused('comment')) return;
    const marker = commentMarker(event.repository.id, project);
    const facts = { ...viewOf(event, project, now()), marker, state, ...omitUndefined({ again }) };
    const body = log.clean(comment(outcome, facts));
    const result = await putComment(
      github,
      { pullRequest, marker, body },
      { createWhenMissing, ...(lasting && { mayStay: (old) => saysTheSame(old, body, lasting) }) },
    );
    if ('why' in result) complaints.note('comment', result);
  };

/** What must agree for the comment to stay as it is after a run that changed nothing: it knows less than the run that deployed. */
export function lastingOf(intent: Intent, outcome: Outcome, state: PreviewState): Lasting | undefined {
  if (outcome.result !== 'nothing') return undefined;
  // Why it went was said by the run that removed it.
  if (state === 'removed') return 'state';
  if (state !== 'live') return undefined;
  return intent.kind === 'report-preview' ? 'links' : 'all';
}

/** What gives a pull request a preview again, by what removed it. */
export function againAfter(intent: Intent): string {
  if (intent.kind !== 'remove-preview') return 'Push to the branch for a new preview.';
  return {
    'branch-deleted': 'Restore the branch and reopen the pull request for a new preview.',
    'pull-request-closed': 'Reopen the pull request for a new preview.',
    'label-removed': 'Add the label again for a new preview.',
    requested: 'Run the workflow again for a new preview.',
  }[intent.because];
}
