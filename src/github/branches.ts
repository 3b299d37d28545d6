import type { PullRequest } from '../core/event.ts';
import type { BranchState } from '../core/plan/situation.ts';
import { lacking } from '../core/lacking.ts';
import { ask, encodePath, reason } from './request.ts';
import type { GitHubClient } from './types.ts';

/** The pull requests of a branch, by their numbers. */
export type PullRequestsOfBranch =
  { readonly kind: 'known'; readonly numbers: readonly number[] } | { readonly kind: 'unknown'; readonly why: string };

/** Files that differ between two commits, as GitHub compares them. */
export type Comparison =
  { readonly kind: 'known'; readonly paths: readonly string[] } | { readonly kind: 'unknown'; readonly why: string };

/** GitHub lists at most 300 files of a comparison (docs.github.com, "Compare two commits"). */
const mostComparedFiles = 300;

/** Reads where a branch stands; a 404 counts as absent only when the repository itself can be read with the same token. */
export async function branchState(github: GitHubClient | undefined, branch: string): Promise<BranchState> {
  if (!github) return { kind: 'unknown', why: 'there is no `github-token`' };
  const base = `/repos/${github.owner}/${github.repo}`;
  try {
    const answer = await ask(github, `${base}/git/ref/heads/${encodePath(branch)}`);
    if (answer.status === 200) {
      const { ref, object } = answer.data as { ref?: unknown; object?: { sha?: unknown } };
      return ref === `refs/heads/${branch}` && typeof object?.sha === 'string'
        ? { kind: 'at', commit: object.sha }
        : { kind: 'unknown', why: 'GitHub answered for another ref' };
    }
    return (await seesRepository(github))
      ? { kind: 'absent' }
      : {
          kind: 'unknown',
          why: 'GitHub shows neither the branch nor this repository to this token (`contents: read` is needed)',
        };
  } catch (error) {
    return { kind: 'unknown', why: reason(error) };
  }
}

/**
 * Whether this token is shown this very repository, so that a 404 below it means that something is not there: a token
 * without `contents: read` is answered 403 there.
 */
export async function seesRepository(github: GitHubClient): Promise<boolean> {
  const repository = await ask(github, `/repos/${github.owner}/${github.repo}`);
  return repository.status === 200 && (repository.data as { id?: unknown }).id === github.repositoryId;
}

/** Open pull requests whose head is this branch of this repository, the newest first. */
export async function openPullRequests(
  github: GitHubClient | undefined,
  branch: string,
): Promise<PullRequestsOfBranch> {
  return pullRequests(github, branch, 'open');
}

/** The newest open pull request whose head is this branch of this repository; none where it has none. */
export async function newestOpenPullRequest(
  github: GitHubClient | undefined,
  branch: string,
): Promise<
  { readonly kind: 'known'; readonly pullRequest?: PullRequest } | { readonly kind: 'unknown'; readonly why: string }
> {
  const found = await pullRequestRows(github, branch, 'open');
  if (found.kind === 'unknown') return found;
  const [newest] = found.rows;
  if (!newest || !github) return { kind: 'known' };
  return {
    kind: 'known',
    pullRequest: {
      number: newest.number,
      headRef: branch,
      headSha: newest.head?.sha ?? '',
      headRepositoryId: github.repositoryId,
      baseRef: newest.base?.ref ?? '',
      merged: false,
      labels: (newest.labels ?? []).flatMap((label) => (typeof label?.name === 'string' ? [label.name] : [])),
    },
  };
}

/**
 * Whether a pull request is open. `closed` only where GitHub lists this very one as closed and no other of its branch as
 * open; `unknown` in any doubt.
 */
export async function pullRequestState(
  github: GitHubClient | undefined,
  number: number,
  branch: string,
): Promise<'open' | 'closed' | 'unknown'> {
  const open = await pullRequests(github, branch, 'open');
  if (open.kind === 'unknown') return 'unknown';
  if (open.numbers.length > 0) return 'open';
  const all = await pullRequests(github, branch, 'all');
  return all.kind === 'known' && all.numbers.includes(number) ? 'closed' : 'unknown';
}

/** The same, closed ones among them: a deleted branch has no others. */
export async function allPullRequests(github: GitHubClient | undefined, branch: string): Promise<PullRequestsOfBranch> {
  return pullRequests(github, branch, 'all');
}

async function pullRequests(
  github: GitHubClient | undefined,
  branch: string,
  state: 'open' | 'all',
): Promise<PullRequestsOfBranch> {
  const found = await pullRequestRows(github, branch, state);
  return found.kind === 'unknown' ? found : { kind: 'known', numbers: found.rows.map(({ number }) => number) };
}

