import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { connectGitHub } from '../../src/github/client.ts';
import { putComment } from '../../src/github/comment.ts';
import { repository } from '../../sandbox/events.ts';
import { startGitHub, type GitHubStandIn, type GitHubUser } from '../../sandbox/github.ts';
import { githubViolations } from '../parts/github-contract.ts';
import type { GitHubClient } from '../../src/github/types.ts';

const marker = '<!-- astro-branch-deploy: preview -->';
const body = `${marker}\n## Preview\n\nready`;
const actions: GitHubUser = { login: 'github-actions[bot]', type: 'Bot' };
const stranger: GitHubUser = { login: 'mallory', type: 'User' };
const otherApp: GitHubUser = { login: 'other-app[bot]', type: 'Bot' };
const create = { createWhenMissing: true };

let stand: GitHubStandIn;
let github: GitHubClient;
beforeEach(async () => {
  stand = await startGitHub({ repository });
  stand.pullRequests.push({ number: 42, branch: 'x', commit: 'c'.repeat(40), state: 'open' });
  const client = await connectGitHub('token', stand.url, repository);
  if (!client) throw new Error('no client');
  github = client;
});
afterEach(async () => {
  const { requests } = stand;
  await stand.close();
  expect(githubViolations(requests)).toEqual([]);
});

const said = (user: GitHubUser, text: string) => {
  const id = Math.max(1000, ...stand.comments.map((one) => one.id)) + 1;
  stand.comments.push({ id, pullRequest: 42, user, body: text });
  return id;
};
const writes = () => stand.requests.filter(({ method, path }) => method !== 'GET' && path !== '/graphql');
const put = (text = body, options = create) => putComment(github, { pullRequest: 42, marker, body: text }, options);

describe('one comment [I10]', () => {
  test('created, unchanged, updated', async () => {
    expect(await put()).toEqual({ kind: 'created' });
    expect(await put()).toEqual({ kind: 'unchanged' });
    expect(writes()).toHaveLength(1);
    expect(await put(`${marker}\nother`)).toEqual({ kind: 'updated' });
    expect(stand.comments).toEqual([{ id: 1001, pullRequest: 42, user: actions, body: `${marker}\nother` }]);
  });

  test('the marker comes first, whoever puts it there', async () => {
    await put('ready');
    expect(stand.comments[0]?.body).toBe(`${marker}\nready`);
    expect(await put('ready')).toEqual({ kind: 'unchanged' });
  });

  test('line breaks as GitHub keeps them are no difference', async () => {
    said(actions, body.replaceAll('\n', '\r\n'));
    expect(await put()).toEqual({ kind: 'unchanged' });
    expect(writes()).toEqual([]);
  });

  test('where none is wanted none is made, one that is there is brought up to date', async () => {
    expect(await put(body, { createWhenMissing: false })).toEqual({ kind: 'absent' });
    expect(stand.requests).toHaveLength(1);
    said(actions, `${marker}\nold`);
    expect(await put(body, { createWhenMissing: false })).toEqual({ kind: 'updated' });
  });

  test('found on the third page; of several of ours the oldest is edited, the others are deleted', async () => {
    for (let index = 0; index < 230; index++) said(stranger, `talk ${index}`);
    const ours = said(actions, `${marker}\nold`);
    const later = said(actions, `${marker}\nolder text, later comment`);
    expect(await put()).toEqual({ kind: 'updated' });
    expect(stand.comments.find(({ id }) => id === ours)?.body).toBe(body);
    expect(stand.comments.find(({ id }) => id === later)).toBeUndefined();
    expect(stand.comments).toHaveLength(231);
    expect(stand.requests.filter(({ method }) => method === 'GET').map(({ path }) => path.split('?')[1])).toEqual([
      'per_page=100&page=1',
      'per_page=100&page=2',
      'per_page=100&page=3',
    ]);
  });

  test('a second comment that cannot be deleted does not keep the first from being written', async () => {
    const ours = said(actions, `${marker}\nold`);
    const later = said(actions, `${marker}\nsecond`);
    stand.fail = { path: new RegExp(`comments/${later}$`), status: 403 };
    expect(await put()).toEqual({ kind: 'updated' });
    expect(stand.comments.map(({ id, body: text }) => [id, text])).toEqual([
      [ours, body],
      [later, `${marker}\nsecond`],
    ]);
    stand.fail = undefined;
    expect(await put()).toEqual({ kind: 'unchanged' });
    expect(stand.comments.map(({ id }) => id)).toEqual([ours]);
  });
});

