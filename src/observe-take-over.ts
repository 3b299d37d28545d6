import { connectAirflow } from './airflow/client.ts';
import { listConnections, listVariables } from './airflow/objects.ts';
import { listClusters, type Deployment } from './astro/deployments.ts';
import { listObjects, revealObjects } from './astro/environment-objects.ts';
import { findOrganization } from './astro/place.ts';
import { connectionSource, secretsIn, variableSource } from './core/airflow-sources.ts';
import { kindOfType } from './core/environment-objects.ts';
import { UserError } from './core/errors.ts';
import type { Intent } from './core/intent.ts';
import { isSelected } from './core/object-patterns.ts';
import type { Situation, StoredObject } from './core/situation.ts';
import { readBackup, secretName, secretNames, sourceOf, type SourceObject } from './core/take-over.ts';
import { oneLine } from './core/text.ts';
import { readClaims } from './core/token.ts';
import { findTarget, type Grounds } from './grounds.ts';
import { readWorkspaceFile, workspaceFolder } from './project.ts';

type Of<K extends Intent['kind']> = Extract<Intent, { kind: K }>;

/** Reads what `promote` and `migrate` could move, and what the Workspace has already. */
export async function observeTakeOver(intent: Of<'promote'> | Of<'migrate'>, grounds: Grounds): Promise<Situation> {
  const { inputs, tools } = grounds;
  const { client } = tools;
  const organization = await findOrganization(client, inputs.organizationId, readClaims(inputs.token));
  const target = await findTarget(intent.target, inputs, organization, client);
  const stored = await listObjects(client, organization, { workspaceId: target.workspaceId });
  const { found, skipped } =
    intent.kind === 'promote'
      ? await ownObjects(organization, target, stored, grounds)
      : await metadataObjects(target, grounds);
  for (const value of found.flatMap(secretsIn)) tools.log.secret(value, 'A secret of an object that is moved');
  return {
    kind: intent.kind,
    organization,
    now: tools.now(),
    target,
    sources: found,
    skipped,
    stored,
    secrets: suppliedSecrets(found, grounds),
    deleteSource: inputs.deleteSource,
  };
}

/** The variables of `env:` that could supply secrets of these sources; each is masked at once. */
function suppliedSecrets(sources: readonly SourceObject[], { tools }: Grounds): Map<string, string> {
  const values = new Map<string, string>();
  for (const name of new Set(sources.flatMap(secretNames))) {
    const value = tools.env[name];
    if (value === undefined || value === '') continue;
    if (!name.endsWith('_NO_PASSWORD')) tools.log.secret(value, name);
    values.set(name, value);
  }
  return values;
}

async function ownObjects(
  organization: string,
  target: Deployment,
  stored: readonly StoredObject[],
  { inputs, tools }: Grounds,
): Promise<{ found: SourceObject[]; skipped: string[] }> {
  const { client } = tools;
  const own = await listObjects(client, organization, { deploymentId: target.id });
  const skipped: string[] = [];
  const selected = own.filter((object) => {
    const kind = kindOfType(object.objectType);
    if (isSelected(inputs.objects, kind, object.objectKey)) return true;
    if (kind === 'environment-variable' && inputs.objects.length === 0)
      skipped.push(
        `the environment variable ${oneLine(object.objectKey, 80)}, because \`objects\` must name such variables (\`environment-variable:${oneLine(object.objectKey, 80)}\`)`,
      );
    return false;
  });
  // Copies that a broken-off run left: their own source is gone, so they are what is left of it.
  const backups = stored.flatMap((object) => {
    const backup = readBackup(object, target.id);
    const superseded =
      backup && own.some((one) => one.objectKey === backup.key && one.objectType === object.objectType);
    return backup && !superseded
      ? [{ object: { ...object, objectKey: backup.key, description: backup.description }, isBackup: true }]
      : [];
  });
  const sources = [...selected.map((object) => ({ object, isBackup: false })), ...backups];
  const masked = sources.map(({ object, isBackup }) => ({
    ...sourceOf(object, kindOfType(object.objectType), undefined),
    ...(isBackup && { isBackup }),
  }));
  const lacking = masked.some(({ kind, key, hidden }) =>
    hidden.some((field) => (tools.env[secretName(kind, key, field)] ?? '') === ''),
  );
  if (!lacking) return { found: masked, skipped };
  // Only here, and only for what the workflow does not supply, is Astro asked for secrets in clear.
  const clear = await revealObjects(client, organization, target.id);
  if (clear === 'refused') return { found: masked, skipped };
  return {
    found: sources.map(({ object, isBackup }, index) => {
      const shown = clear.find((one) => one.id === object.id);
      return shown && !isBackup
        ? sourceOf(object, kindOfType(object.objectType), shown)
        : (masked[index] as SourceObject);
    }),
    skipped,
  };
}

async function metadataObjects(
  target: Deployment,
  { inputs, tools }: Grounds,
): Promise<{ found: SourceObject[]; skipped: string[] }> {
  refuseUnreachable(target);
  const airflow = connectAirflow(target, tools.client);
  const [connections, variables] = await Promise.all([listConnections(airflow), listVariables(airflow)]);
  const all = [...connections.map(connectionSource), ...variables.map(variableSource)];
  return { found: all.filter(({ kind, key }) => isSelected(inputs.objects, kind, key)), skipped: [] };
}

/** Throws UserError where a Deployment's Airflow cannot be asked. */
export function refuseUnreachable(deployment: Deployment): void {
  const name = oneLine(deployment.name);
  if (deployment.remoteExecution?.enabled === true)
    throw new UserError(
      `The Deployment ${name} has remote execution: what its metadata database holds cannot be migrated (Astro does not offer it either).`,
    );
  if (deployment.status === 'HIBERNATING' || deployment.status === 'CREATING')
    throw new UserError(
      `The Deployment ${name} is ${deployment.status}, so its Airflow does not answer: ${deployment.status === 'HIBERNATING' ? 'wake it in Astro' : 'wait until it is healthy'}, then run the job again.`,
    );
}

/** Reads the Deployment that a template is to be written of, and the file that is there now. */
export async function observeExport(intent: Of<'export-template'>, grounds: Grounds): Promise<Situation> {
  const { inputs, tools } = grounds;
  const { client } = tools;
  const path = inputs.template ?? '';
  const before = readWorkspaceFile(workspaceFolder(tools.env), path);
  const organization = await findOrganization(client, inputs.organizationId, readClaims(inputs.token));
  const target = await findTarget(intent.target, inputs, organization, client);
  return {
    kind: 'export-template',
    organization,
    now: tools.now(),
    target,
    clusters: target.type === 'STANDARD' ? [] : await listClusters(client, organization),
    path,
    ...(before !== undefined && { before }),
  };
}
