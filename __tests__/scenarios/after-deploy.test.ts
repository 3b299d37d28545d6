import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pullRequest, push } from '../../sandbox/events.ts';
import { sampleFiles } from '../../sandbox/project.ts';
import type { AirflowState } from '../../sandbox/airflow.ts';
import { startWorld, type Told, type World } from './world.ts';

let world: World;
let production: string;
beforeEach(async () => {
  await begin();
});
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  await world.end();
});

type Deployment = Parameters<World['astro']['addDeployment']>[0];
async function begin(options: Parameters<typeof startWorld>[0] = {}, deployment: Deployment = {}): Promise<void> {
  world = await startWorld(options);
  production = world.astro.addDeployment({ name: 'etl-prod', ...deployment }).id;
}
async function restart(...given: Parameters<typeof begin>): Promise<void> {
  await world.end();
  await begin(...given);
}

/** Pushes to main and ships the DAGs; shorter waits than a user would give, because some stories wait them out. */
const merge = (
  files: Record<string, string>,
  inputs: Record<string, string> = {},
  more: Parameters<World['step']>[2] = {},
): Promise<Told> =>
  world.step(push('main', world.commit('Merge', files)), { 'deploy-type': 'dags-only', ...inputs }, more);
let round = 0;
const dag = (): Record<string, string> => ({ 'dags/a.py': `from airflow import DAG\na = ${String(++round)}\n` });
/** Changes a DAG so that Airflow cannot import it, in its third line. */
const breakIt = (): Record<string, string> => ({
  'dags/team/a.py': `from airflow import DAG\nx = ${String(++round)}\nimport nope\n`,
});
const running = async (): Promise<string> =>
  (await world.astro.archive(production)).map(({ name, text }) => `${name}: ${text}`).join('');
const deploys = (id = production) =>
  world.astro.deploys(id).map(({ type, status, rollbackFromId }) => ({ type, status, rollbackFromId }));
const rollbacks = (result: Told): string[] => result.requests.filter((request) => request.includes('/rollback'));

/** What Airflow says of a file that imports what is not there. */
const trace = (file: string, line = 3): string =>
  `Traceback (most recent call last):\n  File "${file}", line ${String(line)}, in <module>\n    import nope\nModuleNotFoundError: No module named 'nope'\n`;
const broken3 = {
  filename: 'team/a.py',
  stack_trace: trace('/usr/local/airflow/dags/team/a.py'),
  bundle_name: 'dags-folder',
};
/** Lets errors appear once something was deployed, as those of files that nobody sees here. */
const appear = (...errors: AirflowState['importErrors']): void => {
  world.astro.onRequest = ({ operation }) => {
    if (operation === 'finalizeDeploy') world.astro.airflow(production).importErrors.push(...errors);
  };
};
const told = "Airflow cannot import this: ModuleNotFoundError: No module named 'nope'";

