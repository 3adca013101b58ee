// The custom resource definitions as files, and what can be told about them without an API server. What it
// makes of them is in test/cluster/custom-resources.test.ts.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { buildCustomResources, formatCustomResources } from '../../../src/core/crd/custom-resources.ts';
import { findStructuralProblems } from '../../../src/core/crd/structural-problems.ts';
import { type Structural, toStructural } from '../../../src/core/crd/structural.ts';
import { shipped } from '../manifest/support.ts';

const definitions = Object.entries(buildCustomResources(shipped));

// biome-ignore lint/suspicious/noExplicitAny: the test looks into data of any kind
function schemaOf(definition: Structural): any {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  return (definition['spec'] as any).versions[0].schema.openAPIV3Schema;
}

/** Every place of a schema, with its path. */
function* walk(schema: Structural, path = ''): Generator<readonly [string, Structural]> {
  yield [path, schema];
  const members = (schema['properties'] ?? {}) as Record<string, Structural>;
  for (const [name, member] of Object.entries(members)) yield* walk(member, `${path}.${name}`);
  for (const key of ['items', 'additionalProperties'])
    if (typeof schema[key] === 'object') yield* walk(schema[key] as Structural, `${path}[]`);
}

describe('the custom resource definitions', () => {
  it.each(Object.entries(formatCustomResources(shipped)))(
    'of %s are the file in manifests/crd; if this fails, run: npm run generate',
    (plural, text) => {
      const file = new URL(`../../../manifests/crd/${plural}.yaml`, import.meta.url);
      expect(readFileSync(file, 'utf8') === text).toBe(true);
    },
  );

  it.each(definitions)('of %s are structural', (_, definition) => {
    expect(findStructuralProblems(schemaOf(definition))).toEqual([]);
  });

  it.each(definitions)('of %s describe every field', (_, definition) => {
    const bare = [...walk(schemaOf(definition))]
      .filter(([path, { description }]) => !path.endsWith('[]') && typeof description !== 'string')
      .map(([path]) => path);
    expect(bare).toEqual(['.metadata']);
  });

  it.each(definitions)('of %s fill in nothing that Git does not say', (_, definition) => {
    const filled = [...walk(schemaOf(definition))].filter(([, schema]) => 'default' in schema);
    expect(filled).toEqual([]);
  });

  it('bound every list of declarations, so that rules stay affordable', () => {
    const [, sets] = definitions[0] ?? [];
    const { spec } = schemaOf(sets ?? {}).properties;
    const { applicationUsers, personalTokens } = spec.properties;
    const tokens = applicationUsers.items.properties.tokens;
    expect([applicationUsers, tokens, personalTokens].map(({ maxItems }) => maxItems)).toEqual([50, 50, 50]);
    expect(tokens['x-kubernetes-list-map-keys']).toEqual(['name']);
  });
});

describe('a structural schema', () => {
  it.each([
    [z.strictObject({ a: z.union([z.string(), z.number()]) }), /^a: it needs one type/],
    [z.strictObject({ a: z.string().regex(/^(?=x)/) }), /^a: its pattern looks around/],
    [z.strictObject({ a: z.array(choice()) }), /^a\[\]: a rule lies below a, which has no bound/],
  ])('is checked for what the API server refuses', (schema, problem) => {
    const [first] = findStructuralProblems(toStructural(schema, {}));
    expect(first).toMatch(problem);
  });

  it('must require the keys of its list maps', () => {
    const schema = z.strictObject({ a: z.array(z.strictObject({ name: z.string().optional() })) });
    const structural = toStructural(schema, { listMaps: { a: ['name'] } });
    expect(findStructuralProblems(structural)).toEqual(['a: items must require their key "name"']);
  });

  it('says in CEL that exactly one of its fields is due', () => {
    expect(toStructural(choice(), {})['x-kubernetes-validations']).toEqual([
      {
        rule: '[has(self.one), has(self.two), has(self.three)].exists_one(given, given)',
        message: 'exactly one of one, two, three is needed',
      },
    ]);
  });
});

function choice() {
  const field = z.string().optional();
  return z
    .strictObject({ one: field, two: field, three: field })
    .meta({ minProperties: 1, maxProperties: 1 });
}
