import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFileSync } from 'node:fs';
import { version } from '../../src/core/release.ts';
import { checkConfig, plain } from '../../src/core/config/check.ts';
import { readConfig } from '../../src/core/config/read.ts';
import { UserError } from '../../src/core/errors.ts';
import { configSchema } from '../../src/core/config/schema.ts';
import { parseDocument } from '../../src/core/yaml/document.ts';
import { schemaFiles } from '../../scripts/schema.ts';
import { templateSchema } from '../../scripts/template-schema.ts';

// Strict but for three things that the schemas mean: fields that take several types, conditions on values of any type, and `required` in a branch of `oneOf`
// whose properties stand elsewhere.
const ajv = new Ajv2020({
  strict: true,
  strictTypes: false,
  strictRequired: false,
  allowUnionTypes: true,
  allErrors: true,
});

test('the published files are what the sources say: npm run schema', async () => {
  const files = await schemaFiles();
  expect(files).toHaveLength(2);
  for (const { path, text } of files) expect(readFileSync(path, 'utf8')).toBe(text);
});

const schemas = [configSchema, templateSchema];
test.each(schemas)('$title: a valid JSON Schema, at an address that fits the version', (schema) => {
  expect([ajv.validateSchema(schema), ajv.errors]).toEqual([true, null]);
  expect(() => ajv.getSchema(schema.$id) ?? ajv.compile(schema)).not.toThrow();
  expect(schema.$id).toContain(`/v${version.split('.')[0] ?? ''}/schema/`);
});

test.each(schemas)(
  '$title: every property has a title, a description and an example, which the schema accepts',
  (schema) => {
    const bare: string[] = [];
    const visit = (schema: unknown, path: string): void => {
      if (typeof schema !== 'object' || schema === null) return;
      const { properties = {}, ...rest } = schema as { properties?: Record<string, unknown> };
      for (const [name, property] of Object.entries(properties)) {
        if (property === false) continue; // what an entry of another kind has
        if (!('description' in (property as object)) && /\/(?:allOf|if|else)/.test(path)) continue; // a rule, no property of its own
        const { title, description, examples } = property as Record<string, unknown>;
        if (
          typeof title !== 'string' ||
          typeof description !== 'string' ||
          !Array.isArray(examples) ||
          examples.length === 0
        )
          bare.push(`${path}/${name}`);
        else
          for (const example of examples)
            if (!ajv.validate(property as object, example)) bare.push(`${path}/${name}: ${JSON.stringify(example)}`);
        visit(property, `${path}/${name}`);
      }
      for (const [name, value] of Object.entries(rest)) if (name !== 'examples') visit(value, `${path}/${name}`);
    };
    visit(schema, '');
    expect(bare).toEqual([]);
  },
);

