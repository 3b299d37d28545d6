import { describe, expect, test } from '@jest/globals';
import { describePreview } from '../../src/core/identity.ts';
import {
  confirmSweep,
  decideSweep,
  sweepLines,
  sweepTable,
  wantsLastDeploys,
  type Presence,
  type SweepDecision,
  type SweepDeployment,
  type SweepFacts,
} from '../../src/core/sweep/decide-sweep.ts';

const now = new Date('2026-11-21T10:00:00Z');
const hour = 3_600_000;
const day = 24 * hour;
const ago = (milliseconds: number): string => new Date(now.getTime() - milliseconds).toISOString();
const identity = (branch: string, project = '.') => ({ repositoryId: 7, ref: `refs/heads/${branch}`, project });

/** A preview of a branch, made 10 days ago. */
const preview = (branch: string, more: Partial<SweepDeployment> & { project?: string } = {}): SweepDeployment => {
  const { project, ...rest } = more;
  const name = rest.name ?? `etl-${branch}`;
  const description = describePreview('Preview', identity(branch, project), name);
  return { id: `cm-${branch}`, name, description, status: 'HEALTHY', createdAt: ago(10 * day), ...rest };
};
const facts = (deployments: readonly SweepDeployment[], more: Partial<SweepFacts> = {}): SweepFacts => ({
  deployments,
  repositoryId: 7,
  defaultBranch: 'main',
  now,
  rules: { on: 'branch', maxDeletions: 10 },
  branches: { kind: 'complete', names: new Set(['main', 'dev', 'alive']) },
  pullRequests: { kind: 'complete', rows: [] },
  lastDeploys: new Map(),
  ...more,
});
const verdicts = ({ rows }: SweepDecision): string[] =>
  rows.map(({ deployment, verdict, why }) => `${deployment.name}: ${verdict}, ${why}`);
const one = (deployment: SweepDeployment, more: Partial<SweepFacts> = {}): string | undefined =>
  verdicts(decideSweep(facts([deployment], more)))[0]?.replace(/^[^:]*: /, '');
const open = (branch: string, ...labels: string[]): Partial<SweepFacts> => ({
  pullRequests: { kind: 'complete', rows: [{ number: 42, branch, labels }] },
});
const onPullRequest = { on: 'pull_request', maxDeletions: 10 } as const;

describe('what is ours [T-10]', () => {
  const mine = preview('gone');
  const mark = mine.description as string;
  test('a fleet of 1000: exactly the previews of this repository whose branch is gone', () => {
    const fakes: ((index: number) => SweepDeployment)[] = [
      (index) => preview(`gone-${String(index)}`),
      (index) => ({ ...preview(`x${String(index)}`), description: 'made by hand' }),
      (index) => ({ ...preview(`x${String(index)}`), description: mark.replace('repo=7', 'repo=8') }),
      (index) => ({ ...preview(`x${String(index)}`), description: mark.slice(0, -3) }),
      (index) => ({ ...preview(`x${String(index)}`), description: mark.replace(' v1 ', ' v99 ') }),
      (index) => ({ ...preview(`x${String(index)}`), name: 'etl-prod', description: mark }),
      (index) => ({ ...preview(`x${String(index)}`), description: `${mark}\n${mark.split('\n')[1] ?? ''}` }),
      (index) => ({ ...preview(`x${String(index)}`), description: mark.replace('[', '&#91;') }),
      (index) => preview('alive', { id: `alive-${String(index)}` }),
      (index) => preview('main', { id: `main-${String(index)}` }),
    ];
    const fleet = Array.from({ length: 1000 }, (_, index) => {
      const fake = fakes[index % fakes.length] as (index: number) => SweepDeployment;
      return fake(index);
    });
    const decision = decideSweep(facts(fleet, { rules: { on: 'branch', maxDeletions: 1000 } }));
    const wanted = Array.from({ length: 100 }, (_, index) => `gone-${String(index * 10)}`);
    const removed = decision.rows.filter(({ verdict }) => verdict === 'remove');
    expect(removed.map(({ branch }) => branch).sort()).toEqual([...wanted].sort());
    expect(decision.asks.map(({ branch }) => branch).sort()).toEqual([...wanted].sort());
    expect(decision.rows).toHaveLength(300);
    expect(decision.warnings).toHaveLength(100);
  });

  test('a mark on another name is warned of', () => {
    const copy = { ...mine, id: 'cm9', name: 'etl-prod' };
    expect(decideSweep(facts([copy]))).toEqual({
      rows: [],
      asks: [],
      warnings: [
        'The Deployment etl-prod (cm9) carries the mark of another preview of this repository: it was copied or renamed, so it is not ours and is left alone.',
      ],
    });
  });

  test('the repository may have another name, the id counts [R-36]', () => {
    expect(one(preview('gone', { name: 'renamed-gone-1' }))).toBe('remove, the branch is gone');
  });
});

