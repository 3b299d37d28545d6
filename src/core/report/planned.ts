import { verbText, verbTexts } from '../objects/verbs.ts';
import type { PlannedStep, Sign } from '../plan/outcome.ts';
import { planDeployment, type Plan } from '../plan/plan.ts';
import type { Step } from '../plan/steps.ts';
import { omitUndefined } from '../omit-undefined.ts';

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
      return step.verbs.includes('create') ? '+' : '~';
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
      step.kind === 'create' ? step.name : 'deployment' in step ? step.deployment.name : planDeployment(plan)?.name;
    return {
      sign: signOf(step),
      step:
        step.kind === 'deploy-code'
          ? `${verbs[step.kind]} ${step.type}`
          : step.kind === 'link'
            ? verbText(step.verbs)
            : step.kind === 'move'
              ? [
                  ...step.verbs.map((verb) => verbTexts[verb]),
                  ...(step.deleteSource ? ['delete the source'] : []),
                ].join(', ')
              : verbs[step.kind],
      ...(step.kind === 'deploy-code' && { ships: step.type }),
      ...omitUndefined({ deployment: name }),
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
