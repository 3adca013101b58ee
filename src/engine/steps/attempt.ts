/** One attempt to issue a token, and how its record at the first destination is taken back. */
import { DeliveryError, ProviderError } from '../../core/errors.ts';
import type { Declaration } from '../../core/manifest/types.ts';
import type { Change } from '../../core/plan/types.ts';
import type { Receipt } from '../../core/receipt.ts';
import { firstDestination, userOf, type Work, write } from '../work.ts';

export type IssueChange = Change & { readonly kind: 'create' | 'rotate' };

/** One attempt to issue a token, as its steps pass it on. */
export interface Attempt {
  readonly declaration: Declaration;
  readonly change: IssueChange;
  readonly nonce: string;
  readonly specHash: string;
  /** The destinations, as its mark names them. */
  readonly targets: string;
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

/**
 * Revokes a new token that nobody was given, so that it is no orphan.
 *
 * @returns what became of it, for the end of an error: a token that cannot be revoked now is drained by the
 * next run.
 */
export async function takeBack(work: Work, attempt: Attempt, id: string): Promise<string> {
  try {
    await work.entry.provider.revoke(userOf(work, attempt.declaration), id, work.run.signal);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return 'The new token was delivered to nobody and could not be revoked either; the next run drains it';
  }
  await forgetAttempt(work, attempt);
  return 'The new token was delivered to nobody and has been revoked again; what was served before stays';
}
