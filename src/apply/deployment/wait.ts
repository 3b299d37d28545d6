import { UserError } from '../../core/errors.ts';
import { oneLine } from '../../core/text.ts';
import { pause } from '../../astro/client.ts';
import { readDeploy, type Deploy } from '../../astro/deploys.ts';
import { readDeployment, type Deployment } from '../../astro/deployments.ts';
import type { AstroClient } from '../../astro/types.ts';

/** It is not clear how the deploy fares, because time was up or nobody answered: nothing is known to be wrong with it. */
export class Undecided extends UserError {}

/** Whether an error only says that nothing is known. */
export const isUndecided = (error: unknown): boolean => error instanceof Undecided;

/** Pauses between two looks, in milliseconds: quick at first, then sparing. The first look comes at once. */
const pauses = [500, 1_000, 2_000, 3_000, 5_000] as const;

/** How long a member that the deploy should have changed may lag behind a healthy status, in milliseconds. */
const lag = 60_000;

/** Where to look: one Deployment of one Organization. */
export interface Spot {
  readonly client: AstroClient;
  readonly organization: string;
  readonly deploymentId: string;
}

async function look(spot: Spot): Promise<Deployment> {
  const deployment = await readDeployment(spot.client, spot.organization, spot.deploymentId);
  if (!deployment)
    throw new UserError(
      `The Deployment ${spot.deploymentId} was deleted while this run was working on it: run the job again.`,
    );
  return deployment;
}

async function rest(spot: Spot, looks: number, tooLate: () => string, sick = false): Promise<void> {
  const next = pauses[Math.min(looks, pauses.length - 1)] ?? 0;
  if (spot.client.remaining() < next) throw sick ? new UserError(tooLate()) : new Undecided(tooLate());
  await pause(next, spot.client.signal);
}

const statusOf = (deployment: Deployment): string =>
  deployment.status + (deployment.statusReason ? ` (${oneLine(deployment.statusReason)})` : '');

/** Waits until a Deployment takes a deploy: no longer CREATING, no longer HIBERNATING. Throws UserError when time is up. */
export function untilItTakesDeploys(spot: Spot, known: Deployment): Promise<Deployment> {
  return whileIn(['CREATING', 'HIBERNATING'], spot, known);
}

/** Waits until a Deployment is no longer CREATING. Throws UserError when time is up. */
export function untilCreated(spot: Spot, known: Deployment): Promise<Deployment> {
  return whileIn(['CREATING'], spot, known);
}

async function whileIn(statuses: readonly Deployment['status'][], spot: Spot, known: Deployment): Promise<Deployment> {
  let deployment = known;
  for (let looks = 0; statuses.includes(deployment.status); looks++) {
    const last = deployment;
    const tooLate = (): string =>
      `The Deployment ${oneLine(last.name)} is still ${statusOf(last)} after \`wait-time\`. It exists and is kept: run the job again and it goes on from here, or give a longer \`wait-time\`.`;
    if (looks > 0) await rest(spot, looks - 1, tooLate);
    deployment = await look(spot);
  }
  return deployment;
}

/** What a deploy shipped, as it must show up on the Deployment. */
export interface Shipped {
  readonly imageTag?: string;
  readonly dagTarballVersion?: string;
  /** Where a dbt project is mounted. */
  readonly mountPath?: string;
}

/** How a deploy ended: it runs, or a newer deploy took its place before it did. */
export interface Rollout {
  readonly deployment: Deployment;
  readonly deploy: Deploy;
  readonly supersededBy?: string;
}

/**
 * Waits until Astro says that the deploy runs: DEPLOYED, the Deployment healthy, and on it the very versions that were
 * shipped (members that Astro does not fill are not waited for; ones that lag behind a healthy status, for a minute).
 * A hibernating Deployment counts as healthy. `before` is the DAG version that was wanted before this deploy. Throws UserError when the deploy failed or time is up.
 */
export async function untilItRuns(
  spot: Spot,
  deployId: string,
  shipped: Shipped,
  now: () => number,
  before?: string | null,
): Promise<Rollout> {
  let deploy: Deploy | undefined;
  let healthySince: number | undefined;
  for (let looks = 0; ; looks++) {
    const settled = deploy?.status === 'DEPLOYED' && isMounted(deploy, shipped) ? deploy : undefined;
    const [deployment, current] = await Promise.all([
      look(spot),
      settled ?? readDeploy(spot.client, spot.organization, spot.deploymentId, deployId),
    ]);
    deploy = current;
    if (deploy.status === 'FAILED') {
      throw new UserError(
        `Astro reports that the deploy ${deployId} FAILED; the Deployment ${deployment.name} is ${statusOf(deployment)}. Its logs in the Astro UI say why; mend it and push again.`,
      );
    }
    const healthy = deployment.status === 'HEALTHY' || deployment.status === 'HIBERNATING';
    if (deploy.status === 'DEPLOYED' && healthy) {
      const superseded = supersededBy(deployment, shipped, before ?? undefined);
      if (superseded !== undefined) return { deployment, deploy, supersededBy: superseded };
      healthySince ??= now();
      const shown = shows(deployment, shipped) && isMounted(deploy, shipped);
      if (shown || now() - healthySince >= lag) return { deployment, deploy };
    }
    const state = `the deploy is ${deploy.status}, the Deployment ${deployment.name} ${statusOf(deployment)}`;
    await rest(
      spot,
      looks,
      () =>
        `The deploy ${deployId} does not run yet after \`wait-time\`: ${state}. Look at it in the Astro UI, or give a longer \`wait-time\`.`,
      deployment.status === 'UNHEALTHY',
    );
  }
}

const matches = (shown: string | null | undefined, sent: string | undefined): boolean =>
  sent === undefined || !shown || shown === sent;

function shows(deployment: Deployment, shipped: Shipped): boolean {
  return (
    matches(deployment.dagTarballVersion, shipped.dagTarballVersion) && matches(deployment.imageTag, shipped.imageTag)
  );
}

/** Whether the version at the mount path is the wanted one; only the deploy shows it, the Deployment does not. */
function isMounted(deploy: Deploy, { mountPath }: Shipped): boolean {
  if (mountPath === undefined) return true;
  const bundle = deploy.bundles?.find((one) => one.mountPath === mountPath);
  return !bundle?.desiredVersion || bundle.currentVersion === bundle.desiredVersion;
}

/**
 * A wanted DAG version that is neither ours nor the one from before ours: somebody finalized after us. Whose archive is
 * the older one says nothing, because an upload and its finalizing may lie far apart.
 */
function supersededBy(deployment: Deployment, shipped: Shipped, before: string | undefined): string | undefined {
  const desired = deployment.desiredDagTarballVersion;
  return desired &&
    shipped.dagTarballVersion !== undefined &&
    desired !== shipped.dagTarballVersion &&
    desired !== before
    ? desired
    : undefined;
}
