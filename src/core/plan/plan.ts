/**
 * Makes the plan of one set: an ordered, frozen list of changes. Pure: no clock, no chance, no I/O. The rules
 * are in `reasons/` (the token), `destinations.ts`, `leftovers.ts`, `budget.ts`, `set.ts` and `guards.ts`;
 * this file only asks them in order and counts.
 */
import { limitIssue, overQuota } from './budget.ts';
import { buildChanges } from './changes.ts';
import { type Decision, decide } from './decide.ts';
import { digestOf } from './digest.ts';
import { guard } from './guards.ts';
import { indexTokens, type TokenIndex } from './index.ts';
import { judgeLeftovers, type Leftovers } from './leftovers.ts';
import { planRemoved, planUsers } from './set.ts';
import { gatherSituation, type Situation } from './situation.ts';
import type { Change, Plan, PlanInput, Refusal } from './types.ts';
import type { Verdict } from './verdict.ts';
import { collectWarnings } from './warnings.ts';

interface Judged {
  readonly situation: Situation;
  readonly leftovers: Leftovers;
  readonly decision: Decision;
}

/** Compares what is declared with what was observed. */
export function plan(input: PlanInput): Plan {
  const { set, observation, owner, requests } = input;
  const index = indexTokens(set, observation, owner);
  const judged = set.declarations
    .filter(({ name }) => requests.only?.has(name) ?? true)
    .map((declaration) => judge(gatherSituation(input, index, declaration)));
  const limited = limitQuota(judged);
  const perToken = limited.flatMap(({ situation, decision, leftovers }) => [
    ...buildChanges(situation, decision.verdict, leftovers),
    ...buildWithheld(situation, decision, leftovers),
  ]);
  const changes = [...planUsers(input, index, perToken), ...perToken, ...planRemoved(input, index)].map(
    (change) => markApproval(input, change),
  );
  const refusals = [...changes.flatMap(refusalOf), ...guard({ input, index, changes })];
  return deepFreeze({
    set: set.name,
    title: input.title,
    ownerId: set.ownerId ?? owner.hash,
    now: observation.now,
    changes,
    refusals,
    warnings: collectWarnings(
      input,
      index,
      judged.map(({ situation }) => situation),
    ),
    counts: countTokens(input, index),
    digest: digestOf(...changes.flatMap(({ digest }) => digest ?? []).sort()),
    nextDue: findNextDue(changes),
  });
}

function judge(situation: Situation): Judged {
  const leftovers = judgeLeftovers(situation);
  const { verdict, withheld } = decide(situation);
  return { situation, leftovers, decision: { verdict: limitIssue(situation, verdict, leftovers), withheld } };
}

function limitQuota(judged: readonly Judged[]): readonly Judged[] {
  const personal = judged.filter(({ situation }) => situation.declaration.personal);
  const issuing = personal.filter(({ decision }) => decision.verdict.kind === 'issue');
  const freed = personal.reduce((sum, { leftovers }) => sum + leftovers.revocable.length, 0);
  const waiting = overQuota(
    issuing.map(({ situation }) => situation),
    freed,
  );
  return judged.map((entry) => {
    if (!waiting.has(entry.situation.declaration.name)) return entry;
    const why = entry.decision.verdict.message;
    const message = `${why}; but the quota of personal tokens is used up: revoke one`;
    const verdict: Verdict = { kind: 'keep', reason: 'QuotaReached', message };
    return { ...entry, decision: { ...entry.decision, verdict } };
  });
}

/** What the manifest asks for and nobody approved is shown beside what is done instead. */
function buildWithheld(
  situation: Situation,
  { withheld }: Decision,
  leftovers: Leftovers,
): readonly Change[] {
  if (!withheld) return [];
  const changes = buildChanges(situation, withheld, leftovers);
  return changes.filter(({ cause }) => cause === 'config').map((change) => ({ ...change, approved: false }));
}

function markApproval({ requests }: PlanInput, change: Change): Change {
  const { approved } = requests;
  if (change.cause !== 'config' || approved === 'all' || change.kind === 'keep') return change;
  return { ...change, approved: change.digest !== undefined && approved.has(change.digest) };
}

function refusalOf(change: Change): Refusal | readonly [] {
  return change.kind === 'keep' && change.refusal ? change.refusal : [];
}

function findNextDue(changes: readonly Change[]): Plan['nextDue'] {
  let next: Plan['nextDue'];
  for (const change of changes) {
    if (change.kind !== 'keep' || change.nextDueAt === undefined) continue;
    if (!next || change.nextDueAt < next.at) next = { subject: change.subject, at: change.nextDueAt };
  }
  return next;
}

function countTokens({ set }: PlanInput, { owned, unmanaged, foreign }: TokenIndex): Plan['counts'] {
  const all = [...owned.values()].reduce((sum, tokens) => sum + tokens.length, 0);
  const sorted = new Map([...foreign].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { declared: set.declarations.length, owned: all, unmanaged, foreign: sorted };
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && part !== null && !Object.isFrozen(part)) deepFreeze(part);
  }
  return Object.freeze(value);
}
