import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { EnvironmentObject, Link, ObjectUpdate } from '../../src/core/objects/environment-objects.ts';
import { lostEntries, notRestored, restoring, stillLost, type LostEntry } from '../../src/core/objects/lost-entries.ts';

const own = 'own';
const to = (scopeEntityId: string) => ({ scope: 'DEPLOYMENT' as const, scopeEntityId });
const link = (
  id: string,
  setFields: readonly string[] = [],
  connectionOverrides?: Link['connectionOverrides'],
): Link => ({
  ...to(id),
  setFields: [...setFields],
  ...(connectionOverrides && { connectionOverrides }),
});
const object = (more: Partial<EnvironmentObject> = {}): EnvironmentObject => ({
  id: 'object',
  objectKey: 'k',
  objectType: 'CONNECTION',
  scope: 'WORKSPACE',
  scopeEntityId: 'w',
  connection: { type: 't', host: 'h' },
  setFields: ['type', 'host'],
  ...more,
});
const update = (more: Partial<ObjectUpdate> = {}): ObjectUpdate => ({
  autoLinkDeployments: false,
  links: [],
  excludeLinks: [],
  connection: { type: 't' },
  ...more,
});
const told = (lost: readonly LostEntry[]): string[] => lost.map(({ what }) => what);

describe('what an update did to others', () => {
  const before = object({
    links: [link('a', ['schema', 'password']), link('b'), link(own, ['host'])],
    excludeLinks: [to('x')],
    autoLinkDeployments: true,
  });
  const sent = update({
    autoLinkDeployments: true,
    links: [to('a'), to('b'), to(own), to('new')],
    excludeLinks: [to('x'), to(own)],
  });
  test.each<[string, Partial<EnvironmentObject>, string[], boolean]>([
    ['nothing', {}, [], false],
    [
      'its own link is for somebody else to judge',
      { links: [link('a', ['schema', 'password']), link('b')] },
      [],
      false,
    ],
    ['a link without overrides is gone', { links: [link('a', ['schema'])] }, ['the link of the Deployment b'], false],
    [
      'a link with overrides is gone',
      { links: [link('b')] },
      ['the link of the Deployment a (its overrides of schema, password)'],
      false,
    ],
    [
      'all overrides are gone',
      { links: [link('a'), link('b')] },
      ['the link of the Deployment a (its overrides of schema, password)'],
      true,
    ],
    ['some overrides are gone: its own run did that', { links: [link('a', ['schema']), link('b')] }, [], false],
    ['an exclusion is gone', { excludeLinks: [] }, ['the exclusion of the Deployment x'], false],
    ['all exclusions are gone', { excludeLinks: undefined as never }, ['the exclusion of the Deployment x'], false],
    ['no longer for all', { autoLinkDeployments: false }, ['its link to all Deployments'], false],
    ['fields of its own are gone', { setFields: ['type'] }, ['its own host'], false],
  ])('%s', (_, change, expected, mayBeRestored) => {
    const lost = lostEntries(before, { ...before, ...change }, sent, own);
    expect(told(lost)).toEqual(expected);
    expect(lost.some((one) => one.mayBeRestored)).toBe(mayBeRestored);
  });

  test('an update that names nobody damages nobody, and emptying a field is no loss', () => {
    expect(
      lostEntries(object(), object({ setFields: [] }), { connection: { type: 't', host: '' } }, own),
    ).toMatchObject([{ of: 'object', fields: ['type'] }]);
    const hidden = (isSecret: boolean) =>
      object({ objectType: 'AIRFLOW_VARIABLE', airflowVariable: { isSecret, value: '' }, setFields: ['value'] });
    const empty = { airflowVariable: { value: '' } };
    expect(lostEntries(hidden(false), object({ setFields: [] }), empty, own)).toEqual([]);
    expect(told(lostEntries(hidden(true), object({ setFields: [] }), empty, own))).toEqual(['its own value']);
    expect(told(lostEntries(object(), object({ setFields: ['type'] }), {}, own))).toEqual(['its own host']);
  });
});

const lost: LostEntry[] = [
  { of: 'link', deploymentId: 'a', fields: ['schema', 'password'], what: 'link a', mayBeRestored: true },
  { of: 'exclusion', deploymentId: 'x', fields: [], what: 'exclusion x', mayBeRestored: false },
  { of: 'auto-link', fields: [], what: 'auto-link', mayBeRestored: false },
  { of: 'object', fields: ['host', 'password'], what: 'object', mayBeRestored: false },
];

