import { describe, expect, test } from '@jest/globals';
import type { Repository } from '../../src/core/repository.ts';
import {
  foreignCommits,
  baselines,
  unknownBaselines,
  type Baseline,
  type DeployRecord,
  type Here,
} from '../../src/core/code/baselines.ts';
import { writeNotes } from '../../src/core/code/deploy-notes.ts';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);
const C = 'c'.repeat(40);
const here: Here = { repository: { provider: 'GITHUB', account: 'Acme', repo: 'etl' }, projectPath: '' };

type Git = NonNullable<DeployRecord['git']>;
const git = (commitSha: string, more: Partial<Git> = {}): Git => ({
  provider: 'GITHUB',
  account: 'acme',
  repo: 'ETL',
  commitSha,
  ...more,
});

/** A deploy of hour `hour`; the commit as its git facts, or the facts themselves. */
function deploy(
  hour: number,
  type: string,
  commit: string | Git | undefined,
  more: Partial<DeployRecord> = {},
): DeployRecord {
  return {
    id: `d${String(hour)}`,
    type,
    status: 'DEPLOYED',
    createdAt: `2026-03-01T${String(hour).padStart(2, '0')}:00:00Z`,
    isDagDeployEnabled: true,
    ...(commit !== undefined && { git: typeof commit === 'string' ? git(commit) : commit }),
    ...more,
  };
}

const known = (commit: string, hour: number, head?: string): Baseline => ({
  kind: 'known',
  commit,
  ...(head !== undefined && { head }),
  deployId: `d${String(hour)}`,
  at: `2026-03-01T${String(hour).padStart(2, '0')}:00:00Z`,
});
const unknown = (why: string): Baseline => ({ kind: 'unknown', why });

