import type { components } from '../../contract/astro-api.ts';
import type { Source } from '../code/source.ts';
import type { WantedObject } from '../config/wanted-objects.ts';
import type { PreviewIdentity } from '../identity.ts';
import type { NamedObject } from '../objects/stored-object.ts';
import type { ObjectVerb } from '../objects/verbs.ts';
import type { DeployTypeDone } from './outcome.ts';
import type { SourceObject } from '../migration/source-object.ts';

type Schemas = components['schemas'];
type Deployment = Schemas['Deployment'];

/** One part of a plan, with its reason. */
export type Step =
  | CreateStep
  | UpdateStep
  | WakeStep
  | DeployCodeStep
  | LinkStep
  | CopyStep
  | MoveStep
  | UnlinkGoneStep
  | WriteTemplateStep
  | DeleteStep;

/** Creates a preview. */
export interface CreateStep {
  readonly kind: 'create';
  readonly name: string;
  readonly body: Schemas['CreateDeploymentRequest'];
  /** Whose preview it is. */
  readonly identity: PreviewIdentity;
  readonly why: string;
}

/** Changes a Deployment's configuration. */
export interface UpdateStep {
  readonly kind: 'update';
  readonly deployment: Deployment;
  readonly body: Schemas['UpdateDeploymentRequest'];
  readonly fields: readonly string[];
  /** The same for people, with old and new values where they are one word. */
  readonly changes: readonly string[];
  readonly why: string;
}

/** Wakes a hibernating Deployment. */
export interface WakeStep {
  readonly kind: 'wake';
  readonly deployment: Deployment;
  readonly why: string;
}

/** Deploys code. */
export interface DeployCodeStep {
  readonly kind: 'deploy-code';
  readonly type: Exclude<DeployTypeDone, 'none'>;
  readonly source: Source;
  /** Repository-relative paths that changed since the DAGs that run; `undefined` where that is unknown. */
  readonly changed?: readonly string[];
  /** Id of the deploy that runs now. */
  readonly before?: string;
  readonly why: string;
}

/** Reconciles one environment object for the Deployment of the plan. */
export interface LinkStep {
  readonly kind: 'link';
  readonly wanted: WantedObject;
  readonly rewriteSecrets: boolean;
  /** What is done to it, in this order. */
  readonly verbs: readonly ObjectVerb[];
  /** Names of overridden and changed fields; `-name` for one that is given up. Never a value. */
  readonly fields: readonly string[];
  readonly why: string;
}

/** Copies what lives in another Deployment's metadata database. */
export interface CopyStep {
  readonly kind: 'copy';
  readonly from: Deployment;
  readonly connections: boolean;
  readonly variables: boolean;
  readonly pools: boolean;
  /** Nobody asked for it: what cannot be copied is a warning. */
  readonly optional?: boolean;
  readonly why: string;
}

/** Moves one object into the Workspace, linked back to the Deployment that it came from. */
export interface MoveStep {
  readonly kind: 'move';
  readonly wanted: WantedObject;
  readonly rewriteSecrets: boolean;
  readonly source: SourceObject;
  readonly from: 'deployment' | 'airflow';
  /** Whether the Workspace has it already as it should be. */
  readonly isThere: boolean;
  /** What is done in the Workspace, in this order; empty where the object is there already. */
  readonly verbs: readonly ObjectVerb[];
  readonly fields: readonly string[];
  readonly deleteSource: boolean;
  readonly why: string;
}

/** Removes Deployments that no longer exist from an environment object. */
export interface UnlinkGoneStep {
  readonly kind: 'unlink-gone';
  readonly object: NamedObject;
  readonly workspaceId: string;
  readonly gone: readonly string[];
  readonly why: string;
}

/** Writes the template of a Deployment to a file of the workspace. */
export interface WriteTemplateStep {
  readonly kind: 'write-template';
  readonly path: string;
  readonly text: string;
  readonly why: string;
}

/** Deletes a preview. */
export interface DeleteStep {
  readonly kind: 'delete';
  readonly deployment: Deployment;
  /** Environment objects that name it: its entries go first. `undefined` where they were not read. */
  readonly unlink?: readonly NamedObject[];
  /** Whose preview it is: without this mark it is not deleted. */
  readonly identity: PreviewIdentity;
  readonly why: string;
}
