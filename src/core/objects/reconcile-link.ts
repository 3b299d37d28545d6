import {
  apiNames,
  bare,
  compare,
  complete,
  fieldOf,
  isExcluded,
  linkOf,
  mayBeMasked,
  nested,
  otherExclusions,
  otherLinks,
  readable,
  same,
  typedBody,
  type EnvironmentObject,
  type Fields,
  type Link,
  type ObjectCreate,
  type ObjectUpdate,
} from './environment-objects.ts';
import { defined } from '../deployment/desired.ts';
import { oneLine } from '../text.ts';
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
export function bringInLine(
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

/** Takes a Deployment that goes away out of an object; `undefined` where the object does not name it. */
export function withoutDeployment(object: EnvironmentObject, deploymentId: string): ObjectUpdate | undefined {
  if (!linkOf(object, deploymentId) && !isExcluded(object, deploymentId)) return undefined;
  return complete(object, otherLinks(object, deploymentId), otherExclusions(object, deploymentId));
}

/** Whether an object names the Deployment, as linked or as excluded. */
export const isNamed = (object: EnvironmentObject, deploymentId: string): boolean =>
  linkOf(object, deploymentId) !== undefined || isExcluded(object, deploymentId);

/**
 * Why an object must not be updated: it has links to other things than Deployments, and how those come through an update
 * is not known. `undefined` where nothing is in the way.
 */
export function strangeScope(object: EnvironmentObject): string | undefined {
  const strange = [...(object.links ?? []), ...(object.excludeLinks ?? [])].find(({ scope }) => scope !== 'DEPLOYMENT');
  return (
    strange &&
    `it is linked to something other than a Deployment (${oneLine(strange.scope, 40)}), and whether that link would survive an update is not known: change it in the Astro UI`
  );
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

const bodyOf = (object: EnvironmentObject, { kind }: WantedObject): Fields =>
  (object[apiNames[kind].body] ?? {}) as Fields;

/** Fields of the object itself that differ from what the file declares; secrets only where they are to be written again. */
function changedFields(wanted: WantedObject, object: EnvironmentObject, rewriteSecrets: boolean): Field[] {
  const { declared } = wanted;
  if (!declared) return [];
  const read = bodyOf(object, wanted);
  const changed = declared.values.filter(
    (field) =>
      // What is empty does not count as set, and need not be emptied.
      !(field.value === '' && !isSet(field.name, object.setFields)) &&
      differs(field, object, read, object.setFields, rewriteSecrets),
  );
  return wholeMaps(changed, declared.values);
}

/**
 * Members that the file does not name, of maps that an update changes: they go along, in case the map is replaced.
 * Those that cannot be read would be lost for good then, so that such a map is not to be touched.
 */
function keptMembers(
  changed: readonly Field[],
  wanted: WantedObject,
  object: EnvironmentObject,
): { fields: Field[]; why?: string } {
  const { declared } = wanted;
  if (!declared) return { fields: [] };
  const read = bodyOf(object, wanted);
  const maps = new Set(changed.filter(({ name }) => name.includes('.')).map(parentOf));
  const others = object.setFields.filter(
    (name) => name.includes('.') && maps.has(parentOf({ name })) && !covered(name, declared.values),
  );
  const fields: Field[] = [];
  const lost: string[] = [];
  for (const name of others) {
    const value = fieldOf(read, name);
    const known = value === undefined || typeof value === 'object' ? {} : readable(object, { [name]: value });
    if (value !== undefined && name in known) fields.push({ name, value, fromEnv: false });
    else lost.push(oneLine(name, 60));
  }
  if (lost.length === 0) return { fields };
  return {
    fields,
    why: `Astro may replace a map as a whole, and ${lost.join(', ')}, which cannot be read, would be lost: name every member of it in the file, or leave the map out`,
  };
}

function changedOverrides(
  { kind }: WantedObject,
  overrides: readonly Field[],
  there: { readonly object: EnvironmentObject; readonly own: Link | undefined; readonly rewriteSecrets: boolean },
): Field[] {
  const { object, own, rewriteSecrets } = there;
  if (!own) return [...overrides];
  const read = (own[apiNames[kind].overrides] ?? {}) as Fields;
  const changed = overrides.filter((field) => differs(field, object, read, own.setFields, rewriteSecrets));
  return wholeMaps(changed, overrides);
}

const parentOf = ({ name }: Pick<Field, 'name'>): string => name.split('.', 1)[0] as string;

/** A map goes whole or not at all: whether Astro merges its members or replaces the map is not settled. */
function wholeMaps(changed: readonly Field[], all: readonly Field[]): Field[] {
  return all.filter(
    (field) =>
      changed.includes(field) || changed.some((one) => one.name.includes('.') && parentOf(one) === parentOf(field)),
  );
}

/** Whether a field must be written: it is not set, or it can be read and is another. Masked ones cannot be compared. */
function differs(
  field: Field,
  object: EnvironmentObject,
  read: Fields,
  setFields: readonly string[],
  rewriteSecrets: boolean,
): boolean {
  if (!isSet(field.name, setFields)) return true;
  const value = fieldOf(read, field.name);
  const found =
    value === undefined || mayBeMasked(object, field.name)
      ? compare(value, field.value, field.fromEnv)
      : same(value, field.value)
        ? 'same'
        : 'other';
  return found === 'other' || (found === 'hidden' && rewriteSecrets);
}

/** A map counts as set also where the list names its members. */
const isSet = (name: string, setFields: readonly string[]): boolean =>
  setFields.some((set) => set === name || set.startsWith(`${name}.`));
const covered = (name: string, wanted: readonly Field[]): boolean =>
  wanted.some((field) => field.name === name || name.startsWith(`${field.name}.`) || field.name.startsWith(`${name}.`));

function overrides(member: string, set: readonly Field[], unset: readonly string[]): object {
  if (set.length + unset.length === 0) return {};
  return {
    overrides: {
      ...(set.length > 0 && { [member]: nested(set) }),
      ...(unset.length > 0 && { unsetFields: [...unset] }),
    },
  };
}
