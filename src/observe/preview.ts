import { join, relative } from 'node:path';
import {
  listClusters,
  listDeployments,
  listWorkspaces,
  readDeployment,
  readDeploymentOptions,
  type Deployment,
} from '../astro/deployments.ts';
import { listObjects } from '../astro/environment-objects.ts';
import { findOrganization, findWorkspace } from '../astro/location.ts';
import type { Configuration } from './config.ts';
import type { Config } from '../core/config/config.ts';
import { UserError, type Problem } from '../core/errors.ts';
import {
  describePreview,
  keysFingerprint,
  isPreviewOf,
  readMark,
  secretsFingerprint,
  slug,
  oldestFirst,
} from '../core/identity.ts';
import type { Target } from '../core/event.ts';
import type { Intent } from '../core/intent/types.ts';
import { mirror, secretVariables, sleepsAt } from '../core/deployment/mirror.ts';
import { variablesIn, type PlaceholderValues } from '../core/yaml/placeholders.ts';
import { powersOf, refusePowers } from '../core/deployment/template-powers.ts';
import type { Situation, ComparedWith } from '../core/plan/situation.ts';
import { resolveTemplate, secretValues } from '../core/deployment/desired.ts';
import { limitSentences } from '../core/limit-problems.ts';
import { oneLine } from '../core/text.ts';
import { readClaims } from '../core/token.ts';
import { wantedObjects } from '../core/config/wanted-objects.ts';
import { forgottenObjects, objectName } from '../core/objects/forgotten-objects.ts';
import { branchState, pullRequestState } from '../github/branches.ts';
import { commitOf, findTarget, wholeRecord, isByHand } from './find-target.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { findBaseTarget, findComparedTarget } from './base-target.ts';
import { observeCode } from './code.ts';
import { placeholderValues } from './placeholder-values.ts';
import { keepsPreview, nameOfPreview, refuseOtherCheckout } from './preview-facts.ts';
import { readPreviewTemplate, readProject, type Project } from './project.ts';
import { templatesNear } from '../runner/nearby-files.ts';
import { inside, readWorkspaceFile, workspaceFolder } from '../runner/workspace-files.ts';
import type { Tools } from './tools.ts';
import type { CopyStep } from '../core/plan/steps.ts';
import type { AstroClient } from '../astro/types.ts';
import type { Template } from '../core/deployment/template-types.ts';
import type { Context } from './context.ts';
import { neededLookups } from '../core/deployment/lookups.ts';
import { omitUndefined } from '../core/omit-undefined.ts';

type EnsurePreview = Extract<Intent, { kind: 'ensure-preview' }>;

