/**
 * What Determined is to the manifest and the planner: its part of the schema, what its tokens can do, and its
 * limits. Its tokens have a lifespan and a description, and nothing else that could be declared. Says nothing
 * about how a master is reached.
 */
import * as z from 'zod';
import type { ProviderDescriptor } from '../../core/descriptor.ts';
import { Credentials, Url } from '../../core/manifest/fields.ts';

const schema = z
  .strictObject({
    url: Url.meta({
      description: 'Where the master is. It must also be named outside the manifest, as DET_MASTER does.',
    }),
    credentials: Credentials.optional().meta({
      description: 'In a cluster only: the token keyturn works with. It needs the admin role.',
    }),
  })
  .meta({ description: 'Access tokens of the users of a Determined cluster.' });

export const determinedDescriptor = {
  kind: 'determined',
  title: 'Determined',
  schema,
  capabilities: {
    scopes: undefined,
    ipAllowlist: undefined,
    extendWhenUsed: false,
    lastUsed: false,
    updateDescription: { application: true, personal: true },
    // The description is inside the token, which must fit in a request header; 1,000 characters always do.
    descriptionLimit: 1_000,
    // The longest that security.token.max_lifespan_days: -1 allows. A master may well be set lower (30 d).
    maxAgeSeconds: { min: 1, max: 106_751 * 86_400 },
    personalTokenQuota: undefined,
    expiresWithoutMaxAge: true,
    removesUsers: false,
    massRevocation:
      'Determined revokes every token of a user when the user is edited (renamed, a new password).',
  },
  defaultUrl: undefined,
} as const satisfies ProviderDescriptor;
