import { connectAirflow } from '../airflow/client.ts';
import { listConnections, listVariables } from '../airflow/objects.ts';
import { refuseLink, readWorkspaceFile, workspaceFolder } from '../runner/workspace-files.ts';
import { listClusters, type Deployment } from '../astro/deployments.ts';
import { listObjects } from '../astro/environment-objects.ts';
import { findOrganization } from '../astro/location.ts';
import { revealObject } from '../astro/reveal-objects.ts';
import { connectionSource, secretsIn, variableSource } from '../core/migration/airflow-sources.ts';
import { readBackup, sourceOf } from '../core/migration/deployment-source.ts';
import { kindOfType } from '../core/objects/environment-objects.ts';
import { UserError } from '../core/errors.ts';
import type { Intent } from '../core/intent/types.ts';
import { isSelected } from '../core/objects/patterns.ts';
import { secretName, secretNames } from '../core/migration/secret-names.ts';
import type { Situation } from '../core/plan/situation.ts';
import { given } from '../core/yaml/reader.ts';
import { oneLine } from '../core/text.ts';
import { readClaims } from '../core/token.ts';
import { findTarget, wholeRecord } from './find-target.ts';
import type { Tools } from './tools.ts';
import type { StoredObject } from '../core/objects/stored-object.ts';
import type { SourceObject } from '../core/migration/source-object.ts';
import type { Context } from './context.ts';
import { omitUndefined } from '../core/omit-undefined.ts';

type Of<K extends Intent['kind']> = Extract<Intent, { kind: K }>;

/** Reads what `promote` and `migrate` could move, and what the Workspace has already. */
export async function observeMoves(intent: Of<'promote'> | Of<'migrate'>, context: Context): Promise<Situation> {
  const { inputs, tools } = context;
  const { client } = tools;
  const organization = await findOrganization(client, inputs.organizationId, readClaims(inputs.token));
  const target = await findTarget(intent.target, inputs, organization, client);
  tools.found(target);
  const stored = await listObjects(client, organization, { workspaceId: target.workspaceId });
  const { found, skipped } =
    intent.kind === 'promote'
      ? await ownObjects(organization, target, stored, context)
      : await metadataObjects(target, context);
  for (const value of found.flatMap(secretsIn)) tools.log.secret(value, 'A secret of an object that is moved');
  return {
    kind: intent.kind,
    organization,
    now: tools.now(),
    target,
    sources: found,
    skipped,
    stored,
    secrets: suppliedSecrets(found, context),
    deleteSource: inputs.deleteSource,
  };
}

/** The variables of `env:` that could supply secrets of these sources; each is masked at once. */
function suppliedSecrets(sources: readonly SourceObject[], { tools }: Context): Map<string, string> {
  const values = new Map<string, string>();
  for (const name of new Set(sources.flatMap(secretNames))) {
    const value = tools.env[name];
    if (value === undefined || value === '') continue;
    if (!name.endsWith('_NO_PASSWORD')) tools.log.secret(value, name);
    values.set(name, value);
  }
  return values;
}

/** An own object, or the copy that is left of one, as it is stored and as what it is a source. */
interface Own {
  readonly row: StoredObject;
  readonly seenAs: StoredObject;
  readonly marks: Pick<SourceObject, 'id' | 'updatedAt' | 'copyId'>;
}

async function ownObjects(
  organization: string,
  target: Deployment,
  stored: readonly StoredObject[],
  { inputs, tools }: Context,
): Promise<{ found: SourceObject[]; skipped: string[] }> {
  const rows = await listObjects(tools.client, organization, { deploymentId: target.id });
  const copies = stored.flatMap((row) => {
    const backup = readBackup(row, target.id);
    return backup ? [{ row, seenAs: { ...row, objectKey: backup.key, description: backup.description } }] : [];
  });
  const selected: Own[] = [];
  const skipped: string[] = [];
  for (const row of rows) {
    const kind = kindOfType(row.objectType);
    const name = oneLine(row.objectKey, 80);
    if (isSelected(inputs.objects, kind, row.objectKey)) {
      const copy = copies.find(({ seenAs }) => isNameConflict(row, seenAs));
      const marks = { id: row.id, ...given('updatedAt', row.updatedAt), ...given('copyId', copy?.row.id) };
      selected.push({ row, seenAs: row, marks });
    } else if (kind === 'environment-variable' && inputs.objects.length === 0)
      skipped.push(
        `the environment variable ${name}, because \`objects\` must name such variables (\`environment-variable:${name}\`)`,
      );
  }
  // Where a run was broken off after it had deleted the own object, the copy is what is left of it.
  for (const copy of copies)
    if (!rows.some((row) => isNameConflict(row, copy.seenAs)))
      selected.push({ ...copy, marks: { copyId: copy.row.id } });
  return { found: await withSecrets(selected, organization, tools), skipped };
}

const isNameConflict = (one: StoredObject, other: StoredObject): boolean =>
  one.objectKey === other.objectKey && one.objectType === other.objectType;

/** Only here, and only for what the workflow does not supply, is Astro asked for secrets in clear. */
async function withSecrets(all: readonly Own[], organization: string, tools: Tools): Promise<SourceObject[]> {
  const found: SourceObject[] = [];
  let refused = false;
  for (const { row, seenAs, marks } of all) {
    const kind = kindOfType(row.objectType);
    const isSupplied = (field: string): boolean => (tools.env[secretName(kind, seenAs.objectKey, field)] ?? '') !== '';
    const masked = sourceOf(seenAs, kind, undefined);
    const lacks: boolean = !refused && masked.hidden.some((field) => !isSupplied(field));
    const clear: Awaited<ReturnType<typeof revealObject>> = lacks
      ? await revealObject(tools.client, organization, row)
      : undefined;
    if (clear === 'refused') refused = true;
    found.push({
      ...(clear === undefined || clear === 'refused' ? masked : sourceOf(seenAs, kind, clear, isSupplied)),
      ...marks,
    });
  }
  return found;
}

async function metadataObjects(
  target: Deployment,
  { inputs, tools }: Context,
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
export async function observeExport(intent: Of<'export-template'>, context: Context): Promise<Situation> {
  const { inputs, tools } = context;
  const { client } = tools;
  const path = inputs.template;
  if (path === undefined)
    throw new UserError('`action: export-template` needs `template`: the path of the file that it writes.');
  refuseLink(tools.env, path);
  const before = readWorkspaceFile(workspaceFolder(tools.env), path, 'Deployment template');
  const organization = await findOrganization(client, inputs.organizationId, readClaims(inputs.token));
  const row = await findTarget(intent.target, inputs, organization, client);
  const target = await wholeRecord(row, organization, client);
  tools.found(target);
  return {
    kind: 'export-template',
    organization,
    now: tools.now(),
    target,
    clusters: target.type === 'STANDARD' ? [] : await listClusters(client, organization),
    path,
    ...omitUndefined({ before }),
  };
}
