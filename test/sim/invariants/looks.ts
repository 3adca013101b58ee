/**
 * What the engine has promised about the looks that a change rests on (DESIGN 4.3, 5.7). Nothing is revoked
 * that the plan saw served, nor while somebody may be served where nothing could be read, nor without another
 * look; and nothing is issued where a destination that cannot be read may hold the ledger.
 */
import { hashOwner, parseDescription } from '../../../src/core/mark.ts';
import type { Observation, Reading } from '../../../src/core/observation.ts';
import type { Previous } from '../../../src/core/receipt.ts';
import type { Change } from '../../../src/core/plan/types.ts';
import { type Draft, isServed, placesOf, setNames, type Shape } from '../draft.ts';
import type { OrganizationToken } from '../organization.ts';
import type { Process } from '../process.ts';
import { receiptAt } from '../place.ts';
import { placeOf, Violation, type World } from '../world.ts';
import { addOne, watchOf } from './watch.ts';
import { hasWaited } from './excuses.ts';
import { sawLast, shapeOf } from './seen.ts';

/** A destination that the manifest dropped and that cannot be read is waited for this long. */
const droppedPatienceMs = 7 * 24 * 60 * 60_000;

interface Beginning {
  readonly set: string;
  readonly change: Change;
}

type Revoke = Change & { readonly kind: 'revoke' };

/** P15 to P18, P20 and P24: when a pass begins a change. */
export function checkLooks(world: World, process: Process, { set, change }: Beginning): void {
  const observation = watchOf(process).observations.get(set);
  if (!observation) return;
  if (change.kind === 'revoke') addOne(watchOf(process).begun, `revoke ${change.subject}`);
  const token = change.kind === 'revoke' ? world.organization.tokens.get(change.tokenId) : undefined;
  if (change.kind === 'revoke' && !(token && hasWaited(world, token))) {
    checkSeen(world, observation, change);
    checkUnread(world, process, { set, change, observation });
  }
  if (change.kind === 'create' || change.kind === 'rotate')
    checkLedger(process, { set, change, observation });
  if (change.kind === 'drain') checkDrained(process, { set, change, observation });
  if (change.kind === 'withdraw') {
    checkHeir(process, { set, change, observation });
    checkOrder(process, { set, change, observation });
  }
}

/** P21: when a plan is made: what a receipt remembers and the manifest dropped was looked at too. */
export function checkRemembered(process: Process, set: string): void {
  const observation = watchOf(process).observations.get(set);
  const present = process.draft.shapes.filter((shape) => !shape.removed);
  const own = present.filter((shape) => shape.set === set);
  // What was given away stays an entry.
  const names = new Set(present.flatMap((one) => (one.set === set || one.movedFrom === set ? one.name : [])));
  for (const { name, to } of observation ? own : []) {
    for (const place of to) {
      const receipt = observation && receiptIn(readingOf(observation, place));
      // A name that is not declared is a former one.
      if (!receipt || !isOurs(process.draft, set, receipt.owner)) continue;
      if (receipt.token !== name && names.has(receipt.token)) continue;
      const dropped = receipt.destinations.filter((key) => !to.includes(key.slice(key.indexOf('/') + 1)));
      const missed = dropped.find((key) => !observation?.readings.has(key));
      if (missed !== undefined) throw new Violation('P21', `${missed} of ${name} was forgotten`);
    }
  }
}

/** P15: what the plan saw named as current, on record or held is not revoked, but after it was withdrawn. */
function checkSeen(
  { organization }: World,
  { readings }: Observation,
  { tokenId, reason, subject }: Revoke,
): void {
  if (reason === 'Absent') return;
  const nonce = organization.tokens.get(tokenId)?.mark?.nonce;
  for (const [identity, reading] of readings) {
    if (reading.kind === 'unknown') continue;
    const held = reading.value.kind === 'held' ? reading.value.tokenId : undefined;
    const { current, pending } = receiptIn(reading) ?? {};
    const isAttempt = pending !== null && pending !== undefined && pending.nonce === nonce;
    if (held === tokenId || current?.id === tokenId || isAttempt)
      throw new Violation('P15', `revoking ${tokenId} of ${subject} was begun and ${identity} had it`);
  }
}

