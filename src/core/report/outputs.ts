import type { components } from '../../contract/astro-api.ts';
import { airflowUrl, astroUrl } from '../addresses.ts';
import { branchOutputs } from './branch-facts.ts';
import { dagChangesOutput } from '../code/dag-changes.ts';
import type { Outcome, Result } from '../plan/outcome.ts';
import { oneLine } from '../text.ts';
import { omitUndefined } from '../omit-undefined.ts';

/** Where a Deployment is, for people and later steps. */
export function deploymentFacts(deployment: components['schemas']['Deployment'], api: URL): Partial<Outcome> {
  const airflow = airflowUrl(deployment);
  return {
    deploymentId: deployment.id,
    deploymentName: deployment.name,
    deploymentUrl: astroUrl(deployment, api),
    ...omitUndefined({ airflowUrl: airflow }),
  };
}

/** What a run did before its time was used up, in sentences; empty where it did nothing. */
export function doneSoFar({ created, deploymentName = '', updated, left }: Omit<Outcome, 'result'>): string {
  const name = oneLine(deploymentName);
  const configured = updated.length > 0 ? [`The configuration of ${name} was changed.`] : [];
  return [...(created ? [`${name} was created and is kept.`] : []), ...configured, ...left].join(' ');
}

/** Whether the run's own Deployment was deleted by it: nothing may link to it any more. */
export const isGone = ({ deploymentId, deleted }: Omit<Outcome, 'result'>): boolean =>
  deploymentId !== undefined && deleted.includes(deploymentId);

/** The result of a run that went through: the most telling of what it did. */
export function resultOf(outcome: Omit<Outcome, 'result'>): Result {
  // Also where this run made it: what is gone was not created for anybody.
  if (isGone(outcome)) return 'deleted';
  if (outcome.created) return 'created';
  if (outcome.wrote !== undefined || outcome.updated.length + outcome.linked.length > 0) return 'updated';
  if (outcome.deployType !== 'none') return 'deployed';
  return outcome.deleted.length > 0 ? 'deleted' : 'nothing';
}

/** The outputs of action.yml, as far as they are known; never a secret. */
export function outputs(outcome: Outcome): Record<string, string> {
  const live = !isGone(outcome);
  const known: Record<string, string | undefined> = {
    'deployment-id': outcome.deploymentId,
    'deployment-name': outcome.deploymentName,
    'deployment-url': live ? outcome.deploymentUrl : undefined,
    'airflow-url': live ? outcome.airflowUrl : undefined,
    created: String(outcome.created),
    result: outcome.result,
    'deploy-id': outcome.deployId,
    'deploy-type': outcome.deployType,
    reason: outcome.reason ?? outcome.why,
    'image-tag': outcome.imageTag,
    'dag-tarball-version': outcome.dagTarballVersion,
    'commit-sha': outcome.commitSha,
    deleted: JSON.stringify(outcome.deleted),
    plan: outcome.plan && JSON.stringify(outcome.plan),
    'dag-runs': outcome.dagRuns.length > 0 ? JSON.stringify(outcome.dagRuns) : undefined,
    'preview-id': outcome.isPreview ? outcome.deploymentId : undefined,
    'dag-changes': outcome.dagChanges && dagChangesOutput(outcome.dagChanges),
    ...branchOutputs(outcome.branch),
    error: outcome.result === 'failed' ? outcome.why : undefined,
  };
  return Object.fromEntries(
    Object.entries(known).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
