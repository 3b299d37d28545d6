import { deletion, pullRequest, push, schedule, type SampleEvent } from '../../sandbox/events.ts';
import { sampleFiles } from '../../sandbox/project.ts';
import { startWorld, type World } from '../scenarios/world.ts';

/** Secrets that must show up nowhere but where they belong. */
export const canaries = {
  password: 'override-password-canary-41c7d2',
  basePassword: 'base-password-canary-8d21aa',
} as const;

export const branch = 'feature/login';

const hour = 60 * 60 * 1000;

const config = `version: 1
environments:
  main: { deployment: etl-prod }
preview:
  ttl: 3d
environment-objects:
  - connection: snowflake
    link: [preview, main]
    preview: { schema: 'PR_\${pr}', password: '\${env.PREVIEW_PASSWORD}' }
`;

/** One run of the Action that faults are put into, and what was there before. */
export interface Story {
  readonly name: string;
  /** Brings the world to where the story begins. */
  readonly prepare: (stage: Stage) => Promise<void>;
  /** The event that starts the run. */
  readonly event: (stage: Stage) => SampleEvent;
  readonly inputs?: Readonly<Record<string, string>>;
  /** Without a checkout, as removals run. */
  readonly noCheckout?: boolean;
}

/** A world with the time that it is there, and the commits of the story. */
export interface Stage {
  readonly world: World;
  /** Milliseconds that Astro's clock is ahead. */
  readonly clock: { ahead: number };
  head: string;
  readonly commit: (name: string, files: Readonly<Record<string, string>>) => void;
  readonly run: (event: SampleEvent, inputs?: Readonly<Record<string, string>>) => ReturnType<World['step']>;
  /** Deletes the branch and closes its pull request. */
  readonly deleteBranch: () => void;
}

/** Inputs of every run: everything that writes is on. */
const inputs = { comment: 'true', 'github-deployments': 'true', 'verify-dags': 'warn', 'wait-time': '60s' };

/** Starts a world with a production Deployment, one of somebody else, and a connection that both are linked to. */
export async function startStage(): Promise<Stage> {
  const clock = { ahead: 0 };
  const world = await startWorld({
    files: { ...sampleFiles, '.astro/branch-deploy.yaml': config },
    now: () => Date.now() + clock.ahead,
    registry: 'none',
  });
  const production = world.astro.addDeployment({ name: 'etl-prod' });
  const foreign = world.astro.addDeployment({ name: 'other-team', description: 'Not ours' });
  world.astro.addObject({
    objectKey: 'snowflake',
    objectType: 'CONNECTION',
    connection: { type: 'snowflake', login: 'SVC', password: canaries.basePassword, schema: 'PUBLIC' },
    links: [
      { scope: 'DEPLOYMENT', scopeEntityId: production.id },
      { scope: 'DEPLOYMENT', scopeEntityId: foreign.id, overrides: { connection: { schema: 'THEIRS' } } },
    ],
  });
  world.github.branches.set('main', world.project.git('rev-parse', 'HEAD'));
  const files = new Map(Object.entries({ ...sampleFiles, '.astro/branch-deploy.yaml': config }));
  world.github.files.set('main', files);
  const stage: Stage = {
    world,
    clock,
    head: '',
    commit: (name, changed) => {
      world.project.git('checkout', '--quiet', '-B', name);
      stage.head = world.commit(`Change ${Object.keys(changed).join(', ')}`, changed);
      const open = world.github.pullRequests.find((one) => one.branch === name);
      if (open) open.commit = stage.head;
    },
    run: (event, more = {}) =>
      world.step(event, { ...inputs, ...more }, { env: { PREVIEW_PASSWORD: canaries.password } }),
    deleteBranch: () => {
      world.github.branches.delete(branch);
      for (const one of world.github.pullRequests) one.state = 'closed';
    },
  };
  stage.commit(branch, { 'dags/login.py': 'from airflow.sdk import dag\nx = 1\n' });
  world.github.pullRequests.push({ number: 42, branch, commit: stage.head, state: 'open' });
  return stage;
}

const opened = (stage: Stage): SampleEvent => pullRequest('opened', branch, stage.head);
const synchronized = (stage: Stage): SampleEvent => pullRequest('synchronize', branch, stage.head);

