/**
 * Every provider by its kind. Adding one is a folder and an entry here. What reaches a network is loaded when
 * it is first used, since most of a start is loading code and `validate` needs none of it.
 */
import type { ProviderDescriptor } from '../core/descriptor.ts';
import type { ProviderAdapter } from './adapter.ts';
import { aivenDescriptor } from './aiven/descriptor.ts';
import { determinedDescriptor } from './determined/descriptor.ts';

export interface RegisteredProvider {
  readonly descriptor: ProviderDescriptor;
  /** Undefined while the descriptor says that it is not available. */
  readonly adapter: ProviderAdapter | undefined;
}

const aiven: ProviderAdapter = {
  urlVariables: ['AIVEN_WEB_URL'],
  connect: async ({ config, ...options }) => {
    const { connectAiven } = await import('./aiven/provider.ts');
    const { organizationId, url } = aivenDescriptor.schema.parse(config);
    return connectAiven({ organizationId, url, ...options });
  },
  credentials: async () => {
    const { findCredential, storeCredential, removeCredential } = await import('./aiven/credentials.ts');
    return { find: findCredential, store: storeCredential, remove: removeCredential };
  },
  byHand: async (options) => (await import('./aiven/by-hand.ts')).aivenByHand(options),
};

export const providers: ReadonlyMap<string, RegisteredProvider> = new Map([
  ['aiven', { descriptor: aivenDescriptor, adapter: aiven }],
  ['determined', { descriptor: determinedDescriptor, adapter: undefined }],
]);
