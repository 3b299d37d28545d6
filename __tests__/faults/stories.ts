import { deletion, pullRequest, push, schedule, type SampleEvent } from '../../sandbox/events.ts';
import type { World } from '../scenarios/world.ts';
import { branch, calmSpeed, canaries, inputs, type Stage } from './stage.ts';

const hour = 60 * 60 * 1000;

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

/** Whether a story's own run removes the preview. */
export const removes = ({ name }: Story): boolean => ['close', 'delete', 'sweep'].includes(name);

const onlyFeature = 'what happens to a feature branch does not touch production';

/** Another run that begins and ends while a story's run is under way. */
export const rivals = {
  again: (stage: Stage, story: Story): ReturnType<World['step']> => runStory(stage, story),
  delete: (stage: Stage): ReturnType<World['step']> => followUps.delete(stage),
  /** The sweep looks at everything, and the branch is there, or goes by the story's own run. */
  sweep: (stage: Stage): ReturnType<World['step']> => stage.run(schedule()),
} as const;

/** Why another run is not played during a story, or a follow-up after it; `undefined` where it is. */
export function senselessWith(story: Story, rival: keyof typeof rivals, followUp: FollowUp): string | undefined {
  if (rival !== 'delete') return senseless(story, followUp);
  if (story.name === 'merge') return onlyFeature;
  return followUp === 'sweep' ? undefined : 'a branch that was deleted meanwhile gets nothing but the sweep';
}

/** Why a follow-up is not played after a story; `undefined` where it is. */
export function senseless(story: Story, followUp: FollowUp): string | undefined {
  if (followUp === 'newer' && removes(story)) return 'a branch whose preview was removed for good gets no push';
  if (story.name === 'merge' && (followUp === 'delete' || followUp === 'sweep')) return onlyFeature;
  return undefined;
}

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
      speed: calmSpeed,
      ...more,
      ...(story.noCheckout === true && { workspace: '/' }),
      env: { PREVIEW_PASSWORD: canaries.password, ...more.env },
    },
  );
