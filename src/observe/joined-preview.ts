import { listDeployments, readDeployment } from '../astro/deployments.ts';
import { findOrganization, findWorkspace } from '../astro/location.ts';
import { previewOfBranch } from '../core/branch-previews.ts';
import type { Intent } from '../core/intent/types.ts';
import type { Situation } from '../core/plan/situation.ts';
import { readClaims } from '../core/token.ts';
import { branchState, pullRequestState } from '../github/branches.ts';
import { observeCode } from './code.ts';
import { commitOf } from './find-target.ts';
import { placeholderValues } from './placeholder-values.ts';
import { keepsPreview, nameOfPreview, refuseOtherCheckout } from './preview-facts.ts';
import { readProject } from './project.ts';
import { oldestFirst } from '../core/identity.ts';
import type { Context } from './context.ts';

type EnsurePreview = Extract<Intent, { kind: 'ensure-preview' }>;

/** Reads what a step is decided on that joins the branch's preview: the checkout, the previews, the branch, the code. */
export async function observeJoined(intent: EnsurePreview, context: Context): Promise<Situation> {
  const { inputs, configuration, event, tools } = context;
  const { client } = tools;
  const project = await readProject(inputs, tools.env);
  refuseOtherCheckout(intent, project.checkout, event);
  const identity = { repositoryId: event.repository.id, ref: intent.branch.ref, project: inputs.project };
  const values = placeholderValues(
    { branch: intent.branch.name, pullRequest: intent.pullRequest, sha: commitOf(project.checkout, intent.head) },
    { inputs, event, tools },
  )([]);
  const name = inputs.previewName === undefined ? undefined : nameOfPreview(identity, context, values);
  const claims = readClaims(inputs.token);
  const organization = await findOrganization(client, inputs.organizationId, claims);
  const workspace = await findWorkspace(client, organization, inputs.workspace, claims);
  const github = await tools.github();
  const [rows, state] = await Promise.all([
    listDeployments(client, organization, workspace),
    branchState(github, intent.branch.name),
  ]);
  const branch = { repositoryId: event.repository.id, ref: intent.branch.ref };
  const found = previewOfBranch(oldestFirst(rows), branch, { project: configuration.config.project, name });
  const first = found.kind === 'one' ? found.rows[0] : undefined;
  const deployment = first && (await readDeployment(client, organization, first.id));
  if (deployment) tools.found(deployment);
  const number = intent.pullRequest;
  const closed =
    number !== undefined &&
    found.kind === 'none' &&
    (await pullRequestState(github, number, intent.branch.name)) === 'closed';
  const place = { organization, deployment, dagDeploysOn: deployment?.isDagDeployEnabled === true };
  return {
    kind: 'join-preview',
    organization,
    workspace,
    now: tools.now(),
    freshness: { branch: intent.branch, head: intent.head, state, firstAttempt: event.runAttempt === 1 },
    ...(number !== undefined && { pullRequest: { number, closed } }),
    found:
      found.kind === 'one' && deployment
        ? {
            kind: 'one',
            identity: found.identity,
            deployment,
            code: await observeCode(intent, project, place, inputs, event, tools),
          }
        : found.kind === 'several'
          ? found
          : { kind: 'none', deployType: inputs.deployType },
    ttl: keepsPreview(configuration.config, event) ? undefined : inputs.ttl,
  };
}
