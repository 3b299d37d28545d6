import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkConfig, plain } from '../../src/core/config/check.ts';
import { parseDuration } from '../../src/core/duration.ts';
import { environmentOf, noConfig, previewsBranch, type Config } from '../../src/core/config/config.ts';
import { readConfig } from '../../src/core/config/read.ts';
import { parseDocument } from '../../src/core/yaml/document.ts';
import { UserError } from '../../src/core/errors.ts';

const file = 'c.yaml';
const read = (text: string): Config => readConfig(text, file);

/** Everything that is wrong in a file, as people see it. */
function complaints(text: string): string[] {
  try {
    read(text);
  } catch (error) {
    if (error instanceof UserError) return error.message.split('\n');
    throw error;
  }
  return [];
}

const example = `version: 1
project: .                          # as root-folder
environments:                       # long-lived Deployments by branch; first match wins; globs as in GitHub's branch filters
  main:        { deployment: etl-prod, rollback-on-failure: true }
  dev:         { deployment: etl-dev, wake-on-deploy: true }
  release/**:  { deployment: etl-staging, deploy-type: image-and-dags }
preview:
  template: .astro/preview.yaml
  on: pull_request                  # or branch: every pushed branch that no environment claims
  branches: ['**', '!dependabot/**']
  label: preview                    # optional: only pull requests that carry this label
  keep-label: keep-preview          # optional: such pull requests are left alone by ttl
  name: '\${repo}-\${branch.slug}'
  ttl: 3d                           # since the last deploy
  max: 10
  hibernate: '0 20 * * *'
environment-objects:
  - connection: snowflake           # the Environment Manager key
    link: [preview, main]           # which of the above it is for
    preview: { schema: 'PR_\${pr}', extra: { database: CONN_DEMO_DEV } }     # overrides, per target
    main:    { extra: { database: CONN_DEMO_PROD } }
  - connection: aws                 # declared with a type → created when missing ("as code")
    type: aws
    share: restricted               # or all: Astro's "Linked to all"
    values: { login: '\${env.AWS_KEY_ID}', password: '\${env.AWS_SECRET}' }
    link: [preview, main]
  - connection: prod_billing
    exclude: [preview]              # auto-linked in Astro, but not for previews
  - airflow-variable: bucket
    preview: { value: 's3://dev/\${branch.slug}' }
  - environment-variable: DBT_TARGET
    preview: { value: '\${branch.key}' }
  - metrics-export: grafana
    link: [main]
`;

const noConfigAt = { ...noConfig, file };
const entries = (text: string): string => `environment-objects:\n${text}`;
const targets = (text: string): string => `environments: { main: { deployment: d } }\n${entries(text)}`;

