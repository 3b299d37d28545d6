import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { makeDockerStandIn } from '../../sandbox/docker-stand-in.ts';
import type { Told } from '../scenarios/world.ts';
import { tap } from './calls.ts';
import { breachesOfRun, snapshot, type Snapshot } from './invariants.ts';
import { modes, type Mode } from './modes.ts';
import { follows, followUps, runStory, startStage, stories, type FollowUp, type Stage, type Story } from './stories.ts';

/** One square of the matrix: `push/Astro POST /…#1/lost-reply/again`. */
export interface Cell {
  readonly name: string;
  readonly story: Story;
  readonly call: string;
  readonly mode: string;
  readonly followUp: FollowUp;
}

/** How much faster time passes for the Action than for the test. */
const speed = 10;

const dockerCommands = ['version', 'build', 'login', 'push'] as const;
const dockerModes = ['fails', 'hangs-SIGINT'] as const;
const runnerFiles = ['GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY', 'GITHUB_STATE'] as const;

/** All cells, from what each clean story really calls: a new call enters by itself. */
export async function allCells(): Promise<readonly Cell[]> {
  const cells: Cell[] = [];
  const add = (story: Story, call: string, mode: string): void => {
    for (const followUp of Object.keys(followUps) as FollowUp[])
      if (follows(story, followUp))
        cells.push({ name: `${story.name}/${call}/${mode}/${followUp}`, story, call, mode, followUp });
  };
  for (const story of stories) {
    for (const call of await callsOf(story)) for (const mode of modes) add(story, call, mode.name);
    if (story.name === 'image')
      for (const name of dockerCommands) for (const mode of dockerModes) add(story, `docker ${name}`, mode);
    for (const file of runnerFiles) add(story, `file ${file}`, 'full-disk');
  }
  return cells;
}

async function callsOf(story: Story): Promise<readonly string[]> {
  return onStage(async (stage) => {
    await story.prepare(stage);
    const { calls } = tap(stage);
    const result = await runStory(stage, story, { speed });
    if (result.code !== 0) throw new Error(`the clean story ${story.name} fails:\n${result.log}`);
    return [...calls];
  });
}

async function onStage<T>(work: (stage: Stage) => Promise<T>): Promise<T> {
  const stage = await startStage();
  try {
    return await work(stage);
  } finally {
    await stage.world.end();
  }
}

/** Without the permission to see environment objects a removal warns, and a later sweep takes the links away. */
const mayLeaveLinks = ({ call, mode, followUp }: Cell): boolean =>
  call.includes('environment-objects') && /^40[134]$/.test(mode) && followUp !== 'sweep';

const references = new Map<string, Promise<Snapshot>>();

/** What a story with its follow-up ends with when nothing goes wrong. */
function reference(story: Story, followUp: FollowUp): Promise<Snapshot> {
  const name = `${story.name}/${followUp}`;
  const known = references.get(name);
  if (known) return known;
  const played = onStage(async (stage) => {
    await story.prepare(stage);
    await runStory(stage, story);
    await followUps[followUp](stage, story);
    return snapshot(stage);
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
    const hasFiles = !cell.call.startsWith('file ');
    const first = hasFiles ? breachesOfRun(stage, spoilt, mode, speed) : reportedDespiteFullDisk(spoilt, cell.call);
    const after = await followUps[followUp](stage, story);
    const second = breachesOfRun(stage, after, undefined, 1).map((breach) => `after ${followUp}: ${breach}`);
    const failed = after.code === 0 ? [] : [`after ${followUp}: it failed: ${after.annotations.join(' ')}`];
    const wanted = await reference(story, followUp);
    const got = { ...(await snapshot(stage)), ...(mayLeaveLinks(cell) && { deadLinks: wanted.deadLinks }) };
    const differs = isDeepStrictEqual(got, wanted) ? [] : [`I4/I10 after ${followUp}: ${difference(got, wanted)}`];
    return [...first, ...second, ...failed, ...differs];
  });
}

async function runSpoilt(stage: Stage, { story, call, mode: name }: Cell, mode: Mode | undefined): Promise<Told> {
  if (call.startsWith('file '))
    return runStory(stage, story, { env: { [call.slice('file '.length)]: '/dev/full' }, speed });
  if (call.startsWith('docker ')) return runWithDocker(stage, story, call.slice('docker '.length), name);
  if (!mode) throw new Error(`there is no mode ${name}`);
  let send: ((signal: NodeJS.Signals) => Promise<void>) | undefined;
  const { spoil } = tap(stage);
  spoil(
    call,
    mode.fault((signal) => void send?.(signal)),
    mode.times,
  );
  const result = await runStory(stage, story, {
    speed,
    onStart: (given) => {
      send = given;
    },
  });
  stage.world.astro.wire = undefined;
  stage.world.github.wire = undefined;
  return result;
}

async function runWithDocker(stage: Stage, story: Story, command: string, mode: string): Promise<Told> {
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
            if (docker.calls().some(({ args }) => args[0] === command)) {
              clearInterval(timer);
              void send('SIGINT');
            }
          }, 20);
        },
      }),
    });
    clearInterval(timer);
    return result;
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

/** Every nth cell, so that a sample holds all stories, calls and modes alike. */
export function sampleOf(cells: readonly Cell[], size: number): readonly Cell[] {
  if (size >= cells.length) return cells;
  // A step without a common factor with the number of modes and follow-ups walks through all of them.
  return Array.from(
    { length: size },
    (_, index) => cells[Math.floor((index * cells.length) / size + ((index * 7) % 23)) % cells.length] as Cell,
  );
}
