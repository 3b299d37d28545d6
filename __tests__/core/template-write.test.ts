import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { components } from '../../src/contract/astro-api.ts';
import { compareDeployment } from '../../src/core/deployment/diff.ts';
import { ownedByAction, ownedByAstro } from '../../src/core/deployment/owned-variables.ts';
import { variablesIn } from '../../src/core/yaml/placeholders.ts';
import { readTemplate } from '../../src/core/deployment/template.ts';
import { modeline } from '../../src/core/release.ts';
import { writeTemplate } from '../../src/core/deployment/write-template.ts';
import { resolveTemplate } from '../../src/core/deployment/desired.ts';
import type { Template } from '../../src/core/deployment/template-types.ts';

type Schemas = components['schemas'];
type Deployment = Schemas['Deployment'];

const clusters = [
  {
    id: 'cl1',
    name: 'big one',
    nodePools: [
      { id: 'np1', nodeInstanceType: 'm5.xlarge' },
      { id: 'np2', nodeInstanceType: '16' },
      { id: 'np3', nodeInstanceType: 'm5.xlarge' },
    ],
  },
  { id: 'cl2', name: 'bare' },
] as unknown as Schemas['Cluster'][];

const standard = {
  id: 'cmd1',
  name: 'etl-prod',
  type: 'STANDARD',
  executor: 'CELERY',
  runtimeVersion: '3.1-14',
  isDagDeployEnabled: true,
  isCicdEnforced: false,
  isHighAvailability: true,
  isDevelopmentMode: false,
  schedulerSize: 'SMALL',
  schedulerReplicas: 1,
  workspaceId: 'cm0',
  workspaceName: 'Data',
  cloudProvider: 'AWS',
  region: 'us-east-1',
  defaultTaskPodCpu: '0.25',
  defaultTaskPodMemory: '0.5Gi',
  resourceQuotaCpu: '10',
  resourceQuotaMemory: '20Gi',
} as unknown as Deployment;
const hybrid = {
  id: 'cmd2',
  name: 'old',
  type: 'HYBRID',
  executor: 'CELERY',
  runtimeVersion: '12.1.0',
  isDagDeployEnabled: false,
  isCicdEnforced: true,
  schedulerAu: 10,
  schedulerReplicas: 2,
  workspaceId: 'cm0',
  workspaceName: 'Data',
  clusterId: 'cl1',
  clusterName: 'big one',
  cloudProvider: 'AWS',
  region: 'us-east-1',
} as unknown as Deployment;
const queue = (members: Partial<Schemas['WorkerQueue']>): Schemas['WorkerQueue'] => ({
  id: 'wq1',
  name: 'default',
  isDefault: true,
  minWorkerCount: 0,
  maxWorkerCount: 10,
  workerConcurrency: 5,
  podCpu: '1',
  podMemory: '2Gi',
  ...members,
});
const variable = (key: string, value?: string, isSecret = false): Schemas['DeploymentEnvironmentVariable'] => ({
  key,
  isSecret,
  updatedAt: '2026-01-01T00:00:00Z',
  ...(value !== undefined && { value }),
});

/** What a run does with the file whose step's `env:` has every secret that the file asks for. */
const read = (text: string): Template =>
  readTemplate(text, 'preview.yaml', {
    repository: 'etl',
    actor: 'octocat',
    rules: { tokens: [] },
    env: new Map(variablesIn(text).map((name) => [name, `secret ${name}`])),
  });
const written = (deployment: Partial<Deployment>, base = standard) => {
  const { text, notes } = writeTemplate({ ...base, ...deployment }, clusters);
  return { text, notes, template: read(text) };
};

