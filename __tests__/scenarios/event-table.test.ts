import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  creation,
  deletion,
  mergeGroup,
  pullRequest,
  push,
  repositoryDispatch,
  schedule,
  workflowDispatch,
} from '../../sandbox/events.ts';
import { githubViolations } from '../parts/github-contract.ts';
import { startWorld, type Told, type World } from './world.ts';

const branch = 'feature/login';
const file = '.astro/branch-deploy.yaml';
let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(async () => {
  await world.end();
  expect(world.astro.violations).toEqual([]);
  expect(githubViolations(world.github.requests)).toEqual([]);
});

/** A workflow whose configuration file says everything. */
const bare = { template: '', 'deployment-name': '' };
const nowhere = { workspace: '/' };
const commitOn = (name: string, files: Readonly<Record<string, string>>): string => {
  world.project.git('checkout', '--quiet', '-B', name);
  return world.commit(`Work on ${name}`, files);
};
/** The configuration file is on `main`, also as GitHub shows it, and on every branch that is made from it. */
const configure = (config: string): string => {
  const text = `version: 1\n${config}`;
  world.github.files.set('main', new Map([[file, text]]));
  return world.commit('Configure', { [file]: text });
};
const names = (): string[] => world.astro.deployments().map(({ name }) => name);
const idOf = (name: string): string => world.astro.deployments().find((one) => one.name === name)?.id ?? '';
const writes = (result: Told): string[] =>
  result.requests.filter((request) => !request.includes(' GET ') && !request.includes('/graphql'));
const outputsOf = (result: Told): Readonly<Record<string, string | undefined>> => ({
  code: String(result.code),
  result: result.outputs['result'],
  type: result.outputs['deploy-type'],
  to: result.outputs['deployment-name'],
});

