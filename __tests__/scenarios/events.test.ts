import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { deletion, pullRequest, push, repository, type SampleEvent } from '../../sandbox/events.ts';
import { startWorld, type Told, type World } from './world.ts';

const branch = 'feature/login';
let world: World;
let production: string;
beforeEach(async () => {
  world = await startWorld();
  production = world.astro.addDeployment({ name: 'etl-prod' }).id;
});
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  await world.end();
});

const sha = 'a'.repeat(40);
/** An event by its name, with what its payload holds beside the repository. */
const event = (name: string, ref: string, payload: object = {}): SampleEvent => ({
  event: name,
  payload: { repository, ...payload },
  env: { GITHUB_REPOSITORY: repository.full_name, GITHUB_REF: ref, GITHUB_SHA: sha },
});
const branched = (): string => {
  world.project.git('checkout', '--quiet', '-b', branch);
  return world.commit('Add a DAG', { 'dags/login.py': 'x = 1\n' });
};
const previews = (): string[] =>
  world.astro.deployments().flatMap(({ id, name }) => (id === production ? [] : [`${id} ${name}`]));
const writes = (result: Told): string[] => result.requests.filter((request) => !request.includes(' GET '));
const builds = (): number => world.docker.calls().filter(({ args }) => args[0] === 'build').length;

describe('events that ask for nothing: no request, no process, green, and the step says so', () => {
  test.each<[string, SampleEvent, string]>([
    ['create of a branch', event('create', `refs/heads/${branch}`, { ref: branch, ref_type: 'branch' }), 'A branch'],
    ['create of a tag', event('create', 'refs/tags/v1', { ref: 'v1', ref_type: 'tag' }), 'A tag was created'],
    ['push of a tag', push('', sha, { ref: 'refs/tags/v1.0' }), 'A tag deploys nothing'],
    ['push of another branch', push(branch, sha), '`feature/login` is not the default branch'],
    ['push that deletes', push(branch, '0'.repeat(40), { deleted: true }), 'its `delete` event does the work'],
    ['push of the merge queue [F-31]', push('gh-readonly-queue/main/pr-1-abc', sha), 'merge queue'],
    ['release', event('release', 'refs/tags/v1', { action: 'published' }), '`release` asks for nothing here'],
    ['issue_comment', event('issue_comment', 'refs/heads/main'), '`issue_comment` asks for nothing here'],
    ['workflow_dispatch of a tag', event('workflow_dispatch', 'refs/tags/v1'), 'A tag deploys nothing'],
    [
      'workflow_run of this repository',
      event('workflow_run', 'refs/heads/main', { workflow_run: { head_repository: { id: repository.id } } }),
      '`workflow_run` asks for nothing here',
    ],
    ['pull request of the default branch', pullRequest('opened', 'main', sha), 'it gets no preview'],
  ])('%s', async (_, given, why) => {
    const result = await world.step(given);
    expect(result).toMatchObject({
      code: 0,
      outputs: { result: 'skipped', 'deploy-type': 'none', created: 'false', deleted: '[]' },
      requests: [],
    });
    expect(result.outputs['reason']).toContain(why);
    expect(result.annotations).toEqual([`notice: ${result.outputs['reason'] ?? ''}`]);
    expect(result.log.trimEnd().split('\n').at(-1)).toBe(`Result: skipped - ${result.outputs['reason'] ?? ''}`);
    expect(result.summary).toContain('### ⏭&#xFE0F; Astro: skipped');
    expect(world.docker.calls()).toEqual([]);
  });

  test('workflow_dispatch of a branch: only GitHub is asked for its open pull request', async () => {
    const result = await world.step(event('workflow_dispatch', 'refs/heads/topic'));
    expect(result).toMatchObject({
      code: 0,
      outputs: { result: 'skipped', reason: expect.stringContaining('`topic` is not the default') },
      requests: [expect.stringMatching(/^GitHub GET \S+\/pulls\?state=open&\S+ 200$/)],
    });
  });

  test('a push to the default branch where no Deployment is named', async () => {
    const result = await world.step(push('main', sha), { 'deployment-name': '' });
    expect(result).toMatchObject({
      code: 0,
      outputs: { result: 'skipped', reason: expect.stringContaining('Neither `deployment-name`, `deployment-id` nor') },
      requests: [],
    });
  });
});

