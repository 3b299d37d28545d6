import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deletion, pullRequest, push } from '../../sandbox/events.ts';
import type { Fault } from '../../sandbox/faults.ts';
import { startWorld, token, type Told, type World } from './world.ts';

const branch = 'feature/x';
let world: World;
let sha: string;
beforeEach(async () => {
  await begin();
});
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  await world.end();
});

async function begin(options: Parameters<typeof startWorld>[0] = {}): Promise<void> {
  world = await startWorld(options);
  world.project.git('checkout', '--quiet', '-b', branch);
  sha = world.commit('x', { 'dags/x.py': '1\n' });
}
async function restart(options: Parameters<typeof startWorld>[0]): Promise<void> {
  await world.end();
  await begin(options);
}
const open = (inputs: Record<string, string> = {}): Promise<Told> =>
  world.step(pullRequest('opened', branch, sha), { 'deploy-type': 'dags-only', ...inputs });
const count = (result: Told, text: string): number =>
  result.requests.filter((request) => request.includes(text)).length;
const posts = (result: Told): number =>
  result.requests.filter((request) => /POST \/organizations\/\{id\}\/deployments \d/.test(request)).length;

describe('creating is never repeated blindly', () => {
  test('created, but the answer is lost: found by its mark and used [R-04]', async () => {
    world.astro.fault({ operation: 'createDeployment', mode: 'processed-then-reset' });
    const result = await open();
    expect(result).toMatchObject({ code: 0, outputs: { result: 'created' } });
    expect(posts(result)).toBe(1);
    expect(world.astro.deployments()).toHaveLength(1);
  });

  test('500 without an effect: looked for, then created once more [R-02]', async () => {
    world.astro.fault({ operation: 'createDeployment', mode: { status: 500, body: '<html>' } });
    const result = await open({ 'wait-time': '2s' });
    expect(result).toMatchObject({ code: 0, outputs: { result: 'created' } });
    expect(world.astro.deployments()).toHaveLength(1);
  });

  test('429 was not carried out: repeated after the time that was asked for [R-01]', async () => {
    world.astro.fault({
      operation: 'createDeployment',
      mode: { status: 429, headers: { 'retry-after': '1' }, body: '{}' },
    });
    expect(await open()).toMatchObject({ code: 0, outputs: { result: 'created' } });
    expect(world.astro.deployments()).toHaveLength(1);
  });

  test('asked to wait longer than there is time: an error that says so [R-01]', async () => {
    world.astro.fault({
      operation: 'createDeployment',
      mode: { status: 429, headers: { 'retry-after': '86400' }, body: '{}' },
    });
    const result = await open();
    expect(result).toMatchObject({
      code: 1,
      annotations: [expect.stringMatching(/asks to wait 86400 s, and `wait-time` leaves (?:\d+ s|no time)/)],
    });
    expect(posts(result)).toBe(1);
  });

  test('two runs at one moment end with one Deployment, whichever comes first [R-09]', async () => {
    const waiting: (() => void)[] = [];
    await restart({ switches: { uniqueNames: 'allowed' } });
    world.astro.onRequest = async ({ operation }) => {
      if (operation !== 'createDeployment') return;
      // Both have looked and found nothing before either creates.
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        if (waiting.length === 2) for (const go of waiting) go();
      });
    };
    const results = await Promise.all([open(), open()]);
    expect(results.map(({ code }) => code)).toEqual([0, 0]);
    expect(world.astro.deployments()).toHaveLength(1);
    expect(new Set(results.map(({ outputs }) => outputs['deployment-id'])).size).toBe(1);
    expect(results.map(({ outputs }) => outputs['created']).sort()).toEqual(['false', 'true']);
  });

  test('where names are unique the second run finds the first one’s preview [R-09]', async () => {
    let first = true;
    world.astro.onRequest = ({ operation, body }) => {
      if (operation !== 'createDeployment' || !first) return;
      first = false;
      const { name, description } = body as { name: string; description: string };
      world.astro.addDeployment({ name, description, isDevelopmentMode: true, createdAt: '2026-01-01T00:00:00.000Z' });
    };
    const result = await open();
    expect(world.astro.deployments()).toHaveLength(1);
    expect(result.code).toBe(0);
  });

  test('a list that shows a new Deployment late hides nothing', async () => {
    await restart({ switches: { listAfterCreateDelay: 700 } });
    expect(await open()).toMatchObject({ code: 0, outputs: { result: 'created' } });
  });
});