describe('verify-dags', () => {
  test.each([
    ['2', '12.5.0', 'GET /api/v1/importErrors'],
    ['3', '3.1-14', 'GET /api/v2/importErrors'],
  ])('Airflow %s: import errors are warnings at file and line, and stand in the summary', async (_, runtime, asked) => {
    await restart({}, { astroRuntimeVersion: runtime });
    const result = await merge(breakIt(), { 'verify-dags': 'warn' });
    expect(result).toMatchObject({ code: 0, outputs: { result: 'deployed' } });
    expect(result.annotations).toEqual([`warning dags/team/a.py:3: ${told}`]);
    expect(result.summary).toContain("dags/team/a.py#L3) ModuleNotFoundError: No module named 'nope'");
    expect(world.astro.airflowRequests).toContainEqual(expect.stringContaining(asked));
  });

  test('the default is a warning; `off` does not ask', async () => {
    expect((await merge(breakIt(), { 'verify-dags': '' })).annotations).toHaveLength(1);
    const asked = world.astro.airflowRequests.length;
    expect((await merge(dag(), { 'verify-dags': 'off' })).annotations).toEqual([]);
    expect(world.astro.airflowRequests).toHaveLength(asked);
  });

  test('a project in a folder, its DAGs in another: the places are those of the repository', async () => {
    const files = Object.fromEntries(Object.entries(sampleFiles).map(([name, text]) => [`teams/a/${name}`, text]));
    await restart({ files: { ...files, 'teams/a/pipelines/team/a.py': 'a = 0\n' } });
    const result = await merge(
      { 'teams/a/pipelines/team/a.py': '# DAG of airflow: = 1\na = = 1\nimport nope\n' },
      { 'verify-dags': 'warn', 'root-folder': 'teams/a', 'dags-folder': 'pipelines' },
    );
    expect(result).toMatchObject({ code: 0 });
    expect(result.annotations).toEqual([
      expect.stringMatching(/^warning teams\/a\/pipelines\/team\/a\.py:2:5: SyntaxError: /),
      `warning teams/a/pipelines/team/a.py:3: ${told}`,
    ]);
  });

  test('DAGs beside the project', async () => {
    await restart({ files: { ...sampleFiles, 'shared/dags/team/a.py': 'a = 0\n' } });
    const result = await merge(
      { 'shared/dags/team/a.py': 'from airflow import DAG\na = 1\nimport nope\n' },
      { 'verify-dags': 'warn', 'dags-folder': './shared/dags' },
    );
    expect(result.annotations).toEqual([`warning shared/dags/team/a.py:3: ${told}`]);
  });

  test('an error in a module is shown where it is, with the DAG that imports it', async () => {
    const stack_trace = `${trace('/usr/local/airflow/dags/team/a.py', 1)}\nDuring handling:\n${trace('/usr/local/airflow/dags/lib/help.py', 9)}`;
    appear({ ...broken3, stack_trace });
    expect((await merge(dag(), { 'verify-dags': 'warn' })).annotations).toEqual([
      `warning dags/lib/help.py:9: ${told} (imported by dags/team/a.py)`,
    ]);
  });

  test('eight become annotations, the summary bounds what it shows [R-34]', async () => {
    appear(
      ...Array.from({ length: 250 }, (_, index) => ({
        filename: `d${String(index)}.py`,
        stack_trace: trace(`/usr/local/airflow/dags/d${String(index)}.py`),
      })),
    );
    const result = await merge(dag(), { 'verify-dags': 'warn' });
    expect(result.annotations).toHaveLength(8);
    expect(result.log).toContain('There are 242 more import errors.');
    expect(result.summary).toContain('240 more import errors: see Airflow.');
  });

  test('fail: the step fails, the deploy stays; the next good deploy passes', async () => {
    const result = await merge(breakIt(), { 'verify-dags': 'fail' });
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed', 'deploy-type': 'dags-only' } });
    expect(result.annotations).toEqual([
      `error dags/team/a.py:3: ${told}`,
      'error: Airflow cannot import 1 of the files that were deployed, and `verify-dags` is `fail`: dags/team/a.py.',
    ]);
    expect(result.summary).toContain('<details><summary>dags/team/a.py');
    expect(await running()).toContain(`x = ${String(round)}`);
    expect(rollbacks(result)).toEqual([]);
    const repaired = await merge({ 'dags/team/a.py': 'from airflow import DAG\n' }, { 'verify-dags': 'fail' });
    expect(repaired).toMatchObject({ code: 0, annotations: [] });
  });

  test('an Airflow that does not answer: a notice under `warn`, a failure under `fail`', async () => {
    world.astro.airflow(production).up = false;
    const warned = await merge(dag(), { 'verify-dags': 'warn' });
    expect(warned).toMatchObject({ code: 0, outputs: { result: 'deployed' } });
    expect(warned.annotations).toEqual([
      expect.stringMatching(/^notice: Whether Airflow can import the DAGs is not known: .*Airflow answered 503/),
    ]);
    const failed = await merge(dag(), { 'verify-dags': 'fail' });
    expect(failed).toMatchObject({ code: 1, outputs: { result: 'failed', 'deploy-type': 'dags-only' } });
    expect(failed.annotations).toEqual([
      expect.stringMatching(/^error: Whether Airflow can import the DAGs is not known/),
    ]);
  });
});

