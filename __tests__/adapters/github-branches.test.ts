import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { branchState, compareCommits, openPullRequests } from '../../src/github/branches.ts';
import { connectGitHub } from '../../src/github/client.ts';
import { repository } from '../../sandbox/events.ts';
import { startGitHub, type GitHubStandIn } from '../../sandbox/github.ts';
import type { GitHubClient } from '../../src/github/types.ts';

let stand: GitHubStandIn;
let github: GitHubClient | undefined;
beforeEach(async () => {
  stand = await startGitHub({ repository });
  github = await connectGitHub('token', stand.url, repository);
});
afterEach(async () => {
  await stand.close();
});

describe('where a branch stands [T-11]', () => {
  test.each(['main', 'a#b', 'a?b', 'a%2Fb', '100%', 'ä/ö', 'a&b=c', 'x{y}', 'a b'])(
    '%j is asked for as it is',
    async (branch) => {
      stand.branches.set(branch, 'c'.repeat(40));
      stand.branches.set('a', 'd'.repeat(40));
      expect(await branchState(github, branch)).toEqual({ kind: 'at', commit: 'c'.repeat(40) });
    },
  );

  test('absent is proven by the repository itself', async () => {
    expect(await branchState(github, 'gone')).toEqual({ kind: 'absent' });
    expect(stand.requests.map(({ path }) => path)).toEqual(['/repos/acme/etl/git/ref/heads/gone', '/repos/acme/etl']);
  });

  test.each([
    ['the repository is hidden', /./, 404, 'shows neither the branch nor this repository'],
    ['it refuses', /./, 403, 'GitHub refuses to say (403)'],
    ['it fails', /./, 502, 'GitHub does not answer'],
    ['it moved', /./, 301, 'unexpected redirect'],
  ])('%s: unknown, never absent', async (_, path, status, why) => {
    stand.fail = { path, status };
    expect(await branchState(github, 'gone')).toMatchObject({ kind: 'unknown', why: expect.stringContaining(why) });
  });

  test('another repository of that name, no token, nobody there: unknown', async () => {
    const other = await connectGitHub('token', stand.url, { ...repository, id: 5 });
    expect(await branchState(other, 'gone')).toMatchObject({ kind: 'unknown' });
    expect(await branchState(await connectGitHub('', stand.url, repository), 'gone')).toEqual({
      kind: 'unknown',
      why: 'there is no `github-token`',
    });
    await stand.close();
    expect(await branchState(github, 'gone')).toMatchObject({
      kind: 'unknown',
      why: expect.stringContaining('GitHub does not answer'),
    });
  });
});

describe('open pull requests of a branch', () => {
  test('only of this branch, only open ones', async () => {
    stand.pullRequests.push(
      { number: 1, branch: 'x', commit: 'c', state: 'open' },
      { number: 2, branch: 'x', commit: 'c', state: 'closed' },
      { number: 3, branch: 'y', commit: 'c', state: 'open' },
    );
    expect(await openPullRequests(github, 'x')).toEqual({ kind: 'known', numbers: [1] });
    expect(await openPullRequests(github, 'x:y&state=closed')).toEqual({ kind: 'known', numbers: [] });
  });
  test.each([404, 403, 500])('%s: unknown', async (status) => {
    stand.fail = { path: /pulls/, status };
    expect(await openPullRequests(github, 'x')).toMatchObject({ kind: 'unknown' });
    expect(await openPullRequests(undefined, 'x')).toMatchObject({ kind: 'unknown' });
  });
});

describe('comparing two commits', () => {
  const [a, b] = ['a'.repeat(40), 'b'.repeat(40)];
  const compared = (mergeBase: string, files: { filename: string; previous_filename?: string; status: string }[]) =>
    stand.comparisons.set(`${a}...${b}`, { mergeBase, files });
  test('both sides of a rename count', async () => {
    compared(a, [
      { filename: 'x', status: 'modified' },
      { filename: 'new', previous_filename: 'old', status: 'renamed' },
    ]);
    expect(await compareCommits(github, a, b)).toEqual({ kind: 'known', paths: ['x', 'old', 'new'] });
  });
  test.each([
    ['rewritten history: GitHub compares with the merge base', b, [], 'the history was rewritten since'],
    [
      'more files than GitHub lists',
      a,
      Array.from({ length: 300 }, (_, index) => ({ filename: String(index), status: 'added' })),
      'more files changed than GitHub lists (300)',
    ],
  ])('%s: unknown', async (_, mergeBase, files, why) => {
    compared(mergeBase, files);
    expect(await compareCommits(github, a, b)).toEqual({ kind: 'unknown', why });
  });
  test('a commit that GitHub does not know, no token, no answer: unknown', async () => {
    expect(await compareCommits(github, b, a)).toEqual({
      kind: 'unknown',
      why: 'GitHub does not know the commit either',
    });
    expect(await compareCommits(undefined, b, a)).toMatchObject({ kind: 'unknown' });
    stand.fail = { path: /compare/, status: 403 };
    expect(await compareCommits(github, a, b)).toEqual({ kind: 'unknown', why: 'GitHub refuses to say (403)' });
  });
});
