import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isLoopback } from '../core/addresses.ts';
import { UserError } from '../core/errors.ts';
import { readRunnerFile } from '../runner/workspace-files.ts';
import { runCommand, runGroup, type CommandOptions, type ProgramResult } from '../runner/run-program.ts';
import { failed, type Engine } from './engine.ts';
import { isDenied, isEngineDown, lacksImage, repeated } from './repeat.ts';

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
  const options = { env: { ...engine.env, ...session.env }, signal: engine.signal };
  const access: Access = { engine, host, image: request.image, flags: session.flags, options };
  try {
    // Astro's CLI sends the second form. Where the registry takes the first, the second is never sent.
    const denied = await pushAs(access, remote, request.token);
    const still = denied && (await pushAs(access, remote, `Bearer ${request.token}`));
    if (still) throw denied;
  } finally {
    await runCommand(engine.program, ['rmi', remote], options).catch(() => undefined); // only the second name of the image; a cancelled run leaves it
  }
}

interface Access {
  readonly engine: Engine;
  readonly host: string;
  readonly image: string;
  readonly flags: readonly string[];
  readonly options: CommandOptions;
}

const runAgain = 'Run the job again.';

/** Logs in with a password, tags and pushes. Gives back the error where the registry denies it; throws UserError for any other. */
async function pushAs(access: Access, remote: string, password: string): Promise<UserError | undefined> {
  const { engine, host, image, flags, options } = access;
  const login = await repeated(
    engine.signal,
    () =>
      runGroup(engine.program, ['login', ...flags, '--username', 'cli', '--password-stdin', host], {
        ...options,
        stdin: password,
      }),
    isDenied,
  );
  if (login.code !== 0) return deniedOrThrow(access, `Login to the registry \`${host}\``, login);
  const tagged = await repeated(
    engine.signal,
    () => runCommand(engine.program, ['tag', image, remote], options),
    lacksImage,
  );
  if (tagged.code !== 0) throw failed(`\`${engine.program} tag\``, tagged, `No code was deployed. ${runAgain}`);
  const pushed = await repeated(
    engine.signal,
    () => runGroup(engine.program, ['push', ...flags, remote], options),
    isDenied,
  );
  return pushed.code === 0 ? undefined : deniedOrThrow(access, 'Pushing the image', pushed);
}

function deniedOrThrow({ engine }: Access, what: string, result: ProgramResult): UserError {
  if (isEngineDown(result))
    throw failed(
      what,
      result,
      `The ${engine.program} daemon does not answer: look at why it stopped, then run the job again.`,
    );
  if (!isDenied(result))
    throw failed(what, result, `No code was deployed. The registry or the way to it did not answer well. ${runAgain}`);
  return failed(
    what,
    result,
    'The registry does not let the API token push: it is expired, or it may not deploy to this Deployment. Make a new token, or give it the role for this Deployment.',
  );
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
