import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { deletion, pullRequest } from '../../sandbox/events.ts';
import { pastOrganizations, startWorld, type Told, type World } from './world.ts';

const branch = 'feature/login';
let world: World;
let sha: string;
beforeEach(async () => {
  world = await startWorld();
  world.project.git('checkout', '--quiet', '-b', branch);
  sha = world.commit('Add a DAG', { 'dags/login.py': 'x = 1\n' });
});
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  await world.end();
});

const create = (): Promise<Told> => world.step(pullRequest('opened', branch, sha), { 'deploy-type': 'dags-only' });
/** A workflow without a checkout and without a template: removing needs neither. */
const bare = { template: '', 'deployment-name': '' };
const empty = (): { workspace?: string } => ({ workspace: '/' });
const names = (): string[] => world.astro.deployments().map(({ name }) => name);
const writes = (result: Told): string[] => result.requests.filter((request) => !request.includes(' GET '));

test('a deleted branch takes its preview with it, without checkout and template [T-09]', async () => {
  world.astro.addDeployment({ name: 'etl-prod' });
  const { outputs } = await create();
  world.github.branches.delete(branch);
  const result = await world.step(deletion(branch), bare, empty());
  expect(result.code).toBe(0);
  expect(result.outputs).toMatchObject({
    result: 'deleted',
    deleted: JSON.stringify([outputs['deployment-id']]),
    'deployment-name': outputs['deployment-name'],
    'preview-id': outputs['deployment-id'],
    branch,
    'branch-slug': 'feature-login',
    'branch-key': 'FEATURE_LOGIN',
    'pull-request': '42',
  });
  expect(outputs).toMatchObject({ branch, 'branch-key': 'FEATURE_LOGIN', 'pull-request': '42' });
  // Nothing links to what is gone, and each step stands in the log once.
  for (const text of [result.summary, result.log, JSON.stringify(result.outputs)])
    expect(text).not.toContain(outputs['airflow-url']);
  expect(result.log.split('\n').filter((line) => line.includes(`the branch ${branch} was deleted`))).toHaveLength(1);
  expect(names()).toEqual(['etl-prod']);
  expect(pastOrganizations(result.requests)).toMatchInlineSnapshot(`
   [
     "Astro GET /organizations/{id}/workspaces 200",
     "Astro GET /organizations/{id}/deployments 200",
     "Astro GET /organizations/{id}/environment-objects 200",
     "Astro GET /organizations/{id}/deployments/{id} 200",
     "Astro DELETE /organizations/{id}/deployments/{id} 204",
     "GitHub GET /repos/acme/etl/contents/.astro/branch-deploy.yaml 404",
     "GitHub GET /repos/acme/etl 200",
     "GitHub GET /repos/acme/etl/git/ref/heads/feature/login 404",
     "GitHub GET /repos/acme/etl 200",
   ]
  `);
});

test('no preview, or gone already: done, green', async () => {
  world.github.branches.delete(branch);
  const never = await world.step(deletion(branch), bare, empty());
  expect(never).toMatchObject({ code: 0, outputs: { result: 'nothing', deleted: '[]' } });
  // Only whether there is a configuration file is asked.
  expect(never.requests.filter((request) => request.startsWith('GitHub'))).toEqual([
    'GitHub GET /repos/acme/etl/contents/.astro/branch-deploy.yaml 404',
    'GitHub GET /repos/acme/etl 200',
  ]);

  await create();
  world.github.branches.delete(branch);
  // Another run deletes it between our look and our DELETE.
  world.astro.onRequest = ({ operation }) => {
    if (operation === 'deleteDeployment') for (const { id } of world.astro.deployments()) world.astro.remove(id);
  };
  const late = await world.step(deletion(branch), bare, empty());
  expect(late.code).toBe(0);
  expect(names()).toEqual([]);
});

test('a closed pull request takes its preview with it, merged or not', async () => {
  for (const merged of [true, false]) {
    world.github.pullRequests.splice(0, 9);
    await create();
    world.github.pullRequests.splice(0, 9, { number: 42, branch, commit: sha, state: 'closed' });
    const result = await world.step(pullRequest('closed', branch, sha, { merged }), bare, empty());
    expect(result).toMatchObject({ code: 0, outputs: { result: 'deleted' } });
    expect(names()).toEqual([]);
  }
});

