/**
 * Saved plans: read, compare with what would be planned now, and hold a fresh plan to what was saved. A saved
 * plan never names anything to act on: what is applied is always the fresh plan, less what the saved one does
 * not have.
 */
import { digestOf } from '../../core/plan/digest.ts';
import type { Change, Plan } from '../../core/plan/types.ts';
import { planToJson } from './plan.ts';
import { apiVersion, PlanOutput, type SavedChange, type SavedSet } from './schema.ts';

export type PlanFile =
  | { readonly kind: 'plan'; readonly plan: PlanOutput }
  /** `why` completes the sentence "plan.json …". */
  | { readonly kind: 'invalid'; readonly why: string };

/** Reads what `plan --save` wrote. Never throws: what cannot be read is told. */
export function parsePlanFile(text: string): PlanFile {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return { kind: 'invalid', why: 'is not JSON. Save the plan again with keyturn plan --save FILE.' };
  }
  const parsed = PlanOutput.safeParse(data);
  if (parsed.success) return { kind: 'plan', plan: parsed.data };
  const [issue] = parsed.error.issues;
  const at = issue?.path.join('.') || 'its top';
  const why = `is not a plan of ${apiVersion} (${at}: ${issue?.message}). Save it again with this keyturn.`;
  return { kind: 'invalid', why };
}

/**
 * What moved since the plan was saved, one sentence each; nothing when applying now does exactly what was
 * saved. What is kept does not count, nor do times.
 */
export function comparePlans(saved: PlanOutput, fresh: readonly Plan[]): readonly string[] {
  const now = new Map(planToJson(fresh).sets.map((set) => [set.set, set]));
  const then = new Map(saved.sets.map((set) => [set.set, set]));
  const gone = [...then.keys()].filter((name) => !now.has(name));
  return [
    ...gone.map((name) => `"${name}": the set was saved, but is not part of this run`),
    ...[...now.values()].flatMap((set) => compareSets(then.get(set.set), set)),
  ];
}

/** The fresh plans without the changes that the saved plan does not have; what is kept stays. */
export function restrictTo(fresh: readonly Plan[], saved: PlanOutput): readonly Plan[] {
  const then = new Map(saved.sets.map((set) => [set.set, set]));
  const current = planToJson(fresh).sets;
  return fresh.map((plan, rank) => {
    const set = current[rank];
    const before = then.get(plan.set);
    const known = new Set(before && set && isSamePlace(before, set) ? acting(before).map(identify) : []);
    const changes = plan.changes.filter(
      (change, at) => change.kind === 'keep' || known.has(identify(set?.changes[at])),
    );
    return Object.freeze({ ...plan, changes: Object.freeze(changes), digest: digestChanges(changes) });
  });
}

function digestChanges(changes: readonly Change[]): string {
  return digestOf(...changes.flatMap(({ digest }) => digest ?? []).sort());
}

function compareSets(then: SavedSet | undefined, now: SavedSet): readonly string[] {
  const name = `"${now.set}": `;
  if (!then) return acting(now).length === 0 ? [] : [`${name}the set is new since the plan was saved`];
  if (!isSamePlace(then, now)) {
    const place = ({ title, ownerId }: SavedSet): string => `${title} and owner ${ownerId}`;
    return [`${name}was saved for ${place(then)}, and is now for ${place(now)}`];
  }
  const before = new Set(acting(then).map(identify));
  const after = new Set(acting(now).map(identify));
  const lost = acting(then).filter((change) => !after.has(identify(change)));
  const added = acting(now).filter((change) => !before.has(identify(change)));
  return [
    ...lost.flatMap((change) => (counterpart(change, added) ? [] : name + explainLoss(change, now))),
    ...added.map((change) => name + explainNew(change, counterpart(change, lost))),
  ];
}

function isSamePlace(then: SavedSet, now: SavedSet): boolean {
  return then.title === now.title && then.ownerId === now.ownerId;
}

function acting({ changes }: SavedSet): readonly SavedChange[] {
  return changes.filter(({ kind }) => kind !== 'keep');
}

/**
 * Equal for changes that do the same thing for the same reason. Messages speak of time and so differ by the
 * hour.
 */
function identify(change: SavedChange | undefined): string {
  if (!change) return '';
  const {
    kind,
    subject,
    reason,
    digest,
    tokenId,
    generation,
    spec,
    destinations,
    from,
    to,
    fields,
    approved,
  } = change;
  return JSON.stringify([
    kind,
    subject,
    reason,
    digest,
    tokenId,
    generation,
    destinations,
    spec,
    from,
    to,
    fields,
    approved,
  ]);
}

function counterpart(change: SavedChange, others: readonly SavedChange[]): SavedChange | undefined {
  return others.find(
    ({ kind, subject, tokenId, from, to }) =>
      kind === change.kind &&
      subject === change.subject &&
      tokenId === change.tokenId &&
      from === change.from &&
      to === change.to,
  );
}

function explainLoss(change: SavedChange, now: SavedSet): string {
  const kept = now.changes.find(({ kind, subject }) => kind === 'keep' && subject === change.subject);
  const why = kept ? `; now kept, ${kept.reason}: ${kept.message}` : '';
  return `${describe(change)} was saved and is no longer planned${why}`;
}

function explainNew(change: SavedChange, before: SavedChange | undefined): string {
  if (!before) return `${describe(change)} was not in the saved plan: ${change.message}`;
  if (before.reason !== change.reason) {
    return `${describe(change)} was saved for the reason ${before.reason}`;
  }
  if (JSON.stringify(before.spec) !== JSON.stringify(change.spec)) {
    return `${describe(change)} would now issue other fields than saved: ${change.message}`;
  }
  if (before.generation !== change.generation) {
    const { generation } = before;
    return `${describe(change)} was saved as generation ${generation}, and would now be ${change.generation}`;
  }
  if (before.approved !== change.approved) {
    const [then, now] = change.approved ? ['was not', 'is'] : ['was', 'is not'];
    return `${describe(change)} ${then} approved then and ${now} now`;
  }
  return `${describe(change)} is not what was saved (digest ${before.digest}, now ${change.digest})`;
}

function describe({ kind, subject, reason, tokenId }: SavedChange): string {
  return `${kind} ${subject}${tokenId === null ? '' : ` (token ${tokenId})`} (${reason})`;
}
