import { afterEach, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { startSandbox, type Sandbox } from '../../sandbox/server.ts';
import { defaultSwitches } from '../../sandbox/switches.ts';

interface Recorded {
  readonly command: string;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly status: number;
}
type Members = Readonly<Record<string, unknown>>;

let sandbox: Sandbox;
afterEach(async () => {
  await sandbox.close();
});

const production = 'cm00000000000000000000001';
const recorded = readFileSync(new URL('../fixtures/astronomers-cli-requests.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded);

/** Sends the requests in order. What the recording calls by an id of its own is called by the id that this sandbox gave it. */
async function replay(): Promise<string[]> {
  const ids = new Map([[production, production]]);
  const made = new Map<string, string[]>();
  const queues = new Map<string, string>();
  const told: string[] = [];
  let uploaded = '';
  const own = (text: string): string => {
    for (const [, kind = '', id = ''] of text.matchAll(
      /\/(deployments|deploys|environment-objects)\/(c[a-z0-9]{24})/g,
    )) {
      const next = ids.has(id) ? undefined : made.get(kind)?.shift();
      if (next !== undefined) ids.set(id, next);
    }
    return [...ids].reduce((result, [theirs, ours]) => result.replaceAll(theirs, ours), text);
  };
  for (const { command, method, path, body, status } of recorded) {
    const address = own(path);
    const sent = JSON.parse(own(JSON.stringify(body ?? null))) as
      (Members & { workerQueues?: Members[] | null }) | null;
    if (sent?.['dagTarballVersion']) Object.assign(sent, { dagTarballVersion: uploaded });
    for (const queue of sent?.workerQueues ?? []) {
      const id = queues.get(`${address} ${String(queue['name'])}`);
      if (queue['id']) Object.assign(queue, { id });
    }
    const response = await fetch(`${new URL(sandbox.url).origin}${address}`, {
      method,
      headers: { authorization: 'Bearer t', 'content-type': 'application/json' },
      ...(sent && { body: JSON.stringify(sent) }),
    });
    const text = await response.text();
    const answer = (text === '' ? {} : JSON.parse(text)) as Members & { workerQueues?: Members[] | Members };
    if (Math.floor(response.status / 100) !== Math.floor(status / 100))
      told.push(`${command}: ${method} ${address} ${String(response.status)} ${text}`);
    const kind = /\/(deployments|deploys|environment-objects)$/.exec(address)?.[1];
    if (method === 'POST' && kind !== undefined) made.set(kind, [...(made.get(kind) ?? []), String(answer['id'])]);
    for (const { name, id } of [answer.workerQueues ?? []].flat()) queues.set(`${address} ${String(name)}`, String(id));
    if (typeof answer['dagsUploadUrl'] === 'string') {
      const put = await fetch(answer['dagsUploadUrl'], {
        method: 'PUT',
        headers: { 'x-ms-blob-type': 'BlockBlob' },
        body: gzipSync(Buffer.alloc(1024)),
      });
      uploaded = put.headers.get('x-ms-version-id') ?? '';
    }
  }
  return told;
}

test("all requests that 30 commands of Astronomer's CLI made are answered with the recorded class of status", async () => {
  sandbox = await startSandbox({ switches: defaultSwitches });
  sandbox.addDeployment({ id: production, name: 'etl-prod' });
  expect(recorded).toHaveLength(153);
  expect(await replay()).toEqual([]);
  expect(sandbox.violations).toEqual([]);
});

test('the strict answer to updates while CREATING is a switch, and the CLI does not get past it', async () => {
  sandbox = await startSandbox({
    switches: { ...defaultSwitches, updatesWhileCreating: 'refused' },
    delays: { create: 3_600_000 },
  });
  sandbox.addDeployment({ id: production, name: 'etl-prod' });
  expect(await replay()).toContainEqual(expect.stringMatching(/^astro deployment create .* POST .* 409 /));
});