/** A pull request of a list; what is used of it beside its number may be missing. */
interface PullRequestRow {
  readonly number: number;
  readonly state?: string;
  readonly head?: { readonly ref?: string; readonly sha?: string; readonly repo?: { readonly id?: number } | null };
  readonly base?: { readonly ref?: string };
  readonly labels?: readonly ({ readonly name?: unknown } | null)[];
}

/** The rows themselves, the newest first. */
async function pullRequestRows(
  github: GitHubClient | undefined,
  branch: string,
  state: 'open' | 'all',
): Promise<
  | { readonly kind: 'known'; readonly rows: readonly PullRequestRow[] }
  | { readonly kind: 'unknown'; readonly why: string }
> {
  if (!github) return { kind: 'unknown', why: 'there is no `github-token`' };
  const head = encodeURIComponent(`${github.owner}:${branch}`);
  try {
    const answer = await ask(
      github,
      `/repos/${github.owner}/${github.repo}/pulls?state=${state}&per_page=100&head=${head}`,
    );
    if (answer.status !== 200 || !Array.isArray(answer.data)) {
      return {
        kind: 'unknown',
        why: 'GitHub does not show pull requests to this token (`pull-requests: read` is needed)',
      };
    }
    const pulls = answer.data as PullRequestRow[];
    const [why] = pulls.flatMap((row) => lacking('GitHub', row, ['number', 'head']) ?? []);
    if (why !== undefined) return { kind: 'unknown', why };
    const same = pulls.filter(
      (pull) =>
        (state === 'all' || pull.state !== 'closed') &&
        pull.head?.ref === branch &&
        pull.head.repo?.id === github.repositoryId,
    );
    return { kind: 'known', rows: same.toSorted((one, other) => other.number - one.number) };
  } catch (error) {
    return { kind: 'unknown', why: reason(error) };
  }
}

/** Whether a commit is part of a branch: their merge base is the commit itself. */
export async function branchContains(
  github: GitHubClient | undefined,
  branch: string,
  commit: string,
): Promise<'yes' | 'no' | 'unknown'> {
  const state = await branchState(github, branch);
  if (!github || state.kind !== 'at') return 'unknown';
  if (state.commit === commit) return 'yes';
  try {
    const answer = await ask(github, `/repos/${github.owner}/${github.repo}/compare/${commit}...${state.commit}`);
    if (answer.status !== 200) return 'no';
    return (answer.data as { merge_base_commit?: { sha?: string } }).merge_base_commit?.sha === commit ? 'yes' : 'no';
  } catch {
    return 'unknown';
  }
}

/** The first line of a commit's message; `undefined` where GitHub does not say. */
export async function commitSubject(github: GitHubClient | undefined, commit: string): Promise<string | undefined> {
  if (!github) return undefined;
  try {
    const answer = await ask(github, `/repos/${github.owner}/${github.repo}/git/commits/${encodePath(commit)}`);
    const { message } = answer.data as { message?: unknown };
    return answer.status === 200 && typeof message === 'string' ? message.split('\n')[0]?.trim() : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Asks GitHub which files differ. Its comparison starts at the merge base, so it is the difference of the two commits only
 * where the merge base is the first of them; a list that may be cut off is no answer either.
 */
export async function compareCommits(github: GitHubClient | undefined, from: string, to: string): Promise<Comparison> {
  if (!github) return { kind: 'unknown', why: 'there is no `github-token` to ask GitHub with' };
  try {
    const answer = await ask(github, `/repos/${github.owner}/${github.repo}/compare/${from}...${to}`);
    const { merge_base_commit: base, files } = (answer.data ?? {}) as {
      merge_base_commit?: { sha?: string };
      files?: { filename: string; previous_filename?: string }[];
    };
    if (answer.status !== 200) return { kind: 'unknown', why: 'GitHub does not know the commit either' };
    const [why] = (files ?? []).flatMap((file) => lacking('GitHub', file, ['filename']) ?? []);
    if (why !== undefined) return { kind: 'unknown', why };
    if (base?.sha !== from) return { kind: 'unknown', why: 'the history was rewritten since' };
    if (!files || files.length >= mostComparedFiles)
      return { kind: 'unknown', why: `more files changed than GitHub lists (${mostComparedFiles})` };
    return {
      kind: 'known',
      paths: files.flatMap((file) =>
        file.previous_filename === undefined ? [file.filename] : [file.previous_filename, file.filename],
      ),
    };
  } catch (error) {
    return { kind: 'unknown', why: reason(error) };
  }
}
