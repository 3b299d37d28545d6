/** The repository that the sandbox's events come from. */
export const repository = {
  id: 1296269,
  name: 'etl',
  owner: 'acme',
  full_name: 'acme/etl',
  default_branch: 'main',
} as const;

/** An event as a runner gets it: its name, its payload, and the GITHUB_* variables that differ from event to event. */
export interface SampleEvent {
  readonly event: string;
  readonly payload: unknown;
  readonly env: Readonly<Record<string, string>>;
}

const shared = { GITHUB_REPOSITORY: repository.full_name, GITHUB_REPOSITORY_ID: String(repository.id) };
const repositoryPayload = {
  id: repository.id,
  name: repository.name,
  full_name: repository.full_name,
  default_branch: repository.default_branch,
};

/** A pull request of this repository; under `closed` and merged, GITHUB_REF is the base branch, as GitHub has it. */
export function pullRequest(
  action: string,
  branch: string,
  sha: string,
  more: { number?: number; merged?: boolean; headRepositoryId?: number | null } = {},
): SampleEvent {
  const { number = 42, merged = false, headRepositoryId = repository.id } = more;
  return {
    event: 'pull_request',
    payload: {
      action,
      number,
      pull_request: {
        number,
        merged,
        state: action === 'closed' ? 'closed' : 'open',
        labels: [],
        head: { ref: branch, sha, repo: headRepositoryId === null ? null : { id: headRepositoryId } },
        base: { ref: 'main', repo: { id: repository.id } },
      },
      repository: repositoryPayload,
    },
    env: { ...shared, GITHUB_REF: merged ? 'refs/heads/main' : `refs/pull/${number}/merge`, GITHUB_SHA: sha },
  };
}

/** A push to a branch. */
export function push(
  branch: string,
  sha: string,
  more: { before?: string; ref?: string; deleted?: boolean } = {},
): SampleEvent {
  const ref = more.ref ?? `refs/heads/${branch}`;
  return {
    event: 'push',
    payload: {
      ref,
      before: more.before ?? '0'.repeat(40),
      after: sha,
      deleted: more.deleted ?? false,
      repository: repositoryPayload,
    },
    env: { ...shared, GITHUB_REF: ref, GITHUB_SHA: sha },
  };
}

/** A deleted branch or tag: GITHUB_REF and GITHUB_SHA are those of the default branch. */
export function deletion(ref: string, type: 'branch' | 'tag' = 'branch', mainSha = '0'.repeat(40)): SampleEvent {
  return {
    event: 'delete',
    payload: { ref, ref_type: type, repository: repositoryPayload },
    env: { ...shared, GITHUB_REF: 'refs/heads/main', GITHUB_SHA: mainSha },
  };
}
