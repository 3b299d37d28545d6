import type { components } from '../src/contract/astro-api.ts';

type Schemas = components['schemas'];
export type CreateObject = Schemas['CreateEnvironmentObjectBody'];
export type UpdateObject = Schemas['UpdateEnvironmentObjectBody'];
export type ObjectType = Schemas['EnvironmentObjectType'];

/** A typed body or an override, flat and in clear. */
export type Fields = Readonly<Record<string, unknown>>;

/** An environment object in clear; answers are made from it, and hide what is secret. */
export interface StoredObject {
  readonly id: string;
  readonly objectKey: string;
  readonly objectType: ObjectType;
  readonly scope: Schemas['EnvironmentObjectScope'];
  readonly scopeEntityId: string;
  readonly description: string;
  readonly autoLink: boolean;
  readonly links: readonly { readonly deploymentId: string; readonly overrides: Fields }[];
  /** Deployments kept out of auto-linking. */
  readonly excludes: readonly string[];
  readonly body: Fields;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** An object to begin with: the body of a create, of which only the key is needed. */
export type GivenObject = Partial<CreateObject> & Pick<CreateObject, 'objectKey'>;
/** A stored object as tests compare it. */
export type PlainObject = Omit<StoredObject, 'createdAt' | 'updatedAt'>;

/** Where requests and answers keep the typed body of each type. */
export const memberOf = {
  CONNECTION: 'connection',
  AIRFLOW_VARIABLE: 'airflowVariable',
  ENVIRONMENT_VARIABLE: 'environmentVariable',
  METRICS_EXPORT: 'metricsExport',
} as const;
