import { describe, expect, test } from '@jest/globals';
import { noConfig } from '../../src/core/config/config.ts';
import { readConfig } from '../../src/core/config/read.ts';
import { UserError } from '../../src/core/errors.ts';
import type { GitHubEvent, PullRequest, Target } from '../../src/core/event.ts';
import { readIntent } from '../../src/core/intent/event-table.ts';
import { asksForPullRequest } from '../../src/core/intent/by-hand.ts';
import { requireToken } from '../../src/core/intent/guards.ts';
import { actions, type Action, type RunRequest } from '../../src/core/intent/types.ts';

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
const auto: RunRequest = { action: 'auto', target, config: noConfig };
const bare: RunRequest = { action: 'auto', config: noConfig };

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
  ...(because !== 'branch-deleted' && { pullRequest: 42 }),
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
    ['opened', pr('opened'), preview],
    ['reopened', pr('reopened'), preview],
    ['synchronize', pr('synchronize'), preview],
    ['ready_for_review', pr('ready_for_review'), preview],
    ['edited', pr('edited'), preview],
    ['an unrelated label', pr('labeled', { labels: ['docs'] }), preview],
    ['assigned', pr('assigned'), preview],
    ['no action at all', without(pr('x'), 'action'), preview],
    ['an event about a closed pull request', pr('labeled', { closed: true }), removed('pull-request-closed')],
    ['closed, not merged', pr('closed'), removed('pull-request-closed')],
    [
      'closed and merged: GITHUB_REF is the base branch [T-09]',
      pr('closed', { merged: true }, { ref: 'refs/heads/main' }),
      {
        ...removed('pull-request-closed'),
        hint: 'The merge is deployed by a run for the `push` to `main`, or by a step with `action: deploy`',
      },
    ],
    [
      'merged into a branch that nothing deploys',
      pr('closed', { merged: true, baseRef: 'dev' }),
      {
        ...removed('pull-request-closed'),
        hint: 'To deploy the merge, use `action: deploy`, or name `dev` under `environments` in `.astro/branch-deploy.yaml`',
      },
    ],
    [
      'merged, of the default branch: there is no preview',
      pr('closed', { merged: true, headRef: 'main', baseRef: 'prod' }),
      { kind: 'skip', why: '`main` is the default branch: it has no preview to remove.' },
    ],
    [
      'pull_request_target of this repository',
      { ...pr('opened'), name: 'pull_request_target' },
      { ...preview, checkoutMustBeHead: true },
    ],
    ['push to the default branch', push('refs/heads/main'), deployed],
    [
      'a default branch of another name',
      push('refs/heads/trunk', { defaultBranch: 'trunk' }),
      { ...deployed, branch: { name: 'trunk', ref: 'refs/heads/trunk' } },
    ],
    ['a push whose payload names no ref', without(push('refs/heads/main'), 'payloadRef'), deployed],
    [
      'workflow_dispatch on the default branch',
      { ...run, name: 'workflow_dispatch' },
      { ...deployed, head: 'sha-of-run', dispatched: true },
    ],
    [
      'merge_group: plan only',
      { ...run, name: 'merge_group', ref: 'refs/heads/gh-readonly-queue/main/pr-1' },
      { kind: 'deploy', target, head: 'sha-of-run', dispatched: false, planOnly: true },
    ],
    ['delete of a branch: GITHUB_REF is the default branch [T-09]', deletion('feature/x'), removed('branch-deleted')],
    ['schedule', { ...run, name: 'schedule' }, { kind: 'sweep' }],
    ['delete of a look-alike of main [T-08]', deletion('main\u00a0'), removed('branch-deleted', 'main\u00a0')],
  ])('%s', (_, event, expected) => {
    expect(readIntent(event, auto)).toEqual(expected);
  });

  test.each([
    [
      'a pull request of the default branch',
      pr('opened', { headRef: 'main' }),
      '`main` is the default branch: it gets no preview.',
    ],
    ['push of a tag', push('refs/tags/v1'), 'A tag deploys nothing.'],
    [
      'push of the merge queue [F-31]',
      push('refs/heads/gh-readonly-queue/main/pr-1'),
      'This is a branch of the merge queue: it deploys nothing.',
    ],
    [
      'push of another branch',
      push('refs/heads/feature/x'),
      '`feature/x` is not the default branch, and no environment claims it: pull requests drive previews, so this push deploys nothing. To deploy it to the Deployment that the inputs name, use `action: deploy`, or name the branch under `environments` in `.astro/branch-deploy.yaml`.',
    ],
    [
      'dispatch on another branch',
      { ...run, name: 'workflow_dispatch', ref: 'refs/heads/feature/x' },
      '`feature/x` is not the default branch, and no environment claims it: pull requests drive previews, so this run deploys nothing. To deploy it to the Deployment that the inputs name, use `action: deploy`, or name the branch under `environments` in `.astro/branch-deploy.yaml`.',
    ],
    [
      'push that deletes a branch [F-22]',
      push('refs/heads/feature/x', { deleted: true }),
      'This push deleted the branch: its `delete` event does the work.',
    ],
    ['delete of a tag', deletion('v1', 'tag'), 'A tag was deleted: tags have no previews.'],
    [
      'delete of the default branch [T-09]',
      deletion('main'),
      '`main` is the default branch: it has no preview to remove.',
    ],
    [
      'delete of a queue branch [F-31]',
      deletion('gh-readonly-queue/main/pr-1'),
      'This was a branch of the merge queue: it has no preview.',
    ],
    ['create of a tag', { ...run, name: 'create', refType: 'tag' }, 'A tag was created: tags have no previews.'],
    [
      'create of a branch',
      { ...run, name: 'create', refType: 'branch' },
      'A branch was created: pull requests drive previews, so there is nothing to do.',
    ],
    ['release', { ...run, name: 'release' }, 'The event `release` asks for nothing here.'],
  ])('%s is skipped', (_, event, why) => {
    expect(readIntent(event, auto)).toEqual({ kind: 'skip', why });
  });

  test.each([
    [
      'push to the default branch',
      push('refs/heads/main'),
      'Neither `deployment-name`, `deployment-id` nor `environments` in `.astro/branch-deploy.yaml` says where the default branch is deployed to.',
    ],
    [
      'merge_group',
      { ...run, name: 'merge_group' },
      'A merge queue checks this commit: nothing is deployed before it is merged.',
    ],
  ])('%s without a target is skipped', (_, event, why) => {
    expect(readIntent(event, bare)).toEqual({ kind: 'skip', why });
  });

  test.each([
    ['a pull request event without one', without(pr('opened'), 'pullRequest'), 'holds no pull request'],
    ['a pull request without a branch', pr('opened', { headRef: '' }), 'names no branch'],
    ['a deletion without a name [F-26]', without(deletion('x'), 'payloadRef'), 'does not name the branch'],
    [
      'a deletion that does not name the default branch [T-09]',
      without(deletion('x'), 'defaultBranch'),
      'which must be spared',
    ],
  ])('%s is an error', (_, event, message) => {
    expect(() => readIntent(event, auto)).toThrow(UserError);
    expect(() => readIntent(event, auto)).toThrow(message);
  });
});

