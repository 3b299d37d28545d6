import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { pullRequest } from '../../sandbox/events.ts';
import { sampleTemplate } from '../../sandbox/project.ts';
import { pastOrganizations, startWorld, type World } from './world.ts';

const branch = 'feature/login';
/** Not a question of what is there. */
const isWork = (name: string): boolean => !['--version', 'version', 'buildx', 'info'].includes(name);

let world: World;
beforeEach(async () => {
  world = await startWorld();
  world.project.git('checkout', '--quiet', '-b', branch);
});
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  await world.end();
});

test('a pull request is opened: the Deployment is made from the template, marked, and gets the code', async () => {
  await world.end();
  // The requests below hold the update that brings what creating forgot.
  world = await startWorld({ switches: { createHonoursVariablesAndEmails: false, updatesWhileCreating: 'allowed' } });
  world.project.git('checkout', '--quiet', '-b', branch);
  const sha = world.commit('Add a DAG', { 'dags/login.py': 'x = 1\n' });
  const result = await world.step(pullRequest('opened', branch, sha));
  expect(result.annotations).toEqual([]);
  expect(result.code).toBe(0);
  expect(result.outputs).toMatchObject({
    result: 'created',
    created: 'true',
    'deploy-type': 'image-and-dags',
    reason: 'image and DAGs: first deploy',
    'commit-sha': sha,
  });
  expect(result.outputs['preview-id']).toBe(result.outputs['deployment-id']);

  const [preview, ...others] = world.astro.deployments();
  expect(others).toEqual([]);
  expect(preview).toMatchObject({
    id: result.outputs['deployment-id'],
    name: 'etl-feature-login-d1368316',
    status: 'HEALTHY',
    type: 'STANDARD',
    executor: 'CELERY',
    isDevelopmentMode: true,
    imageTag: result.outputs['image-tag'],
    dagTarballVersion: result.outputs['dag-tarball-version'],
  });
  expect(preview?.description).toMatch(
    /^Preview of a branch\n\[astro-branch-deploy v1 repo=1296269 ref=refs\/heads\/feature\/login project=\. pr=42 vars=[\w-]{4} name=[0-9a-f]{8}\]$/,
  );
  expect(preview?.environmentVariables?.map(({ key, value }) => [key, value])).toEqual([
    ['STAGE', 'preview'],
    ['ASTRO_BRANCH', branch],
    ['ASTRO_BRANCH_SLUG', 'feature-login'],
    ['ASTRO_PULL_REQUEST', '42'],
  ]);
  const [deploy] = world.astro.deploys(preview?.id ?? '');
  expect(deploy).toMatchObject({
    status: 'DEPLOYED',
    type: 'IMAGE_AND_DAG',
    description: 'Add a DAG',
    git: {
      provider: 'GITHUB',
      account: 'acme',
      repo: 'etl',
      commitSha: sha,
      branch,
      commitUrl: `https://github.com/acme/etl/commit/${sha}`,
      authorName: 'Ada',
    },
  });
  expect((await world.astro.archive(preview?.id ?? '')).map(({ name }) => name)).toEqual([
    'dags/hello.py',
    'dags/login.py',
  ]);
  expect(
    world.docker
      .calls()
      .map(({ args }) => args[0] ?? '')
      .filter(isWork),
  ).toEqual(['build', 'image', 'login', 'tag', 'push', 'rmi', 'rmi']);
  expect(pastOrganizations(result.requests)).toMatchInlineSnapshot(`
   [
     "Astro GET /organizations/{id}/workspaces 200",
     "Astro GET /organizations/{id}/deployments 200",
     "Astro GET /organizations/{id}/workspaces 200",
     "Astro GET /organizations/{id}/deployment-options 200",
     "Astro POST /organizations/{id}/deployments 200",
     "Astro GET /organizations/{id}/deployments 200",
     "Astro POST /organizations/{id}/deployments/{id} 200",
     "Astro GET /organizations/{id}/deployment-options 200",
     "Astro POST /organizations/{id}/deployments/{id}/deploys 200",
     "Astro POST /organizations/{id}/deployments/{id}/deploys/{id}/finalize 200",
     "Astro GET /organizations/{id}/deployments/{id} 200",
     "Astro GET /organizations/{id}/deployments/{id}/deploys/{id} 200",
     "Astro GET /organizations/{id}/deployments/{id} 200",
     "GitHub GET /repos/acme/etl/git/ref/heads/feature/login 200",
     "GitHub GET /repos/acme/etl/pulls?state=open&per_page=100&head=acme%3Afeature%2Flogin 200",
     "GitHub GET /repos/acme/etl/pulls?state=all&per_page=100&head=acme%3Afeature%2Flogin 200",
     "GitHub GET /repos/acme/etl/git/ref/heads/feature/login 200",
     "GitHub GET /repos/acme/etl/pulls?state=open&per_page=100&head=acme%3Afeature%2Flogin 200",
     "GitHub GET /repos/acme/etl/pulls?state=all&per_page=100&head=acme%3Afeature%2Flogin 200",
   ]
  `);
  expect(result.summary).toContain('### ✅ Astro preview: live');
});

