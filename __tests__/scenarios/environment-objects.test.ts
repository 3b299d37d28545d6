import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { deletion, pullRequest, push, repositoryDispatch, schedule } from '../../sandbox/events.ts';
import { startWorld, token, type World } from './world.ts';

const workspace = 'cm0workspace0000000000000';
let world: World;
beforeEach(async () => {
  // Where the override of a map's members hides all others, these links are refused: adapters/objects.test.ts.
  world = await startWorld({ switches: { mapsResolve: 'merged' } });
});
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  expect(world.astro.requests.filter(({ query }) => query.includes('showSecrets'))).toEqual([]);
  await world.end();
});

/** Commits the configuration file on a branch of its own. */
function configured(config: string, more: Record<string, string> = {}): string {
  world.project.git('checkout', '--quiet', '-B', 'feature/login-page');
  return world.commit('Configure', { '.astro/branch-deploy.yaml': config, ...more });
}
const opened = (sha: string) => pullRequest('opened', 'feature/login-page', sha);
const objectNamed = (key: string) => world.astro.objects().find(({ objectKey }) => objectKey === key);
const writes = () =>
  world.astro.requests.filter(({ method, path }) => method !== 'GET' && path.includes('environment-objects'));

const snowflake = `
version: 1
environments:
  main: { deployment: etl-prod }
environment-objects:
  - connection: snowflake
    link: [preview, main]
    preview: { schema: 'PR_\${pr}', extra: { database: CONN_DEMO_DEV } }
    main: { extra: { database: CONN_DEMO_PROD } }
`;

describe('a Snowflake connection linked to all, with a database override for production', () => {
  beforeEach(() => {
    world.astro.addObject({
      objectKey: 'snowflake',
      objectType: 'CONNECTION',
      autoLinkDeployments: true,
      connection: {
        type: 'snowflake',
        login: 'SVC',
        password: 'base-password-canary',
        schema: 'COOKIES',
        extra: { account: 'abc', database: 'BASE' },
      },
    });
  });

  test('a preview gets its schema and database before its first code; a second run writes nothing', async () => {
    world.astro.addDeployment({ name: 'etl-prod' });
    const sha = configured(snowflake);
    const first = await world.step(opened(sha));
    expect(first.annotations).toEqual([]);
    expect(first).toMatchObject({ code: 0, outputs: { result: 'created' } });
    const id = first.outputs['deployment-id'] ?? '';
    expect(world.astro.effective(id)['CONNECTION:snowflake']).toMatchObject({
      login: 'SVC',
      password: 'base-password-canary',
      schema: 'PR_42',
      extra: { account: 'abc', database: 'CONN_DEMO_DEV' },
    });
    const order = world.astro.requests
      .map(({ operation }) => operation)
      .filter((one) => one === 'updateEnvironmentObject' || one === 'createDeploy');
    expect(order).toEqual(['updateEnvironmentObject', 'createDeploy']);
    expect(first.summary).toContain('`connection snowflake` (`schema`, `extra.database`)');
    expect(first.summary + first.log + JSON.stringify(first.outputs)).not.toContain('CONN_DEMO_DEV');

    const before = writes().length;
    const second = await world.step(opened(sha));
    expect(second).toMatchObject({ code: 0, outputs: { result: 'nothing' } });
    expect(writes()).toHaveLength(before);
  });

  test('a merge to main overrides the database for production and leaves the preview as it is', async () => {
    const prod = world.astro.addDeployment({ name: 'etl-prod' }).id;
    const sha = configured(snowflake);
    const preview = (await world.step(opened(sha))).outputs['deployment-id'] ?? '';
    world.project.git('checkout', '--quiet', 'main');
    world.project.git('merge', '--quiet', 'feature/login-page');
    const head = world.commit('Merge', {});
    const merged = await world.step(push('main', head));
    expect(merged.annotations).toEqual([]);
    expect(merged).toMatchObject({ code: 0, outputs: { result: 'updated', 'deploy-type': 'image-and-dags' } });
    expect(world.astro.effective(prod)['CONNECTION:snowflake']).toMatchObject({
      schema: 'COOKIES',
      extra: { account: 'abc', database: 'CONN_DEMO_PROD' },
    });
    expect(world.astro.effective(preview)['CONNECTION:snowflake']).toMatchObject({ schema: 'PR_42' });
  });

  test('an override that is taken out of the file is given up', async () => {
    const first = await world.step(opened(configured(snowflake)));
    const id = first.outputs['deployment-id'] ?? '';
    const without = snowflake.replace(', extra: { database: CONN_DEMO_DEV } }', ' }');
    const second = await world.step(opened(configured(without)));
    expect(second).toMatchObject({ code: 0, outputs: { result: 'updated' } });
    expect(world.astro.effective(id)['CONNECTION:snowflake']).toMatchObject({
      schema: 'PR_42',
      extra: { database: 'BASE' },
    });
    expect(second.log).toContain('-extra.database');
  });

  test('on removal links and exclusions go before the Deployment does [R-26]', async () => {
    const sha = configured(snowflake);
    const id = (await world.step(opened(sha))).outputs['deployment-id'] ?? '';
    world.github.branches.delete('feature/login-page');
    const removed = await world.step(deletion('feature/login-page'), {}, { workspace: world.project.folder });
    expect(removed).toMatchObject({ code: 0, outputs: { result: 'deleted' } });
    expect(objectNamed('snowflake')?.links).toEqual([]);
    const last = world.astro.requests.slice(-6).map(({ operation }) => operation);
    expect(last.indexOf('updateEnvironmentObject')).toBeLessThan(last.indexOf('deleteDeployment'));
    expect(world.astro.deployments().map((one) => one.id)).not.toContain(id);
  });
});

