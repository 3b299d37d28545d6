import { describe, expect, test } from '@jest/globals';
import type { components } from '../../src/contract/astro-api.ts';
import { noConfig } from '../../src/core/config/config.ts';
import { describePreview } from '../../src/core/identity.ts';
import { readIntent } from '../../src/core/intent/event-table.ts';
import { decide } from '../../src/core/plan/decide.ts';
import { intentBranch } from '../../src/core/report/branch-facts.ts';
import type { Situation } from '../../src/core/plan/situation.ts';

type Deployment = components['schemas']['Deployment'];
type SweepBranch = Extract<Situation, { kind: 'sweep-branch' }>;
type Sweep = Extract<Situation, { kind: 'sweep' }>;

const now = new Date('2026-11-21T10:00:00Z');
const of = (branch: string, project = '.'): Deployment => {
  const name = `etl-${branch}-${project}`;
  const identity = { repositoryId: 7, ref: `refs/heads/${branch}`, project };
  return {
    id: `id-${name}`,
    name,
    description: describePreview('', identity, name),
    createdAt: '2026-11-20T10:00:00Z',
  } as Deployment;
};
const copied = { ...of('x'), id: 'copy', name: 'another name' };
const foreign = { id: 'prod', name: 'etl-prod', createdAt: '2026-11-20T10:00:00Z' } as Deployment;
const situation = (deployments: readonly Deployment[], more: Partial<SweepBranch> = {}): SweepBranch => ({
  kind: 'sweep-branch',
  organization: 'o',
  workspace: 'w',
  now,
  repositoryId: 7,
  branch: { name: 'x', ref: 'refs/heads/x' },
  deployments,
  objects: [],
  ...more,
});

describe('a sweep by hand for one branch', () => {
  test('removes its previews of every project, and keeps all others', () => {
    const plan = decide(situation([foreign, copied, of('x'), of('x', 'ml'), of('y')]));
    expect(plan.steps).toMatchObject([
      { kind: 'delete', identity: { project: '.' }, unlink: [] },
      { kind: 'delete', identity: { project: 'ml' }, unlink: [] },
    ]);
    expect(plan.facts.sweep?.map(({ branch, verdict, ageMs }) => [branch, verdict, ageMs])).toEqual([
      ['x', 'remove', 86_400_000],
      ['x', 'remove', 86_400_000],
      ['y', 'keep', 86_400_000],
    ]);
    expect(plan).toMatchObject({ why: 'the sweep was asked for the branch x', warnings: [], notices: [] });
  });

  test('objects that cannot be read are looked for again before the deletion', () => {
    const [step] = decide(situation([of('x')], { objects: { unknown: 'forbidden' } })).steps;
    expect(step).not.toHaveProperty('unlink');
  });

  test.each([
    [
      { lives: {} },
      [
        'The branch x exists: its preview is removed because it was asked for, and the next run for the branch may create another one.',
      ],
    ],
    [
      { lives: { pullRequest: 42 } },
      [expect.stringContaining('Pull request 42 of the branch x is open: its preview is removed')],
    ],
    [{}, []],
  ])('says what lives: %j', (more, notices) => {
    expect(decide(situation([of('x')], more)).notices).toEqual(notices);
    expect(decide(situation([], more)).notices).toEqual([]);
  });

  test.each([
    [0, 'nothing is removed. No branch has one.'],
    [1, 'nothing is removed. These have one: b0.'],
    [21, 'b19, ….'],
  ])('without a preview names %i that have one', (count, end) => {
    const rows = Array.from({ length: count }, (_, index) => of(`b${index}`));
    const plan = decide(situation(rows));
    expect(plan).toMatchObject({ steps: [], why: 'the branch x has no preview: there is nothing to remove' });
    expect(plan.warnings).toEqual([expect.stringContaining(end)]);
  });
});

describe('a sweep that warns', () => {
  const sweep = (count: number, warns: boolean): Sweep => ({
    kind: 'sweep',
    organization: 'o',
    workspace: 'w',
    now,
    facts: {
      deployments: Array.from({ length: count }, (_, index) => of(`b${index}`)),
      repositoryId: 7,
      defaultBranch: 'main',
      now,
      rules: { on: 'branch', maxDeletions: 20, warns },
      branches: { kind: 'complete', names: new Set(['main', 'other']) },
      pullRequests: { kind: 'complete', rows: [] },
      lastDeploys: new Map(),
    },
    confirmations: new Map(Array.from({ length: count }, (_, index) => [`b${index}`, 'absent'])),
    objects: [],
    orphans: [],
  });
  test.each([
    [1, true, [expect.stringContaining('should have removed (`sweep-warns`): etl-b0-. (b0). Check that')]],
    [11, true, [expect.stringContaining(', …. Check that')]],
    [0, true, []],
    [1, false, []],
  ])('%i removed, sweep-warns %s', (count, warns, expected) => {
    expect(decide(sweep(count, warns)).warnings).toEqual(expected);
  });
});

describe('the intent', () => {
  const event = {
    name: 'workflow_dispatch',
    repository: { id: 7, owner: 'acme', name: 'etl' },
    defaultBranch: 'main',
    ref: 'refs/heads/main',
    sha: 'c',
    actor: 'jo',
    runAttempt: 1,
    runUrl: '',
  };
  test.each([
    [{ branch: 'x' }, { kind: 'sweep', branch: { name: 'x', ref: 'refs/heads/x' } }, { branch: 'x' }],
    [{}, { kind: 'sweep' }, undefined],
  ])('of `action: sweep` with %j', (more, expected, facts) => {
    const intent = readIntent(event, { action: 'sweep', config: noConfig, ...more });
    expect(intent).toEqual(expected);
    expect(intentBranch(intent, event)).toEqual(facts);
  });
});
