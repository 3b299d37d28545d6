import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { makeDockerStandIn } from '../../sandbox/docker-stand-in.ts';
import * as events from '../../sandbox/events.ts';
import type { SampleEvent } from '../../sandbox/events.ts';
import { startGitHub, type Permission } from '../../sandbox/github.ts';
import { makeProject, sampleFiles } from '../../sandbox/project.ts';
import { read } from '../docs/markdown.ts';
import { startWorld, token, type World } from '../scenarios/world.ts';
import {
  listens,
  permissionsOf,
  readWorkflow,
  runWorkflow,
  type Ran,
  type Surroundings,
  type Workflow,
} from './run-workflow.ts';

type Files = Readonly<Record<string, string>>;
type Inhabited = Pick<World, 'astro' | 'github' | 'project' | 'docker'>;

interface Options {
  /** Names of the long-lived Deployments that there are. */
  readonly deployments?: readonly string[];
  readonly secrets?: Files;
  readonly vars?: Files;
  /** The project, in place of the sample. */
  readonly files?: Files;
  /** A repository of this name that deploys to the same Astro. */
  readonly beside?: { readonly life: Life; readonly repository: string };
  readonly script?: Surroundings['script'];
  /** How docker's stand-in plays. */
  readonly docker?: Parameters<typeof makeDockerStandIn>[1];
}

/** The example's files where its README puts them, beside a small project. */
export function filesOf(example: string): Record<string, string> {
  const folder = new URL(`../../examples/${example}/`, import.meta.url);
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => /(?:^|\/)(?:workflow\.yml|branch-deploy\.yaml|preview\.yaml|\.dockerignore)$/.test(name));
  return Object.fromEntries(found.map((name) => [placeOf(name), read(`examples/${example}/${name}`)]));
}

function placeOf(name: string): string {
  if (name === 'workflow.yml') return '.github/workflows/astro.yml';
  return name.endsWith('.yaml') ? name.replace(/[^/]+$/, '.astro/$&') : name;
}

/** The sample project without a template: examples bring their own. */
export const project: Files = Object.fromEntries(
  Object.entries(sampleFiles).filter(([name]) => !name.startsWith('.astro/')),
);

const permission = (given: string | undefined): Permission => (given === 'read' || given === 'write' ? given : 'none');

/** Starts the life of a repository that is set up as an example says; `end` it in any case. */
export async function startLife(example: string, options: Options = {}): Promise<Life> {
  const clock = { ahead: 0 };
  const files = { ...(options.files ?? project), ...filesOf(example) };
  const temp = mkdtempSync(join(tmpdir(), 'life-'));
  const { beside } = options;
  const repository = beside
    ? { ...events.repository, id: 7_654_321, name: beside.repository, full_name: `acme/${beside.repository}` }
    : events.repository;
  const own = beside
    ? undefined
    : await startWorld({
        files,
        now: () => Date.now() + clock.ahead,
        ...(options.docker && { docker: options.docker }),
      });
  const world: Inhabited = own ?? {
    ...(beside as NonNullable<typeof beside>).life.world,
    github: await startGitHub({ repository }),
    project: makeProject(join(temp, 'checkout'), files),
  };
  for (const name of options.deployments ?? []) world.astro.addDeployment({ name });
  world.github.branches.set('main', world.project.git('rev-parse', 'HEAD'));
  world.github.files.set('main', new Map(Object.entries(files)));
  const workflow = readWorkflow(`examples/${example}/workflow.yml`);
  // What the workflow does not ask for, its token may not do.
  const permissions = permissionsOf(workflow);
  world.github.permissions.contents = permission(permissions['contents']);
  world.github.permissions.pullRequests = permission(permissions['pull-requests']);
  world.github.permissions.deployments = permission(permissions['deployments']);
  const around: Surroundings = {
    secrets: { ASTRO_API_TOKEN: token, ...options.secrets },
    vars: options.vars ?? {},
    checkout: world.project.folder,
    temp: mkdtempSync(join(temp, 'runner-')),
    env: {
      PATH: `${world.docker.folder}:${process.env['PATH'] ?? ''}`,
      GITHUB_API_URL: world.github.url,
      GITHUB_REPOSITORY: repository.full_name,
      GITHUB_REPOSITORY_ID: String(repository.id),
    },
    inputs: { 'astro-api-url': world.astro.url, 'wait-time': '30s' },
    ...(options.script && { script: options.script }),
  };
  const happens = async (event: SampleEvent, checkedOut: string): Promise<Ran[]> => {
    const payload = event.payload as Readonly<Record<string, unknown>>;
    const here = { ...event, payload: 'repository' in payload ? { ...payload, repository } : payload };
    if (!listens(workflow, here)) return [];
    world.project.git('checkout', '--quiet', checkedOut);
    return runWorkflow(workflow, here, around);
  };
  const end = async (): Promise<void> => {
    await (own ? own.end() : world.github.close());
    rmSync(temp, { recursive: true, force: true });
  };
  return new Life(world, workflow, happens, clock, end);
}

/** A repository with Astro and GitHub around it. Every deed starts the runs that GitHub would start for it, and gives them back. */
export class Life {
  readonly world: Inhabited;
  readonly runs: Ran[] = [];
  readonly end: () => Promise<void>;
  readonly #workflow: Workflow;
  readonly #happens: (event: SampleEvent, checkedOut: string) => Promise<Ran[]>;
  readonly #clock: { ahead: number };
  readonly #bases = new Map<number, string>();

  constructor(
    world: Inhabited,
    workflow: Workflow,
    happens: (event: SampleEvent, checkedOut: string) => Promise<Ran[]>,
    clock: { ahead: number },
    end: () => Promise<void>,
  ) {
    this.world = world;
    this.end = end;
    this.#workflow = workflow;
    this.#happens = happens;
    this.#clock = clock;
  }

