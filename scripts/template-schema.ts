import { schemaAddress } from '../src/core/release.ts';
import { described } from '../src/core/config/schema-fields.ts';
import { ownedByAction, ownedByAstro } from '../src/core/deployment/owned-variables.ts';
import {
  configurationKeys,
  cron,
  deploymentKeys,
  emailAddress,
  executors,
  queueKeys,
  queueName,
  remoteKeys,
  scheduleKeys,
  sizes,
  types,
  variableKeys,
  variableName,
} from '../src/core/deployment/template-keys.ts';
import { configurationRules, deploymentRules } from './template-rules.ts';
import { amount, choice, filledIn, flag, list, mapping, scalar, whole } from './template-values.ts';

const remote = mapping(remoteKeys, {
  enabled: ['Enabled', 'Needs deployment_type DEDICATED and executor ASTRO.', true, flag],
  allowed_ip_address_ranges: ['Allowed addresses', 'CIDR ranges of the agents.', ['10.0.0.0/8'], list({ type: ['string', 'number', 'boolean', 'null'] })],
  task_log_bucket: ['Task log bucket', 'Where the agents write task logs.', 's3://logs', scalar],
  task_log_url_pattern: ['Task log URL', 'Address of a task log.', 'https://logs.example.com/{{ dag_id }}', scalar],
}); // prettier-ignore

const variable = mapping(
  variableKeys,
  {
    key: ['Key', 'Name of the variable.', 'STAGE', { type: ['string', 'boolean'], anyOf: [{ type: 'boolean' }, { pattern: variableName.source }, { pattern: filledIn }], not: { enum: [...ownedByAstro, ...ownedByAction] } }],
    value: ['Value', 'Use `${env.NAME}` for a secret.', 'preview', scalar],
    is_secret: ['Secret', 'Astro never shows the value of a secret.', true, flag],
    updated_at: ['Updated at', 'Ignored.', '2026-01-01T00:00:00Z', {}],
  },
  {
    required: ['key'],
    if: { properties: { is_secret: { const: true } }, required: ['is_secret'] },
    else: { anyOf: [{ properties: { is_secret: { type: 'string' } }, required: ['is_secret'] }, { properties: { value: { not: { type: 'null' } } }, required: ['value'] }] },
  },
); // prettier-ignore

const queue = mapping(
  queueKeys,
  {
    name: ['Name', 'One queue must be called `default`.', 'default', { type: ['string', 'integer', 'boolean'], pattern: `${queueName.source}|${filledIn}` }],
    worker_type: ['Worker type', 'Size of a worker, such as A5; HYBRID: instance type of the node pool.', 'A5', { type: ['string', 'number', 'boolean'], minLength: 1 }],
    min_worker_count: ['Fewest workers', '0 lets all workers go while nothing runs.', 0, whole(0, 1000)],
    max_worker_count: ['Most workers', '0 stands for the default.', 2, whole(0, 1000)],
    worker_concurrency: ['Concurrency', 'Tasks of one worker; 0 stands for the default.', 5, whole(0, 1000)],
    pod_ephemeral_storage: ['Ephemeral storage', 'A quantity.', '10Gi', amount],
    pod_cpu: ['CPU', 'Ignored: follows from the worker type.', '1', {}],
    pod_ram: ['Memory', 'Ignored: follows from the worker type.', '2Gi', {}],
    id: ['Id', 'Ignored.', 'cm0a1b2c3d4e5f6g7h8i9j0k1', {}],
  },
  { required: ['name', 'worker_type'] },
); // prettier-ignore

const expression = { type: 'string', pattern: `${cron.source}|${filledIn}` };
const schedule = mapping(
  scheduleKeys,
  {
    hibernate_at: ['Hibernate at', 'Cron expression of five fields, in UTC.', '0 20 * * *', expression],
    wake_at: ['Wake at', 'Cron expression of five fields, in UTC.', '0 7 * * 1-5', expression],
    description: ['Description', 'What the schedule is for.', 'Nights', scalar],
    enabled: ['Enabled', 'Left out: disabled.', true, flag],
  },
  { required: ['hibernate_at', 'wake_at'] },
);
const schedules = { ...list(schedule), maxItems: 10 };

