/**
 * What breaks the API server's rules for a structural schema, as far as the schema alone can tell, so that a
 * mistake is seen where no API server is at hand.
 */
import type { Structural } from './structural.ts';

const forbidden = [
  '$ref',
  '$defs',
  'const',
  'definitions',
  'patternProperties',
  'propertyNames',
  'prefixItems',
  'if',
  'then',
  'else',
  'unevaluatedProperties',
  'anyOf',
  'oneOf',
  'allOf',
];

/** A sentence for each problem, with the path of its place; empty when the schema is sound. */
export function findStructuralProblems(root: Structural): readonly string[] {
  const problems: string[] = [];
  walk(root, { path: '', unbounded: undefined, problems });
  return problems;
}

interface Walk {
  readonly path: string;
  /** The list or map above that may be of any length: a rule below it has no cost that could be told. */
  readonly unbounded: string | undefined;
  readonly problems: string[];
}

function walk(schema: Structural, { path, unbounded, problems }: Walk): void {
  const need = (holds: unknown, what: string) => {
    if (!holds) problems.push(`${path || 'the root'}: ${what}`);
  };
  const { type, properties, additionalProperties, items, pattern } = schema;
  need(typeof type === 'string', 'it needs one type');
  for (const key of forbidden) need(!(key in schema), `${key} has no place in a structural schema`);
  need(additionalProperties !== false, 'additionalProperties: false is not allowed');
  need(!properties || !additionalProperties, 'properties and additionalProperties exclude each other');
  need(type !== 'array' || items, 'a list needs items');
  // The API server's patterns are RE2.
  need(!/\(\?[=!<]|\\[1-9]|\\k</.test(String(pattern ?? '')), 'its pattern looks around or back');
  need(
    !schema['x-kubernetes-validations'] || unbounded === undefined,
    `a rule lies below ${unbounded}, which has no bound`,
  );
  const keys = (schema['x-kubernetes-list-map-keys'] ?? []) as readonly string[];
  const required = ((items as Structural | undefined)?.['required'] ?? []) as readonly string[];
  for (const key of keys) need(required.includes(key), `items must require their key "${key}"`);
  const isOpen =
    (type === 'array' && !('maxItems' in schema)) || (additionalProperties && !('maxProperties' in schema));
  const below = { unbounded: isOpen ? path : unbounded, problems };
  for (const [name, member] of Object.entries((properties ?? {}) as Record<string, Structural>))
    walk(member, { path: path ? `${path}.${name}` : name, ...below });
  if (items) walk(items as Structural, { path: `${path}[]`, ...below });
  if (typeof additionalProperties === 'object' && additionalProperties !== null)
    walk(additionalProperties as Structural, { path: `${path}{}`, ...below });
}
