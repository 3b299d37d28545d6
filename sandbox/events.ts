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
  more: {
    number?: number;
    merged?: boolean;
    headRepositoryId?: number | null;
    /** Labels that it carries. */
    labels?: readonly string[];
    /** Under `labeled` and `unlabeled`: the one that was put on or taken off. */
    label?: string;
    /** The branch that it goes to. */
    base?: string;
    /** Under `edited`: the base branch that it had before. */
    baseBefore?: string;
    /** Where the base branch stood. */
    baseSha?: string;
    /** The merge commit that GitHub made for the run; the head where it is left out. */
    mergeSha?: string;
  } = {},
): SampleEvent {
  const { number = 42, merged = false, headRepositoryId = repository.id, labels = [], label, baseBefore } = more;
  const { base = 'main', baseSha, mergeSha = sha } = more;
  return {
    event: 'pull_request',
    payload: {
      action,
      number,
      ...(label !== undefined && { label: { name: label } }),
      ...(baseBefore !== undefined && { changes: { base: { ref: { from: baseBefore } } } }),
      pull_request: {
        number,
        merged,
        state: action === 'closed' ? 'closed' : 'open',
        labels: labels.map((name) => ({ name })),
        head: { ref: branch, sha, repo: headRepositoryId === null ? null : { id: headRepositoryId } },
        base: { ref: base, ...(baseSha !== undefined && { sha: baseSha }), repo: { id: repository.id } },
      },
      repository: repositoryPayload,
    },
    env: {
      ...shared,
      GITHUB_REF: merged ? `refs/heads/${base}` : `refs/pull/${number}/merge`,
      GITHUB_SHA: mergeSha,
    },
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

/** A new branch or tag; a `push` event comes with it. */
export function creation(ref: string, sha: string, type: 'branch' | 'tag' = 'branch'): SampleEvent {
  return {
    event: 'create',
    payload: { ref, ref_type: type, master_branch: 'main', repository: repositoryPayload },
    env: { ...shared, GITHUB_REF: `refs/${type === 'tag' ? 'tags' : 'heads'}/${ref}`, GITHUB_SHA: sha },
  };
}

/** A schedule's payload says nothing but which one it is: not even the repository. */
export function schedule(mainSha = '0'.repeat(40)): SampleEvent {
  return {
    event: 'schedule',
    payload: { schedule: '17 3 * * *' },
    env: { ...shared, GITHUB_REF: 'refs/heads/main', GITHUB_SHA: mainSha },
  };
}

/** Somebody starts the workflow for a branch or a tag. */
export function workflowDispatch(ref: string, sha: string): SampleEvent {
  const full = ref.startsWith('refs/') ? ref : `refs/heads/${ref}`;
  return {
    event: 'workflow_dispatch',
    payload: { inputs: {}, ref: full, workflow: '.github/workflows/astro.yaml', repository: repositoryPayload },
    env: { ...shared, GITHUB_REF: full, GITHUB_SHA: sha },
  };
}

/** A program asks for a run; it is always one of the default branch. */
export function repositoryDispatch(clientPayload: object, mainSha: string): SampleEvent {
  return {
    event: 'repository_dispatch',
    payload: { action: 'sync', branch: 'main', client_payload: clientPayload, repository: repositoryPayload },
    env: { ...shared, GITHUB_REF: 'refs/heads/main', GITHUB_SHA: mainSha },
  };
}

/** The merge queue wants to know whether what it is about to merge is good. */
export function mergeGroup(sha: string, number = 42): SampleEvent {
  const ref = `refs/heads/gh-readonly-queue/main/pr-${String(number)}-${'b'.repeat(40)}`;
  return {
    event: 'merge_group',
    payload: {
      action: 'checks_requested',
      merge_group: { head_sha: sha, head_ref: ref, base_sha: 'b'.repeat(40), base_ref: 'refs/heads/main' },
      repository: repositoryPayload,
    },
    env: { ...shared, GITHUB_REF: ref, GITHUB_SHA: sha },
  };
}
