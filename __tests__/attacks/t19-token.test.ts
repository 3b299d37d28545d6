import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pullRequest, push } from '../../sandbox/events.ts';
import { startWorld, type Told, type World } from '../scenarios/world.ts';

let world: World;
let production: string;
beforeEach(async () => {
  world = await startWorld();
  production = world.astro.addDeployment({ name: 'etl-prod' }).id;
});
afterEach(async () => {
  await world.end();
});
const merge = (inputs: Record<string, string> = {}): Promise<Told> =>
  world.step(push('main', world.commit('Merge', { 'dags/a.py': 'a = 1\n' })), {
    'deploy-type': 'dags-only',
    ...inputs,
  });

describe('the Airflow that Astro names', () => {
  const ask = { 'verify-dags': 'fail' };

  test.each(['evil.example/d1/api/v2', 'https://astronomer.run.evil.example/d1', 'https://169.254.169.254/d1'])(
    '%s is not sent the token [T-19]',
    async (webServerAirflowApiUrl) => {
      world.astro.change(production, { webServerAirflowApiUrl });
      const result = await merge(ask);
      const { host } = new URL(webServerAirflowApiUrl.replace(/^(?!https:)/, 'https://'));
      expect(result.annotations.join('\n')).toContain(
        `the host \`${host}\` is not one of Astro's (\`*.astronomer.run\`), so the API token was not sent there. If the host is right, name it in \`astro-airflow-hosts\``,
      );
    },
  );

  test('a host that `astro-airflow-hosts` names is asked, and the log says so [T-19]', async () => {
    world.astro.change(production, { webServerAirflowApiUrl: 'airflow.acme.invalid/d1/api/v2' });
    const result = await merge({ ...ask, 'astro-airflow-hosts': 'other.example\n*.acme.invalid' });
    expect(result.annotations).toContain(
      'notice: The API token may go to these hosts as Airflow, because `astro-airflow-hosts` says so: other.example, *.acme.invalid.',
    );
    expect(result.log).not.toContain("is not one of Astro's");
    expect(result.log).toContain('airflow.acme.invalid');
  });

  test.each(['*', '*.com', 'https://airflow.example.com', 'localhost', 'a b/c', '*.*.example.com'])(
    '`astro-airflow-hosts: %s` is refused before any request [T-19]',
    async (hosts) => {
      const result = await merge({ 'astro-airflow-hosts': hosts });
      expect(result).toMatchObject({ code: 1, requests: [] });
      expect(result.annotations).toEqual([expect.stringMatching(/`astro-airflow-hosts`: `.*` is not a host\./)]);
    },
  );
});

test.each(['Bearer', 'Bearer ', ' bearer\t', 'Bearer Bearer', '', ' \n'])(
  '%j as the whole API token is no token: nothing is sent [T-02, T-19]',
  async (given) => {
    const result = await merge({ 'astro-api-token': given });
    expect(result).toMatchObject({ code: 1, requests: [] });
    expect(result.annotations).toEqual([expect.stringContaining('There is no Astro API token')]);
  },
);

test('a token that is pasted with its scheme is a token; ASTRO_API_TOKEN counts where the input is a scheme alone [T-02]', async () => {
  const pasted = await merge({ 'astro-api-token': 'Bearer token-canary-1234567' });
  expect(pasted).toMatchObject({ code: 0, outputs: { result: 'deployed' } });
  expect(pasted.log).toMatch(/^::add-mask::token-canary-1234567$/m);
  const env = { ASTRO_API_TOKEN: 'other-canary-1234567' };
  const result = await world.step(
    push('main', world.commit('x', { 'dags/a.py': 'a = 2\n' })),
    { 'astro-api-token': 'Bearer ' },
    { env },
  );
  expect(result.code).toBe(0);
  expect(result.log).toMatch(/^::add-mask::other-canary-1234567$/m);
});

describe('an answer without end', () => {
  const large = `{"message":"${'x'.repeat(11 * 1024 * 1024)}"}`;

  test.each([200, 400, 500])(
    'of Astro (status %i) is not read further than 10 MB, nor asked for again [T-23]',
    async (status) => {
      world.astro.fault({ operation: 'createDeploy', times: 9, mode: { status, body: large } });
      const result = await merge();
      expect(result).toMatchObject({ code: 1, outputs: { result: 'failed' } });
      expect(result.annotations).toEqual([expect.stringMatching(/is larger than 10485760 bytes/)]);
      expect(result.log.length).toBeLessThan(20_000);
    },
  );

  test('of Airflow is a warning of the check [T-23]', async () => {
    world.astro.fault({ operation: 'airflow', times: 9, mode: { status: 200, body: large } });
    const result = await merge({ 'verify-dags': 'warn' });
    expect(result).toMatchObject({ code: 0 });
    expect(result.annotations.join('\n')).toContain('is larger than 10485760 bytes');
  });

  test('of GitHub counts as no answer [T-23]', async () => {
    const branch = 'feature/x';
    const sha = world.commit('x', { 'dags/a.py': 'a = 3\n' });
    world.github.branches.set(branch, sha);
    world.github.pullRequests.push({ number: 42, branch, commit: sha, state: 'open' });
    world.github.failNext({ path: /comments/, status: 200, message: large }, 9);
    const result = await world.step(pullRequest('opened', branch, sha), {
      comment: 'true',
      'deploy-type': 'dags-only',
    });
    expect(result).toMatchObject({ code: 0, outputs: { result: 'created' } });
    expect(result.annotations.join('\n')).toContain('the answer is larger than 10485760 bytes');
  });
});
