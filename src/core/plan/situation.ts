/**
 * Gathers, for one declaration, everything the reason functions look at. It only sorts what was observed;
 * every judgement is in `reasons/`, `destinations.ts` and `leftovers.ts`.
 */
import type { Mark } from '../mark.ts';
import type { Declaration, DestinationReference, Rotation } from '../manifest/types.ts';
import type { Observation, Reading, TokenRecord, UserRecord } from '../observation.ts';
import type { Previous, Receipt } from '../receipt.ts';
import { agreedRotation } from './agreed.ts';
import { isDeclared, isLive, isOurs, type Listed, type Owned, type TokenIndex } from './index.ts';
import type { Neighbour, PlanInput } from './types.ts';

/** List lag: a token younger than this may be missing from the provider's list. */
export const listLagMs = 5 * 60_000;

/** One destination of a declaration with what was read there. */
export interface Place {
  readonly reference: DestinationReference;
  readonly reading: Reading;
  /** The receipt, when it is ours and not of another declaration of this manifest. */
  readonly receipt: Receipt | undefined;
  /** A destination that a receipt names and that the manifest gives to someone else by now. */
  readonly yielded: boolean;
}

export interface Situation {
  readonly input: PlanInput;
  readonly index: TokenIndex;
  readonly declaration: Declaration;
  readonly now: number;
  /** Undefined when there is no such user. */
  readonly user: UserRecord | undefined;
  /** Why the user or its tokens could not be read. */
  readonly unknown: string | undefined;
  /** Where receipts of this declaration must say the token lives. */
  readonly at: string | undefined;
  /** Whether the list was asked for a second time. */
  readonly listedTwice: boolean;
  /** Owned tokens of this declaration, oldest generation first; `live` without the expired ones. */
  readonly owned: readonly Owned[];
  readonly live: readonly Owned[];
  /** Declared destinations in the order they are written. */
  readonly places: readonly Place[];
  /** Destinations that only the receipts name. */
  readonly dropped: readonly Place[];
  /** The receipt with the highest generation; of equals the first. */
  readonly ledger: Receipt | undefined;
  /** The listed row of the ledger's current token. */
  readonly currentToken: TokenRecord | undefined;
  /** Its mark, whatever it says; undefined when it has none that can be read. */
  readonly currentMark: Mark | undefined;
  /** The id of the token that the ledger's `pending` attempt made, when it can be told. */
  readonly pendingId: string | undefined;
  /**
   * The union of `previous` in all receipts, one entry per id: the compromised one, or with the latest date.
   */
  readonly previous: readonly Previous[];
  readonly nextGeneration: number;
  /** As far as it was approved; the declared one where applying is the approval. */
  readonly rotation: Rotation;
}

/** Looks at one declaration of the set. */
export function gatherSituation(input: PlanInput, index: TokenIndex, declaration: Declaration): Situation {
  const { observation, owner } = input;
  const found = findUser(observation, index, declaration);
  const { user } = found;
  const tokens = user ? observation.tokens.get(user.id) : undefined;
  const look = (reference: DestinationReference): Place => {
    const reading = observation.readings.get(reference.identity) ?? unread(reference);
    const receipt =
      reading.kind === 'read' && reading.receipt.kind === 'receipt' ? reading.receipt.receipt : undefined;
    const ours = receipt && isOurs(owner, receipt.owner) && !isOfAnother(receipt, index, declaration);
    return { reference, reading, receipt: ours ? receipt : undefined, yielded: false };
  };
  const places = declaration.deliverTo.map(look);
  const lookBack = (reference: DestinationReference): Place => {
    const place = look(reference);
    return isYielded(input, index, { declaration, place }) ? yieldPlace(place) : place;
  };
  const dropped = observation.dropped.get(declaration.name)?.map(lookBack) ?? [];
  const declared = receiptsAt(places);
  const receipts = dropped.length === 0 ? declared : [...declared, ...receiptsAt(dropped)];
  const owned = index.owned.get(declaration.name) ?? [];
  const ledger = chooseLedger(declared);
  const current = ledger?.current ? findRow(ledger.current.id, { index, owned, user }) : undefined;
  return {
    input,
    index,
    declaration,
    now: observation.now,
    user,
    unknown: found.unknown ?? (user && tokens?.kind !== 'listed' ? whyUnlisted(tokens) : undefined),
    at: found.at,
    listedTwice: tokens?.kind === 'listed' ? tokens.twice : true,
    owned,
    live: owned.filter(({ token }) => isLive(token, observation.now)),
    places,
    dropped,
    ledger,
    currentToken: current?.token,
    currentMark: current?.mark,
    pendingId: ledger?.pending ? (ledger.pending.id ?? index.byNonce.get(ledger.pending.nonce)) : undefined,
    previous: unitePrevious(receipts),
    nextGeneration: 1 + highestGeneration([...owned, ...heldAt(places, index)], receipts),
    rotation: agreedRotation(input, declaration, ledger),
  };
}

/** Whether it was read and what stands there for a receipt is one, or nothing. */
export function isUnderstood({ reading }: Place): boolean {
  return reading.kind === 'read' && (reading.receipt.kind === 'receipt' || reading.receipt.kind === 'none');
}

