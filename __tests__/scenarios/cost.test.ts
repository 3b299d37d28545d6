import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pullRequest, push, repository } from '../../sandbox/events.ts';
import { sampleTemplate } from '../../sandbox/project.ts';
import { describePreview } from '../../src/core/identity.ts';
import { startWorld, type Told, type World } from './world.ts';

const day = 24 * 3_600_000;
let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  await world.end();
});

/** Commits on a branch, with a configuration file where one is given. */
function commit(branch: string, config?: string, more: Record<string, string> = {}): string {
  world.project.git('checkout', '--quiet', '-B', branch, 'main');
  return world.commit('Change', {
    ...(config !== undefined && { '.astro/branch-deploy.yaml': config }),
    ...more,
  });
}
const open = (branch: string, sha: string, inputs: Record<string, string> = {}): Promise<Told> =>
  world.step(pullRequest('synchronize', branch, sha), { 'deploy-type': 'dags-only', ...inputs });
const writes = (told: Told): string[] => told.requests.filter((request) => !request.includes(' GET '));
const deployment = (id: string | undefined) => world.astro.deployments().find((one) => one.id === id);

/** Puts a preview of a branch in, as an earlier run would have. */
function living(branch: string, more: { repositoryId?: number; name?: string; markOf?: string } = {}): void {
  const { repositoryId = repository.id, name = `etl-${branch}`, markOf = name } = more;
  const identity = { repositoryId, ref: `refs/heads/${branch}`, project: '.' };
  world.astro.addDeployment({ name, description: describePreview('', identity, markOf) });
}

describe('max', () => {
  test.each([
    ['the file', 'preview: { max: 2 }\n', {}],
    ['max-previews', undefined, { 'max-previews': '2' }],
    ['the file over max-previews', 'preview: { max: 2 }\n', { 'max-previews': '9' }],
  ])(
    '%s: one more is refused with the list of those that live, before anything is written',
    async (_, config, inputs) => {
      living('feature/a');
      living('feature/b');
      const result = await open('feature/c', commit('feature/c', config), inputs);
      expect(result).toMatchObject({ code: 1, outputs: { result: 'failed', created: 'false' } });
      expect(result.annotations).toEqual([
        'error: This repository has 2 previews, and at most 2 may live at one time (`max` in `.astro/branch-deploy.yaml`, or `max-previews`): etl-feature/a (feature/a), etl-feature/b (feature/b). Close pull requests or delete branches to make room, then run the job again.',
      ]);
      expect(writes(result)).toEqual([]);
    },
  );

  test('a preview that exists is still updated; room that is made is used', async () => {
    const config = 'preview: { max: 2 }\n';
    living('feature/a');
    const first = await open('feature/c', commit('feature/c', config));
    expect(first).toMatchObject({ code: 0, outputs: { result: 'created' } });
    const second = await open('feature/c', commit('feature/c', config, { 'dags/c.py': 'c = 2\n' }));
    expect(second).toMatchObject({ code: 0, outputs: { result: 'deployed', 'deploy-type': 'dags-only' } });
    const sha = commit('feature/d', config);
    expect(await open('feature/d', sha)).toMatchObject({ code: 1 });
    world.astro.remove(first.outputs['deployment-id'] ?? '');
    expect(await open('feature/d', sha)).toMatchObject({ code: 0, outputs: { result: 'created' } });
  });

  test('neither other repositories’ previews count, nor long-lived Deployments, nor copies of a preview [T-10]', async () => {
    living('feature/a', { repositoryId: 4711 });
    living('feature/a', { name: 'a-duplicate', markOf: 'etl-feature/a' });
    world.astro.addDeployment({ name: 'etl-prod' });
    expect(await open('feature/c', commit('feature/c', 'preview: { max: 1 }\n'))).toMatchObject({
      code: 0,
      outputs: { result: 'created' },
    });
  });

  test('a dry run says it as well', async () => {
    living('feature/a');
    const result = await open('feature/c', commit('feature/c', 'preview: { max: 1 }\n'), { 'dry-run': 'true' });
    expect(result.annotations).toEqual([expect.stringContaining('at most 1 may live')]);
  });
});

