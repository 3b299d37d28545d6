import { describe, expect, test } from '@jest/globals';
import type { components } from '../../src/contract/astro-api.ts';
import { UserError } from '../../src/core/errors.ts';
import { describePreview } from '../../src/core/identity.ts';
import type { BranchState, CodeFacts, Situation } from '../../src/core/plan/situation.ts';
import { decide } from '../../src/core/plan/decide.ts';
import { isPreviewPlan, type Plan } from '../../src/core/plan/plan.ts';
import { runningCommit } from '../../src/core/plan/code-report.ts';
import { readTemplate } from '../../src/core/deployment/template.ts';
import { resolveTemplate } from '../../src/core/deployment/desired.ts';
import type { WantedObject } from '../../src/core/config/wanted-objects.ts';
import { deploymentOptions } from '../../sandbox/options.ts';
import { sampleTemplate } from '../../sandbox/project.ts';
import type { CopyStep, Step } from '../../src/core/plan/steps.ts';
import type { StoredObject } from '../../src/core/objects/stored-object.ts';
import type { SourceObject } from '../../src/core/migration/source-object.ts';

type Deployment = components['schemas']['Deployment'];
type Preview = Extract<Situation, { kind: 'ensure-preview' }>;
type Joined = Extract<Situation, { kind: 'join-preview' }>;
type Removal = Extract<Situation, { kind: 'remove-preview' }>;

const identity = { repositoryId: 7, ref: 'refs/heads/feature/x', project: '.' };
const name = 'etl-feature-x-12345678';
const owned = {
  name,
  description: describePreview('Preview of a branch', identity, name, { pullRequest: 42 }),
  environmentVariables: [{ key: 'ASTRO_BRANCH', value: 'feature/x' }],
};
const template = readTemplate(sampleTemplate, '.astro/preview.yaml', {
  repository: 'etl',
  actor: 'octocat',
  rules: { tokens: [] },
  env: new Map(),
});
const desired = resolveTemplate(template, { workspaceId: 'cm0', options: deploymentOptions }, undefined);
const now = new Date('2026-11-21T10:00:00Z');
const commit = 'c'.repeat(40);
const base = 'b'.repeat(40);

const code = (paths: readonly string[] | undefined, more: Partial<CodeFacts> = {}): CodeFacts => ({
  deployType: 'infer',
  source: {
    folder: '/w',
    dagsFolder: '/w/dags',
    artefact: { dagsBaseDir: true },
    project: { path: '', dags: ['dags'], dockerfile: 'Dockerfile', dockerignore: '', steering: [] },
    repository: { provider: 'GITHUB', account: 'acme', repo: 'etl' },
    uncommitted: [],
    commit: { id: commit, subject: 's', author: 'a', committedAt: 1_790_000_000 },
  },
  baselines:
    paths === undefined
      ? {
          image: { kind: 'unknown', why: 'first deploy' },
          dags: { kind: 'unknown', why: 'first deploy' },
          dbt: { kind: 'unknown', why: 'first deploy' },
        }
      : {
          image: { kind: 'known', commit: base, deployId: 'd', at: '2026-11-21T08:00:00Z' },
          dags: { kind: 'known', commit: base, deployId: 'd', at: '2026-11-21T08:00:00Z' },
          dbt: { kind: 'unknown', why: 'nothing was deployed to this mount path yet' },
        },
  answers: new Map(paths === undefined ? [] : [[base, { kind: 'known', paths }]]),
  dispatched: false,
  isFirst: paths === undefined,
  ...more,
});

/** A preview exactly as the template asks for it. */
const existing = {
  id: 'cm1', name, description: owned.description, status: 'HEALTHY', type: 'STANDARD', workspaceId: 'cm0', executor: 'CELERY', cloudProvider: 'AWS', region: 'us-east-1',
  isDagDeployEnabled: true, isCicdEnforced: false, isHighAvailability: false, isDevelopmentMode: true, schedulerSize: 'SMALL', contactEmails: [],
  workerQueues: [{ id: 'q', name: 'default', isDefault: true, minWorkerCount: 0, maxWorkerCount: 5, workerConcurrency: 5, astroMachine: 'A5', podCpu: '1', podMemory: '2Gi' }],
  environmentVariables: [{ key: 'STAGE', value: 'preview', isSecret: false, updatedAt: '' }, { key: 'ASTRO_BRANCH', value: 'feature/x', isSecret: false, updatedAt: '' }],
  scalingSpec: { hibernationSpec: { schedules: [{ hibernateAtCron: '0 20 * * *', wakeAtCron: '0 7 * * 1-5', description: '', isEnabled: true }] } },
} as unknown as Deployment; // prettier-ignore

const at = (state: BranchState, firstAttempt = true): Preview['freshness'] => ({
  branch: { name: 'feature/x', ref: identity.ref },
  head: commit,
  state,
  firstAttempt,
});
const preview = (more: Partial<Preview> = {}): Preview => ({
  kind: 'ensure-preview', organization: 'o', workspace: 'cm0', identity, now, freshness: at({ kind: 'at', commit }), mine: [existing], desired, owned, code: code([]), ttl: undefined, warnings: [], notices: ['a notice'], ...more,
}); // prettier-ignore

