import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { comment, commentMarker, summary, type PreviewState } from '../../src/core/report/markdown.ts';
import type { SweepRow } from '../../src/core/sweep/decide-sweep.ts';
import { untouched, type Outcome } from '../../src/core/plan/outcome.ts';

const deployed: Outcome = {
  ...untouched,
  result: 'deployed',
  isPreview: true,
  deploymentId: 'cm1',
  deploymentName: 'etl-feature-x',
  deploymentUrl: 'https://cloud.astronomer.io/cm0/deployments/cm1',
  airflowUrl: 'https://x.astronomer.run/cm1?orgId=o1',
  deployId: 'cm2',
  deployType: 'dags-only',
  reason: 'DAGs: dags/a.py changed since 1a2b3c4',
  commitSha: 'c'.repeat(40),
  objects: [
    { object: 'connection warehouse', state: 'linked', overrides: ['schema', 'extra.role'] },
    { object: 'connection prod', state: 'excluded', overrides: [] },
  ],
  expires: '2026-11-24',
  plan: [{ step: 'deploy dags-only', deployment: 'etl-feature-x', why: 'DAGs: dags/a.py changed' }],
};
const marker = commentMarker(7, '.');
const runUrl = 'https://github.com/acme/etl/actions/runs/9';
const states: readonly PreviewState[] = ['in progress', 'live', 'failed', 'removed', 'missing'];
const told = (outcome: Outcome, state: PreviewState, branch = 'feature/x', url = runUrl): string =>
  comment(outcome, { marker, branch, state, runUrl: url });
const rowOf = (markdown: string, title: string): string | undefined =>
  markdown
    .split('\n')
    .find((line) => line.startsWith(`| ${title} |`))
    ?.slice(title.length + 5, -2);

