import type { DeployTypeInput } from '../core/code/choose-deploy-type.ts';
import type { TemplatePower } from '../core/deployment/template-powers.ts';
import type { Target } from '../core/event.ts';
import type { Action } from '../core/intent/types.ts';
import type { ObjectPattern } from '../core/objects/patterns.ts';

/** Every input of action.yml, typed and checked. */
export interface Inputs {
  /** Empty where the run has no secrets; whether that matters depends on the event. */
  readonly token: string;
  readonly apiUrl: URL;
  /** Hosts beside Astro's own that the API token may go to as Airflow: `name`, `name:port` or `*.name`, in lower case. */
  readonly airflowHosts: readonly string[];
  /** What a branch's template may have different from the default branch's. */
  readonly allowTemplate: readonly TemplatePower[];
  /** Names that `${env.NAME}` may take; empty where the input is not given. */
  readonly placeholderEnv: readonly string[];
  readonly organizationId?: string;
  /** Id or name of the Workspace. */
  readonly workspace?: string;
  readonly action: Action;
  /** Path of the configuration file, where it is given; it must exist then. */
  readonly config?: string;
  /** The git ref that configuration and template are read from, whatever the branch says. */
  readonly configRef?: string;
  readonly template?: string;
  readonly target?: Target;
  readonly previewName?: string;
  /** Relative to the workspace, `/` between segments, `.` for the workspace itself. */
  readonly rootFolder: string;
  /** The Astro project whose previews this step is about: `rootFolder`. A step for a dbt project joins the branch's preview. */
  readonly project: string;
  /** Where a dbt project is mounted, where it is given. */
  readonly mountPath?: string;
  readonly deployType: DeployTypeInput;
  readonly dagsFolder: string;
  /** Whether DAGs lie below `dags/` in their archive. */
  readonly dagsBaseDir: boolean;
  readonly description?: string;
  readonly force: boolean;
  /** Astro's DAG integrity test before the deploy. */
  readonly parse: boolean;
  /** The project's own tests before the deploy, and which of them. */
  readonly pytest: boolean;
  readonly pytestFile: string;
  readonly imageName?: string;
  readonly buildSecrets: readonly string[];
  readonly buildArgs: readonly string[];
  readonly cacheFrom: readonly string[];
  readonly cacheTo: readonly string[];
  readonly wakeOnDeploy: boolean;
  readonly wait: boolean;
  /** Upper bound for all waiting, in milliseconds. */
  readonly waitTime: number;
  readonly dryRun: boolean;
  /** What becomes of import errors that Airflow reports after the deploy. */
  readonly verifyDags: 'off' | 'warn' | 'fail';
  /** DAGs to run after the deploy. */
  readonly runDags: readonly string[];
  /** Whether a preview's DAGs are compared with those of the target Deployment. */
  readonly dagChanges: boolean;
  readonly rollbackOnFailure: boolean;
  readonly comment: boolean;
  /** Whether a dry run writes its plan into the comment: only where `comment` is given as true. */
  readonly planComment: boolean;
  readonly githubDeployments: boolean;
  /** How long a preview lives without a deploy, in milliseconds. */
  readonly ttl: number;
  readonly maxPreviews?: number;
  readonly maxDeletions: number;
  /** The branch whose previews a sweep by hand removes. */
  readonly branch?: string;
  /** Whether a sweep warns of removals that events should have made. */
  readonly sweepWarns: boolean;
  /** Which objects `promote` and `migrate` are about. */
  readonly objects: readonly ObjectPattern[];
  /** Id of an unmarked Deployment that is to become this branch's preview. */
  readonly adopt?: string;
  readonly deleteSource: boolean;
  readonly copyConnections?: boolean;
  readonly copyAirflowVariables?: boolean;
  readonly copyPools?: boolean;
  readonly githubToken: string;
}
