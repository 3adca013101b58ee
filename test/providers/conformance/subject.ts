/**
 * What the conformance suite asks of one kind of token: an adapter, the emulated service behind it, and the
 * truth about the service that no adapter tells.
 */
import type { UserRecord } from '../../../src/core/observation.ts';
import type { SecretValue } from '../../../src/core/secret.ts';
import type { ConnectedProvider } from '../../../src/providers/adapter.ts';

interface Issued {
  readonly id: string;
  readonly description: string;
  readonly live: boolean;
}

export interface Subject {
  readonly provider: ConnectedProvider;
  /** The same service, reached with another credential. */
  as(credential: SecretValue): ConnectedProvider;
  /** A credential that was never issued, in the form that the service's have. */
  readonly strange: SecretValue;
  /** The user whose tokens these are; made when it is missing. */
  owner(): Promise<UserRecord>;
  /** Every token of any user there really is, but for those the service began with. */
  truth(): Promise<readonly Issued[]>;
  /** Lets time pass, for the service and for whoever waits. */
  pass(ms: number): Promise<void>;
  /** Arms a fault for the next request of a method, as the emulator's grammar has it. */
  fault(name: string, method: string): Promise<void>;
  /** The method that revokes. */
  readonly revokes: 'DELETE' | 'PATCH';
  close(): Promise<void>;
}

/** One kind of token, and everything that is unknown about its service. */
export interface Kind {
  /** Such as `personal tokens of Aiven`. */
  readonly name: string;
  start(toggles?: Readonly<Record<string, unknown>>): Promise<Subject>;
  /** Each a set of toggles under which the life of tokens must come right. */
  readonly variants: readonly Readonly<Record<string, unknown>>[];
  /** Names of faults that any request may meet. */
  readonly faults: readonly string[];
}
