import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, chmod, mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { changedPaths, uncommitted } from '../../src/git/changed.ts';
import { readCheckout, type CheckedOut } from '../../src/git/checkout.ts';
import { fingerprintFiles } from '../../src/git/fingerprint.ts';
import { createRepository, gitIn, temporaryFolder, type Content, type GitRepository } from '../parts/git-repository.ts';

let base: { folder: string; remove: () => Promise<void> };
let repository: GitRepository;
let count = 0;

beforeAll(async () => {
  base = await temporaryFolder();
});
afterAll(() => base.remove());
beforeEach(async () => {
  repository = await createRepository(join(base.folder, `r${String(count++)}`));
});

async function checkout(folder = repository.folder): Promise<CheckedOut> {
  const found = await readCheckout(folder);
  if (found.kind === 'none') throw new Error(found.why);
  return found;
}

async function changed(commit: string, folder?: string): Promise<readonly string[]> {
  const answer = await changedPaths(await checkout(folder), commit);
  if (answer.kind === 'unknown') throw new Error(answer.why);
  return [...answer.paths].sort();
}

interface Case {
  readonly name: string;
  readonly before: Record<string, Content>;
  readonly after: Record<string, Content>;
  readonly paths: readonly string[];
}

const hostile = [
  'a b.py',
  "it's.py",
  '"q".py',
  'line\nbreak.py',
  'star*.py',
  '[ab].py',
  'é.py',
  '-x.py',
  'tab\t.py',
  '#.py',
];

