import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pullRequest } from '../../sandbox/events.ts';
import { sampleTemplate } from '../../sandbox/project.ts';
import { startWorld, type Told, type World } from '../scenarios/world.ts';

const branch = 'feature/x';
let world: World;
beforeEach(async () => {
  world = await startWorld();
  world.project.git('checkout', '--quiet', '-b', branch);
});
afterEach(async () => {
  await world.end();
});

/** Runs with a heap of 160 MB: what needs more than that ends without a sentence of its own. */
const open = (files: Record<string, string>, inputs: Record<string, string> = {}): Promise<Told> =>
  world.step(
    pullRequest('opened', branch, world.commit('x', files)),
    { 'deploy-type': 'dags-only', ...inputs },
    { env: { NODE_OPTIONS: '--max-old-space-size=160' } },
  );
const times = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join('');
const template = (from: string, to: string): Record<string, string> => ({
  '.astro/preview.yaml': sampleTemplate.replace(from, to),
});
const config = (text: string): Record<string, string> => ({ '.astro/branch-deploy.yaml': text });

describe('a file with more mistakes than anybody reads', () => {
  test.each<[string, Record<string, string>, string]>([
    [
      'unknown keys',
      template('  configuration:\n', `  configuration:\n${times(15_000, (n) => `    k${String(n)}: 1\n`)}`),
      'unknown key',
    ],
    [
      'variables',
      template(
        '  environment_variables:\n',
        `  environment_variables:\n${times(8_000, () => '    - key: AIRFLOW_HOME\n')}`,
      ),
      'belongs to Astro',
    ],
    [
      'queues',
      template('  worker_queues:\n', `  worker_queues:\n${times(8_000, (n) => `    - nane: q${String(n)}\n`)}`),
      'unknown key',
    ],
    [
      'environments',
      config(`environments:\n${times(90, (n) => `  b${String(n)}: { deploiment: x }\n`)}`),
      'unknown key',
    ],
    [
      'objects',
      config(`environment-objects:\n${times(3_000, (n) => `  - connexion: c${String(n)}\n`)}`),
      'exactly one of',
    ],
    [
      'links',
      config(`environment-objects:\n${times(2_000, (n) => `  - connection: c${String(n)}\n    link: [nobody]\n`)}`),
      'nobody',
    ],
  ])('%s: eight annotations of a kind and a count, in little memory [T-23, R-34]', async (_, files, kind) => {
    const result = await open(files);
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed' }, requests: [] });
    const errors = result.annotations.filter(
      (line) => line.includes(kind) && !line.includes(' more problems like this one'),
    );
    expect(errors).toHaveLength(8);
    expect(result.annotations.join('\n')).toMatch(/ \d+ more problems like this one: /);
    expect(result.annotations.length).toBeLessThan(40);
    expect(result.log.length + result.summary.length).toBeLessThan(40_000);
  });

  test('one key as long as the file may be [T-23]', async () => {
    const result = await open(
      template('  configuration:\n', `  configuration:\n    ? ${'k'.repeat(1_000_000)}\n    : 1\n`),
    );
    expect(result).toMatchObject({ code: 1, requests: [] });
    expect(result.log.length).toBeLessThan(10_000);
  });
});

test('a template of 60,000 keys is refused as a whole, with one error [T-23]', async () => {
  const keys = times(60_000, (n) => `    k${String(n)}: 1\n`);
  const result = await open(template('  configuration:\n', `  configuration:\n${keys}`));
  expect(result).toMatchObject({ code: 1, requests: [] });
  expect(result.annotations).toEqual([
    expect.stringContaining('holds more than 40000 keys and values. Make it smaller.'),
  ]);
});

test.each([
  ['stars', `${'*a'.repeat(30)}b\n`],
  ['folders', `${'**/'.repeat(60)}x\n`],
  ['many rules', times(1_000, () => `${'**/*a*/'.repeat(20)}x\n`)],
])('an ignore file that would backtrack for ever is read: %s [T-23]', async (_, rules) => {
  const first = await open({ '.dockerignore': rules, [`${'a'.repeat(200)}.md`]: 'x\n' }, { 'deploy-type': 'infer' });
  expect(first).toMatchObject({ code: 0, outputs: { result: 'created' } });
  const second = await world.step(
    pullRequest('synchronize', branch, world.commit('y', { [`${'a'.repeat(200)}.md`]: 'y\n' })),
  );
  expect(second).toMatchObject({ code: 0, outputs: { 'deploy-type': 'image-and-dags' } });
});

test('import errors without number: eight annotations and a count [T-23]', async () => {
  world.astro.addDeployment({ name: 'etl-prod' });
  const first = await open({ 'dags/a.py': 'a = 1\n' });
  const id = first.outputs['deployment-id'] ?? '';
  const errors = Array.from({ length: 2_000 }, (_, index) => ({
    filename: `/usr/local/airflow/dags/f${String(index)}.py`,
    stack_trace: `ModuleNotFoundError: No module named 'm${String(index)}'\n`,
  }));
  world.astro.onRequest = ({ operation }) => {
    if (operation === 'finalizeDeploy') world.astro.airflow(id).importErrors.push(...errors);
  };
  const result = await open({ 'dags/a.py': 'a = 2\n' }, { 'verify-dags': 'warn' });
  expect(result.annotations.filter((line) => line.includes('cannot import this'))).toHaveLength(8);
  expect(result.log.length).toBeLessThan(20_000);
  expect(result.summary.length).toBeLessThan(100_000);
});
