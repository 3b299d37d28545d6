import type { components } from '../src/contract/astro-api.ts';
import { answeredDeploy, createDeploy, deployOf, finalizeDeploy, rollback } from './deploys.ts';
import { removeOverride, wakeOrHibernate } from './hibernation.ts';
import { updateDeployment } from './deployment-update.ts';
import { answered, createDeployment } from './deployments.ts';
import { getObject, listObjects } from './environment-reads.ts';
import { createObject, deleteObject, excludeLinking, forgetDeployment, updateObject } from './environment-objects.ts';
import { listBundles } from './bundles.ts';
import { deploymentLogs } from './logs.ts';
import { deploymentOptions } from './options.ts';
import { nextLook } from './rollout.ts';
import { clusterOf, organization, workspace, workspaceOf } from './organizations.ts';
import { changeable, deploymentOf } from './lifecycle.ts';
import { Refusal, iso, type Astro, type StoredDeploy } from './state.ts';

interface Call {
  readonly ids: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
}
interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const ok = (body: unknown): Answer => ({ status: 200, body });
const noContent: Answer = { status: 204, body: undefined };

/** One page of a list, 20 rows where the request does not say. */
function page(name: string, rows: readonly unknown[], query: URLSearchParams): Answer {
  const offset = Number(query.get('offset') ?? 0);
  const limit = Number(query.get('limit') ?? 20);
  return ok({ [name]: rows.slice(offset, offset + limit), limit, offset, totalCount: rows.length });
}

/** Filters are exact; one that is not given filters nothing. */
const wanted = (query: URLSearchParams, name: string, value: string): boolean =>
  !query.has(name) || query.getAll(name).includes(value);

type Body = components['schemas'];

