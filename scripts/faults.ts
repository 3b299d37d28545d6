/**
 * The fault matrix: every call of every clean story, spoilt in every way, followed by what may come next.
 * `npm run faults` plays all cells, `--sample 400` an even part that is always the same, `--shard 1/4` a quarter, `--only
 * <text>` those whose name holds the text: a cell that failed is replayed by its name. `--seeded` builds the Action with
 * known bugs, one at a time, and wants each of them found.
 */
import { parseArgs } from 'node:util';
import { matrixOf, sampleOf } from '../__tests__/faults/cells.ts';
import { eachOf, playCell } from '../__tests__/faults/play.ts';
import { playSeeds } from '../__tests__/faults/seeded.ts';

const { values } = parseArgs({
  options: {
    sample: { type: 'string' },
    shard: { type: 'string' },
    only: { type: 'string' },
    workers: { type: 'string', default: '4' },
    seeded: { type: 'boolean', default: false },
  },
});

async function playMatrix(): Promise<number> {
  const { cells: all, skipped } = await matrixOf(values.only);
  const named = all.filter(({ name }) => name.includes(values.only ?? ''));
  const sample = values.sample === undefined ? named : sampleOf(named, Number(values.sample));
  const [part = 1, parts = 1] = (values.shard ?? '1/1').split('/').map(Number);
  const cells = sample.filter((_, index) => index % parts === part - 1);
  if (cells.length === 0) throw new Error('there is no such cell');

  let passed = 0;
  let failed = 0;
  await eachOf(cells, Number(values.workers), async (cell) => {
    const breaches = await playCell(cell).catch((error: unknown) => [
      `the cell could not be played: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    ]);
    if (breaches.length === 0) passed++;
    else {
      failed++;
      console.log(`✕ ${cell.name}\n${breaches.map((line) => `    ${line}`).join('\n')}`);
    }
  });
  console.log(
    `\n${String(all.length)} cells${values.only === undefined ? '' : ' of these stories'}, ${String(cells.length)} played`,
  );
  for (const [why, count] of skipped) console.log(`${String(count)} left out: ${why}`);
  console.log(`${String(passed)} passed, ${String(failed)} failed`);
  return failed;
}

const failed = values.seeded ? await playSeeds(values.only) : await playMatrix();
if (failed > 0) process.exitCode = 1;
