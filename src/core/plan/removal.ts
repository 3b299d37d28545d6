import type { components } from '../../contract/astro-api.ts';
import { kindOfType } from '../objects/environment-objects.ts';
import { UserError } from '../errors.ts';
import { readMark, type PreviewIdentity } from '../identity.ts';
import { emptyPlan, previewKnown } from './code-step.ts';
import type { RemovalPlan, SweepPlan } from './plan.ts';
import type { Situation } from './situation.ts';
import type { OrphanLinks } from '../sweep/orphan-links.ts';
import { confirmSweep, decideSweep, type SweepRow } from '../sweep/decide-sweep.ts';
import { oneLine } from '../text.ts';
import type { NamedObject, StoredObject } from '../objects/stored-object.ts';
import type { DeleteStep, UnlinkGoneStep } from './steps.ts';
import { isNamed } from '../objects/entries.ts';
import { omitUndefined } from '../omit-undefined.ts';

type Deployment = components['schemas']['Deployment'];

/** Plans to remove a preview; without proof from GitHub that it has to go it stays. */
export function planRemoval(situation: Extract<Situation, { kind: 'remove-preview' }>): RemovalPlan {
  const { organization, identity, intent, mine, state, pullRequests } = situation;
  const name = oneLine(intent.branch.name, 100);
  const [first] = mine;
  const base = {
    ...emptyPlan,
    kind: 'removal',
    organization,
    ...(first && { deployment: first }),
    facts: previewKnown(first),
  } as const;
  if (situation.unclear !== undefined)
    return {
      ...base,
      why: `the branch ${name} has ${situation.unclear} previews, and the steps of their Astro projects remove them`,
    };
  if (!first) {
    const hint = intent.hint === undefined ? '' : `. ${intent.hint}`;
    return { ...base, why: `the branch ${name} has no preview: there is nothing to remove${hint}` };
  }

  if (intent.because === 'branch-deleted') {
    if (state?.kind === 'at')
      return { ...base, idle: 'skipped', why: `the branch ${name} exists again, so its preview is kept` };
    if (state?.kind !== 'absent') throw kept(first, `whether the branch ${name} is really gone`, state?.why);
  } else if (intent.because !== 'requested') {
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
    requested: `its removal was requested for the branch ${name}`,
    'label-removed': `the label of the pull request of ${name} was taken off`,
  }[intent.because];
  const { objects = [] } = situation;
  // Objects that could not be read are read again before the deletion.
  const stored = 'unknown' in objects ? undefined : objects;
  return {
    ...base,
    steps: mine.map((deployment): DeleteStep => ({
      kind: 'delete',
      deployment,
      ...(stored && { unlink: namedIn(stored, deployment.id) }),
      identity: ownIdentity(deployment, identity),
      why,
    })),
    why,
  };
}

/** Whose preview it is, where only the mark says so: the configuration file that names the project could not be used. */
function ownIdentity(deployment: Deployment, identity: PreviewIdentity): PreviewIdentity {
  const project = readMark(deployment.description)?.project;
  return project === undefined || project === identity.project ? identity : { ...identity, project };
}

function kept(deployment: Deployment, question: string, why = 'it was not asked'): UserError {
  return new UserError(
    `GitHub cannot say ${question}: ${why}. The preview ${oneLine(deployment.name)} (${deployment.id}) is kept. Run the job again; the job needs \`permissions: { contents: read, pull-requests: read }\` and a \`github-token\`.`,
  );
}

/** Plans to remove every preview of the repository that nothing keeps any more. */
export function planSweep({
  organization,
  workspace,
  facts,
  confirmations,
  objects,
  orphans,
}: Extract<Situation, { kind: 'sweep' }>): SweepPlan {
  const { rows, warnings, error } = confirmSweep(decideSweep(facts), confirmations);
  const deployments = new Map(facts.deployments.map((deployment) => [deployment.id, deployment]));
  const stored = 'unknown' in objects ? undefined : objects;
  const steps = rows.flatMap((row): DeleteStep[] => {
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
  const missed =
    facts.rules.warns === true ? rows.filter((row) => row.verdict === 'remove' && row.missed === true) : [];
  return {
    ...emptyPlan,
    kind: 'sweep',
    organization,
    steps: [...steps, ...orphans.map((orphan) => unlinkGone(orphan, workspace))],
    why: `${String(steps.length)} of ${String(rows.length)} previews go, ${String(kept)} stay`,
    warnings: [...warnings, ...(missed.length > 0 ? [missedEvents(missed)] : [])],
    ...omitUndefined({ failure: error }),
    facts: { sweep: rows },
  };
}

function missedEvents(rows: readonly SweepRow[]): string {
  const list = rows
    .slice(0, 10)
    .map(({ deployment, branch }) => `${oneLine(deployment.name, 80)} (${oneLine(branch, 80)})`);
  return `The sweep removes what events should have removed (\`sweep-warns\`): ${list.join(', ')}${rows.length > 10 ? ', …' : ''}. Check that the workflow runs on \`delete\` and on \`pull_request\` with type \`closed\`, and that those runs did not fail.`;
}

const unlinkGone = ({ object, gone }: OrphanLinks, workspaceId: string): UnlinkGoneStep => ({
  kind: 'unlink-gone',
  object,
  workspaceId,
  gone,
  why: `${gone.join(', ')} ${gone.length === 1 ? 'does' : 'do'} not exist any more`,
});

/** The environment objects that name a Deployment. */
export const namedIn = (stored: readonly StoredObject[], deploymentId: string): NamedObject[] =>
  stored.flatMap((object) =>
    isNamed(object, deploymentId)
      ? [{ id: object.id, kind: kindOfType(object.objectType), key: object.objectKey }]
      : [],
  );
