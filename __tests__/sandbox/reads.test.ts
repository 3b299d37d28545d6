import { afterEach, describe, expect, test } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { start, stop, type Client } from './client.ts';

afterEach(stop);

const cluster = {
  id: 'cm0cluster000000000000000',
  organizationId: 'cm0organization0000000000',
  name: 'east',
  cloudProvider: 'AWS' as const,
  region: 'us-east-1',
  type: 'DEDICATED' as const,
  status: 'CREATED' as const,
  dbInstanceType: 'db.m6g.large',
  vpcSubnetRange: '172.20.0.0/19',
  isDrEnabled: false,
  drRegion: '',
  createdAt: '2026-01-01T00:00:00Z',
  updatedAt: '2026-01-01T00:00:00Z',
};

test('one Organization and one cluster can be read', async () => {
  const { sandbox, call } = await start({ clusters: [cluster] });
  expect(await call('GET', '')).toMatchObject({ status: 200, body: { id: sandbox.organizationId, product: 'HOSTED' } });
  expect(await call('GET', `/clusters/${cluster.id}`)).toMatchObject({ status: 200, body: { name: 'east' } });
  expect((await call('GET', '/clusters/cm0nowhere000000000000000')).status).toBe(404);
  expect(sandbox.violations).toEqual([]);
});

describe('the logs of a Deployment', () => {
  const begin = async (): Promise<Client & { logs: (query: string) => Promise<unknown> }> => {
    const client = await start();
    const { id } = client.sandbox.addDeployment();
    client.sandbox.addDeploy(id, { type: 'DAG_ONLY', createdAt: '2026-01-01T00:00:00.000Z' });
    client.sandbox.airflow(id).importErrors.push({ filename: 'a.py', stack_trace: 'ModuleNotFoundError: nope' });
    const logs = async (query: string) => (await client.call('GET', `/deployments/${id}/logs?${query}`)).body;
    return { ...client, logs };
  };

  test('hold its deploys and its import errors, by source', async () => {
    const { sandbox, logs } = await begin();
    const asked = 'limit=500&maxNumResults=500&range=86400&offset=0';
    expect(await logs(`sources=scheduler&sources=dag-processor&${asked}`)).toMatchObject({
      limit: 500,
      maxNumResults: 500,
      offset: 0,
      resultCount: 2,
      searchId: expect.any(String),
      results: [
        { source: 'scheduler', timestamp: 1_767_225_600_000, raw: expect.stringContaining('DAG_ONLY') },
        { source: 'dag-processor', raw: expect.stringContaining('ModuleNotFoundError: nope') },
      ],
    });
    expect(await logs(`sources=worker&${asked}`)).toMatchObject({ resultCount: 0, results: [] });
    expect(sandbox.violations).toEqual([]);
  });

  test('can be searched and paged', async () => {
    const { logs } = await begin();
    const sources = 'sources=scheduler&sources=dag-processor';
    expect(await logs(`${sources}&searchText=error`)).toMatchObject({ results: [{ source: 'dag-processor' }] });
    expect(await logs(`${sources}&limit=1&offset=1`)).toMatchObject({
      limit: 1,
      results: [{ source: 'dag-processor' }],
    });
  });
});

test('the bundles of a Deployment are listed where the CLI asks for them, below /v1alpha1', async () => {
  const { sandbox, call } = await start();
  const { id } = sandbox.addDeployment();
  const list = async () => {
    const address = `${new URL(sandbox.url).origin}/v1alpha1/organizations/${sandbox.organizationId}/deployments/${id}/bundles?limit=100&offset=0`;
    const response = await fetch(address, { headers: { authorization: 'Bearer t' } });
    return await response.json();
  };
  expect(await list()).toEqual({ bundles: [], limit: 100, offset: 0, totalCount: 0 });
  const path = `/deployments/${id}/deploys`;
  const { body } = await call('POST', path, { type: 'BUNDLE', bundleType: 'dbt', bundleMountPath: '/dbt/shop' });
  const upload = await fetch(String(body['bundleUploadUrl']), {
    method: 'PUT',
    headers: { 'x-ms-blob-type': 'BlockBlob' },
    body: gzipSync(Buffer.alloc(1024)),
  });
  const version = upload.headers.get('x-ms-version-id');
  await call('POST', `${path}/${String(body['id'])}/finalize`, { bundleTarballVersion: version });
  expect(await list()).toMatchObject({
    totalCount: 1,
    bundles: [
      {
        type: 'DEPLOY',
        isDagBundle: false,
        nonDagBundleType: 'dbt',
        nonDagMountPath: '/dbt/shop',
        desiredVersion: version,
        currentVersion: version,
      },
    ],
  });
  expect((await call('GET', `/deployments/${id}/bundles`)).status).toBe(404);
  expect(sandbox.violations).toEqual([]);
});

describe('an image without DAGs', () => {
  test.each([
    ['taken with Remote Execution', true, 200],
    ['refused without', false, 400],
  ])('with DAG deploys off: %s', async (_, enabled, status) => {
    const { sandbox, call } = await start();
    const remoteExecution = { enabled, allowedIpAddressRanges: [], remoteApiUrl: 'https://r.astronomer.run' };
    const { id } = sandbox.addDeployment({ type: 'DEDICATED', isDagDeployEnabled: false, remoteExecution });
    expect((await call('POST', `/deployments/${id}/deploys`, { type: 'IMAGE_ONLY' })).status).toBe(status);
  });
});

test.each([
  ['127.0.0.1', /^127\.0\.0\.1:\d+\//],
  ['localhost', /^localhost:\d+\//],
])('the registry of a sandbox on %s has its name', async (host, repository) => {
  const { sandbox, call } = await start({ host, registry: 'embedded' });
  const { id } = sandbox.addDeployment();
  const { body } = await call('POST', `/deployments/${id}/deploys`, { type: 'IMAGE_AND_DAG' });
  expect(body['imageRepository']).toMatch(repository);
});
