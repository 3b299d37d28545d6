import type { components } from '../src/contract/astro-api.ts';
import { movedTo } from './addresses.ts';
import { makeAirflow, type AirflowState } from './airflow-state.ts';
import { settleMounts, type Mounts } from './bundles.ts';
import type { StoredObject } from './environment-shapes.ts';

type Schemas = components['schemas'];
export type Deployment = Schemas['Deployment'];
export type Deploy = Schemas['Deploy'];

/** How the sandbox plays each question that no source settles; the default is the side that asks more of a client. */
export interface Switches {
  /** Whether a second Deployment of one name is refused. */
  readonly uniqueNames: 'refused' | 'allowed';
  /** Whether creating takes environment variables and contact e-mails, or forgets them. */
  readonly createHonoursVariablesAndEmails: boolean;
  /** Milliseconds until a list shows a new Deployment. */
  readonly listAfterCreateDelay: number;
  /** What the `type` of a bundle deploy reads as: the enumeration of answers has no BUNDLE, that of requests has. */
  readonly bundleDeploysReadAs: 'IMAGE_AND_DAG' | 'IMAGE_ONLY' | 'DAG_ONLY' | 'BUNDLE';
  /** What a deploy's DEPLOYED means. */
  readonly deployedMeans: 'finalized' | 'rolled-out';
  /** Whether a Deployment shows which versions it runs. */
  readonly versionMembers: 'filled' | 'absent';
  /** How optional members without a value are answered. */
  readonly absentMembers: 'missing' | 'null';
  /** Whether a Deployment can be changed while it is CREATING, as Astro's CLI does it after every create. */
  readonly updatesWhileCreating: 'refused' | 'allowed';
  /** Whether a Deployment can be deleted while it is CREATING. */
  readonly whileCreating: 'refused' | 'allowed';
  /** What an update makes of optional members that it leaves out: queues, e-mails, schedules, sizes, the description. */
  readonly omittedMembers: 'kept' | 'replaced';
  /** Whether a row of the list of Deployments is the whole record, or lacks variables, queues, e-mails and schedules. */
  readonly listRows: 'whole' | 'short';
  /** Whether an API token may list Organizations. */
  readonly tokensListOrganizations: boolean;
  /** How long an upload address is good for, in milliseconds. */
  readonly uploadLifetime: number;
  /** What removing an override answers where there is none. */
  readonly deleteOverrideWithout: '404' | '204';
  /** What an update makes of `links`, `excludeLinks` and `autoLinkDeployments` that it leaves out. */
  readonly omittedArrays: 'cleared' | 'kept';
  /** Whether an override of `extra`, `headers` or `labels` is merged into the stored one, or replaces it. */
  readonly mapOverrides: 'merged' | 'replaced';
  /** Whether an override of some members of a map leaves the object's other members visible to the Deployment. */
  readonly mapsResolve: 'merged' | 'replaced';
  /** Fields that an update leaves out of the typed body; nobody could live with the other side. */
  readonly partialBodies: 'kept' | 'cleared';
  /** Links to, and exclusions of, a Deployment that is deleted. */
  readonly linksOfDeletedDeployments: 'kept' | 'removed';
  /** Whether a body may link or exclude a Deployment that is gone. */
  readonly deadLinks: 'refused' | 'accepted';
  /** Whether a Deployment may have an object of its own beside a linked one of one type and key. */
  readonly sameKeyOnDeployment: 'refused' | 'allowed';
  /** Whether one Deployment may be both linked and excluded, or be excluded twice. */
  readonly excludeConflicts: 'refused' | 'allowed';
  /** How a secret member of a connection's `extra` is answered; `mask` is three asterisks. */
  readonly maskedExtra: 'absent' | 'empty' | 'mask';
  /** Whether the Organization lets secrets be fetched. */
  readonly showSecrets: 'refused' | 'allowed';
  /** What an update with an empty value makes of a secret variable. */
  readonly emptySecretVariable: 'kept' | 'cleared';
  /** Whether a connection and a variable of one scope exclude each other by their key. */
  readonly keysUniqueAcrossTypes: boolean;
}

export const defaultSwitches: Switches = {
  uniqueNames: 'refused',
  createHonoursVariablesAndEmails: false,
  listAfterCreateDelay: 0,
  bundleDeploysReadAs: 'IMAGE_AND_DAG',
  deployedMeans: 'rolled-out',
  versionMembers: 'filled',
  absentMembers: 'missing',
  updatesWhileCreating: 'allowed',
  whileCreating: 'refused',
  omittedMembers: 'kept',
  listRows: 'short',
  tokensListOrganizations: true,
  uploadLifetime: 3_600_000,
  deleteOverrideWithout: '404',
  omittedArrays: 'cleared',
  mapOverrides: 'merged',
  mapsResolve: 'merged',
  partialBodies: 'kept',
  linksOfDeletedDeployments: 'kept',
  deadLinks: 'refused',
  sameKeyOnDeployment: 'refused',
  excludeConflicts: 'refused',
  maskedExtra: 'absent',
  showSecrets: 'refused',
  emptySecretVariable: 'kept',
  keysUniqueAcrossTypes: false,
};

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
