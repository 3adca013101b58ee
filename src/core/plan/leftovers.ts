/**
 * Owned tokens that are not `current`: when may one be revoked, when is it an orphan to drain, when is it
 * left alone (DESIGN 4.3). The fence against revoking a served token is here: nothing is revoked that a
 * receipt names as current or pending or that lies at a readable destination, and an orphan is drained first.
 */
import type { TokenRecord } from '../observation.ts';
import type { Previous } from '../receipt.ts';
import { consumerUse } from '../use.ts';
import { isLive } from './index.ts';
import { knownTargets } from './known.ts';
import { isPresent, supplies } from './reasons/damaged.ts';
import { hasUnread } from './set.ts';
import { isOthers, isUnderstood, type Place, type Situation } from './situation.ts';

/** An owned token that no receipt names may still be in the hands of whoever made it for this long. */
const orphanAgeMs = 15 * 60_000;
/** After this long a compromised token dies although a destination other than the ledger still names it. */
export const compromisedPatienceMs = 60 * 60_000;
/**
 * A receipt is made before it is written, so its times are early by as long as the write takes. Overlaps are
 * counted as if it took this long, for nobody must be given less than was promised.
 */
const longestWriteMs = 2 * 60_000;
/** How far the clocks of a provider and a destination are reckoned to be apart at most. */
const clocksApartMs = 10 * 60_000;
/** A destination that the manifest dropped and that cannot be read is waited for this long, not for ever. */
const droppedPatienceMs = 7 * 24 * 60 * 60_000;
/** Nobody who was about to deliver a token may still be frozen after this long. */
const frozenWriterMs = 2 * 60 * 60_000;

export interface Leftovers {
  /** In `previous` and done with; `note` says what to know about it. */
  readonly revocable: readonly { readonly entry: Previous; readonly note: string | undefined }[];
  /** In `previous` but no longer at the provider, or expired. */
  readonly gone: readonly string[];
  readonly orphans: readonly { readonly id: string; readonly generation: number }[];
}

/** Judges every owned token of the declaration but the current one. */
export function judgeLeftovers(situation: Situation): Leftovers {
  const { previous, now, input } = situation;
  // Where the manifest names no place that a token went to, the receipts found there are not to be believed:
  // the token that is served lies where nobody looked.
  const isLedAway = input.requests.approved !== 'all' && knownTargets(situation).length === 0;
  if (isLedAway) return { revocable: [], gone: [], orphans: [] };
  const revocable: Leftovers['revocable'][number][] = [];
  const gone: string[] = [];
  for (const entry of previous) {
    const token = findListed(situation, entry.id);
    if (token && isOthers(situation, entry.id)) continue;
    if (!token || !isLive(token, now)) {
      if (now >= entry.revokeNotBefore && !situation.index.protectedIds.has(entry.id)) gone.push(entry.id);
      continue;
    }
    const judged = judgePrevious(situation, entry, token);
    if (judged) revocable.push({ entry, note: judged.note });
  }
  return { revocable, gone, orphans: findOrphans(situation) };
}

function findListed({ index }: Situation, id: string): TokenRecord | undefined {
  return index.byId.get(id)?.token;
}

function judgePrevious(
  situation: Situation,
  entry: Previous,
  token: TokenRecord,
): { readonly note: string | undefined } | undefined {
  const { now, places, dropped, index, declaration, input } = situation;
  if (now < entry.revokeNotBefore) return undefined;
  const lagging = [
    ...places.filter((place) => !isPast(situation, place, entry)),
    ...dropped.filter((place) => !isUnderstood(place) && now < entry.revokeNotBefore + droppedPatienceMs),
  ];
  if (entry.compromised) {
    if (lagging.length === 0 && !index.protectedIds.has(entry.id)) return { note: undefined };
    if (now < entry.revokeNotBefore + compromisedPatienceMs || !ledgerHasNewer(situation, entry))
      return undefined;
    if (isServedByOthers(situation, entry.id)) return undefined;
    const names = lagging.map(({ reference }) => `"${reference.key}"`).join(', ');
    return { note: `${names} may still hold it: it was compromised an hour ago and is revoked all the same` };
  }
  if (lagging.length > 0 || index.protectedIds.has(entry.id)) return undefined;
  const isByName = index.byId.get(entry.id)?.mark?.declaration === declaration.name;
  if (!isByName && hasUnread(input, index)) return undefined;
  // Another declaration that was served by it as well promised longer: it revokes it then.
  const promised = index.previousIds.get(entry.id) ?? 0;
  const isPromised = promised > entry.revokeNotBefore && now < promised + entry.overlap + longestWriteMs;
  if (isPromised) return undefined;
  const deliveredAt = Math.max(...places.map(({ receipt }) => receipt?.current?.deliveredAt ?? 0));
  if (now < deliveredAt + entry.overlap + longestWriteMs) return undefined;
  // Under a fence nothing is delivered: then it counts from when the token was replaced.
  const since = Math.max(deliveredAt, entry.revokeNotBefore - entry.overlap);
  return isIdle(situation, { token, deliveredAt: since }) ? { note: undefined } : undefined;
}

