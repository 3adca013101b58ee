/**
 * What Aiven is to the manifest and the planner: its part of the schema, what its tokens can do, and its
 * limits, as its OpenAPI document publishes them. Says nothing about how Aiven is reached.
 */
import * as z from 'zod';
import type { ProviderDescriptor } from '../../core/descriptor.ts';
import { Credentials, Url } from '../../core/manifest/fields.ts';

const defaultUrl = 'https://api.aiven.io';

const schema = z
  .strictObject({
    organizationId: z
      .string()
      .max(36, { error: 'is longer than the 36 characters of an organization id. Correct it.' })
      .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, {
        error: 'is not an organization id. It looks like org1a23f456789; the console shows it under Admin.',
      })
      .meta({ description: 'Id of the organization whose application users hold the tokens.' }),
    url: Url.default(defaultUrl).meta({
      description: 'Where the API is. Another host must also be named outside the manifest.',
    }),
    credentials: Credentials.optional().meta({
      description: 'In a cluster only: the token keyturn works with. It needs the organization admin role.',
    }),
  })
  .meta({ description: 'Tokens of the application users of an Aiven organization.' });

/**
 * The OAuth2 scopes of Aiven's OpenAPI document: the only published vocabulary, and not said to be closed.
 */
const areas =
  'accounts authentication billing payments privatelink projects scim services static_ips tickets user';
const knownScopes = [
  'all',
  ...areas.split(' ').flatMap((area) => [area, `${area}:read`, `${area}:write`]),
] as const;

export const aivenDescriptor = {
  kind: 'aiven',
  title: 'Aiven',
  schema,
  capabilities: {
    scopes: { known: knownScopes, most: 100 },
    ipAllowlist: { most: 100 },
    extendWhenUsed: true,
    lastUsed: true,
    // No operation updates an application token; a personal one takes a new description and nothing else.
    updateDescription: { application: false, personal: true },
    descriptionLimit: 1_000,
    maxAgeSeconds: { min: 600, max: 315_360_000 },
    // Documented until 2025-02, and still warned of since.
    personalTokenQuota: 10,
    expiresWithoutMaxAge: false,
    removesUsers: true,
    massRevocation: undefined,
  },
  defaultUrl,
} as const satisfies ProviderDescriptor;
