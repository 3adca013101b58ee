/** When the manifest itself wants a token dead, or nothing that keyturn could read speaks of it. */
import type { Shape } from '../draft.ts';
import type { OrganizationToken } from '../organization.ts';
import { receiptAt } from '../place.ts';
import type { Process } from '../process.ts';
import { placeOf, type World } from '../world.ts';

const hour = 3_600_000;

/** DESIGN 4.3: a compromised token dies after an hour although a place other than the ledger still has it. */
export function hasWaited(
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

export function isCompromised(
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
