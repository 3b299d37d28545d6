import { readPages, send, type RetryBudget, type Refused, type Unreachable } from './request.ts';
import type { GitHubClient } from './types.ts';
import { omitUndefined } from '../core/omit-undefined.ts';

/** A status of a GitHub Deployment. */
export interface DeploymentReport {
  readonly state: 'in_progress' | 'success' | 'failure' | 'inactive';
  readonly environmentUrl?: string;
  readonly logUrl?: string;
  readonly description?: string;
  readonly autoInactive?: boolean;
}

const statuses = '/repos/{owner}/{repo}/deployments/{deployment_id}/statuses';
/** docs.github.com, "Create a deployment status": "The maximum description length is 140 characters". */
const mostCharacters = 140;

/** The newest status of a GitHub Deployment; without a state where it has none. */
export async function stateOf(
  github: GitHubClient,
  id: number,
  budget: RetryBudget,
): Promise<{ readonly kind: 'ok'; readonly state?: unknown } | Refused | Unreachable> {
  const past = await readPages(github, `GET ${statuses}`, { deployment_id: id }, budget);
  if (past.kind !== 'ok') return past;
  const rows = (past.rows as { id: number; state?: unknown }[]).toSorted((one, other) => other.id - one.id);
  return { kind: 'ok', state: rows[0]?.state };
}

/** Adds a status. */
export const setState = (github: GitHubClient, id: number, report: DeploymentReport, budget: RetryBudget) =>
  send(
    github,
    `POST ${statuses}`,
    {
      deployment_id: id,
      state: report.state,
      ...omitUndefined({ environment_url: report.environmentUrl }),
      ...omitUndefined({ log_url: report.logUrl }),
      ...(report.description !== undefined && { description: short(report.description) }),
      ...omitUndefined({ auto_inactive: report.autoInactive }),
    },
    { repeat: true, budget },
  );

/** At most 140 characters, never half of one. */
export function short(text: string): string {
  if (text.length <= mostCharacters) return text;
  return `${text.slice(0, mostCharacters - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
