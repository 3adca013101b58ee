/** After an issue that did not end delivered everywhere its declaration rests: 1 min, doubling to 1 h. */
import type { Change } from '../core/plan/types.ts';
import type { Work } from './work.ts';

const firstMs = 60_000;
const longestMs = 60 * 60_000;

/** Lets the declaration rest, longer after every failure. */
export function noteFailure(work: Work, change: Change): void {
  if (change.kind !== 'create' && change.kind !== 'rotate') return;
  const { backOff } = work.run.memory;
  const failures = (backOff.get(key(work, change))?.failures ?? 0) + 1;
  const restMs = Math.min(longestMs, firstMs * 2 ** (failures - 1));
  backOff.set(key(work, change), { failures, until: work.entry.provider.now() + restMs });
}

export function noteSuccess(work: Work, change: Change): void {
  if (change.kind === 'create' || change.kind === 'rotate') work.run.memory.backOff.delete(key(work, change));
}

function key(work: Work, change: Change): string {
  return `${work.plan.set}/${change.subject}`;
}
