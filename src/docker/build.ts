import { mkdirSync, writeFileSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { UserError } from '../core/errors.ts';
import { runGroup } from '../runner/run-program.ts';
import { readBuildFiles } from './build-files.ts';
import { failed, type Engine } from './engine.ts';
import { isEngineDown } from './repeat.ts';

export interface BuildRequest {
  /** Absolute path of the workspace, links resolved: no file that the build reads may lie outside. */
  readonly workspace: string;
  /** Absolute path of the Astro project, the build context. */
  readonly project: string;
  /** Absolute path of the DAG folder where it must stay out of the image, because DAGs are shipped beside it. */
  readonly withoutDags?: string;
  /** Further files and folders that stay out of the image, relative to the project, with `/`. */
  readonly without?: readonly string[];
  readonly tag: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly buildArgs: readonly string[];
  readonly secrets: readonly string[];
  readonly cacheFrom: readonly string[];
  readonly cacheTo: readonly string[];
  /** Where the copy of the Dockerfile goes that leaves the user's files alone. */
  readonly privateFolder: string;
}

/** What a build reads, with absolute paths, and whether it looks for newer base images. */
export interface BuildFiles {
  readonly dockerfile: string;
  readonly ignoreFile: string | undefined;
  readonly pull: boolean;
}

/** The command line of a build. */
export function buildArguments(
  engine: Engine,
  request: BuildRequest,
  { dockerfile, ignoreFile, pull }: BuildFiles,
): string[] {
  const each = (flag: string, values: readonly string[]): string[] => values.flatMap((value) => [flag, value]);
  const labels = Object.entries(request.labels).map(([key, value]) => `${key}=${value}`);
  const kind =
    engine.program === 'podman'
      ? ['build', '--format', 'docker']
      : engine.builder
        ? ['buildx', 'build', '--load']
        : ['build'];
  return [
    ...kind,
    '--platform=linux/amd64',
    ...each('--tag', [request.tag]),
    ...each('--file', [dockerfile]),
    ...(engine.program === 'podman' && ignoreFile !== undefined ? ['--ignorefile', ignoreFile] : []),
    ...(pull ? ['--pull'] : []),
    ...each('--label', labels),
    ...each('--build-arg', request.buildArgs),
    ...each('--secret', request.secrets),
    ...each('--cache-from', request.cacheFrom),
    ...each('--cache-to', request.cacheTo),
    '--',
    request.project,
  ];
}

/**
 * Builds the project's image. DAGs and what else is asked stay out of it by a copy of the Dockerfile with an ignore file of its own
 * (BuildKit reads `<Dockerfile>.dockerignore` beside the file that `--file` names); the user's files are not touched.
 * Throws UserError with the last lines of a failed build.
 */
export async function buildImage(engine: Engine, request: BuildRequest, onLine: (line: string) => void): Promise<void> {
  const { dockerfile, text, ignoreRules } = readBuildFiles(request.workspace, request.project);
  const { withoutDags, without = [] } = request;
  const dags = withoutDags === undefined ? undefined : insideProject(request.project, withoutDags);
  const excluded = [...(dags === undefined ? [] : [dags]), ...without];
  const copy = excluded.length === 0 ? undefined : shadow(request, text, `${ignoreRules}\n`, excluded);
  const args = buildArguments(engine, request, {
    dockerfile: copy?.dockerfile ?? dockerfile,
    ignoreFile: copy?.ignoreFile,
    pull: onlyAstroRuntime(text),
  });
  const result = await runGroup(engine.program, args, {
    cwd: request.project,
    env: { ...engine.env, ...passedOn(request, engine.all), DOCKER_BUILDKIT: '1', BUILDX_NO_DEFAULT_ATTESTATIONS: '1' },
    signal: engine.signal,
    onLine,
  });
  if (result.code === 0) return;
  if (result.tail.some((line) => /buildx component is missing|BuildKit is enabled but/i.test(line))) {
    throw new UserError(
      'This docker has no BuildKit, which keeps DAGs out of the image and passes secrets safely: install the buildx plugin (docker-buildx-plugin), as GitHub-hosted runners have it.',
    );
  }
  throw failed(
    `\`${engine.program} build\``,
    result,
    isEngineDown(result)
      ? `The ${engine.program} daemon does not answer: look at why it stopped, then run the job again.`
      : 'The image was not built, so no code was deployed. Correct the Dockerfile or what it needs.',
  );
}

function insideProject(project: string, folder: string): string | undefined {
  const way = relative(project, folder).replaceAll('\\', '/');
  return way === '' || way === '..' || way.startsWith('../') || isAbsolute(way) ? undefined : way;
}

function shadow(
  request: BuildRequest,
  dockerfile: string,
  rules: string,
  excluded: readonly string[],
): { dockerfile: string; ignoreFile: string } {
  const folder = join(request.privateFolder, 'build');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const copy = join(folder, 'Dockerfile');
  writeFileSync(copy, dockerfile);
  // The last rule that matches wins: no rule of the user brings back what stays out.
  const added = excluded.map((path) => `${path.replace(/[\\*?[\]]/g, '\\$&')}\n`);
  writeFileSync(`${copy}.dockerignore`, `${rules}${added.join('')}`);
  return { dockerfile: copy, ignoreFile: `${copy}.dockerignore` };
}

/** Whether every base image is Astro's own, of which the newest build is wanted (as the Astro CLI decides it). */
export function onlyAstroRuntime(dockerfile: string): boolean {
  const bases = dockerfile.split(/\r?\n/).filter((line) => /^FROM /i.test(line));
  return (
    bases.length > 0 &&
    bases.every((line) => /^FROM (?:quay\.io\/astronomer\/|astrocrpublic\.azurecr\.io\/)/i.test(line))
  );
}

/** By these the runner gives access to GitHub's cache (docs.docker.com, build/cache/backends/gha). */
export const githubCacheVariables = [
  'ACTIONS_RUNTIME_TOKEN',
  'ACTIONS_RESULTS_URL',
  'ACTIONS_CACHE_URL',
  'ACTIONS_CACHE_SERVICE_V2',
] as const;

/** Whether a cache of the type `gha` is named: fields between commas, as buildx reads them. */
export const usesGitHubCache = ({ cacheFrom, cacheTo }: Pick<BuildRequest, 'cacheFrom' | 'cacheTo'>): boolean =>
  [...cacheFrom, ...cacheTo].some((cache) =>
    cache.split(',').some((field) => /^\s*type\s*=\s*gha\s*$/i.test(field.replaceAll('"', ''))),
  );

/** The variables that secrets, build arguments and caches name: these only, of all that the Action's own environment holds. */
function passedOn(request: BuildRequest, all: NodeJS.ProcessEnv): Record<string, string> {
  const secrets = request.secrets.flatMap((spec) => {
    const members = new Map(
      spec
        .split(',')
        .map((member): [string, string] => [member.split('=')[0] ?? '', member.slice(member.indexOf('=') + 1)]),
    );
    return [members.get('env') ?? (members.has('src') || members.has('source') ? undefined : members.get('id'))];
  });
  const args = request.buildArgs.filter((arg) => !arg.includes('='));
  const cache = usesGitHubCache(request) ? githubCacheVariables : [];
  const names = [...secrets, ...args, ...cache].filter((name): name is string => name !== undefined);
  return Object.fromEntries(names.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])));
}
