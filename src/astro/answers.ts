import { ApiError } from '../core/errors.ts';

/**
 * What the Action uses of each kind of answer, beside what may be missing: required members of the contract
 * (contract/astro-api.openapi.yaml), as a test compares.
 */
export const required = {
  Deployment: ['id', 'name', 'status', 'workspaceId', 'createdAt', 'updatedAt', 'isDagDeployEnabled', 'airflowVersion'],
  Deploy: ['id', 'status'],
  // Lists of machines may be null where an Organization has none.
  DeploymentOptions: ['runtimeReleases', 'resourceQuotas', 'workerQueues'],
  Workspace: ['id', 'name'],
  Organization: ['id', 'name'],
  Cluster: ['id', 'name'],
  EnvironmentObject: ['objectKey', 'objectType', 'scope', 'scopeEntityId'],
  CreateEnvironmentObject: ['id'],
} as const;

export type Answer = keyof typeof required;

/** Throws ApiError where an answer lacks a member that is used; the request may have been carried out all the same. */
export function checkAnswer(
  answer: unknown,
  kind: Answer,
  {
    purpose,
    method,
    path,
    requestId,
  }: { purpose: string; method: string; path: string; requestId?: string | undefined },
): void {
  const given = typeof answer === 'object' && answer !== null ? (answer as Readonly<Record<string, unknown>>) : {};
  const missing = required[kind].filter((member) => given[member] === undefined || given[member] === null);
  if (missing.length === 0) return;
  const what = missing.map((member) => `\`${member}\``).join(', ');
  const id = requestId === undefined ? '' : ` (request ${requestId})`;
  throw new ApiError({
    system: 'astro',
    message: `Could not ${purpose}: Astro's answer lacks ${what}${id}, so it was cut off or is not Astro's.`,
    advice: 'Check `astro-api-url`; if it is right, run the job again.',
    method,
    path,
    status: 200,
    applied: 'maybe',
    requestId,
  });
}
