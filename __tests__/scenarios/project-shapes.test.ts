import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pullRequest, push } from '../../sandbox/events.ts';
import { makeProject, sampleFiles } from '../../sandbox/project.ts';
import { startWorld, type Told, type World } from './world.ts';

let world: World;
let production: string;
let scratch: string;
beforeEach(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'shapes-'));
  world = await startWorld();
  production = world.astro.addDeployment({ name: 'etl-prod' }).id;
});
afterEach(async () => {
  rmSync(scratch, { recursive: true, force: true });
  expect(world.astro.violations).toEqual([]);
  await world.end();
});

const merge = (subject: string, files: Record<string, string>, inputs: Record<string, string> = {}): Promise<Told> =>
  world.step(push('main', world.commit(subject, files)), inputs);
/** `deploy-type: reason`, without commit ids and times. */
const told = (result: Told): string =>
  `${result.outputs['deploy-type'] ?? ''}: ${(result.outputs['reason'] ?? '').replace(/[0-9a-f]{7}\b/g, '<sha>').replace(/, deployed [^,]*?(?= and since|$)/g, '')}`;
const inFolder = (folder: string): Record<string, string> =>
  Object.fromEntries(Object.entries(sampleFiles).map(([name, text]) => [`${folder}/${name}`, text]));
const writes = (result: Told): string[] => result.requests.filter((request) => !request.includes(' GET '));
const archived = async (): Promise<string[]> => (await world.astro.archive(production)).map(({ name }) => name);

describe('names of files', () => {
  test('names that mean something to a shell, to git and to globs are names', async () => {
    const odd = [
      '*.py',
      '[ab].py',
      '-rf.py',
      ':(glob)x.py',
      '!not.py',
      'a\\b.py',
      'Case.py',
      'case.py',
      '#c.py',
      ' .py',
    ];
    await merge('first', Object.fromEntries(odd.map((name) => [`dags/${name}`, '1\n'])));
    expect((await archived()).toSorted()).toEqual([...odd, 'hello.py'].map((name) => `dags/${name}`).toSorted());
    const seen: string[] = [];
    for (const name of odd) seen.push(told(await merge(name, { [`dags/${name}`]: '2\n' })));
    expect(seen).toEqual(odd.map((name) => `dags-only: DAGs: dags/${name} changed since <sha>`));
    expect(told(await merge('outside', { '*': 'x', '-rf': 'y' }))).toBe(
      'image-and-dags: image: *, -rf changed since <sha>',
    );
  });

  test('names that only differ in case are two files', async () => {
    await merge('first', { 'dags/A.py': '1\n', 'include/a.sql': '1\n' });
    world.project.git('mv', 'include/a.sql', 'include/A.sql');
    expect(told(await merge('case', {}))).toBe(
      'image-and-dags: image: include/A.sql, include/a.sql changed since <sha>',
    );
  });

  test('a name that is no UTF-8', async () => {
    await merge('first', { 'dags/a.py': '1\n' });
    const name = Buffer.concat([
      Buffer.from(join(world.project.folder, 'dags/')),
      Buffer.from([0x63, 0xe9, 0x2e, 0x70, 0x79]),
    ]);
    writeFileSync(name, '1\n');
    const result = await merge('latin', {});
    expect(result).toMatchObject({ code: 1, annotations: [expect.stringContaining('is not UTF-8: c\\xe9.py')] });
    expect(result.outputs['reason']).toMatch(/^DAGs: dags\/c\\xE9\.py changed since /);
    expect(writes(result)).toEqual([]);
  });
});

describe('changes that are no changes of text', () => {
  test('links, line ends, large-file pointers', async () => {
    const seen: string[] = [];
    const after = async (subject: string, files: Record<string, string> = {}): Promise<void> => {
      seen.push(`${subject} → ${told(await merge(subject, files))}`);
    };
    symlinkSync('query.sql', join(world.project.folder, 'include/link.sql'));
    symlinkSync('hello.py', join(world.project.folder, 'dags/link.py'));
    await after('first', { 'dags/model.bin': 'version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n' });
    rmSync(join(world.project.folder, 'dags/link.py'));
    symlinkSync('../dags/hello.py', join(world.project.folder, 'dags/link.py'));
    await after('a link of the DAG folder leads elsewhere');
    rmSync(join(world.project.folder, 'include/link.sql'));
    writeFileSync(join(world.project.folder, 'include/link.sql'), 'select 2\n');
    await after('a link becomes a file');
    await after('line ends', { 'dags/hello.py': 'from airflow.sdk import dag\r\n' });
    await after('a pointer', {
      'dags/model.bin': 'version https://git-lfs.github.com/spec/v1\noid sha256:2\nsize 1\n',
    });
    expect(seen.join('\n')).toMatchInlineSnapshot(`
     "first → image-and-dags: image and DAGs: first deploy
     a link of the DAG folder leads elsewhere → dags-only: DAGs: dags/link.py changed since <sha>
     a link becomes a file → image-and-dags: image: include/link.sql changed since <sha>
     line ends → dags-only: DAGs: dags/hello.py changed since <sha>
     a pointer → dags-only: DAGs: dags/model.bin changed since <sha>"
    `);
  });
});

