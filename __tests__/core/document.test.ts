import { describe, expect, test } from '@jest/globals';
import { parseDocument, type YamlNode } from '../../src/core/yaml/document.ts';
import { nearest, refuseProblems } from '../../src/core/yaml/problems.ts';
import { UserError } from '../../src/core/errors.ts';

/** The plain value, and with `@` where it stands. */
function plain(node: YamlNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'sequence':
      return node.items.map(plain);
    case 'mapping':
      return Object.fromEntries(node.entries.map(({ key, value }) => [key, plain(value)]));
  }
}

function refused(text: string): { message: string; at: unknown } {
  try {
    parseDocument(text, 'f.yaml');
  } catch (error) {
    if (error instanceof UserError) return { message: error.message, at: error.problems[0]?.at };
    throw error;
  }
  throw new Error('it was taken');
}

describe('values', () => {
  test.each([
    ['a: 1\nb: [x, "2", \'3\']\nc: {d: true}', { a: 1, b: ['x', '2', '3'], c: { d: true } }],
    ['{"a": {"b": [1, 2.5, null, "x"]}}', { a: { b: [1, 2.5, null, 'x'] } }],
    ['a: yes\nb: Off\nc: n\nd: "yes"', { a: true, b: false, c: false, d: 'yes' }],
    ['a: 010\nb: +7\nc: -0.5\nd: 1e3\ne: .5e2', { a: 8, b: 7, c: -0.5, d: '1e3', e: 50 }],
    ['a: ~\nb: null\nc:\nd: ""', { a: null, b: null, c: null, d: '' }],
    ['\ufeffa: 1\r\nb: |\r\n  x\r\n  y\r\n', { a: 1, b: 'x\ny\n' }],
    ['__proto__: 1\nconstructor: 2', JSON.parse('{"__proto__": 1, "constructor": 2}')],
    ['- a\n- b', ['a', 'b']],
  ])('%j', (text, expected) => {
    expect(plain(parseDocument(text, 'f.yaml'))).toEqual(expected);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('a text keeps its characters: 3.10 is not 3.1', () => {
    const root = parseDocument('v: 3.10', 'f.yaml');
    expect(root.kind === 'mapping' && root.entries[0]?.value).toMatchObject({ text: '3.10', value: 3.1 });
  });

  test('everything knows where it stands', () => {
    const root = parseDocument('a:\n  b: "x"\n  c:\n  d:\n    - 1\n', 'f.yaml');
    const [a] = root.kind === 'mapping' ? root.entries : [];
    const inner = a?.value.kind === 'mapping' ? a.value.entries : [];
    expect(inner.map(({ key, at, value }) => [key, at.line, at.column, value.at.line, value.at.column])).toEqual([
      ['b', 2, 3, 2, 6],
      ['c', 3, 3, 3, 4],
      ['d', 4, 3, 5, 5],
    ]);
    const empty = parseDocument('l:\n  -\n  -\nm: []\nn:\n', 'f.yaml');
    expect(plain(empty)).toEqual({ l: [null, null], m: [], n: null });
    expect(plain(parseDocument('- []\n-\n', 'f.yaml'))).toEqual([[], null]);
  });
});

describe('what is refused [T-23]', () => {
  test.each([
    ['an empty file', '', 'f.yaml has no content.', undefined],
    ['only a comment', '# nothing\n', 'f.yaml has no content.', undefined],
    ['an empty text', '""', 'f.yaml has no content.', undefined],
    ['bad YAML', 'a: [1', 'f.yaml is not valid YAML: unexpected end', [1, 6]],
    ['tabs', 'a:\n\tb: 1', 'f.yaml is not valid YAML', [2, 1]],
    ['an alias', 'a: &x 1\nb: *x', 'aliases (`*name`) are not supported', [2, 4]],
    ['a tag', 'a: !!js/function x', 'tags (`!name`) are not supported', [1, 4]],
    ['a key twice', 'a: 1\na: 2', 'the key `a` is here twice', [2, 1]],
    ['a key that is a list', '? [a]\n: b', 'a key must be plain text', [1, 3]],
    ['two documents', 'a: 1\n---\nb: 2', 'more than one YAML document', undefined],
    ['20,000 levels', '['.repeat(20_000), 'f.yaml is not valid YAML', [1, 30]],
    ['more than 1 MiB', `a: ${'x'.repeat(1024 * 1024)}`, 'larger than 1024 KiB', undefined],
  ])('%s', (_, text, message, place) => {
    const { message: said, at } = refused(text);
    expect(said).toContain(message);
    expect(at).toEqual({ file: 'f.yaml', ...(place && { line: place[0], column: place[1] }) });
  });

  test('an alias bomb is refused before it goes off', () => {
    const bomb = [
      'a: &a [x, x]',
      ...'bcdefghij'
        .split('')
        .map((name, index) => `${name}: &${name} [*${'abcdefghij'[index] ?? ''}, *${'abcdefghij'[index] ?? ''}]`),
    ].join('\n');
    expect(refused(bomb).message).toContain('aliases');
  });
});

test('the name that was probably meant', () => {
  expect(nearest('schedular_size', ['scheduler_size', 'executor'])).toBe('scheduler_size');
  expect(nearest('EXECUTOR', ['executor'])).toBe('executor');
  expect(nearest('x', ['executor'])).toBeUndefined();
  expect(nearest('abc', ['xyz', 'abd'])).toBe('abd');
  expect(nearest('abc', [])).toBeUndefined();
});

test('all problems of a file in one error, each at its place', () => {
  expect(() => {
    refuseProblems('f', { problems: [], notices: [] });
  }).not.toThrow();
  const problems = [
    { message: 'one', at: { file: 'f', line: 2, column: 3 } },
    { message: 'two', at: { file: 'f', line: 4 } },
    { message: 'three' },
  ];
  expect(() => {
    refuseProblems('f', { problems, notices: [] });
  }).toThrow(new UserError('f:2:3: one\nf:4:1: two\nf: three'));
});

test('a file of more than 40,000 keys and values is refused', () => {
  expect(() => parseDocument('- \n'.repeat(40_001), 'f.yaml')).toThrow('f.yaml holds more than 40000 keys and values');
});
