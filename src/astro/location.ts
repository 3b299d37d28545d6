import { UserError } from '../core/errors.ts';
import { oneLine } from '../core/text.ts';
import type { TokenClaims } from '../core/token.ts';
import type { AstroClient } from './client.ts';
import { listOrganizations, listWorkspaces } from './deployments.ts';

/** The Organization: as given, else what the token says of itself, else the only one that it sees. Throws UserError. */
export async function findOrganization(
  client: AstroClient,
  given: string | undefined,
  claims: TokenClaims,
): Promise<string> {
  if (given !== undefined) return given;
  const [claimed, ...others] = claims.organizationIds;
  if (claimed !== undefined && others.length === 0) return claimed;
  const rows = await listOrganizations(client);
  return theOnly(rows, 'Organization', 'organization-id');
}

/** The Workspace: as given, else what the token says of itself, else the only one that it sees. Throws UserError. */
export async function findWorkspace(
  client: AstroClient,
  organization: string,
  given: string | undefined,
  claims: TokenClaims,
): Promise<string> {
  if (given !== undefined) return given;
  const [claimed, ...others] = claims.workspaceIds;
  if (claimed !== undefined && others.length === 0) return claimed;
  const rows = await listWorkspaces(client, organization);
  return theOnly(rows, 'Workspace', 'workspace');
}

function theOnly(rows: readonly { readonly id: string; readonly name: string }[], what: string, input: string): string {
  const [first, ...others] = rows;
  if (!first) throw new UserError(`The API token sees no ${what}: check its scope in Astro, or give \`${input}\`.`);
  if (others.length === 0) return first.id;
  const list = rows
    .slice(0, 20)
    .map(({ id, name }) => `${oneLine(name, 60)} (${id})`)
    .join(', ');
  throw new UserError(
    `The API token sees ${rows.length} ${what}s: say which one with \`${input}\`. ${list}${rows.length > 20 ? ', …' : ''}`,
  );
}
