import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { objectKinds } from '../../src/core/config/schema-objects.ts';
import { backupOf, readBackup, sourceOf } from '../../src/core/migration/deployment-source.ts';
import type { EnvironmentObject } from '../../src/core/objects/environment-objects.ts';
import { secretName, secretNames, sharedNames, withoutPasswordName } from '../../src/core/migration/secret-names.ts';
import { authTypeOf, describeOrigin, holdsMask, readStructure, planMove } from '../../src/core/migration/sources.ts';
import type { Field, Json } from '../../src/core/config/wanted-objects.ts';
import type { SourceObject } from '../../src/core/migration/source-object.ts';

const id = 'cm0deployment000000000001';
const field = (name: string, value: Json, fromEnv = false): Field => ({ name, value, fromEnv });
const source = (given: Partial<SourceObject> = {}): SourceObject => ({
  kind: 'connection',
  key: 'snow',
  connectionType: 'snowflake',
  fields: [],
  hidden: [],
  doubtful: [],
  ...given,
});
const variable = (given: Partial<SourceObject> = {}): SourceObject => ({
  kind: 'airflow-variable',
  key: 'bucket',
  fields: [field('value', 'v')],
  hidden: [],
  doubtful: [],
  isSecret: false,
  ...given,
});
const stored = (given: Partial<EnvironmentObject> = {}): EnvironmentObject => ({
  id: 'cm0object0000000000000001',
  objectKey: 'snow',
  objectType: 'CONNECTION',
  scope: 'WORKSPACE',
  scopeEntityId: 'cm0workspace0000000000000',
  connection: { type: 'snowflake' },
  setFields: ['type'],
  ...given,
});
/** An object without one of its members. */
const without = <T extends object, K extends keyof T>(object: T, key: K): Omit<T, K> =>
  Object.fromEntries(Object.entries(object).filter(([name]) => name !== key)) as Omit<T, K>;
const link = (setFields: string[] = []) => [{ scope: 'DEPLOYMENT' as const, scopeEntityId: id, setFields }];
const plan = (given: SourceObject, target?: EnvironmentObject, env: Readonly<Record<string, string>> = {}) =>
  planMove(given, target, id, new Map(Object.entries(env)));
const moved = (...args: Parameters<typeof plan>) => {
  const found = plan(...args);
  if (found.kind === 'blocked') throw new Error(found.why);
  return found;
};
const names = (fields: readonly Field[]): string[] => fields.map(({ name }) => name);

describe('names of variables in env', () => {
  test.each([
    ['connection', 'my-conn.1', 'password', 'CONN_MY_CONN_1_PASSWORD'],
    ['connection', 'snow', 'extra.private_key', 'CONN_SNOW_EXTRA_PRIVATE_KEY'],
    ['airflow-variable', 'api token', 'value', 'VAR_API_TOKEN'],
    ['environment-variable', 'DBT', 'value', 'VAR_DBT'],
    ['metrics-export', 'grafana', 'basicToken', 'METRICS_GRAFANA_BASICTOKEN'],
  ] as const)('%s %s %s: %s', (kind, key, name, expected) => {
    expect(secretName(kind, key, name)).toBe(expected);
  });

  test('one more where nobody knows whether there is a password', () => {
    expect(withoutPasswordName('a-b')).toBe('CONN_A_B_NO_PASSWORD');
    expect(secretNames(source({ hidden: ['extra.k'], doubtful: ['password'] }))).toEqual([
      'CONN_SNOW_EXTRA_K',
      'CONN_SNOW_PASSWORD',
      'CONN_SNOW_NO_PASSWORD',
    ]);
    expect(secretNames(source({ hidden: ['password'] }))).toEqual(['CONN_SNOW_PASSWORD']);
  });

  test('two sources must not share one', () => {
    const [a, b] = ['a-b', 'a_b'].map((key) => source({ key, hidden: ['password'] }));
    expect(sharedNames([a, b] as SourceObject[])).toEqual([
      'CONN_A_B_PASSWORD would be the secret of connection:a-b and of connection:a_b: move one of them at a time with `objects`',
    ]);
    expect(sharedNames([source({ hidden: ['password'] }), variable()])).toEqual([]);
  });

  test('every name is one that a workflow can set', () => {
    fc.assert(
      fc.property(fc.constantFrom(...objectKinds), fc.string(), fc.string({ minLength: 1 }), (kind, key, name) => {
        expect(secretName(kind, key, name)).toMatch(/^(?:CONN|VAR|METRICS)_[A-Z0-9_]*$/);
      }),
    );
  });
});