/** P16: a token is not revoked while a place is unread that may serve it under another name, or once did. */
function checkUnread(
  { organization, scheduler }: World,
  process: Process,
  { set, change, observation }: Beginning & { readonly change: Revoke; readonly observation: Observation },
): void {
  const { tokenId, reason, subject } = change;
  const waiting = waitingIn(observation, tokenId);
  // A compromised one waits for its own places only.
  if (reason === 'Absent' || waiting.some(({ compromised }) => compromised)) return;
  // As its mark says now: it may have been mended.
  const mark = parseDescription(organization.tokens.get(tokenId)?.description ?? '');
  const isByName = mark.kind === 'mark' && mark.mark.declaration === subject;
  const own = process.draft.shapes.filter((shape) => shape.set === set && !shape.removed);
  const declared = own.filter(({ name }) => reason === 'Removed' || !isByName || name === subject);
  const isUnread = declared.some(({ to }) => to.some((name) => !process.plannedAt.has(name)));
  const since = Math.max(0, ...waiting.map(({ revokeNotBefore }) => revokeNotBefore));
  const isForgotten = scheduler.now() > since + droppedPatienceMs - 60_000;
  const dropped = isForgotten ? [] : (observation.dropped.get(subject) ?? []);
  const readings = dropped.map(({ identity }) => observation.readings.get(identity));
  if (isUnread || readings.some((reading) => reading !== undefined && !isUnderstood(reading)))
    throw new Violation('P16', `revoking ${tokenId} of ${subject} was begun while a place could not be read`);
}

/** P17: where no receipt was read, none of the places may be unread. */
function checkLedger(
  process: Process,
  { set, change, observation }: Beginning & { readonly observation: Observation },
): void {
  const { shapes } = process.draft;
  const shape = shapes.find((one) => one.name === change.subject && one.set === set && !one.removed);
  const readings = (shape?.to ?? []).map((name) => readingOf(observation, name));
  const isUnread = shape?.to.some((name) => !process.plannedAt.has(name));
  if (isUnread && !readings.some((reading) => receiptIn(reading)))
    throw new Violation('P17', `${change.kind} ${change.subject} was begun and its ledger may be unread`);
}

/** P18: what was given to another set is not emptied before the heir has taken it over. */
function checkHeir(
  { draft, sets }: Process,
  { set, change, observation }: Beginning & { readonly observation: Observation },
): void {
  if (change.kind !== 'withdraw') return;
  const name = change.from.identity.slice(change.from.identity.indexOf('/') + 1);
  const receipt = receiptIn(observation.readings.get(change.from.identity));
  const giver = setNames.find((one) => one === set);
  if (!giver || receipt?.token !== change.subject || change.reason === 'Absent') return;
  const owner = hashOwner(draft.ownerIds[giver], giver);
  // Whoever runs one set alone knows nothing of the other one's manifest.
  const known = draft.shapes.filter((shape) => shape.set !== set && sets.includes(shape.set));
  const heirs = known.filter((shape) => isServed(draft, shape));
  const isFormer = ({ set: heir }: Shape): boolean =>
    draft.formerOwners[heir].some((old) => hashOwner(old.ownerId, old.name) === owner);
  if (receipt.owner === owner && heirs.some((heir) => heir.to.includes(name) && isFormer(heir)))
    throw new Violation('P18', `${name} of ${change.subject} was emptied before its heir took it over`);
}

/** P24: where a declaration ends, what remembers the dropped destinations is taken away after them. */
function checkOrder(
  process: Process,
  { change, observation }: Beginning & { observation: Observation },
): void {
  if (change.kind !== 'withdraw' || change.reason !== 'Absent') return;
  const { subject, from } = change;
  const { awaited } = watchOf(process);
  awaited.delete(`${subject} ${from.identity}`);
  const dropped = (observation.dropped.get(subject) ?? []).map(({ identity }) => identity);
  if (dropped.includes(from.identity)) return;
  const later = dropped.find((identity) => awaited.has(`${subject} ${identity}`));
  if (later !== undefined)
    throw new Violation('P24', `${from.identity} of ${subject} was emptied before ${later}`);
}

