import { ApiError } from '../../core/errors.ts';
import { isPreviewOf, oldestFirst, type PreviewIdentity } from '../../core/identity.ts';
import { pause } from '../../astro/client.ts';
import {
  createDeployment,
  deleteDeployment,
  listDeployments,
  type CreateDeployment,
  type Deployment,
} from '../../astro/deployments.ts';
import type { AstroClient } from '../../astro/types.ts';

/** A list may show a new Deployment late: how long it is looked for after an unclear create, in milliseconds. */
const pauses = [0, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000] as const;

/**
 * Creates a preview exactly once. Creating is not idempotent at Astro, so after an unclear answer the mark is looked for
 * before a second try; and where two runs created at the same moment, both keep the older one and the run that made the
 * younger one deletes it again. `created` is false for the run that lost.
 */
export async function createOnce(
  client: AstroClient,
  organization: string,
  body: CreateDeployment,
  identity: PreviewIdentity,
): Promise<{ readonly deployment: Deployment; readonly created: boolean }> {
  const oldest = async (): Promise<Deployment | undefined> => {
    const rows = await listDeployments(client, organization, body.workspaceId);
    return oldestFirst(rows.filter((row) => isPreviewOf(row, identity)))[0];
  };
  const made = await create(client, organization, body, oldest);
  const first = await oldest();
  if (!first || first.id === made.deployment.id) return made;
  client.log.notice(
    `Another run created the preview ${first.name} (${first.id}) at the same time: that one is used, ours is deleted again.`,
  );
  if (made.created) await deleteDeployment(client, organization, made.deployment.id);
  return { deployment: first, created: false };
}

async function create(
  client: AstroClient,
  organization: string,
  body: CreateDeployment,
  oldest: () => Promise<Deployment | undefined>,
): Promise<{ readonly deployment: Deployment; readonly created: boolean }> {
  let unclear: ApiError;
  try {
    return { deployment: await createDeployment(client, organization, body), created: true };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.applied === 'no') {
      // Refused, perhaps because a run at the same moment was quicker and took the name.
      const found = error.status === 400 || error.status === 409 ? await oldest() : undefined;
      if (!found) throw error;
      client.log.notice(`Another run created the preview ${found.name} (${found.id}) a moment ago: that one is used.`);
      return { deployment: found, created: false };
    }
    client.log.warning(`${error.message} It may have been created all the same: looking for it before another try.`);
    unclear = error;
  }
  for (const wait of pauses) {
    if (wait > Math.max(0, client.remaining())) break;
    await (client.pause ?? pause)(wait, client.signal);
    const found = await oldest();
    if (found) return { deployment: found, created: true };
  }
  if (client.remaining() <= 0)
    throw unclear.because(
      '`wait-time` is used up, and Astro lists no such Deployment yet: the next run looks for it before it creates one.',
      { outOfTime: true },
    );
  return { deployment: await createDeployment(client, organization, body), created: true };
}
