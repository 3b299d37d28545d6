import { afterEach, describe, expect, test } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/server.ts';
import { defaultSwitches } from '../../sandbox/switches.ts';

const workspace = 'cm0workspace0000000000000';
const running: Sandbox[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.close()));
});

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown> & { readonly id?: string };
}
interface Client {
  readonly sandbox: Sandbox;
  readonly call: (method: string, path: string, body?: unknown) => Promise<Answer>;
}

async function start(options: SandboxOptions = {}): Promise<Client> {
  const sandbox = await startSandbox({ ...options, switches: { ...defaultSwitches, ...options.switches } });
  running.push(sandbox);
  return {
    sandbox,
    call: async (method, path, body) => {
      const response = await fetch(`${sandbox.url}/organizations/${sandbox.organizationId}${path}`, {
        method,
        headers: { authorization: 'Bearer t', 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Answer['body'] };
    },
  };
}

const standard = {
  type: 'STANDARD',
  name: 'etl',
  workspaceId: workspace,
  executor: 'CELERY',
  cloudProvider: 'AWS',
  region: 'us-east-1',
};

describe('the contract', () => {
  test.each<[string, string, string, unknown]>([
    ['an unknown member', 'POST', '/deployments', { ...standard, colour: 'red' }],
    ['a wrong type', 'POST', '/deployments', { ...standard, isDagDeployEnabled: 'yes' }],
    ['a wrong variant', 'POST', '/deployments', { ...standard, scheduler: { au: 5 } }],
    ['no variant', 'POST', '/deployments', { name: 'etl', workspaceId: workspace }],
    ['a missing member', 'POST', '/deployments', { type: 'STANDARD', name: 'etl' }],
    ['an unknown query parameter', 'GET', '/deployments?colour=red', undefined],
    ['a limit that is no number', 'GET', '/deployments?limit=many', undefined],
    ['a limit that is too high', 'GET', '/deployments?limit=1001', undefined],
    ['a body where there is none', 'DELETE', '/deployments/cm0000000000000000000000x', { a: 1 }],
    ['no JSON object', 'POST', '/deployments', [1]],
  ])('a request with %s is refused and remembered', async (_, method, path, body) => {
    const { sandbox, call } = await start();
    expect(await call(method, path, body)).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('Invalid request'), statusCode: 400, requestId: expect.any(String) },
    });
    expect(sandbox.violations.length).toBeGreaterThan(0);
  });

  test('an answer that breaks it is a failure of the sandbox, said aloud', async () => {
    const { sandbox, call } = await start();
    sandbox.change(sandbox.addDeployment().id, { executor: 'LOCAL' as never });
    expect(await call('GET', '/deployments')).toMatchObject({
      status: 500,
      body: { message: expect.stringContaining('breaks the contract') },
    });
    expect(sandbox.violations).toHaveLength(1);
  });

  test.each([
    ['another Organization', '/../cm0other0000000000000000/deployments', 404],
    ['a malformed id', '/deployments/etl', 500],
    ['an id that there is not', '/deployments/cm0000000000000000000000x', 404],
    ['an operation that there is not', '/colours', 404],
  ])('%s', async (_, path, status) => {
    const { call } = await start();
    expect((await call('GET', path)).status).toBe(status);
  });

  test('without a token, or with one that is not among those it takes, nothing', async () => {
    const { sandbox } = await start({ tokens: ['good'] });
    const get = async (authorization: string) =>
      (await fetch(`${sandbox.url}/organizations`, { headers: authorization === '' ? {} : { authorization } })).status;
    expect([await get(''), await get('Bearer bad'), await get('Basic good'), await get('Bearer good')]).toEqual([
      401, 401, 401, 200,
    ]);
  });
});

