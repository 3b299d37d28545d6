import {
  apiNames,
  bare,
  complete,
  fieldOf,
  isExcluded,
  kindOfType,
  linkOf,
  mayBeMasked,
  readable,
  type EnvironmentObject,
  type Fields,
  type LinkRequest,
  type ObjectUpdate,
} from './environment-objects.ts';

/** An entry that our update removed by accident. */
export interface LostEntry {
  readonly of: 'link' | 'exclusion' | 'auto-link' | 'object';
  /** Whose link or exclusion it is; none for what belongs to the object itself. */
  readonly deploymentId?: string;
  /** Names of the fields that are gone, of the link or of the object. */
  readonly fields: readonly string[];
  /** For people: "the link of the Deployment x (its overrides of schema)". */
  readonly what: string;
  /**
   * Whether a concurrent run may have caused it and will restore it: a link without any override looks the same whether
   * the update dropped the overrides, or the link had been removed just before and the update brought it back.
   */
  readonly mayBeRestored: boolean;
}

/**
 * Compares an object before and after an update. Every link and exclusion of other Deployments that was sent must be
 * there with its overrides, and the object must hold every field that it held; anything else is lost, because Astro
 * answers with the object as the update left it. A link that kept some of its overrides was changed by its own run
 * meanwhile: an update that names a link without overrides keeps all of them or none.
 */
export function lostEntries(
  before: EnvironmentObject,
  after: EnvironmentObject,
  sent: ObjectUpdate,
  own: string,
): LostEntry[] {
  const lost: LostEntry[] = [];
  for (const { scopeEntityId: id } of sent.links ?? []) {
    const was = linkOf(before, id);
    if (id === own || !was) continue;
    const now = linkOf(after, id);
    if (now && (was.setFields.length === 0 || now.setFields.length > 0)) continue;
    const fields = was.setFields.length > 0 ? ` (its overrides of ${was.setFields.join(', ')})` : '';
    lost.push({
      of: 'link',
      deploymentId: id,
      fields: was.setFields,
      what: `the link of the Deployment ${id}${fields}`,
      mayBeRestored: now !== undefined,
    });
  }
  for (const { scopeEntityId: id } of sent.excludeLinks ?? []) {
    if (id === own || isExcluded(after, id)) continue;
    const what = `the exclusion of the Deployment ${id}`;
    lost.push({ of: 'exclusion', deploymentId: id, fields: [], what, mayBeRestored: false });
  }
  if (sent.autoLinkDeployments === true && after.autoLinkDeployments !== true)
    lost.push({ of: 'auto-link', fields: [], what: 'its link to all Deployments', mayBeRestored: false });
  const { body } = apiNames[kindOfType(before.objectType)];
  // An empty text empties a field on purpose, but in a secret variable it says that the value stays.
  const emptied = (name: string): boolean =>
    fieldOf((sent[body] ?? {}) as Fields, name) === '' && !(name === 'value' && mayBeMasked(before, name));
  const fields = before.setFields.filter((name) => !after.setFields.includes(name) && !emptied(name));
  if (fields.length > 0)
    lost.push({ of: 'object', fields, what: `its own ${fields.join(', ')}`, mayBeRestored: false });
  return lost;
}

/** Links that still lack their overrides in a later reading: a link that is gone by then was removed on purpose. */
export const stillLost = (lost: readonly LostEntry[], later: EnvironmentObject): LostEntry[] =>
  lost.filter(({ deploymentId = '' }) => linkOf(later, deploymentId)?.setFields.length === 0);

/** What is still lost after an attempt to restore it. */
export function notRestored(lost: readonly LostEntry[], later: EnvironmentObject): LostEntry[] {
  return lost.flatMap((one): LostEntry[] => {
    const id = one.deploymentId ?? '';
    const link = linkOf(later, id);
    switch (one.of) {
      case 'exclusion':
        return isExcluded(later, id) ? [] : [one];
      case 'auto-link':
        return later.autoLinkDeployments === true ? [] : [one];
      case 'link': {
        const fields = one.fields.filter((name) => link?.setFields.includes(name) !== true);
        if (link && fields.length === 0) return [];
        return link ? [{ ...one, fields, what: `the overrides of the Deployment ${id}: ${fields.join(', ')}` }] : [one];
      }
      case 'object': {
        const fields = one.fields.filter((name) => !later.setFields.includes(name));
        return fields.length === 0 ? [] : [{ ...one, fields, what: `its own ${fields.join(', ')}` }];
      }
    }
  });
}

/** An update that gives back what was lost, as far as Astro had shown it; everything else stays as it is now. */
export function restoring(
  before: EnvironmentObject,
  now: EnvironmentObject,
  sent: ObjectUpdate,
  lost: readonly LostEntry[],
): ObjectUpdate {
  const { body, overrides } = apiNames[kindOfType(before.objectType)];
  const of = (kind: LostEntry['of']): string[] =>
    lost.flatMap((one) => (one.of === kind && one.deploymentId !== undefined ? [one.deploymentId] : []));
  const lostLinks = of('link');
  const links = [
    ...(now.links ?? []).filter(({ scopeEntityId }) => !lostLinks.includes(scopeEntityId)),
    ...(before.links ?? []).filter(({ scopeEntityId }) => lostLinks.includes(scopeEntityId)),
  ].map((link): LinkRequest => {
    const id = link.scopeEntityId;
    const shown = readable(before, (lostLinks.includes(id) ? (link[overrides] ?? {}) : {}) as Fields);
    return { ...bare(id), ...(Object.keys(shown).length > 0 && { overrides: { [body]: shown } }) };
  });
  const exclusions = new Set([...(now.excludeLinks ?? []).map((one) => one.scopeEntityId), ...of('exclusion')]);
  return {
    ...complete(
      now,
      links,
      [...exclusions].map((id) => bare(id)),
    ),
    ...(lost.some((one) => one.of === 'auto-link') && { autoLinkDeployments: true }),
    ...ownFields(before, sent, lost),
  };
}

/** The typed body with the lost fields in it, for an Astro that clears what a body leaves out. */
function ownFields(before: EnvironmentObject, sent: ObjectUpdate, lost: readonly LostEntry[]): object {
  const { body } = apiNames[kindOfType(before.objectType)];
  const lostFields = new Set(lost.flatMap((one) => (one.of === 'object' ? one.fields : [])));
  if (lostFields.size === 0) return {};
  const parents = new Set([...lostFields].map((name) => name.split('.', 1)[0]));
  const shown = Object.entries(readable(before, (before[body] ?? {}) as Fields)).filter(([name]) => parents.has(name));
  return { [body]: { ...Object.fromEntries(shown), ...(sent[body] as object) } };
}
