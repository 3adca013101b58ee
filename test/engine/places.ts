/**
 * Destinations in memory that behave like the remote ones: a readable one with a real compare-and-swap (as a
 * Kubernetes Secret), and a write-only one that records attempts (as a GitHub secret). A test says what goes
 * wrong with the next writes and reads. They pass the conformance suite of destinations.
 */
import { DeliveryError } from '../../src/core/errors.ts';
import { formatReceipt, parseReceipt } from '../../src/core/receipt.ts';
import { SecretValue } from '../../src/core/secret.ts';
import type { Destination } from '../../src/engine/ports.ts';

/** The process dies here: nothing that follows in keyturn runs. */
export class Crash extends Error {}

/**
 * - `refused`: clearly not written. - `conflict`: someone else writes first.
 * - `lost`: the answer never comes, nothing was written. - `unanswered`: written, the answer never comes.
 * - `crashBefore`, `crashAfter`: the process dies before or after the write.
 */
type WriteFault = 'refused' | 'conflict' | 'lost' | 'unanswered' | 'crashBefore' | 'crashAfter';

export interface MemoryPlace {
  value: string | undefined;
  receipt: string | undefined;
  version: number;
  /** One per write to come; undefined lets one through. */
  readonly faults: (WriteFault | undefined)[];
  unreadable: boolean;
  writes: number;
  /** Write-only: whether the last write was ours. */
  changed: boolean;
}

export function emptyPlace(): MemoryPlace {
  return {
    value: undefined,
    receipt: undefined,
    version: 0,
    faults: [],
    unreadable: false,
    writes: 0,
    changed: false,
  };
}

/** The adapter for a place. */
export function openPlace(place: MemoryPlace, key: string, readable: boolean): Destination {
  const fail = (failure: 'refused' | 'conflict' | 'unknown', why: string) =>
    new DeliveryError(`"${key}" ${why}`, failure, { destination: key });
  const read: Destination['read'] = async () => {
    if (place.unreadable) throw fail('unknown', 'cannot be read');
    const receipt = place.receipt === undefined ? ({ kind: 'none' } as const) : parseReceipt(place.receipt);
    return { version: String(place.version), receipt, value: readValue(place, readable) };
  };
  const swap = (version: string, change: () => void): string => {
    const fault = place.faults.shift();
    if (fault === 'crashBefore') throw new Crash();
    if (fault === 'refused') throw fail('refused', 'refuses writes');
    if (fault === 'lost') throw fail('unknown', 'did not answer');
    if (fault === 'conflict') place.version++;
    if (String(place.version) !== version) throw fail('conflict', 'was written by someone else');
    change();
    place.version++;
    place.writes++;
    if (fault === 'crashAfter') throw new Crash();
    if (fault === 'unanswered') throw fail('unknown', 'did not answer');
    return String(place.version);
  };
  return {
    key,
    commitDeadlineMs: readable ? 120_000 : 600_000,
    recordsPending: !readable,
    read,
    preflight: async () => [],
    write: async ({ version, receipt, value }) =>
      swap(version, () => {
        place.receipt = formatReceipt(receipt);
        if (value) [place.value, place.changed] = [value.reveal(), false];
      }),
    withdraw: async ({ version, keepValue }) => {
      swap(version, () => {
        place.receipt = undefined;
        if (!keepValue) place.value = undefined;
      });
    },
  };
}

function readValue(place: MemoryPlace, readable: boolean) {
  if (place.value === undefined) return { kind: 'absent' } as const;
  if (!readable) return { kind: 'opaque', changed: place.changed } as const;
  return { kind: 'held', value: new SecretValue(place.value) } as const;
}
