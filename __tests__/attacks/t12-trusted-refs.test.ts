import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pullRequest } from '../../sandbox/events.ts';
import { startWorld, type Told, type World } from '../scenarios/world.ts';

const branch = 'feature/x';
const named = (name: string): string => `version: 1\npreview: { name: ${name} }\n`;
let world: World;
let sha: string;
let origin: string;
beforeEach(async () => {
  world = await startWorld();
  const { git, folder } = world.project;
  world.commit('Configuration', { '.astro/branch-deploy.yaml': named('of-main') });
  origin = join(folder, '..', 'origin.git');
  execFileSync('git', ['init', '--quiet', '--bare', origin]);
  git('remote', 'add', 'origin', origin);
  git('checkout', '--quiet', '-b', branch);
  sha = world.commit('Mine', { '.astro/branch-deploy.yaml': named('of-the-branch'), 'dags/x.py': 'x = 1\n' });
  git('push', '--quiet', 'origin', 'main', branch);
  world.github.branches.set('main', git('rev-parse', 'main'));
});
afterEach(async () => {
  await world.end();
});
const run = (ref: string): Promise<Told> =>
  world.step(pullRequest('opened', branch, sha), { 'config-ref': ref, 'deploy-type': 'dags-only', 'dry-run': 'true' });
/** Whoever may push a branch may push a tag. */
const pushTag = (): void => {
  world.project.git('push', '--quiet', 'origin', `${branch}:refs/tags/main`);
  world.github.tags.set('main', sha);
};

describe.each([
  ['through git', () => undefined],
  [
    'through GitHub, where git may not ask the remote',
    () => {
      world.project.git('remote', 'set-url', 'origin', join(origin, 'missing'));
    },
  ],
])('%s', (_, prepare) => {
  test.each(['main', 'refs/heads/main'])('`config-ref: %s` is the branch [T-12]', async (ref) => {
    prepare();
    expect((await run(ref)).outputs['plan']).toContain('of-main-');
  });

  test('a tag of the same name makes the short name an error, and the full name stays the branch [T-12]', async () => {
    pushTag();
    prepare();
    const short = await run('main');
    expect(short).toMatchObject({ code: 1, outputs: { result: 'failed' } });
    expect(short.annotations).toEqual([
      'error: `config-ref`: `main` is a branch and a tag. Write `refs/heads/main` or `refs/tags/main`.',
    ]);
    expect(short.requests.filter((request) => request.startsWith('Astro'))).toEqual([]);
    const full = await run('refs/heads/main');
    expect(full.annotations).toEqual([]);
    expect(full.outputs['plan']).toContain('of-main-');
  });

  test('a tag that is only a tag must be written in full [T-12]', async () => {
    world.project.git('push', '--quiet', 'origin', `${branch}:refs/tags/v1`);
    world.github.tags.set('v1', sha);
    prepare();
    expect((await run('v1')).annotations[0]).toContain('`config-ref`: there is no branch `v1` in this repository.');
  });

  test('a commit id is itself', async () => {
    prepare();
    const commit = world.project.git('rev-parse', 'main');
    expect((await run(commit)).outputs['plan']).toContain('of-main-');
  });
});

test('`refs/tags/` reads the tag, an annotated one too', async () => {
  const { git } = world.project;
  git('tag', '--annotate', '--message', 'x', 'v2', 'main');
  git('push', '--quiet', 'origin', 'v2');
  expect((await run('refs/tags/v2')).outputs['plan']).toContain('of-main-');
});

test('a misspelt branch is named, with the one that was meant', async () => {
  const { annotations } = await run('mian');
  expect(annotations).toEqual([
    'error: `config-ref`: there is no branch `mian` in this repository. Did you mean `main`?',
  ]);
});