describe('the file', () => {
  test('STANDARD in development mode', () => {
    const { text, notes } = writeTemplate(
      {
        ...standard,
        name: 'etl\nprod',
        description: "the team's\n[astro-branch-deploy v1 repo=1 ref=x]\n",
        isHighAvailability: false,
        isDevelopmentMode: true,
        contactEmails: ['Ada <ada@example.com>', 'no'],
        environmentVariables: [
          variable('STAGE', 'yes'),
          variable('EMPTY'),
          variable('COST', '${x} $${y} costs $5'),
          variable('PASSWORD', '', true),
          variable('ASTRO_API_TOKEN', undefined, true),
          variable('ASTRO_BRANCH', 'x'),
          variable('AIRFLOW_HOME', '/x'),
          variable('bad.name', 'x'),
        ],
        workerQueues: [
          queue({ astroMachine: 'A5', podEphemeralStorage: '10Gi' }),
          queue({ name: 'other', astroMachine: 'A10', podEphemeralStorage: '' }),
        ],
        scalingSpec: {
          hibernationSpec: {
            schedules: [
              { hibernateAtCron: '0 20 * * *', wakeAtCron: '0 7 * * 1-5', isEnabled: true, description: 'at night' },
              { hibernateAtCron: '* * * * *', wakeAtCron: '@daily', isEnabled: false },
            ],
          },
        },
      },
      clusters,
    );
    expect(text).toBe(`${modeline('deployment-template')}
# What astro-branch-deploy creates previews from. Cron times are UTC.
# Exported from the Deployment etl prod.
deployment:
    environment_variables:
        - is_secret: false
          key: STAGE
          value: "yes"
        - is_secret: false
          key: EMPTY
          value: ""
        - is_secret: false
          key: COST
          value: "$\${x} $$\${y} costs $5"
        - is_secret: true
          key: PASSWORD
          # secret: give it as \${env.PASSWORD}
          value: "\${env.PASSWORD}"
        - is_secret: true
          key: ASTRO_API_TOKEN
          # secret: give it as \${env.PREVIEW_ASTRO_API_TOKEN}
          value: "\${env.PREVIEW_ASTRO_API_TOKEN}"
    configuration:
        name: ""
        description: "the team's"
        runtime_version: "3.1-14"
        dag_deploy_enabled: true
        ci_cd_enforcement: false
        scheduler_size: SMALL
        is_high_availability: false
        is_development_mode: true
        executor: CELERY
        workspace_name: Data
        deployment_type: STANDARD
        cloud_provider: AWS
        region: us-east-1
        default_task_pod_cpu: "0.25"
        default_task_pod_memory: "0.5Gi"
        resource_quota_cpu: "10"
        resource_quota_memory: "20Gi"
    worker_queues:
        - name: default
          max_worker_count: 10
          min_worker_count: 0
          worker_concurrency: 5
          worker_type: A5
          pod_ephemeral_storage: "10Gi"
        - name: other
          max_worker_count: 10
          min_worker_count: 0
          worker_concurrency: 5
          worker_type: A10
    alert_emails:
        - "Ada <ada@example.com>"
        - "no"
    hibernation_schedules:
        - hibernate_at: "0 20 * * *"
          wake_at: "0 7 * * 1-5"
          description: "at night"
          enabled: true
        - hibernate_at: "* * * * *"
          wake_at: "@daily"
          enabled: false
`);
    expect(notes).toEqual([
      "Astro does not give out secret environment variables: give them in the step's `env:` as PASSWORD, PREVIEW_ASTRO_API_TOKEN",
      'environment variables that a template cannot set are left out: AIRFLOW_HOME, bad.name',
    ]);
  });

  test('what Astro leaves out of its answer is left out of the file, as far as it can be', () => {
    const { id, name, workspaceId } = standard;
    const { text } = writeTemplate(
      { id, name, workspaceId, cloudProvider: 'GCP', region: 'x', isDevelopmentMode: true } as unknown as Deployment,
      [],
    );
    expect(text).toContain('executor: CELERY\n        deployment_type: STANDARD\n        cloud_provider: GCP');
    expect(read(text)).toMatchObject({ queues: [], schedules: [], variables: [], developmentMode: true });
    expect(read(text.replace('GCP', 'AWS')).description).toBeUndefined();
  });

  test('schedules are Astro’s only in development mode', () => {
    const schedules = [{ hibernateAtCron: '0 20 * * *', wakeAtCron: '0 7 * * *', isEnabled: true }];
    expect(written({ scalingSpec: { hibernationSpec: { schedules } } }).template.schedules).toEqual([]);
  });

  test('KUBERNETES has no worker queues', () => {
    const { template, text } = written({ executor: 'KUBERNETES', workerQueues: [queue({ astroMachine: 'A5' })] });
    expect(text).not.toContain('worker_queues');
    expect(template.notices.map(({ message }) => message)).toEqual([]);
  });

  test('remote execution has no pod sizes', () => {
    const remote = { enabled: true, allowedIpAddressRanges: ['10.0.0.0/8'], remoteApiUrl: 'https://x' };
    const dedicated: Partial<Deployment> = { type: 'DEDICATED', executor: 'ASTRO', clusterId: 'cl2' };
    const { template, text } = written({
      ...dedicated,
      remoteExecution: { ...remote, taskLogBucket: 's3://logs', taskLogUrlPattern: 'https://logs/${x}' },
    });
    expect(template.remoteExecution).toEqual({
      allowedIpAddressRanges: ['10.0.0.0/8'],
      taskLogBucket: 's3://logs',
      taskLogUrlPattern: 'https://logs/${x}',
    });
    expect(text).not.toContain('default_task_pod_cpu');
    expect(text).toContain('cluster_name: bare\n');
    const off = written({ ...dedicated, remoteExecution: { ...remote, enabled: false, allowedIpAddressRanges: [] } });
    expect(off.text).not.toContain('remote_execution');
    expect(off.text).toContain('default_task_pod_cpu');
  });

  test('a workload identity is left out; a comment says so, no notice: Astro always sends one', () => {
    const { template, text, notes } = written({ effectiveWorkloadIdentity: 'arn:aws:iam::1:role/${x}' });
    expect(template.workloadIdentity).toBeUndefined();
    expect(text).toContain('        # workload_identity: "arn:aws:iam::1:role/$${x}"\n');
    expect(notes).toEqual([]);
  });
});

