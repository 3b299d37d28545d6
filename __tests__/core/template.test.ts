import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { components } from '../../src/contract/astro-api.ts';
import { createBody, updateBody, type Owned } from '../../src/core/deployment/bodies.ts';
import { compareDeployment, describeChange } from '../../src/core/deployment/diff.ts';
import { UserError } from '../../src/core/errors.ts';
import { describePreview, keysFingerprint } from '../../src/core/identity.ts';
import { ownedByAstro } from '../../src/core/deployment/owned-variables.ts';
import type { PlaceholderValues } from '../../src/core/yaml/placeholders.ts';
import { readTemplate } from '../../src/core/deployment/template.ts';
import { resolveTemplate, secretValues, type Desired } from '../../src/core/deployment/desired.ts';
import { neededLookups, type Lookups } from '../../src/core/deployment/lookups.ts';
import { loadContract } from '../../sandbox/contract.ts';
import { deploymentOptions } from '../../sandbox/options.ts';
import { sampleTemplate } from '../../sandbox/project.ts';
import type { Template } from '../../src/core/deployment/template-types.ts';

type Deployment = components['schemas']['Deployment'];

const contract = loadContract();
const breaks = (operation: string, body: unknown): string[] =>
  contract
    .find(({ id }) => id === operation)
    ?.checkRequest(new URLSearchParams(), JSON.parse(JSON.stringify(body))) ?? ['no such operation'];

const owned: Owned = {
  name: 'etl-x-12345678',
  description: 'text\n[mark]',
  environmentVariables: [{ key: 'ASTRO_BRANCH', value: 'x' }],
};
const clusters = [
  {
    id: 'cl1',
    name: 'big',
    nodePools: [
      { id: 'np1', nodeInstanceType: 'm5.xlarge' },
      { id: 'np2', nodeInstanceType: 'm5.4xlarge' },
    ],
  },
  { id: 'cl2', name: 'bare' },
] as unknown as components['schemas']['Cluster'][];
const lookups: Lookups = {
  workspaceId: 'cm0',
  workspaces: [
    { id: 'cm0', name: 'Data' },
    { id: 'cm9', name: 'Lab' },
  ],
  clusters,
  options: deploymentOptions,
};

const dedicated = `deployment:
  configuration:
    description: d
    executor: AstroExecutor
    deployment_type: hosted_dedicated
    cluster_name: big
    scheduler_size: medium
    is_high_availability: yes
    workload_identity: arn:role
    runtime_version: 3.1-14
    remote_execution:
      enabled: true
      allowed_ip_address_ranges: [10.0.0.0/8]
      task_log_bucket: s3://logs
      task_log_url_pattern: https://logs
`;
const hybrid = `deployment:
  configuration:
    executor: KubernetesExecutor
    deployment_type: HYBRID
    cluster_name: big
    scheduler_au: 5
    scheduler_count: 2
    default_worker_type: m5.4xlarge
    cloud_provider: ""
    region: ""
`;
const hybridCelery =
  hybrid.replace('KubernetesExecutor', 'celery').replace(/ {4}default_worker_type.*\n/, '') +
  '  worker_queues:\n    - {name: default, worker_type: m5.xlarge}\n';
const minimal = `deployment:
  configuration: {executor: celery, deployment_type: standard, cloud_provider: gcp, region: europe-west1}
`;

const values: PlaceholderValues = {
  branch: 'feature/x',
  sha: 'c0ffee',
  repository: 'etl',
  actor: 'octocat',
  rules: { tokens: [] },
  env: new Map([
    ['KEY', 's3cret'],
    ['FLAG', 'yes'],
    ['SCHEDULERS', '3'],
  ]),
};
const read = (text: string, given = values): Template => readTemplate(text, 't.yaml', given);
const resolve = (text: string, given: Lookups = lookups, existing?: Deployment): Desired =>
  resolveTemplate(read(text), given, existing);
function problems(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError)
      return error.problems.map(({ message, at }) => `${String(at?.line)}:${String(at?.column)} ${message}`);
    throw error;
  }
  return [];
}

describe('placeholders in a template', () => {
  const variables = (lines: string): string => `${minimal}  environment_variables: [${lines}]\n`;

  test('values are filled in, and mean what they would mean if they were written there', () => {
    const text = hybrid
      .replace('cluster_name: big', 'cluster_name: ${repo}')
      .replace('executor:', "description: 'Preview of ${branch} at ${repo}, ${sha}'\n    executor:");
    expect(read(text)).toMatchObject({
      description: 'Preview of feature/x at etl, c0ffee',
      clusterName: { value: 'etl', at: { line: 6, column: 19 } },
    });
  });

  test.each([
    ["{ key: A, value: '${branch.key}' }", { value: 'FEATURE_X', isSecret: false }],
    ["{ key: A, value: '$${branch}' }", { value: '${branch}', isSecret: false }],
    ["{ key: A, value: '<${env.KEY}>' }", { value: '<s3cret>', isSecret: true }],
    ["{ key: A, value: '$${env.KEY}' }", { value: '${env.KEY}', isSecret: false }],
    ['{ key: A, value: 010, is_secret: true }', { value: '010', isSecret: true }],
    // Keys are names of Astro's and are left alone.
    ["{ key: A, value: '' }", { value: '', isSecret: false }],
  ])('of an environment variable: %s', (line, expected) => {
    expect(read(variables(line)).variables).toEqual([{ key: 'A', at: expect.anything(), ...expected }]);
  });

  test.each(['null', '~', 'yes', '010'])('a branch may be called %s', (branch) => {
    const [variable] = read(variables("{ key: A, value: '${branch}' }"), { ...values, branch }).variables;
    expect(variable).toMatchObject({ value: branch });
  });

  test.each([
    // One sentence for one value: what a missing one would make of the rest is beside the point.
    [
      minimal.replace('gcp', "'${env.CLOUD}'"),
      [
        "2:80 `${env.CLOUD}` has no value: the step's `env:` does not set CLOUD, or sets it to nothing (a secret of that name may be missing)",
      ],
    ],
    [
      variables("{ key: A, value: '${pr}' }, { key: '1${branch}', value: '${env.ASTRO_API_TOKEN}' }"),
      [
        '3:44 `${pr}` has no value here: this run is not for a pull request',
        '3:83 `${env.ASTRO_API_TOKEN}` is a secret of the step itself and is not handed on',
        '3:62 `1feature/x` cannot be the name of an environment variable',
      ],
    ],
    [
      hybrid.replace('executor:', "description: 'by ${env.KEY}'\n    executor:"),
      [
        '3:18 `${env.…}` is a secret, and Astro shows this value in clear. Use it only in the `value` of an environment variable with `is_secret: true`',
      ],
    ],
    [
      variables("{ key: A, value: '${env.KEY}', is_secret: false }"),
      [expect.stringContaining('`is_secret: false` would show it in Astro')],
    ],
    [
      `${minimal}  worker_queues: [{ name: '\${branch}', worker_type: '\${brnch}' }]\n`,
      [
        '3:53 there is no placeholder `${brnch}`, did you mean `${branch}`? (`$${` writes a literal `${`)',
        "3:27 a worker queue's name has lower-case letters and hyphens, at most 63: `feature/x` does not",
        '3:19 one of the worker queues must be called `default`',
      ],
    ],
  ])('%j', (text, expected) => {
    expect(problems(() => read(text))).toEqual(expected);
  });
});

