/**
 * What every provider offers besides its descriptor, so that front ends need not know which one they hold.
 * The work on tokens itself is the engine's `Provider` port.
 */
import type { TokenRecord, UserRecord } from '../core/observation.ts';
import type { SecretValue } from '../core/secret.ts';
import type { Provider, Runtime } from '../engine/ports.ts';
import type { ByHand, ByHandOptions } from './by-hand.ts';
import type { CredentialPlaces, FoundCredential } from './credential.ts';
import type { Starter } from './starter.ts';

interface ConnectOptions {
  /** `spec.provider.<kind>` of the manifest, as its schema gives it. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly credential: SecretValue;
  readonly version: string;
  readonly runtime: Runtime;
  /** Most requests in flight. */
  readonly concurrency?: number;
  /** Asked directly before a request is written; when it says no, nothing is sent. */
  readonly mayBegin?: () => boolean;
}

/** A token that works no more, with its holder. */
export interface EndedToken {
  readonly user: Pick<UserRecord, 'id' | 'name'>;
  readonly token: TokenRecord;
  readonly ended: 'revoked' | 'expired';
}

export interface ConnectedProvider extends Provider {
  /** For people who look back; nothing is decided by it. Absent where the provider forgets what has ended. */
  listEnded?(signal: AbortSignal): Promise<readonly EndedToken[]>;
  close(): Promise<void>;
}

/** Where the credential of a login is kept between runs: in the file of the provider's own tool. */
interface CredentialStore {
  find(places: CredentialPlaces): Promise<FoundCredential>;
  /** @returns the path of the file */
  store(
    places: CredentialPlaces,
    login: { readonly credential: SecretValue; readonly user: string },
  ): Promise<string>;
  remove(places: CredentialPlaces): Promise<void>;
}

/** What can be done with a provider besides validating its part of a manifest. */
export interface ProviderAdapter {
  /** Addresses that variables of the provider's own tools name: they count as named outside the manifest. */
  urlsIn(env: CredentialPlaces['env']): readonly string[];
  /** What one logs in with, as a prompt asks for it. */
  readonly loginName: string;
  /** What an end of all tokens of the calling user takes with it, in a sentence. */
  readonly lossOfMe: string;
  /** What the first manifest says about it. */
  readonly starter: Starter;
  /** Opens nothing before the first request. */
  connect(options: ConnectOptions): Promise<ConnectedProvider>;
  credentials(): Promise<CredentialStore>;
  byHand(options: ByHandOptions): Promise<ByHand>;
}
