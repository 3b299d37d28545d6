import type { components } from '../astro/contract.ts';
import { changesSince, decideDeploy, type CodeChange } from './changes.ts';
import { UserError, type Problem } from './errors.ts';
import type { ObjectKind } from './config-schema.ts';
import { readMark, type PreviewIdentity } from './identity.ts';
import type { Branch } from './intent.ts';
import type { DeployTypeDone, Outcome } from './report.ts';
import { checkFreshness, type CodeFacts, type Situation, type StoredObject } from './situation.ts';
import { confirmSweep, decideSweep } from './sweep.ts';
import type { Source } from './source.ts';
import { createBody, updateBody, type Owned } from './deployment-bodies.ts';
import { compareDeployment } from './deployment-diff.ts';
import type { Desired } from './template.ts';
import { isNamed } from './links.ts';
import { kindOfType } from './environment-objects.ts';
import { planObjects, type LinkStep } from './plan-objects.ts';
import { planTakeOver, type MoveStep } from './plan-take-over.ts';
import { writeTemplate } from './template-write.ts';
import { oneLine } from './text.ts';

type Schemas = components['schemas'];
type Deployment = Schemas['Deployment'];

export type Step =
  | {
      readonly kind: 'create';
      readonly name: string;
      readonly body: Schemas['CreateDeploymentRequest'];
      readonly why: string;
    }
  | {
      readonly kind: 'update';
      readonly deployment: Deployment;
      readonly body: Schemas['UpdateDeploymentRequest'];
      readonly fields: readonly string[];
      readonly why: string;
    }
  | { readonly kind: 'wake'; readonly deployment: Deployment; readonly why: string }
  | {
      readonly kind: 'deploy-code';
      readonly type: Exclude<DeployTypeDone, 'none'>;
      readonly source: Source;
      /** Repository-relative paths that changed since the DAGs that run; `undefined` where that cannot be told. */
      readonly changed?: readonly string[];
      /** Id of the deploy that runs now. */
      readonly before?: string;
      readonly why: string;
    }
  | LinkStep
  | CopyStep
  | MoveStep
  | {
      readonly kind: 'write-template';
      readonly path: string;
      readonly text: string;
      readonly why: string;
    }
  | {
      readonly kind: 'delete';
      readonly deployment: Deployment;
      /** Environment objects that name it: its entries go first. `undefined` where they were not asked for. */
      readonly unlink?: readonly NamedObject[];
      /** Whose preview it is; the plan's own identity where it is left out. */
      readonly identity?: PreviewIdentity;
      readonly why: string;
    };

/** Copies what lives in another Deployment's metadata database. */
export interface CopyStep {
  readonly kind: 'copy';
  readonly from: Deployment;
  readonly connections: boolean;
  readonly variables: boolean;
  readonly pools: boolean;
  readonly why: string;
}

/** An environment object as the Environment Manager names it. */
export interface NamedObject {
  readonly id: string;
  readonly kind: ObjectKind;
  readonly key: string;
}

/** What will be done, in this order, each step with its reason; and what to say where nothing is to be done. */
export interface Plan {
  readonly organization: string;
  readonly workspace?: string;
  /** Whose previews this plan may change or delete; `undefined` where it concerns none. */
  readonly identity?: PreviewIdentity;
  readonly steps: readonly Step[];
  /** The branch that a preview lives and goes with; looked at once more when the work is done. */
  readonly branch?: Branch;
  /** The Deployment that is there already. */
  readonly deployment?: Deployment;
  readonly isPreview: boolean;
  /** The preview's configuration, to be checked once more after a create. */
  readonly preview?: { readonly desired: Desired; readonly owned: Owned };
  /** The result of a run without steps. */
  readonly idle: 'nothing' | 'skipped';
  readonly why: string;
  readonly planOnly: boolean;
  readonly warnings: readonly (string | Problem)[];
  readonly notices: readonly string[];
  /** The run fails with this once its steps are done: they are only a part of what should have been. */
  readonly failure?: string;
  /** What keeps the plan from being carried out, one sentence each; a dry run only tells it. */
  readonly blocked: readonly string[];
  /** What is known of the outcome before anything is done. */
  readonly facts: Partial<Outcome>;
}

/** Decides what to do. Pure: the same situation gives the same plan. Throws UserError where nothing right can be done. */
export function decide(situation: Situation): Plan {
  switch (situation.kind) {
    case 'ensure-preview':
      return ensurePreview(situation);
    case 'deploy':
      return deploy(situation);
    case 'remove-preview':
      return removePreview(situation);
    case 'sweep':
      return sweep(situation);
    case 'tell-preview':
      return tellPreview(situation);
    case 'promote':
    case 'migrate':
      return move(situation);
    case 'export-template':
      return exportTemplate(situation);
  }
}

