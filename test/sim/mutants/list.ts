/** Every mutant, in the order in which they are told. */
import { foundMutants } from './list-found.ts';
import { issueMutants } from './list-issue.ts';
import { lastLookMutants } from './list-last-looks.ts';
import { planMutants } from './list-plan.ts';
import { promiseMutants } from './list-promises.ts';
import { revokeMutants } from './list-revoke.ts';
import type { Mutant } from './mutant.ts';

export const mutants: readonly Mutant[] = [
  ...issueMutants,
  ...revokeMutants,
  ...planMutants,
  ...foundMutants,
  ...lastLookMutants,
  ...promiseMutants,
];
