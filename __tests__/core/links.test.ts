import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ObjectKind } from '../../src/core/config/schema-objects.ts';
import {
  apiNames,
  compare,
  complete,
  fieldOf,
  kindOfType,
  nested,
  readable,
  same,
  type EnvironmentObject,
  type Fields,
  type ObjectUpdate,
} from '../../src/core/objects/environment-objects.ts';
import { reconcileLink, type ObjectAction } from '../../src/core/objects/reconcile-link.ts';
import type { Field, Json, WantedObject } from '../../src/core/config/wanted-objects.ts';
import { verbText } from '../../src/core/objects/verbs.ts';
import { isNamed, strangeScope, withoutDeployment } from '../../src/core/objects/entries.ts';

const own = 'own';
const place = { workspaceId: 'w', rewriteSecrets: false };
const to = (scopeEntityId: string) => ({ scope: 'DEPLOYMENT' as const, scopeEntityId });
const field = (name: string, value: Json, fromEnv = false): Field => ({ name, value, fromEnv });

/** An object in clear, with flat names of fields. */
interface Stored {
  readonly kind: ObjectKind;
  readonly secret: boolean;
  readonly description?: string | undefined;
  readonly autoLink: boolean;
  readonly links: ReadonlyMap<string, ReadonlyMap<string, Json>>;
  readonly excludes: readonly string[];
  readonly body: ReadonlyMap<string, Json>;
}
type Mask = 'absent' | '' | '***';

const fieldNames: Readonly<Record<ObjectKind, readonly string[]>> = {
  connection: ['host', 'schema', 'password', 'extra.role', 'extra.token', 'extra.a.b'],
  'airflow-variable': ['value'],
  'environment-variable': ['value'],
  'metrics-export': ['username', 'password', 'headers.X-Key', 'labels.team'],
};
const kinds = Object.keys(fieldNames) as ObjectKind[];
const isVariable = (kind: ObjectKind): boolean => kind.endsWith('variable');
const isSecret = ({ kind, secret }: Pick<Stored, 'kind' | 'secret'>, name: string): boolean =>
  isVariable(kind) ? secret : ['password', 'extra.token', 'headers.X-Key'].includes(name);

/** The object as Astro shows it. */
function shown(stored: Stored, mask: Mask): EnvironmentObject {
  const { kind, secret, links, excludes, body, autoLink, description } = stored;
  const names = apiNames[kind];
  const visible = (fields: ReadonlyMap<string, Json>): Record<string, Json> =>
    nested(
      [...fields].flatMap(([name, value]) => {
        if (!isSecret(stored, name)) return [field(name, value)];
        return mask === 'absent' ? [] : [field(name, mask)];
      }),
    );
  return {
    id: 'object',
    objectKey: 'k',
    objectType: names.type,
    scope: 'WORKSPACE',
    scopeEntityId: 'w',
    ...(description !== undefined && { description }),
    ...(autoLink && { autoLinkDeployments: true }),
    ...(links.size > 0 && {
      links: [...links].map(([id, overrides]) => ({
        ...to(id),
        ...(!(isVariable(kind) && secret) && { [names.overrides]: visible(overrides) }),
        setFields: [...overrides.keys()],
      })),
    }),
    ...(excludes.length > 0 && { excludeLinks: excludes.map(to) }),
    [names.body]: {
      ...(kind === 'connection' && { type: 't', connectionAuthType: { id: 'form' } }),
      ...(kind === 'metrics-export' && { endpoint: 'e', exporterType: 'PROMETHEUS' }),
      ...(isVariable(kind) && { isSecret: secret, value: '' }),
      ...visible(body),
    },
    setFields: [...body.keys()],
  };
}

function flat(fields: object, parents: readonly string[] = ['extra', 'headers', 'labels']): [string, Json][] {
  return Object.entries(fields as Fields).flatMap(([name, value]): [string, Json][] =>
    parents.includes(name)
      ? Object.entries(value as Fields).map(([member, one]) => [`${name}.${member}`, one])
      : [[name, value]],
  );
}
const mapOf = (name: string): string => (name.includes('.') ? `${name.split('.', 1)[0] as string}.` : '-');

