import { AstroApiError } from '../core/errors.ts';
import { call, listAll, path, pause, type AstroClient } from './client.ts';
import type { components } from '../contract/astro-api.ts';

type Schemas = components['schemas'];
export type Deploy = Schemas['Deploy'];
export type CreateDeploy = Schemas['CreateDeployRequest'];

/** The deploy history of a Deployment, in no particular order. */
export async function listDeploys(client: AstroClient, organization: string, deployment: string): Promise<Deploy[]> {
  const request = {
    path: path`/organizations/${organization}/deployments/${deployment}/deploys`,
    purpose: 'read the deploy history',
  };
  return listAll<Deploy>(client, request, (page) => page['deploys']);
}

/** One deploy. */
export async function readDeploy(
  client: AstroClient,
  organization: string,
  deployment: string,
  id: string,
): Promise<Deploy> {
  return call(client, {
    verb: 'read',
    path: path`/organizations/${organization}/deployments/${deployment}/deploys/${id}`,
    purpose: 'read the deploy',
  });
}

/**
 * Begins a deploy. Nothing runs before it is finalized, so an unclear answer costs at worst a record that stays
 * INITIALIZED: it is tried once more.
 */
export async function createDeploy(
  client: AstroClient,
  organization: string,
  deployment: string,
  body: CreateDeploy,
): Promise<Deploy> {
  const request = {
    verb: 'create',
    path: path`/organizations/${organization}/deployments/${deployment}/deploys`,
    body,
    purpose: 'begin the deploy',
  } as const;
  try {
    return await call<Deploy>(client, request);
  } catch (error) {
    if (!(error instanceof AstroApiError) || error.applied === 'no') throw error;
    client.log.debug(`${error.message} A deploy that is never finalized changes nothing: trying once more.`);
    return call<Deploy>(client, request);
  }
}

/**
 * Makes a deploy run. After an unclear answer the deploy itself is asked: DEPLOYED means that the first request arrived.
 * "Cannot get digest" is what Astro says while the registry does not show a pushed tag yet: worth a few tries.
 */
export async function finalizeDeploy(
  client: AstroClient,
  organization: string,
  deployment: string,
  id: string,
  body: Schemas['FinalizeDeployRequest'],
): Promise<Deploy> {
  const request = {
    path: path`/organizations/${organization}/deployments/${deployment}/deploys/${id}/finalize`,
    body,
    purpose: 'finalize the deploy',
  };
  for (let tries = 1; ; tries++) {
    try {
      return await call<Deploy>(client, { ...request, verb: 'create' });
    } catch (error) {
      if (!(error instanceof AstroApiError) || tries === 4) throw error;
      const early = error.status === 400 && error.message.includes('Cannot get digest');
      if (!early && error.applied === 'no') throw error;
      const deploy = early ? undefined : await readDeploy(client, organization, deployment, id);
      if (deploy && deploy.status !== 'INITIALIZED') return deploy;
      await pause(1000 * 2 ** (tries - 1), client.signal);
    }
  }
}

/**
 * Makes an earlier deploy run again, as a new deploy. After an unclear answer the history is asked for one that came from
 * it, so that nothing is rolled back twice.
 */
export async function rollBackTo(
  client: AstroClient,
  organization: string,
  deployment: string,
  id: string,
  description: string,
): Promise<Deploy> {
  const known = new Set((await listDeploys(client, organization, deployment)).map((deploy) => deploy.id));
  try {
    return await call<Deploy>(client, {
      verb: 'create',
      path: path`/organizations/${organization}/deployments/${deployment}/deploys/${id}/rollback`,
      body: { description },
      purpose: 'roll back',
    });
  } catch (error) {
    if (!(error instanceof AstroApiError) || error.applied === 'no') throw error;
    const made = (await listDeploys(client, organization, deployment)).find(
      (deploy) => deploy.rollbackFromId === id && !known.has(deploy.id),
    );
    if (!made) throw error;
    return made;
  }
}
