import { forbidden, invalid, missing, paged, type GitHubAnswer, type GitHubCall } from './github-answers.ts';
import { routeComments } from './github-comments.ts';
import { routeDeployments } from './github-deployments.ts';
import type { GitHubStandIn } from './github-types.ts';

/** Answers a request from the stand-in's state. */
export function routeGitHub(call: GitHubCall): GitHubAnswer {
  const { stand, repository, method, url } = call;
  if (url.pathname === '/user' && method === 'GET')
    return stand.identity.type === 'Bot' ? forbidden : { status: 200, body: stand.identity };
  if (url.pathname === '/graphql' && method === 'POST')
    return { status: 200, body: { data: { viewer: { login: stand.identity.login } } } };
  const base = `/repos/${repository.full_name}`;
  if (url.pathname !== base && !url.pathname.startsWith(`${base}/`)) return missing;
  const path = url.pathname.slice(base.length);
  return routeComments(call, path) ?? routeDeployments(call, path) ?? routeReads(call, path) ?? missing;
}

function routeReads(call: GitHubCall, path: string): GitHubAnswer | undefined {
  const { stand, repository, method, url } = call;
  if (method !== 'GET') return undefined;
  if (path === '')
    return {
      status: 200,
      body: {
        id: repository.id,
        name: repository.name,
        full_name: repository.full_name,
        default_branch: repository.default_branch,
      },
    };
  if (path === '/pulls') return pullRequests(call);
  // GitHub does not tell a token without this permission what a private repository holds.
  if (stand.permissions.contents === 'none') return undefined;
  if (path === '/branches')
    return paged(
      Array.from(stand.branches, ([name, sha]) => ({ name, commit: { sha }, protected: false })),
      url,
    );
  const [, kind, rest] =
    /^\/(git\/ref\/heads|git\/ref\/tags|git\/matching-refs\/heads|contents|commits|compare)(?:\/(.*))?$/.exec(path) ??
    [];
  return kind === undefined ? undefined : routeRefs(call, kind, decodeURIComponent(rest ?? ''));
}

/** What hangs on a name: refs, files, commits, comparisons. */
function routeRefs(call: GitHubCall, kind: string, name: string): GitHubAnswer | undefined {
  const { stand } = call;
  switch (kind) {
    case 'git/ref/tags': {
      const sha = stand.tags.get(name);
      return sha === undefined
        ? missing
        : { status: 200, body: { ref: `refs/tags/${name}`, object: { type: 'commit', sha } } };
    }
    case 'git/ref/heads': {
      const sha = stand.branches.get(name);
      return sha === undefined ? undefined : { status: 200, body: gitRef(name, sha) };
    }
    case 'git/matching-refs/heads': {
      // All at once: GitHub takes no `per_page` here (github/docs issue 3863).
      const rows = Array.from(stand.branches).filter(([branch]) => branch.startsWith(name));
      return { status: 200, body: rows.map(([branch, sha]) => gitRef(branch, sha)) };
    }
    case 'contents':
      return contents(call, name);
    case 'commits': {
      const sha = commitOf(stand, name);
      return sha === undefined ? invalid(`No commit found for SHA: ${name}`) : { status: 200, body: { sha } };
    }
    case 'compare': {
      const comparison = stand.comparisons.get(name);
      return comparison
        ? { status: 200, body: { merge_base_commit: { sha: comparison.mergeBase }, files: comparison.files } }
        : undefined;
    }
    default:
      return undefined;
  }
}

const gitRef = (name: string, sha: string) => ({ ref: `refs/heads/${name}`, object: { type: 'commit', sha } });

const commitOf = (stand: GitHubStandIn, ref: string): string | undefined =>
  stand.branches.get(ref.replace(/^(?:refs\/)?heads\//, '')) ??
  Array.from(stand.branches.values()).find((sha) => sha === ref);

function pullRequests({ stand, repository, url }: GitHubCall): GitHubAnswer {
  if (stand.permissions.pullRequests === 'none') return forbidden;
  const [, branch] = (url.searchParams.get('head') ?? '').split(/:(.*)/s);
  const state = url.searchParams.get('state') ?? 'open';
  // Newest first unless asked otherwise (docs, "List pull requests").
  const order = url.searchParams.get('direction') === 'asc' ? 1 : -1;
  const rows = stand.pullRequests
    .filter((pull) => (state === 'all' || pull.state === state) && (branch === undefined || pull.branch === branch))
    .sort((one, other) => order * (one.number - other.number));
  return paged(
    rows.map((pull) => ({
      number: pull.number,
      state: pull.state,
      labels: (pull.labels ?? []).map((name) => ({ name })),
      head: { ref: pull.branch, sha: pull.commit, repo: { id: repository.id } },
    })),
    url,
  );
}

function contents({ stand, repository, url, accept }: GitHubCall, path: string): GitHubAnswer | undefined {
  const ref = url.searchParams.get('ref') ?? repository.default_branch;
  const [branch] = Array.from(stand.branches).find(([, sha]) => sha === ref) ?? [];
  const files = stand.files.get(ref) ?? stand.files.get(branch ?? ref);
  const file = files?.get(path);
  if (file !== undefined)
    return accept.includes('raw')
      ? {
          status: 200,
          text: String(file),
          headers: { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' },
        }
      : {
          status: 200,
          body: { type: 'file', path, encoding: 'base64', content: Buffer.from(file).toString('base64') },
        };
  const inside = Array.from(files?.keys() ?? []).filter((one) => one.startsWith(`${path}/`));
  return inside.length > 0 ? { status: 200, body: inside.map((one) => ({ path: one })) } : undefined;
}
