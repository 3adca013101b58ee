/**
 * The schema of both kinds of document, assembled from the descriptors. It is the one source of what parsing
 * accepts, of the TypeScript types, of the JSON Schema for editors and of the custom resources. Rules across
 * fields that `defaults` may supply are not here; they are judged after the merge.
 */
import * as z from 'zod';
import type { Descriptors } from '../descriptor.ts';
import { Credentials, exactlyOne, ObjectName, OwnerId, StringMap, UserName, Word } from './fields.ts';
import { buildPolicy, NamespaceChoice } from './policy-schema.ts';
import { buildToken, Defaults } from './token-schema.ts';

export const apiVersion = 'keyturn.dev/v1alpha1';

/** How long lists may be. A custom resource has less, because the API server costs its rules by these. */
export interface SchemaLimits {
  readonly users: number;
  readonly tokens: number;
}

/** The schemas of the documents of a run, by `kind`. */
export function buildSchemas(
  descriptors: Descriptors,
  limits: SchemaLimits = { users: 10_000, tokens: 10_000 },
) {
  const provider = buildProvider(descriptors);
  return {
    TokenSet: z
      .strictObject({
        ...head('TokenSet'),
        metadata: z
          .strictObject({
            ...metadata('Name of the set. Marks and receipts are bound to it: another name is another set.'),
            namespace: ObjectName.optional().meta({ description: 'Namespace of the custom resource.' }),
          })
          .meta({ description: 'What the set is called.' }),
        spec: buildSpec(descriptors, provider, limits),
      })
      .meta({
        title: 'TokenSet',
        description: 'Application users and their tokens, as Git says they should be.',
      }),
    ClusterTokenIssuer: z
      .strictObject({
        ...head('ClusterTokenIssuer'),
        metadata: z
          .strictObject(metadata('Name of the issuer, as issuerRef gives it.'))
          .meta({ description: 'What the issuer is called.' }),
        spec: z
          .strictObject({
            provider,
            allowedNamespaces: NamespaceChoice,
            policy: buildPolicy().optional(),
          })
          .meta({ description: 'The provider, its credential, and who may use it for what.' }),
      })
      .meta({
        title: 'ClusterTokenIssuer',
        description: 'A provider and its credential, and the policy under which namespaces may use it.',
      }),
  };
}

export type Schemas = ReturnType<typeof buildSchemas>;
export type TokenSetFields = z.output<Schemas['TokenSet']>;
export type IssuerFields = z.output<Schemas['ClusterTokenIssuer']>;
export type UserFields = TokenSetFields['spec']['applicationUsers'][number];

function head<const Kind extends string>(kind: Kind) {
  return {
    apiVersion: z.literal(apiVersion).meta({ description: 'Version of this format.' }),
    kind: z.literal(kind).meta({ description: 'What this document is.' }),
  };
}

function metadata(nameDescription: string) {
  return {
    name: ObjectName.meta({ description: nameDescription }),
    labels: StringMap.optional().meta({ description: 'Labels of the custom resource.' }),
    annotations: StringMap.optional().meta({ description: 'Annotations of the custom resource.' }),
  };
}

function buildProvider({ providers }: Descriptors) {
  const kinds = providers.map(({ kind }) => kind);
  return z
    .strictObject(Object.fromEntries(providers.map(({ kind, schema }) => [kind, schema.optional()])))
    .refine(...exactlyOne(kinds))
    .meta({
      description: `Who issues the tokens: one of ${kinds.join(', ')}.`,
      minProperties: 1,
      maxProperties: 1,
    });
}

function buildSpec(
  { destinations }: Descriptors,
  provider: ReturnType<typeof buildProvider>,
  { users, tokens }: SchemaLimits,
) {
  const tokenList = z.array(buildToken(destinations)).max(tokens, most(tokens));
  return z
    .strictObject({
      provider: provider.optional(),
      issuerRef: IssuerRef.optional(),
      ...ownership,
      ...settings,
      defaults: Defaults.optional().meta({
        description: 'Fields for every token that does not set them. Objects are merged, lists replaced.',
      }),
      applicationUsers: z
        .array(buildUser(tokenList))
        .max(users, most(users))
        .default([])
        .meta({ description: 'The non-human accounts that tokens belong to.' }),
      personalTokens: tokenList.default([]).meta({ description: 'Tokens of the calling user itself.' }),
    })
    .meta({
      description: 'What should be.',
      oneOf: [{ required: ['provider'] }, { required: ['issuerRef'] }],
    });
}

const Filled = Word.min(1, { error: 'is empty. Copy it from the refusal.' });

const IssuerRef = z
  .strictObject({
    kind: z
      .literal('ClusterTokenIssuer')
      .default('ClusterTokenIssuer')
      .meta({ description: 'Kind of the issuer.' }),
    name: ObjectName.meta({ description: 'Name of the issuer.' }),
  })
  .meta({ description: 'In a cluster: who issues the tokens, instead of provider.' });

const ownership = {
  ownerId: OwnerId.optional().meta({
    description:
      'Who owns the tokens when the keyturn command is run by hand. keyturn init makes one; never change it.',
  }),
  formerOwners: z
    .array(
      z.strictObject({
        ownerId: OwnerId.meta({ description: 'Owner id that the tokens were issued under.' }),
        name: ObjectName.meta({ description: 'Name of the set at that time.' }),
      }),
    )
    .max(32, most(32))
    .default([])
    .meta({ description: "Hand-over: whose marks and receipts count as this set's." }),
};

const settings = {
  suspend: z
    .boolean()
    .default(false)
    .meta({ description: 'Change nothing of the whole set until it is false again.' }),
  deletionPolicy: z
    .enum(['Revoke', 'Retain'])
    .default('Revoke')
    .meta({ description: 'What deleting the custom resource does to its tokens.' }),
  githubCredentials: Credentials.optional().meta({
    description: 'In a cluster only: the token for githubSecret destinations.',
  }),
  guards: z
    .strictObject({
      maxRevokePercent: z.int().min(0).max(100).default(25).meta({
        description: 'Most of the owned tokens, in percent, that may be revoked without replacement.',
      }),
      minTokens: z
        .int()
        .min(0)
        .max(10_000)
        .default(4)
        .meta({ description: 'With fewer owned tokens than this, maxRevokePercent does not apply.' }),
      acknowledge: z
        .array(
          z.strictObject({
            rule: Filled.meta({ description: 'The rule, as the refusal names it.' }),
            digest: Filled.meta({ description: 'The digest, as the refusal names it.' }),
          }),
        )
        .max(100, most(100))
        .default([])
        .meta({ description: 'Refusals that are accepted.' }),
    })
    .prefault({})
    .meta({ description: 'Limits on what one plan may do.' }),
};

function buildUser(tokens: z.ZodArray<ReturnType<typeof buildToken>>) {
  return z.strictObject({
    name: UserName.meta({ description: 'Name of the application user.' }),
    create: z
      .boolean()
      .default(true)
      .meta({ description: 'Create the user when it is missing. false: it must exist.' }),
    state: z
      .enum(['Present', 'Absent'])
      .default('Present')
      .meta({ description: 'Absent: remove its tokens, then the user.' }),
    tokens: tokens.default([]).meta({ description: 'The tokens of this user.' }),
  });
}

function most(count: number) {
  return { error: `has more than ${count} entries. Split it.` };
}
