import {
  apiNames,
  bare,
  isExcluded,
  linkOf,
  nested,
  otherExclusions,
  otherLinks,
  typedBody,
  type EnvironmentObject,
  type ObjectCreate,
  type ObjectUpdate,
} from './environment-objects.ts';
import { defined } from '../deployment/desired.ts';
import { changedFields, changedOverrides, covered, keptMembers } from './changed-fields.ts';
import { strangeScope } from './entries.ts';
import type { ObjectVerb } from './verbs.ts';
import type { Field, WantedObject } from '../config/wanted-objects.ts';

/** What has to be written, and what people are told of it: names of fields, never a value. */
export type ObjectAction =
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'create';
      readonly body: ObjectCreate;
      readonly fields: readonly string[];
      readonly verbs: readonly ObjectVerb[];
    }
  | {
      readonly kind: 'update';
      readonly body: ObjectUpdate;
      /** Overridden fields that are set or given up; fields of the object itself that change. */
      readonly fields: readonly string[];
      readonly verbs: readonly ObjectVerb[];
    }
  | { readonly kind: 'exclude'; readonly verbs: readonly ObjectVerb[] }
  | { readonly kind: 'refuse'; readonly why: string };

/**
 * What brings one object in line for one Deployment. The body of an update is always complete, because Astro drops
 * links, exclusions and auto-linking that an update leaves out; other Deployments' links are in it bare, which keeps
 * their overrides. `rewriteSecrets` also sends secrets that Astro holds already and nobody can compare.
 */
export function reconcileLink(
  wanted: WantedObject,
  object: EnvironmentObject | undefined,
  deploymentId: string,
  place: { readonly workspaceId: string; readonly rewriteSecrets: boolean },
): ObjectAction {
  if (!object)
    return wanted.declared ? create(wanted, wanted.declared, deploymentId, place.workspaceId) : missing(wanted);
  const names = apiNames[wanted.kind];
  const own = linkOf(object, deploymentId);
  const excluded = isExcluded(object, deploymentId);
  const autoLink = object.autoLinkDeployments === true;
  const mayChange = mayChangeObject(wanted, object, deploymentId);
  // `share` takes effect on the run of a long-lived environment only.
  const autoLinked =
    wanted.share !== undefined && mayChange && wanted.forPreview !== true ? wanted.share === 'all' : autoLink;
  const body = mayChange ? changedFields(wanted, object, place.rewriteSecrets) : [];
  const kept = keptMembers(body, wanted, object);
  const why = strangeScope(object) ?? kept.why;
  const refusal: ObjectAction | undefined = why === undefined ? undefined : { kind: 'refuse', why };
  const verbs: ObjectVerb[] = [
    ...(autoLinked === autoLink ? [] : [autoLinked ? ('share' as const) : ('restrict' as const)]),
    ...(body.length > 0 ? (['change'] as const) : []),
  ];

  let links = otherLinks(object, deploymentId);
  let excludeLinks = otherExclusions(object, deploymentId);
  let fields: string[] = body.map(({ name }) => name);
  const keepAsIs = (): void => {
    if (own) links = [...links, bare(deploymentId)];
    if (excluded) excludeLinks = [...excludeLinks, bare(deploymentId)];
  };
  switch (wanted.link) {
    case 'none':
      keepAsIs();
      break;
    case 'unlink':
      if (own) verbs.push('unlink');
      if (excluded) excludeLinks = [...excludeLinks, bare(deploymentId)];
      break;
    case 'exclude':
      if (own) verbs.push('unlink');
      if (autoLinked && !excluded) {
        if (verbs.length === 0) return refusal ?? { kind: 'exclude', verbs: ['exclude'] };
        verbs.push('exclude');
      }
      if (autoLinked || excluded) excludeLinks = [...excludeLinks, bare(deploymentId)];
      break;
    case 'link': {
      const wantedOverrides = [...wanted.overrides, ...divertedFields(wanted, object, deploymentId)];
      const set = changedOverrides(wanted, wantedOverrides, { object, own, rewriteSecrets: place.rewriteSecrets });
      const unset = (own?.setFields ?? []).filter((name) => !covered(name, wantedOverrides));
      const needed = own !== undefined || !autoLinked || wantedOverrides.length > 0;
      if (excluded) verbs.push('include');
      if (needed && !own) verbs.push('link');
      if (set.length + unset.length > 0) verbs.push(own ? 'change-overrides' : 'override');
      fields = [...fields, ...set.map(({ name }) => name), ...unset.map((name) => `-${name}`)];
      if (needed) links = [...links, { ...bare(deploymentId), ...overrides(names.body, set, unset) }];
    }
  }
  if (verbs.length === 0) return { kind: 'nothing' };
  return (
    refusal ?? {
      kind: 'update',
      verbs,
      fields,
      body: {
        ...defined({ description: object.description }),
        autoLinkDeployments: autoLinked,
        links,
        excludeLinks,
        ...typedBody(wanted.kind, object, [...body, ...kept.fields]),
      },
    }
  );
}

