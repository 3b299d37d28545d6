import type { components } from '../src/contract/astro-api.ts';
import { movedTo } from './addresses.ts';
import { makeAirflow, type AirflowState } from './airflow-state.ts';
import { settleMounts, type Mounts } from './bundles.ts';
import type { StoredObject } from './environment-shapes.ts';
import type { Switches } from './switches.ts';

type Schemas = components['schemas'];
export type Deployment = Schemas['Deployment'];
export type Deploy = Schemas['Deploy'];

/** Milliseconds that Astro takes for things; 0: done by the next look. */
export interface Delays {
  readonly create: number;
  readonly deploy: number;
  readonly wake: number;
  /** From the end of a rollout until Airflow has parsed the DAGs that it brought. */
  readonly parse: number;
}

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

/** Finds a Deployment and lets time do its work on it. */
export function deploymentOf(astro: Astro, id: string | undefined): StoredDeployment {
  const stored = astro.deployments.get(wellFormed(id));
  if (!stored) throw new Refusal(404, 'Deployment not found');
  settle(astro, stored);
  return stored;
}

/** Finds a Deployment that is to be changed or deleted, which some say cannot be while it is CREATING. */
export function changeable(
  astro: Astro,
  id: string | undefined,
  by: 'updatesWhileCreating' | 'whileCreating' = 'whileCreating',
): StoredDeployment {
  const stored = deploymentOf(astro, id);
  if (stored.creating && astro.switches[by] === 'refused') {
    throw new Refusal(409, 'Conflict: the deployment is still being created');
  }
  return stored;
}

/** Moves a Deployment on to where the clock says it is. */
export function settle(astro: Astro, stored: StoredDeployment): void {
  const now = astro.now();
  if (stored.creating && now >= stored.creating.until) {
    stored.creating = undefined;
    stored.deployment = { ...stored.deployment, status: 'HEALTHY' };
  }
  if (stored.wake && now >= stored.wake.until) {
    stored.wake = undefined;
    stored.deployment = { ...stored.deployment, status: 'HEALTHY' };
  }
  const { rollout } = stored;
  if (rollout && now >= rollout.until) {
    stored.rollout = undefined;
    const found = stored.deploys.find(({ deploy }) => deploy.id === rollout.deployId);
    if (!found) return;
    found.deploy = { ...found.deploy, status: 'DEPLOYED' };
    const { imageTag, dagTarballVersion, astroRuntimeVersion = stored.deployment.astroRuntimeVersion } = found.deploy;
    const type = found.deploy.type as string;
    if (type === 'BUNDLE') settleMounts(stored);
    const moved = type.startsWith('IMAGE')
      ? { ...movedTo(astro, stored.deployment, astroRuntimeVersion), imageTag, imageVersion: imageTag }
      : stored.deployment;
    stored.deployment = { ...withDags(moved, 'dagTarballVersion', dagTarballVersion), status: 'HEALTHY' };
  }
}

/** A Deployment with a version of its DAGs, which an empty one takes away and an absent one leaves as it is. */
export function withDags(
  deployment: Deployment,
  member: 'dagTarballVersion' | 'desiredDagTarballVersion',
  version: string | undefined,
): Deployment {
  if (version === undefined) return deployment;
  const others = Object.fromEntries(Object.entries(deployment).filter(([name]) => name !== member)) as Deployment;
  return version === '' ? others : { ...others, [member]: version };
}

/** The Airflow of a Deployment, of the major version that its runtime has; up unless the Deployment is made or asleep. */
export function airflowOf(astro: Astro, id: string): AirflowState {
  return airflowFor(astro, deploymentOf(astro, id).deployment);
}

function airflowFor(astro: Astro, { id, airflowVersion }: Deployment): AirflowState {
  const version = airflowVersion.startsWith('2.') ? 2 : 3;
  const airflow = astro.airflows.get(id) ?? makeAirflow(version);
  airflow.version = version;
  astro.airflows.set(id, airflow);
  return airflow;
}

/** Has the Airflow of a Deployment parse what a deploy brought, once the rollout is over and the delay has passed. */
export function parseLater(astro: Astro, { deployment, deploys }: StoredDeployment, deploy: Deploy): void {
  const version = deploy.dagTarballVersion;
  const uploaded = deploys.map(({ uploads }) => uploads.get(version ?? '')).find((bytes) => bytes !== undefined);
  const archive = version === '' ? 'empty' : uploaded;
  const at = astro.now() + astro.delays.deploy + astro.delays.parse;
  airflowFor(astro, deployment).parsings.push({ at, archive });
}
