import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pullRequest, push } from '../../sandbox/events.ts';
import { makeProject, sampleFiles } from '../../sandbox/project.ts';
import { startWorld, type Told, type World } from './world.ts';

let world: World;
let production: string;
beforeEach(async () => {
  world = await startWorld();
  production = world.astro.addDeployment({ name: 'etl-prod' }).id;
});
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  await world.end();
});

const merge = (subject: string, files: Record<string, string>, inputs: Record<string, string> = {}): Promise<Told> =>
  world.step(push('main', world.commit(subject, files)), inputs);
/** `deploy-type: reason`, without commit ids and times. */
const told = (result: Told): string =>
  `${result.outputs['deploy-type'] ?? ''}: ${(result.outputs['reason'] ?? '').replace(/[0-9a-f]{7}\b/g, '<sha>').replace(/, deployed [^,]*?(?= and since|$)/g, '')}`;
/** A deploy in the history that was not made by the Action. */
const git = (commitSha: string) => ({ provider: 'GITHUB', account: 'acme', repo: 'etl', commitSha }) as const;

test('one push after the other, each against what runs', async () => {
  const seen: string[] = [];
  const after = async (subject: string, files: Record<string, string>): Promise<void> => {
    seen.push(`${subject} → ${told(await merge(subject, files))}`);
  };
  await after('first', { 'dags/a.py': '1' });
  await after('a DAG', { 'dags/a.py': '2' });
  await after('plugins', { 'plugins/p.py': '1' });
  await after('include/dags is no DAG folder', { 'include/dags/x.sql': '1' });
  await after('tests/dags is none either', { 'tests/dags/test_a.py': '1' });
  await after('mydags is none', { 'mydags/x.py': '1' });
  await after('a name with space, quote, é and newline', { 'dags/é "b\' \nc.py': '1' });
  await after('what docker ignores', { 'README.md': '2' });
  await after('workflow file and template', {
    '.github/workflows/x.yml': 'on: push\n',
    '.astro/preview.yaml': '# other\n',
  });
  await after('.dockerignore itself', { '.dockerignore': '.git\nREADME.md\ndocs\n' });
  world.project.git('mv', 'dags/a.py', 'include/a.py');
  await after('a DAG moved into include', {});
  world.project.git('mv', 'include/a.py', 'dags/b.py');
  await after('and back', {});
  world.project.git('rm', '--quiet', 'dags/b.py');
  await after('a DAG deleted', {});
  chmodSync(join(world.project.folder, 'include/query.sql'), 0o755);
  await after('mode only', {});
  await after('an empty commit', {});
  expect(seen.join('\n')).toMatchInlineSnapshot(`
   "first → image-and-dags: image and DAGs: first deploy
   a DAG → dags-only: DAGs: dags/a.py changed since <sha>
   plugins → image-and-dags: image: plugins/p.py changed since <sha>
   include/dags is no DAG folder → image-and-dags: image: include/dags/x.sql changed since <sha>
   tests/dags is none either → image-and-dags: image: tests/dags/test_a.py changed since <sha>
   mydags is none → image-and-dags: image: mydags/x.py changed since <sha>
   a name with space, quote, é and newline → dags-only: DAGs: dags/é "b' c.py changed since <sha>
   what docker ignores → none: nothing that is deployed changed since <sha> and since <sha>
   workflow file and template → none: nothing that is deployed changed since <sha> and since <sha>
   .dockerignore itself → image-and-dags: image: .dockerignore changed since <sha>
   a DAG moved into include → image-and-dags: image: include/a.py changed since <sha>
   and back → image-and-dags: image: include/a.py changed since <sha>
   a DAG deleted → dags-only: DAGs: dags/b.py changed since <sha>
   mode only → image-and-dags: image: include/query.sql changed since <sha>
   an empty commit → none: nothing that is deployed changed since <sha>"
  `);
});

test('an image deploy that failed is not forgotten by the DAG push after it', async () => {
  await merge('first', { 'dags/a.py': '1' });
  world.astro.fault({
    operation: 'finalizeDeploy',
    mode: { status: 400, body: '{"message":"no","requestId":"r","statusCode":400}' },
  });
  const failed = await merge('requirements', { 'requirements.txt': 'x\n' });
  expect(failed.code).toBe(1);
  expect(told(await merge('a DAG', { 'dags/a.py': '2' }))).toBe(
    'image-and-dags: image: requirements.txt changed since <sha>',
  );
});

test('nor by a README push', async () => {
  await merge('first', { 'dags/a.py': '1' });
  world.astro.addDeploy(production, {
    type: 'IMAGE_AND_DAG',
    status: 'FAILED',
    git: git(world.commit('requirements', { 'requirements.txt': 'x\n' })),
  });
  expect(told(await merge('readme', { 'README.md': '2' }))).toBe(
    'image-and-dags: image: requirements.txt changed since <sha>',
  );
});

