import { forbidden, invalid, missing, paged, type GitHubAnswer, type GitHubCall } from './github-answers.ts';
import type { GitHubComment } from './github-types.ts';

const mostCharacters = 65_536;
const tooLong = {
  resource: 'IssueComment',
  code: 'unprocessable',
  field: 'data',
  message: 'Body is too long (maximum is 65536 characters)',
};

/** Comments of pull requests, which GitHub keeps as issue comments; `undefined` for any other path. */
export function routeComments(call: GitHubCall, path: string): GitHubAnswer | undefined {
  const { stand, method, url } = call;
  const { body } = (call.body ?? {}) as { body?: unknown };
  const number = /^\/issues\/(\d+)\/comments$/.exec(path)?.[1];
  const comment = /^\/issues\/comments\/(\d+)$/.exec(path)?.[1];
  if (number === undefined && comment === undefined) return undefined;

  if (stand.permissions.pullRequests === 'none') return forbidden;
  const pull = stand.pullRequests.find((one) => one.number === Number(number));
  if (number !== undefined && !pull) return missing;
  if (number !== undefined && method === 'GET')
    return paged(stand.comments.filter((one) => one.pullRequest === Number(number)).map(shown), url);

  const known = stand.comments.find(({ id }) => id === Number(comment));
  if (comment !== undefined && (!known || (method !== 'PATCH' && method !== 'DELETE'))) return missing;
  if (stand.permissions.pullRequests !== 'write') return forbidden;
  if (known && method === 'DELETE') {
    stand.comments.splice(stand.comments.indexOf(known), 1);
    return { status: 204 };
  }
  if (typeof body !== 'string' || body === '') return invalid('Invalid request.\n\n"body" wasn\'t supplied.');
  if (body.length > mostCharacters) return invalid('Validation Failed', [tooLong]);
  if (known) {
    known.body = body;
    return { status: 200, body: shown(known) };
  }
  if (method !== 'POST') return missing;
  if (pull?.locked)
    return { status: 403, body: { message: 'Unable to create comment because issue is locked.', status: '403' } };
  const id = Math.max(1000, ...stand.comments.map((one) => one.id)) + 1;
  const created: GitHubComment = { id, pullRequest: Number(number), user: stand.identity, body };
  stand.comments.push(created);
  return { status: 201, body: shown(created) };
}

const shown = ({ id, user, body }: GitHubComment) => ({
  id,
  body,
  user,
  performed_via_github_app: user.type === 'Bot' ? { slug: user.login.replace('[bot]', '') } : null,
});