/** What an update makes of it; `replaced`: a map that is sent replaces the one that is there. */
function updated(stored: Stored, body: ObjectUpdate, maps: 'merged' | 'replaced'): Stored {
  const names = apiNames[stored.kind];
  const laid = (under: ReadonlyMap<string, Json>, over: object): Map<string, Json> => {
    const sent = flat(over).filter(([name]) => fieldNames[stored.kind].includes(name));
    const left = [...under].filter(
      ([name]) => maps === 'merged' || !sent.some(([other]) => name.startsWith(mapOf(other))),
    );
    return new Map([...left, ...sent.filter(([, value]) => !(stored.secret && value === ''))]);
  };
  return {
    ...stored,
    autoLink: body.autoLinkDeployments === true,
    excludes: (body.excludeLinks ?? []).map(({ scopeEntityId }) => scopeEntityId),
    links: new Map(
      (body.links ?? []).map(({ scopeEntityId, overrides }) => {
        const unset = overrides?.unsetFields ?? [];
        const before = [...(stored.links.get(scopeEntityId) ?? [])].filter(([name]) => !unset.includes(name));
        return [scopeEntityId, laid(new Map(before), overrides?.[names.body] ?? {})];
      }),
    ),
    body: laid(stored.body, body[names.body] ?? {}),
  };
}

const valueArb = fc.constantFrom('v1', 'v2', 'v3');
const fieldsArb = (kind: ObjectKind): fc.Arbitrary<Map<string, Json>> =>
  fc
    .subarray([...fieldNames[kind]])
    .chain((names) => fc.tuple(...names.map((name) => valueArb.map((value) => [name, value] as const))))
    .map((entries) => new Map<string, Json>(entries));
const storedArb = (kind: ObjectKind): fc.Arbitrary<Stored> =>
  fc
    .tuple(
      fc.record({
        kind: fc.constant(kind),
        secret: isVariable(kind) ? fc.boolean() : fc.constant(false),
        description: fc.constantFrom(undefined, 'text'),
        autoLink: fc.boolean(),
        body: isVariable(kind) ? valueArb.map((value) => new Map<string, Json>([['value', value]])) : fieldsArb(kind),
      }),
      fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', own), fieldsArb(kind)), { selector: ([id]) => id }),
      fc.uniqueArray(fc.constantFrom('a', 'd', 'e', own)),
    )
    .map(([object, links, excludes]) => ({
      ...object,
      links: new Map(links),
      excludes: excludes.filter((id) => !links.some(([other]) => other === id)),
    }));
const wantedArb = (kind: ObjectKind, secret: boolean): fc.Arbitrary<WantedObject> => {
  const fields = fieldsArb(kind).map((map) => [...map].map(([name, value]) => field(name, value)));
  return fc
    .record({
      link: fc.constantFrom('link', 'link', 'exclude', 'unlink', 'none'),
      overrides: fields,
      share: fc.constantFrom(undefined, 'all', 'restricted'),
      values: fc.option(fields, { nil: undefined }),
      mayChangeObject: fc.boolean(),
    })
    .map(({ link, overrides, share, values, mayChangeObject }) => ({
      kind,
      key: 'k',
      at: { file: 'f' },
      link,
      mayChangeObject,
      overrides: link === 'link' ? overrides : [],
      ...(share && { share }),
      ...(values && { declared: { isSecret: secret, values } }),
    }));
};
const sceneArb = fc.constantFrom(...kinds).chain((kind) =>
  storedArb(kind).chain((stored) =>
    fc.record({
      stored: fc.constant(stored),
      wanted: wantedArb(kind, stored.secret),
      mask: fc.constantFrom<Mask>('absent', '', '***'),
      maps: fc.constantFrom('merged' as const, 'replaced' as const),
      rewriteSecrets: fc.boolean(),
    }),
  ),
);

/** Every text in a body, with the way to it. */
function texts(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => texts(member, `${path}/${name}`));
}

