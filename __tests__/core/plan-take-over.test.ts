import { describe, expect, test } from '@jest/globals';
import type { components } from '../../src/contract/astro-api.ts';
import { UserError } from '../../src/core/errors.ts';
import { moveSteps, refuseBlocked } from '../../src/core/plan/migration.ts';
import type { Situation } from '../../src/core/plan/situation.ts';
import type { StoredObject } from '../../src/core/objects/stored-object.ts';
import type { SourceObject } from '../../src/core/migration/source-object.ts';

type Moving = Extract<Situation, { kind: 'promote' | 'migrate' }>;

const workspaceId = 'cm0workspace0000000000000';
const target = { id: 'cm0deployment000000000001', workspaceId } as components['schemas']['Deployment'];
const gone: SourceObject = {
  kind: 'connection',
  key: 'snow',
  connectionType: 'http',
  fields: [{ name: 'host', value: 'h', fromEnv: false }],
  hidden: [],
  doubtful: [],
};
const source: SourceObject = { ...gone, id: 'cm0own0000000000000000001' };
const stored = (given: Partial<StoredObject> = {}): StoredObject => ({
  id: 'cm0object0000000000000001',
  objectKey: 'snow',
  objectType: 'CONNECTION',
  scope: 'WORKSPACE',
  scopeEntityId: workspaceId,
  connection: { type: 'http', host: 'h' },
  setFields: ['type', 'host'],
  ...given,
});
const linked = stored({ links: [{ scope: 'DEPLOYMENT', scopeEntityId: target.id, setFields: [] }] });
const plan = (given: Partial<Moving> = {}) =>
  moveSteps({
    kind: 'promote',
    organization: 'cm0',
    now: new Date(0),
    target,
    sources: [source],
    skipped: [],
    stored: [],
    secrets: new Map(),
    deleteSource: false,
    ...given,
  });

describe('what becomes of a source', () => {
  test.each<[string, Partial<Moving>, object]>([
    [
      'a key that is not there',
      {},
      {
        verbs: ['create', 'link'],
        isThere: false,
        deleteSource: false,
        fields: [],
        why: 'the Workspace has no object of this key',
      },
    ],
    [
      'a key that is there',
      { stored: [stored({ connection: { type: 'http', host: 'other' } })], deleteSource: true },
      {
        verbs: ['link', 'override'],
        deleteSource: true,
        fields: ['host'],
        why: 'the Workspace has an object of this key: this Deployment overrides it',
      },
    ],
    [
      'all is there, and the source is to go',
      { stored: [linked], deleteSource: true },
      {
        verbs: [],
        isThere: true,
        deleteSource: true,
        why: 'it is in the Workspace already, and its source is to go',
      },
    ],
    [
      'a run was broken off after the copy was made',
      { sources: [{ ...source, copyId: 'cm0copy' }] },
      { verbs: ['create', 'link', 'delete-copy'], isThere: false, why: 'a run that replaced it was broken off' },
    ],
    [
      'a run was broken off before the copy was dropped',
      { sources: [{ ...gone, copyId: 'cm0copy' }], stored: [linked], deleteSource: true },
      { verbs: ['delete-copy'], isThere: true, deleteSource: false },
    ],
    [
      "Airflow's has no id",
      { kind: 'migrate', sources: [gone], deleteSource: true },
      { from: 'airflow', verbs: ['create', 'link'], deleteSource: true },
    ],
  ])('%s', (_name, given, expected) => {
    const found = plan(given);
    expect(found).toMatchObject({ blocked: [], notices: [] });
    expect(found.steps).toMatchObject([{ kind: 'move', from: 'deployment', rewriteSecrets: false, ...expected }]);
  });

  test('all is there, and the source stays: that is said', () => {
    expect(plan({ stored: [linked] })).toEqual({
      steps: [],
      blocked: [],
      notices: [
        'The connection snow is in the Workspace already. The source is kept: `delete-source: true` removes it.',
      ],
    });
  });

  test('neither the own object nor one of another kind or key is taken for one of the Workspace', () => {
    const others = [
      stored({ id: source.id ?? '' }),
      stored({ objectType: 'METRICS_EXPORT' }),
      stored({ objectKey: 'Snow' }),
    ];
    expect(plan({ stored: others }).steps).toMatchObject([{ verbs: ['create', 'link'] }]);
  });

  test('what was left out and what the Deployment will see besides is told', () => {
    const found = plan({ skipped: ['this'], stored: [{ ...linked, setFields: ['type', 'host', 'schema'] }] });
    expect(found.notices).toEqual([
      'Left as it is: this.',
      'The connection snow of the Workspace also sets schema, which the source does not: the Deployment will see it.',
      expect.stringContaining('is in the Workspace already'),
    ]);
  });
});

describe('what keeps a plan from being carried out', () => {
  test('is told all at once', () => {
    const hidden = { ...source, hidden: ['password'] };
    const strange = [{ scope: 'ASTRO_IDE_PROJECT', scopeEntityId: 'p', setFields: [] }] as never;
    const found = plan({
      sources: [
        { ...hidden, key: 'a-b' },
        { ...hidden, key: 'a_b' },
        { ...source, fields: [{ name: 'host', value: 'new', fromEnv: false }] },
      ],
      stored: [stored({ links: strange })],
    });
    expect(found.steps).toEqual([]);
    expect(found.blocked).toEqual([
      expect.stringMatching(/^CONN_A_B_PASSWORD would be the secret of .*\.$/),
      expect.stringMatching(/^The connection a-b cannot be moved: password cannot be read: .*\.$/),
      expect.stringMatching(/^The connection a_b cannot be moved: password cannot be read: .*\.$/),
      expect.stringMatching(/^The connection snow cannot be moved: it is linked to something other .*\.$/),
    ]);
  });

  test('is no advice about objects for any other plan', () => {
    expect(() => {
      refuseBlocked({ blocked: ['One.'], kind: 'preview' });
    }).toThrow(/^One\.\nNothing was done\.$/);
  });

  test('is thrown as one error with a problem for each', () => {
    expect(() => {
      refuseBlocked({ blocked: [], kind: 'preview' });
    }).not.toThrow();
    try {
      refuseBlocked({ blocked: ['One.', 'Two.'], kind: 'move' });
      throw new Error('not refused');
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
      expect((error as UserError).problems).toEqual([{ message: 'One.' }, { message: 'Two.' }]);
      expect((error as UserError).message).toBe(
        'One.\nTwo.\nNothing was done. Leave objects out with `objects` to move the others.',
      );
    }
  });
});