describe('what a template becomes', () => {
  test('STANDARD, as the CLI writes it', () => {
    const body = createBody(resolve(sampleTemplate), owned, 'cm0');
    expect(breaks('createDeployment', body)).toEqual([]);
    expect(body).toEqual({
      type: 'STANDARD',
      name: owned.name,
      description: owned.description,
      workspaceId: 'cm0',
      astroRuntimeVersion: '3.1-14',
      isDagDeployEnabled: true,
      isCicdEnforced: false,
      isHighAvailability: false,
      isDevelopmentMode: true,
      schedulerSize: 'SMALL',
      executor: 'CELERY',
      cloudProvider: 'AWS',
      region: 'us-east-1',
      defaultTaskPodCpu: '0.25',
      defaultTaskPodMemory: '0.5Gi',
      resourceQuotaCpu: '10',
      resourceQuotaMemory: '20Gi',
      workerQueues: [
        {
          name: 'default',
          isDefault: true,
          minWorkerCount: 0,
          maxWorkerCount: 5,
          workerConcurrency: 5,
          astroMachine: 'A5',
        },
      ],
      scalingSpec: {
        hibernationSpec: {
          schedules: [{ hibernateAtCron: '0 20 * * *', wakeAtCron: '0 7 * * 1-5', description: '', isEnabled: true }],
        },
      },
      environmentVariables: [
        { key: 'STAGE', value: 'preview', isSecret: false },
        { key: 'ASTRO_BRANCH', value: 'x', isSecret: false },
      ],
      contactEmails: [],
    });
  });

  test('what a minimal STANDARD file leaves out comes from what Astro offers', () => {
    const body = createBody(resolve(minimal), owned, 'cm0');
    expect(breaks('createDeployment', body)).toEqual([]);
    expect(body).toMatchObject({
      cloudProvider: 'GCP',
      isDagDeployEnabled: true,
      isDevelopmentMode: false,
      defaultTaskPodCpu: '0.25',
      resourceQuotaMemory: '20Gi',
    });
    for (const absent of [
      'astroRuntimeVersion',
      'schedulerSize',
      'workerQueues',
      'scalingSpec',
      'workloadIdentity',
      'clusterId',
    ])
      expect(body).not.toHaveProperty(absent);
    expect(createBody(resolve(minimal, { workspaceId: 'cm0' }), owned, 'cm0')).not.toHaveProperty('defaultTaskPodCpu');
  });

  test('JSON is read as well', () => {
    const json = JSON.stringify(
      {
        deployment: {
          configuration: {
            executor: 'CELERY',
            deployment_type: 'STANDARD',
            cloud_provider: 'aws',
            region: 'us-east-1',
            default_task_pod_cpu: 0.5,
          },
        },
      },
      undefined,
      2,
    );
    expect(createBody(resolve(json), owned, 'cm0')).toMatchObject({ cloudProvider: 'AWS', defaultTaskPodCpu: '0.5' });
  });

  test('DEDICATED, with remote execution', () => {
    const body = createBody(resolve(dedicated), owned, 'cm0');
    expect(breaks('createDeployment', body)).toEqual([]);
    expect(body).toMatchObject({
      type: 'DEDICATED',
      executor: 'ASTRO',
      clusterId: 'cl1',
      schedulerSize: 'MEDIUM',
      isHighAvailability: true,
      workloadIdentity: 'arn:role',
      remoteExecution: {
        enabled: true,
        allowedIpAddressRanges: ['10.0.0.0/8'],
        taskLogBucket: 's3://logs',
        taskLogUrlPattern: 'https://logs',
      },
    });
    expect(body).not.toHaveProperty('defaultTaskPodCpu');
  });

  test('HYBRID with Kubernetes, and with Celery', () => {
    const kubernetes = createBody(resolve(hybrid), owned, 'cm0');
    expect(breaks('createDeployment', kubernetes)).toEqual([]);
    expect(kubernetes).toMatchObject({
      type: 'HYBRID',
      executor: 'KUBERNETES',
      clusterId: 'cl1',
      scheduler: { au: 5, replicas: 2 },
      taskPodNodePoolId: 'np2',
      isDagDeployEnabled: false,
    });
    const celery = createBody(resolve(hybridCelery), owned, 'cm0');
    expect(breaks('createDeployment', celery)).toEqual([]);
    expect(celery).toMatchObject({
      executor: 'CELERY',
      workerQueues: [{ name: 'default', nodePoolId: 'np1', maxWorkerCount: 10, workerConcurrency: 16 }],
    });
    // Without a worker type: the first node pool.
    expect(createBody(resolve(hybrid.replace(/ {4}default_worker_type.*\n/, '')), owned, 'cm0')).toMatchObject({
      taskPodNodePoolId: 'np1',
    });
    expect(
      createBody(resolve(hybrid.replace(/ {4}default_worker_type.*\n/, '').replace('big', 'bare')), owned, 'cm0'),
    ).not.toHaveProperty('taskPodNodePoolId');
  });

  test.each([
    ['a name', 'name: prod', '`name` is ignored'],
    [
      'schedules where the documentation shows them',
      'is_development_mode: true\n    hibernation_schedules: [{hibernate_at: 0 20 * * *, wake_at: 0 7 * * *}]',
      "Astro's CLI reads it under `deployment` only",
    ],
  ])('%s is ignored or moved, with a notice', (_, line, notice) => {
    const template = read(
      minimal.replace(
        '{executor: celery, deployment_type: standard, cloud_provider: gcp, region: europe-west1}',
        `\n    executor: celery\n    deployment_type: standard\n    cloud_provider: gcp\n    region: r\n    ${line}`,
      ),
    );
    expect(template.notices[0]?.message).toContain(notice);
  });

  test('metadata, and queues that Kubernetes has no use for, are ignored with a notice', () => {
    const text =
      minimal.replace('celery', 'KUBERNETES') +
      '  worker_queues: [{name: default, worker_type: A5}]\n  metadata: {anything: x}\n';
    expect(read(text).notices.map(({ message }) => message)).toEqual([
      expect.stringContaining('metadata'),
      expect.stringContaining('KUBERNETES has none'),
    ]);
    expect(read(text).queues).toEqual([]);
  });

  test('secrets are told apart, so that they can be masked', () => {
    const text =
      minimal +
      '  environment_variables:\n    - {key: A, value: s, is_secret: true}\n    - {key: B, value: ""}\n    - {key: C, value: 5}\n';
    expect(secretValues(resolve(text))).toEqual(['s']);
    expect(createBody(resolve(text), owned, 'cm0').environmentVariables?.slice(0, 3)).toEqual([
      { key: 'A', value: 's', isSecret: true },
      { key: 'B', value: '', isSecret: false },
      { key: 'C', value: '5', isSecret: false },
    ]);
  });
});

