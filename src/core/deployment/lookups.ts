import type { components } from '../../contract/astro-api.ts';
import type { Template } from './template-types.ts';

type Schemas = components['schemas'];
type Deployment = Schemas['Deployment'];

/** What must be asked of Astro before the template can be resolved; each costs a request, so only what is needed. */
export interface NeededLookups {
  readonly workspaces: boolean;
  readonly clusters: boolean;
  /** Query of the deployment-options request. */
  readonly options?: Readonly<Record<string, string>>;
}

/** The answers. */
export interface Lookups {
  readonly workspaceId: string;
  readonly workspaces?: readonly { readonly id: string; readonly name: string }[];
  readonly clusters?: readonly Schemas['Cluster'][];
  readonly options?: Schemas['DeploymentOptions'];
}

/** Says what to ask. Of an existing preview most is known: the names that it answers to itself are not looked up again. */
export function neededLookups(template: Template, existing: Deployment | undefined): NeededLookups {
  const queues = template.queues.map((queue) => ({ queue, stored: storedQueue(existing, queue.name) }));
  const pools = template.type === 'HYBRID' && (queues.length > 0 || template.defaultWorkerType !== undefined);
  const known = existing?.clusterName !== undefined && existing.clusterName === template.clusterName?.value;
  const numbers = queues.some(
    ({ queue, stored }) => !stored && (queue.maxWorkers === undefined || queue.concurrency === undefined),
  );
  const query = {
    deploymentType: template.type,
    ...(template.cloudProvider && { cloudProvider: template.cloudProvider }),
  };
  return {
    workspaces: template.workspaceName !== undefined && existing?.workspaceName !== template.workspaceName.value,
    clusters: template.type !== 'STANDARD' && (pools || !known),
    ...((!existing || numbers) && { options: query }),
  };
}

/** The worker queue of an existing Deployment that has this name. */
export const storedQueue = (existing: Deployment | undefined, name: string) =>
  existing?.workerQueues?.find((queue) => queue.name === name);
