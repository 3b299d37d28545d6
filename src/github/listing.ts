import type {
  BranchListing,
  OpenPullRequest,
  Presence,
  PullRequestListing,
  SweepAsk,
} from '../core/sweep/decide-sweep.ts';
import { oneLine } from '../core/text.ts';
import { openPullRequests } from './branches.ts';
import { ask, encodePath, reason } from './request.ts';
import type { GitHubClient } from './types.ts';

/** All branches, and which of them is the default one now: it may have been renamed since the event. */
export type Branches =
  | (Extract<BranchListing, { kind: 'complete' }> & { readonly defaultBranch: string })
  | Extract<BranchListing, { kind: 'unknown' }>;

/** GitHub's largest page (docs.github.com, "Using pagination in the REST API"). */
const largestPage = { per_page: '100' };
/** A token has 1,000 requests an hour (docs.github.com, "Rate limits for the REST API"): a list must not use them up. */
const mostPages = 100;

/** The list cannot be taken for whole; the message is a part of a sentence. */
class Incomplete extends Error {}
/** The server answers 404 for the list itself. */
class NotThere extends Incomplete {}

/**
 * All branches of the repository. Not `GET /branches`, which takes a request for every 100 of them: `git/matching-refs`
 * answers with all refs at one time and has had no pages for years (docs.github.com, "List matching references";
 * github.com/github/docs/issues/3863). Should pages come back, or an older server have them, they are followed; a server
 * that lacks this address is asked for the branches after all.
 */
export async function listBranches(github: GitHubClient | undefined): Promise<Branches> {
  return orUnknown(github, async (client) => {
    const defaultBranch = await ourDefaultBranch(client);
    const list = (path: string, query: Readonly<Record<string, string>>) =>
      allPages(client, { path, query, what: 'branches', permission: '`contents: read`' });
    const refs = await list('git/matching-refs/heads', {}).catch((error: unknown) => {
      if (error instanceof NotThere) return undefined;
      throw error;
    });
    const rows = refs ?? (await list('branches', largestPage));
    const names = new Set<string>();
    let count = 0;
    for (const row of rows) {
      const { ref, name } = (row ?? {}) as { ref?: unknown; name?: unknown };
      const full = refs ? ref : `refs/heads/${typeof name === 'string' ? name : ''}`;
      // It matches by the beginning: somebody may keep refs under `refs/heads-of-old/`.
      if (refs && typeof full === 'string' && /^refs\/heads[^/]/.test(full)) continue;
      if (typeof full !== 'string' || !/^refs\/heads\/./s.test(full))
        throw new Incomplete('its list of branches holds something else');
      names.add(full.slice('refs/heads/'.length));
      count++;
    }
    if (names.size < count) throw new Incomplete('its list of branches names one twice, so it may lack others');
    if (!names.has(defaultBranch))
      throw new Incomplete(`its list of branches lacks the default branch ${oneLine(defaultBranch, 100)}`);
    return { kind: 'complete', names, defaultBranch };
  });
}

/** All open pull requests whose head is a branch of the repository itself: a fork's branches may have the same names. */
export async function listOpenPullRequests(github: GitHubClient | undefined): Promise<PullRequestListing> {
  return orUnknown(github, async (client) => {
    // Oldest first: what is opened meanwhile comes last and moves nothing to a page that was read already.
    const query = { state: 'open', sort: 'created', direction: 'asc', ...largestPage };
    const rows = await allPages(client, {
      path: 'pulls',
      query,
      what: 'pull requests',
      permission: '`pull-requests: read`',
    });
    const found = new Map<number, OpenPullRequest>();
    for (const row of rows) {
      const { number, head, labels } = row as {
        number?: unknown;
        head?: { ref?: unknown; repo?: { id?: unknown } | null };
        labels?: unknown;
      };
      if (typeof number !== 'number' || typeof head?.ref !== 'string' || !Array.isArray(labels))
        throw new Incomplete('its list of pull requests holds something else');
      // The repository of a head is null where the fork was deleted.
      if (head.repo?.id !== client.repositoryId) continue;
      const names = (labels as ({ name?: unknown } | null)[]).map((label) => label?.name);
      found.set(number, { number, branch: head.ref, labels: names.filter((name) => typeof name === 'string') });
    }
    return { kind: 'complete', rows: [...found.values()] };
  });
}

/**
 * Asks once more, for one branch at a time, whether what the listings lack is really absent. A 404 counts where the
 * repository can be seen afterwards with the same token, which is asked once for all of them.
 */
