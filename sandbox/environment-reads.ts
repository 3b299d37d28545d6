import { shown } from './environment-answers.ts';
import { checkEntity } from './environment-checks.ts';
import { overridden } from './environment-shapes.ts';
import { all, objectOf, reaches, sameName } from './environment-store.ts';
import type { Fields, PlainObject, StoredObject } from './environment-types.ts';
import { deploymentOf } from './lifecycle.ts';
import { Refusal, type Astro } from './state.ts';

type Answered = ReturnType<typeof shown>;
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
