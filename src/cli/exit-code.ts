/** Which exit code a run ends with (DESIGN 6): a failure weighs more than a refusal. */
import { judgeRun } from '../core/judge-run.ts';
import type { SetReport } from '../core/report.ts';
import type { Pass } from '../engine/reconcile.ts';
import { exitCodes } from './errors.ts';

export { couldNotLook, isNeglected } from '../core/judge-run.ts';

/** The exit code of a run that applied something, or found nothing to apply. */
export function codeOf(pass: Pass, reports: readonly SetReport[]): number {
  const { failed, left, unread, neglected, refused } = judgeRun(pass.sets, reports);
  if (failed || left || unread || neglected.length > 0) return exitCodes.failed;
  return refused ? exitCodes.refused : exitCodes.done;
}