const stored = (key: string, ...deployments: string[]): StoredObject => ({
  id: `id-${key}`, objectKey: key, objectType: 'CONNECTION', scope: 'WORKSPACE', scopeEntityId: 'cm0', connection: { type: 'snowflake' }, setFields: ['type'],
  links: deployments.map((scopeEntityId) => ({ scope: 'DEPLOYMENT', scopeEntityId })),
}) as unknown as StoredObject; // prettier-ignore
const wish = (key: string, more: Partial<WantedObject> = {}): WantedObject => ({
  kind: 'connection', key, at: { file: 'f', line: 1, column: 1 }, link: 'link', overrides: [], mayChangeObject: false, ...more,
}); // prettier-ignore
const from = { ...existing, id: 'cm7', name: 'etl-prod' };
const copy: CopyStep = {
  kind: 'copy',
  from,
  connections: true,
  variables: false,
  pools: true,
  why: 'it was asked for',
};

const kinds = (situation: Situation): string[] => decide(situation).steps.map(({ kind }) => kind);
const ofKind = <K extends Step['kind']>(situation: Situation, kind: K) =>
  decide(situation).steps.filter((step): step is Extract<Step, { kind: K }> => step.kind === kind);
const steps = (situation: Situation): string[] =>
  decide(situation).steps.map(
    (step) => `${step.kind}${step.kind === 'deploy-code' ? ` ${step.type}` : ''}: ${step.why}`,
  );

describe('what a preview is compared with', () => {
  const target = { ...existing, id: 'cm7', name: 'etl-prod', executor: 'ASTRO', schedulerSize: 'MEDIUM' } as Deployment;
  const compare = { deployment: target, baseCommit: base, dags: true };
  test('its DAGs when the work is done, its settings as far as a row shows them', () => {
    const plan = decide(preview({ compare }));
    expect(plan).toMatchObject({ compare: { target, baseCommit: base, source: { folder: '/w' } } });
    expect(plan.facts.settings).toEqual({
      target: 'etl-prod',
      differ: ['executor: ASTRO → CELERY', 'scheduler_size: MEDIUM → SMALL'],
    });
    expect(plan.facts.sleeps).toBe('from 20:00 until 07:00 Mon–Fri, UTC, wakes on push');
  });
  test('not the queues of a row without any', () => {
    const row = { ...target } as Partial<Deployment>;
    delete row.workerQueues;
    const { settings } = decide(preview({ compare: { ...compare, deployment: row as Deployment } })).facts;
    expect(settings?.differ).toHaveLength(2);
    const other = {
      ...target,
      workerQueues: target.workerQueues?.map((queue) => ({ ...queue, maxWorkerCount: 9 })) ?? [],
    };
    expect(decide(preview({ compare: { ...compare, deployment: other } })).facts.settings?.differ).toContain(
      'worker_queues: default A5 0–9 → default A5 0–5',
    );
  });
  test('no DAGs without `dag-changes`, no commit where the event names none, nothing without such a Deployment', () => {
    expect(decide(preview({ compare: { deployment: target, dags: true } }))).not.toHaveProperty('compare.baseCommit');
    expect(decide(preview({ compare: { ...compare, dags: false } }))).not.toHaveProperty('compare');
    expect(decide(preview()).facts).not.toHaveProperty('settings');
    expect(decide(preview({ desired: { ...desired, schedules: [] } })).facts).not.toHaveProperty('sleeps');
  });
});

describe('the code of a run, for people', () => {
  const source = code([]).source;
  const known = (id: string, head?: string) =>
    ({ kind: 'known', commit: id, deployId: 'd', at: '', ...(head !== undefined && { head }) }) as const;
  const report = (more: Partial<CodeFacts>) => decide(preview({ code: code([], more) })).facts.code;
  test.each<[string, Partial<CodeFacts['source']>, object | undefined]>([
    ['a commit', {}, { id: commit, subject: 's' }],
    ['the head itself', { head: commit }, { id: commit, subject: 's' }],
    [
      'a merge commit',
      { head: base, headSubject: 'Add login DAG', base: 'main' },
      { id: base, subject: 'Add login DAG', mergedWith: 'main' },
    ],
    ['a merge commit of which little is known', { head: base }, { id: base }],
  ])('%s', (_, more, shown) => {
    expect(report({ source: { ...source, ...more } })?.commit).toEqual(shown);
  });
  test('without a checkout, and the heads that run', () => {
    const bare: { -readonly [K in keyof typeof source]: (typeof source)[K] } = { ...source };
    delete bare.commit;
    expect(report({ source: bare })).not.toHaveProperty('commit');
    const baselines = { image: known(base, commit), dags: known(base), dbt: { kind: 'unknown', why: '' } } as const;
    expect(report({ baselines })).toMatchObject({ image: commit, dags: base });
    const [image, dags, same] = ['1', '2', commit];
    expect(runningCommit({ image, dags, isFirst: false, brief: '' }, 'none')).toEqual({ id: dags });
    expect(runningCommit({ image, isFirst: false, brief: '' }, 'dbt')).toEqual({ id: image });
    expect(
      runningCommit({ dags: same, commit: { id: same, subject: 's' }, isFirst: false, brief: '' }, 'none'),
    ).toEqual({
      id: same,
      subject: 's',
    });
    expect(runningCommit({ isFirst: true, brief: '' }, 'none')).toBeUndefined();
    expect(runningCommit(undefined, 'none')).toBeUndefined();
  });
});