test('a restricted AWS connection as code: created with its secrets, linked to dev and prod', async () => {
  const dev = world.astro.addDeployment({ name: 'etl-dev' }).id;
  const prod = world.astro.addDeployment({ name: 'etl-prod' }).id;
  const config = `
environments:
  main: { deployment: etl-prod }
  dev: { deployment: etl-dev }
environment-objects:
  - connection: aws
    type: aws
    share: restricted
    values: { login: '\${env.AWS_KEY_ID}', password: '\${env.AWS_SECRET}', extra: { region_name: eu-west-1 } }
    link: [dev, main]
`;
  const env = { AWS_KEY_ID: 'AKIA-key-canary-1', AWS_SECRET: 'aws-secret-canary-2' };
  const deploy = (name: string) => {
    world.project.git('checkout', '--quiet', '-B', name);
    return world.step(push(name, world.commit('Configure', { '.astro/branch-deploy.yaml': config })), {}, { env });
  };
  world.github.files.set('main', new Map([['.astro/branch-deploy.yaml', config]]));
  const first = await deploy('dev');
  expect(first.annotations).toEqual([]);
  expect(first.code).toBe(0);
  expect(objectNamed('aws')).toMatchObject({
    scope: 'WORKSPACE',
    scopeEntityId: workspace,
    autoLink: false,
    links: [{ deploymentId: dev }],
    body: { type: 'aws', login: env.AWS_KEY_ID, password: env.AWS_SECRET, extra: { region_name: 'eu-west-1' } },
  });
  const second = await deploy('main');
  expect(second.code).toBe(0);
  expect(objectNamed('aws')?.links.map(({ deploymentId }) => deploymentId)).toEqual([dev, prod]);
  for (const told of [first, second])
    for (const secret of [env.AWS_KEY_ID, env.AWS_SECRET, token])
      expect(told.log.replace(/^::add-mask::.*$/gm, '') + told.summary + JSON.stringify(told.outputs)).not.toContain(
        secret,
      );
  // What can be read of it follows the file; secrets are written again by a run by hand only.
  const changed = config.replace('eu-west-1', 'eu-central-1');
  const third = await world.step(
    push('main', world.commit('Move', { '.astro/branch-deploy.yaml': changed })),
    {},
    { env: { ...env, AWS_SECRET: 'rotated-secret-canary' } },
  );
  expect(third.code).toBe(0);
  expect(objectNamed('aws')?.body).toMatchObject({ password: env.AWS_SECRET, extra: { region_name: 'eu-central-1' } });
  const head = world.project.git('rev-parse', 'HEAD');
  // A nightly rebuild and a sync of DAGs ship, and rotate nothing.
  for (const [event, inputs] of [
    [schedule(head), { action: 'deploy' }],
    [repositoryDispatch({ deployment: 'etl-prod' }, head), {}],
  ] as const) {
    const regular = await world.step(event, inputs, { env: { ...env, AWS_SECRET: 'rotated-secret-canary' } });
    expect(regular).toMatchObject({ code: 0, outputs: { result: 'nothing' } });
    expect(objectNamed('aws')?.body).toMatchObject({ password: env.AWS_SECRET });
  }
  const byHand = push('main', head);
  const fourth = await world.step(
    { ...byHand, event: 'workflow_dispatch' },
    {},
    { env: { ...env, AWS_SECRET: 'rotated-secret-canary' } },
  );
  expect(fourth.code).toBe(0);
  expect(objectNamed('aws')?.body).toMatchObject({ password: 'rotated-secret-canary' });
});

