import {
  apiNames,
  bare,
  isExcluded,
  linkOf,
  nested,
  otherExclusions,
  otherLinks,
  type EnvironmentObject,
  type Link,
  type LinkRequest,
  type ObjectCreate,
  type ObjectUpdate,
} from './environment-objects.ts';
import { omitUndefined } from '../omit-undefined.ts';
import { changedOverrides, covered } from './changed-fields.ts';
import { strangeScope } from './entries.ts';
import { changeObject, divertedFields } from './object-change.ts';
import type { ObjectVerb } from './verbs.ts';
import type { Field, WantedObject } from '../config/wanted-objects.ts';

/** What has to be written, and what people see of it: names of fields, never a value. */
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
 * What reconciles one object with the file for one Deployment. The body of an update is always complete, because Astro
 * drops links, exclusions and auto-linking that an update leaves out; other Deployments' links are in it bare, which keeps
 * their overrides. `rewriteSecrets` also sends secrets that Astro holds already and nobody can compare.
 */
export function reconcileLink(
  wanted: WantedObject,
  object: EnvironmentObject | undefined,
  deploymentId: string,
  { workspaceId, rewriteSecrets }: { readonly workspaceId: string; readonly rewriteSecrets: boolean },
): ObjectAction {
  if (!object) return wanted.declared ? create(wanted, wanted.declared, deploymentId, workspaceId) : missing(wanted);
  const change = changeObject(wanted, object, deploymentId, { rewriteSecrets });
  const entry = changeEntry(wanted, {
    object,
    deploymentId,
    own: linkOf(object, deploymentId),
    excluded: isExcluded(object, deploymentId),
    autoLinked: change.autoLinked,
    rewriteSecrets,
  });
  const verbs = [...change.verbs, ...entry.verbs];
  if (verbs.length === 0) return { kind: 'nothing' };
  const why = strangeScope(object) ?? change.why;
  if (why !== undefined) return { kind: 'refuse', why };
  // Astro adds an exclusion by itself, so that nothing of others is sent.
  if (verbs.length === 1 && verbs[0] === 'exclude') return { kind: 'exclude', verbs };
  return {
    kind: 'update',
    verbs,
    fields: [...change.fields, ...(entry.fields ?? [])],
    body: {
      ...omitUndefined({ description: object.description }),
      autoLinkDeployments: change.autoLinked,
      links: [...otherLinks(object, deploymentId), ...(entry.link ? [entry.link] : [])],
      excludeLinks: [...otherExclusions(object, deploymentId), ...(entry.excluded ? [bare(deploymentId)] : [])],
      ...change.body,
    },
  };
}

/** The Deployment's own entry in an object, as Astro shows it. */
interface Entry {
  readonly object: EnvironmentObject;
  readonly deploymentId: string;
  readonly own: Link | undefined;
  readonly excluded: boolean;
  /** Whether the object is linked to all Deployments after this update. */
  readonly autoLinked: boolean;
  readonly rewriteSecrets: boolean;
}

/** The Deployment's own entry after an update, and what changes in it. */
interface EntryChange {
  readonly verbs: readonly ObjectVerb[];
  readonly fields?: readonly string[];
  readonly link?: LinkRequest | undefined;
  readonly excluded: boolean;
}

function changeEntry(wanted: WantedObject, entry: Entry): EntryChange {
  const { deploymentId, own, excluded, autoLinked } = entry;
  const unlinked: readonly ObjectVerb[] = own ? ['unlink'] : [];
  switch (wanted.link) {
    case 'none':
      return { verbs: [], excluded, ...(own && { link: bare(deploymentId) }) };
    case 'unlink':
      return { verbs: unlinked, excluded };
    case 'exclude':
      return {
        verbs: [...unlinked, ...(autoLinked && !excluded ? (['exclude'] as const) : [])],
        excluded: autoLinked || excluded,
      };
    case 'link':
      return linkEntry(wanted, entry);
  }
}

function linkEntry(wanted: WantedObject, entry: Entry): EntryChange {
  const { object, deploymentId, own } = entry;
  const wantedOverrides = [...wanted.overrides, ...divertedFields(wanted, object, deploymentId)];
  const set = changedOverrides(wanted, wantedOverrides, entry);
  const unset = (own?.setFields ?? []).filter((name) => !covered(name, wantedOverrides));
  const needed = own !== undefined || !entry.autoLinked || wantedOverrides.length > 0;
  const overriding = own ? 'change-overrides' : 'override';
  return {
    verbs: [
      ...(entry.excluded ? (['include'] as const) : []),
      ...(needed && !own ? (['link'] as const) : []),
      ...(set.length + unset.length > 0 ? ([overriding] as const) : []),
    ],
    fields: [...set.map(({ name }) => name), ...unset.map((name) => `-${name}`)],
    excluded: false,
    ...(needed && { link: { ...bare(deploymentId), ...overrides(apiNames[wanted.kind].body, set, unset) } }),
  };
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
    ...omitUndefined({ description: declared.description }),
    links: linked ? [{ ...bare(deploymentId), ...overrides(names.body, wanted.overrides, []) }] : [],
    excludeLinks: wanted.link === 'exclude' ? [bare(deploymentId)] : [],
    [names.body]: {
      ...omitUndefined({ type: declared.connectionType, authTypeId: declared.authTypeId }),
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
