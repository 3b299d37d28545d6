import type { GitHub } from '@actions/github/lib/utils';

/** The GitHub REST API, for one repository. */
export interface GitHubClient {
  readonly octokit: InstanceType<typeof GitHub>;
  readonly owner: string;
  readonly repo: string;
  readonly repositoryId: number;
}

/** Connects to the GitHub API; `undefined` without a token. Loaded only when an event needs it: it is half of the bundle. */
export async function connectGitHub(
  token: string,
  apiUrl: string,
  repository: { readonly id: number; readonly owner: string; readonly name: string },
): Promise<GitHubClient | undefined> {
  if (token === '') return undefined;
  const { getOctokit } = await import('@actions/github');
  return {
    octokit: getOctokit(token, { baseUrl: apiUrl }),
    owner: repository.owner,
    repo: repository.name,
    repositoryId: repository.id,
  };
}
