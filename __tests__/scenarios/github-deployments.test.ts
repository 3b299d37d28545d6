import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  deletion,
  mergeGroup,
  pullRequest,
  push,
  repositoryDispatch,
  schedule,
  workflowDispatch,
} from '../../sandbox/events.ts';
import type { GitHubDeployment } from '../../sandbox/github.ts';
import { githubViolations } from '../parts/github-contract.ts';
import { startWorld, type Told, type World } from './world.ts';

const branch = 'feature/login';
let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(async () => {
  await world.end();
  expect(world.astro.violations).toEqual([]);
  expect(githubViolations(world.github.requests)).toEqual([]);
});

const on = { 'github-deployments': 'true', 'deploy-type': 'dags-only' };
const nowhere = { workspace: '/' };
const commitOn = (name: string, files: Readonly<Record<string, string>>): string => {
  world.project.git('checkout', '--quiet', '-B', name);
  return world.commit(`Work on ${name}`, files);
};
const statesOf = ({ statuses }: GitHubDeployment): string[] => statuses.map(({ state }) => state);
const history = (): string[] =>
  world.github.deployments.map((one) => `${one.environment}: ${statesOf(one).join(' -> ')}`);
const written = (result: Told): string[] => asked(result).filter((request) => !request.startsWith('GitHub GET'));
const asked = (result: Told): string[] =>
  result.requests.filter((request) => /GitHub .*\/acme\/etl\/deployments/.test(request));
const run = 'https://github.com/acme/etl/actions/runs/1';