/** A preview that runs the branch's first commit. */
async function withPreview(stage: Stage): Promise<void> {
  const { code, log } = await stage.run(opened(stage), { 'deploy-type': 'dags-only' });
  if (code !== 0) throw new Error(`the story cannot begin:\n${log}`);
}

export const stories: readonly Story[] = [
  {
    name: 'open',
    prepare: () => Promise.resolve(),
    event: opened,
    inputs: { 'deploy-type': 'dags-only' },
  },
  {
    name: 'push',
    prepare: async (stage) => {
      await withPreview(stage);
      stage.commit(branch, { 'dags/login.py': 'from airflow.sdk import dag\nx = 2\n' });
    },
    event: synchronized,
    inputs: { 'deploy-type': 'dags-only' },
  },
  {
    name: 'image',
    prepare: async (stage) => {
      await withPreview(stage);
      stage.commit(branch, { 'requirements.txt': 'apache-airflow-providers-http\n' });
    },
    event: synchronized,
  },
  {
    name: 'merge',
    prepare: (stage) => {
      stage.commit('main', { 'dags/hello.py': 'from airflow.sdk import dag\ny = 1\n' });
      return Promise.resolve();
    },
    event: ({ head }) => push('main', head),
    inputs: { 'deploy-type': 'dags-only' },
  },
  {
    name: 'close',
    prepare: async (stage) => {
      await withPreview(stage);
      for (const one of stage.world.github.pullRequests) one.state = 'closed';
    },
    event: ({ head }) => pullRequest('closed', branch, head),
    noCheckout: true,
  },
  {
    name: 'delete',
    prepare: async (stage) => {
      await withPreview(stage);
      stage.deleteBranch();
    },
    event: () => deletion(branch),
    noCheckout: true,
  },
  {
    name: 'sweep',
    prepare: async (stage) => {
      await withPreview(stage);
      stage.deleteBranch();
      stage.clock.ahead = 2 * hour;
    },
    event: () => schedule(),
    noCheckout: true,
  },
];

/** What happens after the spoiled run. */
export const followUps = {
  /** The same event again, as "re-run jobs" does. */
  again: (stage: Stage, story: Story): ReturnType<World['step']> => runStory(stage, story),
  /** The branch is deleted, and its event arrives. */
  delete: (stage: Stage): ReturnType<World['step']> => {
    stage.deleteBranch();
    return stage.run(deletion(branch));
  },
  /** The branch is deleted, no event arrives, and the sweep comes some hours later. */
  sweep: (stage: Stage): ReturnType<World['step']> => {
    stage.deleteBranch();
    stage.clock.ahead += 3 * hour;
    return stage.run(schedule());
  },
  /** A newer commit is pushed. */
  newer: (stage: Stage, story: Story): ReturnType<World['step']> => {
    const name = story.name === 'merge' ? 'main' : branch;
    stage.commit(name, { 'dags/newer.py': 'from airflow.sdk import dag\nz = 1\n' });
    return stage.run(name === 'main' ? push('main', stage.head) : synchronized(stage), story.inputs);
  },
} as const;

export type FollowUp = keyof typeof followUps;

/**
 * Whether a follow-up makes sense after a story: a branch that is gone gets no push, and what happens to a branch later
 * does not repair production.
 */
export const follows = (story: Story, followUp: FollowUp): boolean =>
  story.name === 'merge'
    ? followUp === 'again' || followUp === 'newer'
    : followUp !== 'newer' || !['close', 'delete', 'sweep'].includes(story.name);

/** Runs a story's event once. */
export const runStory = (
  stage: Stage,
  story: Story,
  more: { readonly env?: Readonly<Record<string, string>>; readonly speed?: number } & Pick<
    NonNullable<Parameters<World['step']>[2]>,
    'onStart'
  > = {},
): ReturnType<World['step']> =>
  stage.world.step(
    story.event(stage),
    { ...inputs, ...story.inputs },
    {
      ...more,
      ...(story.noCheckout === true && { workspace: '/' }),
      env: { PREVIEW_PASSWORD: canaries.password, ...more.env },
    },
  );
