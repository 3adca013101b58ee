/**
 * Every token that is visible at a provider with whom it belongs to, for `keyturn tokens`. It sorts marks and
 * nothing else: whether a token may be revoked is the planner's business.
 */
import { parseDescription } from '../core/mark.ts';
import type { TokenRecord, UserRecord } from '../core/observation.ts';
import { isOurs } from '../core/plan/index.ts';
import type { Owner } from '../core/plan/types.ts';

/** Whose a token is. `set` and `name` are there when the owner is one the caller knows. */
export type TokenOwner =
  | {
      readonly kind: 'owned';
      readonly set: string;
      readonly declaration: string;
      readonly generation?: number;
    }
  | {
      readonly kind: 'foreign';
      readonly owner: string;
      readonly name: string | undefined;
      readonly declaration: string;
    }
  | { readonly kind: 'unmanaged' };

/** Times in milliseconds since the epoch. Undefined: never, or not told. */
export interface TokenRow {
  readonly user: string;
  readonly userId: string;
  readonly tokenId: string;
  readonly owner: TokenOwner;
  /** The description without the mark. */
  readonly description: string;
  readonly createdAt: number;
  readonly expiresAt: number | undefined;
  readonly lastUsedAt: number | undefined;
  readonly lastUsedFrom: string | undefined;
  /** Whether the provider tells that; without it an unset `lastUsedAt` says nothing. */
  readonly tellsLastUse: boolean;
  /** True for the credential that made the list. */
  readonly own: boolean;
  /** Set for one that was listed because it works no more. */
  readonly ended?: 'revoked' | 'expired';
}

export interface KnownOwners {
  /** The sets of this run; without a manifest none, and every marked token is someone's. */
  readonly sets: readonly { readonly name: string; readonly owner: Owner }[];
  /** Owner hash → name, of further ones. */
  readonly names?: ReadonlyMap<string, string>;
}

/** The tokens of one user, in the order of the list. */
export function describeTokens(
  user: Pick<UserRecord, 'id' | 'name'>,
  tokens: readonly TokenRecord[],
  { tellsLastUse, ...known }: KnownOwners & Pick<TokenRow, 'tellsLastUse'>,
): readonly TokenRow[] {
  return tokens.map((token) => {
    const reading = parseDescription(token.description);
    return {
      user: user.name,
      userId: user.id,
      tokenId: token.id,
      owner: findOwner(reading, known),
      description: describeHuman(token.description),
      createdAt: token.createdAt,
      expiresAt: token.expiresAt,
      lastUsedAt: token.lastUsedAt,
      lastUsedFrom: token.lastUsedFrom,
      tellsLastUse,
      own: token.own,
    };
  });
}

/** The person's words; of a newer keyturn's description nobody here can tell them from its mark. */
function describeHuman(description: string): string {
  const reading = parseDescription(description);
  if (reading.kind === 'none') return description;
  return reading.kind === 'mark' ? reading.human : '';
}

function findOwner(reading: ReturnType<typeof parseDescription>, { sets, names }: KnownOwners): TokenOwner {
  if (reading.kind === 'none') return { kind: 'unmanaged' };
  const { owner, declaration } = reading.kind === 'mark' ? reading.mark : reading;
  const set = sets.find((candidate) => isOurs(candidate.owner, owner));
  if (!set) return { kind: 'foreign', owner, name: names?.get(owner), declaration };
  const generation = reading.kind === 'mark' ? { generation: reading.mark.generation } : {};
  return { kind: 'owned', set: set.name, declaration, ...generation };
}
