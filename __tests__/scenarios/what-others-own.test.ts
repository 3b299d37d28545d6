import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pullRequest } from '../../sandbox/events.ts';
import { sampleTemplate } from '../../sandbox/project.ts';
import { startWorld, type Told, type World } from './world.ts';

const branch = 'feature/login';
let world: World;
beforeEach(async () => {
  world = await startWorld();
  world.project.git('checkout', '--quiet', '-b', branch);
});
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  await world.end();
});

const run = (more: Parameters<World['step']>[2] = {}): Promise<Told> =>
  world.step(
    pullRequest('synchronize', branch, world.project.git('rev-parse', 'HEAD')),
    { 'deploy-type': 'dags-only' },
    more,
  );
const template = (variables: string): string =>
  sampleTemplate
    .replace(/ {2}environment_variables:\n(?: {4}.*\n)*/, '')
    .replace(/^deployment:\n/, `deployment:\n  environment_variables:\n${variables}`);
const variablesOf = (id: string) =>
  world.astro
    .deployments()
    .find((one) => one.id === id)
    ?.environmentVariables?.map(({ key }) => key) ?? [];

describe('environment variables', () => {
  test('those that a person or another step set on a preview stay, and each one that goes is named', async () => {
    world.commit('Template', {
      '.astro/preview.yaml': template('    - { key: STAGE, value: preview }\n    - { key: OLD, value: x }\n'),
    });
    const first = await run();
    expect(first).toMatchObject({ code: 0, outputs: { result: 'created' } });
    const id = first.outputs['deployment-id'] ?? '';
    const now = world.astro.deployments()[0]?.environmentVariables ?? [];
    const added = {
      key: 'AIRFLOW__SECRETS__BACKEND',
      value: 'vault',
      isSecret: false,
      updatedAt: '2026-01-01T00:00:00Z',
    };
    world.astro.change(id, { environmentVariables: [...now, added] });
    expect((await run()).outputs['result']).toBe('nothing');

    world.commit('Template', { '.astro/preview.yaml': template('    - { key: STAGE, value: preview }\n') });
    const second = await run();
    expect(second).toMatchObject({ code: 0, outputs: { result: 'updated' } });
    expect(second.log).toContain('environment_variables (removed: OLD)');
    expect(variablesOf(id)).toContain('AIRFLOW__SECRETS__BACKEND');
    expect(variablesOf(id)).not.toContain('OLD');
  });

  test('an empty secret, as `inspect` writes it, is an error on creation and keeps the stored value on update', async () => {
    world.commit('Template', {
      '.astro/preview.yaml': template('    - { key: DB_PASSWORD, value: "", is_secret: true }\n'),
    });
    const refused = await run();
    expect(refused).toMatchObject({ code: 1, outputs: { result: 'failed' } });
    expect(refused.annotations).toEqual([
      expect.stringMatching(
        /^error \.astro\/preview\.yaml:\d+:\d+: .*`DB_PASSWORD` has no value.*`value: \$\{env\.DB_PASSWORD\}`/,
      ),
    ]);
    expect(world.astro.deployments()).toEqual([]);

    world.commit('Template', {
      '.astro/preview.yaml': template("    - { key: DB_PASSWORD, value: '${env.DB_PASSWORD}', is_secret: true }\n"),
    });
    const made = await run({ env: { DB_PASSWORD: 'stored-secret-canary' } });
    expect(made.code).toBe(0);
    world.commit('Template', {
      '.astro/preview.yaml': template(
        '    - { key: DB_PASSWORD, value: "", is_secret: true }\n    - { key: MORE, value: x }\n',
      ),
    });
    const updated = await run();
    expect(updated).toMatchObject({ code: 0, outputs: { result: 'updated' } });
    expect(world.astro.secret(made.outputs['deployment-id'] ?? '', 'DB_PASSWORD')).toBe('stored-secret-canary');
  });
});

