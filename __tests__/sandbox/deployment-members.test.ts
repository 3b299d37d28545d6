import { afterEach, describe, expect, test } from '@jest/globals';
import { standard, start, stop, type Client } from './client.ts';

afterEach(stop);

/** Members that Astro answers for every Deployment, whoever made it. */
const always = [
  'airflowVersion',
  'apiUrl',
  'astroRuntimeVersion',
  'contactEmails',
  'createdAt',
  'createdBy',
  'description',
  'effectiveWorkloadIdentity',
  'environmentVariables',
  'executor',
  'externalIPs',
  'id',
  'imageRepository',
  'imageTag',
  'imageVersion',
  'isCicdEnforced',
  'isDagDeployEnabled',
  'name',
  'namespace',
  'oidcIssuerUrl',
  'organizationId',
  'region',
  'runtimeVersion',
  'schedulerCpu',
  'schedulerMemory',
  'schedulerReplicas',
  'status',
  'type',
  'uiUrl',
  'updatedAt',
  'updatedBy',
  'webServerAirflowApiUrl',
  'webServerCpu',
  'webServerIngressHostname',
  'webServerMemory',
  'webServerReplicas',
  'webServerUrl',
  'workspaceId',
  'workspaceName',
];
const hosted = ['isDevelopmentMode', 'isHighAvailability', 'schedulerSize', 'cloudProvider'];
const pods = ['defaultTaskPodCpu', 'defaultTaskPodMemory', 'resourceQuotaCpu', 'resourceQuotaMemory'];

describe('every Deployment carries what Astro always sends', () => {
  test.each<[string, Parameters<Client['sandbox']['addDeployment']>[0], readonly string[], readonly string[]]>([
    ['STANDARD', {}, [...hosted, ...pods, 'workerQueues'], ['schedulerAu', 'clusterName']],
    ['KUBERNETES', { executor: 'KUBERNETES' }, [...hosted, ...pods], ['workerQueues']],
    [
      'Remote Execution',
      {
        type: 'DEDICATED',
        executor: 'ASTRO',
        remoteExecution: { enabled: true, allowedIpAddressRanges: [], remoteApiUrl: 'https://r.astronomer.run' },
      },
      [...hosted, 'remoteExecution'],
      [...pods, 'workerQueues'],
    ],
    ['HYBRID', { type: 'HYBRID', schedulerAu: 5 }, ['schedulerAu', 'workerQueues'], [...hosted, ...pods]],
  ])('%s', async (_, given, also, never) => {
    const { sandbox, call } = await start();
    const { id } = sandbox.addDeployment(given);
    const { body } = await call('GET', `/deployments/${id}`);
    expect(Object.keys(body)).toEqual(expect.arrayContaining([...always, ...also]));
    expect(never.filter((name) => name in body)).toEqual([]);
    expect(sandbox.violations).toEqual([]);
  });

  test('one that is created with the least has the defaults of the options', async () => {
    const { call } = await start();
    const { body } = await call('POST', '/deployments', standard);
    expect(body).toMatchObject({
      defaultTaskPodCpu: '0.25',
      defaultTaskPodMemory: '0.5Gi',
      resourceQuotaCpu: '10',
      resourceQuotaMemory: '20Gi',
      workspaceName: 'Data',
      workerQueues: [
        {
          name: 'default',
          isDefault: true,
          astroMachine: 'A5',
          minWorkerCount: 0,
          maxWorkerCount: 10,
          workerConcurrency: 5,
          podCpu: '1',
          podMemory: '2Gi',
          podEphemeralStorage: '10Gi',
        },
      ],
    });
  });

  test('a queue has the size of its machine', async () => {
    const { call } = await start();
    const queue = { name: 'default', isDefault: true, minWorkerCount: 0, maxWorkerCount: 1, workerConcurrency: 5 };
    const { body } = await call('POST', '/deployments', {
      ...standard,
      workerQueues: [{ ...queue, astroMachine: 'A40' }],
    });
    expect(body).toMatchObject({ workerQueues: [{ podCpu: '8', podMemory: '16Gi' }] });
  });

  test('the value of a seeded secret is kept, and never answered', async () => {
    const { sandbox, call } = await start();
    const { id } = sandbox.addDeployment({
      environmentVariables: [
        { key: 'TOLD', isSecret: true, value: 'x', updatedAt: '2026-01-01T00:00:00Z' },
        { key: 'NOT_TOLD', isSecret: true, updatedAt: '2026-01-01T00:00:00Z' },
      ],
    });
    const { body } = await call('GET', `/deployments/${id}`);
    expect(body['environmentVariables']).toEqual([
      { key: 'TOLD', isSecret: true, updatedAt: expect.any(String) },
      { key: 'NOT_TOLD', isSecret: true, updatedAt: expect.any(String) },
    ]);
    expect([sandbox.secret(id, 'TOLD'), sandbox.secret(id, 'NOT_TOLD')]).toEqual(['x', expect.stringMatching(/./)]);
  });
});
