import type { components } from '../src/contract/astro-api.ts';
import { newestRuntime, podDefaults, wholeDeployment, wholeQueue } from './deployment-members.ts';
import {
  Refusal,
  changeable,
  deploymentOf,
  iso,
  settle,
  type Astro,
  type Deployment,
  type StoredDeployment,
} from './state.ts';

type Schemas = components['schemas'];
type Create = Schemas['CreateStandardDeploymentRequest'] &
  Schemas['CreateDedicatedDeploymentRequest'] &
  Schemas['CreateHybridDeploymentRequest'];
type Update = Schemas['UpdateStandardDeploymentRequest'] &
  Partial<Pick<Schemas['UpdateHybridDeploymentRequest'], 'scheduler'>>;

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

/** Answers never hold the value of a secret variable. */
const withoutSecret = ({
  value,
  ...variable
}: Schemas['DeploymentEnvironmentVariable']): Schemas['DeploymentEnvironmentVariable'] =>
  variable.isSecret || value === undefined ? variable : { ...variable, value };

/** Members that request and answer have in common; an identity that is asked for is answered as the effective one. */
function common(
  body: Pick<Update, 'workloadIdentity' | 'drWorkloadIdentity' | 'remoteExecution'>,
): Partial<Deployment> {
  const apart = [
    'environmentVariables',
    'contactEmails',
    'workerQueues',
    'scheduler',
    'scalingSpec',
    'remoteExecution',
  ];
  const identities = ['workloadIdentity', 'drWorkloadIdentity'];
  const same = Object.fromEntries(Object.entries(body).filter(([key]) => ![...apart, ...identities].includes(key)));
  const { remoteExecution, workloadIdentity, drWorkloadIdentity } = body;
  const remote = remoteExecution && {
    allowedIpAddressRanges: [],
    remoteApiUrl: 'https://remote.astronomer.run',
    ...remoteExecution,
  };
  return {
    ...same,
    ...(workloadIdentity && { effectiveWorkloadIdentity: workloadIdentity }),
    ...(drWorkloadIdentity && { effectiveDRWorkloadIdentity: drWorkloadIdentity }),
    ...(remote && { remoteExecution: remote }),
  };
}

function checkName(astro: Astro, name: string, workspaceId: string, own: string | undefined): void {
  if (name.length === 0 || name.length > 500)
    throw new Refusal(400, 'Invalid request', [{ field: 'name', code: 'length', message: '1 to 500 characters' }]);
  const twin = [...astro.deployments.values()].some(
    ({ deployment }) => deployment.id !== own && deployment.name === name && deployment.workspaceId === workspaceId,
  );
  if (twin && astro.switches.uniqueNames === 'refused')
    throw new Refusal(400, `Invalid request: deployment with name ${name} already exists in the workspace`);
}

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

function setVariables(
  astro: Astro,
  stored: StoredDeployment,
  variables: readonly Schemas['DeploymentEnvironmentVariableRequest'][],
): void {
  const updatedAt = iso(astro.now());
  const kept = new Map<string, string>();
  for (const { key, value, isSecret } of variables) {
    const secret = value ?? stored.secrets.get(key);
    if (isSecret && secret === undefined)
      throw new Refusal(400, `Invalid request: environment variable ${key} has no value`);
    if (isSecret && secret !== undefined) kept.set(key, secret);
  }
  stored.secrets.clear();
  for (const [key, value] of kept) stored.secrets.set(key, value);
  stored.deployment = {
    ...stored.deployment,
    environmentVariables: variables.map(({ key, value, isSecret }) => ({
      key,
      isSecret,
      updatedAt,
      ...(!isSecret && { value: value ?? '' }),
    })),
  };
}

function queues(
  astro: Astro,
  given: readonly Schemas['UpdateWorkerQueueRequest'][],
  before: readonly Schemas['WorkerQueue'][],
): Schemas['WorkerQueue'][] {
  return given.map((queue) => {
    if (queue.id && !before.some((one) => one.id === queue.id))
      throw new Refusal(400, `Invalid request: worker queue ${queue.id} does not exist`);
    return wholeQueue(astro, queue);
  });
}

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
