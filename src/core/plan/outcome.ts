import type { ProgramOutput } from '../errors.ts';
import type { DagChanges } from '../code/dag-changes.ts';
import type { SweepRow } from '../sweep/decide-sweep.ts';

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
  readonly objects: readonly ReportedObject[];
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
  /** The code of this run and the code that ran before it. */
  readonly code?: CodeReport;
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
  readonly plan?: readonly PlannedStep[];
}

/** The branch that a run is for, and its pull request where there is one. */
export interface BranchFacts {
  readonly branch: string;
  readonly pullRequest?: number;
}

/** Where an import error belongs in the repository. */
export interface ImportPlace {
  readonly file: string;
  readonly line?: number;
  readonly message: string;
}

/** How many tests did what. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** One run of the project's tests before a deploy. */
export interface TestRun extends TestCounts {
  readonly what: 'parse' | 'pytest';
}

/** A commit as people know it. */
export interface ReportedCommit {
  readonly id: string;
  readonly subject?: string;
  /** The base branch that it was merged with for this run. */
  readonly mergedWith?: string;
}

/** The code of a run, and the code that ran before it. */
export interface CodeReport {
  /** `undefined` without a git checkout. */
  readonly commit?: ReportedCommit;
  /** Commits whose image and whose DAGs ran before; `undefined` where that is unknown. */
  readonly image?: string;
  readonly dags?: string;
  readonly isFirst: boolean;
  /** Why the deploy type, in a few words. */
  readonly brief: string;
}

/** What a step does, as Terraform writes it. */
export type Sign = '+' | '~' | '-';

/** A step of the plan as people and the `plan` output see it: never a body, which may hold secrets. */
export interface PlannedStep {
  /** `+` makes something, `~` changes something, `-` deletes it; deploys are `+`. */
  readonly sign: Sign;
  readonly step: string;
  /** What a deploy ships. */
  readonly ships?: string;
  readonly deployment?: string;
  /** The environment object that the step is about, such as `connection:snowflake`. */
  readonly object?: string;
  readonly fields?: readonly string[];
  /** Changed settings of the Deployment, with both values where they are one word. */
  readonly changes?: readonly string[];
  readonly why: string;
}

/** An environment object as a report shows it: names only. */
export interface ReportedObject {
  readonly object: string;
  readonly state: 'linked' | 'excluded' | 'unlinked' | 'present';
  /** Names of the fields that are overridden for this Deployment. */
  readonly overrides: readonly string[];
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
