import { expect, test } from '@jest/globals';
import { startSandbox } from '../../sandbox/server.ts';
import { defaultSwitches, readSwitches, switchTable } from '../../sandbox/switches.ts';

test('each is read in each of its values; numbers in any', () => {
  for (const [name, { values }] of Object.entries(switchTable)) {
    expect(values.length).toBeGreaterThan(1);
    for (const value of values) expect(readSwitches(`${name}=${String(value)}`)).toEqual({ [name]: value });
  }
  expect(readSwitches('listAfterCreateDelay=5, listRows=whole\nshowSecrets=allowed')).toEqual({
    listAfterCreateDelay: 5,
    listRows: 'whole',
    showSecrets: 'allowed',
  });
  expect(readSwitches('')).toEqual({});
});

test.each([
  ['listRow=whole', 'There is no switch listRow. There are: uniqueNames, '],
  ['toString=1', 'There is no switch toString.'],
  ['listRows=half', 'The switch listRows has no value "half". It has: short, whole.'],
  ['listRows', 'The switch listRows has no value "".'],
  ['uploadLifetime=soon', 'The switch uploadLifetime has no value "soon".'],
  ['tokensListOrganizations=no', 'The switch tokensListOrganizations has no value "no". It has: true, false.'],
])('%s is refused', (text, message) => {
  expect(() => readSwitches(text)).toThrow(message);
});

test('the environment sets what a story does not set itself', async () => {
  const before = process.env['SANDBOX_SWITCHES'];
  process.env['SANDBOX_SWITCHES'] = 'uniqueNames=allowed,createHonoursVariablesAndEmails=true';
  try {
    const sandbox = await startSandbox({ switches: { createHonoursVariablesAndEmails: false } });
    const create = async (): Promise<{ status: number; emails: unknown }> => {
      const response = await fetch(`${sandbox.url}/organizations/${sandbox.organizationId}/deployments`, {
        method: 'POST',
        headers: { authorization: 'Bearer t' },
        body: JSON.stringify({
          type: 'STANDARD',
          name: 'twin',
          workspaceId: 'cm0workspace0000000000000',
          executor: 'CELERY',
          cloudProvider: 'AWS',
          region: 'us-east-1',
          contactEmails: ['a@b.c'],
        }),
      });
      return { status: response.status, emails: ((await response.json()) as Record<string, unknown>)['contactEmails'] };
    };
    await create();
    expect(await create()).toEqual({ status: 200, emails: [] });
    await sandbox.close();
  } finally {
    if (before === undefined) delete process.env['SANDBOX_SWITCHES'];
    else process.env['SANDBOX_SWITCHES'] = before;
  }
  expect(defaultSwitches.uniqueNames).toBe('refused');
});
