import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pullRequest, push, repository } from '../../../sandbox/events.ts';
import { startWorld, type Told, type World } from '../world.ts';
import { builds, creation, ended, event, inFolder, movedOver, running, writes } from './kit.ts';

// Every story: deploy-action deployed, but the wrong part of the project, the wrong commit or to the wrong Deployment.

let world: World;
let production: string;
beforeEach(async () => {
  world = await startWorld();
  production = world.astro.addDeployment({ name: 'etl-prod' }).id;
});
afterEach(async () => {
  await world.end();
  expect(world.astro.violations).toEqual([]);
});

const branch = 'feature/login';
const merge = (files: Record<string, string>, inputs: Record<string, string> = {}): Promise<Told> =>
  world.step(push('main', world.commit('Merge', files)), { ...movedOver(production), ...inputs });

test('defect 13: `dags/` somewhere in the path', async () => {
  running(world, production);
  for (const name of ['include/dags/helper.sql', 'tests/dags/test_dag_example.py'])
    expect(ended(await merge({ [name]: 'x = 1\n' }))).toBe('0 deployed image-and-dags');
});

test('defect 14: a root folder whose name ends in `dags`', async () => {
  world.commit('A folder', inFolder('example-dags'));
  running(world, production, 'example-dags');
  for (const name of ['Dockerfile', 'requirements.txt'])
    expect(ended(await merge({ [`example-dags/${name}`]: 'FROM scratch\n' }, { 'root-folder': 'example-dags' }))).toBe(
      '0 deployed image-and-dags',
    );
  expect(builds(world)).toHaveLength(2);
});

test('defect 15: a helper that moved from the image into the DAG folder', async () => {
  world.commit('A helper', { 'include/helper.py': 'h = 1\n' });
  running(world, production);
  world.project.git('mv', 'include/helper.py', 'dags/helper.py');
  const result = await merge({});
  expect(ended(result)).toBe('0 deployed image-and-dags');
  expect(result.outputs['reason']).toMatch(/^image: include\/helper\.py changed since /);
});

test('defect 16: a sibling folder whose name begins in the same way', async () => {
  world.commit('Folders', { ...inFolder('astro'), 'astro-legacy/x.py': 'x = 1\n' });
  running(world, production, 'astro');
  const result = await merge({ 'astro-legacy/x.py': 'x = 2\n' }, { 'root-folder': 'astro' });
  expect(ended(result)).toBe('0 nothing none');
});

test('defect 17: a README outside of the project, with DAG deploys off or an image of the team’s own', async () => {
  world.astro.change(production, { isDagDeployEnabled: false });
  world.commit('A folder', inFolder('astro'));
  running(world, production, 'astro');
  const readme = (text: string, more: Record<string, string> = {}): Promise<Told> =>
    merge({ 'README.md': text }, { 'root-folder': 'astro', ...more });
  expect(ended(await readme('1\n'))).toBe('0 nothing none');
  expect(world.docker.calls()).toEqual([]);
  // Nobody recorded which image runs, so the first deploy of the team's own image is one.
  const own = { 'image-name': 'my/etl:1' };
  expect(ended(await readme('2\n', own))).toBe('0 deployed image-and-dags');
  expect(ended(await readme('3\n', own))).toBe('0 nothing none');
});

test('defect 18: events that name no two commits: one image for a pull request, DAGs alone for its merge', async () => {
  running(world, production);
  world.project.git('checkout', '--quiet', '-b', branch);
  const sha = world.commit('A DAG', { 'dags/a.py': 'a = 1\n' });
  const results = [];
  for (const given of [
    creation(branch, sha),
    ...['opened', 'reopened', 'labeled', 'ready_for_review'].map((action) => pullRequest(action, branch, sha)),
  ])
    results.push(ended(await world.step(given)));
  expect(results).toEqual([
    '0 skipped none',
    '0 created image-and-dags',
    '0 nothing none',
    '0 nothing none',
    '0 nothing none',
  ]);
  const before = builds(world).length;
  expect(before).toBe(1);

  const inputs = { ...movedOver(production), action: 'deploy' };
  world.project.git('checkout', '--quiet', 'main');
  const runs = { workflow_run: { head_repository: { id: repository.id } } };
  for (const [index, given] of [
    (merged: string) => pullRequest('closed', branch, merged, { merged: true }),
    (merged: string) => event('workflow_run', 'refs/heads/main', merged, runs),
    (merged: string) => event('schedule', 'refs/heads/main', merged),
    (merged: string) => event('release', 'refs/tags/v1', merged),
  ].entries()) {
    const merged = world.commit('Merge', { 'dags/a.py': `a = ${String(index)}\n` });
    expect(ended(await world.step(given(merged), inputs))).toBe('0 deployed dags-only');
  }
  expect(builds(world)).toHaveLength(before);
});

