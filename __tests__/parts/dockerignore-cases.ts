/** An ignore file, and which of some files reach the build; what docker really does with it is tested beside an engine. */
export interface DockerignoreCase {
  readonly name: string;
  readonly rules: string;
  readonly kept: readonly string[];
  readonly left: readonly string[];
}

export const dockerignoreCases: readonly DockerignoreCase[] = [
  { name: 'empty', rules: '', kept: ['a', 'd/b'], left: [] },
  { name: 'a folder, with and without the slash', rules: 'd/\ne', kept: ['a'], left: ['d/b', 'd/s/b', 'e/x'] },
  { name: 'a name is looked for at the top only', rules: 'x', kept: ['d/x'], left: ['x'] },
  { name: 'a leading slash means the same', rules: '/x\n/d/y', kept: ['d/x'], left: ['x', 'd/y'] },
  {
    name: '`**/` looks everywhere',
    rules: '**/x\n**/*.md',
    kept: ['d/y'],
    left: ['x', 'd/x', 'd/e/x', 'a.md', 'd/b.md'],
  },
  {
    name: '`*` stays within a folder',
    rules: '*.md\nd/*/x',
    kept: ['d/b.md', 'd/x', 'd/e/f/x'],
    left: ['a.md', 'd/e/x'],
  },
  { name: '`?` is one character', rules: 'a?', kept: ['a', 'abc'], left: ['ab', 'aé'] },
  {
    name: 'upper and lower case differ',
    rules: 'README.md\nDocs',
    kept: ['readme.md', 'docs/a'],
    left: ['README.md', 'Docs/a'],
  },
  { name: 'an exception', rules: '*.md\n!README.md', kept: ['README.md'], left: ['a.md'] },
  { name: 'the last match wins', rules: '!README.md\n*.md', kept: [], left: ['README.md', 'a.md'] },
  { name: 'an exception inside an ignored folder', rules: 'd\n!d/keep', kept: ['d/keep'], left: ['d/b'] },
  { name: 'all but one folder', rules: '*\n!d', kept: ['d/b', 'd/e/x'], left: ['a', 'e/x'] },
  { name: 'comments, blank lines, spaces around', rules: '# d\n\n  x  \n#y', kept: ['d/b', '#y'], left: ['x'] },
  { name: 'an escaped #', rules: '\\#y', kept: ['y'], left: ['#y'] },
  { name: 'CRLF', rules: 'x\r\n*.md\r\n', kept: ['y'], left: ['x', 'a.md'] },
  { name: 'a byte order mark', rules: '\ufeffx', kept: ['y'], left: ['x'] },
  { name: 'dots are cleaned away', rules: './x\nd/../y', kept: ['d/b'], left: ['x', 'y'] },
  { name: 'a set of characters', rules: '[ab]x', kept: ['cx', '[ab]x'], left: ['ax', 'bx'] },
  { name: 'a dot is a dot', rules: 'a.b', kept: ['axb'], left: ['a.b'] },
  { name: 'names with spaces and letters beyond ASCII', rules: 'a b\né*', kept: ['a'], left: ['a b', 'éx'] },
  { name: '`**` before a name', rules: '**ab', kept: ['a', 'xab'], left: ['ab/x', 'd/ab/x', 'd/e/ab'] },
  { name: '`**` in the middle', rules: 'd/**/x', kept: ['x', 'e/x', 'd/y'], left: ['d/x', 'd/e/x', 'd/e/f/x/y'] },
  { name: 'all below a folder', rules: 'd/**', kept: ['a'], left: ['d/b', 'd/e/x'] },
  {
    name: 'stars that would backtrack',
    rules: '*a*a*a*a*a*a*a*a*a*a*b',
    kept: ['aaaaaaaaaaaaaaaaaaaaaaac'],
    left: ['aaaaaaaaaab'],
  },
  {
    name: 'folders that would backtrack',
    rules: '**/a/**/a/**/a/**/b',
    kept: ['a/a/a/a/c'],
    left: ['a/a/a/b', 'a/x/a/y/a/z/b'],
  },
  { name: 'a negated set', rules: '[^a]x', kept: ['ax'], left: ['bx', 'cx'] },
  { name: 'an escaped star', rules: '\\*x', kept: ['ax'], left: ['*x'] },
];
