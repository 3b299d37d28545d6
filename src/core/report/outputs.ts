import type { components } from '../../contract/astro-api.ts';
import { airflowUrl, astroUrl } from '../addresses.ts';
import type { ProgramOutput } from '../errors.ts';
import { branchOutputs, type BranchFacts } from './branch-facts.ts';
import type { CodeReport } from './code-report.ts';
import { dagChangesOutput, type DagChanges } from './dag-changes.ts';
import type { PlannedStep } from './planned.ts';
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
  /** The code of this run and the code that ran before it. */
  readonly code?: CodeReport;
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
  /** What Airflow could not import, by its place in the repository. */
  readonly importErrors: readonly ImportPlace[];
  /** The project's tests before the deploy, in the order in which they ran. */
  readonly tests: readonly TestRun[];
  /** DAGs that were run after the deploy, and how their runs ended. */
  readonly dagRuns: readonly { readonly dag: string; readonly state: string }[];
  /** When the preview goes unless something is deployed to it, ISO 8601. */
  readonly expires?: string;
  /** When it sleeps, in words. */
  readonly sleeps?: string;
  /** Settings that differ from those of a long-lived Deployment. */
  readonly settings?: { readonly target: string; readonly differ: readonly string[] };
  /** DAGs compared with those of that Deployment. */
  readonly dagChanges?: DagChanges;
  /** What a program wrote last that failed, and the sentence of the failure without it. */
  readonly output?: ProgramOutput;
  /** How long the run took, in milliseconds. */
  readonly milliseconds?: number;
  /** Whether the run only plans: nothing was changed. */
  readonly isPlan?: true;
  /** Whether the log shows `why` of a failed run as an error already. */
  readonly errorShown?: boolean;
  /** What is left behind by a failure, one sentence each. */
  readonly left: readonly string[];
  /** How long each part took, in milliseconds. */
  readonly parts: readonly { readonly name: string; readonly milliseconds: number }[];
  readonly plan?: readonly PlannedStep[];
}

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
    'dag-changes': outcome.dagChanges && dagChangesOutput(outcome.dagChanges),
    ...branchOutputs(outcome.branch),
    error: outcome.result === 'failed' ? outcome.why : undefined,
  };
  return Object.fromEntries(
    Object.entries(known).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
