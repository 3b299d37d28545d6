import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A GitHub that knows one repository: as much of its REST API as the Action asks. */
export interface GitHubStandIn {
  /** The value of GITHUB_API_URL. */
  readonly url: string;
  /** Branch name → commit. */
  readonly branches: Map<string, string>;
  readonly pullRequests: { number: number; branch: string; commit: string; state: 'open' | 'closed' }[];
  /** `base...head` → what GitHub compares. */
  readonly comparisons: Map<
    string,
    { mergeBase: string; files: { filename: string; previous_filename?: string; status: string }[] }
  >;
  readonly requests: readonly { readonly method: string; readonly path: string; readonly status: number }[];
  /** Answers every further request whose path matches with this status. */
  fail: { readonly path: RegExp; readonly status: number } | undefined;
  readonly close: () => Promise<void>;
}

export interface GitHubRepository {
  readonly id: number;
  readonly name: string;
  readonly owner: string;
  readonly full_name: string;
  readonly default_branch: string;
}

/** Starts it on loopback. */
export async function startGitHub({ repository }: { readonly repository: GitHubRepository }): Promise<GitHubStandIn> {
  const requests: { method: string; path: string; status: number }[] = [];
  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://github');
    const { status, body } = request.headers.authorization
      ? route(request.method ?? '', url)
      : { status: 401, body: { message: 'Requires authentication' } };
    requests.push({ method: request.method ?? '', path: request.url ?? '', status });
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'x-ratelimit-remaining': '4999' });
    response.end(JSON.stringify(body));
  });
  const route = (method: string, url: URL): { status: number; body: unknown } => {
    if (stand.fail?.path.test(url.pathname))
      return { status: stand.fail.status, body: { message: 'stand-in was told to fail' } };
    const missing = { status: 404, body: { message: 'Not Found', status: '404' } };
    const base = `/repos/${repository.full_name}`;
    if (method !== 'GET' || !url.pathname.startsWith(base)) return missing;
    const path = url.pathname.slice(base.length);
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
    const ref = /^\/git\/ref\/heads\/(.+)$/.exec(path)?.[1];
    if (ref !== undefined) {
      const name = decodeURIComponent(ref);
      const sha = stand.branches.get(name);
      return sha === undefined
        ? missing
        : { status: 200, body: { ref: `refs/heads/${name}`, object: { type: 'commit', sha } } };
    }
    if (path === '/pulls') {
      const [, branch] = (url.searchParams.get('head') ?? '').split(/:(.*)/s);
      const state = url.searchParams.get('state') ?? 'open';
      const rows = stand.pullRequests.filter(
        (pull) => (state === 'all' || pull.state === state) && (branch === undefined || pull.branch === branch),
      );
      return {
        status: 200,
        body: rows.map((pull) => ({
          number: pull.number,
          state: pull.state,
          head: { ref: pull.branch, sha: pull.commit, repo: { id: repository.id } },
        })),
      };
    }
    const compared = /^\/compare\/(.+)$/.exec(path)?.[1];
    const comparison = compared === undefined ? undefined : stand.comparisons.get(decodeURIComponent(compared));
    return comparison
      ? { status: 200, body: { merge_base_commit: { sha: comparison.mergeBase }, files: comparison.files } }
      : missing;
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stand: GitHubStandIn = {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    branches: new Map(),
    pullRequests: [],
    comparisons: new Map(),
    requests,
    fail: undefined,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return stand;
}
