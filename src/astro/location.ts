import { UserError } from '../core/errors.ts';
import { oneLine } from '../core/text.ts';
import type { TokenClaims } from '../core/token.ts';
import { listOrganizations, listWorkspaces } from './deployments.ts';
import type { AstroClient } from './types.ts';

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
  if (given !== undefined) return givenWorkspace(client, organization, given);
  const [claimed, ...others] = claims.workspaceIds;
  if (claimed !== undefined && others.length === 0) return claimed;
  const rows = await listWorkspaces(client, organization);
  return theOnly(rows, 'Workspace', 'workspace');
}

/**
 * The id of the Workspace that `workspace` names: an id is taken as it is (a CUID, Astro CLI pkg/util/util.go), a name is looked
 * up. Throws UserError that lists ids with names.
 */
export async function givenWorkspace(client: AstroClient, organization: string, given: string): Promise<string> {
  if (/^c[a-z0-9]{23,24}$/.test(given)) return given;
  const rows = await listWorkspaces(client, organization);
  const found = rows.filter(({ id, name }) => id === given || name === given);
  const [first, ...others] = found;
  if (first && others.length === 0) return first.id;
  const what = first ? `${found.length} Workspaces are called` : 'There is no Workspace with the id or name';
  throw new UserError(
    `\`workspace\`: ${what} \`${oneLine(given, 60)}\`. Give the id of one of these: ${listed(first ? found : rows) || 'the API token sees none'}.`,
  );
}

const listed = (rows: readonly { readonly id: string; readonly name: string }[]): string =>
  rows
    .slice(0, 20)
    .map(({ id, name }) => `${oneLine(name, 60)} (${id})`)
    .join(', ') + (rows.length > 20 ? ', …' : '');

function theOnly(rows: readonly { readonly id: string; readonly name: string }[], what: string, input: string): string {
  const [first, ...others] = rows;
  if (!first) throw new UserError(`The API token sees no ${what}: check its scope in Astro, or give \`${input}\`.`);
  if (others.length === 0) return first.id;
  throw new UserError(`The API token sees ${rows.length} ${what}s: say which one with \`${input}\`. ${listed(rows)}`);
}
