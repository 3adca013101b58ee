/**
 * S1 to S4 (DESIGN 9): what must hold when a revoke arrives. What people do themselves, such as revoking a
 * token by hand, is their doing and no breach.
 */
import { count } from '../coverage.ts';
import { isServed, placesOf } from '../draft.ts';
import type { OrganizationToken } from '../organization.ts';
import { type Place, receiptAt } from '../place.ts';
import type { Process } from '../process.ts';
import { placeOf, Violation, type World } from '../world.ts';
import { hasWaited, isCompromised, isCondemned, isUnheardOf } from './excuses.ts';
import { plannedOn, sawLast, shapeOf } from './seen.ts';
import { watchOf } from './watch.ts';

/** Longer than it takes from a look to the DELETE that rests on it, in milliseconds. */
const moment = 60_000;

/**
 * S1 to S4: before keyturn ends a token.
 *
 * @returns whether the manifest wants it dead: its declaration is gone, absent or compromised.
 */
export function checkRevoke(
  world: World,
  process: Process,
  { token, withUser }: { readonly token: OrganizationToken; readonly withUser: boolean },
): boolean {
  const { id, whose, mark } = token;
  // Only whoever removes a user can kill what no list has shown him.
  if (withUser && !process.shown.has(id)) {
    count(world.coverage, 'excused: every list of the pass hid the token');
    return false;
  }
  if (whose !== 'keyturn' || !mark) throw new Violation('S4', `${id} is ${whose} and was revoked`);
  if (watchOf(process).inUse.has(id))
    throw new Violation('S4', `${id} is what keyturn works with and was revoked`);
  const now = world.scheduler.now();
  const shape = shapeOf(process, mark.declaration);
  // Its manifest is older than the token, and may be older than the declaration.
  if (!shape && token.createdAt > process.begunAt)
    throw new Violation('S1', `${id} was issued since the pass began and was revoked as removed`);
  const isWilled =
    !shape ||
    !isServed(process.draft, shape) ||
    isCompromised(world, process, { shape, token }) ||
    isUnheardOf(world, process, { shape, token });
  let isExcused = false;
  const isOverdue = shape !== undefined && hasWaited(world, token);
  // Whatever a receipt says, another declaration keeps what nobody called compromised.
  const isWanted = shape !== undefined && isCondemned(world, shape, token);
  for (const other of process.draft.shapes) {
    // Where sets are run apart, one cannot see what another was given.
    if (!isServed(process.draft, other) || !process.sets.includes(other.set)) continue;
    other.to.forEach((name) => {
      const place = placeOf(world, name, process.machine);
      const isLedger = other === shape && placesOf(shape)[0] === name;
      if (isOverdue && !isLedger && (isWanted || other === shape)) return;
      const isOwn = other === shape && shape.name === mark.declaration;
      // Beside another revoke of it the last look may be the other one's.
      const times = watchOf(process).begun.get(`revoke ${other.name}`) ?? 0;
      if (times > 1 && now - place.tamperedAt < moment) return;
      if (checkServed(process, place, { token, isWilled, isOwn }) === 'excused') isExcused = true;
    });
  }
  if (isExcused) count(world.coverage, 'excused: given to a declaration that cannot take it, and unread');
  // With a destination of another set came its token, and where sets are run apart nobody knows whose it is.
  if (shape && !process.sets.includes(shape.set)) {
    count(world.coverage, 'excused: the token of a set that is run apart');
    return true;
  }
  if (isWilled || isExcused) return true;
  // A run with an older manifest may have a date of a run with a newer one before it.
  const { overlaps } = world.draft.shapes.find((other) => other.id === shape.id) ?? shape;
  const overlapMs = Math.min(...overlaps);
  for (const name of shape.to) {
    const until = placeOf(world, name, process.machine).replaced.get(id);
    if (until !== undefined && now - until < overlapMs) {
      const seconds = Math.round((now - until) / 1_000);
      throw new Violation(
        'S2',
        `${id} died ${seconds} s after ${name} served it, overlap ${overlapMs / 1_000} s`,
      );
    }
  }
  return false;
}

/** S1 and S3: nothing dies that a place serves or names, as far as the process could have seen it. */
function checkServed(
  process: Process,
  place: Place,
  {
    token,
    isWilled,
    isOwn,
  }: { readonly token: OrganizationToken; readonly isWilled: boolean; readonly isOwn: boolean },
): 'kept' | 'excused' {
  const isThere = place.value === token.value;
  const receipt = receiptAt(place);
  const isAttempt = receipt?.pending?.nonce === token.mark?.nonce && token.mark !== undefined;
  const isNamed = receipt?.current?.id === token.id || (isAttempt && !process.undelivered.has(token.id));
  if (!isThere && !isNamed) return 'kept';
  // An attempt that delivered nothing dies with its declaration, although its place was given away.
  if (isWilled && isAttempt && !isThere && receipt?.token === token.mark?.declaration) return 'kept';
  // Whoever put it there after the process looked: nobody can guard against that.
  const sawIt = isOwn ? sawLast : plannedOn;
  if (process.readAt.has(place.name) && !sawIt(process, place)) return 'kept';
  // What ends, or was given to another declaration, may lie where nothing can be read and no receipt is.
  if (!isOwn && !process.readAt.has(place.name)) {
    return 'excused';
  }
  if ((isWilled || !isOwn) && place.kind === 'writeOnly' && !isNamed) return 'kept';
  if (isThere && place.byEngine && !place.raced)
    throw new Violation('S1', `${token.id} was revoked while ${place.name} serves it`);
  if (isNamed || place.kind !== 'writeOnly')
    throw new Violation(
      'S3',
      `${token.id} was revoked while ${place.name} ${isNamed ? 'names' : 'holds'} it`,
    );
  return 'kept';
}
