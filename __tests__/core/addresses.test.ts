import { describe, expect, test } from '@jest/globals';
import { airflowUrl, apiAddress, astroUrl, isLoopback } from '../../src/core/addresses.ts';

describe('where the token may go [T-19]', () => {
  test.each([
    'https://api.astronomer.io/v1', 'https://api.astronomer.io', 'https://API.ASTRONOMER.IO/v1/', 'https://pr1234.api.astronomer-dev.io/v1', 'https://api.example.com:8443/v1',
    'http://localhost:8888/v1', 'http://127.0.0.1:1/v1', 'http://127.9.9.9/v1', 'http://[::1]:8888/v1', 'http://0x7f.1/v1', 'http://2130706433/v1',
  ])('%s is taken', (text) => {
    expect(apiAddress(text)).toBeInstanceOf(URL);
  }); // prettier-ignore

  test.each([
    ['', 'not a URL'], ['api.astronomer.io', 'not a URL'], ['/v1', 'not a URL'], ['https://', 'not a URL'], ['//api.astronomer.io', 'not a URL'],
    ['http://api.astronomer.io/v1', 'only https'], ['ftp://api.astronomer.io', 'only https'], ['file:///etc/passwd', 'only https'], ['javascript:alert(1)', 'only https'], ['data:,x', 'only https'],
    ['http://localhost.evil.example', 'only https'], ['http://127.0.0.1.nip.io', 'only https'], ['http://0.0.0.0', 'only https'], ['http://[::2]', 'only https'], ['http://128.0.0.1', 'only https'], ['http://169.254.169.254', 'only https'],
    ['https://api.astronomer.io@evil.example/v1', 'user name'], ['https://user:pw@api.astronomer.io', 'user name'], ['https://:pw@api.astronomer.io', 'user name'],
    ['https://api.astronomer.io/v1?x=1', 'query'], ['https://api.astronomer.io/v1#x', 'query'], ['https://api.astronomer.io/v1?', 'query'], ['https://api.astronomer.io/v1#', 'query'],
  ])('%j is refused: %s', (text, why) => {
    expect(() => apiAddress(text)).toThrow(why);
  }); // prettier-ignore

  test.each([
    ['localhost', true],
    ['127.0.0.1', true],
    ['[::1]', true],
    ['127.0.0', false],
    ['localhost.', false],
    ['example.com', false],
  ])('%s is loopback: %s', (host, yes) => {
    expect(isLoopback(host)).toBe(yes);
  });
});

describe('addresses for people', () => {
  const deployment = { id: 'cm1', workspaceId: 'cm0' };
  const api = new URL('https://api.astronomer.io/v1');
  test.each([
    [
      'as Astro gives it',
      { uiUrl: 'https://cloud.astronomer.io/cm0/deployments/cm1/overview' },
      api,
      'https://cloud.astronomer.io/cm0/deployments/cm1/overview',
    ],
    [
      'built, where uiUrl leads to Airflow',
      { uiUrl: 'https://x.astronomer.run/abc?orgId=o' },
      api,
      'https://cloud.astronomer.io/cm0/deployments/cm1',
    ],
    [
      'built, where uiUrl is no web address',
      { uiUrl: 'javascript:/deployments/cm1' },
      api,
      'https://cloud.astronomer.io/cm0/deployments/cm1',
    ],
    [
      'built, where uiUrl is nonsense',
      { uiUrl: '/deployments/cm1' },
      api,
      'https://cloud.astronomer.io/cm0/deployments/cm1',
    ],
    [
      'built for another environment',
      { uiUrl: null },
      new URL('https://pr1234.api.astronomer-dev.io/v1'),
      'https://pr1234.cloud.astronomer-dev.io/cm0/deployments/cm1',
    ],
    ['built for a local Astro', {}, new URL('http://localhost:8888/v1'), 'http://localhost:5000/cm0/deployments/cm1'],
  ])('the Astro UI, %s', (_, more, url, expected) => {
    expect(astroUrl({ ...deployment, ...more }, url)).toBe(expected);
  });

  test.each([
    ['x.astronomer.run/abc?orgId=o', 'https://x.astronomer.run/abc?orgId=o'],
    ['https://x.astronomer.run/abc', 'https://x.astronomer.run/abc'],
    ['http://[', undefined],
    ['', undefined],
    [null, undefined],
    [undefined, undefined],
  ])('Airflow at %j', (webServerUrl, expected) => {
    expect(airflowUrl({ ...deployment, ...(webServerUrl !== undefined && { webServerUrl }) })).toBe(expected);
  });
});
