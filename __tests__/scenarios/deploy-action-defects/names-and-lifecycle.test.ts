import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { deletion, pullRequest } from '../../../sandbox/events.ts';
import { startWorld, type Told, type World } from '../world.ts';
import { creation, ended, movedOver, refused, writes } from './kit.ts';

// Every story: a preview of deploy-action was another branch's, was left over, or was a second production.

let world: World;
let production: string;
beforeEach(async () => {
  world = await startWorld();
  production = world.astro.addDeployment({ name: 'etl-prod' }).id;
});
afterEach(async () => {
  await world.end();
  expect(world.astro.violations).toEqual([]);
});

/** Its workflows for previews, one step each. */
const create = { action: 'create-deployment-preview' };
const deploy = { action: 'deploy-deployment-preview' };
const remove = { action: 'delete-deployment-preview' };
const previews = (): string[] => world.astro.deployments().flatMap(({ id, name }) => (id === production ? [] : [name]));
/** A new branch off main, with a commit of its own that is told to GitHub. */
function branched(name: string, files: Record<string, string> = { 'dags/a.py': 'a = 1\n' }): string {
  world.project.git('checkout', '--quiet', '-b', name, 'main');
  return world.commit('On a branch', files);
}
/** DAGs alone, so that a story takes no image. */
const dags = { 'deploy-type': 'dags-only' };
const removed = (name: string): Promise<Told> => {
  world.github.branches.delete(name);
  return world.step(deletion(name), { ...movedOver(production), ...remove });
};

test('defect 24: two branches with one last segment have two previews, and one goes without the other', async () => {
  for (const name of ['feature/login', 'bugfix/login'])
    expect(ended(await world.step(creation(name, branched(name)), { ...create, ...dags }))).toBe('0 created dags-only');
  expect(new Set(previews()).size).toBe(2);
  expect(ended(await removed('feature/login'))).toBe('0 deleted none');
  expect(previews()).toEqual([expect.stringMatching(/^etl-bugfix-login-/)]);
});

test('defect 25: a create that is run again, and one that failed half-way', async () => {
  const sha = branched('feature/login');
  world.astro.fault({ operation: 'finalizeDeploy', mode: refused });
  const failed = await world.step(creation('feature/login', sha), { ...create, ...dags });
  expect(failed).toMatchObject({ code: 1, outputs: { result: 'failed', created: 'true' } });
  const again = await world.step(creation('feature/login', sha), { ...create, ...dags });
  expect(ended(again)).toBe('0 deployed dags-only');
  expect(again.outputs['preview-id']).toBe(failed.outputs['preview-id']);
  expect(ended(await world.step(creation('feature/login', sha), { ...create, ...dags }))).toBe('0 nothing none');
  expect(previews()).toHaveLength(1);
});

test('defect 26: a preview that is not there is removed already', async () => {
  for (const name of ['older-than-the-workflow', 'dependabot/pip/dbt-1.9'])
    expect(ended(await removed(name))).toBe('0 nothing none');
});

test('defect 27: tags are no branches', async () => {
  const sha = world.project.git('rev-parse', 'HEAD');
  // Without an `action` the event decides, and a tag asks for nothing.
  expect(ended(await world.step(creation('v1.2.3', sha, 'tag')))).toBe('0 skipped none');
  const asked = await world.step(creation('v1.2.3', sha, 'tag'), { ...movedOver(production), ...create });
  const gone = await world.step(deletion('v1.2.3', 'tag'), { ...movedOver(production), ...remove });
  expect(ended(gone)).toBe('0 skipped none');
  expect([...asked.requests, ...gone.requests]).toEqual([]);
  expect(previews()).toEqual([]);
});

