import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { GitHubAnswer } from './github-answers.ts';
import { routeGitHub } from './github-routes.ts';
import type { Wire } from './wire.ts';

export type Permission = 'none' | 'read' | 'write';

/** What the token may do; the metadata of the repository can always be read. */
export interface GitHubPermissions {
  contents: Permission;
  pullRequests: Permission;
  deployments: Permission;
}

export interface GitHubUser {
  readonly login: string;
  readonly type: 'User' | 'Bot';
}

export interface GitHubComment {
  readonly id: number;
  readonly pullRequest: number;
  readonly user: GitHubUser;
  body: string;
}

export interface GitHubDeployment {
  readonly id: number;
  readonly ref: string;
  /** `deploy` where it is left out. */
  readonly task?: string;
  readonly environment: string;
  readonly description: string;
  readonly transient: boolean;
  readonly production: boolean;
  readonly payload: unknown;
  /** Oldest first. */
  readonly statuses: {
    readonly id: number;
    readonly state: string;
    readonly environmentUrl: string;
    readonly logUrl: string;
    readonly description: string;
  }[];
}

/** A fault for the next requests that it fits. */
export interface GitHubFault {
  readonly path: RegExp;
  readonly method?: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly message?: string;
  /** The whole answer, instead of JSON with a message. */
  readonly text?: string;
  /** The request is carried out, its answer never arrives. */
  readonly lost?: boolean;
  /** Neither carried out nor answered. */
  readonly hangs?: boolean;
}

export interface GitHubRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** What was sent as JSON. */
  readonly body?: unknown;
  readonly status: number;
}

/** A GitHub that knows one repository: as much of its REST API as the Action asks. */
export interface GitHubStandIn {
  /** The value of GITHUB_API_URL. */
  readonly url: string;
  /** Branch name → commit. */
  readonly branches: Map<string, string>;
  /** Tag name → commit. */
  readonly tags: Map<string, string>;
  readonly pullRequests: {
    number: number;
    branch: string;
    commit: string;
    state: 'open' | 'closed';
    labels?: string[];
    locked?: boolean;
  }[];
  /** `base...head` → what GitHub compares. */
  readonly comparisons: Map<
    string,
    { mergeBase: string; files: { filename: string; previous_filename?: string; status: string }[] }
  >;
  /** Ref → path → text. A commit has the files of its branch, no ref those of the default branch. */
  readonly files: Map<string, Map<string, string | Uint8Array>>;
  /** Oldest first. */
  readonly comments: GitHubComment[];
  /** Oldest first. */
  readonly deployments: GitHubDeployment[];
  /** Whose token it is; `github-actions[bot]` is whom GITHUB_TOKEN writes as. */
  identity: GitHubUser;
  readonly permissions: GitHubPermissions;
  readonly requests: readonly GitHubRequest[];
  /** Answers every further request whose path matches with this status. */
  fail: { readonly path: RegExp; readonly status: number } | undefined;
  /** Spoils the next requests that fit, one unless told otherwise. */
  readonly failNext: (fault: GitHubFault, times?: number) => void;
  /** Sees every request first. */
  wire: Wire | undefined;
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
export async function startGitHub({
  repository,
  permissions,
}: {
  readonly repository: GitHubRepository;
  readonly permissions?: Partial<GitHubPermissions>;
}): Promise<GitHubStandIn> {
  const requests: GitHubRequest[] = [];
  const faults: GitHubFault[] = [];

  const takeFault = (method: string, path: string): GitHubFault | undefined => {
    const index = faults.findIndex((fault) => fault.path.test(path) && (fault.method ?? method) === method);
    return index < 0 ? undefined : faults.splice(index, 1)[0];
  };
  const answer = (method: string, url: URL, accept: string, body: unknown, fault?: GitHubFault): GitHubAnswer => {
    if (stand.fail?.path.test(url.pathname))
      return { status: stand.fail.status, body: { message: 'stand-in was told to fail' } };
    if (fault && !fault.lost && !fault.hangs)
      return {
        status: fault.status ?? 500,
        body: { message: fault.message ?? 'stand-in was told to fail' },
        ...(fault.text !== undefined && { text: fault.text }),
        ...(fault.headers && { headers: fault.headers }),
      };
    return routeGitHub({ stand, repository, method, url, accept, body });
  };
  const serve = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const { method = '', url: whole = '/', headers } = request;
    // GitHub Enterprise Server has the same API below other paths.
    const prefix = /^\/api(?:\/v3)?(?=\/)/.exec(whole)?.[0] ?? '';
    const path = whole.slice(prefix.length);
    const sent = await text(request);
    const body: unknown = sent === '' ? undefined : JSON.parse(sent);
    const url = new URL(path, stand.url);
    const fault = headers.authorization ? takeFault(method, url.pathname) : undefined;
    if (fault?.hangs) {
      requests.push({ method, path, status: 0 });
      return;
    }
    const given: GitHubAnswer = headers.authorization
      ? answer(method, url, headers.accept ?? '', body, fault)
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
  };

  const server = http.createServer((request, response) => {
    const process = async (): Promise<void> => {
      if ((await stand.wire?.(request, response)) !== 'handled') await serve(request, response);
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
