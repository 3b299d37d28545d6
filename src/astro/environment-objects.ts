import type { ObjectCreate, ObjectUpdate, EnvironmentObject } from '../core/objects/environment-objects.ts';
import { ApiError } from '../core/errors.ts';
import { call, listAll, path } from './client.ts';
import type { AstroClient, DeploymentLocation } from './types.ts';

/** What a list of environment objects is about: a Workspace's own objects, or those of one Deployment. */
export type ObjectFilter = ({ readonly workspaceId: string } | { readonly deploymentId: string }) & {
  readonly objectType?: EnvironmentObject['objectType'];
  readonly objectKey?: string;
};

/**
 * The stored environment objects of a scope, secrets masked. A list by key is compared here too: the filter is only
 * believed to be exact.
 */
export async function listObjects(
  client: AstroClient,
  organization: string,
  filter: ObjectFilter,
): Promise<(EnvironmentObject & { readonly id: string })[]> {
  const rows = await listAll<EnvironmentObject & { readonly id: string }>(
    client,
    {
      path: path`/organizations/${organization}/environment-objects`,
      query: { ...filter, resolveLinked: 'false' },
      purpose: 'list environment objects',
      answer: 'EnvironmentObject',
    },
    (page) => page['environmentObjects'],
  );
  const entity = 'workspaceId' in filter ? filter.workspaceId : filter.deploymentId;
  return rows
    .filter(
      (row) =>
        row.scopeEntityId === entity &&
        (filter.objectType === undefined || row.objectType === filter.objectType) &&
        (filter.objectKey === undefined || row.objectKey === filter.objectKey),
    )
    .map(whole);
}

/** One object, by its id for Astro and by its key for messages. */
export interface ObjectName {
  readonly id: string;
  readonly key: string;
}

/** Lists of fields are left out by servers that predate them. */
function whole<T extends EnvironmentObject>(row: T): T {
  const { setFields, links } = row as Partial<EnvironmentObject>;
  return {
    ...row,
    setFields: setFields ?? [],
    ...(links && {
      links: links.map((link) => ({ ...link, setFields: (link as Partial<typeof link>).setFields ?? [] })),
    }),
  };
}

/** What a Deployment really sees, inherited objects and overrides folded in, secrets masked; such rows have no id. */
export async function listEffectiveObjects(
  client: AstroClient,
  organization: string,
  deploymentId: string,
): Promise<EnvironmentObject[]> {
  let sequence = 0;
  const rows = await listAll<EnvironmentObject & { readonly id: string }>(
    client,
    {
      path: path`/organizations/${organization}/environment-objects`,
      query: { deploymentId, resolveLinked: 'true' },
      purpose: 'list what a Deployment sees of environment objects',
      answer: 'EnvironmentObject',
    },
    (page) => {
      const rows = page['environmentObjects'];
      return Array.isArray(rows) ? rows.map((row: object) => ({ ...row, id: String(sequence++) })) : rows;
    },
  );
  return rows.map(whole);
}

/** One object by its id; `undefined` where there is none. */
export async function readObject(
  client: AstroClient,
  organization: string,
  id: string,
): Promise<EnvironmentObject | undefined> {
  try {
    const found = await call<EnvironmentObject>(client, {
      verb: 'read',
      path: path`/organizations/${organization}/environment-objects/${id}`,
      purpose: 'read an environment object',
      answer: 'EnvironmentObject',
    });
    return whole(found);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

/** Creates an object. Not repeatable: after an unclear answer look it up by its key. Resolves to its id. */
export async function createObject(client: AstroClient, organization: string, body: ObjectCreate): Promise<string> {
  const { id } = await call<{ readonly id: string }>(client, {
    verb: 'create',
    path: path`/organizations/${organization}/environment-objects`,
    body,
    purpose: `create the environment object ${body.objectKey}`,
    answer: 'CreateEnvironmentObject',
  });
  return id;
}

/**
 * Sends one update and never repeats it by itself: the body holds the links of everybody as they were read a moment ago,
 * and after a pause it would undo what others wrote meanwhile. Resolves to the object as the update left it.
 */
export async function updateObject(
  client: AstroClient,
  organization: string,
  { id, key }: ObjectName,
  body: ObjectUpdate,
): Promise<EnvironmentObject> {
  const updated = await call<EnvironmentObject>(client, {
    verb: 'rewrite',
    path: path`/organizations/${organization}/environment-objects/${id}`,
    body,
    purpose: `update the environment object ${key}`,
    answer: 'EnvironmentObject',
  });
  return whole(updated);
}

/** Keeps one Deployment out of an auto-linked object: an addition that Astro makes itself, so that nothing can be lost. */
export async function excludeDeployment(
  { client, organization, deploymentId }: DeploymentLocation,
  { id, key }: ObjectName,
): Promise<void> {
  await call(client, {
    verb: 'rewrite',
    path: path`/organizations/${organization}/environment-objects/${id}/exclude-linking`,
    body: { scope: 'DEPLOYMENT', scopeEntityId: deploymentId },
    purpose: `exclude the Deployment ${deploymentId} from the environment object ${key}`,
  });
}

/** Deletes an object; `false` where it was gone already. */
export async function deleteObject(client: AstroClient, organization: string, id: string): Promise<boolean> {
  try {
    await call(client, {
      verb: 'delete',
      path: path`/organizations/${organization}/environment-objects/${id}`,
      purpose: 'delete an environment object',
    });
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false;
    throw error;
  }
}
