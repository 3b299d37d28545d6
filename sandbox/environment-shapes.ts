import type { components } from '../src/contract/astro-api.ts';
import { memberOf, type Fields, type ObjectType, type StoredObject } from './environment-types.ts';
import { Refusal, type Astro } from './state.ts';

type Schemas = components['schemas'];

const overridable: Readonly<Record<ObjectType, readonly string[]>> = {
  CONNECTION: ['type', 'host', 'port', 'login', 'password', 'schema', 'extra'],
  AIRFLOW_VARIABLE: ['value'],
  ENVIRONMENT_VARIABLE: ['value'],
  METRICS_EXPORT: [
    ...['endpoint', 'exporterType', 'authType', 'basicToken', 'username', 'password'],
    ...['sigV4AssumeArn', 'sigV4StsRegion', 'headers', 'labels'],
  ],
};
const maps = ['extra', 'headers', 'labels'];
/** Whether a type holds one value, which may be secret. */
export const isVariable = (type: ObjectType): boolean => type.endsWith('_VARIABLE');
const membersOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});

/** A refusal that names the field at fault. */
export const invalid = (field: string, message: string): Refusal =>
  new Refusal(400, `Invalid request: ${field} ${message}`, [{ field, code: 'invalid', message }]);

/** A typed body as it is kept: variables have both members, elsewhere an empty text is no value. */
export function kept(type: ObjectType, fields: Fields): Fields {
  if (isVariable(type)) return { value: fields['value'] ?? '', isSecret: fields['isSecret'] ?? false };
  const full = filled(Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '')));
  for (const name of type === 'CONNECTION' ? ['type'] : ['endpoint', 'exporterType'])
    if (full[name] === undefined) throw invalid(`${memberOf[type]}.${name}`, 'is required');
  return full;
}

/** Fields without maps that have no members. */
const filled = (fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).filter(
      ([name, value]) => !(maps.includes(name) && Object.keys(membersOf(value)).length === 0),
    ),
  );

/** What a typed body in an update makes of the stored one: given fields replace, maps as a whole. */
export function updatedBody(astro: Astro, { objectType, body }: StoredObject, sent: Fields): Fields {
  const base = astro.switches.partialBodies === 'kept' ? body : {};
  const fields = { ...base, ...sent };
  if (!isVariable(objectType)) return kept(objectType, fields);
  const value = meansNoChange(astro, body, sent) ? body['value'] : fields['value'];
  return kept(objectType, { value, isSecret: body['isSecret'] });
}

/** A secret's empty value is how a client sends back what it was not shown. */
const meansNoChange = (astro: Astro, body: Fields, sent: Fields): boolean =>
  body['isSecret'] === true && sent['value'] === '' && astro.switches.emptySecretVariable === 'kept';

/** What an entry of `links` makes of the override that is stored for its Deployment. */
export function updatedOverrides(
  astro: Astro,
  { objectType, body }: Pick<StoredObject, 'objectType' | 'body'>,
  before: Fields,
  sent: Schemas['UpdateEnvironmentObjectOverridesRequest'] | undefined,
): Fields {
  const { unsetFields = [], ...typed } = sent ?? {};
  const own = memberOf[objectType];
  if (Object.keys(typed).some((name) => name !== own)) throw invalid('overrides', `must be those of ${own}`);
  const given: Fields = typed[own] ?? {};
  let after = before;
  for (const name of unsetFields) {
    const [field = '', ...member] = name.split('.');
    if (!overridable[objectType].includes(field) || (member.length > 0 && !maps.includes(field)))
      throw invalid('unsetFields', `names ${name}, which is no field of ${own}`);
    if (namesOf(given).some((one) => one === name || (member.length === 0 && one.startsWith(`${name}.`))))
      throw invalid('unsetFields', `names ${name}, which is set as well`);
    after = without(after, field, member.join('.'));
  }
  if (meansNoChange(astro, body, given)) return after;
  const result = filled(folded(after, given, astro.switches.mapOverrides === 'merged'));
  // Refuses an override that empties what the Deployment needs.
  overridden(astro, objectType, body, result);
  return result;
}

/** Lays fields over others; maps member by member where so wanted. */
function folded(under: Fields, over: Fields, mergeMaps: boolean): Fields {
  const laid = Object.entries(over).map(([name, value]) => [
    name,
    mergeMaps && maps.includes(name) ? { ...membersOf(under[name]), ...membersOf(value) } : value,
  ]);
  return { ...under, ...(Object.fromEntries(laid) as Fields) };
}

/** A body as a linked Deployment sees it; an override that is empty empties the field. */
export const overridden = (astro: Astro, type: ObjectType, body: Fields, overrides: Fields): Fields =>
  kept(type, folded(body, overrides, astro.switches.mapsResolve === 'merged'));

function without(fields: Fields, field: string, member: string): Fields {
  const left = Object.entries(membersOf(fields[field])).filter(([name]) => member !== '' && name !== member);
  const others = Object.entries(fields).filter(([name]) => name !== field);
  return Object.fromEntries(left.length > 0 ? [...others, [field, Object.fromEntries(left)]] : others);
}

/** Names of the fields that are there, dotted for members of a map. */
export const namesOf = (fields: Fields): string[] =>
  Object.entries(fields).flatMap(([name, value]) => {
    if (name === 'isSecret') return [];
    return maps.includes(name) ? Object.keys(membersOf(value)).map((member) => `${name}.${member}`) : [name];
  });