/**
 * Whether a destination of another declaration serves a token that is not this one's by its mark. An edited
 * receipt, or one from a backup, can bring it here; the compromise is none of its own.
 */
function isServedByOthers({ places, dropped, index, declaration, input }: Situation, id: string): boolean {
  if (index.byId.get(id)?.mark?.declaration === declaration.name) return false;
  const left = dropped.filter(({ yielded }) => !yielded);
  const own = new Set([...places, ...left].map(({ reference }) => reference.identity));
  return [...input.observation.readings].some(([identity, reading]) => {
    if (own.has(identity) || reading.kind === 'unknown') return false;
    if (reading.value.kind === 'held' && reading.value.tokenId === id) return true;
    return reading.receipt.kind === 'receipt' && reading.receipt.receipt.current?.id === id;
  });
}

/**
 * Whether the place was read and can no longer be given the entry's token: it serves a newer one. An orphan
 * was drained with a generation not below the current one, or under a receipt without any; no newer token
 * will come for its sake, and the fence at the first destination keeps it from being committed, so not being
 * named is enough. Nor is a place waited for that was left behind while nothing readable can supply it: it
 * needs another token, and what waits for it would use up the budget.
 */
function isPast(situation: Situation, place: Place, entry: Previous): boolean {
  const { now } = situation;
  const { reading, receipt } = place;
  if (reading.kind === 'unknown' || receipt?.current?.id === entry.id) return false;
  if ((receipt?.current?.generation ?? 0) > entry.generation) return true;
  if (entry.generation >= newestGeneration(situation)) return !mayHold(situation, place, entry.id);
  if (canSupply(situation)) return false;
  const wasLeft = reading.receipt.kind === 'none' || now >= entry.revokeNotBefore + frozenWriterMs;
  return wasLeft && !mayHold(situation, place, entry.id);
}

/** Of all that was delivered, a destination that the manifest dropped included. */
function newestGeneration({ places, dropped }: Situation): number {
  return Math.max(0, ...[...places, ...dropped].map(({ receipt }) => receipt?.current?.generation ?? 0));
}

/**
 * Whether only another token can free what waits: a destination that nothing can supply may hold any of it,
 * and everything that is alive has waited for long enough.
 */
export function isStuck(situation: Situation): boolean {
  const { live, previous, places, index, now } = situation;
  const waited = previous.filter(({ revokeNotBefore }) => now >= revokeNotBefore + frozenWriterMs);
  const attempts = places.map(({ receipt }) => index.byNonce.get(receipt?.pending?.nonce ?? ''));
  // What a destination was left with stays current there until it is given another one.
  const current = places.map(({ receipt }) => receipt?.current?.id);
  const named = new Set([...current, ...attempts, ...waited.map(({ id }) => id)]);
  if (places.some(({ reading }) => reading.kind === 'unknown')) return false;
  // A list may hide what still waits.
  const waiting = previous.filter(({ id }) => !isOthers(situation, id));
  const alive = [...live.map(({ token }) => token.id), ...waiting.map(({ id }) => id)];
  return !canSupply(situation) && alive.every((id) => named.has(id));
}

/** Whether the current token can be brought to a place that lacks it. */
function canSupply(situation: Situation): boolean {
  const { ledger, places } = situation;
  const id = ledger?.current?.id;
  return id !== undefined && isPresent(situation) && places.some((place) => supplies(place, id));
}

/** Whether the token's value may lie at a place whose receipt does not name it. */
function mayHold({ index }: Situation, { reading, receipt }: Place, id: string): boolean {
  if (reading.kind === 'unknown') return true;
  const { value } = reading;
  if (value.kind === 'opaque') {
    const issuedAt = index.byId.get(id)?.token.createdAt ?? 0;
    const isOlder = value.writtenAt !== undefined && value.writtenAt + clocksApartMs < issuedAt;
    return !isOlder && (value.changed || receipt === undefined);
  }
  return value.kind === 'held' && value.tokenId === id;
}

function ledgerHasNewer({ ledger }: Situation, entry: Previous): boolean {
  return (ledger?.current?.generation ?? -1) > entry.generation;
}

function isIdle(
  { rotation, now }: Situation,
  { token, deliveredAt }: { readonly token: TokenRecord; readonly deliveredAt: number },
): boolean {
  const { idle } = rotation;
  if (!idle || now >= deliveredAt + idle.atMostMs) return true;
  const { lastUsedAt } = consumerUse(token);
  return lastUsedAt === undefined || now - lastUsedAt >= idle.forMs;
}

function findOrphans(situation: Situation): Leftovers['orphans'] {
  const { live, now, places, ledger, index, previous } = situation;
  if (!places[0]?.receipt || places.some(({ reading }) => reading.kind === 'unknown')) return [];
  const isNamed = (id: string): boolean =>
    id === ledger?.current?.id || index.protectedIds.has(id) || previous.some((entry) => entry.id === id);
  return live
    .filter(({ token }) => now - token.createdAt >= orphanAgeMs && !isNamed(token.id))
    .map(({ token, mark }) => ({ id: token.id, generation: mark.generation }));
}
