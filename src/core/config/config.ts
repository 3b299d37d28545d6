import { matches, selects, type BranchPattern } from './branch-patterns.ts';
import type { DeployTypeInput } from '../code/choose-deploy-type.ts';
import type { ObjectEntry } from './object-entry.ts';
import type { Position, Problem } from '../errors.ts';
import type { Target } from '../event.ts';
import type { EnvironmentRule } from '../github-environment.ts';
import type { Located } from '../yaml/reader.ts';

/** A long-lived Deployment and the branches that are deployed to it. */
export interface Environment {
  /** The pattern as it is written; also the name of the target in `link`. */
  readonly name: string;
  readonly pattern: BranchPattern;
  readonly target: Target;
  /** Where the file names the Deployment. */
  readonly at: Position;
  readonly deployType?: DeployTypeInput;
  readonly wakeOnDeploy?: boolean;
  readonly rollbackOnFailure?: boolean;
}

/** The file's settings of previews. */
export interface PreviewRules {
  readonly template?: string;
  readonly on: 'pull_request' | 'branch';
  readonly branches: readonly { readonly negated: boolean; readonly pattern: BranchPattern }[];
  readonly label?: string;
  readonly keepLabel?: string;
  /** With placeholders; the hash of the identity is added to what it gives. */
  readonly name?: Located<string>;
  /** Milliseconds since the last deploy. */
  readonly ttl?: number;
  readonly max?: number;
  readonly githubEnvironments: EnvironmentRule;
  /** Cron expression. */
  readonly hibernate?: Located<string>;
}

/** The configuration file, checked as far as it goes by itself. */
export interface Config {
  readonly file: string;
  readonly project?: string;
  readonly environments: readonly Environment[];
  readonly preview: PreviewRules;
  readonly objects: readonly ObjectEntry[];
  /** Variables of the step's `env:` that it asks for. */
  readonly variables: readonly string[];
  /** What may be meant in another way. */
  readonly warnings: readonly Problem[];
}

/** What holds where there is no file. */
export const noConfig: Config = {
  file: '',
  environments: [],
  preview: { on: 'pull_request', branches: [], githubEnvironments: 'per-branch' },
  objects: [],
  variables: [],
  warnings: [],
};

/** The environment that claims a branch: the first whose pattern matches. */
export function environmentOf(config: Pick<Config, 'environments'>, branch: string): Environment | undefined {
  return config.environments.find(({ pattern }) => matches(pattern, branch));
}

/** Whether previews are made for a branch at all. */
export function previewsBranch(config: Config, branch: string): boolean {
  const { branches } = config.preview;
  return branches.length === 0 || selects(branches, branch);
}
