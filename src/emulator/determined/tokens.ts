// The life of login sessions and access tokens: issue, state, end, and how a token looks in a list. A value
// is a signed snapshot of the row at its creation; it leaves through the return of `issue` only.
import { printJson } from './json.ts';
import type { TokenRow, User } from './model.ts';
import { tokensOf } from './model.ts';
import { formatNanoseconds, formatTime, nowUs, stampUs } from './times.ts';
import type { World } from './world.ts';

export interface Issued {
  readonly value: string;
  readonly row: TokenRow;
}

interface Wanted {
  readonly type: TokenRow['type'];
  readonly lifespanNs: bigint;
  readonly description: string | null;
  readonly seeded?: boolean;
}

/** Issues a session or an access token to `user`; both take the next id of one sequence. */
export function issue(
  world: World,
  user: User,
  { type, lifespanNs, description, seeded = false }: Wanted,
): Issued {
  const id = world.model.nextTokenId;
  world.model.nextTokenId += 1;
  const createdUs = stampUs(world, id);
  const isExact = world.toggles.timeResolution === 'micros';
  // The master reads its clock again for the expiry, which is 0 to 2 µs later.
  const createdNs = createdUs * 1000n + (isExact ? BigInt((id * 37) % 1000) : 0n);
  const expiryNs = createdNs + (isExact ? BigInt(id % 3) * 1000n : 0n) + lifespanNs;
  const row: TokenRow = {
    id,
    userId: user.id,
    type,
    createdUs,
    expiryUs: expiryNs / 1000n,
    seeded,
    revokedUs: null,
    description,
  };
  world.model.tokens.set(id, row);
  return { value: world.signer.sign(payloadOf(row, { createdNs, expiryNs })), row };
}

function payloadOf(
  row: TokenRow,
  { createdNs, expiryNs }: { readonly createdNs: bigint; readonly expiryNs: bigint },
): string {
  return printJson({
    id: row.id,
    user_id: row.userId,
    expiry: formatNanoseconds(expiryNs),
    created_at: formatNanoseconds(createdNs),
    token_type: row.type,
    revoked_at: null,
    description: row.description,
    InheritedClaims: null,
  });
}

/** The row that a value names, whatever its state; undefined for a value this master did not sign. */
export function rowOf({ model, signer }: World, value: string): TokenRow | undefined {
  const payload = signer.open(value);
  if (payload === undefined) return undefined;
  return model.tokens.get((JSON.parse(payload) as { readonly id: number }).id);
}

/** The state by the row, never by the value: one that is expired and revoked reads as expired. */
export function stateOf(world: World, { expiryUs, revokedUs }: TokenRow): 'expired' | 'revoked' | 'live' {
  if (expiryUs < nowUs(world)) return 'expired';
  return revokedUs === null ? 'live' : 'revoked';
}

/** Whether a list without `showInactive` has it, and whether it can still be changed. */
export function isActive(world: World, { expiryUs, revokedUs }: TokenRow): boolean {
  return expiryUs > nowUs(world) && revokedUs === null;
}

export function revoke(world: World, row: TokenRow): void {
  row.revokedUs = stampUs(world, row.id);
}

/** Revokes every access token of a user, again those that are revoked already, and the expired ones. */
export function revokeAllOf(world: World, user: User): void {
  for (const row of tokensOf(world.model, user.id)) if (row.type === 'ACCESS_TOKEN') revoke(world, row);
}

/** Deletes the login sessions of a user. */
export function endSessionsOf({ model }: World, user: User): void {
  for (const row of tokensOf(model, user.id)) if (row.type === 'USER_SESSION') model.tokens.delete(row.id);
}

/** A token as the API shows it. */
export function viewToken(row: TokenRow): Record<string, unknown> {
  return {
    id: row.id,
    userId: row.userId,
    expiry: formatTime(row.expiryUs),
    createdAt: formatTime(row.createdUs),
    tokenType: 'TOKEN_TYPE_ACCESS_TOKEN',
    revoked: row.revokedUs !== null,
    description: row.description ?? '',
  };
}
