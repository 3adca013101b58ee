/** When the manifest itself wants a token dead, or nothing that keyturn could read speaks of it. */
import type { Shape } from '../draft.ts';
import type { OrganizationToken } from '../organization.ts';
import { receiptAt } from '../place.ts';
import type { Process } from '../process.ts';
import { placeOf, type World } from '../world.ts';
import { watchOf } from './watch.ts';

const hour = 3_600_000;

/**
 * DESIGN 4.3: a compromised token dies after an hour although a place other than the ledger still has it.
 * What counts is what the receipts said when the plan was made.
 */
export function hasWaited(world: World, process: Process, { id }: OrganizationToken): boolean {
  const { observations } = watchOf(process);
  const readings = [...observations.values()].flatMap((seen) => [...seen.readings.values()]);
  return readings.some(
    (reading) =>
      reading.kind === 'read' &&
      reading.receipt.kind === 'receipt' &&
      reading.receipt.receipt.previous.some(
        (entry) =>
          entry.id === id && entry.compromised && world.scheduler.now() >= entry.revokeNotBefore + hour,
      ),
  );
}

export function isCompromised(
  world: World,
  process: Process,
  { shape, token }: { readonly shape: Shape; readonly token: OrganizationToken },
): boolean {
  const { compromisedAt } = shape;
  if (compromisedAt !== undefined && token.createdAt < compromisedAt) return true;
  // A run with an older manifest has it from the receipts.
  return shape.to.some((name) => {
    const place = placeOf(world, name, process.machine);
    const receipt = receiptAt(place);
    // One that was damaged in the meantime can no longer tell.
    if (!receipt) return compromisedAt !== undefined && place.receipt !== undefined;
    return receipt.previous.some(({ id, compromised }) => id === token.id && compromised);
  });
}

/** A token of a former name that nothing this process can read speaks of: to it, it was removed. */
export function isUnheardOf(
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
