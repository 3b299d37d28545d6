import { afterEach, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { SandboxOptions } from '../../sandbox/server.ts';
import { start, stop, type Client } from './client.ts';

afterEach(stop);

const runtimeLabel = 'io.astronomer.docker.runtime.version';

async function begin(options: SandboxOptions, runtime: string): Promise<Client & { id: string; path: string }> {
  const client = await start(options);
  const { id } = client.sandbox.addDeployment({ astroRuntimeVersion: runtime });
  return { ...client, id, path: `/deployments/${id}` };
}

/** Puts DAGs up and makes a deploy of them. */
async function deployDags({ call, path }: Pick<Client, 'call'> & { path: string }, type: string): Promise<string> {
  const { body } = await call('POST', `${path}/deploys`, { type });
  const upload = await fetch(String(body['dagsUploadUrl']), {
    method: 'PUT',
    headers: { 'x-ms-blob-type': 'BlockBlob' },
    body: gzipSync(Buffer.alloc(1024)),
  });
  const dagTarballVersion = upload.headers.get('x-ms-version-id') ?? '';
  await call('POST', `${path}/deploys/${String(body['id'])}/finalize`, { dagTarballVersion });
  return dagTarballVersion;
}

/** Pushes an image of which only the label is looked at. */
async function push(repository: string, tag: string, runtime: string): Promise<void> {
  const [host = '', ...name] = repository.split('/');
  const root = `http://${host}/v2/${name.join('/')}`;
  const authorization = `Basic ${Buffer.from('cli:t').toString('base64')}`;
  const config = JSON.stringify({ config: { Labels: { [runtimeLabel]: runtime } } });
  const digest = `sha256:${createHash('sha256').update(config).digest('hex')}`;
  const begun = await fetch(`${root}/blobs/uploads/`, { method: 'POST', headers: { authorization } });
  const put = (address: string, body: string) =>
    fetch(address, { method: 'PUT', headers: { authorization, 'content-type': 'application/json' }, body });
  await put(`http://${host}${begun.headers.get('location') ?? ''}?digest=${digest}`, config);
  await put(`${root}/manifests/${tag}`, JSON.stringify({ schemaVersion: 2, config: { digest }, layers: [] }));
}

describe('an image deploy moves the Deployment to the runtime of its image', () => {
  test('as the label of the pushed image says', async () => {
    const { sandbox, call, id, path } = await begin({ registry: 'embedded' }, '12.5.0');
    expect((await call('GET', path)).body).toMatchObject({
      airflowVersion: '2.10.4',
      apiUrl: expect.stringMatching(/v1$/),
    });
    const { body } = await call('POST', `${path}/deploys`, { type: 'IMAGE_AND_DAG' });
    await push(String(body['imageRepository']), String(body['imageTag']), '3.1-14');
    const finalized = await call('POST', `${path}/deploys/${String(body['id'])}/finalize`, {});
    expect(finalized.body).toMatchObject({ astroRuntimeVersion: '3.1-14', airflowVersion: '3.1.5' });
    expect((await call('GET', path)).body).toMatchObject({
      astroRuntimeVersion: '3.1-14',
      runtimeVersion: '3.1-14',
      airflowVersion: '3.1.5',
      apiUrl: expect.stringMatching(/v2$/),
      webServerAirflowApiUrl: expect.stringMatching(/v2$/),
      imageTag: body['imageTag'],
    });
    expect(sandbox.airflow(id).version).toBe(3);
    expect(sandbox.violations).toEqual([]);
  });

  test('as it is told where no registry can say; a rollback moves it back', async () => {
    let runtime = '3.0-10';
    const { call, path } = await begin({ runtimeOfImages: () => runtime }, '3.0-10');
    const deploy = async (): Promise<string> => {
      const { body } = await call('POST', `${path}/deploys`, { type: 'IMAGE_ONLY' });
      await call('POST', `${path}/deploys/${String(body['id'])}/finalize`, {});
      return String(body['id']);
    };
    const version = async () => (await call('GET', path)).body['astroRuntimeVersion'];
    const first = await deploy();
    expect(await version()).toBe('3.0-10');
    runtime = '3.1-14';
    await deploy();
    expect(await version()).toBe('3.1-14');
    await call('POST', `${path}/deploys/${first}/rollback`, {});
    expect(await version()).toBe('3.0-10');
  });

  test('a deploy of DAGs alone does not', async () => {
    const { call, path } = await begin({ runtimeOfImages: () => '3.1-14' }, '12.5.0');
    await deployDags({ call, path }, 'DAG_ONLY');
    expect((await call('GET', path)).body).toMatchObject({ astroRuntimeVersion: '12.5.0' });
  });
});

test.each([
  ['an empty version deletes them', { dagTarballVersion: '' }, false],
  ['none keeps them', {}, true],
])('IMAGE_AND_DAG and the DAGs that run: %s', async (_, body, kept) => {
  const { sandbox, call, id, path } = await begin({ delays: { parse: 0 } }, '3.1-14');
  const version = await deployDags({ call, path }, 'DAG_ONLY');
  sandbox.airflow(id).dags.set('old', { is_paused: true, outcome: 'success', runs: new Map(), file: 'old.py' });
  const { body: deploy } = await call('POST', `${path}/deploys`, { type: 'IMAGE_AND_DAG' });
  await call('POST', `${path}/deploys/${String(deploy['id'])}/finalize`, body);
  const { body: deployment } = await call('GET', path);
  const shown = kept ? version : undefined;
  expect([deployment['dagTarballVersion'], deployment['desiredDagTarballVersion']]).toEqual([shown, shown]);
  expect(sandbox.archiveBytes(id) !== undefined).toBe(kept);
  await fetch(`http://${String(deployment['webServerAirflowApiUrl'])}/dags`, {
    headers: { authorization: 'Bearer t' },
  });
  expect(sandbox.airflow(id).dags.has('old')).toBe(kept);
});