describe('hibernate', () => {
  const config = "preview: { hibernate: '30 19 * * *' }\n";
  const hosted = sampleTemplate
    .replace('is_development_mode: true', 'is_development_mode: false')
    .replace(/ {2}hibernation_schedules:\n(?: {4}.*\n)+/, '');
  const highlyAvailable = hosted.replace('is_high_availability: false', 'is_high_availability: true');
  const hybrid = hosted
    .replace('deployment_type: STANDARD', 'deployment_type: HYBRID')
    .replace(/ {4}(?:cloud_provider|region|scheduler_size|default_task_pod_\w+|resource_quota_\w+): .*\n/g, '')
    .replace(
      'executor: CELERY',
      'executor: CELERY\n    cluster_name: hybrid\n    scheduler_au: 5\n    scheduler_count: 1',
    );

  test('takes the place of the template’s schedules and switches development mode on', async () => {
    for (const template of [sampleTemplate, hosted]) {
      const branch = template === hosted ? 'feature/hosted' : 'feature/sample';
      const result = await open(branch, commit(branch, config, { '.astro/preview.yaml': template }));
      expect(result).toMatchObject({ code: 0, annotations: [], outputs: { result: 'created' } });
      const made = deployment(result.outputs['deployment-id']);
      expect(made?.isDevelopmentMode).toBe(true);
      expect(made?.scalingSpec?.hibernationSpec?.schedules).toEqual([
        expect.objectContaining({ hibernateAtCron: '30 19 * * *', isEnabled: true }),
      ]);
    }
  });

  test('a preview that exists gets the new schedule; without the line the template’s again', async () => {
    const crons = (told: Told): string[] | undefined =>
      deployment(told.outputs['deployment-id'])?.scalingSpec?.hibernationSpec?.schedules?.map(
        ({ hibernateAtCron }) => hibernateAtCron,
      );
    const first = await open('feature/x', commit('feature/x', config));
    expect(crons(first)).toEqual(['30 19 * * *']);
    const later = await open('feature/x', commit('feature/x', config.replace('19', '21')));
    expect(later).toMatchObject({ code: 0, outputs: { result: 'updated', 'deploy-type': 'none' } });
    expect(crons(later)).toEqual(['30 21 * * *']);
    const without = await open('feature/x', commit('feature/x', 'preview: {}\n'));
    expect(without).toMatchObject({ code: 0, outputs: { result: 'updated' } });
    expect(crons(without)).toEqual(['0 20 * * *']);
    // Nothing else differs: the next run finds all as it should be.
    expect(await open('feature/x', commit('feature/x', 'preview: {}\n'))).toMatchObject({
      outputs: { result: 'nothing' },
    });
  });

  test.each([
    ['high availability', highlyAvailable, 'Deployments with high availability'],
    ['HYBRID', hybrid, 'HYBRID Deployments'],
  ])('%s is refused at the line, before any network call', async (_, template, words) => {
    const result = await open(
      'feature/x',
      commit('feature/x', `version: 1\n${config}`, { '.astro/preview.yaml': template }),
    );
    expect(result).toMatchObject({ code: 1, requests: [] });
    expect(result.annotations).toEqual([
      `error .astro/branch-deploy.yaml:2:23: \`preview.hibernate\` needs development mode, which ${words} cannot have: take it out, or change the template.`,
    ]);
  });

  test('a preview that sleeps is woken for its deploy and sleeps again [R-20]', async () => {
    const { outputs } = await open('feature/x', commit('feature/x', config));
    const id = outputs['deployment-id'] ?? '';
    world.astro.change(id, { status: 'HIBERNATING' });
    const result = await open('feature/x', commit('feature/x', config, { 'dags/x.py': 'x = 2\n' }));
    expect(result).toMatchObject({ code: 0, outputs: { result: 'deployed', 'deployment-id': id } });
    const overrides = result.requests.filter((request) => request.includes('hibernation-override'));
    expect(overrides.map((request) => request.split(' ')[1])).toEqual(['POST', 'DELETE']);
    expect(result.requests.indexOf(overrides[0] ?? '')).toBeLessThan(
      result.requests.findIndex((request) => request.includes('POST') && request.includes('/deploys ')),
    );
    expect(deployment(id)?.scalingSpec?.hibernationSpec?.override).toBeUndefined();
    expect((await world.astro.archive(id)).map(({ name }) => name)).toContain('dags/x.py');
  });

  test('a deploy that fails lets it sleep again all the same [R-20]', async () => {
    const { outputs } = await open('feature/x', commit('feature/x', config));
    const id = outputs['deployment-id'] ?? '';
    world.astro.change(id, { status: 'HIBERNATING' });
    const body = JSON.stringify({ message: 'no', requestId: 'r-1', statusCode: 400 });
    world.astro.fault({ operation: 'finalizeDeploy', mode: { status: 400, body } });
    const result = await open('feature/x', commit('feature/x', config, { 'dags/x.py': 'x = 3\n' }));
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed' } });
    expect(deployment(id)?.scalingSpec?.hibernationSpec?.override).toBeUndefined();
  });

  test('nothing to deploy: it is left asleep', async () => {
    const sha = commit('feature/x', config);
    const { outputs } = await open('feature/x', sha);
    const id = outputs['deployment-id'] ?? '';
    world.astro.change(id, { status: 'HIBERNATING' });
    expect(await open('feature/x', sha)).toMatchObject({ code: 0, outputs: { result: 'nothing' } });
    expect(deployment(id)?.status).toBe('HIBERNATING');
  });
});