test('a branch is created, its pull request is opened and made ready: one Deployment, one image', async () => {
  const commit = branched();
  await world.step(event('create', `refs/heads/${branch}`, { ref: branch, ref_type: 'branch' }));
  await world.step(push(branch, commit));
  expect(await world.step(pullRequest('opened', branch, commit))).toMatchObject({ outputs: { result: 'created' } });
  const ready = await world.step(pullRequest('ready_for_review', branch, commit));
  expect(ready).toMatchObject({ code: 0, outputs: { result: 'nothing' } });
  expect(writes(ready)).toEqual([]);
  expect(previews()).toHaveLength(1);
  expect(builds()).toBe(1);
});

test('a run that never came is made up for by the next one: the whole difference to what runs', async () => {
  const first = branched();
  await world.step(pullRequest('opened', branch, first));
  world.commit('A DAG', { 'dags/login.py': 'x = 2\n' });
  const third = world.commit('Another', { 'dags/other.py': 'y = 1\n' });
  const dags = await world.step(pullRequest('synchronize', branch, third));
  expect(dags.outputs).toMatchObject({ result: 'deployed', 'deploy-type': 'dags-only', 'commit-sha': third });
  expect(dags.outputs['reason']).toMatch(/^DAGs: dags\/login\.py, dags\/other\.py changed since /);

  // The run of this push is cancelled while it waits for its turn in the concurrency group.
  world.commit('Need dbt', { 'requirements.txt': 'dbt-core\n' });
  const last = world.commit('A DAG', { 'dags/login.py': 'x = 3\n' });
  const image = await world.step(pullRequest('synchronize', branch, last));
  expect(image.outputs).toMatchObject({ result: 'deployed', 'deploy-type': 'image-and-dags' });
  expect(image.outputs['reason']).toMatch(/^image: requirements\.txt changed since /);
  expect(builds()).toBe(2);
});

describe('somebody asks for a deploy', () => {
  const dispatch = (commit: string): SampleEvent => ({
    ...event('workflow_dispatch', 'refs/heads/main', { inputs: {} }),
    env: { GITHUB_REPOSITORY: repository.full_name, GITHUB_REF: 'refs/heads/main', GITHUB_SHA: commit },
  });

  test('workflow_dispatch is a push of the chosen branch; with an explicit type it deploys although nothing changed', async () => {
    const commit = world.commit('One', { 'dags/a.py': 'a = 1\n' });
    expect(await world.step(dispatch(commit))).toMatchObject({ outputs: { result: 'deployed' } });
    expect(await world.step(dispatch(commit))).toMatchObject({ outputs: { result: 'nothing' } });
    expect(await world.step(push('main', commit), { 'deploy-type': 'dags-only' })).toMatchObject({
      code: 0,
      outputs: { result: 'nothing', 'deploy-type': 'none' },
    });
    expect(await world.step(dispatch(commit), { 'deploy-type': 'dags-only' })).toMatchObject({
      code: 0,
      outputs: { result: 'deployed', reason: expect.stringMatching(/^DAGs: asked for by a dispatch event; nothing/) },
    });
    expect(world.astro.deploys(production).map(({ type }) => type)).toEqual(['IMAGE_AND_DAG', 'DAG_ONLY']);
  });

  test.each([
    ['schedule', 'refs/heads/main'],
    ['repository_dispatch', 'refs/heads/main'],
    ['release', 'refs/tags/v1.0'],
  ])('`action: deploy` deploys on %s too', async (name, ref) => {
    const commit = world.commit('One', { 'dags/a.py': 'a = 1\n' });
    const given = event(name, ref);
    const result = await world.step({ ...given, env: { ...given.env, GITHUB_SHA: commit } }, { action: 'deploy' });
    expect(result).toMatchObject({ code: 0, outputs: { result: 'deployed', 'deployment-id': production } });
    expect(previews()).toEqual([]);
  });

  test('`action: create-deployment-preview` makes a preview for a pushed branch, without a pull request’s number', async () => {
    const commit = branched();
    const result = await world.step(push(branch, commit), { action: 'create-deployment-preview' });
    expect(result).toMatchObject({ code: 0, outputs: { result: 'created', 'deploy-type': 'image-and-dags' } });
    const preview = world.astro.deployments().find(({ id }) => id === result.outputs['preview-id']);
    expect(preview?.description).not.toContain('pr=');
    expect(preview?.environmentVariables?.map(({ key }) => key)).toEqual([
      'STAGE',
      'ASTRO_BRANCH',
      'ASTRO_BRANCH_SLUG',
    ]);
    // The pull request comes later and finds it.
    expect(await world.step(pullRequest('opened', branch, commit))).toMatchObject({
      code: 0,
      outputs: { created: 'false', 'preview-id': preview?.id },
    });
    expect(previews()).toHaveLength(1);
  });

  test('`action: deploy` on a branch without a Deployment named, and a removal without a branch, are told apart from doing nothing', async () => {
    expect(await world.step(push(branch, sha), { action: 'deploy', 'deployment-name': '' })).toMatchObject({
      code: 1,
      requests: [],
      annotations: [expect.stringContaining('`action: deploy` needs `deployment-name` or `deployment-id`')],
    });
    expect(await world.step(push(branch, sha), { action: 'delete-deployment-preview' })).toMatchObject({
      code: 1,
      requests: [],
      annotations: [expect.stringContaining('cannot tell from a `push` event whose preview is meant')],
    });
  });
});