describe('what is refused, at its place [R-24, T-12]', () => {
  const line = (text: string): string =>
    minimal.replace(
      '{executor: celery, deployment_type: standard, cloud_provider: gcp, region: europe-west1}',
      `\n    executor: celery\n    deployment_type: standard\n    cloud_provider: gcp\n    region: r\n    ${text}`,
    );
  test.each([
    ['[]', '1:1 the file must be a mapping (`key: value`)'],
    [
      'deployments: {}',
      '1:1 t.yaml has no `deployment:` at its root, so it is no Deployment template. Write `deployment:` for `deployments:`.',
    ],
    ['deployment: {}', '1:13 `configuration` is missing'],
    ['deployment: {configuration: {}}', '1:29 `executor` is missing: CELERY, KUBERNETES, ASTRO'],
    [line('foo: 1'), '7:5 unknown key `foo` in configuration; it knows name, description, runtime_version'],
    [line('scheduler_size: HUGE'), '7:21 `scheduler_size`: `HUGE` is not one of SMALL, MEDIUM, LARGE, EXTRA_LARGE'],
    [line('scheduler_size: toString'), '`toString` is not one of'],
    [line('is_development_mode: 2'), '`is_development_mode` must be true or false, not `2`'],
    [line('description: [a]'), '`description` must be a single value'],
    [
      line('default_task_pod_cpu: lots'),
      '`default_task_pod_cpu` must be a quantity such as 0.25, 500m or 0.5Gi, not `lots`',
    ],
    [line('default_task_pod_cpu: 1 OR 1=1'), 'must be a quantity'],
    [
      line('is_development_mode: true\n    is_high_availability: true'),
      'a Deployment in development mode cannot have high availability',
    ],
    [
      line('is_development_mode: true\n    scheduler_size: LARGE'),
      'a Deployment in development mode has a SMALL scheduler',
    ],
    [
      line('hibernation_schedules: [{hibernate_at: 0 20 * * *, wake_at: 0 7 * * *}]'),
      'hibernation schedules need `is_development_mode: true`',
    ],
    [
      line('remote_execution: {enabled: true}'),
      'remote execution needs a DEDICATED Deployment with the executor ASTRO',
    ],
    [line('default_worker_type: [m5.xlarge]'), '`default_worker_type` must be a single value'],
    [line('remote_execution: {enabled: false, task_log_bucket: [x]}'), '`task_log_bucket` must be a single value'],
    [
      line('remote_execution: {enabled: true, allowed_ip_address_ranges: x}'),
      '`allowed_ip_address_ranges` must be a list',
    ],
    [minimal.replace(', region: europe-west1', ''), '`region` is required for a Deployment of type STANDARD'],
    [
      minimal.replace('cloud_provider: gcp', 'cloud_provider: ibm'),
      '`cloud_provider`: `ibm` is not one of AWS, GCP, AZURE',
    ],
    [minimal.replace('standard', 'MEDIUM'), '`deployment_type`: `MEDIUM` is not one of STANDARD, DEDICATED, HYBRID'],
    [minimal.replace('executor: celery', 'executor: ""'), '`executor`'],
    [
      minimal.replace('celery', 'astro').replace('region:', 'runtime_version: 12.1.0, region:'),
      'the executor ASTRO needs Airflow 3, and runtime 12.1.0 has Airflow 2',
    ],
    [dedicated.replace('    cluster_name: big\n', ''), '`cluster_name` is required for a Deployment of type DEDICATED'],
    [
      hybrid.replace('scheduler_au: 5', 'scheduler_au: 1'),
      '`scheduler_au` must be a whole number from 5 to 30, not `1`',
    ],
    [hybrid.replace('    scheduler_count: 2\n', ''), '`scheduler_count` is required for a Deployment of type HYBRID'],
    [hybrid.replace('KubernetesExecutor', 'ASTRO'), 'the executor ASTRO is not available for HYBRID Deployments'],
    [
      hybrid + '    is_development_mode: true\n    is_high_availability: true\n',
      '`is_development_mode` is not available for HYBRID Deployments',
    ],
    [hybrid + '    is_high_availability: true\n', '`is_high_availability` is not available for HYBRID Deployments'],
  ])('%#', (text, message) => {
    expect(problems(() => read(text)).join('\n')).toContain(message);
  });

  test.each([
    ['worker_queues: x', '`worker_queues` must be a list (`- …`)'],
    ['worker_queues: [x]', 'a worker queue must be a mapping'],
    ['worker_queues: [{name: default}]', '`worker_type` is missing'],
    ['worker_queues: [{worker_type: A5}]', '`name` is missing'],
    ['worker_queues: [{name: default, worker_type: ""}]', '`worker_type` is empty'],
    ['worker_queues: [{name: "", worker_type: A5}]', '`name` is empty'],
    [
      'worker_queues: [{name: Big_One, worker_type: A5}, {name: default, worker_type: A5}]',
      'lower-case letters and hyphens',
    ],
    ['worker_queues: [{name: other, worker_type: A5}]', 'one of the worker queues must be called `default`'],
    [
      'worker_queues: [{name: default, worker_type: A5}, {name: default, worker_type: A5}]',
      'two worker queues called `default`',
    ],
    [
      'worker_queues: [{name: default, worker_type: A5, min_worker_count: 4, max_worker_count: 2}]',
      '`min_worker_count` is above `max_worker_count`',
    ],
    ['worker_queues: [{name: default, worker_type: A5, max_worker_count: many}]', 'must be a whole number'],
    ['environment_variables: [{value: x}]', '`key` is missing'],
    ['environment_variables: [{key: "", value: x}]', '`key` is empty'],
    ['environment_variables: [{key: [], value: x}]', '`key` must be a single value'],
    [
      'hibernation_schedules: [{hibernate_at: "", wake_at: 0 7 * * *}]',
      '`hibernate_at`: `` is not a cron expression of five fields',
    ],
    ['hibernation_schedules: [{hibernate_at: [], wake_at: 0 7 * * *}]', '`hibernate_at` must be a single value'],
    ['environment_variables: [{key: A}]', 'the environment variable `A` has no value'],
    ['environment_variables: [{key: A, value: [x]}]', '`value` must be a single value'],
    ['environment_variables: [{key: "a b", value: x}]', 'cannot be the name of an environment variable'],
    ['environment_variables: [{key: A, value: x}, {key: A, value: y}]', 'the environment variable `A` is here twice'],
    ['environment_variables: [{key: ASTRO_BRANCH, value: x}]', 'is set by the Action on every preview'],
    ['alert_emails: [nobody]', '`nobody` is not an e-mail address'],
    ['alert_emails: [[x]]', 'this is not an e-mail address'],
    [
      'hibernation_schedules: [{hibernate_at: noon, wake_at: 0 7 * * *}]',
      '`hibernate_at`: `noon` is not a cron expression of five fields',
    ],
    ['hibernation_schedules: [{hibernate_at: 0 7 * * $}]', '`wake_at` is missing'],
    [
      `hibernation_schedules: [${'{hibernate_at: 0 7 * * *, wake_at: 0 7 * * *},'.repeat(11)}]`,
      'at most 10 hibernation schedules',
    ],
  ])('%s', (lines, message) => {
    expect(problems(() => read(`${minimal}  ${lines}\n`)).join('\n')).toContain(message);
  });

  test('more than one queue under Kubernetes is a mistake', () => {
    expect(
      problems(() =>
        read(
          minimal.replace('celery', 'kubernetes') +
            '  worker_queues: [{name: default, worker_type: A5}, {name: big, worker_type: A10}]\n',
        ),
      ).join(),
    ).toContain('the executor KUBERNETES has no worker queues');
  });

  test.each([...ownedByAstro])('%s belongs to Astro', (key) => {
    expect(problems(() => read(`${minimal}  environment_variables: [{key: ${key}, value: x}]\n`)).join()).toContain(
      `\`${key}\` belongs to Astro`,
    );
  });

  test('remote execution that is off is none; its ranges are single values', () => {
    expect(read(line('remote_execution: {enabled: false}')).remoteExecution).toBeUndefined();
    expect(
      problems(() => read(line('remote_execution: {enabled: true, allowed_ip_address_ranges: [[x]]}'))).join(),
    ).toContain('`allowed_ip_address_ranges` is a list of single values');
    const bare = dedicated.replace('      task_log_bucket: s3://logs\n', '');
    const made = stored(createBody(resolve(bare), owned, 'cm0'));
    expect(fields(bare, made)).toEqual([]);
  });

  test('addresses of both forms are taken', () => {
    expect(read(`${minimal}  alert_emails: [a@b.example, "Ops <ops@b.example>"]\n`).contactEmails).toEqual([
      'a@b.example',
      'Ops <ops@b.example>',
    ]);
  });
});

