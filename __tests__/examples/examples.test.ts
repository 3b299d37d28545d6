import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { deploymentOptions } from '../../sandbox/options.ts';
import { readConfig } from '../../src/core/config/read.ts';
import { readPatterns } from '../../src/core/objects/patterns.ts';
import { readTemplate } from '../../src/core/deployment/template.ts';
import { resolveTemplate } from '../../src/core/deployment/desired.ts';
import { modeline } from '../../src/core/release.ts';
import { wantedObjects } from '../../src/core/config/wanted-objects.ts';
import { blocksOf, read, stepsOf, yamlOf } from '../docs/markdown.ts';
import { filesOf, project, startLife, type Life } from './life.ts';
import { complaints, readWorkflow, type Ran } from './run-workflow.ts';

const files = readdirSync(new URL('../../examples', import.meta.url), { recursive: true, encoding: 'utf8' })
  .map((name) => `examples/${name.replaceAll('\\', '/')}`)
  .filter((name) => /\.\w+$/.test(name));
const called = (name: string): string[] => files.filter((file) => file.endsWith(`/${name}`));
const folders = readdirSync(new URL('../../examples', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const workflows = called('workflow.yml');
const pages = called('README.md');
const readmeSteps = stepsOf(yamlOf(read('README.md')));
const usesOf = (file: string): string[] =>
  Array.from(read(file).matchAll(/^\s*(?:- )?uses:\s*(.+?)$/gm), ([, uses = '']) => uses.trim());

describe('the files', () => {
  test('every folder has a page, a workflow, and a line in the table', () => {
    const table = read('examples/README.md');
    for (const folder of folders) {
      expect(files).toContain(`examples/${folder}/README.md`);
      expect(workflows.filter((file) => file.startsWith(`examples/${folder}/`))).not.toEqual([]);
      expect(table).toContain(`](${folder}/)`);
    }
    expect(Array.from(table.matchAll(/\]\(([\w-]+)\/\)/g), ([, name]) => name).sort()).toEqual(folders.sort());
    expect(read('README.md')).toContain('](examples/)');
  });

  test.each(pages)('%s: one screen, and what it links to is there', (file) => {
    const page = read(file);
    expect(page.split('\n').length).toBeLessThanOrEqual(50);
    for (const [, link = ''] of page.matchAll(/\]\((?!https:)([^)#]+)(?:#[\w-]+)?\)/g))
      expect([link, existsSync(new URL(link, new URL(`../../${file}`, import.meta.url)))]).toEqual([link, true]);
  });

  test.each(workflows)('GitHub’s own parser has nothing against %s [S-04]', async (file) => {
    expect(await complaints(file, read(file))).toEqual([]);
  });

  test('it would notice a key, a permission, a context and a cron line that do not exist [S-04]', async () => {
    const good = read('examples/hybrid/workflow.yml');
    for (const [from, to] of [
      ['runs-on:', 'run-on:'],
      ['contents: read', 'content: read'],
      ['secrets.ASTRO', 'secret.ASTRO'],
      ['17 3 * * *', '17 3 * *'],
    ] as const) {
      expect(good).toContain(from);
      expect(await complaints('w.yml', good.replace(from, to))).not.toEqual([]);
    }
  });

  test.each(workflows)(
    '%s pins, asks for little, queues, and gives no expression to a script [S-01, S-02, T-03]',
    (file) => {
      const known = readmeSteps.map(({ uses }) => uses);
      const { permissions, concurrency, jobs } = readWorkflow(file);
      for (const uses of usesOf(file)) {
        expect(known).toContain(uses.split(' ')[0]);
        expect(uses).toMatch(/@[0-9a-f]{40} # v\d/);
      }
      expect(permissions).toEqual({});
      for (const job of Object.values(jobs)) {
        expect(job.permissions['contents']).toBe('read');
        expect(Object.keys(job.permissions)).toEqual(
          ['contents', 'pull-requests', 'deployments'].filter((one) => one in job.permissions),
        );
      }
      expect(concurrency.group).toMatch(/^astro-/);
      expect(concurrency).not.toHaveProperty('cancel-in-progress');
      for (const { run = '', uses = '', with: given = {} } of stepsOf(load(read(file)))) {
        expect(run).not.toContain('${{');
        if (uses.startsWith('actions/checkout@')) expect(given).toMatchObject({ 'persist-credentials': false });
        if (given['objects'] !== undefined)
          expect(() => readPatterns((given['objects'] ?? '').trim().split('\n'))).not.toThrow();
      }
    },
  );

  test.each(pages)('blocks in %s [T-03]', (file) => {
    for (const block of yamlOf(read(file)))
      for (const { run = '', uses } of stepsOf(block)) {
        expect(run).not.toContain('${{');
        if (uses !== undefined) expect(readmeSteps.map((step) => step.uses)).toContain(uses);
      }
  });

  const values = { branch: 'feature/Login', pullRequest: 42, sha: 'a'.repeat(40), repository: 'etl', actor: 'octocat' };
  test.each(called('branch-deploy.yaml'))('%s is accepted, and can be filled in for every target', (file) => {
    const config = readConfig(read(file), file);
    const names = new Set(Array.from(read(file).matchAll(/\$\{env\.(\w+)\}/g), ([, name = '']) => name));
    const env = new Map(Array.from(names, (name) => [name, `the value of ${name}`]));
    const workflow = read(file.replace(/[^/]+$/, 'workflow.yml').replace(/\/(?:etl|ml)\//, '/'));
    for (const name of names) expect(workflow).toMatch(new RegExp(`^ +${name}: `, 'm'));
    for (const target of ['preview', ...config.environments.map(({ name }) => name)])
      expect(() => wantedObjects(config, target, { ...values, env, rules: { tokens: [] } })).not.toThrow();
  });

  test.each(called('preview.yaml'))('%s is accepted without a remark, and Astro offers what it asks for', (file) => {
    const template = readTemplate(read(file), file, { ...values, rules: { tokens: [] }, env: new Map() });
    expect(template.notices).toEqual([]);
    const desired = resolveTemplate(template, { workspaceId: 'w', options: deploymentOptions }, undefined);
    expect(desired).toMatchObject({ type: 'STANDARD', isDevelopmentMode: true, isDagDeployEnabled: true });
  });
});

const lives: Life[] = [];
/** Runs that fail or warn because the story wants it so. */
const expected: Ran[] = [];
let scratch: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'examples-'));
});
afterEach(async () => {
  const ended = lives.splice(0);
  const amiss = expected.splice(0);
  rmSync(scratch, { recursive: true, force: true });
  for (const life of ended.toReversed()) await life.end();
  for (const life of ended) {
    expect(life.world.astro.violations).toEqual([]);
    for (const run of life.runs.filter((one) => !amiss.includes(one)))
      expect([run.code, run.outputs['result'] === 'skipped' ? [] : run.annotations]).toEqual([0, []]);
  }
});
async function start(...given: Parameters<typeof startLife>): Promise<Life> {
  const life = await startLife(...given);
  lives.push(life);
  return life;
}

/** What runs did, one line each: `created etl-login-#: image-and-dags`; the hash of a preview's name is left out. */
const did = (runs: readonly Ran[]): string[] =>
  runs.map(({ outputs }) => {
    const name = outputs['deployment-name']?.replace(/-[0-9a-f]{8}$/, '-#');
    const type = outputs['deploy-type'] === 'none' ? undefined : outputs['deploy-type'];
    return [outputs['result'], name && ` ${name}`, type && `: ${type}`].filter(Boolean).join('');
  });
const names = (life: Life): string[] => life.names().map((name) => name.replace(/-[0-9a-f]{8}$/, '-#'));
const dag = (text: string): Record<string, string> => ({ 'dags/a.py': `x = '${text}'\n` });
const image = (text: string): Record<string, string> => ({ 'requirements.txt': `${text}\n` });
const hour = 3_600_000;
const day = 24 * hour;
const environments = (life: Life): string[] =>
  life.world.github.deployments.map(({ environment, statuses }) => `${environment}: ${statuses.at(-1)?.state ?? ''}`);
const comments = (life: Life): number[] => life.world.github.comments.map(({ pullRequest }) => pullRequest);
const asleep = (life: Life): string[] =>
  life.world.astro.deployments().flatMap(({ name, status }) => (status === 'HIBERNATING' ? [name] : []));

test('single-environment: what is merged goes to production; other branches and pull requests go nowhere', async () => {
  const life = await start('single-environment', { deployments: ['etl-prod'] });
  expect(did(await life.push('feature/a', dag('1')))).toEqual([]);
  expect(did(await life.open('feature/a'))).toEqual([]);
  expect(did(await life.merge('feature/a'))).toEqual(['deployed etl-prod: image-and-dags']);
  expect(did(await life.push('main', dag('2')))).toEqual(['deployed etl-prod: dags-only']);
  expect(did(await life.push('main', image('x')))).toEqual(['deployed etl-prod: image-and-dags']);
  expect(did(await life.push('main', { 'README.md': 'x' }))).toEqual(['nothing etl-prod']);
  expect(did(await life.dispatch())).toEqual(['nothing etl-prod']);
  expect(did(await life.remove('feature/a'))).toEqual([]);
  expect(await life.dags('etl-prod')).toMatchObject(dag('2'));
  expect(environments(life)).toEqual(Array(3).fill('etl-prod: success'));
  expect(names(life)).toEqual(['etl-prod']);
});

test('dev-and-production: each branch has its Deployment; a deleted dev branch takes nothing with it', async () => {
  const life = await start('dev-and-production', { deployments: ['etl-prod', 'etl-dev'] });
  expect(did(await life.push('dev', dag('1')))).toEqual(['deployed etl-dev: image-and-dags']);
  expect(did(await life.push('dev', dag('2')))).toEqual(['deployed etl-dev: dags-only']);
  expect(life.deploys('etl-prod')).toEqual([]);
  await life.open('dev');
  expect(did(await life.merge('dev'))).toEqual(['deployed etl-prod: image-and-dags']);
  expect(did(await life.push('dev', dag('3')))).toEqual(['deployed etl-dev: dags-only']);
  expect([await life.dags('etl-dev'), await life.dags('etl-prod')]).toMatchObject([dag('3'), dag('2')]);
  expect(did(await life.push('feature/a', dag('9')))).toEqual([]);
  expect(did(await life.remove('dev'))).toEqual(['skipped']);
  expect(names(life)).toEqual(['etl-prod', 'etl-dev']);
});

test('hibernating-dev: dev is woken for its deploy and sleeps again; production is never put to sleep', async () => {
  const life = await start('hibernating-dev', { deployments: ['etl-prod'] });
  life.world.astro.addDeployment({ name: 'etl-dev', status: 'HIBERNATING', isDevelopmentMode: true });
  expect(did(await life.push('dev', dag('1')))).toEqual(['deployed etl-dev: image-and-dags']);
  expect(asleep(life)).toEqual(['etl-dev']);
  const before = life.world.astro.requests.length;
  expect(did(await life.push('dev', { 'README.md': 'x' }))).toEqual(['nothing etl-dev']);
  const since = life.world.astro.requests.slice(before);
  expect(since.filter(({ method }) => method !== 'GET')).toEqual([]);
  await life.open('dev');
  expect(did(await life.merge('dev'))).toEqual(['deployed etl-prod: image-and-dags']);
  expect(asleep(life)).toEqual(['etl-dev']);
  expect(await life.dags('etl-dev')).toMatchObject(dag('1'));
});

test('preview-per-pull-request: opened, pushed to, closed, reopened by another, deleted, swept', async () => {
  const life = await start('preview-per-pull-request');
  expect(did(await life.push('feature/a', dag('1')))).toEqual([]);
  expect(did(await life.open('feature/a'))).toEqual(['created etl-feature-a-#: image-and-dags']);
  expect(did(await life.push('feature/a', dag('2')))).toEqual(['deployed etl-feature-a-#: dags-only']);
  await life.push('feature-a', dag('b'));
  expect(did(await life.open('feature-a'))).toEqual(['created etl-feature-a-#: image-and-dags']);
  expect(new Set(life.names()).size).toBe(2);
  expect(did(await life.merge('feature/a'))).toEqual(['deleted etl-feature-a-#']);
  expect(did(await life.remove('feature/a'))).toEqual(['nothing']);
  expect(comments(life)).toEqual([42, 43]);
  expect(environments(life)).toEqual([
    'preview/feature/a: inactive',
    'preview/feature/a: inactive',
    'preview/feature-a: success',
  ]);
  expect(await life.dags('etl-feature-a')).toMatchObject(dag('b'));
  // Nobody pushes for more than `ttl`.
  life.later(2 * day);
  expect(did(await life.schedule())).toEqual(['swept']);
  expect(names(life)).toEqual(['etl-feature-a-#']);
  life.later(2 * day);
  expect(did(await life.schedule())).toEqual(['swept']);
  expect(names(life)).toEqual([]);
  expect(did(await life.push('feature-a', dag('c')))).toEqual(['created etl-feature-a-#: image-and-dags']);
  // The branch goes without an event: only the sweep can know.
  life.world.github.branches.delete('feature-a');
  life.later(2 * hour);
  await life.schedule();
  expect(names(life)).toEqual([]);
});

test('preview-per-branch: a pushed branch has a preview until it is deleted, pull request or not', async () => {
  const life = await start('preview-per-branch');
  expect(did(await life.push('feature/a', dag('1')))).toEqual(['created etl-feature-a-#: image-and-dags']);
  expect(did(await life.push('main', dag('0')))).toEqual([]);
  expect(did(await life.push('dependabot/npm/x', image('x')))).toEqual(['skipped']);
  expect(comments(life)).toEqual([]);
  expect(did(await life.open('feature/a'))).toEqual(['nothing etl-feature-a-#']);
  expect(comments(life)).toEqual([42]);
  expect(did(await life.push('feature/a', dag('2')))).toEqual(['deployed etl-feature-a-#: dags-only']);
  expect(did(await life.close('feature/a'))).toEqual([]);
  expect(await life.dags('etl-feature-a')).toMatchObject(dag('2'));
  // GitHub tells a deletion twice where pushes are listened to; the push does nothing.
  expect(did(await life.remove('feature/a'))).toEqual(['skipped', 'deleted etl-feature-a-#']);
  expect(environments(life)).toEqual(['preview/feature/a: inactive', 'preview/feature/a: inactive']);
  await life.push('feature/b', dag('1'));
  life.world.github.branches.delete('feature/b');
  life.later(2 * hour);
  expect(did(await life.schedule())).toEqual(['swept']);
  expect(names(life)).toEqual([]);
  // Whatever happens to a branch waits for what happens to it already.
  const groups = life.runs
    .filter(({ outputs }) => outputs['deployment-name']?.startsWith('etl-feature-a'))
    .map(({ group }) => group);
  expect(new Set(groups)).toEqual(new Set(['astro-1296269-feature/a']));
});

test('hybrid: previews for pull requests into dev, dev and production for good', async () => {
  const life = await start('hybrid', { deployments: ['etl-prod', 'etl-dev'] });
  expect(did(await life.push('dev'))).toEqual(['deployed etl-dev: image-and-dags']);
  await life.push('feature/a', dag('1'), 'dev');
  expect(did(await life.open('feature/a', 'dev'))).toEqual(['created etl-feature-a-#: image-and-dags']);
  expect(did(await life.merge('feature/a'))).toEqual(['deleted etl-feature-a-#', 'deployed etl-dev: dags-only']);
  expect(did(await life.remove('feature/a'))).toEqual(['nothing']);
  expect(did(await life.open('dev'))).toEqual(['skipped']);
  expect(did(await life.push('dev', dag('2')))).toEqual(['deployed etl-dev: dags-only', 'skipped']);
  expect(did(await life.merge('dev'))).toEqual(['nothing', 'deployed etl-prod: image-and-dags']);
  expect([await life.dags('etl-dev'), await life.dags('etl-prod')]).toMatchObject([dag('2'), dag('2')]);
  // Production and dev are no previews: neither a deleted branch nor the sweep takes them.
  expect(did(await life.remove('dev'))).toEqual(['skipped', 'nothing']);
  await life.push('feature/b', dag('3'));
  await life.open('feature/b');
  const kept = life.world.github.pullRequests.at(-1);
  if (kept) kept.labels = ['keep-preview'];
  life.later(30 * day);
  expect(did(await life.schedule())).toEqual(['swept']);
  expect(names(life)).toEqual(['etl-prod', 'etl-dev', 'etl-feature-b-#']);
  if (kept) kept.labels = [];
  await life.schedule();
  expect(names(life)).toEqual(['etl-prod', 'etl-dev']);
  // The sweep never takes the place of a deploy that waits.
  const groupsOf = (result: string): Set<string> =>
    new Set(life.runs.filter(({ outputs }) => outputs['result'] === result).map(({ group }) => group));
  const deploying = groupsOf('deployed');
  expect([...groupsOf('swept')].filter((group) => deploying.has(group))).toEqual([]);
});

describe('two-repositories: each ships its part and leaves the other’s', () => {
  const dagFiles = { 'README.md': '# DAGs\n', 'dags/a.py': "x = '1'\n" };
  const projectFiles = Object.fromEntries(Object.entries(project).filter(([name]) => !name.startsWith('dags/')));

  test('the project first', async () => {
    const home = await start('two-repositories/project-repository', { deployments: ['etl-prod'], files: projectFiles });
    const dags = await start('two-repositories/dags-repository', {
      files: dagFiles,
      beside: { life: home, repository: 'etl-dags' },
    });
    expect(did(await home.push('main', image('x')))).toEqual(['deployed etl-prod: image-only']);
    expect(did(await dags.push('main', dag('2')))).toEqual(['deployed etl-prod: dags-only']);
    const tag = () => home.world.astro.deployments()[0]?.imageTag;
    const first = tag();
    expect(did(await dags.push('main', dag('3')))).toEqual(['deployed etl-prod: dags-only']);
    expect(tag()).toBe(first);
    expect(did(await home.push('main', image('y')))).toEqual(['deployed etl-prod: image-only']);
    expect(tag()).not.toBe(first);
    expect(await home.dags('etl-prod')).toEqual(dag('3'));
    expect(did(await dags.push('main', { 'README.md': 'more\n' }))).toEqual(['nothing etl-prod']);
    expect(did(await dags.push('main', { ...dag('4'), 'tests/test_a.py': '1\n' }))).toEqual([
      'deployed etl-prod: dags-only',
    ]);
    expect(did(await home.push('main', { 'README.md': 'more\n' }))).toEqual(['nothing etl-prod']);
    expect(did(await home.dispatch())).toEqual(['deployed etl-prod: image-only']);
    expect(did(await dags.dispatch())).toEqual(['deployed etl-prod: dags-only']);
    expect(await home.dags('etl-prod')).toEqual(dag('4'));
  });

  test('the DAGs first', async () => {
    const home = await start('two-repositories/project-repository', { deployments: ['etl-prod'], files: projectFiles });
    const dags = await start('two-repositories/dags-repository', {
      files: dagFiles,
      beside: { life: home, repository: 'etl-dags' },
    });
    expect(did(await dags.push('main', dag('2')))).toEqual(['deployed etl-prod: dags-only']);
    expect(did(await home.push('main', image('x')))).toEqual(['deployed etl-prod: image-only']);
    expect(home.deploys('etl-prod')).toEqual(['DAG_ONLY', 'IMAGE_ONLY']);
    expect(await home.dags('etl-prod')).toEqual(dag('2'));
  });
});

describe('dags-from-bucket: what the bucket holds is what runs', () => {
  const secrets = {
    AWS_ACCESS_KEY_ID: 'AKIA-canary',
    AWS_SECRET_ACCESS_KEY: 'aws-secret-canary',
    GCS_KEY: '{"key":"it\'s"}',
  };
  // A name that a careless script would run.
  const vars = { DAGS_BUCKET: "acme's $(touch owned) `touch owned`" };
  let bucket: string;
  let journal: string;
  beforeEach(() => {
    bucket = join(scratch, 'bucket');
    journal = join(scratch, 'journal');
    mkdirSync(bucket);
    // Stands in for both tools: notes what it was given, then copies the bucket to where its last argument says.
    for (const name of ['aws', 'gcloud']) {
      writeFileSync(
        join(scratch, name),
        '#!/bin/sh\nprintf \'%s\\n\' "$(basename "$0")" "$@" >> "$JOURNAL"\nfor last; do :; done\nrm -rf "$last"\ncp -R "$BUCKET_FOLDER" "$last"\n',
      );
      chmodSync(join(scratch, name), 0o755);
    }
  });
  const inBucket = (name: string, text: string): void => {
    writeFileSync(join(bucket, name), text);
  };
  const script = (text: string, env: Readonly<Record<string, string>>): void => {
    const PATH = `${scratch}${delimiter}${process.env['PATH'] ?? ''}`;
    execFileSync('bash', ['--noprofile', '--norc', '-e', '-c', text], {
      cwd: scratch,
      env: { ...env, PATH, JOURNAL: journal, BUCKET_FOLDER: bucket },
    });
  };
  const given = (): string[] => readFileSync(journal, 'utf8').trim().split('\n');

  test('S3: by the schedule, by a dispatch, by hand; an empty bucket deletes nothing', async () => {
    inBucket('a.py', '1\n');
    const life = await start('dags-from-bucket', { deployments: ['etl-prod'], secrets, vars, script });
    expect(did(await life.push('main', dag('9')))).toEqual([]);
    expect(did(await life.schedule())).toEqual(['deployed etl-prod: dags-only']);
    expect(await life.dags('etl-prod')).toEqual({ 'dags/a.py': '1\n' });
    expect(given().slice(0, 4)).toEqual(['aws', 's3', 'sync', '--only-show-errors']);
    expect(given()[4]).toBe(`s3://${vars.DAGS_BUCKET}/dags`);
    expect(existsSync(join(scratch, 'owned'))).toBe(false);
    inBucket('b.py', '2\n');
    expect(did(await life.call('something-else'))).toEqual([]);
    expect(did(await life.call('dags-changed'))).toEqual(['deployed etl-prod: dags-only']);
    rmSync(join(bucket, 'a.py'));
    expect(did(await life.dispatch())).toEqual(['deployed etl-prod: dags-only']);
    expect(await life.dags('etl-prod')).toEqual({ 'dags/b.py': '2\n' });
    rmSync(join(bucket, 'b.py'));
    const empty = await life.schedule();
    expected.push(...empty);
    expect(empty[0]).toMatchObject({ code: 1, annotations: [expect.stringContaining('empty DAG folder')] });
    expect(await life.dags('etl-prod')).toEqual({ 'dags/b.py': '2\n' });
    expect(life.deploys('etl-prod')).toEqual(Array(3).fill('DAG_ONLY'));
  });

  test('Google Cloud Storage: the step on the page does the same', () => {
    inBucket('a.py', '1\n');
    const [step] = blocksOf(read('examples/dags-from-bucket/README.md')).flatMap(({ text }) => stepsOf(load(text)));
    script(step?.run ?? '', { BUCKET: vars.DAGS_BUCKET, KEY: secrets.GCS_KEY, RUNNER_TEMP: scratch });
    expect(readFileSync(join(scratch, 'dags', 'a.py'), 'utf8')).toBe('1\n');
    expect(given()).toContain(`gs://${vars.DAGS_BUCKET}/dags`);
    expect(readFileSync(join(scratch, 'key.json'), 'utf8')).toBe(secrets.GCS_KEY);
    expect(existsSync(join(scratch, 'owned'))).toBe(false);
  });
});

describe('monorepo', () => {
  const inBoth = Object.fromEntries(
    ['etl', 'ml'].flatMap((folder) => Object.entries(project).map(([name, text]) => [`${folder}/${name}`, text])),
  );
  const begin = () => start('monorepo', { deployments: ['etl-prod', 'ml-prod'], files: inBoth });

  test('each project by its own changes, previews and production', async () => {
    const life = await begin();
    await life.push('feature/a', { 'etl/dags/a.py': '1\n' });
    expect(did(await life.open('feature/a'))).toEqual([
      'created etl-feature-a-#: image-and-dags',
      'created ml-feature-a-#: image-and-dags',
    ]);
    expect(comments(life)).toEqual([42, 42]);
    expect(did(await life.push('feature/a', { 'ml/dags/b.py': '1\n' }))).toEqual([
      'nothing etl-feature-a-#',
      'deployed ml-feature-a-#: dags-only',
    ]);
    const settings = {
      'etl/.astro/branch-deploy.yaml': `${read('examples/monorepo/etl/branch-deploy.yaml')}  max: 5\n`,
    };
    expect(did(await life.push('feature/a', settings))).toEqual(['nothing etl-feature-a-#', 'nothing ml-feature-a-#']);
    expect(did(await life.merge('feature/a'))).toEqual([
      'deleted etl-feature-a-#',
      'deleted ml-feature-a-#',
      'deployed etl-prod: image-and-dags',
      'deployed ml-prod: image-and-dags',
    ]);
    expect(did(await life.remove('feature/a'))).toEqual(['nothing', 'nothing']);
    expect(did(await life.push('main', { 'ml/requirements.txt': 'x\n' }))).toEqual([
      'nothing etl-prod',
      'deployed ml-prod: image-and-dags',
    ]);
    expect(Object.keys(await life.dags('etl-prod')).sort()).toEqual(['dags/a.py', 'dags/hello.py']);
    expect(Object.keys(await life.dags('ml-prod')).sort()).toEqual(['dags/b.py', 'dags/hello.py']);
  });

  test('one sweep for both, without a checkout', async () => {
    const life = await begin();
    for (const branch of ['feature/a', 'feature/b']) {
      await life.push(branch, { 'etl/dags/a.py': `${branch}\n` });
      await life.open(branch);
    }
    life.world.github.branches.delete('feature/a');
    life.later(2 * hour);
    expect(did(await life.schedule())).toEqual(['swept']);
    expect(names(life)).toEqual(['etl-prod', 'ml-prod', 'etl-feature-b-#', 'ml-feature-b-#']);
    life.later(4 * day);
    expect((await life.schedule()).map(({ job }) => job)).toEqual(['sweep']);
    expect(names(life)).toEqual(['etl-prod', 'ml-prod']);
  });
});

test('staging-promotion: staging first, then the same commits on production; what Airflow cannot import stops it', async () => {
  const life = await start('staging-promotion', { deployments: ['etl-prod', 'etl-staging'] });
  await life.push('staging');
  await life.push('feature/a', dag('1'), 'staging');
  expect(did(await life.open('feature/a', 'staging'))).toEqual([]);
  expect(did(await life.merge('feature/a'))).toEqual(['deployed etl-staging: dags-only']);
  expect(life.deploys('etl-prod')).toEqual([]);
  await life.open('staging');
  expect(did(await life.merge('staging'))).toEqual(['deployed etl-prod: image-and-dags']);
  expect(await life.dags('etl-prod')).toEqual(await life.dags('etl-staging'));

  // A DAG that staging's Airflow cannot import: the run is red, and staging keeps it to look at.
  const broken = { 'dags/a.py': 'from airflow.sdk import dag\nimport nope\n' };
  const red = await life.push('staging', broken);
  expected.push(...red);
  expect(did(red)).toEqual(['failed etl-staging: dags-only']);
  expect(await life.dags('etl-staging')).toMatchObject(broken);
  // The same on production: it goes back to what ran before.
  await life.open('staging');
  const back = await life.merge('staging');
  expected.push(...back);
  expect(back[0]?.code).toBe(1);
  expect(await life.dags('etl-prod')).toMatchObject(dag('1'));
  expect(did(await life.remove('feature/a'))).toEqual([]);
  expect(names(life)).toEqual(['etl-prod', 'etl-staging']);
});

test('connections-per-branch: each Deployment sees what is meant for it, before its first code', async () => {
  const secrets = {
    SNOWFLAKE_DEV_LOGIN: 'dev-login-canary',
    SNOWFLAKE_DEV_PASSWORD: 'dev-password-canary',
    AWS_KEY_ID: 'aws-key-canary',
    AWS_SECRET: 'aws-secret-canary',
  };
  const life = await start('connections-per-branch', { deployments: ['etl-prod'], secrets });
  const { astro } = life.world;
  const extra = { account: 'acme', database: 'ANALYTICS' };
  const snowflake = { type: 'snowflake', login: 'PROD', password: 'prod-password-canary', schema: 'PUBLIC', extra };
  astro.addObject({ objectKey: 'snowflake', objectType: 'CONNECTION', connection: snowflake });
  astro.addObject({
    objectKey: 'billing',
    objectType: 'CONNECTION',
    autoLinkDeployments: true,
    connection: { type: 'http', host: 'billing' },
  });
  await life.push('feature/a', dag('1'));
  expect(did(await life.open('feature/a'))).toEqual(['created etl-feature-a-#: image-and-dags']);
  const order = astro.requests.map(({ operation }) => operation);
  expect(order.lastIndexOf('updateEnvironmentObject')).toBeLessThan(order.indexOf('createDeploy'));
  const preview = life.id('etl-feature-a');
  const aws = {
    type: 'aws',
    login: secrets.AWS_KEY_ID,
    password: secrets.AWS_SECRET,
    extra: { region_name: 'eu-west-1' },
  };
  const seen = {
    'CONNECTION:snowflake': {
      ...snowflake,
      login: secrets.SNOWFLAKE_DEV_LOGIN,
      password: secrets.SNOWFLAKE_DEV_PASSWORD,
      schema: 'PR_42',
      extra: { account: 'acme', database: 'ANALYTICS_DEV' },
    },
    'CONNECTION:landing_zone': aws,
    'AIRFLOW_VARIABLE:bucket': { value: 's3://etl-dev/pr-42' },
    'ENVIRONMENT_VARIABLE:DBT_SCHEMA': { value: 'PR_42' },
  };
  expect(astro.effective(preview)).toMatchObject(seen);
  expect(astro.effective(preview)).not.toHaveProperty(['CONNECTION:billing']);
  expect(Object.keys(astro.effective(life.id('etl-prod')))).toEqual(['CONNECTION:billing']);

  await life.push('feature/b', dag('2'));
  await life.open('feature/b');
  expect(did(await life.merge('feature/a'))).toEqual(['deleted etl-feature-a-#', 'updated etl-prod: image-and-dags']);
  const production = {
    'CONNECTION:snowflake': snowflake,
    'CONNECTION:landing_zone': aws,
    'CONNECTION:billing': { host: 'billing' },
    'AIRFLOW_VARIABLE:bucket': { value: 's3://etl-prod' },
    'ENVIRONMENT_VARIABLE:DBT_SCHEMA': { value: 'ANALYTICS' },
  };
  expect(astro.effective(life.id('etl-prod'))).toMatchObject(production);
  expect(astro.effective(life.id('etl-feature-b'))['CONNECTION:snowflake']).toMatchObject({ schema: 'PR_43' });
  // A dispatch writes secrets anew, and changes nothing else.
  expect(did(await life.dispatch())).toEqual(['updated etl-prod']);
  expect(astro.effective(life.id('etl-prod'))).toMatchObject(production);
  expect(did(await life.remove('feature/a'))).toEqual(['nothing']);
  life.world.github.branches.delete('feature/b');
  life.later(2 * hour);
  await life.schedule();
  const production_ = life.id('etl-prod');
  const linked = astro.objects().flatMap(({ links }) => links.map(({ deploymentId }) => deploymentId));
  expect(new Set(linked)).toEqual(new Set([production_]));
  const shown = life.runs
    .map(({ log, summary, outputs }) => log.replace(/^::add-mask::.*$/gm, '') + summary + JSON.stringify(outputs))
    .join('');
  for (const secret of Object.values(secrets)) expect(shown).not.toContain(secret);
});

test('schema-per-branch: the schema of the branch is dropped after its preview, and only then', async () => {
  const dropped: string[] = [];
  const life = await start('schema-per-branch', {
    secrets: { SNOWFLAKE_PASSWORD: 'snowflake-password-canary' },
    vars: { SNOWFLAKE_ACCOUNT: 'acme', SNOWFLAKE_USER: 'SVC' },
    // What the shell makes of the query; the program is not installed here.
    script: (text, env) => {
      const script = `pipx() { :; }; snow() { printf '%s' "$3"; }\n${text}`;
      dropped.push(execFileSync('bash', ['-euc', script], { env, encoding: 'utf8' }));
    },
  });
  life.world.astro.addObject({
    objectKey: 'snowflake',
    objectType: 'CONNECTION',
    connection: { type: 'snowflake', login: 'SVC' },
  });
  await life.push('feature/Log-in', dag('1'));
  expect(did(await life.open('feature/Log-in'))).toEqual(['created etl-feature-log-in-#: image-and-dags']);
  const schema = 'PREVIEW_FEATURE_LOG_IN';
  expect(life.world.astro.effective(life.id('etl-feature'))['CONNECTION:snowflake']).toMatchObject({ schema });
  await life.push('feature/Log-in', dag('2'));
  expect(dropped).toEqual([]);
  expect(did(await life.close('feature/Log-in'))).toEqual(['deleted etl-feature-log-in-#']);
  expect(dropped).toEqual([`DROP SCHEMA IF EXISTS ANALYTICS_DEV."${schema}" CASCADE`]);
  expect(did(await life.remove('feature/Log-in'))).toEqual(['nothing']);
  expect(dropped).toHaveLength(1);
});

test('migrate-to-environment-manager: plan, then migrate, then delete the sources', async () => {
  const secrets = {
    SNOWFLAKE_PASSWORD: 'snowflake-password-canary',
    SNOWFLAKE_PRIVATE_KEY: 'snowflake-key-canary',
    API_TOKEN: 'api-token-canary',
  };
  const life = await start('migrate-to-environment-manager', { deployments: ['etl-prod'], secrets });
  const { astro } = life.world;
  const { connections, variables } = astro.airflow(life.id('etl-prod'));
  connections.set('snowflake', {
    conn_type: 'snowflake',
    login: 'SVC',
    password: 'stored',
    extra: JSON.stringify({ account: 'acme', private_key_content: 'stored' }),
  });
  connections.set('public_api', { conn_type: 'http', host: 'https://api', extra: '{}' });
  variables.set('api_token', { value: 'stored' });
  variables.set('scratch_x', { value: '1' });
  const left = (): string[] => [...connections.keys(), ...variables.keys()];
  const all = ['snowflake', 'public_api', 'api_token', 'scratch_x'];

  expect(did(await life.push('main', dag('1')))).toEqual([]);
  expect(did(await life.dispatch())).toEqual(['planned etl-prod']);
  expect([astro.objects(), left()]).toEqual([[], all]);
  expect(did(await life.dispatch('main', { step: 'migrate' }))).toEqual(['updated etl-prod']);
  expect(left()).toEqual(all);
  expect(astro.effective(life.id('etl-prod'))).toMatchObject({
    'CONNECTION:snowflake': {
      password: secrets.SNOWFLAKE_PASSWORD,
      extra: { account: 'acme', private_key_content: secrets.SNOWFLAKE_PRIVATE_KEY },
    },
    'CONNECTION:public_api': { host: 'https://api' },
    'AIRFLOW_VARIABLE:api_token': { value: secrets.API_TOKEN },
  });
  // Airflow has seen the new ones by then.
  life.later(hour);
  expect(did(await life.dispatch('main', { step: 'delete the sources' }))).toEqual(['updated etl-prod']);
  expect(left()).toEqual(['scratch_x']);
  expect(astro.objects()).toHaveLength(3);
  expect(did(await life.dispatch('main', { step: 'delete the sources' }))).toEqual(['nothing etl-prod']);
});

test('promote-to-workspace: plan, then promote', async () => {
  const secrets = { SNOWFLAKE_PASSWORD: 'snowflake-password-canary' };
  const life = await start('promote-to-workspace', { deployments: ['etl-prod'], secrets });
  const { astro } = life.world;
  const own = (objectKey: string, more: object) =>
    astro.addObject({ objectKey, scope: 'DEPLOYMENT', scopeEntityId: life.id('etl-prod'), ...more });
  own('snowflake', { objectType: 'CONNECTION', connection: { type: 'snowflake', login: 'SVC', password: 'stored' } });
  own('bucket', { objectType: 'AIRFLOW_VARIABLE', airflowVariable: { value: 's3://etl', isSecret: false } });
  const scopes = (): string[] =>
    astro
      .objects()
      .map(({ objectKey, scope }) => `${scope} ${objectKey}`)
      .sort();
  const before = ['DEPLOYMENT bucket', 'DEPLOYMENT snowflake'];

  expect(did(await life.push('main', dag('1')))).toEqual([]);
  expect(did(await life.dispatch())).toEqual(['planned etl-prod']);
  expect(scopes()).toEqual(before);
  expect(did(await life.dispatch('main', { step: 'promote' }))).toEqual(['updated etl-prod']);
  expect(scopes()).toEqual(['WORKSPACE bucket', 'WORKSPACE snowflake']);
  expect(astro.effective(life.id('etl-prod'))).toMatchObject({
    'CONNECTION:snowflake': { login: 'SVC', password: secrets.SNOWFLAKE_PASSWORD },
    'AIRFLOW_VARIABLE:bucket': { value: 's3://etl' },
  });
  expect(did(await life.dispatch('main', { step: 'promote' }))).toEqual(['nothing etl-prod']);
});

test('export-template: what it writes is a template that a preview can be created from', async () => {
  const printed: string[] = [];
  const script = (text: string): void => {
    printed.push(execFileSync('bash', ['-e', '-c', text], { cwd: life?.world.project.folder, encoding: 'utf8' }));
  };
  let life: Life | undefined = undefined;
  life = await start('export-template', { deployments: ['etl-prod'], script });
  const exported = await life.dispatch();
  expected.push(...exported); // a notice says what would make previews as large as production
  expect(exported.map(({ code, outputs }) => [code, outputs['result']])).toEqual([[0, 'updated']]);
  const [text = ''] = printed;
  expect(text.split('\n')[0]).toBe(modeline('deployment-template'));
  const values = { repository: 'etl', actor: 'octocat', rules: { tokens: [] }, env: new Map<string, string>() };
  expect(readTemplate(text, 't.yaml', values)).toMatchObject({ type: 'STANDARD', notices: [] });
});

test('enforce-ci-cd: the workflow’s token deploys where nobody else may', async () => {
  const life = await start('enforce-ci-cd');
  life.world.astro.addDeployment({ name: 'etl-prod', isCicdEnforced: true });
  expect(did(await life.push('main', dag('1')))).toEqual(['deployed etl-prod: image-and-dags']);
  expect(did(await life.push('feature/a', dag('2')))).toEqual([]);
  expect(did(await life.open('feature/a'))).toEqual([]);
  expect(did(await life.merge('feature/a'))).toEqual(['deployed etl-prod: dags-only']);
  expect(environments(life)).toEqual([]);
});

describe('tests-before-deploy: what the tests say decides', () => {
  const integrity = '.astro/test_dag_integrity_default.py';
  const files = { ...project, [integrity]: 'def test(): pass\n', 'tests/test_a.py': 'def test_a(): pass\n' };
  const begin = (exitCode: number) =>
    start('tests-before-deploy', {
      deployments: ['etl-prod'],
      files,
      docker: { tests: { [integrity]: { exitCode: 0 }, 'tests/': { exitCode } } },
    });

  test('green ones let code onto the preview and onto production', async () => {
    const life = await begin(0);
    await life.push('feature/a', dag('1'));
    expect(did(await life.open('feature/a'))).toEqual(['created etl-feature-a-#: image-and-dags']);
    expect(did(await life.push('feature/a', dag('2')))).toEqual(['deployed etl-feature-a-#: dags-only']);
    expect(did(await life.merge('feature/a'))).toEqual([
      'deleted etl-feature-a-#',
      'deployed etl-prod: image-and-dags',
    ]);
    const tested = life.world.docker.calls().filter(({ args }) => args[0] === 'start');
    expect(tested).toHaveLength(6);
  });

  test('red ones keep code off both', async () => {
    const life = await begin(1);
    await life.push('feature/a', dag('1'));
    const opened = await life.open('feature/a');
    const merged = await life.merge('feature/a');
    expected.push(...opened, ...merged);
    expect([...opened, ...merged].map(({ code, outputs }) => [code, outputs['result']])).toEqual([
      [1, 'failed'],
      [0, 'deleted'],
      [1, 'failed'],
    ]);
    expect(life.world.astro.requests.filter(({ operation }) => operation === 'createDeploy')).toEqual([]);
    expect(names(life)).toEqual(['etl-prod']);
  });
});

const python = spawnSync('python3', ['--version']).status === 0;
(python ? test : test.skip)('dags-from-bucket: the function of the bucket starts the workflow', async () => {
  const requests: { readonly path: string; readonly token: string; readonly body: unknown }[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      requests.push({ path: request.url ?? '', token: request.headers.authorization ?? '', body: JSON.parse(text) });
      response.writeHead(requests.length === 1 ? 204 : 404).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const call = promisify(execFile);
  const run = () =>
    call('python3', ['-B', '-c', 'import dispatch; dispatch.handler({"Records": []}, None)'], {
      cwd: new URL('../../examples/dags-from-bucket/', import.meta.url),
      env: {
        PATH: process.env['PATH'],
        GITHUB_API_URL: `http://127.0.0.1:${String(port)}`,
        GITHUB_REPOSITORY: 'acme/etl',
        GITHUB_TOKEN: 'token',
      },
    });
  try {
    await run();
    await expect(run()).rejects.toThrow('HTTP Error 404');
  } finally {
    server.close();
  }
  const { event_type: type } = requests[0]?.body as { event_type: string };
  expect(requests[0]).toMatchObject({ path: '/repos/acme/etl/dispatches', token: 'Bearer token' });
  const { on } = readWorkflow('examples/dags-from-bucket/workflow.yml');
  expect(on['repository_dispatch']).toEqual({ types: [type] });
});

test('the pages put files where the tests do', () => {
  for (const folder of folders.filter((name) => name !== 'two-repositories')) {
    const page = read(`examples/${folder}/README.md`);
    for (const place of Object.keys(filesOf(folder)).filter((name) => name.includes('.astro/')))
      expect(page).toContain(`\`${place}\``);
  }
});