describe('the rules', () => {
  test.each<[string, string, SweepDeployment, Partial<SweepFacts>]>([
    ['a branch that is gone', 'remove, the branch is gone', preview('gone'), {}],
    ['another case of a name', 'remove, the branch is gone', preview('Alive'), {}],
    ['a branch that exists', 'keep, the branch exists', preview('alive'), {}],
    ['the default branch [T-09]', 'keep, the default branch', preview('main'), { rules: onPullRequest }],
    ['the default branch under its new name [R-36]', 'keep, the default branch', preview('dev'), { defaultBranch: 'dev' }],
    ['one that is being created', 'keep, it is still being created', preview('gone', { status: 'CREATING' }), {}],
    ['a young one [R-35]', 'keep, younger than one hour', preview('gone', { createdAt: ago(hour - 1) }), {}],
    ['one of an hour', 'remove, the branch is gone', preview('gone', { createdAt: ago(hour) }), {}],
    ['one from the future [R-32]', 'keep, younger than one hour', preview('gone', { createdAt: ago(-3 * day) }), {}],
    ['one without an age', 'keep, its age cannot be read', preview('gone', { createdAt: '' }), {}],
    ['no pull request', 'remove, no open pull request', preview('alive'), { rules: onPullRequest }],
    ['a pull request', 'keep, pull request 42 is open', preview('alive'), { rules: onPullRequest, ...open('alive') }],
    ['another one’s pull request', 'remove, no open pull request', preview('alive'), { rules: onPullRequest, ...open('dev') }],
    ['a pull request of a branch that is gone', 'remove, the branch is gone', preview('gone'), { rules: onPullRequest, ...open('gone') }],
    ['ttl over', 'remove, no deploy for 10 d, and `ttl` is 3 d', preview('alive'), { rules: { on: 'branch', maxDeletions: 10, ttl: 3 * day } }],
    ['ttl over, under pull requests', 'remove, no deploy for 10 d, and `ttl` is 1 d 12 h', preview('alive'), { rules: { ...onPullRequest, ttl: 1.5 * day }, ...open('alive') }],
    ['ttl not over since the last deploy', 'keep, pull request 42 is open', preview('alive'), { rules: { ...onPullRequest, ttl: day }, ...open('alive'), lastDeploys: new Map([['cm-alive', new Date(ago(day - 1))]]) }],
    ['ttl over since the last deploy', 'remove, no deploy for 1 d 1 h, and `ttl` is 1 h 30 min', preview('alive'), { rules: { on: 'branch', maxDeletions: 10, ttl: 1.5 * hour }, lastDeploys: new Map([['cm-alive', new Date(ago(25 * hour))]]) }],
    ['a last deploy that cannot be read', 'keep, the branch exists', preview('alive'), { rules: { on: 'branch', maxDeletions: 10, ttl: day }, lastDeploys: new Map([['cm-alive', new Date(NaN)]]) }],
    ['ttl over, the label keeps it', 'keep, pull request 42 carries the label that keeps it', preview('alive'), { rules: { ...onPullRequest, ttl: day, keepLabel: 'Keep' }, ...open('alive', 'x', 'keep') }],
    ['ttl over, another label', 'remove, no deploy for 10 d, and `ttl` is 1 d', preview('alive'), { rules: { ...onPullRequest, ttl: day, keepLabel: 'keep' }, ...open('alive', 'x') }],
    ['no keep-label, a label called undefined', 'remove, no deploy for 10 d, and `ttl` is 1 d', preview('alive'), { rules: { ...onPullRequest, ttl: day }, ...open('alive', 'undefined') }],
    ['the label does not keep what has no branch', 'remove, the branch is gone', preview('gone'), { rules: { ...onPullRequest, keepLabel: 'keep' }, ...open('gone', 'keep') }],
    ['a mark of no branch', 'keep, its mark names no branch', { ...preview('x'), description: describePreview('', { ...identity('x'), ref: 'refs/tags/v1' }, 'etl-x') }, {}],
  ])('%s: %s', (_, expected, deployment, more) => {
    expect(one(deployment, more)).toBe(expected);
  }); // prettier-ignore

  test.each<[string, string, Partial<SweepFacts>]>([
    ['branches', 'GitHub cannot say which branches exist (it is down)', { branches: { kind: 'unknown', why: 'it is down' } }],
    ['pull requests', 'GitHub cannot say which pull requests are open (it is down)', { pullRequests: { kind: 'unknown', why: 'it is down' } }],
    ['the default branch', "GitHub's list of branches lacks main", { branches: { kind: 'complete', names: new Set(['dev']) } }],
  ])('without %s nothing goes, and the run fails [T-11, R-31]', (_, why, more) => {
    const decision = decideSweep(facts([preview('gone'), preview('main')], { rules: { ...onPullRequest, ttl: 1 }, ...more }));
    expect(decision.error).toBe(`${why}, so the sweep removes nothing. Run the job again; it needs \`permissions: { contents: read, pull-requests: read }\` and a \`github-token\`.`);
    expect(verdicts(decision)).toEqual(["etl-gone: keep, GitHub's listings prove nothing this time", 'etl-main: keep, the default branch']);
    expect(decision.asks).toEqual([]);
  }); // prettier-ignore
});

