import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { push } from '../../sandbox/events.ts';
import { sampleFiles } from '../../sandbox/project.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let airflow: string;
beforeEach(async () => {
  world = await startWorld({ files: { ...sampleFiles, 'dbt/dbt_project.yml': 'name: shop\n' } });
  airflow = mkdtempSync(join(tmpdir(), 'airflow-home-'));
});
afterEach(async () => {
  await world.end();
  rmSync(airflow, { recursive: true, force: true });
});

/** Puts an archive over what is there and imports a module of it, as a scheduler that goes on running does. */
function importFrom(archive: Buffer | undefined, folder: string): string {
  execFileSync('tar', ['-xzf', '-', '-C', airflow], { input: archive });
  const code = `import sys; sys.path.insert(0, ${JSON.stringify(join(airflow, folder))}); import settings; print(settings.x)`;
  return execFileSync('python3', ['-c', code], { encoding: 'utf8', cwd: airflow }).trim();
}

test.each([
  ['a DAG bundle', 'dags', {}],
  ['a dbt bundle', 'dbt', { 'deploy-type': 'dbt', 'root-folder': 'dbt', 'mount-path': '/usr/local/airflow/dbt/shop' }],
])('%s of the same size as the one before: Python runs the new code [T-22]', async (_, folder, inputs) => {
  const id = world.astro.addDeployment({ name: 'etl-prod' }).id;
  const deploy = async (value: number): Promise<Buffer | undefined> => {
    // Not in the same second: git's times have no fractions.
    const at = new Date(`2026-11-27T12:00:0${String(value)}Z`);
    const sha = world.project.commit('Set x', { [`${folder}/settings.py`]: `x = ${String(value)}\n` }, at);
    world.github.branches.set('main', sha);
    const result = await world.step(push('main', sha), { 'deploy-type': 'dags-only', ...inputs });
    expect(result).toMatchObject({ code: 0, outputs: { result: 'deployed' } });
    return folder === 'dags'
      ? world.astro.archiveBytes(id)
      : world.astro.bundleBytes(id, '/usr/local/airflow/dbt/shop');
  };
  const [first, second] = [await deploy(5), await deploy(6)];
  mkdirSync(join(airflow, 'dags'), { recursive: true });
  const at = folder === 'dags' ? 'dags' : '';
  expect(importFrom(first, at)).toBe('5');
  expect(importFrom(second, at)).toBe('6');
});