describe('what a good file reads to', () => {
  test.each([
    ['shared', 'shared'],
    ['per-branch', 'per-branch'],
  ])('`github-environments: %s`', (written, expected) => {
    expect(read(`preview: { github-environments: ${written} }`).preview.githubEnvironments).toBe(expected);
  });

  test('the whole example of the documentation', () => {
    const config = read(example);
    expect(config).toMatchObject({ file, project: '.', variables: ['AWS_KEY_ID', 'AWS_SECRET'] });
    expect(config.environments.map(({ pattern, ...rest }) => ({ ...rest, pattern: pattern.text }))).toMatchObject([
      { name: 'main', pattern: 'main', target: { by: 'name', name: 'etl-prod' }, rollbackOnFailure: true },
      { name: 'dev', pattern: 'dev', target: { by: 'name', name: 'etl-dev' }, wakeOnDeploy: true },
      {
        name: 'release/**',
        pattern: 'release/**',
        target: { by: 'name', name: 'etl-staging' },
        deployType: 'image-and-dags',
      },
    ]);
    const { branches, ...preview } = config.preview;
    expect(branches.map(({ negated, pattern }) => [negated, pattern.text])).toEqual([
      [false, '**'],
      [true, 'dependabot/**'],
    ]);
    expect(preview).toEqual({
      on: 'pull_request',
      githubEnvironments: 'per-branch',
      template: '.astro/preview.yaml',
      label: 'preview',
      keepLabel: 'keep-preview',
      name: { value: '${repo}-${branch.slug}', at: { file, line: 13, column: 9 } },
      ttl: 3 * 24 * 60 * 60_000,
      max: 10,
      hibernate: { value: '0 20 * * *', at: { file, line: 16, column: 14 } },
    });
    const objects = config.objects.map(({ kind, key, at, share, declared, targets: all }) => ({
      object: `${kind} ${key} ${at.line}:${at.column}`,
      ...(share && { share }),
      ...(declared && { declared: [declared.connectionType, ...declared.values.map(({ name }) => name)] }),
      targets: all.map(({ name, excluded, overrides }) => [name, excluded, ...overrides.map((one) => one.name)]),
    }));
    expect(objects).toEqual([
      {
        object: 'connection snowflake 18:17',
        targets: [
          ['preview', false, 'schema', 'extra.database'],
          ['main', false, 'extra.database'],
        ],
      },
      {
        object: 'connection aws 22:17',
        share: 'restricted',
        declared: ['aws', 'login', 'password'],
        targets: [
          ['preview', false],
          ['main', false],
        ],
      },
      { object: 'connection prod_billing 27:17', targets: [['preview', true]] },
      { object: 'airflow-variable bucket 29:23', targets: [['preview', false, 'value']] },
      { object: 'environment-variable DBT_TARGET 31:27', targets: [['preview', false, 'value']] },
      { object: 'metrics-export grafana 33:21', targets: [['main', false]] },
    ]);
  });

  test.each([
    ['{}', noConfigAt],
    ['version: 1', noConfigAt],
    ['# only this\nproject: data/etl\n', { project: 'data/etl' }],
    ['environment-objects: []\nenvironments: {}\npreview: {}', noConfigAt],
    ['preview: { on: branch }', { preview: { on: 'branch', branches: [] } }],
    // YAML 1.1: the key `on` is text, a leading zero makes an octal number.
    ['preview:\n  on: pull_request\n  max: 010', { preview: { on: 'pull_request', branches: [], max: 8 } }],
    ['preview: { ttl: 1d2h30m }', { preview: { on: 'pull_request', branches: [], ttl: 95_400_000 } }],
    ['preview: { ttl: 90m }', { preview: { on: 'pull_request', branches: [], ttl: 5_400_000 } }],
    ['preview: { ttl: 12h }', { preview: { on: 'pull_request', branches: [], ttl: 43_200_000 } }],
    ["preview: { name: 'x-$${y}' }", { preview: { name: { value: 'x-$${y}' } } }],
    [
      "environments: { '2.10': { deployment-id: cm0_x-1, wake-on-deploy: no } }",
      { environments: [{ name: '2.10', target: { by: 'id', id: 'cm0_x-1' }, wakeOnDeploy: false }] },
    ],
    [
      'environments: { 2.10: { deployment: d } }\nenvironment-objects: [{ connection: a, link: [2.10] }]',
      { objects: [{ key: 'a', targets: [{ name: '2.10', excluded: false }] }] },
    ],
    [
      entries('  - { connection: a, link: [preview, preview], preview: { host: h } }'),
      { objects: [{ targets: [{ name: 'preview', overrides: [{ name: 'host' }] }] }] },
    ],
    [
      targets('  - { connection: a, exclude: [main, main] }'),
      { objects: [{ targets: [{ name: 'main', excluded: true }] }] },
    ],
    [
      entries(
        "  - { airflow-variable: 'a b', values: { value: '${env.A}' }, secret: yes, share: all, description: d }",
      ),
      {
        variables: ['A'],
        objects: [{ share: 'all', declared: { isSecret: true, description: 'd', values: [{ name: 'value' }] } }],
      },
    ],
    [
      entries('  - { connection: a, type: postgres, auth-type: form, link: [preview] }'),
      { objects: [{ declared: { connectionType: 'postgres', authTypeId: 'form', values: [] } }] },
    ],
    [
      entries(
        '  - metrics-export: m\n    values: { endpoint: https://x, exporterType: PROMETHEUS, headers: { a.b: 1 } }\n    link: [preview]',
      ),
      {
        objects: [{ declared: { values: [{ name: 'endpoint' }, { name: 'exporterType' }, { name: 'headers.a.b' }] } }],
      },
    ],
    [entries("  - { connection: a, preview: { port: '${env.PORT}' } }"), { variables: ['PORT'] }],
  ])('%j', (text, expected) => {
    expect(read(text)).toMatchObject({ file, ...expected });
  });

  test('the first environment that matches claims a branch', () => {
    const config = read('environments:\n  release/1: { deployment: a }\n  release/**: { deployment: b }\n');
    expect(['release/1', 'release/2/x', 'main'].map((branch) => environmentOf(config, branch)?.name)).toEqual([
      'release/1',
      'release/**',
      undefined,
    ]);
  });

  test('the last of `branches` that matches decides; without a list every branch counts', () => {
    const config = read("preview: { branches: ['**', '!wip/**', 'wip/shown'] }");
    expect(['x', 'wip/a', 'wip/shown'].map((branch) => previewsBranch(config, branch))).toEqual([true, false, true]);
    expect(previewsBranch(noConfig, 'x')).toBe(true);
  });

  test('only the first `!` of a pattern negates', () => {
    const config = read("preview: { branches: ['**', '!!x'] }");
    expect(['x', '!x'].map((branch) => previewsBranch(config, branch))).toEqual([true, false]);
  });
});