test('all four kinds, exclusion, and a schema named after the branch', async () => {
  for (const [type, key, body] of [
    ['CONNECTION', 'prod_billing', { connection: { type: 'http', host: 'billing' } }],
    ['AIRFLOW_VARIABLE', 'bucket', { airflowVariable: { value: 's3://prod' } }],
    ['ENVIRONMENT_VARIABLE', 'DBT_TARGET', { environmentVariable: { value: 'prod' } }],
    ['METRICS_EXPORT', 'grafana', { metricsExport: { endpoint: 'https://g', exporterType: 'PROMETHEUS' } }],
  ] as const)
    world.astro.addObject({ objectKey: key, objectType: type, autoLinkDeployments: key === 'prod_billing', ...body });
  const sha = configured(`
preview: { name: 'etl-\${branch.slug}' }
environment-objects:
  - connection: prod_billing
    exclude: [preview]
  - airflow-variable: bucket
    preview: { value: 's3://dev/\${branch.slug}' }
  - environment-variable: DBT_TARGET
    preview: { value: '\${branch.key}' }
  - metrics-export: grafana
    preview: { labels: { branch: '\${branch}' } }
`);
  const result = await world.step(opened(sha));
  expect(result.annotations).toEqual([]);
  expect(result.code).toBe(0);
  expect(result.outputs['deployment-name']).toMatch(/^etl-feature-login-page-[0-9a-f]{8}$/);
  const effective = world.astro.effective(result.outputs['deployment-id'] ?? '');
  expect(Object.keys(effective).sort()).toEqual([
    'AIRFLOW_VARIABLE:bucket',
    'ENVIRONMENT_VARIABLE:DBT_TARGET',
    'METRICS_EXPORT:grafana',
  ]);
  expect(effective).toMatchObject({
    'AIRFLOW_VARIABLE:bucket': { value: 's3://dev/feature-login-page' },
    'ENVIRONMENT_VARIABLE:DBT_TARGET': { value: 'FEATURE_LOGIN_PAGE' },
    'METRICS_EXPORT:grafana': { labels: { branch: 'feature/login-page' } },
  });
});

describe('bad input, before anything is written', () => {
  const connection = { objectKey: 'snowflake', objectType: 'CONNECTION', connection: { type: 'snowflake' } } as const;
  test.each([
    ['an unknown connection', '- connection: snowflak\n    link: [preview]', 'did you mean `snowflake`?', true],
    [
      'a field that cannot be overridden',
      '- connection: snowflake\n    preview: { authTypeId: x }',
      'cannot be overridden',
      false,
    ],
    ['a wrong type', '- connection: snowflake\n    link: preview', '`link` must be a list', false],
    ['an unknown target', '- connection: snowflake\n    link: [previews]', 'did you mean `preview`?', false],
    [
      'an unset variable',
      "- connection: snowflake\n    preview: { password: '${env.NOPE}' }",
      'does not set NOPE',
      false,
    ],
    [
      'an unknown placeholder',
      "- connection: snowflake\n    preview: { schema: '${brunch}' }",
      'did you mean `${branch}`?',
      false,
    ],
  ])('%s', async (_, entry, message, asks) => {
    world.astro.addObject(connection);
    const result = await world.step(opened(configured(`environment-objects:\n  ${entry}\n`)));
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed' } });
    expect(result.annotations).toEqual([expect.stringMatching(/^error \.astro\/branch-deploy\.yaml:\d+:\d+: /)]);
    expect(result.annotations[0]).toContain(message);
    expect(world.astro.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
    if (!asks) expect(world.astro.requests).toEqual([]);
  });

  test('a secret of under six characters is a warning', async () => {
    world.astro.addObject(connection);
    const sha = configured(
      "environment-objects:\n  - connection: snowflake\n    preview: { password: '${env.SHORT}' }\n",
    );
    const result = await world.step(opened(sha), {}, { env: { SHORT: 'abc' } });
    expect(result.code).toBe(0);
    expect(result.annotations).toEqual([expect.stringContaining('has fewer than 6 characters')]);
  });

  test('with config-ref a branch links no more than main does [T-13]', async () => {
    for (const objectKey of ['snowflake', 'vault']) world.astro.addObject({ ...connection, objectKey });
    world.project.git('checkout', '--quiet', 'main');
    world.commit('Trusted', {
      '.astro/branch-deploy.yaml': 'environment-objects:\n  - connection: snowflake\n    link: [preview]\n',
    });
    const sha = configured(
      'environment-objects:\n  - connection: snowflake\n    link: [preview]\n  - connection: vault\n    link: [preview]\n',
      {
        '.astro/preview.yaml': 'this: is no template\n',
      },
    );
    world.github.branches.set('main', world.project.git('rev-parse', 'main'));
    const result = await world.step(opened(sha), { 'config-ref': 'main' });
    expect(result.code).toBe(0);
    expect(result.annotations).toEqual([
      expect.stringMatching(/^warning \.astro\/branch-deploy\.yaml:4:17: The connection `vault` is not linked/),
    ]);
    expect(objectNamed('snowflake')?.links).toHaveLength(1);
    expect(objectNamed('vault')?.links).toEqual([]);
  });
});

test('a dry run tells names of objects and fields, never a value, and writes nothing', async () => {
  world.astro.addObject({
    objectKey: 'snowflake',
    objectType: 'CONNECTION',
    connection: { type: 'snowflake', schema: 'X' },
  });
  const sha = configured(snowflake);
  const result = await world.step(opened(sha), { 'dry-run': 'true' });
  expect(result).toMatchObject({ code: 0, outputs: { result: 'planned' } });
  expect(JSON.parse(result.outputs['plan'] ?? '')).toContainEqual(
    expect.objectContaining({
      step: 'link, override',
      object: 'connection:snowflake',
      fields: ['schema', 'extra.database'],
    }),
  );
  expect(result.log + result.summary).not.toContain('PR_42');
  expect(world.astro.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
});