describe('what moves by itself', () => {
  test('created, deployed, woken: each takes the time that is set', async () => {
    let now = 1_000_000;
    const { sandbox, call } = await start({ delays: { create: 100, deploy: 200, wake: 300 }, now: () => now });
    const { body: made } = await call('POST', '/deployments', {
      ...standard,
      isDagDeployEnabled: true,
      isDevelopmentMode: true,
    });
    const path = `/deployments/${made.id ?? ''}`;
    const status = async () => (await call('GET', path)).body['status'];
    expect([made['status'], await status()]).toEqual(['CREATING', 'CREATING']);
    expect(await call('POST', `${path}/deploys`, { type: 'DAG_ONLY' })).toMatchObject({ status: 400 });
    now += 100;
    expect(await status()).toBe('HEALTHY');

    const { body: deploy } = await call('POST', `${path}/deploys`, { type: 'DAG_ONLY' });
    expect(deploy).toMatchObject({ status: 'INITIALIZED', dagsUploadUrl: expect.stringContaining('sig=') });
    const upload = await fetch(String(deploy['dagsUploadUrl']), {
      method: 'PUT',
      headers: { 'x-ms-blob-type': 'BlockBlob' },
      body: gzipSync(''),
    });
    const version = upload.headers.get('x-ms-version-id');
    await call('POST', `${path}/deploys/${deploy.id ?? ''}/finalize`, { dagTarballVersion: version });
    expect((await call('GET', path)).body).toMatchObject({ status: 'DEPLOYING', desiredDagTarballVersion: version });
    now += 200;
    expect((await call('GET', path)).body).toMatchObject({ status: 'HEALTHY', dagTarballVersion: version });
    expect((await call('GET', `${path}/deploys/${deploy.id ?? ''}`)).body).not.toHaveProperty('dagsUploadUrl');

    await call('POST', `${path}/hibernation-override`, { isHibernating: true });
    expect(await status()).toBe('HIBERNATING');
    expect(await call('POST', `${path}/deploys`, { type: 'DAG_ONLY' })).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('hibernating') },
    });
    await call('POST', `${path}/hibernation-override`, { isHibernating: false });
    now += 300;
    expect(await status()).toBe('HEALTHY');
    expect((await call('DELETE', `${path}/hibernation-override`)).status).toBe(204);
    expect((await call('DELETE', `${path}/hibernation-override`)).status).toBe(404);
    expect(sandbox.violations).toEqual([]);
  });
});

