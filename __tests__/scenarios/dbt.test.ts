import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { deletion, pullRequest, push, type SampleEvent } from '../../sandbox/events.ts';
import { sampleFiles, sampleTemplate } from '../../sandbox/project.ts';
import type { SandboxOptions } from '../../sandbox/server.ts';
import { pastOrganizations, startWorld, type Told, type World } from './world.ts';

let world: World;
let production: string;
const mounted = '/usr/local/airflow/dbt/shop';
const dbtFiles = {
  'dbt/dbt_project.yml': "name: 'shop'\nversion: '1.0.0'\n",
  'dbt/models/orders.sql': 'select 1\n',
  '.gitignore': 'target/\nlogs/\ndbt_packages/\n',
};

async function begin(options: Partial<SandboxOptions> & { files?: Readonly<Record<string, string>> } = {}) {
  world = await startWorld({ files: { ...sampleFiles, ...dbtFiles }, ...options });
  production = world.astro.addDeployment({ name: 'etl-prod' }).id;
}
beforeEach(() => begin());
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  await world.end();
});

const dbt = { 'deploy-type': 'dbt', 'root-folder': 'dbt' };
const merge = (files: Record<string, string>, inputs: Record<string, string> = dbt): Promise<Told> =>
  world.step(push('main', world.commit('Merge', files)), inputs);
const again = (inputs: Record<string, string> = dbt): Promise<Told> =>
  world.step(push('main', world.project.git('rev-parse', 'HEAD')), inputs);
const dispatch = (sha: string): SampleEvent => ({ ...push('main', sha), event: 'workflow_dispatch' });
/** `deploy-type: reason`, without commit ids and times. */
const told = (result: Told): string =>
  `${result.outputs['deploy-type'] ?? ''}: ${(result.outputs['reason'] ?? '').replace(/[0-9a-f]{7}\b/g, '<sha>').replace(/, deployed .*$/, '')}`;
const names = async (mountPath = mounted, id = production): Promise<string[]> =>
  (await world.astro.bundle(id, mountPath)).map(({ name }) => name);
const writes = (result: Told): string[] => result.requests.filter((request) => !request.includes(' GET '));

test('the first deploy, nothing changed, changed: only the dbt project is shipped', async () => {
  const first = await merge({ 'dbt/models/orders.sql': 'select 2\n' });
  expect(first).toMatchObject({
    code: 0,
    outputs: { result: 'deployed', 'deploy-type': 'dbt', reason: 'dbt: first deploy' },
  });
  expect(first.outputs).not.toHaveProperty('dag-tarball-version');
  expect(first.outputs).not.toHaveProperty('image-tag');
  expect(first.log).toMatch(/Uploaded 2 files of the dbt project, 1 KiB: version \d{4}-\d\d-\d\dT[\d:.]+Z\./);
  expect(first.log).toContain('etl-prod: dbt project deployed, image and DAGs left as they run.');
  expect(await world.astro.bundle(production, mounted)).toEqual([
    { name: 'dbt_project.yml', type: 'file', text: dbtFiles['dbt/dbt_project.yml'] },
    { name: 'models/orders.sql', type: 'file', text: 'select 2\n' },
  ]);
  expect(world.astro.requests.find(({ operation }) => operation === 'createDeploy')?.body).toEqual({
    type: 'BUNDLE',
    bundleType: 'dbt',
    bundleMountPath: mounted,
    description: 'Merge',
    git: expect.objectContaining({ path: 'dbt', commitSha: first.outputs['commit-sha'], branch: 'main' }),
  });
  expect(world.docker.calls()).toEqual([]);

  const second = await merge({ 'dags/hello.py': '# changed\n', 'requirements.txt': 'x\n', 'dbt2/x.sql': '1' });
  expect(told(second)).toBe('none: nothing that is deployed changed since <sha>');
  expect(second.outputs['result']).toBe('nothing');
  const third = await merge({ 'dbt/models/orders.sql': 'select 3\n', 'dbt/seeds/a.csv': 'a\n' });
  expect(told(third)).toBe('dbt: dbt: dbt/models/orders.sql, dbt/seeds/a.csv changed since <sha>');
  expect(pastOrganizations(third.requests).filter((request) => request.startsWith('Astro'))).toHaveLength(7);
  expect(await names()).toEqual(['dbt_project.yml', 'models/orders.sql', 'seeds/a.csv']);
});

