/**
 * The destination port of one process. What is one write at a Kubernetes Secret is two at a file, and a look
 * and two requests at GitHub; a process may die between them, and at GitHub somebody else may write there.
 */
import { DeliveryError } from '../../src/core/errors.ts';
import { formatReceipt, type Receipt } from '../../src/core/receipt.ts';
import { SecretValue } from '../../src/core/secret.ts';
import type { Destination, DestinationState } from '../../src/engine/ports.ts';
import { phaseOf } from './phase.ts';
import { parseCached, type Place, receiptAt } from './place.ts';
import { effect } from './effect.ts';
import { checkDate, checkDeadline, deadlineOf } from './invariants/deadline.ts';
import type { Process } from './process.ts';
import { placeOf, type World } from './world.ts';
import {
  expectVersion,
  isEmpty,
  type Look,
  lockOf,
  type Open,
  refuseUnwritable,
  setReceipt,
  setValue,
  stamped,
  versionOf,
} from './writing.ts';

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
    commitDeadlineMs: deadlineOf(place),
    recordsPending: place.kind !== 'swap',
    read: async () => {
      const state = await act(open, { what: `read ${place.kind}`, changes: false }, () => look(open));
      // Only an answer that came is something the process has seen.
      process.readAt.set(place.name, state.step);
      if (!process.inApply) notePlanned(process, place, state);
      const receipt = state.receipt === undefined ? ({ kind: 'none' } as const) : parseCached(state.receipt);
      return { version: state.version, receipt, value: state.value };
    },
    preflight: async () =>
      await act(open, { what: 'preflight', changes: false }, () => {
        refuseUnwritable(open);
        return [];
      }),
    write: async (next, signal) => {
      refuseAborted(open, signal);
      return await write(open, next);
    },
    withdraw: async (what, signal) => {
      refuseAborted(open, signal);
      await withdraw(open, what);
    },
  };
}

function notePlanned(process: Process, { name }: Place, { step, receipt }: ReturnType<typeof look>): void {
  process.plannedAt.set(name, step);
  const reading = receipt === undefined ? undefined : parseCached(receipt);
  if (reading?.kind === 'receipt' && reading.receipt.current)
    process.servedToPlan.add(reading.receipt.current.id);
}

async function write(
  open: Open,
  next: { readonly version: string; readonly receipt: Receipt; readonly value?: SecretValue },
): Promise<string> {
  const { place } = open;
  const what = phaseOf(open.process, place, next);
  const value = next.value?.reveal();
  const madeAt = open.world.scheduler.now();
  checkDeadline(open, value);
  checkDate(open, next);
  if (place.kind === 'swap') {
    return await act(open, { what, changes: true }, () => {
      expectVersion(open, next.version);
      if (value !== undefined) setValue(open, value, { madeAt });
      setReceipt(open, formatReceipt(next.receipt), { madeAt });
      return versionOf(place);
    });
  }
  const look = await guard(open, next.version, what);
  if (value !== undefined) {
    await act(open, { what: `${what}: value`, changes: true }, () => setValue(open, value, { madeAt, look }));
  }
  const last = value === undefined ? what : `${what}: receipt`;
  const version = await act(open, { what: last, changes: true }, () => {
    setReceipt(open, formatReceipt(stamped(place, next.receipt, value !== undefined)), { look, madeAt });
    return versionOf(place);
  });
  place.lockedBy = undefined;
  return version;
}

async function withdraw(
  open: Open,
  what: { readonly version: string; readonly keepValue: boolean },
): Promise<void> {
  const { place } = open;
  if (place.kind === 'swap') {
    return await act(open, { what: 'withdraw', changes: true }, () => {
      if (isEmpty(place)) return;
      expectVersion(open, what.version);
      if (!what.keepValue) setValue(open, undefined, {});
      setReceipt(open, undefined, {});
    });
  }
  // Nothing there is success, whatever was there when it was read.
  const look = await guard(open, isEmpty(place) ? versionOf(place) : what.version, 'withdraw');
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

function look({ world, place, key }: Open): {
  step: number;
  version: string;
  receipt: string | undefined;
  value: DestinationState['value'];
} {
  if (world.scheduler.now() < place.unreadableUntil)
    throw new DeliveryError(`"${key}" cannot be read`, 'unknown', { destination: key });
  const { receipt, value, kind } = place;
  const version = versionOf(place);
  const { step } = world;
  if (value === undefined) return { step, version, receipt, value: { kind: 'absent' } };
  if (kind !== 'writeOnly')
    return { step, version, receipt, value: { kind: 'held', value: new SecretValue(value) } };
  const changed = receiptAt(place)?.current?.updatedAt !== String(place.valueStamp);
  return {
    step,
    version,
    receipt,
    value: { kind: 'opaque', changed, writtenAt: place.writtenAt + place.skewMs },
  };
}

function refuseAborted({ key }: Open, signal: AbortSignal): void {
  if (signal.aborted) throw new DeliveryError(`"${key}" was left alone`, 'refused', { destination: key });
}
