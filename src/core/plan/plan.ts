/**
 * Makes the plan of one set: an ordered, frozen list of changes. Pure: no clock, no chance, no I/O. The rules
 * are in `reasons/` (the token), `destinations.ts`, `leftovers.ts`, `budget.ts`, `set.ts` and `guards.ts`;
 * this file only asks them in order and counts.
 */
import type { Declaration } from '../manifest/types.ts';
import { agreedOwner } from './agreed.ts';
import { limitIssue, overQuota } from './budget.ts';
import { buildAsked, buildChanges } from './changes.ts';
import { type Decision, decide } from './decide.ts';
import { digestOf } from './digest.ts';
import { guard } from './guards.ts';
import { indexTokens, type TokenIndex } from './index.ts';
import { judgeLeftovers, type Leftovers } from './leftovers.ts';
import { planRemoved, planUsers } from './set.ts';
import { gatherSituation, type Situation } from './situation.ts';
import type { Change, Plan, PlanInput, Refusal } from './types.ts';
import type { Verdict } from './verdict.ts';
import { collectWarnings, type Warning, warnAbout } from './warnings.ts';

interface Judged {
  readonly situation: Situation;
  readonly leftovers: Leftovers;
  readonly decision: Decision;
}

/** Compares what is declared with what was observed. */
export function plan(asked: PlanInput): Plan {
  const owner = agreedOwner(asked);
  const input = { ...asked, owner };
  const { set, observation } = input;
  const index = indexTokens(set, observation, owner);
  const { perToken, remarks } = planTokens(input, index);
  const changes = [
    ...finish(input, planUsers(input, index, perToken)),
    ...perToken,
    ...finish(input, planRemoved(input, index)),
  ];
  const refusals = [...changes.flatMap(refusalOf), ...guard({ input, index, changes })];
  return deepFreeze({
    set: set.name,
    title: input.title,
    ownerId: set.ownerId ?? owner.hash,
    now: observation.now,
    changes,
    refusals,
    warnings: [...(input.assumed?.warnings ?? []), ...collectWarnings(input, index, remarks)],
    counts: countTokens(input, index),
    digest: digestOf(...changes.flatMap(({ digest }) => digest ?? []).sort()),
    nextDue: findNextDue(changes),
    ...(input.assumed ? { assumed: input.assumed } : {}),
  });
}

/** One declaration after the other: of what is gathered about one, nothing outlasts its changes. */
function planTokens(input: PlanInput, index: TokenIndex) {
  const { declarations } = input.set;
  const { only } = input.requests;
  const asked = only ? declarations.filter(({ name }) => only.has(name)) : declarations;
  const remarks: Warning[] = [];
  const judgeOne = (declaration: Declaration): Judged => {
    const situation = gatherSituation(input, index, declaration);
    remarks.push(...warnAbout(situation));
    return judge(situation);
  };
  // Personal tokens share one quota, so they are judged together; they come last in a set.
  const perToken = asked.flatMap((declaration) =>
    declaration.personal ? [] : changesOf(input, judgeOne(declaration)),
  );
  const personal = limitQuota(asked.filter((declaration) => declaration.personal).map(judgeOne));
  return { perToken: [...perToken, ...personal.flatMap((judged) => changesOf(input, judged))], remarks };
}

function changesOf(input: PlanInput, { situation, decision, leftovers }: Judged): readonly Change[] {
  return finish(input, [
    ...buildChanges(situation, decision.verdict, leftovers),
    ...buildWithheld(situation, decision),
  ]);
}

/** Freezes each change, and not what it refers to: a spec or a destination is the manifest's own. */
function finish(input: PlanInput, changes: readonly Change[]): readonly Change[] {
  return changes.map((change) => Object.freeze(markApproval(input, change)));
}

function judge(situation: Situation): Judged {
  const leftovers = judgeLeftovers(situation);
  const { verdict, withheld } = decide(situation);
  return { situation, leftovers, decision: { verdict: limitIssue(situation, verdict, leftovers), withheld } };
}

/** Holds back what would go over the quota that all personal tokens share. */
function limitQuota(personal: readonly Judged[]): readonly Judged[] {
  const issuing = personal.filter(({ decision }) => decision.verdict.kind === 'issue');
  const freed = personal.reduce((sum, { leftovers }) => sum + leftovers.revocable.length, 0);
  const waiting = overQuota(
    issuing.map(({ situation }) => situation),
    freed,
  );
  return personal.map((entry) => {
    if (!waiting.has(entry.situation.declaration.name)) return entry;
    const why = 'but the quota of personal tokens is used up: revoke one';
    const message = `${entry.decision.verdict.message}; ${why}`;
    const verdict: Verdict = { kind: 'keep', reason: 'QuotaReached', message };
    return { ...entry, decision: { ...entry.decision, verdict } };
  });
}

/** What the manifest asks for and nobody approved is shown beside what is done instead. */
function buildWithheld(situation: Situation, { withheld }: Decision): readonly Change[] {
  if (!withheld) return [];
  const changes = buildAsked(situation, withheld);
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
  for (const key in value) {
    const part = value[key];
    if (typeof part === 'object' && part !== null && !Object.isFrozen(part)) deepFreeze(part);
  }
  return Object.freeze(value);
}
