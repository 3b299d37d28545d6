import type { Deployment } from '../astro/deployments.ts';
import { listDeploys, type Deploy } from '../astro/deploys.ts';
import { baselines, foreignCommits, mountOf, unknownBaselines, type Baselines } from '../core/code/baselines.ts';
import { isLoopback } from '../core/addresses.ts';
import type { CheckoutGaps } from '../core/code/checkout-gaps.ts';
import { toCompare, type Difference } from '../core/code/choose-deploy-type.ts';
import { placing } from '../core/code/classify-files.ts';
import { fingerprintFiles } from '../git/fingerprint.ts';
import type { GitHubEvent } from '../core/event.ts';
import type { Intent } from '../core/intent/types.ts';
import type { CodeFacts } from '../core/plan/situation.ts';
import { redactAll } from '../core/text.ts';
import { hostOf, parseRemote, type Repository } from '../core/repository.ts';
import { changedPaths, uncommitted } from '../git/changed.ts';
import { checkoutGaps } from '../git/checkout-gaps.ts';
import { repositoryPaths, type CheckedOut, type Checkout, subjectOf } from '../git/checkout.ts';
import { hasCommit } from '../git/show.ts';
import { compareCommits, commitSubject } from '../github/branches.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { Project } from './project.ts';
import { readSource } from './source.ts';
import type { Tools } from './tools.ts';
import { omitUndefined } from '../core/omit-undefined.ts';

/** The repository that this code comes from: the checkout's own remote, or GitHub's word where that is a folder or a cache on this machine. */
function sourceRepository(checkout: Checkout, event: GitHubEvent, { env, log: { redact } }: Tools): Repository {
  const remote = checkout.kind === 'checkout' ? redactAll(checkout.remote, redact) : undefined;
  const host = remote && hostOf(remote);
  if (remote && host !== undefined && !isLoopback(host)) return remote;
  return parseRemote(
    `${env['GITHUB_SERVER_URL'] ?? 'https://github.com'}/${event.repository.owner}/${event.repository.name}`,
  );
}

/**
 * Reads what the choice of the deploy type depends on: the deploy history, and what git, or GitHub in its place, says of
 * the difference between what runs and what is checked out. Asks for no more differences than are needed.
 */
export async function observeCode(
  intent: Extract<Intent, { kind: 'ensure-preview' | 'deploy' }>,
  project: Project,
  place: { readonly organization: string; readonly deployment: Deployment | undefined; readonly dagDeploysOn: boolean },
  inputs: Inputs,
  event: GitHubEvent,
  tools: Tools,
): Promise<CodeFacts> {
  const { checkout } = project;
  const { deployment } = place;
  const dags = checkout.kind === 'checkout' ? repositoryPaths(checkout, project.dagsFolder) : [];
  const [history, loose, gaps] = await Promise.all([
    deployment
      ? listDeploys({ client: tools.client, organization: place.organization, deploymentId: deployment.id })
      : [],
    checkout.kind === 'checkout' ? uncommitted(checkout, dags, { signal: tools.signal }) : undefined,
    checkout.kind === 'checkout' ? gapsOf(checkout, dags, inputs, tools) : undefined,
  ]);
  const repository = sourceRepository(checkout, event, tools);
  const here = {
    repository,
    projectPath: checkout.kind === 'checkout' ? checkout.prefix : '',
    ownCommits: await ownCommits(checkout, foreignCommits(history, repository), tools),
  };
  const known: Baselines =
    checkout.kind === 'none'
      ? unknownBaselines(`there is no git checkout to compare with (${checkout.why})`)
      : loose?.kind === 'unknown'
        ? unknownBaselines(`git cannot tell what differs from the commit (${loose.why})`)
        : baselines(history, here, { dagDeploysOn: place.dagDeploysOn, mountPath: project.mountPath });
  // A dbt project is neither the first code that Airflow runs nor anything that a rollback goes back to.
  const ran = history.filter((deploy) => deploy.status === 'DEPLOYED' && mountOf(deploy) === undefined);
  const answers = new Map<string, Difference>();
  for (
    let open = toCompare(inputs.deployType, known, answers);
    open.length > 0;
    open = toCompare(inputs.deployType, known, answers)
  ) {
    // One after the other: two fetches into one shallow clone lock each other out.
    for (const commit of open) answers.set(commit, await difference(checkout, commit, tools));
  }
  const underGit = loose?.kind === 'known' && (loose.dagsTracked || deletedFrom(dags, answers)) ? dags : [];
  const source = await readSource(intent, project, underGit, inputs, tools);
  const ignored =
    checkout.kind === 'checkout' && loose?.kind === 'known' && underGit.length > 0
      ? fingerprintFiles(checkout.root, shippedOf(loose.ignored, source.project))
      : undefined;
  const merge = await mergeFacts(intent, checkout, known, event, tools);
  return {
    deployType: inputs.deployType,
    source: {
      ...source,
      repository: here.repository,
      uncommitted: loose?.kind === 'known' ? loose.paths : undefined,
      ...(ignored && { ignored }),
      ...merge,
    },
    baselines: known,
    answers,
    dispatched: intent.dispatched,
    isFirst: ran.length === 0,
    ...running(ran),
    ...(gaps && { gaps }),
  };
}