describe('masks and maps', () => {
  test.each<[Json, boolean]>([
    ['***', true],
    ['*****', true],
    ['**', false],
    ['a***', false],
    [{ a: ['***'] }, true],
    [{ a: 'b' }, false],
    [null, false],
    [3, false],
  ])('%j is a mask: %s', (value, expected) => {
    expect(holdsMask(value)).toBe(expected);
  });

  test.each([
    ['{"a":1}', { a: 1 }],
    ['[1]', [1]],
    ['null', undefined],
    ['3', undefined],
    ['{', undefined],
  ])('%s as a map or a list', (text, expected) => {
    expect(readStructure(text)).toEqual(expected);
  });

  test.each([
    [['basicToken'], 'AUTH_TOKEN'],
    [['sigV4AssumeArn'], 'SIGV4'],
    [['username', 'password'], 'BASIC'],
    [['endpoint'], undefined],
  ])('%j signs in by %s', (setFields, expected) => {
    expect(authTypeOf(setFields)).toBe(expected);
  });
});

describe('an object that the Workspace does not have', () => {
  test('is created with everything, and linked', () => {
    const given = source({ description: 'd', authTypeId: 'form', fields: [field('host', 'h')], hidden: ['password'] });
    expect(moved(given, undefined, { CONN_SNOW_PASSWORD: 'p' })).toEqual({
      kind: 'move',
      rewriteSecrets: false,
      notes: [],
      wanted: {
        kind: 'connection',
        key: 'snow',
        at: { file: '' },
        link: 'link',
        overrides: [],
        mayChangeObject: false,
        declared: {
          isSecret: false,
          description: `d\n[astro-branch-deploy from=${id}]`,
          connectionType: 'snowflake',
          authTypeId: 'form',
          values: [field('host', 'h'), field('password', 'p', true)],
        },
      },
    });
    expect(moved(variable({ isSecret: true })).wanted.declared).toMatchObject({ isSecret: true });
  });

  test('its origin is told once', () => {
    const once = describeOrigin('d', id);
    expect(describeOrigin(once, id)).toBe(once);
    expect(describeOrigin(once, 'other')).toBe('d\n[astro-branch-deploy from=other]');
    expect(describeOrigin(undefined, id)).toBe(`[astro-branch-deploy from=${id}]`);
  });
});

