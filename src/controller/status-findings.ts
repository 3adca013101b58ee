/**
 * What is remarkable about a pass, in lists of sentences, each about one thing. What they mean for the
 * conditions is in status-conditions.ts.
 */
import { stopKey } from '../core/plan/guards.ts';
import type { Reason } from '../core/plan/types.ts';
import type { ReportEntry } from '../core/report.ts';
import type { DeclarationStatus } from '../core/status.ts';
import type { Outcome } from './status.ts';

export interface Findings {
  /** What the issuer does not allow. */
  readonly breaches: readonly string[];
  /** Tokens that are dead and not replaced. */
  readonly expired: readonly string[];
  /** What a guard vetoes, and what nobody but a person can unblock. */
  readonly refused: readonly string[];
  /** Changes that the manifest asks for and that failed. */
  readonly failed: readonly string[];
  /** Tokens that are not there yet. */
  readonly missing: readonly string[];
  /** Tokens that a destination of theirs lacks. */
  readonly unserved: readonly string[];
  /** Declarations of which nobody can tell whether they are served. */
  readonly unseen: readonly string[];
  /** What failed or could not be judged, and is tried again. */
  readonly retried: readonly string[];
  /** What is under way. */
  readonly going: readonly string[];
  /** Tokens that die soon and should have been replaced by now. */
  readonly overdue: readonly string[];
  /** Declarations with a replaced token that still works. */
  readonly overlapping: readonly string[];
}

type Planned = Outcome & { readonly kind: 'planned' };

/** They pass by themselves. */
const transient: readonly (Reason | undefined)[] = ['Busy', 'BackingOff', 'IssueBudget', 'Unobserved'];

export function findRemarkable({ summary, plan, breaches, entries }: Planned): Findings {
  const { declarations } = summary;
  const which = (holds: (one: DeclarationStatus) => boolean) => declarations.filter(holds).map(describe);
  const stopped = new Set(plan.refusals.flatMap(({ stops }) => stops));
  const going = plan.changes.filter(
    (change) => change.kind !== 'keep' && change.approved && !stopped.has(stopKey(change)),
  );
  const failed = entries.filter(({ outcome }) => outcome === 'failed');
  const stuck = declarations.filter((one) => isBlocked(one) && !stopped.has(one.name));
  return {
    breaches: breaches.filter(stops).map(({ finding }) => finding.message),
    expired: which(({ health }) => health === 'expired'),
    refused: [...plan.refusals.map(({ message }) => `${message}.`), ...stuck.map(describe)],
    failed: failed
      .filter(({ change }) => change.cause === 'config' || change.kind === 'create')
      .map(describeEntry),
    missing: which(({ health }) => health === 'missing'),
    unserved: which(isUnserved),
    unseen: which((one) => isWaiting(one) && one.tokenId === undefined),
    retried: [
      ...failed.map(describeEntry),
      ...entries.filter(({ outcome }) => outcome === 'left').map(describeEntry),
      ...which(isWaiting),
    ],
    going: going.map(({ subject, message }) => `${subject}: ${message}.`),
    overdue: which(({ health }) => health === 'overdue'),
    overlapping: declarations
      .filter(({ previous }) => previous.some(({ alive }) => alive))
      .map(({ name }) => name),
  };
}

/** Whether the manifest asks for something that is still to come, if nothing stands in its way. */
export function awaitsChange({ plan, entries }: Planned): boolean {
  if (entries.some(({ outcome }) => outcome === 'failed')) return false;
  return plan.changes.some(({ kind, cause }) => kind !== 'keep' && (cause === 'config' || kind === 'create'));
}

function stops(breach: Planned['breaches'][number]): boolean {
  return breach.declarations.length > 0 || breach.users.length > 0;
}

function isBlocked({ health, reason }: DeclarationStatus): boolean {
  return health === 'blocked' && !transient.includes(reason);
}

function isWaiting({ health, reason }: DeclarationStatus): boolean {
  return health === 'blocked' && transient.includes(reason);
}

/** Whether consumers at one of its destinations do not have its token. */
function isUnserved({ health, destinations }: DeclarationStatus): boolean {
  if (health === 'suspended' || health === 'absent') return false;
  return destinations.some(({ state }) => state === 'lacks' || state === 'changed' || state === 'taken');
}

function describe({ name, message, health }: DeclarationStatus): string {
  return `${name}: ${message ?? health}.`;
}

function describeEntry({ change, detail }: ReportEntry): string {
  const words = detail ?? change.message;
  return `${change.subject}: ${words}${words.endsWith('.') ? '' : '.'}`;
}
