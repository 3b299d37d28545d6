import { ApiError } from '../core/errors.ts';
import { call, listAll, path, pause } from './client.ts';
import type { components } from '../contract/astro-api.ts';
import type { DeploymentLocation } from './types.ts';

type Schemas = components['schemas'];
export type Deploy = Schemas['Deploy'];
export type CreateDeploy = Schemas['CreateDeployRequest'];

/** The deploy history of a Deployment, in no particular order. */
export async function listDeploys(location: DeploymentLocation): Promise<Deploy[]> {
  const request = {
    path: deploysPath(location),
    purpose: 'read the deploy history',
    answer: 'Deploy',
  } as const;
  return listAll<Deploy>(location.client, request, (page) => page['deploys']);
}

const deploysPath = ({ organization, deploymentId }: DeploymentLocation): string =>
  path`/organizations/${organization}/deployments/${deploymentId}/deploys`;

/** One deploy. */
export async function readDeploy(location: DeploymentLocation, id: string): Promise<Deploy> {
  return call(location.client, {
    verb: 'read',
    path: `${deploysPath(location)}${path`/${id}`}`,
    purpose: 'read the deploy',
    answer: 'Deploy',
  });
}

/**
 * Begins a deploy. Nothing runs before it is finalized, so an unclear answer costs at worst a record that stays
 * INITIALIZED: it is tried once more.
 */
export async function createDeploy(location: DeploymentLocation, body: CreateDeploy): Promise<Deploy> {
  const { client } = location;
  const request = {
    verb: 'create',
    path: deploysPath(location),
    body,
    purpose: 'begin the deploy',
    answer: 'Deploy',
  } as const;
  try {
    return await call<Deploy>(client, request);
  } catch (error) {
    if (!(error instanceof ApiError) || error.applied === 'no' || client.remaining() <= 0) throw error;
    client.log.debug(`${error.message} A deploy that is never finalized changes nothing: trying once more.`);
    return call<Deploy>(client, request);
  }
}

/** Pauses between two tries to finalize, in milliseconds. */
const finalizePauses = [1_000, 2_000, 4_000] as const;

/**
 * Makes a deploy run. After an unclear answer the deploy itself is read before anything is sent again, and a refusal
 * after an unclear try may only mean that the first one arrived: what is no longer INITIALIZED is finalized.
 * "Cannot get digest" is what Astro says while the registry does not show a pushed tag yet: worth a few tries.
 */
export async function finalizeDeploy(
  location: DeploymentLocation,
  id: string,
  body: Schemas['FinalizeDeployRequest'],
): Promise<Deploy> {
  const { client } = location;
  const request = {
    verb: 'create',
    path: `${deploysPath(location)}${path`/${id}/finalize`}`,
    body,
    purpose: 'finalize the deploy',
    answer: 'Deploy',
  } as const;
  let unclear = false;
  for (let tries = 0; ; tries++) {
    try {
      return await call<Deploy>(client, request);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const early = error.status === 400 && error.message.includes('Cannot get digest');
      unclear ||= error.applied === 'maybe';
      if (!early && !unclear) throw error;
      if (unclear) {
        const deploy = await readDeploy(location, id).catch(() => undefined);
        if (deploy && deploy.status !== 'INITIALIZED') return deploy;
      }
      const next = finalizePauses[tries];
      if (next !== undefined && next <= client.remaining()) await (client.pause ?? pause)(next, client.signal);
      else if (early) throw error;
      else throw error.because(`Whether the deploy ${id} was finalized is not known: it may still roll out.`);
    }
  }
}

/**
 * Makes an earlier deploy run again, as a new deploy. After an unclear answer the history is asked for one that came from
 * it, so that nothing is rolled back twice.
 */
export async function rollBackTo(location: DeploymentLocation, id: string, description: string): Promise<Deploy> {
  const known = new Set((await listDeploys(location)).map((deploy) => deploy.id));
  try {
    return await call<Deploy>(location.client, {
      verb: 'create',
      path: `${deploysPath(location)}${path`/${id}/rollback`}`,
      body: { description },
      purpose: 'roll back',
      answer: 'Deploy',
    });
  } catch (error) {
    if (!(error instanceof ApiError) || error.applied === 'no') throw error;
    const made = (await listDeploys(location)).find((deploy) => deploy.rollbackFromId === id && !known.has(deploy.id));
    if (!made) throw error;
    return made;
  }
}