test('what dbt made for the deploy goes along, .git does not', async () => {
  for (const name of ['dbt/target/manifest.json', 'dbt/dbt_packages/utils/x.sql', 'dbt/dbt_packages/utils/.git/x'])
    world.project.commit('x', { [name]: '1' });
  await merge({});
  expect(await names()).toEqual([
    'dbt_packages/utils/x.sql',
    'dbt_project.yml',
    'models/orders.sql',
    'target/manifest.json',
  ]);
  rmSync(join(world.project.folder, 'dbt/target'), { recursive: true });
  // git ignores them, and they are compared all the same.
  expect(told(await again())).toBe(
    'dbt: dbt: files that git ignores changed, which are shipped too: dbt/dbt_packages/utils/x.sql',
  );
  expect(told(await again())).toMatch(/^none: /);
});

test.each(['IMAGE_AND_DAG', 'IMAGE_ONLY', 'DAG_ONLY', 'BUNDLE'] as const)(
  'a DAG project beside it, bundle deploys reading as %s: neither takes the other for its baseline',
  async (bundleDeploysReadAs) => {
    await world.end();
    await begin({ switches: { bundleDeploysReadAs } });
    expect(told(await merge({}))).toBe('dbt: dbt: first deploy');
    expect(told(await again({}))).toBe('image-and-dags: image and DAGs: no image was deployed yet');
    const before = world.astro.deployments()[0];
    expect(told(await merge({ 'dbt/models/orders.sql': 'select 2\n' }))).toMatch(/^dbt: dbt: dbt\/models/);
    expect(world.astro.deployments()[0]).toMatchObject({
      imageTag: before?.imageTag,
      dagTarballVersion: before?.dagTarballVersion,
    });
    expect(told(await merge({ 'dags/hello.py': '# 2\n' }, {}))).toMatch(/^image-and-dags: image: dbt\/models/);
    expect(told(await merge({ 'dags/hello.py': '# 3\n' }, {}))).toBe(
      'dags-only: DAGs: dags/hello.py changed since <sha>',
    );
    expect(told(await again())).toMatch(/^none: /);
    expect(told(await again({}))).toMatch(/^none: /);
    expect((await world.astro.archive(production)).map(({ name }) => name)).toEqual(['dags/hello.py']);
    expect(await names()).toEqual(['dbt_project.yml', 'models/orders.sql']);
  },
);

test('two steps with two root-folders', async () => {
  await world.end();
  const nested = Object.fromEntries(Object.entries(sampleFiles).map(([name, text]) => [`airflow/${name}`, text]));
  await begin({ files: { ...nested, ...dbtFiles } });
  const airflow = { 'root-folder': 'airflow' };
  const both = async (files: Record<string, string>): Promise<string[]> => {
    const sha = world.commit('Merge', files);
    return [told(await world.step(push('main', sha), airflow)), told(await world.step(push('main', sha), dbt))];
  };
  expect(await both({})).toEqual([
    'image-and-dags: image and DAGs: first deploy',
    'dbt: dbt: nothing was deployed to this mount path yet',
  ]);
  expect(await both({ 'dbt/models/orders.sql': 'select 2\n' })).toEqual([
    'none: nothing that is deployed changed since <sha>',
    'dbt: dbt: dbt/models/orders.sql changed since <sha>',
  ]);
  expect(await both({ 'airflow/dags/hello.py': '# 2\n' })).toEqual([
    'dags-only: DAGs: airflow/dags/hello.py changed since <sha>',
    'none: nothing that is deployed changed since <sha>',
  ]);
});

test('mount-path: another place, a history of its own, and dbt_project.yml need not be readable', async () => {
  await merge({});
  const inputs = { ...dbt, 'mount-path': '/usr/local/airflow/shop/' };
  const result = await merge({ 'dbt/dbt_project.yml': 'name: &n shop\nprofile: *n\n' }, inputs);
  expect(told(result)).toBe('dbt: dbt: nothing was deployed to this mount path yet');
  expect(await names('/usr/local/airflow/shop')).toEqual(['dbt_project.yml', 'models/orders.sql']);
  expect(told(await again(inputs))).toMatch(/^none: /);
});

test('a dispatch deploys what did not change', async () => {
  await merge({});
  const result = await world.step(dispatch(world.project.git('rev-parse', 'HEAD')), dbt);
  expect(told(result)).toBe('dbt: dbt: asked for by a dispatch event; nothing that is deployed changed since <sha>');
  expect(result.outputs['result']).toBe('deployed');
});

