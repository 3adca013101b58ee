/**
 * Mistakes that keyturn once had and the simulator found. Each mutant makes one again, so that whatever found
 * it is known to find it still.
 */
import type { Mutant } from './mutant.ts';

export const foundMutants: readonly Mutant[] = [
  {
    name: 'write-takes-no-time',
    file: 'src/core/plan/leftovers.ts',
    find: 'const longestWriteMs = 2 * 60_000;',
    replace: 'const longestWriteMs = 0;',
    breaks: 'the overlap counts from when a receipt was made, although its write may have taken a while',
  },
  {
    name: 'former-name-revoked-although-unread',
    file: 'src/core/plan/leftovers.ts',
    find: 'if (!isByName && hasUnread(input, index)) return undefined;',
    replace: '',
    breaks: 'a token of a former name is revoked while a destination that may serve it cannot be read',
  },
  {
    name: 'longer-promise-ignored',
    file: 'src/core/plan/leftovers.ts',
    find: 'if (isPromised) return undefined;',
    replace: '',
    breaks: 'of two declarations that one token served, the one that promised less revokes it',
  },
  {
    name: 'dropped-destination-ignored',
    file: 'src/core/plan/leftovers.ts',
    find: '!isUnderstood(place) && now < entry.revokeNotBefore + droppedPatienceMs',
    replace: 'place.reference.key === undefined',
    breaks: 'a destination that left the manifest and cannot be read is not waited for',
  },
  {
    name: 'orphan-at-a-destination-ignored',
    file: 'src/core/plan/leftovers.ts',
    find: 'if (entry.generation >= newestGeneration(situation)) return !mayHold(situation, place, entry.id);',
    replace: 'if (entry.generation >= newestGeneration(situation)) return true;',
    breaks: 'a drained token is revoked although a destination may hold its value',
  },
  {
    name: 'stuck-budget',
    file: 'src/core/plan/budget.ts',
    find: 'leftovers.revocable.length === 0 && isStuck(situation)',
    replace: 'false',
    breaks: 'a budget that only another token could free stays spent for ever',
    seed: 7_700,
  },
  {
    name: 'given-place-withdrawn',
    file: 'src/core/plan/destinations.ts',
    find: 'isUnderstood(place) && !isAwaited(situation, place)',
    replace: 'isUnderstood(place)',
    breaks:
      'a destination that was given to another declaration is emptied before the heir has taken it over',
  },
  {
    name: 'unread-ledger-missing',
    file: 'src/core/plan/reasons/blocked.ts',
    find: 'rank === 0 || !ledger',
    replace: 'rank === 0',
    breaks: 'where no receipt was read, one that cannot be read counts as none',
  },
  {
    name: 'renamed-destinations-forgotten',
    file: 'src/engine/observe.ts',
    find: 'return receipt.token === name || !names.has(receipt.token) ? receipt.destinations : [];',
    replace: 'return receipt.token === name ? receipt.destinations : [];',
    breaks: 'destinations that a declaration had under a former name are forgotten',
  },
  {
    name: 'user-removed-on-one-list',
    file: 'src/engine/steps/users.ts',
    find: 'const tokens = new Map(lists.flat().map((token) => [token.id, token]));',
    replace: 'const tokens = new Map(lists[0].map((token) => [token.id, token]));',
    breaks: 'a user is removed when one list shows none of its tokens',
  },
];
