// How lists may differ from what is stored: lag after a create, and the faults that lose entries for one
// answer.
import type { EmulatorRequest } from '../exchange.ts';
import type { World } from './world.ts';

/** The entries a list shows to this request; `all` is in order of creation. */
export function listed<T extends { readonly createdMs: number }>(
  world: World,
  request: EmulatorRequest,
  all: readonly T[],
): readonly T[] {
  const shown = all.filter((entry) => world.clock.now() >= entry.createdMs + world.toggles.listLagMs);
  if (shown.length > 0 && world.faults.take('listEmptyOnce', request)) return [];
  if (shown.length > 0 && world.faults.take('listMissingOnce', request)) return shown.slice(0, -1);
  return shown;
}
