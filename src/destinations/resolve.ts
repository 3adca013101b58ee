/** Destinations of a run: each is opened once, and one that only a receipt names is understood by its key. */
import type { DestinationReference, TokenSet } from '../core/manifest/types.ts';
import type { Destination } from '../engine/ports.ts';
import { destinationDescriptors } from './registry.ts';

type Open = (reference: DestinationReference, set: TokenSet) => Destination | undefined;

/** One object per destination of a run, for what it remembers between two of its calls. */
export function openEachOnce(open: Open): Open {
  const opened = new Map<string, Destination | undefined>();
  return (reference, set) => {
    // A receipt may name the same file in another format.
    const name = `${reference.identity} ${reference.key}`;
    if (!opened.has(name)) opened.set(name, open(reference, set));
    return opened.get(name);
  };
}

/** The destination that a receipt names by its key; undefined when the key is not understood. */
export function resolveKey(key: string, set: TokenSet): DestinationReference | undefined {
  for (const descriptor of destinationDescriptors) {
    const ref = descriptor.parseKey(key);
    if (ref === undefined) continue;
    const { kind, local } = descriptor;
    const identity = descriptor.identity(ref, set.folder, { namespace: set.namespace });
    return { kind, key, identity, ref, local, position: set.position };
  }
  return undefined;
}
