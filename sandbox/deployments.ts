import type { components } from '../src/contract/astro-api.ts';
import { checkName, common, queues, setVariables, withoutSecret } from './deployment-bodies.ts';
import { newestRuntime, wholeDeployment } from './deployment-members.ts';
import { settle } from './lifecycle.ts';
import { Refusal, type Astro, type Deployment, type StoredDeployment } from './state.ts';

type Schemas = components['schemas'];
type Create = Schemas['CreateStandardDeploymentRequest'] &
  Schemas['CreateDedicatedDeploymentRequest'] &
  Schemas['CreateHybridDeploymentRequest'];
/** A Deployment as it is answered: no secret values, no members that a switch hides. */
export function answered(astro: Astro, stored: StoredDeployment): Deployment {
  settle(astro, stored);
  const { deployment, creating } = stored;
  // A new Deployment is seen as CREATING at least once, as clients of the real service see it.
  const status = creating ? 'CREATING' : deployment.status;
  const hidden =
    astro.switches.versionMembers === 'absent'
      ? { dagTarballVersion: undefined, desiredDagTarballVersion: undefined, imageVersion: undefined }
      : {};
  const shown = { ...deployment, status, ...hidden } as Deployment;
  if (astro.switches.absentMembers === 'missing') return shown;
  const optional = {
    statusReason: null,
    dagTarballVersion: null,
    clusterId: null,
    workerQueues: null,
    remoteExecution: null,
    scalingSpec: null,
    taskPodNodePoolId: null,
  };
  return {
    ...optional,
    ...Object.fromEntries(Object.entries(shown as Record<string, unknown>).filter(([, value]) => value !== undefined)),
  } as unknown as Deployment;
}

export function createDeployment(astro: Astro, body: Create): StoredDeployment {
  const workspace = astro.workspaces.find(({ id }) => id === body.workspaceId);
  if (!workspace) throw new Refusal(400, 'Invalid request: workspace not found');
  checkName(astro, body.name, body.workspaceId, undefined);
  if (!body.type || !body.executor) throw new Refusal(400, 'Invalid request: type and executor are required');
  if ((body.description ?? '').length > 1000)
    throw new Refusal(400, 'Invalid request', [
      { field: 'description', code: 'max', message: 'at most 1000 characters' },
    ]);
  const keep = astro.switches.createHonoursVariablesAndEmails;
  const stored = seed(astro, {
    ...common(body),
    workspaceName: workspace.name,
    status: 'CREATING',
    astroRuntimeVersion: body.astroRuntimeVersion ?? newestRuntime,
    contactEmails: keep ? (body.contactEmails ?? []) : [],
    environmentVariables: [],
    schedulerAu: body.scheduler?.au,
    schedulerReplicas: body.scheduler?.replicas ?? 1,
    clusterName: astro.clusters.find(({ id }) => id === body.clusterId)?.name,
    scalingSpec: body.scalingSpec,
    ...(body.workerQueues && body.workerQueues.length > 0 && { workerQueues: queues(astro, body.workerQueues, []) }),
  } as Partial<Deployment>);
  if (keep) setVariables(astro, stored, body.environmentVariables ?? []);
  stored.creating = { until: astro.now() + astro.delays.create, seen: false };
  stored.visibleAt = astro.now() + astro.switches.listAfterCreateDelay;
  return stored;
}

/** Puts a Deployment into the sandbox; what is left out gets a plausible value. */
export function seed(astro: Astro, given: Partial<Deployment>): StoredDeployment {
  const whole = JSON.parse(JSON.stringify(wholeDeployment(astro, given))) as Deployment;
  // HYBRID Deployments know none of these, whatever an answer for hosted ones always holds.
  const unknown = { schedulerSize: undefined, isHighAvailability: undefined, isDevelopmentMode: undefined };
  const deployment =
    given.type === 'HYBRID' ? (JSON.parse(JSON.stringify({ ...whole, ...unknown })) as Deployment) : whole;
  const variables = deployment.environmentVariables ?? [];
  const stored: StoredDeployment = {
    deployment: { ...deployment, environmentVariables: variables.map(withoutSecret) },
    secrets: new Map(),
    deploys: [],
    mounts: new Map(),
    visibleAt: 0,
    looks: [],
    sleepsBySchedule: deployment.status === 'HIBERNATING',
  };
  // What nobody told the value of has one all the same, so that an update may leave it out.
  for (const { key, isSecret, value } of variables)
    if (isSecret) stored.secrets.set(key, value ?? 'a value that was set before');
  astro.deployments.set(deployment.id, stored);
  return stored;
}