describe('what Airflow says is about this code', () => {
  const strict = { 'verify-dags': 'fail', 'rollback-on-failure': 'true' };
  const good = (): Record<string, string> => ({
    'dags/team/a.py': `from airflow import DAG\nx = ${String(++round)}\n`,
  });
  const looks = (): number => world.astro.airflowRequests.filter((request) => request.includes('/dags?')).length;

  describe.each([
    ['2', '12.5.0'],
    ['3', '3.1-14'],
  ])('Airflow %s', (_, astroRuntimeVersion) => {
    beforeEach(async () => {
      await restart({ delays: { parse: 1_500 } }, { astroRuntimeVersion });
    });

    test('an import error that Airflow finds after a while fails the step and is rolled back', async () => {
      await merge(good(), strict);
      const result = await merge(breakIt(), strict);
      expect(result).toMatchObject({ code: 1, outputs: { result: 'failed' } });
      expect(result.annotations[0]).toBe(`error dags/team/a.py:3: ${told}`);
      expect(rollbacks(result)).toHaveLength(1);
    });

    test('a deploy that repairs a broken file is not rolled back for its old error', async () => {
      await merge(breakIt(), { 'verify-dags': 'warn' });
      const result = await merge(good(), strict);
      expect(result).toMatchObject({ code: 0, annotations: [], outputs: { result: 'deployed' } });
    });

    test('an old error in an untouched file is reported and changes nothing', async () => {
      await merge(breakIt(), { 'verify-dags': 'warn' });
      const result = await merge(dag(), strict);
      expect(result).toMatchObject({ code: 0, annotations: [], outputs: { result: 'deployed' } });
      expect(result.summary).toContain('before this deploy');
    });

    test('a repair that breaks again counts, although the message is the same', async () => {
      await merge(breakIt(), { 'verify-dags': 'warn' });
      expect(await merge(breakIt(), strict)).toMatchObject({ code: 1 });
    });

    test('run-dags starts a DAG only once its file was parsed', async () => {
      await merge(good(), strict);
      const { dags } = world.astro.airflow(production);
      const before = dags.get('a')?.lastParsed ?? '';
      const result = await merge(good(), { 'run-dags': 'a' });
      const parsedAtStart = dags.get('a')?.lastParsed ?? '';
      expect(result).toMatchObject({ code: 0 });
      expect(parsedAtStart > before).toBe(true);
      expect([...(dags.get('a')?.runs.keys() ?? [])]).toHaveLength(1);
    });
  });

  test.each([-3_600_000, 3_600_000])('an Airflow whose clock is %i ms ahead', async (clockAhead) => {
    world.astro.airflow(production).clockAhead = clockAhead;
    await merge(good(), strict);
    expect(await merge(breakIt(), { 'verify-dags': 'fail' })).toMatchObject({ code: 1 });
    expect(await merge(good(), strict)).toMatchObject({ code: 0, annotations: [] });
  });

  test('helper modules, files that .airflowignore leaves out and deleted DAG files are not waited for', async () => {
    await restart({ delays: { parse: 3_600_000 } });
    await merge({ 'dags/gone.py': 'from airflow import DAG\n', 'dags/.airflowignore': 'ignored/\n' });
    world.project.git('rm', '--quiet', 'dags/gone.py');
    const result = await merge(
      { 'dags/lib/help.py': 'x = 1\n', 'dags/ignored/b.py': 'from airflow import DAG\n' },
      strict,
    );
    expect(result).toMatchObject({ code: 0, annotations: [] });
    expect(looks()).toBeLessThanOrEqual(4);
  });

  test('files that were not parsed in time are named and fail nothing', async () => {
    await restart({ delays: { parse: 3_600_000 } });
    const result = await merge(good(), { ...strict, 'wait-time': '20s' }, { speed: 10 });
    expect(result).toMatchObject({ code: 0, outputs: { result: 'deployed' } });
    expect(result.annotations).toEqual([
      expect.stringMatching(/^warning: Airflow has not parsed 2 of the changed DAG files .*`dags\/team\/a\.py`/),
    ]);
  });

  test('3,000 DAGs: one request a look where Airflow orders its list, a request for each 100 where it does not', async () => {
    const airflow = world.astro.airflow(production);
    for (let index = 0; index < 3_000; index++)
      airflow.dags.set(`d${String(index)}`, { is_paused: true, outcome: 'success', runs: new Map() });
    await merge(good(), strict);
    const whole = looks();
    expect(whole).toBeGreaterThanOrEqual(30);
    airflow.ordersByParsing = true;
    const result = await merge(good(), strict);
    expect(result).toMatchObject({ code: 0, annotations: [] });
    expect(looks() - whole).toBeLessThanOrEqual(4);
  });
});

