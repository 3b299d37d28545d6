import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { makeDockerStandIn } from '../../sandbox/docker-stand-in.ts';
import type { Told } from '../scenarios/world.ts';
import { tap } from './calls.ts';
import { onStage, speed, type Cell } from './cells.ts';
import { snapshot, wrongEnd, type Snapshot } from './ends.ts';
import { breachesOfRun } from './invariants.ts';
import { modes, type Mode } from './modes.ts';
import { calmSpeed, type Stage } from './stage.ts';
import { followUps, removes, rivals, runStory, type FollowUp, type Story } from './stories.ts';

/** Without the permission to see environment objects a removal warns, and a later sweep takes the links away. */
const mayLeaveLinks = ({ call, mode }: Cell): boolean => call.includes('environment-objects') && /^40[134]$/.test(mode);

interface Reference {
  readonly end: Snapshot;
  readonly wrong: readonly string[];
}

const references = new Map<string, Promise<Reference>>();

/** What a story, with its follow-up where there is one, ends with when nothing goes wrong. */
function reference(story: Story, followUp?: FollowUp): Promise<Reference> {
  const name = `${story.name}/${followUp ?? ''}`;
  const known = references.get(name);
  if (known) return known;
  const played = onStage(async (stage) => {
    await story.prepare(stage);
    await runStory(stage, story);
    if (followUp) await followUps[followUp](stage, story);
    const end = await snapshot(stage);
    return { end, wrong: wrongEnd(stage, story, followUp, end) };
  });
  references.set(name, played);
  return played;
}

/** Plays one cell; gives back what does not hold, one sentence each. */
export async function playCell(cell: Cell): Promise<readonly string[]> {
  const { story, followUp } = cell;
  const mode = modes.find(({ name }) => name === cell.mode);
  return onStage(async (stage) => {
    await story.prepare(stage);
    const spoilt = await runSpoilt(stage, cell, mode);
    const first = cell.call.startsWith('file ')
      ? reportedDespiteFullDisk(spoilt.result, cell.call)
      : [
          ...breachesOfRun(stage, spoilt.result, mode, mode?.meanwhile ? 1 : speed),
          ...(await untruths(stage, cell, spoilt.result, mode)),
        ];
    const after = await followUps[followUp](stage, story);
    const second = breachesOfRun(stage, after, undefined, calmSpeed).map((breach) => `after ${followUp}: ${breach}`);
    const failed = after.code === 0 ? [] : [`after ${followUp}: it failed: ${after.annotations.join(' ')}`];
    const { end: wanted, wrong } = await reference(story, followUp);
    const may = mayLeaveLinks(cell) && followUp !== 'sweep';
    const got = { ...(await snapshot(stage)), ...(may && { deadLinks: wanted.deadLinks }) };
    const differs = isDeepStrictEqual(got, wanted) ? [] : [`I4/I10 after ${followUp}: ${difference(got, wanted)}`];
    return [...spoilt.breaches, ...first, ...second, ...failed, ...differs, ...wrong];
  });
}

/** A run that says that all went well left Astro as the same run does that nothing spoils: I8. */
async function untruths(stage: Stage, cell: Cell, { code, outputs }: Told, mode: Mode | undefined): Promise<string[]> {
  const isDeleted = mode?.meanwhile === 'delete';
  if (code !== 0 || (outputs['result'] === 'skipped' && !isDeleted)) return [];
  const { end: wanted, wrong } = await reference(cell.story, isDeleted && !removes(cell.story) ? 'delete' : undefined);
  const got = await snapshot(stage);
  // What GitHub does not take costs a warning, and nothing else.
  const leaves = { comment: wanted.comment, environments: wanted.environments };
  const astro = { ...got, ...leaves, ...(mayLeaveLinks(cell) && { deadLinks: wanted.deadLinks }) };
  return isDeepStrictEqual(astro, wanted) ? [...wrong] : [`I8: exit 0, and ${difference(astro, wanted)}`, ...wrong];
}

interface Spoilt {
  readonly result: Told;
  readonly breaches: readonly string[];
}

async function runSpoilt(stage: Stage, { story, call, mode: name }: Cell, mode: Mode | undefined): Promise<Spoilt> {
  if (call.startsWith('file ')) {
    const env = { [call.slice('file '.length)]: '/dev/full' };
    return { result: await runStory(stage, story, { env, speed }), breaches: [] };
  }
  if (call.startsWith('docker ')) return runWithDocker(stage, story, call.slice('docker '.length), name);
  if (!mode) throw new Error(`there is no mode ${name}`);
  let send: ((signal: NodeJS.Signals) => Promise<void>) | undefined;
  const { spoil } = tap(stage);
  const breaches: string[] = [];
  const meanwhile = async (): Promise<void> => {
    const other = mode.meanwhile && (await rivals[mode.meanwhile](stage, story));
    if (other && other.code !== 0) breaches.push(`the run meanwhile failed: ${other.annotations.join(' ')}`);
  };
  // Previews that are younger than an hour are none of the sweep's business.
  if (mode.meanwhile === 'sweep') stage.clock.ahead += 2 * 60 * 60 * 1000;
  spoil(call, mode.fault({ send: (signal) => void send?.(signal), stage, meanwhile }), mode.times);
  const result = await runStory(stage, story, {
    // A call that is held waits for a run that has to go at a real pace.
    speed: mode.meanwhile ? 1 : speed,
    onStart: (given) => {
      send = given;
    },
  });
  stage.world.astro.wire = undefined;
  stage.world.github.wire = undefined;
  return { result, breaches };
}

async function runWithDocker(stage: Stage, story: Story, command: string, mode: string): Promise<Spoilt> {
  const folder = mkdtempSync(join(tmpdir(), 'faulty-docker-'));
  try {
    const docker = makeDockerStandIn(folder, mode === 'fails' ? { fails: command } : { hangs: command });
    let timer: NodeJS.Timeout | undefined;
    const result = await runStory(stage, story, {
      env: { PATH: `${docker.folder}:${process.env['PATH'] ?? ''}` },
      speed,
      ...(mode === 'hangs-SIGINT' && {
        onStart: (send: (signal: NodeJS.Signals) => Promise<void>) => {
          timer = setInterval(() => {
            if (docker.hasLeftChild()) {
              clearInterval(timer);
              void send('SIGINT');
            }
          }, 20);
        },
      }),
    });
    clearInterval(timer);
    stage.dockerCalls.push(...docker.calls());
    return { result, breaches: docker.hasLeftChild() ? [`I7: a child of docker ${command} still runs`] : [] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The files cannot be read back, so only exit code and log count: R-33. */
function reportedDespiteFullDisk({ code, annotations, log }: Told, call: string): string[] {
  const complained = annotations.some(
    (line) => line.includes(call.slice('file '.length)) || /ENOSPC|no space/i.test(line),
  );
  return [
    ...(complained ? [] : [`R-33: nothing is said of the full disk (exit ${String(code)})`]),
    ...(/ {4}at .*\.js:\d+/.test(log) ? ['R-33: a stack is shown'] : []),
  ];
}

function difference(got: Snapshot, wanted: Snapshot): string {
  return (Object.keys(wanted) as (keyof Snapshot)[])
    .filter((key) => !isDeepStrictEqual(got[key], wanted[key]))
    .map((key) => `${key} is ${JSON.stringify(got[key])}, not ${JSON.stringify(wanted[key])}`)
    .join('; ');
}

/** Runs work for each item, a few at a time. */
export async function eachOf<T>(items: readonly T[], workers: number, work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  await Promise.all(
    Array.from({ length: workers }, async () => {
      for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
    }),
  );
}