test('defect 19: `opened` and `synchronize` deploy the same kind of commit: the one that is checked out', async () => {
  world.project.git('checkout', '--quiet', '-b', branch);
  for (const [index, action] of ['opened', 'synchronize'].entries()) {
    const head = world.commit('On the branch', { 'dags/a.py': `a = ${String(index)}\n` });
    world.project.git('checkout', '--quiet', '--detach', 'main');
    world.project.git('merge', '--quiet', '--no-ff', '-m', 'Merge', head);
    const merged = world.project.git('rev-parse', 'HEAD');
    const result = await world.step(pullRequest(action, branch, head));
    expect(result.outputs).toMatchObject({ 'commit-sha': merged });
    const deploy = world.astro.deploys(result.outputs['deployment-id'] ?? '').at(-1);
    expect(deploy?.git).toMatchObject({ commitSha: merged });
    world.project.git('checkout', '--quiet', branch);
  }
});

test('defect 20: docs, workflows and README in the project', async () => {
  world.commit('Ignore', { '.dockerignore': '.git\nREADME.md\ndocs\n' });
  running(world, production);
  const result = await merge({ 'docs/a.md': 'a\n', '.github/workflows/x.yml': 'on: push\n', 'README.md': 'more\n' });
  expect(ended(result)).toBe('0 nothing none');
  expect(world.docker.calls()).toEqual([]);
});

test('defect 21: a checkout of depth 1, also where git may not fetch any more', async () => {
  running(world, production);
  const base = world.project.git('rev-parse', 'HEAD');
  const shallow = mkdtempSync(join(tmpdir(), 'shallow-'));
  try {
    for (const [index, remote] of [`file://${world.project.folder}`, join(shallow, 'nowhere')].entries()) {
      const sha = world.commit('A DAG', { 'dags/a.py': `a = ${String(index)}\n` });
      const folder = join(shallow, String(index));
      execFileSync('git', ['clone', '--quiet', '--depth=1', `file://${world.project.folder}`, folder]);
      execFileSync('git', ['-C', folder, 'remote', 'set-url', 'origin', remote]);
      for (const from of [base, ...world.astro.deploys(production).flatMap(({ git }) => git?.commitSha ?? [])])
        world.github.comparisons.set(`${from}...${sha}`, {
          mergeBase: from,
          files: [{ filename: 'dags/a.py', status: 'modified' }],
        });
      const result = await world.step(push('main', sha), movedOver(production), { workspace: folder });
      expect(ended(result)).toBe('0 deployed dags-only');
    }
  } finally {
    rmSync(shallow, { recursive: true });
  }
});

test('defect 22: `action: deploy` without a target does not look for one', async () => {
  const result = await world.step(push('main', world.commit('x', { 'dags/a.py': 'a = 1\n' })), {
    ...movedOver(''),
    action: 'deploy',
  });
  expect(ended(result)).toBe('1 failed none');
  expect(result.annotations).toEqual([expect.stringContaining('needs `deployment-name` or `deployment-id`')]);
  expect(result.requests).toEqual([]);
});

test('defect 23: `preview-id` is the id of previews only', async () => {
  const deployed = await merge({ 'dags/a.py': 'a = 1\n' }, { action: 'deploy' });
  expect(deployed.outputs).toMatchObject({ result: 'deployed', 'deployment-id': production });
  expect(deployed.outputs).not.toHaveProperty('preview-id');
  world.project.git('checkout', '--quiet', '-b', branch);
  const preview = await world.step(pullRequest('opened', branch, world.commit('x', {})));
  expect(preview.outputs['preview-id']).toBe(preview.outputs['deployment-id']);
  expect(preview.outputs['preview-id']).not.toBe(production);
  expect(writes(preview)).not.toEqual([]);
});
