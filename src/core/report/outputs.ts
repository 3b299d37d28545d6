import type { components } from '../../contract/astro-api.ts';
import { airflowUrl, astroUrl } from '../addresses.ts';
import type { Plan, Step } from '../plan/plan.ts';
import { branchOutputs, type BranchFacts } from './branch-facts.ts';
import type { ImportPlace } from './import-errors.ts';
import type { ToldObject } from '../plan/object-steps.ts';
import type { SweepRow } from '../sweep/decide-sweep.ts';
import type { TestRun } from './test-runs.ts';
import { oneLine } from '../text.ts';

export type Result =
  'created' | 'updated' | 'deployed' | 'nothing' | 'deleted' | 'swept' | 'skipped' | 'planned' | 'failed';
export type DeployTypeDone = 'none' | 'dags-only' | 'image-and-dags' | 'image-only' | 'dbt';

/** What a run did, as far as it got: also after a failure, so that nothing half-done goes unsaid. */
export interface Outcome {
  readonly result: Result;
  /** One sentence: why nothing was done, what was planned, or what went wrong. */
  readonly why?: string;
  readonly deploymentId?: string;
  readonly deploymentName?: string;
  /** The Deployment in the Astro UI. */
  readonly deploymentUrl?: string;
  readonly airflowUrl?: string;
  readonly isPreview: boolean;
  /** The branch that the run is for; `undefined` where it is for none. */
  readonly branch?: BranchFacts | undefined;
  /** Whether the run moves environment objects (`promote`, `migrate`). */
  readonly moves?: true;
  readonly created: boolean;
  /** Fields of the configuration that were changed. */
  readonly updated: readonly string[];
  /** The file of the workspace that was written. */
  readonly wrote?: string;
  readonly deployId?: string;
  readonly deployType: DeployTypeDone;
  /** Why that deploy type. */
  readonly reason?: string;
  readonly imageTag?: string;
  readonly dagTarballVersion?: string;
  readonly commitSha?: string;
  readonly deleted: readonly string[];
  /** Environment objects of the Deployment, as the configuration file asks for them. */
  readonly objects: readonly ToldObject[];
  /** Those that this run wrote: what was done, to what. */
  readonly linked: readonly string[];
  /** Previews of this repository, and why each stays or goes. */
  readonly sweep?: readonly SweepRow[];
  /** Changed DAG files that are not valid Python, by their place in the repository. */
  readonly syntaxErrors: readonly ImportPlace[];
  /** What Airflow could not import, by its place in the repository. */
  readonly importErrors: readonly ImportPlace[];
  /** The project's tests before the deploy, in the order in which they ran. */
  readonly tests: readonly TestRun[];
  /** DAGs that were run after the deploy, and how their runs ended. */
  readonly dagRuns: readonly { readonly dag: string; readonly state: string }[];
  /** When the preview goes unless something is deployed to it, ISO 8601. */
  readonly expires?: string;
  /** Whether the log shows `why` of a failed run as an error already. */
  readonly errorShown?: boolean;
  /** What is left behind by a failure, one sentence each. */
  readonly left: readonly string[];
  /** How long each part took, in milliseconds. */
  readonly parts: readonly { readonly name: string; readonly milliseconds: number }[];
  readonly plan?: readonly PlannedStep[];
}

/** A step of the plan as it is told to people and to the `plan` output: never a body, which may hold secrets. */
export interface PlannedStep {
  readonly step: string;
  readonly deployment?: string;
  /** The environment object that the step is about, such as `connection:snowflake`. */
  readonly object?: string;
  readonly fields?: readonly string[];
  readonly why: string;
}

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
      step.kind === 'create' ? step.name : 'deployment' in step ? step.deployment.name : plan.deployment?.name;
    return {
      step:
        step.kind === 'deploy-code'
          ? `${verbs[step.kind]} ${step.type}`
          : step.kind === 'link'
            ? step.what
            : step.kind === 'move'
              ? [step.what === 'nothing' ? undefined : step.what, step.deleteSource ? 'delete the source' : undefined]
                  .filter((part) => part !== undefined)
                  .join(', ')
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

/** An outcome in which nothing has happened yet. */
export const untouched: Omit<Outcome, 'result'> = {
  isPreview: false,
  created: false,
  updated: [],
  deployType: 'none',
  deleted: [],
  objects: [],
  linked: [],
  syntaxErrors: [],
  importErrors: [],
  tests: [],
  dagRuns: [],
  left: [],
  parts: [],
};

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
