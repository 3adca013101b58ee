// Judges requests and answers by GitHub's own OpenAPI description (cut by scripts/github-contract.ts).
import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

export interface Schema {
  readonly [key: string]: unknown;
}

interface Operation {
  readonly id: string;
  readonly multiSegment: readonly string[];
  readonly query: Readonly<Record<string, Schema>>;
  readonly body?: Schema;
  readonly bodyRequired: boolean;
  readonly responses: Readonly<Record<string, { readonly body?: Schema } | undefined>>;
}

export interface Route {
  /** Method and path of the description, such as `GET /user`. */
  readonly key: string;
  readonly operation: Operation;
  readonly params: Readonly<Record<string, string>>;
}

const fixture = new URL('../../fixtures/github-contract.json', import.meta.url);
const contract = JSON.parse(readFileSync(fixture, 'utf8')) as {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly $defs: Readonly<Record<string, Schema>>;
};

const ajv = new Ajv({ strict: false, allErrors: true, coerceTypes: false, logger: false });
addFormats.default(ajv);
ajv.addSchema({ $id: 'github', $defs: contract.$defs });
const compiled = new Map<string, ValidateFunction>();

const routes = Object.entries(contract.operations)
  .map(([key, operation]) => {
    const [method = '', path = ''] = key.split(' ');
    const names = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => name);
    const pattern = path.replace(/\{([^}]+)\}/g, (_, name: string) =>
      operation.multiSegment.includes(name) ? '(.+)' : '([^/]+)',
    );
    const literals = path.split('/').filter((part) => part !== '' && !part.startsWith('{')).length;
    return { key, method, operation, names, literals, pattern: new RegExp(`^${pattern}$`) };
  })
  // `secrets/public-key` before `secrets/{secret_name}`.
  .sort((one, other) => other.literals - one.literals);

/** The operation that a request addresses. */
export function routeOf(method: string, pathname: string): Route | undefined {
  for (const { key, operation, names, pattern, method: own } of routes) {
    const match = own === method ? pattern.exec(pathname) : null;
    if (!match) continue;
    const params = names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? '')]);
    return { key, operation, params: Object.fromEntries(params) };
  }
  return undefined;
}

/** What is wrong with a request; an unknown query parameter or field of the body counts. */
export function requestFaults({ key, operation }: Route, url: URL, body: unknown): readonly string[] {
  const faults = [...url.searchParams].flatMap(([name, value]) => {
    const schema = operation.query[name];
    if (!schema) return [`${key}: unknown query parameter ${name}`];
    return faultsOf(`${key} query ${name}`, schema, schema['type'] === 'integer' ? Number(value) : value);
  });
  const largest = key.includes('/variables') ? 30 : 100; // Only in the prose of the description.
  if (Number(url.searchParams.get('per_page') ?? 1) > largest)
    faults.push(`${key}: per_page over ${largest}`);
  if (body === undefined) return operation.bodyRequired ? [...faults, `${key}: no body`] : faults;
  if (!operation.body) return [...faults, `${key} takes no body`];
  return [...faults, ...faultsOf(`${key} request`, operation.body, body)];
}

/** What is wrong with an answer. Redirects and errors that it leaves out must have GitHub's error form. */
export function answerFaults({ key, operation }: Route, status: number, body: unknown): readonly string[] {
  const listed = operation.responses[String(status)];
  if (!listed && status < 300) return [`${key}: ${status} is not a documented success`];
  const schema = listed?.body ?? (status < 300 ? undefined : errorSchema);
  if (!schema) return body === undefined ? [] : [`${key}: ${status} has no body`];
  return faultsOf(`${key} ${status}`, schema, body);
}

/** The schema of a success of this operation, for making an example of it. */
export function successSchema(key: string, status: number): Schema {
  const schema = contract.operations[key]?.responses[String(status)]?.body;
  if (!schema) throw new Error(`${key} has no body with ${status}`);
  return schema;
}

/** The definition that a `$ref` points to. */
export function definition(pointer: string): Schema {
  const found = contract.$defs[pointer.replace('#/$defs/', '')];
  if (!found) throw new Error(`there is no ${pointer}`);
  return found;
}

export const operations: readonly string[] = Object.keys(contract.operations);

const errorSchema = { allOf: [{ $ref: '#/$defs/basic-error' }, { required: ['message'] }] };

function faultsOf(name: string, schema: Schema, value: unknown): readonly string[] {
  const absolute = JSON.stringify(schema).replaceAll('"#/$defs/', '"github#/$defs/');
  const validate = compiled.get(name) ?? ajv.compile(JSON.parse(absolute));
  compiled.set(name, validate);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${name}${instancePath}: ${message} ${JSON.stringify(params)}`,
  );
}