describe('whose comment it is [T-25]', () => {
  test.each([
    ['a person', stranger, actions],
    ['another app', otherApp, actions],
    ['GITHUB_TOKEN, where the token is a person', actions, { login: 'jo', type: 'User' }],
    ['another app, where the token is an app', actions, otherApp],
  ] as const)("%s: the stranger's comment with our marker stays, first and last", async (_, other, me) => {
    stand.identity = me;
    said(other, `${marker}\nmine now`);
    expect(await put()).toEqual({ kind: 'created' });
    said(other, `${marker}\nmine now`);
    expect(await put(`${marker}\nnew`)).toEqual({ kind: 'updated' });
    expect(stand.comments.map((comment) => [comment.user.login, comment.body])).toEqual([
      [other.login, `${marker}\nmine now`],
      [me.login, `${marker}\nnew`],
      [other.login, `${marker}\nmine now`],
    ]);
  });

  test('a marker that is quoted further down, or is part of a longer one, is none', async () => {
    said(actions, `> ${marker}`);
    said(actions, `hello\n${marker}`);
    said(actions, `${marker} more`);
    expect(await put()).toEqual({ kind: 'created' });
  });

  test.each([
    ['an app', actions, [stranger], 'updated'],
    ['a person', { login: 'jo', type: 'User' }, [otherApp, stranger], 'updated'],
  ] as const)('without GraphQL, %s: GET /user says who it is, or that it is an app', async (_, me, others, kind) => {
    stand.identity = me;
    stand.fail = { path: /graphql/, status: 403 };
    for (const other of others) said(other, `${marker}\nmine now`);
    said(me, `${marker}\nold`);
    expect(await put()).toEqual({ kind });
    expect(stand.requests.map(({ path }) => path)).toContain('/user');
    expect(stand.comments.filter((comment) => comment.body === body)).toMatchObject([{ user: me }]);
  });

  test('nobody says who it is: nothing is written', async () => {
    said(stranger, body);
    stand.fail = { path: /graphql|user/, status: 401 };
    expect(await put()).toMatchObject({ kind: 'refused' });
    expect(writes()).toEqual([]);
  });
});

describe('a body that is too long [R-34]', () => {
  test('is cut at the end of a line, and says so', async () => {
    const line = `${'x'.repeat(98)}é`;
    expect(await put(`${marker}\n${`${line}\n`.repeat(1000)}`)).toEqual({ kind: 'created' });
    const kept = stand.comments[0]?.body ?? '';
    const lines = kept.split('\n');
    expect(kept.length).toBeLessThanOrEqual(65_536);
    const body = `${marker}\n${`${line}\n`.repeat(1000)}`;
    const cut = body.length - lines.slice(0, -2).join('\n').length;
    expect(lines.at(-1)).toBe(`_${String(cut)} characters of this comment were cut, because GitHub takes 65,536._`);
    expect(new Set(lines.slice(1, -2))).toEqual(new Set([line]));
    expect(lines[0]).toBe(marker);
  });

  test('one endless line is cut between characters; what just fits is not cut', async () => {
    await put(`${marker}\n${'😀'.repeat(40_000)}`);
    expect(stand.comments[0]?.body.isWellFormed()).toBe(true);
    expect(stand.comments[0]?.body).toMatch(/😀\n\n_\d+ characters of this comment were cut/);
    const fits = `${marker}\n`.padEnd(65_536, 'x');
    expect(await put(fits)).toEqual({ kind: 'updated' });
    expect(stand.comments[0]?.body).toBe(fits);
  });
});