describe('rollback-on-failure', () => {
  const strict = { 'verify-dags': 'fail', 'rollback-on-failure': 'true', 'wait-time': '1s' };

  test('import errors: back to the deploy that ran before, and the step says so', async () => {
    await merge(dag());
    const good = world.astro.deploys(production)[0]?.id ?? '';
    const before = await running();
    const result = await merge(breakIt(), strict);
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed' } });
    expect(result.annotations.at(-1)).toMatch(
      new RegExp(
        `Airflow cannot import 1 .* The Deployment was rolled back to the deploy ${good}, which ran before\\.$`,
      ),
    );
    expect(result.summary).toContain(`rolled back to the deploy ${good}`);
    expect(await running()).toBe(before);
    // What runs is the deploy from before, whose commit the rollback does not say.
    const { dagTarballVersion, imageTag } = world.astro.deploys(production)[0] ?? {};
    expect(result.outputs).toMatchObject({
      'commit-sha': '',
      'image-tag': imageTag,
      'dag-tarball-version': dagTarballVersion,
    });
    expect(deploys()).toEqual([
      { type: 'DAG_ONLY', status: 'DEPLOYED', rollbackFromId: undefined },
      { type: 'DAG_ONLY', status: 'DEPLOYED', rollbackFromId: undefined },
      { type: 'DAG_ONLY', status: 'DEPLOYED', rollbackFromId: good },
    ]);
    expect(world.astro.deploys(production)[2]?.description).toMatch(
      /^Rolled back by astro-branch-deploy: Airflow cannot/,
    );
    // After a rollback nobody knows what runs: the next push ships everything.
    expect(
      (
        await merge(
          { 'dags/team/a.py': 'from airflow import DAG\n' },
          { ...strict, 'deploy-type': 'infer', 'wait-time': '30s' },
        )
      ).outputs,
    ).toMatchObject({
      result: 'deployed',
      'deploy-type': 'image-and-dags',
    });
  });

  test('the environment of the configuration file may ask for it', async () => {
    await merge({
      ...dag(),
      '.astro/branch-deploy.yaml': 'environments:\n  main: { deployment: etl-prod, rollback-on-failure: true }\n',
    });
    expect(rollbacks(await merge(breakIt(), { 'verify-dags': 'fail', 'wait-time': '1s' }))).toHaveLength(1);
  });

  test('`verify-dags: warn` never rolls back', async () => {
    await merge(dag());
    const result = await merge(breakIt(), { ...strict, 'verify-dags': 'warn' });
    expect(result).toMatchObject({ code: 0 });
    expect(rollbacks(result)).toEqual([]);
  });

  test('an Airflow that does not answer says nothing against the deploy: it stays', async () => {
    await merge(dag());
    world.astro.airflow(production).up = false;
    const result = await merge(dag(), strict);
    expect(result).toMatchObject({ code: 1 });
    expect(rollbacks(result)).toEqual([]);
    expect(await running()).toContain(`a = ${String(round)}`);
  });

  test('a preview is never rolled back: its author mends it', async () => {
    world.project.git('checkout', '--quiet', '-b', 'feature');
    const open = (sha: string) =>
      world.step(pullRequest('opened', 'feature', sha), { 'deploy-type': 'dags-only', ...strict });
    const id = (await open(world.commit('One', dag()))).outputs['deployment-id'] ?? '';
    const result = await open(world.commit('Two', breakIt()));
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed' } });
    expect(rollbacks(result)).toEqual([]);
    expect(world.astro.deploys(id)).toHaveLength(2);
  });

  test('nothing to go back to', async () => {
    const result = await merge(breakIt(), strict);
    expect(result).toMatchObject({ code: 1 });
    expect(result.annotations.at(-1)).toMatch(/There is no earlier deploy to roll back to\.$/);
    expect(rollbacks(result)).toEqual([]);
  });

  test('rolling back fails: both failures are told', async () => {
    await merge(dag());
    const good = world.astro.deploys(production)[0]?.id ?? '';
    const body = JSON.stringify({ message: 'not now', requestId: 'r-9', statusCode: 400 });
    world.astro.fault({ operation: 'rollbackToDeploy', mode: { status: 400, body } });
    const result = await merge(breakIt(), strict);
    expect(result).toMatchObject({ code: 1 });
    expect(result.annotations.at(-1)).toMatch(/^error: Airflow cannot import 1 /);
    expect(result.annotations.at(-1)).toContain(`Rolling back to the deploy ${good} failed as well: `);
    expect(result.annotations.at(-1)).toContain('"not now" (request r-9)');
  });

  test('the rollback FAILED: nobody knows what runs, and the outputs name nothing', async () => {
    await merge(dag());
    world.astro.onRequest = ({ operation }) => {
      const third = world.astro.deploys(production)[2];
      if (operation === 'getDeploy' && third) Object.assign(third, { status: 'FAILED' });
    };
    const result = await merge(breakIt(), strict);
    expect(result.annotations.at(-1)).toMatch(
      /Rolling back to the deploy \w+ failed as well: Astro reports that .* FAILED/,
    );
    expect(result.outputs).toMatchObject({ 'commit-sha': '', 'image-tag': '', 'dag-tarball-version': '' });
  });

  test('its answer is lost: looked for, not rolled back twice', async () => {
    await merge(dag());
    world.astro.fault({ operation: 'rollbackToDeploy', mode: 'processed-then-reset' });
    const result = await merge(breakIt(), strict);
    expect(result.annotations.at(-1)).toContain('was rolled back to the deploy');
    expect(deploys()).toHaveLength(3);
  });

  test('a deploy that FAILED [R-19]', async () => {
    await merge(dag());
    const before = await running();
    world.astro.onRequest = ({ operation }) => {
      const [, second, third] = world.astro.deploys(production);
      if (operation === 'getDeploy' && second && !third) Object.assign(second, { status: 'FAILED' });
    };
    const result = await merge(dag(), { 'rollback-on-failure': 'true' });
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed' } });
    expect(result.annotations).toEqual([
      expect.stringMatching(/^error: Astro reports that the deploy \w+ FAILED; .* The Deployment was rolled back to /),
    ]);
    expect(await running()).toBe(before);
  });

  test('a Deployment that stays UNHEALTHY [R-19]', async () => {
    await merge(dag());
    const before = await running();
    world.astro.onRequest = ({ operation }) => {
      if (operation === 'getDeployment' && deploys().length === 2)
        world.astro.change(production, { status: 'UNHEALTHY', statusReason: 'the scheduler does not start' });
    };
    const result = await merge(dag(), { 'rollback-on-failure': 'true', 'wait-time': '2s' });
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed' } });
    expect(result.annotations).toEqual([
      expect.stringMatching(/UNHEALTHY \(the scheduler does not start\)\..* The Deployment was rolled back to /),
    ]);
    expect(await running()).toBe(before);
  });

  test('UNHEALTHY for a moment is waited out [R-19]', async () => {
    await merge(dag());
    let looks = 0;
    world.astro.onRequest = ({ operation }) => {
      if (operation !== 'getDeployment' || deploys().length !== 2) return;
      world.astro.change(production, { status: ++looks < 3 ? 'UNHEALTHY' : 'HEALTHY' });
    };
    const result = await merge(dag(), { 'rollback-on-failure': 'true' });
    expect(result).toMatchObject({ code: 0, outputs: { result: 'deployed' } });
    expect(rollbacks(result)).toEqual([]);
  });

  test('a mere time-out rolls nothing back', async () => {
    await restart({ delays: { deploy: 3_600_000 } });
    world.astro.addDeploy(production);
    const result = await merge(dag(), { 'rollback-on-failure': 'true', 'wait-time': '1s' });
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed', 'deploy-type': 'dags-only' } });
    expect(result.annotations).toEqual([expect.stringContaining('does not run yet after `wait-time`')]);
    expect(rollbacks(result)).toEqual([]);
  });

  test('a newer deploy of somebody else is not rolled back with ours', async () => {
    await restart({ switches: { versionMembers: 'filled' } });
    await merge(dag());
    world.astro.onRequest = ({ operation }) => {
      if (operation === 'getDeployment')
        world.astro.change(production, { desiredDagTarballVersion: '2999-01-01T00:00:00.0000000Z' });
    };
    const result = await merge(breakIt(), strict);
    expect(rollbacks(result)).toEqual([]);
    expect(result).toMatchObject({ code: 0, annotations: [expect.stringContaining('A newer deploy of another run')] });
  });
});

