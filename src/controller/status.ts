/**
 * What a TokenSet says of itself: pure, from what a pass found and what was said before. The same world gives
 * the same status, byte for byte, so that an unchanged pass has nothing to write.
 */
import type { Breach } from '../core/plan/policy.ts';
import type { Plan } from '../core/plan/types.ts';
import type { ReportEntry } from '../core/report.ts';
import type { SetStatus } from '../core/status.ts';
import type { TokenSetStatusFields } from '../core/crd/status-schema.ts';
import { judgeConditions, withTimes } from './status-conditions.ts';
import { describeTokens, earliestRotation, isWell } from './status-tokens.ts';

/** Why a pass got no further than to look at the set. The first two groups wait for a person. */
export const heldReasons = [
  'ManifestInvalid',
  'IssuerMissing',
  'CredentialsMissing',
  'CredentialsRefused',
  'ProviderUnavailable',
] as const;
type HeldReason = (typeof heldReasons)[number];

/** How a pass ended. */
export type Outcome =
  | {
      readonly kind: 'planned';
      readonly plan: Plan;
      /** From the plan and its input, by `summarize`. */
      readonly summary: SetStatus;
      /** What was done about it; empty when nothing was to do. */
      readonly entries: readonly ReportEntry[];
      /** What the issuer does not allow. Declarations it stops need not be in the summary. */
      readonly breaches: readonly Breach[];
    }
  | { readonly kind: 'held'; readonly reason: HeldReason; readonly message: string };

export interface StatusInput {
  /** `metadata.generation` that the pass judged. */
  readonly generation: number;
  readonly outcome: Outcome;
  /** What the object says now; undefined: nothing yet. */
  readonly before: TokenSetStatusFields | undefined;
  /** This machine's clock in milliseconds; used for `lastTransitionTime` alone. */
  readonly wallMs: number;
}

/** The next status; equal to `before` when nothing happened that is worth a write. */
export function buildStatus({ generation, outcome, before, wallMs }: StatusInput): TokenSetStatusFields {
  const verdict = judgeConditions(outcome, before);
  // Until what a person changed is in effect, or known to be stuck, they have not been answered.
  const observed = verdict.isPending ? before?.observedGeneration : generation;
  const conditions = withTimes(verdict.conditions, { before: before?.conditions, observed, wallMs });
  const answered = { ...(observed !== undefined && { observedGeneration: observed }), conditions };
  if (outcome.kind === 'held') return { ...before, ...answered };
  const tokens = describeTokens(outcome, before?.tokens);
  const next = earliestRotation(tokens);
  return {
    ...answered,
    ready: `${tokens.filter(isWell).length}/${tokens.length}`,
    ...(next !== undefined && { nextRotationAt: next }),
    ownerId: outcome.plan.ownerId,
    tokens: [...tokens],
  };
}
