import { describe, expect, test } from '@jest/globals';
import { UserError } from '../../src/core/errors.ts';
import {
  actions,
  readIntent,
  requireToken,
  type Action,
  type GitHubEvent,
  type PullRequest,
  type Target,
} from '../../src/core/intent.ts';

const repository = { id: 7, owner: 'acme', name: 'etl' };
const run: GitHubEvent = {
  name: 'push',
  repository,
  defaultBranch: 'main',
  ref: 'refs/heads/main',
  sha: 'sha-of-run',
  actor: 'octocat',
  runAttempt: 1,
  runUrl: 'https://github.com/acme/etl/actions/runs/1',
};
const pull: PullRequest = {
  number: 42,
  headRef: 'feature/x',
  headSha: 'sha-of-head',
  headRepositoryId: 7,
  baseRef: 'main',
  merged: false,
  labels: [],
};
const target: Target = { by: 'name', name: 'etl-prod' };

const pr = (action: string, more: Partial<PullRequest> = {}, event: Partial<GitHubEvent> = {}): GitHubEvent => ({
  ...run,
  name: 'pull_request',
  action,
  ref: 'refs/pull/42/merge',
  pullRequest: { ...pull, ...more },
  ...event,
});
const deletion = (payloadRef: string, refType = 'branch', event: Partial<GitHubEvent> = {}): GitHubEvent => ({
  ...run,
  name: 'delete',
  payloadRef,
  refType,
  ...event,
});
const push = (ref: string, event: Partial<GitHubEvent> = {}): GitHubEvent => ({
  ...run,
  ref,
  payloadRef: ref,
  after: 'sha-pushed',
  ...event,
});
const without = (event: object, key: string): GitHubEvent =>
  Object.fromEntries(Object.entries(event).filter(([name]) => name !== key)) as unknown as GitHubEvent;

const preview = {
  kind: 'ensure-preview',
  branch: { name: 'feature/x', ref: 'refs/heads/feature/x' },
  pullRequest: 42,
  head: 'sha-of-head',
  checkoutMustBeHead: false,
  dispatched: false,
};
const removed = (because: string, name = 'feature/x') => ({
  kind: 'remove-preview',
  branch: { name, ref: `refs/heads/${name}` },
  because,
});
const deployed = {
  kind: 'deploy',
  target,
  branch: { name: 'main', ref: 'refs/heads/main' },
  head: 'sha-pushed',
  dispatched: false,
  planOnly: false,
};