describe('what differs between two commits', () => {
  test.each<Case>([
    {
      name: 'names with space, quotes, newline, wildcards, é, a leading -',
      before: {},
      after: Object.fromEntries(hostile.map((name) => [`dags/${name}`, 'x'])),
      paths: hostile.map((name) => `dags/${name}`),
    },
    {
      name: 'a name like an option',
      before: { '--output=x': 'a' },
      after: { '--output=x': 'b' },
      paths: ['--output=x'],
    },
    {
      name: 'only case differs',
      before: { 'dags/Etl.py': 'x' },
      after: { 'dags/Etl.py': null, 'dags/etl.py': 'x' },
      paths: ['dags/Etl.py', 'dags/etl.py'],
    },
    {
      name: 'rename dags → include',
      before: { 'dags/h.py': 'same' },
      after: { 'dags/h.py': null, 'include/h.py': 'same' },
      paths: ['dags/h.py', 'include/h.py'],
    },
    {
      name: 'rename include → dags',
      before: { 'include/h.py': 'same' },
      after: { 'include/h.py': null, 'dags/h.py': 'same' },
      paths: ['dags/h.py', 'include/h.py'],
    },
    {
      name: 'out of the project',
      before: { 'astro/include/h.py': 'same' },
      after: { 'astro/include/h.py': null, 'lib/h.py': 'same' },
      paths: ['astro/include/h.py', 'lib/h.py'],
    },
    {
      name: 'into the project',
      before: { 'lib/h.py': 'same' },
      after: { 'lib/h.py': null, 'astro/include/h.py': 'same' },
      paths: ['astro/include/h.py', 'lib/h.py'],
    },
    {
      name: 'delete',
      before: { 'dags/a.py': 'x', Dockerfile: 'y' },
      after: { 'dags/a.py': null, Dockerfile: null },
      paths: ['Dockerfile', 'dags/a.py'],
    },
    {
      name: 'mode only',
      before: { 'bin/run': 'x' },
      after: { 'bin/run': { executable: 'x' } },
      paths: ['bin/run'],
    },
    { name: 'symlink retargeted', before: { l: { link: 'a' } }, after: { l: { link: 'b' } }, paths: ['l'] },
    { name: 'file becomes a symlink', before: { l: 'a' }, after: { l: { link: 'a' } }, paths: ['l'] },
    {
      name: 'a folder becomes a file',
      before: { 'd/a': 'x' },
      after: { 'd/a': null, d: 'x' },
      paths: ['d', 'd/a'],
    },
    {
      name: 'only line ends differ',
      before: { 'dags/a.py': 'a\n' },
      after: { 'dags/a.py': 'a\r\n' },
      paths: ['dags/a.py'],
    },
    { name: 'an empty commit', before: { a: 'x' }, after: {}, paths: [] },
  ])('$name', async ({ before, after, paths }) => {
    const first = await repository.commit(before, 'before');
    await repository.commit(after, 'after');
    expect(await changed(first)).toEqual([...paths].sort());
  });

  test('the commit that is checked out differs in nothing, and git is not asked', async () => {
    const commit = await repository.commit({ a: 'x' });
    expect(await changedPaths({ ...(await checkout()), root: '/nonexistent' }, commit)).toEqual({
      kind: 'known',
      paths: [],
    });
  });

  test('all commits since the base count; what was put back does not', async () => {
    const first = await repository.commit({ a: '1', b: '1' });
    await repository.commit({ a: '2' });
    await repository.commit({ b: '2' });
    await repository.commit({ a: '1' });
    expect(await changed(first)).toEqual(['b']);
  });

  test('a merge of main brings what main changed', async () => {
    const first = await repository.commit({ a: '1' });
    await repository.git('checkout', '--quiet', '-b', 'feature');
    await repository.commit({ 'dags/f.py': 'x' });
    await repository.git('checkout', '--quiet', 'main');
    await repository.commit({ 'requirements.txt': 'x' });
    await repository.git('checkout', '--quiet', 'feature');
    await repository.git('merge', '--quiet', '--no-edit', 'main');
    expect(await changed(first)).toEqual(['dags/f.py', 'requirements.txt']);
  });

  test('a rebased branch is compared with the commit it left behind, by content', async () => {
    await repository.commit({ a: '1' });
    await repository.git('checkout', '--quiet', '-b', 'feature');
    const left = await repository.commit({ 'dags/f.py': 'x' });
    await repository.git('checkout', '--quiet', 'main');
    await repository.commit({ 'requirements.txt': 'x' });
    await repository.git('checkout', '--quiet', 'feature');
    await repository.git('rebase', '--quiet', 'main');
    expect(await changed(left)).toEqual(['requirements.txt']);
  });

  test.each(['dags', 'dags/shared', 'include/lib'])(
    'submodule %s moved on, even where .gitmodules hides it',
    async (path) => {
      const library = await createRepository(`${repository.folder}-library`);
      await library.commit({ 'x.py': '1' });
      await repository.git('submodule', '--quiet', 'add', library.folder, path);
      await repository.git('config', '--file', '.gitmodules', `submodule.${path}.ignore`, 'all');
      const first = await repository.commit({});
      await library.commit({ 'x.py': '2' });
      await gitIn(join(repository.folder, path), 'pull', '--quiet');
      await repository.git('add', '--force', path);
      await repository.git('commit', '--quiet', '--message', 'bump');
      expect(await changed(first)).toEqual([path]);
    },
  );

  test('settings of the repository and the folder of the project do not narrow the answer', async () => {
    const first = await repository.commit({ 'astro/dags/a.py': '1', 'lib/b.py': '1' });
    await repository.git('config', 'diff.relative', 'true');
    await repository.git('config', 'diff.renames', 'copies');
    await repository.git('config', 'diff.external', '/bin/false');
    await repository.git('config', 'core.fsmonitor', '/bin/false');
    await repository.commit({ 'astro/dags/a.py': '2', 'lib/b.py': '2' });
    expect(await changed(first, join(repository.folder, 'astro'))).toEqual(['astro/dags/a.py', 'lib/b.py']);
  });

  test('bytes that are no UTF-8 stay apart and keep their folder', async () => {
    const first = await repository.commit({ 'é/ok.py': '1' });
    const raw = (byte: number): Buffer => Buffer.concat([Buffer.from(`${repository.folder}/é/x`), Buffer.from([byte])]);
    await writeFile(raw(0xe9), 'x');
    await writeFile(raw(0xe8), 'x');
    await repository.commit({ 'é/ok.py': '2' });
    expect(await changed(first)).toEqual(['é/ok.py', 'é/x\\xE8', 'é/x\\xE9']);
  });

  test('SHA-256 repositories work', async () => {
    const modern = await createRepository(`${repository.folder}-256`, '--object-format=sha256');
    const first = await modern.commit({ a: '1' });
    await modern.commit({ a: '2' });
    expect(first).toHaveLength(64);
    expect(await changed(first, modern.folder)).toEqual(['a']);
  });

  test.each(['HEAD', '--output=/tmp/x', '1a2b3c4', ''])('%j is not taken for a commit', async (commit) => {
    await repository.commit({ a: '1' });
    expect(await changedPaths(await checkout(), commit)).toEqual({ kind: 'unknown', why: 'it is not a commit id' });
  });

  test.each(['HEAD:a', 'HEAD:d'])('an object that is no commit (%s) is refused', async (name) => {
    await repository.commit({ a: '1', 'd/x': '1' });
    const object = await repository.git('rev-parse', name);
    expect(await changedPaths(await checkout(), object)).toMatchObject({ kind: 'unknown' });
  });
});

