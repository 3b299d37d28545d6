import type { GitHub } from '@actions/github/lib/utils';
import type { Pause } from '../http/retry.ts';

/** The GitHub REST API, for one repository. */
export interface GitHubClient {
  readonly octokit: InstanceType<typeof GitHub>;
  readonly owner: string;
  readonly repo: string;
  readonly repositoryId: number;
}

/** Until when requests are sent, repeated and waited for. */
export interface GitHubLimits {
  readonly signal: AbortSignal;
  /** Milliseconds that are left for waiting. */
  readonly remaining: () => number;
  /** Milliseconds that a GitHub that does not answer may cost the run in all. */
  readonly budget: number;
  readonly debug?: (text: string) => void;
  readonly pause?: Pause;
}
