import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { marked } from 'marked';
import { comment, commentMarker } from '../../src/core/report/comment.ts';
import { summary } from '../../src/core/report/summary.ts';
import { commentTitle, plainTitle, summaryTitle, type PreviewState } from '../../src/core/report/title.ts';
import { viewOf } from '../../src/core/report/view.ts';
import type { SweepRow } from '../../src/core/sweep/decide-sweep.ts';
import { untouched, type Outcome } from '../../src/core/plan/outcome.ts';

const head = '1a2b3c4'.padEnd(40, '0');
const before = '9f8e7d6'.padEnd(40, '0');
const runUrl = 'https://github.com/acme/etl/actions/runs/9';
const view = viewOf({ runUrl }, '.', new Date('2026-11-27T13:44:10Z'));

const live: Outcome = {
  ...untouched,
  result: 'created',
  created: true,
  isPreview: true,
  branch: { branch: 'feature/x', pullRequest: 42 },
  deploymentId: 'cm1',
  deploymentName: 'etl-feature-x',
  deploymentUrl: 'https://cloud.astronomer.io/cm0/deployments/cm1',
  airflowUrl: 'https://x.astronomer.run/cm1?orgId=o1',
  deployType: 'image-and-dags',
  reason: 'image and DAGs: first deploy',
  code: { commit: { id: head, subject: 'Add login DAG', mergedWith: 'main' }, isFirst: true, brief: 'first deploy' },
  sleeps: '20:00–07:00 UTC, wakes on push',
  expires: '2026-11-30',
  milliseconds: 252_000,
  dagChanges: {
    target: 'etl-prod',
    dags: [
      { id: 'login', change: 'new', file: 'login.py', schedule: '@daily', taskCount: 4 },
      {
        id: 'etl_daily',
        change: 'changed',
        file: 'etl.py',
        schedule: '@hourly',
        scheduleBefore: '0 2 * * *',
        fileChanged: true,
        tasks: { added: ['audit'], removed: ['old_load'] },
      },
    ],
  },
  objects: [{ object: 'connection snowflake', state: 'linked', overrides: ['schema', 'extra.database'] }],
  settings: {
    target: 'etl-prod',
    differ: [
      'scheduler_size: MEDIUM → SMALL',
      'executor: ASTRO → CELERY',
      'worker_queues: default A5 1–9 → default A5 0–5',
    ],
  },
};
const dagsOnly: Outcome = {
  ...live,
  result: 'deployed',
  created: false,
  deployType: 'dags-only',
  milliseconds: 9_000,
  code: {
    commit: { id: head, subject: 'Add login DAG' },
    image: before,
    dags: 'c'.repeat(40),
    isFirst: false,
    brief: 'dags/login.py changed',
  },
};
/** A copy without some optional members. */
const without = (outcome: Outcome, ...names: (keyof Outcome)[]): Outcome =>
  Object.fromEntries(
    Object.entries(outcome).filter(([name]) => !names.includes(name as keyof Outcome)),
  ) as unknown as Outcome;

const marker = commentMarker(7, '.');
const told = (outcome: Outcome, state: PreviewState, more = {}): string =>
  comment(outcome, { ...view, marker, state, ...more });
const rowOf = (markdown: string, title: string): string | undefined =>
  markdown
    .split('\n')
    .find((line) => line.startsWith(`| ${title} |`))
    ?.slice(title.length + 5, -2);
const titleOf = (markdown: string): string | undefined => markdown.split('\n').find((line) => line.startsWith('### '));
const states: readonly PreviewState[] = ['in progress', 'live', 'failed', 'removed', 'missing', 'planned'];