describe('environments by branch', () => {
  const environments = `environments:
  main: { deployment: etl-prod }
  dev: { deployment: etl-dev, wake-on-deploy: true }
  release/hotfix-*: { deployment: etl-prod, deploy-type: dags-only }
  release/**: { deployment: etl-staging, deploy-type: image-and-dags }
preview: { template: .astro/preview.yaml }
`;
  beforeEach(() => {
    for (const name of ['etl-prod', 'etl-staging']) world.astro.addDeployment({ name });
    configure(environments);
  });

  test('each branch goes to its own Deployment, and the first pattern that matches wins', async () => {
    const seen: string[] = [];
    for (const name of ['main', 'release/2.0', 'release/2.1/rc', 'release/hotfix-1']) {
      const sha = commitOn(name, { 'dags/a.py': `a = "${name}"\n` });
      const { to, type } = outputsOf(await world.step(push(name, sha), bare));
      seen.push(`${name} -> ${to ?? ''}: ${type ?? ''}`);
    }
    expect(seen).toEqual([
      'main -> etl-prod: image-and-dags',
      'release/2.0 -> etl-staging: image-and-dags',
      // Only a DAG changed: the type is the environment's own.
      'release/2.1/rc -> etl-staging: image-and-dags',
      'release/hotfix-1 -> etl-prod: dags-only',
    ]);
    expect(names()).toEqual(['etl-prod', 'etl-staging']);
  });

  test('an environment’s options are its own: dev is woken, and without it production would not be', async () => {
    const asleep = { status: 'HIBERNATING', isDevelopmentMode: true } as const;
    const dev = world.astro.addDeployment({ name: 'etl-dev', ...asleep });
    world.astro.change(idOf('etl-prod'), asleep);
    const woken = await world.step(push('dev', commitOn('dev', { 'dags/a.py': 'a = 1\n' })), bare);
    expect(outputsOf(woken)).toMatchObject({ code: '0', result: 'deployed', to: 'etl-dev' });
    expect(world.astro.deployments().find(({ id }) => id === dev.id)?.status).toBe('HIBERNATING');
    const refused = await world.step(push('main', commitOn('main', { 'dags/a.py': 'a = 2\n' })), bare);
    expect(refused).toMatchObject({ code: 1, annotations: [expect.stringContaining('`wake-on-deploy: true`')] });
  });

  test('a branch that no environment claims is left to its pull request, and a claimed one has no preview', async () => {
    const sha = commitOn('dev', { 'dags/a.py': 'a = 1\n' });
    expect(await world.step(pullRequest('opened', 'dev', sha), bare)).toMatchObject({
      code: 0,
      outputs: { result: 'skipped', reason: expect.stringContaining('`dev` has a long-lived Deployment') },
      requests: [],
    });
    expect(await world.step(push(branch, commitOn(branch, {})), bare)).toMatchObject({
      code: 0,
      outputs: { result: 'skipped', reason: expect.stringContaining('no environment claims it') },
      requests: [],
    });
    expect(await world.step(creation('release/3', sha), bare)).toMatchObject({ outputs: { result: 'skipped' } });
  });

  test('workflow_dispatch is a push of the chosen ref; with `action: sweep` it sweeps', async () => {
    const sha = commitOn('release/2.0', { 'dags/a.py': 'a = 1\n' });
    const deployed = await world.step(workflowDispatch('release/2.0', sha), bare);
    expect(outputsOf(deployed)).toMatchObject({ code: '0', to: 'etl-staging', type: 'image-and-dags' });
    // Somebody wants it: the environment's explicit type deploys although nothing changed.
    expect(outputsOf(await world.step(workflowDispatch('release/2.0', sha), bare))).toMatchObject({
      result: 'deployed',
    });
    const swept = await world.step(workflowDispatch('release/2.0', sha), { ...bare, action: 'sweep' });
    expect(outputsOf(swept)).toMatchObject({ code: '0', result: 'swept' });
    expect(writes(swept)).toEqual([]);
  });

  test('merge_group: the plan for production, and nothing else', async () => {
    const sha = commitOn('gh-readonly-queue/main/pr-42', { 'dags/a.py': 'a = 1\n' });
    const result = await world.step(mergeGroup(sha), { ...bare, comment: 'true', 'github-deployments': 'true' });
    expect(outputsOf(result)).toMatchObject({ code: '0', result: 'planned', type: 'none', to: 'etl-prod' });
    expect(JSON.parse(result.outputs['plan'] ?? '')).toEqual([
      {
        sign: '+',
        step: 'deploy image-and-dags',
        ships: 'image-and-dags',
        deployment: 'etl-prod',
        why: expect.any(String),
      },
    ]);
    expect(writes(result)).toEqual([]);
    expect(world.docker.calls()).toEqual([]);
  });

  test('a tag deploys nothing, even where a pattern would take its name', async () => {
    const sha = commitOn('main', {});
    for (const event of [
      push('', sha, { ref: 'refs/tags/release/2.0' }),
      creation('release/2.0', sha, 'tag'),
      deletion('release/2.0', 'tag', sha),
    ])
      expect(await world.step(event, bare)).toMatchObject({ code: 0, outputs: { result: 'skipped' }, requests: [] });
  });
});

