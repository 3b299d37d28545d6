import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository, type SampleEvent } from '../../sandbox/events.ts';
import { startGitHub, type GitHubStandIn } from '../../sandbox/github.ts';
import { makeProject, runtimeVersion, type SampleProject } from '../../sandbox/project.ts';
import { makeDockerStandIn, type DockerStandIn } from '../../sandbox/docker-stand-in.ts';
import { runStep, type StepResult, type StepRun } from '../../sandbox/runner.ts';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/server.ts';

/** Astro, GitHub and a repository for one story. */
export interface World {
  readonly astro: Sandbox;
  readonly github: GitHubStandIn;
  readonly project: SampleProject;
  /** Stands in for docker, so that stories about what to deploy need no engine; image.test.ts has a real one. */
  readonly docker: DockerStandIn;
  /** Commits to the branch of the story and tells GitHub; gives back the commit. */
  readonly commit: (subject: string, files: Readonly<Record<string, string>>) => string;
  /** Runs the step for an event and tells which requests it made of Astro and GitHub, ids made readable. */
  readonly step: (
    event: SampleEvent,
    inputs?: Readonly<Record<string, string>>,
    more?: Partial<StepRun>,
  ) => Promise<Told>;
  readonly end: () => Promise<void>;
}

export interface Told extends StepResult {
  readonly requests: readonly string[];
}

/** The secrets that every step is given; none of them may show up where it does not belong. */
export const token = 'astro-token-canary-9f3b7c21d4e8';
export const githubToken = 'github-token-canary-77aa';

/**
 * What the runner takes for commands in a log, as it reads lines: `::name` at the start of one after white space,
 * `##[name]` anywhere in one, characters without width left out. The commands that the Action means to give are not told,
 * as long as they are whole: annotations, groups, masks.
 */
export function commandsIn(log: string): string[] {
  return log
    .replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')
    .split(/\r\n|[\n\r\u2028\u2029\u0085\u000b\u000c]/)
    .filter((line) => line.trimStart().startsWith('::') || line.includes('##['))
    .filter(
      (line) =>
        !/^::(?:add-mask|group|endgroup|debug|error|warning|notice)(?: [a-zA-Z]+=[^:]*)?::(?!.*##\[)/.test(line),
    );
}

/** Starts a world; `end` it in `afterEach`. */
export async function startWorld(
  options: Partial<SandboxOptions> & {
    files?: Readonly<Record<string, string>>;
    docker?: Parameters<typeof makeDockerStandIn>[1];
  } = {},
): Promise<World> {
  const home = mkdtempSync(join(tmpdir(), 'world-'));
  const { files, docker: playing, ...sandboxOptions } = options;
  const astro = await startSandbox({
    workspaces: [{ id: 'cm0workspace0000000000000', name: 'Data' }],
    // What the stand-in pushes runs what it says of its images.
    runtimeOfImages: () => playing?.label ?? runtimeVersion,
    ...sandboxOptions,
  });
  const github = await startGitHub({ repository });
  const project = makeProject(join(home, 'checkout'), files);
  const docker = makeDockerStandIn(home, playing);
  const step: World['step'] = async (event, inputs = {}, more = {}) => {
    const before = { astro: astro.requests.length, github: github.requests.length };
    const result = await runStep({
      event: event.event,
      payload: event.payload,
      workspace: project.folder,
      ...more,
      inputs: {
        'astro-api-url': astro.url,
        'astro-api-token': token,
        'github-token': githubToken,
        // Without a claim in the token, the list of Organizations is the only other way to know it.
        ...(!astro.switches.tokensListOrganizations && { 'organization-id': astro.organizationId }),
        template: '.astro/preview.yaml',
        'deployment-name': targetOf(event, astro),
        'wait-time': '30s',
        // What these add to a story is told in stories of their own.
        comment: 'false',
        'github-deployments': 'false',
        'verify-dags': 'off',
        'dag-changes': 'false',
        ...inputs,
      },
      env: {
        ...event.env,
        PATH: `${docker.folder}:${process.env['PATH'] ?? ''}`,
        GITHUB_API_URL: github.url,
        ...more.env,
      },
    });
    const told = [
      ...astro.requests
        .slice(before.astro)
        .map((request) => `Astro ${request.method} ${readable(request.path)} ${request.status}`),
      ...github.requests
        .slice(before.github)
        .map((request) => `GitHub ${request.method} ${request.path} ${request.status}`),
    ];
    return { ...result, requests: told };
  };
  return {
    astro,
    github,
    project,
    docker,
    step,
    commit: (subject, changed) => {
      const sha = project.commit(subject, changed);
      github.branches.set(project.git('rev-parse', '--abbrev-ref', 'HEAD'), sha);
      return sha;
    },
    end: async () => {
      await Promise.all([astro.close(), github.close()]);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** A pull request is warned of a Deployment that its merge would not find: told in stories of its own (after-merge.test.ts). */
const targetOf = ({ event, payload }: SampleEvent, astro: Sandbox): string =>
  event === 'pull_request' &&
  (payload as { action?: string }).action !== 'closed' &&
  !astro.deployments().some(({ name }) => name === 'etl-prod')
    ? ''
    : 'etl-prod';

/** Requests without the list of Organizations, which is asked for only where nothing else names the one. */
export const pastOrganizations = (requests: readonly string[]): string[] =>
  requests.filter((request) => request !== 'Astro GET /organizations 200');

const readable = (path: string): string => path.replace(/^\/v1/, '').replace(/c[a-z0-9]{24}/g, '{id}');