describe('what may be repeated is', () => {
  test.each<[string, Fault]>([
    ['a list is cut off [R-03]', { operation: 'listDeployments', mode: 'reset-before' }],
    ['a list is truncated [R-06]', { operation: 'listDeployments', mode: 'truncated-json' }],
    ['the history answers 503 [R-02]', { operation: 'listDeploys', mode: { status: 503, body: '<html>busy' } }],
    ['an update answers 502 [R-02]', { operation: 'updateDeployment', mode: { status: 502 } }],
    ['beginning the deploy is lost [R-04]', { operation: 'createDeploy', mode: 'processed-then-reset' }],
    ['finalizing is lost [R-29]', { operation: 'finalizeDeploy', mode: 'processed-then-reset' }],
    ['finalizing answers 500 [R-29]', { operation: 'finalizeDeploy', mode: { status: 500 } }],
    ['the upload is cut off [R-27]', { operation: 'upload', mode: 'reset-before' }],
    ['the upload answers 503 [R-27]', { operation: 'upload', mode: { status: 503 } }],
    ['looking at the deploy is cut off [R-03]', { operation: 'getDeploy', mode: 'reset-before' }],
  ])('%s', async (_, fault) => {
    world.astro.fault(fault);
    const result = await open();
    expect(result).toMatchObject({ code: 0, outputs: { result: 'created', 'deploy-type': 'dags-only' } });
    expect(world.astro.deployments()).toHaveLength(1);
    expect(
      world.astro.deploys(result.outputs['deployment-id'] ?? '').filter(({ status }) => status === 'DEPLOYED'),
    ).toHaveLength(1);
  });

  test('401 is not: what to do is told, with the request id [R-07]', async () => {
    world.astro.fault({
      operation: 'listDeployments',
      times: 9,
      mode: { status: 401, body: '{"message":"bad token","requestId":"req-7","statusCode":401}' },
    });
    const result = await open();
    expect(result.annotations).toEqual([
      'error: Could not list Deployments: Astro answered 401, "bad token" (request req-7). The API token is expired, revoked or wrong: make a new one in Astro and put it into the secret that `astro-api-token` reads.',
    ]);
    expect(count(result, '/deployments ')).toBe(1);
  });

  test('400 tells which fields [R-07]', async () => {
    world.astro.fault({
      operation: 'createDeployment',
      mode: {
        status: 400,
        body: '{"message":"Invalid request","requestId":"r","statusCode":400,"fieldErrors":[{"field":"name","code":"x","message":"too odd"}]}',
      },
    });
    expect((await open()).annotations).toEqual([
      expect.stringContaining('"Invalid request - name: too odd" (request r)'),
    ]);
  });

  test('a redirect is not followed, the token goes nowhere else [T-19]', async () => {
    world.astro.fault({
      operation: 'listDeployments',
      times: 9,
      mode: { status: 307, headers: { location: world.github.url } },
    });
    const result = await open();
    expect(result).toMatchObject({ code: 1, annotations: [expect.stringContaining('redirects elsewhere')] });
    expect(world.github.requests.filter(({ path }) => !path.startsWith('/repos/'))).toEqual([]);
  });
});

