/**
 * What must hold at every step, whatever goes wrong (DESIGN 9). Checked at the moment a request or a write
 * arrives, for nothing else changes what a consumer is served. What people do themselves, such as revoking a
 * token by hand, is their doing and no breach.
 */
import { hashOwner, parseDescription } from '../../src/core/mark.ts';
import { count } from './coverage.ts';
import { isServed, placesOf, rotations, type Shape } from './draft.ts';
import { isAlive, type OrganizationToken, tokenOf } from './organization.ts';
import { kindOf, parseCached, type Place, receiptAt } from './place.ts';
import type { Process } from './process.ts';
import { placeOf, Violation, type World } from './world.ts';

const hour = 3_600_000;
/** S6, DESIGN 5: live owned tokens of one declaration. */
const mostAlive = 4;
/** S8: what a declaration may issue in an hour, and once more for every restart that forgot to back off. */
const mostPerHour = 8;

/** S6, S7, S8, S12: before a POST takes effect. */
export function checkCreate(
  world: World,
  process: Process,
  { description, isLate }: { readonly description: string; readonly isLate: boolean },
): void {
  const reading = parseDescription(description);
  if (reading.kind !== 'mark') throw new Violation('S12', `a POST without a mark: "${description}"`);
  const { mark } = reading;
  const { organization, scheduler } = world;
  if (organization.nonces.has(mark.nonce))
    throw new Violation('S12', `a second POST with nonce ${mark.nonce}`);
  organization.nonces.add(mark.nonce);
  const now = scheduler.now();
  const own = [...organization.tokens.values()].filter(
    (token) => token.whose === 'keyturn' && token.mark?.declaration === mark.declaration,
  );
  // Whoever takes a mark away, or hides it from the list, takes the token from what keyturn can count.
  const isCounted = (token: OrganizationToken): boolean =>
    isAlive(token, now) &&
    parseDescription(token.description).kind === 'mark' &&
    (process.shownToPlan.has(token.id) || process.undelivered.has(token.id));
  const shape = shapeOf(process, mark.declaration);
  // For a compromise, and for what lies where nothing can supply it (docs/adr/0013).
  const isWriteOnly = shape?.to.some((name) => kindOf(name) === 'writeOnly') === true;
  const compromises = shape?.compromisedAt !== undefined || isWriteOnly ? 1 : 0;
  const most = mostAlive + compromises + (world.processes.length - 1);
  const alive = own.filter(isCounted).length + 1;
  if (alive > most) throw new Violation('S6', `${alive} live tokens of ${mark.declaration}, at most ${most}`);
  const recent = own.filter(({ createdAt }) => now - createdAt < hour).length + 1;
  if (recent > mostPerHour + world.restarts.filter((atMs) => now - atMs < hour).length)
    throw new Violation('S8', `${recent} tokens of ${mark.declaration} issued within an hour`);
  if (!isLate) checkGeneration(world, process, { shape, ...mark });
  count(world.coverage, 'tokens issued');
}

/** S7: the new token's generation is above every one that the process has seen named. */
function checkGeneration(
  world: World,
  process: Process,
  { shape, declaration, generation }: { shape: Shape | undefined; declaration: string; generation: number },
): void {
  for (const name of shape?.to ?? []) {
    const place = placeOf(world, name, process.machine);
    const receipt = receiptAt(place);
    if (!receipt?.current || receipt.token !== declaration || !plannedOn(process, place)) continue;
    if (receipt.current.generation >= generation)
      throw new Violation(
        'S7',
        `generation ${generation} of ${declaration} after ${receipt.current.generation}`,
      );
  }
}

/**
 * S1 to S4: before keyturn ends a token.
 *
 * @returns whether the manifest wants it dead: its declaration is gone, absent or compromised.
 */
