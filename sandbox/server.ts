import type { IncomingMessage, ServerResponse } from 'node:http';
import type { components } from '../src/contract/astro-api.ts';
import type { Certificate } from './certificate.ts';
import { loadContract, type Operation } from './contract.ts';
import { handleAirflow, type AirflowState } from './airflow.ts';
import { parseDue } from './airflow-parsing.ts';
import { makeFaults, playBefore, type Fault } from './faults.ts';
import { mountedArchive } from './bundles.ts';
import { addDeploy } from './deploys.ts';
import { seed } from './deployments.ts';
import {
  effectiveObjects,
  forgetDeployment,
  plainObjects,
  seedObject,
  updateObject,
  type GivenObject,
  type PlainObject,
} from './environment-objects.ts';
import type { Fields, UpdateObject } from './environment-shapes.ts';
import { listen, type Listening } from './listen.ts';
import { operations } from './operations.ts';
import { startRegistry, type Registry } from './registry.ts';
import { Refusal, airflowOf, deploymentOf, type Astro, type Delays, type Deploy, type Deployment } from './state.ts';
import { defaultSwitches, readSwitches, type Switches } from './switches.ts';
import { readArchive, upload, type ArchiveEntry } from './upload.ts';
import type { Wire } from './wire.ts';

export interface SandboxOptions {
  readonly port?: number;
  /** Addresses to listen on; `localhost` for both kinds of loopback. */
  readonly host?: string;
  /** Has HTTPS answered as well, and every Deployment's Airflow named as Astronomer's CLI asks it. */
  readonly certificate?: Certificate;
  /** Tokens that are accepted; without any, every one that is not empty. */
  readonly tokens?: readonly string[];
  readonly organizationId?: string;
  readonly workspaces?: readonly { readonly id: string; readonly name: string }[];
  readonly clusters?: readonly components['schemas']['Cluster'][];
  readonly delays?: Partial<Delays>;
  /** Those of the environment variable SANDBOX_SWITCHES give way to these. */
  readonly switches?: Partial<Switches>;
  /** `embedded`: a small registry of its own on loopback; `none`: images are not asked for. */
  readonly registry?: 'embedded' | 'none';
  readonly registryPort?: number;
  /** The runtime of the image of a tag, where no embedded registry can tell; without it images keep the Deployment's. */
  readonly runtimeOfImages?: (tag: string) => string | undefined;
  readonly now?: () => number;
}

export interface RecordedRequest {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: unknown;
  status: number;
}

/** The embedded Astro: answers as the contract says, remembers everything, and can be made to fail. */
export interface Sandbox {
  /** Root of the API: the value of `astro-api-url`. */
  readonly url: string;
  readonly organizationId: string;
  readonly requests: readonly RecordedRequest[];
  /** Requests and answers that break the contract; empty at the end of every good story. */
  readonly violations: readonly string[];
  readonly registry: Registry | undefined;
  readonly addDeployment: (given?: Partial<Deployment>) => Deployment;
  readonly addDeploy: (deploymentId: string, given?: Partial<Deploy>) => Deploy;
  /** Changes a Deployment behind the client's back. */
  readonly change: (deploymentId: string, change: Partial<Deployment>) => void;
  readonly remove: (deploymentId: string) => void;
  /** Deployments as they are now, oldest first. */
  readonly deployments: () => Deployment[];
  readonly deploys: (deploymentId: string) => Deploy[];
  /** Value of a secret environment variable, which no answer shows. */
  readonly secret: (deploymentId: string, key: string) => string | undefined;
  /** Puts an environment object in, by itself one of the first Workspace; gives back its id. */
  readonly addObject: (given: GivenObject) => string;
  /** Environment objects as they are now, oldest first, secrets in clear. */
  readonly objects: () => PlainObject[];
  /** What a Deployment sees, in clear: fields by `TYPE:key`. */
  readonly effective: (deploymentId: string) => Readonly<Record<string, Fields>>;
  /** Updates an environment object as another client would. */
  readonly updateObject: (id: string, change: UpdateObject) => void;
  /** The DAGs that run. */
  readonly archive: (deploymentId: string) => Promise<ArchiveEntry[]>;
  /** The archive of the DAGs that run, as it was uploaded. */
  readonly archiveBytes: (deploymentId: string) => Buffer | undefined;
  /** The same for what is mounted at a path. */
  readonly bundleBytes: (deploymentId: string, mountPath: string) => Buffer | undefined;
  /** What is mounted at a path of a Deployment, such as a dbt project; empty where nothing is. */
  readonly bundle: (deploymentId: string, mountPath: string) => Promise<ArchiveEntry[]>;
  /** The Airflow of a Deployment. */
  readonly airflow: (deploymentId: string) => AirflowState;
  /** Requests that reached any Airflow, as `GET /api/v2/connections`. */
  readonly airflowRequests: readonly string[];
  readonly fault: (fault: Fault) => void;
  /** Ends every fault that is armed. */
  readonly endFaults: () => void;
  /** Called before a request is processed; may change things, or hold it. */
  onRequest: ((request: RecordedRequest) => Promise<void> | void) | undefined;
  /** Sees every request first: of the API, of uploads and of Airflow. */
  wire: Wire | undefined;
  readonly close: () => Promise<void>;
}

