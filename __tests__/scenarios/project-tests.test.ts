import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { PlayedTests } from '../../sandbox/docker-stand-in.ts';
import { pullRequest } from '../../sandbox/events.ts';
import { sampleFiles } from '../../sandbox/project.ts';
import { commandsIn, startWorld, token, type Told, type World } from './world.ts';

const branch = 'feature/x';
const integrity = '.astro/test_dag_integrity_default.py';
const files = { ...sampleFiles, [integrity]: 'def test(): pass\n', 'tests/test_a.py': 'def test_a(): pass\n' };

const report = (...cases: string[]): string =>
  `<?xml version="1.0"?><testsuites><testsuite name="pytest">${cases.join('')}</testsuite></testsuites>`;
const passed = '<testcase name="ok" file="tests/test_a.py" line="0"/>';
const failed = (name: string, text: string, message = 'assert 1 == 2'): string =>
  `<testcase name="${name}" file="tests/test_a.py" line="4"><failure message="${message}">${text}</failure></testcase>`;
const allPass: Record<string, PlayedTests> = {
  [integrity]: { exitCode: 0, report: report(passed, passed) },
  'tests/': {
    exitCode: 0,
    says: '2 passed, 1 skipped\n',
    report: report(passed, '<testcase name="s"><skipped/></testcase>'),
  },
};
const oneFails: Record<string, PlayedTests> = {
  ...allPass,
  'tests/': {
    exitCode: 1,
    says: 'F\n::error::owned\n',
    report: report(passed, failed('test_a', 'tests/test_a.py:7: AssertionError')),
  },
};

/** Not a question of what is there. */
const isWork = (name: string | undefined): boolean => !['--version', 'version', 'buildx', 'info'].includes(name ?? '');

let world: World;
let temp: string;
let sha: string;
beforeEach(() => {
  temp = mkdtempSync(join(tmpdir(), 'runner-temp-'));
});
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  const calls = world.docker.calls();
  // Every container that was made is removed, whatever happened, and nothing of ours is left on the disk.
  const made = calls.filter(({ args }) => args[0] === 'create').map(({ args }) => args[args.indexOf('--name') + 1]);
  expect(calls.filter(({ args }) => args[0] === 'rm').map(({ args }) => args.at(-1))).toEqual(
    expect.arrayContaining(made),
  );
  expect(readdirSync(temp)).toEqual([]);
  // The token is for the registry and comes on standard input: no container and no command line gets it.
  for (const { args, env } of calls) expect(JSON.stringify([args, env])).not.toContain(token);
  rmSync(temp, { recursive: true });
  await world.end();
});

async function begin(tests: Record<string, PlayedTests>, more: Parameters<typeof startWorld>[0] = {}): Promise<void> {
  world = await startWorld({ files, ...more, docker: { tests, ...more.docker } });
  world.project.git('checkout', '--quiet', '-b', branch);
  sha = world.commit('x', { 'README.md': 'x\n' });
}
const open = (inputs: Record<string, string>, more: Parameters<World['step']>[2] = {}): Promise<Told> =>
  world.step(pullRequest('opened', branch, sha), inputs, { ...more, env: { RUNNER_TEMP: temp } });
const ran = (): string[] => world.docker.calls().map(({ args }) => args[0] ?? '');
const call = (word: string): readonly string[] => world.docker.calls().find(({ args }) => args[0] === word)?.args ?? [];
const deploysBegun = (told: Told): string[] => told.requests.filter((request) => /POST \S+\/deploys /.test(request));