describe('the comment', () => {
  test('while a preview is created', () => {
    const planned = without(live, 'deploymentId', 'deploymentUrl', 'airflowUrl');
    const plan = [{ sign: '+', step: 'deploy', ships: 'image-and-dags', why: 'first deploy' }] as const;
    expect(told({ ...planned, result: 'planned', deployType: 'none', plan }, 'in progress')).toMatchInlineSnapshot(`
     "<!-- astro-branch-deploy repo=7 project=. -->
     ### ⏳ Astro preview: creating

     [1a2b3c4](https://github.com/acme/etl/commit/1a2b3c4000000000000000000000000000000000) "Add login DAG", merged with \`main\` · [log](https://github.com/acme/etl/actions/runs/9) · a first start takes some minutes

     - [ ] Deployment · [ ] image · [ ] DAGs live

     <sub>Updated 2026-11-27 13:44 UTC</sub>"
    `);
  });
  test.each([
    ['image-only', '- [x] Deployment · [ ] image'],
    ['dags-only', '- [x] Deployment · [ ] DAGs live'],
    [undefined, '- [x] Deployment · [ ] configuration'],
  ])('while a preview is updated: %s', (ships, list) => {
    const plan = [{ sign: '+', step: 'x', ...(ships !== undefined && { ships }), why: 'y' }] as const;
    const text = told({ ...live, deployType: 'none', plan }, 'in progress');
    expect(titleOf(text)).toBe('### ⏳ Astro preview: updating');
    expect(text.split('\n')).toContain(list);
    expect(text).not.toContain('first start');
  });
  test('of a live preview', () => {
    expect(told(live, 'live')).toMatchInlineSnapshot(`
     "<!-- astro-branch-deploy repo=7 project=. -->
     ### ✅ Astro preview: live

     **[Open Airflow](https://x.astronomer.run/cm1?orgId=o1)** · [Astro](https://cloud.astronomer.io/cm0/deployments/cm1) · [Logs](https://cloud.astronomer.io/cm0/deployments/cm1/logs) · [Run](https://github.com/acme/etl/actions/runs/9)

     | | |
     | --- | --- |
     | Runs | [1a2b3c4](https://github.com/acme/etl/commit/1a2b3c4000000000000000000000000000000000) "Add login DAG", merged with \`main\` |
     | Deployed | image and DAGs (first deploy), 4 min 12 s |
     | Sleeps | 20:00–07:00 UTC, wakes on push |
     | Expires | 2026-11-30, or when this pull request closes |

     **DAGs compared with etl-prod**: 1 new, 1 changed, 0 removed

     | DAG |  |
     | --- | --- |
     | [login](https://x.astronomer.run/cm1/dags/login?orgId=o1) | 🆕 \`@daily\`, 4 tasks |
     | [etl\\_daily](https://x.astronomer.run/cm1/dags/etl_daily?orgId=o1) | ✏&#xFE0F; schedule \`0 2 * * *\` → \`@hourly\`; + \`audit\`, − \`old_load\` |

     <details><summary>1 connection linked (2 fields overridden), 3 settings differ from etl-prod</summary>

     - \`connection snowflake\` (\`schema\`, \`extra.database\`)
     - \`scheduler_size: MEDIUM → SMALL\`
     - \`executor: ASTRO → CELERY\`
     - \`worker_queues: default A5 1–9 → default A5 0–5\`

     </details>

     <sub>Updated 2026-11-27 13:44 UTC</sub>"
    `);
  });
  test('after a DAG-only deploy', () => {
    expect(rowOf(told(dagsOnly, 'live'), 'Deployed')).toBe(
      `DAGs only, 9 s: dags/login.py changed. Image still from [9f8e7d6](https://github.com/acme/etl/commit/${before})`,
    );
  });
  test('after an image-only deploy, a dbt deploy, and one of an unknown checkout', () => {
    expect(rowOf(told({ ...dagsOnly, deployType: 'image-only' }, 'live'), 'Deployed')).toContain(
      '. DAGs still from [ccccccc](',
    );
    expect(rowOf(told({ ...dagsOnly, deployType: 'dbt' }, 'live'), 'Deployed')).toBe(
      'dbt project, 9 s: dags/login.py changed',
    );
    const unknown = without(dagsOnly, 'code', 'milliseconds');
    expect(rowOf(told(unknown, 'live'), 'Deployed')).toBe('DAGs only: image and DAGs: first deploy');
    const silent = without(unknown, 'reason');
    expect(rowOf(told(silent, 'live'), 'Deployed')).toBe('DAGs only');
    expect(rowOf(told({ ...dagsOnly, code: { isFirst: false, brief: 'x' } }, 'live'), 'Runs')).toBeUndefined();
  });
  test('after a change of the template only: what runs stays, and the settings are named', () => {
    const changed: Outcome = {
      ...dagsOnly,
      result: 'updated',
      deployType: 'none',
      updated: ['scheduler_size: SMALL → MEDIUM'],
    };
    const text = told(changed, 'live');
    expect(rowOf(text, 'Runs')).toBe(`[ccccccc](https://github.com/acme/etl/commit/${'c'.repeat(40)})`);
    expect(rowOf(text, 'Changed')).toBe('`scheduler_size: SMALL → MEDIUM`');
    expect(rowOf(text, 'Deployed')).toBeUndefined();
    expect(titleOf(summary(changed, view))).toBe('### ✅ Astro preview: configuration changed');
  });
  test('of a preview with broken DAGs', () => {
    const importErrors = [
      { file: 'dags/a b.py', line: 3, message: "ModuleNotFoundError: No module named 'nope'" },
      ...Array.from({ length: 10 }, (_, index) => ({ file: `dags/b${String(index)}.py`, message: 'Timeout' })),
    ];
    const text = told({ ...live, importErrors }, 'live');
    expect(titleOf(text)).toBe('### ⚠&#xFE0F; Astro preview: live, 11 DAGs broken');
    expect(titleOf(told({ ...live, importErrors: importErrors.slice(0, 1) }, 'live'))).toMatch(/live, 1 DAG broken$/);
    expect(text).toContain(
      [
        '<details><summary>dags/a b.py:3</summary>',
        '',
        `[dags/a b.py:3](https://github.com/acme/etl/blob/${head}/dags/a%20b.py#L3) ModuleNotFoundError: No module named 'nope'`,
        '',
        '</details>',
      ].join('\n'),
    );
    expect(text).toContain(`[dags/b8.py](https://github.com/acme/etl/blob/${head}/dags/b8.py) Timeout`);
    expect(text).toContain('1 more import error: see Airflow.');
    const unknown = without(live, 'code');
    expect(told({ ...unknown, importErrors }, 'live')).toContain('\ndags/a b.py:3 ModuleNotFoundError');
  });
  test('of a failed deploy', () => {
    const lines = Array.from({ length: 25 }, (_, index) => `#${String(index)} RUN pip install`);
    const failed: Outcome = {
      ...dagsOnly,
      result: 'failed',
      deployType: 'none',
      why: '`docker build` failed (exit code 1). The image was not built. Its last lines: …',
      output: {
        sentence: '`docker build` failed (exit code 1). The image was not built: correct the Dockerfile.',
        lines,
      },
      left: ['The Deployment exists.'],
    };
    expect(told(failed, 'failed')).toMatchInlineSnapshot(`
     "<!-- astro-branch-deploy repo=7 project=. -->
     ### ❌ Astro preview: deploy failed

     **\`docker build\` failed (exit code 1).** The image was not built: correct the Dockerfile.

     The preview still runs [ccccccc](https://github.com/acme/etl/commit/cccccccccccccccccccccccccccccccccccccccc).

     - The Deployment exists.

     <details><summary>Last 20 lines of the output</summary>

     \`\`\`text
     #5 RUN pip install
     #6 RUN pip install
     #7 RUN pip install
     #8 RUN pip install
     #9 RUN pip install
     #10 RUN pip install
     #11 RUN pip install
     #12 RUN pip install
     #13 RUN pip install
     #14 RUN pip install
     #15 RUN pip install
     #16 RUN pip install
     #17 RUN pip install
     #18 RUN pip install
     #19 RUN pip install
     #20 RUN pip install
     #21 RUN pip install
     #22 RUN pip install
     #23 RUN pip install
     #24 RUN pip install
     \`\`\`

     </details>

     **[Open Airflow](https://x.astronomer.run/cm1?orgId=o1)** · [Astro](https://cloud.astronomer.io/cm0/deployments/cm1) · [Logs](https://cloud.astronomer.io/cm0/deployments/cm1/logs) · [Re-run](https://github.com/acme/etl/actions/runs/9)

     <sub>Updated 2026-11-27 13:44 UTC</sub>"
    `);
    expect(told({ ...untouched, result: 'failed' }, 'failed')).toContain('**The run failed.**');
    expect(told({ ...failed, isPreview: false }, 'failed')).toContain('The Deployment still runs');
  });
  test.each([
    ['Reopen the pull request for a new preview.', {}],
    ['Add the label again for a new preview.', { again: 'Add the label again for a new preview.' }],
  ])('of a preview that is removed: %s', (again, more) => {
    const outcome: Outcome = {
      ...live,
      result: 'deleted',
      deleted: ['cm1'],
      why: 'the pull request of feature/x was closed',
    };
    expect(told(outcome, 'removed', more)).toBe(
      `${marker}\n### 🗑&#xFE0F; Astro preview: removed\n\nThe pull request of feature/x was closed, 2026-11-27 13:44 UTC. ${again}\n\n<sub>Updated 2026-11-27 13:44 UTC</sub>`,
    );
  });
  test('without a reason and without a clock', () => {
    const timeless = { now: new Date('never') };
    expect(told(untouched as Outcome, 'removed', timeless)).toBe(
      `${marker}\n### 🗑&#xFE0F; Astro preview: removed\n\nThe branch has no preview any more. Reopen the pull request for a new preview.\n`,
    );
    expect(told(untouched as Outcome, 'missing')).toContain('A push to the branch creates it.');
    expect(told({ ...live, why: 'its push makes it.' }, 'missing')).toContain('Its push makes it.\n');
    expect(told({ ...untouched, result: 'planned' }, 'in progress')).toContain(`[log](${runUrl}) · a first start`);
    expect(told({ ...live, plan: [], code: { isFirst: true, brief: 'x' } }, 'in progress', { runUrl: '' })).toContain(
      '\n\n- [x]',
    );
  });
  test('of the plan of a dry run', () => {
    const plan = [
      { sign: '+', step: 'create', deployment: 'etl-x', why: 'there is none' },
      { sign: '-', step: 'delete', deployment: 'etl-y', why: 'it is a duplicate' },
    ] as const;
    const planned: Outcome = { ...untouched, result: 'planned', isPreview: true, plan };
    expect(told(planned, 'planned')).toMatchInlineSnapshot(`
     "<!-- astro-branch-deploy repo=7 project=. -->
     ### 📋 Astro preview: plan

     \`\`\`diff
     + create etl-x: there is none
     - delete etl-y: it is a duplicate

     Plan: 1 to create, 0 to change, 1 to delete, 0 to deploy.
     \`\`\`

     [Run](https://github.com/acme/etl/actions/runs/9)

     <sub>Updated 2026-11-27 13:44 UTC</sub>"
    `);
    const failing = told({ ...planned, result: 'failed', why: 'The real run would fail: no room.' }, 'planned');
    expect(titleOf(failing)).toBe('### 📋 Astro preview: plan failed');
    expect(failing).toContain('**The real run would fail: no room.**');
  });
  test('of a project that is not the whole repository', () => {
    expect(titleOf(told(live, 'live', { project: 'sales/`x`' }))).toBe('### ✅ Astro preview ``(sales/`x`)``: live');
  });
  test('of a branch without a pull request, and of a day that is not known', () => {
    expect(rowOf(told({ ...live, branch: { branch: 'x' } }, 'live'), 'Expires')).toBe(
      '2026-11-30, or when its branch is deleted',
    );
    const forever = without(live, 'expires');
    expect(rowOf(told(forever, 'live'), 'Expires')).toBeUndefined();
  });
});

