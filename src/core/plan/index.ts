/**
 * Reads every mark of an observation once, so that planning stays linear in the number of tokens. It sorts
 * tokens into owned, foreign and unmanaged, and knows which ids no change may revoke.
 */
import { type Mark, type MarkReading, parseDescription } from '../mark.ts';
import type { TokenSet } from '../manifest/types.ts';
import type { Observation, TokenRecord, UserRecord } from '../observation.ts';
import type { Owner } from './types.ts';

/** A listed token that carries our mark; it may have expired. */
export interface Owned {
  readonly token: TokenRecord;
  readonly mark: Mark;
  readonly userId: string;
}

export interface TokenIndex {
  /** Declarations of the set that are neither absent nor moved away. */
  readonly declared: ReadonlySet<string>;
  /** Application users with `state: Absent`. */
  readonly absentUsers: ReadonlySet<string>;
  /** By name; of users with equal names the oldest. */
  readonly users: ReadonlyMap<string, UserRecord>;
  /** By declaration, oldest generation first. */
  readonly owned: ReadonlyMap<string, readonly Owned[]>;
  readonly ownedIds: ReadonlySet<string>;
  /** Declarations for which a newer keyturn's mark was seen. */
  readonly newer: ReadonlySet<string>;
  /** By user id, then token id: everything a list shows. */
  readonly listed: ReadonlyMap<string, ReadonlyMap<string, TokenRecord>>;
  /** Token id → the id of the user it belongs to. */
  readonly userOf: ReadonlyMap<string, string>;
  /** Ids named current or pending, or held as a value, at any destination that was read in this run. */
  readonly protectedIds: ReadonlySet<string>;
  /** Ids that any receipt of this run names, `previous` included. */
  readonly namedIds: ReadonlySet<string>;
  /** Nonce of an attempt → the token it made. */
  readonly byNonce: ReadonlyMap<string, string>;
  readonly unmanaged: number;
  /** Owner hash → number of tokens. */
  readonly foreign: ReadonlyMap<string, number>;
}

/** Sorts everything that was listed and read. */
export function indexTokens(set: TokenSet, observation: Observation, owner: Owner): TokenIndex {
  const marks = sortMarks(observation, owner);
  const absentUsers = new Set(set.users.filter((user) => user.state === 'Absent').map((user) => user.name));
  const here = set.declarations.filter(({ state, user }) => state === 'Present' && !absentUsers.has(user));
  return {
    declared: new Set(here.map(({ name }) => name)),
    absentUsers,
    users: indexUsers(observation),
    ...marks,
    ...collectIds(observation, marks.byNonce),
  };
}

function indexUsers(observation: Observation): ReadonlyMap<string, UserRecord> {
  const { users } = observation;
  const oldestLast = (users.kind === 'listed' ? [...users.users] : []).sort(
    (a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0) || (a.id < b.id ? 1 : -1),
  );
  return new Map(oldestLast.map((user) => [user.name, user]));
}

/** Whether a hash in a mark or receipt is ours or a former owner's. */
export function isOurs(owner: Owner, hash: string): boolean {
  return hash === owner.hash || owner.former.has(hash);
}

/** Not expired by the provider's clock. */
export function isLive(token: TokenRecord, now: number): boolean {
  return token.expiresAt === undefined || token.expiresAt > now;
}

function sortMarks(observation: Observation, owner: Owner) {
  const listed = new Map<string, ReadonlyMap<string, TokenRecord>>();
  const owned = new Map<string, Owned[]>();
  const ownedIds = new Set<string>();
  const newer = new Set<string>();
  const userOf = new Map<string, string>();
  const byNonce = new Map<string, string>();
  const foreign = new Map<string, number>();
  let unmanaged = 0;
  for (const [userId, tokens] of observation.tokens) {
    if (tokens.kind !== 'listed') continue;
    const rows = new Map<string, TokenRecord>();
    listed.set(userId, rows);
    for (const token of tokens.tokens) {
      rows.set(token.id, token);
      userOf.set(token.id, userId);
      const reading = parseDescription(token.description);
      if (reading.kind === 'none') unmanaged++;
      else if (!isOurs(owner, ownerOf(reading)))
        foreign.set(ownerOf(reading), 1 + (foreign.get(ownerOf(reading)) ?? 0));
      else if (reading.kind === 'newer') newer.add(reading.declaration);
      else {
        const siblings = owned.get(reading.mark.declaration);
        const found = { token, mark: reading.mark, userId };
        if (siblings) siblings.push(found);
        else owned.set(reading.mark.declaration, [found]);
        ownedIds.add(token.id);
        byNonce.set(reading.mark.nonce, token.id);
      }
    }
  }
  for (const siblings of owned.values()) siblings.sort((a, b) => a.mark.generation - b.mark.generation);
  return { listed, owned, ownedIds, newer, userOf, byNonce, foreign, unmanaged };
}

function ownerOf(reading: Exclude<MarkReading, { kind: 'none' }>): string {
  return reading.kind === 'mark' ? reading.mark.owner : reading.owner;
}

function collectIds(observation: Observation, byNonce: ReadonlyMap<string, string>) {
  const protectedIds = new Set<string>();
  const namedIds = new Set<string>();
  for (const reading of observation.readings.values()) {
    if (reading.kind !== 'read') continue;
    if (reading.value.kind === 'held') protectedIds.add(reading.value.tokenId);
    if (reading.receipt.kind !== 'receipt') continue;
    const { current, pending, previous } = reading.receipt.receipt;
    const attempt = pending && (pending.id ?? byNonce.get(pending.nonce));
    for (const id of [current?.id, attempt]) if (id) protectedIds.add(id);
    for (const { id } of previous) namedIds.add(id);
  }
  for (const id of protectedIds) namedIds.add(id);
  return { protectedIds, namedIds };
}