  async #on(event: SampleEvent, checkedOut = 'main'): Promise<Ran[]> {
    const ran = await this.#happens(event, checkedOut);
    this.runs.push(...ran);
    return ran;
  }

  /** Commits to a branch, made from `from` where it does not exist, and pushes it; its open pull request is told. */
  async push(branch: string, files: Files = {}, from = 'main'): Promise<Ran[]> {
    const { github, project: repository } = this.world;
    const isNew = !github.branches.has(branch);
    repository.git('checkout', '--quiet', ...(isNew ? ['-B', branch, from] : [branch]));
    const head = repository.commit(`Change ${branch}`, files);
    const ran = isNew ? await this.#on(events.creation(branch, head), branch) : [];
    return [...ran, ...(await this.#pushed(branch))];
  }

  async #pushed(branch: string): Promise<Ran[]> {
    const { github, project: repository } = this.world;
    const head = repository.git('rev-parse', `refs/heads/${branch}`);
    github.branches.set(branch, head);
    const ran = await this.#on(events.push(branch, head), branch);
    const pull = this.#pullOf(branch);
    if (!pull) return ran;
    pull.commit = head;
    return [...ran, ...(await this.#on(this.#pullRequest('synchronize', branch), branch))];
  }

  /** Opens a pull request of a branch that was pushed. */
  async open(branch: string, base = 'main'): Promise<Ran[]> {
    const { github } = this.world;
    const number = 42 + github.pullRequests.length;
    github.pullRequests.push({ number, branch, commit: github.branches.get(branch) ?? '', state: 'open' });
    this.#bases.set(number, base);
    return this.#on(this.#pullRequest('opened', branch), branch);
  }

  /** Merges the open pull request of a branch into its base; the branch stays. */
  async merge(branch: string): Promise<Ran[]> {
    const { project: repository } = this.world;
    const base = this.#bases.get(this.#pullOf(branch)?.number ?? 0) ?? 'main';
    repository.git('checkout', '--quiet', base);
    repository.git('merge', '--quiet', '--no-ff', '--message', `Merge ${branch}`, branch);
    const closed = await this.close(branch, true);
    return [...closed, ...(await this.#pushed(base))];
  }

  async close(branch: string, merged = false): Promise<Ran[]> {
    const event = this.#pullRequest('closed', branch, merged);
    const pull = this.#pullOf(branch);
    if (pull) pull.state = 'closed';
    return this.#on(event);
  }

  /** Deletes a branch. */
  async remove(branch: string): Promise<Ran[]> {
    this.world.github.branches.delete(branch);
    const pushed = await this.#on(events.push(branch, '0'.repeat(40), { deleted: true }));
    return [...pushed, ...(await this.#on(events.deletion(branch)))];
  }

  /** Lets the time come that the workflow's schedule names. */
  async schedule(): Promise<Ran[]> {
    const [{ cron } = { cron: '' }] = (this.#workflow.on['schedule'] ?? []) as readonly { cron: string }[];
    return this.#on({ ...events.schedule(this.#head('main')), payload: { schedule: cron } });
  }

  /** Somebody starts the workflow by hand. */
  async dispatch(branch = 'main', inputs: Files = {}): Promise<Ran[]> {
    const event = events.workflowDispatch(branch, this.#head(branch));
    return this.#on({ ...event, payload: { ...(event.payload as object), inputs } }, branch);
  }

  /** A program asks for a run. */
  async call(action: string, clientPayload: object = {}): Promise<Ran[]> {
    const event = events.repositoryDispatch(clientPayload, this.#head('main'));
    return this.#on({ ...event, payload: { ...(event.payload as object), action } });
  }

  /** Puts Astro's clock forward. */
  later(milliseconds: number): void {
    this.#clock.ahead += milliseconds;
  }

  /** Names of all Deployments, oldest first. */
  names(): string[] {
    return this.world.astro.deployments().map(({ name }) => name);
  }

  /** Id of the Deployment whose name begins like this. */
  id(name: string): string {
    const found = this.world.astro.deployments().filter((one) => one.name.startsWith(name));
    if (found.length !== 1)
      throw new Error(`${found.length} Deployments are called ${name}…: ${this.names().join(', ')}`);
    return found[0]?.id ?? '';
  }

  /** What was deployed to a Deployment, oldest first. */
  deploys(name: string): string[] {
    return this.world.astro
      .deploys(this.id(name))
      .toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt))
      .map(({ type, status }) => (status === 'DEPLOYED' ? type : `${type} ${status}`));
  }

  /** The DAG files that run on a Deployment, with their text. */
  async dags(name: string): Promise<Files> {
    const entries = await this.world.astro.archive(this.id(name));
    return Object.fromEntries(entries.map((entry) => [entry.name, entry.text]));
  }

  #head(branch: string): string {
    return this.world.github.branches.get(branch) ?? '';
  }

  #pullOf(branch: string) {
    return this.world.github.pullRequests.find((pull) => pull.branch === branch && pull.state === 'open');
  }

  #pullRequest(action: string, branch: string, merged = false): SampleEvent {
    const pull = this.#pullOf(branch);
    if (!pull) throw new Error(`${branch} has no open pull request`);
    const base = this.#bases.get(pull.number) ?? 'main';
    const event = events.pullRequest(action, branch, pull.commit, { number: pull.number, merged });
    const { pull_request: payload, ...rest } = event.payload as { pull_request: object };
    return {
      ...event,
      payload: { ...rest, pull_request: { ...payload, base: { ref: base, repo: { id: events.repository.id } } } },
      env: { ...event.env, ...(merged && { GITHUB_REF: `refs/heads/${base}` }) },
    };
  }
}
