import { setTimeout as sleep } from 'node:timers/promises';
import {
  attempt,
  failure,
  readPages,
  send,
  startRetryBudget,
  transport,
  type Failure,
  type RetryBudget,
  type Refused,
  type Unreachable,
} from './request.ts';
import type { GitHubClient } from './types.ts';

/** What became of the comment. */
export type CommentOutcome = { readonly kind: 'created' | 'updated' | 'unchanged' | 'absent' } | Failure;

interface Comment {
  readonly id: number;
  readonly body?: string | null;
  readonly user?: { readonly login?: string; readonly type?: string } | null;
  readonly performed_via_github_app?: unknown;
}

/** Whom this token writes as; `undefined` is an app whose name is unknown. */
type Identity = { readonly kind: 'ok'; readonly login: string | undefined } | Refused | Unreachable;

/** GitHub answers 422 to a longer body ("body is too long (maximum is 65536 characters)"). */
const mostCharacters = 65_536;
/** Room for the sentence that says what was cut. */
const noteLength = 120;
const cutNote = (characters: number): string =>
  `_${String(characters)} characters of this comment were cut, because GitHub takes 65,536._`;

/** The comments that this token's identity wrote under the marker, the oldest apart. */
interface Ours {
  readonly kind: 'ok';
  readonly comment?: Comment;
  readonly others: readonly Comment[];
}

/** A comment: the pull request, and the text under the line `marker`, a hidden HTML comment. */
export interface CommentRequest {
  readonly pullRequest: number;
  readonly marker: string;
  readonly body: string;
}

export interface CommentRules {
  readonly createWhenMissing: boolean;
  /** Whether our comment, as it is now, may stay. It stays in any case when it says the same. */
  readonly mayStay?: (body: string) => boolean;
}

/** Keeps one comment of ours on a pull request. */
export async function putComment(
  github: GitHubClient,
  { pullRequest, marker, body }: CommentRequest,
  { createWhenMissing, mayStay = () => false }: CommentRules,
): Promise<CommentOutcome> {
  const budget = startRetryBudget();
  const text = cut(firstLine(body) === marker ? body : `${marker}\n${body}`);
  const list = { issue_number: pullRequest };
  const route = '/repos/{owner}/{repo}/issues/{issue_number}/comments';
  for (let creates = 0; ; creates++) {
    const comments = await readPages(github, `GET ${route}`, list, budget);
    if (comments.kind !== 'ok') return failed(comments, 'read');
    const marked = (comments.rows as Comment[]).filter((comment) => firstLine(comment.body ?? '') === marker);
    const ours = await oldestOfOurs(github, marked, budget);
    if (ours.kind !== 'ok') return failed(ours, 'read');
    if (ours.comment) {
      await removeOthers(github, ours.others, budget);
      if (mayStay(comparable(ours.comment.body ?? ''))) return { kind: 'unchanged' };
      const outcome = await update(github, ours.comment, text, budget);
      // It is the one whose creation got no answer.
      return outcome.kind === 'unchanged' && creates > 0 ? { kind: 'created' } : outcome;
    }
    if (!createWhenMissing) return { kind: 'absent' };
    // Not repeated by itself: after an unclear failure the comment may be there, so the list is read again.
    const created = await send(github, `POST ${route}`, { ...list, body: text }, { repeat: false, budget });
    if (created.kind === 'ok') return { kind: 'created' };
    if (created.kind === 'refused' || !created.unclear || creates === 1 || performance.now() > budget.until)
      return failed(created, 'write');
    await sleep(1000);
  }
}

async function update(
  github: GitHubClient,
  { id, body }: Comment,
  text: string,
  budget: RetryBudget,
): Promise<CommentOutcome> {
  if (comparable(body ?? '') === comparable(text)) return { kind: 'unchanged' };
  const route = 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}';
  const reply = await send(github, route, { comment_id: id, body: text }, { repeat: true, budget });
  return reply.kind === 'ok' ? { kind: 'updated' } : failed(reply, 'write');
}

/** The marker proves nothing, anybody may post it: a comment is ours when this token's identity wrote it. */
async function oldestOfOurs(
  github: GitHubClient,
  marked: readonly Comment[],
  budget: RetryBudget,
): Promise<Ours | Refused | Unreachable> {
  if (marked.length === 0) return { kind: 'ok', others: [] };
  const me = await identity(github, budget);
  if (me.kind !== 'ok') return me;
  const [oldest, ...others] = marked
    .filter((comment) => wroteIt(comment, me.login))
    .sort((one, other) => one.id - other.id);
  return { kind: 'ok', ...(oldest && { comment: oldest }), others };
}

/** Two runs at one moment can leave two comments: one is kept. What cannot be deleted now is tried again by the next run. */
async function removeOthers(github: GitHubClient, others: readonly Comment[], budget: RetryBudget): Promise<void> {
  const route = 'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}';
  for (const { id } of others) {
    const reply = await send(github, route, { comment_id: id }, { repeat: true, budget });
    if (reply.kind !== 'ok' && !(reply.kind === 'refused' && reply.status === 404)) return;
  }
}

function wroteIt({ user, performed_via_github_app: app }: Comment, login: string | undefined): boolean {
  const author = user?.login ?? '';
  if (login !== undefined) return author.toLowerCase() === login.toLowerCase();
  return user?.type === 'Bot' && (Boolean(app) || author.endsWith('[bot]'));
}

/**
 * `GET /user` is closed to installation tokens such as GITHUB_TOKEN (docs.github.com, "Get the authenticated user"), while
 * GraphQL's `viewer` names everyone, an app as `github-actions[bot]`: without it any app's comment would pass for ours.
 */
async function identity(github: GitHubClient, budget: RetryBudget): Promise<Identity> {
  const request = transport('read', budget);
  const viewer = await attempt(async () => {
    const data = await github.octokit.graphql('query { viewer { login } }', { request });
    return { data, headers: {} };
  });
  const { viewer: named } = ((viewer.kind === 'ok' ? viewer.response.data : undefined) ?? {}) as {
    viewer?: { login?: unknown };
  };
  if (typeof named?.login === 'string') return { kind: 'ok', login: named.login };
  const user = await attempt(() => github.octokit.request('GET /user', { request }));
  if (user.kind === 'ok') {
    const { login } = user.response.data as { login?: unknown };
    return typeof login === 'string'
      ? { kind: 'ok', login }
      : { kind: 'unreachable', unclear: false, why: 'GitHub does not say whose token this is' };
  }
  const app = user.kind === 'refused' && (user.status === 403 || user.status === 404);
  return app ? { kind: 'ok', login: undefined } : user;
}

/** Whole lines, as many as fit with a last one that says so; a single line that is too long is cut between characters. */
function cut(text: string): string {
  if (text.length <= mostCharacters) return text;
  const room = text.slice(0, mostCharacters - noteLength);
  const end = room.lastIndexOf('\n');
  const marker = firstLine(text).length;
  const kept = end > marker ? room.slice(0, end) : room.replace(/[\ud800-\udbff]$/, '');
  return `${kept}\n\n${cutNote(text.length - kept.length)}`;
}

const firstLine = (text: string): string => (/^[^\r\n]*/.exec(text)?.[0] ?? '').trimEnd();

/** GitHub may keep another kind of line break than it was sent. */
const comparable = (text: string): string => text.replaceAll('\r\n', '\n').trimEnd();

const failed = (reply: Refused | Unreachable, verb: string): Failure =>
  failure(reply, `${verb} comments of the pull request`, 'pull-requests: write');