describe('tests that pass', () => {
  test('run in the built image, one after the other, before the deploy is begun', async () => {
    await begin(allPass);
    let before: string[] = [];
    world.astro.onRequest = ({ operation }) => {
      if (operation === 'createDeploy') before = ran();
    };
    const result = await open({ parse: 'true', pytest: 'true' });
    expect(result).toMatchObject({ code: 0, annotations: [], outputs: { 'deploy-type': 'image-and-dags' } });
    const one = ['create', 'cp', 'cp', 'cp', 'cp', 'cp', 'start', 'inspect', 'cp', 'rm'];
    expect(before.filter(isWork)).toEqual(['build', 'image', ...one, ...one]);
    expect(ran().slice(before.length)).toEqual(['login', 'tag', 'push', 'rmi', 'rmi']);
    expect(result.log).toContain('2 passed, 1 skipped');
    expect(result.log).toContain('Tests (parse): 2 passed\n');
    expect(result.log).toContain('Tests (pytest): 1 passed, 1 skipped\n');
    expect(result.summary).toContain('| Tests | `parse` 2 passed<br>`pytest` 1 passed, 1 skipped |');
  });

  test('get the project as the Astro CLI gives it to them, and no more', async () => {
    await begin(allPass, {
      files: {
        ...files,
        'flows/f.py': 'x = 1\n',
        'secrets/key': 'k\n',
        'include/a.sql': '1\n',
        '.gitignore': '.env\n',
      },
    });
    const { folder } = world.project;
    writeFileSync(join(folder, '.env'), 'A=1\n');
    symlinkSync('secrets', join(folder, 'plugins'));
    const result = await open({ parse: 'true', 'dags-folder': 'flows' });
    expect(result.code).toBe(0);
    const [, , , name = '', ...rest] = call('create');
    expect(name).toMatch(/^astro-branch-deploy-[0-9a-f]{16}$/);
    const id = name.slice(-16);
    expect(rest).toEqual([
      '--env-file',
      join(folder, '.env'),
      call('build')[call('build').indexOf('--tag') + 1],
      'pytest',
      integrity,
      `--junitxml=/tmp/astro-branch-deploy-${id}.xml`,
      '-o',
      'junit_family=xunit1',
    ]);
    const copies = world.docker.calls().flatMap(({ args }) => (args[0] === 'cp' ? [args.slice(1)] : []));
    const home = `${name}:/usr/local/airflow`;
    expect(copies).toEqual([
      [`${folder}/flows/.`, `${home}/dags`],
      [join(folder, 'tests'), `${home}/`],
      [join(folder, 'include'), `${home}/`],
      [join(folder, '.astro'), `${home}/`],
      [expect.stringContaining(temp), `${home}/.astro/dag_integrity_exceptions.txt`],
      [`${name}:/tmp/astro-branch-deploy-${id}.xml`, expect.stringContaining(temp)],
    ]);
  });

  test('without a report they pass without numbers', async () => {
    await begin({ 'tests/': { exitCode: 0 } });
    const result = await open({ pytest: 'true' });
    expect(result).toMatchObject({ code: 0, outputs: { result: 'created' } });
    expect(result.summary).toContain('| Tests | `pytest` passed |');
  });

  test.each([
    ['', 'tests/'],
    ['unit', 'tests/unit'],
    ['tests/unit/test_a.py', 'tests/unit/test_a.py'],
  ])('pytest-file %p is %s', async (given, target) => {
    await begin({ [target]: { exitCode: 0, report: report(passed) } });
    expect(await open({ pytest: 'true', 'pytest-file': given })).toMatchObject({ code: 0 });
    expect(call('create')).toContain(target);
  });

  test('an image of an earlier step is tested, and kept', async () => {
    await begin(allPass);
    const result = await open({ pytest: 'true', 'image-name': 'mine:1' });
    expect(result).toMatchObject({ code: 0, outputs: { result: 'created' } });
    expect(call('create')).toEqual(expect.arrayContaining(['mine:1', 'pytest', 'tests/']));
    expect(world.docker.calls().filter(({ args }) => args[0] === 'build' || args.join(' ') === 'rmi mine:1')).toEqual(
      [],
    );
  });
});

describe('a DAG-only deploy', () => {
  const change = async (inputs: Record<string, string>): Promise<{ result: Told; since: string[] }> => {
    expect(await open({})).toMatchObject({ code: 0 });
    const before = ran().length;
    sha = world.commit('DAG', { 'dags/hello.py': 'y = 2\n' });
    return { result: await open(inputs), since: ran().slice(before) };
  };

  test('is tested in an image that is thrown away', async () => {
    await begin(allPass);
    const { result, since } = await change({ parse: 'true' });
    expect(result).toMatchObject({ code: 0, outputs: { 'deploy-type': 'dags-only' } });
    expect(since.slice(0, 4)).toEqual(['--version', 'build', 'image', 'create']);
    expect(since.slice(-3)).toEqual(['cp', 'rm', 'rmi']);
    expect(since).not.toContain('push');
    expect(result.outputs['image-tag']).toBeUndefined();
  });

  test('needs no docker unless tests are asked for', async () => {
    await begin(allPass);
    const { result, since } = await change({});
    expect(result).toMatchObject({ code: 0, outputs: { 'deploy-type': 'dags-only' } });
    expect(since).toEqual([]);
  });

  test('is not begun when one fails', async () => {
    await begin(oneFails);
    const { result, since } = await change({ pytest: 'true', 'deploy-type': 'dags-only', 'image-name': 'mine:1' });
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed', 'deploy-type': 'none' } });
    expect(deploysBegun(result)).toEqual([]);
    expect(since).not.toContain('build');
  });
});