describe('names that Astro resolves', () => {
  const queue = (lines: string): string => `${minimal}  worker_queues: [{name: default, ${lines}}]\n`;
  test.each([
    [
      minimal.replace('executor:', 'workspace_name: Date, executor:'),
      '2:35 there is no Workspace `Date`, did you mean `Data`? The API token sees: Data, Lab',
    ],
    [
      minimal.replace('executor:', 'workspace_name: Lab, executor:'),
      'the template names the Workspace `Lab`, but previews go to cm0',
    ],
    [
      dedicated.replace('cluster_name: big', 'cluster_name: nowhere'),
      'there is no cluster `nowhere`. The API token sees: big, bare',
    ],
    [
      minimal.replace('executor:', 'runtime_version: 3.1-13, executor:'),
      'Astro does not offer the runtime version 3.1-13 (any more). It offers 3.1-14',
    ],
    [hybrid.replace('m5.4xlarge', 'm5.5xlarge'), 'there is no worker type `m5.5xlarge`, did you mean `m5.xlarge`?'],
    [hybridCelery.replace('m5.xlarge', 'x').replace('big', 'bare'), 'there is no worker type `x`'],
    [queue('worker_type: A7'), 'there is no worker type `A7`; Astro offers A5, A10'],
    [queue('worker_type: A5, max_worker_count: 500'), 'asks for a max_worker_count of 500; Astro takes 1 to 100'],
    [
      queue('worker_type: A5, min_worker_count: 11, max_worker_count: 20'),
      'asks for a min_worker_count of 11; Astro takes 0 to 10',
    ],
    [queue('worker_type: a5, worker_concurrency: 99'), 'asks for a worker_concurrency of 99; Astro takes 1 to 15'],
    [
      `${minimal}  environment_variables: [{key: A, is_secret: true}]\n`,
      "the secret environment variable `A` has no value, and the preview does not hold one yet: write `value: ${env.A}`, and set A in the step's `env:`",
    ],
    [
      `${minimal}  environment_variables: [{key: A, value: "", is_secret: true}]\n`,
      'has no value, and the preview does not hold one yet: write `value: ${env.A}`',
    ],
    [
      `${minimal}  environment_variables: [{key: A, value: "****", is_secret: true}]\n`,
      'has no value, and the preview does not hold one yet: write `value: ${env.A}`',
    ],
  ])('%#', (text, message) => {
    expect(problems(() => resolve(text)).join('\n')).toContain(message);
  });

  test('the machines are known without asking, too', () => {
    expect(problems(() => resolve(queue('worker_type: A7'), { workspaceId: 'cm0' })).join()).toContain(
      'Astro offers A5, A10, A20, A40, A60, A120, A160',
    );
    expect(resolve(queue('worker_type: A5'), { workspaceId: 'cm0' }).queues).toMatchObject([
      { max: 10, concurrency: 5 },
    ]);
  });

  test('nothing is asked for that is known', () => {
    const standard = read(sampleTemplate);
    expect(neededLookups(standard, undefined)).toEqual({
      workspaces: true,
      clusters: false,
      options: { deploymentType: 'STANDARD', cloudProvider: 'AWS' },
    });
    expect(neededLookups(standard, { workspaceName: 'Data' } as Deployment)).toEqual({
      workspaces: false,
      clusters: false,
    });
    expect(neededLookups(read(queue('worker_type: A5')), {} as Deployment)).toMatchObject({
      options: { deploymentType: 'STANDARD' },
    });
    expect(neededLookups(read(queue('worker_type: A5, max_worker_count: 3')), {} as Deployment)).toHaveProperty(
      'options',
    );
    expect(
      neededLookups(read(queue('worker_type: A5')), { workerQueues: [{ name: 'default' }] } as Deployment),
    ).not.toHaveProperty('options');
    expect(neededLookups(read(dedicated), { clusterName: 'big' } as Deployment)).toEqual({
      workspaces: false,
      clusters: false,
    });
    expect(neededLookups(read(dedicated), { clusterName: 'other' } as Deployment)).toMatchObject({ clusters: true });
    expect(neededLookups(read(hybrid), { clusterName: 'big' } as Deployment)).toMatchObject({ clusters: true });
    expect(neededLookups(read(hybridCelery), { clusterName: 'big' } as Deployment)).toMatchObject({ clusters: true });
  });
});

