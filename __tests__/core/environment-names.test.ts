import { describe, expect, test } from '@jest/globals';
import { readTemplate } from '../../src/core/deployment/template.ts';
import { refuseName, refuseVariable } from '../../src/core/yaml/environment-names.ts';

const rules = { tokens: ['run-token-1234'] };

describe('names that are not handed on [T-15]', () => {
  test.each(['ASTRO_API_TOKEN', 'INPUT_GITHUB-TOKEN', 'ACTIONS_RUNTIME_TOKEN', 'RUNNER_TEMP', 'actions_x'])(
    '%s belongs to the step or the runner',
    (name) => {
      expect(refuseName(name)).toContain('is a secret of the step itself');
    },
  );

  test.each([
    ...['GITHUB_TOKEN', 'gh_token', 'GITHUB_SHA', 'AWS_SESSION_TOKEN', 'AWS_ACCESS_KEY_ID', 'AZURE_CLIENT_SECRET'],
    ...['ARM_CLIENT_SECRET', 'GOOGLE_APPLICATION_CREDENTIALS', 'CLOUDSDK_AUTH_ACCESS_TOKEN', 'NODE_AUTH_TOKEN'],
    ...['NPM_TOKEN', 'DOCKER_PASSWORD', 'KUBECONFIG', 'VAULT_TOKEN', 'SSH_PRIVATE_KEY', 'TF_TOKEN_app_terraform_io'],
  ])('%s is a name of credentials, unless it is listed', (name) => {
    expect(refuseName(name)).toBeUndefined();
    expect(refuseVariable(name, 'value', rules)).toContain('tools keep credentials of the job under this name');
    expect(refuseVariable(name, 'value', { ...rules, allowed: [name] })).toBeUndefined();
  });

  test.each(['AWS_KEY_ID', 'AWS_SECRET', 'PREVIEW_PASSWORD', 'SNOWFLAKE_KEY', 'MY_GITHUB_TOKEN'])('%s is', (name) => {
    expect(refuseName(name) ?? refuseVariable(name, 'value', rules)).toBeUndefined();
  });

  test('with a list only what it names, and never a token of the run', () => {
    expect(refuseVariable('OTHER', 'value', { ...rules, allowed: ['ONE'] })).toContain('does not list `OTHER`');
    for (const value of ['run-token-1234', 'Bearer run-token-1234 '])
      expect(refuseVariable('ONE', value, { ...rules, allowed: ['ONE'] })).toContain('holds a token of this run');
  });
});

describe('places that Astro shows in clear take no `${env.…}` [T-15]', () => {
  const template = (change: (text: string) => string): string =>
    change(`deployment:
  configuration:
    description: d
    executor: CELERY
    deployment_type: STANDARD
    cloud_provider: AWS
    region: us-east-1
    is_development_mode: true
    workload_identity: arn
  worker_queues:
    - { name: default, worker_type: A5, min_worker_count: 0, max_worker_count: 2 }
  environment_variables:
    - { key: A, value: v, is_secret: true }
  hibernation_schedules:
    - { hibernate_at: '0 20 * * *', wake_at: '0 7 * * *', description: s, enabled: true }
  alert_emails: [a@example.com]
`);
  const values = { repository: 'etl', actor: 'o', rules, env: new Map([['KEY', 's3cret-value']]) };
  test.each([
    ['description: d', 'description: "${env.KEY}"'],
    ['region: us-east-1', 'region: "${env.KEY}"'],
    ['workload_identity: arn', 'workload_identity: "${env.KEY}"'],
    ['name: default', 'name: "${env.KEY}"'],
    ['description: s', 'description: "${env.KEY}"'],
    ['a@example.com', '"${env.KEY}"'],
    ['key: A', 'key: "${env.KEY}"'],
  ])('%s', (from, to) => {
    expect(() =>
      readTemplate(
        template((text) => text.replace(from, to)),
        't.yaml',
        values,
      ),
    ).toThrow('Astro shows this value in clear');
  });

  test('the value of a secret variable does', () => {
    const text = template((one) => one.replace('value: v', 'value: "${env.KEY}"'));
    expect(readTemplate(text, 't.yaml', values).variables).toMatchObject([{ value: 's3cret-value', isSecret: true }]);
  });
});
