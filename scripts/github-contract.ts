// Cuts the operations that keyturn uses out of GitHub's OpenAPI description (npm @octokit/openapi 23.0.2,
// MIT) and writes them as JSON Schema for ajv. The package is 385 MB, so it is no dependency:
//   npm i --no-save @octokit/openapi@23.0.2    (in a folder outside the clone)
//   node scripts/github-contract.ts FOLDER/node_modules/@octokit/openapi/generated/api.github.com.json
import { readFileSync, writeFileSync } from 'node:fs';

type Json = { readonly [key: string]: unknown };

const target = 'test/fixtures/github-contract.json';
const repository = '/repos/{owner}/{repo}';
const environment = `${repository}/environments/{environment_name}`;
const organization = '/orgs/{org}';

const secrets = (scope: string) => [
  `get ${scope}/secrets/public-key`,
  ...['get', 'put', 'delete'].map((method) => `${method} ${scope}/secrets/{secret_name}`),
];
const variables = (scope: string) => [
  ...['get', 'post'].map((method) => `${method} ${scope}/variables`),
  ...['get', 'patch', 'delete'].map((method) => `${method} ${scope}/variables/{name}`),
];
const wanted = [
  ...[`${repository}/actions`, environment, `${organization}/actions`].flatMap((scope) => [
    ...secrets(scope),
    ...variables(scope),
  ]),
  ...[repository, organization].flatMap((scope) => secrets(`${scope}/dependabot`)),
  `get ${repository}`,
  `get ${environment}`,
  ...['get', 'post'].map((method) => `${method} ${repository}/issues/{issue_number}/comments`),
  ...['patch', 'delete'].map((method) => `${method} ${repository}/issues/comments/{comment_id}`),
  `get ${repository}/issues/comments`,
  `get ${repository}/pulls`,
  `get ${repository}/pulls/{pull_number}`,
  `get ${repository}/commits/{commit_sha}/pulls`,
  `get ${repository}/git/commits/{commit_sha}`,
  `get ${repository}/branches/{branch}`,
  `get ${repository}/compare/{basehead}`,
  `get ${repository}/contents/{path}`,
  'get /user',
];

/** Words about a schema that judge nothing. */
const dropped = new Set([
  ...['description', 'example', 'examples', 'title', 'externalDocs', 'deprecated', 'readOnly', 'writeOnly'],
  ...['xml', 'discriminator', 'x-github-breaking-changes', 'nullable'],
]);

const [, , source] = process.argv;
if (source === undefined) throw new Error('name the api.github.com.json of @octokit/openapi');
const spec: Json = JSON.parse(readFileSync(source, 'utf8'));
const defs: Record<string, unknown> = {};

const operations = Object.fromEntries(wanted.map((key) => [upper(key), operationOf(key)]));
for (const name of ['basic-error', 'validation-error', 'validation-error-simple'])
  convert({ $ref: `#/components/schemas/${name}` });
const version = child(spec, 'info')['version'];
const contract = { source: `@octokit/openapi ${version}, MIT`, operations, $defs: defs };
writeFileSync(target, `${JSON.stringify(contract)}\n`);
process.stdout.write(`${target}: ${wanted.length} operations, ${Object.keys(defs).length} schemas\n`);

function operationOf(key: string): Json {
  const [method = '', path = ''] = key.split(' ');
  const operation = child(child(child(spec, 'paths'), path), method);
  if (Object.keys(operation).length === 0) throw new Error(`GitHub's description has no ${key}`);
  const parameters = list(operation['parameters']).map(dereference);
  const named = (where: string) => parameters.filter((parameter) => parameter['in'] === where);
  const body = child(operation, 'requestBody');
  const responses = Object.entries(child(operation, 'responses'));
  return {
    id: operation['operationId'],
    multiSegment: named('path').flatMap((one) => (one['x-multi-segment'] === true ? [one['name']] : [])),
    query: Object.fromEntries(named('query').map((one) => [one['name'], convert(one['schema'])])),
    ...('content' in body ? { body: convert(schemaOf(body), { closed: true }) } : {}),
    bodyRequired: body['required'] ?? false,
    responses: Object.fromEntries(
      responses.map(([status, response]) => {
        const schema = schemaOf(dereference(response));
        return [status, schema === undefined ? {} : { body: convert(schema) }];
      }),
    ),
  };
}

/**
 * OpenAPI 3.0 to JSON Schema. `closed` refuses unknown properties, for the bodies of requests: a misspelt
 * field is then an error. `isMap`: the keys are names of properties, so one may well be called `title`.
 */
function convert(schema: unknown, { closed = false, isMap = false } = {}): unknown {
  if (Array.isArray(schema)) return schema.map((one) => convert(one, { closed }));
  if (!isObject(schema)) return schema;
  if (typeof schema['$ref'] === 'string' && !isMap) return reference(schema['$ref'], closed);
  const kept = Object.entries(schema).filter(([key]) => isMap || !dropped.has(key));
  const converted: Record<string, unknown> = Object.fromEntries(
    kept.map(([key, value]) => {
      const isData = !isMap && ['enum', 'default', 'required'].includes(key);
      return [key, isData ? value : convert(value, { closed, isMap: !isMap && key === 'properties' })];
    }),
  );
  if (isMap) return converted;
  if (closed && 'properties' in converted && !('additionalProperties' in converted))
    converted['additionalProperties'] = false;
  if (schema['nullable'] !== true) return converted;
  const isPlain = typeof converted['type'] === 'string' && !('enum' in converted);
  return isPlain
    ? { ...converted, type: [converted['type'], 'null'] }
    : { anyOf: [converted, { type: 'null' }] };
}

function reference(pointer: string, closed: boolean): Json {
  const name = pointer.split('/').at(-1) ?? '';
  if (!(name in defs)) {
    defs[name] = true;
    defs[name] = convert(at(pointer), { closed });
  }
  return { $ref: `#/$defs/${name}` };
}

function schemaOf(holder: Json): unknown {
  return child(child(holder, 'content'), 'application/json')['schema'];
}

function dereference(value: unknown): Json {
  if (!isObject(value)) return {};
  return typeof value['$ref'] === 'string' ? dereference(at(value['$ref'])) : value;
}

function at(pointer: string): Json {
  const keys = pointer.split('/').slice(1);
  return keys.reduce((holder, key) => child(holder, key.replaceAll('~1', '/').replaceAll('~0', '~')), spec);
}

function child(holder: Json, key: string): Json {
  const found = holder[key];
  return isObject(found) ? found : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function upper(key: string): string {
  return key.replace(/^[a-z]+/, (method) => method.toUpperCase());
}