/** What Astro stores for a create request, as far as it answers it again. */
function stored(body: object, id = 'cm1'): Deployment {
  const {
    environmentVariables = [],
    workerQueues = [],
    scheduler,
    remoteExecution,
    ...rest
  } = JSON.parse(JSON.stringify(body)) as Record<string, never> & {
    environmentVariables?: { key: string; value?: string; isSecret: boolean }[];
    workerQueues?: { id?: string; name: string }[];
    scheduler?: { au: number; replicas: number };
    remoteExecution?: object;
  };
  return {
    id,
    schedulerReplicas: 1,
    ...rest,
    ...(scheduler && { schedulerAu: scheduler.au, schedulerReplicas: scheduler.replicas }),
    ...(remoteExecution && { remoteExecution: { remoteApiUrl: '', ...remoteExecution } }),
    workerQueues: workerQueues.map((queue) => ({
      podCpu: '1',
      podMemory: '2Gi',
      ...queue,
      id: queue.id ?? `id-of-${queue.name}`,
    })),
    environmentVariables: environmentVariables.map(({ key, value, isSecret }) => ({
      key,
      isSecret,
      updatedAt: '',
      ...(!isSecret && { value }),
    })),
  } as unknown as Deployment;
}
const apply = (existing: Deployment, body: object): Deployment => ({ ...existing, ...stored(body) });
const fields = (text: string, existing: Deployment, given = owned): string[] =>
  compareDeployment(resolve(text, lookups, existing), existing, given).changes.map(({ field }) => field);

