import { createHash } from 'node:crypto';
import { tap } from './calls.ts';
import { modes, refused, type Mode } from './modes.ts';
import { startStage, type Stage } from './stage.ts';
import { followUps, runStory, senseless, senselessWith, stories, type FollowUp, type Story } from './stories.ts';

/** One square of the matrix: `push/Astro POST /…#1/lost-reply/again`. */
export interface Cell {
  readonly name: string;
  readonly story: Story;
  readonly call: string;
  readonly mode: string;
  readonly followUp: FollowUp;
}

/** The cells that are played, and how many are not, by the reason. */
export interface Matrix {
  readonly cells: readonly Cell[];
  readonly skipped: ReadonlyMap<string, number>;
}

/** How much faster time passes for the Action than for the test in a run that something spoils. */
export const speed = 10;

const dockerCommands = ['version', 'build', 'login', 'push'] as const;
const dockerModes = ['fails', 'hangs-SIGINT'] as const;
const runnerFiles = ['GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY', 'GITHUB_STATE'] as const;

/**
 * All cells of some stories, from what each of them really calls when nothing spoils it: a new call enters by itself.
 * `named`: only of the story that the name of a cell begins with, of all where it names none.
 */
export async function matrixOf(named = ''): Promise<Matrix> {
  const cells: Cell[] = [];
  const skipped = new Map<string, number>();
  const add = (story: Story, call: string, mode: string, { only, meanwhile }: Partial<Mode> = {}): void => {
    for (const followUp of Object.keys(followUps) as FollowUp[]) {
      const unfit = only?.calls.test(call) === false ? only.why : undefined;
      const reason = unfit ?? (meanwhile ? senselessWith(story, meanwhile, followUp) : senseless(story, followUp));
      if (reason !== undefined) skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
      else cells.push({ name: `${story.name}/${call}/${mode}/${followUp}`, story, call, mode, followUp });
    }
  };
  const meant = stories.filter(({ name }) => named.startsWith(`${name}/`));
  for (const story of meant.length > 0 ? meant : stories) {
    for (const call of await callsOf(story)) {
      for (const mode of [...modes, refused]) add(story, call, mode.name, mode);
    }
    if (story.name === 'image')
      for (const name of dockerCommands) for (const mode of dockerModes) add(story, `docker ${name}`, mode);
    for (const file of runnerFiles) add(story, `file ${file}`, 'full-disk');
  }
  return { cells, skipped };
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

/** Does something on a stage of its own. */
export async function onStage<T>(work: (stage: Stage) => Promise<T>): Promise<T> {
  const stage = await startStage();
  try {
    return await work(stage);
  } finally {
    await stage.world.end();
  }
}

/**
 * So many cells, spread over stories, calls, modes and follow-ups: each next one is of those that were taken least often.
 * The same cells always give the same sample.
 */
export function sampleOf(cells: readonly Cell[], size: number): readonly Cell[] {
  if (size >= cells.length) return cells;
  const facets = cells.map(({ story, call, mode, followUp }) => [
    `story ${story.name}`,
    `call ${call.replace(/ #\d+$/, '')}`,
    `mode ${mode}`,
    `then ${followUp}`,
  ]);
  const kinds = [0, 1, 2, 3].map((index) => new Set(facets.map((one) => one[index])).size);
  const order = new Map(cells.map(({ name }) => [name, createHash('sha256').update(name).digest('hex')]));
  const rank = (cell: Cell): string => order.get(cell.name) ?? '';
  const left = cells.map((cell, index) => ({ cell, facets: facets[index] ?? [] }));
  left.sort((one, other) => (rank(one.cell) < rank(other.cell) ? -1 : 1));
  const taken = new Map<string, number>();
  const cost = (one: readonly string[]): number =>
    one.reduce((sum, facet, index) => sum + (taken.get(facet) ?? 0) * (kinds[index] ?? 1), 0);
  const sample: Cell[] = [];
  while (sample.length < size) {
    let best = 0;
    let least = Infinity;
    left.forEach((one, index) => {
      const its = cost(one.facets);
      if (its < least) [best, least] = [index, its];
    });
    const [next] = left.splice(best, 1);
    if (!next) break;
    for (const facet of next.facets) taken.set(facet, (taken.get(facet) ?? 0) + 1);
    sample.push(next.cell);
  }
  return sample;
}
