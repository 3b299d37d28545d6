/**
 * Prints how fast the Action is, measured here and now: medians over several runs, and ratios to what they are held
 * against. Nothing fails for being slow; machines differ, ratios tell.
 */
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { deletion, push, repository, type SampleEvent } from '../sandbox/events.ts';
import { startGitHub } from '../sandbox/github.ts';
import { makeProject } from '../sandbox/project.ts';
import { runStep } from '../sandbox/runner.ts';
import { startSandbox } from '../sandbox/server.ts';
import { describePreview } from '../src/core/identity.ts';

const rounds = Number(process.argv[2] ?? 9);
const home = mkdtempSync(join(tmpdir(), 'bench-'));
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
const row = (what: string, measured: string, bar: string): void => {
  say(`${what.padEnd(52)}${measured.padEnd(44)}${bar}`);
};

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

async function archives(): Promise<void> {
  const folder = join(home, 'dags');
  for (let index = 0; index < 10_000; index++) {
    const at = join(folder, `group${String(index % 100)}`);
    mkdirSync(at, { recursive: true });
    // Half text, half noise: about as compressible as code with data files beside it.
    writeFileSync(
      join(at, `dag_${String(index)}.py`),
      Buffer.concat([
        randomBytes(2_500),
        Buffer.alloc(17_500, `def task_${String(index)}(): return ${String(index)}\n`),
      ]),
    );
  }
  const sink = http.createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(201, { 'x-ms-version-id': '1' }).end());
  });
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${String((sink.address() as AddressInfo).port)}/blob?sig=bench`;
  const child = fileURLToPath(new URL('bench-upload.ts', import.meta.url));
  const timed = async (file: string, args: readonly string[]): Promise<{ milliseconds: number; output: string }> => {
    const begun = performance.now();
    const output = await new Promise<string>((resolve, reject) => {
      const run = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      let text = '';
      run.stdout.on('data', (data: Buffer) => (text += data.toString()));
      run.once('close', (code) => {
        if (code === 0) resolve(text);
        else reject(new Error(`${file} ended with ${String(code)}`));
      });
    });
    return { milliseconds: performance.now() - begun, output };
  };
  const ours: number[] = [];
  const theirs: number[] = [];
  let peak = 0;
  for (let round = 0; round < 3; round++) {
    const run = await timed(process.execPath, ['--no-warnings', child, folder, address]);
    ours.push(run.milliseconds);
    peak = Math.max(peak, Number(run.output));
    theirs.push(
      (
        await timed('sh', [
          '-c',
          `tar -c -C "$0" dags | gzip -6 | curl -sf -T - -H 'x-ms-blob-type: BlockBlob' "$1" -o /dev/null`,
          home,
          address,
        ])
      ).milliseconds,
    );
  }
  sink.close();
  const ratio = median(theirs) / median(ours);
  row(
    'archive + upload, 10,000 files / 200 MB',
    `${(median(ours) / 1000).toFixed(2)} s, peak ${peak.toFixed(0)} MB`,
    '<= 150 MB',
  );
  row(
    '  throughput over tar | gzip -6 | curl -T -',
    `${ratio.toFixed(2)} x (theirs: ${(median(theirs) / 1000).toFixed(2)} s)`,
    '>= 1 x',
  );
}

/** A Workspace of 1,000 previews and a repository of 5,000 branches, 50 of which are gone. */
async function sweeps(): Promise<void> {
  const [gone, all] = [50, 1_000];
  const report = join(home, 'peak');
  const watch = join(home, 'watch.mjs');
  writeFileSync(
    watch,
    `import { appendFileSync } from 'node:fs';
process.once('exit', () => appendFileSync(process.env.PEAK_FILE, process.resourceUsage().maxRSS / 1024 + '\\n'));
`,
  );
  const times: number[] = [];
  const counts: { reads: number; each: number; peak: number }[] = [];
  for (let round = 0; round < 3; round++) {
    const [fleet, hub] = await Promise.all([startSandbox(), startGitHub({ repository })]);
    hub.branches.set('main', '0'.repeat(40));
    for (let index = 0; index < 5_000; index++) hub.branches.set(`feature/b-${String(index)}`, '0'.repeat(40));
    hub.files.set('main', new Map([['.astro/branch-deploy.yaml', 'preview: { on: branch }\n']]));
    for (let index = 0; index < all; index++) {
      const ref = `refs/heads/${index < gone ? 'gone' : 'feature'}/b-${String(index)}`;
      const name = `etl-${String(index)}`;
      const at = new Date(Date.now() - 3 * 24 * 3_600_000).toISOString();
      const description = describePreview('Preview', { repositoryId: repository.id, ref, project: '.' }, name);
      fleet.addDeployment({ name, description, createdAt: at, updatedAt: at });
    }
    // What each deletion takes: a look at the mark, the deletion, and GitHub's own environment of the branch.
    const deleting = (): number =>
      fleet.requests.filter(({ operation }) => operation === 'getDeployment' || operation === 'deleteDeployment')
        .length + hub.requests.filter(({ path }) => path.includes('/deployments')).length;
    const { log, code, milliseconds } = await runStep({
      event: 'schedule',
      payload: {},
      inputs: {
        'astro-api-token': token,
        'astro-api-url': fleet.url,
        'github-token': 'bench',
        'max-deletions': String(gone),
      },
      env: {
        GITHUB_REPOSITORY: repository.full_name,
        GITHUB_REPOSITORY_ID: String(repository.id),
        GITHUB_API_URL: hub.url,
        NODE_OPTIONS: `--import=${pathToFileURL(watch).href}`,
        PEAK_FILE: report,
      },
    });
    if (code !== 0 || fleet.deployments().length !== all - gone) throw new Error(log);
    times.push(milliseconds);
    counts.push({
      reads: fleet.requests.length + hub.requests.length - deleting(),
      each: deleting() / gone,
      // Main and post step, one line each.
      peak: Math.max(...readFileSync(report, 'utf8').trim().split('\n').map(Number)),
    });
    await Promise.all([fleet.close(), hub.close()]);
  }
  const most = (key: 'reads' | 'each' | 'peak'): string => Math.max(...counts.map((one) => one[key])).toFixed(0);
  row(
    'sweep of 1,000 Deployments, 5,000 branches, 50 go',
    `${most('reads')} requests, ${most('each')} for each, peak ${most('peak')} MB`,
    '<= 60 requests, <= 4 for each, <= 200 MB',
  );
  row('  start to finish', `${(median(times) / 1000).toFixed(2)} s`, '');
}

try {
  say(`${String(rounds)} rounds, medians; Astro and GitHub are played on loopback and answer at once.\n`);
  await deploys();
  await sweeps();
  const tools = ['tar', 'gzip', 'curl'].every(
    (tool) => spawnSync(tool, ['--version'], { stdio: 'ignore' }).status === 0,
  );
  if (tools) await archives();
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
