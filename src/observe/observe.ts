import { listDeployments, type Deployment } from '../astro/deployments.ts';
import { findOrganization, findWorkspace } from '../astro/location.ts';
import { joinsPreview, previewOfBranch, previewsOfBranch } from '../core/branch-previews.ts';
import { UserError } from '../core/errors.ts';
import { isPreviewOf, oldestFirst } from '../core/identity.ts';
import type { Intent } from '../core/intent/types.ts';
import type { Situation } from '../core/plan/situation.ts';
import { readClaims } from '../core/token.ts';
import { branchState, openPullRequests } from '../github/branches.ts';
import { objectsIfReadable } from './find-target.ts';
import type { Context } from './context.ts';

type Of<K extends Intent['kind']> = Extract<Intent, { kind: K }>;

/** Reads everything that the decision may look at: first the checkout, which needs no network, then Astro and GitHub. Writes nothing; what this event does not need is not loaded. */
export async function observe(intent: Exclude<Intent, { kind: 'skip' }>, context: Context): Promise<Situation> {
  refuseExpired(context.inputs.token, context.tools.now());
  switch (intent.kind) {
    case 'ensure-preview':
      return joinsPreview(context.inputs.deployType)
        ? (await import('./joined-preview.ts')).observeJoined(intent, context)
        : (await import('./preview.ts')).observePreview(intent, context);
    case 'deploy':
      return (await import('./target.ts')).observeTarget(intent, context);
    case 'remove-preview':
      return observeRemoval(intent, context);
    case 'sweep':
      return (await import('./sweep.ts')).observeSweep(intent, context);
    case 'report-preview':
      return observeReport(intent, context);
    case 'promote':
    case 'migrate':
      return (await import('./migration.ts')).observeMoves(intent, context);
    case 'export-template':
      return (await import('./migration.ts')).observeExport(intent, context);
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
async function observeReport(intent: Of<'report-preview'>, context: Context): Promise<Situation> {
  const { inputs, event, tools } = context;
  const { client } = tools;
  const claims = readClaims(inputs.token);
  const organization = await findOrganization(client, inputs.organizationId, claims);
  const workspace = await findWorkspace(client, organization, inputs.workspace, claims);
  const rows = await listDeployments(client, organization, workspace);
  const { mine } = previewsOf(rows, intent.branch.ref, context);
  if (mine[0]) tools.found(mine[0]);
  const { lookAfterMerge } = await import('./after-merge.ts');
  const warnings = await lookAfterMerge({ organization, rows, mine, sha: event.sha }, context);
  return { kind: 'report-preview', organization, now: tools.now(), branch: intent.branch, mine, warnings };
}

async function observeRemoval(intent: Of<'remove-preview'>, context: Context): Promise<Situation> {
  const { inputs, tools } = context;
  const { client } = tools;
  const claims = readClaims(inputs.token);
  const organization = await findOrganization(client, inputs.organizationId, claims);
  const workspace = await findWorkspace(client, organization, inputs.workspace, claims);
  const rows = await listDeployments(client, organization, workspace);
  const found = previewsOf(rows, intent.branch.ref, context);
  const { mine } = found;
  const base = { kind: 'remove-preview', organization, now: tools.now(), intent, ...found } as const;
  if (mine[0]) tools.found(mine[0]);
  else return base;
  const [github, objects] = await Promise.all([tools.github(), objectsIfReadable(tools, organization, workspace)]);
  return intent.because === 'branch-deleted'
    ? { ...base, objects, state: await branchState(github, intent.branch.name) }
    : { ...base, objects, pullRequests: await openPullRequests(github, intent.branch.name) };
}

/**
 * The branch's preview and its duplicates, oldest first: of the step's own project; for a step that joins a preview of
 * the one that it joins; and where only the mark counts, those of every project.
 */
function previewsOf(
  deployments: readonly Deployment[],
  ref: string,
  { inputs, configuration, event }: Context,
): Pick<Extract<Situation, { kind: 'remove-preview' }>, 'identity' | 'mine' | 'unclear'> {
  const branch = { repositoryId: event.repository.id, ref };
  const rows = oldestFirst(deployments);
  const identity = { ...branch, project: inputs.project };
  if (configuration.byMark === true) return { identity, mine: previewsOfBranch(rows, branch) };
  if (!joinsPreview(inputs.deployType)) return { identity, mine: rows.filter((row) => isPreviewOf(row, identity)) };
  const found = previewOfBranch(rows, branch, { project: configuration.config.project, name: inputs.previewName });
  if (found.kind === 'one') return { identity: found.identity, mine: found.rows };
  return { identity, mine: [], ...(found.kind === 'several' && { unclear: found.rows.length }) };
}
