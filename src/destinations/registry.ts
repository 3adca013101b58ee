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
import { type GitHubSecrets, noGitHubSecrets } from './github-secret/github-secrets.ts';
import { kubernetesSecretDescriptor } from './kubernetes-secret/descriptor.ts';
import {
  type KubernetesSecrets,
  noKubernetesSecrets,
  type SecretOwner,
} from './kubernetes-secret/secrets.ts';

export {
  gitHubSecretsOnDemand,
  type GitHubSecrets,
  noGitHubSecrets,
} from './github-secret/github-secrets.ts';

/** What a manifest or a receipt says about a destination. */
interface Reference {
  readonly kind: string;
  readonly key: string;
  /** What the schema of its kind makes of it; for what a key leaves out, such as who may read a secret. */
  readonly ref?: unknown;
}

interface OpenOptions {
  /** The folder of the manifest, where relative paths start. */
  readonly folder: string;
  /** How GitHub secrets are reached; undefined: they are not. */
  readonly github?: GitHubSecrets;
  /** How Secrets of a cluster are reached; undefined: they are not. */
  readonly kubernetes?: KubernetesSecrets;
  /** Of the set; undefined: where the kubeconfig points. */
  readonly namespace?: string | undefined;
  /** What Secrets are deleted with; undefined: they stay. */
  readonly owner?: SecretOwner | undefined;
}

interface Entry {
  readonly descriptor: DestinationDescriptor;
  readonly open?: (reference: Reference, options: OpenOptions) => Destination | undefined;
}

const noCluster = noKubernetesSecrets('no cluster was named. Name one, then run again.');
const noGitHub = noGitHubSecrets('no token for GitHub was given. Give one, then run again.');

const destinations = {
  kubernetesSecret: {
    descriptor: kubernetesSecretDescriptor,
    open({ key, ref: given }, { kubernetes = noCluster, namespace, owner }) {
      const ref = refOf(kubernetesSecretDescriptor, key, given);
      return (
        ref &&
        kubernetes.open(ref, {
          key,
          ...(namespace === undefined ? {} : { namespace }),
          ...(owner === undefined ? {} : { owner }),
        })
      );
    },
  },
  file: {
    descriptor: fileDescriptor,
    open({ key }, { folder }) {
      const ref = fileDescriptor.parseKey(key);
      if (ref === undefined) return undefined;
      return openFile({ ...ref, path: isAbsolute(ref.path) ? ref.path : join(folder, ref.path) }, { key });
    },
  },
  githubSecret: {
    descriptor: githubSecretDescriptor,
    open({ key, ref: given }, { github = noGitHub }) {
      const ref = refOf(githubSecretDescriptor, key, given);
      return ref && github.open(ref, key);
    },
  },
} satisfies Readonly<Record<string, Entry>>;

/** What the manifest says, where it speaks of this very destination; else what the key alone tells. */
function refOf<Ref>(descriptor: DestinationDescriptor<Ref>, key: string, given: unknown): Ref | undefined {
  const whole = descriptor.schema.safeParse(given);
  return whole.success && descriptor.key(whole.data) === key ? whole.data : descriptor.parseKey(key);
}

/** What the manifest's schema is assembled from. */
export const destinationDescriptors: readonly DestinationDescriptor[] = Object.values(destinations).map(
  ({ descriptor }) => descriptor,
);

/**
 * The destination that a reference names, ready to be read.
 * @returns undefined when this version cannot deliver to its kind.
 */
export function openDestination(reference: Reference, options: OpenOptions): Destination | undefined {
  const entry: Entry | undefined = new Map<string, Entry>(Object.entries(destinations)).get(reference.kind);
  return entry?.open?.(reference, options);
}
