/**
 * How a run went as a whole, from its plans and reports: what front ends turn into an exit code or a reason.
 */
import type { Plan, PlanInput } from './plan/types.ts';
import type { SetReport } from './report.ts';
import { type DeclarationStatus, type SetStatus, summarize } from './status.ts';

export interface RunJudgement {
  /** A change failed. */
  readonly failed: boolean;
  /** A change was not begun. */
  readonly left: boolean;
  /** Something that had to be read could not be. */
  readonly unread: boolean;
  /** Declarations whose token dies soon or has died, and that this run did not replace. */
  readonly neglected: readonly DeclarationStatus[];
  /** A guard stopped something, or nobody approved it. */
  readonly refused: boolean;
}

/** @param sets what the plans were made from, in the order of the run */
export function judgeRun(
  sets: readonly { readonly input: PlanInput; readonly plan: Plan }[],
  reports: readonly SetReport[],
): RunJudgement {
  const entries = reports.flatMap((report) => report.entries);
  const outcomes = new Set(entries.map(({ outcome }) => outcome));
  const replaced = new Set(
    entries.flatMap(({ change, outcome }) =>
      change.kind === 'rotate' && outcome === 'done' ? change.subject : [],
    ),
  );
  const statuses = sets.map(({ input, plan }): SetStatus => summarize(input, plan));
  return {
    failed: outcomes.has('failed'),
    left: outcomes.has('left'),
    unread: sets.some(({ plan }) => couldNotLook(plan)),
    neglected: statuses
      .flatMap(({ declarations }) => declarations)
      .filter((declaration) => isNeglected(declaration) && !replaced.has(declaration.name)),
    refused: outcomes.has('refused') || sets.some(({ plan }) => isRefused(plan)),
  };
}

/** Whether a token dies soon or has died, which rotation should have prevented. */
export function isNeglected({ health }: DeclarationStatus): boolean {
  return health === 'overdue' || health === 'expired';
}

/** Whether something that had to be read could not be, so that the plan leaves out what it cannot judge. */
export function couldNotLook({ changes }: Plan): boolean {
  return changes.some(({ reason }) => reason === 'Unobserved');
}

function isRefused({ changes, refusals }: Plan): boolean {
  return refusals.length > 0 || changes.some(({ reason }) => reason === 'ProviderChanged');
}