/** T-14: an update takes nothing from anybody, whatever it is for. */
function expectHarmless(stored: Stored, body: ObjectUpdate, maps: 'merged' | 'replaced'): void {
  const others = [...stored.links.keys()].filter((id) => id !== own);
  expect(body.links?.filter(({ scopeEntityId }) => scopeEntityId !== own)).toEqual(others.map(to));
  expect(body.excludeLinks?.filter(({ scopeEntityId }) => scopeEntityId !== own)).toEqual(
    stored.excludes.filter((id) => id !== own).map(to),
  );
  expect(typeof body.autoLinkDeployments).toBe('boolean');
  expect(body[apiNames[stored.kind].body]).toBeDefined();
  expect(body.description).toBe(stored.description);
  const secretValue = isVariable(stored.kind) && stored.secret ? `/${apiNames[stored.kind].body}/value` : undefined;
  expect(texts(body).filter(([path, text]) => /^\**$/.test(text) && path !== secretValue)).toEqual([]);
  const after = updated(stored, body, maps);
  for (const id of others) expect(after.links.get(id)).toEqual(stored.links.get(id));
  for (const [name] of stored.body) expect([...after.body.keys()]).toContain(name);
}

describe('whatever is stored and wanted [T-14]', () => {
  test('nothing of anybody else changes, and one update is enough', () => {
    fc.assert(
      fc.property(sceneArb, ({ stored, wanted, mask, maps, rewriteSecrets }) => {
        const action = reconcileLink(wanted, shown(stored, mask), own, { ...place, rewriteSecrets });
        if (action.kind === 'nothing') return;
        if (action.kind === 'refuse') {
          expect(action.why).toMatch(/which cannot be read, would be lost/);
          return;
        }
        expect(action.verbs).not.toEqual([]);
        let after: Stored;
        if (action.kind === 'update') {
          expectHarmless(stored, action.body, maps);
          after = updated(stored, action.body, maps);
        } else {
          expect(action.kind).toBe('exclude');
          after = { ...stored, excludes: [...stored.excludes, own] };
        }
        expect(reconcileLink(wanted, shown(after, mask), own, place)).toEqual({ kind: 'nothing' });
        const reached = after.links.has(own) || (after.autoLink && !after.excludes.includes(own));
        if (wanted.link === 'link') {
          expect(reached).toBe(true);
          const wished = wanted.overrides.map(({ name, value }) => [name, value]);
          const secrets = wanted.overrides.filter(({ name }) => isSecret(stored, name)).map(({ name }) => name);
          const found = [...(after.links.get(own) ?? [])];
          const open = (entries: unknown[][]) => entries.filter(([name]) => !secrets.includes(name as string)).sort();
          expect(open(found)).toEqual(open(wished));
          expect(found.map(([name]) => name).sort()).toEqual(wished.map(([name]) => name).sort());
        }
        if (wanted.link === 'exclude') expect(reached).toBe(false);
      }),
      { numRuns: 3_000 },
    );
  });

  test('secrets that are written again end up as they are wanted', () => {
    fc.assert(
      fc.property(sceneArb, ({ stored, wanted, mask, maps }) => {
        fc.pre(wanted.link === 'link');
        const action = reconcileLink(wanted, shown(stored, mask), own, { ...place, rewriteSecrets: true });
        const after = action.kind === 'update' ? updated(stored, action.body, maps) : stored;
        fc.pre(action.kind !== 'refuse');
        expect(Object.fromEntries(after.links.get(own) ?? [])).toEqual(
          Object.fromEntries(wanted.overrides.map(({ name, value }) => [name, value])),
        );
      }),
    );
  });

  test('taking a Deployment out takes nothing else', () => {
    fc.assert(
      fc.property(sceneArb, ({ stored, mask, maps }) => {
        const object = shown(stored, mask);
        const body = withoutDeployment(object, own);
        expect(body !== undefined).toBe(isNamed(object, own));
        expect(isNamed(object, own)).toBe(stored.links.has(own) || stored.excludes.includes(own));
        if (!body) return;
        expectHarmless(stored, body, maps);
        expect(body.autoLinkDeployments).toBe(stored.autoLink);
        const after = updated(stored, body, maps);
        expect(isNamed(shown(after, mask), own)).toBe(false);
        expect(after.body).toEqual(stored.body);
      }),
    );
  });
});

