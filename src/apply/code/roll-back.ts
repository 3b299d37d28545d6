import { rollBackTo, type Deploy } from '../../astro/deploys.ts';
import type { Deployment } from '../../astro/deployments.ts';
import { span } from '../../core/report/waiting.ts';
import { oneLine } from '../../core/text.ts';
import { untilItRuns } from '../deployment/rollout.ts';
import type { Run } from '../run.ts';
import type { AstroClient, DeploymentLocation } from '../../astro/types.ts';

/** Longest time that a rollback is waited for, in milliseconds; `wait-time` may be used up when it begins. */
const rollbackTime = 10 * 60_000;

/**
 * Goes back to the deploy that ran before and waits until it runs. Resolves to a sentence that says so; where going back
 * fails too, the sentence says that.
 */
export async function rollBack(
  run: Run,
  deployment: Deployment,
  before: string | undefined,
  why: string,
): Promise<string> {
  const { plan, tools, progress } = run;
  if (before === undefined) return 'There is no earlier deploy to roll back to.';
  const end = performance.now() + rollbackTime;
  const client: AstroClient = {
    ...tools.client,
    remaining: () => end - performance.now(),
    limit: `the time for a rollback (${span(rollbackTime)})`,
  };
  const location: DeploymentLocation = { client, organization: plan.organization, deploymentId: deployment.id };
  try {
    const description = tools.log.clean(oneLine(`Rolled back by astro-branch-deploy: ${why}`, 500));
    const again = await rollBackTo(location, before, description);
    // From here on it is not our deploy that the outputs may name.
    progress({ commitSha: '', imageTag: '', dagTarballVersion: '' });
    await run.timed('roll back', () => untilItRuns(location, again.id, { image: again.type !== 'DAG_ONLY' }));
    progress(whatRuns(again));
    return `The Deployment was rolled back to the deploy ${before}, which ran before.`;
  } catch (error) {
    return `Rolling back to the deploy ${before} failed as well: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** What runs after a rollback, for the outputs; empty where Astro does not say. */
const whatRuns = ({ git, imageTag, dagTarballVersion }: Deploy) => ({
  commitSha: git?.commitSha ?? '',
  imageTag,
  dagTarballVersion: dagTarballVersion ?? '',
});
