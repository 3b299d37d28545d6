import type { components } from '../src/contract/astro-api.ts';
import { isVariable, namesOf } from './environment-shapes.ts';
import { memberOf, type Fields, type ObjectType, type StoredObject } from './environment-types.ts';
import { somebody, type Astro } from './state.ts';

type Schemas = components['schemas'];

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