describe('tests that fail', () => {
  test('are shown at file and line of the repository, and nothing is deployed', async () => {
    const bad = failed(
      'test_file_imports[dags/bad.py]',
      'E   File "/usr/local/airflow/dags/bad.py", line 3, in f\nE   NameError: name \'y\' is not defined\n.astro/x.py:9: Exception',
      'Exception: dags/bad.py failed to import with message &#10; x',
    );
    const moved = Object.fromEntries(Object.entries(files).map(([name, text]) => [`data/etl/${name}`, text]));
    const tests = {
      'tests/': {
        exitCode: 1,
        says: '::error::owned\n',
        report: report(passed, failed('test_a', 'tests/test_a.py:7: AssertionError'), bad),
      },
    };
    await begin(tests, {
      files: {
        ...moved,
        'data/etl/flows/bad.py': 'y\n',
        '.astro/preview.yaml': sampleFiles['.astro/preview.yaml'] ?? '',
      },
    });
    const result = await open({ pytest: 'true', 'root-folder': 'data/etl', 'dags-folder': 'flows' });
    expect(result).toMatchObject({
      code: 1,
      annotations: [
        'error data/etl/tests/test_a.py:7: Test test_a: assert 1 == 2',
        "error data/etl/flows/bad.py:3: Test test_file_imports[dags/bad.py]: NameError: name 'y' is not defined",
      ],
      outputs: { result: 'failed', 'deploy-type': 'none', created: 'true' },
    });
    expect(result.log).toContain(
      'Result: failed - `pytest`: 2 tests failed: test_a in tests/test_a.py, test_file_imports[dags/bad.py] in dags/bad.py. No code was deployed.',
    );
    expect(result.summary).toContain('| Tests | `pytest` 1 passed, 2 failed |');
    expect(deploysBegun(result)).toEqual([]);
    expect(ran()).not.toContain('login');
    expect(commandsIn(result.log)).toEqual([]);
  });

  test('parse fails: pytest is not run', async () => {
    await begin({ ...allPass, [integrity]: oneFails['tests/'] as PlayedTests });
    const result = await open({ parse: 'true', pytest: 'true' });
    expect(result).toMatchObject({ code: 1, annotations: ['error tests/test_a.py:7: Test test_a: assert 1 == 2'] });
    expect(ran().filter((word) => word === 'create')).toHaveLength(1);
  });

  test('no more than eight become annotations', async () => {
    const cases = Array.from({ length: 13 }, (_, index) => failed(`t${String(index)}`, 'tests/test_a.py:7: x'));
    await begin({ 'tests/': { exitCode: 1, report: report(...cases) } });
    const result = await open({ pytest: 'true' });
    expect(result.annotations).toHaveLength(8);
    expect(result.log).toContain('There are 5 more failures');
    expect(result.log).toContain(
      '13 tests failed: t0 in tests/test_a.py, t1 in tests/test_a.py, t2 in tests/test_a.py and 10 more.',
    );
  });

  test.each([
    [1, '`pytest`: tests failed. No code was deployed. The last lines:\nlast words'],
    [2, 'pytest was interrupted, most often because a test file cannot be imported (exit code 2)'],
    [3, 'pytest had an internal error (exit code 3)'],
    [4, 'most often because `tests/` is neither in the project nor in the image (exit code 4)'],
    [5, 'pytest found no tests in `tests/` (exit code 5)'],
    [127, 'the image has no pytest that can be run: it must start from an Astro Runtime image (exit code 127)'],
    [137, 'pytest was killed, most often because the runner has too little memory (exit code 137)'],
    [99, 'pytest did not run to its end (exit code 99)'],
  ])('exit code %i without a report is told with its meaning', async (exitCode, words) => {
    await begin({ 'tests/': { exitCode, says: 'last words\n' } });
    const result = await open({ pytest: 'true' });
    expect(result).toMatchObject({ code: 1, annotations: [expect.stringContaining(words)] });
    expect(deploysBegun(result)).toEqual([]);
  });

  test.each(['create', 'cp', 'start', 'inspect'])(
    'docker %s fails: an error of the engine, no failed test',
    async (fails) => {
      await begin({ 'tests/': { exitCode: 0, report: report(passed) } }, { docker: { fails } });
      const result = await open({ pytest: 'true' }, fails === 'inspect' ? { speed: 5 } : {});
      expect(result).toMatchObject({
        code: 1,
        annotations: [
          expect.stringMatching(`^error: docker ${fails} failed \\(exit code 1\\)\\. The tests did not run`),
        ],
      });
      expect(deploysBegun(result)).toEqual([]);
    },
  );

  test('a container that cannot be removed is named', async () => {
    await begin(oneFails, { docker: { fails: 'rm' } });
    const result = await open({ pytest: 'true' });
    expect(result.log).toMatch(/The container astro-branch-deploy-[0-9a-f]{16} could not be removed\./);
    expect(result.code).toBe(1);
  });

  test('a run that is cancelled during the tests removes the container [R-16]', async () => {
    await begin(allPass, { docker: { hangs: 'start' } });
    const result = await open({ pytest: 'true' }, { signalAfter: { pattern: /stand-in: hangs/, signal: 'SIGINT' } });
    expect(result).toMatchObject({ code: 130, annotations: ['error: The run was cancelled (SIGINT).'] });
    expect(ran()).toContain('rm');
    expect(deploysBegun(result)).toEqual([]);
  });
});

