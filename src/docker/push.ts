import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import pRetry, { AbortError } from 'p-retry';
import { isLoopback } from '../core/addresses.ts';
import { UserError } from '../core/errors.ts';
import { readRunnerFile } from '../runner/workspace-files.ts';
import { runCommand, runGroup } from '../runner/run-program.ts';
import { failed, type Engine } from './engine.ts';

export interface PushRequest {
  /** Image on this machine. */
  readonly image: string;
  /** Repository and tag as Astro names them for a deploy. */
  readonly repository: string;
  readonly tag: string;
  readonly token: string;
  readonly api: URL;
  readonly privateFolder: string;
}

/**
 * The registry host of a repository, when the API token may go there: Astronomer's, one beside the API that was
 * configured, or a loopback host where the API is one itself. Throws UserError otherwise.
 */
export function registryHost(repository: string, api: URL): string {
  const host = repository.replace(/^https?:\/\//, '').split('/')[0] ?? '';
  const name = host.replace(/:\d+$/, '');
  const local = isLoopback(name) && isLoopback(api.hostname);
  const beside = name === api.hostname.replace(/^api\./, 'images.') && api.hostname.startsWith('api.');
  if (local || beside || /^images\.astronomer(?:-(?:dev|stage|perf))?\.cloud$/.test(name)) return host;
  throw new UserError(
    `Astro names the registry \`${host}\` for the image, which is not one of Astronomer's: the API token was not sent there. Check \`astro-api-url\`.`,
  );
}

/**
 * Pushes an image as user `cli` with the API token as password. The token goes to the program's standard input and from
 * there into a private configuration folder; the user's own docker configuration is neither read for it nor written.
 */
export async function pushImage(engine: Engine, request: PushRequest): Promise<void> {
  const host = registryHost(request.repository, request.api);
  const remote = `${request.repository.replace(/^https?:\/\//, '')}:${request.tag}`;
  const session = engine.program === 'podman' ? podmanSession(request, host) : dockerSession(request, host, engine.all);
  const env = { ...engine.env, ...session.env };
  const options = { env, signal: engine.signal };
  const login = await runGroup(
    engine.program,
    ['login', ...session.flags, '--username', 'cli', '--password-stdin', host],
    { ...options, stdin: request.token },
  );
  if (login.code !== 0)
    throw failed(
      `Login to the registry ${host}`,
      login,
      'The API token is expired, or it may not deploy to this Deployment.',
    );
  const tagged = await runCommand(engine.program, ['tag', request.image, remote], options);
  if (tagged.code !== 0) throw failed(`${engine.program} tag`, tagged, 'Nothing was deployed.');
  try {
    await pRetry(
      async () => {
        const pushed = await runGroup(engine.program, ['push', ...session.flags, remote], options);
        if (pushed.code === 0) return;
        const denied = pushed.tail.some((line) =>
          /\b40[13]\b|forbidden|denied|unauthori[sz]ed|authentication required|no basic auth/i.test(line),
        );
        const error = failed(
          'Pushing the image',
          pushed,
          denied
            ? 'The registry does not let the API token push: it is expired, or it may not deploy to this Deployment.'
            : 'Nothing was deployed; run the job again.',
        );
        throw denied ? new AbortError(error) : error;
      },
      { retries: 2, minTimeout: 1_000, signal: engine.signal },
    );
  } finally {
    await runCommand(engine.program, ['rmi', remote], options).catch(() => undefined); // only the second name of the image; a cancelled run leaves it
  }
}

interface Session {
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A docker configuration of our own. An entry for the host keeps docker from choosing a keychain of the machine. */
function dockerSession(request: PushRequest, host: string, all: NodeJS.ProcessEnv): Session {
  const folder = join(request.privateFolder, 'docker');
  mkdirSync(folder, { mode: 0o700, recursive: true });
  const users = userFolder(all);
  const config = { auths: { [host]: {} }, ...currentContext(all) };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config), { mode: 0o600 });
  // The engine that docker talks to may be named in a context of the user's.
  if (existsSync(join(users, 'contexts')) && !existsSync(join(folder, 'contexts')))
    symlinkSync(join(users, 'contexts'), join(folder, 'contexts'), 'junction');
  return { flags: [], env: { DOCKER_CONFIG: folder } };
}

const userFolder = (all: NodeJS.ProcessEnv): string =>
  all['DOCKER_CONFIG'] ?? join(all['HOME'] ?? homedir(), '.docker');

/** The engine that the user's docker configuration names. Throws UserError where that file is no plain file of bounded size. */
export function currentContext(all: NodeJS.ProcessEnv): { currentContext?: string } {
  const text = readRunnerFile(join(userFolder(all), 'config.json'), 'docker configuration');
  if (text === undefined) return {};
  try {
    const { currentContext: name } = JSON.parse(text) as { currentContext?: unknown };
    return typeof name === 'string' ? { currentContext: name } : {};
  } catch {
    return {}; // docker itself will complain about it where it matters
  }
}

function podmanSession(request: PushRequest, host: string): Session {
  const loopback = isLoopback(host.replace(/:\d+$/, ''));
  return {
    flags: ['--authfile', join(request.privateFolder, 'auth.json'), ...(loopback ? ['--tls-verify=false'] : [])],
    env: {},
  };
}