const wish = (more: Partial<WantedObject> = {}): WantedObject => ({
  kind: 'connection',
  key: 'k',
  at: { file: 'f' },
  link: 'link',
  overrides: [],
  mayChangeObject: false,
  ...more,
});
const connection = (more: Partial<EnvironmentObject> = {}): EnvironmentObject => ({
  id: 'object',
  objectKey: 'k',
  objectType: 'CONNECTION',
  scope: 'WORKSPACE',
  scopeEntityId: 'w',
  connection: { type: 't', host: 'h', extra: { role: 'r' } },
  setFields: ['type', 'host', 'extra.role', 'extra.token'],
  ...more,
});
const variable = (more: Partial<EnvironmentObject> = {}): EnvironmentObject => ({
  ...connection({ objectType: 'AIRFLOW_VARIABLE', airflowVariable: { isSecret: false, value: 'v' } }),
  connection: undefined as never,
  setFields: ['value'],
  ...more,
});
const linked = (overrides: object, setFields: string[]): Partial<EnvironmentObject> => ({
  links: [{ ...to(own), connectionOverrides: overrides, setFields }],
});
const updateOf = (action: ObjectAction): Extract<ObjectAction, { kind: 'update' }> => {
  if (action.kind !== 'update') throw new Error(`it is ${JSON.stringify(action)}`);
  return action;
};
const ownLink = (action: ObjectAction) =>
  updateOf(action).body.links?.find(({ scopeEntityId }) => scopeEntityId === own);

describe('what is told of an update', () => {
  const out = connection({ excludeLinks: [to(own)] });
  test.each<[string, WantedObject, EnvironmentObject, string, readonly string[]]>([
    ['link', wish(), connection(), 'link', []],
    ['lift', wish(), out, 'lift the exclusion, link', []],
    ['lift only', wish(), { ...out, autoLinkDeployments: true }, 'lift the exclusion', []],
    ['override', wish({ overrides: [field('schema', 's')] }), connection(), 'link, override', ['schema']],
    [
      'change',
      wish({ overrides: [field('schema', 's')] }),
      connection(linked({ schema: 'x', host: 'x' }, ['schema', 'host'])),
      'change the overrides',
      ['schema', '-host'],
    ],
    ['share', wish({ link: 'none', share: 'all', mayChangeObject: true }), connection(), 'share with all', []],
    [
      'restrict',
      wish({ link: 'none', share: 'restricted', mayChangeObject: true }),
      connection({ autoLinkDeployments: true, ...linked({}, []) }),
      'restrict',
      [],
    ],
    ['unlink', wish({ link: 'unlink' }), connection(linked({}, [])), 'unlink', []],
    ['exclude', wish({ link: 'exclude' }), connection({ autoLinkDeployments: true }), 'exclude', []],
    [
      'unlink and exclude',
      wish({ link: 'exclude' }),
      connection({ autoLinkDeployments: true, ...linked({}, []) }),
      'unlink, exclude',
      [],
    ],
    [
      'own fields',
      wish({
        mayChangeObject: true,
        link: 'none',
        declared: { isSecret: false, values: [field('host', 'x')] },
      }),
      connection(),
      'change',
      ['host'],
    ],
  ])('%s', (_, wanted, object, what, fields) => {
    const action = reconcileLink(wanted, object, own, place);
    expect('verbs' in action && verbText(action.verbs)).toBe(what);
    if (action.kind !== 'exclude') expect(action).toMatchObject({ fields });
  });

  test('an object that sees to it by itself needs nothing', () => {
    const shared = connection({ autoLinkDeployments: true });
    expect(reconcileLink(wish(), shared, own, place)).toEqual({ kind: 'nothing' });
    expect(reconcileLink(wish({ link: 'exclude' }), connection(), own, place)).toEqual({ kind: 'nothing' });
    // Only its own run may change what everybody sees.
    const declared = { isSecret: false, values: [field('host', 'x')] };
    expect(reconcileLink(wish({ link: 'none', share: 'all', declared }), connection(), own, place)).toEqual({
      kind: 'nothing',
    });
  });
});

test.each<[boolean, boolean, string]>([
  [true, true, 'nothing'],
  [true, false, 'update'],
  [false, true, 'update'],
])('what everybody sees changes for a preview (%p) of an object linked to all (%p): %s', (forPreview, all, kind) => {
  const declared = { isSecret: false, values: [field('host', 'x')] };
  const wanted = wish({ link: 'none', share: 'all', mayChangeObject: true, declared, forPreview });
  expect(reconcileLink(wanted, connection({ autoLinkDeployments: all }), own, place).kind).toBe(kind);
});

