import { listDeploys } from './astro/deploys.ts';
import { listDeployments, type Deployment } from './astro/deployments.ts';
import { listObjects } from './astro/environment-objects.ts';
import { findOrganization, findWorkspace } from './astro/place.ts';
import { AstroApiError } from './core/errors.ts';
import { isPreviewOf, readMark } from './core/identity.ts';
import type { Situation, StoredObject } from './core/situation.ts';
import { decideSweep, type SweepFacts } from './core/sweep.ts';
import { readClaims } from './core/token.ts';
import { confirmAbsence, listBranches, listOpenPullRequests } from './github/listing.ts';
import type { Grounds } from './grounds.ts';
import type { Tools } from './tools.ts';

/**
 * Reads what the sweep decides on: every Deployment of the Workspace, every branch and every open pull request once; then
 * what the listings lack is asked for one by one.
 */
export async function observeSweep({ inputs, configuration, event, tools }: Grounds): Promise<Situation> {
  const { client } = tools;
  const claims = readClaims(inputs.token);
  const organization = await findOrganization(client, inputs.organizationId, claims);
  const workspace = await findWorkspace(client, organization, inputs.workspace, claims);
  const github = await tools.github();
  const [deployments, branches, pullRequests] = await Promise.all([
    listDeployments(client, organization, workspace),
    listBranches(github),
    listOpenPullRequests(github),
  ]);
  const now = tools.now();
  const { on, keepLabel } = configuration.config.preview;
  const ours = deployments.filter((deployment) => {
    const mark = readMark(deployment.description);
    return mark?.repositoryId === event.repository.id && isPreviewOf(deployment, mark);
  });
  const facts = (lastDeploys: ReadonlyMap<string, Date>): SweepFacts => ({
    deployments,
    repositoryId: event.repository.id,
    defaultBranch: branches.kind === 'complete' ? branches.defaultBranch : (event.defaultBranch ?? ''),
    now,
    rules: {
      on,
      ttl: inputs.ttl,
      maxDeletions: inputs.maxDeletions,
      ...(keepLabel !== undefined && { keepLabel }),
    },
    branches,
    pullRequests,
    lastDeploys,
  });
  const whole = facts(await lastDeploys(ours, inputs.ttl, now, organization, tools));
  const { asks } = decideSweep(whole);
  return {
    kind: 'sweep',
    organization,
    now,
    facts: whole,
    confirmations: await confirmAbsence(github, asks),
    objects: asks.length > 0 || ours.length > 0 ? await objectsIfReadable(tools, organization, workspace) : [],
  };
}

/**
 * When each preview got its last deploy. Every deploy changes the Deployment, so only of one that did not change for the
 * whole of its life is the history asked; that of all others would cost a request each and change nothing.
 */
async function lastDeploys(
  ours: readonly Deployment[],
  ttl: number,
  now: Date,
  organization: string,
  { client }: Tools,
): Promise<Map<string, Date>> {
  const found = new Map<string, Date>();
  for (const { id, updatedAt } of ours) {
    const changed = new Date(updatedAt);
    if (now.getTime() - changed.getTime() < ttl) {
      found.set(id, changed);
      continue;
    }
    const times = (await listDeploys(client, organization, id)).map(({ createdAt }) => Date.parse(createdAt));
    if (times.length > 0) found.set(id, new Date(Math.max(...times)));
  }
  return found;
}

/** Links go before a preview does; a token that may not see them must not keep previews alive. */
export async function objectsIfReadable(
  { client }: Tools,
  organization: string,
  workspaceId: string,
): Promise<readonly StoredObject[] | { readonly unknown: string }> {
  try {
    return await listObjects(client, organization, { workspaceId });
  } catch (error) {
    if (error instanceof AstroApiError) return { unknown: error.message };
    throw error;
  }
}