test('defect 28: names that a shell, sed or Astro would not take', async () => {
  const names = ['a&b', 'a|b', `long/${'x'.repeat(200)}`];
  for (const name of names)
    expect(ended(await world.step(creation(name, branched(name)), { ...create, ...dags }))).toBe('0 created dags-only');
  const named = await world.step(creation('plain', branched('plain')), {
    ...create,
    ...dags,
    'preview-name': 'my preview & more',
  });
  expect(named.outputs['deployment-name']).toBe('my preview & more');
  expect(previews()).toEqual([
    expect.stringMatching(/^etl-a-b-[0-9a-f]{8}$/),
    expect.stringMatching(/^etl-a-b-[0-9a-f]{8}$/),
    expect.stringMatching(/^etl-long-x{35}-[0-9a-f]{8}$/),
    'my preview & more',
  ]);
  expect(new Set(previews()).size).toBe(4);
});

test('defect 29: a look-up that fails ends the step there, with its own words', async () => {
  const sha = branched('feature/login');
  // What its deploy step failed on: there is no preview of that name yet.
  expect(ended(await world.step(pullRequest('synchronize', 'feature/login', sha), { ...deploy, ...dags }))).toBe(
    '0 created dags-only',
  );
  world.astro.fault({ operation: 'listDeployments', times: 9, mode: { status: 403, body: refused.body } });
  const result = await world.step(pullRequest('synchronize', 'feature/login', sha), { ...deploy, ...dags });
  expect(result).toMatchObject({ code: 1, annotations: [expect.stringMatching(/^error: .*403/)] });
  expect(writes(result)).toEqual([]);
});

test('defect 30: a preview does not inherit what is expensive or wakes people, and goes without its source', async () => {
  world.astro.change(production, {
    isHighAvailability: true,
    schedulerSize: 'LARGE',
    contactEmails: ['oncall@example.com'],
  });
  const inputs = { ...movedOver(production), ...create, ...dags };
  expect(ended(await world.step(creation('feature/login', branched('feature/login')), inputs))).toBe(
    '0 created dags-only',
  );
  const preview = world.astro.deployments().find(({ id }) => id !== production);
  expect(preview).toMatchObject({
    isDevelopmentMode: true,
    isHighAvailability: false,
    schedulerSize: 'SMALL',
    contactEmails: [],
    scalingSpec: { hibernationSpec: { schedules: [{ hibernateAtCron: '0 20 * * *', isEnabled: true }] } },
  });
  world.astro.remove(production);
  expect(ended(await removed('feature/login'))).toBe('0 deleted none');
});

test('defect 31: connections are there before the code, with their secrets, and managed ones are linked', async () => {
  world.astro.airflow(production).connections.set('snow', { conn_type: 'snowflake', password: 'stored-canary' });
  world.astro.addObject({ objectKey: 'aws', connection: { type: 'aws', login: 'me' } });
  const seen: string[][] = [];
  world.astro.onRequest = ({ operation }) => {
    if (operation !== 'createDeploy') return;
    const preview = world.astro.deployments().find(({ id }) => id !== production);
    seen.push([
      ...world.astro.airflow(preview?.id ?? '').connections.keys(),
      ...Object.keys(world.astro.effective(preview?.id ?? '')),
    ]);
  };
  const sha = branched('feature/login', {
    '.astro/branch-deploy.yaml': 'version: 1\nenvironment-objects:\n  - connection: aws\n    link: [preview]\n',
  });
  const env = { CONN_SNOW_PASSWORD: 'given-canary' };
  const result = await world.step(
    creation('feature/login', sha),
    { ...movedOver(production), ...create, ...dags },
    { env },
  );
  expect(ended(result)).toBe('0 created dags-only');
  expect(seen).toEqual([['snow', 'CONNECTION:aws']]);
  const { connections } = world.astro.airflow(result.outputs['preview-id'] ?? '');
  expect(connections.get('snow')?.password).toBe('given-canary');
});

test('defect 32: what has the name but not the mark is not removed', async () => {
  for (const name of ['login_Prod', 'etl-feature-login-d1368316']) world.astro.addDeployment({ name });
  const result = await removed('feature/login');
  expect(ended(result)).toBe('0 nothing none');
  const named = await world.step(deletion('feature/login'), { ...remove, 'preview-name': 'login_Prod' });
  expect(ended(named)).toBe('0 nothing none');
  expect([...writes(result), ...writes(named)]).toEqual([]);
  expect(previews()).toHaveLength(2);
});
