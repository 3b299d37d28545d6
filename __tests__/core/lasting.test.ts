import { expect, test } from '@jest/globals';
import { saysTheSame, type Lasting } from '../../src/core/report/lasting.ts';

const comment = `<!-- astro-branch-deploy repo=7 project=. -->
### ✅ Astro preview: live

**[Open Airflow](https://x.astronomer.run/cm1)** · [Astro](https://cloud.astronomer.io/d) · [Logs](https://cloud.astronomer.io/d/logs) · [Run](https://github.com/acme/etl/actions/runs/9)

| | |
| --- | --- |
| Runs | [1a2b3c4](https://github.com/acme/etl/commit/1a2b3c4) "Add login DAG", merged with \`main\` |
| Deployed | image and DAGs (first deploy), 4 min 12 s |
| Sleeps | 20:00–07:00 UTC, wakes on push |
| Expires | 2026-11-30, or when this pull request closes |

<details><summary>1 connection linked (2 fields overridden)</summary>

<sub>Updated 2026-11-27 13:44 UTC</sub>`;

test.each<[string, string, string, readonly Lasting[]]>([
  ['nothing', 'x', 'x', ['state', 'links', 'all']],
  [
    'import errors of the run that deployed',
    '✅ Astro preview: live',
    '⚠&#xFE0F; Astro preview: live, 2 DAGs broken',
    ['state', 'links', 'all'],
  ],
  ['the run', 'runs/9', 'runs/10', ['state', 'links', 'all']],
  ['the commit’s subject', ' "Add login DAG", merged with `main`', '', ['state', 'links', 'all']],
  ['how long it took', '4 min 12 s', '9 s', ['state', 'links', 'all']],
  ['when it was written', '13:44 UTC</sub>', '14:00 UTC</sub>', ['state', 'links', 'all']],
  ['the state', ': live', ': creating', []],
  ['a way to the preview', 'x.astronomer.run', 'y.astronomer.run', ['state']],
  ['the commit', '1a2b3c4](', '2a2b3c4](', ['state', 'links']],
  ['the last day', '2026-11-30', '2026-12-01', ['state', 'links']],
  ['the hours of sleep', '20:00', '21:00', ['state', 'links']],
  ['an object', '1 connection linked', '2 connections linked', ['state', 'links']],
])('a comment that differs in %s', (_, from, to, same) => {
  const other = comment.replace(from, to);
  const levels: Lasting[] = ['state', 'links', 'all'];
  expect(levels.filter((lasting) => saysTheSame(comment, other, lasting))).toEqual(same);
});

test('a preview without an Airflow, a text that is no comment of ours, and a project of its own', () => {
  const asleep = comment.replace(/\*\*\[Open Airflow\].*?\*\* · /, '');
  expect(saysTheSame(asleep, comment, 'links')).toBe(false);
  expect(saysTheSame(asleep, asleep.replace('runs/9', 'runs/10'), 'all')).toBe(true);
  expect(saysTheSame('hello', '', 'all')).toBe(true);
  expect(saysTheSame('### hello', '### world', 'state')).toBe(false);
  const project = comment.replace('preview: live', 'preview `x: failed`: live');
  expect(saysTheSame(project, comment, 'state')).toBe(true);
});
