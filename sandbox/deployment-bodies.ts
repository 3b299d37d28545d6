import type { components } from '../src/contract/astro-api.ts';
import { wholeQueue } from './deployment-members.ts';
import { Refusal, iso, type Astro, type Deployment, type StoredDeployment } from './state.ts';

type Schemas = components['schemas'];
type Update = Schemas['UpdateStandardDeploymentRequest'];

/** Members that request and answer have in common; an identity that is asked for is answered as the effective one. */
export function common(
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

/** A name must have a length that Astro takes, and be free where the switch says so. */
export function checkName(astro: Astro, name: string, workspaceId: string, own: string | undefined): void {
  if (name.length === 0 || name.length > 500)
    throw new Refusal(400, 'Invalid request', [{ field: 'name', code: 'length', message: '1 to 500 characters' }]);
  const twin = [...astro.deployments.values()].some(
    ({ deployment }) => deployment.id !== own && deployment.name === name && deployment.workspaceId === workspaceId,
  );
  if (twin && astro.switches.uniqueNames === 'refused')
    throw new Refusal(400, `Invalid request: deployment with name ${name} already exists in the workspace`);
}

/** Gives a Deployment these environment variables and no others; a secret without a value keeps its own. */
export function setVariables(
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

/** Queues as they are stored; an id must be one of those before. */
export function queues(
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

/** Answers never hold the value of a secret variable. */
export const withoutSecret = ({
  value,
  ...variable
}: Schemas['DeploymentEnvironmentVariable']): Schemas['DeploymentEnvironmentVariable'] =>
  variable.isSecret || value === undefined ? variable : { ...variable, value };
