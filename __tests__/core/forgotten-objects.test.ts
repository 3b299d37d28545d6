import { expect, test } from '@jest/globals';
import { describePreview, keysFingerprint } from '../../src/core/identity.ts';
import type { EnvironmentObject } from '../../src/core/objects/environment-objects.ts';
import { forgottenObjects, objectName } from '../../src/core/objects/forgotten-objects.ts';
import type { WantedObject } from '../../src/core/config/wanted-objects.ts';

const object = (objectKey: string, setFields: string[] | undefined, scopeEntityId = 'cm1') =>
  ({
    objectKey,
    objectType: 'CONNECTION',
    links: setFields && [{ scope: 'DEPLOYMENT', scopeEntityId, setFields }],
  }) as unknown as EnvironmentObject;
const identity = { repositoryId: 1, ref: 'refs/heads/x', project: '.' };
const marked = (...keys: string[]) => ({
  id: 'cm1',
  description: describePreview('', identity, 'etl-x', { objects: keysFingerprint(keys) }),
});

test('a link that an earlier run made is taken back: its overrides prove it, or the mark', () => {
  const stored = [
    object('overridden', ['schema']),
    object('marked', []),
    object('by_hand', []),
    object('of_another', ['schema'], 'cm2'),
    object('unlinked', undefined),
    object('still_named', ['schema']),
  ];
  const wanted = [{ kind: 'connection', key: 'still_named' }] as unknown as WantedObject[];
  const found = forgottenObjects(wanted, stored, marked('connection:marked', 'connection:of_another'), 'c.yaml');
  expect(found.map(objectName)).toEqual(['connection:overridden', 'connection:marked']);
  expect(found[0]).toEqual({
    kind: 'connection',
    key: 'overridden',
    at: { file: 'c.yaml' },
    link: 'unlink',
    overrides: [],
    forPreview: true,
    mayChangeObject: false,
  });
});

test('without a mark only overrides prove anything', () => {
  const stored = [object('overridden', ['schema']), object('bare', [])];
  expect(forgottenObjects([], stored, { id: 'cm1' }, 'c.yaml').map(objectName)).toEqual(['connection:overridden']);
});