describe('a token that may not [T-26]', () => {
  test.each(['none', 'read'] as const)('pull requests: %s', async (permission) => {
    stand.permissions.pullRequests = permission;
    expect(await put()).toEqual({
      kind: 'refused',
      everywhere: true,
      why: expect.stringMatching(
        /^GitHub does not let this token (read|write) comments .*\(403: Resource not accessible by integration\); `pull-requests: write` is needed$/,
      ),
    });
    expect(stand.comments).toEqual([]);
    expect(writes().length).toBeLessThanOrEqual(1);
  });

  test('no such pull request, and one that is locked', async () => {
    expect(await putComment(github, { pullRequest: 7, marker, body }, create)).toMatchObject({ kind: 'refused' });
    stand.pullRequests.push({ number: 8, branch: 'y', commit: 'c', state: 'open', locked: true });
    expect(await putComment(github, { pullRequest: 8, marker, body }, create)).toEqual({
      kind: 'refused',
      why: expect.stringMatching(/issue is locked\.\)$/),
    });
  });
});

describe('GitHub in trouble [R-30]', () => {
  const path = /comments/;
  test('the answer to the creation is lost: no second comment', async () => {
    stand.failNext({ path, method: 'POST', lost: true });
    expect(await put()).toEqual({ kind: 'created' });
    expect(stand.comments).toHaveLength(1);
    expect(writes()).toHaveLength(1);
  });

  test('the creation failed: made once the list proves that it is not there', async () => {
    stand.failNext({ path, method: 'POST', status: 502 });
    expect(await put()).toEqual({ kind: 'created' });
    expect(stand.requests.map(({ method, status }) => `${method} ${status}`)).toEqual([
      'GET 200',
      'POST 502',
      'GET 200',
      'POST 201',
    ]);
    expect(stand.comments).toHaveLength(1);
  });

  test('reading and patching are repeated', async () => {
    said(actions, `${marker}\nold`);
    stand.failNext({ path, method: 'GET', status: 503 });
    stand.failNext({ path, method: 'PATCH', lost: true });
    expect(await put()).toEqual({ kind: 'updated' });
    expect(stand.comments).toMatchObject([{ body }]);
  });

  test('it stays down: told, not thrown', async () => {
    stand.fail = { path, status: 500 };
    expect(await put()).toEqual({ kind: 'unreachable', why: expect.stringContaining('GitHub does not answer') });
    await stand.close();
    expect(await put()).toEqual({ kind: 'unreachable', why: expect.stringContaining('GitHub does not answer') });
  });

  test.each([
    ['secondary, with a time', 403, { 'retry-after': '1' }, 'You have exceeded a secondary rate limit.'],
    ['no time at all in retry-after', 429, { 'retry-after': '0' }, 'slow down'],
    ['primary', 403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '0' }, 'API rate limit exceeded'],
  ])('rate limit, %s: waited for, also before creating', async (_, status, headers, message) => {
    stand.failNext({ path, method: 'POST', status, headers, message });
    expect(await put()).toEqual({ kind: 'created' });
    expect(stand.comments).toHaveLength(1);
  });

  test('the reset is counted by the clock of the server', async () => {
    const date = 'Tue, 01 Jan 2030 00:00:00 GMT';
    const reset = String(Date.parse(date) / 1000 + 1);
    const headers = { date, 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
    stand.failNext({ path, status: 403, headers });
    expect(await put()).toEqual({ kind: 'created' });
  });

  test.each([
    ['longer than a run waits', { 'retry-after': '31' }, 31],
    ['with words for a time', { 'retry-after': 'soon' }, 60],
    ['without a time', {}, 60],
  ])('rate limit, %s: not waited for', async (_, headers, seconds) => {
    stand.failNext({ path, status: 403, headers, message: 'You have exceeded a secondary rate limit.' });
    expect(await put()).toEqual({
      kind: 'unreachable',
      why: `GitHub's rate limit asks to wait ${seconds} s`,
    });
    expect(stand.requests).toHaveLength(1);
  });
});