describe('a preview', () => {
  test('is created with its mark and gets the code', () => {
    const situation = preview({ mine: [], code: code(undefined) });
    expect(steps(situation)).toEqual([
      'create: the branch feature/x has no preview yet',
      'deploy-code image-and-dags: image and DAGs: first deploy',
    ]);
    const [create] = decide(situation).steps;
    expect(create).toMatchObject({
      name,
      body: { name, description: owned.description, workspaceId: 'cm0', type: 'STANDARD' },
    });
    expect(decide(situation).notices).toEqual(['a notice']);
  });

  test('the places of its template go with it, for what Astro refuses', () => {
    const places = new Map([['scheduler_size', { file: 't.yaml', line: 3 }]]);
    expect(decide(preview({ places }))).toHaveProperty('configuration.places', places);
    expect(decide(preview())).not.toHaveProperty('configuration.places');
  });

  test('of ours is adopted; nothing changed, nothing is done', () => {
    const plan = decide(preview());
    expect(plan.steps).toEqual([]);
    expect(plan).toMatchObject({
      idle: 'nothing',
      why: 'nothing that is deployed changed since bbbbbbb, deployed 2026-11-21 08:00 UTC',
      facts: { deploymentId: 'cm1', commitSha: commit, isPreview: true },
    });
  });

  test('gets DAGs only, where only DAGs changed', () => {
    expect(steps(preview({ code: code(['dags/a.py']) }))).toEqual([
      'deploy-code dags-only: DAGs: dags/a.py changed since bbbbbbb, deployed 2026-11-21 08:00 UTC',
    ]);
  });

  test('is brought in line with a changed template', () => {
    const changed = { ...existing, executor: 'ASTRO', contactEmails: ['a@b.example'] } as Deployment;
    expect(steps(preview({ mine: [changed] }))).toEqual([
      'update: the template asks for another executor, alert_emails',
    ]);
  });

  test('what cannot change is an error that says so [R-24]', () => {
    const other = { ...existing, region: 'eu-west-1' } as Deployment;
    expect(() => decide(preview({ mine: [other] }))).toThrow(
      /Astro cannot change this about the preview .*: region is eu-west-1 and the template asks for us-east-1/,
    );
  });

  test('is woken for its deploy, and left asleep without one', () => {
    const asleep = { ...existing, status: 'HIBERNATING' } as Deployment;
    expect(steps(preview({ mine: [asleep], code: code(['dags/a.py']) }))[0]).toMatch(/^wake: it hibernates/);
    expect(steps(preview({ mine: [asleep] }))).toEqual([]);
  });

  test('a twin of the same branch is deleted, the older one stays [R-09]', () => {
    const twin = { ...existing, id: 'cm2' };
    expect(steps(preview({ mine: [existing, twin] }))).toEqual([
      'delete: it is a second preview of the same branch, made by two runs at the same moment',
    ]);
  });

  test('a Deployment of its name without its mark is left alone [R-22]', () => {
    const nameConflict = { ...existing, id: 'cm9', description: '' } as Deployment;
    expect(() => decide(preview({ mine: [], nameConflict }))).toThrow(
      /exists, and it is not this branch's preview.*`preview-name`.*`deployment-id: cm9`/,
    );
  });

  test.each([
    [
      'moved on [R-11]',
      { kind: 'at', commit: 'd'.repeat(40) },
      'the branch feature/x has moved on from ccccccc to ddddddd: the run of that commit deploys',
    ],
    ['gone [R-12]', { kind: 'absent' }, 'the branch feature/x is gone, so nothing is created or deployed for it'],
  ] as const)('of a branch that is %s gets nothing', (_, state, why) => {
    expect(decide(preview({ freshness: at(state), mine: [] }))).toMatchObject({ steps: [], idle: 'skipped', why });
  });

  test('GitHub cannot be asked: a fresh run goes on, a re-run does not [R-31]', () => {
    const state = { kind: 'unknown', why: 'GitHub does not answer' } as const;
    expect(decide(preview({ freshness: at(state) })).notices[0]).toBe(
      'GitHub cannot say where the branch feature/x stands (GitHub does not answer): this run goes on because it is fresh.',
    );
    expect(() => decide(preview({ freshness: at(state, false) }))).toThrow('this is a re-run');
  });

  describe('its environment objects', () => {
    const objects = (...rows: StoredObject[]) => ({ wanted: [wish('wh')], stored: rows, rewriteSecrets: false });

    test('are linked to a new one after it was made, before it is copied to and before its code', () => {
      const situation = preview({ mine: [], code: code(undefined), objects: objects(stored('wh')), copy });
      expect(kinds(situation)).toEqual(['create', 'link', 'copy', 'deploy-code']);
      expect(ofKind(situation, 'copy')).toEqual([copy]);
    });
    test('come before the update of one that is there, so that a failure leaves a difference for the next run', () => {
      const changed = { ...existing, executor: 'ASTRO', status: 'HIBERNATING' } as Deployment;
      const more = { mine: [changed], code: code(['dags/a.py']), objects: objects(stored('wh')) };
      expect(kinds(preview(more))).toEqual(['link', 'update', 'wake', 'deploy-code']);
    });
    test('that are linked make no step and are told all the same', () => {
      const plan = decide(preview({ objects: objects(stored('wh', 'cm1')) }));
      expect(plan.steps).toEqual([]);
      expect(plan.facts.objects).toEqual([{ object: 'connection wh', state: 'linked', overrides: [] }]);
    });
    test('that the Workspace lacks are refused before anything is done', () => {
      expect(() => decide(preview({ mine: [], objects: objects() }))).toThrow(/f:1:1: there is no connection `wh`/);
    });
    test('with what is allowed and perhaps not meant: a warning beside those of the template', () => {
      const warnings = [{ message: 'of the template' }];
      const risky = { wanted: [wish('prod')], stored: [stored('prod', 'cm1')], rewriteSecrets: false };
      expect(decide(preview({ warnings, objects: risky })).warnings).toMatchObject([
        { message: 'of the template' },
        { message: expect.stringContaining('with its own credentials') as unknown },
      ]);
    });
  });

  describe('its code', () => {
    const [known] = [code(['dags/a.py'])];
    const silent = { ...known, source: { ...known.source, uncommitted: undefined } };
    test('names what changed, also where it is not committed, and the deploy to go back to', () => {
      const source = { ...known.source, uncommitted: ['dags/b.py'] };
      expect(ofKind(preview({ code: { ...known, source, running: 'd1' } }), 'deploy-code')).toMatchObject([
        { changed: ['dags/a.py', 'dags/b.py'], before: 'd1' },
      ]);
    });
    test.each([
      ['first deploy', preview({ mine: [], code: code(undefined) })],
      ['git cannot tell what is not committed', preview({ code: silent })],
    ])('does not name it where %s', (_, situation) => {
      const [step] = ofKind(situation, 'deploy-code');
      expect(step).toBeDefined();
      expect(step).not.toHaveProperty('changed');
      expect(step).not.toHaveProperty('before');
    });
  });

  describe('when it goes', () => {
    const ttl = 3 * 86_400_000;
    const born = (createdAt: string): Partial<Preview> => ({ mine: [{ ...existing, createdAt }] });
    const deployed = (image: string, dags: string): CodeFacts => {
      const { baselines, ...rest } = code([]);
      const at = (time: string) => ({ kind: 'known', commit: base, deployId: 'd', at: time }) as const;
      return { ...rest, baselines: { ...baselines, image: at(image), dags: at(dags) } };
    };
    const early = '2026-11-10T00:00:00Z';
    test.each<[string, string | undefined, Partial<Preview>]>([
      ['three days after this very run, which deploys', '2026-11-24', { ...born(early), code: code(['dags/a.py']) }],
      ['as much for a new one', '2026-11-24', { mine: [], code: code(undefined) }],
      ['three days after the image', '2026-11-22', { ...born(early), code: deployed('2026-11-19T23:59:00Z', early) }],
      ['three days after the DAGs', '2026-11-23', { ...born(early), code: deployed(early, '2026-11-20T00:00:00Z') }],
      ['three days after it was made, where that is later', '2026-11-24', { ...born('2026-11-21T00:00:00Z'), code: deployed(early, early) }],
      ['by what can be read', '2026-11-13', { ...born(early), code: deployed('', 'never') }],
      ['not told where nothing can be read', undefined, { ...born('?'), code: deployed('', '') }],
      ['not told where a label keeps it', undefined, { ttl: undefined }],
    ])('is %s', (_, expires, more) => {
      expect(decide(preview({ ttl, ...more })).facts.expires).toBe(expires);
    }); // prettier-ignore
  });

  describe('one more than may live', () => {
    const living = (count: number): Deployment[] =>
      Array.from({ length: count }, (_, index) => {
        const ref = `refs/heads/b${String(index)}`;
        return { ...existing, name: `p${String(index)}`, description: describePreview('', { ...identity, ref }, 'p') };
      });
    const refused = (max: number, ...rows: Deployment[]): string => {
      try {
        decide(preview({ mine: [], code: code(undefined), limit: { max, living: rows } }));
      } catch (error) {
        if (error instanceof UserError) return error.message;
        throw error;
      }
      return 'not refused';
    };
    test('is refused, and those that live are named', () => {
      expect(refused(2, ...living(2))).toBe(
        'This repository has 2 previews, and at most 2 may live at one time (`max` in `.astro/branch-deploy.yaml`, or `max-previews`): p0 (b0), p1 (b1). Close pull requests or delete branches to make room, then run the job again.',
      );
      expect(refused(3, ...living(2))).toBe('not refused');
    });
    test('names no more than twenty', () => {
      expect(refused(5, ...living(20))).toMatch(/p19 \(b19\)\. Close/);
      expect(refused(5, ...living(21))).toMatch(/p19 \(b19\), …\. Close/);
    });
    test('hostile names and broken marks stay in one line [T-24]', () => {
      const [row] = living(1) as [Deployment];
      expect(refused(1, { ...row, name: 'a\n::error::b', description: '' })).toContain(': a .::error::b ().');
    });
    test('does not matter to a branch that has its preview', () => {
      expect(kinds(preview({ limit: { max: 1, living: living(3) } }))).toEqual([]);
    });
  });
});

