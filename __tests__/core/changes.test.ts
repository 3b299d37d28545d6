import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Baseline } from '../../src/core/code/baselines.ts';
import {
  changesSince,
  decideDeploy,
  toCompare,
  type CodeChange,
  type DeployQuestion,
  type DeployTypeInput,
  type Difference,
} from '../../src/core/code/choose-deploy-type.ts';
import type { Changes } from '../../src/core/code/changed-files.ts';
import { UserError } from '../../src/core/errors.ts';
import { placing, type Project } from '../../src/core/code/classify-files.ts';

const A = '1a2b3c4'.padEnd(40, '0');
const B = '5d6e7f8'.padEnd(40, '0');
const D = '7777777'.padEnd(40, '0');
const H = '9999999'.padEnd(40, '0');
const twoHoursAgo = '2026-03-01T09:59:00Z';
const threeDaysAgo = '2026-02-26T11:00:00Z';

const project: Project = {
  path: '',
  dags: ['dags'],
  dockerfile: 'Dockerfile',
  dockerignore: 'docs\n*.md\n',
  steering: ['.astro/preview.yaml', '.astro/branch-deploy.yaml'],
};

const known = (paths: readonly string[], commit = A, at = twoHoursAgo): Changes => ({
  kind: 'known',
  commit,
  at,
  paths,
});
const unknown: Changes = { kind: 'unknown', why: 'the newest deploy is a rollback' };

type Asked = Partial<Omit<DeployQuestion, 'changes'>> & { readonly changes?: Partial<DeployQuestion['changes']> };

function ask({ changes, ...question }: Asked, paths: readonly string[] = []): CodeChange {
  return decideDeploy({
    deployType: 'infer',
    dagDeploysOn: true,
    project,
    changes: { image: known(paths), dags: known(paths), dbt: known(paths), ...changes },
    uncommitted: [],
    dispatched: false,
    ...question,
  });
}

interface Case {
  readonly name: string;
  readonly paths?: readonly string[];
  readonly question?: Asked;
  readonly kind: CodeChange['kind'];
  readonly why: string;
}

const none = 'nothing that is deployed changed since 1a2b3c4, deployed 2026-03-01 09:59 UTC';

describe('an image for files that no Airflow reads', () => {
  test.each<[string, readonly string[], string | undefined]>([
    ['documentation', ['include/notes.md', 'include/sql/notes.rst'], '`**/*.md`, `**/*.rst`'],
    ['tests and editors', ['tests/test_a.py', 'tests/dags/b.py', '.vscode/settings.json'], '`.vscode/`, `tests/`'],
    ['names', ['LICENSE', '.gitignore'], '`.gitignore`, `LICENSE`'],
    ['one that may be read beside them', ['CONTRIBUTING.md', 'include/a.sql'], undefined],
    ['a module that is called like a folder', ['tests.py'], undefined],
  ])('%s: %j', (_, paths, lines) => {
    for (const question of [{}, { remoteExecution: true }]) {
      const { notice } = ask(question, paths);
      if (lines === undefined) expect(notice).toBeUndefined();
      else expect(notice).toContain(`To avoid that, add to \`.dockerignore\`: ${lines}.`);
    }
  });

  test('below the folder of the project', () => {
    const etl = { ...project, path: 'etl', dags: ['etl/dags'] };
    expect(ask({ project: etl }, ['etl/tests/a.py']).notice).toBe(
      'The image is built only for files that Airflow does not read (etl/tests/a.py). To avoid that, add to `.dockerignore`: `tests/`.',
    );
  });
});

