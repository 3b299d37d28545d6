import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pullRequest } from '../../sandbox/events.ts';
import { sampleFiles } from '../../sandbox/project.ts';
import { startWorld, token, type World } from '../scenarios/world.ts';

const branch = 'feature/x';
let world: World;
let scratch: string;
/** Exists when something that the branch committed was run. */
let canary: string;
beforeEach(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'attack-'));
  canary = join(scratch, 'was-run');
  world = await startWorld();
});
afterEach(async () => {
  await world.end();
  rmSync(scratch, { recursive: true, force: true });
});

/** A program that leaves its parent's environment where the test looks for it. */
function trap(): string {
  const path = join(scratch, 'trap.sh');
  writeFileSync(path, `#!/bin/sh\ncat /proc/$PPID/environ > ${canary}\ncat\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Commits an Astro project in `etl` that is a bare repository of the branch's making as well. */
function commitBareRepository(configuration: string, attributes: string): string {
  const { folder, git } = world.project;
  const bare = join(scratch, 'bare');
  const run = (...args: string[]): string => execFileSync('git', args, { cwd: scratch, encoding: 'utf8' });
  run('init', '--quiet', '--bare', '--initial-branch=main', bare);
  const etl = join(folder, 'etl');
  mkdirSync(etl);
  for (const name of ['HEAD', 'objects', 'refs']) cpSync(join(bare, name), join(etl, name), { recursive: true });
  git('checkout', '--quiet', '-b', branch);
  const source = join(scratch, 'source');
  run('init', '--quiet', source);
  for (const [name, text] of Object.entries({ ...sampleFiles, 'dags/x.py': 'x = 1\n' })) {
    mkdirSync(join(etl, name, '..'), { recursive: true });
    writeFileSync(join(etl, name), text);
  }
  const tree = git('write-tree');
  for (const kind of ['heads', 'tags']) {
    mkdirSync(join(etl, 'refs', kind), { recursive: true });
    writeFileSync(join(etl, 'refs', kind, 'main'), `${git('rev-parse', 'HEAD')}\n`);
  }
  cpSync(join(folder, '.git', 'objects'), join(etl, 'objects'), { recursive: true });
  expect(tree).toMatch(/^[0-9a-f]{40}$/);
  cpSync(join(folder, '.git', 'index'), join(etl, 'index'));
  writeFileSync(join(etl, 'config'), `[core]\n\trepositoryformatversion = 0\n\tbare = false\n${configuration}`);
  writeFileSync(join(etl, '.gitattributes'), attributes);
  return world.commit('Add the project', {});
}

const variants: [name: string, configuration: (trap: string) => string, attributes: string][] = [
  ['a clean filter', (trap) => `\tworktree = .\n[filter "x"]\n\tclean = ${trap}\n\trequired = true\n`, '* filter=x\n'],
  ['a filter process', (trap) => `\tworktree = .\n[filter "x"]\n\tprocess = ${trap}\n`, '* filter=x\n'],
  ['a file system monitor', (trap) => `\tworktree = .\n\tfsmonitor = ${trap}\n`, ''],
  ['an ssh command', (trap) => `\tsshCommand = ${trap}\n[remote "origin"]\n\turl = ssh://example.invalid/x\n`, ''],
  ['a diff driver', (trap) => `\tworktree = .\n[diff "x"]\n\tcommand = ${trap}\n\ttextconv = ${trap}\n`, '* diff=x\n'],
  ['hooks', (trap) => `\tworktree = .\n\thooksPath = ${join(trap, '..')}\n`, ''],
];

describe.each(variants)('a bare repository in plain files, with %s', (_, configuration, attributes) => {
  test.each([
    ['root-folder', { 'root-folder': 'etl' }],
    ['root-folder in a dry run', { 'root-folder': 'etl', 'dry-run': 'true' }],
    ['root-folder with config-ref', { 'root-folder': 'etl', 'config-ref': 'main' }],
  ])('runs nothing, and the commit is the one of the real repository: %s [T-03, T-17]', async (_case, inputs) => {
    const sha = commitBareRepository(configuration(trap()), attributes);
    world.github.files.set('main', new Map(Object.entries(sampleFiles)));
    world.github.branches.set('main', world.project.git('rev-parse', 'main'));
    const result = await world.step(pullRequest('opened', branch, sha), {
      'deploy-type': 'dags-only',
      ...inputs,
    });
    expect(existsSync(canary) ? readFileSync(canary, 'utf8') : 'nothing was run').toBe('nothing was run');
    expect(result.log.replace(/^::add-mask::.*$/gm, '')).not.toContain(token);
    expect(result).toMatchObject({ code: 0 });
    if (!('dry-run' in inputs)) expect(result.outputs['commit-sha']).toBe(sha);
  });
});

test('`project` in the branch’s own file names such a folder: nothing is run [T-03]', async () => {
  const [, configuration, attributes] = variants[0] as (typeof variants)[0];
  commitBareRepository(configuration(trap()), attributes);
  const sha = world.commit('Point to it', { '.astro/branch-deploy.yaml': 'version: 1\nproject: etl\n' });
  const result = await world.step(pullRequest('opened', branch, sha), { 'deploy-type': 'dags-only' });
  expect(existsSync(canary)).toBe(false);
  expect(result).toMatchObject({ code: 0, outputs: { 'commit-sha': sha } });
});

describe('programs of the checkout', () => {
  /** Programs that the branch commits, named like those that the Action starts. */
  const commitPrograms = (folder: string): string => {
    const path = trap();
    const text = readFileSync(path, 'utf8');
    world.project.git('checkout', '--quiet', '-b', branch);
    for (const name of ['git', 'docker', 'podman', 'python3']) {
      mkdirSync(join(world.project.folder, folder), { recursive: true });
      writeFileSync(join(world.project.folder, folder, name), text);
      chmodSync(join(world.project.folder, folder, name), 0o755);
    }
    return world.commit('Add tools', { 'dags/x.py': 'x = 1\n' });
  };

  test.each([
    ['a folder of the workspace', (root: string) => join(root, 'bin')],
    ['a relative folder', () => 'bin'],
    ['the working directory', () => ''],
    ['a dot', () => '.'],
  ])('%s on the PATH is passed over [T-03]', async (_, entry) => {
    const sha = commitPrograms('bin');
    const result = await world.step(
      pullRequest('opened', branch, sha),
      {},
      { env: { PATH: `${entry(world.project.folder)}:${world.docker.folder}:${process.env['PATH'] ?? ''}` } },
    );
    expect(existsSync(canary)).toBe(false);
    expect(result).toMatchObject({ code: 0, outputs: { result: 'created', 'deploy-type': 'image-and-dags' } });
  });

  test('Python modules, a sitecustomize and a startup file of the checkout are not loaded [T-03]', async () => {
    const evil = `open(${JSON.stringify(canary)}, 'w').write('run')\n`;
    world.project.git('checkout', '--quiet', '-b', branch);
    const names = ['json.py', 'sitecustomize.py', 'usercustomize.py', 're.py', 'dags/json.py', 'dags/os.py'];
    const sha = world.commit('Add modules', Object.fromEntries(names.map((name) => [name, evil])));
    const result = await world.step(
      pullRequest('opened', branch, sha),
      { 'deploy-type': 'dags-only', 'verify-dags': 'warn' },
      {
        env: {
          PYTHONPATH: world.project.folder,
          PYTHONSTARTUP: join(world.project.folder, 'json.py'),
          PYTHONHOME: world.project.folder,
        },
      },
    );
    expect(existsSync(canary)).toBe(false);
    expect(result.code).toBe(0);
  });

  test('docker is told of no configuration, bake file or environment file of the checkout [T-17]', async () => {
    world.project.git('checkout', '--quiet', '-b', branch);
    const sha = world.commit('Configure docker', {
      '.docker/config.json': `{"credsStore":"trap","credHelpers":{"images.astronomer.cloud":"trap"},"cliPluginsExtraDirs":["${scratch}"]}`,
      'docker-bake.hcl': 'target "default" { output = ["/tmp/x"] }\n',
      '.env': 'DOCKER_HOST=tcp://example.invalid:2375\n',
      'requirements.txt': 'x\n',
    });
    const result = await world.step(pullRequest('opened', branch, sha), {});
    expect(result.code).toBe(0);
    for (const { env, args } of world.docker.calls()) {
      expect(env['DOCKER_CONFIG'] ?? '').not.toContain(world.project.folder);
      expect(env['DOCKER_HOST']).toBeUndefined();
      expect(args).not.toContain('bake');
      expect(JSON.stringify({ env, args })).not.toContain(token);
    }
  });
});
