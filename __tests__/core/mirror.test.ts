import { describe, expect, test } from '@jest/globals';
import type { components } from '../../src/contract/astro-api.ts';
import { mirror, mirrorSleepsAt, onceAYear, secretVariables } from '../../src/core/deployment/mirror.ts';
import type { PlaceholderValues } from '../../src/core/yaml/placeholders.ts';

type Deployment = components['schemas']['Deployment'];
type Variable = components['schemas']['DeploymentEnvironmentVariable'];

const production = {
  id: 'cmd1',
  name: 'etl-prod',
  description: 'Pays for ${everything}',
  type: 'STANDARD',
  executor: 'CELERY',
  runtimeVersion: '3.1-14',
  isDagDeployEnabled: false,
  isCicdEnforced: true,
  isHighAvailability: true,
  isDevelopmentMode: false,
  schedulerSize: 'LARGE',
  workspaceName: 'Data',
  cloudProvider: 'AWS',
  region: 'us-east-1',
  contactEmails: ['oncall@example.com'],
  workerQueues: [
    { id: 'q', name: 'default', isDefault: true, minWorkerCount: 1, maxWorkerCount: 9, workerConcurrency: 5, astroMachine: 'A5' },
  ],
} as unknown as Deployment; // prettier-ignore
const hybrid = {
  ...production,
  type: 'HYBRID',
  executor: 'KUBERNETES',
  isHighAvailability: undefined,
  isDevelopmentMode: undefined,
  schedulerSize: undefined,
  schedulerAu: 10,
  schedulerReplicas: 2,
  clusterId: 'cl1',
  taskPodNodePoolId: 'np1',
  workerQueues: undefined,
} as unknown as Deployment;
const clusters = [
  { id: 'cl1', name: 'big', nodePools: [{ id: 'np1', nodeInstanceType: 'm5.xlarge' }] },
] as unknown as components['schemas']['Cluster'][];
const variable = (key: string, value?: string): Variable => ({
  key,
  isSecret: value === undefined,
  updatedAt: '2026-01-01T00:00:00Z',
  ...(value !== undefined && { value }),
});
const given = (env: Record<string, string> = {}): PlaceholderValues => ({
  repository: 'etl',
  actor: 'octocat',
  rules: { tokens: [] },
  env: new Map(Object.entries(env)),
});
const smaller =
  'The preview mirrors etl-prod at a lower cost: scheduler size SMALL instead of LARGE, without high availability. To choose the size of previews, give them a `template` (`action: export-template` writes one).';
const sleeps = [{ hibernateAtCron: mirrorSleepsAt, wakeAtCron: onceAYear, isEnabled: true }];

describe('what a preview takes over', () => {
  test('the configuration, without what is expensive and what wakes people', () => {
    const { template, notices } = mirror(production, [], given());
    expect(template).toMatchObject({
      description: 'Pays for ${everything}',
      type: 'STANDARD',
      executor: 'CELERY',
      runtimeVersion: { value: '3.1-14' },
      dagDeployEnabled: false,
      cicdEnforcement: true,
      region: 'us-east-1',
      queues: [{ name: 'default', maxWorkers: 9 }],
      developmentMode: true,
      highAvailability: false,
      schedulerSize: 'SMALL',
      schedules: sleeps,
      contactEmails: [],
    });
    expect(notices).toEqual([smaller]);
  });

  test('a preview is not called smaller than a Deployment of its own size', () => {
    const small = { ...production, schedulerSize: 'SMALL', isHighAvailability: false } as Deployment;
    expect(mirror(small, [], given()).notices).toEqual([]);
    const available = { ...production, schedulerSize: undefined } as unknown as Deployment;
    expect(mirror(available, [], given()).notices).toEqual([
      expect.stringContaining('at a lower cost: without high availability.'),
    ]);
  });

  test('HYBRID knows no development mode, so nothing but the e-mails is taken away', () => {
    const { template, notices } = mirror(hybrid, clusters, given(), { ...hybrid, isDevelopmentMode: false });
    expect(template).toMatchObject({
      type: 'HYBRID',
      schedulerAu: 10,
      schedulerCount: 2,
      clusterName: { value: 'big' },
      developmentMode: false,
      contactEmails: [],
      schedules: [],
    });
    expect(template).not.toHaveProperty('schedulerSize');
    expect(notices).toEqual([]);
  });

  test.each([
    [true, true],
    [undefined, true],
    [false, false],
  ])('a preview that is there with development mode %s: %s', (isDevelopmentMode, expected) => {
    const existing = { name: 'login_Prod', isDevelopmentMode } as Deployment;
    const { template, notices } = mirror(production, [], given(), existing);
    expect(template).toMatchObject({
      developmentMode: expected,
      highAvailability: false,
      schedules: expected ? sleeps : [],
    });
    expect(notices).toEqual(
      expected
        ? [smaller]
        : [
            smaller,
            'The preview login_Prod was made outside of development mode, and Astro cannot change that: it does not sleep at night. One that is made anew does.',
          ],
    );
  });
});

describe('environment variables', () => {
  const all = {
    ...production,
    environmentVariables: [
      variable('STAGE', 'prod ${x}'),
      variable('DB_PASSWORD'),
      variable('ASTRO_API_TOKEN'),
      variable('ASTRO_BRANCH'),
      variable('AIRFLOW_HOME', '/secret'),
      variable('AWS_SECRET_ACCESS_KEY'),
    ],
  } as Deployment;
  const refused =
    'The preview mirrors etl-prod: environment variables that a template cannot set are left out: AIRFLOW_HOME, AWS_SECRET_ACCESS_KEY.';

  test('of secret ones the names are asked for, and of those only that can be given', () => {
    expect(secretVariables(production)).toEqual([]);
    expect(secretVariables(all)).toEqual(['DB_PASSWORD', 'PREVIEW_ASTRO_API_TOKEN']);
  });

  test('a secret that the step does not give is left out and named; its own token is never handed on', () => {
    const { template, notices } = mirror(all, [], given({ ASTRO_API_TOKEN: 'canary' }));
    expect(template.variables).toMatchObject([{ key: 'STAGE', value: 'prod ${x}', isSecret: false }]);
    expect(notices).toEqual([
      refused,
      smaller,
      "The preview mirrors etl-prod without its secret environment variables DB_PASSWORD, PREVIEW_ASTRO_API_TOKEN: nobody gives their values out. Give them in the step's `env:` under these names.",
    ]);
  });

  test('what the step gives is there', () => {
    const { template, notices } = mirror(all, [], given({ DB_PASSWORD: 'one', PREVIEW_ASTRO_API_TOKEN: 'two' }));
    expect(template.variables).toMatchObject([
      { key: 'STAGE' },
      { key: 'DB_PASSWORD', value: 'one', isSecret: true },
      { key: 'ASTRO_API_TOKEN', value: 'two', isSecret: true },
    ]);
    expect(notices).toEqual([refused, smaller]);
  });
});
