import { describe, expect, test } from '@jest/globals';
import type { Plan } from '../../src/core/plan/plan.ts';
import { closing, headline } from '../../src/core/report/closing.ts';
import { deploymentFacts, doneSoFar, outputs, resultOf } from '../../src/core/report/outputs.ts';
import { copied, planned } from '../../src/core/report/planned.ts';
import { untouched, type Outcome } from '../../src/core/plan/outcome.ts';
import { planLines } from '../../src/core/report/plan-lines.ts';

type Deployment = Parameters<typeof deploymentFacts>[0];

const deployed: Outcome = {
  ...untouched,
  result: 'deployed',
  isPreview: true,
  deploymentId: 'cm1',
  deploymentName: 'etl-feature-x',
  deploymentUrl: 'https://cloud.astronomer.io/cm0/deployments/cm1',
  airflowUrl: 'https://x.astronomer.run/cm1',
  deployId: 'cm2',
  deployType: 'dags-only',
  reason: 'DAGs: dags/a.py changed since 1a2b3c4',
  dagTarballVersion: 'v1',
  commitSha: 'c'.repeat(40),
  parts: [{ name: 'ship', milliseconds: 1234 }],
  plan: [
    {
      sign: '+',
      step: 'deploy dags-only',
      ships: 'dags-only',
      deployment: 'etl-feature-x',
      why: 'DAGs: dags/a.py changed',
    },
  ],
};

describe('outputs', () => {
  test('of a deploy to a preview', () => {
    expect(outputs(deployed)).toEqual({
      'deployment-id': 'cm1',
      'deployment-name': 'etl-feature-x',
      'deployment-url': 'https://cloud.astronomer.io/cm0/deployments/cm1',
      'airflow-url': 'https://x.astronomer.run/cm1',
      created: 'false',
      result: 'deployed',
      'deploy-id': 'cm2',
      'deploy-type': 'dags-only',
      reason: 'DAGs: dags/a.py changed since 1a2b3c4',
      'dag-tarball-version': 'v1',
      'commit-sha': 'c'.repeat(40),
      deleted: '[]',
      plan: '[{"sign":"+","step":"deploy dags-only","ships":"dags-only","deployment":"etl-feature-x","why":"DAGs: dags/a.py changed"}]',
      'preview-id': 'cm1',
    });
  });
  test('of a failure: its sentence', () => {
    expect(outputs({ ...deployed, result: 'failed', why: 'Astro answered 500' })).toMatchObject({
      error: 'Astro answered 500',
      reason: 'DAGs: dags/a.py changed since 1a2b3c4',
    });
    expect(outputs({ ...deployed, why: 'no failure' })).not.toHaveProperty('error');
  });
  test('of a Deployment that this run deleted: no links to what is gone', () => {
    const gone: Outcome = { ...deployed, result: 'deleted', deleted: ['cm1'] };
    expect(outputs(gone)).toMatchObject({ 'deployment-id': 'cm1', 'preview-id': 'cm1' });
    expect(Object.keys(outputs(gone)).filter((name) => name.endsWith('-url'))).toEqual([]);
    expect(closing(gone)).toEqual(['Time: ship 1.2 s', 'Result: deleted - etl-feature-x was deleted.']);
  });
  test('defect 23: a long-lived Deployment is no preview; what is not known is not there', () => {
    expect(outputs({ ...untouched, result: 'skipped', why: 'A tag deploys nothing.', deploymentId: 'cm1' })).toEqual({
      'deployment-id': 'cm1', created: 'false', result: 'skipped', 'deploy-type': 'none', reason: 'A tag deploys nothing.', deleted: '[]',
    }); // prettier-ignore
  });
});

test('of DAG runs: how each ended; a failed run fails the step and is told all the same', () => {
  const dagRuns = [
    { dag: 'etl', state: 'success' },
    { dag: 'report', state: 'failed' },
  ];
  expect(outputs({ ...deployed, result: 'failed', dagRuns })).toMatchObject({
    'dag-runs': '[{"dag":"etl","state":"success"},{"dag":"report","state":"failed"}]',
    result: 'failed',
  });
  expect(outputs(deployed)).not.toHaveProperty('dag-runs');
});

test.each([
  [{ created: true, updated: ['name'], deployType: 'dags-only' }, 'created'],
  [{ wrote: '.astro/preview.yaml' }, 'updated'],
  [{ created: true, linked: ['link connection wh'] }, 'created'],
  [{ linked: ['link connection wh'], deployType: 'dags-only' }, 'updated'],
  [{ updated: ['name'], deployType: 'dags-only' }, 'updated'],
  [{ deployType: 'image-only', deleted: ['x'] }, 'deployed'],
  [{ deleted: ['x'] }, 'deleted'],
  [{ created: true, deploymentId: 'x', deleted: ['x'] }, 'deleted'],
  [{ deploymentId: 'y', deployType: 'dags-only', deleted: ['x'] }, 'deployed'],
  [{}, 'nothing'],
] as const)('the result of %j is %s', (more, expected) => {
  expect(resultOf({ ...untouched, ...more })).toBe(expected);
});

