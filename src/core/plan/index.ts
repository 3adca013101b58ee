/**
 * Reads every mark of an observation once, so that planning stays linear in the number of tokens. It sorts
 * tokens into owned, foreign and unmanaged, and knows which ids no change may revoke.
 */
import { type Mark, parseDescription } from '../mark.ts';
import type { TokenSet } from '../manifest/types.ts';
import type { Observation, Reading, TokenRecord, UserRecord } from '../observation.ts';
import type { Owner } from './types.ts';

/** A row of a provider's list, with what its description says. */
export interface Listed {
  readonly token: TokenRecord;
  readonly userId: string;
  /** Undefined when there is none that can be read. */
  readonly mark: Mark | undefined;
  /** Whether the mark is ours or a former owner's. */
  readonly owned: boolean;
}

/** A listed token that carries our mark; it may have expired. */
export type Owned = Listed & { readonly mark: Mark };

export interface TokenIndex {
  /** Every declaration of the set. */
  readonly names: ReadonlySet<string>;
  /** Those that are absent or moved away. */
  readonly leaving: ReadonlySet<string>;
  /** Those that moved away: their tokens are another set's to judge. */
  readonly moved: ReadonlySet<string>;
  /** Identity of a destination → the declaration that is to be there. */
  readonly claimOf: (identity: string) => string | undefined;
  /** Application users with `state: Absent`. */
  readonly absentUsers: ReadonlySet<string>;
  /** By name; of users with equal names the oldest. */
  readonly users: ReadonlyMap<string, UserRecord>;
  /** By declaration, oldest generation first. */
  readonly owned: ReadonlyMap<string, readonly Owned[]>;
  /** Everything the lists show, marked or not, expired or not, by token id. */
  readonly byId: ReadonlyMap<string, Listed>;
  /** Declarations for which a newer keyturn's mark was seen. */
  readonly newer: ReadonlySet<string>;
  /** Ids named current or pending, or held as a value, at any destination that was read in this run. */
  readonly protectedIds: ReadonlySet<string>;
  /** Ids that any receipt of this run names in `previous` → the latest `revokeNotBefore` of them. */
  readonly previousIds: ReadonlyMap<string, number>;
  /** Identities of destinations that could not be read, or whose receipt could not. */
  readonly unread: ReadonlySet<string>;
  /** Identities of the destinations that name an id, `previous` included, or hold its value. */
  readonly namedAt: (id: string) => readonly string[];
  /** Nonce of an attempt that a receipt names pending → the token it made. */
  readonly byNonce: ReadonlyMap<string, string>;
  readonly unmanaged: number;
  /** Owner hash → number of tokens. */
  readonly foreign: ReadonlyMap<string, number>;
}