describe('DAG changes', () => {
  const section = (dagChanges: NonNullable<Outcome['dagChanges']>, more = {}): string =>
    told({ ...live, dagChanges, ...more }, 'live');
  test.each([
    [{ id: 'a', change: 'removed', file: 'a.py' }, '| a | 🗑&#xFE0F; removed |'],
    [
      { id: 'a', change: 'new', file: 'a.py' },
      '| [a](https://x.astronomer.run/cm1/dags/a?orgId=o1) | 🆕 no schedule |',
    ],
    [
      { id: 'a b', change: 'changed', file: 'a.py', fileChanged: true },
      '| [a b](https://x.astronomer.run/cm1/dags/a%20b?orgId=o1) | ✏&#xFE0F; code of `a.py` |',
    ],
    [
      { id: 'a', change: 'changed', file: 'a.py', scheduleBefore: '', schedule: '@daily' },
      '| [a](https://x.astronomer.run/cm1/dags/a?orgId=o1) | ✏&#xFE0F; schedule no schedule → `@daily` |',
    ],
    [
      {
        id: 'a',
        change: 'changed',
        file: 'a.py',
        tags: { added: ['x'], removed: [] },
        owners: { added: [], removed: ['ann'] },
      },
      '| [a](https://x.astronomer.run/cm1/dags/a?orgId=o1) | ✏&#xFE0F; tags + `x`; owners − `ann` |',
    ],
  ] as const)('%j', (dag, row) => {
    expect(section({ target: 'etl-prod', dags: [dag] }).split('\n')).toContain(row);
  });
  test('the first 50 are listed, the others counted; of many tasks ten are named', () => {
    const tasks = { added: Array.from({ length: 12 }, (_, index) => `t${String(index)}`), removed: [] };
    const dags = Array.from(
      { length: 51 },
      (_, index) => ({ id: `d${String(index)}`, change: 'changed', file: 'd.py', tasks }) as const,
    );
    const text = section({ target: 'etl-prod', dags });
    expect(text.match(/✏/g)).toHaveLength(50);
    expect(text).toContain('0 new, 51 changed, 0 removed');
    expect(text).toContain('\nand 1 more DAG\n');
    expect(text).toContain('+ `t9`, 2 more |');
  });
  test('nothing changed, and nothing could be read', () => {
    expect(section({ target: 'etl-prod', dags: [] })).toContain(
      '**DAGs compared with etl-prod**: 0 new, 0 changed, 0 removed\n\n<details>',
    );
    expect(section({ target: 'etl-prod', dags: [], unread: 'etl-prod hibernates' })).toContain(
      '**DAGs compared with etl-prod**: not known, etl-prod hibernates',
    );
  });
  test('without an Airflow that can be linked', () => {
    expect(
      section({ target: 'p', dags: [{ id: 'a', change: 'new', file: 'a.py' }] }, { airflowUrl: 'javascript:x' }),
    ).toContain('| a | 🆕');
    const nowhere = without(live, 'airflowUrl');
    expect(
      told({ ...nowhere, dagChanges: { target: 'p', dags: [{ id: 'a', change: 'new', file: 'a.py' }] } }, 'live'),
    ).toContain('| a | 🆕');
  });
});