describe('whose last deploy decides', () => {
  const rules = { on: 'branch', maxDeletions: 10, ttl: 3 * day } as const;
  const fleet = [preview('alive'), preview('gone'), preview('dev', { createdAt: ago(day) }), preview('main')];

  test('only what `ttl` alone would end; what goes anyway is counted', () => {
    expect(wantsLastDeploys(facts(fleet, { rules }))).toEqual({ ids: new Set(['cm-alive']), certain: 1 });
    expect(wantsLastDeploys(facts(fleet))).toEqual({ ids: new Set(), certain: 1 });
    const branches = { kind: 'unknown', why: 'it is down' } as const;
    expect(wantsLastDeploys(facts(fleet, { rules, branches }))).toEqual({ ids: new Set(), certain: 0 });
  });

  test('one that was not asked is kept', () => {
    expect(one(preview('alive'), { rules, unasked: new Set(['cm-alive']) })).toBe(
      'keep, the branch exists; its last deploy was not asked for this time',
    );
    expect(one(preview('gone'), { rules, unasked: new Set(['cm-gone']) })).toBe('remove, the branch is gone');
  });
});

describe('how much goes at one time [R-35]', () => {
  const many = Array.from({ length: 5 }, (_, index) =>
    preview(`gone-${String(index)}`, { createdAt: ago((20 - index) * day) }),
  );

  test('never more than max-deletions, the longest without a deploy first', () => {
    const lastDeploys = new Map([['cm-gone-0', new Date(ago(day))]]);
    const decision = decideSweep(facts(many, { rules: { on: 'branch', maxDeletions: 2 }, lastDeploys }));
    expect(verdicts(decision)).toEqual([
      'etl-gone-1: remove, the branch is gone',
      'etl-gone-2: remove, the branch is gone',
      'etl-gone-3: keep, more than max-deletions this time',
      'etl-gone-4: keep, more than max-deletions this time',
      'etl-gone-0: keep, more than max-deletions this time',
    ]);
    expect(decision.warnings).toEqual([
      '5 previews are due to go and `max-deletions` is 2: those with the latest deploys wait for the next sweep.',
    ]);
    expect(decision.asks).toEqual([
      { branch: 'gone-1', about: 'branch' },
      { branch: 'gone-2', about: 'branch' },
    ]);
  });

  test('of the same age the id decides, whatever the order in which Astro lists them', () => {
    const same = ['b', 'a', 'c'].map((id) => preview(`gone-${id}`, { id }));
    const order = (list: SweepDeployment[]): string[] =>
      decideSweep(facts(list)).rows.map(({ deployment }) => deployment.id);
    expect(order(same)).toEqual(['a', 'b', 'c']);
    expect(order(same.toReversed())).toEqual(['a', 'b', 'c']);
  });

  const lonely: Partial<SweepFacts> = { branches: { kind: 'complete', names: new Set(['main']) } };
  test('more than half, and more than three, while GitHub lists one branch: stop', () => {
    const decision = decideSweep(facts([...many.slice(0, 4), preview('main')], lonely));
    expect(decision).toMatchObject({
      asks: [],
      error:
        '4 of 5 previews would go while GitHub lists a single branch: that looks like a listing that is not whole, so the sweep removes nothing. If it is right, delete them in Astro.',
    });
    expect(decision.rows.filter(({ verdict }) => verdict === 'remove')).toEqual([]);
    expect(decision.rows[0]?.why).toBe('the sweep was stopped: too many would go at one time');
    expect(decision.rows.at(-1)?.why).toBe('the default branch');
  });
  test.each<[string, number, readonly SweepDeployment[], Partial<SweepFacts>]>([
    ['three', 3, many.slice(0, 3), lonely],
    ['half', 4, [...many.slice(0, 4), ...['1', '2', '3', '4'].map((id) => preview('main', { id }))], lonely],
    ['all, of a repository with more branches', 5, many, {}],
  ])('%s may go', (_, count, deployments, more) => {
    const decision = decideSweep(facts(deployments, more));
    expect(decision.error).toBeUndefined();
    expect(decision.rows.filter(({ verdict }) => verdict === 'remove')).toHaveLength(count);
  });

  test('nothing there, nothing to do [R-14]', () => {
    expect(decideSweep(facts([]))).toEqual({ rows: [], asks: [], warnings: [] });
  });
});

