import type { DeployTypeInput } from '../code/choose-deploy-type.ts';
import type { Config, Environment } from '../config/config.ts';
import type { Branch, Target } from '../event.ts';

export const actions = [
  'auto',
  'deploy',
  'create-deployment-preview',
  'deploy-deployment-preview',
  'delete-deployment-preview',
  'sweep',
  'promote',
  'migrate',
  'export-template',
] as const;
export type Action = (typeof actions)[number];

/** What the event asks for. */
export type Intent =
  | { readonly kind: 'skip'; readonly why: string }
  | {
      readonly kind: 'ensure-preview';
      readonly branch: Branch;
      readonly pullRequest?: number;
      /** The commit that the event speaks of: where the branch stood. */
      readonly head: string;
      /** Whether the checkout must be that very commit (`pull_request_target` checks out the default branch by itself). */
      readonly checkoutMustBeHead: boolean;
      readonly dispatched: boolean;
    }
  | {
      readonly kind: 'deploy';
      readonly target: Target;
      /** The environment of the configuration file that this deploy belongs to. */
      readonly environment?: Environment;
      /** What a dispatch from outside asks to ship. */
      readonly deployType?: DeployTypeInput;
      readonly branch?: Branch;
      readonly head: string;
      readonly dispatched: boolean;
      readonly planOnly: boolean;
    }
  | {
      readonly kind: 'remove-preview';
      readonly branch: Branch;
      readonly because: 'branch-deleted' | 'pull-request-closed' | 'label-removed' | 'requested';
      /** The pull request that this is about: it does not count as another one that keeps the preview. */
      readonly pullRequest?: number;
      /** What to say beside "nothing to remove" where a merge was perhaps meant to be deployed. */
      readonly hint?: string;
    }
  /** `branch`: only its previews, by hand. */
  | { readonly kind: 'sweep'; readonly branch?: Branch }
  /** Refreshes the comment only; pushes deploy. */
  | { readonly kind: 'report-preview'; readonly branch: Branch; readonly pullRequest: number }
  | { readonly kind: 'promote'; readonly target: Target }
  | { readonly kind: 'migrate'; readonly target: Target }
  | { readonly kind: 'export-template'; readonly target: Target };

/** What the workflow and the configuration file ask for beside the event. */
export interface RunRequest {
  readonly action: Action;
  readonly target?: Target;
  /** The branch that a sweep by hand is for. */
  readonly branch?: string;
  readonly config: Config;
}

/** The intent of an event that asks for nothing. */
export const skip = (why: string): Intent => ({ kind: 'skip', why });
