/**
 * The life of a branch, played through dist/index.js as a GitHub runner would: the sandbox is Astro, a stand-in is GitHub,
 * git is real, and so is docker where it is installed. `--keep` leaves the sandbox up for looking around.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeDockerStandIn } from '../sandbox/docker-stand-in.ts';
import { deletion, pullRequest, push, repository, type SampleEvent } from '../sandbox/events.ts';
import { startGitHub } from '../sandbox/github.ts';
import { makeProject, newProjectFiles, sampleTemplate } from '../sandbox/project.ts';
import { runStep } from '../sandbox/runner.ts';
import { startSandbox } from '../sandbox/server.ts';
import { demoPage, type Scene } from './demo-page.ts';

const keep = process.argv.includes('--keep');
const home = mkdtempSync(join(tmpdir(), 'astro-demo-'));
const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** Whether docker on this machine builds with BuildKit: asked by a build of nothing. */
function dockerBuilds(): boolean {
  const context = join(home, 'probe');
  mkdirSync(context);
  writeFileSync(join(context, 'Dockerfile'), 'FROM scratch\nLABEL probe=yes\n');
  const env = { ...process.env, DOCKER_BUILDKIT: '1' };
  return spawnSync('docker', ['build', '--quiet', context], { env, stdio: 'ignore', timeout: 30_000 }).status === 0;
}
const realDocker = dockerBuilds();
const path = realDocker
  ? (process.env['PATH'] ?? '')
  : [makeDockerStandIn(home).folder, process.env['PATH'] ?? ''].join(delimiter);

/** A docker whose builds fail. */
const brokenDocker = makeDockerStandIn(join(home, 'broken'), {
  failure: {
    command: 'build',
    says: '#7 [3/4] RUN pip install -r requirements.txt\nERROR: No matching distribution found for dbt-core==99\n',
  },
}).folder;

const astro = await startSandbox({ registry: realDocker ? 'embedded' : 'none', delays: { create: 600, deploy: 400 } });
const github = await startGitHub({ repository });
const project = makeProject(join(home, 'etl'), newProjectFiles);
// What the quick start asks for, and what a preview is connected to.
project.commit('Preview every pull request', {
  '.astro/preview.yaml': sampleTemplate,
  '.dockerignore': `${newProjectFiles['.dockerignore'] ?? ''}*.md\ntests/\n.gitignore\n`,
  '.astro/branch-deploy.yaml': `version: 1
environments:
  main: { deployment: etl-prod }
preview:
  template: .astro/preview.yaml
  ttl: 3d
environment-objects:
  - connection: snowflake
    link: [preview, main]
    preview: { schema: 'PR_\${pr}', extra: { database: DEV } }
`,
});
astro.addObject({
  objectKey: 'snowflake',
  objectType: 'CONNECTION',
  connection: { type: 'snowflake', login: 'SVC', schema: 'PUBLIC', extra: { database: 'PROD' } },
});
const production = astro.addDeployment({ name: 'etl-prod' });

const scenes: Scene[] = [];
const rows: string[][] = [['event', 'decision', 'reason', 'requests', 'time']];
let failures = 0;

/** Plays one event; `fails` where the step is meant to fail. */
async function play(
  what: string,
  event: SampleEvent,
  { fails = false, PATH = path, ...inputs }: Readonly<Record<string, string | boolean>> = {},
): Promise<void> {
  const before = { astro: astro.requests.length, github: github.requests.length };
  const begun = performance.now();
  const said = github.requests.length;
  const { code, outputs, log, summary } = await runStep({
    ...event,
    workspace: project.folder,
    inputs: {
      'astro-api-token': 'demo-token-that-nobody-has',
      'astro-api-url': astro.url,
      'github-token': 'demo-github-token',
      template: '.astro/preview.yaml',
      'deployment-name': 'etl-prod',
      ...(inputs as Readonly<Record<string, string>>),
    },
    env: {
      ...event.env,
      PATH: String(PATH),
      GITHUB_API_URL: github.url,
      ...(process.env['DOCKER_HOST'] !== undefined && { DOCKER_HOST: process.env['DOCKER_HOST'] }),
    },
  });
  const { result = '?', reason = '', 'deploy-type': type = 'none', 'deployment-name': name = '' } = outputs;
  const image = type.startsWith('image') && !realDocker ? ' [docker: stand-in]' : '';
  const decision = type === 'none' ? `${result} ${name}` : `${result} ${name}: ${type}${image}`;
  const requests = `${String(astro.requests.length - before.astro)} Astro, ${String(github.requests.length - before.github)} GitHub`;
  rows.push([what, decision.trim(), reason, requests, `${((performance.now() - begun) / 1000).toFixed(2)} s`]);
  const comments = github.requests
    .slice(said)
    .filter(({ method, path: where }) => method !== 'GET' && /\/comments(?:\/\d+)?$/.test(where))
    .map(({ body }) => String((body as { body?: unknown }).body));
  scenes.push({ what, comments, summary });
  if ((code !== 0) !== fails) {
    failures++;
    say(`--- ${what} failed:\n${log}`);
  }
}

function table(): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const [head = [], ...body] = rows;
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...body.map(line)].join('\n');
}

