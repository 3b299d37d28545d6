import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { push } from '../../sandbox/events.ts';
import { startWorld, type Told, type World } from './world.ts';

let world: World;
let production: string;
beforeEach(async () => {
  world = await startWorld();
  production = world.astro.addDeployment({ name: 'etl-prod' }).id;
  world.commit('Start', {});
});
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  await world.end();
});

const run = (
  inputs: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<Told> => world.step(push('main', world.project.git('rev-parse', 'HEAD')), inputs, { env });
const shipped = async (): Promise<string[]> => (await world.astro.archive(production)).map(({ name }) => name);
/** Writes files as a step before this one does: nothing is committed. */
function leave(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(world.project.folder, name)), { recursive: true });
    writeFileSync(join(world.project.folder, name), text);
  }
}
const notices = ({ annotations }: Told): string[] =>
  annotations.filter((text) => text.startsWith('notice: ') && /credentials/.test(text));
const deploys = (): unknown[] => world.astro.deploys(production);

describe('what a test step before the deploy leaves in the DAG folder', () => {
  const leftovers = {
    'dags/__pycache__/hello.cpython-312.pyc': 'x',
    'dags/sub/old.pyc': 'x',
    'dags/.pytest_cache/v/x': 'x',
    'dags/.ruff_cache/x': 'x',
    'dags/.coverage': 'x',
  };

  test('is neither shipped nor a reason to deploy, and the commit is recorded', async () => {
    leave(leftovers);
    expect((await run()).outputs).toMatchObject({ result: 'deployed' });
    expect(await shipped()).toEqual(['dags/hello.py']);
    expect(deploys()).toEqual([expect.objectContaining({ git: expect.objectContaining({ branch: 'main' }) })]);
    expect((await run()).outputs).toMatchObject({ result: 'nothing', 'deploy-type': 'none' });
    world.commit('A DAG', { '.gitignore': '*.pyc\n__pycache__/\n.*_cache\n.coverage\n', 'dags/hello.py': '2' });
    leave(leftovers);
    expect((await run({ 'deploy-type': 'dags-only' })).outputs).toMatchObject({ 'deploy-type': 'dags-only' });
    expect((await run()).outputs['deploy-type']).toBe('image-and-dags'); // .gitignore is in the image
    expect((await run()).outputs).toMatchObject({ result: 'nothing' });
  });

  test('stays out of an image that has the DAGs', async () => {
    world.astro.change(production, { isDagDeployEnabled: false });
    leave(leftovers);
    expect((await run()).outputs).toMatchObject({ 'deploy-type': 'image-and-dags' });
    const rules = world.docker.ignored().split('\n');
    expect(rules).toEqual(expect.arrayContaining(['dags/__pycache__', 'dags/sub/old.pyc', 'dags/.coverage']));
    expect(rules).not.toContain('dags');
    expect((await run()).outputs).toMatchObject({ result: 'nothing' });
  });
});