const runtimeLabel = 'io.astronomer.docker.runtime.version';

/** Starts the sandbox on loopback. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const contract = loadContract();
  const faults = makeFaults();
  const requests: RecordedRequest[] = [];
  const violations: string[] = [];
  const airflowRequests: string[] = [];
  const organizationId = options.organizationId ?? 'cm0organization0000000000';
  const accepts = (token: string): boolean => token !== '' && (options.tokens?.includes(token) ?? true);
  const registry =
    options.registry === 'embedded'
      ? await startRegistry(accepts, { host: options.host, port: options.registryPort })
      : undefined;
  const now = options.now ?? Date.now;
  let counter = 0;
  const opened: { at?: Listening } = {};
  const count = (): number => ++counter;
  const astro: Astro = {
    organizationId,
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
    now,
    newId: () => `cm0${count().toString(36).padStart(22, '0')}`,
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', astro.origin());
    const body = await readBody(request);
    if (url.pathname.startsWith('/blob/')) {
      if (request.headers.authorization !== undefined)
        violations.push('an Authorization header reached the upload address');
      if (playBefore(faults.next('upload'), request, response)) return;
      upload(
        astro,
        request,
        url,
        body,
        response,
        () => `${new Date(now()).toISOString().slice(0, -1)}${String(count() % 10_000).padStart(4, '0')}Z`,
      );
      return;
    }
    if (url.pathname.startsWith('/airflow/')) {
      const id = url.pathname.split('/')[2] ?? '';
      if (playBefore(faults.next('airflow'), request, response)) return;
      airflowRequests.push(`${request.method ?? ''} ${url.pathname.replace(`/airflow/${id}`, '')}${url.search}`);
      const { status } = astro.deployments.has(id) ? deploymentOf(astro, id).deployment : { status: undefined };
      if (status !== undefined) airflowOf(astro, id).asleep = status === 'CREATING' || status === 'HIBERNATING';
      const airflow = astro.airflows.get(id);
      if (airflow) await parseDue(airflow, now());
      if (!handleAirflow(astro.airflows, request, url, body, response)) response.writeHead(404).end();
      return;
    }
    const operation = contract.find(({ method, pattern }) => method === request.method && pattern.test(url.pathname));
    const record: RecordedRequest = {
      operation: operation?.id ?? 'unknown',
      method: request.method ?? '',
      path: url.pathname,
      query: url.search,
      body: parse(body),
      status: 0,
    };
    requests.push(record);
    const fault = operation && faults.next(operation.id);
    if (playBefore(fault, request, response)) return;
    const answer = await serve(operation, record, url, request);
    record.status = answer.status;
    if (fault?.mode === 'processed-then-reset') {
      request.socket.resetAndDestroy();
      return;
    }
    const text = fault?.mode === 'empty-object' ? '{}' : answer.body === undefined ? '' : JSON.stringify(answer.body);
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(fault?.mode === 'truncated-json' ? text.slice(0, text.length / 2) : text);
  };

  const serve = async (
    operation: Operation | undefined,
    record: RecordedRequest,
    url: URL,
    request: IncomingMessage,
  ): Promise<{ status: number; body: unknown }> => {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const refuse = (status: number, message: string, fieldErrors?: unknown) => ({
      status,
      body: {
        message,
        requestId: `req-${String(count())}`,
        statusCode: status,
        ...(Array.isArray(fieldErrors) && fieldErrors.length > 0 && { fieldErrors }),
      },
    });
    if (!accepts(token)) return refuse(401, 'Unauthorized');
    const implemented = operation && operations[operation.id];
    if (!operation || !implemented) return refuse(404, 'Not found');
    await sandbox.onRequest?.(record);
    const problems = operation.checkRequest(url.searchParams, record.body);
    if (problems.length > 0) {
      violations.push(...problems.map((problem) => `${operation.id} request: ${problem}`));
      return refuse(400, `Invalid request: ${problems.join('; ')}`);
    }
    const values = operation.pattern.exec(url.pathname)?.slice(1).map(decodeURIComponent) ?? [];
    const ids = Object.fromEntries(operation.names.map((name, index) => [name, values[index] ?? '']));
    try {
      if (ids['organizationId'] !== undefined && ids['organizationId'] !== organizationId)
        throw new Refusal(404, 'Organization not found');
      const made = implemented(astro, { ids, query: url.searchParams, body: record.body });
      // Members without a value do not exist in JSON.
      const result = {
        status: made.status,
        body: made.body === undefined ? undefined : (JSON.parse(JSON.stringify(made.body)) as unknown),
      };
      const wrong = operation.checkAnswer(result.status, withoutNulls(result.body));
      violations.push(...wrong.map((problem) => `${operation.id} answer: ${problem}`));
      return wrong.length > 0 ? refuse(500, `The sandbox breaks the contract: ${wrong.join('; ')}`) : result;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const refusal = refuse(error.status, error.message, error.fieldErrors);
      violations.push(
        ...operation.checkAnswer(refusal.status, refusal.body).map((problem) => `${operation.id} refusal: ${problem}`),
      );
      return refusal;
    }
  };

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    response.setHeader('date', new Date(now()).toUTCString());
    const process = async (): Promise<void> => {
      if ((await sandbox.wire?.(request, response)) !== 'handled') await handle(request, response);
    };
    process().catch((error: unknown) => {
      violations.push(`the sandbox failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      response.writeHead(500).end();
    });
  };
  const { host = '127.0.0.1', port = 0, certificate } = options;
  const listening = await listen(answer, { host, port, certificate });
  opened.at = listening;

  const archiveBytes = (deploymentId: string): Buffer | undefined => {
    const { deployment, deploys } = deploymentOf(astro, deploymentId);
    const version = deployment.dagTarballVersion ?? '';
    return deploys.map(({ uploads }) => uploads.get(version)).find((one) => one !== undefined);
  };
  const sandbox: Sandbox = {
    url: `${listening.origin}/v1`,
    organizationId,
    requests,
    violations,
    registry,
    addDeployment: (given = {}) => seed(astro, given).deployment,
    addDeploy: (deploymentId, given = {}) => addDeploy(astro, deploymentOf(astro, deploymentId), given).deploy,
    change: (deploymentId, change) => {
      const stored = deploymentOf(astro, deploymentId);
      stored.deployment = { ...stored.deployment, ...change };
    },
    remove: (deploymentId) => {
      astro.deployments.delete(deploymentId);
      forgetDeployment(astro, deploymentId);
    },
    deployments: () => [...astro.deployments.keys()].map((id) => deploymentOf(astro, id).deployment),
    deploys: (deploymentId) => deploymentOf(astro, deploymentId).deploys.map(({ deploy }) => deploy),
    secret: (deploymentId, key) => deploymentOf(astro, deploymentId).secrets.get(key),
    addObject: (given) => seedObject(astro, given),
    objects: () => plainObjects(astro),
    effective: (deploymentId) => effectiveObjects(astro, deploymentId),
    updateObject: (id, change) => {
      updateObject(astro, id, change);
    },
    archiveBytes,
    bundleBytes: (deploymentId, mountPath) => mountedArchive(deploymentOf(astro, deploymentId), mountPath),
    archive: async (deploymentId) => {
      const found = archiveBytes(deploymentId);
      return found ? readArchive(found) : [];
    },
    bundle: async (deploymentId, mountPath) => {
      const found = mountedArchive(deploymentOf(astro, deploymentId), mountPath);
      return found ? readArchive(found) : [];
    },
    airflow: (deploymentId) => airflowOf(astro, deploymentId),
    airflowRequests,
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

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function parse(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return '(no JSON)';
  }
}

/**
 * The contract declares neither `null` nor deploys that read as BUNDLE; switches answer both all the same, as generated
 * clients of Astro allow for.
 */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) =>
      member === null ? [] : [[key, key === 'type' && member === 'BUNDLE' ? 'DAG_ONLY' : withoutNulls(member)]],
    ),
  );
}
