import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pullRequest, push } from '../../sandbox/events.ts';
import { startWorld, type Told, type World } from './world.ts';

const branch = 'feature/login';
const file = '.astro/branch-deploy.yaml';
let world: World;
beforeEach(async () => {
  world = await startWorld();
  world.project.git('checkout', '--quiet', '-B', branch);
});
afterEach(async () => {
  await world.end();
  expect(world.astro.violations).toEqual([]);
});

const open = (config: string, inputs: Record<string, string> = {}): Promise<Told> => {
  const sha = world.commit('Change', { [file]: config });
  return world.step(pullRequest('opened', branch, sha), {
    'deploy-type': 'dags-only',
    'deployment-name': '',
    ...inputs,
  });
};
const environments = `environments:
  main: { deployment: etl-prod }
  dev: { deployment-id: cm0a1b2c3d4e5f6g7h8i9j0k1 }
`;

describe('green on the pull request, red after the merge: what would fail is a warning [I10]', () => {
  test('Deployments that do not exist, at the line that names them', async () => {
    world.astro.addDeployment({ name: 'etl-prd' });
    const result = await open(environments);
    expect(result).toMatchObject({ code: 0, outputs: { result: 'created' } });
    expect(result.annotations).toEqual([
      `warning ${file}:2:23: The run for \`main\` would fail after the merge: the Workspace has no Deployment called \`etl-prod\`. Did you mean \`etl-prd\`? Correct \`deployment\` or create the Deployment, unless that run has another token or Workspace.`,
      `warning ${file}:3:25: The run for \`dev\` would fail after the merge: this API token sees no Deployment with the id \`cm0a1b2c3d4e5f6g7h8i9j0k1\`. Correct \`deployment-id\`, unless that run has another token or Workspace.`,
    ]);
  });

  test.each([
    [{ 'deployment-name': 'etl-prod' }, 'called `etl-prod`. Correct `deployment-name` or create'],
    [{ 'deployment-id': 'cm0a1b2c3d4e5f6g7h8i9j0k1' }, 'Correct `deployment-id`'],
  ])('the input is named where it names one that does not exist: %j', async (inputs, words) => {
    const result = await open('version: 1\n', { ...inputs, 'copy-connections': 'false' });
    expect(result.annotations).toEqual([
      expect.stringMatching(/^warning: The run for `main` would fail after the merge: /),
    ]);
    expect(result.annotations[0]).toContain(words);
  });

  test('placeholders that an environment cannot fill, and objects that it cannot be given', async () => {
    world.astro.addDeployment({ name: 'etl-prod' });
    const result = await open(`environments: { main: { deployment: etl-prod } }
environment-objects:
  - airflow-variable: schema
    values: { value: 'x' }
    link: [preview, main]
    main: { value: 'PR_\${pr}' }
  - connection: warehouse
    link: [main]
    main: { password: '\${env.ONLY_ON_MAIN}' }
`);
    expect(result).toMatchObject({ code: 0, outputs: { result: 'created' } });
    expect(result.annotations).toEqual([
      `warning ${file}:6:20: The run for \`main\` would fail after the merge: \`\${pr}\` has no value here: this run is not for a pull request.`,
    ]);
    const next = await open(`environments: { main: { deployment: etl-prod } }
environment-objects:
  - connection: warehouse
    link: [main]
    main: { password: '\${env.ONLY_ON_MAIN}' }
`);
    expect(next.annotations).toEqual([
      expect.stringContaining(
        `warning ${file}:3:17: The run for \`main\` would fail after the merge: there is no connection \`warehouse\``,
      ),
    ]);
  });

  test('a deploy type that the Deployment does not take', async () => {
    world.astro.addDeployment({ name: 'etl-prod', isDagDeployEnabled: false });
    const result = await open('environments: { main: { deployment: etl-prod, deploy-type: dags-only } }\n');
    expect(result.annotations).toEqual([
      expect.stringContaining('its `deploy-type` is dags-only, but DAG deploys are off on the Deployment etl-prod.'),
    ]);
  });
});

describe('no false alarm, no further request', () => {
  test('what is right is not warned of, and is not asked for', async () => {
    world.astro.addDeployment({ name: 'etl-prod' });
    const dev = world.astro.addDeployment({ name: 'etl-dev' });
    const result = await open(environments.replace(/cm0\w+/, dev.id));
    expect(result.annotations).toEqual([]);
    const again = await open(environments.replace(/cm0\w+/, dev.id));
    expect(again.annotations).toEqual([]);
    expect(again.requests.filter((request) => request.startsWith('Astro')).length).toBeLessThanOrEqual(5);
  });

  test('a Deployment of another Workspace by its id is one; with `workspace` given it would be refused', async () => {
    world.astro.addDeployment({ name: 'etl-prod' });
    const far = world.astro.addDeployment({ name: 'etl-dev', workspaceId: 'cm0elsewhere0000000000000' });
    const config = `environments: { dev: { deployment-id: ${far.id} } }\n`;
    expect((await open(config)).annotations).toEqual([]);
    const pinned = await open(config, { workspace: 'cm0workspace0000000000000' });
    expect(pinned.annotations).toEqual([expect.stringContaining('sees no Deployment with the id')]);
  });

  test('a token that sees nothing but the preview says nothing about the others', async () => {
    world.astro.addDeployment({ name: 'etl-prod' });
    const first = await open('environments: { main: { deployment: etl-prod } }\n');
    for (const { id } of world.astro.deployments()) if (id !== first.outputs['deployment-id']) world.astro.remove(id);
    expect((await open('environments: { main: { deployment: etl-prod } }\n')).annotations).toEqual([]);
  });

  test('`on: branch`: pull requests and pushes tell it as well', async () => {
    const config = 'environments: { main: { deployment: etl-prod } }\npreview: { on: branch }\n';
    const told = await open(config);
    expect(told.annotations).toEqual([expect.stringContaining('no Deployment called `etl-prod`')]);
    const sha = world.commit('Again', { 'dags/a.py': 'a = 1\n' });
    const pushed = await world.step(push(branch, sha), { 'deploy-type': 'dags-only', 'deployment-name': '' });
    expect(pushed.annotations).toEqual([expect.stringContaining('no Deployment called `etl-prod`')]);
  });
});