describe('where the project is', () => {
  test.each(['a b', './a b', 'a b/', '/a b', 'x/../a b'])('root-folder %j', async (folder) => {
    const inputs = { 'root-folder': folder };
    await merge('first', inFolder('a b'), inputs);
    expect(world.astro.deploys(production)[0]?.git).toMatchObject({ path: 'a b' });
    expect(await archived()).toEqual(['dags/hello.py']);
    expect(told(await merge('a DAG', { 'a b/dags/a.py': '1\n' }, inputs))).toBe(
      'dags-only: DAGs: a b/dags/a.py changed since <sha>',
    );
  });

  test.each(['', '.', './', '/'])('root-folder %j is the repository itself', async (folder) => {
    await merge('first', { 'dags/a.py': '1\n' }, { 'root-folder': folder });
    expect(told(await merge('a DAG', { 'dags/a.py': '2\n' }))).toBe('dags-only: DAGs: dags/a.py changed since <sha>');
  });

  test('a root-folder that is a link inside the workspace works; one that leads out is refused', async () => {
    symlinkSync('real', join(world.project.folder, 'link'));
    symlinkSync(tmpdir(), join(world.project.folder, 'out'));
    const commit = world.commit('first', inFolder('real'));
    expect(await world.step(push('main', commit), { 'root-folder': 'link' })).toMatchObject({
      code: 0,
      outputs: { result: 'deployed' },
    });
    expect(told(await merge('a DAG', { 'real/dags/a.py': '1\n' }, { 'root-folder': 'link' }))).toBe(
      'dags-only: DAGs: real/dags/a.py changed since <sha>',
    );
    expect(await world.step(push('main', commit), { 'root-folder': 'out' })).toMatchObject({ code: 1, requests: [] });
  });

  test('two projects of one repository: two Deployments, each by its own changes; what they share is neither’s', async () => {
    const other = world.astro.addDeployment({ name: 'ml-prod' }).id;
    const one = { 'root-folder': 'etl' };
    const two = { 'root-folder': 'ml', 'deployment-name': 'ml-prod' };
    const both = async (subject: string, files: Record<string, string>): Promise<string[]> => {
      const given = push('main', world.commit(subject, files));
      return [told(await world.step(given, one)), told(await world.step(given, two))];
    };
    await both('first', { ...inFolder('etl'), ...inFolder('ml'), 'shared/x.py': '1\n' });
    expect(await both('one', { 'etl/dags/a.py': '1\n' })).toEqual([
      'dags-only: DAGs: etl/dags/a.py changed since <sha>',
      'none: nothing that is deployed changed since <sha>',
    ]);
    expect(await both('each', { 'etl/dags/a.py': '2\n', 'ml/requirements.txt': 'x\n' })).toEqual([
      'dags-only: DAGs: etl/dags/a.py changed since <sha>',
      'image-and-dags: image: ml/requirements.txt changed since <sha>',
    ]);
    const shared = await both('shared', { 'shared/x.py': '2\n' });
    expect(shared.map((line) => line.split(':')[0])).toEqual(['none', 'none']);
    expect(world.astro.deploys(other).map(({ type }) => type)).toEqual(['IMAGE_AND_DAG', 'IMAGE_AND_DAG']);

    // And two previews of one branch.
    world.project.git('checkout', '--quiet', '-b', 'feature/x');
    const commit = world.commit('x', {});
    const made: string[] = [];
    for (const inputs of [one, two]) {
      const result = await world.step(pullRequest('opened', 'feature/x', commit), {
        ...inputs,
        template: `${inputs['root-folder']}/.astro/preview.yaml`,
      });
      made.push(`${result.outputs['result'] ?? ''} ${result.outputs['deployment-name'] ?? ''}`);
    }
    expect(new Set(made).size).toBe(2);
    expect(made.map((line) => line.split(' ')[0])).toEqual(['created', 'created']);
  });
});