describe('what cannot be tested is refused before anything is written', () => {
  test.each([
    [
      { parse: 'true', 'deploy-type': 'image-only' },
      'such a deploy ships no DAGs, so there is nothing to test. Take `parse` out of this step, or use `deploy-type: image-and-dags`.',
    ],
    [{ pytest: 'true', 'deploy-type': 'dbt' }, '`pytest` and `deploy-type: dbt` contradict each other'],
    [{ pytest: 'true', 'pytest-file': '--co' }, '`pytest-file`: `--co` is not a file or folder of the project'],
    [{ parse: 'yes' }, '`parse`: `yes` is not true or false.'],
    [
      { 'image-name': 'mine:1', 'deploy-type': 'dags-only' },
      '`image-name` and `deploy-type: dags-only` contradict each other',
    ],
  ])('%p', async (inputs, words) => {
    await begin(allPass);
    const result = await open(inputs);
    expect(result).toMatchObject({ code: 1, annotations: [expect.stringContaining(words)], requests: [] });
  });

  test.each([
    [integrity, { parse: 'true' }, '`astro dev init` writes it'],
    ['Dockerfile', { pytest: 'true', 'deploy-type': 'dags-only' }, 'There is no `Dockerfile` in the Astro project'],
  ])('a project without %s', async (missing, inputs, words) => {
    await begin(allPass, { files: Object.fromEntries(Object.entries(files).filter(([name]) => name !== missing)) });
    const result = await open(inputs);
    expect(result).toMatchObject({ code: 1, annotations: [expect.stringContaining(words)] });
    expect(result.requests.filter((request) => !request.includes(' GET '))).toEqual([]);
    expect(ran()).toEqual([]);
  });

  test('an .env that is a link out of the workspace', async () => {
    await begin(allPass);
    const elsewhere = join(world.project.folder, '..', `${basename(world.project.folder)}-env`);
    writeFileSync(elsewhere, 'SECRET=1\n');
    symlinkSync(elsewhere, join(world.project.folder, '.env'));
    const result = await open({ pytest: 'true' });
    expect(result).toMatchObject({
      code: 1,
      annotations: [
        expect.stringContaining('`.env` cannot be read: it is a link, or lies behind one, that leaves the workspace'),
      ],
    });
    expect(ran()).not.toContain('create');
  });

  test('an image that is too old for it', async () => {
    await begin(allPass, { docker: { label: '4.0.9' } });
    const result = await open({ pytest: 'true' });
    expect(result).toMatchObject({
      code: 1,
      annotations: [expect.stringContaining('Tests need Astro Runtime 4.1.0 or newer, and the image has 4.0.9')],
    });
    expect(ran()).not.toContain('create');
  });
});

test('force skips the tests, and says so', async () => {
  await begin(oneFails);
  const result = await open({ parse: 'true', pytest: 'true', force: 'true' });
  expect(result).toMatchObject({
    code: 0,
    annotations: ['notice: `force` skips the tests that `parse` and `pytest` ask for.'],
    outputs: { result: 'created' },
  });
  expect(ran()).not.toContain('create');
  expect(result.summary).not.toContain('| Tests |');
});
