/**
 * What a provider or destination says about itself, as pure data: its part of the manifest's schema, what it
 * can do, and its limits. `core` takes descriptors as an argument and so names no provider; validation, plan
 * texts and the docs table read capabilities instead of asking which provider it is.
 */
import type * as z from 'zod';

/** What a provider can do, and how far. */
export interface ProviderCapabilities {
  /** Undefined: tokens have no scopes. `known` is what is published; others are a warning, not an error. */
  readonly scopes: { readonly known: readonly string[]; readonly most: number } | undefined;
  /** Undefined: tokens have no IP allowlist. */
  readonly ipAllowlist: { readonly most: number } | undefined;
  readonly extendWhenUsed: boolean;
  /** Whether the list tells when a token was last used; without it there is no waiting for idleness. */
  readonly lastUsed: boolean;
  /** Whether a description can be changed after the token is issued. */
  readonly updateDescription: { readonly application: boolean; readonly personal: boolean };
  /** Characters of a whole description, mark included. */
  readonly descriptionLimit: number;
  readonly maxAgeSeconds: { readonly min: number; readonly max: number };
  /** How many personal tokens a user may hold; undefined: no limit is known. */
  readonly personalTokenQuota: number | undefined;
  /** Whether a token without a max age expires all the same, when the provider's own settings say. */
  readonly expiresWithoutMaxAge: boolean;
  /** False: users stay for ever, and removing one makes it inactive. */
  readonly removesUsers: boolean;
  /** A sentence about what ends every token of a user at once, where something ordinary does. */
  readonly massRevocation: string | undefined;
}

/** A provider as the manifest and the planner see it. */
export interface ProviderDescriptor {
  /** The key under `spec.provider`, such as `aiven`. */
  readonly kind: string;
  /** The provider's name in messages, such as `Aiven`. */
  readonly title: string;
  /** The schema of `spec.provider.<kind>`; an output field `url` is where the API is. */
  readonly schema: z.ZodObject;
  readonly capabilities: ProviderCapabilities;
  /** The host a credential may go to without being named outside the manifest; undefined: none. */
  readonly defaultUrl: string | undefined;
}

/**
 * A destination as the manifest and the planner see it. `Ref` is the output type of its schema. Its functions
 * are methods, so that a descriptor of one `Ref` fits in a list of any.
 */
export interface DestinationDescriptor<Ref = unknown> {
  /** The key in `deliverTo`, such as `file`. */
  readonly kind: string;
  readonly schema: z.ZodType<Ref>;
  /**
   * Destinations are written in the order of their ranks: the one that can hold a receipt best goes first.
   */
  readonly rank: number;
  readonly available: boolean;
  /** Its name in receipts and messages; the same destination always has the same key. */
  key(ref: Ref): string;
  /** Who may read what is delivered, in words, where the manifest decides that: part of every approval. */
  readers?(ref: Ref): string | undefined;
  /** The inverse of `key`, for a destination that is known from a receipt only. */
  parseKey(key: string): Ref | undefined;
  /** What tells it from every other destination of a run, given where the manifest that names it belongs. */
  identity(ref: Ref, folder: string, set?: { readonly namespace: string | undefined }): string;
  /**
   * Places it uses that another destination may use as well, if it uses them `as` the same: two values in one
   * Dotenv file are fine, a Raw value in that file is not.
   */
  places?(ref: Ref, folder: string): readonly { readonly place: string; readonly as: string }[];
  /** True where the receipt speaks for this machine only (DESIGN 3.2, `LedgerElsewhere`). */
  readonly local: boolean;
}

/** Everything the manifest's schema is assembled from. */
export interface Descriptors {
  readonly providers: readonly ProviderDescriptor[];
  readonly destinations: readonly DestinationDescriptor[];
}
