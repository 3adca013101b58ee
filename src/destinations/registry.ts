/**
 * Every kind of destination, in one explicit map. Adding one is its folder and one line here. A kind without
 * `open` is known to manifests and receipts, but this version cannot deliver to it.
 */
import { isAbsolute, join } from 'node:path';
import type { DestinationDescriptor } from '../core/descriptor.ts';
import type { Destination } from '../engine/ports.ts';
import { fileDescriptor } from './file/descriptor.ts';
import { openFile } from './file/open-file.ts';
import { githubSecretDescriptor } from './github-secret/descriptor.ts';
import { kubernetesSecretDescriptor } from './kubernetes-secret/descriptor.ts';

/** What a manifest or a receipt says about a destination. */
interface Reference {
  readonly kind: string;
  readonly key: string;
}

interface Entry {
  readonly descriptor: DestinationDescriptor;
  readonly open?: (key: string, folder: string) => Destination | undefined;
}

const destinations = {
  kubernetesSecret: { descriptor: kubernetesSecretDescriptor },
  file: {
    descriptor: fileDescriptor,
    open(key, folder) {
      const ref = fileDescriptor.parseKey(key);
      if (ref === undefined) return undefined;
      return openFile({ ...ref, path: isAbsolute(ref.path) ? ref.path : join(folder, ref.path) }, { key });
    },
  },
  githubSecret: { descriptor: githubSecretDescriptor },
} satisfies Readonly<Record<string, Entry>>;

/** What the manifest's schema is assembled from. */
export const destinationDescriptors: readonly DestinationDescriptor[] = Object.values(destinations).map(
  ({ descriptor }) => descriptor,
);

/**
 * The destination that a reference names, ready to be read.
 * @param options.folder the folder of the manifest, where relative paths start.
 * @returns undefined when this version cannot deliver to its kind.
 */
export function openDestination(
  reference: Reference,
  options: { readonly folder: string },
): Destination | undefined {
  const entry: Entry | undefined = new Map<string, Entry>(Object.entries(destinations)).get(reference.kind);
  return entry?.open?.(reference.key, options.folder);
}