const shippedOf = (paths: readonly string[], project: CodeFacts['source']['project']): string[] => {
  const place = placing(project);
  return paths.filter((path) => place(path).dags);
};

/** Deploys of other repositories are asked for up to this number. */
const mostForeign = 10;

/** Commits that this clone has. */
async function ownCommits(checkout: Checkout, commits: readonly string[], { signal }: Tools): Promise<Set<string>> {
  if (checkout.kind === 'none') return new Set();
  const asked = commits.slice(0, mostForeign);
  const has = await Promise.all(asked.map((commit) => hasCommit(checkout, commit, signal)));
  return new Set(asked.filter((_, index) => has[index]));
}

/** An image that an earlier step built shows nothing of what this checkout lacks. */
const gapsOf = (
  checkout: CheckedOut,
  dags: readonly string[],
  { imageName }: Inputs,
  { signal }: Tools,
): Promise<CheckoutGaps> =>
  checkoutGaps(checkout.location, [...(imageName === undefined ? [checkout.prefix] : []), ...dags], { signal });

/** What people know a merge commit by: its head's message, asked for only where that head does not run yet, and the base. */
async function mergeFacts(
  intent: Extract<Intent, { kind: 'ensure-preview' | 'deploy' }>,
  checkout: Checkout,
  { dags }: Baselines,
  event: GitHubEvent,
  { github, log, signal }: Tools,
): Promise<{ headSubject?: string; base?: string }> {
  const { head } = intent;
  const isMerge =
    intent.kind === 'ensure-preview' && event.pullRequest && checkout.kind === 'checkout' && checkout.commit !== head;
  if (!isMerge) return {};
  const base = checkout.commit === event.sha ? event.pullRequest.baseRef : undefined;
  const runs = dags.kind === 'known' && dags.head === head;
  const subject = runs
    ? undefined
    : ((await subjectOf(checkout, head, signal)) ?? (await commitSubject(await github(), head)));
  return { ...(subject !== undefined && { headSubject: log.redact(subject) }), ...omitUndefined({ base }) };
}

/** Whether files of the DAG folder were under git in what runs: then its being empty now is known to git. */
const deletedFrom = (dags: readonly string[], answers: ReadonlyMap<string, Difference>): boolean =>
  [...answers.values()].some(
    (answer) =>
      answer.kind === 'known' && answer.paths.some((path) => dags.some((folder) => path.startsWith(`${folder}/`))),
  );

/** The newest of the deploys that ran. */
function running(ran: readonly Deploy[]): { running?: string } {
  const [newest] = ran.toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
  return newest ? { running: newest.id } : {};
}

/** Git first; what it cannot say, because the commit is not to be had in a shallow clone, GitHub may. */
async function difference(checkout: Checkout, commit: string, tools: Tools): Promise<Difference> {
  if (checkout.kind === 'none') return { kind: 'unknown', why: checkout.why };
  const local = await changedPaths(checkout, commit, { signal: tools.signal });
  if (local.kind === 'known') return local;
  const remote = await compareCommits(await tools.github(), commit, checkout.commit);
  return remote.kind === 'known' ? remote : { kind: 'unknown', why: `${local.why}; ${remote.why}` };
}
