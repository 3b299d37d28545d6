import { lstatSync, readdirSync, realpathSync } from 'node:fs';
import { basename, delimiter, dirname, join, relative, sep } from 'node:path';
import { holdsCredentials } from '../core/code/bundle-files.ts';
import type { Checkout } from '../git/checkout.ts';
import { trackedPaths } from '../git/changed.ts';
import { credentialsInGit } from '../git/credentials.ts';
import { inside, workspaceFolder } from '../runner/workspace-files.ts';
import type { Project } from './project.ts';
import type { Tools } from './tools.ts';

/** Variables by which actions and tools name files, or folders, that hold credentials; some name several. */
const variables = [
  'GOOGLE_APPLICATION_CREDENTIALS',
  'CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE',
  'GOOGLE_GHA_CREDS_PATH',
  'CLOUDSDK_CONFIG',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_CONFIG_FILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AZURE_CLIENT_CERTIFICATE_PATH',
  'AZURE_FEDERATED_TOKEN_FILE',
  'AZURE_CONFIG_DIR',
  'KUBECONFIG',
  'DOCKER_CONFIG',
  'NETRC',
  'PGPASSFILE',
  'SNOWFLAKE_PRIVATE_KEY_PATH',
  'VAULT_TOKEN_FILE',
];

/**
 * Absolute paths of files and folders in the workspace that other steps of the job put credentials into. What is under git
 * is the project's own and does not count, whatever a variable says.
 */
export async function stepCredentials(project: Project, { env, signal }: Tools): Promise<string[]> {
  const { checkout } = project;
  const workspace = workspaceFolder(env);
  const needed = [project.folder, project.dagsFolder, workspace].map((folder) => realpathOf(folder) ?? folder);
  const named = variables
    .flatMap((name) => (env[name] ?? '').split(delimiter))
    .filter((path) => path !== '')
    .flatMap((path) => placeOf(workspace, path) ?? [])
    .filter((path) => inside(path, workspace) && !needed.some((folder) => inside(folder, path)));
  const tracked = checkout.kind === 'checkout' ? await trackedOf(checkout, named, signal) : () => false;
  const folder = realpathOf(project.folder) ?? project.folder;
  const written = [workspace, folder].flatMap((at) =>
    namesIn(at)
      .filter(holdsCredentials)
      .map((name) => join(at, name)),
  );
  const git = credentialsInGit(join(folder, '.git'));
  return [...new Set([...named.filter((path) => !tracked(path)), ...written, ...git])].sort();
}

async function trackedOf(
  checkout: Extract<Checkout, { kind: 'checkout' }>,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<(path: string) => boolean> {
  const way = (path: string): string => relative(checkout.root, path).replaceAll(sep, '/');
  const own = paths.filter((path) => inside(path, checkout.root)).map(way);
  const tracked = await trackedPaths(checkout, own, { signal });
  return (path) => tracked.some((one) => one === way(path) || one.startsWith(`${way(path)}/`));
}

/** An existing path with the links of its folders resolved; relative ones start from the workspace, as steps do. */
function placeOf(workspace: string, path: string): string | undefined {
  const absolute = join(path.startsWith(sep) ? '' : workspace, path);
  const folder = realpathOf(dirname(absolute));
  const place = folder === undefined ? undefined : join(folder, basename(absolute));
  return place !== undefined && lstatSync(place, { throwIfNoEntry: false }) ? place : undefined;
}

function realpathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