describe('a long-lived Deployment', () => {
  const situation = (more: Partial<Extract<Situation, { kind: 'deploy' }>> = {}): Situation => ({
    kind: 'deploy', organization: 'o', now, target: existing, wakeOnDeploy: false, planOnly: false, code: code(['Dockerfile']), ...more,
  }); // prettier-ignore

  test('an image for files that no Airflow reads is built, with a notice', () => {
    const plan = decide(situation({ code: code(['tests/test_a.py']) }));
    expect(plan.steps).toMatchObject([{ kind: 'deploy-code', type: 'image-and-dags' }]);
    expect(plan.notices).toEqual([expect.stringContaining('add to `.dockerignore`: `tests/`')]);
  });

  test('another layout of the DAG archive changes every DAG file', () => {
    const asked = code(['dags/a.py']);
    const [step] = ofKind(situation({ code: asked }), 'deploy-code');
    expect(step?.changed).toEqual(['dags/a.py']);
    const source = { ...asked.source, artefact: { dagsBaseDir: false } };
    const [moved] = ofKind(situation({ code: { ...asked, source } }), 'deploy-code');
    expect(moved).toMatchObject({ type: 'dags-only', why: expect.stringContaining('below `dags/`') });
    expect(moved?.changed).toBeUndefined();
    const { image, dags, dbt } = asked.baselines;
    const baselines = { image, dags: { ...dags, notes: { dags: 'root' } } as typeof dags, dbt };
    const [back] = ofKind(situation({ code: { ...asked, baselines } }), 'deploy-code');
    expect(back?.changed).toBeUndefined();
  });

  test('gets an image where the image changed', () => {
    expect(steps(situation({ freshness: at({ kind: 'at', commit }) }))).toEqual([
      'deploy-code image-and-dags: image: Dockerfile changed since bbbbbbb, deployed 2026-11-21 08:00 UTC',
    ]);
    expect(decide(situation()).facts).toMatchObject({ isPreview: false });
  });
  test('gets nothing from a run that was overtaken [R-11]', () => {
    expect(decide(situation({ freshness: at({ kind: 'absent' }) }))).toMatchObject({ idle: 'skipped', steps: [] });
  });
  test('that hibernates is an error, unless it may be woken', () => {
    const asleep = { ...existing, status: 'HIBERNATING' } as Deployment;
    expect(() => decide(situation({ target: asleep }))).toThrow(UserError);
    expect(() => decide(situation({ target: asleep }))).toThrow('`wake-on-deploy: true`');
    expect(steps(situation({ target: asleep, wakeOnDeploy: true }))[0]).toBe(
      'wake: it hibernates, and `wake-on-deploy` is true',
    );
    expect(steps(situation({ target: asleep, code: code([]) }))).toEqual([]);
  });
  test('gets its environment objects before it is woken, whatever becomes of the code', () => {
    const objects = { wanted: [wish('wh')], stored: [stored('wh')], rewriteSecrets: false };
    const asleep = { ...existing, status: 'HIBERNATING' } as Deployment;
    expect(kinds(situation({ target: asleep, wakeOnDeploy: true, objects }))).toEqual(['link', 'wake', 'deploy-code']);
    const plan = decide(situation({ code: code([]), objects, planOnly: true }));
    expect(plan).toMatchObject({ planOnly: true, facts: { objects: [{ object: 'connection wh' }] } });
    expect(plan.steps).toMatchObject([{ kind: 'link', verbs: ['link'] }]);
  });
  test('without a commit and with git silent there is still a plan', () => {
    const { commit: gone, uncommitted, ...source } = code([]).source;
    expect([gone?.id, uncommitted]).toEqual([commit, []]);
    expect(
      decide(situation({ code: code(undefined, { source: { ...source, uncommitted: undefined } }) })).facts,
    ).not.toHaveProperty('commitSha');
  });
});

