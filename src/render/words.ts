/**
 * The words and symbols that terminal and Markdown share: what a change is called, how many there are, when
 * what is due.
 */
import { roughDuration } from '../core/duration.ts';
import { stopKey } from '../core/plan/guards.ts';
import type { Change, ChangeKind, Plan, PlanCounts, Refusal } from '../core/plan/types.ts';
import type { Colour } from './layout.ts';

interface KindWords {
  readonly symbol: string;
  readonly verb: string;
  readonly done: string;
  readonly colour: Colour | undefined;
}

/** In the order of a totals line. */
export const kindWords: Readonly<Record<ChangeKind, KindWords>> = {
  createUser: { symbol: '+', verb: 'create user', done: 'user created', colour: 'green' },
  create: { symbol: '+', verb: 'create', done: 'created', colour: 'green' },
  rotate: { symbol: '±', verb: 'rotate', done: 'rotated', colour: 'yellow' },
  update: { symbol: '~', verb: 'update', done: 'updated', colour: 'cyan' },
  deliver: { symbol: '→', verb: 'deliver', done: 'delivered', colour: 'cyan' },
  mend: { symbol: '~', verb: 'mend', done: 'mended', colour: 'cyan' },
  drain: { symbol: '…', verb: 'drain', done: 'drained', colour: 'yellow' },
  revoke: { symbol: '-', verb: 'revoke', done: 'revoked', colour: 'red' },
  withdraw: { symbol: '-', verb: 'withdraw', done: 'withdrawn', colour: 'red' },
  removeUser: { symbol: '-', verb: 'remove user', done: 'user removed', colour: 'alarm' },
  keep: { symbol: '·', verb: 'keep', done: 'kept', colour: undefined },
};

/** `↻` tells a rotation by the calendar from one that somebody or something caused. */
export function symbolOf(change: Change): string {
  return change.kind === 'rotate' && change.cause === 'clock' ? '↻' : kindWords[change.kind].symbol;
}

/** What must stand out: it ends something, or lets a token do more than before. */
export function isDestroying(change: Change): boolean {
  return change.kind === 'revoke' || change.kind === 'withdraw' || change.kind === 'removeUser';
}

export function isWidening(change: Change): boolean {
  return change.fields.some(({ widens }) => widens);
}

/** The refusal that stops a change, if one does. */
export function refusalFinder(plan: Plan): (change: Change) => Refusal | undefined {
  const byKey = new Map(plan.refusals.flatMap((refusal) => refusal.stops.map((key) => [key, refusal])));
  return (change) => (change.kind === 'keep' ? change.refusal : byKey.get(stopKey(change)));
}

/** `1 create, 2 rotate, 8 keep` of all plans together; what is refused or not approved is counted apart. */
export function countChanges(...plans: readonly Plan[]): string {
  const counts = new Map<string, number>();
  const count = (word: string): unknown => counts.set(word, 1 + (counts.get(word) ?? 0));
  for (const plan of plans) {
    const refusalOf = refusalFinder(plan);
    for (const change of plan.changes) {
      if (refusalOf(change)) count('refused');
      else count(change.approved ? kindWords[change.kind].verb : 'awaiting approval');
    }
  }
  const order = ['refused', 'awaiting approval'];
  order.unshift(...Object.values(kindWords).map(({ verb }) => verb));
  return order.flatMap((word) => (counts.has(word) ? `${counts.get(word)} ${word}` : [])).join(', ');
}

/** Whether the plan asks for nothing: no change, not even one that is refused or not approved. */
export function isIdle(plan: Plan): boolean {
  return plan.changes.every(({ kind }) => kind === 'keep');
}

/** `3 unmanaged tokens, 1 owned by payments-staging`; undefined when every token that was seen is ours. */
export function describeOthers(
  { unmanaged, foreign }: PlanCounts,
  owners: ReadonlyMap<string, string> | undefined,
): string | undefined {
  const parts = unmanaged === 0 ? [] : [plural(unmanaged, 'unmanaged token')];
  for (const [hash, count] of foreign) parts.push(`${count} owned by ${owners?.get(hash) ?? hash}`);
  return parts.length === 0 ? undefined : parts.join(', ');
}

/** `ci-deployer/audit in 6d`; undefined when nothing will ever be due. */
export function describeNextDue({ nextDue, now }: Plan): string | undefined {
  return nextDue && `${nextDue.subject} ${inTime(nextDue.at, now)}`;
}

/** The way past a refusal, unless its own sentence gives it; undefined when nothing waives it. */
export function waiverHint({ message, waiver }: Refusal): string | undefined {
  if (waiver === undefined || message.includes('--acknowledge')) return undefined;
  return `If that is intended, run with --acknowledge ${waiver}`;
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `in 6d`, `3d ago` or `now`, as seen at `now`. */
export function inTime(at: number, now: number): string {
  if (Math.abs(at - now) < 1_000) return 'now';
  return at > now ? `in ${roughDuration(at - now)}` : `${roughDuration(now - at)} ago`;
}
