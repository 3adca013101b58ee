/**
 * The schema of what an issuer allows, and to which namespaces. How it is judged is in core/plan/policy.ts.
 */
import * as z from 'zod';
import { Duration, ObjectName, StringMap } from './fields.ts';

/** `spec.allowedNamespaces`: names, a label selector, or both. */
export const NamespaceChoice = z
  .strictObject({
    names: z
      .array(ObjectName)
      .max(1_000, { error: 'has more than 1000 entries. Use a selector.' })
      .default([])
      .meta({ description: 'Namespaces by name.' }),
    selector: z
      .strictObject({
        matchLabels: StringMap.meta({ description: 'Labels that a namespace must have, all of them.' }),
      })
      .optional()
      .meta({ description: 'Namespaces by their labels.' }),
  })
  .meta({ description: 'The namespaces whose TokenSets may name this issuer.' });

/** `spec.policy`. A field that is left out allows everything; an empty list allows nothing. */
export function buildPolicy() {
  return z
    .strictObject({
      allowedApplicationUsers: globs(
        'Application users that may be managed, as patterns: "*" stands for any text, {namespace} for the ' +
          'namespace of the TokenSet. Personal tokens need the entry "me" itself.',
      ),
      allowedScopes: globs(
        'Scopes that tokens may have, as patterns. A token without scopes needs the entry "*".',
      ),
      longestMaxAge: Duration.optional().meta({
        description: 'The longest maxAge of a token. A token without maxAge is over it.',
      }),
      requireMaxAge: z.boolean().default(false).meta({ description: 'Whether every token needs a maxAge.' }),
      requireIpAllowlist: z
        .boolean()
        .default(false)
        .meta({ description: 'Whether every token needs an ipAllowlist.' }),
      allowedCidrs: z
        .array(z.string().max(64, { error: 'is longer than 64 characters. Correct it.' }))
        .max(100, { error: 'has more than 100 entries. Remove some.' })
        .optional()
        .meta({
          description: 'CIDR blocks that every entry of an ipAllowlist must lie in. Tokens then need one.',
        }),
      shortestOverlap: Duration.optional().meta({ description: 'The shortest overlap of a rotation.' }),
      allowedOwnerIds: globs(
        'Owner ids, as patterns, that a TokenSet may use or take over from. Left out: none but its own.',
      ).default([]),
    })
    .meta({ description: 'What TokenSets may ask for. Left out: everything.' });
}

function globs(description: string) {
  return z
    .array(
      z
        .string()
        .min(1, { error: 'is empty. Write a pattern.' })
        .max(256, { error: 'is longer than 256 characters. Shorten it.' }),
    )
    .max(100, { error: 'has more than 100 entries. Use patterns.' })
    .optional()
    .meta({ description });
}
