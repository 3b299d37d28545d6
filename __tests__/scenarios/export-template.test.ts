import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pullRequest, push } from '../../sandbox/events.ts';
import type { Sandbox } from '../../sandbox/server.ts';
import { startWorld, type Told, type World } from './world.ts';

type Deployment = ReturnType<Sandbox['addDeployment']>;

const path = '.astro/from-production.yaml';
const secret = 'environment-variable-canary';
const at = '2026-01-01T00:00:00Z';
const pool = { cloudProvider: 'AWS', createdAt: at, updatedAt: at, isDefault: false, maxNodeCount: 9, supportedAstroMachines: [], clusterId: 'cm0cluster000000000000000' }; // prettier-ignore
const cluster = {
  id: 'cm0cluster000000000000000',
  name: 'prod-eu',
  cloudProvider: 'AWS',
  type: 'DEDICATED',
  region: 'eu-west-1',
  status: 'CREATED',
  organizationId: 'cm0organization0000000000',
  createdAt: at,
  updatedAt: at,
  dbInstanceType: 'db.m6g.large',
  drRegion: '',
  isDrEnabled: false,
  vpcSubnetRange: '10.0.0.0/16',
  nodePools: [
    { ...pool, id: 'cm0pool000000000000000001', name: 'small', nodeInstanceType: 'm5.xlarge' },
    { ...pool, id: 'cm0pool000000000000000002', name: 'large', nodeInstanceType: 'm5.4xlarge' },
  ],
} as never;
let world: World;
let outside: string;
let told: Told[];
beforeEach(async () => {
  told = [];
  outside = mkdtempSync(join(tmpdir(), 'outside-'));
  world = await startWorld({ clusters: [cluster] });
});
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  expect(readdirSync(outside)).toEqual([]);
  for (const { log, summary, outputs } of told)
    expect(log.replace(/^::add-mask::.*$/gm, '') + summary + JSON.stringify(outputs)).not.toContain(secret);
  rmSync(outside, { recursive: true });
  await world.end();
});

const file = (name = path): string => join(world.project.folder, name);
const exported = async (inputs: Readonly<Record<string, string>> = {}): Promise<Told> => {
  const event = { ...push('main', world.project.git('rev-parse', 'HEAD')), event: 'workflow_dispatch' };
  const result = await world.step(event, { action: 'export-template', template: path, ...inputs });
  told.push(result);
  return result;
};
const queue = {
  id: 'cm0queue00000000000000001',
  name: 'default',
  isDefault: true,
  minWorkerCount: 1,
  maxWorkerCount: 4,
  workerConcurrency: 8,
};
/** What is asked for, without what belongs to one Deployment alone and what the Action owns. */
function configuration(deployment: Deployment | undefined): object {
  const { workerQueues, environmentVariables, contactEmails, scalingSpec, ...rest } = deployment ?? ({} as Deployment);
  const { type, executor, cloudProvider, region, clusterId, runtimeVersion, schedulerSize, schedulerAu } = rest;
  const { isCicdEnforced, isDagDeployEnabled, isDevelopmentMode, isHighAvailability } = rest;
  const { defaultTaskPodCpu, defaultTaskPodMemory, resourceQuotaCpu, resourceQuotaMemory } = rest;
  return {
    ...{ type, executor, cloudProvider, region, clusterId, runtimeVersion, schedulerSize, schedulerAu },
    ...{ isCicdEnforced, isDagDeployEnabled, isDevelopmentMode, isHighAvailability, contactEmails },
    ...{ defaultTaskPodCpu, defaultTaskPodMemory, resourceQuotaCpu, resourceQuotaMemory },
    schedules: scalingSpec?.hibernationSpec?.schedules,
    queues: (workerQueues ?? []).map(
      ({ name, minWorkerCount, maxWorkerCount, workerConcurrency, astroMachine, nodePoolId }) => ({
        ...{ name, minWorkerCount, maxWorkerCount, workerConcurrency, astroMachine, nodePoolId },
      }),
    ),
    variables: environmentVariables
      ?.filter(({ key }) => !key.startsWith('ASTRO_'))
      .map(({ key, value, isSecret }) => ({ key, isSecret, value })),
  };
}

