import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repository } from '../sandbox/events.ts';
import { startGitHub } from '../sandbox/github.ts';
import { runStep } from '../sandbox/runner.ts';
import { startSandbox } from '../sandbox/server.ts';
import { describePreview } from '../src/core/identity.ts';
import { median, row } from './bench-print.ts';

/** Previews of the Workspace, and how many of them lost their branch. */
const [gone, all] = [50, 1_000];

/** Measures the sweep of a Workspace of 1,000 previews and a repository of 5,000 branches, 50 of which are gone. */
export async function benchSweep(home: string, token: string): Promise<void> {
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
    const { fleet, hub } = await startFleet();
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
    // Main and post step, one line each.
    const peak = Math.max(...readFileSync(report, 'utf8').trim().split('\n').map(Number));
    counts.push({ reads: fleet.requests.length + hub.requests.length - deleting(), each: deleting() / gone, peak });
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

/** Astro with all previews, and GitHub with all branches but those that are gone. */
async function startFleet() {
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
  return { fleet, hub };
}
