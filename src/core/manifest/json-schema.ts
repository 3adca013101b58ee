/**
 * The JSON Schema of manifests, for editors and CI: draft 2020-12, either kind of document. It is what the
 * parser's schema says and no more; rules across fields are the parser's.
 */
import * as z from 'zod';
import type { Descriptors } from '../descriptor.ts';
import { apiVersion, buildSchemas } from './schema.ts';

/** The schema as data, with keys in a fixed order. */
export function buildJsonSchema(descriptors: Descriptors): Record<string, unknown> {
  const { TokenSet, ClusterTokenIssuer } = buildSchemas(descriptors);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'keyturn manifest',
    description: `A TokenSet or a ClusterTokenIssuer of ${apiVersion}.`,
    type: 'object',
    required: ['apiVersion', 'kind'],
    // Not anyOf: with a condition an editor shows the problems of one kind, not of both.
    if: { properties: { kind: { const: 'ClusterTokenIssuer' } }, required: ['kind'] },
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema.
    then: { $ref: '#/$defs/ClusterTokenIssuer' },
    else: { $ref: '#/$defs/TokenSet' },
    $defs: { TokenSet: convert(TokenSet), ClusterTokenIssuer: convert(ClusterTokenIssuer) },
  };
}

/** The text of `docs/schema/tokenset.schema.json`. */
export function formatJsonSchema(descriptors: Descriptors): string {
  return `${JSON.stringify(buildJsonSchema(descriptors), undefined, 2)}\n`;
}

function convert(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' });
  return rest;
}