describe('the event table, action: auto', () => {
  test.each([
    ['s1 opened', pr('opened'), preview],
    ['s2 reopened', pr('reopened'), preview],
    ['s3 synchronize', pr('synchronize'), preview],
    ['s5 ready_for_review', pr('ready_for_review'), preview],
    ['s17 edited, base changed', pr('edited', {}, { baseChanged: true }), preview],
    ['s6 closed, not merged', pr('closed'), removed('pull-request-closed')],
    [
      's7 T-09 closed and merged: GITHUB_REF is the base branch',
      pr('closed', { merged: true }, { ref: 'refs/heads/main' }),
      removed('pull-request-closed'),
    ],
    [
      'pull_request_target of this repository',
      { ...pr('opened'), name: 'pull_request_target' },
      { ...preview, checkoutMustBeHead: true },
    ],
    ['s8 push to the default branch', push('refs/heads/main'), deployed],
    [
      's18 a default branch of another name',
      push('refs/heads/trunk', { defaultBranch: 'trunk' }),
      { ...deployed, branch: { name: 'trunk', ref: 'refs/heads/trunk' } },
    ],
    ['a push whose payload names no ref', without(push('refs/heads/main'), 'payloadRef'), deployed],
    [
      's13 workflow_dispatch on the default branch',
      { ...run, name: 'workflow_dispatch' },
      { ...deployed, head: 'sha-of-run', dispatched: true },
    ],
    [
      's13 merge_group: plan only',
      { ...run, name: 'merge_group', ref: 'refs/heads/gh-readonly-queue/main/pr-1' },
      { kind: 'deploy', target, head: 'sha-of-run', dispatched: false, planOnly: true },
    ],
    ['s9 T-09 delete of a branch: GITHUB_REF is the default branch', deletion('feature/x'), removed('branch-deleted')],
    ['T-08 delete of a look-alike of main', deletion('main\u00a0'), removed('branch-deleted', 'main\u00a0')],
  ])('%s', (_, event, expected) => {
    expect(readIntent(event, { action: 'auto', target })).toEqual(expected);
  });

  test.each([
    ['s5 edited, text only', pr('edited'), 'Only the text of the pull request was edited: the preview stays as it is.'],
    ['s5 labeled', pr('labeled'), '`pull_request` with action `labeled` asks for nothing here.'],
    ['no action', without(pr('x'), 'action'), '`pull_request` with action `none` asks for nothing here.'],
    [
      'a pull request of the default branch',
      pr('opened', { headRef: 'main' }),
      '`main` is the default branch: it gets no preview.',
    ],
    ['s13 push of a tag', push('refs/tags/v1'), 'A tag deploys nothing.'],
    [
      'F-31 push of the merge queue',
      push('refs/heads/gh-readonly-queue/main/pr-1'),
      'This is a branch of the merge queue: it deploys nothing.',
    ],
    [
      'push of another branch',
      push('refs/heads/feature/x'),
      '`feature/x` is not the default branch: pull requests drive previews, so this push deploys nothing.',
    ],
    [
      'dispatch on another branch',
      { ...run, name: 'workflow_dispatch', ref: 'refs/heads/feature/x' },
      '`feature/x` is not the default branch: pull requests drive previews, so this run deploys nothing.',
    ],
    [
      'F-22 push that deletes a branch',
      push('refs/heads/feature/x', { deleted: true }),
      'This push deleted the branch: its `delete` event does the work.',
    ],
    ['s11 delete of a tag', deletion('v1', 'tag'), 'A tag was deleted: tags have no previews.'],
    [
      's18 T-09 delete of the default branch',
      deletion('main'),
      '`main` is the default branch: it has no preview to remove.',
    ],
    [
      'F-31 delete of a queue branch',
      deletion('gh-readonly-queue/main/pr-1'),
      'This was a branch of the merge queue: it has no preview.',
    ],
    [
      's11 create of a tag',
      { ...run, name: 'create', refType: 'tag' },
      'A tag was created: pull requests drive previews, so there is nothing to do.',
    ],
    [
      's12 create of a branch',
      { ...run, name: 'create', refType: 'branch' },
      'A branch was created: pull requests drive previews, so there is nothing to do.',
    ],
    ['s13 release', { ...run, name: 'release' }, 'The event `release` asks for nothing here.'],
  ])('%s is skipped', (_, event, why) => {
    expect(readIntent(event, { action: 'auto', target })).toEqual({ kind: 'skip', why });
  });

  test.each([
    [
      'push to the default branch',
      push('refs/heads/main'),
      'Neither `deployment-name` nor `deployment-id` says where the default branch is deployed to.',
    ],
    [
      'merge_group',
      { ...run, name: 'merge_group' },
      'A merge queue checks this commit: nothing is deployed before it is merged.',
    ],
  ])('%s without a target is skipped', (_, event, why) => {
    expect(readIntent(event, { action: 'auto' })).toEqual({ kind: 'skip', why });
  });

  test.each([
    ['a pull request event without one', without(pr('opened'), 'pullRequest'), 'holds no pull request'],
    ['a pull request without a branch', pr('opened', { headRef: '' }), 'names no branch'],
    ['F-26 a deletion without a name', without(deletion('x'), 'payloadRef'), 'does not name the branch'],
    [
      'T-09 a deletion that does not name the default branch',
      without(deletion('x'), 'defaultBranch'),
      'which must be spared',
    ],
  ])('%s is an error', (_, event, message) => {
    expect(() => readIntent(event, { action: 'auto', target })).toThrow(UserError);
    expect(() => readIntent(event, { action: 'auto', target })).toThrow(message);
  });
});

