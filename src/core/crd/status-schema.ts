/**
 * The schemas of `status`: what the controller tells about a custom resource. A cache for people and
 * monitors; nothing that acts reads it. Never a value of a token.
 */
import * as z from 'zod';

const Time = z.string().max(32);
const Count = z.int().min(0).max(1_000_000_000);

const Condition = z.strictObject({
  type: z.string().max(64).meta({ description: 'Ready, Reconciling, Stalled or PreviousTokenActive.' }),
  status: z.enum(['True', 'False', 'Unknown']).meta({ description: 'Whether it holds.' }),
  reason: z.string().max(64).meta({ description: 'Why, as one word for machines.' }),
  message: z.string().max(4_096).meta({ description: 'Why, for people.' }),
  lastTransitionTime: Time.meta({ description: 'Since when the status is what it is.' }),
  observedGeneration: Count.optional().meta({
    description: 'The metadata.generation that it was judged from.',
  }),
});

const shared = {
  observedGeneration: Count.optional().meta({
    description: 'The metadata.generation that the controller has looked at.',
  }),
  conditions: z.array(Condition).max(16).optional().meta({ description: 'How it is doing.' }),
};

const PreviousToken = z.strictObject({
  id: z.string().max(256).meta({ description: 'Id of the token at the provider.' }),
  generation: Count.meta({ description: 'Its generation.' }),
  revokeNotBefore: Time.meta({ description: 'It is not revoked before this time.' }),
});

const Token = z.strictObject({
  name: z.string().max(512).meta({ description: 'The declaration, as user/token.' }),
  health: z.string().max(32).meta({ description: 'How it is doing, in one word; ok when all is well.' }),
  reason: z.string().max(64).optional().meta({ description: 'Why it is not ok, as one word.' }),
  message: z.string().max(1_024).optional().meta({ description: 'Why it is not ok, for people.' }),
  id: z.string().max(256).optional().meta({ description: 'Id of the token that is served.' }),
  generation: Count.optional().meta({ description: 'How many tokens it took to get to this one.' }),
  issuedAt: Time.optional().meta({ description: 'When it was issued.' }),
  expiresAt: Time.optional().meta({ description: 'When it expires. Left out: never, or not known.' }),
  lastUsedAt: Time.optional().meta({
    description: 'When it was last used, up to an hour behind. Left out: never, or the provider tells not.',
  }),
  nextRotationAt: Time.optional().meta({ description: 'When it is replaced next.' }),
  previous: z
    .array(PreviousToken)
    .max(100)
    .optional()
    .meta({ description: 'Replaced tokens that still work.' }),
});

/** `status` of a TokenSet. */
export const TokenSetStatus = z
  .strictObject({
    ...shared,
    ready: z.string().max(32).optional().meta({ description: 'Tokens that are well, of all declared.' }),
    nextRotationAt: Time.optional().meta({ description: 'When a token of the set is replaced next.' }),
    ownerId: z.string().max(512).optional().meta({ description: 'Who owns the tokens, as plans show it.' }),
    tokens: z.array(Token).max(2_550).optional().meta({ description: 'Every declared token.' }),
  })
  .meta({ description: 'What the controller found and did.' });

/** `status` of a ClusterTokenIssuer. */
export const IssuerStatus = z.strictObject(shared).meta({ description: 'What the controller found.' });

export type TokenSetStatusFields = Readonly<z.output<typeof TokenSetStatus>>;
export type TokenStatusFields = Readonly<z.output<typeof Token>>;
export type ConditionFields = Readonly<z.output<typeof Condition>>;