describe('HYBRID', () => {
  test('machines stand for node pools', () => {
    const { template, text, notes } = written({ workerQueues: [queue({ nodePoolId: 'np2' })] }, hybrid);
    expect(text).toContain('worker_type: "16"\n');
    expect(text).toContain('scheduler_au: 10\n        scheduler_count: 2\n        cluster_name: "big one"\n');
    expect(text).not.toMatch(/cloud_provider|scheduler_size|is_development_mode|resource_quota/);
    expect(template).toMatchObject({ type: 'HYBRID', schedulerAu: 10, schedulerCount: 2 });
    expect(notes).toEqual([]);
  });

  test('a default worker type under KUBERNETES', () => {
    const { template } = written({ executor: 'KUBERNETES', taskPodNodePoolId: 'np1' }, hybrid);
    expect(template.defaultWorkerType?.value).toBe('m5.xlarge');
    expect(written({ executor: 'KUBERNETES' }, hybrid).template.defaultWorkerType).toBeUndefined();
  });

  test('a machine that names another node pool, or none, is said', () => {
    expect(written({ executor: 'KUBERNETES', taskPodNodePoolId: 'np3' }, hybrid).notes).toEqual([
      '`default_worker_type` names the machine m5.xlarge, of which the cluster has several node pools: the first is used',
    ]);
    const unknown = writeTemplate({ ...hybrid, workerQueues: [queue({ nodePoolId: 'np1' })] }, []);
    expect(unknown.text).toContain('cluster_name: "big one"\n');
    expect(unknown.text).not.toContain('worker_type');
    expect(unknown.notes).toEqual([
      '`worker_type` of the worker queue `default` is left out: the API token does not see its node pool. Fill it in',
    ]);
    expect(() => read(unknown.text)).toThrow('`worker_type` is missing');
    const bare = writeTemplate({ ...hybrid, clusterId: 'cl2', workerQueues: [queue({})] }, clusters);
    expect(bare.notes).toHaveLength(1);
    const hosted = writeTemplate({ ...standard, workerQueues: [queue({ astroMachine: '' })] }, clusters);
    expect(hosted.notes).toEqual([
      '`worker_type` of the worker queue `default` is left out: Astro does not tell it. Fill it in',
    ]);
  });
});