export async function confirmAbsence(
  github: GitHubClient | undefined,
  asks: readonly SweepAsk[],
): Promise<Map<string, Presence>> {
  const answers = new Map<string, Presence>();
  const missing: string[] = [];
  for (const { branch, about } of asks) {
    const presence = about === 'branch' ? await branchPresence(github, branch) : await openPresence(github, branch);
    if (about === 'branch' && presence === 'absent') missing.push(branch);
    else answers.set(branch, presence);
  }
  if (missing.length === 0) return answers;
  const seen = await orUnknown(github, async (client) => ({ kind: 'complete', name: await ourDefaultBranch(client) }));
  for (const branch of missing) answers.set(branch, seen.kind === 'complete' ? 'absent' : 'unknown');
  return answers;
}

async function branchPresence(github: GitHubClient | undefined, branch: string): Promise<Presence> {
  if (!github) return 'unknown';
  try {
    const answer = await ask(github, `${base(github)}/git/ref/heads/${encodePath(branch)}`);
    if (answer.status === 404) return 'absent';
    return (answer.data as { ref?: unknown } | undefined)?.ref === `refs/heads/${branch}` ? 'exists' : 'unknown';
  } catch {
    return 'unknown';
  }
}

async function openPresence(github: GitHubClient | undefined, branch: string): Promise<Presence> {
  const open = await openPullRequests(github, branch);
  if (open.kind === 'unknown') return 'unknown';
  return open.numbers.length > 0 ? 'exists' : 'absent';
}

const base = ({ owner, repo }: GitHubClient): string => `/repos/${owner}/${repo}`;

/** The default branch, once the repository of this name is seen to be ours: a name may go to another repository. */
async function ourDefaultBranch(github: GitHubClient): Promise<string> {
  const answer = await ask(github, base(github));
  const { id, default_branch: name } = (answer.data ?? {}) as { id?: unknown; default_branch?: unknown };
  if (answer.status !== 200 || id !== github.repositoryId || typeof name !== 'string' || name === '')
    throw new Incomplete('it does not show this repository to this token (`contents: read` is needed)');
  return name;
}

/** A list of the repository: where it is, what it holds, and which permission it takes. */
interface List {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly what: string;
  readonly permission: string;
}

/**
 * The rows of all pages. Every page but the last must be as long as the first, and each must be the one after the page
 * before.
 */
async function allPages(github: GitHubClient, { path, query, what, permission }: List): Promise<unknown[]> {
  const rows: unknown[] = [];
  let size: number | undefined;
  for (let page = 1; page <= mostPages; page++) {
    const paged = new URLSearchParams({ ...query, ...(page > 1 && { page: String(page) }) }).toString();
    const answer = await ask(github, `${base(github)}/${path}${paged === '' ? '' : `?${paged}`}`);
    if (answer.status !== 200 || !Array.isArray(answer.data)) {
      const why = `it does not show ${what} to this token (${permission} is needed)`;
      throw answer.status === 404 && page === 1 ? new NotThere(why) : new Incomplete(why);
    }
    const received = answer.data as unknown[];
    if (received.length === 0 && page > 1) throw new Incomplete(`a page of its ${what} came empty`);
    rows.push(...received);
    size ??= received.length;
    const { link } = (answer as { headers?: { link?: string } }).headers ?? {};
    const next = nextPage(link);
    if (next === undefined) return rows;
    if (next !== page + 1) throw new Incomplete(`its pages of ${what} do not follow each other`);
    if (received.length < size) throw new Incomplete(`a page of its ${what} came short`);
  }
  throw new Incomplete(`it has more than ${mostPages} pages of ${what}`);
}

/** The number of the next page. The address itself is the server's and could lead the token elsewhere. */
function nextPage(link: string | undefined): number | undefined {
  const next = (link ?? '').split(/,\s*(?=<)/).find((part) => /;\s*rel="?next"?/.test(part));
  return next === undefined ? undefined : Number(/[?&]page=([0-9]+)/.exec(next)?.[1]);
}

async function orUnknown<Complete extends { readonly kind: 'complete' }>(
  github: GitHubClient | undefined,
  read: (github: GitHubClient) => Promise<Complete>,
): Promise<Complete | { readonly kind: 'unknown'; readonly why: string }> {
  if (!github) return { kind: 'unknown', why: 'there is no `github-token`' };
  try {
    return await read(github);
  } catch (error) {
    return { kind: 'unknown', why: error instanceof Incomplete ? error.message : reason(error) };
  }
}
