import { UserError } from './errors.ts';
import { apiNames } from './environment-objects.ts';
import { bringInLine } from './links.ts';
import { nameOf } from './plan-objects.ts';
import type { Situation } from './situation.ts';
import { sharedNames, takeOver, type SourceObject } from './take-over.ts';
import type { WantedObject } from './wanted-objects.ts';

/** Moves one object into the Workspace, linked back to the Deployment that it came from. */
export interface MoveStep {
  readonly kind: 'move';
  readonly wanted: WantedObject;
  readonly source: SourceObject;
  readonly from: 'deployment' | 'airflow';
  /** "create, link", "link, override", "nothing": what happens in the Workspace. */
  readonly what: string;
  readonly fields: readonly string[];
  readonly deleteSource: boolean;
  readonly why: string;
}

/** The steps of `promote` and `migrate`, what they leave out, and what keeps them from being carried out. */
export function planTakeOver(situation: Extract<Situation, { kind: 'promote' | 'migrate' }>): {
  steps: MoveStep[];
  notices: string[];
  /** Sentences; nothing at all is done where there are any. */
  blocked: string[];
} {
  const { kind, sources, stored, secrets, target, deleteSource } = situation;
  const steps: MoveStep[] = [];
  const notices = situation.skipped.map((text) => `Left as it is: ${text}.`);
  const blocked = sharedNames(sources).map((text) => `${text}.`);
  for (const source of sources) {
    const object = stored.find(
      (row) => row.objectKey === source.key && row.objectType === apiNames[source.kind].type && row.id !== source.id,
    );
    const plan = takeOver(source, object, target.id, secrets);
    if (plan.kind === 'blocked') {
      blocked.push(`The ${nameOf(source)} cannot be moved: ${plan.why}.`);
      continue;
    }
    notices.push(...plan.notes);
    const action = bringInLine(plan.wanted, object, target.id, {
      workspaceId: target.workspaceId,
      rewriteSecrets: false,
    });
    if (action.kind === 'refuse') {
      blocked.push(`The ${nameOf(source)} cannot be moved: ${action.why}.`);
      continue;
    }
    if (action.kind === 'nothing' && !deleteSource) {
      notices.push(
        `The ${nameOf(source)} is in the Workspace already. The source is kept: \`delete-source: true\` removes it.`,
      );
      continue;
    }
    steps.push({
      kind: 'move',
      wanted: plan.wanted,
      source,
      from: kind === 'promote' ? 'deployment' : 'airflow',
      what: action.kind === 'nothing' ? 'nothing' : action.what,
      fields: action.kind === 'update' ? action.fields : [],
      deleteSource,
      why:
        action.kind === 'nothing'
          ? 'it is in the Workspace already, and its source is to go'
          : action.kind === 'create'
            ? 'the Workspace has no object of this key'
            : 'the Workspace has an object of this key: this Deployment overrides it',
    });
  }
  return { steps, notices, blocked };
}

/** Throws what keeps a plan from being carried out. */
export function refuseBlocked(blocked: readonly string[]): void {
  if (blocked.length === 0) return;
  throw new UserError(
    [...blocked, 'Nothing was done. Leave objects out with `objects` to move the others.'].join('\n'),
    {
      problems: blocked.map((message) => ({ message })),
    },
  );
}