describe('what differs', () => {
  const full = sampleTemplate
    .replace('alert_emails: []', 'alert_emails: [a@b.example]')
    .replace('    description: Preview of a branch\n', '    workload_identity: arn:a\n');
  const existing = stored(createBody(resolve(full), owned, 'cm0'));

  test('nothing, right after creating', () => {
    for (const text of [sampleTemplate, minimal, dedicated, hybrid, hybridCelery, full]) {
      const made = stored(createBody(resolve(text), owned, 'cm0'));
      expect([fields(text, made), compareDeployment(resolve(text, lookups, made), made, owned).impossible]).toEqual([
        [],
        [],
      ]);
    }
  });

  test('members that Astro does not answer are no change', () => {
    for (const nothing of [undefined, null]) {
      const bare = {
        ...existing,
        schedulerSize: nothing,
        executor: nothing,
        defaultTaskPodCpu: nothing,
        isHighAvailability: nothing,
        region: nothing,
      } as unknown as Deployment;
      expect(fields(full, bare)).toEqual([]);
    }
    const { environmentVariables, contactEmails, workerQueues, description, ...rest } = existing;
    expect([environmentVariables, contactEmails, workerQueues, description].every(Boolean)).toBe(true);
    expect(fields(full, rest as Deployment)).toEqual([
      'description',
      'worker_queues',
      'environment_variables',
      'alert_emails',
    ]);
  });

  test.each([
    ['name', { name: 'other' }],
    ['description', { description: 'other' }],
    ['executor', { executor: 'ASTRO' }],
    ['dag_deploy_enabled', { isDagDeployEnabled: false }],
    ['ci_cd_enforcement', { isCicdEnforced: true }],
    ['is_high_availability', { isHighAvailability: true }],
    ['scheduler_size', { schedulerSize: 'LARGE' }],
    ['default_task_pod_cpu', { defaultTaskPodCpu: '500m' }],
    ['default_task_pod_memory', { defaultTaskPodMemory: '1Gi' }],
    ['resource_quota_cpu', { resourceQuotaCpu: '11' }],
    ['resource_quota_memory', { resourceQuotaMemory: '21Gi' }],
    ['workload_identity', { effectiveWorkloadIdentity: 'arn:b' }],
    ['worker_queues', { workerQueues: [] }],
    ['worker_queues', { workerQueues: [{ ...existing.workerQueues?.[0], astroMachine: 'A10' }] }],
    ['worker_queues', { workerQueues: [{ ...existing.workerQueues?.[0], minWorkerCount: 1 }] }],
    ['worker_queues', { workerQueues: [{ ...existing.workerQueues?.[0], maxWorkerCount: 1 }] }],
    ['worker_queues', { workerQueues: [{ ...existing.workerQueues?.[0], workerConcurrency: 1 }] }],
    ['worker_queues', { workerQueues: [{ ...existing.workerQueues?.[0], name: 'big' }] }],
    ['environment_variables', { environmentVariables: [] }],
    [
      'environment_variables',
      { environmentVariables: existing.environmentVariables?.map((variable) => ({ ...variable, value: 'other' })) },
    ],
    [
      'environment_variables',
      {
        environmentVariables: existing.environmentVariables?.map(({ key }) => ({
          key,
          isSecret: false,
          updatedAt: '',
        })),
      },
    ],
    [
      'environment_variables',
      {
        environmentVariables: existing.environmentVariables?.map((variable) => ({
          ...variable,
          key: `${variable.key}_`,
        })),
      },
    ],
    ['hibernation_schedules', { scalingSpec: {} }],
    ['hibernation_schedules', { scalingSpec: undefined }],
    ['alert_emails', { contactEmails: ['z@b.example'] }],
  ])('%s', (field, change) => {
    const wanted = field === 'dag_deploy_enabled' ? full : full;
    expect(fields(wanted, { ...existing, ...change } as Deployment)).toEqual([field]);
  });

  test('the same amount in other words is the same', () => {
    expect(
      fields(full, {
        ...existing,
        defaultTaskPodCpu: '250m',
        defaultTaskPodMemory: '512Mi',
        resourceQuotaCpu: '10.0',
        resourceQuotaMemory: '20480Mi',
      }),
    ).toEqual([]);
    expect(fields(full, { ...existing, resourceQuotaCpu: '' })).toEqual([]);
    expect(fields(full, { ...existing, resourceQuotaCpu: 'odd' })).toEqual(['resource_quota_cpu']);
    const schedules = existing.scalingSpec?.hibernationSpec?.schedules?.map(({ description, ...schedule }) =>
      description === '' ? schedule : {},
    );
    expect(fields(full, { ...existing, scalingSpec: { hibernationSpec: { schedules } } } as Deployment)).toEqual([]);
  });

  test('a queue’s storage, a hybrid queue’s node pool, remote execution, the schedulers of hybrid ones', () => {
    const storage = full.replace('worker_type: A5', 'worker_type: A5\n      pod_ephemeral_storage: 10Gi');
    expect(
      fields(storage, {
        ...existing,
        workerQueues: existing.workerQueues?.map((queue) => ({ ...queue, podEphemeralStorage: '20Gi' })),
      } as Deployment),
    ).toEqual(['worker_queues']);
    const celery = stored(createBody(resolve(hybridCelery), owned, 'cm0'));
    expect(
      fields(hybridCelery, {
        ...celery,
        workerQueues: celery.workerQueues?.map((queue) => ({ ...queue, nodePoolId: 'np2' })),
        schedulerAu: 9,
        schedulerReplicas: 1,
      } as Deployment),
    ).toEqual(['scheduler_au', 'scheduler_count', 'worker_queues']);
    expect(fields(hybrid, { ...stored(createBody(resolve(hybrid), owned, 'cm0')), taskPodNodePoolId: 'np1' })).toEqual([
      'default_worker_type',
    ]);
    const remote = stored(createBody(resolve(dedicated), owned, 'cm0'));
    for (const change of [
      undefined,
      { enabled: false, allowedIpAddressRanges: [] },
      { ...remote.remoteExecution, allowedIpAddressRanges: [] },
      { ...remote.remoteExecution, taskLogBucket: null },
      { ...remote.remoteExecution, taskLogUrlPattern: 'x' },
    ]) {
      expect(fields(dedicated, { ...remote, remoteExecution: change } as Deployment)).toEqual(['remote_execution']);
    }
  });

  test.each([
    ['type', full, { type: 'DEDICATED' }, 'deployment_type is DEDICATED and the template asks for STANDARD'],
    ['region', full, { region: 'eu-west-1' }, 'region is eu-west-1 and the template asks for us-east-1'],
    ['cloud', full, { cloudProvider: 'GCP' }, 'cloud_provider is GCP and the template asks for AWS'],
    [
      'cluster',
      dedicated,
      {
        type: 'DEDICATED',
        clusterId: 'cl9',
        isDevelopmentMode: false,
        remoteExecution: {
          enabled: true,
          allowedIpAddressRanges: ['10.0.0.0/8'],
          taskLogBucket: 's3://logs',
          taskLogUrlPattern: 'https://logs',
        },
      },
      'cluster_name is cl9 and the template asks for cl1',
    ],
    [
      'development mode',
      full,
      { isDevelopmentMode: false },
      'is_development_mode is false and the template asks for true',
    ],
    [
      'remote execution',
      full,
      { remoteExecution: { enabled: true } },
      'remote_execution is on and the template does not ask for it',
    ],
    [
      'Kubernetes to Celery without queues',
      minimal.replace('gcp', 'aws').replace('europe-west1', 'us-east-1'),
      { executor: 'KUBERNETES', isDevelopmentMode: true },
      'executor is KUBERNETES and the template asks for CELERY, which needs `worker_queues`',
    ],
    [
      'a secret made readable',
      full,
      { environmentVariables: [{ key: 'STAGE', isSecret: true, updatedAt: '' }] },
      'the environment variable STAGE is a secret and the template makes it readable',
    ],
  ])('what no update can change: %s [R-24]', (_, text, change, message) => {
    const other = { ...existing, ...change } as Deployment;
    const { impossible } = compareDeployment(resolve(text, lookups, other), other, owned);
    expect(impossible.map((problem) => problem.message)).toContainEqual(
      `Astro cannot change this about the preview ${owned.name}: ${message}. Put the template back, or delete the preview (close the pull request and reopen it) so that it is made anew.`,
    );
  });

  test('regions are compared without regard to case; development mode can be switched off', () => {
    expect(compareDeployment(resolve(full), { ...existing, region: 'US-EAST-1' }, owned).impossible).toEqual([]);
    const off = full
      .replace('is_development_mode: true', 'is_development_mode: false')
      .replace(/ {2}hibernation_schedules:\n(?: {4}.*\n)+/, '');
    expect(fields(off, existing)).toEqual(['is_development_mode', 'hibernation_schedules']);
    expect(updateBody(resolve(off, lookups, existing), existing, owned)).toMatchObject({ isDevelopmentMode: false });
  });
});

