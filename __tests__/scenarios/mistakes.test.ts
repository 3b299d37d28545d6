import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pullRequest } from '../../sandbox/events.ts';
import { sampleTemplate } from '../../sandbox/project.ts';
import { startWorld, type Told, type World } from './world.ts';

const branch = 'feature/x';
let world: World;
let sha: string;
beforeEach(async () => {
  world = await startWorld();
  world.project.git('checkout', '--quiet', '-b', branch);
  sha = world.commit('x', { 'README.md': 'x\n' });
});
afterEach(async () => {
  await world.end();
});
const open = (inputs: Record<string, string> = {}, more: Parameters<World['step']>[2] = {}): Promise<Told> =>
  world.step(pullRequest('opened', branch, sha), inputs, more);

test.each([
  ['.astro/previw.yaml', 'Did you mean `.astro/preview.yaml`?'],
  ['astro/preview.yml', 'Did you mean `.astro/preview.yaml`?'],
  ['.astro/other.yaml', 'There are `.astro/preview.yaml`.'],
])('a template that is missing is told with near names: %s', async (template, near) => {
  expect((await open({ template })).annotations).toEqual([
    `error ${template}: \`template\`: there is no file \`${template}\` in the checkout. ${near}`,
  ]);
});

test('a checkout with `path:` is told by the folder that holds a Dockerfile', async () => {
  const home = mkdtempSync(join(tmpdir(), 'path-'));
  const around = join(home, 'workspace');
  mkdirSync(around);
  renameSync(world.project.folder, join(around, 'etl'));
  try {
    const result = await open(
      { template: '.astro/preview.yaml', 'deploy-type': 'image-and-dags' },
      { workspace: around },
    );
    expect(result.code).toBe(1);
    expect(result.annotations.join('\n')).toContain(
      'There is a `Dockerfile` in `etl`: set `root-folder: etl`, or leave `path` out of actions/checkout.',
    );
    expect(result.requests.filter((request) => !request.includes(' GET '))).toEqual([]);
  } finally {
    renameSync(join(around, 'etl'), world.project.folder);
    rmSync(home, { recursive: true });
  }
});

test('`config-ref` that does not exist is told as that, without advice about the checkout', async () => {
  const result = await open({ 'config-ref': 'mian' });
  expect(result.annotations).toEqual([
    expect.stringContaining('`config-ref`: there is no branch `mian` in this repository.'),
  ]);
  expect(result.log).not.toContain('actions/checkout');
});

test.each([
  [{ 'dags-folder': 'dgas' }, 'There is no folder `dgas`. Correct `dags-folder` or `root-folder`.'],
  [{ 'dags-folder': 'README.md' }, '`README.md` is not a folder. Correct `dags-folder` or `root-folder`.'],
  [{ 'dags-folder': 'include' }, '`include` holds no .py, .zip, .yaml or .yml file.'],
])('a wrong DAG folder is told by its path in the repository: %j', async (inputs, message) => {
  const result = await open({ ...inputs, 'deploy-type': 'dags-only' });
  expect(result.annotations.join('\n')).toContain(message);
  expect(result.log).not.toContain(world.project.folder);
  expect(result.requests.filter((request) => !request.includes(' GET '))).toEqual([]);
});

test.each(['createDeployment', 'updateDeployment'])(
  'what Astro refuses (%s) is shown at the line of the template that it comes from [I10]',
  async (operation) => {
    if (operation === 'updateDeployment') await open({ 'deploy-type': 'dags-only' });
    const changed = sampleTemplate.replace('max_worker_count: 5', 'max_worker_count: 6');
    sha = world.commit('Change', { '.astro/preview.yaml': changed });
    const line = changed.split('\n').findIndex((one) => one.includes('max_worker_count')) + 1;
    const fieldErrors = [{ field: 'workerQueues[0].maxWorkerCount', code: 'invalid', message: 'is not offered here' }];
    const body = JSON.stringify({ message: 'Invalid request', requestId: 'r-1', statusCode: 400, fieldErrors });
    world.astro.fault({ operation, mode: { status: 400, body }, times: 9 });
    const result = await open({ 'deploy-type': 'dags-only' });
    expect(result.code).toBe(1);
    expect(result.annotations).toEqual([
      expect.stringMatching(
        new RegExp(
          `^error \\.astro/preview\\.yaml:${String(line)}(?::\\d+)?: Could not (?:create|update) the Deployment .*: Astro answered 400, "Invalid request - workerQueues\\[0\\]\\.maxWorkerCount: is not offered here" \\(request r-1\\)\\. In the template workerQueues\\[0\\]\\.maxWorkerCount stands at \\.astro/preview\\.yaml:${String(line)}\\. Correct what Astro names`,
        ),
      ),
    ]);
  },
);