describe('explicit actions', () => {
  test.each([
    ['create-deployment-preview', pr('labeled'), preview],
    [
      'deploy-deployment-preview',
      push('refs/heads/feature/x'),
      { ...without(preview, 'pullRequest'), head: 'sha-pushed' },
    ],
    [
      'create-deployment-preview',
      { ...run, name: 'workflow_dispatch', ref: 'refs/heads/feature/x' },
      {
        kind: 'ensure-preview',
        branch: preview.branch,
        head: 'sha-of-run',
        checkoutMustBeHead: false,
        dispatched: true,
      },
    ],
    [
      'create-deployment-preview',
      { ...run, name: 'create', ref: 'refs/heads/gh-readonly-queue/x' },
      { kind: 'skip', why: 'This is a branch of the merge queue: it gets no preview.' },
    ],
    [
      'create-deployment-preview',
      pr('opened', { headRef: 'main' }),
      { kind: 'skip', why: '`main` is the default branch: it gets no preview.' },
    ],
    ['delete-deployment-preview', deletion('feature/x'), removed('branch-deleted')],
    ['delete-deployment-preview', pr('closed'), removed('pull-request-closed')],
    ['deploy', push('refs/heads/release'), { ...deployed, branch: { name: 'release', ref: 'refs/heads/release' } }],
    [
      'deploy',
      push('refs/tags/v1'),
      { kind: 'deploy', target, head: 'sha-pushed', dispatched: false, planOnly: false },
    ],
    ['deploy', without(push('refs/heads/main'), 'payloadRef'), deployed],
    ['deploy', pr('opened'), { kind: 'deploy', target, head: 'sha-of-run', dispatched: false, planOnly: false }],
    ['deploy', { ...run, name: 'repository_dispatch' }, { ...deployed, head: 'sha-of-run', dispatched: true }],
  ] as const)('%s on its event', (action, event, expected) => {
    expect(readIntent(event, { action, target })).toEqual(expected);
  });

  test.each([
    ['deploy', push('refs/heads/main'), undefined, 'needs `deployment-name` or `deployment-id`'],
    ['create-deployment-preview', push('refs/tags/v1'), target, 'which is no branch'],
    ['create-deployment-preview', without(push('refs/tags/v1'), 'payloadRef'), target, 'which is no branch'],
    ['delete-deployment-preview', without(deletion('x'), 'payloadRef'), target, 'does not name the branch'],
    ['delete-deployment-preview', push('refs/heads/x'), target, 'cannot tell from a `push` event'],
  ] as const)('%s where it does not fit is an error', (action, event, aim, message) => {
    expect(() => readIntent(event, { action, ...(aim && { target: aim }) })).toThrow(message);
  });
});

describe('T-01: forks', () => {
  const heads: readonly (readonly [string, number | null])[] = [
    ['a fork', 8],
    ['a deleted fork', null],
  ];
  const matrix = heads.flatMap(([head, id]) =>
    actions.map((action): [string, number | null, Action] => [head, id, action]),
  );

  test.each(matrix)('s15 pull_request of %s (%s) under %s is skipped', (_, headRepositoryId, action) => {
    const intent = readIntent(pr('opened', { headRepositoryId }), { action, target });
    expect(intent).toEqual({
      kind: 'skip',
      why: 'The pull request comes from a fork: its runs get no secrets, so there is no preview for it.',
    });
  });

  test.each(matrix)('s15 pull_request_target of %s (%s) under %s is refused', (_, headRepositoryId, action) => {
    const event = { ...pr('opened', { headRepositoryId }), name: 'pull_request_target' };
    expect(() => readIntent(event, { action, target })).toThrow('A `pull_request_target` run for a fork is refused');
  });

  test('workflow_run of a fork is refused, of this repository it is not an event that asks for something', () => {
    expect(() => readIntent({ ...run, name: 'workflow_run', runHeadRepositoryId: 8 }, { action: 'auto' })).toThrow(
      'refused',
    );
    expect(() => readIntent({ ...run, name: 'workflow_run' }, { action: 'auto' })).toThrow('refused');
    expect(readIntent({ ...run, name: 'workflow_run', runHeadRepositoryId: 7 }, { action: 'auto' }).kind).toBe('skip');
  });
});

describe('T-02: a run without a token', () => {
  const intent = readIntent(pr('opened'), { action: 'auto' });
  test('s16 Dependabot is skipped with the reason', () => {
    expect(requireToken(intent, { ...run, actor: 'dependabot[bot]' }, false)).toMatchObject({
      kind: 'skip',
      why: expect.stringContaining('Dependabot secrets'),
    });
  });
  test('anybody else made a mistake', () => {
    expect(() => requireToken(intent, run, false)).toThrow('`astro-api-token` is empty and ASTRO_API_TOKEN is not set');
  });
  test('what is skipped anyway needs none', () => {
    const skipped = { kind: 'skip', why: 'x' } as const;
    expect(requireToken(skipped, run, false)).toBe(skipped);
    expect(requireToken(intent, run, true)).toBe(intent);
  });
});
