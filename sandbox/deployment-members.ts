import type { components } from '../src/contract/astro-api.ts';
import { addressesOf } from './addresses.ts';
import { airflowVersionOf, deploymentOptions } from './options.ts';
import { iso, somebody, type Astro, type Deployment } from './state.ts';

type Schemas = components['schemas'];
type Given = Partial<Deployment>;

/** What a Deployment runs whose maker names no runtime. */
export const newestRuntime = '3.1-14';

/** Every member that Astro sends for a Deployment of its type; what is not given gets a plausible value. */
export function wholeDeployment(astro: Astro, given: Given): Deployment {
  const id = given.id ?? astro.newId();
  const runtime = given.astroRuntimeVersion ?? newestRuntime;
  const airflowVersion = airflowVersionOf(runtime);
  const workspaceId = given.workspaceId ?? astro.workspaces[0]?.id ?? '';
  const at = iso(astro.now());
  return {
    name: 'etl-prod',
    description: '',
    status: 'HEALTHY',
    schedulerCpu: '1',
    schedulerMemory: '2Gi',
    schedulerReplicas: 1,
    ...compute(astro, given),
    ...identity(id),
    isDagDeployEnabled: true,
    isCicdEnforced: false,
    imageTag: runtime,
    imageVersion: runtime,
    contactEmails: [],
    environmentVariables: [],
    externalIPs: [],
    createdAt: at,
    createdBy: somebody,
    ...given,
    id,
    workspaceId,
    organizationId: astro.organizationId,
    namespace: `ns-${id.slice(-8)}`,
    astroRuntimeVersion: runtime,
    runtimeVersion: runtime,
    airflowVersion,
    imageRepository: `${astro.registryHost}/${astro.organizationId}/${id}`,
    workspaceName: given.workspaceName ?? astro.workspaces.find((one) => one.id === workspaceId)?.name ?? '',
    webServerCpu: '0.5',
    webServerMemory: '1Gi',
    webServerReplicas: 1,
    ...addressesOf(astro, { id, workspaceId, airflowVersion }),
    updatedAt: given.updatedAt ?? at,
    updatedBy: somebody,
  };
}

const identity = (id: string): Given => ({
  effectiveWorkloadIdentity: `arn:aws:iam::123456789012:role/AirflowS3Logs-${id}`,
  oidcIssuerUrl: 'https://oidc.eks.us-east-1.amazonaws.com/id/SANDBOX',
});

/** What a Deployment computes with, by its type: a hybrid one has units, a hosted one sizes. */
function compute(astro: Astro, given: Given): Given {
  const { type = 'STANDARD', executor = 'CELERY', remoteExecution } = given;
  const usesQueues = executor !== 'KUBERNETES' && remoteExecution?.enabled !== true;
  const queues = usesQueues ? { workerQueues: [defaultQueue(astro, type)] } : {};
  const region = 'us-east-1';
  if (type === 'HYBRID') return { type, executor, region, schedulerAu: 5, ...queues };
  return {
    type,
    executor,
    region,
    cloudProvider: 'AWS',
    schedulerSize: 'SMALL',
    isHighAvailability: false,
    isDevelopmentMode: false,
    ...(remoteExecution?.enabled !== true && podDefaults),
    ...queues,
  };
}

const { defaultPodSize, resourceQuota } = deploymentOptions.resourceQuotas;

/** Pod sizes and quotas of a hosted Deployment that names none. */
export const podDefaults = {
  defaultTaskPodCpu: defaultPodSize.cpu.default,
  defaultTaskPodMemory: defaultPodSize.memory.default,
  resourceQuotaCpu: resourceQuota.cpu.default,
  resourceQuotaMemory: resourceQuota.memory.default,
};

function defaultQueue(astro: Astro, type: Deployment['type']): Schemas['WorkerQueue'] {
  const { minWorkers, maxWorkers, workerConcurrency } = deploymentOptions.workerQueues;
  const hybrid = type === 'HYBRID';
  return wholeQueue(astro, {
    name: 'default',
    isDefault: true,
    ...(hybrid ? { nodePoolId: 'cm0nodepool00000000000000' } : { astroMachine: 'A5' }),
    minWorkerCount: minWorkers.default,
    maxWorkerCount: maxWorkers.default,
    workerConcurrency: hybrid ? workerConcurrency.default : 5,
  });
}

/** A queue as it is answered: with an id, and with the size of its machine. */
export function wholeQueue(
  astro: Astro,
  { id, ...queue }: Schemas['UpdateWorkerQueueRequest'],
): Schemas['WorkerQueue'] {
  const machine = deploymentOptions.workerMachines.find(({ name }) => name === queue.astroMachine);
  return {
    podCpu: machine?.spec.cpu ?? '1',
    podMemory: machine?.spec.memory ?? '2Gi',
    ...(machine && { podEphemeralStorage: '10Gi' }),
    ...queue,
    // The CLI sends an empty id for a new queue.
    id: id || astro.newId(),
  };
}