test('reopened or run again: the same Deployment, nothing written', async () => {
  const sha = world.commit('Add a DAG', { 'dags/login.py': 'x = 1\n' });
  const first = await world.step(pullRequest('opened', branch, sha));
  const again = await world.step(pullRequest('reopened', branch, sha));
  expect(again.outputs).toMatchObject({
    result: 'nothing',
    created: 'false',
    'deploy-type': 'none',
    'deployment-id': first.outputs['deployment-id'],
  });
  expect(again.requests.filter((request) => !request.includes(' GET '))).toEqual([]);
  expect(again.requests.filter((request) => request.startsWith('Astro')).length).toBeLessThanOrEqual(5);
  expect(again.log).toContain('Result: nothing - nothing that is deployed changed since');
  expect(world.astro.deployments()).toHaveLength(1);
});

test('a changed template brings the preview in line; what cannot change is an error', async () => {
  const sha = world.commit('Add a DAG', { 'dags/login.py': 'x = 1\n' });
  await world.step(pullRequest('opened', branch, sha));
  const changed = world.commit('More workers', {
    '.astro/preview.yaml': sampleTemplate
      .replace('max_worker_count: 5', 'max_worker_count: 9')
      .replace('value: preview', 'value: other'),
  });
  const result = await world.step(pullRequest('synchronize', branch, changed));
  expect(result.outputs).toMatchObject({ result: 'updated', 'deploy-type': 'none' });
  expect(result.log).toContain('(worker_queues: default A5 0–5 → default A5 0–9, environment_variables)');
  const [preview] = world.astro.deployments();
  expect(preview?.workerQueues).toMatchObject([{ name: 'default', maxWorkerCount: 9 }]);
  expect(preview?.environmentVariables?.[0]).toMatchObject({ key: 'STAGE', value: 'other' });

  const moved = world.commit('Move', { '.astro/preview.yaml': sampleTemplate.replace('us-east-1', 'eu-west-1') });
  const refused = await world.step(pullRequest('synchronize', branch, moved));
  expect(refused.code).toBe(1);
  expect(refused.outputs).toMatchObject({ result: 'failed' });
  expect(refused.annotations).toEqual([
    expect.stringContaining('region is us-east-1 and the template asks for eu-west-1'),
  ]);
  expect(refused.requests.filter((request) => !request.includes(' GET '))).toEqual([]);
});

test('a Deployment of the wanted name that is not ours is left alone [R-22]', async () => {
  const foreign = world.astro.addDeployment({ name: 'my-preview' });
  const sha = world.commit('Add a DAG', { 'dags/login.py': 'x = 1\n' });
  const result = await world.step(pullRequest('opened', branch, sha), { 'preview-name': 'my-preview' });
  expect(result.code).toBe(1);
  expect(result.annotations).toEqual([
    expect.stringContaining(`my-preview (${foreign.id}) exists, and it is not this branch's preview`),
  ]);
  expect(world.astro.deployments()).toHaveLength(1);
  expect(result.requests.filter((request) => !request.includes(' GET '))).toEqual([]);
});

test('two branches of one slug have two previews', async () => {
  const sha = world.commit('Add a DAG', { 'dags/login.py': 'x = 1\n' });
  await world.step(pullRequest('opened', branch, sha));
  for (const other of ['bugfix/login', 'feature-login', 'Feature/login']) {
    world.github.branches.set(other, sha);
    const result = await world.step(pullRequest('opened', other, sha));
    expect(result.outputs).toMatchObject({ result: 'created' });
  }
  expect(new Set(world.astro.deployments().map(({ name }) => name)).size).toBe(4);
});