describe('Remote Execution', () => {
  const remote = { remoteExecution: true } as const;
  test.each<Case>([
    { name: 'nothing', question: remote, kind: 'none', why: none },
    {
      name: 'DAGs alone: nothing, with the reason',
      question: remote,
      paths: ['dags/a.py'],
      kind: 'none',
      why: 'only DAGs changed, and with Remote Execution they reach the agents another way: dags/a.py changed since 1a2b3c4, deployed 2026-03-01 09:59 UTC',
    },
    {
      name: 'the image, whether DAG deploys are on or off',
      question: { ...remote, dagDeploysOn: false },
      paths: ['dags/a.py', 'requirements.txt'],
      kind: 'image-only',
      why: 'image: requirements.txt changed since 1a2b3c4, deployed 2026-03-01 09:59 UTC',
    },
    {
      name: 'the first deploy',
      question: { ...remote, changes: { image: unknown, dags: unknown } },
      kind: 'image-only',
      why: 'image: the newest deploy is a rollback',
    },
    {
      name: 'image-only while DAG deploys are off',
      question: { ...remote, dagDeploysOn: false, deployType: 'image-only' },
      paths: ['plugins/p.py'],
      kind: 'image-only',
      why: 'image: plugins/p.py changed since 1a2b3c4, deployed 2026-03-01 09:59 UTC',
    },
    {
      name: 'image-only, DAGs alone changed',
      question: { ...remote, deployType: 'image-only' },
      paths: ['dags/a.py'],
      kind: 'none',
      why: 'only DAGs changed, and with Remote Execution they reach the agents another way: dags/a.py changed since 1a2b3c4, deployed 2026-03-01 09:59 UTC',
    },
    {
      name: 'image-and-dags by a dispatch',
      question: { ...remote, deployType: 'image-and-dags', dispatched: true },
      kind: 'image-only',
      why: `image: asked for by a dispatch event; ${none}`,
    },
  ])('$name', ({ paths, question = {}, kind, why }) => {
    expect(ask(question, paths)).toMatchObject({ kind, why, warnings: [] });
  });
  test('dags-only is refused, a dbt project is not', () => {
    expect(() => ask({ ...remote, deployType: 'dags-only' })).toThrow('uses Remote Execution');
    expect(ask({ ...remote, deployType: 'dbt' }, ['dags/a.py']).kind).toBe('dbt');
  });
});