describe('objects and settings', () => {
  const folded = (more: Partial<Outcome>): string[] =>
    told({ ...live, settings: { target: 'etl-prod', differ: [] }, objects: [], ...more }, 'live')
      .split('\n')
      .filter((line) => line.startsWith('<details>') || line.startsWith('- '));
  test.each<[Partial<Outcome>, string[]]>([
    [{}, []],
    [
      {
        objects: [
          { object: 'connection a', state: 'linked', overrides: [] },
          { object: 'connection b', state: 'excluded', overrides: [] },
        ],
      },
      [
        '<details><summary>1 connection linked, 1 connection excluded</summary>',
        '- `connection a`',
        '- `connection b` excluded',
      ],
    ],
    [
      { objects: [{ object: 'airflow variable a', state: 'present', overrides: ['value'] }] },
      ['<details><summary>1 object present (1 field overridden)</summary>', '- `airflow variable a` present (`value`)'],
    ],
    [
      { settings: { target: 'a<b', differ: ['executor: A → B'] } },
      ['<details><summary>1 setting differs from a&lt;b</summary>', '- `executor: A → B`'],
    ],
  ])('%j', (more, lines) => {
    expect(folded(more)).toEqual(lines);
  });
  test('none of a page without a Deployment or without a comparison', () => {
    expect(told(without(live, 'deploymentId'), 'live')).not.toContain('<details>');
    expect(told(without(live, 'settings'), 'live')).toContain(
      '<details><summary>1 connection linked (2 fields overridden)</summary>',
    );
  });
  test('a name in the folded title is text', () => {
    const target = '@org/x #1 `a` https://b "q" $m$';
    expect(folded({ settings: { target, differ: ['x'] } })[0]).toBe(
      '<details><summary>1 setting differs from @&#8203;org/x #&#8203;1 `a` https:&#8203;//b &quot;q&quot; $m$</summary>',
    );
  });
  test('fifty are listed', () => {
    const objects = Array.from({ length: 55 }, (_, index) => ({
      object: `connection c${String(index)}`,
      state: 'linked' as const,
      overrides: [],
    }));
    expect(folded({ objects }).at(-1)).toBe('- 5 more');
  });
});

