import { UserError } from '../errors.ts';
import { oneLine } from '../text.ts';
import { choose, codeFacts, deliveryOf, deploymentKnown, emptyPlan, noticesOf, ship } from './code-step.ts';
import { checkFreshness } from './freshness.ts';
import { planObjects } from './object-steps.ts';
import type { DeployPlan } from './plan.ts';
import type { Situation } from './situation.ts';
import type { WakeStep } from './steps.ts';

/** Plans what a long-lived Deployment gets. Throws UserError where it hibernates and may not be woken. */
export function planDeploy(situation: Extract<Situation, { kind: 'deploy' }>): DeployPlan {
  const { organization, target } = situation;
  const base = {
    ...emptyPlan,
    kind: 'deploy',
    organization,
    deployment: target,
    planOnly: situation.planOnly,
  } as const;
  const { stale, notices } = situation.freshness
    ? checkFreshness(situation.freshness, 'deployed')
    : { stale: undefined, notices: [] };
  if (stale !== undefined) return { ...base, idle: 'skipped', why: stale, facts: deploymentKnown(target) };

  const code = choose(situation.code, deliveryOf(target));
  const asleep = target.status === 'HIBERNATING' && code.kind !== 'none';
  if (asleep && !situation.wakeOnDeploy) {
    throw new UserError(
      `The Deployment ${oneLine(target.name)} hibernates, and a hibernating Deployment takes no deploy. Wake it in Astro, or let the step do it with \`wake-on-deploy: true\`.`,
    );
  }
  const wake: WakeStep[] = asleep
    ? [{ kind: 'wake', deployment: target, why: 'it hibernates, and `wake-on-deploy` is true' }]
    : [];
  const objects = planObjects(situation.objects, target.id, target.workspaceId, 'environment');
  return {
    ...base,
    steps: [...objects.steps, ...wake, ...ship(code, situation.code)],
    why: code.why,
    blocked: code.blocked,
    warnings: [...code.warnings, ...objects.warnings],
    notices: [...notices, ...noticesOf(code), ...objects.notices],
    facts: { ...deploymentKnown(target), ...codeFacts(situation.code, code), objects: objects.reported },
  };
}