describe('secrets', () => {
  const password = field('password', 'new', true);
  test('are written when they are not set, again only where asked for', () => {
    const fresh = connection(linked({}, []));
    const held = connection(linked({}, ['password']));
    const rewrite = { ...place, rewriteSecrets: true };
    const wanted = wish({ overrides: [password] });
    const written = { ...to(own), overrides: { connection: { password: 'new' } } };
    expect(ownLink(reconcileLink(wanted, fresh, own, place))).toEqual(written);
    expect(reconcileLink(wanted, held, own, place)).toEqual({ kind: 'nothing' });
    expect(ownLink(reconcileLink(wanted, held, own, rewrite))).toEqual(written);
  });

  test('an empty text that is no mask is compared', () => {
    const links = [{ ...to(own), airflowVariableOverrides: { value: '' }, setFields: ['value'] }];
    const wanted = wish({ kind: 'airflow-variable', overrides: [field('value', 'x')] });
    expect(ownLink(reconcileLink(wanted, variable({ links }), own, place))).toMatchObject({
      overrides: { airflowVariable: { value: 'x' } },
    });
    const secret = variable({ links, airflowVariable: { isSecret: true, value: '***' } });
    expect(reconcileLink(wanted, secret, own, place)).toEqual({ kind: 'nothing' });
    expect(withoutDeployment(secret, own)).toMatchObject({ airflowVariable: { value: '' }, links: [] });
    expect(reconcileLink({ ...wanted, overrides: [field('value', '')] }, variable({ links }), own, place)).toEqual({
      kind: 'nothing',
    });
  });

  test('a declared empty value needs no writing', () => {
    const declared = { isSecret: false, values: [field('host', ''), field('login', '')] };
    const wanted = wish({ link: 'none', mayChangeObject: true, declared });
    expect(updateOf(reconcileLink(wanted, connection(), own, place)).body.connection).toEqual({ type: 't', host: '' });
    const emptied = connection({ setFields: ['type'] });
    expect(reconcileLink(wanted, emptied, own, place)).toEqual({ kind: 'nothing' });
  });

  test('inside a member of a map they are not mistaken for a difference', () => {
    const wanted = (value: Json) => wish({ overrides: [field('extra.key', value)] });
    const object = (key: object) => connection(linked({ extra: { key } }, ['extra.key']));
    const value = { private_key: 'pk', project: 'p' };
    expect(reconcileLink(wanted(value), object({ project: 'p' }), own, place)).toEqual({ kind: 'nothing' });
    expect(reconcileLink(wanted(value), object({ project: 'p', private_key: '***' }), own, place)).toEqual({
      kind: 'nothing',
    });
    expect(reconcileLink(wanted(value), object({ project: 'x' }), own, place).kind).toBe('update');
  });
});

