import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { covers, matches, parsePattern, selects, type BranchPattern } from '../../src/core/config/branch-patterns.ts';

const parse = (text: string) => {
  const parsed = parsePattern(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.why}`);
  return parsed;
};
const pattern = (text: string): BranchPattern => parse(text).pattern;
const list = (...texts: string[]) => texts.map(parse);
const why = (text: string): string => {
  const parsed = parsePattern(text);
  return parsed.ok ? '' : parsed.why;
};

describe('what a pattern matches', () => {
  test.each<[text: string, yes: string[], no: string[]]>([
    // The cheat sheet's own examples.
    ['feature/*', ['feature/my-branch', 'feature/your-branch'], ['feature/a/b', 'feature', 'xfeature/a']],
    ['feature/**', ['feature/beta-a/my-branch', 'feature/mona/the/octocat', 'feature/'], ['feature']],
    ['main', ['main'], ['Main', 'main2', 'mai']],
    ['*', ['main', 'releases'], ['all/the/branches']],
    ['**', ['all/the/branches', 'every/tag'], []],
    ['*feature', ['mona-feature', 'feature', 'ver-10-feature'], ['a/feature']],
    ['v2*', ['v2', 'v2.0', 'v2.9'], ['v1', 'v2/x']],
    ['v[12].[0-9]+.[0-9]+', ['v1.10.1', 'v2.0.0'], ['v3.0.0', 'v1..1', 'v1.1']],
    ['*.jsx?', ['page.js', 'page.jsx'], ['page.jsxx']],
    ['[CB]at', ['Cat', 'Bat'], ['cat', 'CBat']],
    ['[1-2]00', ['100', '200'], ['300']],
    ['**/README.md', ['README.md', 'js/README.md', '/README.md'], ['xREADME.md']],
    ['docs/**/*.md', ['docs/README.md', 'docs/mona/a.md', 'docs/a/b/c.md'], ['docs', 'x/docs/a.md']],
    // And the rest of the language.
    ['a**/b', ['a/b', 'ax/y/b'], ['ab']],
    ['***', ['', 'a/b'], []],
    ['ab+', ['ab', 'abbb'], ['a', 'abab']],
    ['[ab]?c', ['ac', 'bc', 'c'], ['abc']],
    ['a\\*\\+', ['a*+'], ['aa']],
    ['[a-]', ['a', '-'], ['b']],
    ['[-a]', ['a', '-'], ['b']],
    ['[\\]\\-^]', [']', '-', '^'], ['a', '\\']],
    ['a]!', ['a]!'], []],
    ['🦊?x', ['🦊x', 'x'], ['\ud83ex', '\udd8ax']],
    ['é', ['é'], ['e\u0301']],
    ['[💡a]', ['💡', 'a'], ['\ud83d']],
  ])('%s', (text, yes, no) => {
    expect(yes.filter((branch) => !matches(pattern(text), branch))).toEqual([]);
    expect(no.filter((branch) => matches(pattern(text), branch))).toEqual([]);
  });

  test('a leading `!` is told apart from the pattern', () => {
    expect(parse('!dependabot/**')).toMatchObject({ negated: true, pattern: { text: 'dependabot/**' } });
    expect(parse('\\!x').negated).toBe(false);
    expect(matches(pattern('\\!x'), '!x')).toBe(true);
  });

  test('a pattern made to cost much costs little', () => {
    const started = performance.now();
    expect(matches(pattern('**a'.repeat(30)), `${'a'.repeat(2000)}b`)).toBe(false);
    expect(matches(pattern('a?'.repeat(100) + 'a'.repeat(100)), 'a'.repeat(100))).toBe(true);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

test.each([
  ['', 'it is empty'],
  ['!', 'there is nothing after `!`'],
  ['[abc', '`[` is not closed'],
  ['[a\\', '`[` is not closed'],
  ['[a-', '`[` is not closed'],
  ['[]', '`[]` lists no character'],
  ['a\\', 'there is nothing after its last `\\`'],
  ['?a', '`?` has no character before it (`\\?` is the character itself)'],
  ['*?', '`?` has no character before it (`\\?` is the character itself)'],
  ['c++', '`+` has no character before it (`\\+` is the character itself)'],
  ['[a-9]', 'the range `a-9` is not one of a-z, A-Z, 0-9 or a part of one'],
  ['[a-Z]', 'the range `a-Z` is not one of a-z, A-Z, 0-9 or a part of one'],
  ['[a-é]', 'the range `a-é` is not one of a-z, A-Z, 0-9 or a part of one'],
  ['[z-a]', 'the range `z-a` runs backwards'],
])('%j is refused', (text, expected) => {
  expect(why(text)).toBe(expected);
});

describe('selects', () => {
  test.each([
    [['releases/**', '!releases/**-alpha'], 'releases/10', true],
    [['releases/**', '!releases/**-alpha'], 'releases/beta/3-alpha', false],
    [['!x', '**'], 'x', true],
    [['**', '!x', 'x'], 'x', true],
    [['!x'], 'y', false],
    [['a'], 'b', false],
    [[], 'a', false],
  ])('%j on %s', (texts, branch, expected) => {
    expect(selects(list(...texts), branch)).toBe(expected);
  });
});

describe('covers', () => {
  test.each<[earlier: string[], later: string, expected: boolean]>([
    [['**'], 'a/b', true],
    [['*'], 'a/b', false],
    [['*'], 'a[bc]+', true],
    [['*', '*/**'], '**', true],
    [['*', '*/*'], '**', false],
    [['release/**'], 'release/*', true],
    [['release/*'], 'release/**', false],
    [['[a-m]*', '[n-z]*'], '[a-z]+', true],
    [['[a-m]*', '[n-y]*'], '[a-z]+', false],
    [['a'], 'a?', true], // the empty name is no branch
    [['**/x'], 'x', true],
    [['a'], 'b', false],
    [[], 'a', false],
    [['[a-z]'], '*', false], // a character that no pattern names
  ])('%j before %s', (earlier, later, expected) => {
    expect(covers(earlier.map(pattern), pattern(later))).toBe(expected);
  });

  test('gives up where it would take too long', () => {
    const hard = pattern(`**a${'[ab]'.repeat(16)}`);
    expect(covers([hard, pattern('**')], pattern('**'))).toBe(false);
  });
});

/** Patterns as pieces: the oracle below knows nothing of the parser's states. */
type Piece =
  | { readonly kind: 'one' | 'optional' | 'many'; readonly of: readonly string[] }
  | { readonly kind: 'star' | 'double' | 'folders' };
const letters = ['a', 'b', '/', '*', '🦊'];
const piece: fc.Arbitrary<Piece> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('one' as const, 'one' as const, 'optional' as const, 'many' as const),
    of: fc.uniqueArray(fc.constantFrom(...letters), { minLength: 1, maxLength: 2 }),
  }),
  fc.constantFrom<Piece>({ kind: 'star' }, { kind: 'double' }, { kind: 'folders' }),
);
const stars = { star: '*', double: '**', folders: '**/' };
const spellOne = (one: Piece): string => {
  if (!('of' in one)) return stars[one.kind];
  const of = one.of.length > 1 ? `[${one.of.join('')}]` : one.of.join('').replace('*', '\\*');
  return of + { one: '', optional: '?', many: '+' }[one.kind];
};
const spell = (all: readonly Piece[]): string => all.map(spellOne).join('');
/** Leaves out what would be read as other pieces: stars in a row, `**` before `/`, `**\/` where it is no folder's place. */
const pieces = fc.array(piece, { minLength: 1, maxLength: 6 }).filter((all) =>
  all.every((one, index) => {
    const before = all[index - 1];
    const slashBefore = !before || before.kind === 'folders' || (before.kind === 'one' && spellOne(before) === '/');
    if (one.kind === 'folders') return slashBefore;
    if (!('of' in one)) return !before || 'of' in before || before.kind === 'folders';
    return before?.kind !== 'double' || !spellOne(one).startsWith('/');
  }),
);
const branch = fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 6 }).map((all) => all.join(''));

function oracle([first, ...rest]: readonly Piece[], text: readonly string[]): boolean {
  if (!first) return text.length === 0;
  if (first.kind === 'folders')
    return oracle(rest, text) || text.some((one, index) => one === '/' && oracle(rest, text.slice(index + 1)));
  const fits = (character: string): boolean =>
    'of' in first ? first.of.includes(character) : first.kind === 'double' || character !== '/';
  const least = first.kind === 'one' || first.kind === 'many' ? 1 : 0;
  const most = first.kind === 'one' || first.kind === 'optional' ? 1 : text.length;
  for (let count = 0; count <= Math.min(most, text.length); count++) {
    if (count >= least && text.slice(0, count).every(fits) && oracle(rest, text.slice(count))) return true;
  }
  return false;
}

describe('properties', () => {
  test('matches agrees with a naive matcher', () => {
    fc.assert(
      fc.property(pieces, branch, (all, name) => {
        expect(matches(pattern(spell(all)), name)).toBe(oracle(all, Array.from(name)));
      }),
      { numRuns: 3000 },
    );
  });

  test('a pattern covers itself, and `**` covers every pattern', () => {
    fc.assert(
      fc.property(pieces, (all) => {
        const one = pattern(spell(all));
        expect(covers([one], one)).toBe(true);
        expect(covers([pattern('**')], one)).toBe(true);
      }),
    );
  });

  test('covers is right about every short name', () => {
    const short = letters.flatMap((a) =>
      ['', ...letters.flatMap((b) => ['', ...letters].map((c) => b + c))].map((end) => a + end),
    );
    fc.assert(
      fc.property(fc.array(pieces, { minLength: 1, maxLength: 3 }), pieces, branch, (earlier, later, name) => {
        const before = earlier.map((all) => pattern(spell(all)));
        const after = pattern(spell(later));
        const free = [name, ...short].some(
          (one) => matches(after, one) && !before.some((pattern) => matches(pattern, one)),
        );
        if (free) expect(covers(before, after)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});
