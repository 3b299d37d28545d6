import { type Deployment, updateDeployment } from '../../astro/deployments.ts';
import { updateBody } from '../../core/deployment/bodies.ts';
import { compareDeployment } from '../../core/deployment/diff.ts';
import { ApiError } from '../../core/errors.ts';
import type { Run } from '../run.ts';

/**
 * Sends what a create did not take, such as environment variables and e-mail addresses, in an update: Astro's CLI does the
 * same after every create. Resolves to the Deployment as it is then.
 */
export async function completeCreation({ plan, tools }: Run, deployment: Deployment): Promise<Deployment> {
  if (plan.kind !== 'preview' || plan.deployment) return deployment;
  const { desired, owned } = plan.configuration;
  const missing = compareDeployment(desired, deployment, owned).changes.map(({ field }) => field);
  if (missing.length === 0) return deployment;
  tools.log.debug(`The new Deployment lacks ${missing.join(', ')}: sending them in an update.`);
  return updateDeployment(tools.client, plan.organization, deployment.id, updateBody(desired, deployment, owned));
}

/**
 * Does so at once, while the Deployment is CREATING, because a later update restarts it. A refusal is left to the look
 * after the creation.
 */
export async function completeWhileCreating(run: Run, deployment: Deployment): Promise<Deployment> {
  try {
    return await completeCreation(run, deployment);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    run.tools.log.debug(`${error.message} It is sent again after the creation.`);
    return deployment;
  }
}
