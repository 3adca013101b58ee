/** Reasons that come from what happened to the current token or its first destination behind our back. */
import { isLive } from '../index.ts';
import { isNewTarget } from '../known.ts';
import { listLagMs, type Place, type Situation } from '../situation.ts';
import type { Verdict } from '../verdict.ts';

export function markLost(situation: Situation): Verdict | undefined {
  const { currentToken, currentMark, places, now, input, declaration } = situation;
  if (!currentToken || !isLive(currentToken, now) || currentMark) return undefined;
  const message = 'the description of its token no longer carries our mark';
  const { updateDescription } = input.capabilities;
  const canMend = declaration.personal ? updateDescription.personal : updateDescription.application;
  // The value tells that the token is ours; a receipt alone, which people can edit, does not.
  if (canMend && places.some((place) => holds(place, currentToken.id))) {
    return { kind: 'mendMark', reason: 'MarkLost', message, tokenId: currentToken.id };
  }
  const left = `"${currentToken.id}" is nobody's to revoke now: it stays alive, revoke it by hand`;
  return { kind: 'issue', reason: 'MarkLost', cause: 'drift', message: `${message}; ${left}` };
}

export function expired(situation: Situation): Verdict | undefined {
  const { ledger, currentToken, declaration, now } = situation;
  if (!ledger?.current || isPresent(situation)) return undefined;
  const { maxAgeSeconds } = declaration.spec;
  const assumed = maxAgeSeconds === undefined ? undefined : ledger.current.issuedAt + maxAgeSeconds * 1_000;
  const expiresAt = currentToken ? currentToken.expiresAt : assumed;
  if (expiresAt === undefined || expiresAt > now) return undefined;
  return { kind: 'issue', reason: 'Expired', cause: 'clock', message: 'its token expired' };
}

export function currentTokenGone(situation: Situation): Verdict | undefined {
  const { ledger, listedTwice } = situation;
  if (!ledger?.current || isPresent(situation)) return undefined;
  if (!listedTwice) {
    return {
      kind: 'keep',
      reason: 'Unobserved',
      message: 'its token is missing from one list; asking again',
    };
  }
  if (supersededWithinOverlap(situation) >= 2) {
    return {
      kind: 'keep',
      reason: 'IssueBudget',
      message: 'its tokens keep vanishing; waiting for an overlap to pass',
    };
  }
  const message = 'its token is gone from the provider: revoked by hand, or by someone else';
  return { kind: 'issue', reason: 'CurrentTokenGone', cause: 'drift', message };
}

export function tampered(situation: Situation): Verdict | undefined {
  const { ledger, places } = situation;
  const [first] = places;
  if (!ledger?.current || !first || first.reading.kind === 'unknown') return undefined;
  if (serves(first, ledger.current.id)) return undefined;
  const isNew = isNewTarget(situation, first);
  const message = isNew
    ? `"${first.reference.key}" is new`
    : `"${first.reference.key}" ${whatIsWrong(situation, first)}`;
  const reason = isNew ? 'DestinationMissing' : 'Tampered';
  const cause = isNew ? 'config' : 'drift';
  const { id } = ledger.current;
  const from = places.find((place) => place !== first && supplies(place, id));
  if (from) return { kind: 'deliver', reason, cause, message, from, to: first };
  return { kind: 'issue', reason, cause, message };
}

/** Listed with our mark and not expired, or too young for the list to show it yet and not refused. */
export function isPresent({ ledger, currentToken, currentMark, now, input }: Situation): boolean {
  if (!ledger?.current) return false;
  if (currentToken) return isLive(currentToken, now) && currentMark !== undefined;
  const isYoung = now - ledger.current.issuedAt < listLagMs;
  return isYoung && !input.observation.refused.has(ledger.current.id);
}

/** Whether the place names this token as current and, as far as can be read, holds its value. */
export function serves({ reading, receipt }: Place, tokenId: string): boolean {
  if (reading.kind === 'unknown' || receipt?.current?.id !== tokenId) return false;
  const { value } = reading;
  return value.kind === 'held' ? value.tokenId === tokenId : value.kind === 'opaque' && !value.changed;
}

/** Whether the token's value can be read at the place. */
export function holds({ reading }: Place, tokenId: string): boolean {
  return reading.kind === 'read' && reading.value.kind === 'held' && reading.value.tokenId === tokenId;
}

/** Whether the token can be delivered from the place: its value, and the receipt that goes with it. */
export function supplies(place: Place, tokenId: string): boolean {
  return holds(place, tokenId) && place.receipt?.current?.id === tokenId;
}

/** How many tokens were superseded less than an overlap ago: how often it rotated within one. */
export function supersededWithinOverlap({ previous, now }: Situation): number {
  return previous.filter(({ revokeNotBefore }) => revokeNotBefore > now).length;
}

function whatIsWrong({ previous }: Situation, { reading, receipt }: Place): string {
  if (reading.kind === 'unknown') return reading.why;
  const { value } = reading;
  if (value.kind === 'absent') return receipt ? 'lost its value' : 'was emptied';
  if (value.kind === 'foreign') return 'holds a value that is not ours';
  if (value.kind === 'opaque' && value.changed) return 'was written by someone else';
  return previous.some(({ id }) => value.kind === 'held' && id === value.tokenId)
    ? 'holds an older token'
    : 'holds another token';
}