describe('waiting', () => {
  test('until it is created and until it runs, by quick looks', async () => {
    await restart({ delays: { create: 1200, deploy: 1200 } });
    expect(await open()).toMatchObject({ code: 0, outputs: { result: 'created' } });
  });

  test.each(['finalized', 'rolled-out'] as const)(
    'open question: DEPLOYED means %s, versions filled or not',
    async (deployedMeans) => {
      for (const versionMembers of ['filled', 'absent'] as const) {
        for (const absentMembers of ['missing', 'null'] as const) {
          await restart({ delays: { deploy: 200 }, switches: { deployedMeans, versionMembers, absentMembers } });
          const result = await open();
          expect(result).toMatchObject({ code: 0, outputs: { result: 'created', 'deploy-type': 'dags-only' } });
          const again = await world.step(pullRequest('synchronize', branch, sha));
          expect(again.outputs).toMatchObject({ result: 'deployed', 'deploy-type': 'image-and-dags' });
        }
      }
    },
  );

  test('not created in time: it exists, is kept, and the next run goes on with it [R-19]', async () => {
    await restart({ delays: { create: 60_000 } });
    const result = await open({ 'wait-time': '2s' });
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed', created: 'true' } });
    expect(result.annotations).toEqual([expect.stringContaining('is still CREATING after `wait-time`')]);
    expect(result.summary).toContain('carries this branch');
    const [preview] = world.astro.deployments();
    world.astro.change(preview?.id ?? '', { status: 'HEALTHY' });
  });

  test('a deploy that FAILED is final', async () => {
    world.astro.fault({
      operation: 'getDeploy',
      mode: { status: 200, body: '{"id":"cm00000000000000000000003","status":"FAILED"}' },
    });
    const result = await open();
    expect(result).toMatchObject({
      code: 1,
      outputs: { result: 'failed', 'deploy-type': 'dags-only' },
      annotations: [expect.stringContaining('FAILED')],
    });
  });

  test('wait: false ends when the deploy is finalized', async () => {
    await restart({ delays: { deploy: 60_000 } });
    const result = await open({ wait: 'false' });
    expect(result).toMatchObject({ code: 0, outputs: { result: 'created' } });
    expect(count(result, '/deploys/{id} ')).toBe(0);
  });

  test('a preview that is deleted meanwhile is an error, not a success', async () => {
    world.astro.onRequest = ({ operation }) => {
      if (operation === 'finalizeDeploy') return;
      if (operation === 'getDeploy') for (const { id } of world.astro.deployments()) world.astro.remove(id);
    };
    const result = await open();
    expect(result.code).toBe(1);
  });
});

describe('cancelling', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s while waiting: ends, says so, leaves no secret behind [R-16]',
    async (signal) => {
      await restart({ delays: { create: 60_000 } });
      const temp = mkdtempSync(join(tmpdir(), 'runner-temp-'));
      const result = await world.step(
        pullRequest('opened', branch, sha),
        {},
        { signalAfter: { pattern: /Deploy \(/, signal }, env: { RUNNER_TEMP: temp } },
      );
      expect(result.code).toBe(130);
      expect(result.outputs['result']).toBe('failed');
      expect(result.annotations).toEqual([`error: The run was cancelled (${signal}).`]);
      expect(readdirSync(temp)).toEqual([]);
      rmSync(temp, { recursive: true });
    },
  );
});

