import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { GitHubAnswer } from './github-answers.ts';
import { routeGitHub } from './github-routes.ts';
import type { GitHubFault, GitHubPermissions, GitHubRepository, GitHubRequest, GitHubStandIn } from './github-types.ts';

export type * from './github-types.ts';

/** What serves the requests of a stand-in. */
interface Serving {
  readonly stand: GitHubStandIn;
  readonly repository: GitHubRepository;
  readonly requests: GitHubRequest[];
  /** Those that are still to be played. */
  readonly faults: GitHubFault[];
}

/** Starts it on loopback. */
export async function startGitHub({
  repository,
  permissions,
}: {
  readonly repository: GitHubRepository;
  readonly permissions?: Partial<GitHubPermissions>;
}): Promise<GitHubStandIn> {
  const requests: GitHubRequest[] = [];
  const faults: GitHubFault[] = [];
  const server = http.createServer((request, response) => {
    const process = async (): Promise<void> => {
      if ((await stand.wire?.(request, response)) !== 'handled')
        await serve({ stand, repository, requests, faults }, request, response);
    };
    process().catch(() => {
      response.writeHead(400, { 'content-type': 'application/json; charset=utf-8' });
      response.end(JSON.stringify({ message: 'Problems parsing JSON' }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stand: GitHubStandIn = {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    branches: new Map(),
    tags: new Map(),
    pullRequests: [],
    comparisons: new Map(),
    files: new Map(),
    comments: [],
    deployments: [],
    identity: { login: 'github-actions[bot]', type: 'Bot' },
    permissions: { contents: 'read', pullRequests: 'write', deployments: 'write', ...permissions },
    requests,
    fail: undefined,
    wire: undefined,
    failNext: (fault, times = 1) => {
      faults.push(...Array.from({ length: times }, () => fault));
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return stand;
}

async function serve(
  { stand, repository, requests, faults }: Serving,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const { method = '', url: whole = '/', headers } = request;
  // GitHub Enterprise Server has the same API below other paths.
  const prefix = /^\/api(?:\/v3)?(?=\/)/.exec(whole)?.[0] ?? '';
  const path = whole.slice(prefix.length);
  const sent = await text(request);
  const body: unknown = sent === '' ? undefined : JSON.parse(sent);
  const url = new URL(path, stand.url);
  const fault = headers.authorization ? takeFault(faults, method, url.pathname) : undefined;
  if (fault?.hangs) {
    requests.push({ method, path, status: 0 });
    return;
  }
  const route = (): GitHubAnswer => routeGitHub({ stand, repository, method, url, accept: headers.accept ?? '', body });
  const given: GitHubAnswer = headers.authorization
    ? (failure(stand, url, fault) ?? route())
    : { status: 401, body: { message: 'Requires authentication' } };
  requests.push({ method, path, status: given.status, ...(body !== undefined && { body }) });
  if (fault?.lost) {
    response.destroy();
    return;
  }
  response.writeHead(given.status, {
    'content-type': 'application/json; charset=utf-8',
    'x-ratelimit-remaining': '4999',
    ...given.headers,
  });
  response.end(given.text ?? JSON.stringify(given.body));
}

function takeFault(faults: GitHubFault[], method: string, path: string): GitHubFault | undefined {
  const index = faults.findIndex((fault) => fault.path.test(path) && (fault.method ?? method) === method);
  return index < 0 ? undefined : faults.splice(index, 1)[0];
}

/** The answer of a request that was told to fail. */
function failure({ fail }: GitHubStandIn, url: URL, fault: GitHubFault | undefined): GitHubAnswer | undefined {
  const message = 'stand-in was told to fail';
  if (fail?.path.test(url.pathname)) return { status: fail.status, body: { message } };
  if (!fault || fault.lost || fault.hangs) return undefined;
  return {
    status: fault.status ?? 500,
    body: { message: fault.message ?? message },
    ...(fault.text !== undefined && { text: fault.text }),
    ...(fault.headers && { headers: fault.headers }),
  };
}
