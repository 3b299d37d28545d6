import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pullRequest, push } from '../../sandbox/events.ts';
import { startWorld, type Told, type World } from '../scenarios/world.ts';

const branch = 'feature/x';
const environments = 'environments:\n  main: { deployment: etl-prod }\n';
let world: World;
let production: string;
beforeEach(async () => {
  world = await startWorld();
  production = world.astro.addDeployment({ name: 'etl-prod' }).id;
});
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  await world.end();
});

/** A pull request whose own file says this of environment objects. */
function opened(objects: string): Promise<Told> {
  world.project.git('checkout', '--quiet', '-B', branch);
  const sha = world.commit('Mine', { '.astro/branch-deploy.yaml': `version: 1\n${environments}${objects}` });
  return world.step(pullRequest('opened', branch, sha), { 'deploy-type': 'dags-only' });
}
const preview = () => world.astro.deployments().find(({ name }) => name !== 'etl-prod')?.id ?? '';
const object = (key: string) => world.astro.objects().find(({ objectKey }) => objectKey === key);

describe('an object that production uses keeps its values, whatever a branch declares [T-14]', () => {
  const objects = {
    'a connection': {
      stored: {
        objectKey: 'warehouse',
        connection: { type: 'postgres', host: 'prod.example.com', password: 'stored-password-canary' },
      },
      file: '  - connection: warehouse\n    type: postgres\n    values: { host: evil.example.com }\n    link: [preview]\n',
      seen: { host: 'evil.example.com' },
      kept: { host: 'prod.example.com', password: 'stored-password-canary' },
    },
    'an Airflow variable': {
      stored: { objectKey: 'bucket', airflowVariable: { value: 's3://prod', isSecret: false } },
      file: '  - airflow-variable: bucket\n    values: { value: "s3://evil" }\n    link: [preview]\n',
      seen: { value: 's3://evil' },
      kept: { value: 's3://prod' },
    },
    'an environment variable': {
      stored: { objectKey: 'STAGE', environmentVariable: { value: 'prod', isSecret: false } },
      file: '  - environment-variable: STAGE\n    values: { value: evil }\n    link: [preview]\n',
      seen: { value: 'evil' },
      kept: { value: 'prod' },
    },
  };
  test.each(
    Object.entries(objects).flatMap(([name, one]) =>
      (['linked', 'shared with all'] as const).map((how) => [name, how, one] as const),
    ),
  )('%s, %s', async (_, how, { stored, file, seen, kept }) => {
    world.astro.addObject({
      ...stored,
      ...(how === 'linked'
        ? { links: [{ scope: 'DEPLOYMENT', scopeEntityId: production }] }
        : { autoLinkDeployments: true }),
    });
    const result = await opened(`environment-objects:\n${file}`);
    expect(result).toMatchObject({ code: 0 });
    expect(object(stored.objectKey)?.body).toMatchObject(kept);
    expect(Object.values(world.astro.effective(production))[0]).toMatchObject(kept);
    expect(Object.values(world.astro.effective(preview()))[0]).toMatchObject(seen);
    expect(result.annotations.join('\n')).toContain('and other Deployments use it. This preview gets an override');
  });

  test('nobody but the preview uses it: its own values change', async () => {
    await opened(
      'environment-objects:\n  - connection: mine\n    type: http\n    values: { host: a }\n    link: [preview]\n',
    );
    const again = await opened(
      'environment-objects:\n  - connection: mine\n    type: http\n    values: { host: b }\n    link: [preview]\n',
    );
    expect(again.code).toBe(0);
    expect(object('mine')?.body).toMatchObject({ host: 'b' });
  });
});

test.each([
  ['connection', 'type: http\n    values: { host: evil }'],
  ['airflow-variable', 'values: { value: x }'],
])('`share: all` of a new %s takes effect on the run of a long-lived environment [T-13]', async (kind, declared) => {
  const file = `environment-objects:\n  - ${kind}: shared\n    ${declared}\n    share: all\n`;
  expect(await opened(file)).toMatchObject({ code: 0 });
  expect(object('shared')).toMatchObject({ autoLink: false, links: [{ deploymentId: preview() }] });
  expect(world.astro.effective(production)).toEqual({});
  expect(Object.keys(world.astro.effective(preview()))).toHaveLength(1);

  world.project.git('checkout', '--quiet', 'main');
  world.project.git('merge', '--quiet', branch);
  const sha = world.commit('Merge', {});
  const merged = await world.step(push('main', sha), { 'deployment-name': '', 'deploy-type': 'dags-only' });
  expect(merged.code).toBe(0);
  expect(object('shared')).toMatchObject({ autoLink: true });
  expect(Object.keys(world.astro.effective(production))).toHaveLength(1);
});

test.each(['AIRFLOW__CORE__FERNET_KEY', 'AIRFLOW__CORE__SQL_ALCHEMY_CONN'])(
  '%s cannot be declared, as in templates [T-13]',
  async (key) => {
    const result = await opened(
      `environment-objects:\n  - environment-variable: ${key}\n    values: { value: x }\n    link: [preview]\n`,
    );
    expect(result).toMatchObject({ code: 1 });
    expect(result.annotations[0]).toMatch(/^error \.astro\/branch-deploy\.yaml:5:.*belongs to Astro/);
    expect(result.requests.filter((request) => request.startsWith('Astro'))).toEqual([]);
  },
);