describe('confirming one by one [T-11]', () => {
  const decision = decideSweep(
    facts([preview('gone'), preview('gone', { id: 'second', project: 'b' }), preview('alive'), preview('main')], {
      rules: onPullRequest,
    }),
  );
  const confirmed = (gone?: Presence, alive?: Presence): SweepDecision =>
    confirmSweep(
      decision,
      new Map([...(gone ? [['gone', gone] as const] : []), ...(alive ? [['alive', alive] as const] : [])]),
    );

  test('each branch is asked for once', () => {
    expect(decision.asks).toEqual([
      { branch: 'alive', about: 'pull-request' },
      { branch: 'gone', about: 'branch' },
    ]);
  });

  test('what is absent goes', () => {
    expect(confirmed('absent', 'absent')).toEqual({ ...decision, asks: [] });
  });

  test('what is there is kept', () => {
    expect(verdicts(confirmed('exists', 'exists'))).toEqual([
      'etl-alive: keep, a pull request is open after all',
      'etl-gone: keep, the branch exists after all',
      'etl-main: keep, the default branch',
      'etl-gone: keep, the branch exists after all',
    ]);
    expect(confirmed('exists', 'exists').error).toBeUndefined();
  });

  test('what is unknown, or was not asked, is kept, and the run fails', () => {
    expect(verdicts(confirmed('unknown'))).toEqual([
      'etl-alive: keep, GitHub cannot say whether a pull request is open',
      'etl-gone: keep, GitHub cannot say whether the branch is gone',
      'etl-main: keep, the default branch',
      'etl-gone: keep, GitHub cannot say whether the branch is gone',
    ]);
    expect(confirmed('absent', 'unknown').error).toBe(
      'GitHub cannot say where these branches stand, so their previews are kept: alive. Run the job again; it needs `permissions: { contents: read, pull-requests: read }` and a `github-token`.',
    );
  });

  test('ttl needs no proof, but where a label could keep it', () => {
    const rules = { on: 'branch', maxDeletions: 10, ttl: day } as const;
    expect(decideSweep(facts([preview('alive')], { rules })).asks).toEqual([]);
    const labelled = { ...rules, keepLabel: 'keep' };
    expect(decideSweep(facts([preview('alive')], { rules: labelled, ...open('alive') })).asks).toEqual([]);
    expect(decideSweep(facts([preview('alive')], { rules: labelled })).asks).toEqual([
      { branch: 'alive', about: 'pull-request' },
    ]);
    const alone = decideSweep(facts([preview('alive')], { rules }));
    expect(confirmSweep(alone, new Map())).toEqual(alone);
  });
});

describe('what people see', () => {
  const { rows } = decideSweep(
    facts(
      [
        preview('gone', { createdAt: ago(3 * day + 5 * hour) }),
        preview('alive', { project: 'data/etl', createdAt: ago(2 * hour) }),
        preview('a|`b`', { createdAt: ago(-hour) }),
        preview('gone-2', { createdAt: '' }),
      ],
      { lastDeploys: new Map([['cm-gone', new Date(ago(26 * hour + 90_000))]]) },
    ),
  );

  test('a table; what comes from outside is shown, never rendered', () => {
    expect(sweepTable(rows).split('\n')).toEqual([
      '| Preview | Branch | Age | Last deploy | Why |',
      '| --- | --- | --- | --- | --- |',
      '| `etl-gone-2` | `gone-2` | 0 min | not known | **keep**: `its age cannot be read` |',
      '| `etl-gone` | `gone` | 3 d 5 h | 1 d 2 h ago | **remove**: `the branch is gone` |',
      '| `etl-alive` | `alive` in `data/etl` | 2 h | not known | **keep**: `the branch exists` |',
      '| `` etl-a\\|`b` `` | `` a\\|`b` `` | 0 min | not known | **keep**: `younger than one hour` |',
    ]);
  });

  test('a table of bounded length', () => {
    const row = rows[0] as SweepDecision['rows'][number];
    const lines = sweepTable(Array.from({ length: 1000 }, () => row)).split('\n');
    expect(lines).toHaveLength(504);
    expect(lines.at(-1)).toBe('500 more are in the log.');
  });

  test('lines for the log', () => {
    const hostile = { ...(rows[1] as SweepDecision['rows'][number]), branch: 'x\n::error::y' };
    expect(sweepLines([...rows.slice(1, 3), hostile])).toEqual([
      'remove etl-gone (cm-gone): the branch is gone; branch gone, 3 d 5 h old, last deploy 1 d 2 h ago',
      'keep etl-alive (cm-alive): the branch exists; branch alive in data/etl, 2 h old, last deploy not known',
      'remove etl-gone (cm-gone): the branch is gone; branch x .::error::y, 3 d 5 h old, last deploy 1 d 2 h ago',
    ]);
  });
});
