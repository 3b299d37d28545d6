/**
 * The fault matrix: every call of every clean story, spoilt in every way, followed by what may come next.
 * `npm run faults` plays all cells, `--sample 400` an even part, `--shard 1/4` a quarter, `--only <text>` those whose
 * name holds the text: a cell that failed is replayed by its name.
 */
import { parseArgs } from 'node:util';
import { allCells, eachOf, playCell, sampleOf } from '../__tests__/faults/play.ts';

const { values } = parseArgs({
  options: {
    sample: { type: 'string' },
    shard: { type: 'string' },
    only: { type: 'string' },
    workers: { type: 'string', default: '4' },
  },
});

const all = await allCells();
const named = values.only === undefined ? all : all.filter(({ name }) => name.includes(values.only ?? ''));
const [part = 1, parts = 1] = (values.shard ?? '1/1').split('/').map(Number);
const sharded = named.filter((_, index) => index % parts === part - 1);
const cells = values.sample === undefined ? sharded : sampleOf(sharded, Number(values.sample));

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
console.log(`\n${String(all.length)} cells, ${String(cells.length)} played`);
console.log(`${String(passed)} passed, ${String(failed)} failed`);
if (failed > 0) process.exitCode = 1;
