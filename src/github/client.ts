import { limitAnswers } from './limit.ts';
import { retryRequests } from './retry.ts';
import type { GitHubClient, GitHubLimits } from './types.ts';

const noLimits = (): GitHubLimits => ({
  signal: new AbortController().signal,
  remaining: () => Infinity,
  budget: Infinity,
});

/**
 * Connects to the GitHub API; `undefined` without a token. Loaded only when an event needs it: it is half of the bundle.
 * Every request ends with the run's signal and after 20 s at the latest, follows no redirect, and is repeated by the one
 * retry table.
 */
export async function connectGitHub(
  token: string,
  apiUrl: string,
  repository: { readonly id: number; readonly owner: string; readonly name: string },
  limits: GitHubLimits = noLimits(),
): Promise<GitHubClient | undefined> {
  if (token === '') return undefined;
  const { getOctokit } = await import('@actions/github');
  const octokit = getOctokit(token, { baseUrl: apiUrl });
  limitAnswers(octokit);
  retryRequests(octokit, limits);
  return { octokit, owner: repository.owner, repo: repository.name, repositoryId: repository.id };
}

/** The same client, whose errors hold no secrets: `redact` takes them out. */
export function redactErrors(github: GitHubClient, redact: (text: string) => string): GitHubClient {
  github.octokit.hook.error('request', (error) => {
    error.message = redact(error.message);
    throw error;
  });
  return github;
}
