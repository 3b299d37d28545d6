/** The fields of the event and its payload that are used; any of them may be missing. */
export interface GitHubEvent {
  readonly name: string;
  readonly action?: string;
  readonly repository: { readonly id: number; readonly owner: string; readonly name: string };
  readonly defaultBranch?: string;
  /** GITHUB_REF. Never says which branch was deleted. */
  readonly ref: string;
  readonly sha: string;
  readonly actor: string;
  readonly runAttempt: number;
  readonly runUrl: string;
  readonly pullRequest?: PullRequest;
  /** `ref` of the payload: the full ref for push, the short name for create and delete. */
  readonly payloadRef?: string;
  readonly refType?: string;
  /** The pushed commit. */
  readonly after?: string;
  readonly deleted?: boolean;
  /** `client_payload` of a repository_dispatch, as far as it is used. */
  readonly dispatch?: { readonly deployment?: string; readonly deployType?: string };
  readonly runHeadRepositoryId?: number;
  /** How the run ended that a `workflow_run` event is about: `success`, `failure`, `cancelled`, … */
  readonly runConclusion?: string;
}

export interface PullRequest {
  readonly number: number;
  readonly headRef: string;
  readonly headSha: string;
  /** `null` where the fork was deleted. */
  readonly headRepositoryId: number | null;
  readonly baseRef: string;
  /** Where the base branch stood. */
  readonly baseSha?: string;
  readonly merged: boolean;
  /** Whether it is closed now, whatever the event is about. */
  readonly closed?: boolean;
  readonly labels: readonly string[];
}

export interface Branch {
  readonly name: string;
  readonly ref: string;
}

/** A long-lived Deployment, as the workflow names it. */
export type Target = { readonly by: 'name'; readonly name: string } | { readonly by: 'id'; readonly id: string };

/** The branch of a short name. */
export const branchNamed = (name: string): Branch => ({ name, ref: `refs/heads/${name}` });
