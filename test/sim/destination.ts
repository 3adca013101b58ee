/**
 * The destination port of one process. What is one write at a Kubernetes Secret is two at a file, and a look
 * and two requests at GitHub; a process may die between them, and at GitHub somebody else may write there.
 */
import { DeliveryError } from '../../src/core/errors.ts';
import { formatReceipt, type Receipt } from '../../src/core/receipt.ts';
import { SecretValue } from '../../src/core/secret.ts';
import type { Destination, DestinationState } from '../../src/engine/ports.ts';
import { count } from './coverage.ts';
import { checkReceipt, checkValue } from './invariants.ts';
import { phaseOf } from './phase.ts';
import { type Place, parseCached, receiptAt } from './place.ts';
import { effect, type Process } from './process.ts';
import { placeOf, type World } from './world.ts';

/** How long a write may take from its making to its arrival; after that its writer was frozen. */
const longestWriteMs = 120_000;

/** The look that a write in several steps relies on. */
interface Look {
  step: number;
  readonly atMs: number;
}

interface Writing {
  readonly look?: Look;
  /** When the receipt that is written says that the value was delivered. */
  readonly madeAt?: number | undefined;
}

interface Open {
  readonly world: World;
  readonly process: Process;
  readonly place: Place;
  readonly key: string;
}

/** Opens a place for a process. */
export function openDestination(
  world: World,
  process: Process,
  target: { name: string; key: string },
): Destination {
  const place = placeOf(world, target.name, process.machine);
  const open: Open = { world, process, place, key: target.key };
  return {
    key: target.key,
    commitDeadlineMs: place.kind === 'writeOnly' ? 600_000 : 120_000,
    recordsPending: place.kind !== 'swap',
    read: async () => {
      const state = await act(open, { what: `read ${place.kind}`, changes: false }, () => look(open));
      const receipt = state.receipt === undefined ? ({ kind: 'none' } as const) : parseCached(state.receipt);
      return { version: state.version, receipt, value: state.value };
    },
    preflight: async () =>
      await act(open, { what: 'preflight', changes: false }, () => {
        refuseUnwritable(open);
        return [];
      }),
    write: async (next) => await write(open, next),
    withdraw: async (what) => await withdraw(open, what),
  };
}

async function write(
  open: Open,
  next: { readonly version: string; readonly receipt: Receipt; readonly value?: SecretValue },
): Promise<string> {
  const { place } = open;
  const what = phaseOf(open.process, place, next);
  const value = next.value?.reveal();
  const madeAt = next.receipt.current?.deliveredAt;
  if (place.kind === 'swap') {
    return await act(open, { what, changes: true }, () => {
      expectVersion(open, next.version);
      if (value !== undefined) setValue(open, value, { madeAt });
      setReceipt(open, formatReceipt(next.receipt), {});
      return versionOf(place);
    });
  }
  const look = await guard(open, next.version, what);
  if (value !== undefined) {
    await act(open, { what: `${what}: value`, changes: true }, () => setValue(open, value, { madeAt, look }));
  }
  const last = value === undefined ? what : `${what}: receipt`;
  const version = await act(open, { what: last, changes: true }, () => {
    setReceipt(open, formatReceipt(stamped(place, next.receipt, value !== undefined)), { look });
    return versionOf(place);
  });
  place.lockedBy = undefined;
  return version;
}

/** The receipt of a write-only place keeps when the value was written, as GitHub tells it. */
function stamped(place: Place, receipt: Receipt, withValue: boolean): Receipt {
  const { kind, valueStamp } = place;
  if (kind !== 'writeOnly' || !receipt.current) return receipt;
  const stored = receiptAt(place);
  const isSame = stored?.current?.id === receipt.current.id;
  const kept = isSame ? (stored?.current?.updatedAt ?? null) : receipt.current.updatedAt;
  const updatedAt = withValue ? String(valueStamp) : kept;
  return { ...receipt, current: { ...receipt.current, updatedAt } };
}

async function withdraw(
  open: Open,
  what: { readonly version: string; readonly keepValue: boolean },
): Promise<void> {
  const { place } = open;
  if (place.kind === 'swap') {
    return await act(open, { what: 'withdraw', changes: true }, () => {
      expectVersion(open, what.version);
      if (!what.keepValue) setValue(open, undefined, {});
      setReceipt(open, undefined, {});
    });
  }
  const look = await guard(open, what.version, 'withdraw');
  if (!what.keepValue)
    await act(open, { what: 'withdraw: value', changes: true }, () => setValue(open, undefined, { look }));
  await act(open, { what: 'withdraw: receipt', changes: true }, () => setReceipt(open, undefined, { look }));
  place.lockedBy = undefined;
}

