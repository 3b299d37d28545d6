import type { components } from '../../contract/astro-api.ts';
import { airflowUrl, astroUrl } from '../addresses.ts';
import { planDeployment, type Plan } from '../plan/plan.ts';
import { branchOutputs } from './branch-facts.ts';
import { verbText, verbTexts } from '../objects/verbs.ts';
import { oneLine } from '../text.ts';
import type { Step } from '../plan/steps.ts';
import type { DeployTypeDone, Outcome, PlannedStep, Result } from '../plan/outcome.ts';

const verbs: Record<Step['kind'], string> = {
  create: 'create',
  update: 'update',
  wake: 'wake',
  'deploy-code': 'deploy',
  link: 'link',
  copy: 'copy',
  move: 'move',
  'unlink-gone': 'unlink',
  'write-template': 'write template',
  delete: 'delete',
};

/** The plan as people and the `plan` output get it. */
export function planned(plan: Plan): PlannedStep[] {
  return plan.steps.map((step) => {
    const name =
      step.kind === 'create' ? step.name : 'deployment' in step ? step.deployment.name : planDeployment(plan)?.name;
    return {
      step:
        step.kind === 'deploy-code'
          ? `${verbs[step.kind]} ${step.type}`
          : step.kind === 'link'
            ? verbText(step.verbs)
            : step.kind === 'move'
              ? [
                  ...step.verbs.map((verb) => verbTexts[verb]),
                  ...(step.deleteSource ? ['delete the source'] : []),
                ].join(', ')
              : verbs[step.kind],
      ...(name !== undefined && { deployment: name }),
      ...(step.kind === 'unlink-gone' && { object: `${step.object.kind}:${step.object.key}` }),
      ...((step.kind === 'link' || step.kind === 'move') && { object: `${step.wanted.kind}:${step.wanted.key}` }),
      ...('fields' in step && { fields: step.fields }),
      ...(step.kind === 'copy' && { fields: copied(step) }),
      ...(step.kind === 'delete' &&
        step.unlink !== undefined &&
        step.unlink.length > 0 && { fields: step.unlink.map(({ kind, key }) => `unlink ${kind}:${key}`) }),
      why: step.why,
    };
  });
}

/** What a copy is about: "connections", "variables", "pools". */
export const copied = (step: Extract<Step, { kind: 'copy' }>): string[] =>
  (['connections', 'variables', 'pools'] as const).filter((what) => step[what]);

/** Where a Deployment is, for people and later steps. */
export function deploymentFacts(deployment: components['schemas']['Deployment'], api: URL): Partial<Outcome> {
  const airflow = airflowUrl(deployment);
  return {
    deploymentId: deployment.id,
    deploymentName: deployment.name,
    deploymentUrl: astroUrl(deployment, api),
    ...(airflow !== undefined && { airflowUrl: airflow }),
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
    ...branchOutputs(outcome.branch),
    error: outcome.result === 'failed' ? outcome.why : undefined,
  };
  return Object.fromEntries(
    Object.entries(known).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

const shipped: Record<DeployTypeDone, string> = {
  none: 'no code deployed',
  'dags-only': 'DAGs deployed',
  'image-and-dags': 'image and DAGs deployed',
  'image-only': 'image deployed, the DAGs left as they run',
  dbt: 'dbt project deployed, image and DAGs left as they run',
};

/** Shortest part whose time is told, in milliseconds: below it would read `0.0 s`. */
const shortest = 50;

/** The last lines of the log: what was done, where it is, how long each part took. */
export function closing(outcome: Outcome): string[] {
  const times = outcome.parts
    .filter(({ milliseconds }) => milliseconds >= shortest)
    .map(({ name, milliseconds }) => `${name} ${seconds(milliseconds)}`)
    .join(', ');
  const where = isGone(outcome)
    ? []
    : [
        outcome.deploymentUrl && `Deployment: ${outcome.deploymentUrl}`,
        outcome.airflowUrl && `Airflow: ${outcome.airflowUrl}`,
      ];
  const lines = [...where, times && `Time: ${times}`].filter((line): line is string => Boolean(line));
  const shown = outcome.result === 'failed' && outcome.errorShown === true;
  return [...lines, `Result: ${outcome.result} - ${shown ? 'see the error above.' : headline(outcome)}`];
}

/** The outcome in one sentence. */
export function headline(outcome: Outcome): string {
  const name = outcome.deploymentName === undefined ? 'the Deployment' : oneLine(outcome.deploymentName);
  switch (outcome.result) {
    case 'created':
      return `${name} was created: ${shipped[outcome.deployType]}.`;
    case 'updated':
      if (outcome.wrote !== undefined) return `the template of ${name} was written to ${oneLine(outcome.wrote)}.`;
      return outcome.deployType === 'none'
        ? `the configuration of ${name} was changed (${changes(outcome)}): ${shipped.none}.`
        : `${name}: ${shipped[outcome.deployType]}; configuration changed (${changes(outcome)}).`;
    case 'deployed':
      return `${name}: ${shipped[outcome.deployType]}.`;
    case 'deleted':
      return `${name} was deleted.`;
    case 'swept':
    case 'nothing':
    case 'skipped':
    case 'planned':
    case 'failed':
      return oneLine(outcome.why ?? outcome.reason ?? 'nothing was done.', 1000);
  }
}

const changes = ({ updated, linked }: Outcome): string => [...updated, ...linked].join(', ');

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
