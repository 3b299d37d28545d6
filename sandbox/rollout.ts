import type { Astro, Deployment, StoredDeployment } from './state.ts';

/** The rollout of an image is seen at least once, be it as quick as it may; HEALTHY may last for some looks before. */
export function showRollout({ switches }: Astro, stored: StoredDeployment): void {
  const lag = Array.from({ length: switches.healthyAfterFinalize }, () => 'HEALTHY' as const);
  stored.looks.splice(0, stored.looks.length, ...lag, 'DEPLOYING');
}

/** The status that the next look at a Deployment shows in place of its own. */
export function nextLook({ deployment: { status }, looks }: StoredDeployment): Pick<Partial<Deployment>, 'status'> {
  const next = looks.shift();
  return next === undefined || (status !== 'HEALTHY' && status !== 'DEPLOYING') ? {} : { status: next };
}