export function checkRevoke(world: World, process: Process, token: OrganizationToken): boolean {
  const { id, whose, mark } = token;
  if (!process.shown.has(id) && !process.undelivered.has(id)) {
    count(world.coverage, 'excused: every list of the pass hid the token');
    return false;
  }
  if (whose !== 'keyturn' || !mark) throw new Violation('S4', `${id} is ${whose} and was revoked`);
  const now = world.scheduler.now();
  const shape = shapeOf(process, mark.declaration);
  const isWilled =
    !shape ||
    !isServed(process.draft, shape) ||
    isCompromised(world, process, { shape, token }) ||
    isUnheardOf(world, process, { shape, token });
  let isExcused = false;
  const isOverdue = shape !== undefined && hasWaited(world, process, { shape, token });
  for (const other of process.draft.shapes) {
    // Where sets are run apart, one cannot see what another was given.
    if (!isServed(process.draft, other) || !process.sets.includes(other.set)) continue;
    other.to.forEach((name) => {
      const place = placeOf(world, name, process.machine);
      const isLedger = other === shape && placesOf(shape)[0] === name;
      if (isOverdue && !isLedger) return;
      const isOwn = other === shape && shape.name === mark.declaration;
      if (checkServed(process, place, { token, isWilled, isOwn }) === 'excused') isExcused = true;
    });
  }
  count(world.coverage, 'tokens revoked');
  if (isExcused) count(world.coverage, 'excused: given to a declaration that cannot take it, and unread');
  if (isWilled || isExcused) return true;
  const overlapMs = Math.min(...shape.overlaps);
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
  const isNamed = receipt?.current?.id === token.id;
  if (!isThere && !isNamed) return 'kept';
  // Whoever put it there after the process looked: nobody can guard against that.
  const sawIt = isOwn ? sawLast : plannedOn;
  if (process.readAt.has(place.name) && !sawIt(process, place)) return 'kept';
  // What ends, or was given to another declaration, may lie where keyturn can neither read it nor has a receipt.
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

/** S1: before a value is written. */
export function checkValue(world: World, place: Place, value: string | undefined): void {
  const token = tokenOf(world.organization, value);
  if (!token) return;
  if (token.ended?.by === 'engine' && !place.raced)
    throw new Violation('S1', `${place.name} was given ${token.id}, which keyturn had revoked`);
}

/** S7 and S9: before a receipt is written. */
export function checkReceipt(world: World, place: Place, text: string | undefined): void {
  if (text === undefined) return;
  checkLeaks(text, `the receipt of ${place.name}`);
  const before = receiptAt(place);
  const reading = parseCached(text);
  const after = reading.kind === 'receipt' ? reading.receipt : undefined;
  if (!before?.current || !after?.current || place.raced || before.token !== after.token) return;
  if (after.current.generation < before.current.generation)
    throw new Violation(
      'S7',
      `${place.name} went from generation ${before.current.generation} to ${after.current.generation}`,
    );
  world.coverage.counts.set('receipts written', 1 + (world.coverage.counts.get('receipts written') ?? 0));
}

const marks = ['+cAnArY/9x==', '%2BcAnArY%2F9x', 'cAnArY'].concat(
  // Base64 of the tail of a value, at each of the three offsets a value may have.
  ['+cAnArY/', 'x+cAnArY/', 'xx+cAnArY/'].map((text) => Buffer.from(text).toString('base64').slice(4, 10)),
);

/** S9: no value in anything that is shown or kept, plain or encoded. */
export function checkLeaks(text: string, where: string): void {
  for (const mark of marks)
    if (text.includes(mark)) throw new Violation('S9', `${where} holds a token value`);
}

/** The declaration of a name, or the one that had it before. */
function shapeOf({ draft }: Process, name: string): Shape | undefined {
  const present = draft.shapes.filter(({ removed }) => !removed);
  return (
    present.find((shape) => shape.name === name) ?? present.find(({ formerly }) => formerly.includes(name))
  );
}

/** DESIGN 4.3: a compromised token dies after an hour although a place other than the ledger still has it. */
function hasWaited(
  world: World,
  process: Process,
  { shape, token }: { readonly shape: Shape; readonly token: OrganizationToken },
): boolean {
  return shape.to.some((name) =>
    receiptAt(placeOf(world, name, process.machine))?.previous.some(
      ({ id, compromised, revokeNotBefore }) =>
        id === token.id && compromised && world.scheduler.now() >= revokeNotBefore + hour,
    ),
  );
}

function isCompromised(
  world: World,
  process: Process,
  { shape, token }: { readonly shape: Shape; readonly token: OrganizationToken },
): boolean {
  if (shape.compromisedAt === undefined) return false;
  if (token.createdAt < shape.compromisedAt) return true;
  return shape.to.some((name) => {
    const place = placeOf(world, name, process.machine);
    const receipt = receiptAt(place);
    // One that was damaged in the meantime can no longer tell.
    if (!receipt) return place.receipt !== undefined;
    return receipt.previous.some(({ id, compromised }) => id === token.id && compromised);
  });
}

/** A token of a former name that nothing this process can read speaks of: to it, it was removed. */
function isUnheardOf(
  world: World,
  process: Process,
  { shape, token }: { readonly shape: Shape; readonly token: OrganizationToken },
): boolean {
  if (token.mark?.declaration === shape.name) return false;
  return shape.to.every((name) => {
    const place = placeOf(world, name, process.machine);
    const receipt = receiptAt(place);
    const ids = [receipt?.current?.id, ...(receipt?.previous ?? []).map(({ id }) => id)];
    const isRead = place.kind !== 'writeOnly' && place.value === token.value;
    return !isRead && !ids.includes(token.id);
  });
}

/** Whether the place is still as it was when the plan was made. */
function plannedOn({ plannedAt }: Process, place: Place): boolean {
  return place.changedAt <= (plannedAt.get(place.name) ?? -1);
}

/** Whether the place is still as the process saw it last. */
function sawLast({ readAt }: Process, place: Place): boolean {
  return place.changedAt <= (readAt.get(place.name) ?? -1);
}

/** The overlap that a declaration has now, in milliseconds. */
export function overlapOf(shape: Shape): number {
  return rotations[shape.rotation]?.overlapMs ?? 0;
}

/** Whether a mark's owner is one that this manifest may act for. */
export function isOurs({ draft }: World, owner: string): boolean {
  const sets = ['payments', 'billing'] as const;
  return sets.some(
    (set) =>
      hashOwner(draft.ownerIds[set], set) === owner ||
      draft.formerOwners[set].some((former) => hashOwner(former.ownerId, former.name) === owner),
  );
}
