/**
 * The schema of one token entry and of the defaults for all of them. What `defaults` can supply has no
 * default here: a default would be filled in before the merge and win over it.
 */
import * as z from 'zod';
import type { DestinationDescriptor } from '../descriptor.ts';
import { Duration, exactlyOne, TokenName, Word, Words } from './fields.ts';

const many = (most: number) => ({ error: `has more than ${most} entries. Remove some.` });
const State = z.enum(['Present', 'Absent', 'Moved']);

const intervals = {
  renewBefore: Duration.optional().meta({
    description: 'How long before it expires a token is replaced. Default: a third of maxAge.',
  }),
  every: Duration.optional().meta({ description: 'Replace a token at this age, whenever it expires.' }),
  overlap: Duration.optional().meta({
    description:
      'How long the old token stays valid after the new one is delivered everywhere, at least 1m. ' +
      'Default: 24h, but at most half of renewBefore and a quarter of every.',
  }),
  revokeWhenIdle: z
    .strictObject({
      for: Duration.optional().meta({
        description: 'Unused for this long. Default 1h; 0s turns waiting off.',
      }),
      atMost: Duration.optional().meta({
        description:
          'Wait no longer than this, overlap included. Default: 7d, but at most 45 % of the time between ' +
          'rotations.',
      }),
    })
    .optional()
    .meta({
      description:
        'Revoke the old token once nobody uses it, where the provider tells when it was last used.',
    }),
};

const inheritable = {
  state: State.optional().meta({
    description:
      'Present (default). Absent: withdrawn from its destinations, then revoked at once. ' +
      'Moved: another set took it over, and this one leaves it alone.',
  }),
  scopes: z
    .array(
      z
        .string()
        .max(128, { error: 'is longer than 128 characters. Correct it.' })
        .regex(/^\S+$/, { error: 'is not a scope: it is empty or holds a space. Correct it.' }),
    )
    .max(100, many(100))
    .optional()
    .meta({ description: 'What the token may do. Left out: everything its user may do.' }),
  maxAge: Duration.optional().meta({ description: 'How long a token lives. Left out: it never expires.' }),
  extendWhenUsed: z
    .boolean()
    .optional()
    .meta({ description: 'Count maxAge from the last use, not from the creation.' }),
  ipAllowlist: z
    .array(z.string().max(64, { error: 'is longer than 64 characters. Correct it.' }))
    .max(100, many(100))
    .optional()
    .meta({ description: 'Addresses and CIDR blocks the token works from. Left out: everywhere.' }),
  suspend: z
    .boolean()
    .optional()
    .meta({ description: 'Change nothing about this token until it is false again.' }),
};

/** `spec.defaults`: any field of a token but those that only make sense for one. */
export const Defaults = z.strictObject({
  ...inheritable,
  rotation: z.strictObject(intervals).optional().meta({ description: 'When tokens are replaced.' }),
});

/** An entry of `tokens` or `personalTokens`. */
export function buildToken(destinations: readonly DestinationDescriptor[]) {
  const entry = buildDestination(destinations);
  return z.strictObject({
    name: TokenName.meta({ description: 'Name of the token, unique for its user.' }),
    description: Words.optional().meta({ description: 'What the token is for, as the provider shows it.' }),
    ...inheritable,
    rotation: z
      .strictObject({
        ...intervals,
        trigger: Word.optional().meta({ description: 'Any new value replaces the token once.' }),
        compromised: Word.optional().meta({
          description: 'Any new value replaces the token once, and revokes every older one without overlap.',
        }),
      })
      .optional()
      .meta({ description: 'When the token is replaced.' }),
    deliverTo: z
      .array(entry)
      .min(1, { error: 'is empty: a token that is delivered nowhere is of no use. Add a destination.' })
      .max(32, many(32))
      .optional()
      .meta({ description: 'Where the value is written. Needed unless state is Absent or Moved.' }),
  });
}

function buildDestination(destinations: readonly DestinationDescriptor[]) {
  const kinds = destinations.map(({ kind }) => kind);
  return z
    .strictObject(Object.fromEntries(destinations.map(({ kind, schema }) => [kind, schema.optional()])))
    .refine(...exactlyOne(kinds))
    .meta({ description: `One of ${kinds.join(', ')}.`, minProperties: 1, maxProperties: 1 });
}

export type TokenFields = z.output<ReturnType<typeof buildToken>>;
export type DefaultFields = z.output<typeof Defaults>;
