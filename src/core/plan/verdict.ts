/** What a reason function may say about a token. `plan.ts` turns a verdict into changes. */
import type { FieldChange, TokenSpec } from '../spec.ts';
import type { Place, Situation } from './situation.ts';
import type { Cause, Reason } from './types.ts';

interface Said {
  readonly reason: Reason;
  /** One sentence without a final stop. */
  readonly message: string;
}

export type Verdict =
  /** Leave everything as it is. */
  | (Said & { readonly kind: 'keep' })
  /** Touch nothing until a person decides; `waiver` is the word that decides it. */
  | (Said & { readonly kind: 'refuse'; readonly waiver: string | undefined })
  /** Issue a token and supersede what is there. */
  | (Said & {
      readonly kind: 'issue';
      readonly cause: Cause;
      readonly fields?: readonly FieldChange[];
      readonly compromised?: true;
      /** Instead of the declared spec, which nobody has approved yet. */
      readonly spec?: TokenSpec;
      /** How many superseded tokens must be revoked before, for want of room. */
      readonly revokesFirst?: number;
    })
  /** Take the value away from every destination, then revoke. */
  | (Said & { readonly kind: 'end' })
  /** Bring `current` to the first destination from another one. */
  | (Said & { readonly kind: 'deliver'; readonly cause: Cause; readonly from: Place; readonly to: Place })
  | (Said & { readonly kind: 'mendReceipt'; readonly at: Place; readonly tokenId: string })
  | (Said & { readonly kind: 'mendMark'; readonly tokenId: string })
  /** Without a receipt and with a spent budget: write one that takes every live token into `previous`. */
  | (Said & { readonly kind: 'fence' });

/** One row of the planning table: says something about the situation, or nothing. */
export type ReasonFunction = (situation: Situation) => Verdict | undefined;
