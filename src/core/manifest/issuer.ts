/**
 * A `ClusterTokenIssuer` document that its schema accepts to an issuer. How its policy is judged is in
 * core/plan/policy.ts.
 */
import { parseBlock } from '../allowlist.ts';
import type { Descriptors } from '../descriptor.ts';
import type { Inspection } from './inspection.ts';
import { milliseconds } from './merge.ts';
import { buildProvider } from './provider.ts';
import type { IssuerFields } from './schema.ts';
import { quote } from './quote.ts';
import type { Issuer } from './types.ts';

/** Undefined when the provider is missing or not known; a finding then says so. */
export function buildIssuer(
  { metadata, spec }: IssuerFields,
  inspection: Inspection,
  descriptors: Descriptors,
): Issuer | undefined {
  const provider = buildProvider(spec.provider, descriptors, inspection);
  if (!provider) return undefined;
  const path = ['spec', 'provider', provider.kind];
  if (provider.config['credentials'] === undefined && !inspection.broken([...path, 'credentials'])) {
    const message =
      'an issuer needs credentials: the controller has nothing else to reach the provider with. Add them.';
    inspection.error('Missing', path, message);
  }
  const { policy } = spec;
  for (const [index, text] of (policy?.allowedCidrs ?? []).entries()) {
    if (parseBlock(text)) continue;
    const message =
      `allowedCidrs entry ${quote(text)} is not an IP address or CIDR block. Write one such ` +
      'as 203.0.113.0/24.';
    inspection.error('BadCidr', ['spec', 'policy', 'allowedCidrs', index], message);
  }
  return {
    name: metadata.name,
    position: inspection.position(['metadata', 'name']),
    provider,
    allowedNamespaces: spec.allowedNamespaces.names,
    ...(spec.allowedNamespaces.selector && { namespaceLabels: spec.allowedNamespaces.selector.matchLabels }),
    policy: {
      allowedUsers: policy?.allowedApplicationUsers,
      allowedScopes: policy?.allowedScopes,
      longestMaxAgeMs: milliseconds(policy?.longestMaxAge),
      requireMaxAge: policy?.requireMaxAge ?? false,
      requireIpAllowlist: policy?.requireIpAllowlist ?? false,
      allowedCidrs: policy?.allowedCidrs,
      shortestOverlapMs: milliseconds(policy?.shortestOverlap),
      allowedOwnerIds: policy?.allowedOwnerIds ?? [],
    },
  };
}
