// Holds bodies against the excerpt of Aiven's published OpenAPI document. Nothing there is marked nullable
// although the wire holds explicit nulls, so optional fields may be null here, and a few required ones that
// are null until first use. Fields the document does not list are refused in successful answers of today's
// document.
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';

interface Schema {
  readonly [key: string]: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly required?: readonly string[];
}

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { schema: Schema }>> }>
  >;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
  readonly 'x-historical-2023': { readonly schemas: Readonly<Record<string, Schema>> };
}

/** Required by the document, null on the wire until a first use or without a max age. */
const NULL_THOUGH_REQUIRED = new Set([
  'max_age_seconds',
  'last_activity_time',
  'description',
  'ip_allowlist',
  'last_ip',
  'last_used_time',
  'last_user_agent',
]);

const fixture = new URL('../../fixtures/aiven-openapi-excerpt.json', import.meta.url);
const document = JSON.parse(readFileSync(fixture, 'utf8')) as Document;
const ajv = new Ajv({ strict: false, allErrors: true });
addFormats.default(ajv);

/**
 * What is wrong with an answer of "METHOD /path/{placeholder}": an empty list if nothing is.
 * A status or operation the document does not have is a fault too.
 */
export function faultsOfAnswer(endpoint: string, status: number, body: unknown): readonly string[] {
  const [method = '', path = ''] = endpoint.split(' ');
  const operation = document.paths[path]?.[method.toLowerCase()];
  if (!operation) return [`${endpoint} is not in the document`];
  const response = operation.responses[String(status)];
  if (!response) return [`${endpoint} does not answer ${status}`];
  const schema = response.content?.['application/json']?.schema;
  return schema ? check(schema, body, { closed: status < 300 }) : [];
}

/** As {@link faultsOfAnswer}, for a schema of the 2023 document. */
export function faultsOfHistorical(name: string, body: unknown): readonly string[] {
  return check(document['x-historical-2023'].schemas[name] ?? { not: {} }, body, { closed: false });
}

interface Strictness {
  /** Whether unlisted fields are a fault. */
  readonly closed: boolean;
}

function check(schema: Schema, body: unknown, strictness: Strictness): readonly string[] {
  const validate = ajv.compile(asOnTheWire(resolve(schema), strictness));
  if (validate(body)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

function resolve(schema: Schema): Schema {
  const name =
    String(schema['$ref'] ?? '')
      .split('/')
      .at(-1) ?? '';
  return document.components.schemas[name] ?? schema;
}

function asOnTheWire(schema: Schema, strictness: Strictness): Schema {
  const { properties, items, required = [] } = schema;
  if (items) return { ...schema, items: asOnTheWire(items, strictness) };
  if (!properties) return schema;
  const entries = Object.entries(properties).map(([name, property]) => {
    const mayBeNull = !required.includes(name) || NULL_THOUGH_REQUIRED.has(name);
    const inner = asOnTheWire(property, strictness);
    return [name, mayBeNull ? { anyOf: [inner, { type: 'null' }] } : inner];
  });
  const closing = strictness.closed ? { additionalProperties: false } : {};
  return { ...schema, properties: Object.fromEntries(entries), ...closing };
}