describe('run-dags', () => {
  type Outcome = 'success' | 'failed' | 'running';
  const has = (id: string, outcome: Outcome, is_paused = false): void => {
    world.astro.airflow(production).dags.set(id, { is_paused, outcome, runs: new Map() });
  };
  const ran = (result: Told): unknown => JSON.parse(result.outputs['dag-runs'] ?? 'null');

  test.each([
    ['2', '12.5.0'],
    ['3', '3.1-14'],
  ])('Airflow %s: every run succeeds', async (_, runtime) => {
    await restart({}, { astroRuntimeVersion: runtime });
    has('smoke', 'success');
    has('team.load-all', 'success', true);
    const result = await merge(dag(), { 'run-dags': 'smoke\nteam.load-all\n' });
    expect(result).toMatchObject({ code: 0, annotations: [], outputs: { result: 'deployed' } });
    expect(ran(result)).toEqual([
      { dag: 'smoke', state: 'success' },
      { dag: 'team.load-all', state: 'success' },
    ]);
    expect(result.summary).toContain('| DAG runs | `smoke` `success`<br>`team.load-all` `success` |');
    const { dags } = world.astro.airflow(production);
    expect(['smoke', 'team.load-all'].map((id) => dags.get(id)?.runs.size)).toEqual([1, 1]);
    // Runs of a paused DAG do not start.
    expect(dags.get('team.load-all')?.is_paused).toBe(false);
  });

  test('one fails: the step fails, the other is told too, the deploy stays', async () => {
    has('good', 'success');
    has('bad', 'failed');
    const result = await merge(dag(), { 'run-dags': 'bad\ngood', 'rollback-on-failure': 'true' });
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed', 'deploy-type': 'dags-only' } });
    expect(result.annotations).toEqual([
      'error: The DAG runs that `run-dags` asks for failed: bad. Their logs are in Airflow.',
    ]);
    expect(ran(result)).toEqual([
      { dag: 'bad', state: 'failed' },
      { dag: 'good', state: 'success' },
    ]);
    expect(rollbacks(result)).toEqual([]);
  });

  test('a misspelt id is refused with near and known names as soon as Airflow has parsed this code', async () => {
    has('smoke', 'success');
    const result = await merge(dag(), { 'run-dags': 'smok' });
    expect(result).toMatchObject({ code: 1 });
    expect(result.annotations).toEqual([
      'error: Airflow knows no DAG `smok` (`run-dags`): did you mean `smoke`? It has `a`, `hello`, `smoke`. Correct the id, or look for an import error in its file.',
    ]);
    expect(result.outputs).not.toHaveProperty('dag-runs');
  });

  test('a run that does not end in time', async () => {
    has('slow', 'running');
    has('smoke', 'success');
    const result = await merge(dag(), { 'run-dags': 'slow\nsmoke', 'wait-time': '3s' });
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed' } });
    expect(result.annotations).toEqual([
      expect.stringMatching(/^error: The runs of slow \(running\) have not ended within `wait-time`\. They go on/),
    ]);
    expect(ran(result)).toEqual([
      { dag: 'slow', state: 'running' },
      { dag: 'smoke', state: 'success' },
    ]);
  });

  test('an Airflow that does not answer, and a name that is no id', async () => {
    world.astro.airflow(production).up = false;
    const silent = await merge(dag(), { 'run-dags': 'smoke' });
    expect(silent).toMatchObject({ code: 1, annotations: [expect.stringContaining('Airflow answered 503')] });
    const wrong = await merge(dag(), { 'run-dags': 'smoke test' });
    expect(wrong).toMatchObject({
      code: 1,
      requests: [],
      annotations: [expect.stringContaining('is not the id of a DAG')],
    });
  });

  test('nothing deployed: nothing run', async () => {
    has('smoke', 'success');
    await merge(dag());
    const result = await merge({ 'README.md': 'x\n' }, { 'run-dags': 'smoke', 'verify-dags': 'warn' });
    expect(result).toMatchObject({ code: 0, outputs: { result: 'nothing' } });
    expect(world.astro.airflowRequests).toEqual([]);
  });
});

