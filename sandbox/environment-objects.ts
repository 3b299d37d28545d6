import {
  invalid,
  kept,
  memberOf,
  overridden,
  shown,
  updatedBody,
  updatedOverrides,
  type CreateObject,
  type Fields,
  type StoredObject,
  type UpdateObject,
} from './environment-shapes.ts';
import { Refusal, deploymentOf, iso, wellFormed, type Astro } from './state.ts';

type Answered = ReturnType<typeof shown>;
/** An object to begin with: the body of a create, of which only the key is needed. */
export type GivenObject = Partial<CreateObject> & Pick<CreateObject, 'objectKey'>;
/** A stored object as tests compare it. */
export type PlainObject = Omit<StoredObject, 'createdAt' | 'updatedAt'>;

const all = (astro: Astro): StoredObject[] => [...astro.environmentObjects.values()];
const sameName = (one: StoredObject, other: StoredObject): boolean =>
  one.objectType === other.objectType && one.objectKey === other.objectKey;
const isLinked = (object: StoredObject, id: string): boolean =>
  object.links.some(({ deploymentId }) => deploymentId === id);
/** Whether a Workspace object is seen in a Deployment of its Workspace. */
const reaches = (object: StoredObject, deploymentId: string): boolean =>
  isLinked(object, deploymentId) || (object.autoLink && !object.excludes.includes(deploymentId));

function objectOf(astro: Astro, id: string | undefined): StoredObject {
  const object = astro.environmentObjects.get(wellFormed(id));
  if (!object) throw new Refusal(404, 'Environment object not found');
  return object;
}

/** The rows that a list's query asks for, before they are paged. */
export function listObjects(astro: Astro, query: URLSearchParams): Answered[] {
  const workspaceId = query.get('workspaceId');
  const deploymentId = query.get('deploymentId');
  const secrets = query.get('showSecrets') === 'true';
  const resolved = query.get('resolveLinked') !== 'false';
  if (workspaceId !== null && deploymentId !== null)
    throw new Refusal(400, 'Invalid request: workspaceId and deploymentId exclude each other');
  if (secrets && astro.switches.showSecrets === 'refused')
    throw new Refusal(403, 'showSecrets is not allowed for this organization');
  const entity = workspaceId ?? deploymentId;
  if (entity !== null) checkEntity(astro, deploymentId === null ? 'WORKSPACE' : 'DEPLOYMENT', entity);
  const rows =
    resolved && deploymentId !== null
      ? resolve(astro, deploymentId)
      : all(astro)
          .filter(({ scopeEntityId }) => entity === null || scopeEntityId === entity)
          .map((object) => ({ object, source: undefined }));
  const wanted = (name: string, value: string): boolean => !query.has(name) || query.get(name) === value;
  return rows
    .filter(({ object }) => wanted('objectType', object.objectType) && wanted('objectKey', object.objectKey))
    .map(({ object, source }) => shown(astro, object, { secrets, id: !resolved, source }));
}

/** What a Deployment sees: its own objects, and those of its Workspace that reach it, overrides folded in. */
function resolve(astro: Astro, id: string): { readonly object: StoredObject; readonly source: string | undefined }[] {
  const { workspaceId } = deploymentOf(astro, id).deployment;
  const own = all(astro).filter(({ scopeEntityId }) => scopeEntityId === id);
  const inherited = all(astro).filter(
    (object) =>
      object.scopeEntityId === workspaceId && reaches(object, id) && !own.some((other) => sameName(object, other)),
  );
  return [
    ...own.map((object) => ({ object, source: undefined })),
    ...inherited.map((object) => {
      const overrides = object.links.find(({ deploymentId }) => deploymentId === id)?.overrides ?? {};
      return {
        object: {
          ...object,
          scope: 'DEPLOYMENT' as const,
          scopeEntityId: id,
          autoLink: false,
          links: [],
          excludes: [],
          body: overridden(astro, object.objectType, object.body, overrides),
        },
        source: workspaceId,
      };
    }),
  ];
}

/** One object as it is answered, never with its secrets. */
export const getObject = (astro: Astro, id: string | undefined): Answered =>
  shown(astro, objectOf(astro, id), { secrets: false, id: true });