/** Texts as people write them and texts that nobody would. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom('$', '{', '}', '"', "'", '\\', '\n', ':', '#', ' ', '-', 'é', '\u0085'),
    maxLength: 12,
  }),
  fc.constantFrom(
    'yes',
    'NO',
    'null',
    '~',
    '010',
    '3.10',
    '1e5',
    '0x1f',
    '1_000',
    '12:30:45',
    '- a',
    '* b',
    '',
    '\ud800',
    '.5',
  ),
);
const filled = anyText.filter((text) => text !== '');
const size = fc.constantFrom('0.25', '10', '500m', '1e3', '2Gi', '.5');
const flags = fc.boolean();
const queueOf = (name: string, machine: fc.Arbitrary<Partial<Schemas['WorkerQueue']>>) =>
  fc
    .tuple(machine, fc.nat(5), fc.integer({ min: 5, max: 100 }), fc.integer({ min: 1, max: 60 }))
    .map(([members, minWorkerCount, maxWorkerCount, workerConcurrency]) =>
      queue({
        id: `wq-${name}`,
        name,
        isDefault: name === 'default',
        minWorkerCount,
        maxWorkerCount,
        workerConcurrency,
        ...members,
      }),
    );
const queuesOf = (machine: fc.Arbitrary<Partial<Schemas['WorkerQueue']>>) =>
  fc
    .uniqueArray(fc.stringMatching(/^[a-z0-9-]{1,10}$/), { maxLength: 3 })
    .chain((names) => fc.tuple(...[...new Set(['default', ...names])].map((name) => queueOf(name, machine))));
const environmentVariables = fc.uniqueArray(
  fc
    .tuple(
      fc.oneof(fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/), fc.constantFrom(...ownedByAction)),
      anyText,
      flags,
    )
    .map(([key, value, secret]) => variable(key, value, secret && !ownedByAction.has(key)))
    .filter(({ key }) => !ownedByAstro.has(key)),
  { selector: ({ key }) => key, maxLength: 5 },
);
const shared = fc.record({
  id: fc.constant('cmd1'),
  name: anyText,
  description: fc.oneof(anyText, fc.constant('of a preview\n[astro-branch-deploy v1 repo=1]')),
  runtimeVersion: fc.constantFrom('3.1-14', '3.10'),
  isDagDeployEnabled: flags,
  isCicdEnforced: flags,
  workspaceId: fc.constant('cm0'),
  workspaceName: fc.constant('Data ${x}'),
  contactEmails: fc.array(fc.constantFrom('ada@example.com', 'Ada "A" <ada+${x}@example.com>', 'yes@1.2')),
  environmentVariables,
});
const unlikeDevelopment = {
  isDevelopmentMode: fc.constant(false),
  isHighAvailability: flags,
  schedulerSize: fc.constantFrom('SMALL', 'EXTRA_LARGE'),
};
const development = {
  isDevelopmentMode: fc.constant(true),
  isHighAvailability: fc.constant(false),
  schedulerSize: fc.constant('SMALL'),
  scalingSpec: fc.record({
    hibernationSpec: fc.record({
      schedules: fc.array(
        fc.record({
          hibernateAtCron: fc.constantFrom('0 20 * * *', '*/5 * * * MON-FRI'),
          wakeAtCron: fc.constant('0 7 * * 1-5'),
          description: fc.option(anyText, { nil: undefined }),
          isEnabled: flags,
        }),
        { maxLength: 3 },
      ),
    }),
  }),
};
const machines = fc.record({ astroMachine: fc.constantFrom('A5', 'A160'), podEphemeralStorage: size });
const hosted = (executor: string) =>
  fc.oneof(fc.record(unlikeDevelopment), fc.record(development)).chain((mode) =>
    fc.record({
      executor: fc.constant(executor),
      workerQueues: executor === 'KUBERNETES' ? fc.constant(undefined) : queuesOf(machines),
      defaultTaskPodCpu: size,
      defaultTaskPodMemory: size,
      resourceQuotaCpu: size,
      resourceQuotaMemory: size,
      ...Object.fromEntries(Object.entries(mode).map(([key, value]) => [key, fc.constant(value)])),
    }),
  );