describe('credentials that other steps wrote into the workspace', () => {
  const google = 'gha-creds-0123456789abcdef.json';

  test.each([
    ['GOOGLE_APPLICATION_CREDENTIALS', google],
    ['CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE', 'sub/key.json'],
    ['GOOGLE_GHA_CREDS_PATH', 'other.json'],
    ['AWS_SHARED_CREDENTIALS_FILE', '.aws/credentials'],
    ['KUBECONFIG', 'kube[1].yaml'],
  ])('%s: stay out of the image, with a notice', async (variable, file) => {
    leave({ [file]: 'secret' });
    const result = await run({}, { [variable]: join(world.project.folder, file) });
    expect(result).toMatchObject({ code: 0, outputs: { 'deploy-type': 'image-and-dags' } });
    expect(world.docker.ignored().split('\n')).toContain(file.replace('[1]', '\\[1\\]'));
    expect(notices(result)).toEqual([
      `notice: ${file} stays out of the image: another step of the job put credentials into it.`,
    ]);
    expect((await run({}, { [variable]: join(world.project.folder, file) })).outputs['result']).toBe('nothing');
  });

  test('are known by the name that Google’s action gives them, too', async () => {
    leave({ [google]: 'secret' });
    const result = await run();
    expect(world.docker.ignored().split('\n')).toContain(google);
    expect(notices(result)).toHaveLength(1);
  });

  test('are not worth a notice where the project’s own rules keep them out', async () => {
    world.commit('Ignore', { '.dockerignore': '.git\nREADME.md\ngha-creds-*.json\n' });
    leave({ [google]: 'secret' });
    expect(notices(await run())).toEqual([]);
  });

  test('are not left out where the repository holds them, nor where they lie outside', async () => {
    world.commit('A key of the project', { 'keys/public.json': '{}' });
    const env = {
      GOOGLE_APPLICATION_CREDENTIALS: join(world.project.folder, 'keys/public.json'),
      KUBECONFIG: '/etc/hosts:',
    };
    const result = await run({}, env);
    expect(world.docker.ignored()).not.toContain('keys');
    expect(notices(result)).toEqual([]);
  });

  test('a variable that names the workspace leaves nothing out', async () => {
    const result = await run({}, { CLOUDSDK_CONFIG: world.project.folder, AZURE_CONFIG_DIR: 'dags' });
    expect(result.outputs).toMatchObject({ result: 'deployed' });
    expect(await shipped()).toEqual(['dags/hello.py']);
  });

  test('that actions/checkout keeps in .git stay out as well', async () => {
    world.commit('No ignore rule for .git', { '.dockerignore': 'README.md\n' });
    world.project.git('config', 'http.https://github.com/.extraheader', 'AUTHORIZATION: basic eDp5');
    const result = await run();
    expect(world.docker.ignored().split('\n')).toContain('.git/config');
    expect(notices(result)).toEqual([expect.stringContaining('.git/config stays out of the image')]);
  });

  test('stay out of the DAG folder’s archive, and do not make the checkout dirty', async () => {
    leave({ [`dags/${google}`]: 'secret', 'dags/kube.yaml': 'secret' });
    const env = { KUBECONFIG: join(world.project.folder, 'dags/kube.yaml') };
    const result = await run({}, env);
    expect(await shipped()).toEqual(['dags/hello.py']);
    expect(notices(result)).toEqual(
      expect.arrayContaining([
        `notice: dags/${google} was left out: another step of the job put credentials into it.`,
        'notice: dags/kube.yaml was left out: another step of the job put credentials into it.',
      ]),
    );
    expect(deploys()).toEqual([expect.objectContaining({ git: expect.anything() })]);
    expect((await run({}, env)).outputs).toMatchObject({ result: 'nothing' });
  });

  test('stay out of a dbt project', async () => {
    world.commit('dbt', { 'dbt_project.yml': "name: 'shop'\n" });
    leave({ [google]: 'secret' });
    const result = await run({ 'deploy-type': 'dbt' });
    expect(result.outputs).toMatchObject({ 'deploy-type': 'dbt' });
    const names = (await world.astro.bundle(production, '/usr/local/airflow/dbt/shop')).map(({ name }) => name);
    expect(names).toContain('dbt_project.yml');
    expect(names).not.toContain(google);
    expect((await run({ 'deploy-type': 'dbt' })).outputs).toMatchObject({ result: 'nothing' });
  });
});

