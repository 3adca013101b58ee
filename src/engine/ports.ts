/**
 * The only doors of the engine to the world. Providers, destinations and the runtime implement them; tests
 * and the simulator implement them too. Every method may be aborted by its signal and throws
 * `ProviderError` or `DeliveryError` whose `failure` says what is known about the effect.
 */
import type { ProviderCapabilities } from '../core/descriptor.ts';
import type { TokenRecord, UserList, UserRecord } from '../core/observation.ts';
import type { Receipt, ReceiptReading } from '../core/receipt.ts';
import type { SecretValue } from '../core/secret.ts';
import type { TokenSpec } from '../core/spec.ts';

/** A system that issues and revokes tokens, with the credential it is reached by. */
export interface Provider {
  /** Its name in messages, such as `aiven org1a23f456789`. */
  readonly title: string;
  readonly capabilities: ProviderCapabilities;
  /**
   * The provider's time in milliseconds: its last `Date` header, carried on by a monotonic clock. The clock
   * of this machine plays no part. Throws InvariantError before the first answer.
   */
  now(): number;
  /** The user the credential belongs to. */
  me(signal: AbortSignal): Promise<UserRecord>;
  /** Every application user, and what is known of the provider itself. */
  listUsers(signal: AbortSignal): Promise<UserList>;
  /** Creates an application user. Not repeated by the adapter: names need not be unique. */
  createUser(name: string, signal: AbortSignal): Promise<UserRecord>;
  /** Removes the user and with it all its tokens. Already gone is success. */
  removeUser(user: UserRecord, signal: AbortSignal): Promise<void>;
  /** Every token of the user, in one consistent list; login sessions are left out. */
  listTokens(user: UserRecord, signal: AbortSignal): Promise<readonly TokenRecord[]>;
  /** Exactly one request, never repeated: a repeated one may leave a token that nobody holds. */
  createToken(
    user: UserRecord,
    token: { readonly spec: TokenSpec; readonly description: string },
    signal: AbortSignal,
  ): Promise<IssuedToken>;
  /** Only where `capabilities.updateDescription` says so. */
  updateDescription(user: UserRecord, id: string, description: string, signal: AbortSignal): Promise<void>;
  /** Already gone is success. */
  revoke(user: UserRecord, id: string, signal: AbortSignal): Promise<void>;
  /** One authenticated call with the value: `refused` only for 401, `unknown` when nothing was learned. */
  verify(value: SecretValue, signal: AbortSignal): Promise<'alive' | 'refused' | 'unknown'>;
  /** Which token a value is, told offline; undefined when it does not look like one of this provider's. */
  idOf(value: SecretValue): string | undefined;
}

export interface IssuedToken {
  readonly id: string;
  readonly value: SecretValue;
}

/** What a destination holds right now. `version` names this state for a later compare-and-swap. */
export interface DestinationState {
  readonly version: string;
  readonly receipt: ReceiptReading;
  readonly value:
    | { readonly kind: 'absent' }
    | { readonly kind: 'held'; readonly value: SecretValue }
    | {
        readonly kind: 'opaque';
        /** Not the one that the receipt's `current` was written with: someone else wrote it, or died. */
        readonly changed: boolean;
        /** When it was written, in milliseconds by the destination's clock, where that can be told. */
        readonly writtenAt?: number;
      };
}

/** One place where one value is delivered. Every write is a compare-and-swap on `version`. */
export interface Destination {
  /** As receipts name it. */
  readonly key: string;
  /** How long after the create a value may still be committed, in milliseconds. */
  readonly commitDeadlineMs: number;
  /**
   * True where value and receipt cannot be written at once: the engine then records `pending` before the
   * create, so that a crash in between is seen.
   */
  readonly recordsPending: boolean;
  /**
   * @throws DeliveryError `unknown` when it cannot be read; a missing destination is a state, not an error.
   */
  read(signal: AbortSignal): Promise<DestinationState>;
  /**
   * Tries the exact write without its effect.
   * @returns warnings for the report, a sentence or two each; none of them stops the write.
   * @throws DeliveryError `refused` with what to do.
   */
  preflight(signal: AbortSignal): Promise<readonly string[]>;
  /**
   * Writes the receipt, and the value when one is given; without one the value that is there stays.
   * @returns the version after the write.
   * @throws DeliveryError `conflict` when `version` is no longer what is there.
   */
  write(
    next: { readonly version: string; readonly receipt: Receipt; readonly value?: SecretValue },
    signal: AbortSignal,
  ): Promise<string>;
  /**
   * Deletes the receipt, and the value too unless `keepValue`; nothing else that lives there is touched.
   * Nothing there is success. @throws DeliveryError `conflict` when `version` is no longer what is there.
   */
  withdraw(
    what: { readonly version: string; readonly keepValue: boolean },
    signal: AbortSignal,
  ): Promise<void>;
}

/** Clocks, waiting and chance, so that a simulator can own them. */
export interface Runtime {
  /** Milliseconds that never go back. */
  monotonicMs(): number;
  /** The clock of this machine, used only as a second opinion on how long something took. */
  wallMs(): number;
  /** Resolves after `ms`, or at once when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Six base32 characters, fresh on every call. */
  nonce(): string;
}