describe('the pull request that drives a preview', () => {
  test('closed, and there is no preview: none is made', () => {
    const situation = preview({ mine: [], pullRequest: { number: 42, closed: true } });
    expect(decide(situation)).toMatchObject({
      steps: [],
      idle: 'skipped',
      why: 'pull request 42 is closed, so no preview is created for it',
    });
  });
  test('open: it is asked for once more when the work is done', () => {
    expect(decide(preview({ pullRequest: { number: 42, closed: false } }))).toMatchObject({ pullRequest: 42 });
    expect(decide(preview({ mine: [], pullRequest: { number: 42, closed: false } }))).toMatchObject({
      pullRequest: 42,
    });
  });
});

describe('a step that joins the preview', () => {
  const dbt = code(undefined, { deployType: 'dbt' });
  const join = (
    found: Partial<Extract<Joined['found'], { kind: 'one' }>> | Exclude<Joined['found'], { kind: 'one' }>,
    more: Partial<Joined> = {},
  ): Joined => ({
    kind: 'join-preview',
    organization: 'o',
    workspace: 'cm0',
    now,
    freshness: at({ kind: 'at', commit }),
    ttl: undefined,
    found: { kind: 'one', identity, deployment: existing, code: dbt, ...found } as Joined['found'],
    ...more,
  });
  const pullRequest = { number: 42, closed: false };

  test('ships, and neither creates nor configures', () => {
    const situation = join({}, { pullRequest, ttl: 86_400_000 });
    expect(steps(situation)).toEqual(['deploy-code dbt: dbt: first deploy']);
    expect(decide(situation)).toMatchObject({
      identity,
      pullRequest: 42,
      branch: { name: 'feature/x' },
      facts: { deploymentId: 'cm1', expires: '2026-11-22' },
    });
  });

  test('wakes it first, where there is something to ship', () => {
    const asleep = { ...existing, status: 'HIBERNATING' } as Deployment;
    expect(kinds(join({ deployment: asleep }))).toEqual(['wake', 'deploy-code']);
    expect(kinds(join({ deployment: asleep, code: code([]) }))).toEqual([]);
  });

  test('of a branch that moved on or a pull request that is closed does nothing', () => {
    expect(decide(join({}, { freshness: at({ kind: 'absent' }) }))).toMatchObject({ idle: 'skipped', steps: [] });
    const none = { kind: 'none', deployType: 'dbt' } as const;
    expect(decide(join(none, { pullRequest: { number: 42, closed: true } }))).toMatchObject({
      idle: 'skipped',
      why: 'pull request 42 is closed, so it has no preview',
    });
  });

  test('without a preview is an error that says what makes one', () => {
    const none = { kind: 'none', deployType: 'dbt' } as const;
    for (const more of [{}, { pullRequest }])
      expect(() => decide(join(none, more))).toThrow(
        'The branch feature/x has no preview to deploy to: a `deploy-type: dbt` step joins the preview of the Astro project, and never creates one. Put the step for the Astro project before this one',
      );
  });

  test('with several previews is an error that names them', () => {
    const rows = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        ...existing,
        name: `p${index}`,
        description: describePreview('', { ...identity, project: `p/${index}` }, `p${index}`),
      }));
    expect(() => decide(join({ kind: 'several', rows: rows(2) }))).toThrow(
      'The branch feature/x has 2 previews, and this step says of none that it is meant: p0 (project `p/0`), p1 (project `p/1`). Name one with `preview-name`',
    );
    expect(() => decide(join({ kind: 'several', rows: rows(11) }))).toThrow('p9 (project `p/9`), …. Name one');
    const odd = [{ ...existing, description: 'none' }];
    expect(() => decide(join({ kind: 'several', rows: odd }))).toThrow('(project )');
  });

  test('removes nothing where it cannot tell which preview is meant', () => {
    const intent = {
      kind: 'remove-preview',
      branch: { name: 'feature/x', ref: identity.ref },
      because: 'requested',
    } as const;
    const situation: Removal = {
      kind: 'remove-preview',
      organization: 'o',
      identity,
      now,
      mine: [],
      unclear: 2,
      intent,
    };
    expect(decide(situation)).toMatchObject({
      steps: [],
      why: 'the branch feature/x has 2 previews, and the steps of their Astro projects remove them',
    });
  });
});