const sweepRow = (branch: string, why: string, name = 'p', project = '.'): SweepRow => ({
  deployment: { id: 'cm1', name, description: '', status: 'HEALTHY', createdAt: '' },
  ref: `refs/heads/${branch}`,
  branch,
  project,
  ageMs: 60_000,
  verdict: 'remove',
  why,
});

describe('the job summary', () => {
  const production: Outcome = { ...dagsOnly, isPreview: false, deploymentName: 'etl-prod' };
  test.each<[Outcome, string]>([
    [live, '✅ Astro preview: live'],
    [{ ...live, deployType: 'none' }, '✅ Astro preview: live'],
    [dagsOnly, '✅ Astro preview: live'],
    [{ ...dagsOnly, result: 'nothing', deployType: 'none' }, '✅ Astro preview: live, nothing to deploy'],
    [{ ...untouched, result: 'nothing', isPreview: true }, '✅ Astro preview: nothing to do'],
    [{ ...live, result: 'deleted', deleted: ['cm1'] }, '🗑&#xFE0F; Astro preview: removed'],
    [{ ...live, result: 'deleted', deployType: 'none', deleted: ['cm2'] }, '🗑&#xFE0F; Astro preview: removed'],
    [{ ...live, result: 'failed' }, '❌ Astro preview: deploy failed'],
    [production, '✅ Astro: deployed to `etl-prod`'],
    [{ ...production, result: 'updated', linked: ['link connection wh'] }, '✅ Astro: deployed to `etl-prod`'],
    [
      { ...production, importErrors: [{ file: 'a', message: 'b' }] },
      '⚠&#xFE0F; Astro: deployed to `etl-prod`, 1 DAG broken',
    ],
    [{ ...production, result: 'updated', deployType: 'none' }, '✅ Astro: configuration changed'],
    [{ ...production, result: 'updated', deployType: 'none', moves: true }, '✅ Astro: moved'],
    [{ ...production, result: 'updated', deployType: 'none', wrote: 'x.yaml' }, '✅ Astro: template written'],
    [{ ...untouched, result: 'deployed', deployType: 'dags-only' }, '✅ Astro: deployed to `the Deployment`'],
    [{ ...untouched, result: 'swept' }, '🧹 Astro: swept'],
    [{ ...untouched, result: 'skipped' }, '⏭&#xFE0F; Astro: skipped'],
    [{ ...untouched, result: 'planned' }, '📋 Astro: plan, nothing was changed'],
    [{ ...untouched, result: 'failed' }, '❌ Astro: failed'],
  ])('its title (%#)', (outcome, title) => {
    expect(titleOf(summary(outcome, view))).toBe(`### ${title}`);
  });
  test('has the content of the comment', () => {
    const lines = (text: string): string[] => text.trimEnd().split('\n').slice(1);
    expect(lines(summary(live, view))).toEqual(lines(told(live, 'live')).slice(1));
  });
  test('says why nothing was deployed', () => {
    const idle: Outcome = {
      ...dagsOnly,
      result: 'nothing',
      deployType: 'none',
      reason: 'nothing changed since 9f8e7d6',
    };
    expect(rowOf(summary(idle, view), 'Not deployed')).toBe('nothing changed since 9f8e7d6');
    expect(rowOf(summary({ ...untouched, result: 'skipped', why: 'A tag deploys nothing.' }, view), 'Why')).toBe(
      'A tag deploys nothing.',
    );
  });
  test('of a template, moved objects, tests and runs of DAGs', () => {
    const text = summary(
      {
        ...production,
        wrote: '.astro/preview.yaml',
        moves: true,
        linked: ['create, link connection wh'],
        tests: [{ what: 'parse', passed: 2, failed: 0, skipped: 0 }],
        dagRuns: [{ dag: 'etl', state: 'success' }],
        deleted: ['cm9'],
      },
      view,
    );
    expect(rowOf(text, 'Written')).toBe('`.astro/preview.yaml`');
    expect(rowOf(text, 'Moved')).toBe('`create, link connection wh`');
    expect(rowOf(text, 'Tests')).toBe('`parse` 2 passed');
    expect(rowOf(text, 'DAG runs')).toBe('`etl` `success`');
    expect(rowOf(text, 'Removed')).toBe('`cm9`');
  });
  test('lists twenty of a kind and counts the others', () => {
    const updated = Array.from({ length: 25 }, (_, index) => `field${String(index)}`);
    expect(rowOf(summary({ ...live, updated }, view), 'Changed')).toMatch(/`field19`, and 5 more$/);
  });
  test('of a sweep: each preview and why; of one without previews no table', () => {
    const swept: Outcome = {
      ...untouched,
      result: 'swept',
      why: '1 of 1 previews go, 0 stay',
      sweep: [sweepRow('feature/x', 'the branch is gone')],
    };
    expect(summary(swept, view).split('\n')).toEqual(
      expect.arrayContaining([
        '| `p` | `feature/x` | 1 min | not known | **remove**: `the branch is gone` |',
        '1 of 1 previews go, 0 stay',
      ]),
    );
    expect(summary({ ...swept, sweep: [] }, view)).not.toContain('| Preview |');
    expect(summary({ ...untouched, result: 'swept' }, view)).not.toContain('previews');
  });
  test('of a plan: only that', () => {
    const plan = [{ sign: '+', step: 'create', why: 'a' }] as const;
    for (const outcome of [
      { ...live, result: 'planned', plan } as const,
      { ...live, result: 'failed', isPlan: true, plan } as const,
    ]) {
      expect(summary(outcome, view)).toContain(
        '```diff\n+ create: a\n\nPlan: 1 to create, 0 to change, 0 to delete, 0 to deploy.\n```',
      );
      expect(rowOf(summary(outcome, view), 'Runs')).toBeUndefined();
    }
  });
});

