import type { components } from '../../contract/astro-api.ts';
import type { Baseline } from '../code/baselines.ts';
import type { CodeChange } from '../code/choose-deploy-type.ts';
import { createBody, updateBody, type Owned } from '../deployment/bodies.ts';
import { compareDeployment, describeChange } from '../deployment/diff.ts';
import { UserError } from '../errors.ts';
import { readMark, type PreviewIdentity } from '../identity.ts';
import { planObjects } from './object-steps.ts';
import { choose, codeFacts, emptyPlan, previewKnown, ship, noticesOf } from './code-step.ts';
import type { PreviewPlan, ReportPlan, DagComparison } from './plan.ts';
import { type Situation } from './situation.ts';
import { sleepTimes } from '../deployment/sleep-times.ts';
import type { Desired } from '../deployment/desired.ts';
import { oneLine } from '../text.ts';
import type { CreateStep, DeleteStep, UpdateStep, WakeStep } from './steps.ts';
import { checkFreshness } from './freshness.ts';
import type { Outcome } from './outcome.ts';
import { omitUndefined } from '../omit-undefined.ts';

type EnsurePreview = Extract<Situation, { kind: 'ensure-preview' }>;
type Deployment = components['schemas']['Deployment'];

/** Plans what makes a branch's preview as its template, its objects and its code ask for it. */
export function planPreview(situation: EnsurePreview): PreviewPlan {
  const { organization, workspace, identity, mine, desired, owned } = situation;
  const [existing, ...duplicates] = mine;
  const base = {
    ...emptyPlan,
    kind: 'preview',
    organization,
    identity,
    branch: situation.freshness.branch,
    ...(situation.pullRequest && { pullRequest: situation.pullRequest.number }),
    ...(existing && { deployment: existing }),
    configuration: { desired, owned, ...(situation.places && { places: situation.places }) },
    wanted: situation.objects?.wanted ?? [],
  } as const;
  const { stale, notices } = checkFreshness(situation.freshness, 'created or deployed');
  if (stale !== undefined) return { ...base, idle: 'skipped', why: stale, facts: previewKnown(existing) };
  if (!existing && situation.pullRequest?.closed === true) {
    const why = `pull request ${situation.pullRequest.number} is closed, so no preview is created for it`;
    return { ...base, idle: 'skipped', why };
  }
  if (situation.nameConflict) throw foreign(situation.nameConflict);
  if (!existing && situation.limit) refuseOneMore(situation.limit);

  const delivery = {
    dagDeploysOn: desired.isDagDeployEnabled,
    remoteExecution: desired.remoteExecution !== undefined,
  };
  const configuration = existing ? bringInLine(existing, desired, owned) : [create(situation)];
  const code = choose(situation.code, delivery);
  const wake: WakeStep[] =
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
    ...duplicates.map((duplicate) => deleteDuplicate(duplicate, identity)),
  ];
  return {
    ...base,
    steps,
    ...comparison(situation),
    why: code.why,
    blocked: code.blocked,
    warnings: [...code.warnings, ...situation.warnings, ...objects.warnings],
    notices: [...notices, ...noticesOf(code), ...situation.notices, ...objects.notices],
    facts: {
      ...previewKnown(existing),
      ...codeFacts(situation.code, code),
      objects: objects.reported,
      ...sleepFacts(desired),
      ...settingsFacts(situation),
      ...expiry(situation, existing, code),
    },
  };
}

function comparison({ compare, code }: EnsurePreview): { compare?: DagComparison } {
  if (!compare?.dags) return {};
  const { deployment, baseCommit } = compare;
  return { compare: { target: deployment, source: code.source, ...omitUndefined({ baseCommit }) } };
}

function sleepFacts(desired: Desired): Partial<Outcome> {
  const sleeps = sleepTimes(desired);
  return sleeps === undefined ? {} : { sleeps };
}

/** What the preview has in another size than the Deployment that it is compared with, as far as a list's row shows it. */
function settingsFacts({ compare, desired, owned }: EnsurePreview): Partial<Outcome> {
  if (!compare) return {};
  const { deployment } = compare;
  const differ = compareDeployment(desired, deployment, owned)
    .changes.filter(({ field, values }) => values && (field !== 'worker_queues' || deployment.workerQueues))
    .map(describeChange);
  return { settings: { target: deployment.name, differ } };
}

/** The day on which the preview goes unless something is deployed to it; nothing where its age cannot be read. */
export function expiry(
  { ttl, code, now }: Pick<EnsurePreview, 'ttl' | 'code' | 'now'>,
  existing: Deployment | undefined,
  { kind }: CodeChange,
): { expires?: string } {
  if (ttl === undefined) return {};
  const deploys = (Object.values(code.baselines) as Baseline[]).flatMap((one) =>
    one.kind === 'known' ? [one.at] : [],
  );
  const times =
    existing && kind === 'none'
      ? [existing.createdAt, ...deploys].map((at) => Date.parse(at)).filter((time) => !Number.isNaN(time))
      : [now.getTime()];
  return times.length === 0 ? {} : { expires: new Date(Math.max(...times) + ttl).toISOString().slice(0, 10) };
}

/** Refuses a preview above `max`: which ones live is said, so that somebody can make room. */
function refuseOneMore({ max, living }: NonNullable<EnsurePreview['limit']>): void {
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

function create({
  desired,
  owned,
  freshness,
  workspace,
  identity,
}: Extract<Situation, { kind: 'ensure-preview' }>): CreateStep {
  const body = createBody(desired, owned, workspace);
  return {
    kind: 'create',
    name: owned.name,
    body,
    identity,
    why: `the branch ${oneLine(freshness.branch.name, 100)} has no preview yet`,
  };
}

function bringInLine(existing: Deployment, desired: Desired, owned: Owned): UpdateStep[] {
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
      changes: changes.map(describeChange),
      why: `the template asks for another ${fields.join(', ')}`,
    },
  ];
}

const deleteDuplicate = (deployment: Deployment, identity: PreviewIdentity): DeleteStep => ({
  kind: 'delete',
  deployment,
  identity,
  why: 'it is a second preview of the same branch, made by two runs at the same moment',
});

function foreign(nameConflict: Deployment): UserError {
  const name = oneLine(nameConflict.name);
  return new UserError(
    `The Deployment ${name} (${nameConflict.id}) exists, and it is not this branch's preview: it does not carry the mark of this repository and branch, so it is left alone. Give another \`preview-name\`, or deploy to it as a long-lived Deployment with \`action: deploy\` and \`deployment-id: ${nameConflict.id}\`.`,
  );
}

/** Plans nothing but to tell how the preview of a pull request is. */
export function planReport(situation: Extract<Situation, { kind: 'report-preview' }>): ReportPlan {
  const { organization, branch, mine, warnings } = situation;
  const [first] = mine;
  const name = oneLine(branch.name, 100);
  return {
    ...emptyPlan,
    kind: 'report',
    organization,
    ...(first && { deployment: first }),
    why: first
      ? `pushes to ${name} drive its preview: only the comment is brought up to date`
      : `the branch ${name} has no preview yet: its push makes it`,
    warnings,
    facts: previewKnown(first),
  };
}
