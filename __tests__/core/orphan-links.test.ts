import { expect, test } from '@jest/globals';
import type { ObjectEntry } from '../../src/core/config/object-entry.ts';
import {
  linksPreviews,
  missingDeployments,
  orphanLinks,
  withoutDeployments,
} from '../../src/core/sweep/orphan-links.ts';
import type { StoredObject } from '../../src/core/objects/stored-object.ts';

const entry = (key: string, more: Partial<ObjectEntry> = {}): ObjectEntry => ({
  kind: 'connection',
  key,
  at: { file: 'c.yaml' },
  targets: [{ name: 'preview', excluded: false, overrides: [] }],
  ...more,
});
const ids = (...found: string[]) =>
  found.map((scopeEntityId) => ({ scope: 'DEPLOYMENT', scopeEntityId, setFields: [] }));
const object = (objectKey: string, links?: string[], excluded?: string[]): StoredObject =>
  ({
    id: `id-${objectKey}`,
    objectKey,
    objectType: 'CONNECTION',
    setFields: [],
    connection: { type: 'http' },
    ...(links && { links: ids(...links) }),
    ...(excluded && { excludeLinks: ids(...excluded) }),
  }) as unknown as StoredObject;

const production = entry('production', { targets: [{ name: 'main', excluded: false, overrides: [] }] });
const shared = entry('shared', { targets: [], share: 'all', declared: { values: [] } });

test('only objects that the file gives to previews are looked at', () => {
  expect(linksPreviews([production])).toBe(false);
  expect(linksPreviews([entry('a')])).toBe(true);
  expect(linksPreviews([shared])).toBe(true);
  const stored = [
    object('a', ['lost', 'alive'], ['out']),
    object('shared', ['lost']),
    object('production', ['other']),
    object('unnamed', ['more']),
  ];
  const entries = [entry('a'), production, shared];
  expect(missingDeployments(stored, entries, new Set(['alive']))).toEqual(['lost', 'out']);
  expect(orphanLinks(stored, entries, new Set(['out', 'other', 'more']))).toEqual([
    { object: { id: 'id-a', kind: 'connection', key: 'a' }, gone: ['out'] },
  ]);
});

test('one sweep asks for twenty at most', () => {
  const many = Array.from({ length: 30 }, (_, index) => `lost-${String(index)}`);
  expect(missingDeployments([object('a', many)], [entry('a')], new Set())).toEqual(many.slice(0, 20));
});

test('an update keeps every other entry', () => {
  const update = withoutDeployments(object('a', ['gone', 'alive'], ['gone', 'kept']), ['gone', 'gone too']);
  expect(update?.links).toEqual([{ scope: 'DEPLOYMENT', scopeEntityId: 'alive' }]);
  expect(update?.excludeLinks).toEqual([{ scope: 'DEPLOYMENT', scopeEntityId: 'kept' }]);
  expect(withoutDeployments(object('a', ['gone']), ['gone'])).toMatchObject({ links: [], excludeLinks: [] });
  expect(withoutDeployments(object('a', undefined, ['gone']), ['gone'])).toMatchObject({ links: [], excludeLinks: [] });
  expect(withoutDeployments(object('a'), ['gone'])).toBeUndefined();
});
