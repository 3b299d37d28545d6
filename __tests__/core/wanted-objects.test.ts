import { describe, expect, test } from '@jest/globals';
import { readConfig } from '../../src/core/config/read.ts';
import { UserError } from '../../src/core/errors.ts';
import type { PlaceholderValues } from '../../src/core/yaml/placeholders.ts';
import { wantedObjects, type WantedObject } from '../../src/core/config/wanted-objects.ts';

const values: PlaceholderValues = {
  branch: 'feature/x',
  pullRequest: 42,
  sha: 'c0ffee',
  repository: 'etl',
  actor: 'octocat',
  rules: { tokens: [] },
  env: new Map([
    ['SECRET', 's3cret'],
    ['PORT', '5432'],
    ['WORD', 'abc'],
    ['LARGE', '70000'],
  ]),
};
const inProduction: PlaceholderValues = { repository: 'etl', actor: 'octocat', rules: { tokens: [] }, env: new Map() };

/** `entries` is the text of the list under `environment-objects`. */
const wanted = (entries: string, target = 'preview', given = values): WantedObject[] =>
  wantedObjects(
    readConfig(
      `environments: { main: { deployment: p }, dev: { deployment: d } }\nenvironment-objects:\n${entries}`,
      'c.yaml',
    ),
    target,
    given,
  );
/** What is wanted of the objects, one word each, with the names of overridden fields. */
const brief = (entries: string, target?: string): string[] =>
  wanted(entries, target).map(({ key, link, overrides, declared, mayChangeObject }) =>
    [
      key,
      link,
      ...overrides.map(({ name }) => name),
      ...(declared ? ['declared'] : []),
      ...(mayChangeObject ? ['may change'] : []),
    ].join(' '),
  );

describe('which objects a target has', () => {
  const objects = `
  - { connection: both, link: [preview, main] }
  - { connection: ours, preview: { host: h } }
  - { connection: theirs, type: t, main: { host: h, extra: { a: 1 } } }
  - { connection: hidden, exclude: [preview] }
  - { connection: half, type: t, link: [preview], exclude: [main] }
  - { connection: open, type: t, share: all }
  - { connection: opener, type: t, share: all, link: [preview] }
  - { connection: closed, type: t, share: all, exclude: [preview] }
`;
  test.each([
    [
      'preview',
      [
        'both link may change',
        'ours link host may change',
        // Named in the file, and no longer for previews: a link that was there goes.
        'theirs unlink may change',
        'hidden exclude may change',
        'half link declared may change',
        // Shared with all by the run of an environment only: a preview is linked by itself.
        'open link declared may change',
        'opener link declared may change',
        'closed exclude declared may change',
      ],
    ],
    [
      'main',
      [
        'both link may change',
        'theirs link host extra.a declared may change',
        'half exclude may change',
        'open none declared may change',
        'opener none declared may change',
        'closed none declared may change',
      ],
    ],
    ['dev', ['open none declared may change', 'opener none declared may change', 'closed none declared may change']],
  ])('%s', (target, expected) => {
    expect(brief(objects, target)).toEqual(expected);
  });
});

