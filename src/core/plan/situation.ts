import type { components } from '../../contract/astro-api.ts';
import type { Baselines } from '../code/baselines.ts';
import type { CheckoutGaps } from '../code/checkout-gaps.ts';
import type { DeployTypeInput, Difference } from '../code/choose-deploy-type.ts';
import type { Owned } from '../deployment/bodies.ts';
import { type Problem } from '../errors.ts';
import type { Places } from '../deployment/refused-fields.ts';
import type { PreviewIdentity } from '../identity.ts';
import type { Branch } from '../event.ts';
import type { Intent } from '../intent/types.ts';
import type { Source } from '../code/source.ts';
import type { Presence, SweepFacts } from '../sweep/decide-sweep.ts';
import type { OrphanLinks } from '../sweep/orphan-links.ts';
import type { Desired } from '../deployment/desired.ts';
import type { StoredObject } from '../objects/stored-object.ts';
import type { WantedObject } from '../config/wanted-objects.ts';
import type { CopyStep } from './steps.ts';
import type { SourceObject } from '../migration/source-object.ts';

type Deployment = components['schemas']['Deployment'];

/** Where a branch stands on GitHub; `absent` is proven, never guessed. */
export type BranchState =
  | { readonly kind: 'at'; readonly commit: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unknown'; readonly why: string };

/** Whether this run still speaks for its branch. */
export interface Freshness {
  readonly branch: Branch;
  /** The commit that the event speaks of. */
  readonly head: string;
  readonly state: BranchState;
  readonly firstAttempt: boolean;
}

/** What the choice of the deploy type depends on. */
export interface CodeFacts {
  readonly deployType: DeployTypeInput;
  readonly source: Source;
  readonly baselines: Baselines;
  readonly answers: ReadonlyMap<string, Difference>;
  readonly dispatched: boolean;
  /** Whether no deploy of image or DAGs has run on the Deployment yet. */
  readonly isFirst: boolean;
  /** Id of the deploy that runs, to go back to. */
  readonly running?: string;
  /** What the checkout lacks of its commit. */
  readonly gaps?: CheckoutGaps;
}

/** The environment objects that the configuration file asks for, and those of the Workspace. */
export interface ObjectFacts {
  readonly wanted: readonly WantedObject[];
  readonly stored: readonly StoredObject[];
  /** Whether secrets are written again that Astro holds already: a run by hand does. */
  readonly rewriteSecrets: boolean;
}

/** The long-lived Deployment that a preview is compared with. */
export interface ComparedWith {
  readonly deployment: Deployment;
  /** Where the base branch stood when the event happened. */
  readonly baseCommit?: string;
  /** Whether DAGs are compared too. */
  readonly dags: boolean;
}

/** Everything that a decision may look at, read before anything is written. */
export type Situation = { readonly organization: string; readonly now: Date } & (
  | {
      readonly kind: 'ensure-preview';
      readonly workspace: string;
      readonly identity: PreviewIdentity;
      readonly freshness: Freshness;
      /** The pull request that drives the preview. */
      readonly pullRequest?: { readonly number: number; readonly closed: boolean };
      /** Deployments with this branch's mark, oldest first. */
      readonly mine: readonly Deployment[];
      /** A Deployment of the wanted name that does not carry this branch's mark. */
      readonly nameConflict?: Deployment;
      readonly desired: Desired;
      readonly owned: Owned;
      /** Where the template has what is wanted. */
      readonly places?: Places;
      readonly code: CodeFacts;
      readonly objects?: ObjectFacts;
      /** What to copy from a long-lived Deployment before the first code. */
      readonly copy?: CopyStep;
      /** How long the preview lives without a deploy, in milliseconds; `undefined` where a label keeps it. */
      readonly ttl: number | undefined;
      /** What its settings and DAGs are compared with; left out where the base branch has no Deployment. */
      readonly compare?: ComparedWith;
      /** Previews of this repository that live already, and how many may. */
      readonly limit?: { readonly max: number; readonly living: readonly Deployment[] };
      readonly warnings: readonly Problem[];
      readonly notices: readonly string[];
    }
  /** A step that ships something beside the Astro project: it joins the branch's preview and never creates one. */
  | {
      readonly kind: 'join-preview';
      readonly workspace: string;
      readonly freshness: Freshness;
      readonly pullRequest?: { readonly number: number; readonly closed: boolean };
      readonly found:
        | { readonly kind: 'none'; readonly deployType: DeployTypeInput }
        | { readonly kind: 'several'; readonly rows: readonly Deployment[] }
        | {
            readonly kind: 'one';
            readonly identity: PreviewIdentity;
            readonly deployment: Deployment;
            readonly code: CodeFacts;
          };
      readonly ttl: number | undefined;
    }
  | {
      readonly kind: 'deploy';
      readonly freshness?: Freshness;
      readonly target: Deployment;
      readonly wakeOnDeploy: boolean;
      readonly planOnly: boolean;
      readonly code: CodeFacts;
      readonly objects?: ObjectFacts;
    }
  | {
      readonly kind: 'remove-preview';
      readonly identity: PreviewIdentity;
      readonly intent: Extract<Intent, { kind: 'remove-preview' }>;
      readonly mine: readonly Deployment[];
      /** How many previews the branch has, where a step that joins one cannot tell which is meant. */
      readonly unclear?: number;
      /** Asked only where there is something to remove. */
      readonly state?: BranchState;
      readonly pullRequests?:
        | { readonly kind: 'known'; readonly numbers: readonly number[] }
        | { readonly kind: 'unknown'; readonly why: string };
      /** Environment objects of the Workspace, or why they cannot be read. */
      readonly objects?: readonly StoredObject[] | { readonly unknown: string };
    }
  | {
      readonly kind: 'sweep';
      readonly workspace: string;
      readonly facts: SweepFacts;
      /** What GitHub said when it was asked once more for what the listings lack. */
      readonly confirmations: ReadonlyMap<string, Presence>;
      readonly objects: readonly StoredObject[] | { readonly unknown: string };
      /** Links that previews left behind which no longer exist. */
      readonly orphans: readonly OrphanLinks[];
    }
  /** A sweep by hand for one branch. */
  | {
      readonly kind: 'sweep-branch';
      readonly workspace: string;
      readonly repositoryId: number;
      readonly branch: Branch;
      readonly deployments: readonly Deployment[];
      /** Whether the branch exists, and its open pull request; `undefined` where it is gone or GitHub cannot say. */
      readonly lives?: { readonly pullRequest?: number };
      readonly objects: readonly StoredObject[] | { readonly unknown: string };
    }
  | {
      readonly kind: 'report-preview';
      readonly branch: Branch;
      readonly mine: readonly Deployment[];
      readonly warnings: readonly Problem[];
    }
  | {
      readonly kind: 'promote' | 'migrate';
      readonly target: Deployment;
      /** What was selected to move, and what was not. */
      readonly sources: readonly SourceObject[];
      readonly skipped: readonly string[];
      readonly stored: readonly StoredObject[];
      /** Values of the variables of `env:` that could supply secrets. */
      readonly secrets: ReadonlyMap<string, string>;
      readonly deleteSource: boolean;
    }
  | {
      readonly kind: 'export-template';
      readonly target: Deployment;
      readonly clusters: readonly components['schemas']['Cluster'][];
      /** Path of the file that is written, and what it holds now. */
      readonly path: string;
      readonly before?: string;
    }
);
