/** What an Astro API token says about itself. Every member is a hint: an opaque token has none and works all the same. */
export interface TokenClaims {
  readonly organizationIds: readonly string[];
  readonly workspaceIds: readonly string[];
  /** Deployments that it is limited to; left out where it names none. */
  readonly deploymentIds?: readonly string[];
  /** Seconds since 1970 (JWT `exp`). */
  readonly expiresAt?: number;
}

/**
 * Reads the claims of an API token without checking its signature; that is Astro's part. Ids are entries
 * `organizationId:<id>`, `workspaceId:<id>` and perhaps `deploymentId:<id>` of `permissions`; `org_id` is the login service's id and of no use here
 * (Astro CLI, cmd/cloud/setup.go). Never throws: what is no JWT has no claims.
 */
export function readClaims(token: string): TokenClaims {
  const payload = decode(token.split('.')[1] ?? '');
  const permissions = Array.isArray(payload['permissions']) ? payload['permissions'] : [];
  const ids = (kind: string): string[] => {
    const prefix = `${kind}:`;
    const found = permissions.filter((entry): entry is string => typeof entry === 'string' && entry.startsWith(prefix));
    return [...new Set(found.map((entry) => entry.slice(prefix.length)).filter((id) => id !== ''))];
  };
  const deploymentIds = ids('deploymentId');
  const expires = payload['exp'];
  return {
    organizationIds: ids('organizationId'),
    workspaceIds: ids('workspaceId'),
    ...(deploymentIds.length > 0 && { deploymentIds }),
    ...(typeof expires === 'number' && { expiresAt: expires }),
  };
}

function decode(part: string): Record<string, unknown> {
  try {
    const bytes = Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
      character.charCodeAt(0),
    );
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