describe('what the fields become', () => {
  test.each([
    ["{ schema: 'PR_${pr}' }", [['schema', 'PR_42', false]]],
    ["{ login: '${env.SECRET}', host: h }", [['login', 's3cret', true], ['host', 'h', false]]],
    // Fields are text, whatever YAML makes of what is written.
    ['{ login: yes, password: 010, schema: 3.10, host: 1e3 }', [['login', 'yes', false], ['password', '010', false], ['schema', '3.10', false], ['host', '1e3', false]]],
    ['{ port: 5432 }', [['port', 5432, false]]],
    ["{ port: '5432' }", [['port', 5432, false]]],
    ["{ port: '${env.PORT}' }", [['port', 5432, true]]],
    // Members of `extra` have the type that they have in the file.
    [
      "{ extra: { n: 010, f: 1.5, t: yes, x: ~, s: 'yes', a.b: '${env.SECRET}', l: [1, '${pr}'], m: { k: ['${env.SECRET}'], e: {} } } }",
      [
        ['extra.n', 8, false], ['extra.f', 1.5, false], ['extra.t', true, false], ['extra.x', null, false], ['extra.s', 'yes', false],
        ['extra.a.b', 's3cret', true], ['extra.l', [1, '42'], false], ['extra.m', { k: ['s3cret'], e: {} }, true],
      ],
    ],
    ["{ extra: { a: '$${pr}' } }", [['extra.a', '${pr}', false]]],
  ])('of a connection: %s', (overrides, expected) => {
    const [object] = wanted(`  - { connection: a, preview: ${overrides} }`);
    expect(object?.overrides.map(({ name, value, fromEnv }) => [name, value, fromEnv])).toEqual(expected);
  }); // prettier-ignore

  test('headers and labels are text in Astro', () => {
    const [object] = wanted('  - { metrics-export: m, preview: { headers: { a: 010, b: yes }, labels: { c: 1.0 } } }');
    expect(object?.overrides).toEqual([
      { name: 'headers.a', value: '010', fromEnv: false },
      { name: 'headers.b', value: 'yes', fromEnv: false },
      { name: 'labels.c', value: '1.0', fromEnv: false },
    ]);
  });

  test('a key of the prototype is a member like any other [T-23]', () => {
    const [object] = wanted('  - { connection: a, preview: { extra: { m: { __proto__: { polluted: 1 } } } } }');
    expect(JSON.stringify(object?.overrides[0]?.value)).toBe('{"__proto__":{"polluted":1}}');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test.each([
    ["connection: a, type: postgres, auth-type: f, description: d, values: { login: '${branch.key}' }", { connectionType: 'postgres', authTypeId: 'f', description: 'd', isSecret: false, values: [{ name: 'login', value: 'FEATURE_X', fromEnv: false }] }],
    ['airflow-variable: a, values: { value: 1 }', { isSecret: false, values: [{ name: 'value', value: '1', fromEnv: false }] }],
    ['airflow-variable: a, secret: true, values: { value: 1 }', { isSecret: true, values: [{ name: 'value', value: '1', fromEnv: false }] }],
    // What came as a secret makes the variable one, unless the file says otherwise.
    ["environment-variable: a, values: { value: '${env.SECRET}' }", { isSecret: true, values: [{ name: 'value', value: 's3cret', fromEnv: true }] }],
  ])('declared: %s', (entry, expected) => {
    expect(wanted(`  - { ${entry}, link: [preview], share: restricted }`)).toEqual([
      {
        kind: entry.split(':')[0], key: 'a', at: expect.objectContaining({ line: 3 }), link: 'link', overrides: [], share: 'restricted',
        declared: expected, mayChangeObject: true, forPreview: true,
      },
    ]);
  }); // prettier-ignore
});

describe('what cannot be filled in', () => {
  const why = (entries: string, target?: string, given?: PlaceholderValues): string[] => {
    try {
      wanted(entries, target, given);
    } catch (error) {
      if (error instanceof UserError) return error.message.split('\n');
      throw error;
    }
    return [];
  };
  const unset = (name: string): string =>
    `\`\${env.${name}}\` has no value: the step's \`env:\` does not set ${name}, or sets it to nothing (a secret of that name may be missing)`;

  test('everything is told at once, each with its place', () => {
    expect(
      why(
        "  - { connection: a, main: { schema: 'PR_${pr}', port: '${env.PORT}', extra: { a: ['${env.X}'] } } }\n  - { airflow-variable: b, values: { value: '${branch}' }, link: [main] }",
        'main',
        inProduction,
      ),
    ).toEqual([
      'c.yaml:3:38: `${pr}` has no value here: this run is not for a pull request',
      `c.yaml:3:56: ${unset('PORT')}`,
      `c.yaml:3:84: ${unset('X')}`,
      'c.yaml:4:45: `${branch}` has no value in this run',
    ]);
  });

  test('what other targets need is not missed', () => {
    expect(why("  - { connection: a, link: [main], preview: { schema: '${pr}' } }", 'main', inProduction)).toEqual([]);
    expect(why("  - { connection: a, type: t, values: { host: '${env.X}' }, link: [main] }")).toEqual([]);
  });

  test.each(["'${env.WORD}'", "'${env.LARGE}'", "'0${env.PORT}'", '010', '5432.0'])('port: %s', (port) => {
    expect(why(`  - { connection: a, preview: { port: ${port} } }`)).toEqual([
      'c.yaml:3:39: `port` must be a whole number from 1 to 65535',
    ]);
  });
});

test.each([
  ['metrics-export: m, values: { endpoint: "${env.SECRET}", exporterType: PROMETHEUS }', 'endpoint'],
  ['metrics-export: m, values: { endpoint: e, exporterType: PROMETHEUS, labels: { a: "${env.SECRET}" } }', 'labels.a'],
  ['environment-variable: a, secret: no, values: { value: "${env.SECRET}" }', 'value'],
  ['airflow-variable: a, secret: no, values: { value: "${env.SECRET}" }', 'value'],
])('a secret in a field that Astro shows in clear is refused: %s [T-15]', (entry, field) => {
  expect(() => wanted(`  - { ${entry}, link: [preview] }`)).toThrow(`\`${field}\` of this`);
});

test('a password, a token and headers of a metrics export may be secrets', () => {
  const values =
    'values: { endpoint: e, exporterType: PROMETHEUS, password: "${env.SECRET}", headers: { h: "${env.SECRET}" } }';
  expect(() => wanted(`  - { metrics-export: m, ${values}, link: [preview] }`)).not.toThrow();
});
