import type { components } from '../../contract/astro-api.ts';
import type { Source } from '../code/source.ts';
import type { WantedObject } from '../config/wanted-objects.ts';
import type { Owned } from '../deployment/bodies.ts';
import type { Places } from '../deployment/refused-fields.ts';
import type { Problem } from '../errors.ts';
import type { Branch } from '../event.ts';
import type { PreviewIdentity } from '../identity.ts';
import type { Outcome } from './outcome.ts';
import type {
  CopyStep,
  CreateStep,
  DeleteStep,
  DeployCodeStep,
  LinkStep,
  MoveStep,
  UnlinkGoneStep,
  UpdateStep,
  WakeStep,
  WriteTemplateStep,
} from './steps.ts';
import type { Desired } from '../deployment/desired.ts';

type Deployment = components['schemas']['Deployment'];

/** The comparison of a preview's DAGs with those of a long-lived Deployment. */
export interface DagComparison {
  readonly target: Deployment;
  readonly baseCommit?: string;
  readonly source: Source;
}

/** What every plan holds: its steps in order, and what to report where there are none. */
interface PlanOf<S> {
  readonly organization: string;
  readonly steps: readonly S[];
  /** The result of a run without steps. */
  readonly idle: 'nothing' | 'skipped';
  readonly why: string;
  /** Whether the steps are reported and not carried out. */
  readonly planOnly: boolean;
  readonly warnings: readonly (string | Problem)[];
  readonly notices: readonly string[];
  /** The run fails with this once its steps are done: they are only a part of what should have been done. */
  readonly failure?: string;
  /** What keeps the plan from being carried out, one sentence each; a dry run only reports it. */
  readonly blocked: readonly string[];
  /** What is known of the outcome before anything is done. */
  readonly facts: Partial<Outcome>;
}

/** Creates or updates a branch's preview and deploys to it. */
export interface PreviewPlan extends PlanOf<
  CreateStep | UpdateStep | WakeStep | DeployCodeStep | LinkStep | CopyStep | DeleteStep
> {
  readonly kind: 'preview';
  readonly identity: PreviewIdentity;
  /** The branch that the preview lives with: asked for once more when the work is done. */
  readonly branch: Branch;
  /** The pull request that drives the preview: asked for once more as well. */
  readonly pullRequest?: number;
  /** The preview, where it exists already. */
  readonly deployment?: Deployment;
  /** Environment objects as the preview must see them; verified again after an update of the Deployment. */
  readonly wanted: readonly WantedObject[];
  /** Whose DAGs the preview's are compared with when the work is done. */
  readonly compare?: DagComparison;
  /** The preview's configuration, compared once more after a create. */
  readonly configuration: { readonly desired: Desired; readonly owned: Owned; readonly places?: Places };
}

/** Deploys something beside the Astro project, such as a dbt project, to the branch's preview. */
export interface JoinPlan extends PlanOf<WakeStep | DeployCodeStep> {
  readonly kind: 'join';
  readonly identity: PreviewIdentity;
  readonly branch: Branch;
  readonly pullRequest?: number;
  readonly deployment: Deployment;
}

/** Deploys to a long-lived Deployment. */
export interface DeployPlan extends PlanOf<LinkStep | WakeStep | DeployCodeStep> {
  readonly kind: 'deploy';
  readonly deployment: Deployment;
}

/** Removes a branch's preview. */
export interface RemovalPlan extends PlanOf<DeleteStep> {
  readonly kind: 'removal';
  readonly deployment?: Deployment;
}

/** Removes every preview that nothing keeps any more. */
export interface SweepPlan extends PlanOf<DeleteStep | UnlinkGoneStep> {
  readonly kind: 'sweep';
}

/** Only reports on a branch's preview. */
export interface ReportPlan extends PlanOf<never> {
  readonly kind: 'report';
  readonly deployment?: Deployment;
}

/** Moves environment objects into the Workspace: `promote`, `migrate`. */
export interface MovePlan extends PlanOf<MoveStep> {
  readonly kind: 'move';
  readonly deployment: Deployment;
}

/** Writes a Deployment's template to a file. */
export interface ExportPlan extends PlanOf<WriteTemplateStep> {
  readonly kind: 'export';
  readonly deployment: Deployment;
}

/** What will be done, each step with its reason. */
export type Plan = PreviewPlan | JoinPlan | DeployPlan | RemovalPlan | SweepPlan | ReportPlan | MovePlan | ExportPlan;

/** The Deployment that a plan is about, where it exists already. */
export const planDeployment = (plan: Plan): Deployment | undefined =>
  'deployment' in plan ? plan.deployment : undefined;

/** Whether a plan is about a branch's preview. */
export const isPreviewPlan = ({ kind }: Plan): boolean =>
  kind === 'preview' || kind === 'join' || kind === 'removal' || kind === 'report';