describe('secrets [T-15]', () => {
  const canaries = [token, 'github-token-canary-77aa', 'template-secret-canary-51c0'];
  const spell = (secret: string): string[] => [
    secret,
    encodeURIComponent(secret),
    ...[0, 1, 2].map((before) =>
      Buffer.from(`${'x'.repeat(before)}${secret}`)
        .toString('base64')
        .slice(before + 1, -4),
    ),
    Buffer.from(secret).toString('hex'),
  ];

  test.each<[string, Fault[]]>([
    ['success', []],
    [
      'an error that quotes everything',
      [
        {
          operation: 'createDeploy',
          mode: {
            status: 400,
            body: JSON.stringify({
              message: `bad ${canaries.join(' ')} ${Buffer.from(`cli:${token}`).toString('base64')}`,
              requestId: token,
              statusCode: 400,
            }),
          },
        },
      ],
    ],
    ['a failed upload', [{ operation: 'upload', times: 9, mode: { status: 403, body: `<Error>${token}</Error>` } }]],
  ])('%s: none in log, outputs, summary, files, or requests', async (_, faults) => {
    const template = (world.project.git('show', 'HEAD:.astro/preview.yaml') + '\n').replace(
      '  environment_variables:\n',
      '  environment_variables:\n    - {key: PASSWORD, is_secret: true, value: template-secret-canary-51c0}\n',
    );
    sha = world.commit('with a secret', { '.astro/preview.yaml': template });
    for (const fault of faults) world.astro.fault(fault);
    const temp = mkdtempSync(join(tmpdir(), 'runner-temp-'));
    const result = await world.step(
      pullRequest('synchronize', branch, sha),
      {},
      { env: { RUNNER_TEMP: temp, ACTIONS_STEP_DEBUG: 'true', RUNNER_DEBUG: '1' } },
    );
    expect(result.code).toBe(faults.length === 0 ? 0 : 1);
    const visible = result.log.replace(/^::add-mask::.*$/gm, '');
    const shown = [visible, JSON.stringify(result.outputs), result.summary].join('\n');
    const allowed = world.astro.requests.filter(
      ({ operation }) => operation !== 'createDeployment' && operation !== 'updateDeployment',
    );
    for (const canary of canaries) {
      for (const text of spell(canary)) {
        expect(shown).not.toContain(text);
        expect(JSON.stringify(allowed)).not.toContain(text);
      }
    }
    for (const { args, env } of world.docker.calls())
      for (const canary of canaries) expect(JSON.stringify([args, env])).not.toContain(canary);
    expect(
      world.docker
        .calls()
        .filter(({ stdin }) => stdin !== '')
        .map(({ args, stdin }) => [args[0], stdin]),
    ).toEqual(faults.length > 0 && faults[0]?.operation === 'createDeploy' ? [] : [['login', token]]);
    expect(existsSync(temp) && readdirSync(temp)).toEqual([]);
    if (faults.length === 0) {
      const [preview] = world.astro.deployments();
      expect(world.astro.secret(preview?.id ?? '', 'PASSWORD')).toBe('template-secret-canary-51c0');
      const again = await world.step(pullRequest('reopened', branch, sha));
      expect(again.outputs['result']).toBe('nothing');
      const rotated = world.commit('rotated', { '.astro/preview.yaml': template.replace('51c0', '51c1') });
      expect((await world.step(pullRequest('synchronize', branch, rotated))).outputs['result']).toBe('updated');
      expect(world.astro.secret(preview?.id ?? '', 'PASSWORD')).toBe('template-secret-canary-51c1');
    }
    rmSync(temp, { recursive: true });
  });

  test('GITHUB_ENV and GITHUB_PATH stay empty [T-05]', async () => {
    const result = await world.step(deletion('feature/y'));
    expect(result.code).toBe(0);
    expect(result.written).toEqual({ env: '', path: '' });
  });
});

const withFullDevice = existsSync('/dev/full') ? test : test.skip;
withFullDevice(
  'outputs that cannot be written fail the step, and say what was done all the same (needs /dev/full) [R-33]',
  async () => {
    const result = await world.step(
      pullRequest('opened', branch, sha),
      { 'deploy-type': 'dags-only' },
      { env: { GITHUB_OUTPUT: '/dev/full', GITHUB_STEP_SUMMARY: '/dev/full' } },
    );
    expect(result.code).toBe(1);
    expect(result.annotations).toEqual([
      expect.stringMatching(/^warning: The job summary could not be written: ENOSPC/),
      expect.stringMatching(
        /^error: The step's outputs could not be written \(ENOSPC.*The run itself: created - etl-feature-x-/,
      ),
    ]);
  },
);

test('a push that comes later wins: the older run deploys nothing', async () => {
  world.astro.addDeployment({ name: 'etl-prod' });
  const older = world.project.git('rev-parse', 'HEAD');
  world.project.git('checkout', '--quiet', '-B', 'main');
  world.github.branches.set('main', 'e'.repeat(40));
  expect((await world.step(push('main', older))).outputs['result']).toBe('skipped');
});
