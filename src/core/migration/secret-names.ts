import type { ObjectKind } from '../config/schema-objects.ts';
import { oneLine } from '../text.ts';
import type { SourceObject } from './source-object.ts';

const upper = (text: string): string => text.toUpperCase().replace(/[^A-Z0-9]/g, '_');
const prefixes = {
  connection: 'CONN',
  'airflow-variable': 'VAR',
  'environment-variable': 'VAR',
  'metrics-export': 'METRICS',
} as const;

/** The variable of the step's `env:` that supplies a secret which nobody gives out: `CONN_<ID>_PASSWORD`, `VAR_<KEY>`. */
export function secretName(kind: ObjectKind, key: string, field: string): string {
  const start = `${prefixes[kind]}_${upper(key)}`;
  return field === 'value' ? start : `${start}_${upper(field)}`;
}

/** The variable that says that a connection has no password, where Airflow cannot. */
export const withoutPasswordName = (key: string): string => `CONN_${upper(key)}_NO_PASSWORD`;

/** Names of all variables that could matter for a source. */
export function secretNames(source: SourceObject): string[] {
  const fields = [...source.hidden, ...source.doubtful];
  return [
    ...fields.map((field) => secretName(source.kind, source.key, field)),
    ...(source.doubtful.length > 0 ? [withoutPasswordName(source.key)] : []),
  ];
}

/** Variables of `env:` that two different sources would both take their secret from. */
export function sharedNames(sources: readonly SourceObject[]): string[] {
  const users = new Map<string, string[]>();
  for (const source of sources)
    for (const name of secretNames(source))
      users.set(name, [...(users.get(name) ?? []), `${source.kind}:${oneLine(source.key, 60)}`]);
  return [...users].flatMap(([name, keys]) =>
    keys.length > 1
      ? [`${name} would be the secret of ${keys.join(' and of ')}: move one of them at a time with \`objects\``]
      : [],
  );
}