describe('rules of the service', () => {
  test('an update replaces everything; secrets are kept, and never shown', async () => {
    const { sandbox, call } = await start({
      switches: { createHonoursVariablesAndEmails: true, omittedMembers: 'replaced' },
    });
    const { body: made } = await call('POST', '/deployments', {
      ...standard,
      environmentVariables: [
        { key: 'S', value: 'secret', isSecret: true },
        { key: 'A', value: 'a', isSecret: false },
      ],
      contactEmails: ['a@b.c'],
    });
    const path = `/deployments/${made.id ?? ''}`;
    const { type, name, workspaceId, executor } = standard;
    const update = {
      type,
      name,
      workspaceId,
      executor,
      isCicdEnforced: false,
      isDagDeployEnabled: true,
      isHighAvailability: false,
      schedulerSize: 'SMALL',
    };
    const { body } = await call('POST', path, { ...update, environmentVariables: [{ key: 'S', isSecret: true }] });
    expect(body).toMatchObject({
      environmentVariables: [{ key: 'S', isSecret: true }],
      contactEmails: [],
      workerQueues: [],
    });
    expect(JSON.stringify(body)).not.toContain('"secret"');
    expect(sandbox.secret(made.id ?? '', 'S')).toBe('secret');
    expect(
      await call('POST', path, { ...update, environmentVariables: [{ key: 'NEW', isSecret: true }] }),
    ).toMatchObject({ status: 400 });
    expect(
      await call('POST', path, {
        ...update,
        environmentVariables: [],
        workerQueues: [
          {
            id: 'cm0000000000000000000000q',
            name: 'default',
            isDefault: true,
            astroMachine: 'A5',
            minWorkerCount: 0,
            maxWorkerCount: 1,
            workerConcurrency: 5,
          },
        ],
      }),
    ).toMatchObject({ status: 400 });
    expect(await call('POST', path, { ...update, environmentVariables: [], isDevelopmentMode: true })).toMatchObject({
      status: 400,
    });
  });

  test.each<[string, object, string]>([
    ['DAG_ONLY without DAG deploys', { type: 'DAG_ONLY' }, 'dag deploy is not enabled'],
    [
      'GITHUB without a repository',
      { type: 'IMAGE_AND_DAG', git: { provider: 'GITHUB', commitSha: 'c' } },
      'GITHUB needs account and repo',
    ],
    [
      'GENERIC with an account',
      { type: 'IMAGE_AND_DAG', git: { provider: 'GENERIC', commitSha: 'c', remoteUrl: 'u', account: 'a' } },
      'GENERIC needs remoteUrl',
    ],
    ['a description that is too long', { type: 'IMAGE_AND_DAG', description: 'x'.repeat(501) }, 'Invalid request'],
  ])('a deploy: %s is refused', async (_, body, message) => {
    const { sandbox, call } = await start();
    const { id } = sandbox.addDeployment({ isDagDeployEnabled: false });
    expect(await call('POST', `/deployments/${id}/deploys`, body)).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining(message) },
    });
  });

  test('finalizing wants the version of an upload, the image in the registry, and comes once', async () => {
    const { sandbox, call } = await start({ registry: 'embedded' });
    const path = `/deployments/${sandbox.addDeployment().id}/deploys`;
    const { body: dags } = await call('POST', path, { type: 'DAG_ONLY' });
    const finalize = (id: string, body: object) => call('POST', `${path}/${id}/finalize`, body);
    expect((await finalize(dags.id ?? '', {})).body['message']).toBe(
      'Invalid request: No DAG tarball version ID provided for DAG deploy',
    );
    expect((await finalize(dags.id ?? '', { dagTarballVersion: 'other' })).body['message']).toContain(
      'there is no uploaded version other',
    );
    const { body: image } = await call('POST', path, { type: 'IMAGE_ONLY' });
    expect((await finalize(image.id ?? '', {})).body['message']).toContain('Cannot get digest for image: ');
    const { id } = sandbox.addDeploy(sandbox.deployments()[0]?.id ?? '', { type: 'IMAGE_ONLY' });
    expect((await finalize(id, {})).body['message']).toContain('finalized already');
  });

  test('rollback makes a new deploy of an old one', async () => {
    const { sandbox, call } = await start();
    const { id } = sandbox.addDeployment();
    const old = sandbox.addDeploy(id);
    expect(await call('POST', `/deployments/${id}/deploys/${old.id}/rollback`, { description: 'back' })).toMatchObject({
      status: 200,
      body: { rollbackFromId: old.id, imageTag: old.imageTag, description: 'back' },
    });
    expect(
      (await call('POST', `/deployments/${id}/deploys/${old.id}`, { description: 'told' })).body['description'],
    ).toBe('told');
  });

  test('names: refused twice or allowed, too long never', async () => {
    const strict = await start();
    const loose = await start({ switches: { uniqueNames: 'allowed' } });
    for (const { call } of [strict, loose]) await call('POST', '/deployments', standard);
    expect((await strict.call('POST', '/deployments', standard)).status).toBe(400);
    expect((await loose.call('POST', '/deployments', standard)).status).toBe(200);
    expect((await strict.call('POST', '/deployments', { ...standard, name: 'x'.repeat(501) })).body).toMatchObject({
      fieldErrors: [{ field: 'name' }],
    });
  });

  test('lists: 20 rows by themselves, filters exact, new rows late where so set', async () => {
    let now = 0;
    const { sandbox, call } = await start({ switches: { listAfterCreateDelay: 10 }, now: () => now });
    for (let index = 0; index < 25; index++) sandbox.addDeployment({ name: `d${String(index)}` });
    expect((await call('GET', '/deployments')).body).toMatchObject({ limit: 20, offset: 0, totalCount: 25 });
    expect((await call('GET', '/deployments?names=d1&names=d2')).body).toMatchObject({ totalCount: 2 });
    await call('POST', '/deployments', standard);
    expect((await call('GET', '/deployments?names=etl')).body).toMatchObject({ totalCount: 0 });
    now = 10;
    expect((await call('GET', `/deployments?names=etl&workspaceIds=${workspace}`)).body).toMatchObject({
      totalCount: 1,
    });
    expect((await call('GET', `/workspaces/${workspace}`)).body).toMatchObject({ name: 'Data' });
    expect((await call('GET', '/workspaces/cm0nowhere000000000000000')).status).toBe(404);
    expect((await call('GET', '/clusters')).body).toMatchObject({ clusters: [] });
  });
});

