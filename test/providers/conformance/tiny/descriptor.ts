/** A provider as small as one can be: what a new one has to say about itself. */
import * as z from 'zod';
import type { ProviderDescriptor } from '../../../../src/core/descriptor.ts';
import { Url } from '../../../../src/core/manifest/fields.ts';

export const tinyDescriptor = {
  kind: 'tiny',
  title: 'Tiny',
  schema: z.strictObject({ url: Url }),
  capabilities: {
    scopes: undefined,
    ipAllowlist: undefined,
    extendWhenUsed: false,
    lastUsed: false,
    updateDescription: { application: false, personal: false },
    descriptionLimit: 500,
    maxAgeSeconds: { min: 1, max: 86_400 * 365 },
    personalTokenQuota: undefined,
    expiresWithoutMaxAge: false,
    removesUsers: true,
    massRevocation: undefined,
  },
  defaultUrl: undefined,
} as const satisfies ProviderDescriptor;