const configuration = mapping(
  configurationKeys,
  {
    name: ['Name', 'Ignored: the Action names previews itself.', '', scalar],
    description: ['Description', 'The ownership mark is added to it.', 'Preview of a branch', scalar],
    runtime_version: ['Runtime version', 'Astro Runtime, as in the Dockerfile. Left out: the newest.', '3.1-14', scalar],
    dag_deploy_enabled: ['DAG deploys', 'Whether DAGs can be deployed without an image. Left out: on.', true, flag],
    ci_cd_enforcement: ['CI/CD enforcement', 'Only API tokens may deploy.', false, flag],
    scheduler_size: ['Scheduler size', 'SMALL in development mode.', 'SMALL', choice(sizes, false)],
    is_high_availability: ['High availability', 'Not in development mode.', false, flag],
    is_development_mode: ['Development mode', 'Needed for hibernation; cannot be switched on later.', true, flag],
    executor: ['Executor', 'ASTRO needs Airflow 3.', 'CELERY', choice(executors, true)],
    scheduler_au: ['Scheduler AU', 'HYBRID only, 5 to 30.', 5, scalar],
    scheduler_count: ['Schedulers', 'HYBRID only, 1 to 4.', 1, scalar],
    cluster_name: ['Cluster', 'For DEDICATED and HYBRID.', 'prod-eu', scalar],
    workspace_name: ['Workspace', 'Must be the Workspace of the run.', 'Data', scalar],
    deployment_type: ['Type', 'Cannot be changed later.', 'STANDARD', choice(types, true)],
    cloud_provider: ['Cloud provider', 'For STANDARD.', 'AWS', scalar],
    region: ['Region', 'For STANDARD.', 'us-east-1', scalar],
    default_task_pod_cpu: ['CPU of a task pod', 'A quantity.', '0.25', scalar],
    default_task_pod_memory: ['Memory of a task pod', 'A quantity.', '0.5Gi', scalar],
    resource_quota_cpu: ['CPU quota', 'A quantity.', '10', scalar],
    resource_quota_memory: ['Memory quota', 'A quantity.', '20Gi', scalar],
    default_worker_type: ['Worker type', 'HYBRID with the executor KUBERNETES.', 'm5.xlarge', scalar],
    workload_identity: ['Workload identity', 'A branch cannot change it: see the input allow-template.', 'arn:aws:iam::123456789012:role/astro', scalar],
    remote_execution: ['Remote Execution', 'A branch cannot change it: see the input allow-template.', { enabled: true }, { ...remote, type: ['object', 'null'] }],
    hibernation_schedules: ['Hibernation schedules', 'Read here as well; Astro reads them under `deployment` only.', [{ hibernate_at: '0 20 * * *', wake_at: '0 7 * * 1-5', enabled: true }], schedules],
  },
  { required: ['executor', 'deployment_type'] },
); // prettier-ignore

/** The JSON Schema of a Deployment template: what the file alone shows. A test holds it equal to what the Action reads. */
export const templateSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: schemaAddress('deployment-template'),
  title: 'Deployment template',
  description: 'What astro-branch-deploy creates previews from.',
  type: 'object',
  additionalProperties: false,
  required: ['deployment'],
  properties: {
    deployment: described(
      'Deployment',
      'As `astro deployment inspect --deployment-name <name> --template` writes it.',
      [
        {
          configuration: {
            executor: 'CELERY',
            deployment_type: 'STANDARD',
            cloud_provider: 'AWS',
            region: 'us-east-1',
          },
        },
      ],
      mapping(
        deploymentKeys,
        {
          configuration: ['Configuration', 'What kind of Deployment it is.', { executor: 'CELERY', deployment_type: 'STANDARD', cloud_provider: 'AWS', region: 'us-east-1' }, { ...configuration, allOf: configurationRules }],
          worker_queues: ['Worker queues', 'None with the executor KUBERNETES.', [{ name: 'default', worker_type: 'A5' }], list(queue)],
          environment_variables: ['Environment variables', 'Of the Deployment itself.', [{ key: 'STAGE', value: 'preview' }], list(variable)],
          hibernation_schedules: ['Hibernation schedules', 'They need `is_development_mode: true`. Times are UTC.', [{ hibernate_at: '0 20 * * *', wake_at: '0 7 * * 1-5', enabled: true }], schedules],
          alert_emails: ['Alert e-mails', 'Leave them out for previews.', ['data@example.com'], list({ type: 'string', pattern: `${emailAddress.source}|${filledIn}` })],
          metadata: ['Metadata', 'Ignored.', {}, {}],
        },
        {
          required: ['configuration'],
          allOf: deploymentRules,
        },
      ), // prettier-ignore
    ),
  },
};
