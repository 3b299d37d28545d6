import type { components } from '../src/contract/astro-api.ts';
import { deploymentOf } from './lifecycle.ts';
import { Refusal, type Astro, type StoredDeployment } from './state.ts';

type Schemas = components['schemas'];

/** Puts an override in force: a Deployment in development mode sleeps or wakes at once. */
export function wakeOrHibernate(
  astro: Astro,
  id: string | undefined,
  body: Schemas['OverrideDeploymentHibernationBody'],
): Schemas['DeploymentHibernationOverride'] {
  const stored = deploymentOf(astro, id);
  if (stored.deployment.isDevelopmentMode !== true)
    throw new Refusal(400, 'Invalid request: hibernation needs development mode');
  const override = { isActive: true, ...body };
  setOverride(stored, override);
  if (body.isHibernating) stored.deployment = { ...stored.deployment, status: 'HIBERNATING' };
  else if (stored.deployment.status === 'HIBERNATING') stored.wake = { until: astro.now() + astro.delays.wake };
  return override;
}

/** Takes the override away; what sleeps by its schedule sleeps again. */
export function removeOverride(astro: Astro, id: string | undefined): void {
  const stored = deploymentOf(astro, id);
  if (!stored.deployment.scalingSpec?.hibernationSpec?.override && astro.switches.deleteOverrideWithout === '404')
    throw new Refusal(404, 'Hibernation override not found');
  setOverride(stored, undefined);
  if (stored.sleepsBySchedule) stored.deployment = { ...stored.deployment, status: 'HIBERNATING' };
}

function setOverride(stored: StoredDeployment, override: Schemas['DeploymentHibernationOverride'] | undefined): void {
  const schedules = stored.deployment.scalingSpec?.hibernationSpec?.schedules ?? [];
  stored.deployment = {
    ...stored.deployment,
    scalingSpec: { hibernationSpec: { schedules, ...(override && { override }) } },
  };
}