describe('the job summary', () => {
  test('of a template that was written', () => {
    const text = summary({ ...deployed, result: 'updated', wrote: '.astro/preview.yaml', deployType: 'none' });
    expect(text).toContain('### Astro: Template written');
    expect(text).toContain('| Written | `.astro/preview.yaml` |');
    expect(text).not.toContain('| Deployed |');
  });
  test('of a failure after the decision still says why that deploy type', () => {
    expect(summary({ ...deployed, result: 'failed', why: 'no room' })).toContain('| Why | `DAGs: dags/a.py changed');
  });
  test('of a deploy', () => {
    expect(summary(deployed)).toMatchInlineSnapshot(`
     "### Astro: Deployed

     | | |
     | --- | --- |
     | Deployment | [\`etl-feature-x\`](https://cloud.astronomer.io/cm0/deployments/cm1) |
     | Airflow | [open](https://x.astronomer.run/cm1?orgId=o1) |
     | Linked | \`connection warehouse\` (\`schema\`, \`extra.role\`)<br>\`connection prod\` excluded |
     | Deployed | dags-only |
     | Why | \`DAGs: dags/a.py changed since 1a2b3c4\` |
     | Commit | \`cccccccccccc\` |
     | Goes | when its branch or pull request does, or after \`2026-11-24\` unless something is deployed before |

     - **deploy dags-only** \`etl-feature-x\`: \`DAGs: dags/a.py changed\`
     "
    `);
  });
  test('of a failure: what failed, what is left', () => {
    const failed: Outcome = {
      ...untouched,
      result: 'failed',
      why: 'Astro answered 500',
      left: ['The Deployment p exists.'],
      updated: ['executor'],
      deleted: ['cm9'],
      imageTag: 'deploy-1',
      deploymentName: 'p',
    };
    expect(summary(failed)).toMatchInlineSnapshot(`
     "### Astro: Failed

     **What failed:** \`Astro answered 500\`

     **What is left:**
     - \`The Deployment p exists.\`

     | | |
     | --- | --- |
     | Deployment | \`p\` |
     | Configuration | \`executor\` |
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
    expect(summary({ ...untouched, result: 'planned' })).toBe('### Astro: Plan (nothing was changed)\n\n');
    expect(summary({ ...untouched, result: 'failed' })).toContain('**What failed:**');
  });
  test('of what Airflow says: import errors at their place, DAG runs with their end', () => {
    const text = summary({
      ...deployed,
      importErrors: [
        { file: 'dags/a.py', line: 3, message: 'NameError: x' },
        { file: 'dags/b.py', message: 'Timeout' },
      ],
      dagRuns: [{ dag: 'etl', state: 'success' }],
    });
    expect(rowOf(text, 'Import errors')).toBe('`dags/a.py:3` `NameError: x`<br>`dags/b.py` `Timeout`');
    expect(rowOf(text, 'DAG runs')).toBe('`etl` `success`');
  });
  test('of objects that were moved, and of those that a preview is linked to', () => {
    const linked = ['create, link airflow variable stage'];
    const production: Outcome = { ...deployed, result: 'updated', isPreview: false, linked };
    const moved = summary({ ...production, deployType: 'none', moves: true });
    expect(moved).toContain('### Astro: Moved\n');
    expect(rowOf(moved, 'Moved')).toBe('`create, link airflow variable stage`');
    expect(rowOf(summary(production), 'Moved')).toBeUndefined();
    expect(rowOf(summary({ ...production, isPreview: true }), 'Moved')).toBeUndefined();
  });
  test('a deploy that also wrote links is a deploy in its title', () => {
    const linked = ['link connection wh'];
    const updated: Outcome = { ...deployed, result: 'updated', isPreview: false, linked };
    expect(summary(updated)).toContain('### Astro: Deployed\n');
    expect(summary({ ...updated, deployType: 'none' })).toContain('### Astro: Configuration changed\n');
  });
  test('of a Deployment that is gone: no way to it, no day on which it goes', () => {
    const text = summary({ ...deployed, result: 'deleted', deleted: ['cm1'] });
    for (const title of ['Airflow', 'Deployed', 'Goes']) expect(rowOf(text, title)).toBeUndefined();
    expect(rowOf(text, 'Removed')).toBe('`cm1`');
    expect(rowOf(text, 'Deployment')).toBe('`etl-feature-x`');
  });
  test('lists twenty of a kind and counts the others', () => {
    const objects = Array.from({ length: 25 }, (_, index) => ({
      object: `connection c${String(index)}`,
      state: 'linked' as const,
      overrides: [],
    }));
    expect(rowOf(summary({ ...deployed, objects }), 'Linked')).toMatch(/`connection c19`<br>and 5 more$/);
    expect(rowOf(summary({ ...deployed, objects: objects.slice(0, 20) }), 'Linked')).toMatch(/`connection c19`$/);
  });
  test('of a plan: names of fields for objects only, never a value', () => {
    const plan = [
      { step: 'link, override', object: 'connection:wh', deployment: 'etl', fields: ['schema'], why: 'a' },
      { step: 'link', object: 'connection:x', deployment: 'etl', fields: [], why: 'b' },
      { step: 'nothing', object: 'connection:y', why: 'c' },
      { step: 'update', deployment: 'etl', fields: ['executor'], why: 'd' },
      { step: 'deploy dags-only', why: 'e' },
    ];
    expect(
      summary({ ...untouched, result: 'planned', plan })
        .split('\n')
        .slice(2),
    ).toEqual([
      '- **link, override** `connection:wh` (`schema`): `a`',
      '- **link** `connection:x`: `b`',
      '- **nothing** `connection:y`: `c`',
      '- **update** `etl`: `d`',
      '- **deploy dags-only**: `e`',
      '',
    ]);
  });
  test('of a sweep: each preview and why; of one without previews no table', () => {
    const row = sweepRow('feature/x', 'the branch is gone');
    const swept: Outcome = { ...untouched, result: 'swept', why: '1 of 1 previews go, 0 stay', sweep: [row] };
    expect(summary(swept).split('\n')).toEqual(
      expect.arrayContaining([
        '### Astro: Swept',
        '| Why | `1 of 1 previews go, 0 stay` |',
        '| `p` | `feature/x` | 1 min | not known | **remove**: `the branch is gone` |',
      ]),
    );
    expect(summary({ ...swept, sweep: [] })).not.toContain('| Preview |');
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

describe('the comment', () => {
  test.each<[string, Partial<Outcome>, string | undefined]>([
    ['the deploy of this run', { deployType: 'dags-only', deployId: 'cm2', ranBefore: 'cm1' }, 'cm2'],
    ['the deploy that ran before, where nothing was deployed', { deployType: 'none', ranBefore: 'cm1' }, 'cm1'],
    ['no deploy', { deployType: 'none' }, undefined],
    ['no dbt deploy, which runs beside it', { deployType: 'dbt', deployId: 'cm2' }, undefined],
    ['nothing that is no id', { deployType: 'dags-only', deployId: '--> x' }, undefined],
  ])('names in a hidden line which deploy it tells of: %s', (_, more, id) => {
    const text = told({ ...untouched, result: 'deployed', ...more }, 'live');
    expect(/^<!-- runs (.*) -->$/m.exec(text)?.[1]).toBe(id);
  });

  test('of each state', () => {
    const failed: Outcome = {
      ...deployed,
      result: 'failed',
      why: 'Astro answered 500',
      left: ['The Deployment exists.'],
    };
    const all = states.map((state) => told(state === 'failed' ? failed : deployed, state));
    expect(all.join('\n\n')).toMatchInlineSnapshot(`
     "<!-- astro-branch-deploy repo=7 project=. -->
     ### Astro preview of \`feature/x\`: in progress

     | | |
     | --- | --- |
     | Deployment | [\`etl-feature-x\`](https://cloud.astronomer.io/cm0/deployments/cm1) |
     | Airflow | [open](https://x.astronomer.run/cm1?orgId=o1) |
     | Linked | \`connection warehouse\` (\`schema\`, \`extra.role\`)<br>\`connection prod\` excluded |
     | Why | \`DAGs: dags/a.py changed since 1a2b3c4\` |
     | Commit | \`cccccccccccc\` |

     - **deploy dags-only** \`etl-feature-x\`: \`DAGs: dags/a.py changed\`

     [This run](https://github.com/acme/etl/actions/runs/9)

     <!-- astro-branch-deploy repo=7 project=. -->
     <!-- runs cm2 -->
     ### Astro preview of \`feature/x\`: live

     | | |
     | --- | --- |
     | Deployment | [\`etl-feature-x\`](https://cloud.astronomer.io/cm0/deployments/cm1) |
     | Airflow | [open](https://x.astronomer.run/cm1?orgId=o1) |
     | Linked | \`connection warehouse\` (\`schema\`, \`extra.role\`)<br>\`connection prod\` excluded |
     | Deployed | dags-only |
     | Why | \`DAGs: dags/a.py changed since 1a2b3c4\` |
     | Commit | \`cccccccccccc\` |
     | Goes | when its branch or pull request does, or after \`2026-11-24\` unless something is deployed before |


     <!-- astro-branch-deploy repo=7 project=. -->
     ### Astro preview of \`feature/x\`: failed

     **What failed:** \`Astro answered 500\`

     **What is left:**
     - \`The Deployment exists.\`

     | | |
     | --- | --- |
     | Deployment | [\`etl-feature-x\`](https://cloud.astronomer.io/cm0/deployments/cm1) |
     | Airflow | [open](https://x.astronomer.run/cm1?orgId=o1) |
     | Linked | \`connection warehouse\` (\`schema\`, \`extra.role\`)<br>\`connection prod\` excluded |
     | Deployed | dags-only |
     | Why | \`DAGs: dags/a.py changed since 1a2b3c4\` |
     | Commit | \`cccccccccccc\` |
     | Goes | when its branch or pull request does, or after \`2026-11-24\` unless something is deployed before |

     [This run](https://github.com/acme/etl/actions/runs/9)

     <!-- astro-branch-deploy repo=7 project=. -->
     ### Astro preview of \`feature/x\`: removed

     Its Deployment is gone: \`the branch has no preview any more\`.

     <!-- astro-branch-deploy repo=7 project=. -->
     ### Astro preview of \`feature/x\`: not there yet

     \`a push to the branch makes it\`"
    `);
  });
  test('says why where there is a reason', () => {
    expect(told({ ...untouched, result: 'deleted', why: 'the branch x was deleted' }, 'removed')).toContain(
      'Its Deployment is gone: `the branch x was deleted`.',
    );
    expect(told({ ...untouched, result: 'nothing', why: 'its push makes it' }, 'missing')).toContain(
      '`its push makes it`',
    );
    expect(told({ ...untouched, result: 'planned' }, 'in progress')).toBe(
      `${marker}\n### Astro preview of \`feature/x\`: in progress\n\n\n[This run](${runUrl})`,
    );
  });
  test('I4 of a preview that lives names neither the run nor what it took', () => {
    const again: Outcome = { ...deployed, parts: [{ name: 'read', milliseconds: 900 }], plan: [] };
    expect(told(again, 'live', 'feature/x', `${runUrl}1`)).toBe(told(deployed, 'live'));
  });
  test.each<[string, Partial<Outcome>]>([
    ['another commit', { commitSha: 'd'.repeat(40) }],
    ['another object', { objects: [] }],
    ['a syntax error', { syntaxErrors: [{ file: 'dags/a.py', line: 1, message: 'x' }] }],
    ['an import error', { importErrors: [{ file: 'dags/a.py', message: 'x' }] }],
    ['another last day', { expires: '2026-11-25' }],
    ['another address', { airflowUrl: 'https://y.astronomer.run/cm1' }],
  ])('of a preview that lives tells %s', (_, more) => {
    expect(told({ ...deployed, ...more }, 'live')).not.toBe(told(deployed, 'live'));
  });
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
  test('T-24: nothing ends it early or makes two lines of it', () => {
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

/** A line's text without code spans and links, by the rules of CommonMark 0.31, section 6. Throws on what is neither. */
function bare(text: string): string {
  let rest = '';
  for (let at = 0; at < text.length;) {
    const from = text.slice(at);
    const link = /^\[(?:[A-Z a-z]+|(`+)(?!`).*?[^`]\1(?!`))\]\(https:\/\/[\w.:-]+\/[\w.~:/?#&+,;=%-]*\)/.exec(from);
    const run = /^`+/.exec(from)?.[0];
    if (link) at += link[0].length;
    else if (run !== undefined) {
      const end = Array.from(from.slice(run.length).matchAll(/`+/g)).find(([one]) => one.length === run.length);
      if (!end) throw new Error(`a code span without an end: ${text}`);
      at += run.length + end.index + run.length;
    } else rest += text[at++] ?? '';
  }
  return rest;
}

/**
 * Reads our own Markdown as strictly as it is written: headings, tables, lists and lines of text, with code spans, links
 * to `https` and bold words in them. Anything else, such as HTML, an image, a mention or a cell too many, is an error.
 */
function readStrictly(markdown: string): string {
  const plain = (text: string): string => {
    const rest = bare(text).replaceAll('<br>', ' ').replaceAll(/\*\*[A-Za-z ,:-]+\*\*/g, (bold) => bold.slice(2, -2));
    if (!/^[\w ,.:()-]*$/.test(rest)) throw new Error(`this is no plain text: ${JSON.stringify(rest)}`);
    return rest;
  }; // prettier-ignore
  let columns = 0;
  return markdown
    .split('\n')
    .map((line, index) => {
      if (index === 0 && line === marker) return '';
      if (line.startsWith('| ')) {
        if (!line.endsWith(' |')) throw new Error(`a row without an end: ${line}`);
        // A pipe after a backslash belongs to its cell, whatever is before the backslash (cmark-gfm, ext_scanners.re).
        const cells = line.slice(1, -1).split(/(?<!\\)\|/);
        columns ||= cells.length;
        if (cells.length !== columns) throw new Error(`${String(cells.length)} cells: ${line}`);
        return cells.map((cell) => plain(cell)).join(' ');
      }
      columns = 0;
      return plain(line.replace(/^(?:### |- )/, ''));
    })
    .join('\n');
}

describe('T-24: text from outside is shown and never read as Markdown', () => {
  // Whatever gets out of its code span is found by this word.
  const word = 'EVIL';
  const pieces = ['@org/team', '![x](http://b.example/p.png)', '[x](javascript:y)', '<img src=x onerror=y>', '</td>', '-->', '<!--', '|', '\\|', '\\', '`', '``', '```', '````', '~~~', '\n', '\r\n', '\u2028', '\n\n# ', '\n- ', '\n| a | b |', '\t', ' ', '&lt;', '&#64;', '*', '__', '[', ']', '(', ')', 'https://b.example', 'www.b.example', '#1', '\u202e', '\u200b', '\u0000', '\ud800', '::error::', '##[x]', word]; // prettier-ignore
  const hostile = fc
    .array(fc.constantFrom(...pieces), { maxLength: 12 })
    .map((parts) => `${parts.slice(0, 6).join('')}${word}${parts.slice(6).join('')}`);
  const url = fc.oneof(
    hostile.map((text) => `https://cloud.example/${text}?${text}#${text}`),
    hostile.map((text) => `https://${text}.example/`),
    hostile,
  );
  const outcomes = fc
    .record({ text: hostile, other: hostile, url, result: fc.constantFrom('deployed', 'failed', 'swept', 'nothing') })
    .map(({ text, other, url, result }): { outcome: Outcome; text: string; url: string } => ({
      text,
      url,
      outcome: {
        ...untouched,
        result: result,
        why: text,
        reason: other,
        isPreview: false,
        deploymentId: 'cm1',
        deploymentName: text,
        deploymentUrl: url,
        airflowUrl: url,
        updated: [],
        linked: [text, other],
        deleted: [text],
        imageTag: text,
        commitSha: text,
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
          { step: 'link', object: text, fields: [other], why: text },
          { step: 'delete', deployment: text, why: other },
        ],
      },
    }));

  test('in the summary', () => {
    fc.assert(
      fc.property(outcomes, ({ outcome }) => {
        expect(readStrictly(summary(outcome))).not.toContain(word);
        expect(readStrictly(summary({ ...outcome, updated: [outcome.imageTag ?? ''] }))).not.toContain(word);
      }),
    );
  });
  test.each(states)('in the comment of a preview that is %s', (state) => {
    fc.assert(
      fc.property(outcomes, ({ outcome, text, url }) => {
        const markdown = told(outcome, state, text, url);
        expect(markdown.split('\n')[0]).toBe(marker);
        expect(readStrictly(markdown)).not.toContain(word);
      }),
    );
  });

  test.each([
    ['an unfinished code span', 'a ` b'],
    ['a mention', 'by @org/team'],
    ['an image', '![`x`](https://b.example/x)'],
    ['HTML', '<b>x</b>'],
    ['a link of another kind', '[x](http://b.example/)'],
    ['a link with a space', '[x](https://b.example/a b)'],
    ['a bare address', 'https://b.example/'],
    ['a cell too many', '| a | b |\n| `a | b` | c |'],
    ['a marker in the middle', `x\n${marker}`],
  ])('the strict reader finds %s', (_, markdown) => {
    expect(() => readStrictly(markdown)).toThrow(Error);
  });
  test('the strict reader takes what GitHub takes', () => {
    expect(readStrictly('| a | b |\n| [`` x`y ``](https://b.example/a%29) | **c**: `d\\|e`<br>`f` |')).toBe(
      ' a   b \n    c:   ',
    );
  });
});

describe('addresses', () => {
  const linkTo = (airflowUrl: string): string | undefined => rowOf(summary({ ...deployed, airflowUrl }), 'Airflow');
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
    expect(linkTo(given)).toBe(`[open](${expected})`);
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
    expect(rowOf(summary({ ...deployed, deploymentUrl: given }), 'Deployment')).toBe('`etl-feature-x`');
    expect(told(deployed, 'failed', 'x', given)).not.toContain('[This run]');
  });
  test('a name of nothing that can be seen is linked by a word', () => {
    expect(rowOf(summary({ ...deployed, deploymentName: '\u200b' }), 'Deployment')).toBe(
      `[open](${deployed.deploymentUrl ?? ''})`,
    );
  });
});
