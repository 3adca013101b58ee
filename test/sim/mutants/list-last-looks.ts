/**
 * Mistakes of ours at the edges: what a look before a revoke must not pass over, what another run or another
 * set may know, and what was promised to people who approve and ask.
 */
import type { Mutant } from './mutant.ts';

export const lastLookMutants: readonly Mutant[] = [
  {
    name: 'issued-meanwhile-removed',
    file: 'src/core/plan/set.ts',
    find: 'if (isYoung(input, token)) continue;',
    replace: '',
    breaks: 'a run with an older manifest revokes what another run issued while it was under way',
  },
  {
    name: 'removed-not-looked-for',
    file: 'src/engine/steps/revoke.ts',
    find: "if (change.reason === 'Removed') await refuseIfNamed(work, change);",
    replace: '',
    breaks: 'a token that left the manifest is revoked without another look at the destinations',
  },
  {
    name: 'unclear-receipt-passed-over',
    file: 'src/engine/steps/revoke.ts',
    find: '  refuseUnclear(reference, receipt);\n  const found',
    replace: '  const found',
    breaks: 'the last look before a revoke passes over a receipt that it cannot understand',
  },
  {
    name: 'mark-not-asked-for-places',
    file: 'src/core/plan/known.ts',
    find: 'text === undefined || namesTarget(text, reference, { among: declaration.deliverTo });',
    replace: 'true;',
    breaks: 'a destination that no token was issued for needs no approval',
  },
  {
    name: 'every-destination-approved',
    file: 'src/core/plan/issue.ts',
    find: "if (approved === 'all' || cause === 'config') return declaration.deliverTo;",
    replace: 'return declaration.deliverTo;',
    breaks: 'the calendar delivers to destinations that nobody approved',
  },
  {
    name: 'request-handled-again',
    file: 'src/core/receipt-changes.ts',
    find: 'const handledKept = 10;',
    replace: 'const handledKept = 1;',
    breaks: 'a request that Git replays is handled once more',
  },
  {
    name: 'renewed-at-expiry',
    file: 'src/core/plan/reasons/wanted.ts',
    find: 'expiresAt - (renewBefore(situation) ?? 0);',
    replace: 'expiresAt;',
    breaks: 'a token is renewed when it has expired',
  },
  {
    name: 'age-ignored',
    file: 'src/core/plan/reasons/wanted.ts',
    find: 'everyMs === undefined ? undefined : createdAt + everyMs',
    replace: 'undefined',
    breaks: 'a token is not rotated however old it is',
  },
  {
    name: 'attempt-by-nonce-unprotected',
    file: 'src/core/plan/index.ts',
    find: 'for (const id of marks.byNonce.values()) named.protectedIds.add(id);',
    replace: '',
    breaks: 'the token of an attempt that is on record by its nonce is not protected',
  },
  {
    name: 'ledger-emptied-first',
    file: 'src/core/plan/destinations.ts',
    find: '[...situation.dropped, ...situation.places.toReversed()]',
    replace: '[...situation.places, ...situation.dropped]',
    breaks: 'a declaration that ends is forgotten while a destination that it dropped still has its value',
  },
  {
    name: 'user-removed-beside-an-issue',
    file: 'src/core/plan/set.ts',
    find: ' && !issuing.has(name));',
    replace: ');',
    breaks: 'an application user is removed in the run that issues a token for it',
    seed: 77_379,
  },
  {
    name: 'left-value-taken-by-whoever',
    file: 'src/core/plan/destinations.ts',
    find: 'isLeft ? !isByHand(from) : isValueOurs(situation, from)',
    replace: 'isLeft || isValueOurs(situation, from)',
    breaks: 'a declaration that ends takes away what a person wrote where another one had left its token',
    seed: 48_882,
  },
];