describe('repository_dispatch: code from elsewhere asks for a deploy', () => {
  const environments = `environments:
  main: { deployment: etl-prod }
  dev: { deployment: etl-dev, deploy-type: image-and-dags }
`;
  let sha: string;
  beforeEach(() => {
    for (const name of ['etl-prod', 'etl-dev', 'etl-lab']) world.astro.addDeployment({ name });
    sha = configure(environments);
  });

  test.each<[string, object, string, string]>([
    ['nothing named: where the default branch goes', {}, 'etl-prod', 'image-and-dags'],
    ['an environment', { deployment: 'dev' }, 'etl-dev', 'image-and-dags'],
    ['its Deployment', { deployment: 'etl-dev' }, 'etl-dev', 'image-and-dags'],
    ['another Deployment', { deployment: 'etl-lab' }, 'etl-lab', 'image-and-dags'],
    ['a type, over the environment’s', { deployment: 'dev', 'deploy-type': 'dags-only' }, 'etl-dev', 'dags-only'],
  ])('%s', async (_, payload, to, type) => {
    const result = await world.step(repositoryDispatch(payload, sha), bare);
    expect(outputsOf(result)).toEqual({ code: '0', result: 'deployed', type, to });
    const others = world.astro.deployments().filter(({ name }) => name !== to);
    expect(others.flatMap(({ id }) => world.astro.deploys(id))).toEqual([]);
    // Asked for again, an explicit type deploys again.
    const again = await world.step(repositoryDispatch({ ...payload, 'deploy-type': 'dags-only' }, sha), bare);
    expect(outputsOf(again)).toEqual({ code: '0', result: 'deployed', type: 'dags-only', to });
  });

  test.each<[string, object, string]>([
    ['an unknown type', { 'deploy-type': 'everything' }, '`everything` is not one of infer, dags-only'],
    ['an unknown Deployment', { deployment: 'etl-moon' }, 'etl-moon'],
  ])('%s is an error that says so, and nothing is written', async (_, payload, what) => {
    const result = await world.step(repositoryDispatch(payload, sha), bare);
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed' } });
    expect(result.annotations).toEqual([expect.stringContaining(what)]);
    expect(writes(result)).toEqual([]);
  });

  test('without a checkout the environments are those of the default branch', async () => {
    const result = await world.step(repositoryDispatch({ deployment: 'dev' }, sha), bare, nowhere);
    expect(result.requests[result.requests.length - 1]).toMatch(/^GitHub GET .*\/contents\//);
    expect(result.annotations.join()).not.toContain('names no Deployment');
  });
});

describe('`preview.on: branch`: pushes drive previews', () => {
  const config = `environments:
  main: { deployment: etl-prod }
preview: { template: .astro/preview.yaml, on: branch, branches: ['**', '!dependabot/**'] }
`;
  const loud = { ...bare, comment: 'true' };
  let sha: string;
  beforeEach(() => {
    world.astro.addDeployment({ name: 'etl-prod' });
    configure(config);
    sha = commitOn(branch, { 'dags/login.py': 'x = 1\n' });
  });

  test('the life of a branch: push, pull request, push, closed, deleted', async () => {
    const first = await world.step(push(branch, sha), bare);
    expect(outputsOf(first)).toMatchObject({ code: '0', result: 'created', type: 'image-and-dags' });
    const name = first.outputs['deployment-name'] ?? '';

    world.github.pullRequests.push({ number: 42, branch, commit: sha, state: 'open' });
    const opened = await world.step(pullRequest('opened', branch, sha), loud);
    expect(outputsOf(opened)).toEqual({ code: '0', result: 'nothing', type: 'none', to: name });
    expect(writes(opened)).toEqual(['GitHub POST /repos/acme/etl/issues/42/comments 201']);
    expect(world.github.comments).toMatchObject([{ pullRequest: 42, body: expect.stringContaining(': live') }]);

    const second = commitOn(branch, { 'dags/login.py': 'x = 2\n' });
    expect(outputsOf(await world.step(push(branch, second), bare))).toMatchObject({ type: 'dags-only', to: name });
    for (const action of ['synchronize', 'reopened', 'edited', 'labeled'])
      expect(writes(await world.step(pullRequest(action, branch, second), loud))).toEqual([]);

    const closed = await world.step(pullRequest('closed', branch, second, { merged: true }), loud, nowhere);
    expect(closed).toMatchObject({ code: 0, outputs: { result: 'skipped' } });
    expect(writes(closed)).toEqual([]);
    expect(names()).toEqual(['etl-prod', name]);

    world.github.branches.delete(branch);
    const deleted = await world.step(deletion(branch), bare, nowhere);
    expect(outputsOf(deleted)).toMatchObject({ code: '0', result: 'deleted', to: name });
    expect(names()).toEqual(['etl-prod']);
  });

  test('a pull request is told without a checkout, too', async () => {
    const { outputs } = await world.step(push(branch, sha), bare);
    world.github.pullRequests.push({ number: 42, branch, commit: sha, state: 'open' });
    const told = await world.step(pullRequest('synchronize', branch, sha), loud, nowhere);
    expect(told).toMatchObject({ code: 0, outputs: { 'deployment-id': outputs['deployment-id'] } });
    expect(world.github.comments).toHaveLength(1);
  });

  test('`create` comes with the push of the branch: whoever is first makes the preview, the other finds it', async () => {
    expect(outputsOf(await world.step(creation(branch, sha), bare))).toMatchObject({ result: 'created' });
    expect(outputsOf(await world.step(push(branch, sha), bare))).toMatchObject({ code: '0', result: 'nothing' });
    expect(names()).toHaveLength(2);
    expect(await world.step(creation('v1', sha, 'tag'), bare)).toMatchObject({
      outputs: { result: 'skipped' },
      requests: [],
    });
  });

  test('workflow_dispatch of the branch makes its preview', async () => {
    expect(outputsOf(await world.step(workflowDispatch(branch, sha), bare))).toMatchObject({ result: 'created' });
    expect(await world.step(workflowDispatch('refs/tags/v1', sha), bare)).toMatchObject({
      outputs: { result: 'skipped' },
      requests: [],
    });
  });

  test('`branches` leaves out what it excludes, pushes and pull requests alike', async () => {
    const bot = commitOn('dependabot/pip/dbt-1.9', { 'requirements.txt': 'dbt-core==1.9\n' });
    for (const event of [
      push('dependabot/pip/dbt-1.9', bot),
      creation('dependabot/pip/dbt-1.9', bot),
      pullRequest('opened', 'dependabot/pip/dbt-1.9', bot),
    ])
      expect(await world.step(event, loud)).toMatchObject({
        code: 0,
        outputs: { result: 'skipped', reason: expect.stringContaining('`preview.branches` leaves') },
        requests: [],
      });
  });

  test('a branch with a long-lived Deployment is no preview to tell a pull request of', async () => {
    const main = pullRequest('opened', 'main', sha);
    expect(await world.step(main, loud)).toMatchObject({ code: 0, outputs: { result: 'skipped' }, requests: [] });
  });

  test('a sweep keeps the preview of a branch without a pull request, and removes that of a branch that is gone', async () => {
    await world.step(push(branch, sha), bare);
    const preview = world.astro.deployments()[1]?.id ?? '';
    const twoHoursAgo = new Date(Date.now() - 2 * 3_600_000).toISOString();
    world.astro.change(preview, { createdAt: twoHoursAgo });
    const kept = await world.step(schedule(sha), bare, nowhere);
    expect(kept).toMatchObject({ code: 0, outputs: { result: 'swept', deleted: '[]' } });
    world.github.branches.delete(branch);
    const swept = await world.step(schedule(sha), bare, nowhere);
    expect(swept).toMatchObject({ code: 0, outputs: { result: 'swept', deleted: JSON.stringify([preview]) } });
    expect(names()).toEqual(['etl-prod']);
  });
});

describe('`preview.label`: only pull requests that carry it', () => {
  const config = `preview: { template: .astro/preview.yaml, label: preview }\n`;
  let sha: string;
  beforeEach(() => {
    configure(config);
    sha = commitOn(branch, { 'dags/login.py': 'x = 1\n' });
  });

  test('opened without it: nothing; labeled: a preview; another label: brought up to date; unlabeled: gone', async () => {
    const without = await world.step(pullRequest('opened', branch, sha, { labels: ['docs'] }), bare);
    expect(without).toMatchObject({
      code: 0,
      outputs: { result: 'skipped', reason: expect.stringContaining('does not carry the label `preview`') },
      requests: [],
    });
    const labels = ['docs', 'preview'];
    const labeled = await world.step(pullRequest('labeled', branch, sha, { labels, label: 'preview' }), bare);
    expect(outputsOf(labeled)).toMatchObject({ code: '0', result: 'created' });
    for (const [action, label] of [
      ['labeled', 'docs'],
      ['unlabeled', 'bug'],
    ] as const)
      expect(await world.step(pullRequest(action, branch, sha, { labels, label }), bare)).toMatchObject({
        outputs: { result: 'nothing' },
      });
    expect(outputsOf(await world.step(pullRequest('synchronize', branch, sha, { labels }), bare))).toMatchObject({
      result: 'nothing',
      to: labeled.outputs['deployment-name'],
    });

    // GitHub lists the pull request as open still: it is the label that went.
    world.github.pullRequests.push({ number: 42, branch, commit: sha, state: 'open' });
    const removed = await world.step(pullRequest('unlabeled', branch, sha, { label: 'preview' }), bare);
    expect(outputsOf(removed)).toMatchObject({ code: '0', result: 'deleted' });
    expect(names()).toEqual([]);
  });

  test('unlabeled and closed remove it without a checkout, too', async () => {
    for (const event of [
      pullRequest('unlabeled', branch, sha, { label: 'preview' }),
      pullRequest('closed', branch, sha),
    ]) {
      await world.step(pullRequest('opened', branch, sha, { labels: ['preview'] }), bare);
      expect(names()).toHaveLength(1);
      expect(outputsOf(await world.step(event, bare, nowhere))).toMatchObject({ code: '0', result: 'deleted' });
      expect(names()).toEqual([]);
    }
  });

  test('another open pull request of the branch keeps the preview', async () => {
    await world.step(pullRequest('opened', branch, sha, { labels: ['preview'] }), bare);
    world.github.pullRequests.push(
      { number: 42, branch, commit: sha, state: 'open' },
      { number: 43, branch, commit: sha, state: 'open', labels: ['preview'] },
    );
    const result = await world.step(pullRequest('unlabeled', branch, sha, { label: 'preview' }), bare);
    expect(outputsOf(result)).toMatchObject({ code: '0', result: 'skipped' });
    expect(names()).toHaveLength(1);
  });
});

describe('pull requests drive previews', () => {
  let sha: string;
  beforeEach(() => {
    sha = commitOn(branch, { 'dags/login.py': 'x = 1\n' });
  });

  test('a draft that is made ready gets its preview; one that has it keeps it', async () => {
    const ready = await world.step(pullRequest('ready_for_review', branch, sha));
    expect(outputsOf(ready)).toMatchObject({ code: '0', result: 'created' });
    expect(outputsOf(await world.step(pullRequest('ready_for_review', branch, sha)))).toMatchObject({
      result: 'nothing',
      to: ready.outputs['deployment-name'],
    });
  });

  test('a label or an edited title that replaced a waiting push in its concurrency group deploys that push', async () => {
    await world.step(pullRequest('opened', branch, sha));
    for (const [action, text] of [
      ['labeled', 'x = 2\n'],
      ['edited', 'x = 3\n'],
      ['converted_to_draft', 'x = 4\n'],
    ] as const) {
      const pushed = commitOn(branch, { 'dags/login.py': text });
      expect(outputsOf(await world.step(pullRequest(action, branch, pushed, { label: 'docs' })))).toMatchObject({
        result: 'deployed',
        type: 'dags-only',
      });
    }
  });

  test('any event of a closed pull request removes its preview, and none makes one', async () => {
    await world.step(pullRequest('opened', branch, sha));
    const event = pullRequest('labeled', branch, sha, { label: 'docs' });
    (event.payload as { pull_request: { state: string } }).pull_request.state = 'closed';
    expect(outputsOf(await world.step(event))).toMatchObject({ code: '0', result: 'deleted' });
    expect(outputsOf(await world.step(event))).toMatchObject({ code: '0', result: 'nothing' });
  });

  test('a pull request that was closed before its run began, or merged before a re-run, gets no preview', async () => {
    world.github.pullRequests.push({ number: 42, branch, commit: sha, state: 'closed' });
    const result = await world.step(pullRequest('opened', branch, sha));
    expect(outputsOf(result)).toMatchObject({ code: '0', result: 'skipped' });
    expect(result.outputs['reason']).toBe('pull request 42 is closed, so no preview is created for it');
    expect(writes(result)).toEqual([]);
    // Another open pull request of the same branch does.
    world.github.pullRequests.push({ number: 43, branch, commit: sha, state: 'open' });
    expect(outputsOf(await world.step(pullRequest('synchronize', branch, sha)))).toMatchObject({ result: 'created' });
  });

  test('a pull request that is closed while its run works takes the preview with it', async () => {
    world.github.pullRequests.push({ number: 42, branch, commit: sha, state: 'open' });
    world.astro.onRequest = ({ operation }) => {
      if (operation === 'finalizeDeploy') for (const pull of world.github.pullRequests) pull.state = 'closed';
    };
    const result = await world.step(pullRequest('opened', branch, sha));
    expect(outputsOf(result)).toMatchObject({ code: '0', result: 'deleted' });
    expect(result.log).toContain('Pull request 42 was closed during this run: its preview is removed.');
    expect(names()).toEqual([]);
  });

  test('closing removes the preview although the branch has a broken configuration file', async () => {
    await world.step(pullRequest('opened', branch, sha));
    commitOn(branch, { '.astro/branch-deploy.yaml': 'preview: [\n' });
    const result = await world.step(pullRequest('closed', branch, sha));
    expect(outputsOf(result)).toMatchObject({ code: '0', result: 'deleted' });
    expect(result.annotations.join('\n')).toContain("The default branch's file decides what is removed.");
    expect(names()).toEqual([]);
  });

  test('with a broken file on the default branch too, the mark alone decides', async () => {
    await world.step(pullRequest('opened', branch, sha));
    commitOn(branch, { '.astro/branch-deploy.yaml': 'preview: [\n' });
    world.github.files.set('main', new Map([['.astro/branch-deploy.yaml', 'preview: [\n']]));
    const result = await world.step(pullRequest('closed', branch, sha), { 'root-folder': 'etl' });
    expect(outputsOf(result)).toMatchObject({ code: '0', result: 'deleted' });
    expect(result.annotations.join('\n')).toContain('every preview with this branch');
  });

  test('a dispatch of `action: delete-deployment-preview` removes the preview of its branch', async () => {
    await world.step(pullRequest('opened', branch, sha));
    const result = await world.step(workflowDispatch(branch, sha), { action: 'delete-deployment-preview' });
    expect(outputsOf(result)).toMatchObject({ code: '0', result: 'deleted' });
    expect(result.outputs['reason']).toContain(`its removal was requested for the branch ${branch}`);
  });

  test('a merge without a preview says how it would be deployed', async () => {
    const merged = pullRequest('closed', branch, sha, { merged: true });
    expect((await world.step(merged)).outputs['reason']).toContain('or by a step with `action: deploy`');
  });
});

describe('runs that meet [R-09, R-12, R-13]', () => {
  const config = `preview: { template: .astro/preview.yaml, on: branch }\n`;
  const dags = { ...bare, 'deploy-type': 'dags-only' };
  let sha: string;
  const begin = (): void => {
    configure(config);
    sha = commitOn(branch, { 'dags/login.py': 'x = 1\n' });
  };
  /** Holds requests of an operation until so many of them are there. */
  const barrier = (operation: string, count: number): void => {
    const waiting: (() => void)[] = [];
    world.astro.onRequest = (request) =>
      request.operation === operation && waiting.length < count
        ? new Promise((resolve) => {
            waiting.push(resolve);
            if (waiting.length === count) for (const go of waiting) go();
          })
        : undefined;
  };

  test.each(['refused', 'allowed'] as const)(
    'two runs of one branch create at the same moment, and a second Deployment of the name is %s: one is left, with the code',
    async (uniqueNames) => {
      await world.end();
      world = await startWorld({ switches: { uniqueNames, listAfterCreateDelay: 0 } });
      begin();
      barrier('createDeployment', 2);
      const both = await Promise.all([world.step(push(branch, sha), dags), world.step(creation(branch, sha), dags)]);
      expect(both.map(({ code }) => code)).toEqual([0, 0]);
      const [preview, ...more] = world.astro.deployments();
      expect(more).toEqual([]);
      expect(both.map(({ outputs }) => outputs['deployment-id'])).toEqual([preview?.id, preview?.id]);
      expect(both.map(({ outputs }) => outputs['created']).sort()).toEqual(['false', 'true']);
      expect(preview?.dagTarballVersion).toBeTruthy();
      expect(outputsOf(await world.step(push(branch, sha), dags))).toMatchObject({ result: 'nothing' });
    },
  );

  test('two runs deploy the same commit to one preview at the same moment: both are green, one preview runs it', async () => {
    begin();
    await world.step(push(branch, sha), dags);
    sha = commitOn(branch, { 'dags/login.py': 'x = 2\n' });
    barrier('createDeploy', 2);
    const both = await Promise.all([world.step(push(branch, sha), dags), world.step(push(branch, sha), dags)]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(names()).toHaveLength(1);
  });

  test('the run whose archive is newer ends well, too, when the other one is finalized after it', async () => {
    // That another one has taken the place is told by the version on the Deployment.
    await world.end();
    world = await startWorld({ switches: { versionMembers: 'filled' } });
    begin();
    await world.step(push(branch, sha), dags);
    sha = commitOn(branch, { 'dags/login.py': 'x = 2\n' });
    const versionOf = (body: unknown): string => (body as { dagTarballVersion: string }).dagTarballVersion;
    const arrived: { version: string; go: () => void }[] = [];
    world.astro.onRequest = async (request) => {
      if (request.operation !== 'finalizeDeploy') return;
      const held = new Promise<void>((go) => arrived.push({ version: versionOf(request.body), go }));
      if (arrived.length === 2) {
        arrived.sort((a, b) => (a.version < b.version ? 1 : -1));
        arrived[0]?.go();
      }
      await held;
      // The older archive follows once the newer one is accepted.
      setImmediate(() => arrived[1]?.go());
    };
    const both = await Promise.all([world.step(push(branch, sha), dags), world.step(push(branch, sha), dags)]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    const [preview] = world.astro.deployments();
    expect(preview?.dagTarballVersion).toBe(arrived[1]?.version);
    expect(both.flatMap(({ annotations }) => annotations).join()).toContain(
      'A newer deploy of another run has taken the place',
    );
  });

  test.each(['createDeployment', 'createDeploy', 'finalizeDeploy'])(
    'a branch that vanishes at %s takes its preview with it, although the run of its deletion was too early',
    async (operation) => {
      begin();
      let early: Promise<Told> | undefined;
      world.astro.onRequest = async (request) => {
        if (request.operation !== operation || early) return;
        world.github.branches.delete(branch);
        early = world.step(deletion(branch), bare, nowhere);
        // Only where there is nothing yet to find can the deletion run end before this one goes on.
        if (operation === 'createDeployment') await early;
      };
      const result = await world.step(push(branch, sha), dags);
      const deletionRun = await early;
      expect(deletionRun?.code).toBe(0);
      expect(names()).toEqual([]);
      if (operation === 'createDeployment') {
        expect(deletionRun?.outputs['result']).toBe('nothing');
        expect(outputsOf(result)).toMatchObject({ code: '0', result: 'deleted' });
      }
    },
  );

  test('a branch that is made again keeps its new preview: the run of the deletion looks before it removes', async () => {
    begin();
    const { outputs } = await world.step(push(branch, sha), dags);
    world.github.branches.delete(branch);
    world.github.branches.set(branch, sha);
    expect(outputsOf(await world.step(creation(branch, sha), dags))).toMatchObject({ result: 'nothing' });
    const late = await world.step(deletion(branch), bare, nowhere);
    expect(late).toMatchObject({
      code: 0,
      outputs: { result: 'skipped', reason: expect.stringContaining('exists again') },
    });
    expect(world.astro.deployments().map(({ id }) => id)).toEqual([outputs['deployment-id']]);
  });
});
