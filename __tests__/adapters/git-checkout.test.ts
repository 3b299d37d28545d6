import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { chown, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { changedPaths } from '../../src/git/changed.ts';
import { readCheckout, repositoryPaths, type CheckedOut } from '../../src/git/checkout.ts';
import { createRepository, gitIn, temporaryFolder, type GitRepository } from '../parts/git-repository.ts';

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

async function checkedOut(folder: string): Promise<CheckedOut> {
  const checkout = await readCheckout(folder);
  if (checkout.kind === 'none') throw new Error(checkout.why);
  return checkout;
}

describe('what is checked out', () => {
  test('commit, place, subject, author and remote', async () => {
    const commit = await repository.commit({ 'a/b/dags/x.py': '1' }, 'Füge "x" hinzu\nsecond line\n\nbody');
    await repository.git('remote', 'add', 'origin', 'https://x-access-token:hidden@github.com/Acme/etl.git');
    expect(await readCheckout(join(repository.folder, 'a/b'))).toEqual({
      kind: 'checkout',
      commit,
      committedAt: Number(await repository.git('log', '-1', '--format=%ct')),
      location: { gitDir: join(repository.folder, '.git'), workTree: repository.folder },
      root: repository.folder,
      prefix: 'a/b',
      subject: 'Füge "x" hinzu',
      author: 'Ada Ünger',
      remote: { provider: 'GITHUB', account: 'Acme', repo: 'etl' },
      shallow: false,
    });
  });

  test.each(['.', '', './a', 'a/', 'a b', 'a/../a', 'line\nbreak', '-x', 'é'])('root-folder %j', async (folder) => {
    await repository.commit({ 'a/x': '1', 'a b/x': '1', 'line\nbreak/x': '1', '-x/x': '1', 'é/x': '1' });
    const expected = { '.': '', '': '', './a': 'a', 'a/': 'a', 'a/../a': 'a' }[folder] ?? folder;
    expect(await readCheckout(`${repository.folder}/${folder}`)).toMatchObject({
      prefix: expected,
      root: repository.folder,
    });
  });

  test('a root-folder that is a link is where it leads', async () => {
    await repository.commit({ 'projects/etl/x': '1', astro: { link: 'projects/etl' } });
    expect(await readCheckout(join(repository.folder, 'astro'))).toMatchObject({ prefix: 'projects/etl' });
  });

  test('a workspace that is itself a link', async () => {
    await repository.commit({ 'a/x': '1' });
    await symlink(repository.folder, `${repository.folder}-link`);
    expect(await readCheckout(`${repository.folder}-link/a`)).toMatchObject({ prefix: 'a', root: repository.folder });
  });

  test('a repository checked out in a sub-folder of another folder, and of another repository', async () => {
    await repository.commit({ x: '1' });
    const inner = await createRepository(join(repository.folder, 'repo'));
    const commit = await inner.commit({ 'astro/x': '1' });
    expect(await readCheckout(join(inner.folder, 'astro'))).toMatchObject({
      commit,
      prefix: 'astro',
      root: inner.folder,
    });
  });

  test('a project inside a submodule belongs to the submodule', async () => {
    const library = await createRepository(`${repository.folder}-library`);
    const commit = await library.commit({ 'astro/dags/x.py': '1' });
    await repository.git('submodule', '--quiet', 'add', library.folder, 'vendor/lib');
    await repository.commit({});
    const folder = join(repository.folder, 'vendor/lib');
    expect(await readCheckout(join(folder, 'astro'))).toMatchObject({ commit, prefix: 'astro', root: folder });
  });

  test('a linked worktree, detached as actions/checkout leaves it for pull requests', async () => {
    const commit = await repository.commit({ 'astro/x': '1' });
    const folder = `${repository.folder}-tree`;
    await repository.git('worktree', 'add', '--quiet', '--detach', folder);
    const next = await repository.commit({ 'astro/x': '2' });
    const checkout = await checkedOut(join(folder, 'astro'));
    expect(checkout).toMatchObject({ commit, prefix: 'astro', root: folder });
    expect(await changedPaths(checkout, next)).toEqual({ kind: 'known', paths: ['astro/x'] });
  });

  test('no remote', async () => {
    await repository.commit({});
    expect(await readCheckout(repository.folder)).not.toHaveProperty('remote');
  });

  test('a signature in the log, another encoding and an empty message do not disturb', async () => {
    await repository.git('config', 'log.showSignature', 'true');
    await repository.git('config', 'i18n.logOutputEncoding', 'ISO-8859-1');
    await repository.git('commit', '--quiet', '--allow-empty', '--allow-empty-message', '--message', '');
    expect(await readCheckout(repository.folder)).toMatchObject({ subject: '', author: 'Ada Ünger' });
  });

  const asRoot = process.getuid?.() === 0 ? test : test.skip;
  asRoot('dubious ownership: a repository of another user (needs root to make one; skipped without)', async () => {
    const first = await repository.commit({ 'dags/a.py': '1' });
    await repository.commit({ 'dags/a.py': '2' });
    const names = await readdir(repository.folder, { recursive: true });
    for (const name of ['.', ...names]) await chown(join(repository.folder, name), 65_534, 65_534);
    await expect(gitIn(repository.folder, 'rev-parse', 'HEAD')).rejects.toThrow('dubious ownership');
    expect(await changedPaths(await checkedOut(repository.folder), first)).toEqual({
      kind: 'known',
      paths: ['dags/a.py'],
    });
  });
});

describe('nothing to speak of', () => {
  test('no repository', async () => {
    const folder = join(base.folder, 'empty');
    await mkdir(folder);
    expect(await readCheckout(folder)).toEqual({ kind: 'none', why: 'there is no `.git` in it or above it' });
  });

  test('no commit yet', async () => {
    expect(await readCheckout(repository.folder)).toEqual({
      kind: 'none',
      why: expect.stringMatching(/^nothing is checked out/),
    });
  });

  test('a bare repository is none, whatever lies above it [T-03]', async () => {
    const bare = await createRepository(`${repository.folder}.git`, '--bare');
    expect(await readCheckout(bare.folder)).toMatchObject({ kind: 'none' });
    const commit = await repository.commit({ 'a/x': '1' });
    const inside = await createRepository(join(repository.folder, 'a', 'bare'), '--bare');
    expect(await readCheckout(inside.folder)).toMatchObject({ commit, root: repository.folder, prefix: 'a/bare' });
  });

  test.each([
    ['text', 'nothing\n'],
    ['a path that does not exist', 'gitdir: ../missing\n'],
  ])('a `.git` file that holds %s', async (_, text) => {
    const folder = join(base.folder, `file-${String(count++)}`);
    await mkdir(folder);
    await writeFile(join(folder, '.git'), text);
    expect(await readCheckout(folder)).toMatchObject({ kind: 'none' });
  });

  test('git is not installed', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = base.folder;
    try {
      expect(await readCheckout(repository.folder)).toEqual({ kind: 'none', why: 'git is not installed' });
    } finally {
      process.env['PATH'] = path;
    }
  });
});