/** P20: what waits for its revocation already is not drained as if nobody knew it. */
function checkDrained(
  { draft }: Process,
  { set, change, observation }: Beginning & { readonly observation: Observation },
): void {
  if (change.kind !== 'drain') return;
  const { subject, tokenId } = change;
  const shape = draft.shapes.find((one) => one.name === subject && one.set === set && !one.removed);
  for (const name of shape?.to ?? []) {
    const receipt = receiptIn(readingOf(observation, name));
    if (receipt?.token === subject && receipt.previous.some(({ id }) => id === tokenId))
      throw new Violation('P20', `draining ${tokenId} of ${subject} was begun and ${name} names it already`);
  }
}

/** P19, P26: when a DELETE is sent, every place was looked at since the plan, and understood. */
export function checkLooked(world: World, process: Process, token: OrganizationToken): void {
  const { id, mark } = token;
  const { appliedAt } = watchOf(process);
  const shape = mark && shapeOf(process, mark.declaration);
  if (watchOf(process).removed.has(id)) {
    checkLookedEverywhere(world, process, { token, appliedAt });
    return;
  }
  if (!shape || process.undelivered.has(id) || appliedAt === undefined) return;
  // Whoever runs one set alone looks at its places only.
  if (!process.sets.includes(shape.set)) return;
  if (shape.name !== mark.declaration || !isServed(process.draft, shape)) return;
  const isOverdue = hasWaited(world, token);
  for (const name of shape.to) {
    // A compromised one that had its hour is looked for at the ledger alone.
    if (isOverdue && name !== placesOf(shape)[0]) continue;
    const place = placeOf(world, name, process.machine);
    if ((process.readAt.get(place.name) ?? -1) <= appliedAt)
      throw new Violation('P19', `the DELETE of ${id} was sent without another look at ${name}`);
    // Beside another revoke the last look may be the other one's.
    const isAlone = watchOf(process).begun.get(`revoke ${shape.name}`) === 1;
    if (isAlone && place.receipt !== undefined && !receiptAt(place) && sawLast(process, place))
      throw new Violation('P26', `the DELETE of ${id} was sent and nobody understands what ${name} names`);
  }
}

/** P25: one that left the manifest may be served by whatever the run knows: all of it is looked at again. */
function checkLookedEverywhere(
  world: World,
  process: Process,
  { token, appliedAt = 0 }: { readonly token: OrganizationToken; readonly appliedAt: number | undefined },
): void {
  const { draft, sets, readAt, undelivered } = process;
  if (undelivered.has(token.id)) return;
  const own = draft.shapes.filter((shape) => !shape.removed && sets.includes(shape.set));
  for (const name of own.flatMap(({ to }) => to)) {
    const place = placeOf(world, name, process.machine);
    if ((readAt.get(place.name) ?? -1) <= appliedAt)
      throw new Violation('P25', `the DELETE of ${token.id} was sent without another look at ${name}`);
  }
}

function isOurs({ ownerIds, formerOwners }: Draft, name: string, owner: string): boolean {
  const set = setNames.find((one) => one === name);
  if (!set) return false;
  const former = formerOwners[set].map((old) => hashOwner(old.ownerId, old.name));
  return [hashOwner(ownerIds[set], set), ...former].includes(owner);
}

function readingOf({ readings }: Observation, name: string): Reading | undefined {
  return [...readings].find(([identity]) => identity.endsWith(`/${name}`))?.[1];
}

/** What receipts that were read say about a token that waits for its revocation. */
function waitingIn({ readings }: Observation, tokenId: string): readonly Previous[] {
  return [...readings.values()].flatMap((reading) =>
    (receiptIn(reading)?.previous ?? []).filter(({ id }) => id === tokenId),
  );
}

function receiptIn(reading: Reading | undefined) {
  return reading?.kind === 'read' && reading.receipt.kind === 'receipt' ? reading.receipt.receipt : undefined;
}

function isUnderstood(reading: Reading): boolean {
  return reading.kind === 'read' && (reading.receipt.kind === 'receipt' || reading.receipt.kind === 'none');
}