test('an overtaken run and one whose branch is gone create nothing [R-11, R-12]', async () => {
  const sha = world.commit('Add a DAG', { 'dags/login.py': 'x = 1\n' });
  world.github.branches.set(branch, 'f'.repeat(40));
  const stale = await world.step(pullRequest('opened', branch, sha));
  expect(stale.outputs).toMatchObject({ result: 'skipped', reason: expect.stringContaining('has moved on') });
  world.github.branches.delete(branch);
  const gone = await world.step(pullRequest('opened', branch, sha));
  expect(gone.outputs).toMatchObject({
    result: 'skipped',
    reason: `the branch ${branch} is gone, so nothing is created or deployed for it`,
  });
  expect([stale.code, gone.code]).toEqual([0, 0]);
  expect(world.astro.deployments()).toEqual([]);
});

test('a branch that vanishes during the run takes its preview with it; one that comes back keeps it [R-12]', async () => {
  const sha = world.commit('Add a DAG', { 'dags/login.py': 'x = 1\n' });
  const inputs = { 'deploy-type': 'dags-only' };
  world.github.branches.set('main', sha);
  world.astro.onRequest = ({ operation }) => {
    if (operation === 'finalizeDeploy') world.github.branches.delete(branch);
  };
  const vanished = await world.step(pullRequest('opened', branch, sha), inputs);
  expect(vanished).toMatchObject({ code: 0, outputs: { result: 'deleted' } });
  expect(vanished.annotations).toEqual([
    `notice: The branch ${branch} vanished during this run: its preview goes with it.`,
  ]);
  expect(world.astro.deployments()).toEqual([]);

  world.github.branches.set(branch, sha);
  world.astro.onRequest = ({ operation }) => {
    if (operation === 'finalizeDeploy') world.github.branches.set(branch, 'e'.repeat(40));
  };
  expect(await world.step(pullRequest('opened', branch, sha), inputs)).toMatchObject({
    code: 0,
    outputs: { result: 'created' },
  });
  expect(world.astro.deployments()).toHaveLength(1);
});

test('dry-run: the plan is told, nothing is written', async () => {
  const sha = world.commit('Add a DAG', { 'dags/login.py': 'x = 1\n' });
  const result = await world.step(pullRequest('opened', branch, sha), { 'dry-run': 'true' });
  expect(result.outputs).toMatchObject({ result: 'planned', created: 'false' });
  expect(JSON.parse(result.outputs['plan'] ?? '')).toEqual([
    {
      sign: '+',
      step: 'create',
      deployment: 'etl-feature-login-d1368316',
      why: 'the branch feature/login has no preview yet',
    },
    { sign: '+', step: 'deploy image-and-dags', ships: 'image-and-dags', why: 'image and DAGs: first deploy' },
  ]);
  expect(result.requests.filter((request) => !request.includes(' GET '))).toEqual([]);
});

test('a hostile branch and commit are text and nothing else [T-03, T-04]', async () => {
  const hostile = "x$(touch${IFS}pwned)`id`'&|;";
  world.project.git('checkout', '--quiet', '-b', hostile);
  const sha = world.commit("don't ##[add-mask]x\n\n::set-output name=result::owned", { "dags/a'b $(x).py": 'x = 1\n' });
  const result = await world.step(pullRequest('opened', hostile, sha));
  expect(result.code).toBe(0);
  const [preview] = world.astro.deployments();
  expect(preview?.environmentVariables).toContainEqual(
    expect.objectContaining({ key: 'ASTRO_BRANCH', value: hostile }),
  );
  expect(world.astro.deploys(preview?.id ?? '')[0]?.description).toBe("don't ## [add-mask]x");
  const commands = result.log.split('\n').filter((line) => /^\s*::|##\[/.test(line));
  expect(commands.filter((line) => !/^::(?:add-mask|group|endgroup)::/.test(line))).toEqual([]);
  const next = world.commit('More', { "dags/a'b $(x).py": 'x = 2\n' });
  expect((await world.step(pullRequest('synchronize', hostile, next))).outputs).toMatchObject({
    'deploy-type': 'dags-only',
    reason: expect.stringContaining("dags/a'b $(x).py changed since"),
  });
});