describe('the event table with a configuration file', () => {
  const environments =
    'environments:\n  main: { deployment: prod }\n  dev: { deployment: etl-dev }\n  release/**: { deployment-id: cm9 }\n  gh*/**: { deployment: x }\n';
  const config = (text: string): RunRequest => ({ action: 'auto', config: readConfig(text, 'c.yaml') });
  const environment = (name: string) => expect.objectContaining({ name });
  const to = (branch: string, aim: Target, more: object = {}) => ({
    ...deployed,
    target: aim,
    branch: { name: branch, ref: `refs/heads/${branch}` },
    ...more,
  });
  const pullRequests = config(environments);
  const branches = config(`${environments}preview: { on: branch, branches: ['**', '!wip/**'] }`);
  const labelled = config("preview: { label: preview, branches: ['**', '!wip/**'] }");
  const pushedPreview = {
    kind: 'ensure-preview',
    branch: preview.branch,
    head: 'sha-pushed',
    checkoutMustBeHead: false,
    dispatched: false,
  };
  const creation = (ref: string, refType = 'branch'): GitHubEvent => ({
    ...run,
    name: 'create',
    ref,
    payloadRef: ref.replace(/^refs\/[a-z]+\//, ''),
    refType,
  });
  const dispatch = (deployment?: string): GitHubEvent => ({
    ...run,
    name: 'repository_dispatch',
    dispatch: { ...(deployment !== undefined && { deployment }) },
  });
  const typed = (deployType: string): GitHubEvent => ({ ...dispatch(), dispatch: { deployType } });
  const fromOutside = (aim: Target, name?: string) => ({
    kind: 'deploy',
    target: aim,
    ...(name !== undefined && { environment: environment(name) }),
    head: 'sha-of-run',
    dispatched: true,
    planOnly: false,
  });

  test.each<[string, GitHubEvent, RunRequest, object]>([
    // Pushes.
    ['push to an environment', push('refs/heads/dev'), pullRequests, to('dev', { by: 'name', name: 'etl-dev' }, { environment: environment('dev') })],
    ['push to an environment by pattern', push('refs/heads/release/1'), branches, to('release/1', { by: 'id', id: 'cm9' }, { environment: environment('release/**') })],
    ['push to the default branch: the file goes before the inputs', push('refs/heads/main'), { ...pullRequests, target }, to('main', { by: 'name', name: 'prod' }, { environment: environment('main') })],
    ['push to the default branch that no environment claims', push('refs/heads/main'), { ...labelled, target }, deployed],
    ['workflow_dispatch is a push of the chosen ref', { ...run, name: 'workflow_dispatch', ref: 'refs/heads/dev' }, pullRequests, to('dev', { by: 'name', name: 'etl-dev' }, { environment: environment('dev'), head: 'sha-of-run', dispatched: true })],
    ['push of another branch, on: branch', push('refs/heads/feature/x'), branches, pushedPreview],
    ['workflow_dispatch on another branch, on: branch', { ...run, name: 'workflow_dispatch', ref: 'refs/heads/feature/x' }, branches, { ...pushedPreview, head: 'sha-of-run', dispatched: true }],
    ['create of a branch, on: branch', creation('refs/heads/feature/x'), branches, { ...pushedPreview, head: 'sha-of-run' }],
    // Pull requests.
    ['labeled with the label', pr('labeled', { labels: ['a', 'preview'] }), labelled, preview],
    // Labels that differ in case are the same to GitHub.
    ['synchronize under the label', pr('synchronize', { labels: ['Preview'] }), labelled, preview],
    ['unlabeled', pr('unlabeled'), labelled, removed('label-removed')],
    ['another label taken off, and the wanted one is not there', pr('unlabeled', { labels: ['docs'] }), labelled, removed('label-removed')],
    ['another label, and the wanted one is there', pr('unlabeled', { labels: ['preview'] }), labelled, preview],
    ['closed without the label', pr('closed'), labelled, removed('pull-request-closed')],
    ['closed, its branch left out', pr('closed', { headRef: 'wip/a' }), labelled, removed('pull-request-closed', 'wip/a')],
    ['opened, on: branch', pr('opened'), branches, { kind: 'report-preview', branch: preview.branch, pullRequest: 42 }],
    // The rest.
    ['delete, on: branch', deletion('feature/x'), branches, removed('branch-deleted')],
    ['schedule', { ...run, name: 'schedule' }, branches, { kind: 'sweep' }],
    ['merge_group plans for the environment of the default branch', { ...run, name: 'merge_group' }, pullRequests, { kind: 'deploy', target: { by: 'name', name: 'prod' }, environment: environment('main'), head: 'sha-of-run', dispatched: false, planOnly: true }],
    ['repository_dispatch names an environment', dispatch('release/**'), pullRequests, fromOutside({ by: 'id', id: 'cm9' }, 'release/**')],
    ['repository_dispatch names the Deployment of one', dispatch('etl-dev'), { ...pullRequests, target }, fromOutside({ by: 'name', name: 'etl-dev' }, 'dev')],
    ['repository_dispatch names another Deployment', dispatch('etl-lab'), pullRequests, fromOutside({ by: 'name', name: 'etl-lab' })],
    ['repository_dispatch: the inputs name one', dispatch(), { ...pullRequests, target }, fromOutside(target)],
    ['repository_dispatch: the inputs name one of an environment', dispatch(), { ...pullRequests, target: { by: 'id', id: 'cm9' } }, fromOutside({ by: 'id', id: 'cm9' }, 'release/**')],
    ['repository_dispatch: the default branch has one', dispatch(), pullRequests, fromOutside({ by: 'name', name: 'prod' }, 'main')],
    ['repository_dispatch says what to ship', typed('dags-only'), { ...bare, target }, { ...fromOutside(target), deployType: 'dags-only' }],
    // action: deploy.
    ['deploy on a claimed branch', push('refs/heads/dev'), { ...pullRequests, action: 'deploy' }, to('dev', { by: 'name', name: 'etl-dev' }, { environment: environment('dev') })],
    ['deploy: the inputs go before the file, without its options', push('refs/heads/dev'), { ...pullRequests, action: 'deploy', target }, to('dev', target)],
    ['deploy to the environment’s own Deployment by name', push('refs/heads/dev'), { ...pullRequests, action: 'deploy', target: { by: 'name', name: 'etl-dev' } }, to('dev', { by: 'name', name: 'etl-dev' }, { environment: environment('dev') })],
    ['deploy to the environment’s own Deployment by id', push('refs/heads/release/1'), { ...pullRequests, action: 'deploy', target: { by: 'id', id: 'cm9' } }, to('release/1', { by: 'id', id: 'cm9' }, { environment: environment('release/**') })],
    ['deploy to another Deployment by id', push('refs/heads/release/1'), { ...pullRequests, action: 'deploy', target: { by: 'id', id: 'cm8' } }, to('release/1', { by: 'id', id: 'cm8' })],
  ])('%s', (_, event, wish, expected) => {
    expect(readIntent(event, wish)).toEqual(expected);
  }); // prettier-ignore

  const leftOut = '`preview.branches` leaves `wip/a` out, so it gets no preview.';
  test.each<[string, GitHubEvent, RunRequest, string]>([
    ['pull request of an environment’s branch', pr('opened', { headRef: 'dev' }), pullRequests, '`dev` has a long-lived Deployment (`environments`), so it gets no preview.'],
    ['pull request of a branch that is left out', pr('opened', { headRef: 'wip/a' }), labelled, leftOut],
    ['pull request without the label', pr('opened', { labels: ['previews'] }), labelled, 'The pull request does not carry the label `preview` (`preview.label`), so it gets no preview.'],
    ['edited without the label', pr('edited'), labelled, 'The pull request does not carry the label `preview` (`preview.label`), so it gets no preview.'],
    ['closed, on: branch', pr('closed'), branches, 'Deletions of branches remove previews (`preview.on: branch`), so a closed pull request changes nothing.'],
    ['push of a branch that is left out', push('refs/heads/wip/a'), branches, leftOut],
    ['push of another branch, on: pull_request', push('refs/heads/feature/x'), pullRequests, '`feature/x` is not the default branch, and no environment claims it: pull requests drive previews, so this push deploys nothing.'],
    ['push that deletes an environment’s branch', push('refs/heads/dev', { deleted: true }), pullRequests, 'This push deleted the branch: its `delete` event does the work.'],
    ['push of a tag called as an environment', push('refs/tags/main'), pullRequests, 'A tag deploys nothing.'],
    ['push of the merge queue, whatever claims it [F-31]', push('refs/heads/gh-readonly-queue/main/pr-1'), branches, 'This is a branch of the merge queue: it deploys nothing.'],
    ['create of an environment’s branch: its push does it', creation('refs/heads/dev'), branches, 'The push of this branch deploys it.'],
    ['create of a branch, on: pull_request', creation('refs/heads/feature/x'), pullRequests, 'A branch was created: pull requests drive previews, so there is nothing to do.'],
    ['create of a tag, on: branch', creation('refs/tags/v1', 'tag'), branches, 'A tag was created: tags have no previews.'],
    ['delete of a tag, on: branch', deletion('v1', 'tag'), branches, 'A tag was deleted: tags have no previews.'],
    ['merge_group without an environment', without({ ...run, name: 'merge_group' }, 'defaultBranch'), branches, 'A merge queue checks this commit: nothing is deployed before it is merged.'],
  ])('%s is skipped', (_, event, wish, why) => {
    expect(readIntent(event, wish)).toEqual({ kind: 'skip', why });
  }); // prettier-ignore

  test.each<[string, GitHubEvent, RunRequest, string]>([
    ['deploy on a branch that nothing claims', push('refs/heads/feature/x'), { ...pullRequests, action: 'deploy' }, 'or an entry for this branch under `environments` in `.astro/branch-deploy.yaml`: the Deployment to deploy to.'],
    ['deploy for a tag called as an environment', creation('refs/tags/dev', 'tag'), { ...pullRequests, action: 'deploy' }, '`action: deploy` needs'],
    ['repository_dispatch that names nothing', without(dispatch(), 'defaultBranch'), pullRequests, 'names no Deployment to deploy to'],
    ['repository_dispatch with a strange deploy type', typed('dag'), { ...bare, target }, '`deploy-type` in the `client_payload` of this dispatch: `dag` is not one of infer, dags-only, image-and-dags, image-only'],
    ['label taken off without a default branch', without(pr('unlabeled'), 'defaultBranch'), labelled, 'which must be spared'],
  ])('%s is an error', (_, event, wish, message) => {
    expect(() => readIntent(event, wish)).toThrow(UserError);
    expect(() => readIntent(event, wish)).toThrow(message);
  }); // prettier-ignore
});

describe('runs by hand', () => {
  const byHand = (ref: string, event: Partial<GitHubEvent> = {}): GitHubEvent => ({
    ...run,
    name: 'workflow_dispatch',
    ref,
    ...event,
  });
  const claimed = readConfig('environments: { dev: { deployment: d } }\n', 'c.yaml');
  const branches = readConfig('preview: { on: branch }\n', 'c.yaml');
  test.each<[string, GitHubEvent, RunRequest, string | undefined]>([
    ['a plain one', byHand('refs/heads/feature/x'), auto, 'feature/x'],
    ['of a preview action', byHand('refs/heads/feature/x'), { ...auto, action: 'deploy-deployment-preview' }, 'feature/x'],
    ['the same', byHand('refs/heads/feature/x'), { ...auto, action: 'create-deployment-preview' }, 'feature/x'],
    ['of a removal', byHand('refs/heads/feature/x'), { ...auto, action: 'delete-deployment-preview' }, undefined],
    ['of the default branch', byHand('refs/heads/main'), auto, undefined],
    ['of a tag', byHand('refs/tags/v1'), auto, undefined],
    ['of the merge queue', byHand('refs/heads/gh-readonly-queue/x'), auto, undefined],
    ['of an environment', byHand('refs/heads/dev'), { ...auto, config: claimed }, undefined],
    ['where branches drive previews', byHand('refs/heads/feature/x'), { ...auto, config: branches }, undefined],
    ['a push', push('refs/heads/feature/x'), auto, undefined],
  ])('whether the open pull request matters to it: %s', (_, event, wish, expected) => {
    expect(asksForPullRequest(event, wish)).toBe(expected);
  }); // prettier-ignore

  test('with an open pull request it is for that one’s preview', () => {
    const event = byHand('refs/heads/feature/x', { pullRequest: { ...pull, headSha: 'sha-of-run' } });
    const expected = { ...preview, head: 'sha-of-run', dispatched: true };
    expect(readIntent(event, auto)).toEqual(expected);
    expect(readIntent(event, { ...auto, action: 'deploy-deployment-preview' })).toEqual(expected);
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
      { ...run, name: 'create', ref: 'refs/tags/v1', refType: 'tag' },
      { kind: 'skip', why: 'A tag was created: tags have no previews.' },
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
    [
      'delete-deployment-preview',
      { ...run, name: 'workflow_dispatch', ref: 'refs/heads/feature/x' },
      without(removed('requested'), 'pullRequest'),
    ],
    [
      'create-deployment-preview',
      pr('closed'),
      { kind: 'skip', why: 'Pull request 42 is closed, so it gets no preview.' },
    ],
    ['deploy', pr('closed'), { kind: 'skip', why: 'Pull request 42 was closed without a merge: nothing is deployed.' }],
    [
      'deploy',
      pr('closed', { merged: true }),
      { kind: 'deploy', target, head: 'sha-of-run', dispatched: false, planOnly: false },
    ],
    [
      'deploy',
      { ...run, name: 'workflow_run', runHeadRepositoryId: 7, runConclusion: 'failure' },
      {
        kind: 'skip',
        why: 'The workflow run that started this one ended with `failure`: nothing is deployed. Only a successful run is followed by a deploy.',
      },
    ],
    [
      'deploy',
      { ...run, name: 'workflow_run', runHeadRepositoryId: 7, runConclusion: 'success' },
      { ...deployed, head: 'sha-of-run' },
    ],
    ['deploy', { ...run, name: 'schedule' }, { ...deployed, head: 'sha-of-run', dispatched: true }],
    ['deploy', push('refs/heads/release'), { ...deployed, branch: { name: 'release', ref: 'refs/heads/release' } }],
    [
      'deploy',
      push('refs/tags/v1'),
      { kind: 'deploy', target, head: 'sha-pushed', dispatched: false, planOnly: false },
    ],
    ['deploy', without(push('refs/heads/main'), 'payloadRef'), deployed],
    ['deploy', pr('opened'), { kind: 'deploy', target, head: 'sha-of-run', dispatched: false, planOnly: false }],
    [
      'deploy',
      { ...run, name: 'repository_dispatch' },
      { kind: 'deploy', target, head: 'sha-of-run', dispatched: true, planOnly: false },
    ],
    ['sweep', { ...run, name: 'workflow_dispatch' }, { kind: 'sweep' }],
    ['promote', { ...run, name: 'workflow_dispatch' }, { kind: 'promote', target }],
    ['migrate', { ...run, name: 'workflow_dispatch' }, { kind: 'migrate', target }],
    ['export-template', push('refs/heads/x'), { kind: 'export-template', target }],
  ] as const)('%s on its event', (action, event, expected) => {
    expect(readIntent(event, { action, target, config: noConfig })).toEqual(expected);
  });

  test.each([
    ['deploy', push('refs/heads/main'), undefined, 'needs `deployment-name` or `deployment-id`'],
    [
      'promote',
      run,
      undefined,
      '`action: promote` needs `deployment-name` or `deployment-id`: the Deployment to take from.',
    ],
    ['migrate', run, undefined, '`action: migrate` needs `deployment-name` or `deployment-id`'],
    ['export-template', run, undefined, '`action: export-template` needs `deployment-name` or `deployment-id`'],
    [
      'deploy',
      { ...run, name: 'repository_dispatch' },
      undefined,
      'This `repository_dispatch` names no Deployment to deploy to: give `deployment` in its `client_payload`, or `deployment-name` in the step.',
    ],
    ['create-deployment-preview', push('refs/tags/v1'), target, 'which is no branch'],
    ['create-deployment-preview', without(push('refs/tags/v1'), 'payloadRef'), target, 'which is no branch'],
    ['delete-deployment-preview', without(deletion('x'), 'payloadRef'), target, 'does not name the branch'],
    [
      'delete-deployment-preview',
      { ...run, name: 'workflow_dispatch', ref: 'refs/tags/v1' },
      target,
      'which is no branch',
    ],
    ['delete-deployment-preview', push('refs/heads/x'), target, 'cannot tell from a `push` event'],
  ] as const)('%s where it does not fit is an error', (action, event, aim, message) => {
    expect(() => readIntent(event, { action, config: noConfig, ...(aim && { target: aim }) })).toThrow(message);
  });
});

describe('forks [T-01]', () => {
  const heads: readonly (readonly [string, number | null])[] = [
    ['a fork', 8],
    ['a deleted fork', null],
  ];
  const matrix = heads.flatMap(([head, id]) =>
    actions.map((action): [string, number | null, Action] => [head, id, action]),
  );

  test.each(matrix)('pull_request of %s (%s) under %s is skipped', (_, headRepositoryId, action) => {
    const intent = readIntent(pr('opened', { headRepositoryId }), { action, target, config: noConfig });
    expect(intent).toEqual({
      kind: 'skip',
      why: 'The pull request comes from a fork: its runs get no secrets, so there is no preview for it.',
    });
  });

  test.each(matrix)('pull_request_target of %s (%s) under %s is refused', (_, headRepositoryId, action) => {
    const event = { ...pr('opened', { headRepositoryId }), name: 'pull_request_target' };
    expect(() => readIntent(event, { action, target, config: noConfig })).toThrow(
      'A `pull_request_target` run for a fork is refused',
    );
  });

  test('workflow_run of a fork is refused, of this repository it is not an event that asks for something', () => {
    expect(() => readIntent({ ...run, name: 'workflow_run', runHeadRepositoryId: 8 }, bare)).toThrow('refused');
    expect(() => readIntent({ ...run, name: 'workflow_run' }, bare)).toThrow('refused');
    expect(readIntent({ ...run, name: 'workflow_run', runHeadRepositoryId: 7 }, bare).kind).toBe('skip');
  });
});

describe('a run without a token [T-02]', () => {
  const intent = readIntent(pr('opened'), bare);
  test('Dependabot is skipped with the reason', () => {
    expect(requireToken(intent, { ...run, actor: 'dependabot[bot]' }, 'missing')).toMatchObject({
      kind: 'skip',
      why: expect.stringContaining('Dependabot secrets'),
    });
  });
  test('anybody else made a mistake', () => {
    expect(() => requireToken(intent, run, 'missing')).toThrow(
      '`astro-api-token` is empty and ASTRO_API_TOKEN is not set',
    );
  });
  test('a Deployment API key is no token any more', () => {
    expect(() => requireToken(intent, run, 'key')).toThrow('Deployment API keys no longer work');
  });
  test('what is skipped anyway needs none', () => {
    const skipped = { kind: 'skip', why: 'x' } as const;
    expect(requireToken(skipped, run, 'missing')).toBe(skipped);
    expect(requireToken(intent, run, 'given')).toBe(intent);
  });
});