test.each([
  [{ result: 'created', deploymentName: 'p', deployType: 'image-and-dags' }, 'p was created: image and DAGs deployed.'],
  [
    { result: 'updated', deploymentName: 'p', updated: ['executor', 'region'] },
    'the configuration of p was changed (executor, region): no code deployed.',
  ],
  [
    { result: 'updated', deploymentName: 'p', updated: ['executor'], linked: ['link connection wh'] },
    'the configuration of p was changed (executor, link connection wh): no code deployed.',
  ],
  [
    { result: 'updated', deploymentName: 'p', linked: ['link connection wh'], deployType: 'dags-only' },
    'p: DAGs deployed; configuration changed (link connection wh).',
  ],
  [
    { result: 'deployed', deploymentName: 'p', deployType: 'image-only' },
    'p: image deployed, the DAGs left as they run.',
  ],
  [
    { result: 'updated', deploymentName: 'p', wrote: '.astro/preview.yaml' },
    'the template of p was written to .astro/preview.yaml.',
  ],
  [{ result: 'deleted' }, 'the Deployment was deleted.'],
  [{ result: 'swept', why: '1 of 2 previews go, 1 stay' }, '1 of 2 previews go, 1 stay'],
  [{ result: 'nothing', reason: 'nothing changed' }, 'nothing changed'],
  [{ result: 'skipped', why: 'a tag' }, 'a tag'],
  [{ result: 'planned' }, 'nothing was done.'],
  [{ result: 'failed', why: 'Astro answered 500' }, 'Astro answered 500'],
] as const)('in one sentence: %j', (more, expected) => {
  expect(headline({ ...untouched, ...more })).toBe(expected);
});

test('the last lines of the log end with the result', () => {
  expect(closing(deployed)).toEqual([
    'Deployment: https://cloud.astronomer.io/cm0/deployments/cm1',
    'Airflow: https://x.astronomer.run/cm1',
    'Time: ship 1.2 s',
    'Result: deployed - etl-feature-x: DAGs deployed.',
  ]);
  expect(closing({ ...untouched, result: 'nothing', why: 'nothing changed' })).toEqual([
    'Result: nothing - nothing changed',
  ]);
  const failed = { ...untouched, result: 'failed', why: 'Astro answered 500' } as const;
  expect(closing(failed)).toEqual(['Result: failed - Astro answered 500']);
  expect(closing({ ...failed, errorShown: true })).toEqual(['Result: failed - see the error above.']);
});

test('the times leave out what took no time that anybody would notice', () => {
  const part = (name: string, milliseconds: number) => ({ name, milliseconds });
  const times = (...parts: Outcome['parts']): string | undefined =>
    closing({ ...deployed, parts }).find((line) => line.startsWith('Time'));
  expect(times(part('wake', 49.9), part('link', 50), part('ship', 1234))).toBe('Time: link 0.1 s, ship 1.2 s');
  expect(times(part('wake', 0), part('link', 12))).toBeUndefined();
});

