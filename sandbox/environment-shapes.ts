import type { components } from '../src/contract/astro-api.ts';
import { Refusal, somebody, type Astro } from './state.ts';

type Schemas = components['schemas'];
export type CreateObject = Schemas['CreateEnvironmentObjectBody'];
export type UpdateObject = Schemas['UpdateEnvironmentObjectBody'];
type ObjectType = Schemas['EnvironmentObjectType'];

/** A typed body or an override, flat and in clear. */
export type Fields = Readonly<Record<string, unknown>>;

/** An environment object in clear; answers are made from it, and hide what is secret. */
export interface StoredObject {
  readonly id: string;
  readonly objectKey: string;
  readonly objectType: ObjectType;
  readonly scope: Schemas['EnvironmentObjectScope'];
  readonly scopeEntityId: string;
  readonly description: string;
  readonly autoLink: boolean;
  readonly links: readonly { readonly deploymentId: string; readonly overrides: Fields }[];
  /** Deployments kept out of auto-linking. */
  readonly excludes: readonly string[];
  readonly body: Fields;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Where requests and answers keep the typed body of each type. */
export const memberOf = {
  CONNECTION: 'connection',
  AIRFLOW_VARIABLE: 'airflowVariable',
  ENVIRONMENT_VARIABLE: 'environmentVariable',
  METRICS_EXPORT: 'metricsExport',
} as const;

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
const isVariable = (type: ObjectType): boolean => type.endsWith('_VARIABLE');
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
const namesOf = (fields: Fields): string[] =>
  Object.entries(fields).flatMap(([name, value]) => {
    if (name === 'isSecret') return [];
    return maps.includes(name) ? Object.keys(membersOf(value)).map((member) => `${name}.${member}`) : [name];
  });

/** How an answer is to look. */
export interface View {
  readonly secrets: boolean;
  /** Rows of a resolved list have none. */
  readonly id: boolean;
  /** Workspace that a row was inherited from. */
  readonly source?: string | undefined;
}

/** An object as it is answered: no secrets unless asked for, nothing that is false or empty. */
export function shown(astro: Astro, object: StoredObject, view: View): Schemas['EnvironmentObject'] {
  const { id, objectKey, objectType, scope, scopeEntityId, description, autoLink, links, excludes, body } = object;
  const member = memberOf[objectType];
  // A secret's override is left out rather than emptied.
  const hidden = body['isSecret'] === true && !view.secrets;
  return {
    ...(view.id && { id }),
    objectKey,
    objectType,
    scope,
    scopeEntityId,
    ...(view.source !== undefined && { sourceScope: 'WORKSPACE', sourceScopeEntityId: view.source }),
    ...(description !== '' && { description }),
    ...(autoLink && { autoLinkDeployments: true }),
    ...(links.length > 0 && {
      links: links.map(({ deploymentId, overrides }) => {
        const readable = hidden ? {} : visible(astro, objectType, overrides, view.secrets);
        return {
          scope: 'DEPLOYMENT',
          scopeEntityId: deploymentId,
          ...(Object.keys(readable).length > 0 && { [`${member}Overrides`]: readable }),
          setFields: namesOf(overrides),
        };
      }),
    }),
    ...(excludes.length > 0 && {
      excludeLinks: excludes.map((deploymentId) => ({ scope: 'DEPLOYMENT', scopeEntityId: deploymentId })),
    }),
    [member]: {
      ...visible(astro, objectType, body, view.secrets),
      ...(hidden && { value: '' }),
      ...(body['authTypeId'] === authType.id && { connectionAuthType: authType }),
    },
    setFields: namesOf(body).filter((name) => body[name] !== ''),
    createdAt: object.createdAt,
    createdBy: somebody,
    updatedAt: object.updatedAt,
    updatedBy: somebody,
  };
}

/** Fields without those that no answer shows, nor, unless asked for, those that are secret by their name. */
function visible(astro: Astro, type: ObjectType, fields: Fields, secrets: boolean): Fields {
  const never = ['authTypeId', 'authType', ...(secrets || isVariable(type) ? [] : ['password', 'basicToken'])];
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([name]) => !never.includes(name))
      .map(([name, value]) => [name, name === 'extra' && !secrets ? masked(astro, value as Fields) : value]),
  );
}

const secretName = /secret|password|token|private_key|api_key/i;

function masked(astro: Astro, members: Fields): Fields {
  const how = astro.switches.maskedExtra;
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) => {
      if (secretName.test(name)) return how === 'absent' ? [] : [[name, how === 'empty' ? '' : '***']];
      const nested = typeof value === 'object' && value !== null && !Array.isArray(value);
      return [[name, nested ? masked(astro, value as Fields) : value]];
    }),
  );
}

const parameter = (airflowParamName: string, isInExtra: boolean, isSecret: boolean) => ({
  airflowParamName,
  friendlyName: airflowParamName,
  dataType: 'string',
  description: '',
  isInExtra,
  isRequired: true,
  isSecret,
});

/** The one form of the catalogue; any other `authTypeId` is taken, and not resolved. */
const authType: Schemas['ConnectionAuthType'] = {
  id: 'snowflake-password',
  name: 'Snowflake',
  authMethodName: 'Password',
  airflowType: 'snowflake',
  description: 'Login and password',
  providerPackageName: 'apache-airflow-providers-snowflake',
  parameters: [
    parameter('login', false, false),
    parameter('password', false, true),
    parameter('account', true, false),
    parameter('database', true, false),
  ],
};
