import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { plain } from '../../src/core/config/check.ts';
import { readConfig } from '../../src/core/config/read.ts';
import { configSchema } from '../../src/core/config/schema.ts';
import { readTemplate } from '../../src/core/deployment/template.ts';
import { UserError } from '../../src/core/errors.ts';
import { parseDocument } from '../../src/core/yaml/document.ts';
import { templateSchema } from '../../scripts/template-schema.ts';

const ajv = new Ajv2020({ strict: false, allErrors: false });
const values = { repository: 'etl', actor: 'octocat', rules: { tokens: [] }, env: new Map<string, string>() };

/** What a reader says against a file; nothing where it accepts the file. */
function complaints(read: () => unknown): string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.problems.length > 0 ? error.problems.map(({ message }) => message) : [error.message];
  }
}

/**
 * Judges generated files with a reader and with a schema. Files of which the reader says something that no schema can say
 * are left out: of one place it says one thing only.
 */
function compare(
  files: fc.Arbitrary<unknown>,
  read: (text: string) => unknown,
  schema: object,
  { beyond, runs }: { readonly beyond: readonly RegExp[]; readonly runs: number },
): { good: number; bad: number } {
  const seen = { good: 0, bad: 0 };
  const accepts = ajv.compile(schema);
  fc.assert(
    fc.property(files, (file) => {
      const text = JSON.stringify(file);
      const told = complaints(() => read(text));
      if (told.some((message) => beyond.some((one) => one.test(message)))) return;
      const good = accepts(plain(parseDocument(text, 'file.yaml')));
      seen[good ? 'good' : 'bad'] += 1;
      expect({ text, told, good: told.length === 0 }).toEqual({ text, told, good });
    }),
    { numRuns: runs, seed: 20_260_101 },
  );
  return seen;
}

