import { listDeploys } from '../astro/deploys.ts';
import { listDeployments, readDeployment, type Deployment } from '../astro/deployments.ts';
import { findOrganization, findWorkspace } from '../astro/location.ts';
import type { Branch } from '../core/event.ts';
import { isPreviewOf, readMark } from '../core/identity.ts';
import type { Intent } from '../core/intent/types.ts';
import type { Situation } from '../core/plan/situation.ts';
import { decideSweep, wantsLastDeploys, type PullRequestListing, type SweepFacts } from '../core/sweep/decide-sweep.ts';
import { linksPreviews, missingDeployments, orphanLinks } from '../core/sweep/orphan-links.ts';
import { readClaims } from '../core/token.ts';
import { branchState, openPullRequests } from '../github/branches.ts';
import { confirmAbsence, listBranches, listOpenPullRequests } from '../github/listing.ts';
import { objectsIfReadable } from './find-target.ts';
import type { Tools } from './tools.ts';
import type { Context } from './context.ts';
import { omitUndefined } from '../core/omit-undefined.ts';

type Sweep = Extract<Intent, { kind: 'sweep' }>;

/**
 * Reads what the sweep decides on: every Deployment of the Workspace, every branch and every open pull request once; then
 * what the listings lack is asked for one by one.
 */
export async function observeSweep(intent: Sweep, context: Context): Promise<Situation> {
  const { inputs, configuration, event, tools } = context;
  const { client } = tools;
  const claims = readClaims(inputs.token);
  const organization = await findOrganization(client, inputs.organizationId, claims);
  const workspace = await findWorkspace(client, organization, inputs.workspace, claims);
  if (intent.branch) return observeBranch(intent.branch, { organization, workspace }, context);
  const github = await tools.github();
  const { on, keepLabel } = configuration.config.preview;
  const [deployments, branches, pullRequests] = await Promise.all([
    listDeployments(client, organization, workspace),
    listBranches(github),
    on === 'pull_request' || keepLabel !== undefined ? listOpenPullRequests(github) : notNeeded,
  ]);
  const now = tools.now();
  const ours = deployments.filter((deployment) => {
    const mark = readMark(deployment.description);
    return mark?.repositoryId === event.repository.id && isPreviewOf(deployment, mark);
  });
  const listed: SweepFacts = {
    deployments,
    repositoryId: event.repository.id,
    defaultBranch: branches.kind === 'complete' ? branches.defaultBranch : (event.defaultBranch ?? ''),
    now,
    rules: {
      on,
      ttl: inputs.ttl,
      maxDeletions: inputs.maxDeletions,
      ...omitUndefined({ keepLabel }),
      warns: inputs.sweepWarns,
    },
    branches,
    pullRequests,
    lastDeploys: new Map(),
  };
  const facts = { ...listed, ...(await lastDeploys(ours, listed, organization, tools)) };
  const { asks } = decideSweep(facts);
  const entries = configuration.config.objects;
  const objects =
    ours.length > 0 || linksPreviews(entries) ? await objectsIfReadable(tools, organization, workspace) : [];
  const stored = 'unknown' in objects ? [] : objects;
  const missing = missingDeployments(stored, entries, new Set(deployments.map(({ id }) => id)));
  return {
    kind: 'sweep',
    organization,
    workspace,
    now,
    facts,
    confirmations: await confirmAbsence(github, asks),
    objects,
    orphans: orphanLinks(stored, entries, await provenGone(tools, organization, missing)),
  };
}

/** Reads what the sweep of one branch is decided on: no proof that it is gone, because somebody asked for it. */
async function observeBranch(
  branch: Branch,
  { organization, workspace }: { readonly organization: string; readonly workspace: string },
  { event, tools }: Context,
): Promise<Situation> {
  const github = await tools.github();
  const [deployments, objects, state, pulls] = await Promise.all([
    listDeployments(tools.client, organization, workspace),
    objectsIfReadable(tools, organization, workspace),
    branchState(github, branch.name),
    openPullRequests(github, branch.name),
  ]);
  const pullRequest = pulls.kind === 'known' ? pulls.numbers[0] : undefined;
  const lives = state.kind === 'at' || pullRequest !== undefined;
  return {
    kind: 'sweep-branch',
    organization,
    workspace,
    now: tools.now(),
    repositoryId: event.repository.id,
    branch,
    deployments,
    ...(lives && { lives: { ...omitUndefined({ pullRequest }) } }),
    objects,
  };
}

/** Those of some Deployments that Astro, asked for each by its id, does not know. */
async function provenGone({ client }: Tools, organization: string, ids: readonly string[]): Promise<Set<string>> {
  const gone = new Set<string>();
  for (const id of ids) if ((await readDeployment(client, organization, id)) === undefined) gone.add(id);
  return gone;
}

/** Where branches alone say what lives, nobody asks for pull requests. */
const notNeeded: PullRequestListing = { kind: 'complete', rows: [] };

/** So few previews that all their histories may be read, for the table's sake. */
const few = 20;
/** Most histories that one sweep reads; the others have to wait for a sweep that has fewer of them. */
const mostHistories = 100;

/**
 * When each preview got its last deploy, as its history says: what else changes a Deployment, such as new configuration
 * or going to sleep, does not keep it. A history costs a request, so of many previews only those are asked whose last
 * deploy decides, the longest unchanged first, and no more than `max-deletions` can use.
 */
async function lastDeploys(
  ours: readonly Deployment[],
  facts: SweepFacts,
  organization: string,
  { client }: Tools,
): Promise<Pick<SweepFacts, 'lastDeploys' | 'unasked'>> {
  const { rules, now } = facts;
  const { ids, certain } = wantsLastDeploys(facts);
  const wanted = ours
    .filter(({ id }) => ours.length <= few || ids.has(id))
    .sort((a, b) => Date.parse(a.updatedAt) - Date.parse(b.updatedAt));
  const found = new Map<string, Date>();
  const unasked = new Set<string>();
  let due = certain;
  let asked = 0;
  for (const { id } of wanted) {
    if (ours.length > few && (due >= rules.maxDeletions || asked >= mostHistories)) {
      unasked.add(id);
      continue;
    }
    asked++;
    const times = (await listDeploys({ client, organization, deploymentId: id })).map(({ createdAt }) =>
      Date.parse(createdAt),
    );
    const last = times.length > 0 ? new Date(Math.max(...times)) : undefined;
    if (last) found.set(id, last);
    if (!last || now.getTime() - last.getTime() >= (rules.ttl ?? Infinity)) due++;
  }
  return { lastDeploys: found, unasked };
}
