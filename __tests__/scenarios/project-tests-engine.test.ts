import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pullRequest } from '../../sandbox/events.ts';
import { sampleFiles } from '../../sandbox/project.ts';
import { findEngine, type Engine } from '../parts/docker-engine.ts';
import { startWorld, type Told, type World } from './world.ts';

const found = findEngine();
const withEngine = 'start' in found ? describe : describe.skip;

const branch = 'feature/tests';
const integrity = '.astro/test_dag_integrity_default.py';
// Stands in for pytest: what it finds in its container it says, what it reports and how it ends stands in the tests.
const pytest = `#!/bin/sh
for argument in "$@"; do case "$argument" in --junitxml=*) report="\${argument#--junitxml=}" ;; esac; done
busybox mkdir -p /tmp
cd /usr/local/airflow
echo "pytest $1, STAGE=$STAGE, $(busybox id -u)"
find . -type f | busybox sort
. ./tests/played.sh
`;
const files = {
  ...sampleFiles,
  Dockerfile:
    'FROM astro-base:1\nCOPY --chmod=755 pytest /bin/pytest\nCOPY . /usr/local/airflow/\nWORKDIR /usr/local/airflow\n',
  '.dockerignore': '.git\n.astro\ntests\n.env\n',
  pytest,
  [integrity]: 'def test(): pass\n',
  'plugins/operator.py': 'x = 1\n',
  'tests/played.sh': 'exit 0\n',
};
const report = (inner: string): string =>
  `echo '<testsuites><testsuite><testcase name="test_a" file="tests/test_a.py" line="4">${inner}</testcase></testsuite></testsuites>' > "$report"\n`;

withEngine(
  'start' in found ? 'tests in a container of a real engine' : `tests, by a real engine (skipped: ${found.skipped})`,
  () => {
    let engine: Engine;
    let world: World;
    let temp: string;
    beforeAll(() => {
      if ('start' in found) engine = found.start();
    });
    afterAll(() => {
      engine.stop();
    });
    beforeEach(async () => {
      temp = mkdtempSync(join(tmpdir(), 'runner-temp-'));
      world = await startWorld({ registry: 'embedded', files });
      world.project.git('checkout', '--quiet', '-b', branch);
    });
    afterEach(async () => {
      expect(world.astro.violations).toEqual([]);
      // Nothing is left of ours, whatever happened: no file, no image, no container.
      expect(readdirSync(temp)).toEqual([]);
      expect(engine.docker('images', '--format', '{{.Repository}}', 'astro-branch-deploy')).toBe('');
      expect(containers()).toBe('');
      rmSync(temp, { recursive: true });
      await world.end();
    });
    const step = (
      played: string,
      inputs: Record<string, string>,
      more: Parameters<World['step']>[2] = {},
    ): Promise<Told> =>
      world.step(pullRequest('opened', branch, world.commit('Tests', { 'tests/played.sh': played })), inputs, {
        ...more,
        env: { ...engine.env, RUNNER_TEMP: temp },
      });
    const containers = (): string => engine.docker('ps', '--all', '--quiet', '--filter', 'name=astro-branch-deploy');
    const deploys = (): unknown[] => world.astro.deployments().flatMap(({ id }) => world.astro.deploys(id));

    test('pass: they see the project and its .env, and then it is deployed', async () => {
      writeFileSync(join(world.project.folder, '.git/info/exclude'), '.env\n');
      writeFileSync(join(world.project.folder, '.env'), 'STAGE=test\n');
      const result = await step(report(''), { parse: 'true', pytest: 'true' });
      expect(result).toMatchObject({ code: 0, annotations: [], outputs: { 'deploy-type': 'image-and-dags' } });
      expect(result.log).toContain(`pytest ${integrity}, STAGE=test,`);
      expect(result.log).toContain('pytest tests/, STAGE=test,');
      const seen = result.log.split('\n').filter((line) => line.startsWith('./'));
      for (const name of ['dags/hello.py', 'tests/played.sh', 'plugins/operator.py', integrity])
        expect(seen).toContain(`./${name}`);
      expect(seen).toContain('./.astro/dag_integrity_exceptions.txt');
      expect(seen.filter((line) => line.startsWith('./.env') || line.startsWith('./.git/'))).toEqual([]);
      expect(result.summary).toContain('| Tests | `parse` 1 passed<br>`pytest` 1 passed |');
    });

    test('fail: shown at file and line, no deploy is begun; mended, it is deployed', async () => {
      const failure = '<failure message="assert 1 == 2">tests/test_a.py:7: AssertionError</failure>';
      const bad = await step(`${report(failure)}exit 1\n`, { pytest: 'true' });
      expect(bad).toMatchObject({
        code: 1,
        annotations: ['error tests/test_a.py:7: Test test_a: assert 1 == 2'],
        outputs: { result: 'failed', 'deploy-type': 'none' },
      });
      expect(deploys()).toEqual([]);
      const mended = await step(report(''), { pytest: 'true' });
      expect(mended).toMatchObject({ code: 0, outputs: { result: 'deployed', created: 'false' } });
    });

    test('a DAG-only deploy is tested in an image of its own', async () => {
      expect(await step('exit 1\n', {})).toMatchObject({ code: 0, outputs: { 'deploy-type': 'image-and-dags' } });
      world.commit('DAG', { 'dags/more.py': 'x = 1\n' });
      const result = await step(report(''), { pytest: 'true', 'deploy-type': 'dags-only' });
      expect(result).toMatchObject({ code: 0, outputs: { 'deploy-type': 'dags-only' } });
      expect(result.log).toContain('./dags/more.py');
      expect(world.astro.registry?.images()).toHaveLength(1);
    });

    test('a report that is a link is not followed out of the container', async () => {
      const secret = join(world.project.folder, '..', 'secret.xml');
      writeFileSync(
        secret,
        '<testsuites><testsuite><testcase name="stolen"><failure/></testcase></testsuite></testsuites>',
      );
      const result = await step(`busybox ln -s ${secret} "$report"\nexit 1\n`, { pytest: 'true' });
      expect(result).toMatchObject({
        code: 1,
        annotations: [expect.stringContaining('`pytest`: tests failed. No code')],
      });
      expect(result.log).not.toContain('stolen');
    });

    test('an image without pytest', async () => {
      world.commit('Bare', { Dockerfile: 'FROM astro-base:1\nCOPY . /usr/local/airflow/\n' });
      const result = await step('', { pytest: 'true' });
      expect(result).toMatchObject({
        code: 1,
        annotations: [expect.stringContaining('the image has no pytest that can be run')],
      });
      expect(deploys()).toEqual([]);
    });

    test('a cancelled run takes the container away, although the tests do not heed the signal [R-16]', async () => {
      const result = await step(
        `trap '' TERM INT\necho testing\nsleep 999\n`,
        { pytest: 'true' },
        {
          signalAfter: { pattern: /^testing$/m, signal: 'SIGINT' },
        },
      );
      expect(result).toMatchObject({ code: 130, annotations: ['error: The run was cancelled (SIGINT).'] });
      // The engine may still be at it when the step has gone: every look takes it a while.
      for (let looks = 0; looks < 200 && containers() !== ''; looks++);
      // The image's name stays where a run was cancelled; it is no part of this story.
      for (const image of engine.docker('images', '--quiet', 'astro-branch-deploy').split('\n').filter(Boolean))
        engine.docker('rmi', '--force', image);
    });
  },
);
