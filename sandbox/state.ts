import type { components } from '../src/contract/astro-api.ts';
import type { AirflowState } from './airflow-state.ts';
import type { StoredObject } from './environment-types.ts';
import type { Switches } from './switches.ts';

type Schemas = components['schemas'];
export type Deployment = Schemas['Deployment'];
export type Deploy = Schemas['Deploy'];

/** Milliseconds that Astro takes for things; 0: done by the next look. */
export interface Delays {
  create: number;
  deploy: number;
  wake: number;
  /** From the end of a rollout until Airflow has parsed the DAGs that it brought. */
  parse: number;
}

/** What is mounted in a Deployment, by mount path; `currentVersion` follows `desiredVersion` when the rollout is over. */
export type Mounts = Map<string, Schemas['Bundle']>;

/** A Deployment with what happens to it as time goes by. */
export interface StoredDeployment {
  /** As it is now; statuses that change by themselves are in `creating`, `rollout` and `wake`. */
  deployment: Deployment;
  /** Values of secret variables, which are never answered. */
  readonly secrets: Map<string, string>;
  readonly deploys: StoredDeploy[];
  readonly mounts: Mounts;
  visibleAt: number;
  /** Until when it is CREATING; `looks` counts the reads since, for a delay of 0. */
  creating?: { readonly until: number; seen: boolean } | undefined;
  rollout?: { readonly until: number; readonly deployId: string } | undefined;
  wake?: { readonly until: number } | undefined;
  /** Statuses that the next looks at it show, whatever has become of the rollout meanwhile. */
  readonly looks: Deployment['status'][];
  readonly sleepsBySchedule: boolean;
}

export interface StoredDeploy {
  deploy: Deploy;
  /** Signature that the upload address of this deploy asks for. */
  readonly signature: string;
  /** Archives by version id. */
  readonly uploads: Map<string, Buffer>;
  readonly blocks: Map<string, Buffer>;
}

/** Everything that the sandbox knows. */
export interface Astro {
  readonly organizationId: string;
  readonly workspaces: readonly { readonly id: string; readonly name: string }[];
  readonly clusters: readonly Schemas['Cluster'][];
  readonly deployments: Map<string, StoredDeployment>;
  /** The Airflow of each Deployment that somebody asked for. */
  readonly airflows: Map<string, AirflowState>;
  readonly environmentObjects: Map<string, StoredObject>;
  readonly delays: Delays;
  readonly switches: Switches;
  readonly registryHost: string;
  readonly hasImage: ((repository: string, tag: string) => boolean) | undefined;
  /** The runtime that the label of a pushed image names. */
  readonly runtimeOfImage: (repository: string, tag: string) => string | undefined;
  readonly origin: () => string;
  /** The host and port at which HTTPS is answered, if anywhere. */
  readonly secureHost: () => string | undefined;
  readonly now: () => number;
  readonly newId: () => string;
}

/** A refusal as Astro words it. */
export class Refusal extends Error {
  readonly status: number;
  readonly fieldErrors: readonly { field: string; code: string; message: string }[];
  constructor(
    status: number,
    message: string,
    fieldErrors: readonly { field: string; code: string; message: string }[] = [],
  ) {
    super(message);
    this.status = status;
    this.fieldErrors = fieldErrors;
  }
}

export const somebody: Schemas['BasicSubjectProfile'] = {
  id: 'cm0token00000000000000000',
  subjectType: 'SERVICEKEY',
  apiTokenName: 'ci',
};

export const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** Gives back an id that can be one; others were seen to be answered like this, not with 400. */
export function wellFormed(id: string | undefined): string {
  if (id === undefined || !/^c[a-z0-9]{24}$/.test(id)) throw new Refusal(500, 'Internal server error');
  return id;
}