test('a rollback, the CLI without git facts, a commit that is gone: deployed again', async () => {
  await merge({});
  const git = { provider: 'GITHUB', account: 'acme', repo: 'etl', path: 'dbt', commitSha: 'a'.repeat(40) } as const;
  let later = Date.now();
  const add = (more: Parameters<World['astro']['addDeploy']>[1]) =>
    world.astro.addDeploy(production, { createdAt: new Date((later += 600_000)).toISOString(), ...more });
  add({ rollbackFromId: 'cm0000000000000000000000r', git });
  expect(told(await again())).toBe('dbt: dbt: the newest deploy is a rollback');
  add({ type: 'BUNDLE' as never, bundleMountPath: mounted });
  expect(told(await again())).toBe('dbt: dbt: the newest deploy to this mount path records no git commit');
  add({ type: 'BUNDLE' as never, bundleMountPath: mounted, git });
  expect(told(await again())).toMatch(/^dbt: dbt: commit <sha>, which runs, cannot be compared with \(/);
});

describe('refused before anything is written', () => {
  test.each<[string, string, string]>([
    ['name: [shop]\n', 'error dbt/dbt_project.yml:1:7', '`name` must be text that is not empty'],
    ['version: 2\nname: ../shop\n', 'error dbt/dbt_project.yml:2:7', 'dbt takes letters, digits and _ only'],
    ['version: 2\n', 'error dbt/dbt_project.yml', 'it has no `name`'],
    ['name: {\n', 'error dbt/dbt_project.yml:2:1', 'is not valid YAML'],
  ])('dbt_project.yml %j, at its place', async (text, place, message) => {
    const result = await merge({ 'dbt/dbt_project.yml': text });
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed' }, requests: [] });
    expect(result.annotations).toEqual([expect.stringContaining(message)]);
    expect(result.annotations[0]?.split(': ')[0]).toBe(place);
  });

  test('no dbt_project.yml', async () => {
    const result = await merge({}, { 'deploy-type': 'dbt' });
    expect(result).toMatchObject({ code: 1, requests: [] });
    expect(result.annotations).toEqual([
      'error dbt_project.yml: There is no `dbt_project.yml` in the workspace, and `deploy-type: dbt` deploys a dbt project: correct `root-folder`.',
    ]);
  });

  test.each<[string, Record<string, string>, string]>([
    ['mount-path without dbt', { 'mount-path': '/dbt' }, '`mount-path` only means something with `deploy-type: dbt`.'],
    ['a relative mount-path', { ...dbt, 'mount-path': 'dbt' }, '`mount-path`: `dbt` is not an absolute path'],
    ['an image', { ...dbt, 'image-name': 'etl:1' }, '`image-name` and `deploy-type: dbt` contradict each other'],
    ['build-args', { ...dbt, 'build-args': 'A=1' }, '`build-args` and `deploy-type: dbt` contradict each other'],
    ['deploy-image', { ...dbt, 'deploy-image': 'true' }, 'and `deploy-type: dbt` contradict each other'],
  ])('%s', async (_, inputs, message) => {
    const result = await again(inputs);
    expect(result).toMatchObject({ code: 1, requests: [] });
    expect(result.annotations).toContainEqual(expect.stringContaining(message));
  });

  test('an image input where the configuration file makes it a dbt deploy', async () => {
    const sha = world.commit('Configuration', {
      '.astro/branch-deploy.yaml':
        'version: 1\nproject: dbt\nenvironments:\n  main: { deployment: etl-prod, deploy-type: dbt }\n',
    });
    const refused = await world.step(push('main', sha), { 'deployment-name': '', 'build-args': 'A=1' });
    expect(refused).toMatchObject({
      code: 1,
      requests: [],
      annotations: [expect.stringContaining('`build-args` and `deploy-type: dbt` contradict each other')],
    });
    const result = await world.step(push('main', sha), { 'deployment-name': '' });
    expect(told(result)).toBe('dbt: dbt: first deploy');
  });

  test('DAG deploys are off', async () => {
    world.astro.change(production, { isDagDeployEnabled: false });
    const result = await merge({});
    expect(result).toMatchObject({
      code: 1,
      annotations: [expect.stringContaining('deploy-type is dbt, but DAG deploys are off on this Deployment')],
    });
    expect(writes(result)).toEqual([]);
  });
});

test('a link out of the project is refused for Airflow 3 before the deploy begins', async () => {
  symlinkSync('../dags', join(world.project.folder, 'dbt/dags'));
  const result = await merge({});
  expect(result).toMatchObject({ code: 1, annotations: [expect.stringContaining('points out of the folder')] });
  expect(writes(result)).toEqual([]);
});

test('the version at the mount path is waited for, not only the status', async () => {
  await world.end();
  let time = Date.now();
  await begin({
    switches: { deployedMeans: 'finalized', versionMembers: 'filled' },
    delays: { deploy: 1000 },
    now: () => time,
  });
  // Healthy at once, and DEPLOYED when it is finalized: only `bundles` tells that it does not run before the second look.
  let looks = 0;
  world.astro.onRequest = ({ operation }) => {
    if (operation === 'getDeployment') world.astro.change(production, { status: 'HEALTHY' });
    if (operation === 'getDeploy' && ++looks === 2) time += 1000;
  };
  const result = await merge({});
  expect(result).toMatchObject({ code: 0, outputs: { 'deploy-type': 'dbt' } });
  expect(await names()).toEqual(['dbt_project.yml', 'models/orders.sql']);
  expect(looks).toBe(2);
});

test('a deploy that is not to be seen in the versions ends as well', async () => {
  await world.end();
  await begin({ switches: { versionMembers: 'absent' } });
  expect(await merge({})).toMatchObject({ code: 0, outputs: { 'deploy-type': 'dbt' } });
});

test('a dbt deploy that fails is not rolled back: image and DAGs did not change', async () => {
  await merge({}, {});
  world.astro.onRequest = ({ operation }) => {
    if (operation !== 'getDeploy') return;
    const failed = world.astro.deploys(production).at(-1);
    if (failed) Object.assign(failed, { status: 'FAILED' });
  };
  const result = await again({ ...dbt, 'rollback-on-failure': 'true' });
  expect(result).toMatchObject({ code: 1, annotations: [expect.stringContaining('FAILED')] });
  expect(result.requests.filter((request) => request.includes('rollback'))).toEqual([]);
});

describe('previews', () => {
  const branch = 'feature/x';
  const commit = (files: Record<string, string>): string => world.commit('Work', files);
  beforeEach(() => {
    world.project.git('checkout', '--quiet', '-b', branch);
  });

  const nested = Object.fromEntries(Object.entries(sampleFiles).map(([name, text]) => [`airflow/${name}`, text]));
  const airflow = { 'root-folder': 'airflow' };
  const deployed = (): string[] => world.astro.deployments().map(({ name }) => name);

  test('the dbt project joins the preview of the Astro project, and it goes with the branch', async () => {
    const sha = commit({ 'dbt/models/orders.sql': 'select 2\n' });
    const code = await world.step(pullRequest('opened', branch, sha));
    const id = code.outputs['deployment-id'] ?? '';
    const first = await world.step(pullRequest('opened', branch, sha), dbt);
    expect(first.outputs).toMatchObject({
      'deployment-id': id,
      'deploy-type': 'dbt',
      reason: 'dbt: nothing was deployed to this mount path yet',
    });
    expect(await names(mounted, id)).toEqual(['dbt_project.yml', 'models/orders.sql']);
    const next = commit({ 'dbt/models/orders.sql': 'select 3\n' });
    const second = await world.step(pullRequest('synchronize', branch, next), dbt);
    expect(second.outputs).toMatchObject({ result: 'deployed', 'deployment-id': id, 'deploy-type': 'dbt' });
    expect((await world.step(pullRequest('synchronize', branch, next), dbt)).outputs['result']).toBe('nothing');
    world.github.branches.delete(branch);
    const gone = await world.step(deletion(branch), dbt);
    expect(gone.outputs).toMatchObject({ result: 'deleted', deleted: JSON.stringify([id]) });
  });

  test.each<[string, Record<string, string>]>([
    ['with the template', {}],
    ['without a template, which would mirror production', { template: '' }],
    ['with a name of its own', { 'preview-name': 'shop' }],
  ])(
    'without a configuration file, the Astro project in another folder, %s: it joins, and changes nothing',
    async (_, more) => {
      const sha = commit({ ...nested, ...dbtFiles });
      const made = await world.step(pullRequest('opened', branch, sha), airflow);
      const before = world.astro.deployments();
      const result = await world.step(pullRequest('opened', branch, sha), { ...dbt, ...more });
      expect(result).toMatchObject({
        code: 0,
        outputs: { created: 'false', 'deployment-id': made.outputs['deployment-id'], 'deploy-type': 'dbt' },
      });
      expect(
        result.requests.filter((request) => /Astro (?:POST|PATCH|DELETE) .*deployments\/?(?:\{id\})? /.test(request)),
      ).toEqual([]);
      expect(world.astro.deployments().map(({ description }) => description)).toEqual(
        before.map(({ description }) => description),
      );
      expect(deployed()).toHaveLength(2);
      const closed = await world.step(pullRequest('closed', branch, sha), { ...dbt, ...more });
      expect(closed.outputs).toMatchObject({
        result: 'deleted',
        deleted: JSON.stringify([made.outputs['deployment-id']]),
      });
      const nothing = await world.step(pullRequest('closed', branch, sha), { ...dbt, ...more });
      expect(nothing.outputs).toMatchObject({
        result: 'nothing',
        reason: `the branch ${branch} has no preview: there is nothing to remove`,
      });
    },
  );

  test.each(['auto', 'create-deployment-preview', 'deploy-deployment-preview'])(
    'without a preview `action: %s` is an error, and none is made',
    async (action) => {
      const sha = commit({ ...nested });
      const result = await world.step(pullRequest('opened', branch, sha), { ...dbt, action });
      expect(result).toMatchObject({
        code: 1,
        outputs: { result: 'failed' },
        annotations: [expect.stringContaining('Put the step for the Astro project before this one')],
      });
      expect(writes(result)).toEqual([]);
      expect(deployed()).toEqual(['etl-prod']);
    },
  );

  test.each([['airflow'], ['.']])(
    'a dbt project without `deploy-type: dbt`, the Astro project in %s, makes nothing',
    async (at) => {
      const sha = commit({ ...(at === '.' ? {} : nested), ...dbtFiles });
      const result = await world.step(pullRequest('opened', branch, sha), { 'root-folder': 'dbt' });
      expect(result).toMatchObject({
        code: 1,
        annotations: [expect.stringContaining('`dbt` is a dbt project, and no Astro project: use `deploy-type: dbt`')],
        requests: [],
      });
    },
  );

  test('several projects: an error that names their previews, until `preview-name` says which; each step removes its own', async () => {
    const other = Object.fromEntries(Object.entries(sampleFiles).map(([name, text]) => [`ml/${name}`, text]));
    const sha = commit({ ...nested, ...other, ...dbtFiles });
    const first = await world.step(pullRequest('opened', branch, sha), airflow);
    const second = await world.step(pullRequest('opened', branch, sha), {
      'root-folder': 'ml',
      'preview-name': 'ml-${branch.slug}',
    });
    const refused = await world.step(pullRequest('opened', branch, sha), dbt);
    expect(refused).toMatchObject({
      code: 1,
      annotations: [expect.stringContaining('has 2 previews, and this step says of none that it is meant')],
    });
    expect(refused.annotations[0]).toContain(`ml-feature-x (project \`ml\`)`);
    expect(refused.annotations[0]).toContain('Name one with `preview-name`');
    expect(writes(refused)).toEqual([]);
    const named = await world.step(pullRequest('opened', branch, sha), { ...dbt, 'preview-name': 'ml-${branch.slug}' });
    expect(named.outputs).toMatchObject({ 'deploy-type': 'dbt', 'deployment-id': second.outputs['deployment-id'] });
    const unclear = await world.step(pullRequest('closed', branch, sha), dbt);
    expect(unclear.outputs).toMatchObject({ result: 'nothing', reason: expect.stringContaining('has 2 previews') });
    await world.step(pullRequest('closed', branch, sha), airflow);
    expect(deployed()).toEqual(expect.not.arrayContaining([first.outputs['deployment-name']]));
  });

  test('a closed pull request has no preview to join, and that is no error', async () => {
    const sha = commit({ ...nested });
    world.github.pullRequests.push({ number: 42, branch, commit: sha, state: 'closed' });
    const result = await world.step(pullRequest('synchronize', branch, sha), dbt);
    expect(result).toMatchObject({ code: 0, outputs: { result: 'skipped' } });
  });

  test('beside a project in another folder: `project` in the configuration file says whose preview it is', async () => {
    const sha = commit({
      ...nested,
      '.astro/branch-deploy.yaml': 'version: 1\nproject: airflow\n',
      '.astro/preview.yaml': sampleTemplate,
    });
    const first = await world.step(pullRequest('opened', branch, sha));
    const second = await world.step(pullRequest('opened', branch, sha), dbt);
    expect(second.outputs).toMatchObject({
      'deployment-id': first.outputs['deployment-id'],
      'deploy-type': 'dbt',
      reason: 'dbt: nothing was deployed to this mount path yet',
    });
  });

  test('a preview without DAG deploys takes no dbt project', async () => {
    const sha = commit({
      '.astro/preview.yaml': sampleTemplate.replace('dag_deploy_enabled: true', 'dag_deploy_enabled: false'),
    });
    await world.step(pullRequest('opened', branch, sha));
    const result = await world.step(pullRequest('opened', branch, sha), dbt);
    expect(result).toMatchObject({ code: 1, annotations: [expect.stringContaining('DAG deploys are off')] });
    expect(writes(result)).toEqual([]);
  });
});
