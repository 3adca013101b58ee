/**
 * Every provider by its kind. Adding one is a folder and an entry here. What reaches a network is loaded when
 * it is first used, since most of a start is loading code and `validate` needs none of it.
 */
import type { ProviderDescriptor } from '../core/descriptor.ts';
import type { ProviderAdapter } from './adapter.ts';
import { aivenDescriptor } from './aiven/descriptor.ts';
import { aivenStarter } from './aiven/starter.ts';
import { determinedDescriptor } from './determined/descriptor.ts';
import { canonicalMaster, masterVariables } from './determined/master-url.ts';
import { determinedStarter } from './determined/starter.ts';

export interface RegisteredProvider {
  readonly descriptor: ProviderDescriptor;
  readonly adapter: ProviderAdapter;
}

const aiven: ProviderAdapter = {
  loginName: 'Email address',
  lossOfMe: 'Every login of yours ends too, in browsers and elsewhere, and the credential in use with it.',
  starter: aivenStarter,
  urlsIn: (env) => (env['AIVEN_WEB_URL'] ? [env['AIVEN_WEB_URL']] : []),
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

const determined: ProviderAdapter = {
  loginName: 'User name',
  lossOfMe: 'The credential in use ends too where it is one of them; login sessions go on, up to seven days.',
  starter: determinedStarter,
  urlsIn: (env) => {
    const named = masterVariables.flatMap((name) => env[name] || []).slice(0, 1);
    return named.flatMap((text) => canonicalMaster(text) ?? []);
  },
  connect: async ({ config, ...options }) => {
    const { connectDetermined } = await import('./determined/provider.ts');
    const { url } = determinedDescriptor.schema.parse(config);
    return connectDetermined({ url, ...options });
  },
  credentials: async () => {
    const { findCredential, storeCredential, removeCredential } = await import('./determined/credentials.ts');
    return { find: findCredential, store: storeCredential, remove: removeCredential };
  },
  byHand: async (options) => (await import('./determined/by-hand.ts')).determinedByHand(options),
};

export const providers: ReadonlyMap<string, RegisteredProvider> = new Map([
  ['aiven', { descriptor: aivenDescriptor, adapter: aiven }],
  ['determined', { descriptor: determinedDescriptor, adapter: determined }],
]);
