import { describe, expect, test } from '@jest/globals';
import { airflowApi } from '../../src/core/airflow-address.ts';
import { UserError } from '../../src/core/errors.ts';

const astro = new URL('https://api.astronomer.io/v1');
const local = new URL('http://127.0.0.1:8888/v1');

describe('where the Airflow of a Deployment is', () => {
  test.each([
    ['abc.astronomer.run/d1/api/v1', 'https://abc.astronomer.run/d1'],
    ['abc.astronomer.run/d1/api/v2/', 'https://abc.astronomer.run/d1'],
    ['abc.astronomer.run/d1/api/v2///?orgId=o#x', 'https://abc.astronomer.run/d1'],
    ['abc.astronomer.run/d1//api/v2?a=/api/v1', 'https://abc.astronomer.run/d1'],
    ['abc.astronomer.run/d1?orgId=o', 'https://abc.astronomer.run/d1'],
    ['abc.astronomer.run/d1#/api/v2', 'https://abc.astronomer.run/d1'],
    ['abc.astronomer.run', 'https://abc.astronomer.run/'],
    ['abc.astronomer.run/api/v1', 'https://abc.astronomer.run/'],
    ['abc.astronomer.run:8443/d1', 'https://abc.astronomer.run:8443/d1'],
    [' https://abc.astronomer.run/d1/api/v2 ', 'https://abc.astronomer.run/d1'],
    ['HTTPS://ABC.astronomer.run/d1', 'https://abc.astronomer.run/d1'],
    ['abc.astronomer.run/api/v1/d1', 'https://abc.astronomer.run/api/v1/d1'],
    ['abc.astronomer.run/d1/api/v3', 'https://abc.astronomer.run/d1/api/v3'],
    ['abc.astronomer.run/d1/xapi/v2', 'https://abc.astronomer.run/d1/xapi/v2'],
  ])('%s', (webServerAirflowApiUrl, root) => {
    expect(airflowApi({ webServerAirflowApiUrl, airflowVersion: '3.1.0' }, astro).root.href).toBe(root);
  });

  test.each([
    ['127.0.0.1:9000/airflow/d1/api/v2', 'http://127.0.0.1:9000/airflow/d1'],
    ['http://localhost:9000/airflow/d1/api/v2', 'http://localhost:9000/airflow/d1'],
    ['https://localhost:9000/airflow/d1', 'https://localhost:9000/airflow/d1'],
    ['abc.astronomer.run/d1', 'https://abc.astronomer.run/d1'],
  ])('beside an Astro on this machine: %s', (webServerAirflowApiUrl, root) => {
    expect(airflowApi({ webServerAirflowApiUrl, airflowVersion: '3.1.0' }, local).root.href).toBe(root);
  });

  test.each([null, undefined, '', '  '])('apiUrl stands in where webServerAirflowApiUrl is %j', (given) => {
    const deployment = {
      ...(given !== undefined && { webServerAirflowApiUrl: given }),
      apiUrl: 'b.astronomer.run/d/api/v2',
      airflowVersion: '3.0.0',
    };
    expect(airflowApi(deployment, astro).root.href).toBe('https://b.astronomer.run/d');
  });

  test.each([
    ['2.10.4', 'x.astronomer.run/d', 'v1'],
    ['2.10.4+astro.1', 'x.astronomer.run/d/api/v2', 'v1'],
    ['3.1.0', 'x.astronomer.run/d/api/v1', 'v2'],
    ['3', 'x.astronomer.run/d', 'v2'],
    ['v3.0', 'x.astronomer.run/d', 'v2'],
    ['10.0.1', 'x.astronomer.run/d', 'v2'],
    ['', 'x.astronomer.run/d/api/v1', 'v1'],
    [null, 'x.astronomer.run/d/api/v2/', 'v2'],
    [undefined, 'x.astronomer.run/d/api/v2?x', 'v2'],
    ['main', 'x.astronomer.run/d/api/v1', 'v1'],
  ])('Airflow %j at %s has the API %s', (airflowVersion, webServerAirflowApiUrl, version) => {
    const deployment = { webServerAirflowApiUrl, ...(airflowVersion !== undefined && { airflowVersion }) };
    expect(airflowApi(deployment, astro).version).toBe(version);
  });
});