describe('removing a preview', () => {
  const situation = (because: Removal['intent']['because'], more: Partial<Removal> = {}): Situation => ({
    kind: 'remove-preview', organization: 'o', now, identity, mine: [existing], intent: { kind: 'remove-preview', branch: { name: 'feature/x', ref: identity.ref }, because }, ...more,
  }); // prettier-ignore

  test('there is none: done', () => {
    expect(decide(situation('branch-deleted', { mine: [] }))).toMatchObject({
      steps: [],
      idle: 'nothing',
      why: 'the branch feature/x has no preview: there is nothing to remove',
    });
  });
  test('the branch is proven gone', () => {
    expect(steps(situation('branch-deleted', { state: { kind: 'absent' } }))).toEqual([
      'delete: the branch feature/x was deleted',
    ]);
  });
  test('the branch exists again: kept [R-13]', () => {
    expect(decide(situation('branch-deleted', { state: { kind: 'at', commit } }))).toMatchObject({
      steps: [],
      idle: 'skipped',
      why: 'the branch feature/x exists again, so its preview is kept',
    });
  });
  test('the pull request was closed, and there is no other', () => {
    expect(steps(situation('pull-request-closed', { pullRequests: { kind: 'known', numbers: [] } }))).toEqual([
      'delete: the pull request of feature/x was closed',
    ]);
  });
  test('somebody asked for it: nothing else is', () => {
    expect(steps(situation('requested'))).toEqual(['delete: its removal was requested for the branch feature/x']);
  });
  test('there is none, and a merge was perhaps meant to be deployed', () => {
    const { intent } = situation('pull-request-closed') as Removal;
    const plan = decide(situation('pull-request-closed', { mine: [], intent: { ...intent, hint: 'Use x' } }));
    expect(plan.why).toBe('the branch feature/x has no preview: there is nothing to remove. Use x');
  });
  test('by the mark alone: a preview of another project carries its own identity', () => {
    const other = { ...identity, project: 'etl' };
    const description = describePreview('', other, name, {});
    const removal = situation('requested', { mine: [existing, { ...existing, id: 'cm2', description }] });
    expect(ofKind(removal, 'delete').map((step) => step.identity)).toEqual([identity, other]);
  });
  test('a description without a mark is judged by the plan’s identity', () => {
    const removal = situation('requested', { mine: [{ ...existing, description: '' }] });
    expect(ofKind(removal, 'delete').map((step) => step.identity)).toEqual([identity]);
  });
  test('the label was taken off', () => {
    const pullRequests = { kind: 'known', numbers: [42] } as const;
    const { intent } = situation('label-removed') as Removal;
    expect(steps(situation('label-removed', { pullRequests, intent: { ...intent, pullRequest: 42 } }))).toEqual([
      'delete: the label of the pull request of feature/x was taken off',
    ]);
  });
  test('its links go with it, and nobody else’s; so do those of a twin [I5]', () => {
    const twin = { ...existing, id: 'cm2' };
    const excluded = { ...stored('out'), excludeLinks: [{ scope: 'DEPLOYMENT' as const, scopeEntityId: 'cm2' }] };
    const objects = [stored('wh', 'cm1', 'cm9'), stored('other', 'cm9'), excluded];
    const removal = situation('branch-deleted', { state: { kind: 'absent' }, mine: [existing, twin], objects });
    expect(ofKind(removal, 'delete').map(({ deployment, unlink }) => [deployment.id, unlink])).toEqual([
      ['cm1', [{ id: 'id-wh', kind: 'connection', key: 'wh' }]],
      ['cm2', [{ id: 'id-out', kind: 'connection', key: 'out' }]],
    ]);
    expect(decide(removal).warnings).toEqual([]);
  });
  test('environment objects that could not be read are left to the removal itself', () => {
    const objects = { unknown: 'Astro answered 403.' };
    const plan = decide(situation('branch-deleted', { state: { kind: 'absent' }, objects }));
    expect(plan.steps).toHaveLength(1);
    expect(plan.steps[0]).not.toHaveProperty('unlink');
    expect(plan.warnings).toEqual([]);
  });
  test('another open pull request keeps it', () => {
    expect(decide(situation('pull-request-closed', { pullRequests: { kind: 'known', numbers: [43] } })).why).toBe(
      'pull request 43 is open for the branch feature/x, so its preview is kept',
    );
  });
  test.each([
    [
      'branch-deleted',
      { state: { kind: 'unknown', why: 'GitHub does not answer' } },
      'whether the branch feature/x is really gone: GitHub does not answer',
    ],
    ['branch-deleted', {}, 'whether the branch feature/x is really gone: it was not asked'],
    [
      'pull-request-closed',
      { pullRequests: { kind: 'unknown', why: 'GitHub refuses to say (403)' } },
      'whether another open pull request has the branch feature/x: GitHub refuses to say (403)',
    ],
    ['pull-request-closed', {}, 'it was not asked'],
  ] as const)('%s without an answer from GitHub: kept, and an error [T-11]', (because, more, message) => {
    expect(() => decide(situation(because, more))).toThrow(message);
  });
});

