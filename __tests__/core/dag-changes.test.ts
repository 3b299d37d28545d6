import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  compareListings,
  countChanges,
  dagChangesOutput,
  difference,
  mostByTask,
  toCompareByTask,
  withTasks,
  type DagListing,
} from '../../src/core/code/dag-changes.ts';
import { cronPreset, pythonTimeSpan } from '../../src/core/code/schedules.ts';

const dag = (id: string, more: Partial<DagListing> = {}): DagListing => ({
  id,
  tags: [],
  owners: ['airflow'],
  file: `${id}.py`,
  ...more,
});
const none = new Set<string>();

describe('two listings', () => {
  test.each<[string, DagListing, DagListing, readonly string[], object | undefined]>([
    ['the same', dag('a'), dag('a'), [], undefined],
    ['its file is in the change set', dag('a'), dag('a'), ['a.py'], { fileChanged: true }],
    ['another file is', dag('a'), dag('a'), ['b.py'], undefined],
    ['only renamed', dag('a'), dag('a', { file: 'sub/a.py' }), ['a.py', 'sub/a.py'], undefined],
    [
      'renamed and rescheduled',
      dag('a', { schedule: '@daily' }),
      dag('a', { file: 'b.py', schedule: '@hourly' }),
      ['b.py'],
      { schedule: '@hourly', scheduleBefore: '@daily' },
    ],
    ['a schedule is gone', dag('a', { schedule: '@daily' }), dag('a'), [], { scheduleBefore: '@daily' }],
    ['a schedule is new', dag('a'), dag('a', { schedule: '@daily' }), [], { schedule: '@daily', scheduleBefore: '' }],
    [
      'a preset as Airflow 3 lists it',
      dag('a', { schedule: '@daily' }),
      dag('a', { schedule: '0 0 * * *' }),
      [],
      undefined,
    ],
    [
      'tags',
      dag('a', { tags: ['x', 'y'] }),
      dag('a', { tags: ['y', 'z'] }),
      [],
      { tags: { added: ['z'], removed: ['x'] } },
    ],
    ['tags in another order', dag('a', { tags: ['x', 'y'] }), dag('a', { tags: ['y', 'x'] }), [], undefined],
    ['owners', dag('a'), dag('a', { owners: ['ann'] }), [], { owners: { added: ['ann'], removed: ['airflow'] } }],
  ])('%s', (_, before, after, touched, change) => {
    const [found] = compareListings([before], [after], new Set(touched));
    if (change === undefined) expect(found).toBeUndefined();
    else expect(found).toEqual({ id: 'a', change: 'changed', file: after.file, ...change });
  });

  test('several DAGs of one file, new and removed ones; in the order new, changed, removed, by id', () => {
    const file = 'many.py';
    const before = [dag('gone'), dag('b', { file }), dag('a', { file })];
    const after = [dag('new', { schedule: '@daily' }), dag('a', { file }), dag('b', { file }), dag('also-new')];
    expect(compareListings(before, after, new Set([file])).map(({ id, change }) => `${change} ${id}`)).toEqual([
      'new also-new',
      'new new',
      'changed a',
      'changed b',
      'removed gone',
    ]);
  });

  const listing = fc.uniqueArray(
    fc.record(
      {
        id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
        schedule: fc.constantFrom('@daily', '0 0 * * *', '@hourly'),
        tags: fc.subarray(['x', 'y']),
        owners: fc.subarray(['ann', 'bob']),
        file: fc.constantFrom('a.py', 'b.py'),
      },
      { requiredKeys: ['id', 'tags', 'owners', 'file'] },
    ),
    { selector: ({ id }) => id },
  );
  test('identical listings differ in nothing', () => {
    fc.assert(
      fc.property(listing, (dags) => {
        expect(compareListings(dags, dags.toReversed(), none)).toEqual([]);
      }),
    );
  });
  test('what is new one way is removed the other way, and the same is changed', () => {
    fc.assert(
      fc.property(listing, listing, fc.subarray(['a.py', 'b.py']), (one, other, touched) => {
        const ids = (from: DagListing[], to: DagListing[], kind: string): string[] =>
          compareListings(from, to, new Set(touched))
            .filter(({ change }) => change === kind)
            .map(({ id }) => id);
        expect(ids(one, other, 'new')).toEqual(ids(other, one, 'removed'));
        expect(ids(one, other, 'changed')).toEqual(ids(other, one, 'changed'));
      }),
    );
  });
});

describe('tasks', () => {
  const changes = compareListings([dag('a'), dag('gone')], [dag('a'), dag('n')], new Set(['a.py']));
  test('of new DAGs are counted, of changed ones compared, and what was not read is left out', () => {
    const read = new Map([
      ['a', { before: ['x', 'old'], after: ['x', 'new'] }],
      ['n', { after: ['t1', 't2'] }],
    ]);
    expect(withTasks(changes, read)).toMatchObject([
      { id: 'n', taskCount: 2 },
      { id: 'a', tasks: { added: ['new'], removed: ['old'] } },
      { id: 'gone' },
    ]);
    expect(withTasks(changes, new Map([['a', { before: ['x'], after: ['x'] }]]))).toEqual(changes);
    expect(withTasks(changes, new Map([['a', { after: ['x'] }]]))).toEqual(changes);
    expect(withTasks(changes, new Map())).toEqual(changes);
  });
  test('are asked for twenty DAGs, and for none that is removed', () => {
    const many = Array.from({ length: 30 }, (_, index) => dag(`d${String(index)}`));
    expect(toCompareByTask(compareListings([], many, none))).toHaveLength(mostByTask);
    expect(toCompareByTask(compareListings(many, [], none))).toEqual([]);
  });
  test('in any order, each once', () => {
    expect(difference(['a', 'b'], ['b', 'a', 'a'])).toBeUndefined();
    expect(difference(['b', 'a'], ['d', 'c', 'c'])).toEqual({ added: ['c', 'd'], removed: ['a', 'b'] });
  });
});

describe('the output', () => {
  test('counts all and lists fifty', () => {
    const dags = compareListings(
      [dag('gone')],
      Array.from({ length: 60 }, (_, index) => dag(`d${String(index)}`)),
      none,
    );
    const told = JSON.parse(dagChangesOutput({ target: 'etl-prod', dags })) as { dags: unknown[] };
    expect(told).toMatchObject({ target: 'etl-prod', new: 60, changed: 0, removed: 1 });
    expect(told.dags).toHaveLength(50);
    expect(countChanges({ target: 'etl-prod', dags })).toEqual({ new: 60, changed: 0, removed: 1 });
  });
  test('says why there is no comparison', () => {
    expect(dagChangesOutput({ target: 'p', dags: [], unread: 'p hibernates' })).toBe(
      '{"target":"p","unread":"p hibernates"}',
    );
  });
});

test.each([
  [undefined, undefined],
  ['@daily', '0 0 * * *'],
  ['toString', 'toString'],
  ['5 4 * * *', '5 4 * * *'],
])('the schedule %s is compared as %s', (schedule, shown) => {
  expect(cronPreset(schedule)).toBe(shown);
});

test.each([
  [0, '0:00:00'],
  [5_400, '1:30:00'],
  [86_400, '1 day, 0:00:00'],
  [176_461, '2 days, 1:01:01'],
])('%i s as Python writes them', (seconds, shown) => {
  expect(pythonTimeSpan(seconds)).toBe(shown);
});
