import { execFile, spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';

/** How the server behaves; change the members between requests. */
export interface GitServerManner {
  /** Refuse requests without this `user:password`. */
  credentials?: string;
  /** Ignore the client's wish for protocol v2: a server of v0 hands out only commits that its refs reach, if so set. */
  oldProtocol?: boolean;
  /** Take requests and never answer. */
  silent?: boolean;
}

export interface GitServer {
  readonly url: string;
  readonly manner: GitServerManner;
  /** Method and path of every request so far. */
  readonly requests: readonly string[];
  /** Resolves when a request has come in, and with it a promise of the client's hanging up. */
  readonly nextRequest: () => Promise<{ hungUp: Promise<void> }>;
  readonly close: () => Promise<void>;
}

/** Serves the repositories under `root` over http with git's own `git http-backend` (git-scm.com/docs/git-http-backend). */
export async function startGitServer(root: string): Promise<GitServer> {
  const { stdout } = await promisify(execFile)('git', ['--exec-path']);
  const backend = `${stdout.trim()}/git-http-backend`;
  const manner: GitServerManner = {};
  const requests: string[] = [];
  const waiting: ((request: { hungUp: Promise<void> }) => void)[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    const hungUp = new Promise<void>((resolve) => response.once('close', resolve));
    for (const tell of waiting.splice(0)) tell({ hungUp });
    if (manner.silent) return;
    if (manner.credentials !== undefined && !authorised(request, manner.credentials)) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    serve(backend, root, manner, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    manner,
    requests,
    nextRequest: () => new Promise((resolve) => waiting.push(resolve)),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

function authorised(request: IncomingMessage, credentials: string): boolean {
  const [scheme = '', value] = (request.headers.authorization ?? '').split(' ');
  return scheme.toLowerCase() === 'basic' && value === Buffer.from(credentials).toString('base64');
}

function serve(
  backend: string,
  root: string,
  manner: GitServerManner,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const header = (name: string): string => String(request.headers[name] ?? '');
  const child = spawn(backend, [], {
    env: {
      PATH: process.env['PATH'],
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: header('content-type'),
      HTTP_CONTENT_ENCODING: header('content-encoding'),
      ...(!manner.oldProtocol && { GIT_PROTOCOL: header('git-protocol') }),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  request.pipe(child.stdin);
  child.stdin.on('error', () => undefined); // the backend may answer before it has read everything
  const output: Buffer[] = [];
  child.stdout.on('data', (data: Buffer) => output.push(data));
  child.on('close', () => {
    const answer = Buffer.concat(output);
    const end = answer.indexOf('\r\n\r\n');
    const head = answer.subarray(0, Math.max(end, 0)).toString('latin1').split('\r\n');
    const headers = head.map((line) => line.split(': ', 2) as [string, string]);
    const status = headers.find(([name]) => name.toLowerCase() === 'status')?.[1] ?? '200';
    response.writeHead(Number.parseInt(status, 10), Object.fromEntries(headers.filter(([name]) => name !== 'Status')));
    response.end(answer.subarray(end + 4));
  });
}
