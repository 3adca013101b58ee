import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse as parseYaml } from 'yaml';
import * as z from 'zod';
import { buildJsonSchema, formatJsonSchema } from '../../../src/core/manifest/json-schema.ts';
import { buildSchemas } from '../../../src/core/manifest/schema.ts';
import { example, issuerExample } from './example.ts';
import { complete, delivered, findingsOf, head, set, shipped, token } from './support.ts';

const file = new URL('../../../docs/schema/tokenset.schema.json', import.meta.url);
const validate = new Ajv2020({ strict: true, strictRequired: false }).compile(buildJsonSchema(shipped));

type Schema = Readonly<Record<string, unknown>>;

/** Every schema inside a schema, with the path that leads to it. */
function* walk(schema: Schema, path = ''): Generator<readonly [string, Schema]> {
  yield [path, schema];
  for (const keyword of ['properties', '$defs']) {
    for (const [name, child] of Object.entries((schema[keyword] ?? {}) as Record<string, Schema>)) {
      yield* walk(child, `${path}/${name}`);
    }
  }
  for (const keyword of ['items', 'additionalProperties']) {
    if (typeof schema[keyword] === 'object') yield* walk(schema[keyword] as Schema, `${path}/*`);
  }
}

describe('the JSON Schema of manifests', () => {
  it('is the file in docs/schema; if this fails, run: npm run generate', () => {
    expect(readFileSync(file, 'utf8') === formatJsonSchema(shipped)).toBe(true);
  });

  it('describes every field', () => {
    const bare = [...walk(buildJsonSchema(shipped))]
      .filter(([path, schema]) => !path.endsWith('*') && typeof schema['description'] !== 'string')
      .map(([path]) => path);
    expect(bare.filter((path) => path !== '')).toEqual([]);
  });

  it('has no pattern with look-around, which the Kubernetes API server cannot read', () => {
    const patterns = [...walk(buildJsonSchema(shipped))].map(([, { pattern = '' }]) => String(pattern));
    expect(patterns.filter((pattern) => /\(\?[=!<]|\\[1-9]/.test(pattern))).toEqual([]);
    expect(patterns.filter((pattern) => pattern !== '').length).toBeGreaterThan(20);
  });

  it('gives no default to what the defaults of a set can supply', () => {
    const tokens = [...walk(buildJsonSchema(shipped))].filter(([path]) =>
      /\/(tokens|personalTokens)\/\*/.test(path),
    );
    const own = tokens.filter(([path, schema]) => !path.includes('/deliverTo/') && 'default' in schema);
    expect(own.map(([path]) => path)).toEqual([]);
  });

  it('can become the schema of a custom resource', () => {
    const { TokenSet, ClusterTokenIssuer } = buildSchemas(complete, { users: 50, tokens: 50 });
    for (const schema of [TokenSet, ClusterTokenIssuer]) {
      const text = JSON.stringify(
        z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input', reused: 'inline' }),
      );
      expect(text).not.toMatch(/"(\$ref|const|prefixItems|patternProperties)":/);
    }
    const spec = JSON.stringify(z.toJSONSchema(TokenSet.shape.spec, { io: 'input' }));
    expect(spec.match(/"maxItems":50\b/g)?.length).toBe(3);
  });

  const accepted: Readonly<Record<string, string>> = {
    'the example': example,
    'the example of an issuer': issuerExample,
    'a set without tokens': head,
    'a set that names an issuer': head.replace(/provider: .*/, 'issuerRef: {name: a}'),
  };
  it.each(Object.entries(accepted))('accepts %s, as the parser does', (_, text) => {
    expect([validate(parseYaml(text)), findingsOf(text)]).toEqual([true, []]);
  });

  const refused: Readonly<Record<string, string>> = {
    'an unknown key': set('suspnd: true'),
    'another apiVersion': head.replace('v1alpha1', 'v1'),
    'another kind': head.replace('TokenSet', 'Secret'),
    'a kind of issuer in a set': head.replace('TokenSet', 'ClusterTokenIssuer'),
    'two providers': set('').replace('}}', '}, determined: {url: "https://a"}}'),
    'no provider': head.replace(/provider: .*/, 'suspend: false'),
    'a provider and an issuer': set('issuerRef: {name: a}'),
    'a number for a duration': token(`${delivered}maxAge: 90`),
    'an empty duration': token(`${delivered}maxAge: ""`),
    'a duration in the wrong order': token(`${delivered}maxAge: 1m1h`),
    'two kinds in one destination': token(
      'deliverTo: [{file: {path: a}, githubSecret: {repository: a/b, name: A}}]',
    ),
    'a secret of nothing': token('deliverTo: [{githubSecret: {name: A}}]'),
  };
  it.each(Object.entries(refused))('refuses %s, as the parser does', (_, text) => {
    expect(validate(parseYaml(text))).toBe(false);
    expect(findingsOf(text).filter((line) => !line.includes('(warning)'))).not.toEqual([]);
  });
});
