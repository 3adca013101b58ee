/**
 * P28: a new token is committed within its deadline or not at all (DESIGN 5.4), by the clocks of the machine:
 * after that whoever finds it may take it for nobody's. P30: what is delivered is dated by when it is made.
 */
import type { Receipt } from '../../../src/core/receipt.ts';
import type { SecretValue } from '../../../src/core/secret.ts';
import type { Place } from '../place.ts';
import { readClocks } from '../process.ts';
import { Violation } from '../world.ts';
import type { Open } from '../writing.ts';
import { watchOf } from './watch.ts';

/** How long after its POST a new value may be written to a place, in milliseconds. */
export function deadlineOf({ kind }: Place): number {
  return kind === 'writeOnly' ? 600_000 : 120_000;
}

/** P28: when a write of a new value is begun. */
export function checkDeadline({ world, process, place }: Open, value: string | undefined): void {
  const id = value?.slice(0, 12) ?? '';
  const sent = watchOf(process).sent.get(id);
  if (!sent || !process.undelivered.has(id)) return;
  const now = readClocks(world, process);
  const elapsedMs = Math.max(now.monotonic - sent.monotonic, now.wall - sent.wall);
  if (elapsedMs >= deadlineOf(place))
    throw new Violation(
      'P28',
      `${id} is committed to ${place.name} ${Math.round(elapsedMs / 1_000)} s after its POST`,
    );
}

/** P30: when a write is begun: a delivery is dated by the time at which it is made. */
export function checkDate(
  { world, place }: Open,
  { receipt, value }: { readonly receipt: Receipt; readonly value?: SecretValue },
): void {
  if (value === undefined || !receipt.current) return;
  const lateMs = world.scheduler.now() - receipt.current.deliveredAt;
  if (lateMs > 60_000)
    throw new Violation(
      'P30',
      `the delivery of ${receipt.current.id} to ${place.name} is dated ${Math.round(lateMs / 1_000)} s early`,
    );
}