test('after a DAG-only deploy the image is still compared with the last image deploy', async () => {
  await merge('first', { 'dags/a.py': '1' });
  await merge('a DAG', { 'dags/a.py': '2' });
  expect(told(await merge('both', { 'dags/a.py': '3', 'packages.txt': 'x' }))).toBe(
    'image-and-dags: image: packages.txt changed since <sha>',
  );
});

test.each([
  ['by the CLI without git facts', {}, 'image and DAGs: the newest image deploy records no git commit'],
  [
    'from another repository',
    { git: { ...git('a'.repeat(40)), repo: 'other' } },
    'image and DAGs: the newest image deploy is from another repository (acme/other)',
  ],
  [
    'from another folder',
    { git: { ...git('a'.repeat(40)), path: 'astro' } },
    'image and DAGs: the newest image deploy is from another folder of the repository (astro)',
  ],
  [
    'as a rollback',
    { rollbackFromId: 'cm0000000000000000000000r', git: git('a'.repeat(40)) },
    'image and DAGs: the newest deploy is a rollback',
  ],
])('the last deploy was made %s: image', async (_, deploy, reason) => {
  world.astro.addDeploy(production, deploy);
  expect((await merge('x', { 'dags/a.py': '1' })).outputs).toMatchObject({ 'deploy-type': 'image-and-dags', reason });
});

test('a repository that was renamed: the commit that this clone has is the baseline', async () => {
  const before = world.commit('before', { 'dags/a.py': '1' });
  world.astro.addDeploy(production, { git: { ...git(before), account: 'old-org', repo: 'old-name' } });
  expect(told(await merge('a DAG', { 'dags/a.py': '2' }))).toBe('dags-only: DAGs: dags/a.py changed since <sha>');
  expect(world.astro.deploys(production).at(-1)?.git).toMatchObject({ account: 'acme', repo: 'etl' });
});

test('a clone that lacks the commit of another name deploys the image', async () => {
  world.astro.addDeploy(production, { git: { ...git('a'.repeat(40)), repo: 'old-name' } });
  expect(told(await merge('a DAG', { 'dags/a.py': '2' }))).toBe(
    'image-and-dags: image and DAGs: the newest image deploy is from another repository (acme/old-name)',
  );
});

test('the commit that runs is nowhere to be had: image, and why', async () => {
  world.astro.addDeploy(production, { git: git('a'.repeat(40)) });
  const result = await merge('x', { 'dags/a.py': '1' });
  expect(result.outputs).toMatchObject({
    'deploy-type': 'image-and-dags',
    reason: expect.stringMatching(
      /^image and DAGs: commit aaaaaaa, which runs, cannot be compared with \(not in the clone, .*; GitHub does not know the commit either\)$/,
    ),
  });
});

test('what git cannot fetch GitHub compares', async () => {
  const base = 'a'.repeat(40);
  world.astro.addDeploy(production, { git: git(base) });
  const sha = world.commit('x', { 'dags/a.py': '1' });
  world.github.comparisons.set(`${base}...${sha}`, {
    mergeBase: base,
    files: [{ filename: 'dags/a.py', status: 'modified' }],
  });
  expect(told(await world.step(push('main', sha)))).toBe('dags-only: DAGs: dags/a.py changed since <sha>');
  const rewritten = world.commit('y', { 'dags/a.py': '2' });
  world.github.comparisons.set(`${base}...${rewritten}`, { mergeBase: 'b'.repeat(40), files: [] });
  world.astro.addDeploy(production, { git: git(base), createdAt: new Date(Date.now() + 1000).toISOString() });
  expect(told(await world.step(push('main', rewritten)))).toContain('the history was rewritten since');
});