test('a closed pull request that has no preview still names its branch; a failed run says why, once', async () => {
  const never = await world.step(pullRequest('closed', branch, sha), bare, empty());
  expect(never.outputs).toMatchObject({
    result: 'nothing',
    branch,
    'branch-key': 'FEATURE_LOGIN',
    'pull-request': '42',
  });
  expect(never.outputs).not.toHaveProperty('error');
  await create();
  world.astro.fault({
    operation: 'deleteDeployment',
    mode: { status: 400, body: '{"message":"no","requestId":"r-1"}' },
  });
  const failed = await world.step(pullRequest('closed', branch, sha), bare, empty());
  expect(failed).toMatchObject({ code: 1, outputs: { result: 'failed', branch, 'pull-request': '42' } });
  const { error = '' } = failed.outputs;
  expect(failed.annotations).toEqual([`error: ${error}`]);
  expect(failed.log.split(error)).toHaveLength(2);
});

test('another open pull request of the branch keeps the preview', async () => {
  await create();
  world.github.pullRequests.push(
    { number: 42, branch, commit: sha, state: 'closed' },
    { number: 43, branch, commit: sha, state: 'open' },
  );
  const result = await world.step(pullRequest('closed', branch, sha), bare, empty());
  expect(result).toMatchObject({
    code: 0,
    outputs: {
      result: 'skipped',
      reason: 'pull request 43 is open for the branch feature/login, so its preview is kept',
    },
  });
  expect(writes(result)).toEqual([]);
});

test('a branch that exists again keeps its preview [R-13]', async () => {
  await create();
  const result = await world.step(deletion(branch), bare, empty());
  expect(result).toMatchObject({
    code: 0,
    outputs: { result: 'skipped', reason: 'the branch feature/login exists again, so its preview is kept' },
  });
  expect(writes(result)).toEqual([]);
});

test.each([
  ['answers 500', /./, 500],
  ['refuses', /git\/ref/, 403],
  ['hides the whole repository', /./, 404],
])('GitHub %s: the preview is kept and the step fails [T-11, R-31]', async (_, path, status) => {
  await create();
  world.github.branches.delete(branch);
  world.github.fail = { path, status };
  const result = await world.step(deletion(branch), bare, empty());
  expect(result.code).toBe(1);
  expect(result.outputs['result']).toBe('failed');
  expect(result.annotations).toEqual([
    expect.stringMatching(
      /^error: (?:GitHub cannot say whether the branch feature\/login is really gone: .* is kept\. Run the job again|`\.astro\/branch-deploy\.yaml` on the default branch cannot be read: .* no preview is removed\.)/,
    ),
  ]);
  expect(writes(result)).toEqual([]);
  expect(names()).toHaveLength(1);
});

test('without a token for GitHub nothing is proven and nothing deleted [T-11]', async () => {
  await create();
  const result = await world.step(pullRequest('closed', branch, sha), { ...bare, 'github-token': '' }, empty());
  expect(result).toMatchObject({ code: 1, outputs: { result: 'failed' } });
  expect(names()).toHaveLength(1);
});

test.each([
  ['without a mark', ''],
  ['of another repository', '[astro-branch-deploy v1 repo=999 ref=refs/heads/feature/login project=. name=00000000]'],
  ['with a mark that somebody edited', '[astro-branch-deploy v1 repo=1296269 ref=refs/heads/feature/login project=.]'],
])('a Deployment of the preview’s name %s is not touched [T-10, R-23]', async (_, description) => {
  world.astro.addDeployment({ name: 'etl-feature-login-d1368316', description });
  world.github.branches.delete(branch);
  const result = await world.step(deletion(branch), bare, empty());
  expect(result).toMatchObject({ code: 0, outputs: { result: 'nothing' } });
  expect(writes(result)).toEqual([]);
});

test('a mark that is edited while the run looks at it: not deleted [T-10]', async () => {
  const { outputs } = await create();
  world.github.branches.delete(branch);
  world.astro.onRequest = ({ operation }) => {
    if (operation === 'getDeployment') world.astro.change(outputs['deployment-id'] ?? '', { description: 'mine now' });
  };
  const result = await world.step(deletion(branch), bare, empty());
  expect(result).toMatchObject({ code: 1, outputs: { result: 'failed', deleted: '[]' } });
  expect(names()).toHaveLength(1);
});

test.each([
  ['a tag', deletion('v1.0', 'tag'), 'A tag was deleted'],
  ['the default branch', deletion('main'), '`main` is the default branch'],
  ['a branch of the merge queue [F-31]', deletion('gh-readonly-queue/main/pr-1-abc'), 'merge queue'],
])('%s is not acted on, and Astro is not called', async (_, event, why) => {
  const result = await world.step(event, bare, empty());
  expect(result).toMatchObject({
    code: 0,
    outputs: { result: 'skipped', reason: expect.stringContaining(why) },
    requests: [],
  });
});

test('the preview of another project of the repository stays', async () => {
  const { outputs } = await create();
  world.github.branches.delete(branch);
  const other = await world.step(deletion(branch), { ...bare, 'root-folder': 'other' }, empty());
  expect(other.outputs['result']).toBe('nothing');
  expect(world.astro.deployments().map(({ id }) => id)).toEqual([outputs['deployment-id']]);
});

