/** One attempt to issue a token, and how its record at the first destination is taken back. */
import { DeliveryError } from '../../core/errors.ts';
import type { Declaration } from '../../core/manifest/types.ts';
import type { Change } from '../../core/plan/types.ts';
import type { Receipt } from '../../core/receipt.ts';
import { firstDestination, type Work, write } from '../work.ts';

export type IssueChange = Change & { readonly kind: 'create' | 'rotate' };

/** One attempt to issue a token, as its steps pass it on. */
export interface Attempt {
  readonly declaration: Declaration;
  readonly change: IssueChange;
  readonly nonce: string;
  readonly specHash: string;
  /** What the first destination says now, with `pending` where it is recorded. */
  readonly before: Receipt | undefined;
  /** What it said before the attempt began. */
  readonly original: Receipt | undefined;
}

/** Takes the record of an attempt back when certainly no token came of it. */
export async function forgetAttempt(work: Work, attempt: Attempt): Promise<void> {
  const { declaration, before, original } = attempt;
  if (before === original) return;
  const first = firstDestination(declaration);
  const receipt = original ?? (before && { ...before, pending: null });
  if (!receipt) return;
  try {
    await write(work, first, { receipt });
  } catch (error) {
    // The record then says "interrupted", which is harmless: the next run issues anew.
    if (!(error instanceof DeliveryError)) throw error;
  }
}

/** A receipt that a person allowed us to take over is not continued. */
export function ours(work: Work, receipt: Receipt | undefined): Receipt | undefined {
  const { owner } = work.entry;
  return receipt && (receipt.owner === owner.hash || owner.former.has(receipt.owner)) ? receipt : undefined;
}
