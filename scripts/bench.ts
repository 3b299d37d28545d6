/**
 * Prints how fast the Action is, measured here and now: medians over several runs, and ratios to what they are held
 * against. Nothing fails for being slow; machines differ, ratios tell.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deletion, push, repository, type SampleEvent } from '../sandbox/events.ts';
import { startGitHub } from '../sandbox/github.ts';
import { makeProject } from '../sandbox/project.ts';
import { runStep } from '../sandbox/runner.ts';
import { startSandbox } from '../sandbox/server.ts';
import { benchArchives } from './bench-archives.ts';
import { median, row, say } from './bench-print.ts';
import { benchSweep } from './bench-sweep.ts';

const rounds = Number(process.argv[2] ?? 9);
const home = mkdtempSync(join(tmpdir(), 'bench-'));
const astro = await startSandbox();
const github = await startGitHub({ repository });
const project = makeProject(join(home, 'etl'));
const target = astro.addDeployment({ name: 'etl-prod' });
// A token with claims, as Astro's are: ids need not be asked for.
const claims = { permissions: [`organizationId:${astro.organizationId}`, 'workspaceId:cm0workspace0000000000000'] };
const token = `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;

const arrivals: number[] = [];
astro.onRequest = () => {
  arrivals.push(performance.now());
};

async function step(event: SampleEvent): Promise<{ total: number; first: number; requests: number; result: string }> {
  const before = astro.requests.length;
  arrivals.length = 0;
  const begun = performance.now();
  const { outputs, log, code, milliseconds } = await runStep({
    ...event,
    workspace: project.folder,
    inputs: {
      'astro-api-token': token,
      'astro-api-url': astro.url,
      'github-token': 'bench',
      'deployment-name': 'etl-prod',
    },
    env: { ...event.env, GITHUB_API_URL: github.url },
  });
  if (code !== 0) throw new Error(log);
  const result = `${outputs['result'] ?? ''} ${outputs['deploy-type'] ?? ''}`;
  return {
    total: milliseconds,
    first: (arrivals[0] ?? NaN) - begun,
    requests: astro.requests.length - before,
    result,
  };
}

async function emptyProgram(): Promise<number> {
  const file = join(home, 'empty.mjs');
  writeFileSync(file, '');
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now();
    await new Promise((resolve) => spawn(process.execPath, [file], { stdio: 'ignore' }).once('close', resolve));
    times.push(performance.now() - begun);
  }
  return median(times);
}

async function deploys(): Promise<void> {
  const git = {
    provider: 'GITHUB',
    account: repository.owner,
    repo: repository.name,
    commitSha: project.git('rev-parse', 'HEAD'),
  } as const;
  astro.addDeploy(target.id, { git });
  const dagPushes: Awaited<ReturnType<typeof step>>[] = [];
  const noPushes: Awaited<ReturnType<typeof step>>[] = [];
  for (let round = 0; round < rounds; round++) {
    const sha = project.commit(`Round ${String(round)}`, { 'dags/hello.py': `x = ${String(round)}\n` });
    github.branches.set('main', sha);
    dagPushes.push(await step(push('main', sha)));
    noPushes.push(await step(push('main', sha)));
  }
  const seconds = (runs: typeof dagPushes): string =>
    `${(median(runs.map(({ total }) => total)) / 1000).toFixed(2)} s, ${String(Math.max(...runs.map(({ requests }) => requests)))} requests (${runs[0]?.result ?? ''})`;
  row('DAG-only push, start to finish', seconds(dagPushes), '<= 1.0 s, <= 8 requests');
  row('nothing changed', seconds(noPushes), '<= 0.6 s, <= 5 requests');

  const empty = await emptyProgram();
  const removals: number[] = [];
  for (let round = 0; round < rounds; round++) removals.push((await step(deletion('feature/gone'))).first);
  row(
    'start-up to the first request, over an empty program',
    `${(median(removals) - empty).toFixed(0)} ms (empty program: ${empty.toFixed(0)} ms)`,
    '<= 60 ms',
  );
}

try {
  say(`${String(rounds)} rounds, medians; Astro and GitHub are played on loopback and answer at once.\n`);
  await deploys();
  await benchSweep(home, token);
  const tools = ['tar', 'gzip', 'curl'].every(
    (tool) => spawnSync(tool, ['--version'], { stdio: 'ignore' }).status === 0,
  );
  if (tools) await benchArchives(home);
  else row('archive + upload', 'not measured: tar, gzip or curl is missing', '');
  const cli = spawnSync('astro', ['version'], { stdio: 'ignore' }).status === 0;
  say(
    cli
      ? '\nThe Astro CLI is installed: time `astro deploy --dags --wait` against `npm run sandbox` beside this.'
      : "\nAstro's CLI is not on this machine. Its fixed sleeps alone, before it first looks: 30 s (DAGs), 90 s (image), 180 s (create).",
  );
} finally {
  await Promise.all([astro.close(), github.close()]);
  rmSync(home, { recursive: true, force: true });
}