const kinds = 'connection, airflow-variable, environment-variable, metrics-export';
const connectionFields = 'type, host, port, login, password, schema, extra';

describe('what is wrong, and where', () => {
  test.each([
    ['', ['c.yaml has no content.']],
    ['- a', ['c.yaml:1:1: the file must be a mapping (`key: value`)']],
    ['preview: [', ['c.yaml is not valid YAML: unexpected end of the stream within a flow collection.']],
    ['version: 1\nversion: 1', ['c.yaml: the key `version` is here twice.']],
    ['version: 2', ['c.yaml:1:10: `version` must be 1: other versions of the file are not known']],
    ["version: '1'", ['c.yaml:1:10: `version` must be 1: other versions of the file are not known']],
    // Unknown keys.
    ['verson: 1', ['c.yaml:1:1: unknown key `verson` in the file, did you mean `version`?']],
    [
      'version: 1\non: push',
      [
        'c.yaml:2:1: unknown key `on` in the file; it knows version, project, environments, preview, environment-objects',
      ],
    ],
    [
      'preview: { tll: 3d, yes: 1 }',
      [
        'c.yaml:1:12: unknown key `tll` in `preview`, did you mean `ttl`?',
        'c.yaml:1:21: unknown key `yes` in `preview`; it knows template, on, branches, label, keep-label, name, ttl, max, github-environments, hibernate',
      ],
    ],
    [
      "environments: { 'a~1/#%41é': { deployment: x, wake: 1 } }",
      [
        'c.yaml:1:47: unknown key `wake` in `a~1/#%41é`; it knows deployment, deployment-id, deploy-type, wake-on-deploy, rollback-on-failure',
      ],
    ],
    [
      'environments: { "\\uD800": { deployments: x } }',
      ['c.yaml:1:29: unknown key `deployments` in `\ufffd`, did you mean `deployment`?'],
    ],
    [
      entries('  - connection: a\n    type: x\n    values: { hots: x, paswort: y, unheard: z }\n    link: [preview]'),
      [
        'c.yaml:4:15: unknown key `hots` in `values`, did you mean `host`?',
        'c.yaml:4:24: unknown key `paswort` in `values`, did you mean `password`?',
        'c.yaml:4:36: unknown key `unheard` in `values`; it knows host, port, login, password, schema, extra. A field of the connection type belongs to `extra: { unheard: … }`',
      ],
    ],
    // Types, and what YAML 1.1 makes of plain words.
    ['project: 3', ['c.yaml:1:10: `project` must be text']],
    ["project: ''", ['c.yaml:1:10: `project` is empty']],
    ['project: yes', ['c.yaml:1:10: `project` must be text']],
    ['environments:', ['c.yaml:1:13: `environments` must be a mapping (`key: value`)']],
    [
      'environments: { main: etl-prod }',
      ['c.yaml:1:23: `main` must be a mapping (`key: value`), such as `main: { deployment: etl-prod }`'],
    ],
    ["environments: { main: '' }", ['c.yaml:1:23: `main` must be a mapping (`key: value`)']],
    ['environments: { main: [a] }', ['c.yaml:1:23: `main` must be a mapping (`key: value`)']],
    [
      'preview: { branches: [**, !x] }',
      ["c.yaml: aliases (`*name`) are not supported: write the value out, or put a pattern in quotes, such as `'**'`."],
    ],
    [
      'preview: { branches: [!release/**, x] }',
      ["c.yaml: tags (`!name`) are not supported: put a pattern in quotes, such as `'!release/**'`."],
    ],
    [
      'preview: { branches: [*] }',
      [
        "c.yaml is not valid YAML: name of an alias node must contain at least one character. Put patterns that begin with `*` or `!` in quotes, such as `['**', '!release/**']`.",
      ],
    ],
    ['preview: { branches: [a }', ['c.yaml is not valid YAML: missed comma between flow collection entries.']],
    [
      'environment-objects: [{ connection: a, preview: { schema: PR_${pr} } }]',
      [
        'c.yaml is not valid YAML: missed comma between flow collection entries. Put values that contain `${` in quotes, such as `"PR_${pr}"`.',
      ],
    ],
    [
      'environment-objects: [{ connection: a, preview: { password: "${{ secrets.DB_PASSWORD }}" } }]',
      [
        "c.yaml:1:61: `${{ … }}` is an expression of GitHub Actions, and only workflow files have them: set `DB_PASSWORD` in the step's `env:` and write `${env.DB_PASSWORD}` here",
      ],
    ],
    [
      'environment-objects: [{ connection: a, preview: { password: "${{ }}" } }]',
      [
        "c.yaml:1:61: `${{ … }}` is an expression of GitHub Actions, and only workflow files have them: set `NAME` in the step's `env:` and write `${env.NAME}` here",
      ],
    ],
    ['environment-objects:\n  connection: x', ['c.yaml:2:3: `environment-objects` must be a list (`- …`)']],
    ['preview: { on: push }', ['c.yaml:1:16: `on` must be one of pull_request, branch']],
    ['preview: { max: 1e3 }', ['c.yaml:1:17: `max` must be a whole number']],
    ['preview: { max: 1.5 }', ['c.yaml:1:17: `max` must be a whole number']],
    ['preview: { max: 0 }', ['c.yaml:1:17: `max` must be at least 1']],
    ['preview: { max: 1001 }', ['c.yaml:1:17: `max` must be at most 1000']],
    [
      'preview: { branches: main, label: [x] }',
      ['c.yaml:1:22: `branches` must be a list (`- …`)', 'c.yaml:1:35: `label` must be text'],
    ],
    [
      'preview: { branches: [yes, { a: b }] }',
      ['c.yaml:1:23: this entry must be text', 'c.yaml:1:28: this entry must be text'],
    ],
    ['preview: { branches: [] }', ['c.yaml:1:22: `branches` is empty']],
    [`preview: { branches: [${'a,'.repeat(101)}] }`, ['c.yaml:1:22: `branches` has more than 100 entries']],
    [
      `environments:\n${Array.from({ length: 101 }, (_, one) => `  e${one}: { deployment: x }\n`).join('')}`,
      ['c.yaml:2:3: `environments` has more than 100 entries'],
    ],
    ['preview: { ttl: 3 }', ['c.yaml:1:17: `ttl` must be text']],
    ...['3', '3w', '3d3d', '2h1d', '0d', '00h0m', '1:30', '3 d', '-3d'].map((ttl): [string, string[]] => [
      `preview: { ttl: '${ttl}' }`,
      ['c.yaml:1:17: `ttl` must be a duration such as 3d, 12h or 90m'],
    ]),
    [
      "preview: { hibernate: '0 20 * *' }",
      ['c.yaml:1:23: `hibernate` must be a cron expression of five fields, such as `0 20 * * *`'],
    ],
    // Environments.
    [
      'environments: { main: {} }',
      ['c.yaml:1:17: the environment `main` needs `deployment` or `deployment-id`, and not both'],
    ],
    [
      'environments: { main: { deployment: a, deployment-id: b } }',
      ['c.yaml:1:17: the environment `main` needs `deployment` or `deployment-id`, and not both'],
    ],
    [
      "environments: { main: { deployment-id: 'a b', deploy-type: dag, wake-on-deploy: 1 } }",
      [
        'c.yaml:1:40: `deployment-id` is not an Astro id (letters and digits, as the address bar of the Astro UI shows it)',
        'c.yaml:1:60: `deploy-type` must be one of infer, dags-only, image-and-dags, image-only, dbt',
        'c.yaml:1:81: `wake-on-deploy` must be true or false',
      ],
    ],
    [
      "environments:\n  main: { deployment: a }\n  '!main': { deployment: b }\n  '!': { deployment: c }",
      [
        'c.yaml:3:3: an environment’s branch pattern cannot be negated: the first that matches wins',
        'c.yaml:4:3: an environment’s branch pattern cannot be negated: the first that matches wins',
      ],
    ],
    ["environments: { 'a[': { deployment: a } }", ['c.yaml:1:17: `a[` is not a branch pattern: `[` is not closed']],
    [
      'environments: { preview: { deployment: a } }',
      ['c.yaml:1:17: `preview` stands for previews in `link`: write the branch pattern as `[p]review`'],
    ],
    [
      "environments:\n  'release/**': { deployment: a }\n  release/1: { deployment: b }",
      ['c.yaml:3:3: `release/1` is never reached: `release/**` above takes every branch that it matches'],
    ],
    [
      "environments:\n  'v[0-4]': { deployment: a }\n  'v[5-9]': { deployment: b }\n  'v[0-9]': { deployment: c }",
      ['c.yaml:4:3: `v[0-9]` is never reached: the patterns above take every branch that it matches'],
    ],
    // Branches of previews.
    [
      "preview: { branches: ['a[', '!'] }",
      [
        'c.yaml:1:23: `a[` is not a branch pattern: `[` is not closed',
        'c.yaml:1:29: `!` is not a branch pattern: there is nothing after `!`',
      ],
    ],
    ["preview: { branches: ['!wip/**', '**'] }", ['c.yaml:1:23: `!wip/**` never counts: `**` below takes it all back']],
    ["preview: { branches: [main, '!ma*'] }", ['c.yaml:1:23: `main` never counts: `!ma*` below takes it all back']],
    [
      "preview: { branches: ['!a', '!b', c] }",
      [
        'c.yaml:1:23: `!a` excludes branches that no pattern above it lets in',
        'c.yaml:1:29: `!b` excludes branches that no pattern above it lets in',
      ],
    ],
    // Placeholders.
    [
      "preview: { name: '${env.X}-${pr}' }",
      ['c.yaml:1:18: a name is no place for `${env.…}`: its values are secrets, and Astro shows names'],
    ],
    [
      "preview: { name: '${brunch}' }",
      ['c.yaml:1:18: there is no placeholder `${brunch}`, did you mean `${branch}`? (`$${` writes a literal `${`)'],
    ],
    [
      "preview: { label: '${branch}' }\nenvironments: { main: { deployment: '${repo}-prod' } }",
      [
        'c.yaml:1:19: no placeholder is filled in here, only in `preview.name`, in `values` and in overrides',
        'c.yaml:2:37: no placeholder is filled in here, only in `preview.name`, in `values` and in overrides',
      ],
    ],
    [
      entries("  - { connection: a, description: '${pr}', type: x, values: { host: '${env.ASTRO_API_TOKEN}' } }"),
      [
        'c.yaml:2:19: this entry does nothing: say which targets `a` is for (`link: [preview]`), or share it with all (`share: all`)',
        'c.yaml:2:35: no placeholder is filled in here, only in `preview.name`, in `values` and in overrides',
        'c.yaml:2:69: `${env.ASTRO_API_TOKEN}` is a secret of the step itself and is not handed on',
      ],
    ],
    [
      entries("  - { metrics-export: m, preview: { authType: '${nope}' } }"),
      [
        'c.yaml:2:47: there is no placeholder `${nope}`; there are ${branch}, ${branch.slug}, ${branch.key}, ${pr}, ${sha}, ${repo}, ${actor}, ${env.NAME} (`$${` writes a literal `${`)',
      ],
    ],
  ])('%j', (text, expected) => {
    expect(complaints(text)).toEqual(expected);
  });

  test.each([
    [
      '  - { connection: a, airflow-variable: b, link: [preview], preview: { value: 1 } }',
      [`c.yaml:2:5: an entry of \`environment-objects\` has exactly one of ${kinds}`],
    ],
    ['  - { link: [preview] }', [`c.yaml:2:5: an entry of \`environment-objects\` has exactly one of ${kinds}`]],
    ['  - a', [`c.yaml:2:5: an entry of \`environment-objects\` has exactly one of ${kinds}`]],
    // What is wrong with the tenth entry is told, whatever is wrong with the first.
    [
      `${'  - {}\n'.repeat(10)}  - { connection: 1, link: [preview] }`,
      [
        ...Array.from(
          { length: 8 },
          (_, index) => `c.yaml:${index + 2}:5: an entry of \`environment-objects\` has exactly one of ${kinds}`,
        ),
        'c.yaml:12:19: `connection` must be text',
        'c.yaml: 2 more problems like this one: an entry of `environment-objects` has exactly one of connection, airflow-variable, environment-variable, metrics-export',
      ],
    ],
    ['  - { connection: [a], link: [preview] }', ['c.yaml:2:19: `connection` must be text']],
    ["  - { connection: '', link: [preview] }", ['c.yaml:2:19: `connection` is empty']],
    [
      "  - { connection: 'a b', link: [preview] }",
      ['c.yaml:2:19: `a b` cannot be the key of this connection: letters, digits, `_`, `.` and `-`, at most 200'],
    ],
    [
      '  - { environment-variable: 1a, preview: { value: x } }',
      ['c.yaml:2:29: `1a` cannot be the key of this environment-variable: letters, digits and `_`, no digit first'],
    ],
    [
      '  - { airflow-variable: "a\\nb", preview: { value: x } }\n  - { metrics-export: "a\\nb", link: [preview] }',
      [
        'c.yaml:2:25: `a b` cannot be the key of this airflow-variable: one line of at most 250 characters',
        'c.yaml:3:23: `a b` cannot be the key of this metrics-export: one line of at most 250 characters',
      ],
    ],
    [
      '  - { connection: a, link: [preview] }\n  - { airflow-variable: a, preview: { value: x } }\n  - { connection: a, exclude: [preview] }',
      ['c.yaml:4:19: the connection `a` is here twice'],
    ],
    // Entries without effect.
    [
      '  - { connection: a }\n  - { connection: b, share: all }\n  - { connection: c, type: x, share: restricted }',
      [
        'c.yaml:2:19: this entry does nothing: say which targets `a` is for (`link: [preview]`)',
        'c.yaml:3:19: this entry does nothing: say which targets `b` is for (`link: [preview]`)',
        'c.yaml:4:19: this entry does nothing: say which targets `c` is for (`link: [preview]`), or share it with all (`share: all`)',
      ],
    ],
    ['  - { connection: a, exclude: [] }', ['c.yaml:2:31: `exclude` is empty']],
    ['  - { connection: a, link: preview }', ['c.yaml:2:28: `link` must be a list (`- …`)']],
    ['  - { connection: a, preview: {} }', ['c.yaml:2:31: `preview` is empty']],
    ['  - { connection: a, preview: { extra: {} } }', ['c.yaml:2:40: `extra` is empty']],
    // Targets.
    [
      '  - { connection: a, link: [prevew, yes, ~, [main]], exclude: [nowhere] }',
      [
        'c.yaml:2:29: there is no target `prevew`, did you mean `preview`? An object can be linked to `preview` (`preview` and the keys of `environments`)',
        'c.yaml:2:37: there is no target `yes`. An object can be linked to `preview` (`preview` and the keys of `environments`)',
        'c.yaml:2:42: this entry must be a single value',
        'c.yaml:2:45: this entry must be a single value',
        'c.yaml:2:64: there is no target `nowhere`. An object can be linked to `preview` (`preview` and the keys of `environments`)',
      ],
    ],
    [
      '  - { connection: a, prview: { schema: x } }\n  - { connection: b, lnk: [preview] }\n  - { connection: c, production: 1 }',
      [
        'c.yaml:2:22: `prview` is neither a setting nor a target, did you mean `preview`?',
        'c.yaml:3:22: `lnk` is neither a setting nor a target, did you mean `link`?',
        'c.yaml:4:22: `production` is neither a setting nor a target; targets are preview',
      ],
    ],
    [
      '  - { connection: a, link: [preview], exclude: [preview] }\n  - { connection: b, preview: { host: x }, exclude: [preview] }',
      [
        'c.yaml:2:19: `preview` is both linked to `a` and excluded from it',
        'c.yaml:3:19: `preview` is both linked to `b` and excluded from it',
      ],
    ],
    // Overrides.
    [
      '  - { connection: a, preview: { authTypeId: x, hots: y } }',
      [
        `c.yaml:2:33: \`authTypeId\` cannot be overridden; for a connection these can: ${connectionFields}`,
        'c.yaml:2:48: `hots` cannot be overridden, did you mean `host`?',
      ],
    ],
    [
      '  - { environment-variable: A, preview: { isSecret: true } }\n  - { airflow-variable: A, preview: { isSecret: true } }',
      [
        'c.yaml:2:43: `isSecret` cannot be overridden; for an environment variable these can: value',
        'c.yaml:3:39: `isSecret` cannot be overridden; for an airflow variable these can: value',
      ],
    ],
    [
      '  - { connection: a, preview: { login: [x], host: {}, schema: ~, extra: x } }',
      [
        'c.yaml:2:40: `login` must be a single value',
        'c.yaml:2:51: `host` must be a single value',
        'c.yaml:2:63: `schema` must be a single value',
        'c.yaml:2:73: `extra` must be a mapping (`key: value`)',
      ],
    ],
    [
      "  - { connection: a, preview: { port: 0 } }\n  - { connection: b, preview: { port: 65536 } }\n  - { connection: c, preview: { port: 1e3 } }\n  - { connection: d, preview: { port: '' } }\n  - { connection: e, preview: { port: yes } }",
      [
        'c.yaml:2:39: `port` must be at least 1',
        'c.yaml:3:39: `port` must be at most 65535',
        'c.yaml:4:39: `port` must be a whole number from 1 to 65535',
        'c.yaml:5:39: `port` must be a whole number from 1 to 65535',
        'c.yaml:6:39: `port` must be a whole number',
      ],
    ],
    [
      '  - { metrics-export: m, preview: { exporterType: STATSD, headers: { a: [b] } } }',
      ['c.yaml:2:51: `exporterType` must be one of PROMETHEUS', 'c.yaml:2:73: `a` must be a single value'],
    ],
    // Declarations.
    [
      '  - { connection: a, values: { host: x }, auth-type: form, description: d, link: [preview] }',
      ['values:2:30', 'auth-type:2:54', 'description:2:73'].map((one) => {
        const [key, ...at] = one.split(':');
        return `c.yaml:${at.join(':')}: \`${key}\` needs \`type\`, the type of the connection, such as postgres: without it this file does not declare the object`;
      }),
    ],
    [
      '  - { airflow-variable: a, secret: true, link: [preview] }\n  - { metrics-export: m, description: d, link: [preview] }',
      [
        'c.yaml:2:36: `secret` needs `values`: without it this file does not declare the object',
        'c.yaml:3:39: `description` needs `values`: without it this file does not declare the object',
      ],
    ],
    [
      '  - { connection: a, type: [x], values: { type: y }, share: some, link: [preview] }',
      [
        'c.yaml:2:28: `type` must be text',
        'c.yaml:2:43: unknown key `type` in `values`; it knows host, port, login, password, schema, extra',
        'c.yaml:2:61: `share` must be one of restricted, all',
      ],
    ],
    [
      '  - { airflow-variable: a, values: {}, secret: [x], link: [preview] }',
      ['c.yaml:2:36: `values` is empty', 'c.yaml:2:48: `secret` must be true or false'],
    ],
    [
      '  - { connection: a, secret: true, link: [preview] }\n  - { airflow-variable: a, type: x, auth-type: y, preview: { value: z } }',
      [
        'c.yaml:2:22: `secret` is not a setting of a connection',
        'c.yaml:3:28: `type` is not a setting of an airflow variable',
        'c.yaml:3:37: `auth-type` is not a setting of an airflow variable',
      ],
    ],
    [
      '  - { metrics-export: m, values: { username: u }, link: [preview] }\n  - { metrics-export: mm, values: 3, link: [preview] }',
      [
        'c.yaml:2:34: `values` of a metrics export need `endpoint`',
        'c.yaml:2:34: `values` of a metrics export need `exporterType`',
        'c.yaml:3:35: `values` must be a mapping (`key: value`)',
      ],
    ],
  ])('entries:\n%s', (text, expected) => {
    expect(complaints(entries(text))).toEqual(expected);
  });

  test('every problem carries its place for the annotation', () => {
    expect.assertions(1);
    try {
      read('preview: { tll: 3d }');
    } catch (error) {
      expect((error as UserError).problems).toEqual([
        {
          message: 'unknown key `tll` in `preview`, did you mean `ttl`?',
          at: { file, line: 1, column: 12 },
        },
      ]);
    }
  });
});