/** Creates an object with everything that a create may hold; answers its id, and nothing else. */
export function createObject(astro: Astro, given: CreateObject): { readonly id: string } {
  checkEntity(astro, given.scope, given.scopeEntityId);
  const object = made(astro, given);
  const { keysUniqueAcrossTypes } = astro.switches;
  const twin = all(astro).some(
    (other) =>
      other.scopeEntityId === object.scopeEntityId &&
      other.objectKey === object.objectKey &&
      (keysUniqueAcrossTypes || other.objectType === object.objectType),
  );
  if (twin) throw new Refusal(409, 'Conflict: an environment object with this key exists already');
  checkEntries(astro, object, given);
  checkConflicts(astro, undefined, object);
  astro.environmentObjects.set(object.id, object);
  return { id: object.id };
}

/** Puts an object into the sandbox without asking whether Astro would take it. */
export function seedObject(astro: Astro, given: GivenObject): string {
  const types = Object.keys(memberOf) as (keyof typeof memberOf)[];
  const object = made(astro, {
    objectType: types.find((type) => given[memberOf[type]] !== undefined) ?? 'AIRFLOW_VARIABLE',
    scope: 'WORKSPACE',
    scopeEntityId: astro.workspaces[0]?.id ?? '',
    ...given,
  });
  astro.environmentObjects.set(object.id, object);
  return object.id;
}

function made(astro: Astro, given: CreateObject): StoredObject {
  const { objectKey, objectType, scope, scopeEntityId } = given;
  const body = kept(objectType, given[memberOf[objectType]] ?? {});
  const at = iso(astro.now());
  return {
    id: astro.newId(),
    objectKey,
    objectType,
    scope,
    scopeEntityId,
    description: given.description ?? '',
    autoLink: given.autoLinkDeployments ?? false,
    links: (given.links ?? []).map((link) => ({
      deploymentId: link.scopeEntityId,
      overrides: updatedOverrides(astro, { objectType, body }, {}, link.overrides),
    })),
    excludes: (given.excludeLinks ?? []).map((entry) => entry.scopeEntityId),
    body,
    createdAt: at,
    updatedAt: at,
  };
}

/** Replaces the sets of links and exclusions, merges what is inside an entry, keeps what else is left out. */
export function updateObject(astro: Astro, id: string | undefined, given: UpdateObject): Answered {
  const before = objectOf(astro, id);
  const body = given[memberOf[before.objectType]];
  if (!body) throw invalid(memberOf[before.objectType], `must be there: the object is a ${before.objectType}`);
  const keeps = astro.switches.omittedArrays === 'kept';
  const after: StoredObject = {
    ...before,
    description: given.description ?? before.description,
    autoLink: given.autoLinkDeployments ?? (keeps && before.autoLink),
    links:
      given.links?.map((link) => {
        const stored = before.links.find(({ deploymentId }) => deploymentId === link.scopeEntityId);
        return {
          deploymentId: link.scopeEntityId,
          overrides: updatedOverrides(astro, before, stored?.overrides ?? {}, link.overrides),
        };
      }) ?? (keeps ? before.links : []),
    excludes: given.excludeLinks?.map((entry) => entry.scopeEntityId) ?? (keeps ? before.excludes : []),
    body: updatedBody(astro, before, body),
    updatedAt: iso(astro.now()),
  };
  if (before.scope === 'DEPLOYMENT' && (after.autoLink || after.links.length > 0 || after.excludes.length > 0))
    throw invalid('scope', 'DEPLOYMENT has neither links nor exclusions');
  checkEntries(astro, after, given);
  checkConflicts(astro, before, after);
  astro.environmentObjects.set(after.id, after);
  return getObject(astro, after.id);
}

/** Deletes an object, whoever is linked to it. */
export function deleteObject(astro: Astro, id: string | undefined): void {
  astro.environmentObjects.delete(objectOf(astro, id).id);
}

