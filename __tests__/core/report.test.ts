import { describe, expect, test } from '@jest/globals';
import {
  closing,
  headline,
  outputs,
  planned,
  resultOf,
  summary,
  untouched,
  type Outcome,
} from '../../src/core/report.ts';
import type { Plan } from '../../src/core/plan.ts';

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
  plan: [{ step: 'deploy dags-only', deployment: 'etl-feature-x', why: 'DAGs: dags/a.py changed' }],
};

describe('s57 outputs', () => {
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
      plan: '[{"step":"deploy dags-only","deployment":"etl-feature-x","why":"DAGs: dags/a.py changed"}]',
      'preview-id': 'cm1',
    });
  });
  test('defect 23: a long-lived Deployment is no preview; what is not known is not there', () => {
    expect(outputs({ ...untouched, result: 'skipped', why: 'A tag deploys nothing.', deploymentId: 'cm1' })).toEqual({
      'deployment-id': 'cm1', created: 'false', result: 'skipped', 'deploy-type': 'none', reason: 'A tag deploys nothing.', deleted: '[]',
    }); // prettier-ignore
  });
});

test.each([
  [{ created: true, updated: ['name'], deployType: 'dags-only' }, 'created'],
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
    { result: 'deployed', deploymentName: 'p', deployType: 'image-only' },
    'p: image deployed, the DAGs left as they run.',
  ],
  [{ result: 'deleted' }, 'the Deployment was deleted.'],
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
});

describe('the job summary', () => {
  test('of a deploy', () => {
    expect(summary(deployed)).toMatchInlineSnapshot(`
     "### Astro: Deployed

     | | |
     | --- | --- |
     | Deployment | [\`etl-feature-x\`](https://cloud.astronomer.io/cm0/deployments/cm1) |
     | Airflow | [open](https://x.astronomer.run/cm1) |
     | Deployed | dags-only |
     | Why | \`DAGs: dags/a.py changed since 1a2b3c4\` |
     | Commit | \`cccccccccccc\` |

     - **deploy dags-only** \`etl-feature-x\`: \`DAGs: dags/a.py changed\`
     "
    `);
  });
  test('of a failure: what failed, what is left', () => {
    expect(
      summary({
        ...untouched,
        result: 'failed',
        why: 'Astro answered 500',
        left: ['The Deployment p exists.'],
        updated: ['executor'],
        deleted: ['cm9'],
        imageTag: 'deploy-1',
        deploymentName: 'p',
      }),
    ).toMatchInlineSnapshot(`
     "### Astro: Failed

     **What failed:** \`Astro answered 500\`

     **What is left:**
     - \`The Deployment p exists.\`

     | | |
     | --- | --- |
     | Deployment | \`p\` |
     | Configuration | \`executor\` |
     | Why | \`Astro answered 500\` |
     | Image tag | \`deploy-1\` |
     | Removed | \`cm9\` |

     "
    `);
  });
  test('of a run that did nothing', () => {
    expect(summary({ ...untouched, result: 'skipped', why: 'A tag deploys nothing.' })).toMatchInlineSnapshot(`
     "### Astro: Skipped

     | | |
     | --- | --- |
     | Why | \`A tag deploys nothing.\` |

     "
    `);
    expect(summary({ ...untouched, result: 'planned' })).toBe('### Astro: Plan (dry run)\n\n');
    expect(summary({ ...untouched, result: 'failed' })).toContain('**What failed:**');
  });
  test('T-24: hostile names stand in code spans', () => {
    const text = summary({
      ...deployed,
      deploymentName: '`@org/team` | <img src=x>',
      plan: [{ step: 'delete', why: '--> ![x](http://evil)' }],
    });
    expect(text).toContain('`` `@org/team` \\| <img src=x> ``');
    expect(text).toContain('- **delete**: `--> ![x](http://evil)`');
  });
});

test('the plan tells each step with its reason and never a body', () => {
  const deployment = { id: 'cm1', name: 'etl' };
  const plan = {
    deployment,
    steps: [
      { kind: 'create', name: 'p', body: { secret: 's' }, why: 'a' },
      { kind: 'update', deployment, body: { secret: 's' }, fields: ['executor'], why: 'b' },
      { kind: 'wake', deployment, why: 'c' },
      { kind: 'deploy-code', type: 'dags-only', source: {}, why: 'd' },
      { kind: 'delete', deployment, why: 'e' },
    ],
  } as unknown as Plan;
  expect(planned(plan)).toEqual([
    { step: 'create', deployment: 'p', why: 'a' },
    { step: 'update', deployment: 'etl', fields: ['executor'], why: 'b' },
    { step: 'wake', deployment: 'etl', why: 'c' },
    { step: 'deploy dags-only', deployment: 'etl', why: 'd' },
    { step: 'delete', deployment: 'etl', why: 'e' },
  ]);
  expect(planned({ ...plan, steps: [plan.steps[3]], deployment: undefined } as unknown as Plan)).toEqual([
    { step: 'deploy dags-only', why: 'd' },
  ]);
});
