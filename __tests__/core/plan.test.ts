import { describe, expect, test } from '@jest/globals';
import type { components } from '../../src/astro/contract.ts';
import { UserError } from '../../src/core/errors.ts';
import { describePreview } from '../../src/core/identity.ts';
import { decide } from '../../src/core/plan.ts';
import type { BranchState, CodeFacts, Situation } from '../../src/core/situation.ts';
import { readTemplate } from '../../src/core/template-read.ts';
import { resolveTemplate } from '../../src/core/template.ts';
import { sampleTemplate } from '../../sandbox/project.ts';
import { deploymentOptions } from '../../sandbox/options.ts';

type Deployment = components['schemas']['Deployment'];
type Preview = Extract<Situation, { kind: 'ensure-preview' }>;
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
    project: { path: '', dags: ['dags'], dockerfile: 'Dockerfile', dockerignore: '', steering: [] },
    repository: { provider: 'GITHUB', account: 'acme', repo: 'etl' },
    uncommitted: [],
    commit: { id: commit, subject: 's', author: 'a' },
  },
  baselines:
    paths === undefined
      ? {
          image: { kind: 'unknown', why: 'nothing was deployed yet' },
          dags: { kind: 'unknown', why: 'nothing was deployed yet' },
        }
      : {
          image: { kind: 'known', commit: base, deployId: 'd', at: '2026-11-21T08:00:00Z' },
          dags: { kind: 'known', commit: base, deployId: 'd', at: '2026-11-21T08:00:00Z' },
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
const steps = (situation: Situation): string[] =>
  decide(situation).steps.map(
    (step) => `${step.kind}${step.kind === 'deploy-code' ? ` ${step.type}` : ''}: ${step.why}`,
  );

describe('a preview', () => {
  test('s1 is created with its mark and gets the code', () => {
    const situation = preview({ mine: [], code: code(undefined) });
    expect(steps(situation)).toEqual([
      'create: the branch feature/x has no preview yet',
      'deploy-code image-and-dags: image and DAGs: nothing was deployed yet',
    ]);
    const [create] = decide(situation).steps;
    expect(create).toMatchObject({
      name,
      body: { name, description: owned.description, workspaceId: 'cm0', type: 'STANDARD' },
    });
    expect(decide(situation).notices).toEqual(['a notice']);
  });

  test('s2 of ours is adopted; nothing changed, nothing is done', () => {
    const plan = decide(preview());
    expect(plan.steps).toEqual([]);
    expect(plan).toMatchObject({
      idle: 'nothing',
      why: 'nothing that is deployed changed since bbbbbbb, deployed 2 h ago',
      facts: { deploymentId: 'cm1', commitSha: commit, isPreview: true },
    });
  });

  test('s3 gets DAGs only, where only DAGs changed', () => {
    expect(steps(preview({ code: code(['dags/a.py']) }))).toEqual([
      'deploy-code dags-only: DAGs: dags/a.py changed since bbbbbbb, deployed 2 h ago',
    ]);
  });

  test('s45 is brought in line with a changed template', () => {
    const changed = { ...existing, executor: 'ASTRO', contactEmails: ['a@b.example'] } as Deployment;
    expect(steps(preview({ mine: [changed] }))).toEqual([
      'update: the template asks for another executor, alert_emails',
    ]);
  });

  test('R-24 what cannot change is an error that says so', () => {
    const other = { ...existing, region: 'eu-west-1' } as Deployment;
    expect(() => decide(preview({ mine: [other] }))).toThrow(
      /Astro cannot change this about the preview .*: region is eu-west-1 and the template asks for us-east-1/,
    );
  });

  test('s47 is woken for its deploy, and left asleep without one', () => {
    const asleep = { ...existing, status: 'HIBERNATING' } as Deployment;
    expect(steps(preview({ mine: [asleep], code: code(['dags/a.py']) }))[0]).toMatch(/^wake: it hibernates/);
    expect(steps(preview({ mine: [asleep] }))).toEqual([]);
  });

  test('R-09 a twin of the same branch is deleted, the older one stays', () => {
    const twin = { ...existing, id: 'cm2' };
    expect(steps(preview({ mine: [existing, twin] }))).toEqual([
      'delete: it is a second preview of the same branch, made by two runs at the same moment',
    ]);
  });

  test('R-22, s43 a Deployment of its name without its mark is left alone', () => {
    const namesake = { ...existing, id: 'cm9', description: '' } as Deployment;
    expect(() => decide(preview({ mine: [], namesake }))).toThrow(
      /exists, and it is not this branch's preview.*`preview-name`.*`deployment-id: cm9`/,
    );
  });

  test.each([
    [
      'R-11 moved on',
      { kind: 'at', commit: 'd'.repeat(40) },
      'the branch feature/x has moved on from ccccccc to ddddddd: the run of that commit deploys',
    ],
    ['R-12 gone', { kind: 'absent' }, 'the branch feature/x is gone, so nothing is created or deployed for it'],
  ] as const)('of a branch that is %s gets nothing', (_, state, why) => {
    expect(decide(preview({ freshness: at(state), mine: [] }))).toMatchObject({ steps: [], idle: 'skipped', why });
  });

  test('R-31 GitHub cannot be asked: a fresh run goes on, a re-run does not', () => {
    const state = { kind: 'unknown', why: 'GitHub does not answer' } as const;
    expect(decide(preview({ freshness: at(state) })).notices[0]).toBe(
      'GitHub cannot say where the branch feature/x stands (GitHub does not answer): this run goes on because it is fresh.',
    );
    expect(() => decide(preview({ freshness: at(state, false) }))).toThrow('this is a re-run');
  });
});

describe('a long-lived Deployment', () => {
  const situation = (more: Partial<Extract<Situation, { kind: 'deploy' }>> = {}): Situation => ({
    kind: 'deploy', organization: 'o', now, target: existing, wakeOnDeploy: false, planOnly: false, code: code(['Dockerfile']), ...more,
  }); // prettier-ignore

  test('s8 gets an image where the image changed', () => {
    expect(steps(situation({ freshness: at({ kind: 'at', commit }) }))).toEqual([
      'deploy-code image-and-dags: image: Dockerfile changed since bbbbbbb, deployed 2 h ago',
    ]);
    expect(decide(situation()).facts).toMatchObject({ isPreview: false });
  });
  test('R-11 gets nothing from a run that was overtaken', () => {
    expect(decide(situation({ freshness: at({ kind: 'absent' }) }))).toMatchObject({ idle: 'skipped', steps: [] });
  });
  test('s47 that hibernates is an error, unless it may be woken', () => {
    const asleep = { ...existing, status: 'HIBERNATING' } as Deployment;
    expect(() => decide(situation({ target: asleep }))).toThrow(UserError);
    expect(() => decide(situation({ target: asleep }))).toThrow('`wake-on-deploy: true`');
    expect(steps(situation({ target: asleep, wakeOnDeploy: true }))[0]).toBe(
      'wake: it hibernates, and `wake-on-deploy` is true',
    );
    expect(steps(situation({ target: asleep, code: code([]) }))).toEqual([]);
  });
  test('without a commit and with git silent there is still a plan', () => {
    const { commit: gone, uncommitted, ...source } = code([]).source;
    expect([gone?.id, uncommitted]).toEqual([commit, []]);
    expect(
      decide(situation({ code: code(undefined, { source: { ...source, uncommitted: undefined } }) })).facts,
    ).not.toHaveProperty('commitSha');
  });
});

describe('removing a preview', () => {
  const situation = (because: Removal['intent']['because'], more: Partial<Removal> = {}): Situation => ({
    kind: 'remove-preview', organization: 'o', now, identity, mine: [existing], intent: { kind: 'remove-preview', branch: { name: 'feature/x', ref: identity.ref }, because }, ...more,
  }); // prettier-ignore

  test('s10 there is none: done', () => {
    expect(decide(situation('branch-deleted', { mine: [] }))).toMatchObject({
      steps: [],
      idle: 'nothing',
      why: 'the branch feature/x has no preview: there is nothing to remove',
    });
  });
  test('s9 the branch is proven gone', () => {
    expect(steps(situation('branch-deleted', { state: { kind: 'absent' } }))).toEqual([
      'delete: the branch feature/x was deleted',
    ]);
  });
  test('R-13 the branch exists again: kept', () => {
    expect(decide(situation('branch-deleted', { state: { kind: 'at', commit } }))).toMatchObject({
      steps: [],
      idle: 'skipped',
      why: 'the branch feature/x exists again, so its preview is kept',
    });
  });
  test('s6, s7 the pull request was closed, and there is no other', () => {
    expect(steps(situation('pull-request-closed', { pullRequests: { kind: 'known', numbers: [] } }))).toEqual([
      'delete: the pull request of feature/x was closed',
    ]);
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
  ] as const)('T-11 %s without an answer from GitHub: kept, and an error', (because, more, message) => {
    expect(() => decide(situation(because, more))).toThrow(message);
  });
});
