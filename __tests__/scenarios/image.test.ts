import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pullRequest } from '../../sandbox/events.ts';
import { sampleFiles } from '../../sandbox/project.ts';
import { findEngine, type Engine } from '../parts/docker-engine.ts';
import { startWorld, token, type Told, type World } from './world.ts';

const found = findEngine();
const withEngine = 'start' in found ? describe : describe.skip;

withEngine(
  'start' in found ? 'an image, by a real engine' : `an image, by a real engine (skipped: ${found.skipped})`,
  () => {
    const branch = 'feature/image';
    const files = { ...sampleFiles, Dockerfile: 'FROM astro-base:1\nCOPY . /usr/local/airflow/\n' };
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
      // T-18, I7: nothing is left of ours, whatever happened.
      expect(readdirSync(temp)).toEqual([]);
      expect(engine.docker('images', '--format', '{{.Repository}}', 'astro-branch-deploy')).toBe('');
      rmSync(temp, { recursive: true });
      await world.end();
    });
    const step = (action: string, sha: string, more: Parameters<World['step']>[2] = {}): Promise<Told> =>
      world.step(pullRequest(action, branch, sha), {}, { ...more, env: { ...engine.env, RUNNER_TEMP: temp } });

    test('is built without DAGs, pushed to where Astro says, and runs with the DAGs beside it', async () => {
      const result = await step('opened', world.commit('Add a DAG', { 'dags/login.py': 'x = 1\n' }));
      expect(result).toMatchObject({
        code: 0,
        annotations: [],
        outputs: { result: 'created', 'deploy-type': 'image-and-dags' },
      });
      const { 'deployment-id': id = '', 'image-tag': tag = '' } = result.outputs;
      expect(world.astro.registry?.images()).toEqual([`${world.astro.organizationId}/${id}:${tag}`]);
      expect((await world.astro.archive(id)).map(({ name }) => name)).toEqual(['dags/hello.py', 'dags/login.py']);

      const remote = `${world.astro.registry?.host ?? ''}/${world.astro.organizationId}/${id}:${tag}`;
      const login = Buffer.from(`cli:${token}`).toString('base64');
      const manifest = (await (
        await fetch(`http://${remote.replace(/^([^/]+)\/(.+):(.+)$/, '$1/v2/$2/manifests/$3')}`, {
          headers: { authorization: `Basic ${login}` },
        })
      ).json()) as { layers: { digest: string }[] };
      expect(manifest.layers.length).toBeGreaterThan(1);

      const again = await step('synchronize', world.commit('Explain', { 'README.md': '# more\n' }));
      expect(again.outputs).toMatchObject({ result: 'nothing' });
      const next = await step('synchronize', world.commit('Need dbt', { 'requirements.txt': 'dbt-core\n' }));
      expect(next.outputs).toMatchObject({ result: 'deployed', 'deploy-type': 'image-and-dags' });
      expect(world.astro.registry?.images()).toHaveLength(2);
    });

    test('that fails to build ends the step with the reason; nothing is begun, the preview stays for the next run [R-28]', async () => {
      const bad = await step(
        'opened',
        world.commit('Bad', { Dockerfile: 'FROM astro-base:1\nRUN sh -c "echo no such package; exit 7"\n' }),
      );
      expect(bad).toMatchObject({ code: 1, outputs: { result: 'failed', created: 'true', 'deploy-type': 'none' } });
      expect(bad.annotations).toEqual([expect.stringContaining('no such package')]);
      const [preview] = world.astro.deployments();
      expect(world.astro.deploys(preview?.id ?? '')).toEqual([]);
      const mended = await step('synchronize', world.commit('Mended', { Dockerfile: files.Dockerfile }));
      expect(mended).toMatchObject({
        code: 0,
        outputs: { result: 'deployed', created: 'false', 'deployment-id': preview?.id },
      });
    });

    test('what a build prints is text, not a command [T-04]', async () => {
      const dockerfile =
        'FROM astro-base:1\nRUN sh -c \'echo "::set-output name=result::owned"; echo "x ##[add-mask]etl"; echo "  ::stop-commands::x"\'\nCOPY . /usr/local/airflow/\n';
      const result = await step('opened', world.commit('Loud', { Dockerfile: dockerfile }));
      expect(result.outputs['result']).toBe('created');
      expect(result.log).toContain('set-output name=result::owned');
      const commands = result.log.split('\n').filter((line) => /^\s*::/.test(line) || line.includes('##['));
      expect(commands.filter((line) => !/^::(?:add-mask|group|endgroup)::/.test(line))).toEqual([]);
    });

    test('a run that is cancelled during the build leaves no process and no folder [R-16]', async () => {
      const sha = world.commit('Slow', { Dockerfile: 'FROM astro-base:1\nRUN sh -c "echo building; sleep 999"\n' });
      const result = await step('opened', sha, { signalAfter: { pattern: /building/, signal: 'SIGINT' } });
      expect(result).toMatchObject({
        code: 130,
        outputs: { result: 'failed' },
        annotations: ['error: The run was cancelled (SIGINT).'],
      });
    });
  },
);
