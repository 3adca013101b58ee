/** The custom resources that the controller works on, and the words it leaves on them. */
import { buildSchemas } from '../core/manifest/schema.ts';
import { destinationDescriptors } from '../destinations/registry.ts';
import { providers } from '../providers/registry.ts';

const version = { group: 'keyturn.dev', version: 'v1alpha1' } as const;

export const tokenSets = { ...version, plural: 'tokensets', kind: 'TokenSet' } as const;
export const issuers = { ...version, plural: 'clustertokenissuers', kind: 'ClusterTokenIssuer' } as const;

/** Holds a set that is being deleted until its tokens are revoked. */
export const finalizer = 'keyturn.dev/tokens';

const descriptors = {
  providers: [...providers.values()].map(({ descriptor }) => descriptor),
  destinations: destinationDescriptors,
};

/** Built once, since thousands of objects are judged by them. */
export const manifestParts = { ...descriptors, schemas: buildSchemas(descriptors) };