/**
 * Whether this run may change what every Deployment sees of an object. A preview's run may only where Astro shows that
 * nobody but this preview uses the object: what the branch's file says of it proves nothing.
 */
function mayChangeObject(wanted: WantedObject, object: EnvironmentObject, deploymentId: string): boolean {
  if (!wanted.mayChangeObject || wanted.forPreview !== true) return wanted.mayChangeObject;
  return object.autoLinkDeployments !== true && otherLinks(object, deploymentId).length === 0;
}

/**
 * Declared fields that differ from those of an object which a preview must not change: they become overrides of the
 * preview's own link. Secrets that Astro holds already cannot be compared and stay as they are.
 */
export function divertedFields(
  wanted: WantedObject,
  object: EnvironmentObject,
  deploymentId: string,
): readonly Field[] {
  const isDiverted = wanted.forPreview === true && wanted.mayChangeObject && wanted.link === 'link';
  if (!isDiverted || mayChangeObject(wanted, object, deploymentId)) return [];
  return changedFields(wanted, object, false).filter(({ name }) => !covered(name, wanted.overrides));
}

function missing(wanted: WantedObject): ObjectAction {
  return wanted.link === 'unlink' ? { kind: 'nothing' } : { kind: 'refuse', why: 'it does not exist' };
}

function create(
  wanted: WantedObject,
  declared: NonNullable<WantedObject['declared']>,
  deploymentId: string,
  workspaceId: string,
): ObjectAction {
  const names = apiNames[wanted.kind];
  const shared = wanted.share === 'all' && wanted.forPreview !== true;
  const fields = nested(declared.values);
  const variable = wanted.kind === 'airflow-variable' || wanted.kind === 'environment-variable';
  const linked = wanted.link === 'link' && (!shared || wanted.overrides.length > 0);
  const body = {
    objectKey: wanted.key,
    objectType: names.type,
    scope: 'WORKSPACE',
    scopeEntityId: workspaceId,
    autoLinkDeployments: shared,
    ...defined({ description: declared.description }),
    links: linked ? [{ ...bare(deploymentId), ...overrides(names.body, wanted.overrides, []) }] : [],
    excludeLinks: wanted.link === 'exclude' ? [bare(deploymentId)] : [],
    [names.body]: {
      ...defined({ type: declared.connectionType, authTypeId: declared.authTypeId }),
      ...fields,
      ...(variable && { isSecret: declared.isSecret }),
    },
  } as ObjectCreate;
  return {
    kind: 'create',
    body,
    verbs: linked ? ['create', 'link'] : ['create'],
    fields: wanted.overrides.map(({ name }) => name),
  };
}

function overrides(member: string, set: readonly Field[], unset: readonly string[]): object {
  if (set.length + unset.length === 0) return {};
  return {
    overrides: {
      ...(set.length > 0 && { [member]: nested(set) }),
      ...(unset.length > 0 && { unsetFields: [...unset] }),
    },
  };
}
