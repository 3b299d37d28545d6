import { readStructure } from './sources.ts';
import { given } from '../yaml/reader.ts';
import type { Field, Json } from '../config/wanted-objects.ts';
import type { AirflowConnection, AirflowExtra, AirflowVariable } from './airflow-objects.ts';
import type { SourceObject } from './source-object.ts';

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
  const {
    members,
    masked,
  }: Pick<Extract<AirflowExtra, { kind: 'object' }>, 'members' | 'masked'> = extra.kind === 'object'
    ? extra
    : { members: {}, masked: [] };
  const structured = masked.filter((name) => typeof members[name] === 'object').map((name) => `extra.${name}`);
  return {
    kind: 'connection',
    key: id,
    connectionType: type,
    fields: [
      ...plain,
      ...(password.kind === 'value' ? [field('password', password.value)] : []),
      ...Object.entries(members)
        .filter(([name]) => !masked.includes(name))
        .map(([name, value]) => field(`extra.${name}`, value as Json)),
    ],
    hidden: [...(password.kind === 'masked' ? ['password'] : []), ...masked.map((name) => `extra.${name}`)],
    doubtful: password.kind === 'unknown' ? ['password'] : [],
    ...(structured.length > 0 && { structured }),
    ...given('description', description),
    ...given('impossible', obstacle(connection)),
  };
}

function obstacle({ type, extra }: AirflowConnection): string | undefined {
  if (extra.kind === 'unparsable')
    return 'its `extra` is not a JSON object, and the Environment Manager holds nothing else';
  if (extra.kind === 'masked') return 'Airflow hides all of its `extra`';
  return type === '' ? 'it has no connection type' : undefined;
}

/** A variable of the metadata database as an environment object; what Airflow would hide stays secret. */
export function variableSource({ key, value, description, masked }: AirflowVariable): SourceObject {
  return {
    kind: 'airflow-variable',
    key,
    fields: masked ? [] : [field('value', value)],
    hidden: masked ? ['value'] : [],
    doubtful: [],
    isSecret: masked || sensitive.test(key) || namesSecrets(readStructure(value)),
    ...given('description', description),
  };
}

/** Whether a member of a value, however deep, is a secret by its name. */
const namesSecrets = (value: Json | undefined): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).some(([name, member]) => sensitive.test(name) || namesSecrets(member));

/** Values that must not be shown although they could be read: passwords, secret variables, members with telling names. */
export function secretsIn({ fields, isSecret }: SourceObject): string[] {
  return fields.flatMap(({ name, value, fromEnv }) =>
    textsOf(name, value, isSecret === true || name === 'password' || (fromEnv && typeof value === 'string')),
  );
}

/** The texts of a value that are secret, by the name of a member or because all of it is. */
function textsOf(name: string, value: Json, all: boolean): string[] {
  const whole = all || sensitive.test(name);
  if (typeof value === 'string') return whole ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([member, one]) => textsOf(member, one, whole));
}