describe('the upload address', () => {
  const put = (url: string, headers: Record<string, string>, body = 'x') =>
    fetch(url, { method: 'PUT', headers, body });
  test('takes one piece or blocks, with the right signature, and no token', async () => {
    const { sandbox, call } = await start();
    const { id } = sandbox.addDeployment();
    const { body } = await call('POST', `/deployments/${id}/deploys`, { type: 'DAG_ONLY' });
    const url = String(body['dagsUploadUrl']);
    expect((await put(url, {})).status).toBe(400);
    expect((await put(url.replace('sig=', 'sig=x'), { 'x-ms-blob-type': 'BlockBlob' })).status).toBe(403);
    expect((await fetch(url)).status).toBe(405);
    const whole = await put(url, { 'x-ms-blob-type': 'BlockBlob' });
    expect([whole.status, whole.headers.get('x-ms-version-id')]).toEqual([
      201,
      expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/),
    ]);
    expect((await put(`${url}&comp=block&blockid=AA`, {})).headers.get('x-ms-version-id')).toBeNull();
    expect((await put(`${url}&comp=blocklist`, {}, '<BlockList><Latest>BB</Latest></BlockList>')).status).toBe(400);
    expect(
      (await put(`${url}&comp=blocklist`, {}, '<BlockList><Latest>AA</Latest></BlockList>')).headers.get(
        'x-ms-version-id',
      ),
    ).not.toBeNull();
    expect(sandbox.violations).toEqual([]);
    await put(url, { authorization: 'Bearer t', 'x-ms-blob-type': 'BlockBlob' });
    expect(sandbox.violations).toEqual(['an Authorization header reached the upload address']);
  });
});

describe('faults', () => {
  test('each mode does what it says, with the request it was set for', async () => {
    const { sandbox, call } = await start();
    sandbox.addDeployment();
    const list = () =>
      call('GET', '/deployments').then(
        ({ status }) => status,
        () => 'reset',
      );
    sandbox.fault({ operation: 'listDeployments', nth: 2, mode: 'reset-before' });
    sandbox.fault({
      operation: 'listDeployments',
      nth: 3,
      times: 2,
      mode: { status: 503, headers: { 'retry-after': '1' }, body: '{}' },
    });
    sandbox.fault({ operation: 'listDeployments', nth: 5, mode: 'truncated-json' });
    expect([await list(), await list(), await list(), await list(), await list(), await list()]).toEqual([
      200,
      'reset',
      503,
      503,
      'reset',
      200,
    ]);
    sandbox.fault({ operation: 'createDeployment', mode: 'processed-then-reset' });
    await expect(call('POST', '/deployments', standard)).rejects.toThrow();
    expect(sandbox.deployments().map(({ name }) => name)).toContain('etl');
    sandbox.fault({ operation: 'listDeployments', mode: 'hang' });
    await expect(
      fetch(`${sandbox.url}/organizations/${sandbox.organizationId}/deployments`, {
        headers: { authorization: 'Bearer t' },
        signal: AbortSignal.timeout(300),
      }),
    ).rejects.toThrow();
  });
});

