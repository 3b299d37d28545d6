import type { Log } from '../runner/log.ts';
import type { Agents } from '../http/agents.ts';
import type { Pause, Verb } from '../http/retry.ts';
import type { Answer } from './answers.ts';

/** One connection to the Astro API: where, who, and until when. */
export interface AstroClient {
  readonly url: URL;
  readonly token: string;
  /** Hosts beside Astro's own that the token may go to as Airflow. */
  readonly airflowHosts?: readonly string[];
  readonly agents: Agents;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Milliseconds that are left for waiting: every request takes its deadline from it. */
  readonly remaining: () => number;
  /** What bounds the waiting, for messages, where it is not `wait-time`. */
  readonly limit?: string;
  /** How far Astro's clock is ahead of this machine's, in milliseconds, kept up to date by every answer; and whether there was one. */
  readonly clock?: { skew: number; heard: boolean };
  /** Pauses between tries; the machine's clock where it is left out. */
  readonly pause?: Pause;
}

/** Where a Deployment is, and how it is reached. */
export interface DeploymentLocation {
  readonly client: AstroClient;
  readonly organization: string;
  readonly deploymentId: string;
}

/** One request to the Astro API. */
export interface AstroRequest {
  readonly verb: Exclude<Verb, 'upload' | 'airflow-write'>;
  /** Path below the API root, made by `path`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | readonly string[]>>;
  readonly body?: unknown;
  /** What this request does, for people: "list Deployments". */
  readonly purpose: string;
  /** What the answer is; its members are checked where it is given. */
  readonly answer?: Answer;
}