describe('files made to do harm [T-23]', () => {
  test.each([
    ['__proto__: { polluted: 1 }', ['c.yaml:1:1: unknown key `__proto__`']],
    ['preview: { __proto__: { ttl: 3d } }', ['c.yaml:1:12: unknown key `__proto__` in `preview`']],
    ['constructor: { prototype: { polluted: 1 } }', ['c.yaml:1:1: unknown key `constructor` in the file']],
    [entries('  - { connection: a, preview: { __proto__: 1 } }'), ['c.yaml:2:33: `__proto__` cannot be overridden']],
    [
      entries('  - { connection: a, __proto__: { host: x } }'),
      ['c.yaml:2:22: `__proto__` is neither a setting nor a target'],
    ],
    [entries('  - { __proto__: a }'), ['c.yaml:2:5: an entry of `environment-objects` has exactly one of']],
    ['a: &x [1]\nb: *x', ['c.yaml: aliases']],
  ])('%j', (text, expected) => {
    const told = complaints(text);
    expect(told.map((line, index) => line.slice(0, expected[index]?.length))).toEqual(expected);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test('keys of the prototype are names like any other where names are free', () => {
    const config = read(
      'environments: { __proto__: { deployment: d } }\nenvironment-objects: [{ connection: a, __proto__: { extra: { __proto__: 1 } } }]',
    );
    expect(environmentOf(config, '__proto__')?.target).toEqual({ by: 'name', name: 'd' });
    expect(config.objects[0]?.targets).toMatchObject([{ name: '__proto__', overrides: [{ name: 'extra.__proto__' }] }]);
    expect(environmentOf(config, 'constructor')).toBeUndefined();
  });

  test('a value is what the file says, on objects without a prototype', () => {
    const value = plain(parseDocument('{ __proto__: [1, yes, ~, "\\uD800"], "\\uD800": x }', file)) as object;
    expect(Object.getPrototypeOf(value)).toBeNull();
    expect(Object.entries(value)).toEqual([
      ['__proto__', [1, true, null, '\ud800']],
      ['\ufffd', 'x'],
    ]);
  });

  test('a file of more values than anybody needs is refused at once', () => {
    expect(complaints(`environments: [${'{},'.repeat(10_000)}]`)).toEqual(['c.yaml holds more than 10000 values.']);
    expect(
      complaints(`environments: {${Array.from({ length: 4000 }, (_, one) => `"${one}":x,`).join('')}}`),
    ).toHaveLength(1 + 8 + 1);
  });

  const keys = fc.constantFrom(
    'version', 'project', 'environments', 'preview', 'environment-objects', 'main', 'a/**', '!x', '[', 'deployment', 'deployment-id', 'template', 'on',
    'branches', 'ttl', 'max', 'name', 'hibernate', 'connection', 'airflow-variable', 'metrics-export', 'link', 'exclude', 'values', 'type', 'secret', 'share',
    'extra', 'headers', 'port', 'value', '__proto__', 'constructor', '#', '%', 'a~b/c', '\ud800', '${x}', '',
  ); // prettier-ignore
  const leaves = fc.oneof(
    fc.constantFrom<unknown>(1, 0, -1, 1.5, true, null, 'preview', 'main', '3d', '${pr}', '${env.A}', '${', '$${', 'all', '**'),
    fc.string({ unit: 'binary' }),
  ); // prettier-ignore
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5, depthSize: 'small' },
      leaves,
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.array(fc.tuple(keys, tie('tree')), { maxLength: 5 }).map((pairs) => new Map(pairs)),
    ),
  }));
  const json = (value: unknown): string =>
    value instanceof Map
      ? `{${[...(value as Map<string, unknown>)].map(([key, one]) => `${JSON.stringify(key)}: ${json(one)}`).join(', ')}}`
      : Array.isArray(value)
        ? `[${value.map(json).join(', ')}]`
        : JSON.stringify(value);
  const section = (name: string, one: fc.Arbitrary<unknown>): fc.Arbitrary<string> =>
    one.map((value) => `${JSON.stringify(name)}: ${json(value)}`);
  const entry = fc
    .array(fc.tuple(keys, tree), { maxLength: 5 })
    .map((pairs) => new Map([['connection', 'a'], ...pairs]));

  test('property: nothing but a UserError with places comes of any document', () => {
    const documents = fc.oneof(
      tree.map(json),
      section('preview', tree),
      section('environments', tree),
      section('environment-objects', fc.array(fc.oneof(entry, tree), { maxLength: 3 })),
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...Array.from('a:-[]{}\n ,&*!|>\'"%@`#?$1')) }),
    );
    fc.assert(
      fc.property(documents, (text) => {
        try {
          read(text);
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          expect(error.problems.every(({ at }) => at?.file === file)).toBe(true);
        }
        expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
      }),
      { numRuns: 3000 },
    );
  });

  test('property: what reads without a problem breaks no rule of the schema', () => {
    fc.assert(
      fc.property(section('environment-objects', fc.array(entry, { maxLength: 3 })), (text) => {
        if (complaints(text).length === 0) expect(checkConfig(parseDocument(text, file))).toEqual([]);
      }),
    );
  });
});

test.each([
  ['3d', 259_200_000],
  ['1d12h', 129_600_000],
  ['10m', 600_000],
  ['1h30s', 3_630_000],
])('%s in milliseconds', (text, expected) => {
  expect(parseDuration(text)).toBe(expected);
});

test('patterns that look like regular expressions are named: they are globs', () => {
  const { warnings } = read(
    "environments: { '^release/.*$': { deployment: d }, main: { deployment: e } }\npreview: { branches: ['feature/**', '!^dependabot', 'fix-(a|b)', 'v1.*'] }",
  );
  expect(warnings.map(({ message, at }) => `${String(at?.line)}:${String(at?.column)} ${message}`)).toEqual([
    expect.stringMatching(
      /^1:17 `\^release\/\.\*\$` looks like a regular expression, but branch patterns are globs .*: write `feature\/\*\*` for `\^feature\/\.\*\$`\.$/,
    ),
    expect.stringMatching(/^2:37 `!\^dependabot` looks/),
    expect.stringMatching(/^2:53 `fix-\(a\|b\)` looks/),
  ]);
  expect(read('preview: {}').warnings).toEqual([]);
});
