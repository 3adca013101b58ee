/** Breakages of what may be revoked, and when. */
import type { Mutant } from './mutant.ts';

export const revokeMutants: readonly Mutant[] = [
  {
    name: 'orphan-revoked-undrained',
    file: 'src/core/plan/changes.ts',
    find: "return { ...base, kind: 'drain', tokenId: id, generation, overlapMs: rotation.overlapMs };",
    replace:
      "return { ...base, reason: 'Superseded', kind: 'revoke', tokenId: id, generation, notes: []," +
      " userId: index.byId.get(id)?.userId ?? '' };",
    breaks: 'an orphan is revoked without the fence that keeps a frozen writer from committing it',
  },
  {
    name: 'orphan-age-zero',
    file: 'src/core/plan/leftovers.ts',
    find: 'const orphanAgeMs = 15 * 60_000;',
    replace: 'const orphanAgeMs = 0;',
    breaks: 'a token counts as an orphan while whoever made it is about to deliver it',
  },
  {
    name: 'overlap-from-commit',
    file: 'src/core/plan/leftovers.ts',
    find: 'if (now < deliveredAt + entry.overlap',
    replace: 'if (now < entry.overlap',
    breaks: 'the overlap counts from the commit instead of from the delivery everywhere',
  },
  {
    name: 'lagging-destination-ignored',
    file: 'src/core/plan/leftovers.ts',
    find: 'if (lagging.length > 0 || index.protectedIds.has(entry.id)) return undefined;',
    replace: 'if (index.protectedIds.has(entry.id)) return undefined;',
    breaks: 'a superseded token is revoked while a destination has nothing newer',
  },
  {
    name: 'idleness-ignored',
    file: 'src/core/plan/leftovers.ts',
    find: 'if (!idle || now >= deliveredAt + idle.atMostMs) return true;',
    replace: 'if (now >= deliveredAt) return true;',
    breaks: 'a superseded token is revoked while a consumer still uses it',
  },
  {
    name: 'protected-ids-ignored',
    file: 'src/core/plan/index.ts',
    find: 'protectedIds: named.protectedIds,',
    replace: 'protectedIds: new Set(),',
    breaks: 'the planner forgets which ids a receipt names or a destination holds',
  },
  {
    name: 'no-look-before-revoke',
    file: 'src/engine/steps/revoke.ts',
    find: 'await refuseIfServed(work, reference, change);',
    replace: 'void refuseIfServed; void reference;',
    breaks: 'a token is revoked without another look at the destinations',
  },
  {
    name: 'previous-dropped-on-one-list',
    file: 'src/core/plan/leftovers.ts',
    find:
      'if (now >= entry.revokeNotBefore && !situation.index.protectedIds.has(entry.id))' +
      ' gone.push(entry.id);',
    replace: 'gone.push(entry.id);',
    breaks: 'one list that lacks an id strikes it from `previous`, before its date too',
  },
  {
    name: 'previous-not-united',
    file: 'src/core/plan/situation.ts',
    find: 'previous: unitePrevious(receipts),',
    replace: 'previous: ledger?.previous ?? [],',
    breaks: 'what only another receipt knows to be superseded is forgotten',
  },
  {
    name: 'memory-not-shared',
    file: 'src/core/receipt-changes.ts',
    find: 'const previous = new Map(receipt.previous.map((entry) => [entry.id, entry]));',
    replace: 'return receipt;',
    breaks: 'a commit forgets what only the other receipts of the declaration remember',
  },
  {
    name: 'compromise-flag-lost',
    file: 'src/core/plan/issue.ts',
    find: '.map(([id, generation]) => ({ id, generation, overlapMs, compromised }));',
    replace: '.map(([id, generation]) => ({ id, generation, overlapMs, compromised: false }));',
    breaks: 'a compromised token waits for its revocation like any other',
  },
  {
    name: 'foreign-mark-accepted',
    file: 'src/core/plan/index.ts',
    find: 'return hash === owner.hash || owner.former.has(hash);',
    replace: 'return hash.length > 0;',
    breaks: "another owner's mark counts as ours",
  },
  {
    name: 'forged-receipt-believed',
    file: 'src/core/plan/leftovers.ts',
    find: 'if (token && isOthers(situation, entry.id)) continue;',
    replace: '',
    breaks: "a receipt that names someone else's token as superseded is believed",
  },
  {
    name: 'removed-although-unread',
    file: 'src/core/plan/set.ts',
    find: 'if (requests.only || set.suspend || hasUnread(input, index)) return [];',
    replace: 'if (requests.only || set.suspend) return [];',
    breaks: 'a token that left the manifest is revoked while a destination could not be read',
  },
  {
    name: 'removed-although-named',
    file: 'src/core/plan/set.ts',
    find: ' && !isNamed(index, token.id);',
    replace: ';',
    breaks: 'a token that left the manifest is revoked although a receipt names it',
  },
  {
    name: 'taken-over-removed',
    file: 'src/core/plan/set.ts',
    find: 'if (index.names.has(name) || isTakenOver(input, name)) continue;',
    replace: 'if (index.names.has(name)) continue;',
    breaks: 'a declaration that another set of the run took over counts as removed',
  },
  {
    name: 'withdraw-takes-any-value',
    file: 'src/engine/steps/repair.ts',
    find: 'const keepValue = !change.valueIsOurs;',
    replace: 'const keepValue = false;',
    breaks: 'withdrawing takes away a value that keyturn did not deliver',
  },
];
