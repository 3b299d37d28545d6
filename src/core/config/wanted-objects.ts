import type { Config } from './config.ts';
import type { ObjectEntry, WrittenField } from './object-entry.ts';
import type { ObjectKind } from './schema-objects.ts';
import type { YamlNode } from '../yaml/document.ts';
import { refuseProblems, type Findings } from '../yaml/problems.ts';
import type { Position, Problem } from '../errors.ts';
import { expand, type PlaceholderValues } from '../yaml/placeholders.ts';
import { given } from '../yaml/reader.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A field with the value that it shall have. */
export interface Field {
  /** As the API names it: `schema`, `extra.database`. */
  readonly name: string;
  readonly value: Json;
  /** Whether the value came from the step's `env:` and is a secret therefore. */
  readonly fromEnv: boolean;
}

/** What one Deployment shall see of one environment object. */
export interface WantedObject {
  readonly kind: ObjectKind;
  readonly key: string;
  readonly at: Position;
  /** `unlink`: the file names the object, and no longer for this Deployment; `none`: only the object itself matters. */
  readonly link: 'link' | 'exclude' | 'unlink' | 'none';
  readonly overrides: readonly Field[];
  readonly share?: 'restricted' | 'all';
  readonly declared?: {
    readonly connectionType?: string;
    readonly authTypeId?: string;
    readonly isSecret: boolean;
    readonly description?: string;
    readonly values: readonly Field[];
  };
  /** Whether the file may change what every Deployment sees of the object, or only this Deployment's link to it. */
  readonly mayChangeObject: boolean;
  /** Whether the run is for a preview: it changes only objects that no other Deployment uses, and shares none with all. */
  readonly forPreview?: boolean;
}

/**
 * The environment objects of one target, placeholders filled in. What `share: all` makes for every Deployment, a preview
 * gets by a link of its own: sharing takes effect on the run of a long-lived environment.
 * Throws UserError with the place of everything that cannot be filled in.
 */
export function wantedObjects(config: Config, target: string, values: PlaceholderValues): WantedObject[] {
  const found: Findings = { problems: [], notices: [] };
  const wanted = config.objects.flatMap((entry): WantedObject[] => {
    const own = entry.targets.find(({ name }) => name === target);
    const shared = entry.declared !== undefined && entry.share === 'all';
    if (!own && !shared && target !== 'preview') return [];
    const isForPreview = target === 'preview';
    const link = own ? (own.excluded ? 'exclude' : 'link') : !shared ? 'unlink' : isForPreview ? 'link' : 'none';
    const declared = link === 'unlink' || (link === 'exclude' && !shared) ? undefined : entry.declared;
    return [
      {
        kind: entry.kind,
        key: entry.key,
        at: entry.at,
        link,
        overrides: fill(own?.overrides ?? [], values, found),
        ...given('share', entry.share),
        ...given('declared', declared && declare(declared, values, found)),
        forPreview: isForPreview,
        mayChangeObject: true,
      },
    ];
  });
  found.problems.push(...wanted.flatMap(clearSecrets));
  refuseProblems(config.file, found);
  return wanted;
}

/** Values of `${env.…}` in fields that Astro shows in clear. */
function clearSecrets({ kind, at, overrides, declared }: WantedObject): Problem[] {
  const shown = [...overrides, ...(declared?.values ?? [])].filter(
    ({ name, fromEnv }) =>
      fromEnv &&
      ((kind === 'metrics-export' && !/^(?:password|basicToken|headers\..*)$/.test(name)) ||
        (declared?.isSecret === false && kind.endsWith('-variable'))),
  );
  return shown.map(({ name }) => ({
    message: `\`${name}\` of this ${kind} is shown in clear in Astro, and \`\${env.…}\` is a secret: ${kind === 'metrics-export' ? 'write the value here' : 'write `secret: true`'}`,
    at,
  }));
}

function declare(
  declared: NonNullable<ObjectEntry['declared']>,
  values: PlaceholderValues,
  found: Findings,
): NonNullable<WantedObject['declared']> {
  const fields = fill(declared.values, values, found);
  return {
    values: fields,
    // A variable whose value came as a secret is made one unless the file says otherwise; it cannot become one later.
    isSecret: declared.isSecret ?? fields.some(({ fromEnv }) => fromEnv),
    ...given('connectionType', declared.connectionType),
    ...given('authTypeId', declared.authTypeId),
    ...given('description', declared.description),
  };
}

function fill(fields: readonly WrittenField[], values: PlaceholderValues, found: Findings): Field[] {
  return fields.map(({ name, value }) => {
    const before = found.problems.length;
    const filled = render(value, !name.startsWith('extra.'), values, found);
    if (name !== 'port') return { name, ...filled };
    const port = filled.value as string;
    if (found.problems.length === before && !(/^[1-9][0-9]{0,4}$/.test(port) && Number(port) <= 65_535))
      found.problems.push({ message: '`port` must be a whole number from 1 to 65535', at: value.at });
    return { name, value: Number(port), fromEnv: filled.fromEnv };
  });
}

/** Fields are text as it is written; members of `extra` keep the type that they have in the file. */
function render(
  node: YamlNode,
  asText: boolean,
  values: PlaceholderValues,
  found: Findings,
): { value: Json; fromEnv: boolean } {
  if (node.kind === 'scalar') {
    if (typeof node.value !== 'string') return { value: asText ? node.text : node.value, fromEnv: false };
    const expanded = expand(node.text, values);
    if (expanded.ok) return { value: expanded.text, fromEnv: expanded.fromEnv };
    found.problems.push({ message: expanded.why, at: node.at });
    return { value: '', fromEnv: false };
  }
  if (node.kind === 'sequence') {
    const items = node.items.map((item) => render(item, asText, values, found));
    return { value: items.map(({ value }) => value), fromEnv: items.some(({ fromEnv }) => fromEnv) };
  }
  const members = node.entries.map(({ key, value }) => ({ key, ...render(value, asText, values, found) }));
  return {
    value: Object.fromEntries(members.map(({ key, value }) => [key, value])),
    fromEnv: members.some(({ fromEnv }) => fromEnv),
  };
}
