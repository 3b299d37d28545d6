import { Ajv, type ValidateFunction } from 'ajv';
import addFormatsModule from 'ajv-formats';
import { load } from 'js-yaml';
import { readFileSync } from 'node:fs';

type Json = Record<string, unknown>;
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: Json;
}

/** One operation of the contract: how its requests and answers must look. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly pattern: RegExp;
  readonly names: readonly string[];
  /** What is wrong with a request; empty when nothing is. */
  readonly checkRequest: (query: URLSearchParams, body: unknown) => string[];
  /** What is wrong with an answer. */
  readonly checkAnswer: (status: number, body: unknown) => string[];
}

const addFormats = addFormatsModule as unknown as (ajv: Ajv) => void;

/** Loads the OpenAPI document and compiles what validates each operation of it. */
export function loadContract(): Operation[] {
  const file = new URL('../contract/astro-api.openapi.yaml', import.meta.url);
  const document = load(readFileSync(file, 'utf8')) as Json;
  const ajv = new Ajv({ strict: false, allErrors: true, discriminator: false });
  addFormats(ajv);
  ajv.addFormat('password', true);
  ajv.addSchema(adapt(document) as Json, 'contract');

  const resolve = (value: Json): Json => {
    const ref = value['$ref'];
    if (typeof ref !== 'string') return value;
    return ref
      .slice(2)
      .split('/')
      .reduce((at, key) => at[key] as Json, document);
  };
  const validator = (pointer: string): ValidateFunction =>
    ajv.getSchema(`contract#${pointer}`) ?? ajv.compile({ $ref: `contract#${pointer}` });
  const operations: Operation[] = [];
  for (const [path, item] of Object.entries(document['paths'] as Record<string, Json>)) {
    const [{ url = '' } = {}] = (item['servers'] ?? document['servers']) as { url?: string }[];
    const root = new URL(url).pathname;
    for (const method of ['get', 'post', 'delete']) {
      const operation = item[method] as Json | undefined;
      if (!operation) continue;
      const query = queryOf(item, operation, resolve);
      const base = `/paths/${path.replaceAll('~', '~0').replaceAll('/', '~1')}/${method}`;
      const hasBody = operation['requestBody'] !== undefined;
      const responses = operation['responses'] as Record<string, Json>;
      operations.push({
        id: operation['operationId'] as string,
        method: method.toUpperCase(),
        pattern: new RegExp(`^${root}${path.replace(/\{[^}]+\}/g, '([^/]+)')}$`),
        names: Array.from(path.matchAll(/\{([^}]+)\}/g), ([, name = '']) => name),
        checkRequest: (given, body) => [
          ...checkQuery(query, given, ajv),
          ...(hasBody
            ? checkBody(validator, `${base}/requestBody/content/application~1json/schema`, operation, body)
            : body === undefined
              ? []
              : ['this operation takes no body']),
        ],
        checkAnswer: (status, body) => checkDeclared({ ajv, resolve, responses }, status, body),
      });
    }
  }
  return operations;
}

/** The query parameters of an operation, those of its path included. */
const queryOf = (item: Json, operation: Json, resolve: (value: Json) => Json): Parameter[] =>
  [item, operation]
    .flatMap((one) => (one['parameters'] as Json[] | undefined) ?? [])
    .map((one) => resolve(one) as unknown as Parameter)
    .filter((parameter) => parameter.in === 'query');

/** OpenAPI 3.0's `nullable` as JSON Schema has it; answers may hold `null` for any optional member. */
function adapt(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(adapt);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries<unknown>(Object.entries(value).map(([key, member]) => [key, adapt(member)]));
  if (copy['nullable'] === true && typeof copy['type'] === 'string') copy['type'] = [copy['type'], 'null'];
  return copy;
}

/** Whether an answer has a status that is declared, and its shape. */
function checkDeclared(
  {
    ajv,
    resolve,
    responses,
  }: { readonly ajv: Ajv; readonly resolve: (value: Json) => Json; readonly responses: Record<string, Json> },
  status: number,
  body: unknown,
): string[] {
  // Errors have one shape, also with a status that no operation declares (409, 429).
  if (status >= 400) return check(ajv, 'contract#/components/schemas/Error', body);
  const declared = responses[String(status)];
  if (declared === undefined) return [`status ${String(status)} is not declared`];
  const content = resolve(declared)['content'] as Json | undefined;
  if (content === undefined) return body === undefined ? [] : ['this status has no body'];
  const schema = (content['application/json'] as Json)['schema'] as Json;
  return check(ajv, `contract${String(schema['$ref'])}`, body);
}

function check(ajv: Ajv, ref: string, body: unknown): string[] {
  const validate = ajv.getSchema(ref) ?? ajv.compile({ $ref: ref });
  return validate(body) ? [] : errors(validate);
}

const errors = (validate: ValidateFunction): string[] =>
  (validate.errors ?? [])
    .slice(0, 5)
    .map((error) => `${error.instancePath || 'body'} ${error.message ?? ''} ${JSON.stringify(error.params)}`);

function checkBody(
  validator: (pointer: string) => ValidateFunction,
  pointer: string,
  operation: Json,
  body: unknown,
): string[] {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return ['the body must be a JSON object'];
  const content = ((operation['requestBody'] as Json)['content'] as Json)['application/json'] as Json;
  const { $ref: ref = '' } = content['schema'] as { $ref?: string };
  const name = ref.split('/').at(-1) ?? '';
  // Deployment bodies come in variants; the one that `type` names says best what is wrong.
  const variant = /^(Create|Update)DeploymentRequest$/.exec(name)?.[1];
  const type = (body as Json)['type'];
  const words: Record<string, string> = { STANDARD: 'Standard', DEDICATED: 'Dedicated', HYBRID: 'Hybrid' };
  if (variant && typeof type === 'string' && words[type]) {
    const validate = validator(`/components/schemas/${variant}${words[type]}DeploymentRequest`);
    return validate(body) ? [] : errors(validate);
  }
  if (variant) return ['type must be STANDARD, DEDICATED or HYBRID'];
  const validate = validator(ref === '' ? pointer : ref.slice(1));
  return validate(body) ? [] : errors(validate);
}

function checkQuery(parameters: readonly Parameter[], given: URLSearchParams, ajv: Ajv): string[] {
  const found: string[] = [];
  for (const name of new Set(given.keys())) {
    const parameter = parameters.find((one) => one.name === name);
    if (!parameter) {
      found.push(`unknown query parameter ${name}`);
      continue;
    }
    const { $ref, ...inline } = parameter.schema;
    const schema = typeof $ref === 'string' ? { $ref: `contract${$ref}` } : (adapt(inline) as Json);
    const values = given.getAll(name);
    const value = schema['type'] === 'array' ? values : converted(values[0] ?? '', schema['type']);
    if (!ajv.validate(schema, value)) found.push(`query parameter ${name}: ${ajv.errorsText()}`);
  }
  for (const parameter of parameters)
    if (parameter.required && !given.has(parameter.name)) found.push(`query parameter ${parameter.name} is missing`);
  return found;
}

/** A query value as the type that is declared; what does not read as one stays text, and is refused for it. */
function converted(text: string, type: unknown): unknown {
  if (type === 'integer' && /^-?\d+$/.test(text)) return Number(text);
  return type === 'boolean' && /^(?:true|false)$/.test(text) ? text === 'true' : text;
}
