import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pullRequest, push } from '../../sandbox/events.ts';
import { startWorld, type Told, type World } from './world.ts';

const branch = 'feature/login';
const canaries = ['given-variable-canary', 'given-password-canary', 'stored-password-canary'];
let world: World;
let production: string;
let sha: string;
beforeEach(async () => {
  world = await startWorld();
  production = world.astro.addDeployment({
    name: 'etl-prod',
    description: 'The one that counts',
    isHighAvailability: true,
    schedulerSize: 'LARGE',
    contactEmails: ['oncall@example.com'],
    environmentVariables: [
      { key: 'STAGE', value: 'prod', isSecret: false, updatedAt: '2026-01-01T00:00:00Z' },
      { key: 'DB_PASSWORD', isSecret: true, updatedAt: '2026-01-01T00:00:00Z' },
    ],
  }).id;
  world.project.git('checkout', '--quiet', '-b', branch);
  sha = world.commit('Add a DAG', { 'dags/login.py': 'x = 1\n' });
});
afterEach(async () => {
  await world.end();
  expect(world.astro.violations).toEqual([]);
});

/** What deploy-action's workflows give: the Deployment's id, no template. DAGs alone, so that a story takes no image. */
const mirrored = (): Record<string, string> => ({
  template: '',
  'deployment-name': '',
  'deployment-id': production,
  'deploy-type': 'dags-only',
});
const open = async (
  inputs: Readonly<Record<string, string>> = {},
  more: Parameters<World['step']>[2] = {},
): Promise<Told> => {
  const result = await world.step(pullRequest('opened', branch, sha), { ...mirrored(), ...inputs }, more);
  for (const one of canaries)
    expect(
      result.log.replace(/^::add-mask::.*$/gm, '') + result.summary + JSON.stringify(result.outputs),
    ).not.toContain(one);
  return result;
};
const writes = (result: Told): string[] => result.requests.filter((request) => !request.includes(' GET '));
const previews = () => world.astro.deployments().filter(({ id }) => id !== production);
const named = (id: string | undefined) => world.astro.deployments().find((one) => one.id === id);
const smaller =
  'notice: The preview mirrors etl-prod at a lower cost: scheduler size SMALL instead of LARGE, without high availability. To choose the size of previews, give them a `template` (`action: export-template` writes one).';
const withoutSecret =
  "notice: The preview mirrors etl-prod without its secret environment variables DB_PASSWORD: nobody gives their values out. Give them in the step's `env:` under these names.";

