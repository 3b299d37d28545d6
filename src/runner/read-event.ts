import type { GitHubEvent, PullRequest } from '../core/event.ts';
import { UserError } from '../core/errors.ts';
import { readRunnerFile } from './workspace-files.ts';
import { omitUndefined } from '../core/omit-undefined.ts';

type Json = Record<string, unknown>;
const object = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

/**
 * Reads what GitHub says about this run: GITHUB_* and the webhook payload, of which every field may be missing
 * (docs.github.com, "Events that trigger workflows"). Refs come from the payload untrimmed. Throws UserError outside a run.
 */
export function readEvent(env: NodeJS.ProcessEnv): GitHubEvent {
  const name = env['GITHUB_EVENT_NAME'] ?? '';
  const path = env['GITHUB_EVENT_PATH'] ?? '';
  if (name === '' || path === '') {
    throw new UserError(
      'GITHUB_EVENT_NAME or GITHUB_EVENT_PATH is not set: this program runs as a step of a GitHub Actions workflow.',
    );
  }
  const payload = readPayload(path);
  const repository = object(payload['repository']);
  const fullName = text(repository['full_name']) ?? env['GITHUB_REPOSITORY'] ?? '';
  const [owner = '', repo = ''] = fullName.split('/');
  const id = number(repository['id']) ?? Number(env['GITHUB_REPOSITORY_ID']);
  if (!Number.isSafeInteger(id) || id <= 0 || owner === '' || repo === '') {
    throw new UserError(
      'The event does not name the repository (no repository.id in the payload, no GITHUB_REPOSITORY_ID). Run this step in a GitHub Actions workflow.',
    );
  }
  const pull = payload['pull_request'];
  const optional = {
    action: text(payload['action']),
    defaultBranch: text(repository['default_branch']),
    pullRequest: pull === undefined ? undefined : readPullRequest(object(pull), payload),
    payloadRef: text(payload['ref']),
    refType: text(payload['ref_type']),
    after: text(payload['after']),
    deleted: typeof payload['deleted'] === 'boolean' ? payload['deleted'] : undefined,
    dispatch: name === 'repository_dispatch' ? readDispatch(object(payload['client_payload'])) : undefined,
    runConclusion: text(object(payload['workflow_run'])['conclusion']),
    runHeadRepositoryId: number(object(object(payload['workflow_run'])['head_repository'])['id']),
  };
  return {
    name,
    repository: { id, owner, name: repo },
    ref: env['GITHUB_REF'] ?? '',
    sha: env['GITHUB_SHA'] ?? '',
    actor: env['GITHUB_ACTOR'] ?? '',
    runAttempt: Number(env['GITHUB_RUN_ATTEMPT'] ?? '1') || 1,
    runUrl: `${env['GITHUB_SERVER_URL'] ?? 'https://github.com'}/${fullName}/actions/runs/${env['GITHUB_RUN_ID'] ?? '0'}`,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
}

/** Throws UserError for what is no text: such a dispatch would go to another Deployment than the one that is meant. */
function readDispatch(payload: Json): NonNullable<GitHubEvent['dispatch']> {
  const read = (name: string): string | undefined => {
    const given = payload[name];
    if (given === undefined || given === null) return undefined;
    if (typeof given === 'string' && given !== '') return given;
    throw new UserError(`\`${name}\` in the \`client_payload\` of this dispatch must be a text that is not empty.`);
  };
  const deployment = read('deployment');
  const deployType = read('deploy-type');
  return { ...omitUndefined({ deployment }), ...omitUndefined({ deployType }) };
}

function readPayload(path: string): Json {
  const text = readRunnerFile(path, 'event payload');
  if (text === undefined)
    throw new UserError(
      `The event payload at GITHUB_EVENT_PATH cannot be read: there is no file \`${path}\`. Run this step in a GitHub Actions workflow.`,
    );
  try {
    return object(JSON.parse(text));
  } catch (error) {
    throw new UserError(
      `The event payload at GITHUB_EVENT_PATH cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      { cause: error },
    );
  }
}

function readPullRequest(pull: Json, payload: Json): PullRequest {
  const head = object(pull['head']);
  const baseSha = text(object(pull['base'])['sha']);
  const labels = Array.isArray(pull['labels']) ? pull['labels'] : [];
  return {
    number: number(pull['number']) ?? number(payload['number']) ?? 0,
    headRef: text(head['ref']) ?? '',
    headSha: text(head['sha']) ?? '',
    headRepositoryId: number(object(head['repo'])['id']) ?? null,
    baseRef: text(object(pull['base'])['ref']) ?? '',
    ...omitUndefined({ baseSha }),
    merged: pull['merged'] === true,
    ...(pull['state'] === 'closed' && { closed: true }),
    labels: labels.flatMap((label) => text(object(label)['name']) ?? []),
  };
}
