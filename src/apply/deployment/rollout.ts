import { UserError } from '../../core/errors.ts';
import { readDeploy, type Deploy } from '../../astro/deploys.ts';
import type { Deployment } from '../../astro/deployments.ts';
import { oneLine } from '../../core/text.ts';
import { whileWaiting, type Note } from '../waiting.ts';
import { look, rest, statusOf } from './wait.ts';
import type { DeploymentLocation } from '../../astro/types.ts';

/** How long a member that the deploy should have changed may lag behind a healthy status, in milliseconds. */
const lag = 60_000;

/** How long HEALTHY must last after an image deploy where no look has shown DEPLOYING, in milliseconds. */
const believed = 10_000;

/** What a deploy shipped, as it must show up on the Deployment. */
export interface Shipped {
  /** Whether an image is rolled out. */
  readonly image?: boolean;
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
 * A hibernating Deployment counts as healthy. `before` is the DAG version that was wanted before this deploy. Throws
 * UserError when the deploy failed or time is up.
 */
export function untilItRuns(
  location: DeploymentLocation,
  deployId: string,
  shipped: Shipped,
  before?: string | null,
): Promise<Rollout> {
  const what = `the deploy ${deployId} to run`;
  return whileWaiting(location.client, what, (note) => rollsOut(location, deployId, { shipped, before, note }));
}

async function rollsOut(
  location: DeploymentLocation,
  deployId: string,
  { shipped, before, note }: { shipped: Shipped; before: string | null | undefined; note: Note },
): Promise<Rollout> {
  const health = watchHealth(shipped.image === true);
  let deploy: Deploy | undefined;
  for (let looks = 0; ; looks++) {
    const settled = deploy?.status === 'DEPLOYED' && isMounted(deploy, shipped) ? deploy : undefined;
    const [deployment, current] = await Promise.all([look(location), settled ?? readDeploy(location, deployId)]);
    deploy = current;
    if (deploy.status === 'FAILED') {
      throw new UserError(
        `Astro reports that the deploy ${deployId} FAILED; the Deployment ${oneLine(deployment.name)} is ${statusOf(deployment)}. Its logs in the Astro UI say why. Fix the cause, then push again.`,
      );
    }
    health.note(deployment.status, deploy.status === 'DEPLOYED');
    if (health.lasted() !== undefined) {
      const superseded = supersededBy(deployment, shipped, before ?? undefined);
      if (superseded !== undefined) return { deployment, deploy, supersededBy: superseded };
      const shown = shows(deployment, shipped) && isMounted(deploy, shipped);
      if ((shown && health.isOfThisDeploy()) || (health.lasted() ?? 0) >= lag) return { deployment, deploy };
    }
    const state = `the deploy is ${deploy.status}, the Deployment ${oneLine(deployment.name)} ${statusOf(deployment)}`;
    note(state);
    const tooLate = lateRollout(deployId, state, health, location);
    await rest(location, looks, tooLate, deployment.status === 'UNHEALTHY');
  }
}

/** What the looks at a Deployment since the finalize have shown of its health. */
interface Health {
  readonly note: (status: Deployment['status'], isDeployed: boolean) => void;
  /** How long it has been healthy at every look, in milliseconds; `undefined` where the last look showed something else. */
  readonly lasted: () => number | undefined;
  /** Whether HEALTHY is about this deploy. */
  readonly isOfThisDeploy: () => boolean;
}

/**
 * Astro goes on saying HEALTHY for a while after an image deploy was finalized (Astronomer's CLI sleeps 90 s for this
 * reason), so that HEALTHY counts after DEPLOYING was seen, or when it lasts.
 */
function watchHealth(isImage: boolean): Health {
  let sawRollout = !isImage;
  let since: number | undefined;
  const lasted = (): number | undefined => (since === undefined ? undefined : performance.now() - since);
  return {
    note: (status, isDeployed) => {
      sawRollout ||= status === 'DEPLOYING';
      since =
        isDeployed && (status === 'HEALTHY' || status === 'HIBERNATING') ? (since ?? performance.now()) : undefined;
    },
    lasted,
    isOfThisDeploy: () => sawRollout || (lasted() ?? 0) >= believed,
  };
}

/** What to say where time is up before the deploy runs. */
const lateRollout =
  (deployId: string, state: string, health: Health, { client }: DeploymentLocation) =>
  (): string => {
    const [late, advice] =
      client.limit === undefined
        ? [' does not run yet after `wait-time`', 'Look at it in the Astro UI, or give a longer `wait-time`.']
        : [` does not run yet after ${client.limit}`, 'Look at it in the Astro UI.'];
    return health.lasted() !== undefined && !health.isOfThisDeploy()
      ? `Whether the deploy ${deployId} runs is not known: ${state}, but Astro has not shown DEPLOYING since the finalize, and no time is left to see HEALTHY last for ${String(believed / 1000)} s. ${advice}`
      : `The deploy ${deployId}${late}: ${state}. ${advice}`;
  };

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
