/**
 * The look that comes directly before a write, since GitHub knows no compare-and-swap. What someone else
 * writes between look and write is seen on the next pass only.
 */
import type { Connection } from './connection.ts';
import { failed, failedAs } from './failure.ts';
import type { Place } from './place.ts';
import { type Snapshot, takeSnapshot, versionOf } from './state.ts';

/** @throws DeliveryError `refused`: nothing was changed yet, so a failure leaves nothing in doubt */
export async function look(connection: Connection, place: Place, signal: AbortSignal): Promise<Snapshot> {
  try {
    return await takeSnapshot(connection, place, signal);
  } catch (error) {
    throw failedAs('refused', place, error);
  }
}

/** @throws DeliveryError `conflict` when what lies there is not what was read */
export function expectVersion(place: Place, { receiptText, secret }: Snapshot, version: string): void {
  if (versionOf(receiptText, secret?.updatedAt) === version) return;
  const message = `"${place.key}" was not written: it or its receipt changed since it was read. Run again.`;
  throw failed(place, 'conflict', message);
}