test.each([
  ['airflow.acme.example/d1', ['airflow.acme.example'], true],
  ['AIRFLOW.acme.example:8443/d1', ['airflow.acme.example'], true],
  ['airflow.acme.example:8443/d1', ['airflow.acme.example:8443'], true],
  ['airflow.acme.example:9443/d1', ['airflow.acme.example:8443'], false],
  ['a.b.acme.example/d1', ['x.example', '*.acme.example'], true],
  ['acme.example/d1', ['*.acme.example'], false],
  ['evilacme.example/d1', ['*.acme.example'], false],
])('%s with the hosts %j allowed: %s [T-19]', (webServerAirflowApiUrl, hosts, allowed) => {
  const read = (): unknown => airflowApi({ webServerAirflowApiUrl, airflowVersion: '3.1.0' }, astro, hosts);
  if (allowed) expect(read).not.toThrow();
  else expect(read).toThrow('name it in `astro-airflow-hosts`');
});

describe('where the token does not go', () => {
  const refusal = (deployment: Parameters<typeof airflowApi>[0], api = astro): UserError => {
    try {
      airflowApi(deployment, api);
    } catch (error) {
      if (error instanceof UserError) return error;
      throw error;
    }
    throw new Error('it was taken');
  };

  test.each([
    ['https://evil.example/d1', astro, 'the host `evil.example` is not one of Astro'],
    ['https://astronomer.run/d1', astro, 'is not one of Astro'],
    ['https://evil-astronomer.run/d1', astro, 'is not one of Astro'],
    ['https://abc.astronomer.run.evil.example/d1', astro, 'is not one of Astro'],
    ['https://abc.astronomer.run./d1', astro, 'is not one of Astro'],
    ['https://xn--astronmer-l5a.run/d1', astro, 'is not one of Astro'],
    ['https://127.0.0.1/d1', astro, 'is not one of Astro'],
    ['localhost:8080/d1', astro, 'is not one of Astro'],
    ['https://169.254.169.254/latest', astro, 'is not one of Astro'],
    ['https://evil.example/d1', local, 'is not one of Astro'],
    ['http://abc.astronomer.run/d1', astro, 'only https'],
    ['http://abc.astronomer.run/d1', local, 'only https'],
    ['http://localhost:8080/d1', astro, 'only https'],
    ['ftp://localhost/d1', local, 'only https'],
    ['https://u:p@abc.astronomer.run/d1', astro, 'a user name or a password'],
    ['u@abc.astronomer.run/d1', astro, 'a user name or a password'],
    ['https://:p@abc.astronomer.run/d1', astro, 'a user name or a password'],
    ['127.0.0.1@evil.example/d1', local, 'a user name or a password'],
    ['http://', astro, 'not a URL'],
    ['/d1/api/v2', astro, 'not a URL'],
    ['a b.example/d1', astro, 'not a URL'],
    ['?x', astro, 'not a URL'],
  ])('%s', (webServerAirflowApiUrl, api, why) => {
    const { message } = refusal({ webServerAirflowApiUrl, airflowVersion: '3.0.0' }, api);
    expect(message).toContain(why);
    expect(message).not.toContain('u:p');
  });

  test('no address yet: named, with what to do', () => {
    expect(refusal({ name: 'etl-branch', webServerAirflowApiUrl: null, apiUrl: '' }).message).toBe(
      'Astro gives no address for the Airflow of the Deployment etl-branch yet. Wait until the Deployment is healthy, then run the job again.',
    );
    expect(refusal({}).message).toContain('the Airflow of this Deployment yet');
  });

  test.each([
    ['1.10.15', 'x.astronomer.run/d/api/v1'],
    [null, 'x.astronomer.run/d'],
    ['main', 'x.astronomer.run/d'],
  ])('Airflow %j at %s has no API that is known', (airflowVersion, webServerAirflowApiUrl) => {
    expect(refusal({ airflowVersion, webServerAirflowApiUrl }).message).toContain('Airflow 2 or newer is needed');
  });
});