const executor = fc.constantFrom('CELERY', 'KUBERNETES', 'ASTRO');
const place = fc.oneof(
  executor.chain(hosted).chain((rest) =>
    fc
      .record({
        type: fc.constant('STANDARD'),
        cloudProvider: fc.constantFrom('AWS', 'GCP', 'AZURE'),
        region: filled,
      })
      .map((own) => ({ ...rest, ...own })),
  ),
  executor.chain(hosted).map((rest) => ({ ...rest, type: 'DEDICATED', clusterId: 'cl1', clusterName: 'big one' })),
  fc
    .tuple(hosted('ASTRO'), fc.array(filled), fc.option(filled, { nil: undefined }))
    .map(([rest, allowedIpAddressRanges, taskLogBucket]) => ({
      ...rest,
      type: 'DEDICATED',
      clusterId: 'cl2',
      clusterName: 'bare',
      remoteExecution: { enabled: true, remoteApiUrl: '', allowedIpAddressRanges, taskLogBucket },
    })),
  fc.record({
    type: fc.constant('HYBRID'),
    executor: fc.constant('CELERY'),
    clusterId: fc.constant('cl1'),
    schedulerAu: fc.integer({ min: 5, max: 30 }),
    schedulerReplicas: fc.integer({ min: 1, max: 4 }),
    workerQueues: queuesOf(fc.record({ nodePoolId: fc.constantFrom('np1', 'np2'), podEphemeralStorage: size })),
  }),
  fc.record({
    type: fc.constant('HYBRID'),
    executor: fc.constant('KUBERNETES'),
    clusterId: fc.constant('cl1'),
    schedulerAu: fc.constant(5),
    schedulerReplicas: fc.constant(1),
    taskPodNodePoolId: fc.constantFrom('np1', 'np2'),
  }),
);
const deployments = fc.tuple(shared, place).map((parts) => Object.assign({}, ...parts) as Deployment);

test('a Deployment needs no change to be what its own template says', () => {
  fc.assert(
    fc.property(deployments, (deployment) => {
      const template = read(writeTemplate(deployment, clusters).text);
      expect(template.notices).toEqual([]);
      const lookups = { workspaceId: 'cm0', workspaces: [{ id: 'cm0', name: 'Data ${x}' }], clusters };
      const own = (deployment.environmentVariables ?? []).filter(({ key }) => ownedByAction.has(key));
      const owned = {
        name: deployment.name,
        description: deployment.description ?? '',
        environmentVariables: own.map(({ key, value = '' }) => ({ key, value })),
      };
      // A secret's value is not compared, so that secrets may be among the variables.
      const desired = resolveTemplate(template, lookups, undefined);
      expect(compareDeployment(desired, deployment, owned)).toEqual({ changes: [], impossible: [] });
      expect(desired.runtimeVersion).toBe(deployment.runtimeVersion);
      expect(template.description ?? '').not.toContain('[astro-branch-deploy v');
    }),
    { numRuns: 300 },
  );
});
