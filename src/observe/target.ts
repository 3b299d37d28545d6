import { listObjects } from '../astro/environment-objects.ts';
import { findOrganization } from '../astro/location.ts';
import { wantedObjects } from '../core/config/wanted-objects.ts';
import { UserError } from '../core/errors.ts';
import type { GitHubEvent } from '../core/event.ts';
import { carriesForeignCode } from '../core/intent/guards.ts';
import type { Intent } from '../core/intent/types.ts';
import type { Situation } from '../core/plan/situation.ts';
import { readClaims } from '../core/token.ts';
import type { Checkout } from '../git/checkout.ts';
import { branchContains, branchState } from '../github/branches.ts';
import { observeCode } from './code.ts';
import { commitOf, findTarget, isByHand } from './find-target.ts';
import { placeholderValues } from './placeholder-values.ts';
import { readProject } from './project.ts';
import type { Tools } from './tools.ts';
import type { Context } from './context.ts';

/** Reads what a deploy to a long-lived Deployment is decided on: the checkout, the Deployment, the branch, the code. */
export async function observeTarget(
  intent: Extract<Intent, { kind: 'deploy' }>,
  { inputs, configuration, event, tools }: Context,
): Promise<Situation> {
  const { client } = tools;
  const { config } = configuration;
  const project = await readProject(inputs, tools.env);
  const { branch, environment } = intent;
  if (carriesForeignCode(event.name)) await refuseForeignCommit(project.checkout, intent, event, tools);
  const fillIns = placeholderValues(
    { branch: branch?.name, pullRequest: undefined, sha: commitOf(project.checkout, intent.head) },
    { inputs, event, tools },
  );
  const wanted = environment ? wantedObjects(config, environment.name, fillIns(config.variables)) : [];
  const claims = readClaims(inputs.token);
  const organization = await findOrganization(client, inputs.organizationId, claims);
  const [target, state] = await Promise.all([
    findTarget(intent.target, inputs, organization, client),
    branch && tools.github().then((github) => branchState(github, branch.name)),
  ]);
  tools.found(target);
  const [code, stored] = await Promise.all([
    observeCode(
      intent,
      project,
      { organization, deployment: target, dagDeploysOn: target.isDagDeployEnabled },
      inputs,
      event,
      tools,
    ),
    wanted.length > 0 ? listObjects(client, organization, { workspaceId: target.workspaceId }) : [],
  ]);
  return {
    kind: 'deploy',
    organization,
    now: tools.now(),
    ...(branch && state && { freshness: { branch, head: intent.head, state, firstAttempt: event.runAttempt === 1 } }),
    target,
    wakeOnDeploy: inputs.wakeOnDeploy,
    planOnly: intent.planOnly,
    code,
    ...(wanted.length > 0 && { objects: { wanted, stored, rewriteSecrets: isByHand(event) } }),
  };
}

/**
 * Refuses code that is not of the branch that the Deployment belongs to: events such as `issue_comment` run with the
 * secrets of the default branch, while the checkout may be anybody's pull request.
 */
async function refuseForeignCommit(
  checkout: Checkout,
  intent: Extract<Intent, { kind: 'deploy' }>,
  event: GitHubEvent,
  tools: Tools,
): Promise<void> {
  if (checkout.kind === 'checkout' && checkout.commit === intent.head) return;
  const branch = intent.branch?.name ?? event.defaultBranch ?? '';
  const contained =
    checkout.kind === 'checkout' ? await branchContains(await tools.github(), branch, checkout.commit) : 'no';
  if (contained === 'yes') return;
  const what = checkout.kind === 'checkout' ? `the commit ${checkout.commit.slice(0, 7)}` : 'no git checkout';
  const why = contained === 'no' ? 'is not part of' : 'cannot be shown to be part of';
  throw new UserError(
    `\`${event.name}\` runs with the secrets of \`${branch}\`, and what is checked out, ${what}, ${why} that branch: deploying it could hand a stranger's code to a long-lived Deployment. Check out \`${branch}\`, or deploy on \`push\`.`,
  );
}
