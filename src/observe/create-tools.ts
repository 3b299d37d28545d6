import type { GitHubEvent } from '../core/event.ts';
import { connectGitHub, redactErrors } from '../github/client.ts';
import type { Agents } from '../http/agents.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { startBudget } from '../runner/budget.ts';
import type { Log } from '../runner/log.ts';
import type { Tools } from './tools.ts';

/** Longest time that a GitHub that does not answer may cost a run, in milliseconds. */
const longestSilence = 60_000;

/** What a run brings along before its inputs are read. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly agents: Agents;
  readonly found: Tools['found'];
}

/** Makes what a run works with; GitHub is connected on first use. Sends nothing. */
export function createTools(inputs: Inputs, event: GitHubEvent, surroundings: Surroundings): Tools {
  const { env, signal, log, agents, found } = surroundings;
  const budget = startBudget(inputs.waitTime);
  const clock = { skew: 0, heard: false };
  const { apiUrl: url, token, airflowHosts } = inputs;
  const connect = async () => {
    const apiUrl = env['GITHUB_API_URL'] ?? 'https://api.github.com';
    const connected = await connectGitHub(inputs.githubToken, apiUrl, event.repository, {
      signal,
      remaining: budget.remaining,
      budget: Math.min(longestSilence, Math.max(5_000, inputs.waitTime)),
      debug: log.debug,
    });
    return connected && redactErrors(connected, log.redact);
  };
  let connection: ReturnType<typeof connect> | undefined;
  return {
    client: { url, token, airflowHosts, agents, signal, log, remaining: budget.remaining, clock },
    github: () => (connection ??= connect()),
    budget,
    log,
    signal,
    env,
    now: () => new Date(Date.now() + clock.skew),
    heard: () => clock.heard,
    found,
  };
}