describe('links of a preview', () => {
  const links = (key: string): string[] =>
    (world.astro.objects().find(({ objectKey }) => objectKey === key)?.links ?? []).map(
      ({ deploymentId }) => deploymentId,
    );
  const file = (...entries: string[]): Record<string, string> => ({
    '.astro/branch-deploy.yaml': `version: 1\nenvironment-objects:\n${entries.join('')}`,
  });
  const overridden = '  - connection: snowflake\n    preview: { schema: PR }\n';
  const bare = '  - connection: warehouse\n    link: [preview]\n';
  beforeEach(() => {
    for (const objectKey of ['snowflake', 'warehouse', 'by_hand', 'kept'])
      world.astro.addObject({ objectKey, objectType: 'CONNECTION', connection: { type: 'snowflake' } });
  });

  test('an entry that is deleted from the file, and the whole file, unlink what earlier runs linked and nothing else', async () => {
    world.commit('Link', file(overridden, bare, '  - connection: kept\n    link: [preview]\n'));
    const id = (await run()).outputs['deployment-id'] ?? '';
    const byHand = world.astro.objects().find(({ objectKey }) => objectKey === 'by_hand')?.id ?? '';
    world.astro.updateObject(byHand, {
      autoLinkDeployments: false,
      links: [{ scope: 'DEPLOYMENT', scopeEntityId: id }],
      connection: { type: 'snowflake' },
    });
    world.commit('Unlink two', file('  - connection: kept\n    link: [preview]\n'));
    const second = await run();
    expect(second).toMatchObject({ code: 0, outputs: { result: 'updated' } });
    expect([links('snowflake'), links('warehouse'), links('kept'), links('by_hand')]).toEqual([[], [], [id], [id]]);
    world.project.git('rm', '--quiet', '.astro/branch-deploy.yaml');
    world.commit('No file', { 'README.md': 'x' });
    expect((await run()).code).toBe(0);
    expect([links('kept'), links('by_hand')]).toEqual([[], [id]]);
    const last = await run();
    expect(last.outputs['result']).toBe('nothing');
    expect(last.requests.filter((request) => request.includes('environment-objects'))).toEqual([]);
  });

  test('`link: []` takes the link back', async () => {
    world.commit('Link', file(bare));
    const id = (await run()).outputs['deployment-id'] ?? '';
    expect(links('warehouse')).toEqual([id]);
    world.commit('Unlink', file('  - connection: warehouse\n    link: []\n'));
    const second = await run();
    expect(second.annotations).toEqual([]);
    expect(second.code).toBe(0);
    expect(links('warehouse')).toEqual([]);
  });

  test('a link that Astro drops when the Deployment is updated is put back in the same run', async () => {
    world.commit('Link', file(overridden, bare));
    const id = (await run()).outputs['deployment-id'] ?? '';
    world.astro.onRequest = ({ operation }) => {
      if (operation !== 'updateDeployment') return;
      for (const { id: object } of world.astro.objects())
        world.astro.updateObject(object, { autoLinkDeployments: false, links: [], connection: { type: 'snowflake' } });
    };
    world.commit('Template', {
      '.astro/preview.yaml': sampleTemplate.replace('alert_emails: []', 'alert_emails: [a@example.com]'),
    });
    const second = await run();
    expect(second).toMatchObject({ code: 0, outputs: { result: 'updated' } });
    expect([links('snowflake'), links('warehouse')]).toEqual([[id], [id]]);
    expect(world.astro.effective(id)['CONNECTION:snowflake']).toMatchObject({ schema: 'PR' });
    expect(second.log).toContain('The link of the connection snowflake was gone');
  });
});

test.each([
  ['accepted', 'allowed'],
  ['refused, and sent again after it', 'refused'],
] as const)(
  'variables and e-mails of a new preview are sent while it is CREATING: %s',
  async (_, updatesWhileCreating) => {
    await world.end();
    const switches = { updatesWhileCreating, createHonoursVariablesAndEmails: false };
    world = await startWorld({ delays: { create: 1_000 }, switches });
    world.project.git('checkout', '--quiet', '-b', branch);
    world.commit('Begin', { 'dags/a.py': 'x = 1\n' });
    const result = await run({ env: { RUNNER_DEBUG: '1' } });
    expect(result).toMatchObject({ code: 0, annotations: [], outputs: { result: 'created' } });
    expect(variablesOf(result.outputs['deployment-id'] ?? '')).toContain('ASTRO_BRANCH');
    expect(result.log).toContain('::debug::The new Deployment lacks environment_variables');
    expect(result.log.replace(/^::debug::.*$/gm, '')).not.toContain('environment_variables');
    const operations = world.astro.requests.map(({ operation }) => operation);
    expect(operations.filter((one) => one === 'updateDeployment')).toHaveLength(
      updatesWhileCreating === 'allowed' ? 1 : 2,
    );
    expect(operations.indexOf('updateDeployment')).toBeLessThan(operations.indexOf('getDeployment'));
  },
);
