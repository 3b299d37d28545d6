import { deployTypes } from '../code/choose-deploy-type.ts';

/** Fields of each kind of environment object that a link can override, by the API's names. */
export const overridable = {
  connection: ['type', 'host', 'port', 'login', 'password', 'schema', 'extra'],
  'airflow-variable': ['value'],
  'environment-variable': ['value'],
  'metrics-export': [
    'endpoint',
    'exporterType',
    'authType',
    'basicToken',
    'username',
    'password',
    'sigV4AssumeArn',
    'sigV4StsRegion',
    'headers',
    'labels',
  ],
} as const;
export type ObjectKind = keyof typeof overridable;
export const objectKinds = Object.keys(overridable) as ObjectKind[];

/** Keys of an entry of `environment-objects` that are not names of targets. */
export const entryKeys = [
  ...objectKinds,
  'type',
  'auth-type',
  'secret',
  'description',
  'share',
  'values',
  'link',
  'exclude',
] as const;

/** Settings that every kind has. */
const common: readonly string[] = ['description', 'share', 'link', 'exclude'];
const text = { type: ['string', 'number', 'boolean'] };
const map = { type: 'object', minProperties: 1 };
const textMap = { type: 'object', minProperties: 1, additionalProperties: text };
const fields: Record<string, object> = {
  port: {
    type: ['integer', 'string'],
    minimum: 1,
    maximum: 65535,
    pattern: '^[1-9][0-9]{0,4}$|[$][{]',
    description: 'A number, or a placeholder that gives one.',
  },
  extra: { ...map, description: 'Members of the connection’s extra JSON, one by one.' },
  headers: textMap,
  labels: textMap,
  exporterType: { enum: ['PROMETHEUS'] },
  authType: { enum: ['AUTH_TOKEN', 'BASIC', 'SIGV4'] },
};
const fieldsOf = (kind: ObjectKind, but: readonly string[] = []): object => ({
  type: 'object',
  minProperties: 1,
  additionalProperties: false,
  properties: Object.fromEntries(
    overridable[kind].filter((field) => !but.includes(field)).map((field) => [field, fields[field] ?? text]),
  ),
});
// A branch may be called 2.1, which YAML takes for a number.
const targets = { type: 'array', minItems: 1, items: text };
const entry = (kind: ObjectKind, own: Record<string, object>): object => ({
  if: { required: [kind] },
  then: {
    properties: {
      [kind]: { type: 'string', minLength: 1, description: 'The key in the Environment Manager.' },
      description: { type: 'string' },
      share: {
        enum: ['restricted', 'all'],
        description: 'restricted: only linked Deployments see it; all: Astro’s “Linked to all”.',
      },
      link: { ...targets, description: '`preview`, or names of `environments`.' },
      exclude: { ...targets, description: 'Targets that are kept out of an object that is linked to all.' },
      ...own,
      // What another kind has is no name of a target here.
      ...Object.fromEntries(
        entryKeys
          .filter((key) => !common.includes(key) && !objectKinds.some((one) => one === key) && !Object.hasOwn(own, key))
          .map((key) => [key, false]),
      ),
    },
    additionalProperties: { ...fieldsOf(kind), description: 'Overrides for this target.' },
  },
});

/**
 * The JSON Schema of `.astro/branch-deploy.yaml`: what editors complete by and what the Action checks by are this one
 * object; `schema/branch-deploy.schema.json` is written from it.
 */
export const configSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'https://raw.githubusercontent.com/OWNER/astro-branch-deploy/v1/schema/branch-deploy.schema.json',
  title: 'astro-branch-deploy',
  description: 'Which branch goes to which Astro Deployment, and what it is connected to.',
  type: 'object',
  additionalProperties: false,
  properties: {
    version: { const: 1 },
    project: { type: 'string', minLength: 1, description: 'The Astro project’s folder, as the input root-folder.' },
    environments: {
      type: 'object',
      description: 'Long-lived Deployments by branch pattern; the first that matches wins.',
      maxProperties: 100,
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        properties: {
          deployment: { type: 'string', minLength: 1, description: 'Name of the Deployment.' },
          'deployment-id': { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' },
          'deploy-type': { enum: deployTypes },
          'wake-on-deploy': { type: 'boolean' },
          'rollback-on-failure': { type: 'boolean' },
        },
      },
    },
    preview: {
      type: 'object',
      additionalProperties: false,
      properties: {
        template: { type: 'string', minLength: 1, description: 'Deployment template, from the repository’s root.' },
        on: { enum: ['pull_request', 'branch'] },
        branches: { type: 'array', minItems: 1, maxItems: 100, items: { type: 'string', minLength: 1 } },
        label: { type: 'string', minLength: 1, description: 'Only pull requests that carry this label.' },
        'keep-label': { type: 'string', minLength: 1, description: 'Pull requests that ttl leaves alone.' },
        name: { type: 'string', minLength: 1, description: 'A hash of the branch’s identity is added.' },
        ttl: { type: 'string', pattern: '^(?=.*[1-9])(?:[0-9]{1,4}d)?(?:[0-9]{1,4}h)?(?:[0-9]{1,5}m)?$' },
        max: { type: 'integer', minimum: 1, maximum: 1000 },
        hibernate: { type: 'string', pattern: '^(?:[0-9A-Za-z*,/?#-]+ +){4}[0-9A-Za-z*,/?#-]+$' },
      },
    },
    'environment-objects': {
      type: 'array',
      items: {
        type: 'object',
        oneOf: objectKinds.map((kind) => ({ required: [kind] })),
        allOf: [
          entry('connection', {
            type: { type: 'string', minLength: 1, description: 'Created with this type when missing.' },
            'auth-type': { type: 'string', minLength: 1, description: 'Id of Astro’s connection form.' },
            values: fieldsOf('connection', ['type']),
          }),
          entry('airflow-variable', { secret: { type: 'boolean' }, values: fieldsOf('airflow-variable') }),
          entry('environment-variable', { secret: { type: 'boolean' }, values: fieldsOf('environment-variable') }),
          entry('metrics-export', { values: fieldsOf('metrics-export') }),
        ],
      },
    },
  },
};