describe('what runs', () => {
  test.each<{ name: string; deploys: DeployRecord[]; image: Baseline; dags: Baseline; on?: boolean; at?: Here }>([
    {
      name: 'nothing',
      deploys: [],
      image: unknown('first deploy'),
      dags: unknown('first deploy'),
    },
    { name: 'one full deploy', deploys: [deploy(1, 'IMAGE_AND_DAG', A)], image: known(A, 1), dags: known(A, 1) },
    {
      name: 'DAGs after an image: each part has its own commit',
      deploys: [deploy(2, 'DAG_ONLY', B), deploy(1, 'IMAGE_AND_DAG', A)],
      image: known(A, 1),
      dags: known(B, 2),
    },
    {
      name: 'any order of the list',
      deploys: [deploy(1, 'IMAGE_AND_DAG', A), deploy(3, 'IMAGE_ONLY', C), deploy(2, 'DAG_ONLY', B)],
      image: known(C, 3),
      dags: known(B, 2),
    },
    {
      name: 'two of the same second: the larger id, in any order',
      deploys: [
        deploy(1, 'IMAGE_AND_DAG', A, { id: 'x1' }),
        deploy(1, 'IMAGE_AND_DAG', B),
        deploy(1, 'IMAGE_AND_DAG', C, { id: 'x0' }),
      ],
      image: { ...known(A, 1), deployId: 'x1' } as Baseline,
      dags: { ...known(A, 1), deployId: 'x1' } as Baseline,
    },
    {
      name: 'failed and abandoned deploys do not run',
      deploys: [
        deploy(3, 'DAG_ONLY', C, { status: 'INITIALIZED' }),
        deploy(2, 'IMAGE_AND_DAG', B, { status: 'FAILED' }),
        deploy(1, 'IMAGE_AND_DAG', A),
      ],
      image: known(A, 1),
      dags: known(A, 1),
    },
    {
      name: 'only failed ones',
      deploys: [deploy(1, 'IMAGE_AND_DAG', A, { status: 'FAILED' })],
      image: unknown('first deploy'),
      dags: unknown('first deploy'),
    },
    {
      name: 'bundles ship neither',
      deploys: [
        deploy(3, 'BUNDLE', C, { bundleMountPath: '/other' }),
        deploy(2, 'DAG_ONLY', B, { bundleMountPath: '/dbt' }),
        deploy(1, 'IMAGE_AND_DAG', A),
      ],
      image: known(A, 1),
      dags: known(A, 1),
    },
    {
      name: 'only bundles',
      deploys: [deploy(1, 'BUNDLE', A, { bundleMountPath: '/dbt' })],
      image: unknown('no image was deployed yet'),
      dags: unknown('no DAGs were deployed yet'),
    },
    ...['BUNDLE', 'DAG', 'IMAGE', 'BASE_IMAGE'].map((type) => ({
      name: `a deploy of a type that is not known may have shipped anything: ${type}`,
      deploys: [deploy(2, type, B), deploy(1, 'IMAGE_AND_DAG', A)],
      image: unknown(`the newest deploy has the type ${type}, and it is not known what such a deploy ships`),
      dags: unknown(`the newest deploy has the type ${type}, and it is not known what such a deploy ships`),
    })),
    {
      name: 'a deploy of a type that is not known counts only while it is the newest of its part',
      deploys: [deploy(3, 'IMAGE_AND_DAG', B), deploy(2, 'BASE_IMAGE', C), deploy(1, 'IMAGE_AND_DAG', A)],
      image: known(B, 3),
      dags: known(B, 3),
    },
    {
      name: 'the CLI deleted all DAGs with an empty version',
      deploys: [deploy(2, 'IMAGE_AND_DAG', B, { dagTarballVersion: '' }), deploy(1, 'IMAGE_AND_DAG', A)],
      image: known(B, 2),
      dags: unknown('the newest deploy of DAGs deleted all DAGs'),
    },
    {
      name: 'an image alone',
      deploys: [deploy(1, 'IMAGE_ONLY', A)],
      image: known(A, 1),
      dags: unknown('no DAGs were deployed yet'),
    },
    {
      name: 'the newest is a rollback',
      deploys: [
        deploy(3, 'IMAGE_AND_DAG', A, { rollbackFromId: 'd2' }),
        deploy(2, 'IMAGE_AND_DAG', B),
        deploy(1, 'IMAGE_AND_DAG', A),
      ],
      image: unknown('the newest deploy is a rollback'),
      dags: unknown('the newest deploy is a rollback'),
    },
    {
      name: 'a failed rollback is none',
      deploys: [
        deploy(2, 'IMAGE_AND_DAG', A, { rollbackFromId: 'd1', status: 'FAILED' }),
        deploy(1, 'IMAGE_AND_DAG', B),
      ],
      image: known(B, 1),
      dags: known(B, 1),
    },
    {
      name: 'DAGs after a rollback: the image is still the one rolled back to',
      deploys: [
        deploy(3, 'DAG_ONLY', C),
        deploy(2, 'DAG_ONLY', A, { rollbackFromId: 'd1' }),
        deploy(1, 'IMAGE_AND_DAG', A),
      ],
      image: unknown('the newest image deploy is a rollback'),
      dags: known(C, 3),
    },
    {
      name: 'a full deploy after a rollback',
      deploys: [deploy(3, 'IMAGE_AND_DAG', C), deploy(2, 'IMAGE_AND_DAG', A, { rollbackFromId: 'd1' })],
      image: known(C, 3),
      dags: known(C, 3),
    },
    {
      name: 'by the CLI from a dirty checkout: no git facts, though an older deploy has some',
      deploys: [deploy(2, 'IMAGE_AND_DAG', undefined), deploy(1, 'IMAGE_AND_DAG', A)],
      image: unknown('the newest image deploy records no git commit'),
      dags: unknown('the newest deploy of DAGs records no git commit'),
    },
    {
      name: 'a commit that is no full id',
      deploys: [deploy(1, 'IMAGE_AND_DAG', '--upload-pack=x')],
      image: unknown('the newest image deploy records no git commit'),
      dags: unknown('the newest deploy of DAGs records no git commit'),
    },
    {
      name: 'another repository',
      deploys: [deploy(2, 'DAG_ONLY', git(B, { repo: 'dags\n::error::' })), deploy(1, 'IMAGE_AND_DAG', A)],
      image: known(A, 1),
      dags: unknown('the newest deploy of DAGs is from another repository (acme/dags .::error::)'),
    },
    {
      name: 'git facts without a repository',
      deploys: [
        deploy(2, 'IMAGE_ONLY', { provider: 'GENERIC', commitSha: A }),
        deploy(1, 'DAG_ONLY', { provider: 'GITHUB', account: 'acme', commitSha: A }),
      ],
      image: unknown('the newest image deploy does not say which repository it is from'),
      dags: unknown('the newest deploy of DAGs does not say which repository it is from'),
    },
    {
      name: 'a GitHub Enterprise Server recorded with credentials',
      deploys: [
        deploy(1, 'IMAGE_AND_DAG', {
          provider: 'GENERIC',
          remoteUrl: 'https://u:p@ghes.example/acme/etl.git',
          commitSha: A,
        }),
      ],
      at: { repository: { provider: 'GENERIC', remoteUrl: 'https://ghes.example/acme/etl' }, projectPath: '' },
      image: known(A, 1),
      dags: known(A, 1),
    },
    {
      name: 'no remote here',
      deploys: [deploy(1, 'IMAGE_AND_DAG', A)],
      at: { repository: undefined, projectPath: '' },
      image: unknown('the newest image deploy cannot be compared: the checkout has no remote `origin`'),
      dags: unknown('the newest deploy of DAGs cannot be compared: the checkout has no remote `origin`'),
    },
    {
      name: 'another project of the repository',
      deploys: [deploy(1, 'IMAGE_AND_DAG', git(A, { path: 'astro-legacy' }))],
      at: { ...here, projectPath: 'astro' },
      image: unknown('the newest image deploy is from another folder of the repository (astro-legacy)'),
      dags: unknown('the newest deploy of DAGs is from another folder of the repository (astro-legacy)'),
    },
    {
      name: 'the root is another folder too',
      deploys: [deploy(1, 'IMAGE_AND_DAG', A)],
      at: { ...here, projectPath: 'astro' },
      image: unknown('the newest image deploy is from another folder of the repository (its root)'),
      dags: unknown('the newest deploy of DAGs is from another folder of the repository (its root)'),
    },
    {
      name: 'the folder in another spelling',
      deploys: [
        deploy(2, 'DAG_ONLY', git(B, { path: '/a/astro/' })),
        deploy(1, 'IMAGE_ONLY', git(A, { path: './a/astro' })),
      ],
      at: { ...here, projectPath: 'a/astro' },
      image: known(A, 1),
      dags: known(B, 2),
    },
    {
      name: '`.` is the root',
      deploys: [deploy(1, 'IMAGE_AND_DAG', git(A, { path: '.' }))],
      image: known(A, 1),
      dags: known(A, 1),
    },
    {
      name: 'a folder whose name starts with a dot',
      deploys: [deploy(1, 'IMAGE_AND_DAG', git(A, { path: '.astro' }))],
      at: { ...here, projectPath: '.astro' },
      image: known(A, 1),
      dags: known(A, 1),
    },
    {
      name: 'DAG deploys switched on since',
      deploys: [deploy(1, 'IMAGE_AND_DAG', A, { isDagDeployEnabled: false })],
      image: unknown('the newest image deploy is from before DAG deploys were switched on'),
      dags: unknown('the newest deploy of DAGs is from before DAG deploys were switched on'),
    },
    {
      name: 'DAG deploys switched off since',
      deploys: [deploy(1, 'IMAGE_AND_DAG', A)],
      on: false,
      image: unknown('the newest image deploy is from before DAG deploys were switched off'),
      dags: unknown('the newest deploy of DAGs is from before DAG deploys were switched off'),
    },
    {
      name: 'DAG deploys off all the time',
      deploys: [deploy(1, 'IMAGE_AND_DAG', A, { isDagDeployEnabled: false })],
      on: false,
      image: known(A, 1),
      dags: known(A, 1),
    },
    {
      name: 'a merge commit with the head beside it',
      deploys: [deploy(1, 'IMAGE_AND_DAG', A, { description: writeNotes('Fix it', { head: B }) })],
      image: known(A, 1, B),
      dags: known(A, 1, B),
    },
    {
      name: 'the layout of the DAG archive that the deploy noted',
      deploys: [deploy(1, 'IMAGE_AND_DAG', A, { description: writeNotes('Fix it', { head: B, dags: 'root' }) })],
      image: { ...known(A, 1, B), notes: { dags: 'root' } } as Baseline,
      dags: { ...known(A, 1, B), notes: { dags: 'root' } } as Baseline,
    },
    {
      name: 'the head itself was deployed',
      deploys: [deploy(1, 'IMAGE_AND_DAG', A, { description: writeNotes('Fix it', { head: A }) })],
      image: known(A, 1),
      dags: known(A, 1),
    },
  ])('$name', ({ deploys, image, dags, on = true, at = here }) => {
    expect(baselines(deploys, at, { dagDeploysOn: on })).toEqual({ image, dags, dbt: expect.anything() });
    expect(baselines([...deploys].reverse(), at, { dagDeploysOn: on })).toEqual({
      image,
      dags,
      dbt: expect.anything(),
    });
  });

  const mounted = '/usr/local/airflow/dbt/shop';
  const dbt = (hour: number, commit: string | undefined, more: Partial<DeployRecord> = {}): DeployRecord =>
    deploy(hour, 'IMAGE_AND_DAG', commit === undefined ? undefined : git(commit, { path: 'dbt' }), {
      bundleMountPath: mounted,
      ...more,
    });
  const entry = (deployId: string, bundleType = 'dbt') => ({ bundleType, deployId, mountPath: mounted });
  test.each<{ name: string; deploys: DeployRecord[]; dbt: Baseline; image?: Baseline }>([
    { name: 'nothing', deploys: [], dbt: unknown('first deploy') },
    {
      name: 'a DAG project beside it',
      deploys: [dbt(1, B), deploy(2, 'IMAGE_AND_DAG', A), deploy(3, 'DAG_ONLY', C)],
      dbt: known(B, 1),
    },
    {
      name: 'only a DAG project',
      deploys: [deploy(1, 'IMAGE_AND_DAG', A)],
      dbt: unknown('nothing was deployed to this mount path yet'),
    },
    {
      name: 'another mount path',
      deploys: [dbt(2, C, { bundleMountPath: `${mounted}2` }), dbt(1, B)],
      dbt: known(B, 1),
    },
    { name: 'the newest that ran', deploys: [dbt(3, C, { status: 'FAILED' }), dbt(2, B), dbt(1, A)], dbt: known(B, 2) },
    {
      name: 'told by the deploy’s own entry of `bundles` alone',
      deploys: [
        deploy(3, 'IMAGE_AND_DAG', A, { bundles: [entry('d2')] }),
        deploy(2, 'DAG_ONLY', git(B, { path: 'dbt' }), { bundles: [entry('d2')] }),
      ],
      dbt: known(B, 2),
      image: unknown('the newest image deploy is from another folder of the repository (its root)'),
    },
    {
      name: 'a bundle of DAGs is a deploy of DAGs',
      deploys: [deploy(1, 'IMAGE_AND_DAG', git(A, { path: 'dbt' }), { bundles: [entry('d1', 'dag')] })],
      dbt: unknown('nothing was deployed to this mount path yet'),
      image: known(A, 1),
    },
    {
      name: 'a rollback since',
      deploys: [deploy(3, 'DAG_ONLY', C), deploy(2, 'IMAGE_AND_DAG', A, { rollbackFromId: 'd0' }), dbt(1, B)],
      dbt: unknown('the newest deploy to this mount path is a rollback'),
    },
    {
      name: 'a dbt deploy after a rollback',
      deploys: [dbt(2, B), dbt(1, A, { rollbackFromId: 'd0' })],
      dbt: known(B, 2),
    },
    {
      name: 'taken out by the CLI, which records no commit then',
      deploys: [dbt(2, undefined), dbt(1, B)],
      dbt: unknown('the newest deploy to this mount path records no git commit'),
    },
    {
      name: 'another folder, another repository',
      deploys: [dbt(1, B, { git: git(B, { path: 'dbt', repo: 'shop' }) })],
      dbt: unknown('the newest deploy to this mount path is from another repository (acme/shop)'),
    },
  ])('dbt: $name', ({ deploys, dbt: expected, image }) => {
    const found = baselines(deploys, { ...here, projectPath: 'dbt' }, { dagDeploysOn: true, mountPath: mounted });
    expect(found.dbt).toEqual(expected);
    if (image) expect(found.image).toEqual(image);
  });

  test('without a mount path there is no baseline for one', () => {
    expect(baselines([deploy(1, 'IMAGE_AND_DAG', A)], here, { dagDeploysOn: true }).dbt).toEqual(
      unknown('nothing was deployed to this mount path yet'),
    );
  });

  test('one reason for all', () => {
    const why = unknown('no git');
    expect(unknownBaselines('no git')).toEqual({ image: why, dags: why, dbt: why });
  });

  test('the list that came in stays as it is', () => {
    const deploys = [deploy(1, 'IMAGE_AND_DAG', A), deploy(2, 'IMAGE_AND_DAG', B)];
    baselines(deploys, here, { dagDeploysOn: true });
    expect(deploys.map(({ id }) => id)).toEqual(['d1', 'd2']);
  });
});

