import type { DockerCall } from '../../sandbox/docker-stand-in.ts';
import { repository, type SampleEvent } from '../../sandbox/events.ts';
import { sampleFiles } from '../../sandbox/project.ts';
import { describePreview } from '../../src/core/identity.ts';
import { startWorld, type World } from '../scenarios/world.ts';

/** Secrets that must show up nowhere but where they belong. */
export const canaries = {
  password: 'override-password-canary-41c7d2',
  basePassword: 'base-password-canary-8d21aa',
} as const;

export const branch = 'feature/login';

/** How much faster time passes for a run that nothing spoils; see time-lapse.mjs. */
export const calmSpeed = 4;

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

/** A world with the time that it is there, and the commits of the story. */
export interface Stage {
  readonly world: World;
  /** Milliseconds that Astro's clock is ahead. */
  readonly clock: { ahead: number };
  /** Deployments that are not ours, by id, as they were in the beginning. */
  readonly foreign: ReadonlyMap<string, string>;
  /** What other stand-ins for docker than the world's own were called with. */
  readonly dockerCalls: DockerCall[];
  head: string;
  /** The DAG files of the last commit. */
  lastDags: Readonly<Record<string, string>>;
  readonly commit: (name: string, files: Readonly<Record<string, string>>) => void;
  readonly run: (event: SampleEvent, inputs?: Readonly<Record<string, string>>) => ReturnType<World['step']>;
  /** Deletes the branch and closes its pull request. */
  readonly deleteBranch: () => void;
}

/** Inputs of every run: everything that writes is on. */
export const inputs = { comment: 'true', 'github-deployments': 'true', 'verify-dags': 'warn', 'wait-time': '60s' };

/**
 * Deployments that a careless Action could take for its own: one of another team, one that is called nearly as the
 * branch's preview, and the preview of another repository's branch of the same name. Names need not be unique here,
 * because an Astro that refuses a second one would hide that a preview is created twice.
 */
function addForeign({ astro }: World): Map<string, string> {
  const elsewhere = { repositoryId: repository.id + 1, ref: `refs/heads/${branch}`, project: '.' };
  const theirs = 'etl-feature-login-12345678';
  const added = [
    { name: 'other-team', description: 'Not ours' },
    { name: 'etl-feature-login-0a1b2c3d', description: 'Made by hand, for the feature login' },
    { name: theirs, description: describePreview('', elsewhere, theirs) },
  ].map((given) => astro.addDeployment(given));
  return new Map(added.map((one) => [one.id, JSON.stringify(one)]));
}

/** Starts a world with a production Deployment, some of other people, and a connection that two are linked to. */
export async function startStage(): Promise<Stage> {
  const clock = { ahead: 0 };
  const world = await startWorld({
    files: { ...sampleFiles, '.astro/branch-deploy.yaml': config },
    now: () => Date.now() + clock.ahead,
    registry: 'none',
    switches: { uniqueNames: 'allowed' },
  });
  const production = world.astro.addDeployment({ name: 'etl-prod' });
  const foreign = addForeign(world);
  const [otherTeam = ''] = foreign.keys();
  world.astro.addObject({
    objectKey: 'snowflake',
    objectType: 'CONNECTION',
    connection: { type: 'snowflake', login: 'SVC', password: canaries.basePassword, schema: 'PUBLIC' },
    links: [
      { scope: 'DEPLOYMENT', scopeEntityId: production.id },
      { scope: 'DEPLOYMENT', scopeEntityId: otherTeam, overrides: { connection: { schema: 'THEIRS' } } },
    ],
  });
  world.github.branches.set('main', world.project.git('rev-parse', 'HEAD'));
  const files = new Map(Object.entries({ ...sampleFiles, '.astro/branch-deploy.yaml': config }));
  world.github.files.set('main', files);
  const stage: Stage = {
    world,
    clock,
    foreign,
    dockerCalls: [],
    head: '',
    lastDags: {},
    commit: (name, changed) => {
      world.project.git('checkout', '--quiet', '-B', name);
      stage.head = world.commit(`Change ${Object.keys(changed).join(', ')}`, changed);
      stage.lastDags = Object.fromEntries(Object.entries(changed).filter(([path]) => path.startsWith('dags/')));
      const open = world.github.pullRequests.find((one) => one.branch === name);
      if (open) open.commit = stage.head;
    },
    run: (event, more = {}) =>
      world.step(event, { ...inputs, ...more }, { env: { PREVIEW_PASSWORD: canaries.password }, speed: calmSpeed }),
    deleteBranch: () => {
      world.github.branches.delete(branch);
      for (const one of world.github.pullRequests) one.state = 'closed';
    },
  };
  stage.commit(branch, { 'dags/login.py': 'from airflow.sdk import dag\nx = 1\n' });
  world.github.pullRequests.push({ number: 42, branch, commit: stage.head, state: 'open' });
  return stage;
}

/** The forms in which a secret could slip out. */
export const formsOf = (secret: string): string[] => [
  secret,
  encodeURIComponent(secret),
  ...[secret, `cli:${secret}`, `Bearer ${secret}`, `x-access-token:${secret}`].map((text) =>
    Buffer.from(text).toString('base64').replace(/=+$/, ''),
  ),
];