test('the plan tells each step with its reason and never a body', () => {
  const deployment = { id: 'cm1', name: 'etl' };
  const wanted = { kind: 'connection', key: 'wh' };
  const move = (verbs: string[], deleteSource: boolean, why: string) => ({
    kind: 'move', wanted, source: { fields: [{ name: 'password', value: 's' }] }, verbs, fields: ['password'], deleteSource, why,
  }); // prettier-ignore
  const plan = {
    deployment,
    steps: [
      { kind: 'create', name: 'p', body: { secret: 's' }, why: 'a' },
      { kind: 'update', deployment, body: { secret: 's' }, fields: ['executor'], changes: ['executor: CELERY → ASTRO'], why: 'b' },
      { kind: 'wake', deployment, why: 'c' },
      { kind: 'deploy-code', type: 'dags-only', source: {}, why: 'd' },
      { kind: 'delete', deployment, why: 'e' },
      { kind: 'delete', deployment, unlink: [], why: 'f' },
      { kind: 'delete', deployment, unlink: [{ id: 'o', kind: 'connection', key: 'wh' }], why: 'g' },
      { kind: 'link', wanted: { ...wanted, overrides: [{ name: 'password', value: 's' }] }, verbs: ['link', 'override'], fields: ['password'], why: 'h' },
      { kind: 'copy', from: { id: 'cm7', name: 'prod' }, connections: true, variables: false, pools: true, why: 'i' },
      { kind: 'write-template', path: 'p.yaml', text: 's', why: 'j' },
      { kind: 'unlink-gone', object: { id: 'o', kind: 'connection', key: 'old' }, gone: ['cm8'], why: 'n' },
      move(['create', 'link'], false, 'k'),
      move(['create', 'link'], true, 'l'),
      move([], true, 'm'),
    ],
  } as unknown as Plan; // prettier-ignore
  const object = { deployment: 'etl', object: 'connection:wh', fields: ['password'] };
  expect(planned(plan)).toEqual([
    { sign: '+', step: 'create', deployment: 'p', why: 'a' },
    {
      sign: '~',
      step: 'update',
      deployment: 'etl',
      fields: ['executor'],
      changes: ['executor: CELERY → ASTRO'],
      why: 'b',
    },
    { sign: '~', step: 'wake', deployment: 'etl', why: 'c' },
    { sign: '+', step: 'deploy dags-only', ships: 'dags-only', deployment: 'etl', why: 'd' },
    { sign: '-', step: 'delete', deployment: 'etl', why: 'e' },
    { sign: '-', step: 'delete', deployment: 'etl', why: 'f' },
    { sign: '-', step: 'delete', deployment: 'etl', fields: ['unlink connection:wh'], why: 'g' },
    { sign: '~', step: 'link, override', ...object, why: 'h' },
    { sign: '+', step: 'copy', deployment: 'etl', fields: ['connections', 'pools'], why: 'i' },
    { sign: '+', step: 'write template', deployment: 'etl', why: 'j' },
    { sign: '~', step: 'unlink', deployment: 'etl', object: 'connection:old', why: 'n' },
    { sign: '+', step: 'create, link', ...object, why: 'k' },
    { sign: '+', step: 'create, link, delete the source', ...object, why: 'l' },
    { sign: '~', step: 'delete the source', ...object, why: 'm' },
  ]);
  expect(planLines(planned(plan))).toEqual([
    '+ create p: a',
    '~ executor: CELERY → ASTRO (etl)',
    '~ wake etl: c',
    '+ deploy dags-only etl: d',
    '- delete etl: e',
    '- delete etl: f',
    '- delete etl: g',
    '~ link, override connection:wh (password): h',
    '+ copy etl: i',
    '+ write template etl: j',
    '~ unlink connection:old: n',
    '+ create, link connection:wh (password): k',
    '+ create, link, delete the source connection:wh (password): l',
    '~ delete the source connection:wh (password): m',
    '',
    'Plan: 5 to create, 5 to change, 3 to delete, 1 to deploy.',
  ]);
  expect(planned({ ...plan, steps: [plan.steps[3]], deployment: undefined } as unknown as Plan)).toEqual([
    { sign: '+', step: 'deploy dags-only', ships: 'dags-only', why: 'd' },
  ]);
});

test.each([
  [true, true, true, ['connections', 'variables', 'pools']],
  [false, true, false, ['variables']],
  [false, false, false, []],
])('a copy of connections (%s), variables (%s), pools (%s)', (connections, variables, pools, expected) => {
  expect(copied({ kind: 'copy', from: {} as never, connections, variables, pools, why: '' })).toEqual(expected);
});

test('a plan without steps, and steps without a Deployment', () => {
  expect(planLines([])).toEqual(['Plan: nothing to do.']);
  expect(planLines([{ sign: '~', step: 'update', changes: ['executor'], why: 'x' }])[0]).toBe(
    '~ executor (the Deployment)',
  );
  expect(planLines([{ sign: '~', step: 'update', deployment: 'p', changes: [], why: 'x' }])[0]).toBe('~ update p: x');
  expect(planLines([{ sign: '+', step: 'link', object: 'connection:x', fields: [], why: 'y' }])[0]).toBe(
    '+ link connection:x: y',
  );
});

test.each([
  ['abc.astronomer.run/x', 'https://abc.astronomer.run/x'],
  [undefined, undefined],
])('a Deployment whose Airflow is at %s', (webServerUrl, airflow) => {
  const deployment = { id: 'cm1', name: 'etl', workspaceId: 'cm0', webServerUrl } as unknown as Deployment;
  const facts = deploymentFacts(deployment, new URL('https://api.astronomer.io/v1'));
  expect(facts).toMatchObject({ deploymentId: 'cm1', deploymentName: 'etl', deploymentUrl: expect.any(String) });
  expect(facts.airflowUrl).toBe(airflow);
});

test.each([
  [{}, ''],
  [{ created: true, deploymentName: 'etl' }, 'etl was created and is kept.'],
  [{ updated: ['executor'], deploymentName: 'etl', left: ['More.'] }, 'The configuration of etl was changed. More.'],
  [{ updated: ['executor'] }, 'The configuration of  was changed.'],
] as const)('what was done before the time was used up: %j', (more, expected) => {
  expect(doneSoFar({ ...untouched, ...more })).toBe(expected);
});
