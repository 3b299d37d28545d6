import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/server.ts';
import { defaultSwitches } from '../../sandbox/switches.ts';

/** The Workspace that a sandbox has by itself. */
export const workspace = 'cm0workspace0000000000000';

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A sandbox and a client of its API; paths begin after the Organization. */
export interface Client {
  readonly sandbox: Sandbox;
  readonly call: (method: string, path: string, body?: unknown) => Promise<Answer>;
}

const running: Sandbox[] = [];

/** Starts a sandbox; `stop` in `afterEach` ends them all. */
export async function start(options: SandboxOptions = {}): Promise<Client> {
  // These tests are about the switches' values themselves, whatever a run of the suite sets.
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

export async function stop(): Promise<void> {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.close()));
}

/** Body of the least that creates a Deployment. */
export const standard = {
  type: 'STANDARD',
  name: 'etl',
  workspaceId: workspace,
  executor: 'CELERY',
  cloudProvider: 'AWS',
  region: 'us-east-1',
};