test('a template that PowerShell redirected into a file is read: it is UTF-16', async () => {
  writeFileSync(join(world.project.folder, '.astro/preview.yaml'), Buffer.from(`\ufeff${sampleTemplate}`, 'utf16le'));
  expect(await open({ 'deploy-type': 'dags-only' })).toMatchObject({ code: 0, outputs: { result: 'created' } });
});

describe('files of another ref in UTF-16', () => {
  const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');
  const config = '.astro/branch-deploy.yaml';
  const nowhere = (): Parameters<World['step']>[2] => ({ workspace: mkdtempSync(join(tmpdir(), 'nowhere-')) });
  const onMain = (files: Record<string, Buffer>): void => {
    world.project.git('checkout', '--quiet', 'main');
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(world.project.folder, name), bytes);
    world.commit('UTF-16', {});
    world.project.git('checkout', '--quiet', branch);
  };

  test('`config-ref` reads configuration and template', async () => {
    onMain({
      [config]: utf16("preview: { name: 'utf-${branch.slug}' }\n"),
      '.astro/preview.yaml': utf16(sampleTemplate),
    });
    const result = await open({ 'config-ref': 'main', 'deploy-type': 'dags-only' });
    expect(result).toMatchObject({ code: 0, outputs: { result: 'created' } });
    expect(result.outputs['deployment-name']).toMatch(/^utf-feature-x-/);
  });

  test('what is no text is named, and nothing is done', async () => {
    onMain({ '.astro/preview.yaml': Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x41, 0x00]) });
    const result = await open({ 'config-ref': 'main' });
    expect(result.annotations).toEqual([
      expect.stringMatching(
        /^error \.astro\/preview\.yaml: `\.astro\/preview\.yaml` at [0-9a-f]{7} cannot be read: it is not valid UTF-16\. Save it as UTF-8\.$/,
      ),
    ]);
    expect(result.requests.filter((request) => !request.includes(' GET '))).toEqual([]);
  });

  test.each([
    ['UTF-16', utf16('preview: { on: branch }\n'), 'nothing', 'Deletions of branches remove previews'],
    [
      'no text',
      Buffer.from([0xc3, 0x28]),
      'failed',
      'cannot be read: it is not valid UTF-8. Without knowing what it says nothing is done, and no preview is removed. Save it as UTF-8.',
    ],
  ])('read through GitHub without a checkout, %s', async (_, bytes, ended, told) => {
    world.github.files.set('main', new Map([[config, bytes]]));
    const result = await world.step(pullRequest('closed', branch, sha), { template: '' }, nowhere());
    expect(result.log).toContain(told);
    expect(result.outputs['result']).toBe(ended === 'nothing' ? 'skipped' : ended);
  });

  test('a folder', async () => {
    world.github.files.set('main', new Map([[`${config}/x`, 'x']]));
    const result = await world.step(pullRequest('closed', branch, sha), { template: '' }, nowhere());
    expect(result.log).toContain('cannot be read: it is not a file.');
    expect(result.log).toContain('give the job `permissions: { contents: read }`');
  });
});

test('a Dockerfile in UTF-16 is named before anything is written', async () => {
  writeFileSync(join(world.project.folder, 'Dockerfile'), Buffer.from('\ufeffFROM x\n', 'utf16le'));
  const result = await open({ 'deploy-type': 'image-and-dags' });
  expect(result.annotations).toEqual([
    'error Dockerfile: `Dockerfile` cannot be read: it is encoded as UTF-16, which the programs that use it do not read. Save it as UTF-8.',
  ]);
  expect(result.requests.filter((request) => !request.includes(' GET '))).toEqual([]);
});

test('patterns that look like regular expressions are warned of at their place', async () => {
  sha = world.commit('x', { '.astro/branch-deploy.yaml': "preview:\n  branches: ['**', '!^wip/.*$']\n" });
  const result = await open({ 'deploy-type': 'dags-only' });
  expect(result.annotations).toContainEqual(
    expect.stringMatching(
      /^warning \.astro\/branch-deploy\.yaml:2:\d+: `!\^wip\/\.\*\$` looks like a regular expression, but branch patterns are globs/,
    ),
  );
});