test('a shallow clone fetches the missing commit alone', async () => {
  const old = world.project.git('rev-parse', 'HEAD');
  world.astro.addDeploy(production, { git: git(old) });
  const sha = world.commit('a DAG', { 'dags/a.py': '1' });
  const folder = mkdtempSync(join(tmpdir(), 'shallow-'));
  try {
    execFileSync('git', ['clone', '--quiet', '--depth=1', `file://${world.project.folder}`, folder]);
    expect(told(await world.step(push('main', sha), {}, { workspace: folder }))).toBe(
      'dags-only: DAGs: dags/a.py changed since <sha>',
    );
    expect(execFileSync('git', ['-C', folder, 'rev-list', '--count', 'HEAD'], { encoding: 'utf8' }).trim()).toBe('1');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('uncommitted changes count, and are not recorded as the commit', async () => {
  await merge('first', { 'dags/a.py': '1' });
  const sha = world.project.git('rev-parse', 'HEAD');
  makeDirty('requirements.txt', 'dirty\n');
  const result = await world.step(push('main', sha));
  expect(told(result)).toBe('image-and-dags: image: requirements.txt changed in the checkout without being committed');
  expect(world.astro.deploys(production).at(-1)).not.toHaveProperty('git');
  world.project.git('checkout', '--quiet', '--', '.');
  expect(told(await world.step(push('main', sha)))).toBe(
    'image-and-dags: image and DAGs: the newest image deploy records no git commit',
  );
});

function makeDirty(name: string, text: string): void {
  execFileSync('sh', ['-c', 'printf %s "$1" > "$2"', 'sh', text, join(world.project.folder, name)]);
}

test('a project in a folder: only that folder counts, path by path', async () => {
  const nested = Object.fromEntries(Object.entries(sampleFiles).map(([name, text]) => [`astro/${name}`, text]));
  const inputs = { 'root-folder': './astro/', template: 'astro/.astro/preview.yaml' };
  await merge('first', { ...nested, 'astro-legacy/x.py': '1' }, inputs);
  expect(world.astro.deploys(production)[0]?.git).toMatchObject({ path: 'astro' });
  expect(told(await merge('sibling', { 'astro-legacy/x.py': '2', 'requirements.txt': 'y' }, inputs))).toMatch(
    /^none: /,
  );
  expect(told(await merge('a DAG', { 'astro/dags/a.py': '1' }, { ...inputs, 'root-folder': '/astro' }))).toBe(
    'dags-only: DAGs: astro/dags/a.py changed since <sha>',
  );
  expect(told(await merge('the image', { 'astro/Dockerfile': 'FROM scratch\n' }, inputs))).toBe(
    'image-and-dags: image: astro/Dockerfile changed since <sha>',
  );
  world.project.git('mv', 'astro/include/query.sql', 'query.sql');
  expect(told(await merge('out of the project', {}, inputs))).toBe(
    'image-and-dags: image: astro/include/query.sql changed since <sha>',
  );
});

test('the project folder itself is called dags', async () => {
  const nested = Object.fromEntries(Object.entries(sampleFiles).map(([name, text]) => [`data-dags/${name}`, text]));
  await merge('first', nested, { 'root-folder': 'data-dags' });
  expect(told(await merge('the image', { 'data-dags/requirements.txt': 'x' }, { 'root-folder': 'data-dags' }))).toBe(
    'image-and-dags: image: data-dags/requirements.txt changed since <sha>',
  );
});

test('a submodule in the DAG folder is part of the DAGs', async () => {
  const home = mkdtempSync(join(tmpdir(), 'sub-'));
  try {
    const module = makeProject(join(home, 'module'), { 'm.py': '1\n' });
    const allow = ['-c', 'protocol.file.allow=always'];
    world.project.git(...allow, 'submodule', '--quiet', 'add', module.folder, 'dags/module');
    await merge('with a submodule', { 'dags/a.py': '1' });
    const next = module.commit('next', { 'm.py': '2\n' });
    world.project.git(...allow, '-C', 'dags/module', 'fetch', '--quiet');
    world.project.git('-C', 'dags/module', 'checkout', '--quiet', next);
    expect(told(await merge('bump', {}))).toBe('dags-only: DAGs: dags/module changed since <sha>');
    expect((await world.astro.archive(production)).find(({ name }) => name === 'dags/module/m.py')?.text).toBe('2\n');
  } finally {
    rmSync(home, { recursive: true });
  }
});

test('a pull request runs its merge commit; the head is kept beside it and stands in when that one is gone [F-23]', async () => {
  const branch = 'feature/x';
  world.project.git('checkout', '--quiet', '-b', branch);
  const head = world.commit('On the branch', { 'dags/x.py': '1' });
  /** What GitHub checks out: the merge of the base and the head, on no branch. */
  const checkOutMerge = (tip: string): string => {
    world.project.git('checkout', '--quiet', '--detach', 'main');
    world.project.git('merge', '--quiet', '--no-ff', '--message', `Merge ${tip} into main`, tip);
    return world.project.git('rev-parse', 'HEAD');
  };
  const merge = checkOutMerge(head);
  const first = await world.step(pullRequest('opened', branch, head));
  expect(first.outputs).toMatchObject({ result: 'created', 'commit-sha': merge });
  const id = first.outputs['deployment-id'] ?? '';
  const [deploy] = world.astro.deploys(id);
  expect(deploy).toMatchObject({ git: { commitSha: merge, branch } });
  expect(deploy?.description).toBe(`Merge ${head} into main\n[astro-branch-deploy head=${head}]`);

  world.project.git('checkout', '--quiet', branch);
  const next = world.commit('A DAG', { 'dags/x.py': '2' });
  checkOutMerge(next);
  expect(told(await world.step(pullRequest('synchronize', branch, next)))).toBe(
    'dags-only: DAGs: dags/x.py changed since <sha>',
  );

  // GitHub drops merge commits; the head is still to be had.
  world.astro.addDeploy(id, { git: git('f'.repeat(40)), description: `Merge\n[astro-branch-deploy head=${next}]` });
  world.project.git('checkout', '--quiet', branch);
  const last = world.commit('Another DAG', { 'dags/y.py': '1' });
  checkOutMerge(last);
  expect(told(await world.step(pullRequest('synchronize', branch, last)))).toBe(
    'dags-only: DAGs: dags/y.py changed since <sha>',
  );
});
