import { AstroApiError } from '../core/errors.ts';
import { isPreviewOf, type PreviewIdentity } from '../core/identity.ts';
import { pause, type AstroClient } from '../astro/client.ts';
import {
  createDeployment,
  deleteDeployment,
  listDeployments,
  type CreateDeployment,
  type Deployment,
} from '../astro/deployments.ts';

/** A list may show a new Deployment late: how long it is looked for after an unclear create, in milliseconds. */
const patience = [0, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000] as const;

/**
 * Creates a preview exactly once. Creating is not idempotent at Astro, so after an unclear answer the mark is looked for
 * before a second try; and where two runs created at the same moment, both keep the older one and the run that made the
 * younger one deletes it again. `created` is false for the run that lost.
 */
export async function createOnce(
  client: AstroClient,
  organization: string,
  workspace: string,
  body: CreateDeployment,
  identity: PreviewIdentity,
): Promise<{ readonly deployment: Deployment; readonly created: boolean }> {
  const mine = async (): Promise<Deployment[]> =>
    oldestFirst((await listDeployments(client, organization, workspace)).filter((row) => isPreviewOf(row, identity)));
  const made = await create(client, organization, body, mine);
  const [first] = await mine();
  if (!first || first.id === made.id) return { deployment: made, created: true };
  client.log.notice(
    `Another run created the preview ${first.name} (${first.id}) at the same time: that one is used, ours is deleted again.`,
  );
  await deleteDeployment(client, organization, made.id);
  return { deployment: first, created: false };
}

async function create(
  client: AstroClient,
  organization: string,
  body: CreateDeployment,
  mine: () => Promise<Deployment[]>,
): Promise<Deployment> {
  try {
    return await createDeployment(client, organization, body);
  } catch (error) {
    if (!(error instanceof AstroApiError) || error.applied === 'no') throw error;
    client.log.warning(`${error.message} It may have been created all the same: looking for it before another try.`);
  }
  for (const wait of patience) {
    if (wait > client.remaining()) break;
    await pause(wait, client.signal);
    const [found] = await mine();
    if (found) return found;
  }
  return createDeployment(client, organization, body);
}

/** Previews of one identity, oldest first: with several, every run picks the same one. */
export function oldestFirst(rows: readonly Deployment[]): Deployment[] {
  return rows.toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt) || (a.id < b.id ? -1 : 1));
}
