import type { components } from '../src/contract/astro-api.ts';
import type { AirflowState } from './airflow-state.ts';
import type { Certificate } from './certificate.ts';
import type { Fields, GivenObject, PlainObject, UpdateObject } from './environment-types.ts';
import type { Fault } from './faults.ts';
import type { Registry } from './registry.ts';
import type { Delays, Deploy, Deployment } from './state.ts';
import type { Switches } from './switches.ts';
import type { ArchiveEntry } from './upload.ts';
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
  /** What is in force of the switches. */
  readonly switches: Switches;
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
  /** How long things take from now on, in milliseconds. */
  readonly delays: Delays;
  readonly fault: (fault: Fault) => void;
  /** Ends every fault that is armed. */
  readonly endFaults: () => void;
  /** Called before a request is processed; may change things, or hold it. */
  onRequest: ((request: RecordedRequest) => Promise<void> | void) | undefined;
  /** Sees every request first: of the API, of uploads and of Airflow. */
  wire: Wire | undefined;
  readonly close: () => Promise<void>;
}