describe('maps', () => {
  const declared = (...values: Field[]) =>
    wish({ link: 'none', mayChangeObject: true, declared: { isSecret: false, values } });

  test('an override goes whole, and what is no longer wanted is given up', () => {
    const object = connection(linked({ extra: { a: '1', b: '2' } }, ['extra.a', 'extra.b', 'extra.c']));
    const wanted = wish({ overrides: [field('extra.a', '1'), field('extra.b', 'x'), field('schema', 's')] });
    expect(ownLink(reconcileLink(wanted, object, own, place))?.overrides).toEqual({
      connection: { extra: { a: '1', b: 'x' }, schema: 's' },
      unsetFields: ['extra.c'],
    });
    expect(ownLink(reconcileLink(wish({ overrides: [] }), object, own, place))?.overrides).toEqual({
      unsetFields: ['extra.a', 'extra.b', 'extra.c'],
    });
  });

  test('members that the file does not name go along, and those that cannot be read forbid the change', () => {
    const role = connection({ setFields: ['extra.role', 'extra.a'], connection: { type: 't', extra: { role: 'r' } } });
    expect(reconcileLink(declared(field('extra.a', 'x')), role, own, place)).toEqual({ kind: 'nothing' });
    const open = connection({ connection: { type: 't', extra: { role: 'r', a: 'y' } }, setFields: role.setFields });
    const action = updateOf(reconcileLink(declared(field('extra.a', 'x')), open, own, place));
    expect(action.body.connection).toEqual({ type: 't', extra: { a: 'x', role: 'r' } });
    expect(action.fields).toEqual(['extra.a']);
    const why =
      'Astro may replace a map as a whole, and extra.token, which cannot be read, would be lost: name every member of it in the file, or leave the map out';
    for (const token of [undefined, '', '***', { a: 'b' }]) {
      const hidden = connection({
        connection: { type: 't', extra: { role: 'r', ...(token !== undefined && { token }) } },
      });
      expect(reconcileLink(declared(field('extra.role', 'x')), hidden, own, place)).toEqual({ kind: 'refuse', why });
    }
    const bodiless = { ...connection(), connection: undefined as never };
    expect(reconcileLink(declared(field('extra.role', 'x')), bodiless, own, place)).toEqual({ kind: 'nothing' });
    expect(reconcileLink(declared(field('extra.role', 'r')), connection(), own, place)).toEqual({ kind: 'nothing' });
  });
});

describe('what is missing or strange', () => {
  test('a link to something that is no Deployment is left alone', () => {
    const strange = connection({
      excludeLinks: [to('a')],
      links: [{ scope: 'PROJECT', scopeEntityId: 'p', setFields: [] }],
    });
    const why =
      'it is linked to something other than a Deployment (PROJECT), and whether that link would survive an update is not known: change it in the Astro UI';
    expect(strangeScope(strange)).toBe(why);
    expect(strangeScope(connection())).toBeUndefined();
    expect(reconcileLink(wish(), strange, own, place)).toEqual({ kind: 'refuse', why });
    const shared = { ...strange, autoLinkDeployments: true };
    expect(reconcileLink(wish({ link: 'exclude' }), shared, own, place)).toEqual({ kind: 'refuse', why });
    expect(reconcileLink(wish({ link: 'none' }), strange, own, place)).toEqual({ kind: 'nothing' });
  });

  test('an object that is not there', () => {
    expect(reconcileLink(wish(), undefined, own, place)).toEqual({ kind: 'refuse', why: 'it does not exist' });
    expect(reconcileLink(wish({ link: 'unlink' }), undefined, own, place)).toEqual({ kind: 'nothing' });
  });

  const head = { objectKey: 'k', scope: 'WORKSPACE', scopeEntityId: 'w' };
  test.each<[string, Partial<WantedObject>, object, string, readonly string[]]>([
    [
      'a connection, linked with overrides',
      {
        overrides: [field('extra.a', 'x')],
        declared: {
          connectionType: 't',
          authTypeId: 'form',
          isSecret: false,
          description: 'd',
          values: [field('host', 'h'), field('extra.a', 'b')],
        },
      },
      {
        objectType: 'CONNECTION',
        description: 'd',
        autoLinkDeployments: false,
        links: [{ ...to(own), overrides: { connection: { extra: { a: 'x' } } } }],
        excludeLinks: [],
        connection: { type: 't', authTypeId: 'form', host: 'h', extra: { a: 'b' } },
      },
      'create, link',
      ['extra.a'],
    ],
    [
      'a shared secret variable',
      {
        kind: 'environment-variable',
        share: 'all',
        declared: { isSecret: true, values: [field('value', 's', true)] },
      },
      {
        objectType: 'ENVIRONMENT_VARIABLE',
        autoLinkDeployments: true,
        links: [],
        excludeLinks: [],
        environmentVariable: { value: 's', isSecret: true },
      },
      'create',
      [],
    ],
    [
      'a shared variable without this Deployment',
      {
        kind: 'airflow-variable',
        link: 'exclude',
        share: 'all',
        declared: { isSecret: false, values: [field('value', 'v')] },
      },
      {
        objectType: 'AIRFLOW_VARIABLE',
        autoLinkDeployments: true,
        links: [],
        excludeLinks: [to(own)],
        airflowVariable: { value: 'v', isSecret: false },
      },
      'create',
      [],
    ],
    [
      'a shared export that is overridden',
      {
        kind: 'metrics-export',
        share: 'all',
        overrides: [field('username', 'u')],
        declared: { isSecret: false, values: [field('endpoint', 'e')] },
      },
      {
        objectType: 'METRICS_EXPORT',
        autoLinkDeployments: true,
        links: [{ ...to(own), overrides: { metricsExport: { username: 'u' } } }],
        excludeLinks: [],
        metricsExport: { endpoint: 'e' },
      },
      'create, link',
      ['username'],
    ],
  ])('is created: %s', (_, more, body, what, fields) => {
    expect(reconcileLink(wish(more), undefined, own, place)).toEqual({
      kind: 'create',
      verbs: what.split(', '),
      fields,
      body: { ...head, ...body },
    });
  });
});

