/**
 * The fields of a token that cannot be changed once it is issued: when one of them differs, another token is
 * needed. Their hash goes into the mark, so that the need is seen from the provider's list alone.
 */
import { hash } from 'node:crypto';

/** What a token may do, for how long, and from where. Lists are normalised, sorted and free of duplicates. */
export interface TokenSpec {
  /** Empty: not restricted. */
  readonly scopes: readonly string[];
  /** Undefined: never expires, or the provider's default. */
  readonly maxAgeSeconds: number | undefined;
  readonly extendWhenUsed: boolean;
  /** CIDR blocks; empty: usable from anywhere. */
  readonly ipAllowlist: readonly string[];
}

/** One difference between two specs, in words for a plan. */
export interface FieldChange {
  readonly field: string;
  readonly old: string;
  readonly new: string;
  /** True when the new value allows more than the old one. */
  readonly widens: boolean;
}

/**
 * The form new hashes are made in. Older forms stay readable for ever, so that an upgrade rotates nothing.
 */
export const currentHashForm = 1;

/**
 * The hash of a spec for a user's token, led by the digit of its canonical form: `1a2b3c4d`.
 *
 * @returns undefined when the form is one this version does not know.
 */
export function hashSpec(user: string, spec: TokenSpec, form: number = currentHashForm): string | undefined {
  if (form !== 1) return undefined;
  // Defaults are left out (JSON has no undefined), so that a field added later changes no hash of a token
  // that does not use it.
  const canonical = {
    user,
    scopes: spec.scopes.length > 0 ? spec.scopes : undefined,
    maxAge: spec.maxAgeSeconds,
    extendWhenUsed: spec.extendWhenUsed || undefined,
    ipAllowlist: spec.ipAllowlist.length > 0 ? spec.ipAllowlist : undefined,
  };
  return `1${hash('sha256', JSON.stringify(canonical)).slice(0, 7)}`;
}
