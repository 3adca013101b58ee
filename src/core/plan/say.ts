/** The fields that every change has, filled in for one that needs no approval and has nothing more to say. */
import type { Cause, Reason } from './types.ts';

/** One list for all that have none: most changes of a large plan. */
const none: readonly never[] = Object.freeze([]);

/** The fields every change has. */
export function say(
  subject: string,
  { reason, message }: { readonly reason: Reason; readonly message: string },
  cause: Cause = 'drift',
) {
  return {
    subject,
    reason,
    message,
    cause,
    notes: none,
    fields: none,
    digest: undefined,
    approved: true,
  } as const;
}