test('what Astronomer’s CLI is known to send is taken', async () => {
  const { sandbox, call } = await start();
  const { status } = await fetch(`${sandbox.url}/organizations?limit=1000&offset=0`, {
    headers: { authorization: 'Bearer t', 'x-astro-client-identifier': 'cli', 'x-client-os-identifier': 'linux-amd64' },
  });
  expect(status).toBe(200);
  // deployment create --deployment-file: empty texts, queues with an empty id, variables in an update of their own.
  const queue = {
    id: '',
    name: 'default',
    isDefault: true,
    astroMachine: 'A5',
    minWorkerCount: 0,
    maxWorkerCount: 10,
    workerConcurrency: 5,
  };
  const created = await call('POST', '/deployments', {
    ...standard,
    astroRuntimeVersion: '3.1-14',
    description: '',
    isCicdEnforced: false,
    isDagDeployEnabled: true,
    isDevelopmentMode: false,
    isHighAvailability: false,
    schedulerSize: 'SMALL',
    defaultTaskPodCpu: '0.25',
    defaultTaskPodMemory: '0.5Gi',
    resourceQuotaCpu: '10',
    resourceQuotaMemory: '20Gi',
    workerQueues: [queue],
  });
  expect(created.status).toBe(200);
  const path = `/deployments/${created.body.id ?? ''}`;
  const [stored] = sandbox.deployments();
  const updated = await call('POST', path, {
    type: 'STANDARD',
    name: 'etl',
    workspaceId: workspace,
    description: '',
    executor: 'CELERY',
    isCicdEnforced: false,
    isDagDeployEnabled: true,
    isHighAvailability: false,
    schedulerSize: 'SMALL',
    contactEmails: [],
    environmentVariables: [{ key: 'A', value: 'a', isSecret: false }],
    workerQueues: [{ ...queue, id: stored?.workerQueues?.[0]?.id }],
  });
  expect(updated.status).toBe(200);
  // deployment list, inspect
  expect((await call('GET', `/deployments?limit=1000&offset=0&workspaceIds=${workspace}`)).body).toMatchObject({
    totalCount: 1,
  });
  expect((await call('GET', '/deployment-options')).status).toBe(200);
  // deploy --dags, then deploy --image with its empty version
  const dags = await call('POST', `${path}/deploys`, { type: 'DAG_ONLY', description: '' });
  const upload = await fetch(String(dags.body['dagsUploadUrl']), {
    method: 'PUT',
    headers: { 'x-ms-blob-type': 'BlockBlob' },
    body: gzipSync(''),
  });
  expect(
    (
      await call('POST', `${path}/deploys/${dags.body.id ?? ''}/finalize`, {
        dagTarballVersion: upload.headers.get('x-ms-version-id'),
      })
    ).status,
  ).toBe(200);
  const image = await call('POST', `${path}/deploys`, { type: 'IMAGE_ONLY', description: '' });
  expect(
    (await call('POST', `${path}/deploys/${image.body.id ?? ''}/finalize`, { dagTarballVersion: '' })).status,
  ).toBe(200);
  expect((await call('DELETE', path)).status).toBe(204);
  expect((await call('DELETE', path)).status).toBe(404);
  expect(sandbox.violations).toEqual([]);
});

test('bundles: an upload address of their own, shown on deploys while they are mounted, taken out by an empty version', async () => {
  const { sandbox, call } = await start();
  const { id } = sandbox.addDeployment();
  const path = `/deployments/${id}/deploys`;
  const body = { type: 'BUNDLE', bundleType: 'dbt', bundleMountPath: '/dbt/shop' };
  expect((await call('POST', path, { type: 'BUNDLE', bundleType: 'dbt' })).status).toBe(400);
  const made = await call('POST', path, body);
  expect(made.body).toMatchObject({
    type: 'IMAGE_AND_DAG',
    bundleUploadUrl: expect.stringContaining('/bundle.tar.gz'),
  });
  expect(made.body).not.toHaveProperty('dagsUploadUrl');
  const upload = await fetch(String(made.body['bundleUploadUrl']), {
    method: 'PUT',
    headers: { 'x-ms-blob-type': 'BlockBlob' },
    body: gzipSync(Buffer.alloc(1024)),
  });
  const bundleTarballVersion = upload.headers.get('x-ms-version-id');
  const deploy = `${path}/${made.body.id ?? ''}`;
  expect((await call('POST', `${deploy}/finalize`, {})).status).toBe(400);
  expect((await call('POST', `${deploy}/finalize`, { bundleTarballVersion })).status).toBe(200);
  const bundle = { bundleType: 'dbt', mountPath: '/dbt/shop', deployId: made.body.id };
  expect((await call('GET', deploy)).body).toMatchObject({
    status: 'DEPLOYED',
    bundles: [{ ...bundle, currentVersion: bundleTarballVersion, desiredVersion: bundleTarballVersion }],
  });
  expect((await call('POST', `${deploy}/rollback`, {})).status).toBe(400);
  const removal = await call('POST', path, body);
  await call('POST', `${path}/${removal.body.id ?? ''}/finalize`, { bundleTarballVersion: '' });
  expect((await call('GET', deploy)).body).not.toHaveProperty('bundles');
  expect(await sandbox.bundle(id, '/dbt/shop')).toEqual([]);
  sandbox.change(id, { isDagDeployEnabled: false });
  expect((await call('POST', path, body)).status).toBe(400);
});
