/** The entry of `provider` that is given. */
import type { Descriptors } from '../descriptor.ts';
import type { Inspection } from './inspection.ts';
import type { ProviderReference } from './types.ts';

/** @param entry `spec.provider` of a set or an issuer: one key, the kind, and its configuration. */
export function buildProvider(
  entry: Readonly<Record<string, unknown>>,
  { providers }: Descriptors,
  inspection: Inspection,
): ProviderReference | undefined {
  const descriptor = providers.find(({ kind }) => entry[kind] !== undefined);
  if (!descriptor) return undefined;
  const path = ['spec', 'provider', descriptor.kind];
  return {
    kind: descriptor.kind,
    config: entry[descriptor.kind] as Readonly<Record<string, unknown>>,
    position: inspection.position(path, 'key'),
  };
}
