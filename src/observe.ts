import { join, relative } from 'node:path';
import { oldestFirst } from './apply/deployments.ts';
import {
  listClusters,
  listDeployments,
  listWorkspaces,
  readDeploymentOptions,
  type Deployment,
} from './astro/deployments.ts';
import { findOrganization, findWorkspace } from './astro/place.ts';
import type { AstroClient } from './astro/client.ts';
import { listObjects } from './astro/environment-objects.ts';
import type { Configuration } from './configuration.ts';
import type { Config } from './core/config.ts';
import { UserError, type Problem } from './core/errors.ts';
import {
  describePreview,
  isPreviewOf,
  namedPreview,
  previewName,
  readMark,
  secretsFingerprint,
  slug,
  type PreviewIdentity,
} from './core/identity.ts';
import type { GitHubEvent, Intent } from './core/intent.ts';
import type { CopyStep } from './core/plan.ts';
import { expand, type PlaceholderValues } from './core/placeholders.ts';
import type { Situation } from './core/situation.ts';
import { neededLookups, resolveTemplate, secretValues } from './core/template.ts';
import type { Template } from './core/template-read.ts';
import { oneLine } from './core/text.ts';
import { readClaims } from './core/token.ts';
import { wantedObjects } from './core/wanted-objects.ts';
import type { Checkout } from './git/checkout.ts';
import { branchState, openPullRequests } from './github/branches.ts';
import { withEnvironment, type Inputs } from './inputs.ts';
import { findTarget, type Grounds } from './grounds.ts';
import { observeCode } from './observe-code.ts';
import { objectsIfReadable, observeSweep } from './observe-sweep.ts';
import { observeExport, observeTakeOver } from './observe-take-over.ts';
import { placeholderValues } from './placeholder-values.ts';
import {
  inside,
  readPreviewTemplate,
  readProject,
  readWorkspaceFile,
  workspaceFolder,
  type Project,
} from './project.ts';
import type { Tools } from './tools.ts';

type Of<K extends Intent['kind']> = Extract<Intent, { kind: K }>;