/** A mapping with any of these members; the first value of each pool is a good one and comes most often. */
const members = (pools: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<Record<string, unknown>> =>
  fc.record(pools, { requiredKeys: [] });
const mostly = (good: unknown, ...others: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc.oneof({ arbitrary: fc.constant(good), weight: 60 }, { arbitrary: fc.constantFrom(...others), weight: 1 });
const odd = [null, '', 'x', 0, 3, -1, 1.5, true, false, [], {}, ['x'], { a: 1 }] as const;
const flag = mostly(true, false, 'true', ...odd);
const kept = (good: unknown, ...more: readonly unknown[]): fc.Arbitrary<unknown> => mostly(good, ...more, ...odd);
/** Needed members are there nearly always, or few files would be good. */
const nearly = (
  needed: Readonly<Record<string, fc.Arbitrary<unknown>>>,
  others: Readonly<Record<string, fc.Arbitrary<unknown>>>,
): fc.Arbitrary<unknown> =>
  fc.oneof(
    { arbitrary: fc.tuple(fc.record(needed), members(others)).map(([a, b]) => ({ ...a, ...b })), weight: 20 },
    { arbitrary: members({ ...needed, ...others }), weight: 2 },
    { arbitrary: fc.constantFrom(...odd), weight: 1 },
  );
const listOf = (item: fc.Arbitrary<unknown>, good: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof(
    { arbitrary: fc.constant([]), weight: 4 },
    { arbitrary: good.map((one) => [one]), weight: 6 },
    { arbitrary: fc.array(item, { maxLength: 2 }), weight: 4 },
    { arbitrary: fc.constantFrom(...odd), weight: 1 },
  );
const unknownKey = { arbitrary: fc.constant({ unknown: 1 }), weight: 1 };
const withStranger = (mapping: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc
    .tuple(mapping, fc.oneof({ arbitrary: fc.constant({}), weight: 30 }, unknownKey))
    .map(([one, more]) => (typeof one === 'object' && one !== null && !Array.isArray(one) ? { ...one, ...more } : one));

describe('the Deployment template: editor and Action judge alike', () => {
  const queue = withStranger(
    nearly(
      { name: kept('default', 'a-b', 'A'), worker_type: kept('A5') },
      {
        min_worker_count: kept(0, 1000, 1001),
        max_worker_count: kept(1000, 0),
        worker_concurrency: kept(5, 1001),
        pod_ephemeral_storage: kept('10Gi', '1m', 'much'),
        pod_cpu: kept('1'),
        id: kept('q'),
      },
    ),
  );
  const variable = withStranger(
    nearly(
      { key: kept('STAGE', 'a b', 'AIRFLOW_HOME', 'ASTRO_BRANCH'), value: kept('x') },
      { is_secret: flag, updated_at: kept('now') },
    ),
  );
  const schedule = withStranger(
    nearly(
      { hibernate_at: kept('0 20 * * *', '@daily', '0 20 * *'), wake_at: kept('0 7 * * 1-5') },
      { description: kept('n'), enabled: flag },
    ),
  );
  const goodSchedule = fc.constant({ hibernate_at: '0 20 * * *', wake_at: '0 7 * * 1-5', enabled: true });
  const remote = withStranger(
    members({
      enabled: flag,
      allowed_ip_address_ranges: kept(['10.0.0.0/8'], [[]]),
      task_log_bucket: kept('s3://logs'),
      task_log_url_pattern: kept('https://logs'),
    }),
  );
  const types = ['STANDARD', 'DEDICATED', 'HYBRID', 'standard', 'HOSTED_DEDICATED', 'hybrid', 'OTHER'];
  const configuration = withStranger(
    nearly(
      {
        executor: fc.oneof(
          { arbitrary: fc.constantFrom('CELERY', 'KUBERNETES', 'ASTRO', 'celery', 'AstroExecutor'), weight: 60 },
          kept('CELERY', 'LOCAL'),
        ),
        deployment_type: fc.oneof({ arbitrary: fc.constantFrom(...types), weight: 60 }, kept('STANDARD')),
        cloud_provider: kept('AWS', 'gcp', 'IBM'),
        region: kept('us-east-1'),
        cluster_name: kept('big'),
        scheduler_au: kept(10, 4, 31),
        scheduler_count: kept(2, 5),
        is_development_mode: fc.oneof({ arbitrary: fc.boolean(), weight: 60 }, flag),
      },
      {
        name: kept('n'),
        description: kept('d'),
        runtime_version: kept('3.1-14', '12.1.0', 'v11.0.0', 3.1),
        dag_deploy_enabled: flag,
        ci_cd_enforcement: flag,
        is_high_availability: kept(false, true),
        scheduler_size: kept('SMALL', 'small', 'LARGE', 'TINY'),
        workspace_name: kept('Data'),
        default_task_pod_cpu: kept('0.25', '500m', '1e3', 'lots'),
        resource_quota_memory: kept('20Gi', '20 Gi'),
        default_worker_type: kept('m5.xlarge'),
        workload_identity: kept('arn'),
        remote_execution: fc.oneof({ arbitrary: fc.constant(null), weight: 5 }, remote, kept(null)),
        hibernation_schedules: listOf(schedule, goodSchedule),
      },
    ),
  );
  const template = withStranger(
    nearly(
      {
        deployment: withStranger(
          nearly(
            { configuration },
            {
              worker_queues: listOf(queue, fc.constant({ name: 'default', worker_type: 'A5' })),
              environment_variables: listOf(variable, fc.constant({ key: 'A', value: '1' })),
              hibernation_schedules: listOf(schedule, goodSchedule),
              alert_emails: listOf(kept('a@b.c', 'Ada <a@b.c>', 'nobody'), fc.constant('a@b.c')),
              metadata: kept({}),
            },
          ),
        ),
      },
      {},
    ),
  );
  /** What one value alone does not show. */
  const beyond = [
    /has no content/,
    /`min_worker_count` is above/,
    /two worker queues called/,
    /is here twice/,
    /at most 10 hibernation/,
  ];

  test('over generated files', () => {
    const seen = compare(template, (text) => readTemplate(text, 'file.yaml', values), templateSchema, {
      beyond,
      runs: 4000,
    });
    expect(seen.good).toBeGreaterThan(50);
    expect(seen.bad).toBeGreaterThan(50);
  });
});

describe('the configuration file: editor and Action judge alike', () => {
  const fields = {
    connection: { host: kept('h'), port: kept(5432, '5432', 0, 65536), login: kept('l'), extra: kept({ a: 1 }, {}) },
    'airflow-variable': { value: kept('v') },
    'environment-variable': { value: kept('v') },
    'metrics-export': {
      endpoint: kept('https://m'),
      exporterType: kept('PROMETHEUS', 'STATSD'),
      authType: kept('BASIC', 'NONE'),
      headers: kept({ a: 'b' }, {}, { a: [] }),
    },
  };
  const entry = fc.constantFrom(...(Object.keys(fields) as (keyof typeof fields)[])).chain((kind) => {
    const overrides = withStranger(members(fields[kind]));
    return withStranger(
      nearly(
        { [kind]: kept('KEY'), link: kept(['preview']) },
        {
          exclude: kept(['main']),
          share: kept('restricted', 'all', 'some'),
          type: kept('http'),
          'auth-type': kept('form'),
          description: kept('d'),
          secret: flag,
          values: overrides,
          preview: overrides,
          main: overrides,
        },
      ),
    );
  });
  const environment = withStranger(
    nearly(
      { deployment: kept('etl') },
      {
        'deployment-id': kept('cm0', 'a/b'),
        'deploy-type': kept('infer', 'all'),
        'wake-on-deploy': flag,
        'rollback-on-failure': flag,
      },
    ),
  );
  const config = withStranger(
    members({
      version: kept(1, 2, '1'),
      project: kept('data/etl'),
      environments: fc.oneof(
        members({ main: environment, dev: environment }),
        members({ '!x': environment, preview: environment }),
        fc.constantFrom(...odd),
      ),
      preview: withStranger(
        members({
          template: kept('a.yaml'),
          on: kept('branch', 'push'),
          branches: kept(['**', '!x'], ['!x'], ['!x', '!y'], [1]),
          label: kept('l'),
          'keep-label': kept('k'),
          name: kept('n'),
          ttl: kept('3d', '0d', '2h1d'),
          max: kept(10, 1001),
          hibernate: kept('0 20 * * *', '@daily'),
        }),
      ),
      'environment-objects': listOf(entry, entry),
    }),
  );
  /** What depends on other parts of the file, or on rules for names. */
  const beyond = [
    /has no content/, /is here twice/, /is neither a setting nor a target/, /there is no target/, /both linked .* and excluded/,
    /this entry does nothing/, /is never reached/, /never counts/, /that no pattern above it lets in/, /cannot be the key of/,
    /is not a branch pattern/,
  ]; // prettier-ignore

  test('over generated files', () => {
    const seen = compare(config, (text) => readConfig(text, 'file.yaml'), configSchema, { beyond, runs: 1000 });
    expect(seen.good).toBeGreaterThan(50);
    expect(seen.bad).toBeGreaterThan(50);
  });
});
