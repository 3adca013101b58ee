/**
 * What a person does with a provider by hand, the same for every provider: log in, see who one is, log out,
 * end everything. What is declared goes through the `Provider` port instead.
 */
import type { SecretValue } from '../core/secret.ts';
import type { Runtime } from '../engine/ports.ts';

export interface LoginEntry {
  /** As the provider asks for it: an email address, or a user name. */
  readonly user: string;
  readonly password: SecretValue;
  /** The one-time code, after `otpNeeded`. */
  readonly otp?: string;
}

export type LoginOutcome =
  | { readonly kind: 'loggedIn'; readonly credential: SecretValue; readonly user: string }
  | { readonly kind: 'otpNeeded' };

/** Whether the credential may issue tokens for users that hold permissions; often it cannot be told. */
export type Privilege = 'superAdmin' | 'organizationAdmin' | 'admin' | 'unknown';

export interface Membership {
  readonly id: string;
  readonly name: string;
  readonly privilege: Privilege;
}

export interface Identity {
  readonly id: string;
  readonly name: string;
  /** What one logs in with. */
  readonly login: string | undefined;
  /** The provider's own word, such as `active`. */
  readonly state: string | undefined;
  readonly organizations: readonly Membership[];
  /** What a person should know about the provider itself, a sentence each. */
  readonly notes?: readonly string[];
}

export interface ByHand {
  /** @throws ProviderError `refused` for a wrong password */
  login(entry: LoginEntry, signal: AbortSignal): Promise<LoginOutcome>;
  /** Who a credential belongs to. @throws ProviderError `credential` when it does not work */
  whoami(credential: SecretValue, signal: AbortSignal): Promise<Identity>;
  /**
   * Ends the login that the credential is of. Already dead is success.
   * @returns what became of it where that is not all, in a sentence or two
   */
  logout(credential: SecretValue, signal: AbortSignal): Promise<string | undefined>;
  /**
   * Ends every token and session of the user the credential belongs to, the credential included.
   * @returns what could not be ended, in a sentence
   */
  expireAll(credential: SecretValue, signal: AbortSignal): Promise<string | undefined>;
  close(): Promise<void>;
}

export interface ByHandOptions {
  readonly url: string;
  readonly version: string;
  readonly runtime: Runtime;
}