describe('infer', () => {
  test.each<Case>([
    { name: 'nothing', kind: 'none', why: none },
    {
      name: 'a DAG',
      paths: ['dags/a.py'],
      kind: 'dags-only',
      why: 'DAGs: dags/a.py changed since 1a2b3c4, deployed 2026-03-01 09:59 UTC',
    },
    {
      name: 'the image',
      paths: ['requirements.txt'],
      kind: 'image-and-dags',
      why: 'image: requirements.txt changed since 1a2b3c4, deployed 2026-03-01 09:59 UTC',
    },
    {
      name: 'both: the image is the reason',
      paths: ['dags/a.py', 'Dockerfile', 'README.md'],
      kind: 'image-and-dags',
      why: 'image: Dockerfile changed since 1a2b3c4, deployed 2026-03-01 09:59 UTC',
    },
    {
      name: 'rename dags → include',
      paths: ['dags/h.py', 'include/h.py'],
      kind: 'image-and-dags',
      why: 'image: include/h.py changed since 1a2b3c4, deployed 2026-03-01 09:59 UTC',
    },
    {
      name: 'docs, workflows, template and configuration only',
      paths: [
        'docs/a.txt',
        'README.md',
        '.github/workflows/astro.yml',
        '.astro/preview.yaml',
        '.astro/branch-deploy.yaml',
      ],
      kind: 'none',
      why: none,
    },
    {
      name: '.dockerignore',
      paths: ['.dockerignore'],
      kind: 'image-and-dags',
      why: 'image: .dockerignore changed since 1a2b3c4, deployed 2026-03-01 09:59 UTC',
    },
    {
      name: 'another project of the repository',
      paths: ['astro-legacy/Dockerfile', 'astro.py', 'README'],
      question: { project: { ...project, path: 'astro', dags: ['astro/dags'] } },
      kind: 'none',
      why: none,
    },
    {
      name: 'DAGs are measured against the DAGs that run, the image against its own commit',
      question: {
        changes: { image: known(['dags/a.py', 'dags/b.py'], A, threeDaysAgo), dags: known(['dags/b.py'], B) },
      },
      kind: 'dags-only',
      why: 'DAGs: dags/b.py changed since 5d6e7f8, deployed 2026-03-01 09:59 UTC',
    },
    {
      name: 'the image is behind although the DAGs are not',
      question: { changes: { image: known(['requirements.txt', 'dags/a.py'], A, threeDaysAgo), dags: known([], B) } },
      kind: 'image-and-dags',
      why: 'image: requirements.txt changed since 1a2b3c4, deployed 2026-02-26 11:00 UTC',
    },
    {
      name: 'nothing since either',
      question: { changes: { image: known(['dags/a.py'], A, threeDaysAgo), dags: known(['README.md'], B) } },
      kind: 'none',
      why: 'nothing that is deployed changed since 1a2b3c4, deployed 2026-02-26 11:00 UTC and since 5d6e7f8, deployed 2026-03-01 09:59 UTC',
    },
    {
      name: 'unknown image',
      question: { changes: { image: unknown, dags: known([]) } },
      kind: 'image-and-dags',
      why: 'image and DAGs: the newest deploy is a rollback',
    },
    {
      name: 'unknown DAGs',
      question: { changes: { image: known([]), dags: unknown } },
      kind: 'image-and-dags',
      why: 'image and DAGs: the newest deploy is a rollback',
    },
    {
      name: 'the DAG folder is not under git',
      question: { project: { ...project, dags: [] } },
      kind: 'image-and-dags',
      why: 'image and DAGs: the DAG folder is not under git in this repository, so its changes are not known',
    },
    { name: 'workflow_dispatch is as a push', question: { dispatched: true }, kind: 'none', why: none },
    {
      name: 'DAG deploys off, README only',
      paths: ['README.md'],
      question: { dagDeploysOn: false },
      kind: 'none',
      why: none,
    },
    {
      name: 'DAG deploys off, a DAG',
      paths: ['dags/a.py'],
      question: { dagDeploysOn: false },
      kind: 'image-and-dags',
      why: 'image (DAG deploys are off): dags/a.py changed since 1a2b3c4, deployed 2026-03-01 09:59 UTC',
    },
    {
      name: 'DAG deploys off, the image',
      paths: ['packages.txt'],
      question: { dagDeploysOn: false },
      kind: 'image-and-dags',
      why: 'image: packages.txt changed since 1a2b3c4, deployed 2026-03-01 09:59 UTC',
    },
    {
      name: 'DAGs at the root of the archive, which is not wanted any more',
      question: {
        artefact: { dagsBaseDir: true },
        changes: { dags: { kind: 'known', commit: A, at: twoHoursAgo, paths: [], notes: { dags: 'root' } } },
      },
      kind: 'dags-only',
      why: 'DAGs: what runs has them at the root of the archive, and `dags-base-dir` is `true`',
    },
    {
      name: 'DAGs below `dags/`, which is not wanted any more, whatever else changed in them',
      paths: ['dags/a.py'],
      question: { artefact: { dagsBaseDir: false } },
      kind: 'dags-only',
      why: 'DAGs: what runs has them below `dags/`, and `dags-base-dir` is `false`',
    },
    {
      name: 'the layout of DAGs in the image is always the same',
      question: { dagDeploysOn: false, artefact: { dagsBaseDir: false } },
      kind: 'none',
      why: none,
    },
    {
      name: 'another layout, asked for with an explicit type',
      question: { deployType: 'image-and-dags', artefact: { dagsBaseDir: false } },
      kind: 'image-and-dags',
      why: 'image and DAGs: what runs has them below `dags/`, and `dags-base-dir` is `false`',
    },
    {
      name: 'another layout, but only the image is asked for',
      question: { deployType: 'image-only', artefact: { dagsBaseDir: false } },
      kind: 'none',
      why: none,
    },
    {
      name: '`image-name` names the image that runs, whatever files changed',
      paths: ['requirements.txt'],
      question: {
        artefact: { dagsBaseDir: true, image: { id: 'abcdefabcdef' } },
        changes: { image: { ...known(['requirements.txt']), notes: { image: 'abcdefabcdef' } } as Changes },
      },
      kind: 'none',
      why: none,
    },
    {
      name: '`image-name` names the image that runs, and a DAG changed',
      paths: ['dags/a.py'],
      question: {
        artefact: { dagsBaseDir: true, image: { id: 'abcdefabcdef' } },
        changes: { image: { ...known(['dags/a.py']), notes: { image: 'abcdefabcdef' } } as Changes },
      },
      kind: 'dags-only',
      why: 'DAGs: dags/a.py changed since 1a2b3c4, deployed 2026-03-01 09:59 UTC',
    },
    {
      name: '`image-name` names another image',
      question: {
        artefact: { dagsBaseDir: true, image: { id: 'abcdefabcdef' } },
        changes: { image: { ...known([]), notes: { image: '123456123456' } } as Changes },
      },
      kind: 'image-and-dags',
      why: 'image: `image-name` names another image than the one that runs',
    },
    {
      name: 'what runs did not record its image',
      question: { artefact: { dagsBaseDir: true, image: { id: 'abcdefabcdef' } } },
      kind: 'image-and-dags',
      why: 'image: the deploy that runs did not record which image of `image-name` it is',
    },
    {
      name: 'the image of `image-name` cannot be inspected',
      question: { artefact: { dagsBaseDir: true, image: { unknown: 'it cannot be inspected' } } },
      kind: 'image-and-dags',
      why: 'image: the image of `image-name` cannot be compared with what runs (it cannot be inspected)',
    },
    {
      name: '`image-name` was taken out of the workflow',
      question: {
        artefact: { dagsBaseDir: true },
        changes: { image: { ...known([]), notes: { image: '123456123456' } } as Changes },
      },
      kind: 'image-and-dags',
      why: 'image: what runs is an image of `image-name`, and this step builds its own',
    },
    {
      name: 'other build arguments',
      question: {
        deployType: 'image-only',
        artefact: { dagsBaseDir: true, args: '01234567' },
        changes: { image: { ...known([]), notes: { args: '89abcdef' } } as Changes },
      },
      kind: 'image-only',
      why: 'image: `build-args` are not those of the image that runs',
    },
    {
      name: 'the same build arguments',
      question: {
        artefact: { dagsBaseDir: true, args: '01234567' },
        changes: { image: { ...known([]), notes: { args: '01234567' } } as Changes },
      },
      kind: 'none',
      why: none,
    },
    {
      name: 'other build arguments with Remote Execution',
      question: { remoteExecution: true, artefact: { dagsBaseDir: true, args: '01234567' } },
      kind: 'image-only',
      why: 'image: `build-args` are not those of the image that runs',
    },
    {
      name: 'an uncommitted DAG',
      question: { uncommitted: ['dags/new.py'] },
      kind: 'dags-only',
      why: 'DAGs: dags/new.py changed in the checkout without being committed',
    },
    {
      name: 'uncommitted and committed',
      paths: ['include/a.py'],
      question: { uncommitted: ['include/b.py'] },
      kind: 'image-and-dags',
      why: 'image: include/a.py changed since 1a2b3c4, deployed 2026-03-01 09:59 UTC',
    },
    {
      name: 'uncommitted, but ignored',
      question: { uncommitted: ['docs/a.txt', '.github/x'] },
      kind: 'none',
      why: none,
    },
    {
      name: 'three names at most, sorted, each once',
      paths: ['e', 'd', 'c', 'b', 'a', 'a'],
      kind: 'image-and-dags',
      why: 'image: a, b, c and 2 more changed since 1a2b3c4, deployed 2026-03-01 09:59 UTC',
    },
    {
      name: 'hostile names',
      paths: ['dags/\n::error::x', `dags/${'long'.repeat(50)}`],
      kind: 'dags-only',
      why: `DAGs: dags/ .::error::x, dags/${'long'.repeat(50).slice(0, 114)}… changed since 1a2b3c4, deployed 2026-03-01 09:59 UTC`,
    },
  ])('$name', ({ paths = [], question = {}, kind, why }) => {
    expect(ask(question, paths)).toMatchObject({ kind, why, warnings: [] });
  });
});

