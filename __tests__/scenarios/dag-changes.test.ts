import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pullRequest, push } from '../../sandbox/events.ts';
import { sampleTemplate } from '../../sandbox/project.ts';
import { startWorld, type Told, type World } from './world.ts';

const branch = 'feature/login';
let world: World;
let target: string;
let base: string;
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  await world.end();
});

const dag = (id: string, more = ''): string =>
  `from airflow.sdk import dag, task\n@dag(dag_id='${id}'${more})\ndef work():\n    @task\n    def load(): ...\n`;

/** A world in which `main` runs on etl-prod: two DAGs of one file, and one of its own. */
async function startWith(version: '2.10.4' | '3.1.0'): Promise<void> {
  told = 0;
  world = await startWorld();
  target = world.astro.addDeployment({ name: 'etl-prod', airflowVersion: version }).id;
  base = world.commit('Work on main', {
    'dags/many.py': `${dag('one', ", schedule='@daily'")}${dag('two')}`,
    'dags/old.py': dag('old'),
    'dags/hello.py': dag('hello'),
  });
  const deployed = await world.step(push('main', base), { 'deploy-type': 'dags-only' });
  expect(deployed).toMatchObject({ code: 0, outputs: { 'deploy-type': 'dags-only' } });
}

/** A pull request onto where `main` stood. */
const opened = (sha: string, inputs = {}): Promise<Told> => {
  const event = pullRequest('opened', branch, sha, { baseSha: base });
  const given = {
    comment: 'true',
    'dag-changes': 'true',
    'deploy-type': 'dags-only',
    'verify-dags': 'warn',
    ...inputs,
  };
  return world.step(event, given);
};
const commitOn = (files: Readonly<Record<string, string>>, ...removed: string[]): string => {
  world.project.git('checkout', '--quiet', '-B', branch);
  for (const file of removed) world.project.git('rm', '--quiet', file);
  const sha = world.commit('Work', files);
  const open = { number: 42, branch, commit: sha, state: 'open' } as const;
  world.github.pullRequests.splice(0, world.github.pullRequests.length, open);
  return sha;
};
const changes = ({ outputs }: Told): unknown => JSON.parse(outputs['dag-changes'] ?? 'null');
let told = 0;
/** Requests to Airflow since the last look, without those for import errors. */
const airflowCalls = (): string[] => {
  const calls = world.astro.airflowRequests.slice(told);
  told = world.astro.airflowRequests.length;
  return calls.filter((one) => !one.includes('importErrors'));
};

describe.each(['2.10.4', '3.1.0'] as const)('a target with Airflow %s', (version) => {
  beforeEach(() => startWith(version));

  test('new, changed and removed DAGs, with their tasks, in comment, summary and output', async () => {
    const sha = commitOn(
      {
        'dags/login.py': dag('login', ", schedule='@hourly', tags=['auth']"),
        'dags/hello.py': `${dag('hello', ", tags=['x']")}    @task\n    def audit(): ...\n`,
      },
      'dags/old.py',
    );
    airflowCalls();
    const result = await opened(sha);
    expect(result).toMatchObject({ code: 0, annotations: [] });
    expect(changes(result)).toEqual({
      target: 'etl-prod',
      new: 1,
      changed: 1,
      removed: 1,
      dags: [
        {
          id: 'login',
          change: 'new',
          file: 'login.py',
          schedule: expect.stringMatching(/^(?:@hourly|0 \* \* \* \*)$/),
          taskCount: 1,
        },
        {
          id: 'hello',
          change: 'changed',
          file: 'hello.py',
          tags: { added: ['x'], removed: [] },
          fileChanged: true,
          tasks: { added: ['audit'], removed: [] },
        },
        { id: 'old', change: 'removed', file: 'old.py' },
      ],
    });
    const body = world.github.comments[0]?.body ?? '';
    for (const text of [body, result.summary]) {
      expect(text).toContain('**DAGs compared with etl-prod**: 1 new, 1 changed, 1 removed');
      expect(text).toMatch(/^\| \[login\]\(https:\/\/[^)]*\/dags\/login\?orgId=\w+\) \| 🆕 `\S.*`, 1 task \|$/m);
      expect(text).toContain('✏&#xFE0F; + `audit`; tags + `x` |');
      expect(text).toContain('| old | 🗑&#xFE0F; removed |');
    }
    const asked = airflowCalls();
    expect(asked.filter((one) => one.includes('/tasks'))).toHaveLength(3);
    expect(asked.filter((one) => one.includes('order_by=dag_id'))).toHaveLength(2);
  });

  test('a renamed file and an unchanged branch change nothing; one file with several DAGs changes all of them', async () => {
    const text = dag('hello');
    expect(changes(await opened(commitOn({ 'dags/team/hello.py': text }, 'dags/hello.py')))).toMatchObject({
      new: 0,
      changed: 0,
      removed: 0,
    });
    const many = `${dag('one', ", schedule='@daily'")}${dag('two')}# more\n`;
    expect(changes(await opened(commitOn({ 'dags/many.py': many })))).toMatchObject({
      changed: 2,
      dags: [
        { id: 'one', fileChanged: true },
        { id: 'two', fileChanged: true },
      ],
    });
  });
});

