import type { components } from '../../contract/astro-api.ts';
import type { ObjectKind } from '../config/schema-objects.ts';
import type { WantedObject } from '../config/wanted-objects.ts';
import type { Owned } from '../deployment/bodies.ts';
import { UserError, type Problem } from '../errors.ts';
import type { Branch } from '../event.ts';
import type { PreviewIdentity } from '../identity.ts';
import { planObjects, type LinkStep } from './object-steps.ts';
import { choose, codeFacts, deliveryOf, emptyPlan, known, ship } from './code-step.ts';
import { ensurePreview, tellPreview } from './preview.ts';
import { removePreview, sweep } from './removal.ts';
import { planTakeOver, type MoveStep } from './migration.ts';
import type { DeployTypeDone, Outcome } from '../report/outputs.ts';
import { checkFreshness, type Situation } from './situation.ts';
import type { Source } from '../code/source.ts';
import { writeTemplate } from '../deployment/write-template.ts';
import type { Desired } from '../deployment/desired.ts';
import { oneLine } from '../text.ts';

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
      /** The same for people, with old and new values where they are one word. */
      readonly changes: readonly string[];
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
      /** Takes Deployments that no longer exist out of an environment object. */
      readonly kind: 'unlink-gone';
      readonly object: NamedObject;
      readonly gone: readonly string[];
      readonly why: string;
    }
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
  /** Nobody asked for it: what cannot be copied is a warning. */
  readonly optional?: boolean;
  readonly why: string;
}

/** An environment object as the Environment Manager names it. */
export interface NamedObject {
  readonly id: string;
  readonly kind: ObjectKind;
  readonly key: string;
}

/** The comparison of a preview's DAGs with those of a long-lived Deployment. */
export interface DagComparison {
  readonly target: Deployment;
  readonly baseCommit?: string;
  readonly source: Source;
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
  /** The pull request that drives the preview: it is asked for once more as well. */
  readonly pullRequest?: number;
  /** The Deployment that is there already. */
  readonly deployment?: Deployment;
  readonly isPreview: boolean;
  /** Environment objects as the Deployment must see them; looked at again after an update of the Deployment. */
  readonly wanted?: readonly WantedObject[];
  /** The preview's configuration, to be checked once more after a create. */
  readonly preview?: { readonly desired: Desired; readonly owned: Owned };
  /** Whose DAGs the preview's are compared with when the work is done. */
  readonly compare?: DagComparison;
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

function deploy(situation: Extract<Situation, { kind: 'deploy' }>): Plan {
  const { organization, target } = situation;
  const base = { ...emptyPlan, organization, deployment: target, planOnly: situation.planOnly };
  const { stale, notices } = situation.freshness
    ? checkFreshness(situation.freshness, 'deployed')
    : { stale: undefined, notices: [] };
  if (stale !== undefined) return { ...base, idle: 'skipped', why: stale, facts: known(target, false) };

  const code = choose(situation.code, deliveryOf(target));
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
    facts: { ...known(target, false), moves: true },
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
    notices: same ? [] : [...notes, ...likeProduction(target)],
    facts: known(target, false),
  };
}

/** What a team would rather not have in every preview: an exported template says what is, not what is wanted. */
function likeProduction({ contactEmails = [], isDevelopmentMode, type }: Deployment): string[] {
  const awake = type !== 'HYBRID' && isDevelopmentMode !== true;
  const advice = [
    ...(contactEmails.length > 0 ? ['take `alert_emails` out, or previews write to the same people'] : []),
    ...(awake
      ? [
          'set `is_development_mode: true`, `is_high_availability: false` and `scheduler_size: SMALL`, and add `hibernation_schedules`, for previews that cost little and sleep (or set `preview.hibernate`)',
        ]
      : []),
  ];
  return advice.length === 0
    ? []
    : [`Previews made from this template are as large as the Deployment: ${advice.join('; ')}.`];
}