test('a preview that is still being created is deleted as soon as it can be', async () => {
  await world.end();
  // It is ready right after the first try, however long a slow machine needs until then.
  let tried = false;
  let ready = false;
  const hour = 3_600_000;
  world = await startWorld({
    delays: { create: hour },
    switches: { whileCreating: 'refused' },
    now: () => Date.now() + (ready ? hour : 0),
  });
  world.astro.onRequest = ({ operation }) => {
    ready = tried;
    tried ||= operation === 'deleteDeployment';
  };
  world.project.git('checkout', '--quiet', '-b', branch);
  sha = world.commit('Add a DAG', { 'dags/login.py': 'x = 1\n' });
  // The run that creates it is cancelled at once; the branch goes.
  const created = await world.step(
    pullRequest('opened', branch, sha),
    {},
    { signalAfter: { pattern: /Deploy \(/, signal: 'SIGINT' } },
  );
  expect(created.code).toBe(130);
  world.github.branches.delete(branch);
  const result = await world.step(deletion(branch), bare, empty());
  expect(result).toMatchObject({ code: 0, outputs: { result: 'deleted' } });
  expect(result.requests.filter((request) => request.includes(' DELETE ')).map((request) => request.slice(-3))).toEqual(
    ['409', '204'],
  );
});

const linked = (key: string): string[] =>
  (world.astro.objects().find(({ objectKey }) => objectKey === key)?.links ?? []).map(
    ({ deploymentId }) => deploymentId,
  );
/** Two connections that the preview is linked to; resolves to the id of the preview. */
async function createLinked(): Promise<string> {
  for (const objectKey of ['snowflake', 'warehouse'])
    world.astro.addObject({ objectKey, objectType: 'CONNECTION', connection: { type: 'snowflake' } });
  sha = world.commit('Link', {
    '.astro/branch-deploy.yaml':
      'environment-objects:\n  - connection: snowflake\n    link: [preview]\n  - connection: warehouse\n    link: [preview]\n',
  });
  const id = (await create()).outputs['deployment-id'] ?? '';
  expect(linked('snowflake')).toEqual([id]);
  expect(linked('warehouse')).toEqual([id]);
  world.github.branches.delete(branch);
  return id;
}

test.each([
  ['listing them answers 503', 'listEnvironmentObjects', 503],
  ['reading one answers 500', 'getEnvironmentObject', 500],
  ['updating one answers 429', 'updateEnvironmentObject', 429],
])(
  'links that cannot be removed for a passing reason keep the preview, and the next run finishes: %s',
  async (_, operation, status) => {
    const id = await createLinked();
    world.astro.fault({ operation, times: 60, mode: { status } });
    const first = await world.step(deletion(branch), bare, { ...empty(), speed: 20 });
    expect(first).toMatchObject({ code: 1, outputs: { result: 'failed', deleted: '[]' } });
    expect(first.annotations).toEqual([
      expect.stringMatching(
        /^error: The Deployment .* is kept: its links in the Environment Manager could not be removed\. .* Run the job again/,
      ),
    ]);
    expect(world.astro.deployments().map((one) => one.id)).toEqual([id]);
    world.astro.endFaults();
    const second = await world.step(deletion(branch), bare, empty());
    expect(second).toMatchObject({ code: 0, outputs: { result: 'deleted' } });
    expect([...linked('snowflake'), ...linked('warehouse')]).toEqual([]);
    expect(names()).toEqual([]);
  },
);

test.each([
  ['reading one is refused', 'getEnvironmentObject', 403],
  ['updating one is refused', 'updateEnvironmentObject', 403],
])(
  'links that a missing permission keeps do not keep the preview, and a warning names the objects: %s',
  async (_, operation, status) => {
    const id = await createLinked();
    world.astro.fault({ operation, times: 60, mode: { status } });
    const result = await world.step(deletion(branch), bare, empty());
    expect(result).toMatchObject({ code: 0, outputs: { result: 'deleted', deleted: JSON.stringify([id]) } });
    expect(result.annotations).toEqual([
      expect.stringMatching(
        /^warning: Links to .* are left in the Environment Manager, in connection snowflake, connection warehouse: .*403/,
      ),
    ]);
  },
);

test('a token that may not list environment objects removes the preview with a warning', async () => {
  await createLinked();
  world.astro.fault({ operation: 'listEnvironmentObjects', times: 60, mode: { status: 403 } });
  const result = await world.step(deletion(branch), bare, empty());
  expect(result).toMatchObject({ code: 0, outputs: { result: 'deleted' } });
  expect(result.annotations).toEqual([
    expect.stringMatching(
      /^warning: Links to .* may be left in the Environment Manager, because environment objects cannot be listed: /,
    ),
  ]);
});