describe('where a DAG folder is in the repository', () => {
  const at = async (folder: string): Promise<string[]> => repositoryPaths(await checkedOut(repository.folder), folder);

  test.each([
    ['dags', ['dags']],
    ['missing/dags', ['missing/dags']],
    ['.', ['']],
    ['..', []],
    ['../elsewhere/dags', []],
    ['..dags', ['..dags']],
    ['linked', ['linked', 'shared/dags']],
    ['out', ['out']],
    ['folder-link/dags', ['shared/dags']],
  ])('%s', async (folder, expected) => {
    await repository.commit({
      'dags/x': '1',
      'shared/dags/x': '1',
      linked: { link: 'shared/dags' },
      out: { link: '/tmp' },
      'folder-link': { link: 'shared' },
    });
    expect(await at(join(repository.folder, folder))).toEqual(expected);
  });
});

test('tokens, inputs and GIT_DIR do not reach git', async () => {
  const seen = await repository.commit({ x: '1' });
  process.env['GIT_DIR'] = '/nonexistent';
  process.env['GIT_CONFIG_PARAMETERS'] = "'core.bare=true'";
  try {
    expect(await readCheckout(repository.folder)).toMatchObject({ kind: 'checkout', commit: seen });
  } finally {
    delete process.env['GIT_DIR'];
    delete process.env['GIT_CONFIG_PARAMETERS'];
  }
});