const emptyPlan = {
  steps: [],
  warnings: [],
  notices: [],
  blocked: [],
  planOnly: false,
  facts: {},
  idle: 'nothing',
  isPreview: false,
} as const;

function ensurePreview(situation: Extract<Situation, { kind: 'ensure-preview' }>): Plan {
  const { organization, workspace, identity, mine, desired, owned } = situation;
  const [existing, ...twins] = mine;
  const base = {
    ...emptyPlan,
    organization,
    workspace,
    identity,
    isPreview: true,
    ...(existing && { deployment: existing }),
  };
  const { stale, notices } = checkFreshness(situation.freshness, 'created or deployed');
  if (stale !== undefined) return { ...base, idle: 'skipped', why: stale, facts: known(existing, true) };
  if (situation.namesake) throw foreign(situation.namesake);
  if (!existing && situation.limit) refuseOneMore(situation.limit);

  const dagDeploysOn = desired.isDagDeployEnabled;
  const configuration = existing ? bringInLine(existing, desired, owned) : [create(situation)];
  const code = choose(situation.code, dagDeploysOn, situation.now);
  const wake: Step[] =
    existing?.status === 'HIBERNATING' && code.kind !== 'none'
      ? [{ kind: 'wake', deployment: existing, why: 'it hibernates, and a hibernating Deployment takes no deploy' }]
      : [];
  const objects = planObjects(situation.objects, existing?.id, workspace, 'preview');
  // Links come before the update: should one fail, the next run still sees what is missing.
  const [making, changing] = existing ? [[], configuration] : [configuration, []];
  const steps = [
    ...making,
    ...objects.steps,
    ...changing,
    ...wake,
    ...(situation.copy ? [situation.copy] : []),
    ...ship(code, situation.code),
    ...twins.map(twin),
  ];
  return {
    ...base,
    steps,
    preview: { desired, owned },
    branch: situation.freshness.branch,
    why: code.why,
    warnings: [...code.warnings, ...situation.warnings, ...objects.warnings],
    notices: [...notices, ...situation.notices, ...objects.notices],
    facts: {
      ...known(existing, true),
      ...codeFacts(situation.code, code),
      objects: objects.told,
      ...expiry(situation, existing, code),
    },
  };
}

/** The day on which the preview goes unless something is deployed to it. */
function expiry(
  { ttl, code, now }: Extract<Situation, { kind: 'ensure-preview' }>,
  existing: Deployment | undefined,
  { kind }: CodeChange,
): { expires?: string } {
  if (ttl === undefined) return {};
  const times = [code.baselines.image, code.baselines.dags].flatMap((one) =>
    one.kind === 'known' ? [Date.parse(one.at)] : [],
  );
  const last =
    kind !== 'none' ? now.getTime() : Math.max(...times, Date.parse(existing?.createdAt ?? now.toISOString()));
  return { expires: new Date(last + ttl).toISOString().slice(0, 10) };
}

/** Refuses a preview above `max`: which ones live is said, so that somebody can make room. */
function refuseOneMore({ max, living }: NonNullable<Extract<Situation, { kind: 'ensure-preview' }>['limit']>): void {
  if (living.length < max) return;
  const list = living
    .slice(0, 20)
    .map(({ name, description }) => `${oneLine(name, 80)} (${oneLine(branchOf(readMark(description)?.ref ?? ''), 80)})`)
    .join(', ');
  throw new UserError(
    `This repository has ${living.length} previews, and at most ${max} may live at one time (\`max\` in \`.astro/branch-deploy.yaml\`, or \`max-previews\`): ${list}${living.length > 20 ? ', …' : ''}. Close pull requests or delete branches to make room, then run the job again.`,
  );
}

