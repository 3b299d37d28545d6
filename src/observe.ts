import { oldestFirst } from './apply/deployments.ts';
import {
  listClusters,
  listDeployments,
  listWorkspaces,
  readDeployment,
  readDeploymentOptions,
  type Deployment,
} from './astro/deployments.ts';
import { findOrganization, findWorkspace } from './astro/place.ts';
import type { AstroClient } from './astro/client.ts';
import { UserError } from './core/errors.ts';
import {
  describePreview,
  isPreviewOf,
  previewName,
  readMark,
  secretsFingerprint,
  slug,
  type PreviewIdentity,
} from './core/identity.ts';
import type { GitHubEvent, Intent, Target } from './core/intent.ts';
import type { Situation } from './core/situation.ts';
import { neededLookups, resolveTemplate, secretValues } from './core/template.ts';
import type { Template } from './core/template-read.ts';
import { oneLine } from './core/text.ts';
import { readClaims } from './core/token.ts';
import { branchState, openPullRequests } from './github/branches.ts';
import type { Inputs } from './inputs.ts';
import { observeCode } from './observe-code.ts';
import { readProject } from './project.ts';
import type { Tools } from './tools.ts';

type Of<K extends Intent['kind']> = Extract<Intent, { kind: K }>;

/** Reads everything that the decision may look at: first the checkout, which needs no network, then Astro and GitHub. Writes nothing. */
export async function observe(
  intent: Exclude<Intent, { kind: 'skip' }>,
  inputs: Inputs,
  event: GitHubEvent,
  tools: Tools,
): Promise<Situation> {
  refuseExpired(inputs.token, tools.now());
  switch (intent.kind) {
    case 'ensure-preview':
      return observePreview(intent, inputs, event, tools);
    case 'deploy':
      return observeTarget(intent, inputs, event, tools);
    case 'remove-preview':
      return observeRemoval(intent, inputs, event, tools);
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

async function observePreview(
  intent: Of<'ensure-preview'>,
  inputs: Inputs,
  event: GitHubEvent,
  tools: Tools,
): Promise<Situation> {
  const { client } = tools;
  const project = await readProject(inputs, tools.env, true);
  const template = project.template as Template;
  const { checkout } = project;
  if (intent.checkoutMustBeHead && (checkout.kind === 'none' || checkout.commit !== intent.head)) {
    throw new UserError(
      `\`${event.name}\` checks out the default branch unless told otherwise, and what is checked out is not the pull request's head ${intent.head.slice(0, 7)}. Use the \`pull_request\` event.`,
    );
  }
  const identity = { repositoryId: event.repository.id, ref: intent.branch.ref, project: inputs.rootFolder };
  const name = inputs.previewName ?? previewName(identity, event.repository.name);

  const claims = readClaims(inputs.token);
  const organization = await findOrganization(client, inputs.organizationId, claims);
  const workspace = await findWorkspace(client, organization, inputs.workspace, claims);
  const [rows, state] = await Promise.all([
    listDeployments(client, organization, workspace),
    tools.github().then((github) => branchState(github, intent.branch.name)),
  ]);
  const mine = oldestFirst(rows.filter((row) => isPreviewOf(row, identity)));
  const existing = mine[0];
  const namesake = rows.find((row) => row.name === name && !mine.includes(row));
  const desired = await resolve(template, existing, organization, workspace, client);
  const place = { organization, deployment: existing, dagDeploysOn: desired.isDagDeployEnabled };
  const code = await observeCode(intent, project, place, inputs, event, tools);
  for (const value of secretValues(desired))
    tools.log.secret(value, `A secret environment variable of ${inputs.template ?? 'the template'}`);
  const secrets = secretsFingerprint(secretValues(desired), inputs.token);
  const description = describePreview(desired.description ?? '', identity, name, {
    ...(intent.pullRequest !== undefined && { pullRequest: intent.pullRequest }),
    ...(secrets !== undefined && { secrets }),
  });
  return {
    kind: 'ensure-preview',
    organization,
    workspace,
    identity,
    now: tools.now(),
    freshness: { branch: intent.branch, head: intent.head, state, firstAttempt: event.runAttempt === 1 },
    mine,
    ...(namesake && { namesake }),
    desired,
    owned: { name, description, environmentVariables: branchVariables(intent) },
    code,
    notices: template.notices.map(({ message }) => message),
  };
}

/** Tells DAG code where it runs. */
function branchVariables(intent: Of<'ensure-preview'>): { key: string; value: string }[] {
  return [
    { key: 'ASTRO_BRANCH', value: intent.branch.name },
    { key: 'ASTRO_BRANCH_SLUG', value: slug(intent.branch.name) },
    ...(intent.pullRequest === undefined ? [] : [{ key: 'ASTRO_PULL_REQUEST', value: String(intent.pullRequest) }]),
  ];
}

async function resolve(
  template: Template,
  existing: Deployment | undefined,
  organization: string,
  workspace: string,
  client: AstroClient,
) {
  const needed = neededLookups(template, existing);
  const [workspaces, clusters, options] = await Promise.all([
    needed.workspaces ? listWorkspaces(client, organization) : undefined,
    needed.clusters ? listClusters(client, organization) : undefined,
    needed.options ? readDeploymentOptions(client, organization, needed.options) : undefined,
  ]);
  const lookups = {
    workspaceId: workspace,
    ...(workspaces && { workspaces }),
    ...(clusters && { clusters }),
    ...(options && { options }),
  };
  return resolveTemplate(template, lookups, existing);
}

async function observeTarget(
  intent: Of<'deploy'>,
  inputs: Inputs,
  event: GitHubEvent,
  tools: Tools,
): Promise<Situation> {
  const { client } = tools;
  const project = await readProject(inputs, tools.env, false);
  const claims = readClaims(inputs.token);
  const organization = await findOrganization(client, inputs.organizationId, claims);
  const { branch } = intent;
  const [target, state] = await Promise.all([
    findTarget(intent.target, inputs, organization, client),
    branch && tools.github().then((github) => branchState(github, branch.name)),
  ]);
  return {
    kind: 'deploy',
    organization,
    now: tools.now(),
    ...(branch && state && { freshness: { branch, head: intent.head, state, firstAttempt: event.runAttempt === 1 } }),
    target,
    wakeOnDeploy: inputs.wakeOnDeploy,
    planOnly: intent.planOnly,
    code: await observeCode(
      intent,
      project,
      { organization, deployment: target, dagDeploysOn: target.isDagDeployEnabled },
      inputs,
      event,
      tools,
    ),
  };
}

async function findTarget(
  target: Target,
  inputs: Inputs,
  organization: string,
  client: AstroClient,
): Promise<Deployment> {
  if (target.by === 'id') {
    const found = await readDeployment(client, organization, target.id);
    if (!found)
      throw new UserError(
        `There is no Deployment with the id ${target.id} that the API token sees: check \`deployment-id\`.`,
      );
    if (inputs.workspace !== undefined && found.workspaceId !== inputs.workspace) {
      throw new UserError(
        `The Deployment ${target.id} belongs to the Workspace ${found.workspaceId}, not to ${inputs.workspace} as \`workspace\` says: nothing was touched.`,
      );
    }
    return found;
  }
  const workspace = await findWorkspace(client, organization, inputs.workspace, readClaims(inputs.token));
  const [found, ...others] = await listDeployments(client, organization, workspace, target.name);
  if (others.length > 0)
    throw new UserError(
      `There are ${others.length + 1} Deployments called ${oneLine(target.name)} in the Workspace: say which one with \`deployment-id\`.`,
    );
  if (found) return found;
  const all = (await listDeployments(client, organization, workspace)).filter((row) => !readMark(row.description));
  const names = all
    .slice(0, 20)
    .map((row) => oneLine(row.name, 60))
    .join(', ');
  throw new UserError(
    `There is no Deployment called ${oneLine(target.name)} in the Workspace ${workspace}: check \`deployment-name\`.${names && ` It has: ${names}${all.length > 20 ? ', …' : ''}.`}`,
  );
}

async function observeRemoval(
  intent: Of<'remove-preview'>,
  inputs: Inputs,
  event: GitHubEvent,
  tools: Tools,
): Promise<Situation> {
  const identity: PreviewIdentity = {
    repositoryId: event.repository.id,
    ref: intent.branch.ref,
    project: inputs.rootFolder,
  };
  const claims = readClaims(inputs.token);
  const organization = await findOrganization(tools.client, inputs.organizationId, claims);
  const workspace = await findWorkspace(tools.client, organization, inputs.workspace, claims);
  const mine = oldestFirst(
    (await listDeployments(tools.client, organization, workspace)).filter((row) => isPreviewOf(row, identity)),
  );
  const base = { kind: 'remove-preview', organization, now: tools.now(), identity, intent, mine } as const;
  if (mine.length === 0) return base;
  const github = await tools.github();
  return intent.because === 'branch-deleted'
    ? { ...base, state: await branchState(github, intent.branch.name) }
    : { ...base, pullRequests: await openPullRequests(github, intent.branch.name) };
}