describe('branches that move', () => {
  test('a retargeted pull request keeps its preview and gets the code of the new merge', async () => {
    const head = branched();
    const first = await world.step(pullRequest('opened', branch, head));
    world.project.git('checkout', '--quiet', '-b', 'release', 'main');
    world.commit('On the other base', { 'dags/release.py': 'r = 1\n' });
    world.project.git('merge', '--quiet', '--no-ff', '-m', 'merge', branch);
    const retargeted = pullRequest('edited', branch, head);
    const result = await world.step({
      ...retargeted,
      payload: { ...(retargeted.payload as object), changes: { base: { ref: { from: 'main' } } } },
    });
    expect(result).toMatchObject({
      code: 0,
      outputs: { result: 'deployed', 'deploy-type': 'dags-only', 'deployment-id': first.outputs['deployment-id'] },
    });
    expect(result.outputs['reason']).toMatch(/^DAGs: dags\/release\.py changed since /);
  });

  test('a renamed branch has a preview of its own; the old one goes with the old name', async () => {
    const head = branched();
    const old = await world.step(pullRequest('opened', branch, head), { 'deploy-type': 'dags-only' });
    world.github.branches.delete(branch);
    world.github.branches.set('feature/sign-in', head);
    const renamed = await world.step(pullRequest('opened', 'feature/sign-in', head), { 'deploy-type': 'dags-only' });
    expect(renamed.outputs).toMatchObject({ result: 'created' });
    expect(renamed.outputs['deployment-id']).not.toBe(old.outputs['deployment-id']);
    const gone = await world.step(deletion(branch), {}, { workspace: '/' });
    expect(JSON.parse(gone.outputs['deleted'] ?? '')).toEqual([old.outputs['deployment-id']]);
    expect(previews()).toEqual([expect.stringContaining(renamed.outputs['deployment-id'] ?? '')]);
  });

  test('a branch that is made again after its deletion gets a new Deployment under the old name', async () => {
    const head = branched();
    const before = await world.step(pullRequest('opened', branch, head), { 'deploy-type': 'dags-only' });
    world.github.branches.delete(branch);
    await world.step(deletion(branch), {}, { workspace: '/' });
    world.github.branches.set(branch, head);
    const after = await world.step(pullRequest('opened', branch, head), { 'deploy-type': 'dags-only' });
    expect(after.outputs).toMatchObject({ result: 'created', 'deployment-name': before.outputs['deployment-name'] });
    expect(after.outputs['deployment-id']).not.toBe(before.outputs['deployment-id']);
  });

  test('a rebase, and a merge of main into the branch, are compared tree by tree', async () => {
    const head = branched();
    await world.step(pullRequest('opened', branch, head));
    world.project.git('checkout', '--quiet', 'main');
    world.commit('On main', { 'dags/main.py': 'm = 1\n' });
    world.project.git('checkout', '--quiet', branch);
    world.project.git('rebase', '--quiet', 'main');
    const rebased = world.project.git('rev-parse', 'HEAD');
    world.github.branches.set(branch, rebased);
    const first = await world.step(pullRequest('synchronize', branch, rebased));
    expect(first.outputs['reason']).toMatch(/^DAGs: dags\/main\.py changed since /);

    world.project.git('checkout', '--quiet', 'main');
    world.commit('On main', { 'packages.txt': 'gcc\n' });
    world.project.git('checkout', '--quiet', branch);
    world.project.git('merge', '--quiet', '--no-ff', '-m', 'Merge main', 'main');
    const merged = world.project.git('rev-parse', 'HEAD');
    world.github.branches.set(branch, merged);
    const second = await world.step(pullRequest('synchronize', branch, merged));
    expect(second.outputs['reason']).toMatch(/^image: packages\.txt changed since /);
  });

  test('the default branch has another name', async () => {
    const trunk = (given: SampleEvent): SampleEvent => ({
      ...given,
      payload: { ...(given.payload as object), repository: { ...repository, default_branch: 'trunk' } },
    });
    world.project.git('checkout', '--quiet', '-b', 'trunk');
    const commit = world.commit('One', { 'dags/a.py': 'a = 1\n' });
    expect(await world.step(trunk(push('trunk', commit)))).toMatchObject({
      outputs: { result: 'deployed', 'deployment-id': production },
    });
    expect(await world.step(trunk(push('main', commit)))).toMatchObject({
      outputs: { result: 'skipped' },
      requests: [],
    });
    expect(await world.step(trunk(deletion('trunk')))).toMatchObject({ outputs: { result: 'skipped' }, requests: [] });
    world.github.branches.set('main', commit);
    expect(
      await world.step(trunk(pullRequest('opened', 'main', commit)), { 'deploy-type': 'dags-only' }),
    ).toMatchObject({
      outputs: { result: 'created' },
    });
    // GitHub's answer names the default branch too, and the stand-in says main: only its id matters here.
    world.github.branches.delete('main');
    expect(await world.step(trunk(deletion('main')), {}, { workspace: '/' })).toMatchObject({
      outputs: { result: 'deleted' },
    });
    expect(previews()).toEqual([]);
  });
});

