import { afterEach, describe, expect, test } from '@jest/globals';
import { pullRequest } from '../../sandbox/events.ts';
import type { PlayedFailure } from '../../sandbox/docker-stand-in.ts';
import { startWorld, token, type Told, type World } from './world.ts';

const branch = 'feature/x';
const daemonDown = 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?';
let world: World;
afterEach(() => world.end());

async function open(failure: PlayedFailure, inputs: Readonly<Record<string, string>> = {}): Promise<Told> {
  world = await startWorld({ docker: { failure } });
  world.project.git('checkout', '--quiet', '-b', branch);
  const sha = world.commit('Add a DAG', { 'dags/x.py': 'x = 1\n' });
  return world.step(pullRequest('opened', branch, sha), inputs, { speed: 5 });
}
/** Without notices of a GitHub that answers late on a busy machine. */
const errors = ({ annotations }: Told): string[] => annotations.filter((text) => text.startsWith('error: '));
const commands = (): string[] => world.docker.calls().map(({ args }) => args[0] ?? '');

describe('what an image deploy needs is checked before a preview is created', () => {
  test.each([
    [
      'the daemon does not answer',
      { command: 'version', says: daemonDown },
      {},
      /`docker version` failed .*Start the docker daemon[^]*Cannot connect/,
    ],
    [
      'buildx is missing, and a cache needs it',
      { command: 'buildx version', says: "docker: 'buildx' is not a docker command." },
      { 'cache-from': 'type=gha' },
      /docker has no buildx plugin, which `cache-from`.*docker-buildx-plugin/,
    ],
    [
      'the image of `image-name` is not there',
      { command: 'image inspect', says: 'Error: No such image: app:1' },
      { 'image-name': 'app:1' },
      /The image `app:1` \(`image-name`\) is not on this machine\. Build or pull it in an earlier step/,
    ],
    [
      'the daemon stopped, with `image-name`',
      { command: 'image inspect', says: daemonDown },
      { 'image-name': 'app:1' },
      /image inspect` of the image `app:1`.*daemon no longer answers/,
    ],
  ])('%s [R-28]', async (_, failure, inputs, words) => {
    const result = await open(failure, inputs);
    expect(result.code).toBe(1);
    expect(errors(result)).toEqual([expect.stringMatching(words)]);
    expect(world.astro.deployments()).toEqual([]);
    expect(result.requests.filter((request) => /Astro (?:POST|PATCH|DELETE)/.test(request))).toEqual([]);
  });

  test('a deploy without an image needs no engine', async () => {
    const result = await open({ command: 'version', says: daemonDown }, { 'deploy-type': 'dags-only' });
    expect(result).toMatchObject({ code: 0, outputs: { result: 'created', 'deploy-type': 'dags-only' } });
  });
});

describe('calls of docker that are safe to repeat are repeated', () => {
  test.each([
    ['login', 'Error response from daemon: Get "https://images.astronomer.cloud/v2/": net/http: TLS handshake timeout'],
    ['tag', 'Error response from daemon: context deadline exceeded'],
    ['image inspect', 'Error response from daemon: context deadline exceeded'],
    ['push', 'received unexpected HTTP status: 503 Service Unavailable'],
  ])('%s fails twice, then works', async (command, says) => {
    const result = await open({ command, says, times: 2 });
    expect(result).toMatchObject({ code: 0, outputs: { result: 'created', 'deploy-type': 'image-and-dags' } });
    expect(commands().filter((name) => name === command.split(' ')[0])).toHaveLength(3);
  });

  test('a login that fails three times says nothing about the token', async () => {
    const result = await open({ command: 'login', says: 'dial tcp: lookup images.astronomer.cloud: no such host' });
    expect(result.code).toBe(1);
    expect(errors(result)).toEqual([
      expect.stringMatching(/Login to the registry .*No code was deployed\..*Run the job again/),
    ]);
    expect(errors(result)[0]).not.toMatch(/expired|token/);
    expect(commands().filter((name) => name === 'login')).toHaveLength(3);
  });
});

describe('messages say what is wrong', () => {
  test('a daemon that stops before the login is named, not the token', async () => {
    const result = await open({ command: 'login', says: daemonDown });
    expect(errors(result)).toEqual([expect.stringContaining('The docker daemon does not answer')]);
    expect(errors(result)[0]).not.toContain('expired');
  });

  test('an image that this step built is not asked for from an earlier step', async () => {
    const result = await open({ command: 'image inspect', says: 'Error: No such image: astro-branch-deploy' });
    expect(errors(result)).toEqual([
      expect.stringMatching(/of the image that this step has built failed.*driver of the builder/),
    ]);
    expect(errors(result)[0]).not.toContain('earlier step of the job');
  });

  test('a build that fails after a Deployment was made does not say that nothing was deployed', async () => {
    const result = await open({ command: 'build', says: 'no space left on device' });
    expect(result).toMatchObject({ code: 1, outputs: { created: 'true' } });
    expect(errors(result)).toEqual([expect.stringContaining('The image was not built, so no code was deployed.')]);
    expect(errors(result)[0]).not.toMatch(/nothing was deployed/i);
  });
});

describe('a registry that denies the bare token', () => {
  const says = 'Error response from daemon: login attempt failed with status: 401 Unauthorized';

  test('gets one more login in the form that Astro’s CLI uses', async () => {
    const result = await open({ command: 'login', says, unlessInput: 'Bearer ' });
    expect(result).toMatchObject({ code: 0, outputs: { result: 'created' } });
    const logins = world.docker.calls().filter(({ args }) => args[0] === 'login');
    expect(logins.map(({ stdin }) => stdin)).toEqual([token, `Bearer ${token}`]);
    expect(JSON.stringify(logins.map(({ args, env }) => ({ args, env })))).not.toContain(token);
  });

  test('that denies both is told with what to do about the token', async () => {
    const result = await open({ command: 'login', says });
    expect(errors(result)).toEqual([expect.stringMatching(/does not let the API token push.*Make a new token/)]);
    expect(commands().filter((name) => name === 'login')).toHaveLength(2);
  });

  test('that takes the login and denies the push is asked in the other form too', async () => {
    const result = await open({ command: 'push', says: 'denied: requested access to the resource is denied' });
    expect(errors(result)).toEqual([expect.stringContaining('does not let the API token push')]);
    expect(commands().filter((name) => name === 'push')).toHaveLength(2);
  });
});
