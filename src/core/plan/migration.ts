import { apiNames } from '../objects/environment-objects.ts';
import { UserError } from '../errors.ts';
import { reconcileLink, type ObjectAction } from '../objects/reconcile-link.ts';
import { nameOf } from './object-steps.ts';
import { sharedNames } from '../migration/secret-names.ts';
import type { MovePlan, Plan } from './plan.ts';
import type { Situation } from './situation.ts';
import type { MoveStep } from './steps.ts';
import { deploymentKnown, emptyPlan } from './code-step.ts';
import { planMove } from '../migration/sources.ts';
import type { SourceObject } from '../migration/source-object.ts';

type Moving = Extract<Situation, { kind: 'promote' | 'migrate' }>;

/** Plans `promote` and `migrate`. */
export function planMoves(situation: Moving): MovePlan {
  const { organization, target } = situation;
  const { steps, notices, blocked } = moveSteps(situation);
  const what = situation.kind === 'promote' ? "the Deployment's own environment objects" : 'the metadata database';
  return {
    ...emptyPlan,
    kind: 'move',
    organization,
    deployment: target,
    steps,
    why: steps.length > 0 ? `${String(steps.length)} to move out of ${what}` : `nothing is left to move out of ${what}`,
    notices,
    blocked,
    facts: { ...deploymentKnown(target), moves: true },
  };
}

/** The steps of `promote` and `migrate`, what they leave out, and what keeps them from being carried out. */
export function moveSteps(situation: Moving): {
  steps: MoveStep[];
  notices: string[];
  /** Sentences; nothing at all is done where there are any. */
  blocked: string[];
} {
  const { sources, stored, secrets, target } = situation;
  const steps: MoveStep[] = [];
  const notices = situation.skipped.map((text) => `Left as it is: ${text}.`);
  const blocked = sharedNames(sources).map((text) => `${text}.`);
  for (const source of sources) {
    const object = stored.find(
      (row) => row.objectKey === source.key && row.objectType === apiNames[source.kind].type && row.id !== source.id,
    );
    const plan = planMove(source, object, target.id, secrets);
    if (plan.kind === 'blocked') {
      blocked.push(`The ${nameOf(source)} cannot be moved: ${plan.why}.`);
      continue;
    }
    const { wanted, rewriteSecrets, notes } = plan;
    notices.push(...notes);
    const action = reconcileLink(wanted, object, target.id, { workspaceId: target.workspaceId, rewriteSecrets });
    if (action.kind === 'refuse') blocked.push(`The ${nameOf(source)} cannot be moved: ${action.why}.`);
    else if (action.kind === 'nothing' && !situation.deleteSource && source.copyId === undefined)
      notices.push(
        `The ${nameOf(source)} is in the Workspace already. The source is kept: \`delete-source: true\` removes it.`,
      );
    else steps.push({ kind: 'move', wanted, rewriteSecrets, source, ...stepOf(situation, source, action) });
  }
  return { steps, notices, blocked };
}

function stepOf(
  { kind, deleteSource }: Moving,
  { id, copyId }: SourceObject,
  action: Exclude<ObjectAction, { kind: 'refuse' }>,
): Omit<MoveStep, 'kind' | 'wanted' | 'rewriteSecrets' | 'source'> {
  const isThere = action.kind === 'nothing';
  return {
    from: kind === 'promote' ? 'deployment' : 'airflow',
    isThere,
    verbs: [...(isThere ? [] : action.verbs), ...(copyId === undefined ? [] : (['delete-copy'] as const))],
    fields: action.kind === 'update' ? action.fields : [],
    // Of a source that is gone only the copy is left.
    deleteSource: deleteSource && (kind === 'migrate' || id !== undefined),
    why: reason(action, copyId !== undefined),
  };
}

function reason(action: ObjectAction, broken: boolean): string {
  if (broken) return 'a run that replaced it was broken off';
  if (action.kind === 'nothing') return 'it is in the Workspace already, and its source is to go';
  if (action.kind === 'create') return 'the Workspace has no object of this key';
  return 'the Workspace has an object of this key: this Deployment overrides it';
}

/** Throws what keeps a plan from being carried out. */
export function refuseBlocked({ blocked, kind }: Pick<Plan, 'blocked' | 'kind'>): void {
  if (blocked.length === 0) return;
  const end = `Nothing was done.${kind === 'move' ? ' Leave objects out with `objects` to move the others.' : ''}`;
  throw new UserError([...blocked, end].join('\n'), { problems: blocked.map((message) => ({ message })) });
}