describe('ttl: when a preview goes', () => {
  const goes = (told: Told): string | undefined =>
    told.summary.split('\n').find((line) => line.startsWith('| Expires |'));
  const on = (from: number, days: number): string => new Date(from + days * day).toISOString().slice(0, 10);

  test('counts from this deploy, by default a week, else as the file or the input says', async () => {
    for (const [index, [config, inputs, days]] of (
      [
        ['preview: {}\n', {}, 7],
        ['preview: {}\n', { ttl: '2d' }, 2],
        ['preview: { ttl: 3d }\n', { ttl: '2d' }, 3],
      ] as const
    ).entries()) {
      const branch = `feature/${String(index)}`;
      const before = Date.now();
      const result = await open(branch, commit(branch, config), inputs);
      // A story that is told around midnight may end on the next day.
      expect(
        [on(before, days), on(Date.now(), days)].map(
          (date) => `| Expires | ${date}, or when this pull request closes |`,
        ),
      ).toContain(goes(result));
    }
  });

  test('by Astro’s clock, not this machine’s', async () => {
    await world.end();
    world = await startWorld({ now: () => Date.now() + 30 * day });
    const before = Date.now();
    const result = await open('feature/x', commit('feature/x'));
    expect([on(before, 37), on(Date.now(), 37)].some((date) => goes(result)?.includes(date))).toBe(true);
  });

  test('a run that deploys nothing says the day of the last deploy', async () => {
    const sha = commit('feature/x', 'preview: { ttl: 9d }\n');
    const { outputs } = await open('feature/x', sha);
    const [deploy] = world.astro.deploys(outputs['deployment-id'] ?? '');
    Object.assign(deploy ?? {}, { createdAt: '2026-05-01T12:00:00.000Z' });
    world.astro.change(outputs['deployment-id'] ?? '', { createdAt: '2026-04-30T12:00:00.000Z' });
    const result = await open('feature/x', sha);
    expect(result.outputs['result']).toBe('nothing');
    expect(goes(result)).toContain('| 2026-05-10, or');
  });

  test('not for a pull request with the label that keeps it, in any case of letters; not for production', async () => {
    const sha = commit('feature/x', 'preview: { keep-label: keep-preview }\n');
    const event = pullRequest('opened', 'feature/x', sha);
    const payload = event.payload as { pull_request: { labels: { name: string }[] } };
    payload.pull_request.labels.push({ name: 'Keep-Preview' });
    const kept = await world.step(event, { 'deploy-type': 'dags-only' });
    expect(kept).toMatchObject({ code: 0, outputs: { result: 'created' } });
    expect(goes(kept)).toBeUndefined();
    world.astro.addDeployment({ name: 'etl-prod' });
    world.project.git('checkout', '--quiet', 'main');
    const merged = await world.step(push('main', world.commit('Merge', { 'dags/m.py': 'm = 1\n' })));
    expect(merged).toMatchObject({ code: 0, outputs: { result: 'deployed' } });
    expect(goes(merged)).toBeUndefined();
  });
});

describe('preview.name', () => {
  test('placeholders are filled in, and two branches never share a Deployment', async () => {
    const config = "preview: { name: 'team-a ${branch.slug} ${pr} ${actor}' }\n";
    const names: (string | undefined)[] = [];
    for (const branch of ['Feature/Login', 'feature/login']) {
      const result = await open(branch, commit(branch, config));
      expect(result).toMatchObject({ code: 0, outputs: { result: 'created' } });
      names.push(result.outputs['deployment-name']);
      // The name is stable: the next push finds it.
      expect(await open(branch, commit(branch, config))).toMatchObject({
        outputs: { 'deployment-id': result.outputs['deployment-id'], created: 'false' },
      });
    }
    for (const name of names) expect(name).toMatch(/^team-a feature-login 42 octocat-[0-9a-f]{8}$/);
    expect(new Set(names).size).toBe(2);
  });

  test('another name in the file: the preview is renamed with its mark, not made a second time', async () => {
    const first = await open('feature/x', commit('feature/x', "preview: { name: 'one ${branch.slug}' }\n"));
    const second = await open('feature/x', commit('feature/x', "preview: { name: 'two ${branch.slug}' }\n"));
    expect(second).toMatchObject({
      code: 0,
      outputs: { 'deployment-id': first.outputs['deployment-id'], created: 'false' },
    });
    expect(world.astro.deployments().map(({ name }) => name)).toEqual([
      expect.stringMatching(/^two feature-x-[0-9a-f]{8}$/),
    ]);
    expect(await open('feature/x', commit('feature/x', "preview: { name: 'two ${branch.slug}' }\n"))).toMatchObject({
      outputs: { result: 'nothing' },
    });
  });

  test('preview-name wins and is taken as it is', async () => {
    const sha = commit('feature/x', "preview: { name: 'one' }\n");
    expect((await open('feature/x', sha, { 'preview-name': 'demo ${branch.slug}' })).outputs['deployment-name']).toBe(
      'demo feature-x',
    );
  });

  test.each([
    ['${env.SECRET}', 'a name is no place for `${env.…}`'],
    ['${brunch}', 'did you mean `${branch}`?'],
  ])('%s is refused at the line', async (placeholder, message) => {
    const result = await open('feature/x', commit('feature/x', `preview:\n  name: 'a ${placeholder}'\n`));
    expect(result).toMatchObject({ code: 1, requests: [] });
    expect(result.annotations).toEqual([expect.stringMatching(/^error \.astro\/branch-deploy\.yaml:2:9: /)]);
    expect(result.annotations[0]).toContain(message);
  });
});