describe('where the DAGs are', () => {
  test('dags-folder: another name, a folder outside of the project, and an absolute path under git', async () => {
    const shared = { 'dags-folder': '../shared/dags', 'root-folder': 'etl' };
    await merge('first', { ...inFolder('etl'), 'shared/dags/s.py': '1\n' }, shared);
    expect(await archived()).toEqual(['dags/s.py']);
    expect(told(await merge('shared', { 'shared/dags/s.py': '2\n' }, shared))).toBe(
      'dags-only: DAGs: shared/dags/s.py changed since <sha>',
    );
    const absolute = { ...shared, 'dags-folder': join(world.project.folder, 'shared/dags') };
    expect(told(await merge('absolute', { 'shared/dags/s.py': '3\n' }, absolute))).toBe(
      'dags-only: DAGs: shared/dags/s.py changed since <sha>',
    );
  });

  test('a DAG folder that no git knows ships image and DAGs each time and says why; leaving the workspace needs an absolute path', async () => {
    writeFileSync(join(scratch, 'synced.py'), '1\n');
    const inputs = { 'dags-folder': scratch };
    await merge('first', {}, inputs);
    expect(await archived()).toEqual(['dags/synced.py']);
    expect(told(await merge('next', {}, inputs))).toBe(
      'image-and-dags: image and DAGs: the DAG folder is not under git in this repository, so its changes are not known',
    );
    expect(told(await merge('dags', {}, { ...inputs, 'deploy-type': 'dags-only' }))).toMatch(
      /^dags-only: DAGs: the DAG/,
    );
    symlinkSync(scratch, join(world.project.folder, 'away'));
    const refused = await merge('away', {}, { 'dags-folder': 'away' });
    expect(refused).toMatchObject({ code: 1, requests: [] });
    expect(refused.annotations).toEqual([expect.stringContaining('leads out of the workspace')]);
  });

  test('the DAG folder itself, and a folder of the image, are submodules', async () => {
    const allow = ['-c', 'protocol.file.allow=always'];
    const module = makeProject(join(scratch, 'module'), { 'm.py': '1\n' });
    world.project.git('rm', '--quiet', '-r', 'dags');
    for (const place of ['dags', 'include/module'])
      world.project.git(...allow, 'submodule', '--quiet', 'add', module.folder, place);
    await merge('with submodules', {});
    expect(await archived()).toEqual(['dags/m.py']);
    const next = module.commit('next', { 'm.py': '2\n' });
    const bump = (place: string): void => {
      world.project.git(...allow, '-C', place, 'fetch', '--quiet');
      world.project.git('-C', place, 'checkout', '--quiet', next);
    };
    bump('dags');
    expect(told(await merge('bump', {}))).toBe('dags-only: DAGs: dags changed since <sha>');
    expect((await world.astro.archive(production)).map(({ text }) => text)).toEqual(['2\n']);
    bump('include/module');
    expect(told(await merge('bump', {}))).toBe('image-and-dags: image: include/module changed since <sha>');
  });

  test('links that leave the DAG folder are refused for Airflow 3 before anything is begun; other oddities are left out [T-21]', async () => {
    mkdirSync(join(world.project.folder, 'dags/sub'));
    execFileSync('mkfifo', [join(world.project.folder, 'dags/pipe.py')]);
    const fine = await merge('a pipe', { 'dags/sub/a.py': '1\n' }, { 'deploy-type': 'dags-only' });
    expect(fine.code).toBe(0);
    expect(await archived()).toEqual(['dags/hello.py', 'dags/sub/a.py']);
    symlinkSync('/proc/self/environ', join(world.project.folder, 'dags/leak.py'));
    const refused = await merge('a link', {}, { 'deploy-type': 'dags-only' });
    expect(refused).toMatchObject({ code: 1, outputs: { result: 'failed' } });
    expect(refused.annotations).toEqual([expect.stringContaining('dags/leak.py')]);
    expect(writes(refused)).toEqual([]);
    expect(refused.log).not.toContain('INPUT_');
  });
});