/** Reads everything that the decision may look at: first the checkout, which needs no network, then Astro and GitHub. Writes nothing. */
export async function observe(intent: Exclude<Intent, { kind: 'skip' }>, grounds: Grounds): Promise<Situation> {
  refuseExpired(grounds.inputs.token, grounds.tools.now());
  switch (intent.kind) {
    case 'ensure-preview':
      return observePreview(intent, grounds);
    case 'deploy':
      return observeTarget(intent, { ...grounds, inputs: withEnvironment(grounds.inputs, intent) });
    case 'remove-preview':
      return observeRemoval(intent, grounds);
    case 'sweep':
      return observeSweep(grounds);
    case 'tell-preview':
      return observeTold(intent, grounds);
    case 'promote':
    case 'migrate':
      return observeTakeOver(intent, grounds);
    case 'export-template':
      return observeExport(intent, grounds);
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

async function observePreview(intent: Of<'ensure-preview'>, grounds: Grounds): Promise<Situation> {
  const { inputs, configuration, event, tools } = grounds;
  const { config } = configuration;
  const { client } = tools;
  const project = await readProject(inputs, tools.env);
  const { checkout } = project;
  if (intent.checkoutMustBeHead && (checkout.kind === 'none' || checkout.commit !== intent.head)) {
    throw new UserError(
      `\`${event.name}\` checks out the default branch unless told otherwise, and what is checked out is not the pull request's head ${intent.head.slice(0, 7)}. Use the \`pull_request\` event.`,
    );
  }
  const fillIns = placeholderValues(
    { branch: intent.branch.name, pullRequest: intent.pullRequest, sha: commitOf(checkout, intent.head) },
    event,
    tools,
  );
  const template = await readPreviewTemplate(
    inputs.template,
    templateReader(inputs, configuration, project, tools),
    fillIns,
  );
  const wanted = wantedObjects(config, 'preview', fillIns(config.variables));
  const identity = { repositoryId: event.repository.id, ref: intent.branch.ref, project: inputs.rootFolder };
  const name = nameOfPreview(identity, grounds, fillIns([]));

  const claims = readClaims(inputs.token);
  const organization = await findOrganization(client, inputs.organizationId, claims);
  const workspace = await findWorkspace(client, organization, inputs.workspace, claims);
  const [rows, state, stored] = await Promise.all([
    listDeployments(client, organization, workspace),
    tools.github().then((github) => branchState(github, intent.branch.name)),
    wanted.length > 0 ? listObjects(client, organization, { workspaceId: workspace }) : [],
  ]);
  const mine = oldestFirst(rows.filter((row) => isPreviewOf(row, identity)));
  const existing = mine[0];
  const namesake = rows.find((row) => row.name === name && !mine.includes(row));
  const copies = inputs.copyConnections ?? inputs.copyAirflowVariables ?? inputs.copyPools ?? false;
  const copyFrom = copies && inputs.target ? await findTarget(inputs.target, inputs, organization, client) : undefined;
  const desired = await resolve(sleepy(template, config), existing, organization, workspace, client);
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
    ...(wanted.length > 0 && { objects: { wanted, stored, rewriteSecrets: intent.dispatched } }),
    ...(inputs.maxPreviews !== undefined && {
      limit: {
        max: inputs.maxPreviews,
        living: rows.filter((row) => readMark(row.description)?.repositoryId === event.repository.id),
      },
    }),
    ttl: keepsPreview(configuration.config, event) ? undefined : inputs.ttl,
    ...(copyFrom && code.isFirst && { copy: copyStep(inputs, copyFrom) }),
    warnings: notYetTrusted(configuration),
    notices: template.notices.map(({ message }) => message),
  };
}

/** Whether the pull request carries the label that keeps its preview whatever its age. */
const keepsPreview = ({ preview }: Config, { pullRequest }: GitHubEvent): boolean =>
  preview.keepLabel !== undefined && pullRequest?.labels.includes(preview.keepLabel) === true;

const copyStep = (inputs: Inputs, from: Deployment): CopyStep => ({
  kind: 'copy',
  from,
  connections: inputs.copyConnections === true,
  variables: inputs.copyAirflowVariables === true,
  pools: inputs.copyPools === true,
  why: 'the preview has run no code yet',
});

const commitOf = (checkout: Checkout, head: string): string => (checkout.kind === 'checkout' ? checkout.commit : head);

/** The template comes from where the configuration does; a checkout below the workspace is looked into as well. */
function templateReader(inputs: Inputs, configuration: Configuration, project: Project, tools: Tools) {
  return async (path: string): Promise<string | undefined> => {
    const text = await configuration.read(path);
    if (text !== undefined || inputs.configRef !== undefined || project.checkout.kind === 'none') return text;
    const { root } = project.checkout;
    const workspace = workspaceFolder(tools.env);
    return root === workspace || !inside(root, workspace)
      ? text
      : readWorkspaceFile(workspace, join(relative(workspace, root), path));
  };
}

/** The name of the preview: as the input says, else as the file says with the hash of the identity, else the default. */
function nameOfPreview(
  identity: PreviewIdentity,
  { inputs, configuration, event }: Grounds,
  values: PlaceholderValues,
): string {
  const { name } = configuration.config.preview;
  const text = inputs.previewName ?? name?.value;
  if (text === undefined) return previewName(identity, event.repository.name);
  const filled = expand(text, values);
  if (!filled.ok)
    throw new UserError(
      inputs.previewName === undefined
        ? `${configuration.config.file}: ${filled.why}.`
        : `\`preview-name\`: ${filled.why}.`,
      inputs.previewName === undefined && name ? { at: name.at } : {},
    );
  return inputs.previewName === undefined ? namedPreview(identity, filled.text) : filled.text;
}

/** Says which links of the branch's own file wait for a merge, where another ref's file is in force. */
function notYetTrusted({ config, ofBranch }: Configuration): Problem[] {
  const links = (one: Config): Config['objects'] =>
    one.objects.filter(({ targets }) => targets.some(({ name, excluded }) => name === 'preview' && !excluded));
  const trusted = links(config);
  return (ofBranch ? links(ofBranch) : [])
    .filter((entry) => !trusted.some(({ kind, key }) => kind === entry.kind && key === entry.key))
    .map(({ kind, key, at }) => ({
      message: `The ${kind.replaceAll('-', ' ')} \`${oneLine(key, 60)}\` is not linked: \`config-ref\` says that another ref's file counts, and that one does not link it to previews.`,
      at,
    }));
}

/** `preview.hibernate` gives previews development mode and one schedule in place of the template's. */
function sleepy(template: Template, { file, preview }: Config): Template {
  const { hibernate } = preview;
  if (hibernate === undefined) return template;
  if (template.type === 'HYBRID' || template.highAvailability)
    throw new UserError(
      `${file}: \`preview.hibernate\` needs development mode, which ${template.type === 'HYBRID' ? 'HYBRID Deployments' : 'Deployments with high availability'} cannot have: take it out, or change the template.`,
      { at: { file: template.file } },
    );
  return {
    ...template,
    developmentMode: true,
    schedules: [
      { hibernateAtCron: hibernate, wakeAtCron: onceAYear, description: 'A forgotten preview sleeps', isEnabled: true },
    ],
  };
}

/** Astro wants a time to wake at: a preview is woken by its next deploy, or by hand. */
const onceAYear = '0 0 1 1 *';

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
  { inputs, configuration, event, tools }: Grounds,
): Promise<Situation> {
  const { client } = tools;
  const { config } = configuration;
  const project = await readProject(inputs, tools.env);
  const { branch, environment } = intent;
  const fillIns = placeholderValues(
    { branch: branch?.name, pullRequest: undefined, sha: commitOf(project.checkout, intent.head) },
    event,
    tools,
  );
  const wanted = environment ? wantedObjects(config, environment.name, fillIns(config.variables)) : [];
  const claims = readClaims(inputs.token);
  const organization = await findOrganization(client, inputs.organizationId, claims);
  const [target, state] = await Promise.all([
    findTarget(intent.target, inputs, organization, client),
    branch && tools.github().then((github) => branchState(github, branch.name)),
  ]);
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
    ...(wanted.length > 0 && { objects: { wanted, stored, rewriteSecrets: intent.dispatched } }),
  };
}

