/**
 * What a write does to a place when it arrives, and what it may not do: go over what was not read, or by a
 * lock. Whatever changes here is checked first.
 */
import { DeliveryError } from '../../src/core/errors.ts';
import type { Receipt } from '../../src/core/receipt.ts';
import { count } from './coverage.ts';
import { sawLast } from './invariants/seen.ts';
import { checkReceipt, checkValue } from './invariants/write.ts';
import { parseCached, type Place, receiptAt } from './place.ts';
import type { Process } from './process.ts';
import { checkOverwriting, checkRecord, checkTried } from './invariants/records.ts';
import type { World } from './world.ts';

/** How long a write may take from its making to its arrival; after that its writer was frozen. */
const longestWriteMs = 120_000;

/** The look that a write in several steps relies on. */
export interface Look {
  step: number;
  readonly atMs: number;
}

export interface Open {
  readonly world: World;
  readonly process: Process;
  readonly place: Place;
  readonly key: string;
}

export interface Writing {
  readonly look?: Look;
  /** When the process made what is written; it may arrive much later. */
  readonly madeAt?: number;
}

/** The receipt of a write-only place keeps when the value was written, as GitHub tells it. */
export function stamped(place: Place, receipt: Receipt, withValue: boolean): Receipt {
  const { kind, valueStamp } = place;
  if (kind !== 'writeOnly' || !receipt.current) return receipt;
  const stored = receiptAt(place);
  const isSame = stored?.current?.id === receipt.current.id;
  const kept = isSame ? (stored?.current?.updatedAt ?? null) : receipt.current.updatedAt;
  const updatedAt = withValue ? String(valueStamp) : kept;
  return { ...receipt, current: { ...receipt.current, updatedAt } };
}

export function expectVersion(open: Open, version: string): void {
  const { place, key, world } = open;
  refuseUnwritable(open);
  const conflict = (why: string) => new DeliveryError(`"${key}" ${why}`, 'conflict', { destination: key });
  if (place.lockedBy !== undefined && isHeld(world, place.lockedBy))
    throw new DeliveryError(`"${key}" is locked`, 'refused', { destination: key });
  if (versionOf(place) !== version) throw conflict('was written by someone else');
}

export function isEmpty({ value, receipt }: Place): boolean {
  return value === undefined && receipt === undefined;
}

/** A lock ends with the life of its holder. */
export function lockOf({ name, life }: Process): string {
  return `${name}/${life}`;
}

function isHeld({ processes }: World, lock: string): boolean {
  return processes.some((process) => lockOf(process) === lock);
}

export function versionOf({ kind, changedAt, value, receipt, valueStamp }: Place): string {
  return kind === 'swap' ? String(changedAt) : `${kind === 'local' ? value : valueStamp}\0${receipt}`;
}

export function setValue(open: Open, value: string | undefined, { look, madeAt }: Writing): void {
  const { world, place } = open;
  const now = world.scheduler.now();
  place.raced = isRaced(open, look);
  checkValue(world, place, value);
  checkTried(world, open.process, value);
  // Nobody can guard what is written after he looked.
  if (sawLast(open.process, place)) checkOverwriting(world, place, value);
  if (place.value !== undefined && place.value !== value && place.byEngine) {
    const id = place.value.slice(0, 12);
    // A writer that was frozen with its write in hand counts the overlap from before (docs/evidence.md).
    if (madeAt !== undefined && now - madeAt > longestWriteMs) {
      place.replaced.delete(id);
      count(world.coverage, 'excused: the overlap began before a frozen write arrived');
    } else place.replaced.set(id, now);
  }
  place.value = value;
  place.byEngine = true;
  place.valueStamp++;
  place.writtenAt = now;
  place.changedAt = world.step;
  // Our own write is no reason to distrust our own look.
  if (look) look.step = world.step;
  if (value !== undefined) open.process.undelivered.delete(value.slice(0, 12));
}

export function setReceipt(open: Open, receipt: string | undefined, { look, madeAt }: Writing): void {
  const { world, place } = open;
  if (isRaced(open, look)) place.raced = true;
  // Between a value and its receipt somebody may restore a backup.
  const isMeddled = look !== undefined && place.tamperedAt > look.atMs;
  checkReceipt(world, place, { text: receipt, isMeddled });
  checkRecord(world, open.process, { place, text: receipt });
  noteCondemned(world, receipt, madeAt);
  place.receipt = receipt;
  place.changedAt = world.step;
}

/** From now on a compromised token has its hour, whatever date the receipt gives. */
function noteCondemned(
  { organization, scheduler }: World,
  receipt: string | undefined,
  madeAt = scheduler.now(),
): void {
  const reading = receipt === undefined ? undefined : parseCached(receipt);
  if (reading?.kind !== 'receipt') return;
  for (const { id, compromised } of reading.receipt.previous) {
    const token = organization.tokens.get(id);
    if (compromised && token) token.condemnedAt ??= madeAt;
  }
}

/** Whether somebody may have written between the look and the write. */
function isRaced({ world, place }: Open, look: Look | undefined): boolean {
  if (place.kind !== 'writeOnly' || !look) return false;
  const isRaced = world.scheduler.now() - look.atMs > longestWriteMs || place.changedAt > look.step;
  if (isRaced) count(world.coverage, 'excused: an unguarded late write');
  return isRaced;
}

export function refuseUnwritable({ world, place, key }: Open): void {
  if (world.scheduler.now() < place.unwritableUntil)
    throw new DeliveryError(`"${key}" refuses writes`, 'refused', { destination: key });
}
