// Makes the smallest value that a schema admits, so that answers have every field GitHub promises without a
// line for each of the hundred that nobody here reads.
import { definition, type Schema } from './contract.ts';

/** @param over what the caller knows better, laid over the sample */
export function sample(
  schema: Schema,
  over: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return { ...(smallest(schema) as Record<string, unknown>), ...over };
}

function smallest(schema: Schema): unknown {
  if (typeof schema['$ref'] === 'string') return smallest(definition(schema['$ref']));
  if (Array.isArray(schema['enum'])) return schema['enum'][0];
  if (Array.isArray(schema['allOf'])) return Object.assign({}, ...schema['allOf'].map(smallest));
  const choices = schema['oneOf'] ?? schema['anyOf'];
  if (Array.isArray(choices)) return smallest(choices.find(isNull) ?? choices[0]);
  const type = Array.isArray(schema['type']) ? schema['type'].at(-1) : schema['type'];
  switch (type) {
    case 'null':
      return null;
    case 'string':
      return textOf(schema['format']);
    case 'integer':
    case 'number':
      return 0;
    case 'boolean':
      return false;
    case 'array':
      return [];
    default:
      return objectOf(schema);
  }
}

function objectOf(schema: Schema): Record<string, unknown> {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, Schema>>;
  const required = (schema['required'] ?? []) as readonly string[];
  return Object.fromEntries(required.map((name) => [name, smallest(properties[name] ?? {})]));
}

function textOf(format: unknown): string {
  if (format === 'uri') return 'https://github.example/';
  if (format === 'date-time') return '2026-01-01T00:00:00Z';
  return format === 'email' ? 'somebody@github.example' : '';
}

function isNull(schema: Schema): boolean {
  return schema['type'] === 'null';
}