test.each<[string, Partial<Deployment>]>([
  [
    'STANDARD, with schedules, variables and e-mails',
    {
      isDevelopmentMode: true,
      isCicdEnforced: true,
      defaultTaskPodCpu: '0.5',
      defaultTaskPodMemory: '1Gi',
      resourceQuotaCpu: '20',
      resourceQuotaMemory: '40Gi',
      contactEmails: ['data@example.com'],
      workerQueues: [{ ...queue, astroMachine: 'A10', podCpu: '2', podMemory: '4Gi' }],
      environmentVariables: [
        { key: 'STAGE', value: 'a: "b" # ${c}', isSecret: false, updatedAt: at },
        { key: 'WAREHOUSE', isSecret: true, updatedAt: at },
      ],
      scalingSpec: {
        hibernationSpec: {
          schedules: [
            { hibernateAtCron: '0 20 * * *', wakeAtCron: '0 7 * * 1-5', description: 'Nights', isEnabled: true },
          ],
        },
      },
    },
  ],
  [
    'DEDICATED, in its cluster',
    {
      type: 'DEDICATED',
      clusterId: 'cm0cluster000000000000000',
      clusterName: 'prod-eu',
      isHighAvailability: true,
      schedulerSize: 'MEDIUM',
      executor: 'KUBERNETES',
      workerQueues: [],
      defaultTaskPodCpu: '0.5',
      defaultTaskPodMemory: '1Gi',
      resourceQuotaCpu: '20',
      resourceQuotaMemory: '40Gi',
    },
  ],
  [
    'HYBRID, by its node pools',
    {
      type: 'HYBRID',
      clusterId: 'cm0cluster000000000000000',
      clusterName: 'prod-eu',
      schedulerAu: 10,
      workerQueues: [{ ...queue, nodePoolId: 'cm0pool000000000000000002', podCpu: '2', podMemory: '4Gi' }],
    },
  ],
])('%s: a preview made from the file is what production is', async (_, given) => {
  const prod = world.astro.addDeployment({
    name: 'etl-prod',
    description: 'The real one',
    workspaceName: 'Data',
    ...given,
  });
  const first = await exported();
  expect(first).toMatchObject({ code: 0, outputs: { result: 'updated', 'deployment-id': prod.id } });
  expect(first.summary).toContain(path);
  const text = readFileSync(file(), 'utf8');
  const secrets = (prod.environmentVariables ?? []).some(({ isSecret }) => isSecret);
  const advice = first.annotations.filter((line) => line.startsWith('notice: Previews made from this template'));
  expect(advice).toHaveLength(
    (prod.contactEmails ?? []).length > 0 || (prod.isDevelopmentMode !== true && prod.type !== 'HYBRID') ? 1 : 0,
  );
  expect(first.annotations.filter((line) => !advice.includes(line))).toEqual(
    secrets
      ? ["notice: Astro does not give out secret environment variables: give them in the step's `env:` as WAREHOUSE"]
      : [],
  );

  const again = await exported();
  expect(again).toMatchObject({ code: 0, outputs: { result: 'nothing' } });
  expect(again.outputs['reason']).toBe(`\`${path}\` says already what the Deployment etl-prod is`);
  expect(readFileSync(file(), 'utf8')).toBe(text);

  world.project.git('checkout', '--quiet', '-b', 'feature/x');
  const sha = world.commit('Take it', {});
  const preview = await world.step(
    pullRequest('opened', 'feature/x', sha),
    // A file that no other branch has yet cannot take a cluster by itself.
    { template: path, 'allow-template': 'cluster' },
    { env: { WAREHOUSE: secret } },
  );
  told.push(preview);
  expect(preview.annotations).toEqual([]);
  expect(preview).toMatchObject({ code: 0, outputs: { result: 'created' } });
  const [production, made] = world.astro.deployments();
  expect(made?.description).toContain('The real one');
  expect(configuration(made)).toEqual(configuration(production));
  if (secrets) expect(world.astro.secret(made?.id ?? '', 'WAREHOUSE')).toBe(secret);
});

describe('the file', () => {
  beforeEach(() => {
    world.astro.addDeployment({ name: 'etl-prod' });
  });

  test('is written into folders that are not there yet, and over an older one', async () => {
    expect(await exported({ template: 'a/b/c.yaml' })).toMatchObject({ code: 0, outputs: { result: 'updated' } });
    expect(readFileSync(file('a/b/c.yaml'), 'utf8')).toContain('configuration:');
    writeFileSync(file('a/b/c.yaml'), `old ${'x'.repeat(10_000)}\n`);
    expect(await exported({ template: 'a/b/c.yaml' })).toMatchObject({ code: 0, outputs: { result: 'updated' } });
    expect(readFileSync(file('a/b/c.yaml'), 'utf8')).not.toContain('xxx');
  });

  test('is not written in a dry run', async () => {
    expect(await exported({ 'dry-run': 'true' })).toMatchObject({ code: 0, outputs: { result: 'planned' } });
    expect(existsSync(file())).toBe(false);
  });

  test.each([
    ['a link to a file', () => [join(world.project.folder, 'Dockerfile'), 'link.yaml'], 'link.yaml'],
    ['a link to nothing', () => [join(outside, 'new.yaml'), 'link.yaml'], 'link.yaml'],
    ['a link to a folder outside', () => [outside, 'way'], 'way/new.yaml'],
    ['a deeper one behind such a link', () => [outside, 'way'], 'way/a/b/new.yaml'],
  ])('is refused where it is %s', async (_, link, template) => {
    const [to = '', from = ''] = link();
    symlinkSync(to, file(from));
    const dockerfile = readFileSync(file('Dockerfile'), 'utf8');
    const result = await exported({ template });
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed' } });
    expect(result.annotations.filter((line) => line.startsWith('error'))).toEqual([
      expect.stringMatching(/^error.*: `template`: `.*` (?:is a link|lies behind a link)/),
    ]);
    expect(readFileSync(file('Dockerfile'), 'utf8')).toBe(dockerfile);
  });

  test('is refused where it is a folder, or outside', async () => {
    expect((await exported({ template: 'dags' })).annotations).toEqual([
      expect.stringContaining('it is a folder, not a file'),
    ]);
    expect((await exported({ template: '../x.yaml' })).annotations).toEqual([
      expect.stringContaining('outside the workspace'),
    ]);
  });
});

test('without `deployment-name` it is said what is missing', async () => {
  const result = await exported({ 'deployment-name': '' });
  expect(result).toMatchObject({ code: 1 });
  expect(result.annotations).toEqual([expect.stringContaining('needs `deployment-name` or `deployment-id`')]);
  expect(world.astro.requests).toEqual([]);
});