/** Reads what a preview is decided on: the checkout and its files, the Workspace's Deployments, the branch, the code. */
export async function observePreview(intent: EnsurePreview, context: Context): Promise<Situation> {
  const { inputs, configuration, event, tools } = context;
  const { config } = configuration;
  const { client } = tools;
  const project = await readProject(inputs, tools.env);
  const { checkout } = project;
  refuseOtherCheckout(intent, checkout, event);
  const fillIns = placeholderValues(
    { branch: intent.branch.name, pullRequest: intent.pullRequest, sha: commitOf(checkout, intent.head) },
    { inputs, event, tools },
  );
  // Without a template of its own a preview mirrors the long-lived Deployment, as users of deploy-action know it.
  const base = inputs.template === undefined ? await findBaseTarget(context) : inputs.target;
  const mirrored = inputs.template === undefined && base !== undefined;
  const checkedIn = mirrored
    ? undefined
    : withHibernation(
        await readPreviewTemplate(
          inputs.template,
          templateReader(inputs, configuration, project, tools),
          fillIns,
          inputs.template === undefined ? [] : templatesNear(workspaceFolder(tools.env), inputs.template),
        ),
        config,
      );
  if (checkedIn) await refuseForeignPowers(checkedIn, context, fillIns);
  const wanted = wantedObjects(config, 'preview', fillIns(config.variables));
  const identity = { repositoryId: event.repository.id, ref: intent.branch.ref, project: inputs.project };
  const name = nameOfPreview(identity, context, fillIns([]));

  const claims = readClaims(inputs.token);
  const organization = await findOrganization(client, inputs.organizationId, claims);
  const workspace = await findWorkspace(client, organization, inputs.workspace, claims);
  const [rows, state, stored, compared] = await Promise.all([
    listDeployments(client, organization, workspace),
    tools.github().then((github) => branchState(github, intent.branch.name)),
    wanted.length > 0 ? listObjects(client, organization, { workspaceId: workspace }) : [],
    findComparedTarget(context),
  ]);
  const marked = oldestFirst(rows.filter((row) => isPreviewOf(row, identity)));
  const adopted = inputs.adopt === undefined ? undefined : adoptable(inputs.adopt, rows, marked, context);
  // The row of a list need not hold variables, queues, e-mail addresses and schedules: it is compared from its own record.
  const mine = await withOwnRecord(adopted ? [adopted] : marked, organization, client);
  const existing = mine[0];
  if (existing) tools.found(existing);
  const linkedBefore = readMark(existing?.description)?.objects !== undefined;
  const known =
    wanted.length === 0 && linkedBefore ? await listObjects(client, organization, { workspaceId: workspace }) : stored;
  const all = [...wanted, ...(existing ? forgottenObjects(wanted, known, existing, config.file) : [])];
  // Before a create only: at the end of a run that changed something it is asked in any case.
  const closed =
    intent.pullRequest !== undefined &&
    !existing &&
    (await pullRequestState(await tools.github(), intent.pullRequest, intent.branch.name)) === 'closed';
  const nameConflict = rows.find((row) => row.name === name && !mine.some(({ id }) => id === row.id));
  const copies = copyWishes(inputs, mirrored);
  const source =
    base && (mirrored || copies.length > 0) ? await findTarget(base, inputs, organization, client) : undefined;
  const template =
    checkedIn ??
    withHibernation(
      await mirrorOf(
        await wholeRecord(source as Deployment, organization, client),
        existing,
        organization,
        fillIns,
        tools,
      ),
      config,
    );
  const desired = await resolve(template, existing, organization, workspace, client);
  const place = { organization, deployment: existing, dagDeploysOn: desired.isDagDeployEnabled };
  const code = await observeCode(intent, project, place, inputs, event, tools);
  for (const value of secretValues(desired))
    tools.log.secret(value, `A secret environment variable of ${inputs.template ?? 'the template'}`);
  // A run whose event names no pull request takes the number that the preview notes, unless branches alone drive previews.
  const before = config.preview.on === 'branch' ? undefined : readMark(existing?.description)?.pullRequest;
  const pullRequest = intent.pullRequest ?? before;
  const secrets = secretsFingerprint(secretValues(desired), inputs.token);
  const description = describePreview(desired.description ?? '', identity, name, {
    variables: keysFingerprint(desired.variables.map(({ key }) => key)),
    objects: keysFingerprint(wanted.map(objectName)),
    ...omitUndefined({ pullRequest }),
    ...omitUndefined({ secrets }),
  });
  const seen = { organization, rows, mine, sha: commitOf(checkout, intent.head), ...(wanted.length > 0 && { stored }) };
  const later = await (await import('./after-merge.ts')).lookAfterMerge(seen, context);
  return {
    kind: 'ensure-preview',
    organization,
    workspace,
    identity,
    now: tools.now(),
    freshness: { branch: intent.branch, head: intent.head, state, firstAttempt: event.runAttempt === 1 },
    ...(intent.pullRequest !== undefined && { pullRequest: { number: intent.pullRequest, closed } }),
    mine,
    ...(nameConflict && { nameConflict }),
    desired,
    ...(checkedIn?.places && { places: checkedIn.places }),
    owned: { name, description, environmentVariables: branchVariables(intent.branch.name, pullRequest) },
    code,
    ...(all.length > 0 && { objects: { wanted: all, stored: known, rewriteSecrets: isByHand(event) } }),
    ...(inputs.maxPreviews !== undefined && {
      limit: {
        max: inputs.maxPreviews,
        living: rows.filter((row) => {
          const mark = readMark(row.description);
          return mark?.repositoryId === event.repository.id && isPreviewOf(row, mark);
        }),
      },
    }),
    ...comparedWith(context, compared, rows),
    ttl: keepsPreview(configuration.config, event) ? undefined : inputs.ttl,
    ...(source && copies.length > 0 && code.isFirst && { copy: copyStep(copies, source, mirrored) }),
    warnings: [...notYetTrusted(configuration), ...later],
    notices: template.notices.map(({ message }) => message),
  };
}

/** The Deployment of the pull request's base branch, out of the Workspace's list, so that finding it costs no request. */
function comparedWith(
  { inputs, event }: Context,
  target: Target | undefined,
  rows: readonly Deployment[],
): { compare?: ComparedWith } {
  const deployment =
    target && rows.find((row) => (target.by === 'id' ? row.id === target.id : row.name === target.name));
  if (!deployment) return {};
  const baseCommit = event.pullRequest?.baseSha;
  return { compare: { deployment, dags: inputs.dagChanges, ...omitUndefined({ baseCommit }) } };
}

/**
 * Refuses what a branch's template must not decide by itself. The default branch's template is asked for only where there
 * is such a thing.
 */
async function refuseForeignPowers(
  template: Template,
  { inputs, configuration }: Context,
  fillIns: (variables: readonly string[]) => PlaceholderValues,
): Promise<void> {
  const { readDefault } = configuration;
  if (!readDefault || powersOf(template, inputs.allowTemplate).length === 0) return;
  const text = await readDefault(template.file);
  const trusted = text === undefined ? undefined : leniently(text, template.file, fillIns);
  refusePowers(template, await trusted, inputs.allowTemplate);
}

