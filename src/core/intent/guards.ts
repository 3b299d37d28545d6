import { UserError } from '../errors.ts';
import type { GitHubEvent } from '../event.ts';
import { skip, type Intent } from './types.ts';

/**
 * Forks never get further than here: their runs have no secrets under `pull_request`, and must not have them under the
 * two events that would hand them over. `undefined` where the run is no fork's. Throws UserError for those two.
 */
export function rejectForks(event: GitHubEvent): Intent | undefined {
  const { pullRequest, repository } = event;
  const fork =
    (pullRequest !== undefined && pullRequest.headRepositoryId !== repository.id) ||
    (event.name === 'workflow_run' && event.runHeadRepositoryId !== repository.id);
  if (!fork) return undefined;
  if (event.name === 'pull_request_target' || event.name === 'workflow_run') {
    throw new UserError(
      `A \`${event.name}\` run for a fork is refused: it would run the fork's code with this repository's secrets. Use the \`pull_request\` event; pull requests from forks get no preview.`,
    );
  }
  return skip('The pull request comes from a fork: its runs get no secrets, so there is no preview for it.');
}

/** Whether the run has an API token; `key`: only a Deployment API key of the kind that Astro retired. */
export type TokenGiven = 'given' | 'missing' | 'key';

/**
 * The intent of a run that may have no API token: Dependabot's runs get no Actions secrets and are skipped; anybody
 * else's missing token is a mistake. Throws UserError.
 */
export function requireToken(intent: Intent, event: GitHubEvent, token: TokenGiven): Intent {
  if (token === 'given' || intent.kind === 'skip') return intent;
  if (event.actor === 'dependabot[bot]') {
    return skip(
      'Dependabot started this run: it gets no Actions secrets, so there is no API token. To give Dependabot pull requests a preview, add the token to the Dependabot secrets.',
    );
  }
  if (token === 'key')
    throw new UserError(
      'There is no Astro API token: `ASTRONOMER_KEY_ID` and `ASTRONOMER_KEY_SECRET` are set, but Deployment API keys no longer work. In Astro, create a Workspace API token (Workspace Settings > Access Management > API Tokens), store it as a secret, and give it as `astro-api-token`.',
    );
  throw new UserError(
    "There is no Astro API token: `astro-api-token` is empty and ASTRO_API_TOKEN is not set. Check that the secret exists under this name, in this repository or the job's environment.",
  );
}

/** Events whose run and code are of one and the same ref. All others may have been made to check out anything. */
const ownCode: readonly string[] = [
  'push',
  'create',
  'release',
  'schedule',
  'workflow_dispatch',
  'repository_dispatch',
  'pull_request',
  'merge_group',
];

/** Whether an event runs with the default branch's secrets, and may be about somebody else's commit. */
export const carriesForeignCode = (event: string): boolean => !ownCode.includes(event);