const branchOf = (ref: string): string => ref.replace(/^refs\/heads\//, '');

function create({ desired, owned, freshness, workspace }: Extract<Situation, { kind: 'ensure-preview' }>): Step {
  const body = createBody(desired, owned, workspace);
  return {
    kind: 'create',
    name: owned.name,
    body,
    why: `the branch ${oneLine(freshness.branch.name, 100)} has no preview yet`,
  };
}

function bringInLine(existing: Deployment, desired: Desired, owned: Owned): Step[] {
  const { changes, impossible } = compareDeployment(desired, existing, owned);
  if (impossible.length > 0)
    throw new UserError(impossible.map(({ message }) => message).join('\n'), { problems: impossible });
  if (changes.length === 0) return [];
  const fields = changes.map(({ field }) => field);
  return [
    {
      kind: 'update',
      deployment: existing,
      body: updateBody(desired, existing, owned),
      fields,
      why: `the template asks for another ${fields.join(', ')}`,
    },
  ];
}

const twin = (deployment: Deployment): Step => ({
  kind: 'delete',
  deployment,
  why: 'it is a second preview of the same branch, made by two runs at the same moment',
});

function foreign(namesake: Deployment): UserError {
  const name = oneLine(namesake.name);
  return new UserError(
    `The Deployment ${name} (${namesake.id}) exists, and it is not this branch's preview: it does not carry the mark of this repository and branch, so it is left alone. Give another \`preview-name\`, or deploy to it as a long-lived Deployment with \`action: deploy\` and \`deployment-id: ${namesake.id}\`.`,
  );
}

function deploy(situation: Extract<Situation, { kind: 'deploy' }>): Plan {
  const { organization, target } = situation;
  const base = { ...emptyPlan, organization, deployment: target, planOnly: situation.planOnly };
  const { stale, notices } = situation.freshness
    ? checkFreshness(situation.freshness, 'deployed')
    : { stale: undefined, notices: [] };
  if (stale !== undefined) return { ...base, idle: 'skipped', why: stale, facts: known(target, false) };

  const code = choose(situation.code, target.isDagDeployEnabled, situation.now);
  const asleep = target.status === 'HIBERNATING' && code.kind !== 'none';
  if (asleep && !situation.wakeOnDeploy) {
    throw new UserError(
      `The Deployment ${oneLine(target.name)} hibernates, and a hibernating Deployment takes no deploy. Wake it in Astro, or let the step do it with \`wake-on-deploy: true\`.`,
    );
  }
  const wake: Step[] = asleep
    ? [{ kind: 'wake', deployment: target, why: 'it hibernates, and `wake-on-deploy` is true' }]
    : [];
  const objects = planObjects(situation.objects, target.id, target.workspaceId, 'environment');
  return {
    ...base,
    workspace: target.workspaceId,
    steps: [...objects.steps, ...wake, ...ship(code, situation.code)],
    why: code.why,
    warnings: [...code.warnings, ...objects.warnings],
    notices: [...notices, ...objects.notices],
    facts: { ...known(target, false), ...codeFacts(situation.code, code), objects: objects.told },
  };
}

function removePreview(situation: Extract<Situation, { kind: 'remove-preview' }>): Plan {
  const { organization, identity, intent, mine, state, pullRequests } = situation;
  const name = oneLine(intent.branch.name, 100);
  const [first] = mine;
  const base = {
    ...emptyPlan,
    organization,
    identity,
    isPreview: true,
    ...(first && { deployment: first }),
    facts: known(first, true),
  };
  if (!first) return { ...base, why: `the branch ${name} has no preview: there is nothing to remove` };

  if (intent.because === 'branch-deleted') {
    if (state?.kind === 'at')
      return { ...base, idle: 'skipped', why: `the branch ${name} exists again, so its preview is kept` };
    if (state?.kind !== 'absent') throw kept(first, `whether the branch ${name} is really gone`, state?.why);
  } else {
    if (pullRequests?.kind !== 'known')
      throw kept(first, `whether another open pull request has the branch ${name}`, pullRequests?.why);
    const [open] = pullRequests.numbers.filter((number) => number !== intent.pullRequest);
    if (open !== undefined)
      return {
        ...base,
        idle: 'skipped',
        why: `pull request ${open} is open for the branch ${name}, so its preview is kept`,
      };
  }
  const why = {
    'branch-deleted': `the branch ${name} was deleted`,
    'pull-request-closed': `the pull request of ${name} was closed`,
    'label-removed': `the label of the pull request of ${name} was taken off`,
  }[intent.because];
  const { objects = [] } = situation;
  const unknown = 'unknown' in objects;
  const stored = unknown ? [] : objects;
  return {
    ...base,
    workspace: first.workspaceId,
    steps: mine.map((deployment): Step => ({
      kind: 'delete',
      deployment,
      unlink: namedIn(stored, deployment.id),
      why,
    })),
    why,
    warnings: unknown
      ? [
          `Environment objects cannot be read, so links to the preview may be left in them: ${objects.unknown} The preview is removed all the same.`,
        ]
      : [],
  };
}

function move(situation: Extract<Situation, { kind: 'promote' | 'migrate' }>): Plan {
  const { organization, target } = situation;
  const { steps, notices, blocked } = planTakeOver(situation);
  const what = situation.kind === 'promote' ? "the Deployment's own environment objects" : 'the metadata database';
  return {
    ...emptyPlan,
    organization,
    workspace: target.workspaceId,
    deployment: target,
    steps,
    why: steps.length > 0 ? `${String(steps.length)} to move out of ${what}` : `nothing is left to move out of ${what}`,
    notices,
    blocked,
    facts: known(target, false),
  };
}

function exportTemplate(situation: Extract<Situation, { kind: 'export-template' }>): Plan {
  const { organization, target, clusters, path, before } = situation;
  const { text, notes } = writeTemplate(target, clusters);
  const name = oneLine(target.name);
  const same = text === before;
  const why = same
    ? `\`${path}\` says already what the Deployment ${name} is`
    : `the template of the Deployment ${name} goes to \`${path}\``;
  return {
    ...emptyPlan,
    organization,
    deployment: target,
    steps: same ? [] : [{ kind: 'write-template', path, text, why }],
    why,
    notices: notes,
    facts: known(target, false),
  };
}

function kept(deployment: Deployment, question: string, why = 'it was not asked'): UserError {
  return new UserError(
    `GitHub cannot say ${question}: ${why}. The preview ${oneLine(deployment.name)} (${deployment.id}) is kept. Run the job again; the job needs \`permissions: { contents: read, pull-requests: read }\` and a \`github-token\`.`,
  );
}

function choose(facts: CodeFacts, dagDeploysOn: boolean, now: Date): CodeChange {
  const changes = {
    image: changesSince(facts.baselines.image, facts.answers),
    dags: changesSince(facts.baselines.dags, facts.answers),
  };
  const { deployType, source, dispatched } = facts;
  const { project, uncommitted = [] } = source;
  return decideDeploy({ deployType, dagDeploysOn, project, changes, uncommitted, dispatched, now });
}

function ship(code: CodeChange, facts: CodeFacts): Step[] {
  if (code.kind === 'none') return [];
  const changes = changesSince(facts.baselines.dags, facts.answers);
  return [
    {
      kind: 'deploy-code',
      type: code.kind,
      source: facts.source,
      ...(changes.kind === 'known' && { changed: [...changes.paths, ...(facts.source.uncommitted ?? [])] }),
      ...(facts.running !== undefined && { before: facts.running }),
      why: code.why,
    },
  ];
}

function sweep({ organization, facts, confirmations, objects }: Extract<Situation, { kind: 'sweep' }>): Plan {
  const { rows, warnings, error } = confirmSweep(decideSweep(facts), confirmations);
  const deployments = new Map(facts.deployments.map((deployment) => [deployment.id, deployment]));
  const stored = 'unknown' in objects ? undefined : objects;
  const steps = rows.flatMap((row): Step[] => {
    const deployment = deployments.get(row.deployment.id) as Deployment | undefined;
    if (row.verdict === 'keep' || !deployment) return [];
    return [
      {
        kind: 'delete',
        deployment,
        identity: { repositoryId: facts.repositoryId, ref: row.ref, project: row.project },
        ...(stored && { unlink: namedIn(stored, deployment.id) }),
        why: row.why,
      },
    ];
  });
  const kept = rows.length - steps.length;
  return {
    ...emptyPlan,
    organization,
    steps,
    why: `${String(steps.length)} of ${String(rows.length)} previews go, ${String(kept)} stay`,
    warnings,
    ...(error !== undefined && { failure: error }),
    facts: { sweep: rows },
  };
}

function tellPreview({ organization, branch, mine }: Extract<Situation, { kind: 'tell-preview' }>): Plan {
  const [first] = mine;
  const name = oneLine(branch.name, 100);
  return {
    ...emptyPlan,
    organization,
    isPreview: true,
    ...(first && { deployment: first }),
    why: first
      ? `pushes to ${name} drive its preview: only the comment is brought up to date`
      : `the branch ${name} has no preview yet: its push makes it`,
    facts: known(first, true),
  };
}

const namedIn = (stored: readonly StoredObject[], deploymentId: string): NamedObject[] =>
  stored.flatMap((object) =>
    isNamed(object, deploymentId)
      ? [{ id: object.id, kind: kindOfType(object.objectType), key: object.objectKey }]
      : [],
  );

function known(deployment: Deployment | undefined, isPreview: boolean): Partial<Outcome> {
  return { isPreview, ...(deployment && { deploymentId: deployment.id, deploymentName: deployment.name }) };
}

function codeFacts(facts: CodeFacts, code: CodeChange): Partial<Outcome> {
  return { reason: code.why, ...(facts.source.commit && { commitSha: facts.source.commit.id }) };
}