test('a delete event runs on the default branch: neither its template nor its Deployment plays a part [T-09]', async () => {
  const head = branched();
  const { outputs } = await world.step(pullRequest('opened', branch, head), { 'deploy-type': 'dags-only' });
  world.project.git('checkout', '--quiet', 'main');
  const broken = world.commit('A template that is no YAML', { '.astro/preview.yaml': 'deployment: [\n' });
  world.github.branches.set('main', broken);
  world.github.branches.delete(branch);
  const result = await world.step(deletion(branch, 'branch', broken));
  expect(result).toMatchObject({ code: 0, outputs: { result: 'deleted' }, annotations: [] });
  expect(JSON.parse(result.outputs['deleted'] ?? '')).toEqual([outputs['deployment-id']]);
  expect(world.astro.deployments().map(({ id }) => id)).toEqual([production]);
});

test('the protected Deployment is never deleted, not even when it carries a mark of the default branch [T-09]', async () => {
  const head = branched();
  const { outputs } = await world.step(pullRequest('opened', branch, head), { 'deploy-type': 'dags-only' });
  const marked = world.astro.deployments().find(({ id }) => id === outputs['deployment-id'])?.description ?? '';
  world.astro.change(production, { description: marked.replace(`refs/heads/${branch}`, 'refs/heads/main') });
  world.github.branches.delete(branch);
  const merged = pullRequest('closed', branch, head, { merged: true });
  expect(merged.env['GITHUB_REF']).toBe('refs/heads/main');
  for (const given of [merged, deletion(branch), deletion('main')]) await world.step(given, {}, { workspace: '/' });
  expect(world.astro.deployments().map(({ id }) => id)).toEqual([production]);
  const deleted = world.astro.requests.filter(({ method }) => method === 'DELETE').map(({ path }) => path);
  expect(deleted).toEqual([expect.stringMatching(`/deployments/${outputs['deployment-id'] ?? ''}$`)]);
});
