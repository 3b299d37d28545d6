import type { EnvironmentObject } from '../core/objects/environment-objects.ts';
import { ApiError } from '../core/errors.ts';
import { listAll, path } from './client.ts';
import type { AstroClient } from './types.ts';

/**
 * One stored environment object with its secrets in clear, and no other; `undefined` where it is gone. Astro refuses
 * unless the Organization allows it; `refused` then.
 */
export async function revealObject(
  client: AstroClient,
  organization: string,
  { id, scope, scopeEntityId, objectType, objectKey }: EnvironmentObject,
): Promise<EnvironmentObject | 'refused' | undefined> {
  const entity = scope === 'WORKSPACE' ? { workspaceId: scopeEntityId } : { deploymentId: scopeEntityId };
  try {
    const rows = await listAll<EnvironmentObject & { readonly id: string }>(
      client,
      {
        path: path`/organizations/${organization}/environment-objects`,
        query: { ...entity, objectType, objectKey, resolveLinked: 'false', showSecrets: 'true' },
        purpose: 'read the secrets of an environment object',
      },
      (page) => page['environmentObjects'],
    );
    return rows.find((row) => row.id === id);
  } catch (error) {
    // The status of the refusal is not documented.
    if (error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429)
      return 'refused';
    throw error;
  }
}