/** The look before a write in two steps: under a lock for a file, under nothing at GitHub. */
async function guard(open: Open, version: string, what: string): Promise<Look> {
  const { world, process, place } = open;
  return await act(open, { what: `look before ${what}`, changes: false }, () => {
    expectVersion(open, version);
    if (place.kind === 'local') place.lockedBy = lockOf(process);
    return { step: world.step, atMs: world.scheduler.now() };
  });
}

async function act<T>(
  open: Open,
  { what, changes }: { readonly what: string; readonly changes: boolean },
  doIt: () => T,
): Promise<T> {
  const { world, process, place, key } = open;
  const fail = (failure: 'refused' | 'unknown', why: string) =>
    new DeliveryError(`"${key}" ${why}`, failure, { destination: key });
  const step = {
    what,
    about: place.name,
    changes,
    local: place.kind === 'local',
    refused: () => {
      const isHalfDone = /: receipt$/.test(what);
      if (place.lockedBy === lockOf(process)) place.lockedBy = undefined;
      return fail(changes && !isHalfDone ? 'refused' : 'unknown', 'failed');
    },
    unknown: () => fail('unknown', 'did not answer'),
  };
  return await effect<T>(world, process, step, doIt);
}

function look({ world, process, place, key }: Open): {
  version: string;
  receipt: string | undefined;
  value: DestinationState['value'];
} {
  if (world.scheduler.now() < place.unreadableUntil)
    throw new DeliveryError(`"${key}" cannot be read`, 'unknown', { destination: key });
  process.readAt.set(place.name, world.step);
  if (!process.inApply) process.plannedAt.set(place.name, world.step);
  const { receipt, value, kind } = place;
  const version = versionOf(place);
  if (value === undefined) return { version, receipt, value: { kind: 'absent' } };
  if (kind !== 'writeOnly')
    return { version, receipt, value: { kind: 'held', value: new SecretValue(value) } };
  const stamp = receiptAt(place)?.current?.updatedAt;
  const changed = stamp !== undefined && stamp !== null && stamp !== String(place.valueStamp);
  return { version, receipt, value: { kind: 'opaque', changed, writtenAt: place.writtenAt } };
}

function refuseUnwritable({ world, place, key }: Open): void {
  if (world.scheduler.now() < place.unwritableUntil)
    throw new DeliveryError(`"${key}" refuses writes`, 'refused', { destination: key });
}

function expectVersion(open: Open, version: string): void {
  const { place, key, process, world } = open;
  refuseUnwritable(open);
  const conflict = (why: string) => new DeliveryError(`"${key}" ${why}`, 'conflict', { destination: key });
  if (place.lockedBy !== undefined && place.lockedBy !== lockOf(process) && isHeld(world, place.lockedBy))
    throw new DeliveryError(`"${key}" is locked`, 'refused', { destination: key });
  if (versionOf(place) !== version) throw conflict('was written by someone else');
}

/** A lock ends with the life of its holder. */
function lockOf({ name, life }: Process): string {
  return `${name}/${life}`;
}

function isHeld({ processes }: World, lock: string): boolean {
  return processes.some((process) => lockOf(process) === lock);
}

function versionOf({ kind, changedAt, value, receipt, valueStamp }: Place): string {
  return kind === 'swap' ? String(changedAt) : `${kind === 'local' ? value : valueStamp}\0${receipt}`;
}

function setValue(open: Open, value: string | undefined, { look, madeAt }: Writing): void {
  const { world, place } = open;
  const now = world.scheduler.now();
  place.raced = isRaced(open, look);
  checkValue(world, place, value);
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

function setReceipt(open: Open, receipt: string | undefined, { look }: Writing): void {
  const { world, place } = open;
  if (isRaced(open, look)) place.raced = true;
  checkReceipt(world, place, receipt);
  place.receipt = receipt;
  place.changedAt = world.step;
}

/** Whether somebody may have written between the look and the write. */
function isRaced({ world, place }: Open, look: Look | undefined): boolean {
  if (place.kind !== 'writeOnly' || !look) return false;
  const isRaced = world.scheduler.now() - look.atMs > longestWriteMs || place.changedAt > look.step;
  if (isRaced) count(world.coverage, 'excused: an unguarded late write');
  return isRaced;
}
