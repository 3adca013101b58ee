/**
 * From a zod schema to the structural schema of a custom resource (apiextensions.k8s.io/v1). What such a
 * schema cannot say, exactly one of several fields, becomes a rule in CEL. Knows no field of ours; it and
 * `structural-problems.ts` encode rules of the API server and do not replace it.
 */
import * as z from 'zod';

/** A structural schema as data. */
export type Structural = { [key: string]: unknown };

export interface Rule {
  readonly rule: string;
  readonly message: string;
}

export interface StructuralOptions {
  /** Path of a list, such as `spec.users[].tokens` → the keys that name an item. Others are atomic. */
  readonly listMaps?: Readonly<Record<string, readonly string[]>>;
  /** Further rules by the path of what they are about. */
  readonly rules?: Readonly<Record<string, readonly Rule[]>>;
}

/**
 * Defaults are left out: what the API server filled in would stay in stored objects for ever, and differ
 * from what Git says.
 */
const dropped = ['$schema', 'default', 'readOnly', 'writeOnly', 'examples', 'title', 'format'];

/** @param path where the schema stands in the object; the root is the empty text */
export function toStructural(schema: z.ZodType, options: StructuralOptions, path = ''): Structural {
  const json = z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io: 'input',
    reused: 'inline',
    cycles: 'throw',
    unrepresentable: 'throw',
  });
  return convert(json as Structural, path, options);
}

function convert(source: Structural, path: string, options: StructuralOptions): Structural {
  const result: Structural = { ...source };
  for (const key of dropped) delete result[key];
  // Unknown fields are pruned, or refused where the client asks for strictness.
  if (result['additionalProperties'] === false) delete result['additionalProperties'];
  const rules = [...choiceRules(result), ...(options.rules?.[path] ?? [])];
  const { properties, items, additionalProperties } = source;
  if (isSchema(properties)) {
    const members = Object.entries(properties as Record<string, Structural>);
    result['properties'] = Object.fromEntries(
      members.map(([name, member]) => [name, convert(member, path ? `${path}.${name}` : name, options)]),
    );
  }
  if (isSchema(additionalProperties))
    result['additionalProperties'] = convert(additionalProperties, `${path}{}`, options);
  if (isSchema(items)) {
    const keys = options.listMaps?.[path];
    result['items'] = convert(items, `${path}[]`, options);
    result['x-kubernetes-list-type'] = keys ? 'map' : 'atomic';
    if (keys) result['x-kubernetes-list-map-keys'] = keys;
  }
  if (rules.length > 0) result['x-kubernetes-validations'] = rules;
  return result;
}

function isSchema(value: unknown): value is Structural {
  return typeof value === 'object' && value !== null;
}

/** Takes what says "exactly one of these" out of the schema, and says it in CEL, with words. */
function choiceRules(schema: Structural): readonly Rule[] {
  const rules: Rule[] = [];
  const { oneOf, minProperties, maxProperties, properties } = schema;
  if (Array.isArray(oneOf)) {
    rules.push(exactlyOneRule(oneOf.map(({ required: [name] }: { required: [string] }) => name)));
    delete schema['oneOf'];
  }
  if (minProperties === 1 && maxProperties === 1 && isSchema(properties)) {
    rules.push(exactlyOneRule(Object.keys(properties)));
    delete schema['minProperties'];
    delete schema['maxProperties'];
  }
  return rules;
}

function exactlyOneRule(names: readonly string[]): Rule {
  const given = names.map((name) => `has(self.${name})`);
  const rule =
    given.length === 1
      ? (given[0] ?? '')
      : given.length === 2
        ? given.join(' != ')
        : `[${given.join(', ')}].exists_one(given, given)`;
  return { rule, message: `exactly one of ${names.join(', ')} is needed` };
}