describe('what is in the checkout but not in its commit', () => {
  const known = async (
    dags: readonly string[] = ['dags'],
    folder?: string,
  ): Promise<{ paths: string[]; dagsTracked: boolean }> => {
    const answer = await uncommitted(await checkout(folder), dags);
    if (answer.kind === 'unknown') throw new Error(answer.why);
    return { paths: [...answer.paths].sort(), dagsTracked: answer.dagsTracked };
  };

  test('a clean checkout has nothing, also after its files were touched', async () => {
    await repository.commit({ 'dags/a.py': 'x' });
    await appendFile(join(repository.folder, 'dags/a.py'), '');
    await writeFile(join(repository.folder, 'dags/a.py'), 'x');
    expect(await known()).toEqual({ paths: [], dagsTracked: true });
  });

  test('changed, staged, deleted and re-moded files; new ones only in the DAG folder and not ignored', async () => {
    await repository.commit({
      '.gitignore': '*.pyc\n',
      'dags/a.py': '1',
      'include/b.py': '1',
      'include/c.py': '1',
      'include/d.sh': '1',
    });
    await repository.write({
      'include/b.py': '2',
      'include/c.py': null,
      'dags/new é.py': 'x',
      'dags/x.pyc': 'x',
      'include/new.py': 'x',
    });
    await repository.git('add', 'include/b.py');
    await chmod(join(repository.folder, 'include/d.sh'), 0o755);
    expect(await known()).toEqual({
      paths: ['dags/new é.py', 'include/b.py', 'include/c.py', 'include/d.sh'],
      dagsTracked: true,
    });
  });

  test('only the project and its DAG folders are looked at, names taken literally', async () => {
    await repository.commit({
      'p*/dags/a.py': '1',
      'p*/b.py': '1',
      'px/c.py': '1',
      'shared/dags/d.py': '1',
      'shared/e.py': '1',
    });
    await repository.write({
      'p*/b.py': '2',
      'px/c.py': '2',
      'shared/dags/d.py': '2',
      'shared/dags/n.py': '2',
      'shared/e.py': '2',
    });
    const found = await known(['shared/dags'], join(repository.folder, 'p*'));
    expect(found.paths).toEqual(['p*/b.py', 'shared/dags/d.py', 'shared/dags/n.py']);
  });

  test('the repository itself as DAG folder', async () => {
    await repository.commit({ 'a.py': '1' });
    await repository.write({ 'b.py': '1' });
    expect(await known([''])).toEqual({ paths: ['b.py'], dagsTracked: true });
  });

  test('what git ignores in the DAG folder is listed apart', async () => {
    await repository.commit({ '.gitignore': '*.csv\ntarget/\n', 'dags/a.py': '1' });
    await repository.write({ 'dags/é.csv': '1', 'dags/dbt/target/m.json': '1', 'b.csv': '1', 'dags/new.py': '1' });
    const answer = await uncommitted(await checkout(), ['dags']);
    expect(answer).toMatchObject({ paths: ['dags/new.py'], ignored: ['dags/dbt/target/m.json', 'dags/é.csv'] });
  });

  test('their fingerprint is of names, content, modes and links', async () => {
    const seen = new Set<string | undefined>();
    const paths = ['a', 'b'];
    const look = (): void => void seen.add(fingerprintFiles(repository.folder, paths)?.fingerprint);
    for (const files of [
      {},
      { a: '1' },
      { a: '2' },
      { a: '2', b: '1' },
      { a: { executable: '2' } },
      { a: { link: 'b' } },
    ] as const) {
      await repository.write(files);
      look();
      look();
    }
    expect(seen.size).toBe(6);
    expect(fingerprintFiles(repository.folder, ['b', 'a'])?.fingerprint).toBe([...seen].at(-1));
    expect(fingerprintFiles(repository.folder, [])).toBeUndefined();
  });

  test('an ignored DAG folder, or none in the repository, is not tracked', async () => {
    await repository.commit({ '.gitignore': '/dags/\n', a: '1' });
    await repository.write({ 'dags/a.py': 'x' });
    expect(await known()).toEqual({ paths: [], dagsTracked: false });
    expect(await known([])).toEqual({ paths: [], dagsTracked: false });
  });

  test('work in a submodule counts, new files too; another repository inside the DAG folder counts', async () => {
    const library = await createRepository(`${repository.folder}-library`);
    await library.commit({ 'x.py': '1' });
    await repository.git('submodule', '--quiet', 'add', library.folder, 'dags/lib');
    await repository.commit({});
    expect(await known()).toEqual({ paths: [], dagsTracked: true });
    await repository.write({ 'dags/lib/generated.py': 'x' });
    const other = await createRepository(join(repository.folder, 'dags/other'));
    await other.commit({ 'y.py': '1' });
    expect((await known()).paths).toEqual(['dags/lib', 'dags/other']);
  });

  test('a checkout with CRLF by core.autocrlf is clean', async () => {
    await repository.commit({ 'dags/a.py': 'a\nb\n' });
    await repository.git('config', 'core.autocrlf', 'true');
    await writeFile(join(repository.folder, 'dags/a.py'), 'a\r\nb\r\n');
    expect((await known()).paths).toEqual([]);
  });

  describe('files that git calls modified for ever are unchanged', () => {
    const touched = async (path: string, content: string): Promise<void> => {
      await writeFile(join(repository.folder, path), content);
      // As after a checkout by another user: no entry of the index is trusted.
      await utimes(join(repository.folder, path), 1, 1);
    };

    test('CRLF in the commit, under an attribute that says LF', async () => {
      await repository.commit({ 'dags/a.py': 'a\r\nb\r\n', 'dags/mixed.py': 'a\r\nb\n' });
      await repository.write({ '.gitattributes': '*.py text\n' });
      await repository.git('add', '.gitattributes');
      await repository.git('commit', '--quiet', '--message', 'attributes');
      await touched('dags/a.py', 'a\r\nb\r\n');
      await touched('dags/mixed.py', 'a\r\nb\n');
      expect(await repository.git('status', '--porcelain')).toContain('dags/a.py');
      expect((await known()).paths).toEqual([]);
      await touched('dags/a.py', 'a\r\nc\r\n');
      expect((await known()).paths).toEqual(['dags/a.py']);
    });

    test('LF in the commit, CRLF in the work tree, under `eol=crlf`', async () => {
      await repository.commit({ '.gitattributes': '*.bat text eol=crlf\n', 'dags/a.bat': 'a\nb\n' });
      await touched('dags/a.bat', 'a\r\nb\r\n');
      expect((await known()).paths).toEqual([]);
    });

    test('content in the commit under an LFS rule, with a filter that would make a pointer of it', async () => {
      await repository.commit({ 'dags/a.bin': 'content' });
      await repository.write({ '.gitattributes': '*.bin filter=lfs -text\n' });
      await repository.git('add', '.gitattributes');
      await repository.git('commit', '--quiet', '--message', 'attributes');
      await repository.git('config', 'filter.lfs.clean', 'false');
      await repository.git('config', 'filter.lfs.required', 'true');
      await touched('dags/a.bin', 'content');
      expect((await known()).paths).toEqual([]);
      await touched('dags/a.bin', 'CONTENT');
      expect((await known()).paths).toEqual(['dags/a.bin']);
    });

    test('a pointer in the commit, its content in the work tree', async () => {
      const sha256 = createHash('sha256').update('content').digest('hex');
      const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize 7\n`;
      await repository.commit({ '.gitattributes': '*.bin filter=lfs -text\n', 'dags/a.bin': pointer });
      await touched('dags/a.bin', 'content');
      expect((await known()).paths).toEqual([]);
      await touched('dags/a.bin', 'CONTENT');
      expect((await known()).paths).toEqual(['dags/a.bin']);
    });

    test('no filter is run to find that out', async () => {
      await repository.commit({ 'dags/a.txt': 'a\n', '.gitattributes': '*.txt ident filter=own\n' });
      await repository.git('config', 'filter.own.clean', `touch ${repository.folder}/started`);
      await touched('dags/a.txt', 'b\n');
      expect((await known()).paths).toEqual(['dags/a.txt']);
      expect(existsSync(join(repository.folder, 'started'))).toBe(false);
    });

    test.each([
      ['working-tree-encoding=UTF-16LE-BOM', 'é\n', Buffer.from('\ufeffé\n', 'utf16le')],
      ['ident', '$Id$\n', Buffer.from('$Id: 0123456789 $\n')],
    ])('what git itself converts: %s', async (attribute, committed, inTree) => {
      await repository.commit({ 'dags/a.txt': committed });
      await repository.write({ '.gitattributes': `*.txt ${attribute}\n` });
      await repository.git('add', '.gitattributes');
      await repository.git('commit', '--quiet', '--message', 'attributes');
      await writeFile(join(repository.folder, 'dags/a.txt'), inTree);
      expect((await known()).paths).toEqual([]);
      await writeFile(join(repository.folder, 'dags/a.txt'), Buffer.concat([inTree, inTree]));
      expect((await known()).paths).toEqual(['dags/a.txt']);
    });
  });

  test('a repository that git cannot read is unknown, with the reason', async () => {
    await repository.commit({ 'dags/a.py': '1' });
    const before = await checkout();
    await writeFile(join(repository.folder, '.git/index'), 'broken');
    expect(await uncommitted(before, ['dags'])).toEqual({ kind: 'unknown', why: expect.stringMatching(/index/) });
  });

  test('the index is not rewritten', async () => {
    await repository.commit({ 'dags/a.py': 'x' });
    await writeFile(join(repository.folder, 'dags/a.py'), 'x');
    await mkdir(join(repository.folder, '.git/index.lock')); // a refresh would need it
    expect((await known()).paths).toEqual([]);
  });
});