/** What each operation of the contract does. */
export const operations: Readonly<Record<string, (astro: Astro, call: Call) => Answer>> = {
  listOrganizations: (astro, { query }) => {
    if (!astro.switches.tokensListOrganizations) throw new Refusal(403, 'Forbidden');
    return page('organizations', [organization(astro)], query);
  },
  getOrganization: (astro) => ok(organization(astro)),
  listWorkspaces: (astro, { query }) => {
    const rows = astro.workspaces.filter(
      ({ id, name }) => wanted(query, 'workspaceIds', id) && wanted(query, 'names', name),
    );
    return page(
      'workspaces',
      rows.map((row) => workspace(astro, row)),
      query,
    );
  },
  getWorkspace: (astro, { ids }) => ok(workspaceOf(astro, ids['workspaceId'])),
  listClusters: (astro, { query }) =>
    page(
      'clusters',
      astro.clusters.filter(({ name }) => wanted(query, 'names', name)),
      query,
    ),
  getCluster: (astro, { ids }) => ok(clusterOf(astro, ids['clusterId'])),
  getDeploymentOptions: () => ok(deploymentOptions),
  listDeployments: (astro, { query }) => {
    const rows = [...astro.deployments.values()].filter(
      ({ deployment: { id, name, workspaceId }, visibleAt }) =>
        visibleAt <= astro.now() &&
        wanted(query, 'deploymentIds', id) &&
        wanted(query, 'names', name) &&
        wanted(query, 'workspaceIds', workspaceId),
    );
    return page(
      'deployments',
      rows.map((stored) => listed(astro, answered(astro, stored))),
      query,
    );
  },
  createDeployment: (astro, { body }) => {
    const stored = createDeployment(astro, body as Parameters<typeof createDeployment>[1]);
    return ok({ ...stored.deployment, status: 'CREATING' });
  },
  getDeployment: (astro, { ids }) => {
    const stored = deploymentOf(astro, ids['deploymentId']);
    return ok({ ...answered(astro, stored), ...nextLook(stored) });
  },
  updateDeployment: (astro, { ids, body }) =>
    ok(answered(astro, updateDeployment(astro, ids['deploymentId'], body as Parameters<typeof updateDeployment>[2]))),
  deleteDeployment: (astro, { ids }) => {
    const { id } = changeable(astro, ids['deploymentId']).deployment;
    astro.deployments.delete(id);
    forgetDeployment(astro, id);
    return noContent;
  },
  getDeploymentLogs: (astro, { ids, query }) => ok(deploymentLogs(astro, ids['deploymentId'], query)),
  listBundles: (astro, { ids, query }) =>
    page('bundles', listBundles(deploymentOf(astro, ids['deploymentId']), query), query),
  listDeploys: (astro, { ids, query }) =>
    page(
      'deploys',
      deploymentOf(astro, ids['deploymentId']).deploys.map((entry) => deployAnswer(astro, ids, entry)),
      query,
    ),
  createDeploy: (astro, { ids, body }) =>
    ok(deployAnswer(astro, ids, createDeploy(astro, ids['deploymentId'], body as Body['CreateDeployRequest']), true)),
  getDeploy: (astro, { ids }) =>
    ok(deployAnswer(astro, ids, deployOf(astro, ids['deploymentId'], ids['deployId']).entry)),
  updateDeploy: (astro, { ids, body }) => {
    const { entry } = deployOf(astro, ids['deploymentId'], ids['deployId']);
    entry.deploy = { ...entry.deploy, ...(body as Body['UpdateDeployRequest']), updatedAt: iso(astro.now()) };
    return ok(deployAnswer(astro, ids, entry));
  },
  finalizeDeploy: (astro, { ids, body }) =>
    ok(
      deployAnswer(
        astro,
        ids,
        finalizeDeploy(astro, ids['deploymentId'], ids['deployId'], body as Body['FinalizeDeployRequest']),
      ),
    ),
  rollbackToDeploy: (astro, { ids, body }) =>
    ok(
      deployAnswer(
        astro,
        ids,
        rollback(astro, ids['deploymentId'], ids['deployId'], (body as Body['DeployRollbackRequest']).description),
      ),
    ),
  overrideHibernation: (astro, { ids, body }) =>
    ok(wakeOrHibernate(astro, ids['deploymentId'], body as Body['OverrideDeploymentHibernationBody'])),
  removeHibernationOverride: (astro, { ids }) => {
    removeOverride(astro, ids['deploymentId']);
    return noContent;
  },
  listEnvironmentObjects: (astro, { query }) => page('environmentObjects', listObjects(astro, query), query),
  createEnvironmentObject: (astro, { body }) => ok(createObject(astro, body as Body['CreateEnvironmentObjectBody'])),
  getEnvironmentObject: (astro, { ids }) => ok(getObject(astro, ids['environmentObjectId'])),
  updateEnvironmentObject: (astro, { ids, body }) =>
    ok(updateObject(astro, ids['environmentObjectId'], body as Body['UpdateEnvironmentObjectBody'])),
  deleteEnvironmentObject: (astro, { ids }) => {
    deleteObject(astro, ids['environmentObjectId']);
    return noContent;
  },
  excludeLinkingEnvironmentObject: (astro, { ids, body }) => {
    const { scopeEntityId } = body as Body['ExcludeLinkEnvironmentObjectRequest'];
    excludeLinking(astro, ids['environmentObjectId'], scopeEntityId);
    return ok(undefined);
  },
};

/** A row of the list: without what only a Deployment's own record holds, where the switch says so. */
function listed(astro: Astro, whole: Body['Deployment']): unknown {
  if (astro.switches.listRows === 'whole') return whole;
  const own = ['environmentVariables', 'workerQueues', 'contactEmails', 'scalingSpec'];
  return Object.fromEntries(Object.entries(whole).filter(([name]) => !own.includes(name)));
}

const deployAnswer = (astro: Astro, ids: Call['ids'], entry: StoredDeploy, withUpload = false): Body['Deploy'] =>
  answeredDeploy(astro, deploymentOf(astro, ids['deploymentId']), entry, withUpload);
