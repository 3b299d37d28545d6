import type { components } from '../src/contract/astro-api.ts';
import { checkName, common, queues, setVariables } from './deployment-bodies.ts';
import { podDefaults } from './deployment-members.ts';
import { changeable } from './lifecycle.ts';
import { Refusal, iso, type Astro, type Deployment, type StoredDeployment } from './state.ts';

type Schemas = components['schemas'];
type Update = Schemas['UpdateStandardDeploymentRequest'] &
  Partial<Pick<Schemas['UpdateHybridDeploymentRequest'], 'scheduler'>>;

/**
 * Replaces the environment variables, but for secret values that come without one, and whatever else the body holds. What
 * the body leaves out goes by a switch; `null` empties.
 */
export function updateDeployment(astro: Astro, id: string | undefined, body: Update): StoredDeployment {
  const stored = changeable(astro, id, 'updatesWhileCreating');
  const before = stored.deployment;
  checkUpdate(astro, before, body);
  const { environmentVariables, contactEmails, workerQueues, scheduler, scalingSpec, ...rest } = body;
  const left = astro.switches.omittedMembers === 'kept' ? before : { ...before, ...withoutOptional(before) };
  const override = before.scalingSpec?.hibernationSpec?.override;
  const schedules = scalingSpec?.hibernationSpec?.schedules ?? left.scalingSpec?.hibernationSpec?.schedules ?? [];
  const merged = {
    ...left,
    ...common(rest),
    ...('contactEmails' in body && { contactEmails: contactEmails ?? [] }),
    ...('workerQueues' in body && { workerQueues: queues(astro, workerQueues ?? [], before.workerQueues ?? []) }),
    ...(scheduler && { schedulerAu: scheduler.au, schedulerReplicas: scheduler.replicas }),
    ...(before.isDevelopmentMode && {
      scalingSpec: { hibernationSpec: { schedules, ...(override && { override }) } },
    }),
    updatedAt: iso(astro.now()),
  };
  stored.deployment = JSON.parse(JSON.stringify(merged)) as Deployment;
  setVariables(astro, stored, environmentVariables);
  return stored;
}

/** What is left of the optional members where an update replaces everything. */
const withoutOptional = ({ defaultTaskPodCpu }: Deployment): Partial<Deployment> => ({
  description: '',
  contactEmails: [],
  workerQueues: [],
  scalingSpec: { hibernationSpec: { schedules: [] } },
  ...(defaultTaskPodCpu !== undefined && podDefaults),
});

function checkUpdate(astro: Astro, before: Deployment, body: Update): void {
  if (body.type !== before.type) throw new Refusal(400, 'Invalid request: the type of a deployment cannot change');
  if (body.workspaceId !== before.workspaceId)
    throw new Refusal(400, 'Invalid request: the workspace of a deployment cannot change');
  if (body.isDevelopmentMode === true && before.isDevelopmentMode !== true)
    throw new Refusal(400, 'Invalid request: development mode cannot be switched on');
  checkName(astro, body.name, body.workspaceId, before.id);
}