describe('checkouts of all kinds', () => {
  test('no git at all: image and DAGs, recorded without a commit', async () => {
    const folder = join(scratch, 'plain');
    for (const [name, text] of Object.entries(sampleFiles)) {
      mkdirSync(join(folder, name, '..'), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    world.github.branches.set('main', 'a'.repeat(40));
    const step = (): Promise<Told> => world.step(push('main', 'a'.repeat(40)), {}, { workspace: folder });
    for (const result of [await step(), await step()]) {
      expect(result).toMatchObject({ code: 0, outputs: { result: 'deployed', 'deploy-type': 'image-and-dags' } });
      expect(result.outputs['reason']).toMatch(/^image and DAGs: there is no git checkout to compare with/);
      expect(result.outputs).not.toHaveProperty('commit-sha');
    }
    expect(world.astro.deploys(production)[0]).not.toHaveProperty('git');
  });

  test('no checkout: an error that says which step is missing, before any request to Astro', async () => {
    world.github.branches.set('main', 'a'.repeat(40));
    for (const given of [push('main', 'a'.repeat(40)), pullRequest('opened', 'feature/x', 'a'.repeat(40))]) {
      const result = await world.step(given, {}, { workspace: scratch });
      expect(result).toMatchObject({ code: 1, annotations: [expect.stringContaining('actions/checkout')] });
      // Of a pull request the configuration file says whether it needs a checkout at all.
      const asked =
        given.event === 'push'
          ? []
          : ['GitHub GET /repos/acme/etl/contents/.astro/branch-deploy.yaml 404', 'GitHub GET /repos/acme/etl 200'];
      expect(result.requests).toEqual(asked);
    }
  });

  test.each<[string, Record<string, string>, (project: World['project']) => void, string]>([
    ['without a Dockerfile', {}, ({ git }) => git('rm', '--quiet', 'Dockerfile'), 'There is no `Dockerfile`'],
    ['without a DAG', {}, ({ git }) => git('rm', '--quiet', '-r', 'dags'), 'There is no folder `dags`'],
    [
      'with an empty DAG folder',
      { 'dags/.keep': '' },
      ({ git }) => git('rm', '--quiet', 'dags/hello.py'),
      'force: true',
    ],
  ])('a project %s gets no preview before that is mended', async (_, files, change, message) => {
    world.project.git('checkout', '--quiet', '-b', 'feature/x');
    change(world.project);
    const result = await world.step(pullRequest('opened', 'feature/x', world.commit('x', files)));
    expect(result).toMatchObject({
      code: 1,
      outputs: { result: 'failed', created: 'false' },
      annotations: [expect.stringContaining(message)],
    });
    expect(writes(result)).toEqual([]);
    expect(world.docker.calls()).toEqual([]);
  });

  const asRoot = process.getuid?.() === 0 ? test : test.skip;
  asRoot('a checkout of another user, as in a job’s container (needs root)', async () => {
    await merge('first', { 'dags/a.py': '1\n' });
    const sha = world.commit('a DAG', { 'dags/a.py': '2\n' });
    execFileSync('chown', ['-R', '12345', world.project.folder]);
    expect(told(await world.step(push('main', sha)))).toBe('dags-only: DAGs: dags/a.py changed since <sha>');
  });

  test('a linked worktree, and a clone whose remote needs credentials that are not there', async () => {
    await merge('first', { 'dags/a.py': '1\n' });
    const sha = world.commit('a DAG', { 'dags/a.py': '2\n' });
    const tree = join(scratch, 'tree');
    world.project.git('worktree', 'add', '--quiet', '--detach', tree, sha);
    expect(told(await world.step(push('main', sha), {}, { workspace: tree }))).toBe(
      'dags-only: DAGs: dags/a.py changed since <sha>',
    );
    const shallow = join(scratch, 'shallow');
    const next = world.commit('next', { 'dags/a.py': '3\n' });
    execFileSync('git', ['clone', '--quiet', '--depth=1', `file://${world.project.folder}`, shallow]);
    execFileSync('git', ['-C', shallow, 'remote', 'set-url', 'origin', join(scratch, 'nowhere')]);
    world.github.comparisons.set(`${sha}...${next}`, {
      mergeBase: sha,
      files: [{ filename: 'dags/a.py', status: 'modified' }],
    });
    const first = world.astro.deploys(production)[0]?.git?.commitSha ?? '';
    world.github.comparisons.set(`${first}...${next}`, {
      mergeBase: first,
      files: [{ filename: 'dags/a.py', status: 'modified' }],
    });
    expect(told(await world.step(push('main', next), {}, { workspace: shallow }))).toBe(
      'dags-only: DAGs: dags/a.py changed since <sha>',
    );
  });
});
