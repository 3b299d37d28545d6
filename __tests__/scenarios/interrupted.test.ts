import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pullRequest } from '../../sandbox/events.ts';
import { startWorld, type Told, type World } from './world.ts';

let world: World;
let temp: string;
let sha: string;
beforeEach(async () => {
  temp = mkdtempSync(join(tmpdir(), 'runner-temp-'));
  await begin();
});
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  // I7: nothing of ours is left on the disk, however the run ended.
  expect(readdirSync(temp)).toEqual([]);
  rmSync(temp, { recursive: true });
  await world.end();
});

async function begin(options: Parameters<typeof startWorld>[0] = {}): Promise<void> {
  world = await startWorld(options);
  world.project.git('checkout', '--quiet', '-b', 'feature/x');
  sha = world.commit('x', { 'dags/x.py': '1\n' });
}
const open = (branch: string, more: Parameters<World['step']>[2] = {}): Promise<Told> => {
  world.github.branches.set(branch, sha);
  return world.step(pullRequest('opened', branch, sha), {}, { ...more, env: { RUNNER_TEMP: temp } });
};

/** I1, I2, I4: one marked Deployment for the branch, and it runs the code. */
async function expectAsAfterACleanRun(branch: string, known: ReadonlySet<string>): Promise<string> {
  const own = world.astro.deployments().filter(({ id }) => !known.has(id));
  expect(own).toHaveLength(1);
  const [preview] = own;
  expect(preview).toMatchObject({
    status: 'HEALTHY',
    description: expect.stringContaining(`ref=refs/heads/${branch} `),
    environmentVariables: expect.arrayContaining([expect.objectContaining({ key: 'ASTRO_BRANCH', value: branch })]),
  });
  const id = preview?.id ?? '';
  const ran = world.astro.deploys(id).filter(({ status }) => status === 'DEPLOYED');
  expect(ran.at(-1)).toMatchObject({ type: 'IMAGE_AND_DAG', git: { commitSha: sha } });
  expect(preview?.imageTag).toBe(ran.at(-1)?.imageTag);
  expect((await world.astro.archive(id)).map(({ name }) => name)).toEqual(['dags/hello.py', 'dags/x.py']);
  return id;
}

test.each([
  ['R-17', 'SIGKILL', 'is never carried out'],
  ['R-17, s44', 'SIGKILL', 'is carried out'],
  ['R-16', 'SIGINT', 'is never carried out'],
] as const)(
  '%s, %s at every request, which %s: the next run ends as a clean one does [I4]',
  async (_, signal, fate) => {
    const known = new Set<string>();
    await open('clean');
    known.add(await expectAsAfterACleanRun('clean', known));
    const all = world.astro.requests.map(({ operation }) => operation);
    expect(all.length).toBeGreaterThan(8);
    for (const [index, operation] of all.entries()) {
      const branch = `cell-${String(index)}`;
      let send: (signal: NodeJS.Signals) => Promise<void> = () => Promise.resolve();
      let seen = 0;
      let hit = '';
      world.astro.onRequest = async (request) => {
        if (seen++ !== index) return;
        hit = request.operation;
        await send(signal);
        if (fate === 'is never carried out') await new Promise<never>(() => undefined);
      };
      const interrupted = await open(branch, {
        onStart: (give) => {
          send = give;
        },
      });
      world.astro.onRequest = undefined;
      // Two requests that are sent side by side may come in either order.
      expect(all).toContain(hit);
      expect([operation, interrupted.code]).toEqual([operation, signal === 'SIGINT' ? 130 : null]);
      if (signal === 'SIGINT') {
        expect(interrupted.annotations).toEqual(['error: The run was cancelled (SIGINT).']);
        expect(interrupted.outputs['result']).toBe('failed');
      }
      expect(readdirSync(temp)).toEqual([]);
      expect(await open(branch)).toMatchObject({ code: 0 });
      known.add(await expectAsAfterACleanRun(branch, known));
    }
  },
  240_000,
);

test.each([
  ['build', 'SIGINT', 130],
  ['build', 'SIGKILL', null],
  ['login', 'SIGINT', 130],
  ['push', 'SIGTERM', 130],
  ['push', 'SIGKILL', null],
] as const)(
  'docker %s is running when %s comes: the credentials are gone, and the next run goes on [R-16, R-17, R-18, T-18]',
  async (hangs, signal, code) => {
    await world.end();
    await begin({ docker: { hangs } });
    const interrupted = await open('feature/x', {
      onStart: (send) => void whenHanging(hangs).then(() => send(signal)),
    });
    expect(interrupted).toMatchObject({ code });
    expect(readdirSync(temp)).toEqual([]);
    expect(world.astro.deployments()).toHaveLength(1);
  },
);

/** Resolves when docker was called for this. */
async function whenHanging(subcommand: string): Promise<void> {
  while (!world.docker.calls().some(({ args }) => args[0] === subcommand))
    await new Promise((resolve) => setTimeout(resolve, 20));
}
