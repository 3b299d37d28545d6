import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pullRequest } from '../../sandbox/events.ts';
import { sampleTemplate } from '../../sandbox/project.ts';
import { githubToken, startWorld, token, type Told, type World } from '../scenarios/world.ts';

const branch = 'feature/x';
let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(async () => {
  await world.end();
});

/** A branch whose template asks for a variable of the job. */
function asks(name: string, env: Record<string, string>, inputs: Record<string, string> = {}): Promise<Told> {
  world.project.git('checkout', '--quiet', '-B', branch);
  const template = sampleTemplate.replace(
    '- is_secret: false\n      key: STAGE\n      value: preview',
    `- is_secret: true\n      key: STOLEN\n      value: \${env.${name}}`,
  );
  const sha = world.commit('Ask', { '.astro/preview.yaml': template });
  return world.step(pullRequest('opened', branch, sha), { 'deploy-type': 'dags-only', ...inputs }, { env });
}
const given = (): string | undefined => {
  const [preview] = world.astro.deployments();
  return preview && world.astro.secret(preview.id, 'STOLEN');
};

describe('what a branch’s template cannot take out of the job [T-15]', () => {
  test.each([
    ['GITHUB_TOKEN', { GITHUB_TOKEN: 'some-github-token' }],
    ['GH_TOKEN', { GH_TOKEN: 'some-github-token' }],
    ['AWS_SESSION_TOKEN', { AWS_SESSION_TOKEN: 'some-session' }],
    ['ASTRO_API_TOKEN', { ASTRO_API_TOKEN: token }],
    ['OTHER_NAME', { OTHER_NAME: token }],
    ['OTHER_NAME', { OTHER_NAME: `Bearer ${token}` }],
    ['OTHER_NAME', { OTHER_NAME: githubToken }],
  ])('%s', async (name, env) => {
    const result = await asks(name, env);
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed' } });
    expect(result.annotations[0]).toMatch(/^error \.astro\/preview\.yaml:5:\d+: .*is not handed on/);
    expect(result.requests.filter((request) => request.startsWith('Astro'))).toEqual([]);
    expect(world.astro.deployments()).toEqual([]);
  });

  test('`placeholder-env` is the whole list where it is given', async () => {
    const env = { SNOWFLAKE_KEY: 'snowflake-key-canary', OTHER: 'other-canary' };
    expect(await asks('OTHER', env, { 'placeholder-env': 'SNOWFLAKE_KEY' })).toMatchObject({ code: 1 });
    expect(await asks('SNOWFLAKE_KEY', env, { 'placeholder-env': 'SNOWFLAKE_KEY' })).toMatchObject({ code: 0 });
    expect(given()).toBe('snowflake-key-canary');
  });

  test('another name is handed on without a list', async () => {
    expect(await asks('SNOWFLAKE_KEY', { SNOWFLAKE_KEY: 'snowflake-key-canary' })).toMatchObject({ code: 0 });
    expect(given()).toBe('snowflake-key-canary');
  });
});

describe('powers in a branch’s template [T-12]', () => {
  const identity = '    workload_identity: arn:aws:iam::1:role/production\n    scheduler_size: SMALL';
  const withIdentity = sampleTemplate.replace('    scheduler_size: SMALL', identity);
  const run = (template: string, inputs: Record<string, string> = {}): Promise<Told> => {
    world.project.git('checkout', '--quiet', '-B', branch);
    const sha = world.commit('Template', { '.astro/preview.yaml': template, 'dags/x.py': 'x = 1\n' });
    return world.step(pullRequest('opened', branch, sha), { 'deploy-type': 'dags-only', ...inputs });
  };
  const onMain = (template: string): void => {
    world.github.files.set('main', new Map([['.astro/preview.yaml', template]]));
  };
  const contents = (requests: readonly string[]): string[] => requests.filter((one) => one.includes('/contents/'));

  test('a workload identity that main does not have is refused before Astro is asked', async () => {
    onMain(sampleTemplate);
    const result = await run(withIdentity);
    expect(result).toMatchObject({ code: 1 });
    expect(result.annotations[0]).toContain('`workload_identity` is not what the template on the default branch has');
    expect(result.requests.filter((request) => request.startsWith('Astro'))).toEqual([]);
  });

  test('another one than main’s is refused, the same one and a listed one are taken', async () => {
    onMain(withIdentity.replace('role/production', 'role/preview'));
    expect(await run(withIdentity)).toMatchObject({ code: 1 });
    const listed = await run(withIdentity, { 'allow-template': 'workload-identity' });
    expect(listed).toMatchObject({ code: 0 });
    expect(contents(listed.requests)).toEqual([]);
    onMain(withIdentity);
    const same = await run(withIdentity);
    expect(same).toMatchObject({ code: 0 });
    expect(contents(same.requests)).toHaveLength(1);
  });

  test('a template on main that is broken or missing allows nothing', async () => {
    onMain('{');
    expect(await run(withIdentity)).toMatchObject({ code: 1 });
    world.github.files.set('main', new Map());
    expect(await run(withIdentity)).toMatchObject({ code: 1 });
  });

  test.each([
    [
      'remote_execution',
      'remote_execution: { enabled: true, allowed_ip_address_ranges: [0.0.0.0/0], task_log_bucket: s3://theirs }',
    ],
    ['cluster_name', 'cluster_name: finance'],
  ])('%s', async (key, line) => {
    const dedicated = sampleTemplate
      .replace('deployment_type: STANDARD', 'deployment_type: DEDICATED')
      .replace('executor: CELERY', 'executor: ASTRO')
      .replace('    scheduler_size: SMALL', '    cluster_name: ours\n    scheduler_size: SMALL');
    onMain(dedicated);
    const changed =
      key === 'cluster_name'
        ? dedicated.replace('cluster_name: ours', line)
        : dedicated.replace('    scheduler_size: SMALL', `    ${line}\n    scheduler_size: SMALL`);
    const result = await run(changed);
    expect(result).toMatchObject({ code: 1 });
    expect(result.annotations.join('\n')).toContain(`\`${key}\` is not what the template on the default branch has`);
  });

  test('a template without them costs no request, and a size that changes is shown with old and new value', async () => {
    expect(contents((await run(sampleTemplate)).requests)).toEqual([]);
    const larger = await run(sampleTemplate.replace('max_worker_count: 5', 'max_worker_count: 50'));
    expect(larger.log).toContain('worker_queues: default A5 0–5 → default A5 0–50');
    expect(larger.summary).toContain('default A5 0–5 → default A5 0–50');
  });
});