/** Sorts everything that was listed and read. */
export function indexTokens(set: TokenSet, observation: Observation, owner: Owner): TokenIndex {
  const named = collectNamed(observation);
  const marks = sortMarks(observation, owner, {
    pendingNonces: named.pendingNonces,
    uncounted: personalAside(set, observation),
  });
  for (const id of marks.byNonce.values()) named.protectedIds.add(id);
  const absentUsers = new Set(set.users.filter((user) => user.state === 'Absent').map((user) => user.name));
  const leaving = set.declarations.filter(({ state, user }) => state !== 'Present' || absentUsers.has(user));
  return {
    names: new Set(set.declarations.map(({ name }) => name)),
    leaving: new Set(leaving.map(({ name }) => name)),
    moved: new Set(leaving.flatMap(({ name, state }) => (state === 'Moved' ? name : []))),
    claimOf: lookUpClaims(set, absentUsers),
    absentUsers,
    users: indexUsers(observation),
    ...marks,
    protectedIds: named.protectedIds,
    previousIds: named.previousIds,
    unread: named.unread,
    namedAt: lookUpNames(observation),
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

/** Whether the set declares it, neither absent nor moved away. */
export function isDeclared({ names, leaving }: TokenIndex, name: string): boolean {
  return names.has(name) && !leaving.has(name);
}

/** Every row of a user's list; none when it could not be read. */
export function listedOf({ tokens }: Observation, userId: string): readonly TokenRecord[] {
  const list = tokens.get(userId);
  return list?.kind === 'listed' ? list.tokens : [];
}

/** Not expired by the provider's clock. */
export function isLive(token: TokenRecord, now: number): boolean {
  return token.expiresAt === undefined || token.expiresAt > now;
}

/** What destinations hold and receipts name. */
function collectNamed({ readings }: Observation) {
  const protectedIds = new Set<string>();
  const previousIds = new Map<string, number>();
  const pendingNonces = new Set<string>();
  const unread = new Set<string>();
  for (const [identity, reading] of readings) {
    if (reading.kind === 'unknown') {
      unread.add(identity);
      continue;
    }
    const held = reading.value.kind === 'held' ? reading.value.tokenId : undefined;
    if (held !== undefined) protectedIds.add(held);
    if (reading.receipt.kind !== 'receipt') {
      // A receipt that cannot be understood may name anything.
      if (reading.receipt.kind !== 'none') unread.add(identity);
      continue;
    }
    const { current, pending, previous } = reading.receipt.receipt;
    if (current && current.id !== held) protectedIds.add(current.id);
    if (pending?.id) protectedIds.add(pending.id);
    else if (pending) pendingNonces.add(pending.nonce);
    for (const { id, revokeNotBefore } of previous) {
      previousIds.set(id, Math.max(previousIds.get(id) ?? 0, revokeNotBefore));
    }
  }
  return { protectedIds, previousIds, pendingNonces, unread };
}

/** Built on first use: only destinations that were dropped need it. */
function lookUpClaims(set: TokenSet, absentUsers: ReadonlySet<string>): TokenIndex['claimOf'] {
  let claims: Map<string, string> | undefined;
  return (identity) => {
    if (!claims) {
      claims = new Map();
      for (const { name, user, state, deliverTo } of set.declarations) {
        if (state !== 'Present' || absentUsers.has(user)) continue;
        for (const reference of deliverTo) claims.set(reference.identity, name);
      }
    }
    return claims.get(identity);
  };
}

/** Built on first use: only what is taken away needs it. */
function lookUpNames({ readings }: Observation): TokenIndex['namedAt'] {
  let places: Map<string, string[]> | undefined;
  return (id) => {
    if (!places) {
      places = new Map();
      for (const [identity, reading] of readings)
        for (const named of new Set(idsAt(reading))) addTo(places, named, identity);
    }
    return places.get(id) ?? [];
  };
}

function idsAt(reading: Reading): readonly string[] {
  if (reading.kind === 'unknown') return [];
  const { value, receipt } = reading;
  const held = value.kind === 'held' ? [value.tokenId] : [];
  if (receipt.kind !== 'receipt') return held;
  const { current, pending, previous } = receipt.receipt;
  const ids = [current?.id, pending?.id, ...previous.map(({ id }) => id)];
  return [...held, ...ids.filter((id) => id !== undefined && id !== null)];
}

/** The calling user, where its tokens were listed only to find what left the manifest. */
function personalAside(set: TokenSet, { me }: Observation): string | undefined {
  if (set.declarations.some(({ personal }) => personal)) return undefined;
  return me && !('kind' in me) ? me.id : undefined;
}

function sortMarks(
  observation: Observation,
  owner: Owner,
  {
    pendingNonces,
    uncounted,
  }: { readonly pendingNonces: ReadonlySet<string>; readonly uncounted: string | undefined },
) {
  const byId = new Map<string, Listed>();
  const owned = new Map<string, Owned[]>();
  const newer = new Set<string>();
  const byNonce = new Map<string, string>();
  const foreign = new Map<string, number>();
  let unmanaged = 0;
  for (const [userId, tokens] of observation.tokens) {
    for (const token of tokens.kind === 'listed' ? tokens.tokens : []) {
      const reading = parseDescription(token.description);
      const mark = reading.kind === 'mark' ? reading.mark : undefined;
      const hash = reading.kind === 'newer' ? reading.owner : mark?.owner;
      const ours = hash !== undefined && isOurs(owner, hash);
      if (ours && mark) {
        const entry = { token, userId, mark, owned: true };
        byId.set(token.id, entry);
        addTo(owned, mark.declaration, entry);
        if (pendingNonces.has(mark.nonce)) byNonce.set(mark.nonce, token.id);
        continue;
      }
      byId.set(token.id, { token, userId, mark, owned: false });
      if (userId === uncounted) continue;
      if (hash === undefined) unmanaged++;
      else if (!ours) foreign.set(hash, 1 + (foreign.get(hash) ?? 0));
      else if (reading.kind === 'newer') newer.add(reading.declaration);
    }
  }
  for (const siblings of owned.values())
    if (siblings.length > 1) siblings.sort((a, b) => a.mark.generation - b.mark.generation);
  return { byId, owned, newer, byNonce, foreign, unmanaged };
}

function addTo<Entry>(lists: Map<string, Entry[]>, name: string, entry: Entry): void {
  const list = lists.get(name);
  if (list) list.push(entry);
  else lists.set(name, [entry]);
}
