import { randomUUID } from 'node:crypto';
import {
  failure,
  readPages,
  send,
  startRetryBudget,
  type Failure,
  type RetryBudget,
  type Refused,
  type Unreachable,
} from './request.ts';
import { setState, short, stateOf, type DeploymentReport } from './deployment-statuses.ts';
import type { GitHubClient } from './types.ts';
import type { EnvironmentKey } from '../core/github-environment.ts';
import { omitUndefined } from '../core/omit-undefined.ts';

export interface DeploymentRequest extends EnvironmentKey {
  /** Branch, tag or commit. */
  readonly ref: string;
  /** Whether the environment will be gone one day. */
  readonly transient: boolean;
  readonly production: boolean;
  readonly description: string;
  readonly payload?: Readonly<Record<string, unknown>>;
}

const route = '/repos/{owner}/{repo}/deployments';
/** Each one costs up to two requests, of 1,000 that GITHUB_TOKEN has in an hour. */
const mostDeactivated = 30;

/** Creates a GitHub Deployment, without a merge and without waiting for checks (docs.github.com, "Create a deployment"). */
export async function beginDeployment(
  github: GitHubClient,
  { environment, task, ref, transient, production, description, payload }: DeploymentRequest,
): Promise<{ readonly kind: 'begun'; readonly id: number } | Failure> {
  const budget = startRetryBudget();
  // Identifies this Deployment among all others, when the answer to its creation is lost.
  const request = randomUUID();
  const body = {
    ref,
    environment,
    ...omitUndefined({ task }),
    description: short(description),
    auto_merge: false,
    required_contexts: [],
    transient_environment: transient,
    production_environment: production,
    payload: { ...payload, request },
  };
  for (let creates = 0; ; creates++) {
    const reply = await send(github, `POST ${route}`, body, { repeat: false, budget });
    const id = reply.kind === 'ok' ? (reply.data as { id?: unknown }).id : undefined;
    if (typeof id === 'number') return { kind: 'begun', id };
    if (reply.kind === 'refused' || (reply.kind === 'unreachable' && !reply.unclear)) return failed(reply);
    const made = await find(github, { environment, ...omitUndefined({ task }) }, request, budget);
    if (made.kind !== 'ok') return failed(made);
    if (made.id !== undefined) return { kind: 'begun', id: made.id };
    if (reply.kind === 'ok') return { kind: 'unreachable', why: 'GitHub made no Deployment' };
    if (creates === 1 || performance.now() > budget.until) return failed(reply);
  }
}

/** Adds a status to a GitHub Deployment; a second equal one changes nothing, so it is repeated when the answer is lost. */
export async function reportDeployment(
  github: GitHubClient,
  id: number,
  report: DeploymentReport,
): Promise<{ readonly kind: 'reported' } | Failure> {
  const reply = await setState(github, id, report, startRetryBudget());
  return reply.kind === 'ok' ? { kind: 'reported' } : failed(reply);
}

interface Listed {
  readonly id: number;
  readonly task?: unknown;
  readonly environment?: unknown;
  readonly created_at?: unknown;
}

/**
 * Sets the newest 30 GitHub Deployments of an environment to inactive, the newest one last: when that is inactive, all of
 * them are, and one look is enough.
 */
export async function deactivateEnvironment(
  github: GitHubClient,
  key: EnvironmentKey,
): Promise<{ readonly kind: 'deactivated'; readonly count: number } | Failure> {
  const budget = startRetryBudget();
  const list = await newestOf(github, key, budget);
  if (list.kind !== 'ok') return failed(list);
  const [newest, ...older] = list.rows;
  if (!newest) return { kind: 'deactivated', count: 0 };
  const state = await stateOf(github, newest.id, budget);
  if (state.kind !== 'ok') return failed(state);
  if (state.state === 'inactive') return { kind: 'deactivated', count: 0 };
  let count = 0;
  for (const { id } of older.toReversed()) {
    const before = await stateOf(github, id, budget);
    if (before.kind !== 'ok') return failed(before);
    if (before.state === 'inactive') continue;
    const reply = await setState(github, id, { state: 'inactive' }, budget);
    if (reply.kind !== 'ok') return failed(reply);
    count++;
  }
  const reply = await setState(github, newest.id, { state: 'inactive' }, budget);
  return reply.kind === 'ok' ? { kind: 'deactivated', count: count + 1 } : failed(reply);
}

