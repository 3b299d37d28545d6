import type { AirflowConnection } from '../airflow/connections.ts';
import type { AirflowVariable } from '../airflow/objects.ts';
import type { SourceObject } from './take-over.ts';
import { given } from './template-reader.ts';
import type { Field, Json } from './wanted-objects.ts';

/** Words that make Airflow hide a value (Airflow, "Masking sensitive data": sensitive field names). */
const sensitive =
  /access_token|api_?key|authorization|pass(?:phrase|wd|word)|private_key|secret|token|keyfile_dict|service_account/i;

const field = (name: string, value: Json): Field => ({ name, value, fromEnv: false });

/** A connection of the metadata database as an environment object. */
export function connectionSource(connection: AirflowConnection): SourceObject {
  const { id, type, host, login, schema, port, password, extra, description } = connection;
  const plain = Object.entries({ host, login, schema, port }).flatMap(([name, value]) =>
    value === undefined ? [] : [field(name, value)],
  );
  const members = extra.kind === 'object' ? Object.entries(extra.members) : [];
  const masked = extra.kind === 'object' ? extra.masked : [];
  const impossible =
    extra.kind === 'unparsable'
      ? 'its `extra` is not a JSON object, and the Environment Manager holds nothing else'
      : extra.kind === 'masked'
        ? 'Airflow hides all of its `extra`'
        : type === ''
          ? 'it has no connection type'
          : undefined;
  return {
    kind: 'connection',
    key: id,
    connectionType: type,
    fields: [
      ...plain,
      ...(password.kind === 'value' ? [field('password', password.value)] : []),
      ...members
        .filter(([name]) => !masked.includes(name))
        .map(([name, value]) => field(`extra.${name}`, value as Json)),
    ],
    hidden: [...(password.kind === 'masked' ? ['password'] : []), ...masked.map((name) => `extra.${name}`)],
    doubtful: password.kind === 'unknown' ? ['password'] : [],
    ...given('description', description),
    ...given('impossible', impossible),
  };
}

/** A variable of the metadata database as an environment object; what Airflow would hide stays secret. */
export function variableSource({ key, value, description, masked }: AirflowVariable): SourceObject {
  return {
    kind: 'airflow-variable',
    key,
    fields: masked ? [] : [field('value', value)],
    hidden: masked ? ['value'] : [],
    doubtful: [],
    isSecret: masked || sensitive.test(key),
    ...given('description', description),
  };
}

/** Values that must not be shown although they could be read: passwords, secret variables, members with telling names. */
export function secretsIn(source: SourceObject): string[] {
  return source.fields.flatMap(({ name, value }) =>
    typeof value === 'string' && (name === 'password' || source.isSecret === true || sensitive.test(name))
      ? [value]
      : [],
  );
}