describe('an explicit type says what, not that', () => {
  const imageOnly = { deployType: 'image-only' } as const;
  const dagsOnly = { deployType: 'dags-only' } as const;
  const full = { deployType: 'image-and-dags' } as const;
  const behind =
    'deploy-type is dags-only, but files outside the DAG folder changed too and do not reach the Deployment';
  const advice = 'Use deploy-type infer or image-and-dags to ship them.';

  test.each<Case & { readonly warnings?: readonly string[] }>([
    { name: 'dags-only, nothing', question: dagsOnly, kind: 'none', why: none },
    { name: 'image-only, nothing', question: imageOnly, kind: 'none', why: none },
    { name: 'image-and-dags, nothing', question: full, kind: 'none', why: none },
    { name: 'dags-only, outside the project', paths: ['README.md'], question: dagsOnly, kind: 'none', why: none },
    {
      name: 'dags-only',
      paths: ['dags/a.py'],
      question: dagsOnly,
      kind: 'dags-only',
      why: 'DAGs: dags/a.py changed since 1a2b3c4, deployed 2026-03-01 09:59 UTC',
    },
    {
      name: 'dags-only, other files too',
      paths: ['dags/a.py', 'requirements.txt', 'README.md'],
      question: dagsOnly,
      kind: 'dags-only',
      why: 'DAGs: dags/a.py, requirements.txt changed since 1a2b3c4, deployed 2026-03-01 09:59 UTC',
      warnings: [`${behind}: requirements.txt. ${advice}`],
    },
    {
      name: 'dags-only, many other files, one of them not committed',
      paths: Array.from({ length: 12 }, (_, index) => `plugins/${String.fromCharCode(97 + index)}`),
      question: { ...dagsOnly, uncommitted: ['plugins/_'] },
      kind: 'dags-only',
      why: 'DAGs: plugins/a, plugins/b, plugins/c and 9 more changed since 1a2b3c4, deployed 2026-03-01 09:59 UTC',
      warnings: [
        `${behind}: plugins/_, plugins/a, plugins/b, plugins/c, plugins/d, plugins/e, plugins/f, plugins/g, plugins/h, plugins/i and 3 more. ${advice}`,
      ],
    },
    {
      name: 'dags-only looks at the DAGs that run',
      question: { ...dagsOnly, changes: { image: unknown, dags: known([], B) } },
      kind: 'none',
      why: 'nothing that is deployed changed since 5d6e7f8, deployed 2026-03-01 09:59 UTC',
    },
    {
      name: 'dags-only where the project itself is the DAG folder warns of nothing',
      paths: ['a.py'],
      question: { ...dagsOnly, project: { ...project, dags: [''] } },
      kind: 'dags-only',
      why: 'DAGs: a.py changed since 1a2b3c4, deployed 2026-03-01 09:59 UTC',
    },
    {
      name: 'dags-only, DAGs from elsewhere',
      question: { ...dagsOnly, project: { ...project, dags: [] } },
      kind: 'dags-only',
      why: 'DAGs: the DAG folder is not under git in this repository, so its changes are not known',
    },
    {
      name: 'image-only looks at the image that runs',
      question: { ...imageOnly, changes: { image: known([], B), dags: unknown } },
      kind: 'none',
      why: 'nothing that is deployed changed since 5d6e7f8, deployed 2026-03-01 09:59 UTC',
    },
    {
      name: 'image-only',
      paths: ['Dockerfile'],
      question: imageOnly,
      kind: 'image-only',
      why: 'image: Dockerfile changed since 1a2b3c4, deployed 2026-03-01 09:59 UTC',
    },
    {
      name: 'image-only, a DAG',
      paths: ['dags/a.py'],
      question: imageOnly,
      kind: 'image-only',
      why: 'image: dags/a.py changed since 1a2b3c4, deployed 2026-03-01 09:59 UTC',
    },
    {
      name: 'image-only, unknown',
      question: { ...imageOnly, changes: { image: unknown, dags: known([]) } },
      kind: 'image-only',
      why: 'image: the newest deploy is a rollback',
    },
    {
      name: 'image-and-dags looks at both',
      question: { ...full, changes: { image: known([]), dags: known(['dags/a.py'], B) } },
      kind: 'image-and-dags',
      why: 'image and DAGs: dags/a.py changed since 5d6e7f8, deployed 2026-03-01 09:59 UTC',
    },
    {
      name: 'image-and-dags, one unknown',
      question: { ...full, changes: { image: known([]), dags: unknown } },
      kind: 'image-and-dags',
      why: 'image and DAGs: the newest deploy is a rollback',
    },
    {
      name: 'image-and-dags with DAG deploys off',
      paths: ['dags/a.py'],
      question: { ...full, dagDeploysOn: false },
      kind: 'image-and-dags',
      why: 'image and DAGs: dags/a.py changed since 1a2b3c4, deployed 2026-03-01 09:59 UTC',
    },
    {
      name: 'dispatched, nothing changed',
      question: { ...dagsOnly, dispatched: true },
      kind: 'dags-only',
      why: `DAGs: asked for by a dispatch event; ${none}`,
    },
    {
      name: 'dispatched, something changed',
      paths: ['dags/a.py'],
      question: { ...full, dispatched: true },
      kind: 'image-and-dags',
      why: 'image and DAGs: dags/a.py changed since 1a2b3c4, deployed 2026-03-01 09:59 UTC',
    },
    {
      name: 'only uncommitted',
      question: { ...imageOnly, uncommitted: ['include/a.py'] },
      kind: 'image-only',
      why: 'image: include/a.py changed in the checkout without being committed',
    },
  ])('$name', ({ paths = [], question = {}, kind, why, warnings = [] }) => {
    expect(ask(question, paths)).toMatchObject({ kind, why, warnings });
  });

  const dbtProject: Project = { ...project, path: 'dbt', dags: ['dbt'], dockerignore: '' };
  const dbt = { deployType: 'dbt', project: dbtProject } as const;
  test.each<Case>([
    {
      name: 'nothing, whatever changed around it',
      paths: ['dags/a.py', 'Dockerfile', 'dbt-legacy/x.sql', '.github/workflows/dbt.yml'],
      question: dbt,
      kind: 'none',
      why: none,
    },
    {
      name: 'a model',
      paths: ['dags/a.py', 'dbt/models/a.sql'],
      question: dbt,
      kind: 'dbt',
      why: 'dbt: dbt/models/a.sql changed since 1a2b3c4, deployed 2026-03-01 09:59 UTC',
    },
    {
      name: 'it looks at the project that is mounted, not at image and DAGs',
      question: { ...dbt, changes: { image: unknown, dags: unknown, dbt: known([], B) } },
      kind: 'none',
      why: 'nothing that is deployed changed since 5d6e7f8, deployed 2026-03-01 09:59 UTC',
    },
    {
      name: 'unknown',
      question: { ...dbt, changes: { dbt: { kind: 'unknown', why: 'nothing was deployed to this mount path yet' } } },
      kind: 'dbt',
      why: 'dbt: nothing was deployed to this mount path yet',
    },
    {
      name: 'not under git',
      question: { ...dbt, project: { ...dbtProject, dags: [] } },
      kind: 'dbt',
      why: 'dbt: the dbt project is not under git in this repository, so its changes are not known',
    },
    {
      name: 'uncommitted packages',
      question: { ...dbt, uncommitted: ['dbt/dbt_packages/x.sql', 'dags/a.py'] },
      kind: 'dbt',
      why: 'dbt: dbt/dbt_packages/x.sql changed in the checkout without being committed',
    },
    {
      name: 'the repository itself is the project',
      paths: ['models/a.sql', '.github/x'],
      question: { ...dbt, project: { ...dbtProject, path: '', dags: [''] } },
      kind: 'dbt',
      why: 'dbt: models/a.sql changed since 1a2b3c4, deployed 2026-03-01 09:59 UTC',
    },
    {
      name: 'dispatched',
      question: { ...dbt, dispatched: true },
      kind: 'dbt',
      why: `dbt: asked for by a dispatch event; ${none}`,
    },
  ])('dbt: $name', ({ paths = [], question = {}, kind, why }) => {
    expect(ask(question, paths)).toMatchObject({ kind, why, warnings: [] });
  });

  test('dbt while DAG deploys are off is an error that names no other type', () => {
    expect(() => ask({ ...dbt, dagDeploysOn: false })).toThrow(
      new UserError(
        'deploy-type is dbt, but DAG deploys are off on this Deployment. Switch them on in Astro (or with `dag_deploy_enabled: true` in the template).',
      ),
    );
  });

  test.each(['dags-only', 'image-only'] as const)('%s while DAG deploys are off is an error', (deployType) => {
    const decide = (): CodeChange => ask({ deployType, dagDeploysOn: false });
    expect(decide).toThrow(UserError);
    expect(decide).toThrow(`deploy-type is ${deployType}, but DAG deploys are off on this Deployment`);
  });
});

