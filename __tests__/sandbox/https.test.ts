import { afterEach, expect, test } from '@jest/globals';
import https from 'node:https';
import { makeCertificate } from '../../sandbox/certificate.ts';
import { start, stop } from './client.ts';

afterEach(stop);

/** Asks as Astronomer's CLI does: with a token, and with the authorities that it is told to trust. */
const get = (address: string, ca: string | undefined): Promise<number | string> =>
  new Promise((resolve) => {
    https
      .get(
        address,
        { headers: { authorization: 'Bearer t' }, agent: false, ...(ca !== undefined && { ca }) },
        (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        },
      )
      .once('error', (error: NodeJS.ErrnoException) => {
        resolve(error.code ?? error.message);
      });
  });

test.each(['127.0.0.1', 'localhost'])(
  'Airflow on %s answers below webServerUrl by HTTPS, as the CLI asks it',
  async (host) => {
    const certificate = makeCertificate(Date.now());
    const { sandbox, call } = await start({ host, certificate });
    const { id } = sandbox.addDeployment({ astroRuntimeVersion: '12.5.0' });
    const { body } = await call('GET', `/deployments/${id}`);
    const [root = ''] = String(body['webServerUrl']).split('?');
    for (const collection of ['connections', 'variables', 'pools'])
      expect(await get(`https://${root}/api/v1/${collection}`, certificate.cert)).toBe(200);
    expect(await get(`https://${root}/api/v1/pools`, undefined)).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect(sandbox.airflowRequests).toContain('GET /api/v1/pools');
  },
);

test('without a certificate nothing is said by HTTPS', async () => {
  const { sandbox } = await start();
  expect(await get(sandbox.url.replace('http:', 'https:'), undefined)).not.toBe(200);
  const { webServerUrl } = sandbox.addDeployment();
  expect(webServerUrl).toContain('astronomer.run/');
});
