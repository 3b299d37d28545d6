import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { connectionSource, secretsIn, variableSource } from '../../src/core/migration/airflow-sources.ts';
import type { Field, Json } from '../../src/core/config/wanted-objects.ts';
import type { AirflowConnection } from '../../src/core/migration/airflow-objects.ts';

const absent = { kind: 'absent' } as const;
const connection = (given: Partial<AirflowConnection> = {}): AirflowConnection => ({
  id: 'snow',
  type: 'snowflake',
  password: absent,
  extra: absent,
  ...given,
});
const field = (name: string, value: Json): Field => ({ name, value, fromEnv: false });

describe('a connection', () => {
  test('keeps what can be read, and names what cannot', () => {
    const source = connectionSource(
      connection({
        description: 'd',
        host: 'h',
        login: 'l',
        schema: 's',
        port: 443,
        password: { kind: 'masked' },
        extra: {
          kind: 'object',
          members: { account: 'abc', private_key: '***', conf: { token: '***' }, ports: [1] },
          masked: ['private_key', 'conf'],
        },
      }),
    );
    expect(source).toEqual({
      kind: 'connection',
      key: 'snow',
      connectionType: 'snowflake',
      description: 'd',
      fields: [
        field('host', 'h'),
        field('login', 'l'),
        field('schema', 's'),
        field('port', 443),
        field('extra.account', 'abc'),
        field('extra.ports', [1]),
      ],
      hidden: ['password', 'extra.private_key', 'extra.conf'],
      structured: ['extra.conf'],
      doubtful: [],
    });
  });

  test.each([
    [{ kind: 'value', value: 'p' }, [field('password', 'p')], [], []],
    [{ kind: 'masked' }, [], ['password'], []],
    [{ kind: 'unknown' }, [], [], ['password']],
    [absent, [], [], []],
  ] as const)('password %j', (password, fields, hidden, doubtful) => {
    expect(connectionSource(connection({ password }))).toMatchObject({ fields, hidden, doubtful });
  });

  test.each([
    [{ extra: { kind: 'unparsable' } }, /not a JSON object/],
    [{ extra: { kind: 'masked' } }, /hides all/],
    [{ type: '' }, /no connection type/],
  ] as const)('%j is impossible', (given, why) => {
    expect(connectionSource(connection(given)).impossible).toMatch(why);
  });

  test('that can be moved has no obstacle', () => {
    expect(connectionSource(connection())).not.toHaveProperty('impossible');
  });
});

describe('a variable', () => {
  test.each([
    ['bucket', 's3://x', false, false],
    ['api_token', 'x', false, true],
    ['bucket', '***', true, true],
    ['conf', '{"a":{"password":"x"}}', false, true],
    ['conf', '[{"a":1},{"service_account":{}}]', false, true],
    ['conf', '{"a":{"b":null}}', false, false],
    ['conf', '7', false, false],
  ])('%s = %s, masked %s: secret %s', (key, value, masked, isSecret) => {
    const source = variableSource({ key, value, masked, maskedMembers: [] });
    expect(source).toEqual({
      kind: 'airflow-variable',
      key,
      isSecret,
      doubtful: [],
      fields: masked ? [] : [field('value', value)],
      hidden: masked ? ['value'] : [],
    });
  });

  test('keeps its description', () => {
    expect(
      variableSource({ key: 'a', value: '', masked: false, maskedMembers: [], description: 'd' }).description,
    ).toBe('d');
  });
});

describe('what must not be shown', () => {
  test('passwords, members with telling names however deep, what came from env, and nothing else', () => {
    const fields: readonly Field[] = [
      field('password', 'pass'),
      field('host', 'h'),
      field('port', 1),
      field('extra.api_key', 'key'),
      field('extra.conf', { user: 'u', token: 't', ports: [1, null], deep: { secrets: ['s'] } }),
      field('extra.keyfile_dict', { project: 'p' }),
      { name: 'basicToken', value: 'b', fromEnv: true },
      { name: 'extra.more', value: { open: 'o' }, fromEnv: true },
    ];
    expect(secretsIn({ kind: 'connection', key: 'a', fields, hidden: [], doubtful: [] })).toEqual([
      'pass',
      'key',
      't',
      's',
      'p',
      'b',
    ]);
  });

  test('all of a secret variable', () => {
    const source = variableSource({ key: 'api_token', value: 'x', masked: false, maskedMembers: [] });
    expect(secretsIn(source)).toEqual(['x']);
    expect(secretsIn(variableSource({ key: 'b', value: 'x', masked: false, maskedMembers: [] }))).toEqual([]);
  });

  test('no masked member is ever among the fields', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), fc.array(fc.nat(9)), (members, picks) => {
        const names = Object.keys(members);
        const masked = [...new Set(picks.flatMap((pick) => names[pick] ?? []))];
        const source = connectionSource(connection({ extra: { kind: 'object', members, masked } }));
        expect(source.hidden).toEqual(masked.map((name) => `extra.${name}`));
        expect(source.fields).toHaveLength(names.length - masked.length);
      }),
    );
  });
});
