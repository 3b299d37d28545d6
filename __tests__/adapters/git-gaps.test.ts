import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckoutGaps } from '../../src/core/code/checkout-gaps.ts';
import { checkoutGaps } from '../../src/git/checkout-gaps.ts';
import { readCheckout } from '../../src/git/checkout.ts';
import { createRepository, gitIn, temporaryFolder, type GitRepository } from '../parts/git-repository.ts';

let base: { folder: string; remove: () => Promise<void> };
let repository: GitRepository;
let library: GitRepository;
let count = 0;

beforeAll(async () => {
  base = await temporaryFolder();
});
afterAll(() => base.remove());
beforeEach(async () => {
  const name = join(base.folder, `r${String(count++)}`);
  repository = await createRepository(name);
  library = await createRepository(`${name}-library`);
  await library.commit({ 'x.py': '1' });
});

async function gaps(folder = repository.folder, folders: readonly string[] = ['']): Promise<CheckoutGaps> {
  const checkout = await readCheckout(folder);
  if (checkout.kind === 'none') throw new Error(checkout.why);
  return checkoutGaps(checkout.location, folders);
}
/** A clone as actions/checkout leaves it without options. */
async function clone(...options: string[]): Promise<string> {
  const folder = `${repository.folder}-clone`;
  await gitIn(base.folder, 'clone', '--quiet', ...options, repository.folder, folder);
  return folder;
}
const none: CheckoutGaps = { submodules: [], sparse: [], pointers: [] };
const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12345\n`;

describe('submodules', () => {
  test('that are not checked out are found by their link, in the folders that are asked for', async () => {
    await repository.git('submodule', '--quiet', 'add', library.folder, 'dags/lib é');
    await repository.git('submodule', '--quiet', 'add', library.folder, 'docs/theme');
    await repository.commit({ 'dags/a.py': '1' });
    expect(await gaps()).toEqual(none);
    const folder = await clone();
    const missing = [
      { path: 'dags/lib é', kind: 'own' },
      { path: 'docs/theme', kind: 'own' },
    ];
    expect(await gaps(folder)).toEqual({ ...none, submodules: missing });
    expect(await gaps(folder, ['dags'])).toEqual({ ...none, submodules: missing.slice(0, 1) });
    expect(await gaps(folder, [])).toEqual(none);
    await rm(join(folder, 'dags/lib é'), { recursive: true });
    expect(await gaps(folder, ['dags'])).toEqual({ ...none, submodules: missing.slice(0, 1) });
    // Files that an earlier step put there are what is meant.
    await mkdir(join(folder, 'dags/lib é'));
    await writeFile(join(folder, 'dags/lib é/x.py'), '1');
    expect(await gaps(folder, ['dags'])).toEqual(none);
  });

  test('of submodules need `recursive`', async () => {
    const inner = await createRepository(`${repository.folder}-inner`);
    await inner.commit({ 'y.py': '1' });
    await library.git('submodule', '--quiet', 'add', inner.folder, 'deep');
    await library.commit({});
    await repository.git('submodule', '--quiet', 'add', library.folder, 'dags/lib');
    await repository.commit({});
    expect(await gaps(await clone('--recurse-submodules'))).toEqual(none);
    expect(await gaps()).toEqual({ ...none, submodules: [{ path: 'dags/lib/deep', kind: 'nested' }] });
  });

  test('that no .gitmodules names were added by mistake', async () => {
    const inside = await createRepository(join(repository.folder, 'dags/tool'));
    await inside.commit({ 'x.py': '1' });
    await repository.commit({ a: '1' });
    expect(await gaps()).toEqual(none);
    expect(await gaps(await clone())).toEqual({ ...none, submodules: [{ path: 'dags/tool', kind: 'undeclared' }] });
  });
});

test('what a sparse checkout leaves out', async () => {
  await repository.commit({ 'dags/a.py': '1', 'include/b.sql': '1', 'c.txt': '1' });
  const folder = await clone('--sparse');
  expect(await gaps(folder)).toEqual({ ...none, sparse: ['dags/a.py', 'include/b.sql'] });
  await gitIn(folder, 'sparse-checkout', 'set', 'dags');
  expect(await gaps(folder)).toEqual({ ...none, sparse: ['include/b.sql'] });
  expect(await gaps(folder, ['dags'])).toEqual(none);
  await gitIn(folder, 'sparse-checkout', 'set', '--sparse-index', 'dags');
  expect(await gaps(folder)).toEqual({ ...none, sparse: ['include/b.sql'] });
});

describe('Git LFS', () => {
  const files = {
    '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
    'dags/[m]*.bin': pointer,
    'dags/plain.txt': pointer,
    'dags/real.bin': 'content',
  };

  test('a pointer in the work tree counts where its attributes say LFS', async () => {
    await repository.commit(files);
    expect(await gaps()).toEqual({ ...none, pointers: ['dags/[m]*.bin'] });
    expect(await gaps(repository.folder, ['dags'])).toEqual({ ...none, pointers: ['dags/[m]*.bin'] });
    expect(await gaps(repository.folder, ['dag', 'dags/plain'])).toEqual(none);
    await repository.write({ 'dags/[m]*.bin': 'the content' });
    expect(await gaps()).toEqual(none);
  });

  test('attributes of the folders around a project are seen from below', async () => {
    await repository.commit({ '.gitattributes': '*.bin filter=lfs\n', 'a/b/dags/m.bin': pointer });
    expect(await gaps(join(repository.folder, 'a/b'), ['a/b/dags'])).toEqual({ ...none, pointers: ['a/b/dags/m.bin'] });
  });

  test('attributes below a folder, and those of a submodule, are read as well', async () => {
    await library.commit({ '.gitattributes': 'data/** filter=lfs\n', 'data/a': pointer });
    await repository.git('submodule', '--quiet', 'add', library.folder, 'dags/lib');
    await repository.commit({ 'dags/sub/.gitattributes': 'a.csv filter=lfs\n', 'dags/sub/a.csv': pointer });
    expect((await gaps()).pointers).toEqual(['dags/sub/a.csv', 'dags/lib/data/a']);
  });

  test('no filter is started [T-21]', async () => {
    await repository.commit(files);
    for (const kind of ['clean', 'smudge', 'process'])
      await repository.git('config', `filter.lfs.${kind}`, `touch ${repository.folder}/started`);
    await repository.write({ 'dags/real.bin': 'CONTENT' });
    await gaps();
    expect(existsSync(join(repository.folder, 'started'))).toBe(false);
  });
});

test('a repository that git cannot read has no gaps that are known', async () => {
  await repository.commit({ a: '1' });
  await writeFile(join(repository.folder, '.git/index'), 'broken');
  expect(await gaps()).toEqual(none);
});
