import type { Wire } from './wire.ts';

export type Permission = 'none' | 'read' | 'write';

/** What the token may do; the metadata of the repository can always be read. */
export interface GitHubPermissions {
  contents: Permission;
  pullRequests: Permission;
  deployments: Permission;
}

export interface GitHubUser {
  readonly login: string;
  readonly type: 'User' | 'Bot';
}

export interface GitHubComment {
  readonly id: number;
  readonly pullRequest: number;
  readonly user: GitHubUser;
  body: string;
}

export interface GitHubDeployment {
  readonly id: number;
  readonly ref: string;
  /** `deploy` where it is left out. */
  readonly task?: string;
  readonly environment: string;
  readonly description: string;
  readonly transient: boolean;
  readonly production: boolean;
  readonly payload: unknown;
  /** Oldest first. */
  readonly statuses: {
    readonly id: number;
    readonly state: string;
    readonly environmentUrl: string;
    readonly logUrl: string;
    readonly description: string;
  }[];
}

/** A fault for the next requests that it fits. */
export interface GitHubFault {
  readonly path: RegExp;
  readonly method?: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly message?: string;
  /** The whole answer, instead of JSON with a message. */
  readonly text?: string;
  /** The request is carried out, its answer never arrives. */
  readonly lost?: boolean;
  /** Neither carried out nor answered. */
  readonly hangs?: boolean;
}

export interface GitHubRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** What was sent as JSON. */
  readonly body?: unknown;
  readonly status: number;
}

/** A GitHub that knows one repository: as much of its REST API as the Action asks. */
export interface GitHubStandIn {
  /** The value of GITHUB_API_URL. */
  readonly url: string;
  /** Branch name → commit. */
  readonly branches: Map<string, string>;
  /** Tag name → commit. */
  readonly tags: Map<string, string>;
  readonly pullRequests: {
    number: number;
    branch: string;
    commit: string;
    state: 'open' | 'closed';
    labels?: string[];
    locked?: boolean;
  }[];
  /** `base...head` → what GitHub compares. */
  readonly comparisons: Map<
    string,
    { mergeBase: string; files: { filename: string; previous_filename?: string; status: string }[] }
  >;
  /** Ref → path → text. A commit has the files of its branch, no ref those of the default branch. */
  readonly files: Map<string, Map<string, string | Uint8Array>>;
  /** Oldest first. */
  readonly comments: GitHubComment[];
  /** Oldest first. */
  readonly deployments: GitHubDeployment[];
  /** Whose token it is; `github-actions[bot]` is whom GITHUB_TOKEN writes as. */
  identity: GitHubUser;
  readonly permissions: GitHubPermissions;
  readonly requests: readonly GitHubRequest[];
  /** Answers every further request whose path matches with this status. */
  fail: { readonly path: RegExp; readonly status: number } | undefined;
  /** Spoils the next requests that fit, one unless told otherwise. */
  readonly failNext: (fault: GitHubFault, times?: number) => void;
  /** Sees every request first. */
  wire: Wire | undefined;
  readonly close: () => Promise<void>;
}

export interface GitHubRepository {
  readonly id: number;
  readonly name: string;
  readonly owner: string;
  readonly full_name: string;
  readonly default_branch: string;
}
