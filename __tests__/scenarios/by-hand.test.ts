import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pullRequest, workflowDispatch } from '../../sandbox/events.ts';
import { startWorld, type Told, type World } from './world.ts';

const branch = 'feature/login';
const explicit = { action: 'deploy-deployment-preview', 'deploy-type': 'dags-only' };
const auto = { 'deploy-type': 'dags-only' };
let world: World;
let sha: string;
beforeEach(async () => {
  world = await startWorld();
  world.astro.addDeployment({ name: 'etl-prod' });
  world.project.git('checkout', '--quiet', '-B', branch);
  sha = world.commit('Add a DAG', { 'dags/login.py': 'x = 1\n' });
  world.github.pullRequests.push({ number: 42, branch, commit: sha, state: 'open' });
});
afterEach(async () => {
  await world.end();
  expect(world.astro.violations).toEqual([]);
});

const open = (): Promise<Told> => world.step(pullRequest('opened', branch, sha), auto);
const byHand = (inputs: Record<string, string>): Promise<Told> => world.step(workflowDispatch(branch, sha), inputs);
const updates = (told: Told): string[] =>
  told.requests.filter((request) => /POST .*deployments\/\{id\} /.test(request));
const preview = () => world.astro.deployments().find(({ name }) => name !== 'etl-prod');

describe('a run by hand on a branch with an open pull request is one for its preview [I10]', () => {
  test.each([
    ['action: deploy-deployment-preview', explicit],
    ['a plain dispatch', auto],
  ])('%s redeploys it, and nothing flips', async (_, inputs) => {
    const first = await open();
    expect(first.outputs['result']).toBe('created');
    const before = preview();
    const result = await byHand(inputs);
    expect(result).toMatchObject({
      code: 0,
      annotations: [],
      outputs: {
        result: 'deployed',
        'deployment-id': first.outputs['deployment-id'],
        'pull-request': '42',
        reason: expect.stringContaining('asked for by a dispatch event'),
      },
    });
    expect(updates(result)).toEqual([]);
    expect(preview()).toMatchObject({
      description: before?.description,
      environmentVariables: before?.environmentVariables,
    });
    expect(updates(await open())).toEqual([]);
  });

  test('the number is in a preview that a run by hand makes', async () => {
    expect(await byHand(auto)).toMatchObject({ outputs: { result: 'created', 'pull-request': '42' } });
    expect(preview()?.description).toContain('pr=42');
    expect(updates(await open())).toEqual([]);
  });

  test('without an open pull request a plain dispatch deploys nothing, and says so', async () => {
    world.github.pullRequests.length = 0;
    expect(await byHand(auto)).toMatchObject({
      code: 0,
      outputs: { result: 'skipped', reason: expect.stringContaining('no environment claims it') },
    });
  });

  test('where GitHub does not show pull requests, the preview keeps its number', async () => {
    await open();
    world.github.permissions.pullRequests = 'none';
    const result = await byHand(explicit);
    expect(result).toMatchObject({
      code: 0,
      outputs: { result: 'deployed' },
      annotations: [expect.stringContaining('`permissions: { pull-requests: read }`')],
    });
    expect(updates(result)).toEqual([]);
  });

  test('the rules for pull requests hold: without the label there is no preview', async () => {
    sha = world.commit('Label', { '.astro/branch-deploy.yaml': 'preview: { label: preview }\n' });
    expect(await byHand(auto)).toMatchObject({
      outputs: { result: 'skipped', reason: expect.stringContaining('does not carry the label `preview`') },
    });
    world.github.pullRequests[0] = { number: 42, branch, commit: sha, state: 'open', labels: ['preview'] };
    expect(await byHand(auto)).toMatchObject({ outputs: { result: 'created', 'pull-request': '42' } });
  });
});
