/**
 * Cuts the part that the Action uses out of GitHub's OpenAPI document, as the npm package `@octokit/openapi` has it:
 * `node scripts/github-contract.ts <path to its generated/api.github.com.json>` writes contract/github-api.openapi.json.
 */
import { readFileSync, writeFileSync } from 'node:fs';

type Json = Readonly<Record<string, unknown>>;

/** What src/github asks, and the neighbours that a wrong address would hit instead. */
const operations = [
  'git/get-ref',
  'git/list-matching-refs',
  'issues/create-comment',
  'issues/list-comments',
  'issues/update-comment',
  'pulls/list',
  'repos/compare-commits',
  'repos/create-deployment',
  'repos/create-deployment-status',
  'repos/get',
  'repos/get-commit',
  'repos/get-content',
  'repos/list-branches',
  'repos/list-deployment-statuses',
  'repos/list-deployments',
  'users/get-authenticated',
];

/** Text for people, and examples; where they are names of properties they stay. */
const prose = [
  'description',
  'title',
  'example',
  'examples',
  'externalDocs',
  'tags',
  'summary',
  'x-github',
  'x-octokit',
];

const isMap = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value without its prose; `names` says that the keys are names of properties, of which none is prose. */
function bare(value: unknown, names = false): unknown {
  if (Array.isArray(value)) return value.map((item) => bare(item));
  if (!isMap(value)) return value;
  const kept = Object.entries(value).filter(([key]) => names || !prose.includes(key));
  return Object.fromEntries(kept.map(([key, member]) => [key, bare(member, key === 'properties' && !names)]));
}

/** An operation with what is checked of requests. Answers are not checked: only their statuses stay. */
function operation(declared: Json): Json {
  const { operationId, parameters, requestBody, responses } = declared;
  const statuses = Object.keys(responses as Json).map((status) => [status, { description: '' }]);
  return {
    operationId,
    ...(parameters !== undefined && { parameters: bare(parameters) }),
    ...(requestBody !== undefined && { requestBody: bare(requestBody) }),
    responses: Object.fromEntries(statuses),
  };
}

/** The document with the listed operations and what they refer to. Throws where it lacks one of them. */
export function cut(document: Json): Json {
  const paths: Record<string, Record<string, Json>> = {};
  const missing = new Set(operations);
  for (const [path, item] of Object.entries(document['paths'] as Record<string, Record<string, Json>>))
    for (const [method, declared] of Object.entries(item))
      if (missing.delete(declared['operationId'] as string)) (paths[path] ??= {})[method] = operation(declared);
  if (missing.size > 0) throw new Error(`The document has no ${[...missing].join(', ')}.`);

  const components: Record<string, Record<string, unknown>> = {};
  const follow = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(follow);
    if (!isMap(value)) return;
    const [, section, name] = /^#\/components\/(\w+)\/(.+)$/.exec(String(value['$ref'])) ?? [];
    if (section !== undefined && name !== undefined && !Object.hasOwn(components[section] ?? {}, name)) {
      const found = bare(((document['components'] as Json)[section] as Json)[name]);
      (components[section] ??= {})[name] = found;
      follow(found);
    }
    Object.values(value).forEach(follow);
  };
  follow(paths);

  const { version, license } = document['info'] as Json;
  return {
    openapi: document['openapi'],
    info: {
      title: 'GitHub REST API: the part this project uses',
      version,
      description: `Cut out of generated/api.github.com.json of the npm package @octokit/openapi ${String(version)} by scripts/github-contract.ts. Do not edit.`,
      license,
    },
    servers: [{ url: 'https://api.github.com' }],
    paths,
    components,
  };
}

if (import.meta.main) {
  const [source] = process.argv.slice(2);
  if (source === undefined) throw new Error('Give the path of api.github.com.json of @octokit/openapi.');
  const document = cut(JSON.parse(readFileSync(source, 'utf8')) as Json);
  const target = new URL('../contract/github-api.openapi.json', import.meta.url);
  writeFileSync(target, `${JSON.stringify(document, null, 2)}\n`);
}
