import { movedTo } from './addresses.ts';
import { makeAirflow, type AirflowState } from './airflow-state.ts';
import { settleMounts } from './bundles.ts';
import { Refusal, wellFormed, type Astro, type Deploy, type Deployment, type StoredDeployment } from './state.ts';

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