/** Adds one exclusion, and leaves everything else to whoever else writes. */
export function excludeLinking(astro: Astro, id: string | undefined, deploymentId: string): void {
  const object = objectOf(astro, id);
  if (object.scope === 'DEPLOYMENT') throw invalid('scope', 'DEPLOYMENT has no exclusions');
  checkWorkspace(object, deploymentOf(astro, deploymentId).deployment.workspaceId);
  const there = object.excludes.includes(deploymentId);
  if (astro.switches.excludeConflicts === 'refused' && (there || isLinked(object, deploymentId)))
    throw new Refusal(409, `Conflict: the deployment is ${there ? 'excluded' : 'linked'} already`);
  const excludes = there ? object.excludes : [...object.excludes, deploymentId];
  astro.environmentObjects.set(object.id, { ...object, excludes, updatedAt: iso(astro.now()) });
}

/** Deletes what belongs to a Deployment that is deleted; what others hold about it goes by a switch. */
export function forgetDeployment(astro: Astro, id: string): void {
  for (const object of all(astro)) {
    if (object.scopeEntityId === id) astro.environmentObjects.delete(object.id);
    else if (astro.switches.linksOfDeletedDeployments === 'removed')
      astro.environmentObjects.set(object.id, {
        ...object,
        links: object.links.filter(({ deploymentId }) => deploymentId !== id),
        excludes: object.excludes.filter((deploymentId) => deploymentId !== id),
      });
  }
}

/** Every object in clear, as a copy without its times. */
export const plainObjects = (astro: Astro): PlainObject[] =>
  all(astro).map(({ id, objectKey, objectType, scope, scopeEntityId, description, autoLink, links, excludes, body }) =>
    structuredClone({ id, objectKey, objectType, scope, scopeEntityId, description, autoLink, links, excludes, body }),
  );

/** What a Deployment sees in clear, by type and key. */
export const effectiveObjects = (astro: Astro, deploymentId: string): Readonly<Record<string, Fields>> =>
  Object.fromEntries(
    resolve(astro, deploymentId).map(({ object: { objectType, objectKey, body } }) => [
      `${objectType}:${objectKey}`,
      structuredClone(body),
    ]),
  );

function checkEntity(astro: Astro, scope: StoredObject['scope'], id: string): void {
  if (scope === 'DEPLOYMENT') deploymentOf(astro, id);
  else if (!astro.workspaces.some((workspace) => workspace.id === id)) throw new Refusal(404, 'Workspace not found');
}

function checkWorkspace(object: StoredObject, workspaceId: string): void {
  if (workspaceId !== object.scopeEntityId) throw invalid('scopeEntityId', 'is a deployment of another workspace');
}

/** The Deployments that a body names must be there, in the Workspace of the object, and once. */
function checkEntries(astro: Astro, object: StoredObject, given: Pick<UpdateObject, 'links' | 'excludeLinks'>): void {
  for (const field of ['links', 'excludeLinks'] as const) {
    const ids = (given[field] ?? []).map(({ scopeEntityId }) => wellFormed(scopeEntityId));
    if (new Set(ids).size < ids.length) throw invalid(field, 'names a deployment twice');
    for (const id of ids) {
      const found = astro.deployments.get(id);
      if (found) checkWorkspace(object, found.deployment.workspaceId);
      else if (astro.switches.deadLinks === 'refused') throw invalid(field, `names ${id}, which is no deployment`);
    }
  }
}

function checkConflicts(astro: Astro, before: StoredObject | undefined, after: StoredObject): void {
  const { excludeConflicts, sameKeyOnDeployment } = astro.switches;
  if (excludeConflicts === 'refused' && after.excludes.some((id) => isLinked(after, id)))
    throw new Refusal(409, 'Conflict: a deployment is both linked and excluded');
  if (sameKeyOnDeployment === 'allowed') return;
  const clash = all(astro).some((other) => {
    if (!sameName(after, other) || after.scope === other.scope) return false;
    const [shared, owned] = after.scope === 'WORKSPACE' ? [after, other] : [other, after];
    const id = owned.scopeEntityId;
    const workspaceId = astro.deployments.get(id)?.deployment.workspaceId;
    // What an update found as it is, it may leave so.
    const isNew = !before || (after === shared && !reaches(before, id));
    return workspaceId === shared.scopeEntityId && reaches(shared, id) && isNew;
  });
  if (clash) throw new Refusal(409, 'Conflict: a deployment would see two environment objects with this key');
}