/** A template on the default branch that cannot be read allows nothing. */
async function leniently(
  text: string,
  file: string,
  fillIns: (variables: readonly string[]) => PlaceholderValues,
): Promise<Template | undefined> {
  const { readTemplate } = await import('../core/deployment/template.ts');
  try {
    return readTemplate(text, file, fillIns(variablesIn(text)));
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** The preview as its own record shows it, in the place of its row; its second makings stay rows. Gone meanwhile: left out. */
async function withOwnRecord(
  [row, ...others]: readonly Deployment[],
  organization: string,
  client: AstroClient,
): Promise<Deployment[]> {
  if (!row) return [];
  const whole = await readDeployment(client, organization, row.id);
  return whole ? [whole, ...others] : others;
}

type What = 'connections' | 'variables' | 'pools';

/** What is to be copied: what the inputs say, and all of it where they say nothing and the preview mirrors a Deployment. */
function copyWishes(inputs: Inputs, mirrored: boolean): What[] {
  const wishes: [What, boolean | undefined][] = [
    ['connections', inputs.copyConnections],
    ['variables', inputs.copyAirflowVariables],
    ['pools', inputs.copyPools],
  ];
  return wishes.flatMap(([what, wish]) => ((wish ?? mirrored) ? [what] : []));
}

const copyStep = (what: readonly What[], from: Deployment, mirrored: boolean): CopyStep => ({
  kind: 'copy',
  from,
  connections: what.includes('connections'),
  variables: what.includes('variables'),
  pools: what.includes('pools'),
  ...(mirrored && { optional: true }),
  why: 'the preview has run no code yet',
});

async function mirrorOf(
  source: Deployment,
  existing: Deployment | undefined,
  organization: string,
  fillIns: (variables: readonly string[]) => PlaceholderValues,
  { client, log }: Tools,
): Promise<Template> {
  const clusters = source.type === 'STANDARD' ? [] : await listClusters(client, organization);
  const { template, notices } = mirror(source, clusters, fillIns(secretVariables(source)), existing);
  for (const notice of limitSentences(notices)) log.notice(notice);
  return template;
}

/**
 * The Deployment that `adopt` names, which is to become this branch's preview although it carries no mark. Only ever one
 * that nobody claims: no preview of another branch, no long-lived Deployment. Throws UserError.
 */
function adoptable(
  id: string,
  rows: readonly Deployment[],
  marked: readonly Deployment[],
  { inputs, configuration }: Context,
): Deployment | undefined {
  if (marked.some((row) => row.id === id)) return undefined; // done by an earlier run
  const refuse = (why: string): UserError => new UserError(`\`adopt\`: ${why}. Nothing was touched.`);
  const [first] = marked;
  if (first) throw refuse(`this branch has a preview already, ${oneLine(first.name)} (${first.id})`);
  const found = rows.find((row) => row.id === id);
  if (!found) throw refuse(`there is no Deployment with the id ${id} in the Workspace`);
  if ((found.description ?? '').includes('[astro-branch-deploy v'))
    throw refuse(`the Deployment ${oneLine(found.name)} is the preview of another branch or repository`);
  const targets = [inputs.target, ...configuration.config.environments.map(({ target }) => target)];
  const claimed = targets.some((one) => one && (one.by === 'id' ? one.id === id : one.name === found.name));
  if (claimed) throw refuse(`the Deployment ${oneLine(found.name)} is a long-lived one of this workflow`);
  return found;
}

/** The template comes from where the configuration does; a checkout below the workspace is looked into as well. */
function templateReader(inputs: Inputs, configuration: Configuration, project: Project, tools: Tools) {
  return async (path: string): Promise<string | undefined> => {
    const text = await configuration.read(path);
    if (text !== undefined || inputs.configRef !== undefined || project.checkout.kind === 'none') return text;
    const { root } = project.checkout;
    const workspace = workspaceFolder(tools.env);
    return root === workspace || !inside(root, workspace)
      ? text
      : readWorkspaceFile(workspace, join(relative(workspace, root), path), 'Deployment template');
  };
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
function withHibernation(template: Template, { preview }: Config): Template {
  const { hibernate } = preview;
  if (hibernate === undefined) return template;
  if (template.type === 'HYBRID' || template.highAvailability)
    throw new UserError(
      `\`preview.hibernate\` needs development mode, which ${template.type === 'HYBRID' ? 'HYBRID Deployments' : 'Deployments with high availability'} cannot have: take it out, or change the template.`,
      { at: hibernate.at },
    );
  return {
    ...template,
    developmentMode: true,
    schedules: sleepsAt(hibernate.value),
  };
}

/** Variables that let DAG code know which branch it runs for. */
function branchVariables(branch: string, pullRequest: number | undefined): { key: string; value: string }[] {
  return [
    { key: 'ASTRO_BRANCH', value: branch },
    { key: 'ASTRO_BRANCH_SLUG', value: slug(branch) },
    ...(pullRequest === undefined ? [] : [{ key: 'ASTRO_PULL_REQUEST', value: String(pullRequest) }]),
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
