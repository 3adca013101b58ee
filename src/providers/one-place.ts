/**
 * A credential goes to one host. What was given to a run as a whole would else go to every provider that the
 * manifests name, and a provider must not be handed the key of another one.
 */
import type { SecretValue } from '../core/secret.ts';
import { originOf } from './credential.ts';

/** A credential, where it was found, and where it would be sent. */
export interface Destined {
  readonly kind: string;
  readonly url: string;
  readonly credential: SecretValue;
  readonly source: string;
}

/** @returns a sentence with what to do when a credential would go to two hosts; undefined when none would */
export function refuseSharedCredential(all: readonly Destined[]): string | undefined {
  for (const [index, one] of all.entries()) {
    const other = all
      .slice(index + 1)
      .find(
        ({ url, credential }) =>
          originOf(url) !== originOf(one.url) && credential.reveal() === one.credential.reveal(),
      );
    if (other)
      return (
        `The credential from ${one.source} would go to ${originOf(one.url)} (${one.kind}) and to` +
        ` ${originOf(other.url)} (${other.kind}), so nothing was sent. Give each provider its own, in the` +
        ` variables of its own tools, or run one manifest at a time.`
      );
  }
  return undefined;
}