describe('another validator judges files as the Action does', () => {
  const editor = ajv.getSchema(configSchema.$id) ?? ajv.compile(configSchema);
  const judge = (text: string): { editor: boolean; action: boolean } => {
    const root = parseDocument(text, 'c.yaml');
    return { editor: editor(plain(root)) === true, action: checkConfig(root).length === 0 };
  };
  const reads = (text: string): boolean => {
    try {
      readConfig(text, 'c.yaml');
      return true;
    } catch (error) {
      if (error instanceof UserError) return false;
      throw error;
    }
  };
  const entry = (text: string): string => `environment-objects: [{ ${text} }]`;

  test.each([
    '{}',
    'version: 1',
    'version: 1.0',
    'project: data/etl',
    'environments: {}',
    'environments: { main: { deployment: etl-prod, rollback-on-failure: true }, 2.1: { deployment-id: cm0, deploy-type: dags-only } }',
    'environments: { __proto__: { deployment: d } }',
    "preview: { template: a.yaml, on: branch, branches: ['**', '!x'], label: l, keep-label: k, name: '${pr}' }",
    "preview: { ttl: 1d2h3m, max: 010, hibernate: '0 20 * * 1-5' }",
    entry('connection: a, link: [preview, 2.1, yes], exclude: [main]'),
    entry(
      'connection: a, type: t, auth-type: f, description: d, share: all, values: { port: 1, extra: { x: { y: [~] } } }',
    ),
    entry("connection: a, preview: { type: t, host: 1, login: yes, port: '${env.PORT}' }, main: { extra: { a: 1 } }"),
    entry('airflow-variable: a, secret: true, values: { value: 1 }, preview: { value: x }'),
    entry("environment-variable: a, secret: no, values: { value: '' }"),
    entry(
      'metrics-export: a, values: { endpoint: e, exporterType: PROMETHEUS, headers: { a: 1 }, labels: { b: yes } }',
    ),
    entry('metrics-export: a, preview: { authType: BASIC, username: u, password: p }'),
  ])('good: %s', (text) => {
    expect(judge(text)).toEqual({ editor: true, action: true });
  });

  test.each([
    '[]',
    'text',
    'version: 2',
    "version: '1'",
    'on: push',
    "project: ''",
    'environments: []',
    'environments: { main: etl-prod }',
    'environments: { main: { deployments: d } }',
    "environments: { main: { deployment-id: 'a/b' } }",
    'environments: { main: { deploy-type: all } }',
    'environments: { main: { wake-on-deploy: 1 } }',
    `environments: {${Array.from({ length: 101 }, (_, one) => `e${one}: {}`).join()}}`,
    'preview: ~',
    'preview: { on: yes }',
    'preview: { __proto__: 1 }',
    'preview: { branches: [] }',
    'preview: { branches: [1] }',
    `preview: { branches: [${'a,'.repeat(101)}] }`,
    'preview: { ttl: 3 }',
    "preview: { ttl: '' }",
    'preview: { ttl: 0d }',
    'preview: { ttl: 2h1d }',
    'preview: { max: 0 }',
    'preview: { max: 1e3 }',
    'preview: { max: 1.5 }',
    "preview: { hibernate: '@daily' }",
    'environment-objects: {}',
    'environment-objects: [a]',
    'environment-objects: [{}]',
    entry('connection: a, airflow-variable: b'),
    entry("connection: ''"),
    entry('connection: 1'),
    entry('connection: a, link: preview'),
    entry('connection: a, exclude: []'),
    entry('connection: a, link: [~]'),
    entry('connection: a, share: some'),
    entry('connection: a, secret: true'),
    entry('connection: a, preview: {}'),
    entry('connection: a, preview: { authTypeId: f }'),
    entry('connection: a, preview: { __proto__: 1 }'),
    entry('connection: a, preview: { login: [x] }'),
    entry('connection: a, preview: { schema: ~ }'),
    entry('connection: a, preview: { port: 0 }'),
    entry('connection: a, preview: { port: 65536 }'),
    entry('connection: a, preview: { port: http }'),
    entry('connection: a, preview: { extra: x }'),
    entry('connection: a, values: { type: t }'),
    entry('airflow-variable: a, type: t'),
    entry('airflow-variable: a, preview: { isSecret: true }'),
    entry('environment-variable: a, secret: 1'),
    entry('environment-variable: a, values: { host: h }'),
    entry('metrics-export: a, values: { exporterType: STATSD }'),
    entry('metrics-export: a, preview: { headers: { a: [b] } }'),
    entry('metrics-export: a, auth-type: f'),
  ])('bad: %s', (text) => {
    expect(judge(text)).toEqual({ editor: false, action: false });
  });

  // The Action has sentences of its own for these, which say what to write.
  test.each([
    'environments: { main: {} }',
    'environments: { main: { deploy-type: dags-only } }',
    'environments: { main: { deployment: d, deployment-id: cm0 } }',
    "environments: { '!x': { deployment: d } }",
    'environments: { preview: { deployment: d } }',
    "preview: { branches: ['!x'] }",
    "preview: { branches: ['!x', '!y/**'] }",
    entry('connection: a, values: { host: h }, link: [preview]'),
    entry('connection: a, auth-type: f, link: [preview]'),
    entry('connection: a, description: d, link: [preview]'),
    entry('airflow-variable: a, secret: true, link: [preview]'),
    entry('environment-variable: a, description: d, link: [preview]'),
    entry('metrics-export: a, description: d, link: [preview]'),
    entry('metrics-export: a, values: { endpoint: e }, link: [preview]'),
    entry('metrics-export: a, values: { exporterType: PROMETHEUS }, link: [preview]'),
  ])('bad, by what it means: %s', (text) => {
    expect([judge(text).editor, reads(text)]).toEqual([false, false]);
  });
});
