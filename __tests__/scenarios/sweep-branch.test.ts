import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { repository, schedule, workflowDispatch } from '../../sandbox/events.ts';
import { describePreview } from '../../src/core/identity.ts';
import { startWorld, type Told, type World } from './world.ts';

const day = 86_400_000;
const commit = 'a'.repeat(40);
let world: World;
beforeEach(async () => {
  world = await startWorld();
  world.github.branches.set('main', commit);
});
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  await world.end();
});

/** Makes a preview of a branch; gives back its id. */
function preview(branch: string, more: { project?: string; repositoryId?: number; age?: number } = {}): string {
  const { project = '.', repositoryId = repository.id, age = 5 * day } = more;
  const name = `etl-${branch}-${project === '.' ? 'root' : project}`;
  const identity = { repositoryId, ref: `refs/heads/${branch}`, project };
  const at = new Date(Date.now() - age).toISOString();
  const description = describePreview('Preview', identity, name, { pullRequest: 42 });
  return world.astro.addDeployment({ name, description, createdAt: at, updatedAt: at }).id;
}
const names = (): string[] => world.astro.deployments().map(({ name }) => name);
const writes = (told: Told): string[] => told.requests.filter((request) => !request.includes(' GET '));
const sweep = (inputs: Record<string, string>, event = workflowDispatch('refs/heads/main', commit)): Promise<Told> =>
  world.step(event, { template: '', action: 'sweep', ...inputs }, { workspace: '/' });

describe('`action: sweep` with `branch`', () => {
  test('removes the previews of this branch by hand, young ones too, and no others', async () => {
    world.astro.addDeployment({ name: 'etl-prod' });
    const asked = [preview('old'), preview('old', { project: 'ml', age: 60_000 })];
    preview('older');
    preview('old', { project: 'foreign', repositoryId: 7 });
    const result = await sweep({ branch: 'old', 'max-deletions': '1' });
    expect(result).toMatchObject({
      code: 0,
      annotations: [],
      outputs: {
        result: 'swept',
        deleted: JSON.stringify(asked),
        branch: 'old',
        reason: 'the sweep was asked for the branch old',
      },
    });
    expect(names()).toEqual(['etl-prod', 'etl-older-root', 'etl-old-foreign']);
    expect(result.summary).toContain('**keep**: `the sweep is for another branch`');
  });

  test.each([
    [
      'a pull request is open',
      true,
      'Pull request 42 of the branch x is open: its preview is removed because it was asked for',
    ],
    ['the branch exists', false, 'The branch x exists: its preview is removed because it was asked for'],
  ])('%s: it is removed all the same, and a notice says what follows', async (_, isOpen, notice) => {
    const id = preview('x');
    world.github.branches.set('x', commit);
    if (isOpen) world.github.pullRequests.push({ number: 42, branch: 'x', commit, state: 'open' });
    const result = await sweep({ branch: 'refs/heads/x' });
    expect(result).toMatchObject({ code: 0, outputs: { deleted: JSON.stringify([id]) } });
    expect(result.annotations).toEqual([expect.stringContaining(notice)]);
  });

  test('the configuration file is broken: removed all the same', async () => {
    const id = preview('x');
    world.github.files.set('main', new Map([['.astro/branch-deploy.yaml', 'previw: {}\n']]));
    const result = await sweep({ branch: 'x' });
    expect(result).toMatchObject({ code: 0, outputs: { deleted: JSON.stringify([id]) } });
    expect(result.annotations[0]).toContain('cannot be used');
  });

  test('a dry run shows it', async () => {
    preview('x');
    const result = await sweep({ branch: 'x', 'dry-run': 'true' });
    expect(result).toMatchObject({ code: 0, outputs: { result: 'planned' } });
    expect(result.log).toContain('- delete etl-x-root: the sweep was asked for the branch x');
    expect(writes(result)).toEqual([]);
  });

  test('a branch without a preview: a warning that names those that have one', async () => {
    preview('Feature/x');
    const result = await sweep({ branch: 'feature/x' });
    expect(result).toMatchObject({ code: 0, outputs: { result: 'swept' } });
    expect(result.outputs).not.toHaveProperty('deleted', expect.stringContaining('c'));
    expect(result.annotations).toEqual([
      'warning: `branch`: the branch feature/x has no preview of this repository, so nothing is removed. These have one: Feature/x.',
    ]);
    expect(writes(result)).toEqual([]);
  });

  test('the comment and the GitHub Deployment of what goes are ended, those of others are not', async () => {
    for (const [id, branch] of [
      [2001, 'x'],
      [2002, 'y'],
    ] as const) {
      preview(branch);
      const status = { id: id * 10, state: 'success', environmentUrl: '', logUrl: '', description: '' };
      const more = { ref: commit, description: '', transient: true, production: false, payload: {} };
      world.github.deployments.push({ id, environment: `preview/${branch}`, ...more, statuses: [status] });
    }
    await sweep({ branch: 'x', 'github-deployments': 'true' });
    expect(world.github.deployments.map(({ statuses }) => statuses.at(-1)?.state)).toEqual(['inactive', 'success']);
  });

  test.each([
    [{ action: 'auto', branch: 'x' }, '`branch` only means something with `action: sweep`'],
    [{ branch: 'refs/tags/v1' }, '`branch`: `refs/tags/v1` is no branch.'],
  ])('%j is refused before any request', async (inputs, message) => {
    const result = await sweep(inputs);
    expect(result).toMatchObject({ code: 1, requests: [], annotations: [expect.stringContaining(message)] });
  });
});

describe('`sweep-warns: true`', () => {
  const warning = expect.stringMatching(
    /^warning: The sweep removes what events should have removed \(`sweep-warns`\): etl-gone-root \(gone\), etl-closed-root \(closed\)\. Check that the workflow runs on `delete`/,
  );
  test.each([
    ['true', [warning]],
    ['false', []],
  ])('%s: what the deletion of a branch or the end of a pull request should have removed', async (warns, expected) => {
    preview('gone', { age: 6 * day });
    preview('closed');
    world.github.branches.set('closed', commit);
    expect(await sweep({ 'sweep-warns': warns }, schedule(commit))).toMatchObject({ code: 0, annotations: expected });
    expect(names()).toEqual([]);
  });

  test('what `ttl` ends is no matter of events', async () => {
    preview('old', { age: 20 * day });
    world.github.branches.set('old', commit);
    world.github.pullRequests.push({ number: 42, branch: 'old', commit, state: 'open' });
    expect(await sweep({ 'sweep-warns': 'true' }, schedule(commit))).toMatchObject({ code: 0, annotations: [] });
    expect(names()).toEqual([]);
  });
});
