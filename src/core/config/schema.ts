import { described } from './schema-fields.ts';
import { objectsSchema } from './schema-objects.ts';
import { schemaAddress } from '../release.ts';
import { deployTypes } from '../code/choose-deploy-type.ts';

/**
 * The JSON Schema of `.astro/branch-deploy.yaml`: what editors complete by and what the Action checks by are this one
 * object; `schema/branch-deploy.schema.json` is written from it.
 */
export const configSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: schemaAddress('branch-deploy'),
  title: 'astro-branch-deploy',
  description: 'Which branch goes to which Astro Deployment, and what it is connected to.',
  type: 'object',
  additionalProperties: false,
  properties: {
    version: described('Version', 'Version of the file’s format.', [1], { const: 1, default: 1 }),
    project: described('Project', 'The Astro project’s folder, as the input root-folder.', ['.', 'data/etl'], {
      type: 'string',
      minLength: 1,
      default: '.',
    }),
    environments: {
      type: 'object',
      title: 'Environments',
      description: 'Long-lived Deployments by branch pattern; the first that matches wins.',
      examples: [{ main: { deployment: 'etl-prod' } }],
      maxProperties: 100,
      propertyNames: { not: { anyOf: [{ type: 'string', pattern: '^!' }, { const: 'preview' }] } },
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        properties: {
          deployment: described('Deployment', 'Name of the Deployment, as Astro shows it.', ['etl-prod'], {
            type: 'string',
            minLength: 1,
          }),
          'deployment-id': described(
            'Deployment id',
            'Id of the Deployment, in place of its name.',
            ['cm0a1b2c3d4e5f6g7h8i9j0k1'],
            { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' },
          ),
          'deploy-type': described('Deploy type', 'As the input of this name.', ['dags-only'], {
            enum: deployTypes,
            default: 'infer',
          }),
          'wake-on-deploy': described('Wake on deploy', 'As the input of this name.', [true], {
            type: 'boolean',
            default: false,
          }),
          'rollback-on-failure': described('Roll back on failure', 'As the input of this name.', [true], {
            type: 'boolean',
            default: false,
          }),
        },
        anyOf: [{ required: ['deployment'] }, { required: ['deployment-id'] }],
        not: { required: ['deployment', 'deployment-id'] },
      },
    },
    preview: {
      type: 'object',
      title: 'Previews',
      description: 'Which branches get a preview, and what it is made from.',
      examples: [{ template: '.astro/preview.yaml', ttl: '3d' }],
      additionalProperties: false,
      properties: {
        template: described('Template', 'Deployment template, from the repository’s root.', ['.astro/preview.yaml'], {
          type: 'string',
          minLength: 1,
        }),
        on: described('On', 'What drives previews: an open pull request, or every pushed branch.', ['branch'], {
          enum: ['pull_request', 'branch'],
          default: 'pull_request',
        }),
        branches: described(
          'Branches',
          'Patterns of the branches that get a preview; the last match wins. Put them in quotes.',
          [['**', '!dependabot/**']],
          {
            type: 'array',
            minItems: 1,
            maxItems: 100,
            items: { type: 'string', minLength: 1 },
            contains: { type: 'string', pattern: '^[^!]' },
            default: ['**'],
          },
        ),
        label: described('Label', 'Only pull requests that carry this label.', ['preview'], {
          type: 'string',
          minLength: 1,
        }),
        'keep-label': described('Keep label', 'Pull requests that ttl leaves alone.', ['keep-preview'], {
          type: 'string',
          minLength: 1,
        }),
        name: described('Name', 'A hash of the branch’s identity is added.', ['${repo}-${branch.slug}'], {
          type: 'string',
          minLength: 1,
        }),
        ttl: described('Time to live', 'How long a preview lives without a deploy.', ['3d', '12h'], {
          type: 'string',
          pattern: '^(?=.*[1-9])(?:[0-9]{1,4}d)?(?:[0-9]{1,4}h)?(?:[0-9]{1,5}m)?$',
          default: '7d',
        }),
        max: described('Most previews', 'Most previews of this repository at one time.', [10], {
          type: 'integer',
          minimum: 1,
          maximum: 1000,
        }),
        'github-environments': described(
          'GitHub environments',
          'One environment preview/<branch> for each branch, or one environment previews for all of them.',
          ['shared'],
          { enum: ['per-branch', 'shared'], default: 'per-branch' },
        ),
        hibernate: described(
          'Hibernate',
          'Cron expression of five fields, in UTC, at which previews hibernate.',
          ['0 20 * * *'],
          { type: 'string', pattern: '^(?:[0-9A-Za-z*,/?#-]+ +){4}[0-9A-Za-z*,/?#-]+$' },
        ),
      },
    },
    'environment-objects': objectsSchema,
  },
};
