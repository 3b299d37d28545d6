import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { oldestFirst } from './apply/deployments.ts';
import {
  listClusters,
  listDeployments,
  listWorkspaces,
  readDeployment,
  readDeploymentOptions,
  type Deployment,
} from './astro/deployments.ts';
import { listDeploys } from './astro/deploys.ts';
import { findOrganization, findWorkspace } from './astro/place.ts';
import type { AstroClient } from './astro/client.ts';
import type { Budget } from './budget.ts';
import { baselines, unknownBaselines, type Baselines } from './core/baselines.ts';
import { toCompare, type Difference } from './core/changes.ts';
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
import type { CodeFacts, Situation } from './core/plan.ts';
import { parseRemote, type Repository } from './core/repository.ts';
import { neededLookups, resolveTemplate, secretValues } from './core/template.ts';
import type { Template } from './core/template-read.ts';
import { oneLine } from './core/text.ts';
import { readClaims } from './core/token.ts';
import { changedPaths, uncommitted } from './git/changed.ts';
import { repositoryPaths, type Checkout } from './git/checkout.ts';
import { branchState, compareCommits, openPullRequests } from './github/branches.ts';
import type { GitHubClient } from './github/client.ts';
import type { Inputs } from './inputs.ts';
import type { Log } from './log.ts';
import { readProject, workspaceFolder, type Project } from './project.ts';

/** What the run works with: connections, clocks, the log. */
export interface Tools {
  readonly client: AstroClient;
  /** Connects on first use; `undefined` without a token. */
  readonly github: () => Promise<GitHubClient | undefined>;
  readonly budget: Budget;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => Date;
}

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

/** The repository that this code comes from: the checkout's own remote, or GitHub's word where that is only a folder. */
export function sourceRepository(checkout: Checkout, event: GitHubEvent, env: NodeJS.ProcessEnv): Repository {
  const remote = checkout.kind === 'checkout' ? checkout.remote : undefined;
  const isFolder =
    remote?.provider === 'GENERIC' && !/^(?!file:)[a-z][a-z0-9+.-]*:\/\/|^[^/:]{2,}:/i.test(remote.remoteUrl);
  if (remote && !isFolder) return remote;
  return parseRemote(
    `${env['GITHUB_SERVER_URL'] ?? 'https://github.com'}/${event.repository.owner}/${event.repository.name}`,
  );
}

async function observeCode(
  intent: Of<'ensure-preview'> | Of<'deploy'>,
  project: Project,
  place: { readonly organization: string; readonly deployment: Deployment | undefined; readonly dagDeploysOn: boolean },
  inputs: Inputs,
  event: GitHubEvent,
  tools: Tools,
): Promise<CodeFacts> {
  const { checkout } = project;
  const { deployment } = place;
  const dags = checkout.kind === 'checkout' ? repositoryPaths(checkout, project.dagsFolder) : [];
  const [history, loose] = await Promise.all([
    deployment ? listDeploys(tools.client, place.organization, deployment.id) : [],
    checkout.kind === 'checkout' ? uncommitted(checkout, dags, { signal: tools.signal }) : undefined,
  ]);
  const here = {
    repository: sourceRepository(checkout, event, tools.env),
    projectPath: checkout.kind === 'checkout' ? checkout.prefix : '',
  };
  const known: Baselines =
    checkout.kind === 'none'
      ? unknownBaselines(`there is no git checkout to compare with (${checkout.why})`)
      : loose?.kind === 'unknown'
        ? unknownBaselines(`git cannot tell what differs from the commit (${loose.why})`)
        : baselines(history, here, place.dagDeploysOn);
  const answers = new Map<string, Difference>();
  for (
    let open = toCompare(inputs.deployType, known, answers);
    open.length > 0;
    open = toCompare(inputs.deployType, known, answers)
  ) {
    const found = await Promise.all(open.map((commit) => difference(checkout, commit, tools)));
    open.forEach((commit, index) => answers.set(commit, found[index] as Difference));
  }
  return {
    deployType: inputs.deployType,
    source: {
      folder: project.folder,
      dagsFolder: project.dagsFolder,
      project: {
        path: here.projectPath,
        dags: loose?.kind === 'known' && loose.dagsTracked ? dags : [],
        dockerfile: 'Dockerfile',
        dockerignore: readIgnoreFile(project.folder),
        steering: steeringFiles(inputs, project, tools.env),
      },
      repository: here.repository,
      uncommitted: loose?.kind === 'known' ? loose.paths : undefined,
      ...(checkout.kind === 'checkout' && {
        commit: { id: checkout.commit, subject: checkout.subject, author: checkout.author },
      }),
      ...('branch' in intent && intent.branch && { branch: intent.branch.name }),
      ...(intent.kind === 'ensure-preview' && intent.pullRequest !== undefined && { head: intent.head }),
    },
    baselines: known,
    answers,
    dispatched: intent.dispatched,
  };
}

/** Git first; what it cannot say, because the commit is not to be had in a shallow clone, GitHub may. */
async function difference(checkout: Checkout, commit: string, tools: Tools): Promise<Difference> {
  if (checkout.kind === 'none') return { kind: 'unknown', why: checkout.why };
  const local = await changedPaths(checkout, commit, { signal: tools.signal });
  if (local.kind === 'known') return local;
  const remote = await compareCommits(await tools.github(), commit, checkout.commit);
  return remote.kind === 'known' ? remote : { kind: 'unknown', why: `${local.why}; ${remote.why}` };
}

function readIgnoreFile(folder: string): string {
  const path = ['Dockerfile.dockerignore', '.dockerignore']
    .map((name) => join(folder, name))
    .find((file) => existsSync(file));
  return path === undefined ? '' : readFileSync(path, 'utf8');
}

/** Repository-relative paths of the files that steer the Action itself, wherever the repository is checked out. */
function steeringFiles(inputs: Inputs, project: Project, env: NodeJS.ProcessEnv): string[] {
  const { checkout } = project;
  if (checkout.kind === 'none') return [];
  const names = ['.astro/branch-deploy.yaml', ...(inputs.template === undefined ? [] : [inputs.template])];
  const roots = [workspaceFolder(env), checkout.root, project.folder];
  return roots.flatMap((root) => names.flatMap((name) => repositoryPaths(checkout, join(root, name))));
}