describe('a later look', () => {
  test.each<[string, Link[], string[]]>([
    ['the link is there without any override still', [link('a')], ['link a']],
    ['its run has put an override back', [link('a', ['schema'])], []],
    ['its run has taken the link out', [], []],
  ])('%s', (_, links, expected) => {
    expect(told(stillLost(lost, object({ links })))).toEqual(expected);
  });

  test.each<[string, Partial<EnvironmentObject>, string[]]>([
    ['nothing came back', { setFields: [] }, ['link a', 'exclusion x', 'auto-link', 'its own host, password']],
    [
      'what can be read came back',
      { links: [link('a', ['schema'])], excludeLinks: [to('x')], autoLinkDeployments: true },
      ['the overrides of the Deployment a: password', 'its own password'],
    ],
    [
      'all of it',
      {
        links: [link('a', ['schema', 'password'])],
        excludeLinks: [to('x')],
        autoLinkDeployments: true,
        setFields: ['host', 'password'],
      },
      [],
    ],
  ])('after putting back: %s', (_, change, expected) => {
    expect(told(notRestored(lost, object(change)))).toEqual(expected);
  });
});

describe('putting back', () => {
  const before = object({
    description: 'd',
    links: [
      link('a', ['schema', 'password', 'extra.token', 'extra.role'], {
        schema: 's',
        password: '',
        extra: { token: '***', role: 'r' },
      }),
      link('b', ['password']),
      link(own, ['schema'], { schema: 'mine' }),
    ],
    excludeLinks: [to('x'), to(own)],
    connection: { type: 't', host: 'h', login: 'l', extra: { token: '***', role: 'r' } },
  });
  const lostLink = (id: string): LostEntry => ({
    of: 'link',
    deploymentId: id,
    fields: [],
    what: '',
    mayBeRestored: false,
  });

  test('gives back what is known of it, never a mask, and nothing that this run took on purpose', () => {
    const now = object({ description: 'd', links: [link('c', ['host'], { host: 'c' })], excludeLinks: [to('y')] });
    expect(restoring(before, now, update(), [lostLink('a'), lostLink('b'), ...lost.slice(1, 2)])).toEqual({
      description: 'd',
      autoLinkDeployments: false,
      links: [to('c'), { ...to('a'), overrides: { connection: { schema: 's', extra: { role: 'r' } } } }, to('b')],
      excludeLinks: [to('y'), to('x')],
      connection: { type: 't' },
    });
  });

  test('links all Deployments again only where that was lost', () => {
    const now = object({ links: undefined as never });
    expect(restoring(before, now, update(), lost.slice(2, 3))).toMatchObject({
      autoLinkDeployments: true,
      links: [],
    });
    expect(restoring(object({ autoLinkDeployments: true }), now, update(), [lostLink('a')])).toMatchObject({
      autoLinkDeployments: false,
      links: [],
    });
  });

  test('a body that lost fields is sent with all that can be read, and with what was sent', () => {
    const fields = ['host', 'extra.token', 'extra.role', 'password'];
    const lost: LostEntry[] = [{ of: 'object', fields, what: '', mayBeRestored: false }];
    const sent = update({ connection: { type: 't', host: 'new' } });
    expect(restoring(before, object(), sent, lost).connection).toEqual({
      type: 't',
      host: 'new',
      extra: { role: 'r' },
    });
    const bodiless = { ...before, connection: undefined as never };
    expect(restoring(bodiless, object(), sent, lost).connection).toEqual({ type: 't', host: 'new' });
  });

  test('whatever was lost is back after it, as far as it was shown', () => {
    const fieldsArb = fc.subarray(['schema', 'host', 'password']);
    const linksArb = fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c'), fieldsArb), { selector: ([id]) => id });
    const shownOf = (fields: readonly string[]) =>
      Object.fromEntries(fields.filter((name) => name !== 'password').map((name) => [name, 'v']));
    fc.assert(
      fc.property(linksArb, fc.subarray(['a', 'b', 'c']), fc.subarray(['a', 'b', 'c']), (entries, dropped, emptied) => {
        const was = object({ links: entries.map(([id, fields]) => link(id, fields, shownOf(fields))) });
        const sent = update({ links: entries.map(([id]) => to(id)) });
        const left = entries
          .filter(([id]) => !dropped.includes(id))
          .map(([id, fields]) => (emptied.includes(id) ? link(id) : link(id, fields, shownOf(fields))));
        const after = object({ links: left });
        const lost = lostEntries(was, after, sent, own);
        const body = restoring(was, after, sent, lost);
        const restored = object({
          links: (body.links ?? []).map(({ scopeEntityId: id, overrides }) => {
            const kept = left.find(({ scopeEntityId }) => scopeEntityId === id)?.setFields ?? [];
            return link(id, [...new Set([...kept, ...Object.keys(overrides?.connection ?? {})])]);
          }),
        });
        expect(body.links?.map(({ scopeEntityId }) => scopeEntityId).sort()).toEqual(entries.map(([id]) => id).sort());
        for (const one of notRestored(lost, restored)) expect(one.fields).toEqual(['password']);
        expect(JSON.stringify(body)).not.toContain('password');
      }),
    );
  });
});