describe('blocked', () => {
  test.each<[string, SourceObject, Readonly<Record<string, string>>, string]>([
    ['what is impossible', source({ impossible: 'no way', hidden: ['password'] }), {}, 'no way'],
    [
      'a missing secret',
      source({ hidden: ['password', 'extra.k'] }),
      { CONN_SNOW_PASSWORD: '' },
      "password, extra.k cannot be read: give CONN_SNOW_PASSWORD, CONN_SNOW_EXTRA_K in the step's `env:`",
    ],
    [
      'a password that may be',
      source({ doubtful: ['password'] }),
      { CONN_SNOW_NO_PASSWORD: 'yes' },
      "password cannot be read: give CONN_SNOW_PASSWORD in the step's `env:`, or `CONN_SNOW_NO_PASSWORD: true` where there is no password",
    ],
    [
      'a hidden member beside a connection without password',
      source({ hidden: ['extra.k'], doubtful: ['password'] }),
      { CONN_SNOW_NO_PASSWORD: 'true' },
      "extra.k cannot be read: give CONN_SNOW_EXTRA_K in the step's `env:`",
    ],
    [
      'a mask that was read',
      source({ fields: [field('extra.k', { a: '***' })] }),
      {},
      'extra.k holds `***`, which is a mask and no value',
    ],
    [
      'a mask that was supplied',
      source({ hidden: ['password'] }),
      { CONN_SNOW_PASSWORD: '***' },
      'password holds `***`, which is a mask and no value',
    ],
    [
      'a map that is supplied as text',
      source({ hidden: ['extra.k'], structured: ['extra.k'] }),
      { CONN_SNOW_EXTRA_K: 'text' },
      'extra.k is a map or a list, and what CONN_SNOW_EXTRA_K gives is not one in JSON',
    ],
  ])('%s', (_, given, env, why) => {
    expect(plan(given, undefined, env)).toEqual({ kind: 'blocked', why });
  });

  test.each<[string, SourceObject, EnvironmentObject, RegExp]>([
    [
      'a secret over a value that shows',
      variable({ isSecret: true }),
      stored({ objectType: 'AIRFLOW_VARIABLE', airflowVariable: { value: 'v', isSecret: false } }),
      /is not secret/,
    ],
    [
      'a secret environment variable over one that shows',
      variable({ kind: 'environment-variable', isSecret: true }),
      stored({ objectType: 'ENVIRONMENT_VARIABLE', environmentVariable: { value: 'v', isSecret: false } }),
      /is not secret/,
    ],
    ['another connection form', source({ authTypeId: 'form' }), stored(), /another connection form/],
  ])('%s', (_, given, target, why) => {
    expect(plan(given, target)).toMatchObject({ kind: 'blocked', why: expect.stringMatching(why) });
  });

  test('nothing where a secret goes over a secret, or a value over a secret', () => {
    const target = stored({ objectType: 'AIRFLOW_VARIABLE', airflowVariable: { value: '', isSecret: true } });
    expect(plan(variable({ isSecret: true }), target).kind).toBe('move');
    expect(plan(variable(), target).kind).toBe('move');
  });

  test('a connection form only goes over the same one', () => {
    const form = { type: 'snowflake', connectionAuthType: { id: 'form' } as never };
    expect(plan(source({ authTypeId: 'form' }), stored({ connection: form })).kind).toBe('move');
    const bare = without(stored(), 'connection');
    expect(plan(source({ authTypeId: 'form' }), bare).kind).toBe('blocked');
  });
});

describe('what env supplies', () => {
  test('a map is given as JSON, text stays text, and a connection without password gets none', () => {
    const given = source({ hidden: ['extra.k', 'extra.text'], structured: ['extra.k'], doubtful: ['password'] });
    const env = { CONN_SNOW_EXTRA_K: '{"a":1}', CONN_SNOW_EXTRA_TEXT: '{"a":1}', CONN_SNOW_NO_PASSWORD: 'true' };
    expect(moved(given, undefined, env).wanted.declared?.values).toEqual([
      field('extra.k', { a: 1 }, true),
      field('extra.text', '{"a":1}', true),
    ]);
  });

  test('nothing that is stored is ever a mask', () => {
    const value = fc.oneof(fc.constant('***'), fc.string());
    fc.assert(
      fc.property(value, value, (host, password) => {
        const given = source({ fields: [field('host', host)], hidden: ['password'] });
        const found = plan(given, undefined, { CONN_SNOW_PASSWORD: password });
        const values = found.kind === 'move' ? (found.wanted.declared?.values ?? []) : [];
        expect(values.some((one) => holdsMask(one.value))).toBe(false);
      }),
    );
  });
});

