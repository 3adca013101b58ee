/**
 * Who acts when the Action runs: this repository, by the id that never changes, so that a fork or a copy of
 * the manifest elsewhere has another identity (DESIGN 3.3).
 */
import { buildOwner } from '../core/owner.ts';
import type { TokenSet } from '../core/manifest/types.ts';
import type { Owner } from '../core/plan/types.ts';
import type { ActionContext } from './context.ts';

/** The owner of a set; the one its manifest names only where the workflow repeats it. */
export function ownerOf(set: TokenSet, { inputs, facts }: Pick<ActionContext, 'inputs' | 'facts'>): Owner {
  const { ownerId } = set;
  return ownerId !== undefined && inputs.ownerIds.includes(ownerId)
    ? buildOwner(ownerId, set, { explicit: true })
    : buildOwner(`github:${facts.repositoryId}`, set, { explicit: false });
}

/** Owner hash → name, for messages. */
export function nameOwners(
  sets: readonly { readonly set: TokenSet; readonly owner: Owner }[],
): ReadonlyMap<string, string> {
  return new Map(
    sets.flatMap(({ set, owner }) => [...owner.former, [owner.hash, `set "${set.name}"`] as const]),
  );
}
