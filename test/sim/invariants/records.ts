/**
 * What the engine has promised about what it writes: an attempt is on record before its POST, a new token was
 * tried, nothing that a person wrote is lost, a receipt forgets nobody who lives, and what died was idle.
 */
import { parseDescription } from '../../../src/core/mark.ts';
import type { Receipt } from '../../../src/core/receipt.ts';
import { placesOf, rotations, type Shape } from '../draft.ts';
import { isAlive, type OrganizationToken } from '../organization.ts';
import { parseCached, type Place, receiptAt } from '../place.ts';
import type { Process } from '../process.ts';
import { isToken } from '../tamper.ts';
import { watchOf } from './watch.ts';
import { placeOf, Violation, type World } from '../world.ts';

/** How much earlier than the value a receipt may have been made. */
const frozenWriteMs = 10 * 60_000;

/** P9: where value and receipt are two writes, the attempt is on record before its POST is sent. */
export function checkRecorded(world: World, process: Process, description: string): void {
  const reading = parseDescription(description);
  if (reading.kind !== 'mark') return;
  const { declaration, nonce } = reading.mark;
  const shape = findShape(process, declaration);
  // Where an approval is awaited, the first destination need not be the first of the declared ones.
  const places = (shape ? placesOf(shape) : []).map((name) => placeOf(world, name, process.machine));
  const isSure = ({ kind, name, changedAt }: Place): boolean =>
    kind !== 'swap' && changedAt <= (process.readAt.get(name) ?? -1);
  if (places.length > 0 && places.every(isSure) && !places.some((place) => nonceAt(place) === nonce))
    throw new Violation('P9', `a POST for ${declaration} was sent and no place has a record of it`);
}

/** P10: a new value was tried before it is written, and not refused unless its allowlist may be why. */
export function checkTried({ organization }: World, process: Process, value: string | undefined): void {
  const id = value?.slice(0, 12) ?? '';
  if (!process.undelivered.has(id)) return;
  const answer = watchOf(process).tried.get(id);
  const isBound = (organization.tokens.get(id)?.spec.ipAllowlist.length ?? 0) > 0;
  if (answer === undefined || (answer === 'refused' && !isBound))
    throw new Violation('P10', `${id} was delivered and its trial was ${answer ?? 'left out'}`);
}

/** P11: what a person wrote is not taken away, nor overwritten unless a receipt of ours lies beside it. */
export function checkOverwriting({ calm }: World, place: Place, value: string | undefined): void {
  const there = place.value;
  if (there === undefined || isToken(there) || place.kind === 'writeOnly') return;
  if (value === undefined) throw new Violation('P11', `${place.name} held what a person wrote; it is gone`);
  if (place.receipt === undefined && !calm)
    throw new Violation('P11', `${place.name} held what a person wrote; it was overwritten`);
}

/** P12 and P13: before a receipt is written over another one. */
export function checkRecord(world: World, process: Process, { place, text }: Writing): void {
  const reading = text === undefined ? undefined : parseCached(text);
  if (reading?.kind !== 'receipt') return;
  const shape = findShape(process, reading.receipt.token);
  const writing = { place, after: reading.receipt, shape };
  checkMemory(world, process, writing);
  checkHandled(world, process, writing);
}

interface Writing {
  readonly place: Place;
  readonly text: string | undefined;
}

interface Rewriting {
  readonly place: Place;
  readonly after: Receipt;
  readonly shape: Shape | undefined;
}

/** P12: who lives and was named is named still, until his date has passed and a list lacked him. */
function checkMemory(world: World, process: Process, { place, after, shape }: Rewriting): void {
  const before = receiptAt(place);
  // Two machines with files of one declaration cannot see each other's (docs/evidence.md).
  if (place.kind === 'local' && world.rates.secondMachine > 0) return;
  if (!before || place.raced || before.token !== after.token || before.owner !== after.owner) return;
  const now = world.scheduler.now();
  const kept = new Set([after.current?.id, after.pending?.id, ...after.previous.map(({ id }) => id)]);
  // Elsewhere a token that is delivered over becomes an orphan, and is drained.
  const isFirst = shape !== undefined && placesOf(shape)[0] === place.name;
  // So it does where a destination lost its place as the first one and is given what another one has.
  const isSupplied = shape?.to.some((name) => {
    const other = name === place.name ? undefined : receiptAt(placeOf(world, name, process.machine));
    return other?.current?.id !== undefined && other.current.id === after.current?.id;
  });
  const isRemembered = isFirst && !isSupplied;
  const current =
    before.current && isRemembered ? [{ id: before.current.id, revokeNotBefore: Infinity }] : [];
  for (const { id, revokeNotBefore } of [...current, ...before.previous]) {
    const token = world.organization.tokens.get(id);
    if (kept.has(id) || token?.whose !== 'keyturn' || !isAlive(token, now)) continue;
    const { declaration = '' } = token.mark ?? {};
    const isOwn = declaration === after.token || shape?.formerly.includes(declaration);
    // Whose mark was taken away nobody can know as ours.
    if (!isOwn || parseDescription(token.description).kind === 'none') continue;
    // Or only since the plan was made.
    if (!process.shownToPlan.has(id) && !watchOf(process).hidden.has(id)) continue;
    if (now >= revokeNotBefore - 1_000 && watchOf(process).hidden.has(id)) continue;
    throw new Violation('P12', `${place.name} forgets ${id}, which lives`);
  }
}

/** P13: a compromise is on record as handled only beside a younger token, where another receipt knows it. */
function checkHandled(world: World, process: Process, { place, after, shape }: Rewriting): void {
  const { compromised: word, compromisedAt } = shape ?? {};
  if (!after.current || !shape || word === undefined || compromisedAt === undefined) return;
  const isNew = (receipt: Receipt | undefined): boolean => !receipt?.handled.compromised.includes(word);
  if (isNew(after) || !isNew(receiptAt(place))) return;
  const token = world.organization.tokens.get(after.current.id);
  if (!token || token.createdAt >= compromisedAt) return;
  const others = shape.to.filter((name) => name !== place.name);
  const isWaiting = others.some((name) => {
    const receipt = receiptAt(placeOf(world, name, process.machine));
    return receipt?.token === shape.name && isNew(receipt);
  });
  if (isWaiting) throw new Violation('P13', `${place.name} has ${word} as handled and names ${token.id}`);
}

/** P14: where idleness is awaited nothing dies of which the list said that it was in use. */
export function checkIdle(world: World, process: Process, { id, mark }: OrganizationToken): void {
  const shape = findShape(process, mark?.declaration ?? '');
  if (!shape) return;
  const held = world.approved === 'all' ? [shape.rotation] : [...shape.rotationsHad];
  const idleness = held.map((rank) => rotations[rank] ?? { forMs: 0, atMostMs: 0 });
  const forMs = Math.min(...idleness.map((one) => one.forMs));
  const atMostMs = Math.min(...idleness.map((one) => one.atMostMs));
  const used = watchOf(process).told.get(id);
  const now = world.scheduler.now();
  const since = shape.to.flatMap((name) => placeOf(world, name, process.machine).replaced.get(id) ?? []);
  if (forMs === 0 || used === undefined || since.length === 0 || now - used >= forMs) return;
  if (now < Math.max(...since) + atMostMs - frozenWriteMs)
    throw new Violation('P14', `${id} died ${Math.round((now - used) / 1_000)} s after its last use`);
}

function findShape({ draft }: Process, name: string): Shape | undefined {
  return draft.shapes.find((shape) => shape.name === name && !shape.removed);
}

function nonceAt(place: Place): string | undefined {
  return receiptAt(place)?.pending?.nonce;
}
