import { expect, test } from '@jest/globals';
import { branchOutputs, eventBranch, intentBranch, withMarkedPullRequest } from '../../src/core/report/branch-facts.ts';
import { branchNamed, type GitHubEvent } from '../../src/core/event.ts';
import { describePreview } from '../../src/core/identity.ts';
import type { components } from '../../src/contract/astro-api.ts';
import type { Intent } from '../../src/core/intent/types.ts';

const push: GitHubEvent = {
  name: 'push',
  repository: { id: 7, owner: 'acme', name: 'etl' },
  ref: 'refs/heads/feature/x',
  sha: 'c'.repeat(40),
  actor: 'jo',
  runAttempt: 1,
  runUrl: 'https://github.com/acme/etl/actions/runs/1',
};
const pull = (headRepositoryId: number | null): GitHubEvent => ({
  ...push,
  name: 'pull_request',
  ref: 'refs/pull/42/merge',
  pullRequest: {
    number: 42,
    headRef: 'feature/x',
    headSha: 'c'.repeat(40),
    headRepositoryId,
    baseRef: 'main',
    merged: false,
    labels: [],
  },
});

test.each([
  ['a push', push, { branch: 'feature/x' }],
  ['a pull request', pull(7), { branch: 'feature/x', pullRequest: 42 }],
  ['a pull request of a fork', pull(8), undefined],
  ['a tag', { ...push, ref: 'refs/tags/v1' }, undefined],
  ['the merge queue', { ...push, ref: 'refs/heads/gh-readonly-queue/main/pr-1' }, undefined],
  ['a schedule', { ...push, name: 'schedule', ref: 'refs/heads/main' }, undefined],
  ['a deleted branch', { ...push, name: 'delete', refType: 'branch', payloadRef: 'b' }, { branch: 'b' }],
  ['a deleted tag', { ...push, name: 'delete', refType: 'tag', payloadRef: 'b' }, undefined],
  ['a deletion without a name', { ...push, name: 'delete', refType: 'branch' }, undefined],
] as const)('the branch of %s', (_, event, expected) => {
  expect(eventBranch(event)).toEqual(expected);
});

test('the branch of a run is the intent’s; sweeping and moving objects are about no branch', () => {
  const target = { by: 'name', name: 'etl-prod' } as const;
  const deploy = { kind: 'deploy', target, head: push.sha, dispatched: false, planOnly: false } as const;
  const of = (intent: Intent, event = push) => intentBranch(intent, event);
  expect(of({ kind: 'skip', why: 'x' }, pull(7))).toEqual({ branch: 'feature/x', pullRequest: 42 });
  expect(of({ ...deploy, branch: branchNamed('main') })).toEqual({ branch: 'main' });
  expect(of(deploy, pull(7))).toEqual({ branch: 'feature/x', pullRequest: 42 });
  expect(of({ kind: 'remove-preview', branch: branchNamed('b'), because: 'branch-deleted' })).toEqual({ branch: 'b' });
  expect(of({ kind: 'report-preview', branch: branchNamed('b'), pullRequest: 4 })).toEqual({
    branch: 'b',
    pullRequest: 4,
  });
  for (const kind of ['promote', 'migrate', 'export-template'] as const) expect(of({ kind, target })).toBeUndefined();
  expect(of({ kind: 'sweep' })).toBeUndefined();
});

test('the pull request of a deleted branch comes from the mark of its preview', () => {
  const identity = { repositoryId: 7, ref: 'refs/heads/b', project: '.' };
  const marked = (description: string) => ({ description }) as components['schemas']['Deployment'];
  const preview = marked(describePreview('', identity, 'b', { pullRequest: 42 }));
  expect(withMarkedPullRequest({ branch: 'b' }, preview)).toEqual({ branch: 'b', pullRequest: 42 });
  expect(withMarkedPullRequest({ branch: 'b', pullRequest: 1 }, preview)).toEqual({ branch: 'b', pullRequest: 1 });
  expect(withMarkedPullRequest({ branch: 'b' }, marked('Not ours'))).toEqual({ branch: 'b' });
  expect(withMarkedPullRequest({ branch: 'b' }, undefined)).toEqual({ branch: 'b' });
  expect(withMarkedPullRequest(undefined, preview)).toBeUndefined();
});

test('the outputs are what the placeholders stand for', () => {
  expect(branchOutputs({ branch: 'Feature/Login-2', pullRequest: 42 })).toEqual({
    branch: 'Feature/Login-2',
    'branch-slug': 'feature-login-2',
    'branch-key': 'FEATURE_LOGIN_2',
    'pull-request': '42',
  });
  expect(branchOutputs({ branch: 'b' })['pull-request']).toBeUndefined();
  expect(Object.values(branchOutputs(undefined))).toEqual([undefined, undefined, undefined, undefined]);
});
