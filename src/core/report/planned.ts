import type { Plan, Step } from '../plan/plan.ts';

/** What a step does, as Terraform writes it. */
export type Sign = '+' | '~' | '-';

/** A step of the plan as it is told to people and to the `plan` output: never a body, which may hold secrets. */
export interface PlannedStep {
  /** `+` makes something, `~` changes something, `-` deletes it; deploys are `+`. */
  readonly sign: Sign;
  readonly step: string;
  /** What a deploy ships. */
  readonly ships?: string;
  readonly deployment?: string;
  /** The environment object that the step is about, such as `connection:snowflake`. */
  readonly object?: string;
  readonly fields?: readonly string[];
  /** Changed settings of the Deployment, with both values where they are one word. */
  readonly changes?: readonly string[];
  readonly why: string;
}

const verbs: Record<Step['kind'], string> = {
  create: 'create',
  update: 'update',
  wake: 'wake',
  'deploy-code': 'deploy',
  link: 'link',
  copy: 'copy',
  move: 'move',
  'unlink-gone': 'unlink',
  'write-template': 'write template',
  delete: 'delete',
};

function signOf(step: Step): Sign {
  switch (step.kind) {
    case 'create':
    case 'copy':
    case 'deploy-code':
    case 'write-template':
      return '+';
    case 'delete':
      return '-';
    case 'link':
    case 'move':
      return step.what.startsWith('create') ? '+' : '~';
    case 'update':
    case 'unlink-gone':
    case 'wake':
      return '~';
  }
}

/** The plan as people and the `plan` output get it. */
export function planned(plan: Plan): PlannedStep[] {
  return plan.steps.map((step) => {
    const name =
      step.kind === 'create' ? step.name : 'deployment' in step ? step.deployment.name : plan.deployment?.name;
    return {
      sign: signOf(step),
      step:
        step.kind === 'deploy-code'
          ? `${verbs[step.kind]} ${step.type}`
          : step.kind === 'link'
            ? step.what
            : step.kind === 'move'
              ? [step.what === 'nothing' ? undefined : step.what, step.deleteSource ? 'delete the source' : undefined]
                  .filter((part) => part !== undefined)
                  .join(', ')
              : verbs[step.kind],
      ...(step.kind === 'deploy-code' && { ships: step.type }),
      ...(name !== undefined && { deployment: name }),
      ...(step.kind === 'unlink-gone' && { object: `${step.object.kind}:${step.object.key}` }),
      ...((step.kind === 'link' || step.kind === 'move') && { object: `${step.wanted.kind}:${step.wanted.key}` }),
      ...('fields' in step && { fields: step.fields }),
      ...(step.kind === 'update' && { changes: step.changes }),
      ...(step.kind === 'copy' && { fields: copied(step) }),
      ...(step.kind === 'delete' &&
        step.unlink !== undefined &&
        step.unlink.length > 0 && { fields: step.unlink.map(({ kind, key }) => `unlink ${kind}:${key}`) }),
      why: step.why,
    };
  });
}

/** What a copy is about: "connections", "variables", "pools". */
export const copied = (step: Extract<Step, { kind: 'copy' }>): string[] =>
  (['connections', 'variables', 'pools'] as const).filter((what) => step[what]);
