import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { connectGitHub } from '../../src/github/client.ts';
import { beginDeployment, deactivateEnvironment, reportDeployment } from '../../src/github/deployments.ts';
import { repository } from '../../sandbox/events.ts';
import { startGitHub, type GitHubStandIn } from '../../sandbox/github.ts';
import { githubViolations } from '../parts/github-contract.ts';
import type { GitHubClient } from '../../src/github/types.ts';

const environment = 'preview/feature#1 ä';
const preview = { environment, ref: 'feature', transient: true, production: false, description: 'Preview' };
const needed = {
  kind: 'refused',
  why: 'GitHub does not let this token write Deployments of the repository (403: Resource not accessible by integration); `deployments: write` is needed',
};

let stand: GitHubStandIn;
let github: GitHubClient;
beforeEach(async () => {
  stand = await startGitHub({ repository });
  stand.branches.set('feature', 'c'.repeat(40));
  const client = await connectGitHub('token', stand.url, repository);
  if (!client) throw new Error('no client');
  github = client;
});
afterEach(async () => {
  const { requests } = stand;
  await stand.close();
  expect(githubViolations(requests)).toEqual([]);
});

const existing = (id: number, states: readonly string[], where = environment) => {
  const more = { ref: 'feature', description: '', transient: true, production: false, payload: {} };
  const statuses = states.map((state, index) => ({
    id: id * 100 + index,
    state,
    environmentUrl: '',
    logUrl: '',
    description: '',
  }));
  stand.deployments.push({ id, environment: where, ...more, statuses });
};
const newest = () => stand.deployments.map(({ id, statuses }) => [id, statuses.at(-1)?.state]);
const writes = () => stand.requests.filter(({ method }) => method !== 'GET');

test('a Deployment from its beginning to its end', async () => {
  const begun = await beginDeployment(github, { ...preview, payload: { run: 7 } });
  expect(begun).toEqual({ kind: 'begun', id: 2001 });
  expect(writes()[0]?.body).toEqual({
    ref: 'feature',
    environment,
    description: 'Preview',
    auto_merge: false,
    required_contexts: [],
    transient_environment: true,
    production_environment: false,
    payload: { run: 7, request: expect.any(String) },
  });
  const urls = { environmentUrl: 'https://airflow.example/x', logUrl: 'https://github.com/acme/etl/actions/runs/7' };
  expect(await reportDeployment(github, 2001, { state: 'in_progress', ...urls })).toEqual({ kind: 'reported' });
  await reportDeployment(github, 2001, { state: 'success', ...urls, description: 'deployed', autoInactive: false });
  expect(writes()[2]?.body).toEqual({
    state: 'success',
    environment_url: urls.environmentUrl,
    log_url: urls.logUrl,
    description: 'deployed',
    auto_inactive: false,
  });
  expect(await deactivateEnvironment(github, { environment })).toEqual({ kind: 'deactivated', count: 1 });
  expect(stand.deployments[0]?.statuses.map(({ state }) => state)).toEqual(['in_progress', 'success', 'inactive']);
});

test('descriptions are cut to 140 characters, between characters', async () => {
  const description = 'x'.repeat(138) + '😀'.repeat(10);
  await beginDeployment(github, { ...preview, description });
  expect(await reportDeployment(github, 2001, { state: 'failure', description })).toEqual({ kind: 'reported' });
  expect(stand.deployments[0]?.statuses[0]?.description).toBe(`${'x'.repeat(138)}…`);
});

describe('deactivating an environment', () => {
  test('only this one, only what is not inactive by its newest status', async () => {
    existing(1, []);
    existing(2, ['success', 'inactive']);
    existing(3, ['inactive', 'success']);
    existing(4, ['failure'], 'production');
    expect(await deactivateEnvironment(github, { environment })).toEqual({ kind: 'deactivated', count: 2 });
    expect(newest()).toEqual([
      [1, 'inactive'],
      [2, 'inactive'],
      [3, 'inactive'],
      [4, 'failure'],
    ]);
    expect(writes()).toHaveLength(2);
    expect(await deactivateEnvironment(github, { environment: 'preview/none' })).toEqual({
      kind: 'deactivated',
      count: 0,
    });
  });

  test('the newest 30 of several pages', async () => {
    for (let id = 1; id <= 205; id++) existing(id, ['success']);
    expect(await deactivateEnvironment(github, { environment })).toEqual({ kind: 'deactivated', count: 30 });
    expect(newest().filter(([, state]) => state === 'inactive')).toEqual(
      Array.from({ length: 30 }, (_, index) => [176 + index, 'inactive']),
    );
    const lists = stand.requests.filter(({ path }) => path.includes('/deployments?'));
    expect(lists.map(({ path }) => path.slice(-7))).toEqual(['&page=1', '&page=2', '&page=3']);
  });
});

