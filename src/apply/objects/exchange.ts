import { createObject, deleteObject, readObject } from '../../astro/environment-objects.ts';
import { backupOf } from '../../core/migration/deployment-source.ts';
import { apiNames, nested, type EnvironmentObject, type ObjectCreate } from '../../core/objects/environment-objects.ts';
import { UserError } from '../../core/errors.ts';
import { omitUndefined } from '../../core/omit-undefined.ts';
import type { SourceObject } from '../../core/migration/source-object.ts';
import type { WantedObject } from '../../core/config/wanted-objects.ts';
import { reconcileObject } from './reconcile.ts';
import type { MoveStep } from '../../core/plan/steps.ts';
import type { Run } from '../run.ts';
import { realClock } from './clock.ts';
import { titleOf, type ObjectLocation } from './object-location.ts';

/**
 * Replaces a Deployment's own object: a copy that nobody sees is made first, so that the values are never in this run
 * alone; then the own object goes, the link is made, and the copy goes.
 */
export async function exchange(location: ObjectLocation, step: MoveStep, run: Run): Promise<void> {
  const { client, organization } = location;
  const { source, wanted } = step;
  const { key, description } = backupOf(source, location.deploymentId);
  // The own object may have changed since another run copied it.
  if (source.copyId !== undefined) await deleteObject(client, organization, source.copyId);
  const copyId = await createObject(
    client,
    organization,
    body(location, step, { scope: 'WORKSPACE', key, description }),
  );
  const copy = await readObject(client, organization, copyId);
  const lacking = copy ? lackingIn(copy, wanted, []) : ['the copy itself'];
  if (lacking.length > 0) {
    await deleteObject(client, organization, copyId);
    throw new UserError(`The source of ${titleOf(wanted)} is kept: its copy lacks ${lacking.join(', ')}.`);
  }
  await deleteObject(client, organization, source.id ?? '');
  await finishReplacement(location, { ...step, source: { ...source, copyId } }, run);
}

/** Links what replaces an own object that is gone, and drops its copy. Should linking fail, the own object comes back. */
export async function finishReplacement(location: ObjectLocation, step: MoveStep, run: Run): Promise<void> {
  const { client, organization } = location;
  const { source, wanted } = step;
  const { copyId = '' } = source;
  const { log } = run.tools;
  try {
    await reconcileObject(location, step, realClock(client.signal));
  } catch (error) {
    if (client.signal.aborted) throw error;
    try {
      await createObject(client, organization, body(location, step, { ...source, scope: 'DEPLOYMENT' }));
      await deleteObject(client, organization, copyId);
      log.warning(`${titleOf(wanted)} could not be linked: the Deployment's own object is back.`);
    } catch {
      const { key } = backupOf(source, location.deploymentId);
      log.warning(
        `${titleOf(wanted)} could not be linked, nor could the Deployment's own object be put back: its values are in the copy ${key} in the Workspace. Run the job again: it goes on from there.`,
      );
    }
    throw error;
  }
  await deleteObject(client, organization, copyId);
}

/** Names of declared fields that an object, together with the fields that a link sets, does not hold. */
export function lackingIn(object: EnvironmentObject, { declared }: WantedObject, more: readonly string[]): string[] {
  const set = [...object.setFields, ...more];
  return (declared?.values ?? []).flatMap(({ name, value }) =>
    // What is empty does not count as set; how a metrics export signs in is in no answer.
    value === '' || name === 'authType' || set.some((one) => one === name || one.startsWith(`${name}.`)) ? [] : [name],
  );
}

function body(
  { workspaceId, deploymentId }: ObjectLocation,
  { source, wanted }: MoveStep,
  { scope, key, description }: Pick<SourceObject, 'key' | 'description'> & Pick<ObjectCreate, 'scope'>,
): ObjectCreate {
  const { type, body: member } = apiNames[source.kind];
  return {
    objectKey: key,
    objectType: type,
    scope,
    scopeEntityId: scope === 'WORKSPACE' ? workspaceId : deploymentId,
    ...omitUndefined({ description }),
    [member]: {
      ...omitUndefined({ type: source.connectionType, authTypeId: source.authTypeId, isSecret: source.isSecret }),
      ...nested(wanted.declared?.values ?? []),
    },
  };
}