describe('the parts', () => {
  test('kinds and their types', () => {
    expect(kinds.map((kind) => kindOfType(apiNames[kind].type))).toEqual(kinds);
  });

  test('an update of an object without a body is complete all the same', () => {
    const bodies = kinds.map((kind) =>
      complete(
        { objectKey: 'k', objectType: apiNames[kind].type, scope: 'WORKSPACE', scopeEntityId: 'w', setFields: [] },
        [],
        [],
      ),
    );
    const rest = { autoLinkDeployments: false, links: [], excludeLinks: [] };
    expect(bodies).toEqual([
      { ...rest, connection: { type: '' } },
      { ...rest, airflowVariable: { value: '' } },
      { ...rest, environmentVariable: { value: '' } },
      { ...rest, metricsExport: {} },
    ]);
  });

  test('fields by their dotted names', () => {
    const fields = { host: 'h', extra: { 'a.b': 1 }, list: ['x'] };
    expect(fieldOf(fields, 'host')).toBe('h');
    expect(fieldOf(fields, 'extra.a.b')).toBe(1);
    expect(fieldOf(fields, 'extra.constructor')).toBeUndefined();
    expect(fieldOf(fields, 'host.length')).toBeUndefined();
    expect(fieldOf(fields, 'list.0')).toBeUndefined();
    expect(fieldOf(fields, 'none.x')).toBeUndefined();
  });

  test('equality is deep, and knows no order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        expect(same(a, structuredClone(a))).toBe(true);
        if (JSON.stringify(a).length !== JSON.stringify(b).length) expect(same(a, b)).toBe(false);
      }),
    );
    expect(same({ a: 1, b: [2] }, { b: [2], a: 1 })).toBe(true);
    expect(same({ a: 1 }, { b: 1 })).toBe(false);
    expect(same([], {})).toBe(false);
    expect(same(null, {})).toBe(false);
    expect(same({}, null)).toBe(false);
    expect(same({}, 'x')).toBe(false);
  });

  test.each<[Json | undefined, Json, boolean, string]>([
    ['x', 'x', false, 'same'],
    ['', '', false, 'same'],
    [undefined, 'x', false, 'hidden'],
    ['***', 'x', false, 'hidden'],
    ['y', 'x', false, 'other'],
    [{ a: 1 }, { a: 1, token: 't' }, false, 'hidden'],
    [{ a: 1 }, { a: 1, b: 2 }, false, 'other'],
    [{ a: 1 }, { a: 1, b: 2 }, true, 'hidden'],
    [{ a: 1, c: 1 }, { a: 1 }, false, 'other'],
    [{ a: 2 }, { a: 1, token: 't' }, false, 'other'],
    [[1], { a: 1 }, false, 'other'],
  ])('%j beside %j (from env: %p): %s', (found, wanted, fromEnv, expected) => {
    expect(compare(found, { value: wanted, fromEnv })).toBe(expected);
  });

  test('masks are not for sending', () => {
    const extra = { token: '***', empty: '', role: 'r', only: { secret: '' }, list: ['x'] };
    expect(readable(connection(), { host: '', password: '***', port: 1, extra })).toEqual({
      host: '',
      port: 1,
      extra: { role: 'r', list: ['x'] },
    });
    expect(readable(variable(), { value: '***' })).toEqual({ value: '***' });
    expect(readable(variable({ airflowVariable: { isSecret: true, value: '' } }), { value: '' })).toEqual({});
  });
});
