import { collectBundle } from '../astro/bundle.ts';
import type { Plan } from '../core/plan.ts';
import { findDockerfile } from '../docker/build.ts';
import type { Inputs } from '../inputs.ts';

/**
 * Refuses what the files alone show before anything is written or built: a preview that cannot get its code is not made
 * first. Links and the Deployment's own limits are checked again when the code is shipped. Throws UserError.
 */
export function refuseBadFiles(plan: Plan, inputs: Inputs): void {
  const step = plan.steps.find((one) => one.kind === 'deploy-code');
  // A DAG-only deploy alone looks at its files before it writes anyway.
  if (!step || (step.type === 'dags-only' && plan.steps[0] === step)) return;
  if (step.type !== 'dags-only' && inputs.imageName === undefined) findDockerfile(step.source.folder);
  const dagDeploysOn = (plan.preview?.desired ?? plan.deployment)?.isDagDeployEnabled === true;
  if (step.type !== 'image-only' && dagDeploysOn) {
    collectBundle(step.source.dagsFolder, { prefix: 'dags', refuseOutsideLinks: false, allowEmpty: inputs.force });
  }
}