describe('with Airflow 3', () => {
  beforeEach(() => startWith('3.1.0'));

  test('a DAG that its file makes late is looked for once more, a broken one is not removed', async () => {
    const sha = commitOn({ 'dags/many.py': 'import nope # airflow dag\n' });
    let looks = 0;
    world.astro.onRequest = () => {
      for (const { id } of world.astro.deployments().filter((one) => one.id !== target)) {
        const hello = world.astro.airflow(id).dags.get('hello');
        if (hello && looks++ === 0) hello.lateBy = 2;
      }
    };
    const result = await opened(sha);
    expect(changes(result)).toMatchObject({ new: 0, changed: 0, removed: 0 });
    expect(world.github.comments[0]?.body).toContain('live, 1 DAG broken');
  });

  test('a change of the template alone compares too; a run that changes nothing asks no Airflow and leaves the comment', async () => {
    const sha = commitOn({ 'dags/login.py': dag('login') });
    await opened(sha);
    const [before] = world.github.comments.map(({ body }) => body);
    airflowCalls();
    const idle = await opened(sha);
    expect(idle).toMatchObject({ outputs: { result: 'nothing' } });
    expect(idle.outputs).not.toHaveProperty('dag-changes');
    expect(airflowCalls()).toEqual([]);
    expect(world.github.comments.map(({ body }) => body)).toEqual([before]);
    const changed = commitOn({ '.astro/preview.yaml': sampleTemplate.replace('executor: CELERY', 'executor: ASTRO') });
    const result = await opened(changed);
    expect(changes(result)).toMatchObject({ new: 1 });
    expect(result.summary).toContain('| Changed | `executor: CELERY → ASTRO` |');
  });

  test.each<[string, () => void, string]>([
    [
      'hibernates',
      () => {
        world.astro.change(target, { status: 'HIBERNATING' });
      },
      'etl-prod hibernates',
    ],
    ['does not answer', () => (world.astro.airflow(target).up = false), 'Airflow answered 503'],
    [
      'is elsewhere: the token stays here',
      () => {
        world.astro.change(target, { webServerAirflowApiUrl: 'https://evil.example/api/v2' });
      },
      'is not one of Astro',
    ],
  ])('a target that %s is one line, and the run succeeds', async (_, spoil, why) => {
    spoil();
    const result = await opened(commitOn({ 'dags/login.py': dag('login') }));
    expect(result).toMatchObject({ code: 0, annotations: [], outputs: { result: 'created' } });
    expect(changes(result)).toEqual({ target: 'etl-prod', unread: expect.stringContaining(why) });
    expect(world.github.comments[0]?.body).toContain('**DAGs compared with etl-prod**: not known, ');
  });

  test('nothing is compared for pushes to production, with `dag-changes: false`, without waiting, or for another base', async () => {
    const all = { 'dag-changes': 'true', 'deploy-type': 'dags-only' };
    airflowCalls();
    const production = await world.step(push('main', world.commit('More', { 'dags/x.py': dag('x') })), all);
    expect(production).toMatchObject({ outputs: { result: 'deployed' } });
    expect(airflowCalls()).toEqual([]);
    const sha = commitOn({ 'dags/login.py': dag('login') });
    for (const inputs of [{ 'dag-changes': 'false' }, { wait: 'false' }, { 'deployment-name': '' }])
      expect((await opened(sha, { ...inputs, 'verify-dags': 'off' })).outputs).not.toHaveProperty('dag-changes');
  });

  test('a branch cannot choose by its own file whose DAGs are shown [T-12]', async () => {
    const file = '.astro/branch-deploy.yaml';
    const environments = (deployment: string): string => `environments:\n  main: { deployment: ${deployment} }\n`;
    world.astro.addDeployment({ name: 'etl-secret', airflowVersion: '3.1.0' });
    world.github.files.set('main', new Map([[file, environments('etl-prod')]]));
    const sha = commitOn({ 'dags/login.py': dag('login'), [file]: environments('etl-secret') });
    const result = await opened(sha);
    expect(changes(result)).toMatchObject({ target: 'etl-prod', new: 1, removed: 0 });
  });

  test('a broken file on the default branch leaves the comparison out: a branch that repairs it gets its preview', async () => {
    const file = '.astro/branch-deploy.yaml';
    world.github.files.set('main', new Map([[file, 'environments: [']]));
    const sha = commitOn({ [file]: 'environments:\n  main: { deployment: etl-prod }\n' });
    const result = await opened(sha);
    expect(result).toMatchObject({ code: 0, outputs: { result: 'created' } });
    expect(result.outputs).not.toHaveProperty('dag-changes');
  });
});