describe('an object of the same key', () => {
  test('is overridden where it differs, and with every secret; a map goes whole', () => {
    const target = stored({
      connection: { type: 'generic', host: 'h', login: '', extra: { a: 1, b: 2 } },
      setFields: ['type', 'host', 'password', 'extra.a', 'extra.b'],
    });
    const given = source({
      fields: [field('host', 'h'), field('login', 'l'), field('extra.a', 1), field('extra.b', 3)],
      hidden: ['password'],
    });
    const { wanted, notes } = moved(given, target, { CONN_SNOW_PASSWORD: 'p' });
    expect(names(wanted.overrides)).toEqual(['type', 'login', 'extra.a', 'extra.b', 'password']);
    expect(notes).toEqual([]);
  });

  test('that was made out of this very source is not written again', () => {
    const target = stored({
      description: describeOrigin('d', id),
      connection: { type: 'snowflake', extra: { k: '***' } },
      setFields: ['type', 'password', 'extra.k'],
      links: link(),
      updatedAt: '2026-01-02T00:00:00Z',
    });
    const given = source({ hidden: ['password', 'extra.k', 'extra.new'], updatedAt: '2026-01-01T00:00:00Z' });
    const env = { CONN_SNOW_PASSWORD: 'p', CONN_SNOW_EXTRA_K: 'k', CONN_SNOW_EXTRA_NEW: 'n' };
    const overridden = (one: SourceObject, over: EnvironmentObject) => names(moved(one, over, env).wanted.overrides);
    expect(overridden({ ...given, hidden: ['password', 'extra.k'] }, target)).toEqual([]);
    // A member that it does not have yet takes its map along.
    expect(overridden(given, target)).toEqual(['extra.k', 'extra.new']);
    // Another one's, or no longer linked: nobody knows what it holds.
    const all = ['password', 'extra.k', 'extra.new'];
    expect(overridden(given, { ...target, description: describeOrigin('', 'other') })).toEqual(all);
    const undescribed = without(target, 'description');
    expect(overridden(given, undescribed)).toEqual(all);
    expect(overridden(given, { ...target, links: [] })).toEqual(all);
    // Changed since: its secrets are written once more.
    const newer = { ...given, updatedAt: '2026-01-03T00:00:00Z' };
    expect(overridden(newer, target)).toEqual(all);
    expect([moved(given, target, env).rewriteSecrets, moved(newer, target, env).rewriteSecrets]).toEqual([false, true]);
    const undated = without(target, 'updatedAt');
    expect(moved(newer, undated, env).rewriteSecrets).toBe(false);
  });

  test('without a body, or of another kind than a connection', () => {
    const bare = without(stored(), 'connection');
    expect(names(moved(source({ fields: [field('host', 'h')] }), bare).wanted.overrides)).toEqual(['type', 'host']);
    const target = stored({ objectType: 'AIRFLOW_VARIABLE', airflowVariable: { value: 'v', isSecret: false } });
    expect(moved(variable(), target).wanted.overrides).toEqual([]);
  });

  test('how a metrics export signs in is compared by its credentials', () => {
    const given: SourceObject = {
      kind: 'metrics-export',
      key: 'g',
      fields: [field('authType', 'BASIC'), field('endpoint', 'https://g')],
      hidden: [],
      doubtful: [],
    };
    const target = (setFields: string[]) =>
      stored({
        objectType: 'METRICS_EXPORT',
        metricsExport: { endpoint: 'https://g', exporterType: 'PROMETHEUS' },
        setFields,
      });
    expect(moved(given, target(['endpoint', 'username'])).wanted.overrides).toEqual([]);
    expect(names(moved(given, target(['endpoint', 'basicToken'])).wanted.overrides)).toEqual(['authType']);
  });

  test('what only it has is told', () => {
    const target = stored({ setFields: ['type', 'authTypeId', 'host', 'schema', 'extra', 'extra.a', 'extra.b'] });
    const given = source({ fields: [field('host', 'h'), field('extra.a', 1)] });
    expect(moved(given, target).notes).toEqual([
      'The connection snow of the Workspace also sets schema, extra.b, which the source does not: the Deployment will see it.',
    ]);
    expect(moved(source({ fields: [field('extra', {})] }), stored({ setFields: ['extra.a'] })).notes).toEqual([]);
  });
});