describe('a preview without a template mirrors the long-lived Deployment', () => {
  test('the first run makes it cheap and quiet, and copies before the code; the second changes nothing', async () => {
    const { connections, variables, pools } = world.astro.airflow(production);
    connections.set('snow', { conn_type: 'snowflake', login: 'SVC', password: 'stored-password-canary' });
    variables.set('bucket', { value: 's3://prod' });
    pools.set('etl', { slots: 3, description: 'Ours', include_deferred: false });
    const before: string[][] = [];
    world.astro.onRequest = ({ operation }) => {
      if (operation !== 'createDeploy') return;
      const airflow = world.astro.airflow(previews()[0]?.id ?? '');
      before.push([...airflow.connections.keys(), ...airflow.variables.keys(), ...airflow.pools.keys()]);
    };
    const first = await open({}, { env: { CONN_SNOW_PASSWORD: 'given-password-canary' } });
    expect(first).toMatchObject({ code: 0, annotations: [smaller, withoutSecret] });
    expect(first.outputs).toMatchObject({ result: 'created', 'deploy-type': 'dags-only' });
    expect(before).toEqual([['snow', 'bucket', 'default_pool', 'etl']]);
    const [preview] = previews();
    expect(preview).toMatchObject({
      id: first.outputs['preview-id'],
      name: 'etl-feature-login-d1368316',
      isDevelopmentMode: true,
      isHighAvailability: false,
      schedulerSize: 'SMALL',
      contactEmails: [],
      scalingSpec: { hibernationSpec: { schedules: [{ hibernateAtCron: '0 20 * * *', isEnabled: true }] } },
    });
    expect(preview?.description).toMatch(/^The one that counts\n\[astro-branch-deploy v1 /);
    expect(preview?.environmentVariables?.map(({ key }) => key)).toEqual([
      'STAGE',
      'ASTRO_BRANCH',
      'ASTRO_BRANCH_SLUG',
      'ASTRO_PULL_REQUEST',
    ]);

    // Nor does an upgrade of production, or one of its connections, reach a preview that is there.
    world.astro.change(production, { runtimeVersion: '3.1-15', astroRuntimeVersion: '3.1-15' });
    connections.set('later', { conn_type: 'http' });
    const second = await open();
    expect(second).toMatchObject({ code: 0, outputs: { result: 'nothing', 'deploy-type': 'none' } });
    expect(writes(second)).toEqual([]);
    expect([...world.astro.airflow(preview?.id ?? '').connections.keys()]).toEqual(['snow']);
  });

  test('secret variables come from the step’s `env:`, and are masked', async () => {
    const result = await open({}, { env: { DB_PASSWORD: 'given-variable-canary' } });
    expect(result).toMatchObject({ code: 0, annotations: [smaller], outputs: { result: 'created' } });
    expect(world.astro.secret(result.outputs['preview-id'] ?? '', 'DB_PASSWORD')).toBe('given-variable-canary');
    expect(writes(await open({}, { env: { DB_PASSWORD: 'given-variable-canary' } }))).toEqual([]);
  });

  test('a secret variable that bears the name of the step’s own token gets another value or none', async () => {
    world.astro.change(production, {
      environmentVariables: [{ key: 'ASTRO_API_TOKEN', isSecret: true, updatedAt: '2026-01-01T00:00:00Z' }],
    });
    const env = { ASTRO_API_TOKEN: 'astro-token-canary-9f3b7c21d4e8' };
    const without = await open({ 'astro-api-token': '' }, { env });
    expect(without).toMatchObject({ code: 0, outputs: { result: 'created' } });
    expect(without.annotations).toEqual([smaller, expect.stringContaining(' PREVIEW_ASTRO_API_TOKEN: nobody gives')]);
    const id = without.outputs['preview-id'] ?? '';
    expect(world.astro.secret(id, 'ASTRO_API_TOKEN')).toBeUndefined();
    await open({ 'astro-api-token': '' }, { env: { ...env, PREVIEW_ASTRO_API_TOKEN: 'given-variable-canary' } });
    expect(world.astro.secret(id, 'ASTRO_API_TOKEN')).toBe('given-variable-canary');
  });

  test('a source that hibernates: a warning, no copy, and the preview all the same', async () => {
    const source = world.astro.airflow(production);
    source.connections.set('snow', { conn_type: 'snowflake' });
    source.up = false;
    world.astro.change(production, { status: 'HIBERNATING' });
    const result = await open();
    expect(ended(result)).toBe('0 created dags-only');
    expect(result.annotations).toEqual([
      smaller,
      withoutSecret,
      expect.stringMatching(/^warning: Copying out of the metadata database of etl-prod broke off/),
    ]);
    expect([...world.astro.airflow(result.outputs['preview-id'] ?? '').connections]).toEqual([]);
  });

  test('nothing is copied where the inputs say no', async () => {
    world.astro.airflow(production).connections.set('snow', { conn_type: 'snowflake' });
    await open({ 'copy-connections': 'false', 'copy-airflow-variables': 'false', 'copy-pools': 'false' });
    expect(world.astro.airflowRequests).toEqual([]);
  });

  test('a source that is not there is an error before anything is made', async () => {
    world.astro.remove(production);
    const result = await open();
    expect(result).toMatchObject({ code: 1, annotations: [expect.stringContaining('no Deployment with the id')] });
    expect(writes(result)).toEqual([]);
  });
});

const ended = ({ code, outputs }: Told): string =>
  `${String(code)} ${outputs['result'] ?? ''} ${outputs['deploy-type'] ?? ''}`;

describe('`adopt` takes over a preview that deploy-action made', () => {
  /** As deploy-action makes one: a copy of production under the last part of the branch's name. */
  const old = (more: object = {}): string => world.astro.addDeployment({ name: 'login_Prod', ...more }).id;

  test.each([
    ['a template', true, { template: '.astro/preview.yaml', 'deployment-id': '', 'deployment-name': 'etl-prod' }],
    ['a mirror of production', false, {}],
  ])('it is marked and renamed by %s; a run without `adopt` finds it', async (_, isDevelopmentMode, inputs) => {
    const id = old({ isDevelopmentMode });
    const first = await open({ ...inputs, adopt: id });
    expect(ended(first)).toBe('0 updated dags-only');
    expect(first.outputs).toMatchObject({ 'preview-id': id, created: 'false' });
    expect(named(id)).toMatchObject({
      name: 'etl-feature-login-d1368316',
      description: expect.stringMatching(/\[astro-branch-deploy v1 repo=1296269 ref=refs\/heads\/feature\/login /),
      isDevelopmentMode,
    });
    for (const again of [{ adopt: id }, {}]) {
      const result = await open({ ...inputs, ...again });
      expect(ended(result)).toBe('0 nothing none');
      expect(result.outputs['preview-id']).toBe(id);
      expect(writes(result)).toEqual([]);
    }
    expect(previews()).toHaveLength(1);
  });

  test('it keeps the name that `preview-name` says', async () => {
    const id = old({ isDevelopmentMode: true });
    expect(ended(await open({ adopt: id, 'preview-name': 'login_Prod' }))).toBe('0 updated dags-only');
    expect(named(id)?.name).toBe('login_Prod');
  });

  test.each<[string, () => Promise<string>, Record<string, string>, string]>([
    [
      'one that is another branch’s preview',
      async () => {
        world.github.branches.set('bugfix/login', sha);
        const other = await world.step(pullRequest('opened', 'bugfix/login', sha), mirrored());
        return other.outputs['preview-id'] ?? '';
      },
      {},
      'is the preview of another branch or repository',
    ],
    [
      'one whose mark is another repository’s',
      () =>
        Promise.resolve(
          old({ description: '[astro-branch-deploy v1 repo=9 ref=refs/heads/feature/login project=. name=00000000]' }),
        ),
      {},
      'is the preview of another branch or repository',
    ],
    ['the Deployment of the inputs', () => Promise.resolve(production), {}, 'is a long-lived one of this workflow'],
    [
      'the Deployment of the inputs, by its name',
      () => Promise.resolve(production),
      { 'deployment-id': '', 'deployment-name': 'etl-prod' },
      'is a long-lived one of this workflow',
    ],
    [
      'a Deployment of the configuration file',
      () => {
        sha = world.commit('Configure', {
          '.astro/branch-deploy.yaml': 'version: 1\nenvironments:\n  dev: { deployment: etl-dev }\n',
        });
        return Promise.resolve(world.astro.addDeployment({ name: 'etl-dev' }).id);
      },
      {},
      'is a long-lived one of this workflow',
    ],
    [
      'an id that nobody has',
      () => Promise.resolve('cm0000000000000000000000x'),
      {},
      'there is no Deployment with the id cm0000000000000000000000x',
    ],
    [
      'a second preview of the branch',
      async () => {
        await open();
        return old();
      },
      {},
      'this branch has a preview already, etl-feature-login-d1368316',
    ],
  ])('%s is refused', async (_, make, inputs, why) => {
    const id = await make();
    const result = await open({ ...inputs, adopt: id });
    expect(ended(result)).toBe('1 failed none');
    expect(result.annotations.at(-1)).toMatch(/^error: `adopt`: .*Nothing was touched\.$/);
    expect(result.annotations.at(-1)).toContain(why);
    expect(writes(result)).toEqual([]);
  });

  test('what is no id is refused before anything is asked', async () => {
    const result = await open({ adopt: 'login_Prod/../x' });
    expect(result).toMatchObject({ code: 1, requests: [], annotations: [expect.stringContaining('`adopt`')] });
  });
});

describe('inputs that deploy-action has and that mean nothing here', () => {
  test('each gives one notice that says what takes its place; the run goes on', async () => {
    const result = await open({ checkout: 'true', 'checkout-submodules': 'false', 'cli-version': '1.30.0' });
    expect(ended(result)).toBe('0 created dags-only');
    expect(result.annotations.filter((one) => one.includes('does nothing of its own'))).toEqual([
      'notice: The input `checkout` does nothing of its own any more: this step checks nothing out: put actions/checkout before it.',
      'notice: The input `checkout-submodules` does nothing of its own any more: this step checks nothing out: give actions/checkout `submodules: true`.',
      'notice: The input `cli-version` does nothing of its own any more: this step needs no Astro CLI.',
    ]);
  });

  test('`deploy-image`: true asks for an image, false for nothing, and neither may contradict `deploy-type`', async () => {
    world.project.git('checkout', '--quiet', 'main');
    const deploy = (inputs: Record<string, string>): Promise<Told> =>
      world.step(
        push('main', world.commit('A DAG', { 'dags/a.py': `a = ${String(world.astro.requests.length)}\n` })),
        inputs,
      );
    await deploy({});
    expect(ended(await deploy({ 'deploy-image': 'false' }))).toBe('0 deployed dags-only');
    const forced = await deploy({ 'deploy-image': 'true' });
    expect(ended(forced)).toBe('0 deployed image-and-dags');
    expect(forced.annotations).toEqual([
      'notice: The input `deploy-image` does nothing of its own any more: `deploy-type: image-and-dags` takes its place.',
    ]);
    const refused = await deploy({ 'deploy-image': 'true', 'deploy-type': 'dags-only' });
    expect(refused).toMatchObject({ code: 1, requests: [] });
    expect(refused.annotations.at(-1)).toBe(
      'error: `deploy-image: true` and `deploy-type: dags-only` contradict each other.',
    );
    expect(await deploy({ 'deploy-image': 'maybe' })).toMatchObject({ code: 1, requests: [] });
  });
});