describe('the sweep', () => {
  const old = (branch: string, project = '.'): Deployment => {
    const mark = { repositoryId: 7, ref: `refs/heads/${branch}`, project };
    const description = describePreview('', mark, `etl-${branch}`);
    return { ...existing, id: `id-${branch}`, name: `etl-${branch}`, description, createdAt: '2026-11-01T00:00:00Z' };
  };
  type Sweep = Extract<Situation, { kind: 'sweep' }>;
  const situation = (more: Partial<Sweep> = {}): Sweep => ({
    kind: 'sweep', organization: 'o', now, confirmations: new Map([['gone', 'absent'], ['doubt', 'unknown']]), objects: [stored('wh', 'id-gone')], workspace: 'ws', orphans: [], ...more,
    facts: {
      deployments: [old('gone', 'data/etl'), old('alive'), { ...old('x'), description: '' }], repositoryId: 7, defaultBranch: 'main', now, rules: { on: 'branch', maxDeletions: 10 },
      branches: { kind: 'complete', names: new Set(['main', 'alive']) }, pullRequests: { kind: 'complete', rows: [] }, lastDeploys: new Map(), ...more.facts,
    },
  }); // prettier-ignore

  test('links of Deployments that are gone are steps of their own', () => {
    const object = { id: 'id-wh', kind: 'connection', key: 'wh' } as const;
    const orphans = [
      { object, gone: ['cm8'] },
      { object, gone: ['cm8', 'cm9'] },
    ];
    expect(decide(situation({ orphans })).steps.slice(-2)).toEqual([
      { kind: 'unlink-gone', object, workspaceId: 'ws', gone: ['cm8'], why: 'cm8 does not exist any more' },
      { kind: 'unlink-gone', object, workspaceId: 'ws', gone: ['cm8', 'cm9'], why: 'cm8, cm9 do not exist any more' },
    ]);
  });

  test('removes what is gone under its own identity, links first, and keeps the others', () => {
    const plan = decide(situation());
    expect(plan.steps).toEqual([
      {
        kind: 'delete',
        deployment: old('gone', 'data/etl'),
        identity: { repositoryId: 7, ref: 'refs/heads/gone', project: 'data/etl' },
        unlink: [{ id: 'id-wh', kind: 'connection', key: 'wh' }],
        why: 'the branch is gone',
      },
    ]);
    expect(plan).toMatchObject({ why: '1 of 2 previews go, 1 stay', warnings: [] });
    expect(plan.facts.sweep?.map(({ branch, verdict }) => `${branch} ${verdict}`)).toEqual([
      'alive keep',
      'gone remove',
    ]);
    expect(plan).not.toHaveProperty('failure');
    expect(plan).not.toHaveProperty('identity');
  });
  test('what stays in doubt is kept, and the run fails after the others [T-11]', () => {
    const facts = { ...situation().facts, deployments: [old('gone'), old('doubt')] };
    const plan = decide(situation({ facts }));
    expect(plan.steps).toMatchObject([{ deployment: { id: 'id-gone' } }]);
    expect(plan.failure).toMatch(/their previews are kept: doubt\./);
  });
  test('environment objects that cannot be read are looked for again when it comes to it', () => {
    const [step] = ofKind(situation({ objects: { unknown: 'Astro answered 403.' } }), 'delete');
    expect(step).toBeDefined();
    expect(step).not.toHaveProperty('unlink');
  });
});

describe('telling how a preview is', () => {
  const situation = (...mine: Deployment[]): Situation => ({
    kind: 'report-preview', organization: 'o', now, branch: { name: 'feature/x', ref: identity.ref }, mine, warnings: [],
  }); // prettier-ignore
  test('never does anything', () => {
    expect(decide(situation(existing))).toMatchObject({
      steps: [],
      idle: 'nothing',
      deployment: { id: 'cm1' },
      why: 'pushes to feature/x drive its preview: only the comment is brought up to date',
      facts: { isPreview: true, deploymentId: 'cm1', deploymentName: name },
    });
    expect(decide(situation())).toMatchObject({
      steps: [],
      why: 'the branch feature/x has no preview yet: its push makes it',
      facts: { isPreview: true },
    });
    expect(decide(situation())).not.toHaveProperty('deployment');
  });
});

