import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pullRequest } from '../../sandbox/events.ts';
import { commandsIn, githubToken, startWorld, type Told, type World } from '../scenarios/world.ts';

/** As long as a real API token: longer than any line or table cell. */
const token = Array.from(
  { length: 134 },
  (_, index) => `part-${String(index).padStart(4, '0')}-${'xyz'.charAt(index % 3)}`,
).join('');
const branch = 'feature/x';

let world: World;
beforeEach(async () => {
  world = await startWorld();
  world.project.git('checkout', '--quiet', '-b', branch);
});
afterEach(async () => {
  await world.end();
});

/** Everything that leaves a run but for the headers of its requests and the masks that the runner is given. */
function sinks(result: Told): string[] {
  const log = result.log.replaceAll(/^::add-mask::.*$/gm, '');
  const sent = world.astro.requests.map(({ body }) => JSON.stringify(body ?? ''));
  return [
    log,
    result.summary,
    JSON.stringify(result.outputs),
    ...world.github.comments.map(({ body }) => body),
    ...sent,
  ];
}

/** No piece of a secret of 12 characters or more is in any sink. */
function expectNoPiece(result: Told, secrets = [token, githubToken]): void {
  for (const text of sinks(result))
    for (const secret of secrets)
      for (let at = 0; at + 12 <= secret.length; at++) {
        const piece = secret.slice(at, at + 12);
        if (text.includes(piece))
          throw new Error(`the piece ${piece} (at ${String(at)}) is in: ${text.slice(0, 3000)}`);
      }
}

const open = (sha: string, inputs: Record<string, string> = {}): Promise<Told> =>
  world.step(pullRequest('opened', branch, sha), {
    'astro-api-token': token,
    comment: 'true',
    'deploy-type': 'dags-only',
    ...inputs,
  });

describe('text that holds a secret is redacted before anything cuts it', () => {
  test.each([0, 100, 190, 290, 480, 495, 1_000, 1_990])(
    'an error of Astro, %i characters into it, in log, summary, outputs and comment [T-15]',
    async (before) => {
      const sha = world.commit('x', { 'dags/a.py': 'a = 1\n' });
      world.github.pullRequests.push({ number: 42, branch, commit: sha, state: 'open' });
      const message = `${'y '.repeat(before / 2)}${token} ${githubToken} tail`;
      const body = JSON.stringify({
        message,
        requestId: 'r',
        statusCode: 400,
        fieldErrors: [{ field: token, code: 'x', message: token }],
      });
      world.astro.fault({ operation: 'createDeployment', mode: { status: 400, body } });
      const result = await open(sha);
      expect(result).toMatchObject({ code: 1, outputs: { result: 'failed' } });
      expect(result.annotations).toEqual([expect.stringContaining('Astro answered 400')]);
      expectNoPiece(result);
    },
  );

  test('subject and author of the commit, also in what Astro is sent [T-15]', async () => {
    world.commit(`x ${token} y`, { 'dags/a.py': 'a = 1\n' });
    world.project.git('commit', '--quiet', '--amend', '--no-edit', '--author', `Eve ${token} <eve@example.com>`);
    const sha = world.project.git('rev-parse', 'HEAD').trim();
    world.github.branches.set(branch, sha);
    const result = await open(sha);
    expect(result).toMatchObject({ code: 0, outputs: { result: 'created' } });
    const created = world.astro.requests.find(({ operation }) => operation === 'createDeploy')?.body as {
      git?: { authorName?: string };
    };
    expect(created.git?.authorName).toBe('Eve ***');
    expectNoPiece(result);
  });

  test('a remote whose password holds a slash, in the deploy and in the label of the image [T-15]', async () => {
    const sha = world.commit('x', { 'dags/a.py': 'a = 1\n' });
    world.project.git(
      'remote',
      'add',
      'origin',
      `https://ci:pass/word-canary-1234/x@ghes.example/acme/etl.git?token=${token}`,
    );
    const result = await open(sha, { 'deploy-type': 'image-and-dags' });
    expect(result).toMatchObject({ code: 0, outputs: { result: 'created' } });
    expectNoPiece(result, [token, 'pass/word-canary-1234']);
    const args = JSON.stringify(world.docker.calls().map((call) => call.args));
    expect(args).toContain('org.opencontainers.image.source=https://ghes.example/acme/etl.git');
    expect(args).not.toContain('word-canary');
  });

  test('what a build prints last [T-15]', async () => {
    await world.end();
    world = await startWorld({
      docker: { fails: 'build', says: `RUN echo ${token}\n${'z'.repeat(1_995)} ${token}\n` },
    });
    world.project.git('checkout', '--quiet', '-b', branch);
    const result = await open(world.commit('x', { 'dags/a.py': 'a = 1\n' }), { 'deploy-type': 'image-and-dags' });
    expect(result.code).toBe(1);
    expectNoPiece(result);
  });

  test('a secret with characters that a table escapes [T-15]', async () => {
    const secret = 'canary|with|pipes|9f3b7c21';
    const sha = world.commit('x', { 'dags/a.py': 'a = 1\n' });
    const body = JSON.stringify({ message: `no ${secret}`, requestId: 'r', statusCode: 400 });
    world.astro.fault({ operation: 'createDeployment', mode: { status: 400, body } });
    const result = await open(sha, { 'astro-api-token': secret });
    expect(result.code).toBe(1);
    expectNoPiece(result, [secret, secret.replaceAll('|', '\\|')]);
  });
});

test.each(['\u{e0001}', '\ufe0f', '\u034f', '\u3164', '\u180b', '\u2065', '\u{e0100}', '\ufff9', '\u115f'])(
  'no sink of the log takes a command that %j hides [T-04]',
  async (character) => {
    const evil = `x\n${character}::error::owned ${character}#${character}#${character}[add-mask]x`;
    await world.end();
    world = await startWorld({ docker: { says: `${evil}\n` } });
    world.project.git('checkout', '--quiet', '-b', branch);
    const sha = world.commit(evil, { 'dags/a.py': 'a = 1\n' });
    world.github.pullRequests.push({ number: 42, branch, commit: sha, state: 'open' });
    const built = await open(sha, { 'deploy-type': 'image-and-dags', description: evil });
    expect(built).toMatchObject({ code: 0, outputs: { result: 'created' } });
    world.astro.fault({
      operation: 'listDeployments',
      mode: { status: 400, body: JSON.stringify({ message: evil, requestId: evil }) },
    });
    const refused = await open(sha);
    expect(refused.code).toBe(1);
    const wrong = await open(sha, { action: evil });
    for (const result of [built, refused, wrong]) {
      expect(commandsIn(result.log)).toEqual([]);
      expect(result.annotations.filter((line) => /^error: owned/.test(line))).toEqual([]);
      for (const text of [
        result.summary,
        JSON.stringify(result.outputs),
        ...world.github.comments.map(({ body }) => body),
      ])
        expect(text).not.toContain(character);
    }
  },
);
