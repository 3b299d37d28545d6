import type { Deployment } from '../astro/deployments.ts';
import type { Budget } from '../runner/budget.ts';
import type { Log } from '../runner/log.ts';
import type { AstroClient } from '../astro/types.ts';
import type { GitHubClient } from '../github/types.ts';

/** What the run works with: connections, clocks, the log. */
export interface Tools {
  readonly client: AstroClient;
  /** Connects on first use; `undefined` without a token. */
  readonly github: () => Promise<GitHubClient | undefined>;
  readonly budget: Budget;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => Date;
  /** Whether Astro has answered yet. */
  readonly heard: () => boolean;
  /** Called with the Deployment that the run is about as soon as it is known: a run that fails later still names it. */
  readonly found: (deployment: Deployment) => void;
}
