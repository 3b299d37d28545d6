import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { repository, type SampleEvent } from '../../sandbox/events.ts';
import { startWorld } from './world.ts';

type Payload = Record<string, unknown>;
const file = createRequire(import.meta.url).resolve('@octokit/webhooks-examples');
const examples = JSON.parse(readFileSync(file, 'utf8')) as { name: string; examples: Payload[] }[];

/** GitHub's own example of an event, moved into the repository of the story. */
function example(
  name: string,
  action: string | undefined,
  env: Record<string, string>,
  change: (payload: Payload) => Payload,
): SampleEvent {
  const found =
    examples
      .find((event) => event.name === name)
      ?.examples.find((payload) => action === undefined || payload['action'] === action) ?? {};
  const home = {
    ...(found['repository'] as Payload),
    id: repository.id,
    name: repository.name,
    full_name: repository.full_name,
    default_branch: 'main',
  };
  return {
    event: name,
    payload: { ...change(found), repository: home },
    env: { GITHUB_REPOSITORY: repository.full_name, ...env },
  };
}

test('the life of a branch, told by GitHub’s own payloads', async () => {
  const world = await startWorld();
  const branch = 'feature/login';
  world.astro.addDeployment({ name: 'etl-prod' });
  world.project.git('checkout', '--quiet', '-b', branch);
  const sha = world.commit('Add a DAG', { 'dags/login.py': '1\n' });
  const pull = (action: string, merged: boolean) =>
    example(
      'pull_request',
      action,
      { GITHUB_REF: merged ? 'refs/heads/main' : 'refs/pull/2/merge', GITHUB_SHA: sha },
      (payload) => {
        const given = payload['pull_request'] as Payload;
        const head = { ...(given['head'] as Payload), ref: branch, sha, repo: { id: repository.id } };
        return { ...payload, pull_request: { ...given, merged, head } };
      },
    );
  const seen: string[] = [];
  const play = async (event: SampleEvent, inputs = {}): Promise<void> => {
    const { code, outputs } = await world.step(event, inputs);
    seen.push(
      `${event.event} ${(event.payload as { action?: string }).action ?? ''}: exit ${String(code)}, ${outputs['result'] ?? ''}, ${outputs['deploy-type'] ?? ''}`,
    );
  };
  await play(pull('opened', false));
  await play(pull('reopened', false));
  world.project.git('checkout', '--quiet', 'main');
  world.project.git('merge', '--quiet', '--no-ff', '-m', 'merge', branch);
  const merged = world.project.git('rev-parse', 'HEAD');
  world.github.branches.set('main', merged);
  await play(
    example('push', undefined, { GITHUB_REF: 'refs/heads/main', GITHUB_SHA: merged }, (payload) => ({
      ...payload,
      ref: 'refs/heads/main',
      after: merged,
      deleted: false,
      created: false,
    })),
  );
  await play(pull('closed', true));
  world.github.branches.delete(branch);
  await play(
    example('delete', undefined, { GITHUB_REF: 'refs/heads/main', GITHUB_SHA: merged }, (payload) => ({
      ...payload,
      ref: branch,
      ref_type: 'branch',
    })),
  );
  await play(example('delete', undefined, { GITHUB_REF: 'refs/heads/main', GITHUB_SHA: merged }, (payload) => payload));
  await play(
    example(
      'merge_group',
      'checks_requested',
      { GITHUB_REF: 'refs/heads/gh-readonly-queue/main/pr-2', GITHUB_SHA: merged },
      (payload) => payload,
    ),
  );
  expect(seen).toEqual([
    'pull_request opened: exit 0, created, image-and-dags',
    'pull_request reopened: exit 0, nothing, none',
    'push : exit 0, deployed, image-and-dags',
    'pull_request closed: exit 0, deleted, none',
    'delete : exit 0, nothing, none',
    'delete : exit 0, skipped, none',
    'merge_group checks_requested: exit 0, planned, none',
  ]);
  expect(world.astro.deployments().map(({ name }) => name)).toEqual(['etl-prod']);
  expect(world.astro.violations).toEqual([]);
  await world.end();
});