test('titles as plain text', () => {
  expect(plainTitle(commentTitle(live, 'removed', 'sales'))).toBe('🗑 Astro preview (sales): removed');
  expect(plainTitle(commentTitle(live, 'live', '.'))).toBe('✅ Astro preview: live');
  expect(plainTitle(summaryTitle({ ...dagsOnly, isPreview: false, deploymentName: 'etl-prod' }, '.'))).toBe(
    '✅ Astro: deployed to etl-prod',
  );
});

describe('the marker', () => {
  test('tells projects apart', () => {
    expect(commentMarker(7, '.')).toBe('<!-- astro-branch-deploy repo=7 project=. -->');
    expect(commentMarker(7, 'data-etl/a b')).toBe('<!-- astro-branch-deploy repo=7 project=data%2Detl%2Fa%20b -->');
    const project = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(project, project, (a, b) => {
        expect(commentMarker(7, a) === commentMarker(7, b)).toBe(a === b);
      }),
    );
  });
  test('nothing ends it early or makes two lines of it [T-24]', () => {
    const project = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('-->', '--!>', '\n', '--', '\ud800', '- ->\r<img src=x>'),
    );
    fc.assert(
      fc.property(project, (text) => {
        expect(commentMarker(7, text)).toMatch(/^<!-- astro-branch-deploy repo=7 project=[\w.~!*'()%]* -->$/);
      }),
    );
  });
});

