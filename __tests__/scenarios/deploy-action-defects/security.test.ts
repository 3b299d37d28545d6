import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deletion, pullRequest, push } from '../../../sandbox/events.ts';
import { githubToken, startWorld, token, type World } from '../world.ts';
import { creation, ended, movedOver, watch, type Watch } from './kit.ts';

// Every story: what somebody may write into a branch or a commit ran as a command, or the token got away.

let world: World;
let production: string;
let watched: Watch;
beforeEach(async () => {
  world = await startWorld();
  production = world.astro.addDeployment({ name: 'etl-prod' }).id;
  watched = watch(world);
});
afterEach(async () => {
  for (const folder of [world.project.folder, process.cwd()]) expect(existsSync(join(folder, 'pwned'))).toBe(false);
  watched.end();
  await world.end();
  expect(world.astro.violations).toEqual([]);
});

/** Nothing but git and docker was started, and nobody got the token on a command line. */
function expectQuiet(): void {
  expect(watched.started().filter((line) => !line.startsWith('git '))).toEqual([]);
  const seen = JSON.stringify([watched.started(), world.docker.calls().map(({ args }) => args)]);
  for (const secret of [token, githubToken]) expect(seen).not.toContain(secret);
}
function branched(name: string): string {
  world.project.git('checkout', '--quiet', '-b', name);
  return world.commit('On a branch', { 'dags/a.py': 'a = 1\n' });
}

test('defect 33: a branch name that is a script, created and deleted', async () => {
  const branch = 'x$(touch${IFS}pwned)`touch${IFS}pwned`';
  const inputs = { ...movedOver(production), 'deploy-type': 'dags-only' };
  const { env } = watched;
  const made = await world.step(
    creation(branch, branched(branch)),
    { ...inputs, action: 'create-deployment-preview' },
    { env },
  );
  expect(ended(made)).toBe('0 created dags-only');
  world.github.branches.delete(branch);
  const gone = await world.step(deletion(branch), { ...inputs, action: 'delete-deployment-preview' }, { env });
  expect(ended(gone)).toBe('0 deleted none');
  expectQuiet();
});

test('defect 34: a branch name that asks for the token where there is no preview yet', async () => {
  const branch = 'x$(printenv${IFS}ASTRO_API_TOKEN>pwned)';
  const result = await world.step(
    pullRequest('synchronize', branch, branched(branch)),
    {
      ...movedOver(production),
      'astro-api-token': '',
      action: 'deploy-deployment-preview',
      'deploy-type': 'dags-only',
    },
    { env: { ...watched.env, ASTRO_API_TOKEN: token } },
  );
  expect(ended(result)).toBe('0 created dags-only');
  expectQuiet();
  expect(watched.left()).toEqual([]);
  expect(result.log.replaceAll(`::add-mask::${token}`, '')).not.toContain(token);
});

const evil = 'x\'; touch pwned; echo \'y "$(touch pwned)" `touch pwned`';
test('defect 35: inputs that are scripts, and a description of several lines', async () => {
  const inputs = { ...movedOver(production), action: 'deploy' };
  const description = `${evil}\nsecond line\ndeployment-id=owned`;
  const deploy = (more: Record<string, string>) =>
    world.step(
      push('main', world.commit('x', { 'dags/a.py': `a = ${String(Math.random())}\n` })),
      { ...inputs, ...more },
      watched,
    );
  const described = await deploy({ description });
  expect(ended(described)).toBe('0 deployed image-and-dags');
  expect(described.outputs['deployment-id']).toBe(production);
  expect(world.astro.deploys(production)[0]?.description).toBe(description);
  // Whether they are refused or taken, they are text.
  for (const name of ['root-folder', 'image-name', 'mount-path', 'preview-name', 'workspace'])
    expect((await deploy({ [name]: evil })).outputs['result']).toMatch(/^(?:deployed|failed)$/);
  await deploy({ pytest: 'true', 'pytest-file': evil, 'deploy-type': 'image-and-dags' });
  expectQuiet();
});

test('defect 36: nothing is downloaded and nothing installed, whatever `cli-version` says', async () => {
  const sha = world.commit('x', { 'requirements.txt': 'x\n' });
  const result = await world.step(push('main', sha), { ...movedOver(production), 'cli-version': '1.30.0' }, watched);
  expect(ended(result)).toBe('0 deployed image-and-dags');
  expectQuiet();
  const own = [world.astro.url, world.github.url].map((url) => new URL(url).port);
  expect(watched.connected().filter((to) => !own.some((port) => to.endsWith(`:${port}`)))).toEqual([]);
  const used = readFileSync(new URL('../../../action.yml', import.meta.url), 'utf8');
  expect(used).toMatch(/^ {2}using: node24$/m);
  expect(used).not.toMatch(/^\s*-? *uses:/m);
});

test('defect 37: the token is not written to disk, and no Workspace is selected for the next job', async () => {
  const { env } = watched;
  const sha = world.commit('x', { 'requirements.txt': 'x\n' });
  const inputs = { ...movedOver(production), workspace: 'cm0workspace0000000000000', 'astro-api-token': '' };
  const result = await world.step(push('main', sha), inputs, { env: { ...env, ASTRO_API_TOKEN: token } });
  expect(ended(result)).toBe('0 deployed image-and-dags');
  expect(watched.left()).toEqual([]);
  expect(result.written).toEqual({ env: '', path: '' });
  expect(world.docker.calls().find(({ args }) => args[0] === 'login')?.stdin).toContain(token);
  expectQuiet();
});
