/**
 * Reasons to issue that come from the manifest, from a person or from the calendar; and the reason not to.
 */
import { roughDuration } from '../../duration.ts';
import { hashSpec } from '../../spec.ts';
import { compareSpecs, describeFields } from '../fields.ts';
import type { FieldChange } from '../../spec.ts';
import { hasOtherReaders, isNewTarget } from '../known.ts';
import type { Place, Situation } from '../situation.ts';
import type { Verdict } from '../verdict.ts';
import { holds, serves, supersededWithinOverlap } from './damaged.ts';

export function compromised({ ledger, declaration, places }: Situation): Verdict | undefined {
  const word = declaration.rotation.compromised;
  if (!ledger || !word || wasHandled(places, 'compromised', word)) return undefined;
  const message = `compromised: ${word}; every older token dies as soon as the new one is delivered`;
  return { kind: 'issue', reason: 'Compromised', cause: 'config', message, compromised: true };
}

export function specChanged(situation: Situation): Verdict | undefined {
  const { currentToken, declaration } = situation;
  if (!issuesAnotherSpec(situation)) return undefined;
  const fields = currentToken ? compareSpecs(currentToken.spec, declaration.spec) : [];
  const message = fields.length > 0 ? describeFields(fields) : 'it was issued for other fields than declared';
  return { kind: 'issue', reason: 'SpecChanged', cause: 'config', message, fields };
}

/** Whether a token issued now would differ in more than its age from the one that is served. */
export function issuesAnotherSpec({ currentMark, declaration, ledger }: Situation): boolean {
  if (!ledger?.current) return false;
  // The mark says what was asked for; the receipt repeats it for a token that is no longer listed.
  const served = currentMark?.specHash ?? ledger.current.spec;
  const declared = hashSpec(declaration.user, declaration.spec, Number(served[0]));
  return declared !== undefined && declared !== served;
}

export function requested({ declaration, ledger, places, input }: Situation): Verdict | undefined {
  if (!ledger) return undefined;
  const { trigger } = declaration.rotation;
  const isNew = trigger && !wasHandled(places, 'trigger', trigger);
  if (!isNew && !input.requests.rotate.has(declaration.name)) return undefined;
  const message = isNew ? `trigger: ${trigger}` : 'asked for now';
  return { kind: 'issue', reason: 'Requested', cause: 'config', message };
}

export function rotationDue(situation: Situation): Verdict | undefined {
  const { currentToken, now, rotation } = situation;
  const dueAt = nextDueAt(situation);
  if (dueAt === undefined || dueAt > now) return undefined;
  const { everyMs } = rotation;
  const expiresAt = currentToken?.expiresAt;
  const renewBeforeMs = renewBefore(situation);
  const byExpiry = expiresAt !== undefined && expiresAt - now <= (renewBeforeMs ?? 0) * 1.2;
  const ageMs = now - (currentToken?.createdAt ?? now);
  const message =
    expiresAt !== undefined && (byExpiry || everyMs === undefined)
      ? `expires in ${roughDuration(expiresAt - now)}, renewed ${roughDuration(renewBeforeMs ?? 0)} before`
      : `is ${roughDuration(ageMs)} old, renewed every ${roughDuration(everyMs ?? 0)}`;
  return { kind: 'issue', reason: 'RotationDue', cause: 'clock', message };
}

/**
 * A destination that lacks the current token while no readable one can supply it: only another token helps.
 */
export function destinationMissing(situation: Situation): Verdict | undefined {
  const { ledger, places, now, rotation } = situation;
  const id = ledger?.current?.id;
  if (!ledger?.current || id === undefined) return undefined;
  const lacking = places.slice(1).find((place) => place.reading.kind === 'read' && !serves(place, id));
  if (!lacking || places.some((place) => holds(place, id))) return undefined;
  const rested = now - ledger.current.issuedAt >= rotation.overlapMs;
  if (!rested || supersededWithinOverlap(situation) >= 1) return undefined;
  const message = `"${lacking.reference.key}" lacks its token and no destination can be read to supply it`;
  const cause = isNewTarget(situation, lacking) ? 'config' : 'drift';
  return { kind: 'issue', reason: 'DestinationMissing', cause, message };
}

/** Readers change with the value only, so another one is needed. */
export function readersChanged(situation: Situation): Verdict | undefined {
  const changed = situation.places.filter((place) => hasOtherReaders(situation, place));
  if (changed.length === 0 || !situation.ledger?.current) return undefined;
  const fields = changed.map(({ reference: { key, readers = '' } }): FieldChange => {
    return { field: `readers of ${key}`, old: 'others', new: readers, widens: true };
  });
  const message = `who may read it changes: ${describeFields(fields)}`;
  return { kind: 'issue', reason: 'ReadersChanged', cause: 'config', message, fields };
}

export function current(): Verdict {
  return { kind: 'keep', reason: 'Current', message: 'current' };
}

/**
 * When the calendar asks for the next rotation, in provider milliseconds; undefined: never, or not known yet.
 */
export function nextDueAt(situation: Situation): number | undefined {
  const { currentToken, declaration, ledger, rotation } = situation;
  if (!currentToken || !ledger?.current) return undefined;
  const { createdAt, expiresAt } = currentToken;
  const { everyMs } = rotation;
  const byExpiry = expiresAt === undefined ? undefined : expiresAt - (renewBefore(situation) ?? 0);
  const byAge = everyMs === undefined ? undefined : createdAt + everyMs;
  if (byExpiry === undefined && byAge === undefined) return undefined;
  const dueAt = Math.min(byExpiry ?? Number.POSITIVE_INFINITY, byAge ?? Number.POSITIVE_INFINITY);
  // The jitter spreads what was issued together; it is stable, so that every run sees the same due time.
  const share = stableShare(`${declaration.name}\0${ledger.current.generation}`);
  return dueAt - Math.max(0, dueAt - createdAt) * 0.1 * share;
}

/** Also for a token whose expiry is the provider's default and not the manifest's. */
function renewBefore({ currentToken, rotation }: Situation): number | undefined {
  if (rotation.renewBeforeMs !== undefined) return rotation.renewBeforeMs;
  if (currentToken?.expiresAt === undefined) return undefined;
  return (currentToken.expiresAt - currentToken.createdAt) / 3;
}

/** From 0 to 1 by FNV-1a, which spreads well enough and costs a fraction of a cryptographic hash. */
function stableShare(text: string): number {
  let state = 0x811c_9dc5;
  for (let index = 0; index < text.length; index++)
    state = Math.imul(state ^ text.charCodeAt(index), 0x0100_0193);
  return (state >>> 0) / 0xffff_ffff;
}

function wasHandled(places: readonly Place[], kind: 'trigger' | 'compromised', word: string): boolean {
  return places.some(({ receipt }) => receipt?.handled[kind].includes(word));
}
