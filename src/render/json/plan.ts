/**
 * Plans and reports as JSON: everything a program may want to know about a change, and nothing of how it is
 * made.
 */
import { assertNever } from '../../core/errors.ts';
import type { Change, Plan, Refusal } from '../../core/plan/types.ts';
import type { SetReport } from '../../core/report.ts';
import type { TokenSpec } from '../../core/spec.ts';
import { apiVersion, type PlanOutput, type ReportOutput, type SavedChange, type SavedSet } from './schema.ts';
import { formatTime, orNull } from './values.ts';

/** What `plan --output json` prints and `--save` writes. */
export function planToJson(plans: readonly Plan[]): PlanOutput {
  return { apiVersion, kind: 'Plan', sets: plans.map(formatPlan) };
}

/** What `apply --output json` prints. */
export function reportToJson(reports: readonly SetReport[]): ReportOutput {
  const sets = reports.map(({ plan, entries }) => ({
    plan: formatPlan(plan),
    entries: entries.map(({ change, outcome, detail }) => ({
      change: formatChange(change),
      outcome,
      detail: orNull(detail),
    })),
  }));
  return { apiVersion, kind: 'Report', sets };
}

function formatPlan({ counts, nextDue, ...plan }: Plan): SavedSet {
  return {
    set: plan.set,
    title: plan.title,
    ownerId: plan.ownerId,
    now: formatTime(plan.now),
    digest: plan.digest,
    changes: plan.changes.map(formatChange),
    refusals: plan.refusals.map(formatRefusal),
    warnings: [...plan.warnings],
    counts: { ...counts, foreign: Object.fromEntries(counts.foreign) },
    nextDue: nextDue ? { subject: nextDue.subject, at: formatTime(nextDue.at) } : null,
  };
}

function formatChange(change: Change): SavedChange {
  const { kind, subject, reason, cause, message, notes, fields, digest, approved } = change;
  const common = { kind, subject, reason, cause, message, notes: [...notes], fields: [...fields], approved };
  return { ...common, digest: orNull(digest), ...nothing, ...formatTarget(change) };
}

const nothing = {
  userId: null,
  tokenId: null,
  generation: null,
  spec: null,
  destinations: null,
  from: null,
  to: null,
  nextDueAt: null,
};

/** What only some kinds have. */
function formatTarget(change: Change): Partial<Pick<SavedChange, keyof typeof nothing>> {
  switch (change.kind) {
    case 'create':
    case 'rotate':
      return {
        generation: change.issue.generation,
        spec: formatSpec(change.issue.spec),
        destinations: [...change.issue.destinations],
      };
    case 'update':
      return { userId: change.userId, tokenId: change.tokenId };
    case 'deliver':
      return { tokenId: change.tokenId, from: change.from.key, to: change.to.key };
    case 'drain':
      return { tokenId: change.tokenId, generation: change.generation };
    case 'revoke':
      return { userId: change.userId, tokenId: change.tokenId, generation: change.generation };
    case 'withdraw':
      return { from: change.from.key };
    case 'mend':
      if (change.mend.what === 'receipt') return { tokenId: change.mend.tokenId, to: change.mend.at.key };
      if (change.mend.what !== 'mark') return {};
      return { userId: change.mend.userId, tokenId: change.mend.tokenId };
    case 'keep':
      return { nextDueAt: change.nextDueAt === undefined ? null : formatTime(change.nextDueAt) };
    case 'removeUser':
      return { userId: change.userId };
    case 'createUser':
      return {};
    default:
      return assertNever(change);
  }
}

function formatSpec({ scopes, maxAgeSeconds, extendWhenUsed, ipAllowlist }: TokenSpec): SavedChange['spec'] {
  return {
    scopes: [...scopes],
    maxAgeSeconds: orNull(maxAgeSeconds),
    extendWhenUsed,
    ipAllowlist: [...ipAllowlist],
  };
}

function formatRefusal({ rule, message, waiver, digest, stops }: Refusal): SavedSet['refusals'][number] {
  return { rule, message, waiver: orNull(waiver), digest, stops: [...stops] };
}