describe("a Deployment's own object as a source", () => {
  const own = (given: Partial<EnvironmentObject>) => stored({ scope: 'DEPLOYMENT', scopeEntityId: id, ...given });

  test('keeps what can be read; masks, and maps that may have lost members, are hidden', () => {
    const object = own({
      description: 'd',
      connection: {
        type: 'snowflake',
        host: 'h',
        port: 443,
        extra: { a: 'x', token: '***', conf: { user: 'u' }, on: false },
        connectionAuthType: { id: 'form' } as never,
      },
      setFields: ['type', 'host', 'port', 'password', 'extra', 'extra.a', 'extra.token', 'extra.conf', 'extra.on'],
    });
    expect(sourceOf(object, 'connection', undefined)).toEqual({
      kind: 'connection',
      key: 'snow',
      description: 'd',
      connectionType: 'snowflake',
      authTypeId: 'form',
      fields: [field('host', 'h'), field('port', 443), field('extra.a', 'x'), field('extra.on', false)],
      hidden: ['password', 'extra.token', 'extra.conf'],
      structured: ['extra.conf'],
      doubtful: [],
    });
    const clear = own({
      connection: {
        type: 'snowflake',
        host: 'h',
        password: 'p',
        extra: { token: '***', conf: { user: 'u', pass: 'p' } },
      },
    });
    expect(sourceOf(object, 'connection', clear)).toMatchObject({
      fields: expect.arrayContaining([
        field('password', 'p', true),
        field('extra.conf', { user: 'u', pass: 'p' }, true),
      ]),
      hidden: ['extra.token'],
    });
    // What the workflow supplies is not taken from Astro.
    expect(sourceOf(object, 'connection', clear, (name) => name === 'password').hidden).toEqual([
      'password',
      'extra.token',
    ]);
  });

  test.each([
    ['airflow-variable', 'airflowVariable', { value: '', isSecret: false }, [], [field('value', '')], []],
    [
      'environment-variable',
      'environmentVariable',
      { value: 'v', isSecret: false },
      ['value'],
      [field('value', 'v')],
      [],
    ],
    ['airflow-variable', 'airflowVariable', { value: '', isSecret: true }, ['value'], [], ['value']],
  ] as const)('%s', (kind, member, body, setFields, fields, hidden) => {
    const object = own({ [member]: body, setFields: [...setFields] });
    const found = sourceOf(without(object, 'connection'), kind, undefined);
    expect(found).toMatchObject({ kind, fields, hidden, isSecret: body.isSecret });
    expect(found).not.toHaveProperty('impossible');
  });

  test('a metrics export signs in by the credentials that it has', () => {
    const object = without(
      own({
        metricsExport: { endpoint: 'e', exporterType: 'PROMETHEUS' },
        setFields: ['endpoint', 'exporterType', 'basicToken'],
      }),
      'connection',
    );
    const expected = { fields: expect.arrayContaining([field('authType', 'AUTH_TOKEN')]), hidden: ['basicToken'] };
    expect(sourceOf(object, 'metrics-export', undefined)).toMatchObject(expected);
    const told = { ...object, setFields: [...object.setFields, 'authType'] };
    expect(sourceOf(told, 'metrics-export', undefined)).toMatchObject(expected);
  });

  test('whose fields Astro does not list cannot be moved', () => {
    const object = without(own({ setFields: [] }), 'connection');
    expect(sourceOf(object, 'connection', undefined).impossible).toMatch(/does not tell/);
  });
});

describe('the copy of an own object', () => {
  test.each([undefined, 'd', 'two\nlines'])('is known by key and description (%j)', (description) => {
    const { key, description: told } = backupOf(source({ ...(description !== undefined && { description }) }), id);
    expect(readBackup(stored({ objectKey: key, description: told }), id)).toEqual({
      key: 'snow',
      description: description ?? '',
    });
    expect(readBackup(stored({ objectKey: key, description: told }), 'cm0deployment000000000002')).toBeUndefined();
    expect(readBackup(stored({ objectKey: 'snow', description: told }), id)).toBeUndefined();
    expect(readBackup(stored({ objectKey: key }), id)).toBeUndefined();
  });
});
