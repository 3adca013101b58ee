/**
 * The report: what a reconcile did, change by change. Inert data, so that engine, renderers and front ends
 * speak of the same thing; who makes it is in `engine/apply.ts`.
 */
import type { Change, Plan } from './plan/types.ts';

/**
 * What became of a change:
 * - `done`: it took effect; `detail` may hold something worth knowing.
 * - `failed`: it did not, or nobody can tell; `detail` says why and what to do.
 * - `refused`: a guard, or nobody approved it.
 * - `left`: not begun, because the run was stopped or something else must come first.
 */
export interface ReportEntry {
  readonly change: Change;
  readonly outcome: 'done' | 'failed' | 'refused' | 'left';
  readonly detail: string | undefined;
}

/** What a run did, change by change, in the order of the plan. */
export interface SetReport {
  readonly plan: Plan;
  readonly entries: readonly ReportEntry[];
}
