/**
 * The Secrets of one run, as a front end hands them to the registry: connected, connected when first used, or
 * out of reach. Loads nothing that speaks to a cluster.
 */
import { DeliveryError } from '../../core/errors.ts';
import type { Destination } from '../../engine/ports.ts';
import type { KubernetesSecretRef } from './descriptor.ts';

/** The object that a Secret goes with when it is deleted. */
export interface SecretOwner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

export interface SecretPlace {
  /** As receipts name it. */
  readonly key: string;
  /** Of the set; undefined: where the kubeconfig's context points. */
  readonly namespace?: string;
  /** None from the command line, and none under `deletionPolicy: Retain`. */
  readonly owner?: SecretOwner;
}

export interface KubernetesSecrets {
  open(ref: KubernetesSecretRef, place: SecretPlace): Destination;
  close(): Promise<void>;
}

/** How long after a create a value may still be written (DESIGN 5). */
export const commitDeadlineMs = 120_000;

/** @param why a sentence that says what to give, and how */
export function noKubernetesSecrets(why: string): KubernetesSecrets {
  return {
    open: (_, { key }) => {
      const out = (failure: 'refused' | 'unknown', what: string) =>
        Promise.reject(new DeliveryError(`"${key}" ${what}: ${why}`, failure, { destination: key }));
      return {
        key,
        commitDeadlineMs,
        recordsPending: false,
        read: () => out('unknown', 'cannot be read'),
        preflight: () => out('refused', 'cannot be written'),
        write: () => out('refused', 'was not written'),
        withdraw: () => out('refused', 'was not withdrawn'),
      };
    },
    close: () => Promise.resolve(),
  };
}