describe('moving objects into the Workspace', () => {
  type Move = Extract<Situation, { kind: 'promote' | 'migrate' }>;
  const source: SourceObject = {
    kind: 'airflow-variable', key: 'stage', isSecret: false, id: 'own-1', fields: [{ name: 'value', value: 'x', fromEnv: false }], hidden: [], doubtful: [],
  }; // prettier-ignore
  const situation = (more: Partial<Move> = {}): Move => ({
    kind: 'promote', organization: 'o', now, target: existing, sources: [source], skipped: [], stored: [], secrets: new Map(), deleteSource: false, ...more,
  }); // prettier-ignore

  test('promote', () => {
    const plan = decide(situation());
    expect(plan.steps).toMatchObject([{ kind: 'move', from: 'deployment', verbs: ['create', 'link'] }]);
    expect(plan).toMatchObject({
      why: "1 to move out of the Deployment's own environment objects",
      blocked: [],
      facts: { isPreview: false, deploymentId: 'cm1' },
    });
  });
  test('migrate finds nothing left', () => {
    const plan = decide(situation({ kind: 'migrate', sources: [], skipped: ['pool x'] }));
    expect(plan).toMatchObject({ steps: [], why: 'nothing is left to move out of the metadata database' });
    expect(plan.notices).toEqual(['Left as it is: pool x.']);
  });
  test('what keeps it from being carried out is a part of the plan', () => {
    expect(decide(situation({ sources: [{ ...source, hidden: ['value'], fields: [] }] })).blocked).toHaveLength(1);
  });
});

describe('exporting a template', () => {
  type Export = Extract<Situation, { kind: 'export-template' }>;
  const situation = (before?: string): Export => ({
    kind: 'export-template', organization: 'o', now, target: { ...existing, description: 'By hand' }, clusters: [], path: '.astro/preview.yaml', ...(before !== undefined && { before }),
  }); // prettier-ignore

  test('writes it once', () => {
    const [step] = ofKind(situation(), 'write-template');
    expect(step).toMatchObject({
      path: '.astro/preview.yaml',
      why: `the template of the Deployment ${name} goes to \`.astro/preview.yaml\``,
    });
    expect(step?.text).toContain('executor: CELERY');
    expect(decide(situation(step?.text))).toMatchObject({
      steps: [],
      why: `\`.astro/preview.yaml\` says already what the Deployment ${name} is`,
      facts: { isPreview: false, deploymentId: 'cm1' },
    });
    expect(ofKind(situation('another'), 'write-template')).toHaveLength(1);
  });

  const sleep =
    'set `is_development_mode: true`, `is_high_availability: false` and `scheduler_size: SMALL`, and add `hibernation_schedules`, for previews that cost little and sleep (or set `preview.hibernate`)';
  const mail = 'take `alert_emails` out, or previews write to the same people';
  test.each<[string, Partial<Export['target']>, string | undefined]>([
    ['that is awake and writes e-mails', { contactEmails: ['a@b.c'], isDevelopmentMode: false }, `${mail}; ${sleep}`],
    ['in development mode', { contactEmails: [], isDevelopmentMode: true }, undefined],
    ['in development mode, with e-mails', { contactEmails: ['a@b.c'], isDevelopmentMode: true }, mail],
    ['that is HYBRID', { contactEmails: [], isDevelopmentMode: false, type: 'HYBRID' }, undefined],
  ])('of a Deployment %s says what previews would rather not have', (_, given, advice) => {
    const { notices } = decide({ ...situation(), target: { ...situation().target, ...given } });
    const told = notices.filter((line) => line.startsWith('Previews made from this template'));
    expect(told).toEqual(
      advice === undefined ? [] : [`Previews made from this template are as large as the Deployment: ${advice}.`],
    );
  });
  test('of one that Astro answers without a list of e-mails', () => {
    const target = Object.fromEntries(
      Object.entries({ ...situation().target, isDevelopmentMode: true }).filter(([key]) => key !== 'contactEmails'),
    ) as Export['target'];
    expect(decide({ ...situation(), target }).notices).toEqual([]);
  });
});

describe('what a plan is about', () => {
  test.each([
    ['preview', true],
    ['join', true],
    ['removal', true],
    ['report', true],
    ['deploy', false],
    ['sweep', false],
    ['move', false],
    ['export', false],
  ] as const)('%s is about a preview: %s', (kind, expected) => {
    expect(isPreviewPlan({ kind } as Plan)).toBe(expected);
  });
});

describe('what the checkout shows of the code', () => {
  test('an empty submodule of the project keeps the plan from being carried out', () => {
    const gaps = { submodules: [{ path: 'dags/lib', kind: 'own' }], sparse: [], pointers: ['dags/data.csv'] } as const;
    const plan = decide(preview({ code: code(['dags/a.py'], { gaps }) }));
    expect(plan.blocked).toEqual([expect.stringContaining('dags/lib')]);
    expect(plan.warnings).toContainEqual(expect.stringContaining('dags/data.csv'));
  });
  test('files that git ignores count as changed when they differ from what runs', () => {
    const { source } = code([]);
    const ignored = { paths: ['dags/m.json'], fingerprint: '0123456789abcdef' };
    const [step] = ofKind(preview({ code: code([], { source: { ...source, ignored } }) }), 'deploy-code');
    expect(step).toMatchObject({ type: 'dags-only', changed: ['dags/m.json'] });
  });
});