describe('when it was deployed', () => {
  test.each([
    ['2026-03-01T11:59:30Z', ', deployed 2026-03-01 11:59 UTC'],
    ['2026-03-01T23:59:30-01:00', ', deployed 2026-03-02 00:59 UTC'],
    ['nonsense', ''],
  ])('%s', (at, words) => {
    const changes = { image: known([], A, at), dags: known([], A, at) };
    expect(ask({ changes }).why).toBe(`nothing that is deployed changed since 1a2b3c4${words}`);
  });
});

test.each<[string, Asked, readonly string[]]>([
  ['a.py, b.py changed', { project: { ...project, dags: [''] } }, ['b.py', 'a.py']],
  ['dags/b.py changed', { uncommitted: ['dags/b.py'] }, []],
  ['the newest deploy is a rollback', { changes: { image: unknown } }, []],
  ['asked for by a dispatch event', { deployType: 'image-and-dags', dispatched: true }, []],
])('the reason in short: %s', (brief, question, paths) => {
  expect(ask(question, paths).brief).toBe(brief);
});

describe('which commits git is asked about', () => {
  const at = (commit: string, head?: string): Baseline => ({
    kind: 'known',
    commit,
    deployId: 'd',
    at: twoHoursAgo,
    ...(head && { head }),
  });
  const yes: Difference = { kind: 'known', paths: ['x'] };
  const no: Difference = { kind: 'unknown', why: 'gone\n::error::' };
  const lost: Baseline = { kind: 'unknown', why: 'first deploy' };

  test.each<[string, DeployTypeInput, Baseline, Baseline, [string, Difference][], string[]]>([
    ['one commit for both', 'infer', at(A), at(A), [], [A]],
    ['two commits', 'infer', at(A), at(B), [], [A, B]],
    ['what the type looks at', 'dags-only', at(A), at(B), [], [B]],
    ['what the type looks at', 'image-only', at(A), at(B), [], [A]],
    ['what the type looks at', 'image-and-dags', at(A), at(B), [], [A, B]],
    ['what the type looks at', 'dbt', at(A), at(B), [], [D]],
    ['unknown baselines ask nothing', 'infer', lost, at(B), [], [B]],
    [
      'the head only when the merge commit is gone',
      'infer',
      at(A, H),
      at(B),
      [
        [A, no],
        [B, yes],
      ],
      [H],
    ],
    ['the head is not asked for without need', 'infer', at(A, H), at(A, H), [[A, yes]], []],
    ['the end, without a head', 'infer', at(A), at(A), [[A, no]], []],
    [
      'the end, with a head',
      'infer',
      at(A, H),
      at(A, H),
      [
        [A, no],
        [H, no],
      ],
      [],
    ],
  ])('%s', (_, type, image, dags, answers, commits) => {
    expect(toCompare(type, { image, dags, dbt: at(D) }, new Map(answers))).toEqual(commits);
  });

  test.each<[string, Baseline, [string, Difference][], Changes]>([
    ['known', at(A), [[A, yes]], known(['x'])],
    [
      'by the head',
      at(A, H),
      [
        [A, no],
        [H, yes],
      ],
      known(['x'], H),
    ],
    [
      'the merge commit goes first, and people are told of the head',
      at(A, H),
      [
        [A, yes],
        [H, no],
      ],
      known(['x'], H),
    ],
    ['unknown baseline', lost, [], lost],
    [
      'gone',
      at(A, H),
      [
        [A, no],
        [H, no],
      ],
      { kind: 'unknown', why: 'commit 9999999, which runs, cannot be compared with (gone .::error::)' },
    ],
    [
      'not asked',
      at(A),
      [],
      { kind: 'unknown', why: 'commit 1a2b3c4, which runs, cannot be compared with (git was not asked)' },
    ],
  ])('changes: %s', (_, baseline, answers, changes) => {
    expect(changesSince(baseline, new Map(answers))).toEqual(changes);
  });
});

test('property: no changed path is lost, and more changes never mean a smaller deploy', () => {
  const paths = fc.array(
    fc.constantFrom(
      'dags/a.py',
      'dags/é\n',
      'Dockerfile',
      'README.md',
      'docs/x',
      '.github/x',
      'include/dags/x',
      'mydags/x',
    ),
    { maxLength: 6 },
  );
  const size = { none: 0, 'dags-only': 1, 'image-only': 1, 'image-and-dags': 2, dbt: 1 };
  const place = placing(project);
  fc.assert(
    fc.property(paths, paths, fc.boolean(), (some, more, dagDeploysOn) => {
      const few = ask({ dagDeploysOn }, some);
      const many = ask({ dagDeploysOn }, [...some, ...more]);
      expect(size[many.kind]).toBeGreaterThanOrEqual(size[few.kind]);
      const parts = some.map(place);
      if (parts.some(({ image }) => image)) expect(few.kind).toBe('image-and-dags');
      if (parts.some(({ dags }) => dags)) expect(few.kind).not.toBe('none');
      expect(ask({ dagDeploysOn }, [...some].reverse())).toEqual(few);
    }),
  );
});
