import { oldestFirst } from '../apply/deployment/create-once.ts';
import { listDeployments } from '../astro/deployments.ts';
import { findOrganization, findWorkspace } from '../astro/location.ts';
import { UserError } from '../core/errors.ts';
import { isPreviewOf, readMark, type PreviewIdentity } from '../core/identity.ts';
import type { Intent } from '../core/intent/types.ts';
import type { Situation } from '../core/plan/situation.ts';
import { readClaims } from '../core/token.ts';
import { branchState, openPullRequests } from '../github/branches.ts';
import { objectsIfReadable, type Grounds } from './context.ts';

type Of<K extends Intent['kind']> = Extract<Intent, { kind: K }>;

/** Reads everything that the decision may look at: first the checkout, which needs no network, then Astro and GitHub. Writes nothing; what this event does not need is not loaded. */
export async function observe(intent: Exclude<Intent, { kind: 'skip' }>, grounds: Grounds): Promise<Situation> {
  refuseExpired(grounds.inputs.token, grounds.tools.now());
  switch (intent.kind) {
    case 'ensure-preview':
      return (await import('./preview.ts')).observePreview(intent, grounds);
    case 'deploy':
      return (await import('./target.ts')).observeTarget(intent, grounds);
    case 'remove-preview':
      return observeRemoval(intent, grounds);
    case 'sweep':
      return (await import('./sweep.ts')).observeSweep(grounds);
    case 'tell-preview':
      return observeTold(intent, grounds);
    case 'promote':
    case 'migrate':
      return (await import('./migration.ts')).observeTakeOver(intent, grounds);
    case 'export-template':
      return (await import('./migration.ts')).observeExport(intent, grounds);
  }
}

function refuseExpired(token: string, now: Date): void {
  const { expiresAt } = readClaims(token);
  if (expiresAt !== undefined && expiresAt * 1000 <= now.getTime()) {
    const when = new Date(expiresAt * 1000).toISOString().slice(0, 10);
    throw new UserError(
      `The Astro API token expired on ${when}: make a new one in Astro and put it into the secret that \`astro-api-token\` reads.`,
    );
  }
}

/** Reads only whether the branch has a preview. */
async function observeTold(intent: Of<'tell-preview'>, grounds: Grounds): Promise<Situation> {
  const { inputs, event, tools } = grounds;
  const { client } = tools;
  const identity = { repositoryId: event.repository.id, ref: intent.branch.ref, project: inputs.project };
  const claims = readClaims(inputs.token);
  const organization = await findOrganization(client, inputs.organizationId, claims);
  const workspace = await findWorkspace(client, organization, inputs.workspace, claims);
  const rows = await listDeployments(client, organization, workspace);
  const mine = oldestFirst(rows.filter((row) => isPreviewOf(row, identity)));
  if (mine[0]) tools.found(mine[0]);
  const { lookAfterMerge } = await import('./after-merge.ts');
  const warnings = await lookAfterMerge({ organization, rows, mine, sha: event.sha }, grounds);
  return { kind: 'tell-preview', organization, now: tools.now(), branch: intent.branch, mine, warnings };
}

async function observeRemoval(
  intent: Of<'remove-preview'>,
  { inputs, configuration, event, tools }: Grounds,
): Promise<Situation> {
  const identity: PreviewIdentity = {
    repositoryId: event.repository.id,
    ref: intent.branch.ref,
    project: inputs.project,
  };
  const { client } = tools;
  const claims = readClaims(inputs.token);
  const organization = await findOrganization(client, inputs.organizationId, claims);
  const workspace = await findWorkspace(client, organization, inputs.workspace, claims);
  const { byMark = false } = configuration;
  const mine = oldestFirst(
    (await listDeployments(client, organization, workspace)).filter((row) => {
      const mark = byMark ? readMark(row.description) : undefined;
      const owner = mark?.repositoryId === identity.repositoryId && mark.ref === identity.ref ? mark : identity;
      return isPreviewOf(row, owner);
    }),
  );
  const base = { kind: 'remove-preview', organization, now: tools.now(), identity, intent, mine } as const;
  if (mine[0]) tools.found(mine[0]);
  else return base;
  const [github, objects] = await Promise.all([tools.github(), objectsIfReadable(tools, organization, workspace)]);
  return intent.because === 'branch-deleted'
    ? { ...base, objects, state: await branchState(github, intent.branch.name) }
    : { ...base, objects, pullRequests: await openPullRequests(github, intent.branch.name) };
}