/**
 * Makes an environment say that its newest GitHub Deployment is live: older ones that were left open by a run that was
 * broken off become inactive first, so that one look at the newest is enough the next time. `none`: there is no GitHub
 * Deployment yet. In a shared environment the one before becomes inactive as well: GitHub itself ends none that are
 * transient, nor could it tell the branches apart.
 */
export async function confirmEnvironment(
  github: GitHubClient,
  key: EnvironmentKey,
  report: DeploymentReport,
): Promise<{ readonly kind: 'confirmed' | 'none' } | Failure> {
  const budget = startRetryBudget();
  const list = await newestOf(github, key, budget);
  if (list.kind !== 'ok') return failed(list);
  const [newest, ...older] = list.rows;
  if (!newest) return { kind: 'none' };
  const state = await stateOf(github, newest.id, budget);
  if (state.kind !== 'ok') return failed(state);
  if (state.state === 'success') return { kind: 'confirmed' };
  for (const { id } of older) {
    const before = await stateOf(github, id, budget);
    if (before.kind !== 'ok') return failed(before);
    if (before.state === 'inactive' || (before.state === 'success' && key.task === undefined)) break;
    if (before.state === 'failure' || before.state === 'error') continue;
    const reply = await setState(github, id, { state: 'inactive' }, budget);
    if (reply.kind !== 'ok') return failed(reply);
    if (before.state === 'success') break;
  }
  const reply = await setState(github, newest.id, report, budget);
  return reply.kind === 'ok' ? { kind: 'confirmed' } : failed(reply);
}

/** Where GitHub Deployments were made since a moment, each once, the newest first. */
export async function environmentsSince(
  github: GitHubClient,
  since: Date,
): Promise<{ readonly kind: 'ok'; readonly keys: readonly EnvironmentKey[] } | Failure> {
  const list = await send(github, `GET ${route}`, { per_page: 100 }, { repeat: true, budget: startRetryBudget() });
  if (list.kind !== 'ok') return failed(list);
  const keys = new Map<string, EnvironmentKey>();
  for (const { environment, task, created_at: made } of list.data as Listed[]) {
    if (typeof made === 'string' && Date.parse(made) < since.getTime()) continue;
    if (typeof environment !== 'string') continue;
    const key = { environment, ...(typeof task === 'string' && { task }) };
    keys.set(JSON.stringify(key), key);
  }
  return { kind: 'ok', keys: [...keys.values()] };
}

async function newestOf(
  github: GitHubClient,
  key: EnvironmentKey,
  budget: RetryBudget,
): Promise<{ readonly kind: 'ok'; readonly rows: readonly Listed[] } | Refused | Unreachable> {
  const list = await readPages(github, `GET ${route}`, { ...key }, budget);
  if (list.kind !== 'ok') return list;
  const rows = (list.rows as Listed[])
    .filter(({ environment, task }) => environment === key.environment && (key.task ?? task) === task)
    .sort((one, other) => other.id - one.id)
    .slice(0, mostDeactivated);
  return { kind: 'ok', rows };
}

async function find(
  github: GitHubClient,
  key: EnvironmentKey,
  request: string,
  budget: RetryBudget,
): Promise<{ readonly kind: 'ok'; readonly id?: number } | Refused | Unreachable> {
  const list = await readPages(github, `GET ${route}`, { ...key }, budget);
  if (list.kind !== 'ok') return list;
  const rows = list.rows as { id: number; payload?: { request?: unknown } | null }[];
  const made = rows.find(({ payload }) => payload?.request === request);
  return { kind: 'ok', ...(made && { id: made.id }) };
}

const failed = (reply: Refused | Unreachable): Failure =>
  failure(reply, 'write Deployments of the repository', 'deployments: write');
