/**
 * The destinations of one token: which adapter each needs, its key and identity, in the order of writing.
 */
import type { DestinationDescriptor } from '../descriptor.ts';
import type { Inspection } from './inspection.ts';
import type { MergedToken } from './merge.ts';
import type { DestinationReference } from './types.ts';

/** A destination, and the places it shares with others. */
export interface Delivery {
  readonly reference: DestinationReference;
  readonly places: readonly { readonly place: string; readonly as: string }[];
}

interface Around {
  readonly destinations: readonly DestinationDescriptor[];
  readonly namespace: string | undefined;
  readonly inspection: Inspection;
}

/** Sorted by rank; those of one rank stay in the order of the document. */
export function buildDeliveries(
  token: MergedToken,
  { destinations, namespace, inspection }: Around,
): readonly Delivery[] {
  const entries = (token.fields.deliverTo ?? []).flatMap((entry, index) => {
    const path = [...token.path, 'deliverTo', index];
    return destinations.flatMap((descriptor) => {
      const { kind } = descriptor;
      const ref = entry[kind];
      if (ref === undefined) return [];
      if (!descriptor.available) {
        const usable = destinations.filter(({ available }) => available).map((other) => other.kind);
        const message =
          `${kind} cannot be delivered to yet: this version of keyturn has no adapter for ` +
          `it. Use ${usable.join(' or ')}.`;
        inspection.error('NotAvailable', path, message);
      }
      const readers = descriptor.readers?.(ref);
      const reference = {
        kind,
        key: descriptor.key(ref),
        ...(readers === undefined ? {} : { readers }),
        identity: descriptor.identity(ref, inspection.folder, { namespace }),
        ref,
        local: descriptor.local,
        position: inspection.position(path),
      };
      const places = descriptor.places?.(ref, inspection.folder) ?? [];
      return [{ rank: descriptor.rank, delivery: { reference, places } }];
    });
  });
  return entries.sort((one, other) => one.rank - other.rank).map(({ delivery }) => delivery);
}