/** Whether a receipt speaks of another declaration that is still in the manifest. */
export function isOfAnother(receipt: Receipt, index: TokenIndex, declaration: Declaration): boolean {
  const { token } = receipt;
  return token !== declaration.name && isDeclared(index, token);
}

/**
 * Whether a dropped destination is to be left to another declaration: one that continues from the receipt
 * that is there. One that waits for the place to be emptied does not count.
 */
function isYielded(
  { neighbours, owner }: PlanInput,
  index: TokenIndex,
  { declaration, place }: { readonly declaration: Declaration; readonly place: Place },
): boolean {
  const { identity } = place.reference;
  const claimed = index.claimOf(identity);
  if (claimed === undefined) {
    const sharing = neighbours.filter(({ destinations }) => destinations.has(identity));
    // The heir goes on from our receipt; who gave a part of a declaration to us keeps the other part.
    return sharing.some(
      (other) => other.owner.former.has(owner.hash) || other.owner.hash === place.receipt?.owner,
    );
  }
  const { name } = declaration;
  return claimed === name || !(isDeclared(index, name) && place.receipt?.token === name);
}

function yieldPlace(place: Place): Place {
  return { ...place, receipt: undefined, yielded: true };
}

/**
 * Whether a listed token is someone else's, or another declaration's that is still in the manifest or in that
 * of a former owner.
 */
export function isOthers({ index, declaration, input }: Situation, id: string): boolean {
  const found = index.byId.get(id);
  if (!found) return false;
  const { mark, owned } = found;
  // A receipt can be edited by people who may not revoke tokens: it makes no token ours that has no mark.
  if (!owned || !mark) return true;
  if (mark.declaration === declaration.name) return false;
  // Whoever ends a declaration leaves to us what a receipt that came to us names.
  const isKept = ({ owner, declarations, ending }: Neighbour): boolean =>
    isOurs(owner, mark.owner) && declarations.has(mark.declaration) && !ending.has(mark.declaration);
  const isTheirs = isDeclared(index, mark.declaration) || index.moved.has(mark.declaration);
  return isTheirs || input.neighbours.some(isKept);
}

function unread(reference: DestinationReference): Reading {
  return { kind: 'unknown', why: `"${reference.key}" was not read` };
}

function whyUnlisted(tokens: { kind: 'unknown'; why: string } | undefined): string {
  return tokens?.why ?? 'the tokens of this user were not listed';
}

function findUser(observation: Observation, index: TokenIndex, declaration: Declaration) {
  const { me, users } = observation;
  if (declaration.personal) {
    if (me === undefined) return { user: undefined, unknown: 'the calling user was not read', at: undefined };
    if ('kind' in me) return { user: undefined, unknown: me.why, at: undefined };
    return { user: me, unknown: undefined, at: me.at };
  }
  if (users.kind === 'unknown') return { user: undefined, unknown: users.why, at: undefined };
  return { user: index.users.get(declaration.user), unknown: undefined, at: users.at };
}

function receiptsAt(places: readonly Place[]): readonly Receipt[] {
  return places.flatMap(({ receipt }) => receipt ?? []);
}

/** The row of a token in the list of this very user; nearly always it is one of those marked as ours. */
function findRow(
  id: string,
  { index, owned, user }: Pick<Situation, 'index' | 'owned' | 'user'>,
): Listed | undefined {
  const found = owned.find(({ token }) => token.id === id) ?? index.byId.get(id);
  return found?.userId === user?.id ? found : undefined;
}

function chooseLedger(receipts: readonly Receipt[]): Receipt | undefined {
  const height = (receipt: Receipt): number => receipt.current?.generation ?? 0;
  return receipts.reduce<Receipt | undefined>(
    (best, receipt) => (best && height(best) >= height(receipt) ? best : receipt),
    undefined,
  );
}

function unitePrevious(receipts: readonly Receipt[]): readonly Previous[] {
  const all = receipts.flatMap((receipt) => receipt.previous);
  if (all.length < 2) return all;
  const byId = new Map<string, Previous>();
  for (const entry of all) {
    const known = byId.get(entry.id);
    // That it is compromised may be on record in one receipt only: the others could not be written then.
    if (known?.compromised && !entry.compromised) continue;
    const isWorse = entry.compromised && !known?.compromised;
    if (!known || isWorse || known.revokeNotBefore < entry.revokeNotBefore) byId.set(entry.id, entry);
  }
  return [...byId.values()];
}

/** Tokens of ours that lie at the places, of a former name too: what is issued next supersedes them. */
function heldAt(places: readonly Place[], index: TokenIndex): readonly Owned[] {
  return places.flatMap(({ reading }) => {
    if (reading.kind !== 'read' || reading.value.kind !== 'held') return [];
    const found = index.byId.get(reading.value.tokenId);
    return found?.owned && found.mark ? [{ ...found, mark: found.mark }] : [];
  });
}

function highestGeneration(owned: readonly Owned[], receipts: readonly Receipt[]): number {
  let highest = 0;
  const see = (seen: { readonly generation: number } | null): void => {
    if (seen && seen.generation > highest) highest = seen.generation;
  };
  for (const { mark } of owned) see(mark);
  for (const { current, pending, previous } of receipts) {
    see(current);
    see(pending);
    previous.forEach(see);
  }
  return highest;
}
