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
async function play(what: string, event: SampleEvent, fails = false): Promise<void> {
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
    },
    env: {
      ...event.env,
      PATH: path,
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
  const commit = (subject: string, files: Record<string, string>): string => {
    const sha = project.commit(subject, files);
    github.branches.set(branch, sha);
    return sha;
  };
  project.git('checkout', '--quiet', '-b', branch);

  github.branches.set('main', project.git('rev-parse', 'main'));
  let sha = commit('Add the login DAG', { 'dags/login.py': 'from airflow.sdk import dag\n' });
  github.pullRequests.push({ number: 42, branch, commit: sha, state: 'open' });
  await play('pull request opened', pullRequest('opened', branch, sha));
  sha = commit('Mend the login DAG', { 'dags/login.py': 'from airflow.sdk import dag, task\n' });
  await play('DAG pushed', pullRequest('synchronize', branch, sha));
  sha = commit('Explain it', { 'README.md': '# etl\n\nNow with login.\n' });
  await play('README pushed', pullRequest('synchronize', branch, sha));
  sha = commit('Teach it to log out', { 'dags/logout.py': 'from airflow.sdk import dag\n' });
  astro.fault({
    operation: 'createDeploy',
    mode: {
      status: 400,
      body: JSON.stringify({ message: 'The quota of deploys is used up', requestId: 'req-demo', statusCode: 400 }),
    },
  });
  await play('push that Astro refuses', pullRequest('synchronize', branch, sha), true);
  await play('the same run again', pullRequest('synchronize', branch, sha));
  sha = commit('Need dbt', { 'requirements.txt': 'dbt-core\n' });
  await play('requirements changed', pullRequest('synchronize', branch, sha));

  project.git('checkout', '--quiet', 'main');
  project.git('merge', '--quiet', '--no-ff', '--message', 'Merge pull request #42', branch);
  const merged = project.git('rev-parse', 'HEAD');
  github.branches.set('main', merged);
  await play('merged to main', push('main', merged));
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
