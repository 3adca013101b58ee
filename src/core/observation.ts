/**
 * The observation: an immutable snapshot of a provider and the destinations, with the provider's time. What
 * could not be read is `unknown`, which is never the same as missing. It holds no token value.
 */
import type { DestinationReference } from './manifest/types.ts';
import type { ReceiptReading } from './receipt.ts';
import type { TokenSpec } from './spec.ts';

/** An application user, or the calling user itself. */
export interface UserRecord {
  readonly id: string;
  /** The name in the manifest; `me` for the calling user. */
  readonly name: string;
  readonly personal: boolean;
  /** Where its tokens live, as receipts name it: `aiven/org1a23f456789`. */
  readonly at: string;
  readonly createdAt: number | undefined;
}

/** One row of a provider's list. Times in milliseconds since the epoch, by the provider's clock. */
export interface TokenRecord {
  readonly id: string;
  readonly description: string;
  readonly createdAt: number;
  /** Undefined: never. */
  readonly expiresAt: number | undefined;
  /** Undefined: never used, or the provider does not tell. */
  readonly lastUsedAt: number | undefined;
  readonly lastUsedFrom: string | undefined;
  readonly lastUserAgent: string | undefined;
  /** What the provider says the token may do, normalised like a manifest's. */
  readonly spec: TokenSpec;
  /** True for the credential that made this list. */
  readonly own: boolean;
}

interface Unknown {
  readonly kind: 'unknown';
  /** A sentence for the person who must act. */
  readonly why: string;
}

/** What a provider's list of users tells. */
export interface UserList {
  /** Where the tokens of application users live, known even when there is no user yet. */
  readonly at: string;
  readonly users: readonly UserRecord[];
  /** The longest max age that the provider grants by its own settings, in seconds, where it can be read. */
  readonly longestMaxAgeSeconds?: number;
  /** What a person should know about the provider itself, a sentence each. */
  readonly notes?: readonly string[];
}

export type Users = Unknown | ({ readonly kind: 'listed' } & UserList);

/** The tokens of one user. `twice` when a second list was asked for because the first lacked something. */
export type Tokens =
  | Unknown
  | { readonly kind: 'listed'; readonly tokens: readonly TokenRecord[]; readonly twice: boolean };

/** What lies at a destination where a value should be. */
export type ValueReading =
  | { readonly kind: 'absent' }
  /** Readable, and it is the value of this token. */
  | { readonly kind: 'held'; readonly tokenId: string }
  /** Readable, and not the value of any token that is listed or named in a receipt. */
  | { readonly kind: 'foreign' }
  /** Write-only; `changed` when it is not what the receipt says, `writtenAt` by the destination's clock. */
  | { readonly kind: 'opaque'; readonly changed: boolean; readonly writtenAt?: number };

export type Reading =
  | Unknown
  | {
      readonly kind: 'read';
      /** Opaque; a write names it and fails when the destination has moved on. */
      readonly version: string;
      readonly receipt: ReceiptReading;
      readonly value: ValueReading;
    };

export interface Observation {
  /** The provider's time, in milliseconds since the epoch. */
  readonly now: number;
  /**
   * When the run began, by the same clock: its manifest may be older, and is no younger. Undefined where the
   * clocks of this machine disagree about how long ago that was.
   */
  readonly begunAt: number | undefined;
  readonly users: Users;
  /** The calling user; undefined when no personal token is declared. */
  readonly me: UserRecord | Unknown | undefined;
  /** By user id. A user that was not listed is not in it. */
  readonly tokens: ReadonlyMap<string, Tokens>;
  /** Ids of current tokens that no list shows and whose value the provider refused when it was tried. */
  readonly refused: ReadonlySet<string>;
  /** By identity of the destination, those that only a receipt names included. */
  readonly readings: ReadonlyMap<string, Reading>;
  /** By declaration: destinations that only its receipts name, because the manifest dropped them. */
  readonly dropped: ReadonlyMap<string, readonly DestinationReference[]>;
  /** Whether the tokens of every application user were listed, not only those of declared ones. */
  readonly swept: boolean;
  /** Declarations that may not issue before this time (provider's clock), after an issue that failed. */
  readonly backOff: ReadonlyMap<string, number>;
}
