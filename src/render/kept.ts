/**
 * What a plan leaves as it is. Tokens that are current need no word each; whatever else is kept is named with
 * its reason, because a person must know, and shares a line only with its like.
 */
import type { Change, Plan } from '../core/plan/types.ts';
import { describeNextDue } from './words.ts';

export type KeepChange = Change & { readonly kind: 'keep' };

/** Kept, and not simply because all is well. */
export function isNoteworthyKeep(change: Change): change is KeepChange {
  return change.kind === 'keep' && (change.reason !== 'Current' || change.refusal !== undefined);
}

/** Noteworthy keeps with the same reason and sentence, in the order of the plan. */
export function groupKept(plan: Plan): ReadonlyMap<string, readonly KeepChange[]> {
  return Map.groupBy(plan.changes.filter(isNoteworthyKeep), keptKey);
}

/** Equal for keeps that belong together. */
export function keptKey({ reason, message, refusal }: KeepChange): string {
  // The sentences of refusals name the declaration's own destination, and each is given elsewhere in full.
  return refusal ? `refused ${reason}` : `${reason} ${message}`;
}

export function listCurrent(plan: Plan): readonly Change[] {
  return plan.changes.filter((change) => change.kind === 'keep' && !isNoteworthyKeep(change));
}

/** `8 current, next due: ci-deployer/audit in 6d`; undefined when nothing is current. */
export function describeCurrent(plan: Plan): string | undefined {
  const count = listCurrent(plan).length;
  if (count === 0) return undefined;
  const due = describeNextDue(plan);
  return due === undefined ? `${count} current` : `${count} current, next due: ${due}`;
}

/** The first few names, each as `show` gives it, and how many more there are. */
export function nameSome(
  changes: readonly Change[],
  most: number,
  show: (subject: string) => string = (subject) => subject,
): string {
  const names = changes.slice(0, most).map(({ subject }) => show(subject));
  const rest = changes.length - names.length;
  return rest === 0 ? names.join(', ') : `${names.join(', ')} and ${rest} more`;
}