describe('.astro/deployignore', () => {
  test('what it leaves out of the DAG folder is neither shipped nor compared', async () => {
    world.commit('Ignore', {
      '.astro/deployignore': '# not for production\nscratch/\n*.md\n!dags/keep.md\n',
      'dags/scratch/a.py': '1',
      'dags/notes.md': '1',
      'dags/keep.md': '1',
    });
    expect((await run()).outputs).toMatchObject({ 'deploy-type': 'image-and-dags' });
    expect(await shipped()).toEqual(['dags/hello.py', 'dags/keep.md']);
    world.commit('Notes', { 'dags/notes.md': '2', 'dags/scratch/a.py': '2' });
    leave({ 'dags/scratch/new.py': '1' });
    expect((await run()).outputs).toMatchObject({ result: 'nothing' });
    world.commit('Ship it', { '.astro/deployignore': '*.md\n' });
    const result = await run();
    expect(result.outputs['reason']).toMatch(
      /^DAGs: \.astro\/deployignore, dags\/scratch\/a\.py, dags\/scratch\/new\.py changed/,
    );
    expect(await shipped()).toEqual(['dags/hello.py', 'dags/scratch/a.py', 'dags/scratch/new.py']);
  });

  test('leaves out of an image with the DAGs what it leaves out of their archive', async () => {
    world.astro.change(production, { isDagDeployEnabled: false });
    world.commit('Ignore', { '.astro/deployignore': '/dags/scratch\n', 'dags/scratch/a.py': '1' });
    await run();
    expect(world.docker.ignored().split('\n')).toContain('dags/scratch');
    world.commit('Scratch', { 'dags/scratch/a.py': '2' });
    expect((await run()).outputs).toMatchObject({ result: 'nothing' });
  });

  test('of a dbt project, or of the workspace around it', async () => {
    world.commit('dbt', {
      'dbt/dbt_project.yml': "name: 'shop'\n",
      'dbt/docs/a.md': '1',
      'dbt/tests/t.sql': '1',
      '.astro/deployignore': 'dbt/docs/\n',
    });
    const dbt = { 'deploy-type': 'dbt', 'root-folder': 'dbt' };
    const names = async (): Promise<string[]> =>
      (await world.astro.bundle(production, '/usr/local/airflow/dbt/shop')).map(({ name }) => name);
    await run(dbt);
    expect(await names()).toEqual(['dbt_project.yml', 'tests/t.sql']);
    world.commit('Its own', { 'dbt/.astro/deployignore': '/tests\n.astro\n' });
    expect((await run(dbt)).outputs).toMatchObject({ 'deploy-type': 'dbt' });
    expect(await names()).toEqual(['dbt_project.yml', 'docs/a.md']);
  });

  test('a rule that leaves every DAG out is refused before anything is written', async () => {
    world.commit('Oops', { '.astro/deployignore': '*\n' });
    const result = await run();
    expect(result.code).toBe(1);
    expect(result.annotations).toEqual([
      expect.stringMatching(/error: `dags` holds no .*what `\.astro\/deployignore` leaves out/),
    ]);
    expect(deploys()).toEqual([]);
  });

  test('a link that leaves the workspace is refused [T-21]', async () => {
    symlinkSync('/etc/passwd', join(world.project.folder, '.astro/deployignore'));
    const result = await run();
    expect(result.code).toBe(1);
    expect(result.annotations).toEqual([expect.stringContaining('`.astro/deployignore` cannot be read')]);
  });
});

describe('files of the DAG folder that git ignores are shipped and compared [§4, §5]', () => {
  const manifest = 'dags/shop/target/manifest.json';
  const reason = 'DAGs: files that git ignores changed, which are shipped too: ';
  beforeEach(() => {
    world.commit('Start', { '.gitignore': 'target/\n' });
  });

  test('others than those that run are a reason to deploy DAGs; the same ones are none', async () => {
    leave({ [manifest]: '1' });
    expect((await run()).outputs).toMatchObject({ 'deploy-type': 'image-and-dags' });
    expect(await shipped()).toEqual(['dags/hello.py', manifest]);
    expect((await run()).outputs).toMatchObject({ result: 'nothing' });
    world.commit('Explain', { 'README.md': '# more\n' });
    expect((await run()).outputs).toMatchObject({ result: 'nothing' });
    leave({ [manifest]: '2' });
    expect((await run()).outputs).toMatchObject({ 'deploy-type': 'dags-only', reason: `${reason}${manifest}` });
    expect((await run()).outputs).toMatchObject({ result: 'nothing' });
    rmSync(join(world.project.folder, 'dags/shop'), { recursive: true });
    expect((await run()).outputs).toMatchObject({ 'deploy-type': 'dags-only', reason: `${reason}dags` });
    expect(await shipped()).toEqual(['dags/hello.py']);
    expect((await run()).outputs).toMatchObject({ result: 'nothing' });
  });

  test('what .astro/deployignore leaves out is neither', async () => {
    world.commit('Ignore', { '.astro/deployignore': 'target/\n' });
    leave({ [manifest]: '1' });
    await run();
    expect(await shipped()).toEqual(['dags/hello.py']);
    leave({ [manifest]: '2' });
    expect((await run()).outputs).toMatchObject({ result: 'nothing' });
  });

  test('with DAG deploys off they are a reason to build the image', async () => {
    world.astro.change(production, { isDagDeployEnabled: false });
    leave({ [manifest]: '1' });
    await run();
    expect((await run()).outputs).toMatchObject({ result: 'nothing' });
    leave({ [manifest]: '2' });
    expect((await run()).outputs).toMatchObject({ 'deploy-type': 'image-and-dags' });
  });
});
