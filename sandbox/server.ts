import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { handleAirflow } from './airflow.ts';
import { parseDue } from './airflow-parsing.ts';
import { answerApi, type Running } from './api.ts';
import { loadContract } from './contract.ts';
import { makeFaults, playBefore } from './faults.ts';
import { handlesOf } from './handles.ts';
import { airflowOf, deploymentOf } from './lifecycle.ts';
import { listen, type Listening } from './listen.ts';
import { startRegistry, type Registry } from './registry.ts';
import type { Sandbox, SandboxOptions } from './sandbox-types.ts';
import type { Astro } from './state.ts';
import { defaultSwitches, readSwitches } from './switches.ts';
import { upload } from './upload.ts';
import type { Exchange } from './wire.ts';

export type { RecordedRequest, Sandbox, SandboxOptions } from './sandbox-types.ts';

const runtimeLabel = 'io.astronomer.docker.runtime.version';

/** Starts the sandbox on loopback. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { host = '127.0.0.1', port = 0, certificate, registryPort } = options;
  const accepts = (token: string): boolean => token !== '' && (options.tokens?.includes(token) ?? true);
  const registry =
    options.registry === 'embedded' ? await startRegistry(accepts, { host, port: registryPort }) : undefined;
  let counter = 0;
  const count = (): number => ++counter;
  const opened: { at?: Listening } = {};
  const running: Running = {
    astro: makeAstro(options, { registry, count, opened }),
    contract: loadContract(),
    faults: makeFaults(),
    requests: [],
    violations: [],
    airflowRequests: [],
    accepts,
    count,
    onRequest: (request) => sandbox.onRequest?.(request),
  };
  const listening = await listen(
    (request, response) => {
      void answer(running, request, response, () => sandbox.wire?.(request, response));
    },
    { host, port, certificate },
  );
  opened.at = listening;
  const { astro, requests, violations, airflowRequests, faults } = running;
  const sandbox: Sandbox = {
    url: `${listening.origin}/v1`,
    organizationId: astro.organizationId,
    requests,
    violations,
    registry,
    switches: astro.switches,
    airflowRequests,
    ...handlesOf(astro),
    fault: faults.arm,
    endFaults: faults.disarm,
    onRequest: undefined,
    wire: undefined,
    close: async () => {
      await Promise.all([listening.close(), registry?.close()]);
    },
  };
  return sandbox;
}

function makeAstro(
  options: SandboxOptions,
  {
    registry,
    count,
    opened,
  }: {
    readonly registry: Registry | undefined;
    readonly count: () => number;
    readonly opened: { readonly at?: Listening };
  },
): Astro {
  return {
    organizationId: options.organizationId ?? 'cm0organization0000000000',
    workspaces: options.workspaces ?? [{ id: 'cm0workspace0000000000000', name: 'Data' }],
    clusters: options.clusters ?? [],
    deployments: new Map(),
    airflows: new Map(),
    environmentObjects: new Map(),
    delays: { create: 0, deploy: 0, wake: 0, parse: 20, ...options.delays },
    switches: { ...defaultSwitches, ...readSwitches(process.env['SANDBOX_SWITCHES'] ?? ''), ...options.switches },
    registryHost: registry?.host ?? 'images.astronomer.cloud',
    hasImage: registry?.has,
    runtimeOfImage: (repository, tag) =>
      registry ? registry.label(repository, tag, runtimeLabel) : options.runtimeOfImages?.(tag),
    origin: () => opened.at?.origin ?? '',
    secureHost: () => opened.at?.secureHost,
    now: options.now ?? Date.now,
    newId: () => `cm0${count().toString(36).padStart(22, '0')}`,
  };
}

/** Answers a request to the API, to an upload address or to an Airflow, unless the wire has spoilt it. */
async function answer(
  running: Running,
  request: IncomingMessage,
  response: ServerResponse,
  wire: () => Promise<'process' | 'handled'> | undefined,
): Promise<void> {
  const { astro, violations } = running;
  response.setHeader('date', new Date(astro.now()).toUTCString());
  try {
    if ((await wire()) === 'handled') return;
    const url = new URL(request.url ?? '/', astro.origin());
    const exchange = { request, response, url, body: await buffer(request) };
    if (url.pathname.startsWith('/blob/')) answerUpload(running, exchange);
    else if (url.pathname.startsWith('/airflow/')) await answerAirflow(running, exchange);
    else await answerApi(running, exchange);
  } catch (error) {
    violations.push(`the sandbox failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    response.writeHead(500).end();
  }
}

function answerUpload({ astro, faults, violations, count }: Running, exchange: Exchange): void {
  const { request, response } = exchange;
  if (request.headers.authorization !== undefined)
    violations.push('an Authorization header reached the upload address');
  if (playBefore(faults.next('upload'), request, response)) return;
  const version = (): string =>
    `${new Date(astro.now()).toISOString().slice(0, -1)}${String(count() % 10_000).padStart(4, '0')}Z`;
  upload(astro, exchange, version);
}

async function answerAirflow({ astro, faults, airflowRequests }: Running, exchange: Exchange): Promise<void> {
  const { request, response, url } = exchange;
  const id = url.pathname.split('/')[2] ?? '';
  if (playBefore(faults.next('airflow'), request, response)) return;
  airflowRequests.push(`${request.method ?? ''} ${url.pathname.replace(`/airflow/${id}`, '')}${url.search}`);
  const { status } = astro.deployments.has(id) ? deploymentOf(astro, id).deployment : { status: undefined };
  if (status !== undefined) airflowOf(astro, id).asleep = status === 'CREATING' || status === 'HIBERNATING';
  const airflow = astro.airflows.get(id);
  if (airflow) await parseDue(airflow, astro.now());
  if (!handleAirflow(astro.airflows, exchange)) response.writeHead(404).end();
}
