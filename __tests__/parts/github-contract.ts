import { Ajv, type ValidateFunction } from 'ajv';
import { readFileSync } from 'node:fs';
import type { GitHubRequest } from '../../sandbox/github.ts';

type Json = Readonly<Record<string, unknown>>;
type Sent = Pick<GitHubRequest, 'method' | 'path' | 'body'>;
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: Json;
  readonly 'x-multi-segment'?: boolean;
}
interface Operation {
  readonly method: string;
  readonly template: string;
  readonly pattern: RegExp;
  readonly parameters: readonly Parameter[];
  readonly declared: Json;
}

const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
const bodies = new Map<Operation, { readonly validate: ValidateFunction; readonly names: readonly string[] }>();
let contract: { readonly document: Json; readonly operations: readonly Operation[] } | undefined;

/** What is wrong with requests, held against GitHub's OpenAPI document; empty when nothing is. */
export const githubViolations = (requests: readonly Sent[]): string[] =>
  requests.flatMap((request) => violations(request).map((what) => `${request.method} ${request.path}: ${what}`));

function violations({ method, path, body }: Sent): string[] {
  const url = new URL(path, 'https://api.github.com');
  // GraphQL is no part of the document: it is one address that takes queries.
  if (url.pathname === '/graphql')
    return method === 'POST' && typeof (body as { query?: unknown } | undefined)?.query === 'string'
      ? []
      : ['GraphQL takes a POST with a query'];
  // The template with the most fixed segments: `/pulls/comments` is not `/pulls/{pull_number}`.
  const fixed = ({ template }: Operation): number => template.split('/').filter((part) => !part.startsWith('{')).length;
  const [operation] = load()
    .operations.filter((one) => one.method === method.toLowerCase() && one.pattern.test(url.pathname))
    .sort((one, other) => fixed(other) - fixed(one));
  return operation
    ? [
        ...pathViolations(operation, url.pathname),
        ...queryViolations(operation, url.searchParams),
        ...bodyViolations(operation, body),
      ]
    : ['GitHub has no such operation'];
}

/** The part of GitHub's own description of its API that the Action uses; read once, and only schemas in use are compiled. */
function load(): { readonly document: Json; readonly operations: readonly Operation[] } {
  if (contract) return contract;
  const file = new URL('../../contract/github-api.openapi.json', import.meta.url);
  const document = JSON.parse(readFileSync(file, 'utf8')) as Json;
  const operations = Object.entries(document['paths'] as Record<string, Record<string, Json>>).flatMap(
    ([template, item]) =>
      Object.entries(item)
        .filter(([method]) => ['get', 'post', 'patch', 'put', 'delete'].includes(method))
        .map(([method, declared]): Operation => {
          const own = (declared['parameters'] ?? []) as Json[];
          const parameters = own.map((one) => resolved(document, one) as unknown as Parameter);
          return { method, template, pattern: patternOf(template, parameters), parameters, declared };
        }),
  );
  contract = { document, operations };
  return contract;
}

/** Slashes belong only to parameters that say so, such as `{ref}`. */
function patternOf(template: string, parameters: readonly Parameter[]): RegExp {
  const parts = template.split(/(\{[^}]+\})/).map((part) => {
    if (!part.startsWith('{')) return part.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
    const parameter = parameters.find(({ name }) => name === part.slice(1, -1));
    return parameter?.['x-multi-segment'] === true ? '(.+)' : '([^/]+)';
  });
  return new RegExp(`^${parts.join('')}$`);
}

function pathViolations({ template, pattern, parameters }: Operation, path: string): string[] {
  const values = pattern.exec(path)?.slice(1) ?? [];
  return Array.from(template.matchAll(/\{([^}]+)\}/g)).flatMap(([, name = ''], index) => {
    const schema = parameters.find((one) => one.in === 'path' && one.name === name)?.schema ?? {};
    return valueViolations(`path parameter ${name}`, schema, decodeURIComponent(values[index] ?? ''));
  });
}

function queryViolations({ parameters }: Operation, given: URLSearchParams): string[] {
  const declared = parameters.filter((one) => one.in === 'query');
  const absent = declared.filter(({ name, required }) => required === true && !given.has(name));
  return [
    ...absent.map(({ name }) => `query parameter ${name} is missing`),
    ...Array.from(given).flatMap(([name, value]) => {
      const parameter = declared.find((one) => one.name === name);
      if (!parameter) return [`unknown query parameter ${name}`];
      // The document leaves the bounds of pages to prose ("max 100").
      if (name === 'per_page' && Number(value) > 100) return ['per_page is at most 100'];
      return valueViolations(`query parameter ${name}`, parameter.schema, value);
    }),
  ];
}

function valueViolations(what: string, schema: Json, text: string): string[] {
  const value = schema['type'] === 'integer' && /^-?\d+$/.test(text) ? Number(text) : text;
  return ajv.validate(inlined(schema) as Json, value) ? [] : [`${what}: ${ajv.errorsText()}`];
}

function bodyViolations(operation: Operation, body: unknown): string[] {
  const { requestBody } = operation.declared;
  const content = requestBody === undefined ? {} : (resolved(load().document, requestBody as Json)['content'] as Json);
  const declared = (content['application/json'] as Json | undefined)?.['schema'];
  if (declared === undefined) return body === undefined ? [] : ['this operation takes no JSON body'];
  let schema = bodies.get(operation);
  if (!schema) {
    const whole = inlined(declared) as Json;
    schema = { validate: ajv.compile(whole), names: Object.keys(whole['properties'] ?? {}) };
    bodies.set(operation, schema);
  }
  const { validate, names } = schema;
  // The document allows any further member, and GitHub ignores it: a misspelt one would go unnoticed.
  const unknown = Object.keys((body ?? {}) as Json).filter((name) => names.length > 0 && !names.includes(name));
  return [
    ...unknown.map((name) => `body: unknown member ${name}`),
    ...(validate(body) ? [] : [`body: ${ajv.errorsText(validate.errors)}`]),
  ];
}

function resolved(document: Json, value: Json): Json {
  const ref = value['$ref'];
  if (typeof ref !== 'string') return value;
  return ref
    .slice(2)
    .split('/')
    .reduce((at, key) => at[key] as Json, document);
}

/** A schema with what it refers to put in, and OpenAPI 3.0's `nullable` as JSON Schema has it. */
function inlined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inlined);
  if (typeof value !== 'object' || value === null) return value;
  const found = resolved(load().document, value as Json);
  const copy = Object.fromEntries<unknown>(Object.entries(found).map(([key, member]) => [key, inlined(member)]));
  // Formats such as `repo.nwo` are GitHub's own.
  delete copy['format'];
  if (copy['nullable'] === true && typeof copy['type'] === 'string') copy['type'] = [copy['type'], 'null'];
  return copy;
}
