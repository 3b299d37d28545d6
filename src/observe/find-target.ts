import { listDeployments, readDeployment, type Deployment } from '../astro/deployments.ts';
import { findWorkspace, givenWorkspace } from '../astro/location.ts';
import { ApiError, UserError } from '../core/errors.ts';
import type { Checkout } from '../git/checkout.ts';
import { listObjects } from '../astro/environment-objects.ts';
import { readMark } from '../core/identity.ts';
import type { GitHubEvent, Target } from '../core/event.ts';
import { oneLine } from '../core/text.ts';
import { readClaims } from '../core/token.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { Tools } from './tools.ts';
import type { StoredObject } from '../core/objects/stored-object.ts';
import type { AstroClient } from '../astro/types.ts';

/** The long-lived Deployment that the workflow or the file names. Throws UserError where there is none, or more than one. */
export async function findTarget(
  target: Target,
  inputs: Inputs,
  organization: string,
  client: AstroClient,
): Promise<Deployment> {
  if (target.by === 'id') {
    const found = await readDeployment(client, organization, target.id);
    if (!found)
      throw new UserError(
        `There is no Deployment with the id ${target.id} that the API token sees: check \`deployment-id\`.`,
      );
    if (inputs.workspace === undefined || found.workspaceId === inputs.workspace) return found;
    const workspace = await givenWorkspace(client, organization, inputs.workspace);
    if (found.workspaceId !== workspace) {
      throw new UserError(
        `The Deployment ${target.id} belongs to the Workspace ${found.workspaceId}, not to ${workspace} as \`workspace\` says: nothing was touched.`,
      );
    }
    return found;
  }
  const workspace = await findWorkspace(client, organization, inputs.workspace, readClaims(inputs.token));
  const [found, ...others] = await listDeployments(client, organization, workspace, target.name);
  if (others.length > 0)
    throw new UserError(
      `There are ${others.length + 1} Deployments called ${oneLine(target.name)} in the Workspace: say which one with \`deployment-id\`.`,
    );
  // What a row of a list may lack decides on waking, and is put back afterwards.
  if (found) return found.status === 'HIBERNATING' ? wholeRecord(found, organization, client) : found;
  const all = (await listDeployments(client, organization, workspace)).filter((row) => !readMark(row.description));
  const names = all
    .slice(0, 20)
    .map((row) => oneLine(row.name, 60))
    .join(', ');
  throw new UserError(
    `There is no Deployment called ${oneLine(target.name)} in the Workspace ${workspace}: check \`deployment-name\`.${names && ` It has: ${names}${all.length > 20 ? ', …' : ''}.`}`,
  );
}

/** A Deployment as its own record shows it: a row of a list need not hold variables, queues, e-mail addresses and schedules. */
export const wholeRecord = async (row: Deployment, organization: string, client: AstroClient): Promise<Deployment> =>
  (await readDeployment(client, organization, row.id)) ?? row;

/** The commit that is checked out, else the one that the event speaks of. */
export const commitOf = (checkout: Checkout, head: string): string =>
  checkout.kind === 'checkout' ? checkout.commit : head;

/** Whether somebody started this run: only then secrets are written again that Astro holds already. */
export const isByHand = ({ name }: GitHubEvent): boolean => name === 'workflow_dispatch';

/** Links go before a preview does; a token that may not see them must not keep previews alive. */
export async function objectsIfReadable(
  { client }: Tools,
  organization: string,
  workspaceId: string,
): Promise<readonly StoredObject[] | { readonly unknown: string }> {
  try {
    return await listObjects(client, organization, { workspaceId });
  } catch (error) {
    if (error instanceof ApiError) return { unknown: error.message };
    throw error;
  }
}
