import { ApiError } from '../core/errors.ts';
import { call, listAll, path } from './client.ts';
import type { components } from '../contract/astro-api.ts';
import type { AstroClient } from './types.ts';

type Schemas = components['schemas'];
export type Deployment = Schemas['Deployment'];
export type Workspace = Schemas['Workspace'];
export type Cluster = Schemas['Cluster'];
export type DeploymentOptions = Schemas['DeploymentOptions'];
export type CreateDeployment = Schemas['CreateDeploymentRequest'];
export type UpdateDeployment = Schemas['UpdateDeploymentRequest'];

/** Organizations that the token sees. */
export async function listOrganizations(
  client: AstroClient,
): Promise<{ readonly id: string; readonly name: string }[]> {
  return listAll(
    client,
    { path: path`/organizations`, purpose: 'list the Organizations of the token', answer: 'Organization' },
    (page) => page['organizations'],
  );
}

/** Workspaces that the token sees. */
export async function listWorkspaces(client: AstroClient, organization: string): Promise<Workspace[]> {
  const request = {
    path: path`/organizations/${organization}/workspaces`,
    purpose: 'list the Workspaces of the token',
    answer: 'Workspace',
  } as const;
  return listAll<Workspace>(client, request, (page) => page['workspaces']);
}

/** Clusters of the Organization, with their node pools. */
export async function listClusters(client: AstroClient, organization: string): Promise<Cluster[]> {
  const request = {
    path: path`/organizations/${organization}/clusters`,
    purpose: 'list clusters',
    answer: 'Cluster',
  } as const;
  return listAll<Cluster>(client, request, (page) => page['clusters']);
}

/** What Astro offers: runtime releases, machines, limits and defaults; without a filter all of it. */
export async function readDeploymentOptions(
  client: AstroClient,
  organization: string,
  query: Readonly<Record<string, string>> = {},
): Promise<DeploymentOptions> {
  return call(client, {
    verb: 'read',
    path: path`/organizations/${organization}/deployment-options`,
    query,
    purpose: 'read what Deployments can be made of',
    answer: 'DeploymentOptions',
  });
}

/** All Deployments of a Workspace, or those of one exact name (compared here too: the filter is only believed to be exact). */
export async function listDeployments(
  client: AstroClient,
  organization: string,
  workspace: string | undefined,
  name?: string,
): Promise<Deployment[]> {
  const rows = await listAll<Deployment>(
    client,
    {
      path: path`/organizations/${organization}/deployments`,
      query: {
        ...(workspace !== undefined && { workspaceIds: [workspace] }),
        ...(name !== undefined && { names: [name] }),
      },
      purpose: 'list Deployments',
      answer: 'Deployment',
    },
    (page) => page['deployments'],
  );
  return rows.filter(
    (row) => (workspace === undefined || row.workspaceId === workspace) && (name === undefined || row.name === name),
  );
}

/** One Deployment; `undefined` where there is none of this id. */
export async function readDeployment(
  client: AstroClient,
  organization: string,
  id: string,
): Promise<Deployment | undefined> {
  const request = {
    verb: 'read',
    path: path`/organizations/${organization}/deployments/${id}`,
    purpose: `read the Deployment ${id}`,
    answer: 'Deployment',
  } as const;
  try {
    return await call<Deployment>(client, request);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

/** Creates a Deployment. Not repeatable: after an ApiError with `applied: 'maybe'` look for the mark before another try. */
export async function createDeployment(
  client: AstroClient,
  organization: string,
  body: CreateDeployment,
): Promise<Deployment> {
  return call<Deployment>(client, {
    verb: 'create',
    path: path`/organizations/${organization}/deployments`,
    body,
    purpose: `create the Deployment ${body.name}`,
    answer: 'Deployment',
  });
}

/** Replaces the configuration of a Deployment; what the body leaves out is dropped. */
export async function updateDeployment(
  client: AstroClient,
  organization: string,
  id: string,
  body: UpdateDeployment,
): Promise<Deployment> {
  return call<Deployment>(client, {
    verb: 'update',
    path: path`/organizations/${organization}/deployments/${id}`,
    body,
    purpose: `update the Deployment ${body.name}`,
    answer: 'Deployment',
  });
}

/** Deletes a Deployment; `false` where it was gone already. */
export async function deleteDeployment(client: AstroClient, organization: string, id: string): Promise<boolean> {
  try {
    await call(client, {
      verb: 'delete',
      path: path`/organizations/${organization}/deployments/${id}`,
      purpose: `delete the Deployment ${id}`,
    });
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false;
    throw error;
  }
}

/** Wakes a Deployment against its hibernation schedule; `until` (RFC 3339) bounds it should nobody take it back. */
export async function wakeDeployment(
  client: AstroClient,
  organization: string,
  id: string,
  until: string,
): Promise<void> {
  const body: Schemas['OverrideDeploymentHibernationBody'] = { isHibernating: false, overrideUntil: until };
  await call(client, {
    verb: 'update',
    path: path`/organizations/${organization}/deployments/${id}/hibernation-override`,
    body,
    purpose: `wake the Deployment ${id}`,
  });
}

/** Puts back the hibernation override that stood before a wake-up. */
export async function restoreOverride(
  client: AstroClient,
  organization: string,
  id: string,
  before: Schemas['DeploymentHibernationOverride'] | null | undefined,
): Promise<void> {
  const request = {
    path: path`/organizations/${organization}/deployments/${id}/hibernation-override`,
    purpose: `give the Deployment ${id} its hibernation schedule back`,
  };
  if (before?.isActive === true && before.isHibernating !== undefined) {
    const until = before.overrideUntil ? { overrideUntil: before.overrideUntil } : {};
    await call(client, { ...request, verb: 'update', body: { isHibernating: before.isHibernating, ...until } });
    return;
  }
  try {
    await call(client, { ...request, verb: 'delete' });
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error; // 404: it is back to its schedule already
  }
}
