/** Which exit code a run ends with (DESIGN 6): a failure weighs more than a refusal. */
import type { Plan } from '../core/plan/types.ts';
import type { SetReport } from '../core/report.ts';
import { type DeclarationStatus, type SetStatus, summarize } from '../core/status.ts';
import type { Pass } from '../engine/reconcile.ts';
import { exitCodes } from './errors.ts';

/** The exit code of a run that applied something, or found nothing to apply. */
export function codeOf(pass: Pass, reports: readonly SetReport[]): number {
  const entries = reports.flatMap((report) => report.entries);
  const outcomes = new Set(entries.map(({ outcome }) => outcome));
  const plans = pass.sets.map(({ plan }) => plan);
  const replaced = new Set(
    entries.flatMap(({ change, outcome }) =>
      change.kind === 'rotate' && outcome === 'done' ? change.subject : [],
    ),
  );
  const statuses = pass.sets.map(({ input, plan }) => summarize(input, plan));
  if (outcomes.has('failed') || outcomes.has('left') || plans.some(couldNotLook)) return exitCodes.failed;
  if (statuses.some((status) => isNeglecting(status, replaced))) return exitCodes.failed;
  return outcomes.has('refused') || plans.some(isRefused) ? exitCodes.refused : exitCodes.done;
}

/** Whether a token dies soon or has died, which rotation should have prevented. */
export function isNeglected({ health }: DeclarationStatus): boolean {
  return health === 'overdue' || health === 'expired';
}

function isNeglecting({ declarations }: SetStatus, replaced: ReadonlySet<string>): boolean {
  return declarations.some((declaration) => isNeglected(declaration) && !replaced.has(declaration.name));
}

/** Whether something that had to be read could not be, so that the plan leaves out what it cannot judge. */
export function couldNotLook({ changes }: Plan): boolean {
  return changes.some(({ reason }) => reason === 'Unobserved');
}

function isRefused({ changes, refusals }: Plan): boolean {
  return refusals.length > 0 || changes.some(({ reason }) => reason === 'ProviderChanged');
}
