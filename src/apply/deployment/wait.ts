import { UserError } from '../../core/errors.ts';
import { oneLine } from '../../core/text.ts';
import { readDeployment, type Deployment } from '../../astro/deployments.ts';
import type { DeploymentLocation } from '../../astro/types.ts';
import { pause } from '../../astro/client.ts';
import { whileWaiting } from '../waiting.ts';

/** It is not clear how the deploy fares, because time was up or nobody answered: nothing is known to be wrong with it. */
export class Undecided extends UserError {}

/** Whether an error only says that nothing is known. */
export const isUndecided = (error: unknown): boolean => error instanceof Undecided;

/** Pauses between two looks, in milliseconds: quick at first, then sparing. The first look comes at once. */
const pauses = [500, 1_000, 2_000, 3_000, 5_000] as const;

/** Reads the Deployment. Throws UserError where it is gone. */
export async function look(location: DeploymentLocation): Promise<Deployment> {
  const deployment = await readDeployment(location.client, location.organization, location.deploymentId);
  if (!deployment)
    throw new UserError(
      `The Deployment ${location.deploymentId} was deleted while this run was working on it: run the job again.`,
    );
  return deployment;
}

/** Pauses between two looks. Throws where no time is left for it; `sick`: something is known to be wrong. */
export async function rest(
  location: DeploymentLocation,
  looks: number,
  tooLate: () => string,
  sick = false,
): Promise<void> {
  const next = pauses[Math.min(looks, pauses.length - 1)] ?? 0;
  if (location.client.remaining() < next) throw sick ? new UserError(tooLate()) : new Undecided(tooLate());
  await pause(next, location.client.signal);
}

/** The status of a Deployment for people, with the reason that Astro gives. */
export const statusOf = (deployment: Deployment): string =>
  deployment.status + (deployment.statusReason ? ` (${oneLine(deployment.statusReason)})` : '');

/** Waits until a Deployment takes a deploy: no longer CREATING, no longer HIBERNATING. Throws UserError when time is up. */
export function untilItTakesDeploys(location: DeploymentLocation, known: Deployment): Promise<Deployment> {
  return whileIn(['CREATING', 'HIBERNATING'], location, known);
}

/** Waits until a Deployment is no longer CREATING. Throws UserError when time is up. */
export function untilCreated(location: DeploymentLocation, known: Deployment): Promise<Deployment> {
  return whileIn(['CREATING'], location, known);
}

async function whileIn(
  statuses: readonly Deployment['status'][],
  location: DeploymentLocation,
  known: Deployment,
): Promise<Deployment> {
  if (!statuses.includes(known.status)) return known;
  const name = oneLine(known.name);
  return whileWaiting(location.client, `the Deployment ${name} to be ready`, async (note) => {
    let deployment = known;
    for (let looks = 0; statuses.includes(deployment.status); looks++) {
      const status = statusOf(deployment);
      note(status);
      const tooLate = (): string =>
        `The Deployment ${name} is still ${status} after \`wait-time\`. It exists and is kept: run the job again and it goes on from here, or give a longer \`wait-time\`.`;
      if (looks > 0) await rest(location, looks - 1, tooLate);
      deployment = await look(location);
    }
    return deployment;
  });
}
