import { described, fieldSchemas } from './schema-fields.ts';

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
const fieldsOf = (kind: ObjectKind, but: readonly string[] = []): object => ({
  type: 'object',
  minProperties: 1,
  additionalProperties: false,
  properties: Object.fromEntries(
    overridable[kind].filter((field) => !but.includes(field)).map((field) => [field, fieldSchemas[field] as object]),
  ),
});
// A branch may be called 2.1, which YAML takes for a number.
/** An empty list takes the links of earlier runs back. */
const linkTargets = { type: 'array', items: text };
const targets = { type: 'array', minItems: 1, items: text };
const keyExamples: Readonly<Record<ObjectKind, string>> = {
  connection: 'snowflake',
  'airflow-variable': 'bucket',
  'environment-variable': 'DBT_TARGET',
  'metrics-export': 'grafana',
};
/** What declares an object, without which its other settings mean nothing. */
const needs: Readonly<Record<ObjectKind, object>> = {
  connection: { dependentRequired: { values: ['type'], 'auth-type': ['type'], description: ['type'] } },
  'airflow-variable': { dependentRequired: { secret: ['values'], description: ['values'] } },
  'environment-variable': { dependentRequired: { secret: ['values'], description: ['values'] } },
  'metrics-export': { dependentRequired: { description: ['values'] } },
};
const secret = described('Secret', 'Whether the value is secret. Left out: secret where it comes from `env`.', [true], {
  type: 'boolean',
});
const values = (kind: ObjectKind, but: readonly string[] = []): object => ({
  title: 'Values',
  description: 'Values of the object itself; with them the object is created where it is missing.',
  ...fieldsOf(kind, but),
  examples: [{ [kind === 'connection' ? 'host' : 'value']: '${env.VALUE}' }],
});
const entry = (kind: ObjectKind, own: Record<string, object>): object => ({
  if: { required: [kind] },
  then: {
    properties: {
      [kind]: described('Key', 'The key in the Environment Manager.', [keyExamples[kind]], {
        type: 'string',
        minLength: 1,
      }),
      description: described(
        'Description',
        'Description of an object that the file creates.',
        ['Warehouse of previews'],
        { type: 'string' },
      ),
      share: described(
        'Share',
        'restricted: only linked Deployments see it; all: Astro’s “Linked to all”.',
        ['restricted'],
        {
          enum: ['restricted', 'all'],
        },
      ),
      link: described(
        'Link',
        'Targets that see the object: `preview`, or names of `environments`. An empty list removes the links of earlier runs.',
        [['preview', 'main']],
        linkTargets,
      ),
      exclude: described(
        'Exclude',
        'Targets that are kept out of an object that is linked to all.',
        [['preview']],
        targets,
      ),
      ...own,
      // What another kind has is no name of a target here.
      ...Object.fromEntries(
        entryKeys
          .filter((key) => !common.includes(key) && !objectKinds.some((one) => one === key) && !Object.hasOwn(own, key))
          .map((key) => [key, false]),
      ),
    },
    additionalProperties: { title: 'Overrides', description: 'Overrides for this target.', ...fieldsOf(kind) },
    ...needs[kind],
  },
});

/** The schema of the list `environment-objects`. */
export const objectsSchema = {
  type: 'array',
  title: 'Environment objects',
  description: 'What each Deployment sees of Astro’s Environment Manager, one entry for each object.',
  examples: [[{ connection: 'snowflake', link: ['preview', 'main'] }]],
  items: {
    type: 'object',
    oneOf: objectKinds.map((kind) => ({ required: [kind] })),
    allOf: [
      entry('connection', {
        type: described('Type', 'Created with this type when missing.', ['snowflake'], {
          type: 'string',
          minLength: 1,
        }),
        'auth-type': described('Form', 'Id of Astro’s connection form.', ['snowflake-key-pair'], {
          type: 'string',
          minLength: 1,
        }),
        values: values('connection', ['type']),
      }),
      entry('airflow-variable', { secret, values: values('airflow-variable') }),
      entry('environment-variable', { secret, values: values('environment-variable') }),
      entry('metrics-export', {
        values: {
          ...values('metrics-export'),
          required: ['endpoint', 'exporterType'],
          examples: [{ endpoint: 'https://metrics.example.com/api/v1/write', exporterType: 'PROMETHEUS' }],
        },
      }),
    ],
  },
};