try {
  say(
    `Astro is played by the sandbox at ${astro.url}, GitHub by a stand-in. Docker is ${realDocker ? 'real' : 'a stand-in: there is none with BuildKit on this machine'}.\n`,
  );
  const branch = 'feature/login';
  const dag = (id: string, schedule: string, ...tasks: string[]): string =>
    [
      'from airflow.sdk import dag, task',
      `@dag(dag_id='${id}', schedule='${schedule}')`,
      'def work():',
      ...tasks.map((task) => `    @task\n    def ${task}(): ...`),
      '',
    ].join('\n');
  const etl = dag('etl_daily', '0 2 * * *', 'extract', 'old_load');
  project.commit('Load every night', { 'dags/etl.py': etl, 'dags/cleanup.py': dag('cleanup', '@weekly', 'drop') });
  const base = project.git('rev-parse', 'main');
  github.branches.set('main', base);
  await play('production as it is', push('main', base));

  /** Commits to the branch, and merges it with `main` as GitHub does for a run of a pull request. */
  const opened = (
    action: string,
    subject: string,
    files: Record<string, string>,
    ...removed: string[]
  ): SampleEvent => {
    project.git('checkout', '--quiet', '-B', branch, github.branches.get(branch) ?? base);
    for (const file of removed) project.git('rm', '--quiet', file);
    const sha = project.commit(subject, files);
    github.branches.set(branch, sha);
    const pull = { number: 42, branch, commit: sha, state: 'open' } as const;
    github.pullRequests.splice(0, github.pullRequests.length, pull);
    return again(action);
  };
  const again = (action: string): SampleEvent => {
    const sha = github.branches.get(branch) ?? '';
    project.git('checkout', '--quiet', '--detach', base);
    project.git('merge', '--quiet', '--no-ff', '--message', `Merge ${sha} into ${base}`, sha);
    return pullRequest(action, branch, sha, { baseSha: base, mergeSha: project.git('rev-parse', 'HEAD') });
  };

  const login = { 'dags/login.py': dag('login', '@daily', 'read', 'check', 'store', 'tell') };
  const first = opened(
    'opened',
    'Add login DAG',
    { ...login, 'dags/etl.py': dag('etl_daily', '@hourly', 'extract', 'audit') },
    'dags/cleanup.py',
  );
  await play('a dry run that comments', first, { 'dry-run': 'true', comment: 'true' });
  await play('pull request opened', again('opened'));
  await play(
    'DAG pushed',
    opened('synchronize', 'Fix the login DAG', { 'dags/login.py': dag('login', '@daily', 'read') }),
  );
  await play('README pushed', opened('synchronize', 'Explain it', { 'README.md': '# etl\n\nNow with login.\n' }));
  await play(
    'template changed',
    opened('synchronize', 'Try the Astro executor', {
      '.astro/preview.yaml': sampleTemplate.replace('executor: CELERY', 'executor: ASTRO'),
    }),
  );
  await play(
    'broken DAG pushed',
    opened('synchronize', 'Use a module', { 'dags/login.py': 'import nope  # airflow dag\n' }),
  );
  astro.fault({
    operation: 'createDeploy',
    mode: {
      status: 400,
      body: JSON.stringify({ message: 'The quota of deploys is used up', requestId: 'req-demo', statusCode: 400 }),
    },
  });
  await play('push that Astro refuses', opened('synchronize', 'Log out too', login), { fails: true });
  await play('the same run again', again('synchronize'));
  const requirements = 'apache-airflow-providers-snowflake\ndbt-core\n';
  const needs = opened('synchronize', 'Need dbt', { 'requirements.txt': requirements });
  await play('build that fails', needs, { fails: true, PATH: [brokenDocker, path].join(delimiter) });
  await play('requirements corrected', again('synchronize'));

  project.git('checkout', '--quiet', 'main');
  project.git('merge', '--quiet', '--no-ff', '--message', 'Merge pull request #42', branch);
  const merged = project.git('rev-parse', 'HEAD');
  github.branches.set('main', merged);
  await play('merged to main', push('main', merged));
  const last = github.branches.get(branch) ?? '';
  github.pullRequests.splice(0, 1, { number: 42, branch, commit: last, state: 'closed' });
  await play('pull request closed', pullRequest('closed', branch, last, { merged: true }));
  github.branches.delete(branch);
  await play('branch deleted', deletion(branch, 'branch', merged));

  say(table());
  const page = fileURLToPath(new URL('../demo.html', import.meta.url));
  writeFileSync(page, demoPage(scenes));
  say(`\nThe pull request's comment and the job summaries, as GitHub shows them: ${page}`);
  const left = astro.deployments().map(({ name }) => name);
  const dags = (await astro.archive(production.id)).map(({ name }) => name);
  say(`\nDeployments that are left: ${left.join(', ')}. DAGs that run in etl-prod: ${dags.join(', ')}.`);
  for (const violation of astro.violations) say(`Contract broken: ${violation}`);
  if (failures > 0 || astro.violations.length > 0 || left.join() !== 'etl-prod') process.exitCode = 1;
  if (keep) {
    say(
      `\nThe sandbox stays up at ${astro.url} (any token; Organization ${astro.organizationId}); the project is in ${project.folder}. Ctrl-C ends it.`,
    );
    await new Promise((resolve) => process.once('SIGINT', resolve));
  }
} finally {
  await Promise.all([astro.close(), github.close()]);
  rmSync(home, { recursive: true, force: true });
}
