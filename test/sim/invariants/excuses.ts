/** When the manifest itself wants a token dead, or nothing that keyturn could read speaks of it. */
import type { Shape } from '../draft.ts';
import type { OrganizationToken } from '../organization.ts';
import { receiptAt } from '../place.ts';
import type { Process } from '../process.ts';
import { placeOf, type World } from '../world.ts';

const hour = 3_600_000;

/** A receipt is made a little before it is written, and the provider's time is told in whole seconds. */
const unsureMs = 60_000;

/**
 * DESIGN 4.3: a compromised token dies an hour after that is on record, although a place other than the
 * ledger still has it.
 */
export function hasWaited({ scheduler }: World, { condemnedAt }: OrganizationToken): boolean {
  return condemnedAt !== undefined && scheduler.now() >= condemnedAt + hour - unsureMs;
}

/** Whether any version of the manifest says that this token of the declaration is compromised. */
export function isCondemned({ draft }: World, { id }: Shape, token: OrganizationToken): boolean {
  const { compromisedAt } = draft.shapes.find((shape) => shape.id === id) ?? {};
  return compromisedAt !== undefined && token.createdAt < compromisedAt;
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