describe('the syntax of changed files', () => {
  const bad = 'def f(:\n    pass\n';
  const syntax = (file: string, line: number) =>
    expect.stringMatching(new RegExp(`^warning ${file}:${String(line)}:\\d+: SyntaxError: `)) as unknown;

  test('a warning at file and line, before anything is built; the deploy goes on', async () => {
    const result = await merge(
      { 'dags/bad.py': bad, 'dags/good.py': 'x = 1\n' },
      { 'verify-dags': 'warn', 'deploy-type': 'infer' },
    );
    expect(result).toMatchObject({ code: 0, outputs: { result: 'deployed', 'deploy-type': 'image-and-dags' } });
    expect(result.annotations).toEqual([syntax('dags/bad\\.py', 1)]);
    expect(result.summary).toMatch(/dags\/bad\.py:1[^]*SyntaxError: /);
    expect(result.log.indexOf('SyntaxError')).toBeLessThan(result.log.indexOf('Deploy (image-and-dags)'));
  });

  test('fail: the step ends before anything is built or written', async () => {
    const result = await merge({ 'dags/bad.py': bad }, { 'verify-dags': 'fail', 'deploy-type': 'infer' });
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed', 'deploy-type': 'none' } });
    expect(result.annotations).toEqual([expect.stringMatching(/^error dags\/bad\.py:1:\d+: SyntaxError: /)]);
    expect(result.summary).toContain('1 DAG files are not valid Python');
    expect(result.summary).toMatch(/dags\/bad\.py:1[^]*SyntaxError: /);
    expect(result.requests.filter((request) => !request.includes(' GET '))).toEqual([]);
    expect(world.docker.calls().filter(({ args }) => args[0] === 'build')).toEqual([]);
  });

  test('a preview is not made for it', async () => {
    world.project.git('checkout', '--quiet', '-b', 'feature');
    const sha = world.commit('Break it', { 'dags/bad.py': bad });
    const result = await world.step(pullRequest('opened', 'feature', sha), { 'verify-dags': 'fail' });
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed', created: 'false' } });
    expect(world.astro.deployments()).toHaveLength(1);
  });

  test('the comment on the pull request names it', async () => {
    world.project.git('checkout', '--quiet', '-b', 'feature');
    const sha = world.commit('Break it', { 'dags/bad.py': bad });
    world.github.pullRequests.push({ number: 42, branch: 'feature', commit: sha, state: 'open' });
    const inputs = { 'verify-dags': 'warn', comment: 'true', 'deploy-type': 'dags-only' };
    expect(await world.step(pullRequest('opened', 'feature', sha), inputs)).toMatchObject({ code: 0 });
    expect(world.github.comments.map(({ body }) => body).join()).toMatch(/dags\/bad\.py:1[^]*SyntaxError: /);
  });

  test('fail with force: a warning, and the deploy goes on', async () => {
    const result = await merge({ 'dags/bad.py': bad }, { 'verify-dags': 'fail', force: 'true' });
    expect(result).toMatchObject({ code: 0, outputs: { result: 'deployed' } });
    expect(result.annotations).toEqual([syntax('dags/bad\\.py', 1)]);
  });

  test('a broken file that did not change is not told again; what changed is, wherever the change is', async () => {
    await merge({ 'dags/bad.py': bad });
    const second = await merge(dag(), { 'verify-dags': 'warn', 'deploy-type': 'infer' });
    expect(second.outputs['deploy-type']).toBe('image-and-dags');
    const third = await merge(dag(), { 'verify-dags': 'fail', 'deploy-type': 'infer' });
    expect(third).toMatchObject({ code: 0, annotations: [], outputs: { 'deploy-type': 'dags-only' } });
    const fourth = await merge(
      { 'dags/team/ümlaut file.py': `\n\n${bad}`, 'include/notes.py': bad },
      { 'verify-dags': 'warn', 'deploy-type': 'infer' },
    );
    expect(fourth.annotations).toEqual([syntax('dags/team/ümlaut file\\.py', 3)]);
  });

  test('a file that was deleted, and one that is no Python', async () => {
    await merge({ 'dags/bad.py': bad });
    world.project.git('rm', '--quiet', 'dags/bad.py');
    const result = await merge({ 'dags/query.sql': 'select\n', 'dags/README.md': bad }, { 'verify-dags': 'fail' });
    expect(result).toMatchObject({ code: 0, annotations: [] });
  });

  test('no python3 on the PATH is no problem', async () => {
    const home = mkdtempSync(join(tmpdir(), 'no-python-'));
    try {
      mkdirSync(join(home, 'bin'));
      symlinkSync(execFileSync('which', ['git'], { encoding: 'utf8' }).trim(), join(home, 'bin/git'));
      const result = await merge(
        { 'dags/bad.py': bad },
        { 'verify-dags': 'fail' },
        { env: { PATH: join(home, 'bin') } },
      );
      expect(result).toMatchObject({ code: 0, annotations: [], outputs: { result: 'deployed' } });
    } finally {
      rmSync(home, { recursive: true });
    }
  });
});
