import { addDeploy } from './deploys.ts';
import { mountedArchive } from './bundles.ts';
import { seed } from './deployments.ts';
import { forgetDeployment, seedObject, updateObject } from './environment-objects.ts';
import { effectiveObjects, plainObjects } from './environment-reads.ts';
import { airflowOf, deploymentOf } from './lifecycle.ts';
import type { Sandbox } from './sandbox-types.ts';
import type { Astro } from './state.ts';
import { readArchive } from './upload.ts';

type Handles = Omit<
  Sandbox,
  | 'url'
  | 'organizationId'
  | 'requests'
  | 'violations'
  | 'registry'
  | 'switches'
  | 'airflowRequests'
  | 'fault'
  | 'endFaults'
  | 'onRequest'
  | 'wire'
  | 'close'
>;

/** What tests look at and change behind the client's back. */
export function handlesOf(astro: Astro): Handles {
  const archiveBytes = (deploymentId: string): Buffer | undefined => {
    const { deployment, deploys } = deploymentOf(astro, deploymentId);
    const version = deployment.dagTarballVersion ?? '';
    return deploys.map(({ uploads }) => uploads.get(version)).find((one) => one !== undefined);
  };
  const bundleBytes = (deploymentId: string, mountPath: string): Buffer | undefined =>
    mountedArchive(deploymentOf(astro, deploymentId), mountPath);
  const entriesOf = async (archive: Buffer | undefined) => (archive ? readArchive(archive) : []);
  return {
    delays: astro.delays,
    addDeployment: (given = {}) => seed(astro, given).deployment,
    addDeploy: (deploymentId, given = {}) => addDeploy(astro, deploymentOf(astro, deploymentId), given).deploy,
    change: (deploymentId, change) => {
      const stored = deploymentOf(astro, deploymentId);
      stored.deployment = { ...stored.deployment, ...change };
    },
    remove: (deploymentId) => {
      astro.deployments.delete(deploymentId);
      forgetDeployment(astro, deploymentId);
    },
    deployments: () => [...astro.deployments.keys()].map((id) => deploymentOf(astro, id).deployment),
    deploys: (deploymentId) => deploymentOf(astro, deploymentId).deploys.map(({ deploy }) => deploy),
    secret: (deploymentId, key) => deploymentOf(astro, deploymentId).secrets.get(key),
    addObject: (given) => seedObject(astro, given),
    objects: () => plainObjects(astro),
    effective: (deploymentId) => effectiveObjects(astro, deploymentId),
    updateObject: (id, change) => {
      updateObject(astro, id, change);
    },
    archiveBytes,
    bundleBytes,
    archive: (deploymentId) => entriesOf(archiveBytes(deploymentId)),
    bundle: (deploymentId, mountPath) => entriesOf(bundleBytes(deploymentId, mountPath)),
    airflow: (deploymentId) => airflowOf(astro, deploymentId),
  };
}
