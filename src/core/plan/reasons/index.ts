/**
 * Why a token is kept, issued, rotated or ended: the planning table of DESIGN 4.1 as a literal list. The
 * first function that says something decides, so the order is the rule. To add a reason, write one small
 * function in the file it belongs to, add one line here, one word to `Reason` and one test that names it.
 */
import type { ReasonFunction } from '../verdict.ts';
import {
  absent,
  busy,
  destinationTaken,
  elsewhere,
  moved,
  notHandedOver,
  providerChanged,
  suspended,
  unobserved,
  userMissing,
} from './blocked.ts';
import { currentTokenGone, expired, markLost, tampered } from './damaged.ts';
import {
  interrupted,
  ledgerElsewhere,
  missing,
  missingReceipt,
  newTarget,
  receiptLost,
  renamed,
} from './ledger.ts';
import {
  compromised,
  current,
  destinationMissing,
  readersChanged,
  requested,
  rotationDue,
  specChanged,
} from './wanted.ts';

export const reasons: readonly ReasonFunction[] = [
  suspended,
  moved,
  unobserved,
  providerChanged,
  elsewhere,
  notHandedOver,
  destinationTaken,
  absent,
  userMissing,
  busy,
  compromised,
  missing,
  receiptLost,
  ledgerElsewhere,
  newTarget,
  interrupted,
  missingReceipt,
  renamed,
  markLost,
  expired,
  currentTokenGone,
  tampered,
  specChanged,
  readersChanged,
  requested,
  rotationDue,
  destinationMissing,
  current,
];
