import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository, type SampleEvent } from '../../../sandbox/events.ts';
import { sampleFiles } from '../../../sandbox/project.ts';
import type { Told, World } from '../world.ts';

/** How workflows for deploy-action name the long-lived Deployment: by id, and with no template for previews. */
export const movedOver = (id: string): Readonly<Record<string, string>> => ({
  template: '',
  'deployment-name': '',
  'deployment-id': id,
});

/** An event by its name, with what its payload holds beside the repository. */
export const event = (name: string, ref: string, sha: string, payload: object = {}): SampleEvent => ({
  event: name,
  payload: { repository, ...payload },
  env: {
    GITHUB_REPOSITORY: repository.full_name,
    GITHUB_REPOSITORY_ID: String(repository.id),
    GITHUB_REF: ref,
    GITHUB_SHA: sha,
  },
});
export const creation = (name: string, sha: string, type: 'branch' | 'tag' = 'branch'): SampleEvent =>
  event('create', `refs/${type === 'tag' ? 'tags' : 'heads'}/${name}`, sha, { ref: name, ref_type: type });

/** The sample project in a folder of the repository. */
export const inFolder = (folder: string): Record<string, string> =>
  Object.fromEntries(Object.entries(sampleFiles).map(([name, text]) => [`${folder}/${name}`, text]));

/** Records that the commit that is checked out runs on a Deployment, as a deploy of the project in `path`. */
export function running(world: World, deploymentId: string, path?: string): void {
  world.astro.addDeploy(deploymentId, {
    git: {
      provider: 'GITHUB',
      account: 'acme',
      repo: 'etl',
      commitSha: world.project.git('rev-parse', 'HEAD'),
      ...(path !== undefined && { path }),
    },
  });
}

/** What became of a run in four words: exit code, result, deploy type. */
export const ended = ({ code, outputs }: Told): string =>
  `${String(code)} ${outputs['result'] ?? ''} ${outputs['deploy-type'] ?? ''}`;
export const writes = ({ requests }: Told): string[] => requests.filter((request) => !request.includes(' GET '));
export const builds = ({ docker }: World): (readonly string[])[] =>
  docker.calls().flatMap(({ args }) => (args[0] === 'build' ? [args] : []));
/** What Astro answers to make an operation fail for good. */
export const refused = { status: 400, body: '{"message":"no","requestId":"r","statusCode":400}' } as const;

/** Watches a step from outside: a folder for PATH where every program is a decoy that only writes its name down. */
export interface Watch {
  readonly env: Readonly<Record<string, string>>;
  /** Programs that were started, with their arguments. */
  readonly started: () => string[];
  /** Hosts and ports that any Node process of the step connected to. */
  readonly connected: () => string[];
  /** Files that are left in HOME and in RUNNER_TEMP. */
  readonly left: () => string[];
  readonly end: () => void;
}

/** What deploy-action, or a tool of its, would start. */
const decoys = ['astro', 'npm', 'npx', 'semver', 'curl', 'wget', 'bash', 'sudo', 'sed', 'bc', 'jq', 'pip'];

export function watch(world: World): Watch {
  const home = mkdtempSync(join(tmpdir(), 'watched-'));
  const [programs, empty, journal, network] = ['programs', 'home', 'journal', 'network'].map((name) =>
    join(home, name),
  ) as [string, string, string, string];
  for (const folder of [programs, empty, join(home, 'temp')]) mkdirSync(folder);
  const program = (name: string, then: string): void => {
    writeFileSync(join(programs, name), `#!/bin/sh\necho "${name} $*" >> '${journal}'\n${then}\n`, { mode: 0o755 });
  };
  for (const name of decoys) program(name, 'exit 1');
  const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  program('git', `exec '${git}' "$@"`);
  const tracer = join(home, 'tracer.cjs');
  writeFileSync(
    tracer,
    `const net = require('node:net'); const fs = require('node:fs'); const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args;
  fs.appendFileSync(${JSON.stringify(network)}, (options.path ?? options.host + ':' + options.port) + '\\n');
  return connect.apply(this, args);
};`,
  );
  const lines = (file: string): string[] =>
    existsSync(file) ? [...new Set(readFileSync(file, 'utf8').trim().split('\n'))] : [];
  return {
    env: {
      PATH: `${programs}:${world.docker.folder}`,
      HOME: empty,
      RUNNER_TEMP: join(home, 'temp'),
      NODE_OPTIONS: `--require=${tracer}`,
    },
    started: () => lines(journal),
    connected: () => lines(network),
    left: () =>
      [empty, join(home, 'temp')].flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' })),
    end: () => {
      rmSync(home, { recursive: true });
    },
  };
}
