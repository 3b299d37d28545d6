import { describe, expect, test } from '@jest/globals';
import { matrixOf, sampleOf, type Cell } from './cells.ts';
import { modes } from './modes.ts';
import { eachOf, playCell } from './play.ts';
import { seeds } from './seeds.ts';
import { stories } from './stories.ts';
import { readFileSync } from 'node:fs';

describe('the sample of the fault matrix', () => {
  test(
    'sixty cells',
    async () => {
      const cells = sampleOf((await matrixOf()).cells, 60);
      const red: Record<string, readonly string[]> = {};
      await eachOf(cells, 3, async (cell) => {
        const breaches = await playCell(cell);
        if (breaches.length > 0) red[cell.name] = breaches;
      });
      expect(red).toEqual({});
      expect(cells).toHaveLength(60);
    },
    30 * 60_000,
  );

  const cells: readonly Cell[] = stories.flatMap((story) =>
    Array.from({ length: 40 }, (_, call) =>
      modes.map(({ name: mode }): Cell => ({
        name: `${story.name}/call ${String(call)} #1/${mode}/again`,
        story,
        call: `call ${String(call)} #1`,
        mode,
        followUp: 'again',
      })),
    ).flat(),
  );

  test('the same cells give the same sample, without a cell twice', () => {
    const sample = sampleOf(cells, 60).map(({ name }) => name);
    expect(sampleOf(cells, 60).map(({ name }) => name)).toEqual(sample);
    expect(sampleOf(cells.toReversed(), 60).map(({ name }) => name)).toEqual(sample);
    expect(new Set(sample).size).toBe(60);
  });

  test('a sample holds every story, every call and every mode', () => {
    const sample = sampleOf(cells, 60);
    const count = (of: (cell: Cell) => string): number => new Set(sample.map(of)).size;
    expect([count(({ story }) => story.name), count(({ call }) => call), count(({ mode }) => mode)]).toEqual([
      stories.length,
      40,
      modes.length,
    ]);
  });

  test('a sample of more than there is is everything', () => {
    expect(sampleOf(cells.slice(0, 3), 60)).toHaveLength(3);
  });
});

test.each(seeds.flatMap(({ name, edits }) => edits.map((edit) => [name, edit] as const)))(
  'the seeded bug "%s" fits the source',
  (_, { file, find }) => {
    const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
    expect(text.split(find)).toHaveLength(2);
  },
);