describe('a repository of another name', () => {
  const renamed = git(B, { account: 'old', repo: 'etl' });
  const deploys = [
    deploy(1, 'IMAGE_AND_DAG', renamed),
    deploy(2, 'DAG_ONLY', git(C, { repo: 'other' })),
    deploy(3, 'DAG_ONLY', A),
    deploy(4, 'IMAGE_AND_DAG', git('no id', { repo: 'x' })),
    deploy(5, 'IMAGE_AND_DAG', { provider: 'GITHUB', commitSha: B }),
    { ...deploy(6, 'IMAGE_ONLY', renamed), status: 'FAILED' as const },
  ];

  test('its commits are asked for, newest first and each once', () => {
    expect(foreignCommits(deploys, here.repository as Repository)).toEqual([B, C]);
  });

  test('a commit that the clone has is a baseline', () => {
    const own = { ...here, ownCommits: new Set([B]) };
    expect(baselines(deploys.slice(0, 2), own, { dagDeploysOn: true }).image).toEqual(known(B, 1));
    expect(baselines(deploys.slice(0, 2), own, { dagDeploysOn: true }).dags).toEqual(
      unknown('the newest deploy of DAGs is from another repository (acme/other)'),
    );
  });

  test('of another folder it is none all the same', () => {
    const own = { ...here, ownCommits: new Set([B]), projectPath: 'airflow' };
    expect(baselines(deploys.slice(0, 1), own, { dagDeploysOn: true }).image).toEqual(
      unknown('the newest image deploy is from another folder of the repository (its root)'),
    );
  });
});