/** What GitHub makes of our Markdown, as far as marked reads it the same way. */
const rendered = (markdown: string): string =>
  // A pipe after a backslash belongs to its cell, whatever is before it (cmark-gfm, ext_scanners.re); marked counts them.
  marked.parse(markdown.replace(/\\{2,}\|/g, '\\|'), { gfm: true, async: false });

const tags = ['h3', 'p', 'strong', 'a', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'code', 'pre', 'ul', 'li', 'input', 'details', 'summary', 'sub', 'br']; // prettier-ignore

/** Throws where text from outside got out: a tag or an address that is not ours, a mention, a reference. */
function readStrictly(markdown: string): void {
  const page = rendered(markdown);
  const visible = page.replace(/<code[^>]*>[\s\S]*?<\/code>/g, '').replace(/<!--[^>]*-->/g, '');
  for (const [tag, name = '', more = ''] of page.matchAll(/<\/?([a-zA-Z][a-zA-Z0-9]*)([^>]*)>/g)) {
    if (!tags.includes(name)) throw new Error(`a tag of its own: ${tag}`);
    if (
      !/^(?: href="https:\/\/[^"]*"| class="language-(?:text|diff)"| (?:un)?checked=""| disabled=""| type="checkbox")*$/.test(
        more,
      )
    )
      throw new Error(`an attribute of its own: ${tag}`);
  }
  for (const [, text = ''] of page.matchAll(/<a [^>]*>([\s\S]*?)<\/a>/g))
    if (/:\/\/|www\./.test(text.replace(/<code>.*?<\/code>/g, '')))
      throw new Error(`an address that links itself: ${text}`);
  const words = visible.replace(/<[^>]*>/g, ' ').replaceAll('&amp;', '&');
  if (/@(?![\u200b]|&#8203;)\w|(?<![&\w])#\d|GH-\d/.test(words)) throw new Error(`a mention or reference: ${words}`);
}

describe('text from outside is shown and never read as Markdown [T-24]', () => {
  const pieces = ['@org/team', '![x](http://b.example/p.png)', '[x](javascript:y)', '<img src=x onerror=y>', '</td>', '</details>', '-->', '<!--', '|', '\\|', '\\', '`', '``', '```', '````', '~~~', '\n', '\r\n', '\u2028', '\n\n# ', '\n- ', '\n| a | b |', '\t', ' ', '&lt;', '&#64;', '*', '**', '__', '[', ']', '(', ')', 'https://b.example', 'www.b.example', '#1', 'GH-1', '$x$', '1. x', '- x', '= x', '\u202e', '\u200b', '\u0000', '\ud800', '::error::', '##[x]', 'EVIL']; // prettier-ignore
  const hostile = fc
    .array(fc.constantFrom(...pieces), { maxLength: 12 })
    .map((parts) => `${parts.slice(0, 6).join('')}x${parts.slice(6).join('')}`);
  const url = fc.oneof(
    hostile.map((text) => `https://cloud.example/${text}?${text}#${text}`),
    hostile.map((text) => `https://${text}.example/`),
    hostile,
  );
  const outcomes = fc
    .record({
      text: hostile,
      other: hostile,
      url,
      result: fc.constantFrom('deployed', 'failed', 'swept', 'nothing', 'planned'),
    })
    .map(({ text, other, url, result }): { outcome: Outcome; text: string; url: string } => ({
      text,
      url,
      outcome: {
        ...untouched,
        result: result,
        deployType: result === 'deployed' ? 'dags-only' : 'none',
        why: text,
        reason: other,
        isPreview: false,
        deploymentId: 'cm1',
        deploymentName: text,
        deploymentUrl: url,
        airflowUrl: url,
        updated: [text],
        linked: [text, other],
        deleted: [text],
        commitSha: text,
        code: {
          commit: { id: text, subject: other, mergedWith: text },
          image: other,
          dags: text,
          isFirst: false,
          brief: text,
        },
        settings: { target: text, differ: [other] },
        dagChanges: {
          target: other,
          dags: [
            { id: text, change: 'new', file: other, schedule: other },
            { id: other, change: 'changed', file: text, tags: { added: [text], removed: [other] } },
            { id: text, change: 'changed', file: text },
            { id: other, change: 'removed', file: text },
          ],
        },
        output: { sentence: `${text}. ${other}`, lines: [text, other] },
        expires: text,
        objects: [{ object: text, state: 'excluded', overrides: [other, text] }],
        importErrors: [
          { file: text, line: 1, message: other },
          { file: other, message: text },
        ],
        dagRuns: [{ dag: text, state: other }],
        left: [text, other],
        sweep: [sweepRow(text, other, text, other)],
        plan: [
          { sign: '~', step: 'link', object: text, fields: [other], why: text },
          { sign: '-', step: 'delete', deployment: text, why: other },
          { sign: '~', step: 'update', deployment: text, changes: [text], why: other },
        ],
      },
    }));

  test('in the summary', () => {
    fc.assert(
      fc.property(outcomes, ({ outcome, text }) => {
        readStrictly(summary(outcome, { ...view, project: text }));
        readStrictly(summary({ ...outcome, dagChanges: { target: text, dags: [], unread: text } }, view));
      }),
    );
  });
  test.each(states)('in the comment of a preview that is %s', (state) => {
    fc.assert(
      fc.property(outcomes, ({ outcome, text, url }) => {
        const markdown = told(outcome, state, { project: text, runUrl: url });
        expect(markdown.split('\n')[0]).toBe(marker);
        expect(markdown.match(/^### /gm)).toHaveLength(1);
        readStrictly(markdown);
      }),
    );
  });

  test.each([
    ['a mention', 'by @org/team'],
    ['a reference', 'see #1'],
    ['an image', '![`x`](https://b.example/x)'],
    ['HTML', '<b>x</b>'],
    ['a link of another kind', '[x](http://b.example/)'],
    ['a bare address', 'https://b.example/'],
    ['a list of its own', '1. x'],
    ['a quote of its own', '> x'],
  ])('the strict reader finds %s', (_, markdown) => {
    expect(() => {
      readStrictly(markdown);
    }).toThrow(Error);
  });
});

describe('addresses', () => {
  const linkTo = (airflowUrl: string): string | undefined =>
    /\*\*\[Open Airflow\]\((.*?)\)\*\*/.exec(told({ ...live, airflowUrl }, 'live'))?.[1];
  test.each([
    ['https://x.astronomer.run/cm1?orgId=o1&x=%2F#a', 'https://x.astronomer.run/cm1?orgId=o1&x=%2F#a'],
    ['https://x.example/a%2Fb%28', 'https://x.example/a%2Fb%28'],
    ['https://x.example/a b(c)|`d`', 'https://x.example/a%20b%28c%29%7C%60d%60'],
    ['https://x.example/@org/é?q=)&"', 'https://x.example/%40org/%C3%A9?q=%29&%22'],
    ['https://x.example/\ud800', 'https://x.example/%EF%BF%BD'],
    ['https://x.example/%zz', 'https://x.example/%zz'],
    ['HTTPS://X.example', 'https://x.example/'],
    ['https://[2001:db8::1]:8443/', 'https://[2001:db8::1]:8443/'],
    ['http://localhost:5000/cm1', 'http://localhost:5000/cm1'],
  ])('%j is linked as %s', (given, expected) => {
    expect(linkTo(given)).toBe(expected);
  });
  test.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'http://x.example/',
    'https://user@x.example/',
    'https://:password@x.example/',
    'https://a)b.example/',
    'https://a`b.example/',
    'https://',
    'x.example',
    '',
  ])('%j is not linked', (given) => {
    expect(linkTo(given)).toBeUndefined();
    expect(told(live, 'failed', { runUrl: given })).not.toContain('[Re-run]');
  });
  test('a page without any address has no line of links', () => {
    const nowhere = without(live, 'airflowUrl', 'deploymentUrl');
    expect(told(nowhere, 'live', { runUrl: '' }).split('\n').slice(2, 5)).toEqual(['', '| | |', '| --- | --- |']);
  });
  test('a commit that is none is not linked, a name that cannot be seen is linked by a word', () => {
    const { code } = live;
    expect(
      rowOf(told({ ...live, code: { ...code, commit: { id: 'x/../y' } } as Outcome['code'] & object }, 'live'), 'Runs'),
    ).toBe('`x/../y`');
    const dagChanges = { target: 'p', dags: [{ id: '\u200b', change: 'new', file: 'a.py' }] } as const;
    expect(told({ ...live, dagChanges }, 'live')).toContain('| [open](https://');
  });
});
