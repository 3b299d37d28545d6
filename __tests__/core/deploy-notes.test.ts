import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readNotes, writeNotes } from '../../src/core/code/deploy-notes.ts';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);
const C = 'c'.repeat(40);

describe('the notes in a description', () => {
  test.each([
    ['Fix it', B, 60, `Fix it\n[astro-branch-deploy head=${B}]`],
    ['', B, 500, `[astro-branch-deploy head=${B}]`],
    ['  Fix it \n', undefined, 500, 'Fix it'],
    ['0123456789', undefined, 5, '0123…'],
    [`Fix\n[astro-branch-deploy head=${A}]`, undefined, 500, 'Fix'],
    [`Fix\r\n[astro-branch-deploy head=${A}]`, B, 500, `Fix\n[astro-branch-deploy head=${B}]`],
  ])('%j with %s in %d characters', (text, head, limit, expected) => {
    if (head === undefined) expect(writeNotes(text, {}, limit)).toBe(expected);
    else expect(writeNotes(text, { head }, Math.max(limit, expected.length))).toBe(expected);
  });

  test.each<[string | null | undefined, string | undefined]>([
    [undefined, undefined],
    [null, undefined],
    ['', undefined],
    [`[astro-branch-deploy head=${A}]`, A],
    [`text\r\n[astro-branch-deploy head=${A}]\n`, A],
    [`[astro-branch-deploy head=${A}]\ntext`, undefined],
    [`[astro-branch-deploy head=${A.slice(1)}]`, undefined],
    [`x [astro-branch-deploy head=${A}]`, undefined],
    [`[astro-branch-deploy head=${A.toUpperCase()}]`, undefined],
    [`[astro-branch-deploy head=${A}${A.slice(0, 24)}]`, `${A}${A.slice(0, 24)}`],
  ])('%j says %s', (description, head) => {
    expect(readNotes(description)).toEqual(head === undefined ? {} : { head });
  });

  test('notes that cannot be ones are none', () => {
    expect(readNotes('[astro-branch-deploy dags=both other=1]')).toEqual({});
    expect(readNotes('[astro-branch-deploy dags=root]')).toEqual({ dags: 'root' });
  });

  test('property: it fits, it comes back, and no text can forge it', () => {
    const line = fc.constant(`[astro-branch-deploy head=${A}]`);
    const text = fc
      .array(fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), line), { maxLength: 5 })
      .map((lines) => lines.join('\n'));
    const notes = fc.record(
      {
        head: fc.constantFrom(B, C),
        dags: fc.constant('root' as const),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(text, notes, (words, given) => {
        const description = writeNotes(words, given);
        expect(description.length).toBeLessThanOrEqual(500);
        expect(readNotes(description)).toEqual(given);
      }),
    );
  });
});