/** Reads only whether the branch has a preview. */
async function observeTold(intent: Of<'tell-preview'>, { inputs, event, tools }: Grounds): Promise<Situation> {
  const { client } = tools;
  const identity = { repositoryId: event.repository.id, ref: intent.branch.ref, project: inputs.rootFolder };
  const claims = readClaims(inputs.token);
  const organization = await findOrganization(client, inputs.organizationId, claims);
  const workspace = await findWorkspace(client, organization, inputs.workspace, claims);
  const rows = await listDeployments(client, organization, workspace);
  const mine = oldestFirst(rows.filter((row) => isPreviewOf(row, identity)));
  return { kind: 'tell-preview', organization, now: tools.now(), branch: intent.branch, mine };
}

async function observeRemoval(intent: Of<'remove-preview'>, { inputs, event, tools }: Grounds): Promise<Situation> {
  const identity: PreviewIdentity = {
    repositoryId: event.repository.id,
    ref: intent.branch.ref,
    project: inputs.rootFolder,
  };
  const { client } = tools;
  const claims = readClaims(inputs.token);
  const organization = await findOrganization(client, inputs.organizationId, claims);
  const workspace = await findWorkspace(client, organization, inputs.workspace, claims);
  const mine = oldestFirst(
    (await listDeployments(client, organization, workspace)).filter((row) => isPreviewOf(row, identity)),
  );
  const base = { kind: 'remove-preview', organization, now: tools.now(), identity, intent, mine } as const;
  if (mine.length === 0) return base;
  const [github, objects] = await Promise.all([tools.github(), objectsIfReadable(tools, organization, workspace)]);
  return intent.because === 'branch-deleted'
    ? { ...base, objects, state: await branchState(github, intent.branch.name) }
    : { ...base, objects, pullRequests: await openPullRequests(github, intent.branch.name) };
}