describe('an update is a whole configuration', () => {
  const base = {
    ...stored(createBody(resolve(sampleTemplate), owned, 'cm0')),
    schedulerSize: 'MEDIUM',
    isDevelopmentMode: false,
    defaultTaskPodCpu: '2',
    defaultTaskPodMemory: '4Gi',
    resourceQuotaCpu: '30',
    resourceQuotaMemory: '60Gi',
    cloudProvider: 'GCP',
    region: 'europe-west1',
  } as Deployment;

  test('what the file leaves out is sent back as it is stored', () => {
    const existing = {
      ...base,
      workerQueues: [{ ...base.workerQueues?.[0], podEphemeralStorage: '20Gi', nodePoolId: '' }],
    } as Deployment;
    const body = updateBody(resolve(minimal, lookups, existing), existing, owned);
    expect(breaks('updateDeployment', body)).toEqual([]);
    expect(body).toMatchObject({
      schedulerSize: 'MEDIUM',
      defaultTaskPodCpu: '2',
      resourceQuotaMemory: '60Gi',
      contactEmails: [],
      workerQueues: [{ id: 'id-of-default', name: 'default', astroMachine: 'A5', podEphemeralStorage: '20Gi' }],
    });
    expect(body).not.toHaveProperty('scalingSpec');
    expect(body).not.toHaveProperty('workloadIdentity');
  });

  test('a queue keeps its id by name, a new one has none, its storage stays', () => {
    const two = `${minimal}  worker_queues: [{name: big, worker_type: A20}, {name: default, worker_type: A10}]\n`;
    const existing = {
      ...base,
      workerQueues: [{ ...base.workerQueues?.[0], podEphemeralStorage: '20Gi' }],
    } as Deployment;
    const body = updateBody(resolve(two, lookups, existing), existing, owned) as { workerQueues?: unknown[] };
    expect(breaks('updateDeployment', body)).toEqual([]);
    expect(body.workerQueues).toEqual([
      expect.not.objectContaining({ id: expect.anything() }),
      expect.objectContaining({
        id: 'id-of-default',
        name: 'default',
        astroMachine: 'A10',
        podEphemeralStorage: '20Gi',
        maxWorkerCount: 5,
      }),
    ]);
  });

  test('a secret without a value keeps the one that Astro holds', () => {
    const text = `${minimal}  environment_variables: [{key: A, is_secret: true}]\n`;
    const existing = { ...base, environmentVariables: [{ key: 'A', isSecret: true, updatedAt: '' }] } as Deployment;
    expect(updateBody(resolve(text, lookups, existing), existing, owned)).toMatchObject({
      environmentVariables: [{ key: 'A', isSecret: true }, { key: 'ASTRO_BRANCH' }],
    });
  });

  test('variables that neither the template nor the Action ever set are kept, and those that were ours go by name', () => {
    const stored = (key: string, value?: string) => ({
      key,
      isSecret: value === undefined,
      updatedAt: '',
      ...(value !== undefined && { value }),
    });
    const identity = { repositoryId: 1, ref: 'refs/heads/x', project: '.' };
    const description = describePreview('text', identity, owned.name, { variables: keysFingerprint(['OLD', 'A']) });
    const existing = {
      ...base,
      description,
      environmentVariables: [
        stored('A', 'x'),
        stored('OLD', 'gone'),
        stored('ASTRO_BRANCH', 'x'),
        stored('ASTRO_PULL_REQUEST', '7'),
        stored('BACKEND', 'vault'),
        { key: 'EMPTY', isSecret: false, updatedAt: '' },
        stored('THEIRS'),
      ],
    } as Deployment;
    const text = `${minimal}  environment_variables: [{key: A, value: x}]\n`;
    const desired = resolve(text, lookups, existing);
    expect(updateBody(desired, existing, owned).environmentVariables).toEqual([
      { key: 'A', value: 'x', isSecret: false },
      { key: 'ASTRO_BRANCH', value: 'x', isSecret: false },
      { key: 'BACKEND', value: 'vault', isSecret: false },
      { key: 'EMPTY', value: '', isSecret: false },
      { key: 'THEIRS', isSecret: true },
    ]);
    const change = compareDeployment(desired, existing, owned).changes.find(
      ({ field }) => field === 'environment_variables',
    );
    expect(change && describeChange(change)).toBe('environment_variables (removed: OLD, ASTRO_PULL_REQUEST)');
    const kept = {
      ...existing,
      description: 'no mark',
      environmentVariables: [stored('A', 'x'), stored('ASTRO_BRANCH', 'x'), stored('OLD', 'gone')],
    };
    expect(compareDeployment(desired, kept as Deployment, owned).changes.map(({ field }) => field)).not.toContain(
      'environment_variables',
    );
  });

  test('hybrid ones: schedulers and node pools', () => {
    for (const text of [hybrid, hybridCelery]) {
      const existing = stored(createBody(resolve(text), owned, 'cm0'));
      const body = updateBody(resolve(text, lookups, existing), existing, owned);
      expect(breaks('updateDeployment', body)).toEqual([]);
      expect(body).toMatchObject({ type: 'HYBRID', scheduler: { au: 5, replicas: 2 } });
    }
    const existing = { ...stored(createBody(resolve(hybrid), owned, 'cm0')), clusterName: 'big' } as Deployment;
    const { scheduler, taskPodNodePoolId, ...unnamed } = resolve(hybrid, lookups, existing);
    expect([scheduler, taskPodNodePoolId]).toEqual([{ au: 5, replicas: 2 }, 'np2']);
    expect(updateBody(unnamed, existing, owned)).toMatchObject({
      scheduler: { au: 5, replicas: 2 },
      taskPodNodePoolId: 'np2',
    });
    const { schedulerAu, ...without } = existing;
    expect(schedulerAu).toBe(5);
    expect(
      updateBody(
        { ...unnamed, executor: 'CELERY' },
        { ...without, workerQueues: [{ id: 'q', name: 'default', nodePoolId: 'np1' }] } as unknown as Deployment,
        owned,
      ),
    ).toMatchObject({ scheduler: { au: 5 }, workerQueues: [{ id: 'q', nodePoolId: 'np1' }] });
    const { workerQueues, ...queueless } = without;
    expect(workerQueues).toEqual([]);
    expect(updateBody({ ...unnamed, executor: 'CELERY' }, queueless as Deployment, owned)).not.toHaveProperty(
      'workerQueues',
    );
  });

  test('without a size anywhere the scheduler is SMALL; dedicated ones keep their cluster', () => {
    const existing = { ...stored(createBody(resolve(dedicated), owned, 'cm0')), clusterName: 'big' } as Deployment;
    const { schedulerSize, ...sizeless } = existing;
    expect(schedulerSize).toBe('MEDIUM');
    const text = dedicated.replace('    scheduler_size: medium\n', '');
    const desired = resolve(text, { workspaceId: 'cm0' }, sizeless);
    expect(desired.clusterId).toBe('cl1');
    const body = updateBody(desired, sizeless, owned);
    expect(breaks('updateDeployment', body)).toEqual([]);
    expect(body).toMatchObject({ schedulerSize: 'SMALL', remoteExecution: { enabled: true } });
  });

  test('property: after the update nothing differs', () => {
    const variable = fc.record({
      key: fc.constantFrom('A', 'B', 'C'),
      value: fc.constantFrom('', 'x', 'y'),
      secret: fc.boolean(),
    });
    const shape = fc.record({
      executor: fc.constantFrom('CELERY', 'ASTRO'),
      size: fc.constantFrom('SMALL', 'LARGE'),
      cpu: fc.constantFrom('0.5', '1'),
      queues: fc.uniqueArray(fc.constantFrom('big', 'small'), { maxLength: 2 }),
      max: fc.integer({ min: 1, max: 9 }),
      variables: fc.uniqueArray(variable, { selector: ({ key }) => key }),
      emails: fc.uniqueArray(fc.constantFrom('a@b.c', 'd@e.f')),
    });
    const text = (one: typeof shape extends fc.Arbitrary<infer T> ? T : never): string =>
      JSON.stringify({
        deployment: {
          configuration: {
            executor: one.executor,
            deployment_type: 'STANDARD',
            cloud_provider: 'AWS',
            region: 'r',
            scheduler_size: one.size,
            default_task_pod_cpu: one.cpu,
          },
          worker_queues: ['default', ...one.queues].map((name) => ({
            name,
            worker_type: 'A5',
            max_worker_count: one.max,
          })),
          environment_variables: one.variables.map(({ key, value, secret }) => ({
            key,
            value: secret && value === '' ? 'x' : value,
            is_secret: secret,
          })),
          alert_emails: one.emails,
        },
      });
    fc.assert(
      fc.property(shape, shape, (before, after) => {
        const existing = stored(createBody(resolve(text(before)), owned, 'cm0'));
        const desired = resolve(text(after), lookups, existing);
        fc.pre(compareDeployment(desired, existing, owned).impossible.length === 0);
        const body = updateBody(desired, existing, owned);
        expect(breaks('updateDeployment', body)).toEqual([]);
        expect(compareDeployment(desired, apply(existing, body), owned).changes).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

test.each([
  ['configuration: { executor: CELERY, nonsense: 1 }\nworker_queues: 3', 'Put its content below `deployment:`'],
  ['services: { web: { image: x } }', 'A Deployment template begins with `deployment:`'],
])('a file without `deployment:` has one problem: %s', (text, advice) => {
  const found = problems(() => read(text));
  expect(found).toHaveLength(1);
  expect(found[0]).toContain('has no `deployment:` at its root');
  expect(found[0]).toContain(advice);
});