describe('a preview', () => {
  let sha: string;
  const opened = (inputs = {}): Promise<Told> => world.step(pullRequest('opened', branch, sha), { ...on, ...inputs });
  beforeEach(() => {
    sha = commitOn(branch, { 'dags/login.py': 'x = 1\n' });
  });

  test('preview/<branch>, transient: in_progress before the first write, success with the address of Airflow', async () => {
    const moments: string[][] = [];
    world.astro.onRequest = ({ operation }) => {
      if (operation === 'createDeployment' || operation === 'finalizeDeploy') moments.push(history());
    };
    const result = await opened();
    expect(result).toMatchObject({ code: 0, annotations: [] });
    expect(moments).toEqual([['preview/feature/login: in_progress'], ['preview/feature/login: in_progress']]);
    expect(history()).toEqual(['preview/feature/login: in_progress -> success']);
    expect(world.github.deployments).toMatchObject([
      {
        environment: 'preview/feature/login',
        ref: sha,
        transient: true,
        production: false,
        statuses: [
          { logUrl: run, environmentUrl: '' },
          { logUrl: run, environmentUrl: result.outputs['airflow-url'] },
        ],
      },
    ]);
    expect(result.outputs['airflow-url']).toMatch(/^https:\/\//);
  });

  test('one for every deploy, none for a run that deploys nothing; a removal makes all of them inactive', async () => {
    await opened();
    expect(written(await opened())).toEqual([]);
    sha = commitOn(branch, { 'dags/login.py': 'x = 2\n' });
    await world.step(pullRequest('synchronize', branch, sha), on);
    expect(history()).toEqual([
      'preview/feature/login: in_progress -> success',
      'preview/feature/login: in_progress -> success',
    ]);
    const other = commitOn('other', { 'dags/other.py': 'y = 1\n' });
    await world.step(pullRequest('opened', 'other', other, { number: 43 }), on);

    world.github.branches.delete(branch);
    const removed = await world.step(deletion(branch), on, nowhere);
    expect(removed).toMatchObject({ code: 0, outputs: { result: 'deleted' }, annotations: [] });
    const gone = 'preview/feature/login: in_progress -> success -> inactive';
    expect(history()).toEqual([gone, gone, 'preview/other: in_progress -> success']);
    // Nothing is left to remove, so nothing is written.
    expect(written(await world.step(deletion(branch), on, nowhere))).toEqual([]);
  });

  test('a deploy that fails: failure, without an address; the next one succeeds', async () => {
    const refusal = { status: 400, body: '{"message":"no","requestId":"r","statusCode":400}' };
    world.astro.fault({ operation: 'finalizeDeploy', mode: refusal });
    expect(await opened()).toMatchObject({ code: 1 });
    expect(await opened()).toMatchObject({ code: 0 });
    expect(history()).toEqual([
      'preview/feature/login: in_progress -> failure',
      'preview/feature/login: in_progress -> success',
    ]);
    expect(world.github.deployments[0]?.statuses.at(-1)).toMatchObject({ environmentUrl: '', logUrl: run });
  });

  test('a branch that vanishes during the run: nothing of it is active', async () => {
    await opened();
    sha = commitOn(branch, { 'dags/login.py': 'x = 2\n' });
    world.astro.onRequest = ({ operation }) => {
      if (operation === 'finalizeDeploy') world.github.branches.delete(branch);
    };
    world.github.branches.set('main', sha);
    expect(await opened()).toMatchObject({ code: 0, outputs: { result: 'deleted' } });
    expect(history()).toEqual([
      'preview/feature/login: in_progress -> success -> inactive',
      'preview/feature/login: in_progress -> inactive',
    ]);
  });

  test.each([
    ['a changed configuration without code', { '.astro/branch-deploy.yaml': "preview: { hibernate: '0 20 * * *' }\n" }],
    ['a file that is not deployed', { 'README.md': '# new\n' }],
  ])('%s: no GitHub Deployment', async (_, files) => {
    await opened();
    sha = commitOn(branch, files);
    const result = await world.step(pullRequest('synchronize', branch, sha), on);
    expect(result).toMatchObject({ code: 0, outputs: { 'deploy-type': 'none' } });
    expect(written(result)).toEqual([]);
    expect(history()).toHaveLength(1);
  });

  test('a dry run, an overtaken run, a skipped event, `github-deployments: false`: none', async () => {
    for (const inputs of [{ 'dry-run': 'true' }, { 'github-deployments': 'false' }])
      expect(asked(await opened(inputs))).toEqual([]);
    world.github.branches.set(branch, 'f'.repeat(40));
    expect(asked(await opened())).toEqual([]);
    expect(world.github.deployments).toEqual([]);
  });
});

describe('a long-lived Deployment', () => {
  const environments = `environments:
  main: { deployment: etl-prod }
  release/**: { deployment: etl-staging }
`;
  let sha: string;
  const told = (): unknown[] =>
    world.github.deployments.map(({ environment, transient, production }) => ({ environment, transient, production }));
  beforeEach(() => {
    for (const name of ['etl-prod', 'etl-staging']) world.astro.addDeployment({ name });
    sha = commitOn('main', { 'dags/a.py': 'a = 1\n' });
  });

  test('the default branch without a file: the Deployment’s name, production; the one before becomes nothing else', async () => {
    const result = await world.step(push('main', sha), on);
    expect(result).toMatchObject({ code: 0, outputs: { result: 'deployed' }, annotations: [] });
    expect(told()).toEqual([{ environment: 'etl-prod', transient: false, production: true }]);
    expect(world.github.deployments).toMatchObject([
      { ref: sha, statuses: [{}, { state: 'success', environmentUrl: result.outputs['airflow-url'] }] },
    ]);
    expect(written(await world.step(push('main', sha), on))).toEqual([]);
  });

  test('with a file: the environment’s name; production is what the default branch deploys to', async () => {
    sha = commitOn('main', { '.astro/branch-deploy.yaml': environments });
    world.github.files.set('main', new Map([['.astro/branch-deploy.yaml', environments]]));
    await world.step(push('main', sha), on);
    const release = commitOn('release/2', { 'dags/a.py': 'a = 2\n' });
    await world.step(push('release/2', release), on);
    await world.step(workflowDispatch('release/2', release), on);
    const main = { environment: 'main', transient: false, production: true };
    const staging = { environment: 'release/**', transient: false, production: false };
    expect(told()).toEqual([main, staging, staging]);
    // GitHub itself retires what came before where it is not production.
    expect(history().slice(1)).toEqual([
      'release/**: in_progress -> success -> inactive',
      'release/**: in_progress -> success',
    ]);
  });

  test('a dispatch from outside is production where the default branch is, and only there', async () => {
    sha = commitOn('main', { '.astro/branch-deploy.yaml': environments });
    for (const deployment of [undefined, 'main', 'release/**', 'etl-staging']) {
      const payload = deployment === undefined ? {} : { deployment };
      expect(await world.step(repositoryDispatch(payload, sha), on)).toMatchObject({ code: 0 });
    }
    const main = { environment: 'main', transient: false, production: true };
    const staging = { environment: 'release/**', transient: false, production: false };
    expect(told()).toEqual([main, main, staging, staging]);
  });

  test('a dispatch without a file is production where it goes to the step’s own Deployment', async () => {
    await world.step(repositoryDispatch({}, sha), on);
    await world.step(repositoryDispatch({ deployment: 'etl-staging' }, sha), on);
    expect(told()).toMatchObject([
      { environment: 'etl-prod', production: true },
      { environment: 'etl-staging', production: false },
    ]);
  });

  test('a pull request with `action: deploy` is not production', async () => {
    const head = commitOn(branch, { 'dags/a.py': 'a = 2\n' });
    const inputs = { ...on, action: 'deploy', 'deployment-name': 'etl-staging' };
    expect(await world.step(pullRequest('opened', branch, head), inputs)).toMatchObject({ code: 0 });
    expect(told()).toEqual([{ environment: 'etl-staging', transient: false, production: false }]);
  });

  test('a deploy that fails: failure', async () => {
    const refusal = { status: 400, body: '{"message":"no","requestId":"r","statusCode":400}' };
    world.astro.fault({ operation: 'finalizeDeploy', mode: refusal });
    expect(await world.step(push('main', sha), on)).toMatchObject({ code: 1 });
    expect(history()).toEqual(['etl-prod: in_progress -> failure']);
  });

  test('a merge queue, a tag and a sweep deploy nothing', async () => {
    for (const event of [mergeGroup(sha), push('', sha, { ref: 'refs/tags/v1' }), schedule(sha)])
      expect(written(await world.step(event, { 'github-deployments': 'true' }))).toEqual([]);
    expect(world.github.deployments).toEqual([]);
  });
});

describe('`preview.github-environments: shared`: one environment for all previews', () => {
  const config = 'preview: { github-environments: shared }\n';
  const other = 'feature/other';
  const file = { '.astro/branch-deploy.yaml': config };
  const shownAs = (): string[] =>
    world.github.deployments.map((one) => `${one.environment} ${one.task ?? ''}: ${statesOf(one).join(' -> ')}`);
  const pull = (name: string, number: number, files: Record<string, string> = {}, action = 'opened'): Promise<Told> =>
    world.step(pullRequest(action, name, commitOn(name, { ...file, ...files }), { number }), on);
  beforeEach(() => {
    world.github.files.set('main', new Map(Object.entries(file)));
  });

  test('of two branches each has its own; a further deploy replaces its own; the removal ends its own', async () => {
    expect(await pull(branch, 42)).toMatchObject({ code: 0, annotations: [] });
    await pull(other, 43);
    const lives = `previews preview:${other}: in_progress -> success`;
    expect(shownAs()).toEqual([`previews preview:${branch}: in_progress -> success`, lives]);
    expect(world.github.deployments[0]).toMatchObject({ payload: { branch }, transient: true, production: false });
    await pull(branch, 42, { 'dags/login.py': 'x = 2\n' }, 'synchronize');
    expect(shownAs()).toEqual([
      `previews preview:${branch}: in_progress -> success -> inactive`,
      lives,
      `previews preview:${branch}: in_progress -> success`,
    ]);
    const same = await world.step(pullRequest('edited', branch, world.project.git('rev-parse', branch)), on);
    expect(written(same)).toEqual([]);
    world.github.branches.delete(branch);
    expect(await world.step(deletion(branch), on, nowhere)).toMatchObject({ code: 0, annotations: [] });
    expect(shownAs()[1]).toBe(lives);
    expect(shownAs()[2]).toBe(`previews preview:${branch}: in_progress -> success -> inactive`);
  });

  test('a failed deploy, and the run that repairs it', async () => {
    world.astro.fault({
      operation: 'finalizeDeploy',
      mode: { status: 400, body: '{"message":"no","requestId":"r","statusCode":400}' },
    });
    expect((await pull(branch, 42)).code).toBe(1);
    expect(shownAs()).toEqual([`previews preview:${branch}: in_progress -> failure`]);
    await pull(branch, 42, { 'dags/login.py': 'x = 2\n' }, 'synchronize');
    expect(shownAs()[1]).toBe(`previews preview:${branch}: in_progress -> success`);
  });

  test('a sweep ends those of what it removes and of what was forgotten, by either rule, and touches nobody else’s', async () => {
    const first = await pull(branch, 42);
    await pull(other, 43);
    const more = { ref: other, description: '', transient: true, production: false, payload: {} };
    const success = { id: 9000, state: 'success', environmentUrl: '', logUrl: '', description: '' };
    const add = (id: number, environment: string, task: string): void => {
      world.github.deployments.push({ id, environment, task, ...more, statuses: [{ ...success, id: id + 7000 }] });
    };
    add(2101, 'previews', 'preview:feature/gone');
    add(2102, 'preview/feature/long-gone', 'deploy');
    add(2103, 'previews', 'deploy:migrations');
    world.astro.change(first.outputs['deployment-id'] ?? '', {
      createdAt: new Date(Date.now() - 30 * 86_400_000).toISOString(),
    });
    world.github.branches.delete(branch);
    world.github.branches.set('main', 'a'.repeat(40));
    world.github.pullRequests.push({ number: 43, branch: other, commit: 'a'.repeat(40), state: 'open' });
    const swept = await world.step(schedule(), on, nowhere);
    expect(swept).toMatchObject({ code: 0, annotations: [], outputs: { result: 'swept' } });
    expect(JSON.parse(swept.outputs['deleted'] ?? '')).toEqual([first.outputs['deployment-id']]);
    expect(shownAs()).toEqual([
      `previews preview:${branch}: in_progress -> success -> inactive`,
      `previews preview:${other}: in_progress -> success`,
      'previews preview:feature/gone: success -> inactive',
      'preview/feature/long-gone deploy: success -> inactive',
      'previews deploy:migrations: success',
    ]);
  });
});

describe('GitHub does not do its part [T-26, R-30]', () => {
  let sha: string;
  beforeEach(() => {
    sha = commitOn(branch, { 'dags/login.py': 'x = 1\n' });
  });
  const opened = (): Promise<Told> => world.step(pullRequest('opened', branch, sha), on);
  const notice = expect.stringMatching(/^notice: The GitHub Deployment could not be kept up to date: /);

  test.each(['none', 'read'] as const)(
    '`deployments: %s`: one notice, and the preview lives and goes',
    async (level) => {
      world.github.permissions.deployments = level;
      const result = await opened();
      expect(result).toMatchObject({ code: 0, outputs: { result: 'created' }, annotations: [notice] });
      expect(result.annotations[0]).toContain('`deployments: write` is needed');
      expect(asked(result)).toHaveLength(1);
      world.github.branches.delete(branch);
      const removed = await world.step(deletion(branch), on, nowhere);
      expect(removed).toMatchObject({ code: 0, outputs: { result: 'deleted' } });
      expect(removed.annotations).toEqual(level === 'none' ? [notice] : []);
    },
  );

  test('without a token for GitHub: no Deployment, no word', async () => {
    const result = await world.step(pullRequest('opened', branch, sha), { ...on, 'github-token': '' });
    expect(result).toMatchObject({ code: 0, outputs: { result: 'created' } });
    expect(world.github.deployments).toEqual([]);
  });

  test('GitHub is down after the deploy: one notice', async () => {
    world.astro.onRequest = ({ operation }) => {
      if (operation === 'finalizeDeploy') world.github.fail = { path: /deployments/, status: 502 };
    };
    const result = await opened();
    expect(result).toMatchObject({ code: 0, outputs: { result: 'created' }, annotations: [notice] });
    expect(history()).toEqual(['preview/feature/login: in_progress']);
  });

  test('the answer to the new Deployment is lost: there is one all the same', async () => {
    world.github.failNext({ path: /deployments$/, method: 'POST', lost: true });
    expect(await opened()).toMatchObject({ code: 0, annotations: [] });
    expect(history()).toEqual(['preview/feature/login: in_progress -> success']);
  });

  test('a name that only a shell or a page could mind is a name', async () => {
    const hostile = "x$(touch${IFS}pwned)`id`'&|<b>";
    sha = commitOn(hostile, { 'dags/b.py': 'x = 1\n' });
    await world.step(pullRequest('opened', hostile, sha), on);
    expect(history()).toEqual([`preview/${hostile}: in_progress -> success`]);
    world.github.branches.delete(hostile);
    await world.step(deletion(hostile), on, nowhere);
    expect(history()).toEqual([`preview/${hostile}: in_progress -> success -> inactive`]);
  });
});
