import { afterEach, describe, expect, test } from '@jest/globals';
import { standard, start, stop, workspace, type Client } from './client.ts';

afterEach(stop);

const update = {
  type: 'STANDARD',
  name: 'etl-prod',
  workspaceId: workspace,
  executor: 'CELERY',
  isCicdEnforced: false,
  isDagDeployEnabled: true,
  isHighAvailability: false,
  schedulerSize: 'SMALL',
  environmentVariables: [],
};

const rich: Parameters<Client['sandbox']['addDeployment']>[0] = {
  description: 'about it',
  contactEmails: ['a@b.c'],
  defaultTaskPodCpu: '1',
  resourceQuotaCpu: '20',
  isDevelopmentMode: true,
  scalingSpec: {
    hibernationSpec: { schedules: [{ hibernateAtCron: '0 20 * * *', wakeAtCron: '0 7 * * *', isEnabled: true }] },
  },
};

describe('optional members that an update leaves out', () => {
  test.each([
    [
      'kept' as const,
      {
        description: 'about it',
        contactEmails: ['a@b.c'],
        defaultTaskPodCpu: '1',
        resourceQuotaCpu: '20',
        workerQueues: [{ name: 'default' }],
        scalingSpec: { hibernationSpec: { schedules: [{ wakeAtCron: '0 7 * * *' }] } },
      },
    ],
    [
      'replaced' as const,
      {
        description: '',
        contactEmails: [],
        defaultTaskPodCpu: '0.25',
        resourceQuotaCpu: '10',
        workerQueues: [],
        scalingSpec: { hibernationSpec: { schedules: [] } },
      },
    ],
  ])('%s', async (omittedMembers, expected) => {
    const { sandbox, call } = await start({ switches: { omittedMembers } });
    const { id } = sandbox.addDeployment(rich);
    const { status, body } = await call('POST', `/deployments/${id}`, update);
    expect([status, body]).toEqual([200, expect.objectContaining({ isDevelopmentMode: true })]);
    expect(body).toMatchObject(expected);
    expect(body['workerQueues']).toHaveLength(expected.workerQueues.length);
  });

  test('`null` empties what it names, in either case', async () => {
    const { sandbox, call } = await start();
    const { id } = sandbox.addDeployment(rich);
    const { body } = await call('POST', `/deployments/${id}`, { ...update, contactEmails: null, workerQueues: null });
    expect(body).toMatchObject({ contactEmails: [], workerQueues: [], description: 'about it' });
  });
});

describe('the workload identity', () => {
  test('is answered as the effective one; what was asked for is not echoed', async () => {
    const { call, sandbox } = await start();
    const { body: made } = await call('POST', '/deployments', { ...standard, workloadIdentity: 'arn:one' });
    expect(made).toMatchObject({ effectiveWorkloadIdentity: 'arn:one' });
    expect(made).not.toHaveProperty('workloadIdentity');
    const path = `/deployments/${String(made['id'])}`;
    const { body } = await call('POST', path, { ...update, name: 'etl', workloadIdentity: 'arn:two' });
    expect(body).toMatchObject({ effectiveWorkloadIdentity: 'arn:two' });
    expect(body).not.toHaveProperty('workloadIdentity');
    expect((await call('POST', path, { ...update, name: 'etl' })).body).toMatchObject({
      effectiveWorkloadIdentity: 'arn:two',
    });
    expect(sandbox.violations).toEqual([]);
  });

  test('is Astro’s own where none was asked for', async () => {
    const { call } = await start();
    const { body } = await call('POST', '/deployments', standard);
    expect(body['effectiveWorkloadIdentity']).toMatch(/^arn:aws:iam::/);
  });
});
