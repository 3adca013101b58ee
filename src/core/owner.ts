/**
 * Makes the owner of a set from its owner id, whoever the front end takes that from. The former owners come
 * from the manifest alone.
 */
import type { TokenSet } from './manifest/types.ts';
import { hashOwner } from './mark.ts';
import type { Owner } from './plan/types.ts';

/**
 * @param options.explicit the owner id is a name in the manifest, which a copy of the manifest would share
 */
export function buildOwner(
  ownerId: string,
  set: Pick<TokenSet, 'name' | 'formerOwners'>,
  { explicit }: { readonly explicit: boolean },
): Owner {
  const former = set.formerOwners.map(
    (entry) => [hashOwner(entry.ownerId, entry.name), `${entry.ownerId} of set "${entry.name}"`] as const,
  );
  return { hash: hashOwner(ownerId, set.name), former: new Map(former), explicit };
}