describe('a token that may not [T-26]', () => {
  test.each(['none', 'read'] as const)('deployments: %s', async (permission) => {
    existing(1, ['success']);
    stand.permissions.deployments = permission;
    expect(await beginDeployment(github, preview)).toMatchObject(needed);
    expect(await reportDeployment(github, 1, { state: 'success' })).toMatchObject(needed);
    expect(await deactivateEnvironment(github, { environment })).toMatchObject(needed);
    expect(newest()).toEqual([[1, 'success']]);
  });

  test('a ref that GitHub does not know, a Deployment that is gone', async () => {
    expect(await beginDeployment(github, { ...preview, ref: 'gone' })).toEqual({
      kind: 'refused',
      why: 'GitHub refuses to write Deployments of the repository (422: No ref found for: gone)',
    });
    expect(await reportDeployment(github, 5, { state: 'success' })).toMatchObject({ kind: 'refused' });
  });
});

describe('GitHub in trouble [R-30]', () => {
  const path = /deployments/;
  test.each([
    ['lost after it was made', { lost: true }, 1],
    ['failed', { status: 500 }, 2],
  ])('the creation %s: one Deployment', async (_, fault, creates) => {
    existing(1, ['success']);
    stand.failNext({ path, method: 'POST', ...fault });
    expect(await beginDeployment(github, preview)).toEqual({ kind: 'begun', id: 2001 });
    expect(stand.deployments).toHaveLength(2);
    expect(writes()).toHaveLength(creates);
  });

  test('a status whose answer is lost is sent again, a limit waited for', async () => {
    existing(1, []);
    stand.failNext({ path, lost: true });
    expect(await reportDeployment(github, 1, { state: 'success' })).toEqual({ kind: 'reported' });
    stand.failNext({ path, status: 429, headers: { 'retry-after': '1' } });
    expect(await reportDeployment(github, 1, { state: 'inactive' })).toEqual({ kind: 'reported' });
    expect(newest()).toEqual([[1, 'inactive']]);
  });

  test('it stays down, or asks to wait for long: told, not thrown', async () => {
    const why = "GitHub's rate limit asks to wait 3600 s";
    stand.failNext({ path, status: 403, headers: { 'retry-after': '3600' } }, 3);
    expect(await beginDeployment(github, preview)).toEqual({ kind: 'unreachable', why });
    expect(await reportDeployment(github, 1, { state: 'success' })).toEqual({ kind: 'unreachable', why });
    expect(await deactivateEnvironment(github, { environment })).toEqual({ kind: 'unreachable', why });
    stand.fail = { path, status: 502 };
    const down = { kind: 'unreachable', why: expect.stringContaining('GitHub does not answer') };
    expect(await beginDeployment(github, preview)).toEqual(down);
    expect(await reportDeployment(github, 1, { state: 'success' })).toEqual(down);
  });
});

test('the contract check itself finds what is wrong', () => {
  const base = '/repos/acme/etl';
  const post = { method: 'POST', path: `${base}/deployments/1/statuses` };
  expect(
    githubViolations([
      { method: 'GET', path: `${base}/deployment` },
      { method: 'GET', path: `${base}/deployments?envronment=x&per_page=200` },
      { method: 'GET', path: `${base}/git/matching-refs/heads/a/b?per_page=100` },
      { method: 'GET', path: `${base}/issues/x/comments` },
      { ...post, body: { state: 'done', logurl: '' } },
      { ...post },
      { method: 'GET', path: `${base}/pulls`, body: {} },
      { method: 'GET', path: '/graphql' },
    ]),
  ).toEqual([
    expect.stringMatching(/deployment: GitHub has no such operation/),
    expect.stringMatching(/unknown query parameter envronment/),
    expect.stringMatching(/per_page is at most 100/),
    expect.stringMatching(/unknown query parameter per_page/),
    expect.stringMatching(/path parameter issue_number: data must be integer/),
    expect.stringMatching(/unknown member logurl/),
    expect.stringMatching(/state must be equal to one of the allowed values/),
    expect.stringMatching(/body: data must be object/),
    expect.stringMatching(/takes no JSON body/),
    expect.stringMatching(/GraphQL takes a POST/),
  ]);
});
